"""Invites, the recovery key, rotations that are due, and what was opened in an emergency"""

import sqlalchemy as sa
from alembic import op

from api.db import UtcTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invite",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("helpline_id", sa.String(length=36), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "role", sa.Enum("counsellor", "supervisor", "admin", name="role", native_enum=False, length=12), nullable=False
        ),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("totp", sa.LargeBinary(), nullable=True),
        sa.Column("team", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["helpline_id"], ["helpline.id"]),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_table(
        "break_glass",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column(
            "reason",
            sa.Enum("danger_now", "colleague_away", "technical", name="emergency", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("opened_at", UtcTime(), nullable=False),
        sa.Column("until", UtcTime(), nullable=False),
        sa.Column("reviewed_by", sa.String(length=36), nullable=True),
        sa.Column("reviewed_at", UtcTime(), nullable=True),
        sa.Column("verdict", sa.Enum("accepted", "to_discuss", name="verdict", native_enum=False, length=12), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.ForeignKeyConstraint(["reviewed_by"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for table, column in (("invite", "helpline_id"), ("break_glass", "case_id")):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)
    with op.batch_alter_table("helpline", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recovery_key", sa.LargeBinary(length=32), nullable=True))
    with op.batch_alter_table("team_key", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recovery", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("due", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seen_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_column("seen_on")
    with op.batch_alter_table("team_key", schema=None) as batch_op:
        batch_op.drop_column("due")
        batch_op.drop_column("recovery")
    with op.batch_alter_table("helpline", schema=None) as batch_op:
        batch_op.drop_column("recovery_key")
    op.drop_table("break_glass")
    op.drop_table("invite")
