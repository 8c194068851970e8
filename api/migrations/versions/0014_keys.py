"""Who agreed that cases are sealed to a connected system; those of before wait for a supervisor too"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.add_column(sa.Column("approved_by", sa.String(length=36), nullable=True))
        batch_op.create_foreign_key("fk_client_approved_by_staff", "staff", ["approved_by"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.drop_constraint("fk_client_approved_by_staff", type_="foreignkey")
        batch_op.drop_column("approved_by")
