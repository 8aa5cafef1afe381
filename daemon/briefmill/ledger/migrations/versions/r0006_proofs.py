"""The proof of a creative's exact product, and its record of origin."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0006"
down_revision: Final = "0005"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Add both; creatives that are there have neither."""
    for name in ("exactness", "provenance"):
        op.add_column("creatives", sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''")))
