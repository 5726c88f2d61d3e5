"""What a question that was checked during its attempt tells: how it was judged, its key, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from quizapp.core.questions import question_from_dict
from quizapp.database import db
from quizapp.models import AttemptResponse, QuestionRevision
from quizapp.models.quizzes import is_pinned
from quizapp.operations.quizzes.results import Told, tell

if TYPE_CHECKING:
    import uuid


def load_checked(
    learner_id: uuid.UUID, attempt_id: uuid.UUID, *, position: int | None = None, explains: bool = True
) -> dict[int, Told]:
    """Return what the checked questions of an attempt tell, by position; all of them, or the one at a position.

    Of a question that was not checked nothing is read. Without `explains` the reasons are left out.
    """
    statement = (
        select(AttemptResponse, QuestionRevision.content)
        .join(QuestionRevision, is_pinned())
        .where(
            AttemptResponse.learner_id == learner_id,
            AttemptResponse.attempt_id == attempt_id,
            AttemptResponse.checked_at.is_not(None),
        )
    )
    if position is not None:
        statement = statement.where(AttemptResponse.position == position)
    return {
        row.position: tell(row, question_from_dict(content), explains=explains)
        for row, content in db.session.execute(statement)
    }
