"""A regrade is tried without a trace, applied as it was tried, undone as it was before, and never lowers silently."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core.attempts import Cause, Save
from quizapp.core.questions import OptionResponse, TextResponse
from quizapp.core.regrading import UNADJUSTED, Adjustment
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import (
    Attempt,
    AttemptEvent,
    AttemptResponse,
    QuestionRevision,
    QuizAdjustment,
    QuizTaker,
    Regrade,
    RegradedResponse,
)
from quizapp.operations import quizzes
from quizapp.operations.quizzes import regrading, supervising
from quizapp.operations.quizzes.regrading import applying, reading
from tests.histories import closed_attempt, taught_quiz

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterator

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
        regrading.apply_regrade(
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
        return regrade_id

    def undo(self, regrade_id: uuid.UUID) -> int:
        return regrading.undo_regrade(self.quiz_id, regrade_id, self.teacher, clock.now())


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
        regrading.undo_regrade(new_row_id(), new_row_id(), room.teacher, clock.now())
    regrade_id = room.apply(room.choice, is_credited=True)
    with pytest.raises(LookupError):
        regrading.undo_regrade(new_row_id(), regrade_id, room.teacher, clock.now())


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


def test_attempts_that_ended_under_a_regrade_are_graded_without_it_once_it_is_undone(
    room: Class, make: Factory, frozen: Clock
) -> None:
    regrade_id = room.apply(room.short, accepted=(TextResponse("Worth 0"),))
    frozen.moment += timedelta(minutes=1)
    later = make.guest()
    closed_attempt(later, room.quiz_id, [room.choice, room.short], [{"option": "right"}, {"text": "worth 0"}])
    assert score_of(later) == 2
    assert room.undo(regrade_id) == 3
    assert score_of(later) == 1
    assert [score for score, _ in room.scores()] == [3, 1, 1, 1]


def test_what_was_given_after_reopening_is_not_put_back_to_what_it_was_before(
    room: Class, frozen: Clock
) -> None:
    learner_id = room.learners[3]
    regrade_id = room.apply(room.choice, is_credited=True)
    frozen.moment += timedelta(minutes=1)
    attempt_id = attempt_of(learner_id)
    run_tx(lambda: supervising.reopen_attempt(room.quiz_id, attempt_id, None, clock.now(), room.teacher))
    sent = Save(new_row_id(), 1, {"option": "right"})
    run_tx(lambda: quizzes.save_response(learner_id, attempt_id, 1, sent, clock.now()))
    quizzes.close_attempt(learner_id, attempt_id, clock.now(), Cause.SUBMIT)
    assert score_of(learner_id) == 2
    room.undo(regrade_id)
    assert score_of(learner_id) == 2


def test_which_regrade_was_applied_last_is_not_told_by_its_id(room: Class, frozen: Clock) -> None:
    earlier_id = new_row_id()
    first = room.apply(room.choice, is_credited=True)
    frozen.moment += timedelta(minutes=1)
    second = room.apply(room.choice, regrade_id=earlier_id, is_dropped=True)
    assert second < first
    with pytest.raises(regrading.RegradeNotLastError):
        room.undo(first)


def test_thirds_of_points_come_back_exactly(room: Class) -> None:
    learner_id = room.learners[1]
    third = sa.update(AttemptResponse).where(AttemptResponse.learner_id == learner_id)
    run_tx(lambda: db.session.execute(third.values(weight=1 / 3)))
    run_tx(lambda: quizzes.retotal(learner_id, attempt_of(learner_id)))
    assert score_of(learner_id) == 1 / 3
    room.undo(room.apply(room.choice, is_credited=True))
    assert score_of(learner_id) == 1 / 3


@pytest.mark.parametrize("standing", ["documented", "fictional", "inconsistent"])
def test_what_a_regrade_writes_is_what_adding_up_anew_gives(room: Class, standing: str) -> None:
    short = db.session.get_one(QuestionRevision, (room.short, 1))
    told = short.content | {"standing": standing}
    asked = sa.update(QuestionRevision).where(QuestionRevision.question_id == room.short)
    owned = sa.update(Attempt).where(Attempt.learner_id == room.learners[2])
    of_short = sa.update(AttemptResponse).where(AttemptResponse.question_id == room.short)
    neutral = of_short.where(AttemptResponse.learner_id == room.learners[3])

    def unit() -> None:
        db.session.execute(asked.values(content=told))
        db.session.execute(owned.values(credit_percent=50))
        db.session.execute(of_short.values(weight=2.0))
        db.session.execute(neutral.values(outcome="neutral"))
        for learner_id in room.learners:
            quizzes.retotal(learner_id, attempt_of(learner_id))

    run_tx(unit)
    for question in (room.choice, room.short):
        before = room.scores()
        for decided in ({"is_credited": True}, {"is_dropped": True}):
            regrade_id = room.apply(question, **decided)
            written = room.scores()
            run_tx(lambda: [quizzes.retotal(one, attempt_of(one)) for one in room.learners])
            assert room.scores() == written
            # What the source invents is scored apart.
            assert (written != before) == (question == room.choice or standing != "fictional")
            room.undo(regrade_id)
            assert room.scores() == before


def test_an_override_between_grading_and_writing_has_the_regrade_looked_at_again(
    room: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = room.try_(room.choice, is_credited=True).digest
    try_regrade, looks = applying.try_regrade, []

    def overridden(*args: Any, **named: Any) -> regrading.DryRun:
        tried = try_regrade(*args, **named)
        if not looks:
            attempt_id = tried.changes[0].attempt_id
            now = clock.now()
            run_tx(
                lambda: supervising.override_marks(
                    room.quiz_id, attempt_id, 3, 0.5, "half", now, room.teacher
                )
            )
        looks.append(tried.digest)
        return tried

    monkeypatch.setattr(applying, "try_regrade", overridden)
    with pytest.raises(regrading.StaleRegradeError):
        room.apply(room.choice, digest=digest, is_credited=True)
    assert looks[0] == digest != looks[1]
    assert regrading.find_adjustment(room.quiz_id, room.choice) == UNADJUSTED


def test_an_attempt_that_ends_between_grading_and_writing_is_graded_with_the_regrade(
    room: Class, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided = {"accepted": (TextResponse("Worth 0"),)}
    digest = room.try_(room.short, **decided).digest
    try_regrade, late = applying.try_regrade, make.guest()

    def crossed(*args: Any, **named: Any) -> regrading.DryRun:
        tried = try_regrade(*args, **named)
        if not db.session.execute(sa.select(Attempt.id).where(Attempt.learner_id == late)).all():
            closed_attempt(late, room.quiz_id, [room.choice, room.short], [None, {"text": "worth 0"}])
        return tried

    monkeypatch.setattr(applying, "try_regrade", crossed)
    with pytest.raises(regrading.StaleRegradeError):
        room.apply(room.short, digest=digest, **decided)
    assert score_of(late) == 0
    room.apply(room.short, **decided)
    assert score_of(late) == 1


def test_what_an_instructor_did_to_another_question_is_seen_even_where_no_score_shows_it(
    room: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner_id = room.learners[1]
    costly = {"negative_percent": 100}
    owned = sa.update(Attempt).where(Attempt.learner_id == learner_id)
    run_tx(lambda: db.session.execute(owned.values(marking=costly)))
    attempt_id = attempt_of(learner_id)
    run_tx(lambda: quizzes.retotal(learner_id, attempt_id))
    assert score_of(learner_id) == 0
    digest = room.try_(room.choice, is_credited=True).digest
    try_regrade, looks = applying.try_regrade, []

    def overridden(*args: Any, **named: Any) -> regrading.DryRun:
        tried = try_regrade(*args, **named)
        if not looks:
            now = clock.now()
            run_tx(
                lambda: supervising.override_marks(
                    room.quiz_id, attempt_id, 3, -1, "copied", now, room.teacher
                )
            )
            # Two wrong and one right, or three wrong: below nothing there is nothing.
            assert score_of(learner_id) == 0
        looks.append(tried.digest)
        return tried

    monkeypatch.setattr(applying, "try_regrade", overridden)
    with pytest.raises(regrading.StaleRegradeError):
        room.apply(room.choice, digest=digest, is_credited=True)


def test_pressed_eight_times_at_once_it_is_applied_once_and_undone_once(app: Flask, room: Class) -> None:
    before = room.scores()
    digest, regrade_id = room.try_(room.choice, is_credited=True).digest, new_row_id()
    found: list[Any] = []

    def at_once(press: Callable[[], Any]) -> None:
        def pressed() -> None:
            with app.app_context():
                try:
                    found.append(press())
                except Exception as problem:
                    found.append(problem)

        threads = [threading.Thread(target=pressed) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        db.session.rollback()

    at_once(lambda: room.apply(room.choice, regrade_id=regrade_id, digest=digest, is_credited=True))
    assert found == [regrade_id] * 8
    count = sa.select(sa.func.count()).select_from(RegradedResponse)
    assert db.session.execute(count).scalar_one() == 3
    found.clear()
    at_once(lambda: room.undo(regrade_id))
    assert sorted(found) == [0] * 7 + [3]
    assert room.scores() == before


def test_while_others_wait_to_write_nothing_is_graded(room: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    writing = []
    run, grade = applying.run_tx, reading.grade_slot

    def watched(unit: Any) -> Any:
        writing.append(True)
        try:
            return run(unit)
        finally:
            writing.pop()

    def graded(*args: Any) -> Any:
        assert not writing
        return grade(*args)

    monkeypatch.setattr(applying, "run_tx", watched)
    monkeypatch.setattr(reading, "grade_slot", graded)
    room.undo(room.apply(room.choice, is_credited=True))


def score_of(learner_id: uuid.UUID) -> float | None:
    return db.session.execute(sa.select(Attempt.score).where(Attempt.learner_id == learner_id)).scalar_one()


def attempt_of(learner_id: uuid.UUID) -> uuid.UUID:
    return db.session.execute(sa.select(Attempt.id).where(Attempt.learner_id == learner_id)).scalar_one()
