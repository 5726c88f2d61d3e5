"""Choosing by fields leads to the player, or to what the choice finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quizapp.core.queries import parse

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Cast, Factory


@pytest.fixture(autouse=True)
def _rivers(make: Factory, cast: Cast, frozen: Clock) -> None:
    made = make.question_set("rivers")
    make.deck(cast.ben, made)
    make.question_set("lakes", topics=("depth",))


def test_ones_decks_come_first_and_topics_can_be_chosen(make: Factory, cast: Cast) -> None:
    page = make.browser_of(cast.ben).get("/browse/choose").text
    assert page.index("Your decks") < page.index('value="rivers"') < page.index('value="lakes"')
    assert 'value="depth"' in page
    assert "Cram" in page


def test_the_choice_leads_to_the_player(client: FlaskClient) -> None:
    answer = client.get(
        "/browse/choose",
        query_string={
            "topic": "mouth", "tag": "long ones", "is": ["weak", "due"], "mode": "cram", "words": "delta",
            "standing": "vague", "go": "study",
        },
    )  # fmt: skip
    assert answer.status_code == 303
    assert answer.location == (
        "/study/?q=delta+topic:mouth+tag:%22long+ones%22+standing:vague+(is:due+or+is:weak)&mode=cram"
    )


def test_a_chosen_set_leads_to_its_own_player(client: FlaskClient) -> None:
    answer = client.get("/browse/choose?set=rivers&mode=ahead&go=study")
    assert answer.location == "/study/rivers/?q=set:rivers&mode=ahead"
    assert client.get("/browse/choose?go=study").location == "/study/"


def test_one_can_look_first(client: FlaskClient) -> None:
    assert client.get("/browse/choose?set=rivers&is=new&go=look").location == ("/browse/?q=set:rivers+is:new")


def test_words_that_are_no_search_come_back_with_their_error(client: FlaskClient) -> None:
    answer = client.get("/browse/choose?words=colour:red&topic=mouth&is=new&mode=cram&go=study")
    assert answer.status_code == 422
    assert "there is no filter “colour:”" in answer.text
    assert 'value="colour:red"' in answer.text
    assert answer.text.count("checked") == 2


def test_odd_fields_choose_nothing(client: FlaskClient) -> None:
    answer = client.get("/browse/choose?standing=odd&is=odd&mode=odd&tag=%22%22&set=a%22b&topic=%20&go=look")
    assert answer.location == "/browse/?q=set:ab"
    assert parse("set:ab")
