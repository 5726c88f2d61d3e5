"""words of facts and questions, and the full-text indexes on them; what has no row yet is indexed at the next start"""

from alembic import op
import sqlalchemy as sa
from quizapp import database

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

KINDS = {'fact': 'facts', 'question': 'questions'}


def upgrade():
    for kind, table in KINDS.items():
        op.create_table(f'{kind}_texts',
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
        sa.Column(f'{kind}_id', database.Uuid16(), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint([f'{kind}_id'], [f'{table}.id'], name=op.f(f'fk_{kind}_texts_{kind}_id_{table}'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{kind}_texts')),
        sa.UniqueConstraint(f'{kind}_id', name=op.f(f'uq_{kind}_texts_{kind}_id'))
        )
        if op.get_bind().dialect.name == 'sqlite':
            index_on_sqlite(kind)
        else:
            index_on_postgresql(kind)


def index_on_sqlite(kind):
    # The words stand in the table alone; the index holds where they are. Marks count as letters: words are folded already.
    op.execute(
        f"CREATE VIRTUAL TABLE {kind}_words USING fts5(body, content='{kind}_texts', content_rowid='id', "
        "tokenize=\"unicode61 remove_diacritics 2 categories 'L* N* Co M*'\", prefix='2 3')"
    )
    add = f'INSERT INTO {kind}_words(rowid, body) VALUES (new.id, new.body);'
    drop = f"INSERT INTO {kind}_words({kind}_words, rowid, body) VALUES ('delete', old.id, old.body);"
    for event, statements in {'insert': add, 'delete': drop, 'update': drop + add}.items():
        op.execute(f'CREATE TRIGGER {kind}_texts_{event} AFTER {event} ON {kind}_texts BEGIN {statements} END')


def index_on_postgresql(kind):
    # The words are folded and split already: no parser of the database's comes between.
    op.execute(
        f'ALTER TABLE {kind}_texts ADD COLUMN words tsvector '
        "GENERATED ALWAYS AS (array_to_tsvector(string_to_array(body, ' '))) STORED"
    )
    op.execute(f'CREATE INDEX ix_{kind}_texts_words ON {kind}_texts USING gin (words)')


def downgrade():
    for kind in KINDS:
        if op.get_bind().dialect.name == 'sqlite':
            op.execute(f'DROP TABLE {kind}_words')
        op.drop_table(f'{kind}_texts')
