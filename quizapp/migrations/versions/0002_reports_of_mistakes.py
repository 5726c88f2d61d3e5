"""reports of mistakes"""

from alembic import op
import sqlalchemy as sa
from quizapp import database

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('mistake_reports',
    sa.Column('id', database.Uuid16(), nullable=False),
    sa.Column('question_set_id', database.Uuid16(), nullable=False),
    sa.Column('question_id', database.Uuid16(), nullable=True),
    sa.Column('fact_id', database.Uuid16(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('learner_id', database.Uuid16(), nullable=True),
    sa.Column('reason', sa.String(length=16), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('reply', sa.Text(), nullable=False),
    sa.Column('created_at', database.UtcDateTime(), nullable=False),
    sa.Column('updated_at', database.UtcDateTime(), nullable=False),
    sa.Column('settled_at', database.UtcDateTime(), nullable=True),
    sa.CheckConstraint('(question_id IS NULL) <> (fact_id IS NULL)', name=op.f('ck_mistake_reports_target')),
    sa.CheckConstraint("state IN ('open', 'resolved', 'dismissed')", name=op.f('ck_mistake_reports_state')),
    sa.CheckConstraint("(state = 'open') = (settled_at IS NULL)", name=op.f('ck_mistake_reports_settled_at')),
    sa.CheckConstraint("reason IN ('wrong-key', 'several-right', 'unclear', 'spelling', 'source', 'other')", name=op.f('ck_mistake_reports_reason')),
    sa.ForeignKeyConstraint(['fact_id'], ['facts.id'], name=op.f('fk_mistake_reports_fact_id_facts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_mistake_reports_question_id_questions'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_sets.id'], name=op.f('fk_mistake_reports_question_set_id_question_sets'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mistake_reports'))
    )
    op.create_index(op.f('ix_mistake_reports_fact_id'), 'mistake_reports', ['fact_id'], unique=False)
    op.create_index('ix_mistake_reports_learner_id', 'mistake_reports', ['learner_id'], unique=False)
    op.create_index(op.f('ix_mistake_reports_question_id'), 'mistake_reports', ['question_id'], unique=False)
    op.create_index('ix_mistake_reports_question_set_id_state', 'mistake_reports', ['question_set_id', 'state'], unique=False)
    op.create_index('uq_mistake_reports_learner_id_fact_id_open', 'mistake_reports', ['learner_id', 'fact_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.create_index('uq_mistake_reports_learner_id_question_id_open', 'mistake_reports', ['learner_id', 'question_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))


def downgrade():
    op.drop_table('mistake_reports')
