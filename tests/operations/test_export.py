"""Everything of a learner goes into one archive, row by row, with every column explained."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from quizapp.database import db, new_row_id, run_tx
from quizapp.models import (
    CardMark,
    CardStep,
    DailyLoad,
    DailyRecall,
    Fit,
    Learner,
    MemoryCensus,
    PlanDay,
    StudyPlan,
)
from quizapp.operations import accounts
from quizapp.operations.accounts.export import open_parts
from tests.histories import NOON, attempt, review

if TYPE_CHECKING:
    import uuid

    from flask import Flask

    from tests.conftest import Clock
    from tests.factories import Factory, MadeSet

TODAY = NOON.date()


@pytest.fixture
def rivers(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set("rivers", facts=4)


@pytest.fixture
def guest(app: Flask, make: Factory, rivers: MadeSet) -> uuid.UUID:
    """A guest with a row in every table of learning."""
    guest = make.guest()
    make.deck(guest, rivers)
    review(app, guest, rivers.facts[0].id, days_ago=3)
    review(app, guest, rivers.facts[0].id)
    plan_id = new_row_id()
    rows: list[Any] = [
        CardStep(
            learner_id=guest, id=new_row_id(), fact_id=rivers.facts[0].id, made_at=NOON, action="flag",
            before={"flagged_at": None},
        ),
        Fit(
            learner_id=guest, fitted_at=NOON, reviews=400, held_back=100, weights=[0.5], loss_before=0.3,
            loss_after=0.2, error_before=0.05, error_after=0.04,
        ),
        MemoryCensus(learner_id=guest, made_on=TODAY, made_at=NOON, topics=[{"topic": "length"}]),
        StudyPlan(
            learner_id=guest, id=plan_id, question_set_id=rivers.id, title="-1+2", ready_on=TODAY, daily_minutes=5,
            desired_retention=0.9, new_per_day=5, predicted=0.8, created_at=NOON,
        ),
    ]  # fmt: skip
    with app.app_context():
        run_tx(lambda: db.session.add_all(rows))
        run_tx(lambda: db.session.add(PlanDay(learner_id=guest, plan_id=plan_id, day=TODAY, predicted=0.8)))
        for table, key, values in (
            (CardMark, (guest, rivers.facts[0].id), {"fact_id": rivers.facts[0].id, "updated_at": NOON}),
            (DailyRecall, (guest, TODAY, rivers.id, False, "flashcard", 9), {
                "study_day": TODAY, "is_fiction": False, "form": "flashcard", "tenth": 9,
            }),
            (DailyLoad, (guest, rivers.id, TODAY), {"shown_on": TODAY}),
        ):  # fmt: skip
            if db.session.get(table, key) is None:
                db.session.add(table(learner_id=guest, question_set_id=rivers.id, **values))
        db.session.get_one(CardMark, (guest, rivers.facts[0].id)).note = "=SUM(A1)"
        db.session.commit()
    return guest


def _packed(app: Flask, learner_id: uuid.UUID) -> dict[str, str]:
    with app.app_context():
        packed = accounts.archive(learner_id, None, NOON)
    with packed, zipfile.ZipFile(packed) as file:
        assert file.testzip() is None
        return {name: file.read(name).decode("utf-8-sig") for name in file.namelist()}


def _sheet(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_archive_has_a_sheet_for_every_list_and_all_of_them_as_json(app: Flask, guest: uuid.UUID) -> None:
    files = _packed(app, guest)
    data = json.loads(files["data.json"])
    lists = {name for name, value in data.items() if isinstance(value, list)} - {"question_sets"}
    assert {name.removesuffix(".csv") for name in files if name.endswith(".csv")} == lists
    for name in lists:
        assert len(_sheet(files[f"{name}.csv"])) == len(data[name]), name
    assert {name for name in lists if not data[name]} == {
        "quizzes",
        "quiz_takers",
        "attempt_events",
        "regraded_responses",
        "attempts",
        "responses",
        "mistake_reports",
    }
    assert [row["predicted"] is None for row in data["reviews"]] == [True, False]


def test_the_archive_says_what_the_collection_says(app: Flask, guest: uuid.UUID) -> None:
    with app.app_context():
        collected = json.loads(json.dumps(accounts.collect(guest, None, NOON)))
    assert json.loads(_packed(app, guest)["data.json"]) == collected


def test_every_list_and_every_column_is_explained(app: Flask, guest: uuid.UUID) -> None:
    words = _packed(app, guest)["READ-ME.txt"]
    with app.app_context():
        for part in open_parts(guest):
            explained = words.split(f"\n{part.name}.csv: ")[1].split("\n\n")[0]
            for column in part.columns:
                assert f"\n  {column}: " in explained, (part.name, column)


def test_no_text_of_a_sheet_is_a_formula(app: Flask, guest: uuid.UUID) -> None:
    files = _packed(app, guest)
    assert _sheet(files["card_marks.csv"])[0]["note"] == "'=SUM(A1)"
    assert _sheet(files["study_plans.csv"])[0]["title"] == "'-1+2"
    assert json.loads(files["data.json"])["card_marks"][0]["note"] == "=SUM(A1)"


def test_new_settings_go_along_and_the_key_of_the_calendar_does_not(app: Flask, guest: uuid.UUID) -> None:
    with app.app_context():
        db.session.get_one(Learner, guest).calendar_key = new_row_id()
        db.session.commit()
    settings = json.loads(_packed(app, guest)["data.json"])["settings"]
    assert settings["easy_days"] == [100] * 7
    assert settings["past_pauses"] == []
    assert {"study_mode", "goal_minutes", "weights_version"} <= set(settings)
    assert "calendar_key" not in settings


def test_marks_and_steps_of_what_an_open_quiz_asks_name_no_fact(
    app: Flask, rivers: MadeSet, guest: uuid.UUID
) -> None:
    attempt(app, guest, rivers, [rivers.facts[0].questions["choice"]])
    data = json.loads(_packed(app, guest)["data.json"])
    for name in ("card_marks", "card_steps", "cards", "reviews"):
        assert {row["fact"] for row in data[name]} == {None}, name
    assert data["card_steps"][0]["before"] is None
    assert data["cards"][0]["shown_on"] is None
    assert data["card_marks"][0]["note"] == "=SUM(A1)"


def test_plans_of_a_set_that_an_open_quiz_asks_tell_no_share(
    app: Flask, make: Factory, rivers: MadeSet, guest: uuid.UUID
) -> None:
    told = json.loads(_packed(app, guest)["data.json"])
    assert (told["study_plans"][0]["predicted"], told["plan_days"][0]["predicted"]) == (0.8, 0.8)
    attempt(app, guest, rivers, [rivers.facts[1].questions["choice"]])
    data = json.loads(_packed(app, guest)["data.json"])
    for name in ("study_plans", "plan_days"):
        assert (data[name][0]["predicted"], data[name][0]["reached"]) == (None, None), name
    assert data["study_plans"][0]["desired_retention"] == 0.9


def test_a_step_of_many_facts_tells_nothing_of_those_that_an_open_quiz_asks(
    app: Flask, rivers: MadeSet, guest: uuid.UUID
) -> None:
    first, second = rivers.facts[:2]
    before = {fact.id.hex: {"leech_lapses": 8} for fact in (first, second)}
    with app.app_context():
        db.session.execute(update(CardStep).values(before=before))
        db.session.commit()
    attempt(app, guest, rivers, [second.questions["choice"]])
    [step] = json.loads(_packed(app, guest)["data.json"])["card_steps"]
    assert step["before"] == {first.id.hex: {"leech_lapses": 8}}


def test_lists_are_read_while_they_are_written(app: Flask, rivers: MadeSet, guest: uuid.UUID) -> None:
    with app.app_context():
        reviews = next(part for part in open_parts(guest) if part.name == "reviews")
        rows = reviews.rows()
        first = next(rows)
        assert first["reviewed_at"] == (NOON - timedelta(days=3)).isoformat()
        rows.close()  # type: ignore[attr-defined]
