"""An attempt with all questions on one page: one form saves all where no script runs, and loses nothing."""

from __future__ import annotations

import re
import uuid

import pytest

from quizapp.core.disclosure import AT_ONCE, disclosure_to_dict
from tests.forms import post


@pytest.fixture
def sheet(sit):
    return sit(navigation="page")


def send(desk, given, go="save", *, sequence=1):
    """Send the page as a browser without scripts does: every question, those in `given` with a response."""
    data = {"go": go}
    for row in desk.rows():
        start = f"q{row.position}-"
        data |= {f"{start}save_key": str(uuid.uuid4()), f"{start}sequence": str(sequence)}
        data |= {f"{start}{name}": value for name, value in given.get(row.position, {}).items()}
    return post(desk.client, f"{desk.url}/all", data)


def right(desk):
    return {
        row.position: desk.key_of(row.form)
        for row in desk.rows()
        if row.form in ("choice", "date", "true-false")
    }


def test_all_questions_stand_on_one_page_each_with_its_own_fields(sheet):
    assert sheet.get().location == f"{sheet.url}/all"
    page = sheet.get("all")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.text.count("data-prefix=") == 5
    ids = re.findall(r'\sid="([^"]+)"', page.text)
    assert len(ids) == len(set(ids))
    assert sheet.get("2").location == f"{sheet.url}/all#question-2"


def test_one_button_saves_every_response(sheet):
    given = right(sheet)
    answer = send(sheet, given)
    assert answer.location == f"{sheet.url}/all"
    assert {row.position for row in sheet.rows() if row.response is not None} == set(given)
    assert "Saved: every response" in sheet.text("all")


def test_what_cannot_be_read_comes_back_and_keeps_none_of_the_others_back(sheet):
    date, short = sheet.position_of("date"), sheet.position_of("short")
    answer = send(sheet, {date: {"day": "31", "month": "2", "year": "2014"}, short: {"text": "kept"}})
    assert answer.status_code == 422
    assert "31 February 2014 does not exist" in answer.text
    assert f'href="#question-{date}"' in answer.text
    assert 'value="31"' in answer.text
    assert sheet.rows()[short - 1].response == {"text": "kept"}
    assert sheet.rows()[date - 1].response is None


def test_what_another_tab_overtook_comes_back_with_its_text(sheet):
    short = sheet.position_of("short")
    sheet.save(short, {"text": "other tab"}, sequence=4)
    answer = send(sheet, {short: {"text": "mine"}})
    assert answer.status_code == 409
    assert "Changed in another tab" in answer.text
    assert 'value="mine"' in answer.text
    assert sheet.rows()[short - 1].response == {"text": "other tab"}


def test_sending_the_page_again_without_a_change_saves_nothing(sheet):
    given = right(sheet)
    send(sheet, given)
    send(sheet, given, sequence=2)
    assert {row.sequence for row in sheet.rows() if row.response} == {1}


@pytest.mark.parametrize(
    ("go", "target"), [("finish", "/review"), ("flag-2", "/all#question-2"), ("report-2", None)]
)
def test_its_other_buttons_save_all_on_their_way(sheet, go, target):
    given = right(sheet)
    answer = send(sheet, given, go)
    assert answer.status_code == 303
    assert target is None or answer.location == f"{sheet.url}{target}"
    assert {row.position for row in sheet.rows() if row.response is not None} == set(given)
    assert sheet.rows()[1].is_flagged == (go == "flag-2")


def test_one_question_is_cleared_and_the_others_are_kept(sheet):
    given = right(sheet)
    send(sheet, given)
    cleared = min(given)
    send(sheet, given, f"clear-{cleared}", sequence=2)
    assert {row.position for row in sheet.rows() if row.response is not None} == set(given) - {cleared}


def test_one_question_is_checked_and_only_its_key_is_told(sit):
    desk = sit(navigation="page", shows=disclosure_to_dict(AT_ONCE))
    choice, short = desk.position_of("choice"), desk.position_of("short")
    answer = send(desk, {choice: {"option": "right"}, short: {"text": "kept"}}, f"check-{choice}")
    assert answer.location == f"{desk.url}/all#question-{choice}"
    page = desk.text("all")
    assert page.count("checked; it stays as it is") == 1
    assert page.count("It is the value.") == 1
    assert desk.rows()[short - 1].response == {"text": "kept"}
    assert desk.rows()[short - 1].checked_at is None


def test_a_blank_is_not_checked_on_the_page_of_all_either(sit):
    desk = sit(navigation="page", shows=disclosure_to_dict(AT_ONCE))
    answer = send(desk, {}, "check-1")
    assert answer.status_code == 422
    assert "a blank is not checked" in answer.text
    assert all(row.checked_at is None for row in desk.rows())


def test_sent_after_the_deadline_the_page_leads_to_the_result(sheet, frozen):
    frozen.moment = frozen.moment.replace(hour=20)
    assert send(sheet, right(sheet)).location == f"{sheet.url}/result"
    assert all(row.response is None for row in sheet.rows())


def test_elsewhere_there_is_no_page_of_all(desk, make, sheet):
    assert post(desk.client, f"{desk.url}/all").status_code == 404
    assert desk.get("all").status_code == 303
    stranger = desk.app.test_client()
    assert stranger.get(f"{sheet.url}/all").status_code == 404
    assert post(stranger, f"{sheet.url}/all").status_code == 404
    assert stranger.put(f"{sheet.url}/all").status_code in {400, 405}


@pytest.mark.parametrize("name", ["q1-save_key", "q2-sequence"])
def test_a_page_without_its_keys_is_refused_whole(sheet, name):
    data = {f"q{row.position}-save_key": str(uuid.uuid4()) for row in sheet.rows()}
    data |= {f"q{row.position}-sequence": "1" for row in sheet.rows()} | {"q3-text": "x"}
    data[name] = "x"
    assert post(sheet.client, f"{sheet.url}/all", data).status_code == 400
    assert all(row.sequence == 0 for row in sheet.rows())
