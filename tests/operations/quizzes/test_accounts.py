"""Responses of every type go where their learner goes: into an export, into an account, or away."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import sqlalchemy as sa

from quizapp import clock
from quizapp.core.questions import TYPES
from quizapp.database import db, run_tx
from quizapp.models import Attempt, AttemptResponse, Learner, Quiz, QuizTaker, Review
from quizapp.operations import accounts
from tests.histories import taught_quiz


def rows_of(table, learner_id):
    return db.session.execute(
        sa.select(sa.func.count()).select_from(table).where(table.learner_id == learner_id)
    ).scalar_one()


def exported(sitting, part):
    data = accounts.collect(sitting.learner_id, None, clock.now())
    return json.loads(json.dumps(data))[part]


def test_an_export_holds_responses_of_every_type_as_they_were_given(ten):
    for form in TYPES:
        ten.give(form, "part")
    given = {form: row.response for form, row in ten.rows().items()}
    assert {row["form"]: row["response"] for row in exported(ten, "responses")} == given
    ten.close()
    data = accounts.collect(ten.learner_id, None, clock.now())
    with accounts.archive(ten.learner_id, None, clock.now()) as packed, zipfile.ZipFile(packed) as file:
        sheet = list(csv.DictReader(io.TextIOWrapper(file.open("responses.csv"), "utf-8", newline="")))
    assert {row["form"]: json.loads(row["response"]) for row in sheet} == given
    assert {row["outcome"] for row in sheet} == {"right", "partly"}
    assert len(data["reviews"]) == 13


def test_an_export_grades_nothing_of_what_an_open_quiz_asks_again(ten):
    """The response given before, together with its grade, would tell the key."""
    for form in TYPES:
        ten.give(form, "part")
    ten.close()
    assert all(row["is_right"] is not None for row in exported(ten, "reviews"))
    ten.start()
    assert len(ten.rows()) == 10
    telling = ("fact", "is_right", "weight", "predicted", "stability_after", "difficulty_after")
    assert {row[name] for row in exported(ten, "reviews") for name in telling} == {None}
    assert {
        row[name]
        for row in exported(ten, "cards")
        for name in ("stability", "difficulty", "due_on", "reps", "lapses")
    } == {None}
    assert {row["outcome"] for row in exported(ten, "responses")} == {None}
    ten.close()
    assert {row["outcome"] for row in exported(ten, "responses")} == {"right", "partly", "blank"}
    assert all(row["is_right"] is not None for row in exported(ten, "reviews"))


def test_an_attempt_under_way_goes_with_a_guest_into_the_account(ten, cast):
    for form in TYPES:
        ten.give(form, "part")
    given = {form: row.response for form, row in ten.rows().items()}
    guest_id, ten.learner_id = ten.learner_id, cast.ben.learner_id

    def merge():
        guest, account = (db.session.get(Learner, one) for one in (guest_id, ten.learner_id))
        accounts.merge_learners(guest, account)

    run_tx(merge)
    assert {form: row.response for form, row in ten.rows().items()} == given
    assert ten.close() == 13
    assert len(ten.reviews()) == 13
    assert rows_of(Review, guest_id) == rows_of(AttemptResponse, guest_id) == 0


def test_reviews_made_as_a_guest_are_found_in_the_result_as_a_user(ten, cast):
    for form in TYPES:
        ten.give(form)
    ten.close()
    guest_id, ten.learner_id = ten.learner_id, cast.ben.learner_id

    def merge():
        guest, account = (db.session.get(Learner, one) for one in (guest_id, ten.learner_id))
        accounts.merge_learners(guest, account)

    run_tx(merge)
    assert sum(one.moved for one in ten.result().told) == 16


def test_erasing_a_learner_leaves_nothing_of_an_attempt(ten):
    for form in TYPES:
        ten.give(form)
    ten.close()
    ten.start()
    ten.give("ordering")
    run_tx(lambda: accounts.erase(ten.learner_id, None, clock.now()))
    assert [rows_of(table, ten.learner_id) for table in (Attempt, AttemptResponse, Review)] == [0, 0, 0]


def test_a_place_at_a_taught_quiz_goes_with_a_guest_and_the_larger_terms_hold(app, make, cast):
    made, guest = make.question_set(facts=2), make.guest()
    with app.app_context():
        shared = taught_quiz(made, cast.ada, [made.facts[0].questions["choice"]])
        other = taught_quiz(made, cast.ada, [made.facts[1].questions["choice"]])

        def join():
            for learner_id, quiz_id, percent in (
                (guest, shared, 50),
                (guest, other, 10),
                (cast.ben.learner_id, shared, 25),
            ):
                db.session.add(
                    QuizTaker(
                        learner_id=learner_id,
                        quiz_id=quiz_id,
                        extra_time_percent=percent,
                        joined_at=clock.now(),
                    )
                )

        run_tx(join)
        run_tx(
            lambda: accounts.merge_learners(
                db.session.get_one(Learner, guest), db.session.get_one(Learner, cast.ben.learner_id)
            )
        )
        rows = db.session.execute(
            sa.select(QuizTaker.quiz_id, QuizTaker.extra_time_percent).where(
                QuizTaker.learner_id == cast.ben.learner_id
            )
        ).all()
        assert dict(map(tuple, rows)) == {shared: 50, other: 10}


def test_a_taught_quiz_that_others_sat_outlives_its_instructor(app, make, cast):
    made = make.question_set(facts=2)
    with app.app_context():
        sat = taught_quiz(made, cast.ada, [made.facts[0].questions["choice"]])
        unused = taught_quiz(made, cast.ada, [made.facts[1].questions["choice"]])
        run_tx(
            lambda: db.session.add(
                QuizTaker(learner_id=cast.ben.learner_id, quiz_id=sat, joined_at=clock.now())
            )
        )
        run_tx(lambda: accounts.erase(cast.ada.learner_id, cast.ada.user_id, clock.now()))
        left = db.session.execute(sa.select(Quiz.id, Quiz.owner_id)).all()
        assert [tuple(row) for row in left] == [(sat, None)]
        assert unused not in {row.id for row in left}


def test_an_export_tells_no_score_of_an_attempt_before_its_release_nor_of_a_deleted_one(ten):
    ten.give("choice")
    ten.submit()

    def details():
        return {row["kind"]: row["detail"] for row in exported(ten, "attempt_events")}

    assert details()["submitted"]
    run_tx(
        lambda: db.session.execute(
            sa.update(Attempt).where(Attempt.id == ten.attempt_id).values(released_at=None)
        )
    )
    assert details()["submitted"] is None
    assert details()["saved"] is not None
    assert {row["score"] for row in exported(ten, "attempts")} == {None}
    assert {row["marks"] for row in exported(ten, "responses")} == {None}
    run_tx(lambda: db.session.execute(sa.delete(Attempt).where(Attempt.id == ten.attempt_id)))
    assert details()["submitted"] is None
