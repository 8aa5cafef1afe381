"""Picture calls that wait for a batch, and the batches that carry them."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0004"
down_revision: Final = "0003"
branch_labels: Final = None
depends_on: Final = None

_NUMBER: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "overnight",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("job", sa.Text, sa.ForeignKey("jobs.id"), nullable=False),
        *_text("key", "account", "grade"),
        sa.Column("estimate_micros", sa.BigInteger, nullable=False),
        *_text("parcel", "leg", "batch"),
        sa.Column("expense", sa.BigInteger, nullable=False),
        *_text("answer"),
        sa.Column("since", sa.BigInteger, nullable=False),
    )
    op.create_index("overnight_wish", "overnight", ["job", "key"], unique=True)
    op.create_index("overnight_batch", "overnight", ["batch", "leg"])
    op.create_table(
        "batches",
        sa.Column("name", sa.Text, primary_key=True),
        *_text("tenant", "account", "ident", "voyage"),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
    )


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]
