"""The truth about jobs: what waits, what runs, what is done, what it cost, and a chain that proves it.

Six ports live here (`Journal`, `Ledger`, `Buckets`, `Purse`, `Records`, `AuditTrail`), and every rule of theirs is
written once: `journal`, `claims`, `buckets`, `spend`, `records` and `audit` turn one `shelves.Page`, which is one
transaction, into the next truth. Two sets of shelves hold the rows: `sql.SqlLedger` (SQLite in one file; what differs
for another database is in `dialects`) and `memory.MemoryLedger`, the twin for tests. `writer` groups the commits,
`migrate` brings a database to today's tables.
"""
