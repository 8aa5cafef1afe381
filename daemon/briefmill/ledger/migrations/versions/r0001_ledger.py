"""The first tables: jobs, stage runs, creatives, spend, buckets, and the audit chain that only grows."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0001"
down_revision: Final = None
branch_labels: Final = None
depends_on: Final = None

_NUMBER: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")

_SQLITE_GUARD: Final = """
CREATE TRIGGER audit_{what} BEFORE {what} ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are never changed or removed'); END
"""

_POSTGRESQL_GUARD: Final = """
CREATE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit rows are never changed or removed'; END $$;
CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_guard();
CREATE TRIGGER audit_guard_all BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_guard()
"""


def upgrade() -> None:
    """Make all tables."""
    _jobs()
    _stage_runs()
    _creatives()
    _spend()
    _buckets()
    _audit()
    _guard_audit()


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def _large(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def _real(*names: str) -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Float, nullable=False) for name in names]


def _owner() -> sa.Column[str]:
    return sa.Column("job", sa.Text, sa.ForeignKey("jobs.id"), nullable=False)


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text, primary_key=True),
        *_text("tenant", "state", "source"),
        sa.Column("source_raw", sa.LargeBinary, nullable=False),
        *_large("created_at", "updated_at"),
        *_text("content", "campaign"),
        *_whole("revision"),
        *_text("stage"),
        *_whole("attempt", "fence", "priority"),
        *_large("not_before", "lease_until"),
        *_text("owner"),
        *_large("cost_micros"),
        *_text("duplicate_of", "reason"),
        *_whole("run", "taken"),
        *_text("admission"),
    )
    op.create_index("jobs_waiting", "jobs", ["stage", "state", "priority", "created_at", "id"])
    op.create_index("jobs_newest", "jobs", ["created_at", "id"])
    op.create_index("jobs_state", "jobs", ["state", "created_at", "id"])
    op.create_index("jobs_content", "jobs", ["tenant", "content"])
    given = sa.text("revision > 0")
    columns = ["tenant", "campaign", "revision"]
    op.create_index("jobs_revision", "jobs", columns, unique=True, sqlite_where=given, postgresql_where=given)


def _stage_runs() -> None:
    op.create_table(
        "stage_runs",
        *_text("tenant"),
        _owner(),
        *_text("stage"),
        *_whole("revision", "attempt", "fence"),
        *_text("outcome"),
        *_large("started_at"),
        *_real("duration_s"),
        *_text("output"),
        sa.PrimaryKeyConstraint("job", "stage", "revision"),
    )


def _creatives() -> None:
    op.create_table(
        "creatives",
        *_text("tenant"),
        _owner(),
        *_text("product", "locale", "placement", "sha256"),
        *_large("size"),
        *_text("media_type"),
        *_whole("width", "height"),
        *_text("extension"),
        *_whole("quality"),
        *_text("alt_text"),
        *_large("created_at"),
        sa.PrimaryKeyConstraint("job", "product", "locale", "placement"),
    )


def _spend() -> None:
    op.create_table(
        "spend",
        sa.Column("number", _NUMBER, primary_key=True),
        *_text("tenant"),
        _owner(),
        *_text("kind", "key"),
        *_large("estimate_micros", "intended_at"),
        sa.Column("cost_micros", sa.BigInteger, nullable=True),
        *_text("outcome", "usage"),
        *_large("settled_at"),
    )
    op.create_index("spend_job", "spend", ["job"])


def _buckets() -> None:
    op.create_table(
        "buckets",
        sa.Column("name", sa.Text, primary_key=True),
        *_text("tenant"),
        *_real("rate", "burst", "tokens"),
        *_large("at", "held_until"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=False),
        *_large("at"),
        *_text("tenant", "job", "event", "detail", "previous", "hash"),
    )
    op.create_index("audit_job", "audit", ["job", "number"])


def _guard_audit() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for what in ("update", "delete"):
            op.execute(_SQLITE_GUARD.format(what=what))
    else:
        op.execute(_POSTGRESQL_GUARD)
