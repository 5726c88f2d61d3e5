"""What is tidied every minute: attempts whose time ran out while nobody looked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huey import crontab

from quizapp import clock
from quizapp.operations import quizzes

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from huey import Huey


def sweep(app_context: Callable[[], AbstractContextManager[Any]]) -> int:
    """Close overdue attempts in a context of its own; returns how many were closed."""
    with app_context():
        return quizzes.close_overdue(clock.now())


def register(queue: Huey, app_context: Callable[[], AbstractContextManager[Any]]) -> Callable[[], Any]:
    """Have the queue's consumer sweep each minute, in the application that `app_context` opens; returns the task."""

    @queue.periodic_task(crontab(minute="*"), name="sweep_attempts")  # type: ignore[untyped-decorator]
    def sweep_attempts() -> None:
        sweep(app_context)

    task: Callable[[], Any] = sweep_attempts
    return task
