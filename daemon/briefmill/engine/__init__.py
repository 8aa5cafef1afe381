"""Claims work from the ledger, runs it in threads and worker processes, and records how it ended."""
