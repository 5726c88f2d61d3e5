"""What is tidied by the clock: attempts whose time ran out while nobody looked, and guests that never came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huey import crontab

from quizapp import clock
from quizapp.operations import accounts, quizzes

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from huey import Huey


def sweep(app_context: Callable[[], AbstractContextManager[Any]]) -> int:
    """Close overdue attempts, release what is due and make reviews, in a context of its own; returns how many were closed."""
    with app_context():
        return quizzes.close_overdue(clock.now())


def sweep_guests(app_context: Callable[[], AbstractContextManager[Any]], days: int) -> int:
    """Erase guests not seen for so many days, in a context of its own; returns how many went."""
    with app_context():
        return accounts.expire_guests(clock.now(), days)


def register(
    queue: Huey, app_context: Callable[[], AbstractContextManager[Any]], guest_days: int | None = None
) -> Callable[[], Any]:
    """Have the queue's consumer sweep, in the application that `app_context` opens; returns the task for attempts.

    Attempts each minute; guests each hour, and only where they expire at all (`guest_days`).
    """

    @queue.periodic_task(crontab(minute="*"), name="sweep_attempts")  # type: ignore[untyped-decorator]
    def sweep_attempts() -> None:
        sweep(app_context)

    if guest_days is not None:

        @queue.periodic_task(crontab(minute="17"), name="sweep_guests")  # type: ignore[untyped-decorator]
        def expire() -> None:
            sweep_guests(app_context, guest_days)

    task: Callable[[], Any] = sweep_attempts
    return task
