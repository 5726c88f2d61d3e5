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
from quizapp.models import Attempt, AttemptResponse, Learner, Review
from quizapp.operations import accounts


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
