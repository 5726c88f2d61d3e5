"""censuses of memory"""

from alembic import op
import sqlalchemy as sa
from quizapp import database

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'memory_censuses',
        sa.Column('learner_id', database.Uuid16(), nullable=False),
        sa.Column('made_on', sa.Date(), nullable=False),
        sa.Column('made_at', database.UtcDateTime(), nullable=False),
        sa.Column('topics', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ['learner_id'], ['learners.id'], name=op.f('fk_memory_censuses_learner_id_learners'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('learner_id', name=op.f('pk_memory_censuses')),
        sqlite_with_rowid=False,
    )


def downgrade():
    op.drop_table('memory_censuses')
