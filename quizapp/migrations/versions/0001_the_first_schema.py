"""the first schema"""

from alembic import op
import sqlalchemy as sa
from quizapp import database

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('erasures',
    sa.Column('id', database.Uuid16(), nullable=False),
    sa.Column('learner_id', database.Uuid16(), nullable=True),
    sa.Column('user_id', database.Uuid16(), nullable=True),
    sa.Column('erased_at', database.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasures'))
    )
    op.create_table('roles',
    sa.Column('id', database.Uuid16(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('description', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roles')),
    sa.UniqueConstraint('name', name=op.f('uq_roles_name'))
    )
    op.create_table('users',
    sa.Column('id', database.Uuid16(), nullable=False),
    sa.Column('email', sa.String(length=255), nullable=False),
    sa.Column('password', sa.String(length=255), nullable=True),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('confirmed_at', database.UtcDateTime(), nullable=True),
    sa.Column('created_at', database.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
    sa.UniqueConstraint('email', name=op.f('uq_users_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_users_fs_uniquifier'))
    )
    op.create_table('learners',
    sa.Column('id', database.Uuid16(), nullable=False),
    sa.Column('user_id', database.Uuid16(), nullable=True),
    sa.Column('created_at', database.UtcDateTime(), nullable=False),
    sa.Column('seen_on', sa.Date(), nullable=False),
    sa.Column('time_zone', sa.String(length=64), nullable=False),
    sa.Column('rollover_hour', sa.Integer(), nullable=False),
    sa.Column('desired_retention', sa.Double(), nullable=False),
    sa.Column('new_per_day', sa.Integer(), nullable=False),
    sa.Column('rating_buttons', sa.Integer(), nullable=False),
    sa.Column('extra_time_percent', sa.Integer(), nullable=False),
    sa.Column('weights', sa.JSON(none_as_null=True), nullable=True),
    sa.CheckConstraint('desired_retention BETWEEN 0.7 AND 0.99', name=op.f('ck_learners_desired_retention')),
    sa.CheckConstraint('extra_time_percent BETWEEN 0 AND 400', name=op.f('ck_learners_extra_time_percent')),
    sa.CheckConstraint('new_per_day BETWEEN 0 AND 999', name=op.f('ck_learners_new_per_day')),
    sa.CheckConstraint('rating_buttons IN (2, 4)', name=op.f('ck_learners_rating_buttons')),
    sa.CheckConstraint('rollover_hour BETWEEN 0 AND 23', name=op.f('ck_learners_rollover_hour')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_learners_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_learners')),
    sa.UniqueConstraint('user_id', name=op.f('uq_learners_user_id'))
    )
    op.create_table('question_sets',
    sa.Column('id', database.Uuid16(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('origin', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('owner_id', database.Uuid16(), nullable=True),
    sa.Column('topics', sa.JSON(), nullable=False),
    sa.Column('source', sa.JSON(), nullable=False),
    sa.Column('loaded_sha256', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('created_at', database.UtcDateTime(), nullable=False),
    sa.Column('updated_at', database.UtcDateTime(), nullable=False),
    sa.Column('published_at', database.UtcDateTime(), nullable=True),
    sa.CheckConstraint("origin IN ('bank', 'instructor')", name=op.f('ck_question_sets_origin')),
    sa.CheckConstraint("state IN ('draft', 'published', 'archived')", name=op.f('ck_question_sets_state')),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_question_sets_owner_id_users'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_sets')),
    sa.UniqueConstraint('slug', name=op.f('uq_question_sets_slug'))
    )
    with op.batch_alter_table('question_sets', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_question_sets_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index('ix_question_sets_state_position', ['state', 'position'], unique=False)

    op.create_table('roles_users',
    sa.Column('user_id', database.Uuid16(), nullable=False),
    sa.Column('role_id', database.Uuid16(), nullable=False),
    sa.ForeignKeyConstraint(['role_id'], ['roles.id'], name=op.f('fk_roles_users_role_id_roles'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_roles_users_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'role_id', name=op.f('pk_roles_users'))
    )
    op.create_table('daily_statistics',
    sa.Column('learner_id', database.Uuid16(), nullable=False),
    sa.Column('study_day', sa.Date(), nullable=False),
    sa.Column('question_set_id', database.Uuid16(), nullable=False),
    sa.Column('topic', sa.String(length=80), nullable=False),
    sa.Column('reviews', sa.Integer(), nullable=False),
    sa.Column('recalled', sa.Integer(), nullable=False),
    sa.Column('predicted_reviews', sa.Integer(), nullable=False),
    sa.Column('predicted_recall', sa.Double(), nullable=False),
    sa.Column('predicted_recalled', sa.Integer(), nullable=False),
    sa.Column('new_facts', sa.Integer(), nullable=False),
    sa.Column('duration_ms', sa.Integer(), nullable=False),
    sa.CheckConstraint('reviews >= 0 AND recalled >= 0 AND recalled <= reviews', name=op.f('ck_daily_statistics_counts')),
    sa.ForeignKeyConstraint(['learner_id'], ['learners.id'], name=op.f('fk_daily_statistics_learner_id_learners'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_sets.id'], name=op.f('fk_daily_statistics_question_set_id_question_sets'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('learner_id', 'study_day', 'question_set_id', 'topic', name=op.f('pk_daily_statistics')),
    sqlite_with_rowid=False
    )
    op.create_table('decks',
    sa.Column('learner_id', database.Uuid16(), nullable=False),
    sa.Column('question_set_id', database.Uuid16(), nullable=False),
    sa.Column('added_at', database.UtcDateTime(), nullable=False),
    sa.Column('new_per_day', sa.Integer(), nullable=True),
    sa.Column('desired_retention', sa.Double(), nullable=True),
    sa.Column('includes_fiction', sa.Boolean(), nullable=False),
    sa.CheckConstraint('desired_retention IS NULL OR desired_retention BETWEEN 0.7 AND 0.99', name=op.f('ck_decks_desired_retention')),
    sa.CheckConstraint('new_per_day IS NULL OR new_per_day BETWEEN 0 AND 999', name=op.f('ck_decks_new_per_day')),
    sa.ForeignKeyConstraint(['learner_id'], ['learners.id'], name=op.f('fk_decks_learner_id_learners'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_sets.id'], name=op.f('fk_decks_question_set_id_question_sets'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('learner_id', 'question_set_id', name=op.f('pk_decks')),
    sqlite_with_rowid=False
    )
    op.create_table('facts',
    sa.Column('id', database.Uuid16(), nullable=False),
    sa.Column('question_set_id', database.Uuid16(), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('topic', sa.String(length=80), nullable=False),
    sa.Column('standing', sa.String(length=20), nullable=False),
    sa.Column('treatment', sa.String(length=24), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('retired_at', database.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_sets.id'], name=op.f('fk_facts_question_set_id_question_sets'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_facts')),
    sa.UniqueConstraint('question_set_id', 'key', name=op.f('uq_facts_question_set_id_key'))
    )
    with op.batch_alter_table('facts', schema=None) as batch_op:
        batch_op.create_index('ix_facts_question_set_id_position', ['question_set_id', 'position'], unique=False)

    op.create_table('questions',
    sa.Column('id', database.Uuid16(), nullable=False),
    sa.Column('question_set_id', database.Uuid16(), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('type', sa.String(length=16), nullable=False),
    sa.Column('topic', sa.String(length=80), nullable=False),
    sa.Column('standing', sa.String(length=20), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('retired_at', database.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_sets.id'], name=op.f('fk_questions_question_set_id_question_sets'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questions')),
    sa.UniqueConstraint('question_set_id', 'key', name=op.f('uq_questions_question_set_id_key'))
    )
    with op.batch_alter_table('questions', schema=None) as batch_op:
        batch_op.create_index('ix_questions_question_set_id_position', ['question_set_id', 'position'], unique=False)

    op.create_table('quizzes',
    sa.Column('id', database.Uuid16(), nullable=False),
    sa.Column('question_set_id', database.Uuid16(), nullable=False),
    sa.Column('made_by', database.Uuid16(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('topics', sa.JSON(), nullable=False),
    sa.Column('includes_fiction', sa.Boolean(), nullable=False),
    sa.Column('question_count', sa.Integer(), nullable=False),
    sa.Column('time_limit_seconds', sa.Integer(), nullable=True),
    sa.Column('created_at', database.UtcDateTime(), nullable=False),
    sa.CheckConstraint('question_count BETWEEN 1 AND 200', name=op.f('ck_quizzes_question_count')),
    sa.CheckConstraint('time_limit_seconds IS NULL OR time_limit_seconds BETWEEN 60 AND 86400', name=op.f('ck_quizzes_time_limit_seconds')),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_sets.id'], name=op.f('fk_quizzes_question_set_id_question_sets'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quizzes'))
    )
    with op.batch_alter_table('quizzes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_quizzes_made_by'), ['made_by'], unique=False)
        batch_op.create_index(batch_op.f('ix_quizzes_question_set_id'), ['question_set_id'], unique=False)

    op.create_table('attempts',
    sa.Column('learner_id', database.Uuid16(), nullable=False),
    sa.Column('id', database.Uuid16(), nullable=False),
    sa.Column('quiz_id', database.Uuid16(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('started_at', database.UtcDateTime(), nullable=False),
    sa.Column('time_limit_seconds', sa.Integer(), nullable=True),
    sa.Column('extra_time_percent', sa.Integer(), nullable=False),
    sa.Column('deadline_at', database.UtcDateTime(), nullable=True),
    sa.Column('finished_at', database.UtcDateTime(), nullable=True),
    sa.Column('finished_by', sa.String(length=8), nullable=True),
    sa.Column('score', sa.Double(), nullable=True),
    sa.Column('max_score', sa.Double(), nullable=True),
    sa.Column('reviewed_at', database.UtcDateTime(), nullable=True),
    sa.CheckConstraint("(state = 'open') = (finished_at IS NULL)", name=op.f('ck_attempts_finished_at')),
    sa.CheckConstraint("finished_by IS NULL OR finished_by IN ('learner', 'deadline')", name=op.f('ck_attempts_finished_by')),
    sa.CheckConstraint("state IN ('open', 'closed')", name=op.f('ck_attempts_state')),
    sa.ForeignKeyConstraint(['learner_id'], ['learners.id'], name=op.f('fk_attempts_learner_id_learners'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['quiz_id'], ['quizzes.id'], name=op.f('fk_attempts_quiz_id_quizzes'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('learner_id', 'id', name=op.f('pk_attempts')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.create_index('ix_attempts_deadline_at_open', ['deadline_at'], unique=False, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.create_index('ix_attempts_finished_at_unreviewed', ['finished_at'], unique=False, sqlite_where=sa.text('reviewed_at IS NULL'), postgresql_where=sa.text('reviewed_at IS NULL'))
        batch_op.create_index('ix_attempts_learner_id_started_at', ['learner_id', 'started_at'], unique=False)
        batch_op.create_index('uq_attempts_learner_id_quiz_id_open', ['learner_id', 'quiz_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('cards',
    sa.Column('learner_id', database.Uuid16(), nullable=False),
    sa.Column('fact_id', database.Uuid16(), nullable=False),
    sa.Column('question_set_id', database.Uuid16(), nullable=False),
    sa.Column('stability', sa.Double(), nullable=False),
    sa.Column('difficulty', sa.Double(), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.Column('last_at', database.UtcDateTime(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('reps', sa.Integer(), nullable=False),
    sa.Column('lapses', sa.Integer(), nullable=False),
    sa.Column('fact_revision', sa.Integer(), nullable=False),
    sa.CheckConstraint('difficulty BETWEEN 1 AND 10', name=op.f('ck_cards_difficulty')),
    sa.CheckConstraint('reps >= 0 AND lapses >= 0', name=op.f('ck_cards_counts')),
    sa.CheckConstraint('stability > 0', name=op.f('ck_cards_stability')),
    sa.ForeignKeyConstraint(['fact_id'], ['facts.id'], name=op.f('fk_cards_fact_id_facts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['learner_id'], ['learners.id'], name=op.f('fk_cards_learner_id_learners'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_sets.id'], name=op.f('fk_cards_question_set_id_question_sets'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('learner_id', 'fact_id', name=op.f('pk_cards')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('cards', schema=None) as batch_op:
        batch_op.create_index('ix_cards_learner_id_question_set_id_due_on', ['learner_id', 'question_set_id', 'due_on'], unique=False)

    op.create_table('fact_revisions',
    sa.Column('fact_id', database.Uuid16(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('created_at', database.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['fact_id'], ['facts.id'], name=op.f('fk_fact_revisions_fact_id_facts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('fact_id', 'revision', name=op.f('pk_fact_revisions'))
    )
    op.create_table('question_facts',
    sa.Column('question_id', database.Uuid16(), nullable=False),
    sa.Column('fact_id', database.Uuid16(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['fact_id'], ['facts.id'], name=op.f('fk_question_facts_fact_id_facts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_question_facts_question_id_questions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('question_id', 'fact_id', name=op.f('pk_question_facts'))
    )
    with op.batch_alter_table('question_facts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_question_facts_fact_id'), ['fact_id'], unique=False)

    op.create_table('question_revisions',
    sa.Column('question_id', database.Uuid16(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('created_at', database.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_question_revisions_question_id_questions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('question_id', 'revision', name=op.f('pk_question_revisions'))
    )
    op.create_table('reviews',
    sa.Column('learner_id', database.Uuid16(), nullable=False),
    sa.Column('id', database.Uuid16(), nullable=False),
    sa.Column('fact_id', database.Uuid16(), nullable=False),
    sa.Column('question_id', database.Uuid16(), nullable=True),
    sa.Column('question_revision', sa.Integer(), nullable=True),
    sa.Column('form', sa.String(length=16), nullable=False),
    sa.Column('source', sa.String(length=8), nullable=False),
    sa.Column('reviewed_at', database.UtcDateTime(), nullable=False),
    sa.Column('study_day', sa.Date(), nullable=False),
    sa.Column('duration_ms', sa.Integer(), nullable=False),
    sa.Column('rating', sa.Integer(), nullable=True),
    sa.Column('is_right', sa.Boolean(), nullable=False),
    sa.Column('guess', sa.Double(), nullable=False),
    sa.Column('weight', sa.Double(), nullable=False),
    sa.Column('weights_version', sa.Integer(), nullable=False),
    sa.Column('rule_version', sa.Integer(), nullable=False),
    sa.Column('is_long_term', sa.Boolean(), nullable=False),
    sa.Column('stability_before', sa.Double(), nullable=True),
    sa.Column('difficulty_before', sa.Double(), nullable=True),
    sa.Column('stability_after', sa.Double(), nullable=True),
    sa.Column('difficulty_after', sa.Double(), nullable=True),
    sa.Column('predicted', sa.Double(), nullable=True),
    sa.Column('cancels', database.Uuid16(), nullable=True),
    sa.CheckConstraint("source IN ('study', 'quiz', 'import')", name=op.f('ck_reviews_source')),
    sa.CheckConstraint('duration_ms >= 0', name=op.f('ck_reviews_duration_ms')),
    sa.CheckConstraint('guess >= 0 AND guess < 1', name=op.f('ck_reviews_guess')),
    sa.CheckConstraint('rating IS NULL OR rating BETWEEN 1 AND 4', name=op.f('ck_reviews_rating')),
    sa.CheckConstraint('weight BETWEEN 0 AND 1', name=op.f('ck_reviews_weight')),
    sa.ForeignKeyConstraint(['fact_id'], ['facts.id'], name=op.f('fk_reviews_fact_id_facts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['learner_id'], ['learners.id'], name=op.f('fk_reviews_learner_id_learners'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_reviews_question_id_questions'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('learner_id', 'id', name=op.f('pk_reviews')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.create_index('ix_reviews_learner_id_fact_id_reviewed_at', ['learner_id', 'fact_id', 'reviewed_at'], unique=False)
        batch_op.create_index('ix_reviews_learner_id_study_day', ['learner_id', 'study_day'], unique=False)
        batch_op.create_index('uq_reviews_learner_id_cancels', ['learner_id', 'cancels'], unique=True)

    op.create_table('responses',
    sa.Column('learner_id', database.Uuid16(), nullable=False),
    sa.Column('attempt_id', database.Uuid16(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('question_id', database.Uuid16(), nullable=False),
    sa.Column('question_revision', sa.Integer(), nullable=False),
    sa.Column('form', sa.String(length=16), nullable=False),
    sa.Column('option_order', sa.JSON(), nullable=False),
    sa.Column('is_flagged', sa.Boolean(), nullable=False),
    sa.Column('response', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('save_key', database.Uuid16(), nullable=True),
    sa.Column('responded_at', database.UtcDateTime(), nullable=True),
    sa.Column('outcome', sa.String(length=8), nullable=True),
    sa.Column('score', sa.Double(), nullable=True),
    sa.Column('review_id', database.Uuid16(), nullable=True),
    sa.CheckConstraint('score IS NULL OR score BETWEEN 0 AND 1', name=op.f('ck_responses_score')),
    sa.CheckConstraint('sequence >= 0', name=op.f('ck_responses_sequence')),
    sa.ForeignKeyConstraint(['learner_id', 'attempt_id'], ['attempts.learner_id', 'attempts.id'], name=op.f('fk_responses_learner_id_attempt_id_attempts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_responses_question_id_questions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('learner_id', 'attempt_id', 'position', name=op.f('pk_responses')),
    sqlite_with_rowid=False
    )


def downgrade():
    op.drop_table('responses')
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.drop_index('uq_reviews_learner_id_cancels')
        batch_op.drop_index('ix_reviews_learner_id_study_day')
        batch_op.drop_index('ix_reviews_learner_id_fact_id_reviewed_at')

    op.drop_table('reviews')
    op.drop_table('question_revisions')
    with op.batch_alter_table('question_facts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_question_facts_fact_id'))

    op.drop_table('question_facts')
    op.drop_table('fact_revisions')
    with op.batch_alter_table('cards', schema=None) as batch_op:
        batch_op.drop_index('ix_cards_learner_id_question_set_id_due_on')

    op.drop_table('cards')
    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.drop_index('uq_attempts_learner_id_quiz_id_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index('ix_attempts_learner_id_started_at')
        batch_op.drop_index('ix_attempts_finished_at_unreviewed', sqlite_where=sa.text('reviewed_at IS NULL'), postgresql_where=sa.text('reviewed_at IS NULL'))
        batch_op.drop_index('ix_attempts_deadline_at_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.drop_table('attempts')
    with op.batch_alter_table('quizzes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_quizzes_question_set_id'))
        batch_op.drop_index(batch_op.f('ix_quizzes_made_by'))

    op.drop_table('quizzes')
    with op.batch_alter_table('questions', schema=None) as batch_op:
        batch_op.drop_index('ix_questions_question_set_id_position')

    op.drop_table('questions')
    with op.batch_alter_table('facts', schema=None) as batch_op:
        batch_op.drop_index('ix_facts_question_set_id_position')

    op.drop_table('facts')
    op.drop_table('decks')
    op.drop_table('daily_statistics')
    op.drop_table('roles_users')
    with op.batch_alter_table('question_sets', schema=None) as batch_op:
        batch_op.drop_index('ix_question_sets_state_position')
        batch_op.drop_index(batch_op.f('ix_question_sets_owner_id'))

    op.drop_table('question_sets')
    op.drop_table('learners')
    op.drop_table('users')
    op.drop_table('roles')
    op.drop_table('erasures')
