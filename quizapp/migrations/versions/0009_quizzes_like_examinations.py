"""settings and contents of quizzes, terms of who takes them, what happened, what was decided later"""

from alembic import op
import sqlalchemy as sa
from quizapp import database

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

WITHOUT_ROWID = {'sqlite_with_rowid': False}
OPEN = sa.text("state = 'open'")
UNRELEASED = sa.text('released_at IS NULL')
UNREVIEWED = sa.text('reviewed_at IS NULL')
COPIED = sa.text('copied_from IS NOT NULL')
BY_USER = sa.text('user_id IS NOT NULL')
AFTER = '{"score": ["after", "closed"], "responses": ["after", "closed"], "key": ["after", "closed"], "explanations": ["after", "closed"]}'
QUIZ_CHECKS = {
    'kind': "kind IN ('personal', 'taught')",
    'state': "state IN ('draft', 'published', 'archived')",
    'question_count': 'question_count BETWEEN 0 AND 200',
    'question_seconds': "question_seconds IS NULL OR (question_seconds BETWEEN 5 AND 3600 AND navigation = 'forward')",
    'opens_before_it_closes': 'opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at',
    'most_attempts': 'most_attempts IS NULL OR most_attempts BETWEEN 1 AND 100',
    'wait_seconds': 'wait_seconds BETWEEN 0 AND 31536000',
    'scoring': "scoring IN ('highest', 'average', 'first', 'last')",
    'navigation': "navigation IN ('free', 'forward', 'page')",
    'negative_percent': 'negative_percent BETWEEN 0 AND 100',
}
INDEXES_OF_ATTEMPTS = (
    ('ix_attempts_deadline_at_open', ['deadline_at'], False, OPEN),
    ('uq_attempts_learner_id_quiz_id_open', ['learner_id', 'quiz_id'], True, OPEN),
)


def upgrade():
    op.add_column('learners', sa.Column('is_untimed', sa.Boolean(), nullable=False, server_default=sa.false()))
    upgrade_quizzes()
    upgrade_attempts()
    make_records()


def upgrade_quizzes():
    with op.batch_alter_table('quizzes') as batch_op:
        batch_op.drop_constraint(op.f('ck_quizzes_question_count'), type_='check')
        batch_op.add_column(sa.Column('kind', sa.String(length=8), nullable=False, server_default='personal'))
        batch_op.add_column(sa.Column('state', sa.String(length=16), nullable=False, server_default='published'))
        batch_op.add_column(sa.Column('owner_id', database.Uuid16(), nullable=True))
        batch_op.add_column(sa.Column('share_key', sa.String(length=43), nullable=True))
        batch_op.add_column(sa.Column('copied_from', database.Uuid16(), nullable=True))
        batch_op.add_column(sa.Column('instructions', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('honour_line', sa.String(length=500), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('password', sa.String(length=80), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('contents', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('question_seconds', sa.Integer(), nullable=True))
        for name in ('opens_at', 'due_at', 'closes_at'):
            batch_op.add_column(sa.Column(name, database.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('late_steps', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('most_attempts', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('wait_seconds', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('scoring', sa.String(length=8), nullable=False, server_default='highest'))
        batch_op.add_column(sa.Column('shuffles_questions', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('shuffles_options', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('navigation', sa.String(length=8), nullable=False, server_default='free'))
        batch_op.add_column(sa.Column('partial_credit', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('negative_percent', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('certainty', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('shows', sa.JSON(), nullable=False, server_default=sa.text(f"'{AFTER}'")))
        batch_op.add_column(sa.Column('extra_time_percent', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('version', sa.Integer(), nullable=False, server_default='1'))
        for name, condition in QUIZ_CHECKS.items():
            batch_op.create_check_constraint(op.f(f'ck_quizzes_{name}'), condition)
        batch_op.create_unique_constraint(op.f('uq_quizzes_share_key'), ['share_key'])
        batch_op.create_foreign_key(op.f('fk_quizzes_owner_id_users'), 'users', ['owner_id'], ['id'], ondelete='SET NULL')
    op.create_index('ix_quizzes_owner_id', 'quizzes', ['owner_id'])
    op.create_index(
        'uq_quizzes_made_by_copied_from',
        'quizzes',
        ['made_by', 'copied_from'],
        unique=True,
        sqlite_where=COPIED,
        postgresql_where=COPIED,
    )
    tell_contents()
    with op.batch_alter_table('quizzes') as batch_op:
        batch_op.drop_column('topics')
        batch_op.drop_column('includes_fiction')


def tell_contents():
    """What a quiz drew by two columns, it draws by a rule."""
    quizzes = sa.table(
        'quizzes',
        sa.column('id', database.Uuid16()),
        sa.column('question_set_id', database.Uuid16()),
        sa.column('topics', sa.JSON()),
        sa.column('includes_fiction', sa.Boolean()),
        sa.column('question_count', sa.Integer()),
        sa.column('contents', sa.JSON()),
    )
    everything = ['documented', 'inaccurate', 'fictional', 'inconsistent', 'vague']
    connection = op.get_bind()
    for row in connection.execute(sa.select(quizzes)).all():
        rule = {
            'draw': row.question_count,
            'sets': [str(row.question_set_id)],
            'topics': row.topics,
            'types': [],
            'difficulties': [],
            'standings': everything if row.includes_fiction else [],
            'chosen_by': 'unseen',
            'weight': 1.0,
        }
        contents = [{'title': '', 'items': [rule]}]
        connection.execute(quizzes.update().where(quizzes.c.id == row.id).values(contents=contents))


def upgrade_attempts():
    for name, *_ in INDEXES_OF_ATTEMPTS:
        op.drop_index(name, table_name='attempts')
    op.drop_index('ix_attempts_finished_at_unreviewed', table_name='attempts')
    with op.batch_alter_table('attempts', table_kwargs=WITHOUT_ROWID) as batch_op:
        batch_op.add_column(sa.Column('is_untimed', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('granted_until', database.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('is_preview', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('navigation', sa.String(length=8), nullable=False, server_default='free'))
        batch_op.add_column(sa.Column('turn', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('question_seconds', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('checks', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('marking', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('credit_percent', sa.Integer(), nullable=False, server_default='100'))
        batch_op.add_column(sa.Column('releases_at', database.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('released_at', database.UtcDateTime(), nullable=True))
        batch_op.create_check_constraint(op.f('ck_attempts_credit_percent'), 'credit_percent BETWEEN 0 AND 100')
        batch_op.create_check_constraint(op.f('ck_attempts_turn'), "(navigation = 'forward') = (turn IS NOT NULL)")
    op.execute('UPDATE attempts SET releases_at = finished_at, released_at = finished_at WHERE finished_at IS NOT NULL')
    for name, columns, unique, where in INDEXES_OF_ATTEMPTS:
        op.create_index(name, 'attempts', columns, unique=unique, sqlite_where=where, postgresql_where=where)
    for name, column, where in (
        ('ix_attempts_learner_id_unreleased', 'learner_id', UNRELEASED),
        ('ix_attempts_releases_at_unreleased', 'releases_at', UNRELEASED),
        ('ix_attempts_released_at_unreviewed', 'released_at', UNREVIEWED),
    ):
        op.create_index(name, 'attempts', [column], sqlite_where=where, postgresql_where=where)
    op.create_index('ix_attempts_quiz_id_started_at', 'attempts', ['quiz_id', 'started_at'])
    with op.batch_alter_table('responses', table_kwargs=WITHOUT_ROWID) as batch_op:
        batch_op.add_column(sa.Column('section', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('weight', sa.Double(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('closes_at', database.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('certainty', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('checked_at', database.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('marks', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('override_marks', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('override_comment', sa.String(length=2000), nullable=False, server_default=''))
        batch_op.create_check_constraint(op.f('ck_responses_certainty'), 'certainty IS NULL OR certainty BETWEEN 1 AND 3')
    op.execute('UPDATE responses SET marks = score')
    op.create_index('ix_responses_question_id', 'responses', ['question_id'])


def make_records():
    op.create_table(
        'quiz_takers',
        sa.Column('learner_id', database.Uuid16(), nullable=False),
        sa.Column('quiz_id', database.Uuid16(), nullable=False),
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('extra_time_percent', sa.Integer(), nullable=False),
        sa.Column('is_untimed', sa.Boolean(), nullable=False),
        sa.Column('extra_attempts', sa.Integer(), nullable=False),
        sa.Column('joined_at', database.UtcDateTime(), nullable=False),
        sa.CheckConstraint('extra_attempts BETWEEN 0 AND 100', name=op.f('ck_quiz_takers_extra_attempts')),
        sa.CheckConstraint('extra_time_percent BETWEEN 0 AND 400', name=op.f('ck_quiz_takers_extra_time_percent')),
        sa.ForeignKeyConstraint(['learner_id'], ['learners.id'], name=op.f('fk_quiz_takers_learner_id_learners'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['quiz_id'], ['quizzes.id'], name=op.f('fk_quiz_takers_quiz_id_quizzes'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('learner_id', 'quiz_id', name=op.f('pk_quiz_takers')),
        **WITHOUT_ROWID,
    )
    op.create_index('ix_quiz_takers_quiz_id_joined_at', 'quiz_takers', ['quiz_id', 'joined_at'])
    op.create_table(
        'attempt_events',
        sa.Column('learner_id', database.Uuid16(), nullable=False),
        sa.Column('id', database.Uuid16(), nullable=False),
        sa.Column('quiz_id', database.Uuid16(), nullable=False),
        sa.Column('attempt_id', database.Uuid16(), nullable=False),
        sa.Column('at', database.UtcDateTime(), nullable=False),
        sa.Column('kind', sa.String(length=16), nullable=False),
        sa.Column('position', sa.Integer(), nullable=True),
        sa.Column('detail', sa.JSON(), nullable=False),
        sa.Column('user_id', database.Uuid16(), nullable=True),
        sa.ForeignKeyConstraint(['learner_id'], ['learners.id'], name=op.f('fk_attempt_events_learner_id_learners'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('learner_id', 'id', name=op.f('pk_attempt_events')),
        **WITHOUT_ROWID,
    )
    op.create_index('ix_attempt_events_learner_id_attempt_id', 'attempt_events', ['learner_id', 'attempt_id'])
    op.create_index(
        'ix_attempt_events_quiz_id_by_user', 'attempt_events', ['quiz_id'], sqlite_where=BY_USER, postgresql_where=BY_USER
    )
    op.create_table(
        'quiz_adjustments',
        sa.Column('quiz_id', database.Uuid16(), nullable=False),
        sa.Column('question_id', database.Uuid16(), nullable=False),
        sa.Column('adjustment', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['quiz_id'], ['quizzes.id'], name=op.f('fk_quiz_adjustments_quiz_id_quizzes'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_quiz_adjustments_question_id_questions'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('quiz_id', 'question_id', name=op.f('pk_quiz_adjustments')),
    )
    op.create_table(
        'regrades',
        sa.Column('id', database.Uuid16(), nullable=False),
        sa.Column('quiz_id', database.Uuid16(), nullable=False),
        sa.Column('question_id', database.Uuid16(), nullable=False),
        sa.Column('before', sa.JSON(), nullable=True),
        sa.Column('after', sa.JSON(), nullable=True),
        sa.Column('reason', sa.String(length=500), nullable=False),
        sa.Column('keeps_higher', sa.Boolean(), nullable=False),
        sa.Column('applied_at', database.UtcDateTime(), nullable=False),
        sa.Column('applied_by', database.Uuid16(), nullable=False),
        sa.Column('undone_at', database.UtcDateTime(), nullable=True),
        sa.Column('undone_by', database.Uuid16(), nullable=True),
        sa.CheckConstraint('(undone_at IS NULL) = (undone_by IS NULL)', name=op.f('ck_regrades_undone')),
        sa.ForeignKeyConstraint(['quiz_id'], ['quizzes.id'], name=op.f('fk_regrades_quiz_id_quizzes'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_regrades_question_id_questions'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_regrades')),
    )
    op.create_index('ix_regrades_quiz_id_applied_at', 'regrades', ['quiz_id', 'applied_at'])
    op.create_table(
        'regraded_responses',
        sa.Column('learner_id', database.Uuid16(), nullable=False),
        sa.Column('regrade_id', database.Uuid16(), nullable=False),
        sa.Column('attempt_id', database.Uuid16(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('before', sa.JSON(), nullable=False),
        sa.Column('after', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ['learner_id', 'attempt_id'],
            ['attempts.learner_id', 'attempts.id'],
            name=op.f('fk_regraded_responses_learner_id_attempt_id_attempts'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(['regrade_id'], ['regrades.id'], name=op.f('fk_regraded_responses_regrade_id_regrades'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('learner_id', 'regrade_id', 'attempt_id', 'position', name=op.f('pk_regraded_responses')),
        **WITHOUT_ROWID,
    )
    op.create_index('ix_regraded_responses_regrade_id', 'regraded_responses', ['regrade_id'])


def downgrade():
    """What the schema of before knows no place for goes: taught quizzes, previews and records; only the first rule stays."""
    for name in ('regraded_responses', 'regrades', 'quiz_adjustments', 'attempt_events', 'quiz_takers'):
        op.drop_table(name)
    op.execute("DELETE FROM attempts WHERE is_preview OR quiz_id IN (SELECT id FROM quizzes WHERE kind = 'taught')")
    op.execute('DELETE FROM responses WHERE NOT EXISTS (SELECT 1 FROM attempts a WHERE a.learner_id = responses.learner_id AND a.id = responses.attempt_id)')
    op.execute("DELETE FROM quizzes WHERE kind = 'taught'")
    op.drop_index('ix_responses_question_id', table_name='responses')
    with op.batch_alter_table('responses', table_kwargs=WITHOUT_ROWID) as batch_op:
        batch_op.drop_constraint(op.f('ck_responses_certainty'), type_='check')
        for name in ('override_comment', 'override_marks', 'marks', 'checked_at', 'certainty', 'closes_at', 'weight', 'section'):
            batch_op.drop_column(name)
    for name in (
        'ix_attempts_quiz_id_started_at',
        'ix_attempts_released_at_unreviewed',
        'ix_attempts_releases_at_unreleased',
        'ix_attempts_learner_id_unreleased',
        *(name for name, *_ in INDEXES_OF_ATTEMPTS),
    ):
        op.drop_index(name, table_name='attempts')
    with op.batch_alter_table('attempts', table_kwargs=WITHOUT_ROWID) as batch_op:
        batch_op.drop_constraint(op.f('ck_attempts_turn'), type_='check')
        batch_op.drop_constraint(op.f('ck_attempts_credit_percent'), type_='check')
        for name in (
            'released_at', 'releases_at', 'credit_percent', 'marking', 'checks', 'question_seconds', 'turn',
            'navigation', 'is_preview', 'granted_until', 'is_untimed',
        ):  # fmt: skip
            batch_op.drop_column(name)
    for name, columns, unique, where in (
        *INDEXES_OF_ATTEMPTS,
        ('ix_attempts_finished_at_unreviewed', ['finished_at'], False, UNREVIEWED),
    ):
        op.create_index(name, 'attempts', columns, unique=unique, sqlite_where=where, postgresql_where=where)
    downgrade_quizzes()
    op.drop_column('learners', 'is_untimed')


def downgrade_quizzes():
    with op.batch_alter_table('quizzes') as batch_op:
        batch_op.add_column(sa.Column('topics', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('includes_fiction', sa.Boolean(), nullable=False, server_default=sa.false()))
    quizzes = sa.table(
        'quizzes',
        sa.column('id', database.Uuid16()),
        sa.column('topics', sa.JSON()),
        sa.column('includes_fiction', sa.Boolean()),
        sa.column('contents', sa.JSON()),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(quizzes)).all():
        rule = next((item for section in row.contents for item in section['items'] if 'draw' in item), None)
        if rule is not None:
            told = {'topics': rule['topics'], 'includes_fiction': 'fictional' in rule['standings']}
            connection.execute(quizzes.update().where(quizzes.c.id == row.id).values(**told))
    op.execute('UPDATE quizzes SET question_count = 1 WHERE question_count < 1')
    op.drop_index('uq_quizzes_made_by_copied_from', table_name='quizzes')
    op.drop_index('ix_quizzes_owner_id', table_name='quizzes')
    with op.batch_alter_table('quizzes') as batch_op:
        batch_op.drop_constraint(op.f('fk_quizzes_owner_id_users'), type_='foreignkey')
        batch_op.drop_constraint(op.f('uq_quizzes_share_key'), type_='unique')
        for name in QUIZ_CHECKS:
            batch_op.drop_constraint(op.f(f'ck_quizzes_{name}'), type_='check')
        batch_op.create_check_constraint(op.f('ck_quizzes_question_count'), 'question_count BETWEEN 1 AND 200')
        for name in (
            'version', 'extra_time_percent', 'shows', 'certainty', 'negative_percent', 'partial_credit', 'navigation',
            'shuffles_options', 'shuffles_questions', 'scoring', 'wait_seconds', 'most_attempts', 'late_steps',
            'closes_at', 'due_at', 'opens_at', 'question_seconds', 'contents', 'password', 'honour_line',
            'instructions', 'copied_from', 'share_key', 'owner_id', 'state', 'kind',
        ):  # fmt: skip
            batch_op.drop_column(name)
