"""Receipts: their canonical form, the signature beside them, and whether a delivered folder is still what they say."""
