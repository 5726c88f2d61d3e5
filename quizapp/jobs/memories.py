"""Each hour, a census of the memory of whoever has very many cards and began a new study day."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from huey import crontab

from quizapp import clock
from quizapp.operations import study

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from huey import Huey


def register(queue: Huey, app_context: Callable[[], AbstractContextManager[Any]]) -> Callable[[], Any]:
    """Have the queue's consumer count every hour, in the application that `app_context` opens; returns that task."""

    @queue.task(name="make_census")  # type: ignore[untyped-decorator]
    def count_one(learner_id: str) -> None:
        with app_context():
            study.make_census(uuid.UUID(learner_id), clock.now())

    @queue.periodic_task(crontab(minute="7"), name="make_censuses")  # type: ignore[untyped-decorator]
    def count_all() -> None:
        with app_context():
            uncounted = study.list_uncounted(clock.now())
        for learner_id in uncounted:
            count_one(str(learner_id))

    task: Callable[[], Any] = count_all
    return task
