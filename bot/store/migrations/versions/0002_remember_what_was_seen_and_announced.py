"""Remember what a mitigation's preview found, and which drill was announced.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mitigation_run", sa.Column("seen", sa.JSON(), nullable=True))
    op.add_column("drill_plan", sa.Column("announced", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("drill_plan", "announced")
    op.drop_column("mitigation_run", "seen")
