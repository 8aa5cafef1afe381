"""Keeping a home for years: backups that can be trusted, their way back, and room made by rule.

`manifest` says what a backup holds, `parcel` is its file, `backup` packs one, `restore` unpacks it, `rotation` tells
which of many are old; `retention` decides what of a home may go, and `removal` takes it away. The ledger's own copy and
examination are handed in by the wiring: this room knows files.
"""
