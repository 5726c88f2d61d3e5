"""A question checked during its attempt: its response is fixed, its key is told, and nothing of any other question."""

from __future__ import annotations

import uuid

import pytest

from quizapp.core.disclosure import AT_ONCE, Disclosure, Item, Phase, disclosure_to_dict
from tests.forms import post


@pytest.fixture
def open_book(sit):
    return sit(shows=disclosure_to_dict(AT_ONCE))


def check(desk, position, fields, *, as_json=False, sequence=1):
    data = {"save_key": str(uuid.uuid4()), "sequence": str(sequence), **fields}
    return post(desk.client, f"{desk.url}/{position}/check", data, as_json=as_json)


def test_checking_saves_fixes_and_tells_the_key_with_its_reason_and_source(open_book):
    position = open_book.position_of("choice")
    assert "It is the value." not in open_book.text(str(position))
    answer = check(open_book, position, {"option": "wrong-1"})
    assert answer.location == f"{open_book.url}/{position}"
    page = open_book.text(str(position))
    assert "your response, wrong" in page
    assert "It is the value." in page
    assert "A test, first sentence" in page
    assert "<form" not in page.partition("data-fixed")[2].partition("</main>")[0].partition("<aside")[0]
    row = open_book.rows()[position - 1]
    assert (row.outcome, row.response) == ("wrong", {"option": "wrong-1"})


def test_a_checked_response_can_change_no_more(open_book):
    position = open_book.position_of("choice")
    check(open_book, position, {"option": "wrong-1"})
    told = open_book.save(position, {"option": "right"}, sequence=9)
    assert (told.status_code, told.json["state"]) == (409, "fixed")
    check(open_book, position, {"option": "right"}, sequence=10)
    assert open_book.rows()[position - 1].response == {"option": "wrong-1"}


@pytest.mark.parametrize("as_json", [True, False])
def test_a_blank_buys_no_key(open_book, as_json):
    position = open_book.position_of("choice")
    answer = check(open_book, position, {}, as_json=as_json)
    assert answer.status_code == 422
    assert "a blank is not checked" in (answer.json["message"] if as_json else answer.text)
    assert "It is the value." not in answer.text
    assert open_book.rows()[position - 1].checked_at is None


def test_a_script_is_told_where_the_key_stands(open_book):
    position = open_book.position_of("choice")
    answer = check(open_book, position, {"option": "right"}, as_json=True)
    assert answer.json == {"state": "checked", "href": f"{open_book.url}/{position}"}


def test_what_cannot_be_read_comes_back_unchecked(open_book):
    position = open_book.position_of("date")
    answer = check(open_book, position, {"day": "31", "month": "2", "year": "2014"})
    assert answer.status_code == 422
    assert 'value="31"' in answer.text
    assert open_book.rows()[position - 1].checked_at is None


def test_other_questions_tell_nothing_of_theirs(open_book):
    choice = open_book.position_of("choice")
    check(open_book, choice, {"option": "right"})
    for row in open_book.rows():
        if row.position != choice:
            page = open_book.text(str(row.position))
            assert "because" not in page
            assert "A test, first sentence" not in page


def test_without_explanations_the_key_is_told_and_no_reason(sit):
    late = (Phase.AFTER, Phase.CLOSED)
    ticked = {(item, phase) for item in Item for phase in late} | {
        (Item.KEY, Phase.DURING),
        (Item.SCORE, Phase.DURING),
    }
    desk = sit(shows=disclosure_to_dict(Disclosure(frozenset(ticked))))
    position = desk.position_of("choice")
    check(desk, position, {"option": "wrong-1"})
    page = desk.text(str(position))
    assert "your response, wrong" in page
    assert "It is the value." not in page
    assert "A test, first sentence" not in page


def test_where_nothing_is_checked_there_is_nothing_to_ask_for(desk):
    position = desk.position_of("choice")
    assert "/check" not in desk.text(str(position))
    assert check(desk, position, {"option": "right"}).status_code == 404
    assert desk.rows()[position - 1].response is None


def test_where_one_cannot_go_back_only_the_question_at_its_turn_is_checked(sit):
    desk = sit(navigation="forward", shows=disclosure_to_dict(AT_ONCE))
    for position in (2, 5):
        form = desk.rows()[position - 1].form
        answer = check(desk, position, {"option": "right", "text": "x", "year": "2014"}, as_json=True)
        assert (answer.status_code, answer.json["state"]) == (409, "not-its-turn"), form
        assert check(desk, position, {}).location == f"{desk.url}/1"
    assert all(row.checked_at is None for row in desk.rows())


def test_a_check_after_the_end_comes_too_late(open_book, frozen):
    position = open_book.position_of("choice")
    frozen.moment = frozen.moment.replace(hour=20)
    assert check(open_book, position, {"option": "right"}).location == f"{open_book.url}/result"
    assert open_book.rows()[position - 1].response is None


def test_strangers_missing_positions_and_wrong_methods_are_refused(open_book):
    stranger = open_book.app.test_client()
    assert post(stranger, f"{open_book.url}/1/check").status_code == 404
    assert post(open_book.client, f"{open_book.url}/99/check").status_code == 404
    assert open_book.get("1/check").status_code == 405
