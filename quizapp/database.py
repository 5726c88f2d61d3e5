"""The database: its types, the rules of its connections, and the one way in which anything is written."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import threading
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, LargeBinary, MetaData, TypeDecorator, Uuid, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase
from uuid6 import uuid7

from quizapp import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy.engine import Connection, Dialect

T = TypeVar("T")

#: How often a unit is tried: PostgreSQL gives way at once; SQLite waits out its busy timeout before it gives up.
_TRIES = {"postgresql": 12, "sqlite": 2}
_RETRYABLE_STATES = frozenset({"40001", "40P01"})
_WRITES = "quizapp_writes"
_STANDS_ALONE = "quizapp_stands_alone"
_WRITING_ON = "quizapp_writing_on"
_LONGEST_TURN = 5.0
_writing = threading.Lock()
_jitter = random.Random()  # noqa: S311 - spreads repeated tries, guards nothing


class Base(DeclarativeBase):
    """The declarative base; constraint names are derived, so that migrations can name them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class Uuid16(TypeDecorator[uuid.UUID]):
    """A UUID in 16 bytes on SQLite (SQLAlchemy's own stores 32 characters) and as `uuid` on PostgreSQL."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Choose the column of the database in use."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Uuid(as_uuid=True))
        return dialect.type_descriptor(LargeBinary(16))

    def process_bind_param(self, value: uuid.UUID | None, dialect: Dialect) -> Any:
        """Return what the driver stores."""
        if value is None or dialect.name == "postgresql":
            return value
        return value.bytes

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # noqa: ARG002
        """Return what makes the application's value of the driver's; there is one for each id of each row read."""
        return None if dialect.name == "postgresql" else _uuid_of


def _uuid_of(value: bytes | None) -> uuid.UUID | None:
    return None if value is None else uuid.UUID(bytes=value)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, always in UTC; SQLite keeps it without its zone, so the zone is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what the driver stores."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return what the application sees."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_row_id() -> uuid.UUID:
    """Return a UUIDv7: rows made one after another stand beside one another."""
    return uuid.UUID(int=uuid7().int)


def new_learner_id() -> uuid.UUID:
    """Return a UUIDv4: the id of a learner says nothing about when it was made."""
    return uuid.uuid4()


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    # Transactions are begun by `_begin` alone: the driver's own rules begin them late and never IMMEDIATE.
    connection.isolation_level = None
    # How long to wait for another writer is the driver's setting: five seconds, or `?timeout=` in DATABASE_URL.
    cursor = connection.cursor()
    for pragma in ("foreign_keys=ON", "synchronous=FULL", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    # A file that may only be read is still worth reading.
    with contextlib.suppress(sqlite3.OperationalError):
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if connection.dialect.name == "sqlite" and not options.get(_STANDS_ALONE):
        ask_sqlite(connection, "BEGIN IMMEDIATE" if options.get(_WRITES) else "BEGIN")


def ask_sqlite(
    connection: Connection, text: str, values: Any = (), *, is_many: bool = False
) -> tuple[sqlite3.Cursor, Sequence[Any]]:
    """Ask SQLite itself, as what SQLAlchemy does around a statement takes several times as long; errors are as it has them."""
    driver: Any = connection.connection.dbapi_connection
    try:
        cursor = (driver.executemany if is_many else driver.execute)(text, values)
        return cursor, cursor.fetchall()
    except sqlite3.Error as problem:
        raise DBAPIError.instance(
            text, values, problem, sqlite3.Error, dialect=connection.dialect
        ) from problem


def current_connection() -> Connection:
    """Return the connection of the session's transaction; the one of `run_tx` without a word to the session."""
    session = db.session()
    writing: Connection | None = session.info.get(_WRITING_ON)
    return session.connection() if writing is None else writing


@contextlib.contextmanager
def connection_for_one() -> Iterator[Connection]:
    """Lend a connection for one statement that reads, which needs no transaction; the session's where it has begun one."""
    if db.session().in_transaction():
        yield current_connection()
    else:
        with db.engine.connect() as connection:
            yield connection.execution_options(**{_STANDS_ALONE: True})


#: Rows of a large installation in the form of SQLite's own statistics: in all, then for each value of the first columns
#: of an index. Knowing none, SQLite reads the whole of a learner's log sooner than it uses a second index.
_SIZES = (
    ("reviews", "reviews", "1000000 100000 1"),
    ("reviews", "ix_reviews_learner_id_study_day_reviewed_at", "1000000 100000 200 1"),
    ("reviews", "ix_reviews_learner_id_fact_id_reviewed_at", "1000000 100000 10 1"),
    ("reviews", "uq_reviews_learner_id_cancels", "10000 1000 1"),
    ("cards", "cards", "100000 10000 1"),
    ("cards", "ix_cards_learner_id_question_set_id_shown_on", "100000 10000 2500 10 2 1"),
    ("card_marks", "card_marks", "10000 1000 1"),
    ("card_marks", "ix_card_marks_learner_id_question_set_id", "10000 1000 250"),
    ("card_steps", "card_steps", "10000 1000 1"),
    ("card_steps", "ix_card_steps_learner_id_made_at", "10000 1000 1"),
    ("attempts", "attempts", "10000 100 1"),
    ("attempts", "ix_attempts_learner_id_started_at", "10000 100 1"),
    ("attempts", "uq_attempts_learner_id_quiz_id_open", "1000 10 1"),
    ("attempts", "ix_attempts_learner_id_unreleased", "1000 10"),
    ("attempts", "ix_attempts_quiz_id_started_at", "10000 200 1"),
    ("responses", "responses", "200000 2000 20 1"),
    ("responses", "ix_responses_question_id", "200000 200"),
    ("attempt_events", "attempt_events", "400000 4000 1"),
    ("attempt_events", "ix_attempt_events_learner_id_attempt_id", "400000 4000 40"),
    ("facts", "sqlite_autoindex_facts_1", "100000 1"),
    ("facts", "sqlite_autoindex_facts_2", "100000 5000 1"),
    ("facts", "ix_facts_question_set_id_position", "100000 5000 1"),
    ("facts", "ix_facts_question_set_id_introduced", "100000 5000 1"),
    ("facts", "ix_facts_question_set_id_apart", "1000 50"),
    ("facts", "ix_facts_question_set_id_revised", "1000 50"),
)


def tell_sizes(connection: Connection) -> None:
    """Let SQLite plan for a large installation, as far as it has no statistics of its own; commits."""
    if connection.dialect.name != "sqlite":
        return
    # Makes the table of statistics where there is none.
    connection.exec_driver_sql("ANALYZE sqlite_schema")
    for size in _SIZES:
        connection.exec_driver_sql(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) SELECT ?1, ?2, ?3 WHERE EXISTS "
            "(SELECT 1 FROM sqlite_schema WHERE tbl_name = ?1 AND name = ?2) "
            "AND NOT EXISTS (SELECT 1 FROM sqlite_stat1 WHERE tbl = ?1 AND idx = ?2)",
            size,
        )
    connection.commit()


class NotSavedError(Exception):
    """A write did not happen and nothing of it remains; `reason` says why, in words for the person who waits."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def run_tx(unit: Callable[[], T]) -> T:
    """Run `unit` as one write transaction and return what it returns.

    What was read before is let go of first: on SQLite a read that turns into a write fails at once, whatever the
    busy timeout. The unit runs under BEGIN IMMEDIATE (PostgreSQL: SERIALIZABLE) and is repeated whole when the
    database was busy or gave way to another transaction, so it must read again what it decides upon and must not
    do anything that cannot be done twice. Raises `NotSavedError` when the database is busy, full or not writable.
    """
    session = db.session()
    if session.in_transaction():
        session.rollback()
    options: dict[str, Any] = {_WRITES: True}
    dialect = session.get_bind().dialect.name
    if dialect == "postgresql":
        options["isolation_level"] = "SERIALIZABLE"
    for attempt in range(_TRIES[dialect]):
        try:
            with _turn(dialect):
                session.info[_WRITING_ON] = session.connection(execution_options=options)
                result = unit()
                session.commit()
        except DBAPIError as problem:
            session.rollback()
            if not _is_passing(problem):
                raise _explained(problem) from problem
            if attempt + 1 == _TRIES[dialect]:
                raise NotSavedError("The database is busy.") from problem
            clock.sleep(_jitter.uniform(0.2, 1.0) * min(0.01 * 2**attempt, 0.5))
        except BaseException:
            session.rollback()
            raise
        else:
            return result
        finally:
            session.info.pop(_WRITING_ON, None)
    raise AssertionError("unreachable")


@contextlib.contextmanager
def _turn(dialect: str) -> Iterator[None]:
    """Let the writers of this process wait for one another.

    SQLite lets them ask again and again with pauses that grow, while nobody writes. It still decides: whoever has waited
    for too long asks it all the same.
    """
    if dialect != "sqlite":
        yield
        return
    has_turn = _writing.acquire(timeout=_LONGEST_TURN)
    try:
        yield
    finally:
        if has_turn:
            _writing.release()


def _is_passing(problem: DBAPIError) -> bool:
    if isinstance(problem.orig, sqlite3.OperationalError):
        return "locked" in str(problem.orig) or "busy" in str(problem.orig)
    return getattr(problem.orig, "sqlstate", None) in _RETRYABLE_STATES


def _explained(problem: DBAPIError) -> Exception:
    """Turn a database that cannot be written into words; anything else is a fault and stays what it is."""
    text = str(problem.orig).casefold()
    if "readonly" in text or "read-only" in text:
        return NotSavedError("The database may only be read.")
    if "full" in text and isinstance(problem, OperationalError):
        return NotSavedError("The disk is full.")
    if "unable to open" in text or "disk i/o" in text:
        return NotSavedError("The database cannot be reached.")
    return problem
