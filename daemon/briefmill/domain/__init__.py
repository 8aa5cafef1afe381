"""What the trade talks about: briefs, placements, creatives, verdicts, jobs. Frozen and pure.

Nothing here reads a file, a clock or a setting. Every class is a plain frozen dataclass; `domain.codec`, the one module
here that knows pydantic, carries them as JSON between processes and through the ledger.
"""
