"""Marks, what is done to the schedule by hand, and taking steps back, the last first."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from quizapp.core.memory import Rating
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Card, CardMark, CardStep, DailyLoad, Fact, Learner, Review
from quizapp.operations import study
from quizapp.operations.study import marks, schedule, steps
from quizapp.operations.study.marks import Action

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.conftest import Clock
    from tests.factories import Factory, MadeSet

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = date(2026, 3, 1)
DAY = timedelta(days=1)


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def made(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set(facts=6)


@pytest.fixture
def learner_id(make: Factory, made: MadeSet, in_app: None) -> uuid.UUID:
    guest = make.guest()
    make.deck(guest, made)
    return guest


def rate(
    learner_id: uuid.UUID, fact_id: uuid.UUID, at: datetime = NOON, rating: Rating = Rating.GOOD
) -> uuid.UUID:
    given = study.Given(
        id=new_row_id(), fact_id=fact_id, form="flashcard", source="study", at=at, rating=rating
    )
    run_tx(lambda: study.record_review(db.session.get_one(Learner, learner_id), given))
    return given.id


def change(
    learner_id: uuid.UUID, facts: list[uuid.UUID], action: Action, at: datetime = NOON, **words: Any
) -> marks.Changed:
    step_id = words.pop("step_id", None) or new_row_id()
    return run_tx(
        lambda: marks.change_marks(
            db.session.get_one(Learner, learner_id), facts, action, step_id=step_id, now=at, **words
        )
    )


def undo(
    learner_id: uuid.UUID, at: datetime = NOON, undo_id: uuid.UUID | None = None, **words: Any
) -> steps.Undone:
    chosen = undo_id or new_row_id()
    return run_tx(
        lambda: steps.undo_last(db.session.get_one(Learner, learner_id), undo_id=chosen, now=at, **words)
    )


def mark_of(learner_id: uuid.UUID, fact_id: uuid.UUID) -> CardMark:
    return db.session.get_one(CardMark, (learner_id, fact_id), populate_existing=True)


def card_of(learner_id: uuid.UUID, fact_id: uuid.UUID) -> Card | None:
    return db.session.get(Card, (learner_id, fact_id), populate_existing=True)


def shown_on(learner_id: uuid.UUID, fact_id: uuid.UUID) -> date | None:
    card = card_of(learner_id, fact_id)
    assert card is not None
    return card.shown_on


def loads(learner_id: uuid.UUID) -> dict[date, int]:
    rows = db.session.execute(
        select(DailyLoad.shown_on, DailyLoad.cards).where(
            DailyLoad.learner_id == learner_id, DailyLoad.cards > 0
        )
    )
    return {row[0]: row[1] for row in rows}


def cards_by_day(learner_id: uuid.UUID) -> dict[date, int]:
    rows = db.session.execute(
        select(Card.shown_on, func.count())
        .where(Card.learner_id == learner_id, Card.shown_on.is_not(None))
        .group_by(Card.shown_on)
    )
    return {row[0]: row[1] for row in rows}


def test_a_suspended_card_is_shown_no_more_until_it_is_resumed(learner_id: uuid.UUID, made: MadeSet) -> None:
    fact = made.facts[0].id
    rate(learner_id, fact)
    due = shown_on(learner_id, fact)
    change(learner_id, [fact], Action.SUSPEND)
    assert shown_on(learner_id, fact) is None
    assert loads(learner_id) == {}
    change(learner_id, [fact], Action.RESUME)
    assert shown_on(learner_id, fact) == due
    assert loads(learner_id) == {due: 1}


def test_the_loads_of_days_follow_many_cards_at_once(
    learner_id: uuid.UUID, made: MadeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = [fact.id for fact in made.facts[:3]]
    for place, fact in enumerate(facts):
        rate(learner_id, fact, NOON - place * 9 * DAY)
    before = loads(learner_id)
    monkeypatch.setattr(marks, "_FEW", 1)
    change(learner_id, facts[:2], Action.SUSPEND)
    assert [shown_on(learner_id, fact) is None for fact in facts] == [True, True, False]
    assert loads(learner_id) == cards_by_day(learner_id) != before
    change(learner_id, facts, Action.RESUME)
    assert loads(learner_id) == cards_by_day(learner_id) == before


def test_a_buried_card_waits_until_tomorrow_and_one_that_rests_two_weeks(
    learner_id: uuid.UUID, made: MadeSet
) -> None:
    buried, rests = made.facts[0].id, made.facts[1].id
    for fact in (buried, rests):
        rate(learner_id, fact, NOON - 30 * DAY)
    change(learner_id, [buried], Action.BURY)
    change(learner_id, [rests], Action.REST)
    assert shown_on(learner_id, buried) == TODAY + DAY
    assert shown_on(learner_id, rests) == TODAY + 14 * DAY
    assert loads(learner_id) == cards_by_day(learner_id)


def test_a_card_due_later_than_it_is_hidden_keeps_its_day(learner_id: uuid.UUID, made: MadeSet) -> None:
    fact = made.facts[0].id
    rate(learner_id, fact)
    due = shown_on(learner_id, fact)
    assert due is not None
    assert due > TODAY + DAY
    change(learner_id, [fact], Action.BURY)
    assert shown_on(learner_id, fact) == due


def test_a_review_of_a_suspended_card_leaves_it_suspended(learner_id: uuid.UUID, made: MadeSet) -> None:
    fact = made.facts[0].id
    rate(learner_id, fact, NOON - 9 * DAY)
    change(learner_id, [fact], Action.SUSPEND)
    rate(learner_id, fact)
    assert shown_on(learner_id, fact) is None
    assert loads(learner_id) == {}


def test_a_fact_never_probed_can_be_suspended_flagged_and_noted(learner_id: uuid.UUID, made: MadeSet) -> None:
    fact = made.facts[0].id
    change(learner_id, [fact], Action.SUSPEND)
    change(learner_id, [fact], Action.FLAG)
    change(learner_id, [fact], Action.NOTE, note="  the one by the bridge ")
    mark = mark_of(learner_id, fact)
    assert mark.suspended_at == NOON
    assert mark.flagged_at == NOON
    assert mark.note == "the one by the bridge"
    assert card_of(learner_id, fact) is None


def test_the_same_step_sent_again_changes_nothing(learner_id: uuid.UUID, made: MadeSet) -> None:
    fact, step_id = made.facts[0].id, new_row_id()
    change(learner_id, [fact], Action.FLAG, step_id=step_id)
    change(learner_id, [fact], Action.UNFLAG)
    again = change(learner_id, [fact], Action.FLAG, step_id=step_id)
    assert again.is_repeat
    assert mark_of(learner_id, fact).flagged_at is None
    with pytest.raises(marks.StepConflictError):
        change(learner_id, [fact], Action.SUSPEND, step_id=step_id)


def test_what_is_so_already_is_no_step(learner_id: uuid.UUID, made: MadeSet) -> None:
    first, second = made.facts[0].id, made.facts[1].id
    change(learner_id, [first], Action.SUSPEND)
    changed = change(learner_id, [first], Action.RESUME)
    assert changed.facts == 1
    assert change(learner_id, [first, second], Action.RESUME).facts == 0
    assert db.session.execute(select(func.count()).select_from(CardStep)).scalar_one() == 2


def test_facts_that_are_gone_too_many_and_notes_too_long_are_told(
    learner_id: uuid.UUID, made: MadeSet
) -> None:
    assert change(learner_id, [uuid.uuid4()], Action.FLAG).facts == 0
    with pytest.raises(marks.TooManyFactsError):
        change(learner_id, [made.facts[0].id] * (marks.MOST_FACTS + 1), Action.FLAG)
    with pytest.raises(ValueError, match="2000"):
        change(learner_id, [made.facts[0].id], Action.NOTE, note="x" * 2001)
    with pytest.raises(marks.TooManyFactsError):
        run_tx(
            lambda: schedule.reset_cards(
                db.session.get_one(Learner, learner_id),
                [made.facts[0].id] * (schedule.MOST_CARDS + 1),
                step_id=new_row_id(),
                now=NOON,
            )
        )


def test_steps_of_both_kinds_are_taken_back_the_last_first(learner_id: uuid.UUID, made: MadeSet) -> None:
    first, second = made.facts[0].id, made.facts[1].id
    rate(learner_id, first, NOON)
    change(learner_id, [first], Action.NOTE, NOON + timedelta(seconds=1), note="mine")
    rate(learner_id, second, NOON + timedelta(seconds=2))
    change(learner_id, [first, second], Action.SUSPEND, NOON + timedelta(seconds=3))
    later = NOON + timedelta(minutes=1)
    taken = [undo(learner_id, later) for _ in range(4)]
    assert [one.step.action for one in taken] == ["suspend", "review", "note", "review"]
    assert set(taken[0].facts) == {first, second}
    assert taken[0].next is not None
    assert taken[0].next.action == "review"
    assert mark_of(learner_id, first).note == ""
    assert card_of(learner_id, first) is None
    assert card_of(learner_id, second) is None
    assert loads(learner_id) == {}
    with pytest.raises(study.NothingToUndoError):
        undo(learner_id, later)


def test_nothing_is_taken_back_where_another_step_came_since(learner_id: uuid.UUID, made: MadeSet) -> None:
    seen = rate(learner_id, made.facts[0].id)
    rate(learner_id, made.facts[1].id, NOON + timedelta(seconds=5))
    with pytest.raises(study.NothingToUndoError):
        undo(learner_id, NOON + timedelta(minutes=1), expected=seen)


def test_taking_back_sent_twice_takes_back_once(learner_id: uuid.UUID, made: MadeSet) -> None:
    first, second = made.facts[0].id, made.facts[1].id
    rate(learner_id, first)
    review = rate(learner_id, second, NOON + timedelta(seconds=5))
    undo_id = new_row_id()
    assert not undo(learner_id, undo_id=undo_id, expected=review).is_repeat
    assert undo(learner_id, undo_id=undo_id, expected=review).is_repeat
    assert undo(learner_id, expected=review).is_repeat
    assert card_of(learner_id, first) is not None


def test_taking_back_a_mark_sent_twice_takes_back_once(learner_id: uuid.UUID, made: MadeSet) -> None:
    first, second = made.facts[0].id, made.facts[1].id
    change(learner_id, [first], Action.FLAG)
    step = change(learner_id, [second], Action.FLAG, NOON + timedelta(seconds=5)).step_id
    assert not undo(learner_id, expected=step).is_repeat
    assert undo(learner_id, expected=step).is_repeat
    assert mark_of(learner_id, first).flagged_at is not None


def test_fifty_steps_can_be_taken_back_and_no_older_than_yesterday(
    learner_id: uuid.UUID, made: MadeSet
) -> None:
    rate(learner_id, made.facts[0].id, NOON - 3 * DAY)
    with pytest.raises(study.NothingToUndoError):
        undo(learner_id)
    for number in range(52):
        action = Action.UNFLAG if number % 2 else Action.FLAG
        change(learner_id, [made.facts[0].id], action, NOON + timedelta(seconds=number))
    for _ in range(50):
        undo(learner_id, NOON + timedelta(minutes=2))
    with pytest.raises(study.NothingToUndoError):
        undo(learner_id, NOON + timedelta(minutes=2))


def test_a_step_of_many_cards_is_one_of_the_fifty(
    learner_id: uuid.UUID, made: MadeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "MOST_STEPS", 3)
    monkeypatch.setattr(steps, "_FEW_STEPS", 2)
    facts = [fact.id for fact in made.facts[:4]]
    for fact in facts:
        rate(learner_id, fact, NOON - 9 * DAY)
    rated, second = rate(learner_id, facts[0]), timedelta(seconds=1)
    run_tx(
        lambda: schedule.set_due(
            db.session.get_one(Learner, learner_id), facts, TODAY, step_id=new_row_id(), now=NOON + second
        )
    )
    undone = undo(learner_id, NOON + 2 * second)
    assert set(undone.facts) == set(facts)
    # Taken back, its four rows leave room for what came before.
    assert undone.next is not None
    assert undone.next.id == rated
    assert undo(learner_id, NOON + 3 * second).step.id == rated


def test_the_reviews_of_one_response_are_taken_back_together(learner_id: uuid.UUID, made: MadeSet) -> None:
    question = made.facts[0].questions["choice"]
    ids = sorted(new_row_id() for _ in range(3))
    learner = db.session.get_one(Learner, learner_id)
    for row_id, fact in zip(ids, made.facts, strict=False):
        given = study.Given(
            id=row_id, fact_id=fact.id, form="choice", source="study", at=NOON, right=True, guess=0.25,
            question_id=question, question_revision=1,
        )  # fmt: skip
        run_tx(lambda given=given: study.record_review(db.session.get_one(Learner, learner_id), given))
    learner = db.session.get_one(Learner, learner_id)
    assert steps.last_step(learner, NOON) is not None
    undone = undo(learner_id, expected=ids[0])
    assert set(undone.facts) == {fact.id for fact in made.facts[:3]}
    assert db.session.execute(select(func.count()).select_from(Card)).scalar_one() == 0


def test_a_reset_card_is_new_again_and_comes_back_as_it_was(learner_id: uuid.UUID, made: MadeSet) -> None:
    fact = made.facts[0].id
    rate(learner_id, fact, NOON - 20 * DAY)
    rate(learner_id, fact, NOON - 10 * DAY)
    before = card_of(learner_id, fact)
    assert before is not None
    old = (before.stability, before.difficulty, before.due_on, before.reps)
    learner = db.session.get_one(Learner, learner_id)
    step_id = new_row_id()

    def reset() -> int:
        return schedule.reset_cards(
            db.session.get_one(Learner, learner_id), [fact, made.facts[1].id], step_id=step_id, now=NOON
        )

    assert run_tx(reset) == 1
    assert run_tx(reset) == 1
    assert card_of(learner_id, fact) is None
    assert db.session.execute(select(func.count()).select_from(Review)).scalar_one() == 3
    undo(learner_id, NOON + timedelta(seconds=5))
    after = card_of(learner_id, fact)
    assert after is not None
    assert (after.stability, after.difficulty, after.due_on, after.reps) == old
    assert loads(learner_id) == cards_by_day(learner_id)
    assert learner.id == learner_id


def test_a_review_after_a_reset_begins_the_memory_anew(learner_id: uuid.UUID, made: MadeSet) -> None:
    fact, other = made.facts[0].id, made.facts[1].id
    rate(learner_id, fact, NOON - 20 * DAY)
    rate(learner_id, fact, NOON - 10 * DAY)
    run_tx(
        lambda: schedule.reset_cards(
            db.session.get_one(Learner, learner_id), [fact], step_id=new_row_id(), now=NOON
        )
    )
    later = NOON + timedelta(seconds=5)
    rate(learner_id, fact, later)
    rate(learner_id, other, later)
    anew, new = card_of(learner_id, fact), card_of(learner_id, other)
    assert anew is not None
    assert new is not None
    assert (anew.stability, anew.reps) == (new.stability, new.reps)


def test_a_reset_card_that_slips_again_is_helped_as_if_for_the_first_time(
    learner_id: uuid.UUID, made: MadeSet
) -> None:
    fact = made.facts[0].id
    rate(learner_id, fact, NOON - 20 * DAY)
    run_tx(lambda: db.session.get_one(Card, (learner_id, fact)).__setattr__("lapses", 8))
    change(learner_id, [fact], Action.LEECH)
    assert mark_of(learner_id, fact).leech_lapses == 8
    run_tx(
        lambda: schedule.reset_cards(
            db.session.get_one(Learner, learner_id), [fact], step_id=new_row_id(), now=NOON
        )
    )
    assert mark_of(learner_id, fact).leech_lapses == 0


def test_a_due_date_set_by_hand_holds_until_the_next_review(learner_id: uuid.UUID, made: MadeSet) -> None:
    facts = [made.facts[0].id, made.facts[1].id]
    for fact in facts:
        rate(learner_id, fact, NOON - 20 * DAY)
    due = [shown_on(learner_id, fact) for fact in facts]
    wanted = TODAY + 5 * DAY
    run_tx(
        lambda: schedule.set_due(
            db.session.get_one(Learner, learner_id), facts, wanted, step_id=new_row_id(), now=NOON
        )
    )
    assert [shown_on(learner_id, fact) for fact in facts] == [wanted, wanted]
    run_tx(
        lambda: study.rebuild_card(
            db.session.get_one(Learner, learner_id), db.session.get_one(Fact, facts[0])
        )
    )
    assert shown_on(learner_id, facts[0]) == wanted
    assert loads(learner_id) == {wanted: 2}
    undo(learner_id, NOON + timedelta(seconds=5))
    assert [shown_on(learner_id, fact) for fact in facts] == due
    assert loads(learner_id) == cards_by_day(learner_id)
