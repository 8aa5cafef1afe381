"""Reads every dialect of a brief into a `domain.brief.Reading`, or says what is wrong, where, and how to write it."""
