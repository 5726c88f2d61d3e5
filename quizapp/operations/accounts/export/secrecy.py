"""What an export keeps back while a quiz is open: whatever would tell the key of a question that it asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from quizapp.database import db
from quizapp.models import Attempt, QuestionFact, StudyPlan
from quizapp.operations.attempt_secrecy import find_closed_facts
from quizapp.operations.plans import sets_in_open_quizzes

if TYPE_CHECKING:
    import uuid

#: What tells of a card, a mark or a review whether the fact was recalled.
_MEMORY: Final = (
    "stability", "difficulty", "due_on", "shown_on", "reps", "lapses", "predicted", "leech_lapses",
    "stability_before", "difficulty_before", "stability_after", "difficulty_after",
)  # fmt: skip
#: What of a row tells right from wrong while its attempt is a secret, by part.
_OF_ATTEMPTS: Final = {
    "attempts": ("id", ("score",)),
    "responses": ("attempt_id", ("outcome", "score", "marks", "override_marks", "override_comment", "review_id")),
    "regraded_responses": ("attempt_id", ("before", "after")),
}  # fmt: skip
#: What happened to an attempt without telling how it was graded.
_PLAIN_EVENTS: Final = frozenset(
    (
        "joined",
        "started",
        "saved",
        "overtaken",
        "late",
        "flagged",
        "turned",
        "extra-time",
        "granted",
        "viewed",
    )
)
_OF_FACTS: Final = frozenset({"cards", "card_marks", "card_steps", "reviews"})
#: What names the plan in a row.
_OF_PLANS: Final = {"study_plans": "id", "plan_days": "plan_id"}


@dataclass(frozen=True, slots=True)
class Closed:
    """The facts and questions of attempts that are still a secret, the plans of their sets, and the attempts that are not, by their ids as texts."""

    facts: frozenset[str]
    questions: frozenset[str]
    plans: frozenset[str] = frozenset()
    released: frozenset[str] = frozenset()

    def keep_back(self, part: str, row: dict[str, Any]) -> None:
        """Take out of a row what would tell the key of a closed question.

        The name of a fact may hold it, and whether an earlier response was right tells it to whoever has the response:
        graded reviews say so, and the cards they moved.
        """
        if part in _OF_ATTEMPTS:
            attempt, telling = _OF_ATTEMPTS[part]
            if row[attempt] not in self.released or row.get("question_id") in self.questions:
                row.update((name, None) for name in telling)
            if row.get("question_id") in self.questions:
                row["question"] = None
        elif part == "attempt_events":
            # An attempt that was deleted is in no list: its results may have been a secret to the last.
            if row["attempt_id"] not in self.released and row["kind"] not in _PLAIN_EVENTS:
                row["detail"] = None
        elif part in _OF_FACTS:
            self._keep_back_of_fact(row)
        elif part in _OF_PLANS:
            # A plan can be of a single fact: what is known of it is that fact's memory.
            if row[_OF_PLANS[part]] in self.plans:
                row.update((name, None) for name in ("predicted", "reached") if name in row)
        elif part == "mistake_reports" and (
            row["question_id"] in self.questions or row["fact_id"] in self.facts
        ):
            row.update(about=None, reply=None)

    def _keep_back_of_fact(self, row: dict[str, Any]) -> None:
        if row["fact_id"] in self.facts:
            row["fact"] = None
            row.update((name, None) for name in _MEMORY if name in row)
            if "before" in row:
                row["before"] = None
            if row.get("rating") is None and "is_right" in row:
                row.update(is_right=None, weight=None)
        elif row.get("before"):
            # A step can be of many facts.
            hidden = {fact.replace("-", "") for fact in self.facts}
            row["before"] = {fact: was for fact, was in row["before"].items() if fact not in hidden}


def find_closed(learner_id: uuid.UUID | None) -> Closed:
    """Return what is closed to a learner now."""
    facts = find_closed_facts(learner_id)
    asking = db.session.execute(select(QuestionFact.question_id).where(QuestionFact.fact_id.in_(facts)))
    plans = select(StudyPlan.id).where(
        StudyPlan.learner_id == learner_id, StudyPlan.question_set_id.in_(sets_in_open_quizzes(learner_id))
    )
    released = select(Attempt.id).where(Attempt.learner_id == learner_id, Attempt.released_at.is_not(None))
    return Closed(
        frozenset(map(str, facts)),
        frozenset(map(str, asking.scalars())),
        frozenset(map(str, db.session.execute(plans).scalars())),
        frozenset(map(str, db.session.execute(released).scalars())),
    )
