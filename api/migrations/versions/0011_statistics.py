"""Counts of cases, contacts, guides and times, and when a member of staff paused"""

import sqlalchemy as sa
from alembic import op

from api.db import UtcTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
OF = ("cases", "contacts", "guides", "waiting", "first_reply", "handling")


def upgrade() -> None:
    op.create_table(
        "figure_count",
        sa.Column("helpline_id", sa.String(length=36), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("of", sa.Enum(*OF, name="of", native_enum=False, length=12), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=120), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["helpline_id"], ["helpline.id"]),
        sa.PrimaryKeyConstraint("helpline_id", "month", "of", "by", "code"),
    )
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paused_at", UtcTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_column("paused_at")
    op.drop_table("figure_count")
