"""What plans have reached, recorded as each learner's study day begins; a plan whose day has come is brought to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huey import crontab

from quizapp import clock
from quizapp.operations import plans

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from huey import Huey


def record(app_context: Callable[[], AbstractContextManager[Any]]) -> int:
    """Record the day of every open plan in a context of its own; returns how many days were new."""
    with app_context():
        return plans.settle_all(clock.now()).days


def register(queue: Huey, app_context: Callable[[], AbstractContextManager[Any]]) -> Callable[[], Any]:
    """Have the queue's consumer record each hour, since study days begin at all hours; returns the task."""

    @queue.periodic_task(crontab(minute="7"), name="record_plans")  # type: ignore[untyped-decorator]
    def record_plans() -> None:
        record(app_context)

    task: Callable[[], Any] = record_plans
    return task
