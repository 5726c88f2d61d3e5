"""An attempt in which one cannot go back: one question has its turn, for a time of its own, and certainty is asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.forms import post


@pytest.fixture
def forward(sit):
    return sit(navigation="forward", question_seconds=60)


def give(desk, position, go="next", **more):
    """Give the right response to a question without scripts."""
    row = desk.rows()[position - 1]
    fields = {**desk.key_of(row.form), **more}
    return desk.save(position, fields, sequence=row.sequence + 1, go=go, as_json=False)


def test_it_opens_at_the_question_that_has_its_turn_and_next_moves_it(forward):
    assert forward.get().location == f"{forward.url}/1"
    assert give(forward, 1).location == f"{forward.url}/2"
    assert forward.rows()[0].response is not None
    assert forward.get().location == f"{forward.url}/2"


@pytest.mark.parametrize("position", [1, 3, 5])
def test_no_other_question_can_be_fetched_than_the_one_at_its_turn(forward, position):
    give(forward, 1)
    answer = forward.get(str(position))
    assert (answer.status_code, answer.location) == (303, f"{forward.url}/2")
    assert forward.client.get(f"/library/attempts/{forward.attempt_id}/{position}/mistake").status_code == 404


def test_looking_never_moves_the_turn(forward):
    for path in ("", "1", "2", "review", "state", "all"):
        forward.get(path)
    assert forward.attempts()[0].turn == 1


def test_sent_twice_next_moves_one_question_on(forward):
    form = forward.rows()[0].form
    key = forward.key_of(form)
    for _ in range(2):
        answer = forward.save(1, key, go="next", as_json=False)
        assert answer.location.rpartition("/")[2] in ("1", "2")
    assert forward.attempts()[0].turn == 2


@pytest.mark.parametrize("go", ["next", "leave", "3", "back", "5"])
def test_no_button_skips_a_question_or_leads_back(forward, go):
    give(forward, 1)
    for position in (1, 3, 4):
        forward.save(position, {}, go=go, as_json=False)
    assert forward.attempts()[0].turn == 2


def test_a_response_to_a_question_that_was_left_is_refused(forward):
    form = forward.rows()[0].form
    give(forward, 1)
    told = forward.save(1, {}, sequence=9)
    assert (told.status_code, told.json["state"]) == (409, "not-its-turn")
    page = forward.save(1, {}, sequence=10, go="next", as_json=False)
    assert page.location == f"{forward.url}/2"
    assert "You had gone on from that question" in forward.text("2")
    assert forward.rows()[0].response is not None
    assert form == forward.rows()[0].form


def test_a_blank_is_left_for_good_only_knowingly(forward):
    page = forward.save(1, {}, go="next", as_json=False)
    assert page.status_code == 422
    assert "You cannot come back to this question" in page.text
    assert forward.attempts()[0].turn == 1
    assert forward.save(1, {}, go="leave", as_json=False).location == f"{forward.url}/2"


def test_the_page_says_before_that_there_is_no_way_back(forward):
    give(forward, 1)
    page = forward.text("2")
    assert "you cannot come back to this question" in page
    assert 'value="back"' not in page
    assert f'{forward.url}/1"' not in page
    assert f'{forward.url}/3"' not in page


def test_a_question_has_its_own_time_which_begins_with_its_turn(forward, frozen):
    frozen.moment += timedelta(seconds=20)
    assert 'data-remaining="40"' in forward.text("1")
    give(forward, 1)
    assert forward.get("state").json["question_seconds"] == 60
    frozen.moment += timedelta(seconds=5)
    assert forward.save(2, {}).json["question_seconds"] == 55


def test_when_its_time_is_over_a_question_stands_still_and_next_goes_on(forward, frozen):
    frozen.moment += timedelta(seconds=71)
    page = forward.text("1")
    assert "The time for this question is over" in page
    assert "data-response" not in page.partition("<form")[2]
    told = forward.save(1, forward.key_of(forward.rows()[0].form), sequence=5)
    assert (told.status_code, told.json["state"]) == (409, "question-over")
    assert forward.rows()[0].response is None
    answer = post(forward.client, f"{forward.url}/1", {"go": "leave"})
    assert answer.location == f"{forward.url}/2"


def test_the_last_question_leads_to_the_summary_and_back_to_itself(forward):
    for position in range(1, 5):
        give(forward, position)
    assert give(forward, 5).location == f"{forward.url}/review"
    page = forward.text("review")
    assert f'{forward.url}/5"' in page
    assert f'{forward.url}/2"' not in page
    assert forward.get("5").status_code == 200


def test_the_summary_says_how_many_are_still_to_come(forward):
    give(forward, 1)
    page = " ".join(forward.text("review").split())
    assert "3 questions are still to come. Submit now, and they stay blank." in page


def test_certainty_is_saved_with_its_response_and_shown_again(sit):
    desk = sit(certainty=True)
    position = desk.position_of("short")
    desk.save(position, {"text": "x", "certainty": "3"})
    assert desk.rows()[position - 1].certainty == 3
    assert 'value="3"' in desk.text(str(position)).partition("checked")[0].rpartition("<input")[2]
    desk.save(position, {"text": "x", "certainty": "1"}, sequence=2)
    assert desk.rows()[position - 1].certainty == 1
    desk.save(position, {"text": "x", "certainty": "1"}, sequence=3, go="clear", as_json=False)
    assert (desk.rows()[position - 1].certainty, desk.rows()[position - 1].response) == (None, None)


def test_a_certainty_that_there_is_not_is_refused(sit):
    desk = sit(certainty=True)
    assert desk.save(1, {"certainty": "4"}).status_code == 400


def test_where_certainty_is_not_asked_for_none_is_kept(desk):
    desk.save(1, {"certainty": "3"})
    assert desk.rows()[0].certainty is None
    assert "data-certainty" not in desk.text("1").partition("<main")[2]


def test_the_summary_names_where_certainty_is_missing(sit):
    desk = sit(certainty=True)
    position = desk.position_of("short")
    desk.save(position, {"text": "x"})
    page = " ".join(desk.text("review").split())
    assert "without a word about your certainty" in page
    assert f">Question {position}</a>: without" in page


def test_leaving_without_saying_how_certain_one_is_asks_first(sit):
    desk = sit(navigation="forward", certainty=True)
    page = give(desk, 1)
    assert page.status_code == 422
    assert "it counts as “Not sure”" in page.text
    assert give(desk, 1, certainty="2").location == f"{desk.url}/2"
