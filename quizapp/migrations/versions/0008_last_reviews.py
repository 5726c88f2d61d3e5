"""the last reviews of a day by their index; what cancels nothing is in no index of what does"""

from alembic import op
import sqlalchemy as sa

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

DAYS = 'ix_reviews_learner_id_study_day'
LAST = 'ix_reviews_learner_id_study_day_reviewed_at'
CANCELS = 'uq_reviews_learner_id_cancels'
CANCELLING = sa.text('cancels IS NOT NULL')


def upgrade():
    op.create_index(LAST, 'reviews', ['learner_id', 'study_day', 'reviewed_at'])
    op.drop_index(DAYS, table_name='reviews')
    op.drop_index(CANCELS, table_name='reviews')
    op.create_index(
        CANCELS, 'reviews', ['learner_id', 'cancels'], unique=True, sqlite_where=CANCELLING, postgresql_where=CANCELLING
    )


def downgrade():
    op.drop_index(CANCELS, table_name='reviews')
    op.create_index(CANCELS, 'reviews', ['learner_id', 'cancels'], unique=True)
    op.create_index(DAYS, 'reviews', ['learner_id', 'study_day'])
    op.drop_index(LAST, table_name='reviews')
