"""Questions of every type graded, turned into reviews fact by fact, and told."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core.attempts import Decision
from quizapp.core.grading import response_from_dict, verdicts
from quizapp.core.questions import TYPES
from quizapp.database import db, run_tx
from quizapp.models import (
    Attempt,
    AttemptResponse,
    Card,
    DailyStatistics,
    Fact,
    Question,
    QuestionFact,
    QuestionRevision,
)
from quizapp.models.reviews import FICTION
from quizapp.operations import quizzes
from quizapp.operations.quizzes.reviewing import review_id_of

#: Types of question that probe several facts.
SEVERAL = ("multiple", "ordering", "matching", "map")
IN_PART = {"multiple": 0.5, "map": 0.5, "ordering": 0.5, "matching": 1 / 3}


@pytest.mark.parametrize("how", ["right", "wrong", "part"])
def test_every_type_is_saved_graded_and_scored(ten, how):
    for form in TYPES:
        assert ten.give(form, how).decision == Decision.SAVE
    ten.close()
    rows = ten.rows()
    for form, row in rows.items():
        score = {"right": 1, "wrong": 0, "part": IN_PART.get(form, 1)}[how]
        outcome = "partly" if 0 < score < 1 else ("right" if score else "wrong")
        assert (row.outcome, row.score) == (outcome, pytest.approx(score))
    assert ten.attempt().score == pytest.approx(sum(row.score for row in rows.values()))
    assert ten.attempt().max_score == 10


def test_scores_in_part_add_up_by_topic(ten):
    for form in TYPES:
        ten.give(form, "part")
    ten.close()
    result = ten.result().sheet.result
    assert result.by_topic["several"].score == pytest.approx(sum(IN_PART.values()))
    assert result.by_topic["several"].max_score == 4
    assert result.by_topic["single"].score == 6


def test_what_is_invented_is_scored_apart_also_in_part(sit, make):
    sitting = sit(make.ten_types(standing="fictional")).start(fiction=True)
    for form in TYPES:
        sitting.give(form, "part")
    sitting.close()
    result = sitting.result().sheet.result
    assert result.fiction.score == pytest.approx(6 + sum(IN_PART.values()))
    assert (result.total.max_score, sitting.attempt().max_score, result.by_topic) == (0, 0, {})
    topics = set(db.session.execute(sa.select(DailyStatistics.topic)).scalars())
    assert topics == {FICTION}


# ---- Reviews ----


@pytest.mark.parametrize("how", ["right", "wrong", "part"])
def test_each_fact_that_a_response_settles_becomes_a_review_of_its_own(ten, how):
    ten.frozen.moment += timedelta(minutes=1)
    for form in TYPES:
        ten.give(form, how)
    given_at = ten.frozen.moment
    ten.frozen.moment += timedelta(minutes=1)
    made = ten.close()
    assert made == len(ten.reviews())
    for form, row in ten.rows().items():
        question = ten.question(form)
        wanted = {
            question.facts[one.fact]: (one.right, one.guess)
            for one in verdicts(question, response_from_dict(row.response))
        }
        reviews = ten.reviews(form)
        assert {key: (review.is_right, review.guess) for key, review in reviews.items()} == wanted
        assert {(review.reviewed_at, review.source, review.question_id) for review in reviews.values()} == {
            (given_at, "quiz", row.question_id)
        }
        assert row.review_id in {review.id for review in reviews.values()}


def test_the_id_of_a_review_follows_from_attempt_position_and_fact(ten):
    for form in TYPES:
        ten.give(form)
    ten.close()
    for form, row in ten.rows().items():
        names = [str(row.position)]
        if form in SEVERAL:
            names = [f"{row.position}.{place}" for place in range(len(ten.keys(form)))]
        ids = [uuid.uuid5(ten.attempt_id, name) for name in names]
        assert [ten.reviews(form)[key].id for key in ten.keys(form)] == ids
        assert row.review_id == ids[0]
    assert review_id_of(ten.attempt_id, 3) == uuid.uuid5(ten.attempt_id, "3")


def test_what_was_left_open_says_nothing_of_its_memory(ten):
    ten.give("matching", "part")
    ten.close()
    assert list(ten.reviews()) == ten.keys("matching")[:1]
    assert ten.rows()["ordering"].review_id is None


def test_a_part_of_the_reviews_is_whole_questions_and_few_reviews(ten, monkeypatch):
    for form in TYPES:
        ten.give(form)
    monkeypatch.setattr(quizzes.reviewing, "BATCH", 2)
    record, parts = quizzes.reviewing._record, []

    def note(learner_id, attempt_id, part, now):
        parts.append([len(one.reviews) for one in part])
        record(learner_id, attempt_id, part, now)

    monkeypatch.setattr(quizzes.reviewing, "_record", note)
    assert ten.close() == 16
    assert sum(map(sum, parts)) == 16
    assert all(sum(part) <= 2 or len(part) == 1 for part in parts)


@pytest.mark.parametrize("after", [0, 7, 12])
def test_reviews_cut_off_anywhere_are_finished_later_and_none_is_doubled(ten, monkeypatch, after):
    for form in TYPES:
        ten.give(form, "part")
    monkeypatch.setattr(quizzes.reviewing, "BATCH", 4)
    record, calls = quizzes.reviewing.record_review, []

    def record_some(learner, given):
        if len(calls) == after:
            raise RuntimeError("the power went")
        calls.append(given.id)
        return record(learner, given)

    monkeypatch.setattr(quizzes.reviewing, "record_review", record_some)
    with pytest.raises(RuntimeError):
        ten.close()
    monkeypatch.setattr(quizzes.reviewing, "record_review", record)
    quizzes.close_overdue(clock.now())
    ten.submit()
    quizzes.review_attempt(ten.learner_id, ten.attempt_id, clock.now())
    # 6 of one fact each, 2 and 2 marked or missed, 2 that the order settles, 1 pair.
    assert len(ten.reviews()) == 13
    assert ten.attempt().reviewed_at is not None


def test_reviews_found_made_are_not_made_again(ten):
    for form in TYPES:
        ten.give(form)
    ten.close()
    before = {row.fact_id: (row.stability, row.reps) for row in db.session.execute(sa.select(Card)).scalars()}

    def forget():
        db.session.execute(sa.update(Attempt).values(reviewed_at=None))
        db.session.execute(sa.update(AttemptResponse).values(review_id=None))

    run_tx(forget)
    assert quizzes.review_attempt(ten.learner_id, ten.attempt_id, clock.now()) == 16
    assert len(ten.reviews()) == 16
    db.session.expire_all()
    after = {row.fact_id: (row.stability, row.reps) for row in db.session.execute(sa.select(Card)).scalars()}
    assert after == before


def test_facts_that_were_retired_or_excluded_since_are_reviewed(ten):
    for form in SEVERAL:
        ten.give(form)

    def change():
        db.session.execute(sa.update(Fact).values(retired_at=clock.now(), treatment="exclude"))
        db.session.execute(sa.update(Question).values(retired_at=clock.now()))

    run_tx(change)
    assert ten.close() == 10
    assert ten.attempt().score == 4


def test_a_response_reviews_the_facts_of_the_revision_it_was_given_to(ten):
    """A later revision may probe the same facts in another order: a date was corrected."""
    ten.give("ordering", "part")
    keys, row = ten.keys("ordering"), ten.rows()["ordering"]
    old = ten.question("ordering")

    def revise():
        before = db.session.get(QuestionRevision, (row.question_id, 1)).content
        turned = before | {"sequence": before["sequence"][::-1], "facts": before["facts"][::-1]}
        db.session.add(
            QuestionRevision(question_id=row.question_id, revision=2, content=turned, created_at=clock.now())
        )
        db.session.get(Question, row.question_id).revision = 2
        for link in db.session.execute(
            sa.select(QuestionFact).where(QuestionFact.question_id == row.question_id)
        ).scalars():
            link.position = 2 - link.position

    run_tx(revise)
    ten.close()
    wanted = {
        keys[one.fact]: one.right
        for one in verdicts(old, response_from_dict(ten.rows()["ordering"].response))
    }
    assert len(set(wanted.values())) == 2
    assert {key: review.is_right for key, review in ten.reviews("ordering").items()} == wanted


def test_a_pick_among_few_moves_a_memory_less_than_a_whole_order(ten):
    for form in ("true-false", "ordering"):
        ten.give(form)
    ten.close()
    moved = {key: db.session.get(Card, (ten.learner_id, row.fact_id)) for key, row in ten.reviews().items()}
    (statement,), (first, middle, _) = ten.keys("true-false"), ten.keys("ordering")
    assert moved[statement].stability < moved[first].stability < moved[middle].stability


# ---- Results ----


@pytest.mark.parametrize("form", SEVERAL)
def test_a_result_tells_what_a_response_did_to_each_of_several_memories(ten, form):
    ten.give(form, "part")
    ten.close()
    told = ten.told(form)
    assert told.outcome == "partly"
    assert [effect.fact_key for effect in told.effects] == [
        key for key in ten.keys(form) if key in ten.reviews(form)
    ]
    assert [effect.is_right for effect in told.effects] == [
        ten.reviews(form)[effect.fact_key].is_right for effect in told.effects
    ]
    assert all(effect.days >= 1 for effect in told.effects)
    assert told.moved == len(told.effects)
    assert (told.effect, told.fact_key) == (None, None)


def test_the_facts_of_a_result_are_named_as_the_question_shows_them(ten):
    for form in TYPES:
        ten.give(form)
    ten.close()
    assert {form: [effect.text for effect in ten.told(form).effects] for form in TYPES} == {
        **{form: [""] for form in TYPES},
        "multiple": ["An elk", "A fox"],
        "ordering": ["The road was paved", "A dam was built", "The mill was sold"],
        "matching": ["Danube", "Rhine", "Volga"],
        "map": ["France", "Weimar"],
    }


def test_a_result_holds_the_response_and_the_order_it_was_given_in(ten):
    for form in TYPES.keys() - {"map"}:
        ten.give(form)
    ten.close()
    for form, row in ten.rows().items():
        told = ten.told(form)
        assert told.order == tuple(row.option_order)
        assert told.response == (None if row.response is None else response_from_dict(row.response))
        assert [option.id for option in told.options] == (
            row.option_order if form in ("choice", "true-false", "multiple") else []
        )
        assert told.key
    assert ten.told("map").response is None
    assert ten.told("choice").effect is not None


def test_memory_moves_once_a_day_also_by_questions_of_several_facts(ten):
    for form in SEVERAL:
        ten.give(form)
    ten.close()
    assert sum(one.moved for one in ten.result().told) == 10
    ten.start()
    for form in SEVERAL:
        ten.give(form)
    ten.close()
    assert [one.moved for one in ten.result().told if one.effects] == [0, 0, 0, 0]


def test_a_result_keeps_back_a_question_while_an_open_quiz_asks_one_of_its_facts(ten, make):
    for form in TYPES:
        ten.give(form)
    ten.close()
    first = ten.attempt_id
    index = next(index for index, fact in enumerate(ten.set.facts) if "ordering" in fact.questions)
    make.question(ten.set, "short", [index + 1], topic="alone")
    ten.start(count=1, topics=["alone"])
    assert list(ten.rows()) == ["short"]
    ten.attempt_id = first
    assert [ten.row(line.position).form for line in ten.result().lines if line.is_closed] == ["ordering"]
