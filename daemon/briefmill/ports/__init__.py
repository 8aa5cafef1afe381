"""The page of promises: what the engine, the intake and the desk may ask of the adapters.

Every port has its obligations written here and one contract suite in `tests/contract` that runs against all of its
implementations; each ships a memory twin. Sync ports may be called from any thread and block; the engine calls them
through `engine.offload`. Cross-cutting wishes (caching, metering) are decorators of a port.
"""

from briefmill.ports.ledger import (
    Accounts,
    Admission,
    Buckets,
    Claim,
    Failure,
    Finish,
    Intent,
    Journal,
    Ledger,
    Purse,
    Source,
    StageResult,
    Wait,
)
from briefmill.ports.outside import (
    Bell,
    Clock,
    CopyWriter,
    ImageMaker,
    Listener,
    Package,
    Publisher,
    Store,
)
from briefmill.ports.reading import (
    AuditRow,
    AuditTrail,
    ChainReport,
    JobQuery,
    Printed,
    Records,
    StageRun,
)

__all__ = [
    "Accounts",
    "Admission",
    "AuditRow",
    "AuditTrail",
    "Bell",
    "Buckets",
    "ChainReport",
    "Claim",
    "Clock",
    "CopyWriter",
    "Failure",
    "Finish",
    "ImageMaker",
    "Intent",
    "JobQuery",
    "Journal",
    "Ledger",
    "Listener",
    "Package",
    "Printed",
    "Publisher",
    "Purse",
    "Records",
    "Source",
    "StageResult",
    "StageRun",
    "Store",
    "Wait",
]
