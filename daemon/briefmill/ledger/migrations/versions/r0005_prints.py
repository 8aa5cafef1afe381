"""Which logo a creative shows, and the prints that a copy of it is found by."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0005"
down_revision: Final = "0004"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Add both; creatives that are there have neither."""
    for name in ("logo", "prints"):
        op.add_column("creatives", sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''")))
    op.create_index("creatives_sha256", "creatives", ["sha256"])
