"""A regrade sets the memory right too: reviews that it proved wrong are taken back, and recorded anew as of then."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core import evidence
from quizapp.core.disclosure import Disclosure, disclosure_to_dict
from quizapp.core.grading import response_from_dict
from quizapp.core.memory import Rating
from quizapp.core.regrading import Adjustment
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Attempt, Card, DailyStatistics, Deck, Learner, Review
from quizapp.operations import quizzes, study
from quizapp.operations.quizzes import regrading, reviewing, supervising

TEACHER = uuid.uuid4()


@pytest.fixture
def reviewed(ten):
    """Ten wrong responses, reviewed, on a quiz that an instructor may regrade."""
    ten.after(minutes=1)
    for form in ten.rows():
        ten.give(form, "wrong")
    ten.after(minutes=1)
    ten.close()
    ten.after(minutes=1)
    return ten


def decide(sitting, form, **decided):
    """Decide on the question of a form, as an instructor does."""
    row, quiz_id = sitting.rows()[form], sitting.attempt().quiz_id
    adjustment = Adjustment(**decided)
    digest = regrading.try_regrade(quiz_id, row.question_id, adjustment, keeps_higher=False).digest
    regrade_id = new_row_id()
    regrading.apply_regrade(
        quiz_id,
        row.question_id,
        adjustment,
        regrade_id=regrade_id,
        keeps_higher=False,
        digest=digest,
        reason="",
        user_id=TEACHER,
        now=clock.now(),
    )
    return regrade_id


def accept(sitting, form):
    """Accept what was given to the question of a form."""
    return decide(sitting, form, accepted=(response_from_dict(sitting.rows()[form].response),))


def undo(sitting, regrade_id):
    sitting.after(minutes=1)
    regrading.undo_regrade(sitting.attempt().quiz_id, regrade_id, TEACHER, clock.now())


def sweep():
    quizzes.close_overdue(clock.now())
    db.session.expire_all()


def log_of(sitting):
    """Return the rows of the log, whole."""
    return list(
        db.session.execute(
            sa.select(Review).where(Review.learner_id == sitting.learner_id).order_by(Review.id)
        ).scalars()
    )


def standing(sitting, form):
    """Return whether each fact of a question was right, and when, by the reviews that were not taken back."""
    rows = log_of(sitting)
    taken_back = {row.cancels for row in rows}
    facts = {fact.id: fact.key for fact in sitting.set.facts}
    return {
        facts[row.fact_id]: (row.is_right, row.reviewed_at)
        for row in rows
        if row.form == form and row.cancels is None and row.id not in taken_back
    }


def memories(sitting):
    """Return the cards as they are kept, by their facts; each must be what a replay of the log makes of it."""
    learner = db.session.get_one(Learner, sitting.learner_id)
    deck = db.session.get(Deck, (sitting.learner_id, sitting.set.id))
    cards = {
        card.fact_id: (card.stability, card.difficulty, card.due_on, card.reps, card.lapses)
        for card in db.session.execute(sa.select(Card).where(Card.learner_id == sitting.learner_id)).scalars()
    }
    replayed = {}
    for fact in sitting.set.facts:
        rows = [row for row in log_of(sitting) if row.fact_id == fact.id]
        state = evidence.replay(study.logged(rows), study.scheduling_of(learner, deck), fact.id.bytes)
        if state.memory is not None:
            replayed[fact.id] = (
                state.memory.stability,
                state.memory.difficulty,
                state.due_on,
                state.reps,
                state.lapses,
            )
    assert cards == replayed
    return cards


def days_of(sitting):
    """Return the statistics of each day, which must be those that the log makes."""
    named = [column for column in DailyStatistics.__table__.columns if column.name != "learner_id"]
    asked = sa.select(*named).where(
        DailyStatistics.learner_id == sitting.learner_id, DailyStatistics.reviews > 0
    )
    kept = sorted(map(tuple, db.session.execute(asked)), key=repr)
    run_tx(lambda: study.rebuild_statistics(sitting.learner_id))
    assert [pytest.approx(row[3:]) for row in kept] == [
        row[3:] for row in sorted(map(tuple, db.session.execute(asked)), key=repr)
    ]
    return kept


def test_a_response_accepted_after_its_review_was_remembered_at_the_time_when_it_was_given(reviewed):
    [(key, (was_right, given_at))] = standing(reviewed, "choice").items()
    assert not was_right
    before = memories(reviewed)
    accept(reviewed, "choice")
    assert reviewed.attempt().reviewed_at is None
    sweep()
    assert standing(reviewed, "choice") == {key: (True, given_at)}
    assert reviewed.attempt().reviewed_at == clock.now()
    after = memories(reviewed)
    fact_id = next(fact.id for fact in reviewed.set.facts if fact.key == key)
    assert after[fact_id][0] > before[fact_id][0]
    assert {name: card for name, card in after.items() if name != fact_id} == {
        name: card for name, card in before.items() if name != fact_id
    }
    days_of(reviewed)


def test_undone_and_decided_again_the_log_only_grows_and_the_last_decision_holds(reviewed):
    before, days, length = memories(reviewed), days_of(reviewed), len(log_of(reviewed))
    [(key, _)] = standing(reviewed, "choice").items()
    first = accept(reviewed, "choice")
    sweep()
    undo(reviewed, first)
    sweep()
    assert memories(reviewed) == before
    assert days_of(reviewed) == days
    assert len(log_of(reviewed)) == length + 4
    reviewed.after(minutes=1)
    accept(reviewed, "choice")
    sweep()
    assert standing(reviewed, "choice")[key][0]
    assert len(log_of(reviewed)) == length + 6
    memories(reviewed)


@pytest.mark.parametrize("decided", [{"is_dropped": True}, {"is_credited": True}])
def test_a_question_that_counts_for_nobody_or_for_everybody_says_nothing_of_a_memory(reviewed, decided):
    before = memories(reviewed)
    regrade_id = decide(reviewed, "choice", **decided)
    sweep()
    assert standing(reviewed, "choice") == {}
    assert len(memories(reviewed)) == len(before) - 1
    undo(reviewed, regrade_id)
    sweep()
    assert memories(reviewed) == before


def test_each_fact_of_a_question_on_several_is_set_right(reviewed):
    regrade_id = accept(reviewed, "matching")
    facts = standing(reviewed, "matching")
    assert {right for right, _ in facts.values()} == {False}
    sweep()
    assert standing(reviewed, "matching") == {key: (True, at) for key, (_, at) in facts.items()}
    memories(reviewed)
    undo(reviewed, regrade_id)
    sweep()
    assert standing(reviewed, "matching") == facts


def test_swept_again_and_again_nothing_is_corrected_twice(reviewed):
    accept(reviewed, "choice")
    sweep()
    length = len(log_of(reviewed))
    run_tx(lambda: db.session.execute(sa.update(Attempt).values(reviewed_at=None)))
    sweep()
    assert len(log_of(reviewed)) == length
    assert reviewed.attempt().reviewed_at is not None


def test_a_correction_cut_off_is_finished_by_the_next_sweep(reviewed, monkeypatch):
    accept(reviewed, "matching")
    record = reviewing.record_review

    def fail(*_args):
        raise RuntimeError("the power went")

    monkeypatch.setattr(reviewing, "record_review", fail)
    sweep()
    assert {right for right, _ in standing(reviewed, "matching").values()} == {False}
    monkeypatch.setattr(reviewing, "record_review", record)
    sweep()
    assert {right for right, _ in standing(reviewed, "matching").values()} == {True}


def test_a_review_since_then_stays_and_comes_after_the_corrected_one(reviewed):
    [(key, _)] = standing(reviewed, "choice").items()
    fact_id = next(fact.id for fact in reviewed.set.facts if fact.key == key)
    reviewed.after(days=3)
    learner = db.session.get_one(Learner, reviewed.learner_id)
    given = study.Given(
        id=new_row_id(),
        fact_id=fact_id,
        form="flashcard",
        source="study",
        at=clock.now(),
        rating=Rating.GOOD,
    )
    run_tx(lambda: study.record_review(learner, given))
    before = memories(reviewed)
    accept(reviewed, "choice")
    sweep()
    after = memories(reviewed)
    assert after[fact_id][0] > before[fact_id][0]
    assert after[fact_id][3] == 2
    days_of(reviewed)


def test_a_decision_made_while_reviews_are_made_is_seen_by_the_next_sweep(reviewed, monkeypatch):
    accept(reviewed, "choice")
    list_waiting = reviewing._list_waiting

    def crossed(*args):
        waiting = list_waiting(*args)
        monkeypatch.setattr(reviewing, "_list_waiting", list_waiting)
        decide(reviewed, "choice", is_dropped=True)
        return waiting

    monkeypatch.setattr(reviewing, "_list_waiting", crossed)
    reviewing.review_attempt(reviewed.learner_id, reviewed.attempt_id, clock.now())
    assert reviewed.attempt().reviewed_at is None
    sweep()
    assert standing(reviewed, "choice") == {}
    memories(reviewed)


def test_the_result_and_the_mistakes_tell_of_the_corrected_review(reviewed):
    [effect] = reviewed.told("choice").effects
    assert not effect.is_right
    regrade_id = accept(reviewed, "choice")
    sweep()
    [effect] = reviewed.told("choice").effects
    assert effect.is_right
    undo(reviewed, regrade_id)
    decide(reviewed, "choice", is_dropped=True)
    sweep()
    assert reviewed.told("choice").effects == ()


def test_of_a_quiz_that_tells_nothing_a_regrade_makes_no_reviews(ten):
    nothing = disclosure_to_dict(Disclosure(frozenset()))
    ten.set_quiz(ten.attempt().quiz_id, shows=nothing)
    ten.give("choice", "wrong")
    ten.close()
    accept(ten, "choice")
    sweep()
    assert log_of(ten) == []


def test_what_was_given_before_reopening_was_said_all_the_same(reviewed):
    quiz_id, row = reviewed.attempt().quiz_id, reviewed.rows()["choice"]
    [(key, told)] = standing(reviewed, "choice").items()
    run_tx(lambda: supervising.reopen_attempt(quiz_id, reviewed.attempt_id, None, clock.now(), TEACHER))
    reviewed.after(seconds=5)
    reviewed.give("choice")
    reviewed.submit()
    sweep()
    assert reviewed.rows()["choice"].outcome == "right"
    assert standing(reviewed, "choice") == {key: told}
    assert row.review_id is not None


def test_opened_again_while_reviews_are_made_it_becomes_none(ten, monkeypatch):
    ten.give("choice", "wrong")
    ten.submit()
    quiz_id, list_waiting = ten.attempt().quiz_id, reviewing._list_waiting

    def crossed(*args):
        waiting = list_waiting(*args)
        run_tx(lambda: supervising.reopen_attempt(quiz_id, ten.attempt_id, None, clock.now(), TEACHER))
        return waiting

    monkeypatch.setattr(reviewing, "_list_waiting", crossed)
    reviewing.review_attempt(ten.learner_id, ten.attempt_id, clock.now())
    assert log_of(ten) == []
    monkeypatch.setattr(reviewing, "_list_waiting", list_waiting)
    ten.after(seconds=5)
    ten.give("choice")
    ten.submit()
    sweep()
    assert [right for right, _ in standing(ten, "choice").values()] == [True]


def test_an_attempt_brought_back_is_set_right_by_what_was_decided_meanwhile(reviewed):
    quiz_id = reviewed.attempt().quiz_id
    given = response_from_dict(reviewed.rows()["choice"].response)
    question_id = reviewed.rows()["choice"].question_id
    [(key, (_, given_at))] = standing(reviewed, "choice").items()
    run_tx(lambda: supervising.delete_attempt(quiz_id, reviewed.attempt_id, clock.now(), TEACHER))
    reviewed.after(minutes=1)
    adjustment = Adjustment(accepted=(given,))
    digest = regrading.try_regrade(quiz_id, question_id, adjustment, keeps_higher=False).digest
    regrading.apply_regrade(
        quiz_id,
        question_id,
        adjustment,
        regrade_id=new_row_id(),
        keeps_higher=False,
        digest=digest,
        reason="",
        user_id=TEACHER,
        now=clock.now(),
    )
    reviewed.after(minutes=1)
    run_tx(lambda: supervising.restore_attempt(quiz_id, reviewed.attempt_id, clock.now(), TEACHER))
    sweep()
    assert standing(reviewed, "choice") == {key: (True, given_at)}
    memories(reviewed)
