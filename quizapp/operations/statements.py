"""Statements of the paths that every card takes: plain SQL, sent to the driver on the session's own connection.

SQLAlchemy's ORM would cost several times what the database does. Everything else is written with the ORM.
"""

from __future__ import annotations

import json
import re
import uuid
from collections import namedtuple
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from quizapp.database import ask_sqlite, current_connection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

_NAMED = re.compile(r"(?<![:\w]):(\w+)")


class Statement:
    """One statement with its values as `:name`; a value that is a list stands for `(:name_0, :name_1, ...)`.

    What PostgreSQL says otherwise is given beside it. Values are those of Python: ids, dates and moments are made into
    what the driver of SQLite keeps; what comes back is read by `as_id`, `as_day` and `as_moment`. What the session holds
    unwritten must be flushed before.
    """

    def __init__(self, sql: str, *, postgresql: str | None = None) -> None:
        self._texts = {"sqlite": sql, "postgresql": sql if postgresql is None else postgresql}
        self._ready: dict[tuple[Any, ...], str] = {}
        self._row: Callable[[Sequence[Any]], Any] | None = None

    def run(self, values: Mapping[str, Any]) -> None:
        """Execute the statement in the session's transaction."""
        self.all(values)

    def run_all(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute the statement once for each of these values, none of which is a list."""
        if not rows:
            return
        connection = current_connection()
        dialect = connection.dialect.name
        text = self._ready.get((dialect,)) or self._ready.setdefault((dialect,), self._written(dialect, {}))
        if dialect == "sqlite":
            rows = [_packed(values) for values in rows]
            if not connection.dispatch.before_cursor_execute:
                ask_sqlite(connection, text, rows, is_many=True)
                return
        connection.exec_driver_sql(text, list(rows))

    def first(self, values: Mapping[str, Any]) -> Any:
        """Return the first row; None where there is none."""
        rows = self.all(values)
        return rows[0] if rows else None

    def all(self, values: Mapping[str, Any]) -> Sequence[Any]:
        """Return all rows; their columns have the names that the statement gives them."""
        return self.all_on(current_connection(), values)

    def all_on(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[Any]:
        """Return all rows, as `all`, on a connection that need not be the session's."""
        dialect = connection.dialect.name
        lists = [name for name, value in values.items() if type(value) is list]
        shape = (dialect, *((name, len(values[name])) for name in lists))
        text = self._ready.get(shape)
        if text is None:
            text = self._ready[shape] = self._written(dialect, {name: len(values[name]) for name in lists})
        if lists:
            values = _spread(values, lists)
        if dialect == "sqlite":
            values = _packed(values)
            if not connection.dispatch.before_cursor_execute:
                return self._fetch(connection, text, values)
        result = connection.exec_driver_sql(text, values)
        return result.all() if result.returns_rows else ()

    def _fetch(self, connection: Connection, text: str, values: Mapping[str, Any]) -> Sequence[Any]:
        cursor, rows = ask_sqlite(connection, text, values)
        if not rows:
            return ()
        if self._row is None:
            # What has no name of its own is read by its place.
            names = [column[0] for column in cursor.description]
            named: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024
            self._row = named._make
        return [self._row(row) for row in rows]

    def _written(self, dialect: str, sizes: Mapping[str, int]) -> str:
        mark = "%({})s" if dialect == "postgresql" else ":{}"

        def put(found: re.Match[str]) -> str:
            name = found[1]
            if name not in sizes:
                return mark.format(name)
            # No list is empty to a database: NULL is equal to nothing.
            return f"({', '.join(mark.format(f'{name}_{place}') for place in range(sizes[name])) or 'NULL'})"

        return _NAMED.sub(put, self._texts[dialect])


def as_id(value: Any) -> uuid.UUID:
    """Return an id as a driver gave it."""
    return value if type(value) is uuid.UUID else uuid.UUID(bytes=value)


def as_day(value: Any) -> date:
    """Return a date as a driver gave it."""
    return date.fromisoformat(value) if type(value) is str else value


def as_moment(value: Any) -> datetime:
    """Return a moment as a driver gave it, in UTC."""
    if type(value) is str:
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value.astimezone(UTC)  # type: ignore[no-any-return]


def as_content(value: Any) -> Mapping[str, Any]:
    """Return an object of JSON as a driver gave it; it may be shared, so it is only to be read."""
    return _parsed(value) if type(value) is str else value


# What cards show is the same text at every look.
@lru_cache(maxsize=2048)
def _parsed(text: str) -> Mapping[str, Any]:
    return json.loads(text)  # type: ignore[no-any-return]


def _packed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: pack(value) if (pack := _PACKERS.get(type(value))) else value for name, value in values.items()
    }


def _spread(values: Mapping[str, Any], lists: Sequence[str]) -> dict[str, Any]:
    spread = {name: value for name, value in values.items() if name not in lists}
    for name in lists:
        spread.update((f"{name}_{place}", value) for place, value in enumerate(values[name]))
    return spread


def _packed_moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    # As SQLAlchemy writes it, so that texts compare as the moments do.
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


_PACKERS: Final[Mapping[type, Callable[[Any], Any]]] = {
    uuid.UUID: lambda value: value.bytes,
    datetime: _packed_moment,
    date: date.isoformat,
}
