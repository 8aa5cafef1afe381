"""Each creative tells the layout that it was composed by; those made before know none."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0002"
down_revision: Final = "0001"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Add the column, empty for what is there."""
    op.add_column("creatives", sa.Column("layout", sa.Text, nullable=False, server_default=sa.text("''")))
