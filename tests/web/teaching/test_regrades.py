"""Regrading a question: who may, what is shown before anything changes, and what comes back with an error."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from quizapp.database import db, new_row_id
from quizapp.models import Attempt, Regrade
from tests.forms import post
from tests.histories import closed_attempt, taught_quiz

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Cast, Factory


class Room:
    """Ada's quiz of a typed question, which ben got wrong by its key and cleo right."""

    def __init__(self, app: Flask, make: Factory, cast: Cast) -> None:
        self.app = app
        made = make.question_set(facts=1)
        self.question = made.facts[0].questions["short"]
        with app.app_context():
            self.quiz_id = taught_quiz(made, cast.ada, [self.question])
            for person, text in ((cast.ben, "Worth 0"), (cast.cleo, "Value 0")):
                closed_attempt(person.learner_id, self.quiz_id, [self.question], [{"text": text}])
        self.list = f"/teaching/quizzes/{self.quiz_id}/regrades"
        self.page = f"{self.list}/{self.question}"

    def scores(self) -> list[float]:
        with self.app.app_context():
            return sorted(db.session.execute(sa.select(Attempt.score)).scalars())


@pytest.fixture
def room(app: Flask, make: Factory, cast: Cast, frozen: Clock) -> Room:
    return Room(app, make, cast)


@pytest.fixture
def ada(make: Factory, cast: Cast) -> FlaskClient:
    return make.browser_of(cast.ada)


def fields_of(page: str) -> dict[str, str]:
    """Return what the form of a page holds."""
    main = page[page.index("<main") : page.index("</main>")]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", main):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and (('type="radio"' not in tag and 'type="checkbox"' not in tag) or "checked" in tag):
            fields[name[1]] = value[1] if value else ""
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', main, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)"\s+selected', body)
        fields[name] = chosen[1] if chosen else ""
    return fields


def name_of(page: str, text: str) -> str:
    found = re.search(rf'name="(decide-[0-9a-f]+)"\s+aria-label="How “{text}” counts"', page)
    assert found
    return found[1]


def test_a_response_is_accepted_looked_at_applied_and_undone(ada: FlaskClient, room: Room) -> None:
    assert "50" in ada.get(room.list).text
    page = ada.get(room.page).text
    tried = ada.post(room.page, data={**fields_of(page), name_of(page, "Worth 0"): "accepted", "go": "try"})
    assert "1 attempt would change" in tried.text
    assert "0 of 1" in tried.text
    assert "1 of 1" in tried.text
    assert room.scores() == [0, 1]
    applied = ada.post(room.page, data={**fields_of(tried.text), "go": "apply"})
    assert applied.location.endswith(room.list)
    assert room.scores() == [1, 1]
    listed = ada.get(room.list).text
    assert "1 score changed" in listed
    undo = re.search(rf'action="({re.escape(room.list)}/[0-9a-f-]+/undo)"', listed)
    assert undo
    post(ada, undo[1])
    assert room.scores() == [0, 1]
    assert "Undone" in ada.get(room.list).text


def test_a_double_click_applies_once(app: Flask, ada: FlaskClient, room: Room) -> None:
    page = ada.get(room.page).text
    tried = ada.post(room.page, data={**fields_of(page), "treatment": "credit", "go": "try"})
    sent = {**fields_of(tried.text), "go": "apply"}
    assert ada.post(room.page, data=sent).status_code == 303
    assert ada.post(room.page, data=sent).status_code == 303
    with app.app_context():
        assert db.session.execute(sa.select(sa.func.count()).select_from(Regrade)).scalar_one() == 1


def test_what_was_typed_is_accepted_for_attempts_to_come_and_stands_in_the_form_again(
    ada: FlaskClient, room: Room
) -> None:
    page = ada.get(room.page).text
    tried = ada.post(room.page, data={**fields_of(page), "also": "Cero\nNil", "go": "try"})
    assert "No score would change" in tried.text
    back = ada.post(room.page, data={**fields_of(tried.text), "also": "Cero\nNil", "go": "change"})
    assert "Cero\nNil" in back.text.replace("\r", "")
    ada.post(room.page, data={**fields_of(tried.text), "also": "Cero\nNil", "go": "apply"})
    assert "Cero" in ada.get(room.page).text
    assert "accepts more" in ada.get(room.list).text


def test_scores_that_would_fall_are_named_unless_they_are_left(ada: FlaskClient, room: Room) -> None:
    page = ada.get(room.page).text
    fields = {**fields_of(page), name_of(page, "Value 0"): "refused", "go": "try"}
    assert "would fall and stays as it is" in ada.post(room.page, data=fields).text
    fields.pop("keeps_higher")
    assert "1 score would fall" in ada.post(room.page, data=fields).text
    assert room.scores() == [0, 1]


def test_what_changed_meanwhile_is_shown_again_instead_of_applied(
    app: Flask, make: Factory, ada: FlaskClient, room: Room
) -> None:
    page = ada.get(room.page).text
    tried = ada.post(room.page, data={**fields_of(page), "treatment": "credit", "go": "try"})
    with app.app_context():
        closed_attempt(make.guest(), room.quiz_id, [room.question], [None])
    again = ada.post(room.page, data={**fields_of(tried.text), "go": "apply"})
    assert "Nothing was applied" in again.text
    assert room.scores() == [0, 0, 1]


def test_a_line_too_long_comes_back_with_its_error_and_all_that_was_typed(
    ada: FlaskClient, room: Room
) -> None:
    fields = fields_of(ada.get(room.page).text)
    answer = ada.post(room.page, data={**fields, "also": "x" * 900, "reason": "because", "go": "try"})
    assert answer.status_code == 422
    assert "Shorten it" in answer.text
    assert "x" * 900 in answer.text
    assert "because" in answer.text


def test_only_the_instructor_and_administrators_may(make: Factory, cast: Cast, room: Room) -> None:
    assert make.browser_of(cast.olga).get(room.page).status_code == 200
    for person in (cast.ben, cast.cleo):
        browser = make.browser_of(person)
        for address in (room.list, room.page):
            assert browser.get(address).status_code in (403, 404)
    other = make.browser_of(make.person("dora", "instructor"))
    assert other.get(room.list).status_code == 404
    assert post(other, f"{room.list}/{new_row_id()}/undo").status_code == 404


def test_guests_are_sent_to_log_in(client: FlaskClient, room: Room) -> None:
    assert client.get(room.list).status_code == 302


def test_questions_and_regrades_that_are_not_there_are_not_found(ada: FlaskClient, room: Room) -> None:
    assert ada.get(f"{room.list}/{uuid.uuid4()}").status_code == 404
    assert post(ada, f"{room.list}/{uuid.uuid4()}/undo").status_code == 404
    assert ada.get(f"{room.list}/{uuid.uuid4()}/undo").status_code == 405
