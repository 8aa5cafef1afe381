"""Notices, settles and claims what is dropped into the inbox. Events are hints, the scan is the truth."""
