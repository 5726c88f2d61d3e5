"""The cast, the databases and the application that tests run on."""

from __future__ import annotations

import gc
import os
import shutil
import uuid
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import sqlalchemy as sa
from flask_migrate import upgrade
from jinja2 import BytecodeCache
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from quizapp import clock
from quizapp.app import create_app
from quizapp.config import Config
from quizapp.extensions import db
from tests import postgresql
from tests.factories import Cast, Factory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from jinja2.bccache import Bucket

# Tests run in parallel on few cores: how long one example takes says nothing.
hypothesis.settings.register_profile("quizapp", deadline=None, max_examples=50)
hypothesis.settings.load_profile("quizapp")

_ADDRESS = "QUIZAPP_TEST_POSTGRESQL"
_server: postgresql.Server | None = None
#: Bytes from which on a table of PostgreSQL is truncated.
_SWOLLEN = 256 * 1024


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("both", "sqlite", "postgresql"),
        default="both",
        help="run what touches the database on one only",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL once, in the process that all workers come from."""
    global _server  # noqa: PLW0603
    config.addinivalue_line("markers", "only_on(kind): a matter of one database")
    if (
        hasattr(config, "workerinput")
        or os.environ.get(_ADDRESS)
        or config.getoption("--database") == "sqlite"
    ):
        return
    if config.option.collectonly:
        return
    try:
        _server = postgresql.start()
    except postgresql.NoPostgresError as problem:
        if os.environ.get("CI") == "true":
            raise pytest.UsageError(f"PostgreSQL is required here: {problem}") from problem
        os.environ[_ADDRESS] = f"missing: {problem}"
    else:
        os.environ[_ADDRESS] = _server.address("{name}")


def pytest_unconfigure(config: pytest.Config) -> None:
    if _server is not None and not hasattr(config, "workerinput"):
        _server.stop()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Keep what was collected from being looked through for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run whatever needs a database on both."""
    if "database_kind" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        kinds = ("sqlite", "postgresql") if chosen == "both" else (chosen,)
        only = metafunc.definition.get_closest_marker("only_on")
        metafunc.parametrize("database_kind", [kind for kind in kinds if only is None or kind in only.args])


def _config(data: Path, address: str) -> Config:
    return Config(
        secret_key="x" * 48,
        database_url=address,
        data=data,
        jobs_immediate=True,
        testing=True,
    )


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    folder = tmp_path_factory.mktemp("template")
    path = folder / "template.sqlite3"
    app = create_app(_config(folder, f"sqlite:///{path}"))
    with app.app_context():
        upgrade()
        db.session.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of this worker's migrated PostgreSQL database, emptied after each test: copying one takes longer."""
    address = os.environ[_ADDRESS]
    if address.startswith("missing"):
        pytest.skip(address)
    name = f"test_{uuid.uuid4().hex[:12]}"
    _administer(f"CREATE DATABASE {name}")
    app = create_app(_config(tmp_path_factory.mktemp("template"), address.format(name=name)))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    yield name
    _cleaner(name).dispose()


def _administer(statement: str) -> None:
    engine = sa.create_engine(os.environ[_ADDRESS].format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@cache
def _cleaner(name: str) -> sa.Engine:
    """One connection that stays open from test to test."""
    address = os.environ[_ADDRESS].format(name=name)
    return sa.create_engine(address, pool_size=1, max_overflow=0, pool_pre_ping=True)


#: The first engine of each kind of database.
_engines: dict[str, sa.Engine] = {}
#: The processes that serve, or served, connections of the pool that all engines on PostgreSQL have.
_backends = {0}


def _prepare(engine: sa.Engine) -> None:
    """Let an engine take over from the one before it what is dear to make: compiled statements, and connections to
    PostgreSQL; and let SQLite not wait for the disk.
    """
    first = _engines.setdefault(engine.dialect.name, engine)
    if first is engine:
        engine._compiled_cache = LRUCache(5000)
        if engine.dialect.name == "postgresql":
            sa.event.listen(
                engine, "connect", lambda connection, _: _backends.add(connection.info.backend_pid)
            )
    else:
        # Compiled statements belong to a dialect.
        engine.dialect = first.dialect
        engine._compiled_cache = first._compiled_cache
        if engine.dialect.name == "postgresql":
            engine.pool = first.pool
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))


def _empty(name: str) -> None:
    """Empty every table, and end whatever a test left connected, but for idle connections of the shared pool.

    To truncate is to make each file anew, which takes far longer than deleting the few rows of a test; but what is
    deleted still takes room, so a table is truncated once it has grown.
    """
    tables = list(db.metadata.tables)
    with _cleaner(name).begin() as connection:
        ended = connection.exec_driver_sql(
            "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{name}' AND pid <> pg_backend_pid() "
            f"AND (state <> 'idle' OR pid NOT IN ({', '.join(map(str, _backends))}))"
        ).all()
        connection.exec_driver_sql(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        sizes = [f"pg_relation_size('{table}')" for table in tables]
        grown = connection.exec_driver_sql(f"SELECT {', '.join(sizes)}").one()
        filled = {table: size for table, size in zip(tables, grown, strict=True) if size}
        swollen = [table for table, size in filled.items() if size > _SWOLLEN]
        if swollen:
            connection.exec_driver_sql(f"TRUNCATE {', '.join(swollen)} CASCADE")
        # Without triggers, thus in any order.
        deletes = "; ".join(f"DELETE FROM {table}" for table in filled)
        connection.exec_driver_sql(f"SET LOCAL session_replication_role = replica; {deletes}")
    if not _backends.isdisjoint(pid for pid, _ in ended):
        _engines["postgresql"].dispose()


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh, migrated database."""
    if database_kind == "sqlite":
        path = tmp_path / "quizapp.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    name = request.getfixturevalue("postgresql_database")
    yield os.environ[_ADDRESS].format(name=name)
    _empty(name)


class _Compiled(BytecodeCache):
    """What Jinja made of the templates: the same for every application of this process."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key, bucket.checksum] = bucket.code


_compiled = _Compiled()


@pytest.fixture(scope="session", autouse=True)
def _addresses_compiled_once() -> Iterator[None]:
    """Compile each route once for all applications: that is most of making one."""
    known: dict[object, dict[str, Any]] = {}
    compile_rule = Rule.compile
    made = ("_parts", "_trace", "_converters", "arguments", "_build", "_build_unknown")

    def compile_once(self: Rule) -> None:
        key = (self.rule, self.subdomain, self.host, self.merge_slashes, repr(self.defaults))
        if key not in known:
            compile_rule(self)
            known[key] = {name: getattr(self, name) for name in made}
        else:
            vars(self).update(known[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", compile_once)
        yield


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a fresh database."""
    application = create_app(_config(tmp_path / "data", database_url))
    application.jinja_env.bytecode_cache = _compiled
    (tmp_path / "data").mkdir(exist_ok=True)
    with application.app_context():
        _prepare(db.engine)
    yield application
    with application.app_context():
        db.session.remove()
        if db.engine.dialect.name == "sqlite":
            db.engine.dispose()


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Put pytest-flask's own fixture out of action: a request context around all requests would share `g`."""


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser of its own: a guest until it logs in."""
    return app.test_client()


@pytest.fixture
def make(app: Flask) -> Factory:
    """Makes content and people."""
    return Factory(app)


@pytest.fixture
def cast(make: Factory) -> Cast:
    """Ada teaches, ben learns, cleo is a stranger, olga administers."""
    return make.cast()


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time stands at noon of 1 March 2026, UTC, until a test sets `frozen.moment`."""
    standing = Clock(datetime(2026, 3, 1, 12, tzinfo=UTC))
    monkeypatch.setattr(clock, "now", standing.now)
    return standing
