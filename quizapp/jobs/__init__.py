"""Background work: a queue in the data folder, and what runs on it by the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huey import SqliteHuey

if TYPE_CHECKING:
    from quizapp.config import Config

QUEUE_FILE = "jobs.sqlite3"


def make_queue(config: Config) -> SqliteHuey:
    """Return the queue of this installation; in tests its tasks run at once, in the caller."""
    return SqliteHuey(
        "quizapp",
        filename=str(config.data / QUEUE_FILE),
        results=False,
        immediate=config.jobs_immediate,
    )
