"""The map of a set shows its lists and places by the learner's memory, and nothing that an open quiz asks."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING, Any

import pytest

from quizapp.core.dates import PartialDate
from quizapp.core.facts import Bank, DateValue, Entity, EntityValue, Fact, Source, Treatment
from quizapp.database import db
from quizapp.models import Fact as FactRow
from quizapp.models import FactRevision
from quizapp.operations.banks import fact_content
from quizapp.web.library import places
from tests.forms import post
from tests.histories import attempt, review

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Cast, Factory, MadeSet

MEMBERS = {"EGY": "Egypt", "TUR": "Turkey", "BHR": "Bahrain"}
ERBIL = {"code": None, "point": [36.19, 44.01], "name": "Erbil"}
BUDGET = 100_000


@pytest.fixture
def rivers(app: Flask, make: Factory, frozen: Clock) -> MadeSet:
    """Facts 0 to 2 are members of a list, 3 and 4 stand in Erbil, 5 nowhere, 6 is invented and stands in Turkey."""
    made = make.question_set("rivers", facts=7, fictional=1)
    for index, (code, name) in enumerate(MEMBERS.items()):
        _change(app, made, index, member_of="nations", subject="the nations", **_at(code, name))
        _rename(app, made, index, f"nations.{name.lower()}")
    for index in (3, 4):
        _change(app, made, index, place=ERBIL)
    _change(app, made, 6, **_at("TUR", "Turkey"))
    return made


def _at(code: str, name: str) -> dict[str, Any]:
    return {"place": {"code": code, "point": None, "name": name}, "key_text": name}


def _change(app: Flask, made: MadeSet, index: int, **content: Any) -> None:
    with app.app_context():
        revision = db.session.get_one(FactRevision, (made.facts[index].id, 1))
        revision.content = revision.content | content
        db.session.commit()


def _rename(app: Flask, made: MadeSet, index: int, key: str) -> None:
    with app.app_context():
        db.session.get_one(FactRow, made.facts[index].id).key = key
        db.session.commit()


def test_the_places_of_events_are_shown_first_each_with_its_facts(
    client: FlaskClient, rivers: MadeSet
) -> None:
    page = client.get("/library/rivers/map").text
    assert '<h2 id="layer">Places</h2>' in page
    assert page.count("<h3>Erbil</h3>") == 1
    assert "/library/rivers/facts/fact-3" in page
    assert "/library/rivers/facts/fact-4" in page
    # Two facts at one place: its dot leads to both in the list.
    assert re.search(r'href="#place-p36-19_44-01"', page)
    assert "fact-5" not in page


def test_a_list_is_chosen_by_its_name_and_each_country_leads_to_its_fact(
    client: FlaskClient, rivers: MadeSet
) -> None:
    page = client.get("/library/rivers/map?list=nations").text
    for code, name in MEMBERS.items():
        assert f"world.svg?v={_version(page)}#{code}" in page
        assert page.count(f'href="/library/rivers/facts/nations.{name.lower()}"') == 2
    assert "Erbil" not in page
    assert 'aria-current="page">The nations' in page


def test_what_a_map_shows_is_named_in_plain_words(app: Flask, client: FlaskClient, rivers: MadeSet) -> None:
    for index in range(3):
        place = {"code": "EGY", "point": None, "name": "Egypt", "relation": "has-member"}
        _change(app, rivers, index, place=place, subject="The league")
    page = client.get("/library/rivers/map?list=nations").text
    assert '<h2 id="layer">The league: its members</h2>' in page


def _version(page: str) -> str:
    found = re.search(r"world\.svg\?v=(\w+)", page)
    assert found is not None
    return found[1]


def test_the_tint_is_the_learners_own_memory_and_stands_in_words_too(
    app: Flask, make: Factory, cast: Cast, rivers: MadeSet
) -> None:
    review(app, cast.ben.learner_id, rivers.facts[0].id)
    review(app, cast.ben.learner_id, rivers.facts[1].id, days_ago=30)
    page = make.browser_of(cast.ben).get("/library/rivers/map?list=nations").text
    assert {name: state for state, name in re.findall(r'class="place (\w+)"[^>]*?nations\.(\w+)"', page)} == {
        "egypt": "held",
        "turkey": "slipping",
        "bahrain": "new",
    }
    listed = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("place-list") :]))
    for words in ("Bahrain new", "Egypt held", "Turkey slipping"):
        assert words in listed
    # Cleo has a memory of her own: none.
    assert "slipping" not in make.browser_of(cast.cleo).get("/library/rivers/map?list=nations").text


def test_a_place_with_several_facts_is_as_weak_as_its_weakest(
    app: Flask, make: Factory, cast: Cast, rivers: MadeSet
) -> None:
    review(app, cast.ben.learner_id, rivers.facts[3].id)
    page = make.browser_of(cast.ben).get("/library/rivers/map").text
    assert re.findall(r'<a class="place (\w+)"', page) == ["new"]


def test_what_the_source_invents_is_shown_only_when_asked_for(client: FlaskClient, rivers: MadeSet) -> None:
    page = client.get("/library/rivers/map").text
    assert "fact-6" not in page
    assert "Turkey" not in page
    assert "Show what the source invents" in page
    shown = client.get("/library/rivers/map?fiction=yes").text
    assert "/library/rivers/facts/fact-6" in shown
    assert 'class="place fictional"' in shown
    assert "fiction in the source" in shown


@pytest.mark.parametrize("asked", [0, 2])
def test_of_a_list_in_an_open_quiz_nothing_is_shown(
    app: Flask, make: Factory, cast: Cast, rivers: MadeSet, asked: int
) -> None:
    attempt(app, cast.ben.learner_id, rivers, [rivers.facts[asked].questions["choice"]])
    browser = make.browser_of(cast.ben)
    page = browser.get("/library/rivers/map?list=nations").text
    assert "A list in your open quiz" in page
    for code, name in MEMBERS.items():
        assert f"#{code}" not in page
        assert name not in page
    assert "Erbil" in browser.get("/library/rivers/map").text
    assert "Egypt" in make.browser_of(cast.cleo).get("/library/rivers/map?list=nations").text


def test_where_facts_say_the_same_of_each_place_the_list_tells_what_in_the_order_of_names(
    app: Flask, client: FlaskClient, rivers: MadeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_MOST", 1)
    for index, code, name, about, key in (
        (3, "ZMB", "Zambia", "Lusaka", "Zambia"),
        (4, "ALA", "Åland", "Åland", "Mariehamn"),
    ):
        place = {"code": code, "point": None, "name": name, "relation": "capital"}
        _change(app, rivers, index, place=place, subject=about, key_text=key)
    page = client.get("/library/rivers/map?about=capital").text
    listed = re.findall(r">([^<]+)</a>\s*<span class=\"place-said small\">([^<]+)<", page)
    assert listed == [("Åland", "Mariehamn"), ("Zambia", "Lusaka")]


def test_a_place_in_an_open_quiz_is_left_out_and_said_to_be(
    app: Flask, make: Factory, cast: Cast, rivers: MadeSet
) -> None:
    attempt(app, cast.ben.learner_id, rivers, [rivers.facts[3].questions["choice"]])
    page = make.browser_of(cast.ben).get("/library/rivers/map").text
    assert "1 fact in your open quiz" in page
    assert "fact-3" not in page
    assert "fact-4" in page


def test_a_set_without_places_says_so_in_one_sentence(client: FlaskClient, make: Factory) -> None:
    make.question_set("plain")
    page = client.get("/library/plain/map").text
    assert "Nothing here stands on a map" in page
    assert "/library/plain/facts" in page


@pytest.mark.parametrize(
    "path",
    [
        "/library/nowhere/map",
        "/library/rivers/map?list=no-such-list",
        "/library/rivers/map?about=no-such-relation",
        "/library/bridges/map",
    ],
)
def test_what_does_not_exist_or_is_not_ones_own_is_not_found(
    client: FlaskClient, make: Factory, cast: Cast, rivers: MadeSet, path: str
) -> None:
    make.question_set("bridges", owner=cast.ada, state="draft")
    assert client.get(path).status_code == 404


def test_two_lists_of_one_subject_are_told_apart(app: Flask, client: FlaskClient, rivers: MadeSet) -> None:
    for index, name in ((3, "one"), (4, "two")):
        place = ERBIL | {"relation": "promised-to"}
        _change(app, rivers, index, member_of="promises", subject="the nations", place=place)
        _rename(app, rivers, index, f"promises.{name}")
    page = client.get("/library/rivers/map?list=promises").text
    assert 'aria-current="page">The nations: promised to' in page


def test_what_holds_for_a_whole_list_is_said_once(app: Flask, client: FlaskClient, rivers: MadeSet) -> None:
    with app.app_context():
        for fact in rivers.facts[:3]:
            db.session.get_one(FactRow, fact.id).standing = "vague"
        db.session.commit()
    assert client.get("/library/rivers/map?list=nations").text.count("vague in the source") == 1


def test_a_map_is_only_looked_at(client: FlaskClient, rivers: MadeSet) -> None:
    assert post(client, "/library/rivers/map").status_code == 405


def test_very_many_facts_are_told_apart_by_what_they_say(
    app: Flask, client: FlaskClient, rivers: MadeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_MOST", 1)
    _change(app, rivers, 3, place=ERBIL | {"relation": "held-in"})
    _change(app, rivers, 4, place=ERBIL | {"relation": "seat-of"})
    page = client.get("/library/rivers/map?about=seat-of").text
    assert 'aria-current="page">Seat of' in page
    assert "fact-4" in page
    assert "fact-3" not in page


def test_of_one_statement_about_many_places_nothing_is_shown_while_a_quiz_asks_one(
    app: Flask, make: Factory, cast: Cast, rivers: MadeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_MOST", 1)
    for index in (3, 4):
        _change(app, rivers, index, place=ERBIL | {"relation": "held-in"})
    attempt(app, cast.ben.learner_id, rivers, [rivers.facts[3].questions["choice"]])
    page = make.browser_of(cast.ben).get("/library/rivers/map?about=held-in").text
    assert "in your open quiz" in page
    assert "Erbil" not in page


def test_a_place_that_no_map_knows_is_left_out(app: Flask, client: FlaskClient, rivers: MadeSet) -> None:
    _change(app, rivers, 5, **_at("ATL", "Atlantis"))
    assert "Atlantis" not in client.get("/library/rivers/map").text


@pytest.mark.only_on("sqlite")
def test_a_first_visit_to_a_map_stays_within_its_weight(client: FlaskClient, rivers: MadeSet) -> None:
    page = client.get("/library/rivers/map?list=nations").text
    addresses = {address.partition("#")[0] for address in re.findall(r'(?:src|href)="(/static/[^"]+)', page)}
    assert any("world.svg" in address for address in addresses)
    weight = len(gzip.compress(page.encode()))
    for address in addresses:
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        weight += len(answer.data)
        answer.close()
    assert weight <= BUDGET


def _bank(*facts: Fact) -> Bank:
    entities = {
        "meeting": Entity("meeting", "meeting", "the meeting"),
        "erbil": Entity("erbil", "city", "Erbil", point=(36.19, 44.01)),
        "turkey": Entity("turkey", "country", "Turkey", code="TUR"),
    }
    return Bank("b", "B", "en", ("t",), Source(), entities, facts)


@pytest.mark.parametrize(
    ("subject", "value", "place"),
    [
        (
            "meeting",
            EntityValue("erbil"),
            {"code": None, "point": [36.19, 44.01], "name": "Erbil", "relation": "held-in"},
        ),
        (
            "turkey",
            EntityValue("erbil"),
            {"code": None, "point": [36.19, 44.01], "name": "Erbil", "relation": "held-in"},
        ),
        (
            "turkey",
            EntityValue("meeting"),
            {"code": "TUR", "point": None, "name": "Turkey", "relation": "held-in"},
        ),
        (
            "turkey",
            DateValue(PartialDate.parse("2014")),
            {"code": "TUR", "point": None, "name": "Turkey", "relation": "held-in"},
        ),
        ("meeting", DateValue(PartialDate.parse("2014")), None),
    ],
)
def test_a_fact_stands_where_its_value_is_or_else_its_subject(
    subject: str, value: EntityValue | DateValue, place: dict[str, Any] | None
) -> None:
    fact = Fact("f", "t", subject, "held-in", value, "Where was it?", "It was.", treatment=Treatment.PLAIN)
    assert fact_content(_bank(fact), fact).get("place") == place
