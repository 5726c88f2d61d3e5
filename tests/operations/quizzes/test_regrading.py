"""A regrade is tried without a trace, applied as it was tried, undone as it was before, and never lowers silently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core.questions import OptionResponse, TextResponse
from quizapp.core.regrading import UNADJUSTED, Adjustment
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import (
    Attempt,
    AttemptEvent,
    AttemptResponse,
    QuizAdjustment,
    QuizTaker,
    Regrade,
    RegradedResponse,
)
from quizapp.operations import quizzes
from quizapp.operations.quizzes import regrading
from tests.histories import closed_attempt, taught_quiz

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

    from flask import Flask

    from tests.conftest import Clock
    from tests.factories import Cast, Factory


@dataclass
class Class:
    """Four learners who finished a quiz of three questions: a choice, a typed one, a statement."""

    quiz_id: uuid.UUID
    choice: uuid.UUID
    short: uuid.UUID
    teacher: uuid.UUID
    learners: list[uuid.UUID]

    def scores(self) -> list[tuple[float, float]]:
        rows = db.session.execute(
            sa.select(Attempt.learner_id, Attempt.score, Attempt.max_score).where(
                Attempt.quiz_id == self.quiz_id
            )
        )
        found = {learner_id: (score, most) for learner_id, score, most in rows}
        return [found[one] for one in self.learners]

    def try_(self, question: uuid.UUID, *, keeps_higher: bool = False, **decided: Any) -> regrading.DryRun:
        return regrading.try_regrade(self.quiz_id, question, Adjustment(**decided), keeps_higher=keeps_higher)

    def apply(
        self,
        question: uuid.UUID,
        *,
        regrade_id: uuid.UUID | None = None,
        digest: str | None = None,
        keeps_higher: bool = False,
        **decided: Any,
    ) -> uuid.UUID:
        regrade_id = regrade_id or new_row_id()
        digest = digest or self.try_(question, keeps_higher=keeps_higher, **decided).digest
        run_tx(
            lambda: regrading.apply_regrade(
                self.quiz_id,
                question,
                Adjustment(**decided),
                regrade_id=regrade_id,
                keeps_higher=keeps_higher,
                digest=digest,
                reason="the key was wrong",
                user_id=self.teacher,
                now=clock.now(),
            )
        )
        return regrade_id

    def undo(self, regrade_id: uuid.UUID) -> int:
        return run_tx(lambda: regrading.undo_regrade(self.quiz_id, regrade_id, self.teacher, clock.now()))


#: What the four gave to the choice and to the typed question; the statement is right for all.
GIVEN = [("right", "Value 0"), ("wrong-1", "Worth 0"), ("wrong-1", "worth  0"), (None, None)]


@pytest.fixture
def room(app: Flask, make: Factory, cast: Cast, frozen: Clock) -> Iterator[Class]:
    """The class after the quiz."""
    made = make.question_set(facts=3)
    with app.app_context():
        asked = [
            made.facts[0].questions["choice"],
            made.facts[0].questions["short"],
            made.facts[1].questions["true-false"],
        ]
        quiz_id = taught_quiz(made, cast.ada, asked)
        learners = [make.guest() for _ in GIVEN]
        for learner_id, (option, text) in zip(learners, GIVEN, strict=True):
            run_tx(
                lambda one=learner_id: db.session.add(
                    QuizTaker(
                        learner_id=one, quiz_id=quiz_id, name=f"Taker {one.hex[:4]}", joined_at=clock.now()
                    )
                )
            )
            given = [
                None if option is None else {"option": option},
                None if text is None else {"text": text},
                {"option": "true"},
            ]
            closed_attempt(learner_id, quiz_id, asked, given)
        yield Class(quiz_id, asked[0], asked[1], cast.ada.user_id, learners)


def test_what_was_given_is_listed_once_each_with_how_often_and_options_nobody_chose(room: Class) -> None:
    choices = regrading.list_given(room.quiz_id, room.choice)
    assert {one.response: one.times for one in choices}[OptionResponse("wrong-1")] == 2
    assert {one.response: one.times for one in choices}[OptionResponse("wrong-2")] == 0
    typed = regrading.list_given(room.quiz_id, room.short)
    assert [(one.times, one.outcome.value) for one in typed] == [(2, "wrong"), (1, "right")]


def test_questions_stand_with_the_share_right_the_hardest_first(room: Class) -> None:
    asked = regrading.list_asked(room.quiz_id)
    assert [one.share_right for one in asked] == [0.25, 0.25, 1.0]
    assert {one.times for one in asked} == {4}


def test_trying_changes_nothing(room: Class) -> None:
    before = room.scores()
    tried = room.try_(room.short, accepted=(TextResponse("Worth 0"),))
    assert [(one.before["attempt_score"], one.after["attempt_score"]) for one in tried.changes] == [
        (1, 2)
    ] * 2
    assert tried.unchanged == 2
    assert room.scores() == before
    assert regrading.find_adjustment(room.quiz_id, room.short) == UNADJUSTED


def test_accepting_another_response_gives_marks_to_all_who_gave_it_and_to_attempts_to_come(
    room: Class, make: Factory
) -> None:
    room.apply(room.short, accepted=(TextResponse("Worth 0"),))
    assert [score for score, _ in room.scores()] == [3, 2, 2, 1]
    later = make.guest()
    closed_attempt(
        later,
        room.quiz_id,
        [room.choice, room.short],
        [None, {"text": "WORTH 0"}],
    )
    score = db.session.execute(sa.select(Attempt.score).where(Attempt.learner_id == later)).scalar_one()
    assert score == 1


def test_a_corrected_key_moves_marks_from_the_one_option_to_the_other(room: Class) -> None:
    decided = {"accepted": (OptionResponse("wrong-1"),), "refused": (OptionResponse("right"),)}
    tried = room.try_(room.choice, **decided)
    assert tried.falling == 1
    assert tried.changes[0].falls
    room.apply(room.choice, **decided)
    assert [score for score, _ in room.scores()] == [2, 2, 2, 1]


def test_scores_that_would_fall_are_left_where_that_is_wanted(room: Class) -> None:
    decided = {"accepted": (OptionResponse("wrong-1"),), "refused": (OptionResponse("right"),)}
    room.apply(room.choice, keeps_higher=True, **decided)
    assert [score for score, _ in room.scores()] == [3, 2, 2, 1]


def test_credit_for_everybody_counts_for_blanks_too(room: Class) -> None:
    room.apply(room.choice, is_credited=True)
    assert [score for score, _ in room.scores()] == [3, 2, 2, 2]


def test_a_dropped_question_is_out_of_score_and_maximum(room: Class) -> None:
    room.apply(room.choice, is_dropped=True)
    assert room.scores() == [(2, 2), (1, 2), (1, 2), (1, 2)]


def test_undone_everything_is_as_it_was_and_stays_recorded(room: Class) -> None:
    before = room.scores()
    regrade_id = room.apply(room.choice, is_credited=True)
    assert room.undo(regrade_id) == 3
    assert room.scores() == before
    assert db.session.get(QuizAdjustment, (room.quiz_id, room.choice)) is None
    assert db.session.get_one(Regrade, regrade_id).undone_by == room.teacher
    assert room.undo(regrade_id) == 0
    told = db.session.execute(
        sa.select(AttemptEvent.detail).where(
            AttemptEvent.kind == "regraded", AttemptEvent.user_id.is_not(None)
        )
    ).scalars()
    assert len(list(told)) == 6


def test_regrades_of_a_question_are_undone_the_last_first(room: Class) -> None:
    first = room.apply(room.choice, is_credited=True)
    second = room.apply(room.choice, is_dropped=True)
    with pytest.raises(regrading.RegradeNotLastError):
        room.undo(first)
    room.undo(second)
    assert regrading.find_adjustment(room.quiz_id, room.choice) == Adjustment(is_credited=True)
    room.undo(first)


def test_a_regrade_of_another_quiz_is_not_found(room: Class) -> None:
    with pytest.raises(LookupError):
        run_tx(lambda: regrading.undo_regrade(new_row_id(), new_row_id(), room.teacher, clock.now()))
    regrade_id = room.apply(room.choice, is_credited=True)
    with pytest.raises(LookupError):
        run_tx(lambda: regrading.undo_regrade(new_row_id(), regrade_id, room.teacher, clock.now()))


def test_sent_twice_it_is_applied_once(room: Class) -> None:
    regrade_id = room.apply(room.choice, is_credited=True)
    room.apply(room.choice, regrade_id=regrade_id, digest="whatever", is_dropped=True)
    assert [score for score, _ in room.scores()] == [3, 2, 2, 2]
    count = sa.select(sa.func.count()).select_from(RegradedResponse)
    assert db.session.execute(count).scalar_one() == 3


def test_what_changed_since_it_was_tried_must_be_looked_at_again(room: Class, make: Factory) -> None:
    tried = room.try_(room.choice, is_credited=True)
    closed_attempt(make.guest(), room.quiz_id, [room.choice], [None])
    with pytest.raises(regrading.StaleRegradeError):
        room.apply(room.choice, digest=tried.digest, is_credited=True)
    assert regrading.find_adjustment(room.quiz_id, room.choice) == UNADJUSTED


def test_an_override_stays_over_a_regrade_and_over_its_undoing(room: Class) -> None:
    learner_id = room.learners[3]
    row = db.session.execute(
        sa.select(AttemptResponse).where(
            AttemptResponse.learner_id == learner_id, AttemptResponse.question_id == room.choice
        )
    ).scalar_one()

    def override() -> None:
        kept = db.session.get_one(AttemptResponse, (learner_id, row.attempt_id, row.position))
        kept.override_marks = 0.5
        quizzes.retotal(learner_id, row.attempt_id)

    run_tx(override)
    assert room.scores()[3][0] == 1.5
    regrade_id = room.apply(room.choice, is_credited=True)
    assert room.scores()[3][0] == 1.5
    room.undo(regrade_id)
    assert room.scores()[3][0] == 1.5


def test_previews_are_no_part_of_it(room: Class, make: Factory) -> None:
    learner_id = make.guest()
    attempt_id = closed_attempt(learner_id, room.quiz_id, [room.choice], [{"option": "wrong-2"}])
    run_tx(
        lambda: db.session.execute(sa.update(Attempt).where(Attempt.id == attempt_id).values(is_preview=True))
    )
    assert {one.times for one in regrading.list_asked(room.quiz_id)} == {4}
    assert len(room.try_(room.choice, is_credited=True).changes) == 3


def test_the_record_says_who_why_and_how_many(room: Class) -> None:
    room.apply(room.choice, is_credited=True)
    [(done, stem, changed, who)] = regrading.list_regrades(room.quiz_id)
    assert (changed, done.reason) == (3, "the key was wrong")
    assert stem
    assert who
