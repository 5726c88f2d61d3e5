"""Each night, the weights of those learners who have enough new reviews: one task a learner, so that none waits long."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from huey import crontab

from quizapp import clock
from quizapp.operations import fits

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from huey import Huey

#: No more learners in one night; who is left comes the next.
_MOST = 500


def register(queue: Huey, app_context: Callable[[], AbstractContextManager[Any]]) -> Callable[[], Any]:
    """Have the queue's consumer fit at 3 h UTC, in the application that `app_context` opens; returns the nightly task.

    The nightly task only says who is due. A fit that was cut off is taken up the night after.
    """

    @queue.task(name="fit_learner")  # type: ignore[untyped-decorator]
    def fit_one(learner_id: str) -> None:
        with app_context():
            fits.fit_learner(uuid.UUID(learner_id), clock.now())

    @queue.periodic_task(crontab(hour="3", minute="0"), name="fit_learners")  # type: ignore[untyped-decorator]
    def fit_all() -> None:
        with app_context():
            due = fits.list_due(clock.now())[:_MOST]
        for learner_id in due:
            fit_one(str(learner_id))

    task: Callable[[], Any] = fit_all
    return task
