"""How far each side has shown the log, and the offer of a person in an emergency"""

import sqlalchemy as sa
from alembic import op

from api.db import UtcTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        for column in ("child_seen", "person_seen"):
            batch_op.add_column(sa.Column(column, sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "emergency_offer",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("helpline_id", sa.String(length=36), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("until", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["helpline_id"], ["helpline.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("emergency_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_emergency_offer_helpline_id"), ["helpline_id"], unique=False)


def downgrade() -> None:
    op.drop_table("emergency_offer")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        for column in ("person_seen", "child_seen"):
            batch_op.drop_column(column)
