"""The history of the tables, one file per change; run by `ledger.migrate`, never by hand.

A migration says in full what it makes: it must do the same in ten years, whatever `tables` says by then.
"""
