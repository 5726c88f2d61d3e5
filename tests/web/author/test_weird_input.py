"""Whatever is sent to the pages of authors is answered in order: never by a fault."""

from __future__ import annotations

import pytest

from tests.forms import post
from tests.weird import WEIRD, WEIRD_NUMBERS, on_the_stricter_database, percent_encoded

KEY = "a" * 32
FIELDS = {
    "choice": (
        "stem",
        "right-text",
        "right-because",
        "wrong-0-text",
        "wrong-0-because",
        "wrong-x-text",
        "more",
    ),
    "true-false": ("stem", "is_true"),
    # What all types have is tried with one of them.
    "short": ("stem", "response", "also", "key", "seen", "explanation", "cite", "topic", "then"),
    "cloze": ("stem", "also"),
    "date": ("stem", "day", "month", "year"),
}
SOUND = {
    "stem": "Which river of [[Asia]] is the longest?",
    "right-text": "Yangtze",
    "wrong-0-text": "Mekong",
    "wrong-1-text": "Ganges",
    "is_true": "true",
    "response": "Danube",
    "day": "21",
    "month": "7",
    "year": "1970",
}


@pytest.fixture
def ada(make, cast):
    browser = make.browser_of(cast.ada)
    post(browser, "/author/new", {"title": "Rivers", "topics": "Length", "language": "en"})
    return browser


@on_the_stricter_database
@pytest.mark.parametrize("name", ["title", "about", "topics", "language"])
def test_no_value_of_a_set_is_a_fault(ada, name):
    for value in WEIRD:
        for address in ("/author/new", "/author/rivers/describe"):
            fields = {"title": "Rivers", "language": "en", name: value}
            assert post(ada, address, fields).status_code < 500, (name, value[:40])
    assert ada.get("/author/").status_code == 200


@on_the_stricter_database
@pytest.mark.parametrize("kind", FIELDS)
def test_no_value_of_a_question_is_a_fault(ada, kind):
    for name in FIELDS[kind]:
        for value in WEIRD:
            fields = {**SOUND, "key": KEY, "seen": "1", name: value}
            for address in (f"questions/new/{kind}", f"questions/{KEY}"):
                answer = post(ada, f"/author/rivers/{address}", fields)
                assert answer.status_code < 500, (name, value[:40])
    assert ada.get("/author/rivers/").status_code == 200


@on_the_stricter_database
@pytest.mark.parametrize("name", ["wrong-²-text", f"wrong-{'9' * 5000}-text", "wrong-77-text", "wrong--text"])
def test_no_name_of_a_row_is_a_fault(ada, name):
    fields = {**SOUND, "key": KEY, "seen": "", name: "Nile"}
    assert post(ada, "/author/rivers/questions/new/choice", fields).status_code < 500


@on_the_stricter_database
@pytest.mark.parametrize("name", ["text", "topic", "mode", "action"])
def test_no_value_of_a_paste_is_a_fault(ada, name):
    for value in (*WEIRD, *(f"{value[:9000]}\t{value[:9000]}" for value in WEIRD), "\n" * 100_000):
        answer = post(ada, "/author/rivers/paste", {"text": "Who?\tShe", "action": "import", name: value})
        assert answer.status_code < 500, (name, value[:40])


def test_no_part_of_an_address_is_a_fault(ada):
    for value in (*WEIRD, *WEIRD_NUMBERS):
        part = percent_encoded(value[:8000])
        for address in (
            f"/author/{part}/",
            f"/author/rivers/?page={part}&removed={part}",
            f"/author/rivers/questions/{part}",
            f"/author/rivers/questions/new/{part}",
        ):
            assert ada.get(address).status_code < 500, address[:60]
        for address in (
            f"/author/{part}/publish",
            f"/author/rivers/questions/{part}/remove",
            f"/author/rivers/questions/{part}/restore",
        ):
            assert post(ada, address).status_code < 500, address[:60]
