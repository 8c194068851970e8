"""A case is offered, watched and filed"""

import sqlalchemy as sa
from alembic import op

from api.db import UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
KINDS = ("emergency", "crisis_line", "police", "hotline", "platform", "protection", "school", "helpline", "other")
REASONS = ("court", "police", "complaint", "other")
KEPT = ("planned", "kept", "missed", "dropped")
RESULTS = ("asked", "accepted", "refused", "done", "no_answer")


def upgrade() -> None:
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("offered_to", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("look_in", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("categories", sa.JSON(), nullable=False, server_default="[]"))
        nature = sa.Enum("fake", "edited", "real", "unsure", name="imagenature", native_enum=False, length=12)
        batch_op.add_column(sa.Column("image_nature", nature, nullable=True))
        batch_op.add_column(sa.Column("follow_up_on", sa.Date(), nullable=True))
        batch_op.create_foreign_key("case_offered_to", "staff", ["offered_to"], ["id"])
    op.create_table(
        "case_watch",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("case_id", "staff_id"),
    )

    op.create_table(
        "referral",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.Enum(*KINDS, name="referralkind", native_enum=False, length=12), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("result", sa.Enum(*RESULTS, name="result", native_enum=False, length=12), nullable=False),
        sa.Column("result_at", UtcTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("case_id", "id"),
    )
    op.create_table(
        "appointment",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("kept", sa.Enum(*KEPT, name="kept", native_enum=False, length=12), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("case_id", "id"),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointment_at"), ["at"], unique=False)
    op.create_table(
        "case_hold",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.Enum(*REASONS, name="holdreason", native_enum=False, length=12), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("erase_after", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "retention_run",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("helpline", schema=None) as batch_op:
        batch_op.add_column(sa.Column("keep_closed_days", sa.Integer(), nullable=False, server_default="90"))


def downgrade() -> None:
    with op.batch_alter_table("helpline", schema=None) as batch_op:
        batch_op.drop_column("keep_closed_days")
    op.drop_table("retention_run")
    op.drop_table("case_hold")
    op.drop_table("appointment")
    op.drop_table("referral")
    op.drop_table("case_watch")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_constraint("case_offered_to", type_="foreignkey")
        for column in ("follow_up_on", "image_nature", "categories", "look_in", "offered_to"):
            batch_op.drop_column(column)
