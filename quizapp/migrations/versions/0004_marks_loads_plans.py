"""marks and steps, loads of days, recall by form, neighbours and tags, plans and fits"""

from alembic import op
import sqlalchemy as sa
from quizapp import database

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

WITHOUT_ROWID = {'sqlite_with_rowid': False}
# The default weight 20 of FSRS-6: memories of before were made with it.
DECAY = -0.1542
APART = sa.text("retired_at IS NOT NULL OR treatment = 'exclude' OR standing = 'fictional'")
REVISED = sa.text('revision > 1')
REMINDED = sa.text('reminder_hour IS NOT NULL')

LEARNER_CHECKS = {
    'study_mode': "study_mode IN ('flashcard', 'question')",
    'due_order': "due_order IN ('retrievability', 'due', 'stability', 'shuffled')",
    'new_order': "new_order IN ('mixed', 'first', 'last')",
    'budget_minutes': 'budget_minutes IS NULL OR budget_minutes BETWEEN 1 AND 600',
    'goal_minutes': 'goal_minutes IS NULL OR goal_minutes BETWEEN 1 AND 600',
    'reminder_hour': 'reminder_hour IS NULL OR reminder_hour BETWEEN 0 AND 23',
    'paused': '(paused_from IS NULL) = (paused_through IS NULL)',
}


def upgrade():
    with op.batch_alter_table('learners') as batch_op:
        batch_op.add_column(sa.Column('weights_version', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('study_mode', sa.String(length=12), nullable=False, server_default='flashcard'))
        batch_op.add_column(sa.Column('due_order', sa.String(length=16), nullable=False, server_default='retrievability'))
        batch_op.add_column(sa.Column('new_order', sa.String(length=8), nullable=False, server_default='mixed'))
        batch_op.add_column(sa.Column('budget_minutes', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('goal_minutes', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('easy_days', sa.JSON(), nullable=False, server_default='[100, 100, 100, 100, 100, 100, 100]'))
        batch_op.add_column(sa.Column('paused_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('paused_through', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('relief_through', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('shows_streak', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('uses_keys', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('reads_aloud', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('reminder_hour', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('reminded_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('calendar_key', database.Uuid16(), nullable=True))
        for name, condition in LEARNER_CHECKS.items():
            batch_op.create_check_constraint(op.f(f'ck_learners_{name}'), condition)
    op.create_index('ix_learners_seen_on', 'learners', ['seen_on'])
    op.create_index('ix_learners_reminder_hour', 'learners', ['reminder_hour'], sqlite_where=REMINDED, postgresql_where=REMINDED)

    with op.batch_alter_table('decks', table_kwargs=WITHOUT_ROWID) as batch_op:
        batch_op.add_column(sa.Column('reviews_per_day', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('new_from', sa.Integer(), nullable=False, server_default='0'))
        batch_op.create_check_constraint(op.f('ck_decks_reviews_per_day'), 'reviews_per_day IS NULL OR reviews_per_day BETWEEN 0 AND 9999')

    op.drop_index('ix_cards_learner_id_question_set_id_due_on', table_name='cards')
    op.add_column('cards', sa.Column('shown_on', sa.Date(), nullable=True))
    op.execute('UPDATE cards SET shown_on = due_on')
    op.create_index('ix_cards_learner_id_question_set_id_shown_on', 'cards', ['learner_id', 'question_set_id', 'shown_on', 'last_on', 'stability'])

    op.add_column('facts', sa.Column('introduced', sa.Integer(), nullable=False, server_default='0'))
    op.execute('UPDATE facts SET introduced = position')
    op.create_index('ix_facts_question_set_id_introduced', 'facts', ['question_set_id', 'introduced'])
    op.create_index('ix_facts_question_set_id_apart', 'facts', ['question_set_id'], sqlite_where=APART, postgresql_where=APART)
    op.create_index('ix_facts_question_set_id_revised', 'facts', ['question_set_id'], sqlite_where=REVISED, postgresql_where=REVISED)

    with op.batch_alter_table('reviews', table_kwargs=WITHOUT_ROWID) as batch_op:
        batch_op.add_column(sa.Column('due_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('action', sa.String(length=8), nullable=True))
        batch_op.drop_constraint(op.f('ck_reviews_source'), type_='check')
        batch_op.create_check_constraint(op.f('ck_reviews_source'), "source IN ('study', 'quiz', 'import', 'cram')")
        batch_op.create_check_constraint(op.f('ck_reviews_action'), "action IS NULL OR action IN ('reset', 'due')")
        batch_op.create_check_constraint(op.f('ck_reviews_due_on'), "action IS NULL OR action <> 'due' OR due_on IS NOT NULL")

    op.add_column('daily_statistics', sa.Column('gained', sa.Double(), nullable=False, server_default='0'))

    op.create_table('card_marks',
    sa.Column('learner_id', database.Uuid16(), nullable=False),
    sa.Column('fact_id', database.Uuid16(), nullable=False),
    sa.Column('question_set_id', database.Uuid16(), nullable=False),
    sa.Column('suspended_at', database.UtcDateTime(), nullable=True),
    sa.Column('hidden_through', sa.Date(), nullable=True),
    sa.Column('skipped_on', sa.Date(), nullable=True),
    sa.Column('skipped_at', database.UtcDateTime(), nullable=True),
    sa.Column('flagged_at', database.UtcDateTime(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('leech_lapses', sa.Integer(), nullable=False),
    sa.Column('wanted_form', sa.String(length=16), nullable=True),
    sa.Column('updated_at', database.UtcDateTime(), nullable=False),
    sa.CheckConstraint('leech_lapses >= 0', name=op.f('ck_card_marks_leech_lapses')),
    sa.ForeignKeyConstraint(['fact_id'], ['facts.id'], name=op.f('fk_card_marks_fact_id_facts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['learner_id'], ['learners.id'], name=op.f('fk_card_marks_learner_id_learners'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_sets.id'], name=op.f('fk_card_marks_question_set_id_question_sets'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('learner_id', 'fact_id', name=op.f('pk_card_marks')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_card_marks_learner_id_question_set_id', 'card_marks', ['learner_id', 'question_set_id'])

    op.create_table('card_steps',
    sa.Column('learner_id', database.Uuid16(), nullable=False),
    sa.Column('id', database.Uuid16(), nullable=False),
    sa.Column('fact_id', database.Uuid16(), nullable=False),
    sa.Column('made_at', database.UtcDateTime(), nullable=False),
    sa.Column('action', sa.String(length=16), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('undone_at', database.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['fact_id'], ['facts.id'], name=op.f('fk_card_steps_fact_id_facts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['learner_id'], ['learners.id'], name=op.f('fk_card_steps_learner_id_learners'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('learner_id', 'id', name=op.f('pk_card_steps')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_card_steps_learner_id_made_at', 'card_steps', ['learner_id', 'made_at'])

    op.create_table('daily_loads',
    sa.Column('learner_id', database.Uuid16(), nullable=False),
    sa.Column('question_set_id', database.Uuid16(), nullable=False),
    sa.Column('shown_on', sa.Date(), nullable=False),
    sa.Column('cards', sa.Integer(), nullable=False),
    sa.CheckConstraint('cards >= 0', name=op.f('ck_daily_loads_cards')),
    sa.ForeignKeyConstraint(['learner_id'], ['learners.id'], name=op.f('fk_daily_loads_learner_id_learners'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_sets.id'], name=op.f('fk_daily_loads_question_set_id_question_sets'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('learner_id', 'question_set_id', 'shown_on', name=op.f('pk_daily_loads')),
    sqlite_with_rowid=False
    )
    op.create_table('daily_recall',
    sa.Column('learner_id', database.Uuid16(), nullable=False),
    sa.Column('study_day', sa.Date(), nullable=False),
    sa.Column('question_set_id', database.Uuid16(), nullable=False),
    sa.Column('is_fiction', sa.Boolean(), nullable=False),
    sa.Column('form', sa.String(length=16), nullable=False),
    sa.Column('tenth', sa.Integer(), nullable=False),
    sa.Column('reviews', sa.Integer(), nullable=False),
    sa.Column('recalled', sa.Integer(), nullable=False),
    sa.Column('predicted_recall', sa.Double(), nullable=False),
    sa.Column('duration_ms', sa.Integer(), nullable=False),
    sa.CheckConstraint('reviews >= 0 AND recalled >= 0 AND recalled <= reviews', name=op.f('ck_daily_recall_counts')),
    sa.CheckConstraint('tenth BETWEEN -1 AND 9', name=op.f('ck_daily_recall_tenth')),
    sa.ForeignKeyConstraint(['learner_id'], ['learners.id'], name=op.f('fk_daily_recall_learner_id_learners'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_sets.id'], name=op.f('fk_daily_recall_question_set_id_question_sets'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('learner_id', 'study_day', 'question_set_id', 'is_fiction', 'form', 'tenth', name=op.f('pk_daily_recall')),
    sqlite_with_rowid=False
    )

    op.create_table('fact_tags',
    sa.Column('fact_id', database.Uuid16(), nullable=False),
    sa.Column('tag', sa.String(length=160), nullable=False),
    sa.ForeignKeyConstraint(['fact_id'], ['facts.id'], name=op.f('fk_fact_tags_fact_id_facts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('fact_id', 'tag', name=op.f('pk_fact_tags'))
    )
    op.create_index('ix_fact_tags_tag', 'fact_tags', ['tag'])
    op.create_table('fact_neighbours',
    sa.Column('fact_id', database.Uuid16(), nullable=False),
    sa.Column('neighbour_id', database.Uuid16(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('turned', 'named', 'near')", name=op.f('ck_fact_neighbours_kind')),
    sa.ForeignKeyConstraint(['fact_id'], ['facts.id'], name=op.f('fk_fact_neighbours_fact_id_facts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['neighbour_id'], ['facts.id'], name=op.f('fk_fact_neighbours_neighbour_id_facts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('fact_id', 'neighbour_id', name=op.f('pk_fact_neighbours'))
    )
    op.create_index(op.f('ix_fact_neighbours_neighbour_id'), 'fact_neighbours', ['neighbour_id'])

    op.create_table('study_plans',
    sa.Column('learner_id', database.Uuid16(), nullable=False),
    sa.Column('id', database.Uuid16(), nullable=False),
    sa.Column('question_set_id', database.Uuid16(), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('ready_on', sa.Date(), nullable=False),
    sa.Column('daily_minutes', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('desired_retention', sa.Double(), nullable=False),
    sa.Column('new_per_day', sa.Integer(), nullable=False),
    sa.Column('deck_before', sa.JSON(), nullable=False),
    sa.Column('predicted', sa.Double(), nullable=False),
    sa.Column('reached', sa.Double(), nullable=True),
    sa.Column('created_at', database.UtcDateTime(), nullable=False),
    sa.Column('ended_at', database.UtcDateTime(), nullable=True),
    sa.CheckConstraint('daily_minutes BETWEEN 1 AND 600', name=op.f('ck_study_plans_daily_minutes')),
    sa.CheckConstraint("state IN ('open', 'reached', 'ended')", name=op.f('ck_study_plans_state')),
    sa.ForeignKeyConstraint(['learner_id'], ['learners.id'], name=op.f('fk_study_plans_learner_id_learners'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_sets.id'], name=op.f('fk_study_plans_question_set_id_question_sets'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('learner_id', 'id', name=op.f('pk_study_plans')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_study_plans_learner_id_ready_on', 'study_plans', ['learner_id', 'ready_on'])
    op.create_table('plan_days',
    sa.Column('learner_id', database.Uuid16(), nullable=False),
    sa.Column('plan_id', database.Uuid16(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('predicted', sa.Double(), nullable=True),
    sa.Column('reached', sa.Double(), nullable=True),
    sa.ForeignKeyConstraint(['learner_id', 'plan_id'], ['study_plans.learner_id', 'study_plans.id'], name=op.f('fk_plan_days_learner_id_study_plans'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('learner_id', 'plan_id', 'day', name=op.f('pk_plan_days')),
    sqlite_with_rowid=False
    )
    op.create_table('fits',
    sa.Column('learner_id', database.Uuid16(), nullable=False),
    sa.Column('id', database.Uuid16(), nullable=False),
    sa.Column('fitted_at', database.UtcDateTime(), nullable=False),
    sa.Column('reviews', sa.Integer(), nullable=False),
    sa.Column('held_back', sa.Integer(), nullable=False),
    sa.Column('weights', sa.JSON(), nullable=False),
    sa.Column('loss_before', sa.Double(), nullable=False),
    sa.Column('loss_after', sa.Double(), nullable=False),
    sa.Column('error_before', sa.Double(), nullable=False),
    sa.Column('error_after', sa.Double(), nullable=False),
    sa.Column('is_used', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['learner_id'], ['learners.id'], name=op.f('fk_fits_learner_id_learners'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('learner_id', 'id', name=op.f('pk_fits')),
    sqlite_with_rowid=False
    )
    fill()


def fill():
    """Make of the cards and the log there are what is kept beside them from now on."""
    # Banks are read again at the next start, for their neighbours and tags.
    op.execute("UPDATE question_sets SET loaded_sha256 = '' WHERE origin = 'bank'")
    op.execute(
        'INSERT INTO daily_loads (learner_id, question_set_id, shown_on, cards) '
        'SELECT learner_id, question_set_id, shown_on, count(*) FROM cards '
        'GROUP BY learner_id, question_set_id, shown_on'
    )
    tenth = ' + '.join(f'CASE WHEN r.predicted >= 0.{number} THEN 1 ELSE 0 END' for number in range(1, 10))
    standing = (
        'FROM reviews r JOIN facts f ON f.id = r.fact_id WHERE r.cancels IS NULL AND NOT EXISTS '
        '(SELECT 1 FROM reviews u WHERE u.learner_id = r.learner_id AND u.cancels = r.id)'
    )
    op.execute(
        'INSERT INTO daily_recall (learner_id, study_day, question_set_id, is_fiction, form, tenth, reviews, recalled, '
        'predicted_recall, duration_ms) '
        'SELECT learner_id, study_day, question_set_id, is_fiction, form, tenth, count(*), sum(recalled), '
        'sum(predicted), sum(duration_ms) FROM ('
        "SELECT r.learner_id, r.study_day, f.question_set_id, f.standing = 'fictional' AS is_fiction, r.form, "
        f'CASE WHEN r.predicted IS NULL THEN -1 ELSE {tenth} END AS tenth, '
        'CASE WHEN r.is_right THEN 1 ELSE 0 END AS recalled, coalesce(r.predicted, 0) AS predicted, r.duration_ms '
        f'{standing}) probes GROUP BY learner_id, study_day, question_set_id, is_fiction, form, tenth'
    )
    connection = op.get_bind()
    gained = {}
    for row in connection.execute(sa.text(
        "SELECT r.learner_id, r.study_day, f.question_set_id, CASE WHEN f.standing = 'fictional' THEN '*fiction' "
        f'ELSE f.topic END AS topic, r.stability_before, r.stability_after {standing} AND r.stability_after IS NOT NULL'
    )):
        key = tuple(row[:4])
        gained[key] = gained.get(key, 0.0) + in_a_month(row.stability_after) - in_a_month(row.stability_before)
    for (learner_id, study_day, question_set_id, topic), amount in gained.items():
        connection.execute(
            sa.text(
                'UPDATE daily_statistics SET gained = :amount WHERE learner_id = :learner_id AND '
                'study_day = :study_day AND question_set_id = :question_set_id AND topic = :topic'
            ),
            {
                'amount': amount, 'learner_id': learner_id, 'study_day': study_day,
                'question_set_id': question_set_id, 'topic': topic,
            },
        )


def in_a_month(stability):
    if stability is None:
        return 0.0
    return (1 + (0.9 ** (1 / DECAY) - 1) * 30 / stability) ** DECAY


def downgrade():
    for name in ('fits', 'plan_days', 'study_plans', 'fact_neighbours', 'fact_tags', 'daily_recall', 'daily_loads', 'card_steps', 'card_marks'):
        op.drop_table(name)
    op.drop_column('daily_statistics', 'gained')
    op.execute("DELETE FROM reviews WHERE source = 'cram' OR action IS NOT NULL")
    with op.batch_alter_table('reviews', table_kwargs=WITHOUT_ROWID) as batch_op:
        batch_op.drop_constraint(op.f('ck_reviews_due_on'), type_='check')
        batch_op.drop_constraint(op.f('ck_reviews_action'), type_='check')
        batch_op.drop_constraint(op.f('ck_reviews_source'), type_='check')
        batch_op.create_check_constraint(op.f('ck_reviews_source'), "source IN ('study', 'quiz', 'import')")
        batch_op.drop_column('action')
        batch_op.drop_column('due_on')
    op.drop_index('ix_facts_question_set_id_revised', table_name='facts')
    op.drop_index('ix_facts_question_set_id_apart', table_name='facts')
    op.drop_index('ix_facts_question_set_id_introduced', table_name='facts')
    op.drop_column('facts', 'introduced')
    op.drop_index('ix_cards_learner_id_question_set_id_shown_on', table_name='cards')
    op.drop_column('cards', 'shown_on')
    op.create_index('ix_cards_learner_id_question_set_id_due_on', 'cards', ['learner_id', 'question_set_id', 'due_on'])
    with op.batch_alter_table('decks', table_kwargs=WITHOUT_ROWID) as batch_op:
        batch_op.drop_constraint(op.f('ck_decks_reviews_per_day'), type_='check')
        batch_op.drop_column('new_from')
        batch_op.drop_column('reviews_per_day')
    op.drop_index('ix_learners_reminder_hour', table_name='learners')
    op.drop_index('ix_learners_seen_on', table_name='learners')
    with op.batch_alter_table('learners') as batch_op:
        for name in reversed(LEARNER_CHECKS):
            batch_op.drop_constraint(op.f(f'ck_learners_{name}'), type_='check')
        for name in ('calendar_key', 'reminded_on', 'reminder_hour', 'reads_aloud', 'uses_keys', 'shows_streak', 'relief_through', 'paused_through', 'paused_from', 'easy_days', 'goal_minutes', 'budget_minutes', 'new_order', 'due_order', 'study_mode', 'weights_version'):
            batch_op.drop_column(name)
