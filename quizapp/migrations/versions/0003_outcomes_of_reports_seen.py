"""outcomes of reports, seen by who reported"""

from alembic import op
import sqlalchemy as sa
from quizapp import database

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('mistake_reports', schema=None) as batch_op:
        batch_op.add_column(sa.Column('seen_at', database.UtcDateTime(), nullable=True))


def downgrade():
    with op.batch_alter_table('mistake_reports', schema=None) as batch_op:
        batch_op.drop_column('seen_at')
