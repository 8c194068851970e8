"""What a child has erased while a hold keeps it is locked"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("locked", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute('UPDATE "case" SET locked = true WHERE id IN (SELECT case_id FROM case_hold WHERE erase_after)')
    keys = "UPDATE client_grant SET sealed = NULL WHERE case_id IN (SELECT case_id FROM case_hold WHERE erase_after)"
    op.execute(keys)
    with op.batch_alter_table("case_hold", schema=None) as batch_op:
        batch_op.drop_column("erase_after")


def downgrade() -> None:
    with op.batch_alter_table("case_hold", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erase_after", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute('UPDATE case_hold SET erase_after = true WHERE case_id IN (SELECT id FROM "case" WHERE locked)')
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_column("locked")
