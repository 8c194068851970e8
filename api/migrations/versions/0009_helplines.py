"""Whom a helpline serves and when, and what a case met when it was handed over"""

import sqlalchemy as sa
from alembic import op

from api.db import UtcTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LISTS = ("countries", "locales", "hours", "days")


def upgrade() -> None:
    with op.batch_alter_table("helpline", schema=None) as batch_op:
        batch_op.add_column(sa.Column("takes_handoffs", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("zone", sa.String(length=64), server_default="", nullable=False))
        for name in LISTS:
            batch_op.add_column(sa.Column(name, sa.JSON(), server_default="[]", nullable=False))
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_claimed_at", UtcTime(), nullable=True))
        batch_op.add_column(sa.Column("ahead", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("present", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("out_of_hours", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(sa.text('UPDATE "case" SET first_claimed_at = claimed_at'))


def downgrade() -> None:
    with op.batch_alter_table("case", schema=None) as batch_op:
        for name in ("out_of_hours", "present", "ahead", "first_claimed_at"):
            batch_op.drop_column(name)
    with op.batch_alter_table("helpline", schema=None) as batch_op:
        for name in (*LISTS, "zone", "takes_handoffs"):
            batch_op.drop_column(name)
