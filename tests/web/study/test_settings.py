"""A deck's settings: its limit, what the source invents, and leaving it without losing anything."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Card, Deck
from quizapp.operations import study
from quizapp.web.study import settings
from tests.forms import post

if TYPE_CHECKING:
    import uuid

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Factory, MadeSet


@pytest.fixture
def made(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set(facts=3, fictional=1)


@pytest.fixture
def guest(make: Factory, made: MadeSet) -> uuid.UUID:
    learner_id = make.guest()
    make.deck(learner_id, made)
    return learner_id


@pytest.fixture
def tab(make: Factory, guest: uuid.UUID) -> FlaskClient:
    return make.browser_of_guest(guest)


def deck_of(app: Flask, learner_id: uuid.UUID, made: MadeSet) -> Deck | None:
    with app.app_context():
        return db.session.get(Deck, (learner_id, made.id))


def test_the_limit_of_a_deck_is_saved(app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet) -> None:
    assert post(tab, "/study/rivers/settings", {"new_per_day": "7"}).status_code == 303
    deck = deck_of(app, guest, made)
    assert deck is not None
    assert deck.new_per_day == 7
    assert 'value="7"' in tab.get("/study/rivers/settings").text
    post(tab, "/study/rivers/settings", {"new_per_day": ""})
    deck = deck_of(app, guest, made)
    assert deck is not None
    assert deck.new_per_day is None


def test_an_empty_limit_leads_to_the_one_for_all_decks(tab: FlaskClient, made: MadeSet) -> None:
    page = tab.get("/study/rivers/settings").text
    assert 'as many as in <a href="/account/">your settings</a>: 10.' in page


def test_due_cards_and_what_to_remember_are_set_for_a_deck_alone(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    post(tab, "/study/rivers/settings", {"reviews_per_day": "150", "retention": "93"})
    deck = deck_of(app, guest, made)
    assert deck is not None
    assert (deck.new_per_day, deck.reviews_per_day, deck.desired_retention) == (None, 150, 0.93)
    page = tab.get("/study/rivers/settings").text
    assert 'value="150"' in page
    assert 'value="93"' in page
    post(tab, "/study/rivers/settings", {"reviews_per_day": "", "retention": ""})
    deck = deck_of(app, guest, made)
    assert deck is not None
    assert (deck.reviews_per_day, deck.desired_retention) == (None, None)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("new_per_day", "-1"),
        ("new_per_day", "1000"),
        ("new_per_day", "many"),
        ("reviews_per_day", "10000"),
        ("retention", "69"),
        ("retention", "100"),
        ("retention", "0.9"),
    ],
)
def test_a_bad_limit_comes_back_with_its_error_and_input_kept(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet, field: str, given: str
) -> None:
    answer = post(tab, "/study/rivers/settings", {field: given})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert f'value="{given}"' in answer.text
    deck = deck_of(app, guest, made)
    assert deck is not None
    assert (deck.new_per_day, deck.reviews_per_day, deck.desired_retention) == (None, None, None)


def test_what_the_source_invents_is_switched_on_and_off(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    for include, wanted in (("1", True), ("0", False)):
        page = post(tab, "/study/rivers/fiction", {"include": include}, follow_redirects=True).text
        assert "fiction in the source" in page
        deck = deck_of(app, guest, made)
        assert deck is not None
        assert deck.includes_fiction is wanted


def test_an_invented_fact_is_labelled_on_its_card(tab: FlaskClient, made: MadeSet) -> None:
    post(tab, "/study/rivers/fiction", {"include": "1"})
    page = tab.get("/study/rivers/").text
    assert "fiction in the source" in page


def test_a_removed_deck_keeps_its_history_and_comes_back_with_it(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    form = {"review": new_row_id(), "fact": made.facts[0].id, "revision": 1, "rating": 3, "scope": "rivers"}
    post(tab, "/study/reviews", form)
    page = post(tab, "/study/rivers/remove", follow_redirects=True).text
    assert "What you learned is kept" in page
    assert deck_of(app, guest, made) is None
    with app.app_context():
        assert db.session.get(Card, (guest, made.facts[0].id)) is not None
    post(tab, "/study/rivers/")
    with app.app_context():
        assert db.session.get(Card, (guest, made.facts[0].id)) is not None
    assert deck_of(app, guest, made) is not None


def test_decks_are_listed_with_what_is_left(tab: FlaskClient, made: MadeSet) -> None:
    page = tab.get("/study/decks").text
    assert "Rivers" in page
    assert "2 new" in page
    for address in (
        "/study/rivers/",
        "/browse/?q=set:rivers",
        "/plans/new?set=rivers",
        "/study/rivers/settings",
    ):
        assert f'href="{address}"' in page


def test_without_decks_the_list_leads_to_the_library(client: FlaskClient, made: MadeSet) -> None:
    page = client.get("/study/decks").text
    assert "No decks yet" in page
    assert "/library/" in page


@pytest.mark.parametrize("place", ["settings", "fiction", "remove"])
def test_who_has_not_the_deck_does_not_find_its_settings(
    make: Factory, client: FlaskClient, made: MadeSet, place: str
) -> None:
    assert post(client, f"/study/rivers/{place}").status_code == 404
    assert post(make.browser_of_guest(make.guest()), f"/study/rivers/{place}").status_code == 404


def test_missing_sets_are_not_found_and_wrong_methods_are_told(tab: FlaskClient, made: MadeSet) -> None:
    assert tab.get("/study/no-such/settings").status_code == 404
    assert tab.get("/study/rivers/fiction").status_code == 405
    assert tab.get("/study/rivers/remove").status_code == 405
    assert tab.put("/study/rivers/settings").status_code == 405


def test_a_deck_that_another_tab_removed_has_no_settings_any_more(
    make: Factory, tab: FlaskClient, guest: uuid.UUID, made: MadeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def removed_first(unit: Any) -> Any:
        run_tx(lambda: study.remove_deck(guest, made.id))
        return run_tx(unit)

    monkeypatch.setattr(settings, "run_tx", removed_first)
    assert post(tab, "/study/rivers/settings", {"new_per_day": "7"}).status_code == 404
    make.deck(guest, made)
    assert post(tab, "/study/rivers/fiction", {"include": "1"}).status_code == 404


def test_the_list_of_decks_costs_at_most_one_statement_more_for_each(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    statements: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    costs = []
    for number in range(3):
        statements.clear()
        sa.event.listen(engine, "before_cursor_execute", listen)
        assert tab.get("/study/decks").status_code == 200
        sa.event.remove(engine, "before_cursor_execute", listen)
        costs.append(len(statements))
        make.deck(guest, make.question_set(f"lakes-{number}"))
    # What a deck begins next is looked up in its own order.
    assert all(after - before <= 1 for before, after in itertools.pairwise(costs))
