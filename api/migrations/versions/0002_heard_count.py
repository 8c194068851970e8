"""Counts of how messages were heard"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
ENDINGS = ("served", "asked_back", "corrected")


def upgrade() -> None:
    op.create_table(
        "heard_count",
        sa.Column("helpline_id", sa.String(length=36), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("need", sa.String(length=40), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column(
            "ended", sa.Enum("served", "asked_back", "corrected", name="ended", native_enum=False, length=12), nullable=False
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["helpline_id"], ["helpline.id"]),
        sa.PrimaryKeyConstraint("helpline_id", "month", "locale", "need", "bucket", "ended"),
    )


def downgrade() -> None:
    op.drop_table("heard_count")
