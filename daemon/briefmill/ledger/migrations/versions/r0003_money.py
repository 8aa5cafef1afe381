"""Each paid call tells its campaign, for budgets, and its grade, by which prices are learned."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0003"
down_revision: Final = "0002"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Add the columns and fill in the campaigns of what is there; its grades nobody knows any more."""
    for name in ("campaign", "grade"):
        op.add_column("spend", sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''")))
    op.execute(
        sa.text("UPDATE spend SET campaign = COALESCE((SELECT jobs.campaign FROM jobs WHERE jobs.id = spend.job), '')")
    )
    op.create_index("spend_intended", "spend", ["intended_at"])
    op.create_index("spend_grade", "spend", ["grade", "number"])
