"""The tables of the ledger, as SQLAlchemy Core knows them; `migrations` makes and changes them.

Moments are integers: microseconds since 1970 UTC, 0 for never (`wire`). Structures are canonical JSON in text columns.
Every row has a `tenant`. Three rules are held by construction: a stage is recorded once per run (key of `stage_runs`),
a revision is given once per campaign (`jobs_revision`), an audit row is never changed (triggers made by the migration).
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

metadata: Final = MetaData()

_Moment: Final = BigInteger
# SQLite numbers rows by itself only in a column that is declared INTEGER.
_Number: Final = BigInteger().with_variant(Integer, "sqlite")

jobs: Final = Table(
    "jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_raw", LargeBinary, nullable=False),
    Column("created_at", _Moment, nullable=False),
    Column("updated_at", _Moment, nullable=False),
    Column("content", Text, nullable=False),
    Column("campaign", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("not_before", _Moment, nullable=False),
    Column("lease_until", _Moment, nullable=False),
    Column("owner", Text, nullable=False),
    Column("cost_micros", BigInteger, nullable=False),
    Column("duplicate_of", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("run", Integer, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("admission", Text, nullable=False),
)

Index("jobs_waiting", jobs.c.stage, jobs.c.state, jobs.c.priority, jobs.c.created_at, jobs.c.id)
Index("jobs_newest", jobs.c.created_at, jobs.c.id)
Index("jobs_state", jobs.c.state, jobs.c.created_at, jobs.c.id)
Index("jobs_content", jobs.c.tenant, jobs.c.content)
Index(
    "jobs_revision",
    jobs.c.tenant,
    jobs.c.campaign,
    jobs.c.revision,
    unique=True,
    # The migration says the same of PostgreSQL; to say it here would load that dialect at every start.
    sqlite_where=jobs.c.revision > 0,
)

stage_runs: Final = Table(
    "stage_runs",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("job", Text, ForeignKey("jobs.id"), nullable=False),
    Column("stage", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("started_at", _Moment, nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("output", Text, nullable=False),
    PrimaryKeyConstraint("job", "stage", "revision"),
)

creatives: Final = Table(
    "creatives",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("job", Text, ForeignKey("jobs.id"), nullable=False),
    Column("product", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("placement", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("extension", Text, nullable=False),
    Column("quality", Integer, nullable=False),
    Column("alt_text", Text, nullable=False),
    Column("created_at", _Moment, nullable=False),
    Column("layout", Text, nullable=False, server_default=text("''")),
    Column("logo", Text, nullable=False, server_default=text("''")),
    Column("prints", Text, nullable=False, server_default=text("''")),
    Column("exactness", Text, nullable=False, server_default=text("''")),
    Column("provenance", Text, nullable=False, server_default=text("''")),
    PrimaryKeyConstraint("job", "product", "locale", "placement"),
)

Index("creatives_sha256", creatives.c.sha256)

spend: Final = Table(
    "spend",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("job", Text, ForeignKey("jobs.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("estimate_micros", BigInteger, nullable=False),
    Column("intended_at", _Moment, nullable=False),
    Column("cost_micros", BigInteger, nullable=True),
    Column("outcome", Text, nullable=False),
    Column("usage", Text, nullable=False),
    Column("settled_at", _Moment, nullable=False),
    Column("campaign", Text, nullable=False, server_default=text("''")),
    Column("grade", Text, nullable=False, server_default=text("''")),
)

Index("spend_job", spend.c.job)
Index("spend_intended", spend.c.intended_at)
Index("spend_grade", spend.c.grade, spend.c.number)

buckets: Final = Table(
    "buckets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("rate", Float, nullable=False),
    Column("burst", Float, nullable=False),
    Column("tokens", Float, nullable=False),
    Column("at", _Moment, nullable=False),
    Column("held_until", _Moment, nullable=False),
)

overnight: Final = Table(
    "overnight",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=False),
    Column("tenant", Text, nullable=False),
    Column("job", Text, ForeignKey("jobs.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("estimate_micros", BigInteger, nullable=False),
    Column("parcel", Text, nullable=False),
    Column("leg", Text, nullable=False),
    Column("batch", Text, nullable=False),
    Column("expense", BigInteger, nullable=False),
    Column("answer", Text, nullable=False),
    Column("since", _Moment, nullable=False),
)

Index("overnight_wish", overnight.c.job, overnight.c.key, unique=True)
Index("overnight_batch", overnight.c.batch, overnight.c.leg)

batches: Final = Table(
    "batches",
    metadata,
    Column("name", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("ident", Text, nullable=False),
    Column("voyage", Text, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("since", _Moment, nullable=False),
)

audit: Final = Table(
    "audit",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=False),
    Column("at", _Moment, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("job", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

Index("audit_job", audit.c.job, audit.c.number)
