"""Cards to cut out: each key lies behind its question, and nothing that a quiz keeps secret is printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from quizapp.web.library.cutting import sheets_of
from tests.histories import attempt

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.factories import Cast, Factory


def words_of(page: str) -> list[str]:
    return re.findall(r'<p class="cut-words">(.*?)</p>', page, re.DOTALL)


def test_backs_lie_mirrored_behind_their_fronts(client: FlaskClient, make: Factory) -> None:
    made = make.question_set(facts=9)
    page = client.get(f"/library/{made.slug}/cards").text
    shown = [one.strip() for one in words_of(page)]
    assert len(shown) == 18
    fronts, backs = shown[:8], shown[8:16]
    for row in range(0, 8, 2):
        for place in (0, 1):
            number = re.search(r"\d+", fronts[row + place])
            assert number
            assert number[0] in backs[row + 1 - place]


def test_the_last_sheet_is_filled_with_blanks() -> None:
    sheets = sheets_of([object()] * 9)  # type: ignore[list-item]
    assert [len(sheet.fronts) for sheet in sheets] == [8, 8]
    assert [one is None for one in sheets[1].backs] == [True, False] + [True] * 6


def test_what_the_source_invents_is_printed_on_request_only(client: FlaskClient, make: Factory) -> None:
    made = make.question_set(facts=3, fictional=1)
    address = f"/library/{made.slug}/cards"
    assert len(words_of(client.get(address).text)) == 4
    assert len(words_of(client.get(f"{address}?fiction=yes").text)) == 6


def test_what_an_open_quiz_asks_is_left_out(app: Flask, make: Factory, cast: Cast) -> None:
    made = make.question_set(facts=3)
    attempt(app, cast.ben.learner_id, made, [made.facts[0].questions["choice"]])
    page = make.browser_of(cast.ben).get(f"/library/{made.slug}/cards").text
    assert len(words_of(page)) == 4
    assert "left out until its results" in page


def test_a_topic_narrows_it_down_and_one_without_cards_says_so(client: FlaskClient, make: Factory) -> None:
    made = make.question_set(facts=2)
    page = client.get(f"/library/{made.slug}/cards?topic=nothing").text
    assert not words_of(page)
    assert "No cards here" in page


def test_a_set_that_is_not_there_or_not_published_is_not_found(client: FlaskClient, make: Factory) -> None:
    assert client.get("/library/nothing/cards").status_code == 404
