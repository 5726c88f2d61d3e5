"""pauses that are over; one open plan of a set"""

from alembic import op
import sqlalchemy as sa

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")
ONE_OPEN = 'uq_study_plans_learner_id_question_set_id_open'


def upgrade():
    op.add_column('learners', sa.Column('past_pauses', sa.JSON(), nullable=False, server_default='[]'))
    op.create_index(
        ONE_OPEN, 'study_plans', ['learner_id', 'question_set_id'], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade():
    op.drop_index(ONE_OPEN, table_name='study_plans')
    op.drop_column('learners', 'past_pauses')
