"""Compliance: one rule a file; measured facts and pixels in, findings out. `book` has them all in their order."""
