"""The menu of a card: what is decided there is done once, can be taken back, and the session goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from quizapp.database import db, new_row_id
from quizapp.models import Card, CardMark, CardStep, FactNeighbour, Learner
from tests.forms import post
from tests.histories import attempt
from tests.studying import (
    begin,
    card_form,
    change_learner,
    fact_of,
    first_card,
    make_graded,
    mark_form,
    respond,
    response_to,
    undo_form,
    want_form,
)

if TYPE_CHECKING:
    import uuid

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Cast, Factory, MadeSet


@pytest.fixture
def made(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set(facts=5)


@pytest.fixture
def guest(make: Factory, made: MadeSet) -> uuid.UUID:
    learner_id = make.guest()
    make.deck(learner_id, made)
    return learner_id


@pytest.fixture
def tab(make: Factory, guest: uuid.UUID) -> FlaskClient:
    return make.browser_of_guest(guest)


def address(fact_id: object) -> str:
    return f"/study/cards/{fact_id}/marks"


def mark(tab: FlaskClient, page: str, action: str, **fields: Any) -> Any:
    options = {name: fields.pop(name) for name in ("as_json", "follow_redirects") if name in fields}
    return post(tab, address(fact_of(page)), {**mark_form(page, action), **fields}, **options)


def mark_of(app: Flask, learner_id: uuid.UUID, fact_id: uuid.UUID) -> CardMark | None:
    with app.app_context():
        return db.session.get(CardMark, (learner_id, fact_id))


def slip(app: Flask, learner_id: uuid.UUID, made: MadeSet, frozen: Clock) -> uuid.UUID:
    """Have the first fact due that was forgotten nine times."""
    fact_id = made.facts[0].id
    begin(app, learner_id, [fact_id], frozen.moment - timedelta(days=60))
    change_learner(app, learner_id, new_per_day=0)
    with app.app_context():
        db.session.execute(sa.update(Card).values(lapses=9))
        db.session.commit()
    return fact_id


@pytest.mark.parametrize("action", ["skip", "bury", "suspend", "rest"])
def test_what_is_put_away_is_gone_for_now_and_undo_brings_it_back(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet, action: str
) -> None:
    page = tab.get("/study/rivers/").text
    answer = mark(tab, page, action)
    assert (answer.status_code, answer.location) == (303, "/study/rivers/")
    after = tab.get("/study/rivers/").text
    assert "Undo takes it back." in after
    assert fact_of(after) == str(made.facts[1].id)
    assert f'title="Undo {action}"' in after
    back = tab.get(post(tab, "/study/undo", undo_form(after)).location).text
    assert fact_of(back) == str(made.facts[0].id)


def test_a_skipped_card_comes_after_the_others(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    change_learner(app, guest, new_per_day=2)
    mark(tab, tab.get("/study/rivers/").text, "skip")
    page = tab.get("/study/rivers/").text
    assert fact_of(page) == str(made.facts[1].id)
    mark(tab, page, "skip")
    assert fact_of(tab.get("/study/rivers/").text) == str(made.facts[0].id)


def test_a_flag_is_set_and_taken_away_and_the_card_stays(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    page = tab.get("/study/rivers/").text
    answer = mark(tab, page, "flag")
    flagged = tab.get(answer.location).text
    assert fact_of(flagged) == fact_of(page)
    assert "Remove the flag" in first_card(flagged)
    mark(tab, flagged, "unflag")
    assert "Remove the flag" not in first_card(tab.get("/study/rivers/").text)


def test_a_note_of_ones_own_stands_with_the_key(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    page = tab.get("/study/rivers/").text
    answer = mark(tab, page, "note", note="Rhymes with <Rhine>.\r\nTwice.")
    card = first_card(tab.get(answer.location).text)
    assert card.count("Rhymes with &lt;Rhine&gt;.\nTwice.") == 2
    assert card.index("data-key-side") < card.index("data-own-note")


def test_a_note_that_is_too_long_comes_back_with_its_error_and_all_that_was_typed(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    page = tab.get("/study/rivers/").text
    answer = mark(tab, page, "note", note="n" * 2001)
    assert answer.status_code == 422
    assert "n" * 2001 in answer.text
    assert "A note has at most 2,000 characters, and yours has 2,001." in answer.text
    by_script = mark(tab, page, "note", note="n" * 2001, as_json=True)
    assert (by_script.status_code, by_script.json["state"]) == (422, "empty")
    assert mark_of(app, guest, made.facts[0].id) is None


def test_sent_twice_it_is_one_step_and_as_something_else_it_is_refused(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    page = tab.get("/study/rivers/").text
    for _ in range(2):
        assert mark(tab, page, "bury", as_json=True).json["state"] == "saved"
    form = {**mark_form(page, "bury"), "action": "flag"}
    answer = post(tab, address(fact_of(page)), form, as_json=True)
    assert (answer.status_code, answer.json["state"]) == (409, "conflict")
    with app.app_context():
        assert db.session.execute(select(sa.func.count()).select_from(CardStep)).scalar_one() == 1


def test_a_script_gets_what_it_needs_to_go_on(tab: FlaskClient, made: MadeSet) -> None:
    page = tab.get("/study/rivers/").text
    step = mark_form(page, "skip")["step"]
    told = mark(tab, page, "skip", as_json=True, want=2, have=made.facts[1].id).json
    assert (told["state"], told["undo"], told["undo_label"]) == ("saved", step, "Undo skip")
    assert str(made.facts[1].id) not in told["cards"]
    assert str(made.facts[2].id) in told["cards"]
    assert "cards" not in mark(tab, page, "skip", as_json=True, want=0).json


def test_what_follows_is_of_the_same_choice(tab: FlaskClient, made: MadeSet) -> None:
    page = tab.get("/study/rivers/?q=topic:mouth&mode=ahead").text
    told = mark(tab, page, "flag", as_json=True, want=5).json
    assert [str(made.facts[index].id) in told["cards"] for index in range(4)] == [False, True, False, True]


def test_a_visitor_may_decide_and_becomes_a_learner(app: Flask, client: FlaskClient, made: MadeSet) -> None:
    mark(client, client.get("/study/rivers/").text, "flag")
    with app.app_context():
        assert len(db.session.execute(select(Learner)).scalars().all()) == 1
    assert "Remove the flag" in first_card(client.get("/study/rivers/").text)


def test_nothing_is_decided_for_another_learner_about_what_is_not_there_or_in_an_open_quiz(
    app: Flask, make: Factory, cast: Cast, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    page = tab.get("/study/rivers/").text
    other = make.browser_of_guest(make.guest())
    answer = mark(other, page, "flag", as_json=True)
    assert (answer.status_code, answer.json["state"]) == (409, "other-learner")
    form = mark_form(page, "flag")
    assert post(tab, address(new_row_id()), form).status_code == 404
    draft = make.question_set("bridges", owner=cast.ada, state="draft")
    assert post(tab, address(draft.facts[0].id), form).status_code == 404
    attempt(app, guest, made, [made.facts[0].questions["choice"]])
    answer = mark(tab, page, "flag", as_json=True)
    assert (answer.status_code, answer.json["state"]) == (409, "in-quiz")
    with app.app_context():
        assert db.session.execute(select(CardMark)).first() is None


@pytest.mark.parametrize("broken", [{"action": "burn"}, {"step": "1"}, {"action": "form", "form": "essay"}])
def test_what_no_menu_sends_is_refused(tab: FlaskClient, made: MadeSet, broken: dict[str, str]) -> None:
    page = tab.get("/study/rivers/").text
    form = {**mark_form(page, "flag"), **broken}
    assert post(tab, address(fact_of(page)), form).status_code == 400
    assert tab.get(address(fact_of(page))).status_code == 405


def test_who_may_edit_a_set_is_led_to_its_editor(make: Factory, cast: Cast, frozen: Clock) -> None:
    bridges = make.question_set("bridges", owner=cast.ada)
    editor = f'href="/author/bridges/questions/{bridges.facts[0].key}"'
    assert editor in make.browser_of(cast.ada).get("/study/bridges/").text
    assert editor not in make.browser_of(cast.ben).get("/study/bridges/").text


def test_what_keeps_slipping_is_offered_help_and_nothing_changes_by_itself(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet, frozen: Clock
) -> None:
    fact_id = slip(app, guest, made, frozen)
    card = first_card(tab.get("/study/rivers/").text)
    assert "This one keeps slipping. What would help?" in card
    assert "beside what it is mixed up with" not in card
    assert card.index("data-key-side") < card.index("data-leech")
    assert mark_of(app, guest, fact_id) is None
    mark(tab, tab.get("/study/rivers/").text, "leech")
    page = tab.get("/study/rivers/").text
    assert fact_of(page) == str(fact_id)
    assert "data-leech" not in page


def test_another_form_helps_at_once_and_can_be_left_to_the_app_again(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet, frozen: Clock
) -> None:
    slip(app, guest, made, frozen)
    page = tab.get("/study/rivers/").text
    assert '<option value="short">Typed in</option>' in page
    assert '<option value="flashcard">' not in page
    answer = mark(tab, page, "form", form="short")
    card = first_card(tab.get(answer.location).text)
    assert 'data-kind="question"' in card
    assert 'name="text"' in card
    assert "data-leech" not in card
    mark(tab, tab.get("/study/rivers/").text, "form", form="")
    assert 'data-kind="flashcard"' in first_card(tab.get("/study/rivers/").text)


def test_a_slipping_fact_is_offered_help_once_its_response_is_told_wrong(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet, frozen: Clock
) -> None:
    fact_id = slip(app, guest, made, frozen)
    make_graded(app, made)
    with app.app_context():
        neighbours = [
            FactNeighbour(fact_id=one, neighbour_id=other, kind="near", rank=0)
            for one, other in ((fact_id, made.facts[1].id), (made.facts[1].id, fact_id))
        ]
        db.session.add_all(neighbours)
        db.session.commit()
    page = tab.get("/study/rivers/").text
    assert "data-leech" not in first_card(page)
    told = respond(tab, page, response_to(app, card_form(page)["question"], "wrong")).text
    assert "data-leech" in told
    assert f"/study/cards/{fact_id}/beside?scope=rivers" in told


def test_a_fact_stands_beside_what_it_is_mixed_up_with_and_the_differences_are_marked(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    one, other = made.facts[0].id, made.facts[1].id
    with app.app_context():
        db.session.add(FactNeighbour(fact_id=one, neighbour_id=other, kind="near", rank=0))
        db.session.commit()
    page = tab.get(f"/study/cards/{one}/beside?scope=rivers").text
    assert '<p class="key">Value 0</p>' in page
    assert '<p class="key">Value 1</p>' in page
    assert "Which value belongs to fact <mark>0</mark> of rivers?" in page
    assert f'href="/study/rivers/?card={one}"' in page
    assert "No other fact is known" in tab.get(f"/study/cards/{other}/beside").text
    assert tab.get(f"/study/cards/{new_row_id()}/beside").status_code == 404
    assert tab.post(f"/study/cards/{one}/beside").status_code in {400, 405}


def test_two_facts_are_not_laid_side_by_side_while_a_quiz_asks_one_of_them(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    one, other = made.facts[0], made.facts[1]
    with app.app_context():
        db.session.add(FactNeighbour(fact_id=one.id, neighbour_id=other.id, kind="near", rank=0))
        db.session.commit()
    attempt(app, guest, made, [other.questions["choice"]])
    assert "Value 1" not in tab.get(f"/study/cards/{one.id}/beside").text
    assert tab.get(f"/study/cards/{other.id}/beside").status_code == 404


def test_a_form_that_was_wished_for_holds_in_either_mode(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    want_form(app, guest, made.facts[0].id, "date")
    assert 'name="month"' in first_card(tab.get("/study/rivers/").text)
    change_learner(app, guest, study_mode="question")
    want_form(app, guest, made.facts[0].id, "flashcard")
    assert 'data-kind="flashcard"' in first_card(tab.get("/study/rivers/").text)
