"""Class sessions: counts and sealed questions, and no pupil"""

import sqlalchemy as sa
from alembic import op

from api.db import UtcTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "class_session",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("code", sa.String(7), unique=True),
        sa.Column("host_hash", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("screen_hash", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("lesson", sa.String(40), nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("country", sa.String(2)),
        sa.Column("pace", sa.String(12), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(31), nullable=False),
        sa.Column("phase", sa.String(12), nullable=False),
        sa.Column("closed", sa.String(1000), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("box_public", sa.LargeBinary(32), nullable=False),
        sa.Column("box_key", sa.LargeBinary(), nullable=False),
        sa.Column("keep_longer", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime()),
    )
    op.create_index("ix_class_session_created_at", "class_session", ["created_at"])
    session = sa.ForeignKey("class_session.id", ondelete="CASCADE")
    op.create_table(
        "class_count",
        sa.Column("session_id", sa.String(36), session, primary_key=True),
        sa.Column("item", sa.String(31), primary_key=True),
        sa.Column("option", sa.String(31), primary_key=True),
        sa.Column("answers", sa.Integer(), nullable=False),
    )
    op.create_table(
        "class_question",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("session_id", sa.String(36), sa.ForeignKey("class_session.id", ondelete="CASCADE"), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("careful", sa.Boolean(), nullable=False),
        sa.Column("mark", sa.String(8), nullable=False),
    )
    op.create_index("ix_class_question_session_id", "class_question", ["session_id"])
    op.create_table(
        "class_notice",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("band", sa.String(8), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
    )
    op.create_index("ix_class_notice_country", "class_notice", ["country"])
    op.create_index("ix_class_notice_day", "class_notice", ["day"])


def downgrade() -> None:
    for table in ("class_notice", "class_question", "class_count", "class_session"):
        op.drop_table(table)
