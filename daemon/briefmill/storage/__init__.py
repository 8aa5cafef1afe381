"""Stores of artefacts by content."""
