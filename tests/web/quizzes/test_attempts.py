"""An attempt in the browser: one question a page, saved as given, ended once, told only afterwards."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from quizapp.database import db
from quizapp.models import Deck, Learner, Question, QuestionRevision, Review, User
from tests.forms import post
from tests.web.quizzes.conftest import Desk

TYPES = ("choice", "true-false", "short", "cloze", "date")
ANSWERS = {
    "choice": ({"option": "right"}, {"option": "wrong-1"}),
    "true-false": ({"option": "true"}, {"option": "false"}),
    "date": ({"day": "5", "month": "9", "year": "2014"}, {"day": "6", "month": "9", "year": "2014"}),
}


def masked(text):
    """Take out of a page what is new each time: tokens and keys."""
    return re.sub(r'name="(csrf_token|save_key)"\s+value="[^"]*"', "", text)


def test_an_attempt_opens_at_the_first_question_that_is_blank(desk):
    assert desk.get().location.endswith("/1")
    desk.save(1, desk.key_of(desk.rows()[0].form))
    assert desk.get().location.endswith("/2")


@pytest.mark.parametrize("form", TYPES)
def test_a_question_of_each_type_is_asked_and_what_was_given_stands_in_it(desk, form):
    position = desk.position_of(form)
    page = desk.get(str(position))
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "Main" not in re.findall(r'<nav[^>]*aria-label="([^"]*)"', page.text)
    assert 'role="timer"' in page.text
    desk.save(position, desk.key_of(form))
    shown = desk.text(str(position))
    given = desk.rows()[position - 1].response
    if "option" in given:
        assert re.search(rf'value="{given["option"]}"[^>]*checked', shown)
    elif "text" in given:
        assert f'value="{given["text"]}"' in shown
    else:
        assert 'value="2014"' in shown
        assert re.search(r'value="9"\s+selected', shown)


def test_nothing_of_the_key_is_in_a_page_or_an_answer_before_the_end(desk):
    for row in desk.rows():
        pages = [desk.get(str(row.position)), desk.get("review"), desk.get("state")]
        pages.append(desk.save(row.position, desk.key_of(row.form)))
        for page in pages:
            text = page.text + str(page.headers)
            for word in ("because", "explanation", "It is the value", "has the value Value", "A test, first"):
                if row.form == "true-false" and word == "has the value Value":
                    continue
                assert word not in text


@pytest.mark.parametrize("form", TYPES)
def test_pages_and_answers_are_the_same_byte_for_byte_whether_right_or_wrong(desk, form):
    position = desk.position_of(form)
    right, wrong = ANSWERS.get(form) or (desk.key_of(form), {"text": "Value X"})
    answers, states = [], []
    for sequence, fields in ((1, right), (2, wrong)):
        answer = desk.save(position, fields, sequence=sequence)
        headers = {name: value for name, value in answer.headers if name != "Set-Cookie"}
        answers.append((answer.status_code, answer.data.replace(b'"sequence":%d' % sequence, b""), headers))
        state = {**desk.get("state").json, "sequences": None}
        states.append((state, desk.get("review").status_code, masked(desk.text("review"))))
    assert answers[0] == answers[1]
    assert states[0] == states[1]


def test_a_save_is_acknowledged_with_its_sequence_and_the_seconds_left(desk, frozen):
    frozen.moment += timedelta(seconds=30)
    answer = desk.save(1, {}, sequence=4)
    assert answer.json == {
        "state": "saved",
        "sequence": 4,
        "remaining_seconds": 570,
        "question_seconds": None,
    }


def test_the_same_key_is_saved_again_with_the_same_content_and_refused_with_another(desk):
    key = uuid.uuid4()
    position = desk.position_of("short")
    for _ in range(3):
        assert desk.save(position, {"text": "one"}, key=key).json["state"] == "saved"
    answer = desk.save(position, {"text": "two"}, key=key, sequence=2)
    assert answer.status_code == 409
    assert answer.json["state"] == "overtaken"
    assert desk.rows()[position - 1].response == {"text": "one"}


def test_a_tab_that_was_overtaken_is_told_so_and_gets_its_text_back(desk):
    position = desk.position_of("short")
    desk.save(position, {"text": "the other tab"}, sequence=3)
    told = desk.save(position, {"text": "mine"}, sequence=2)
    assert (told.status_code, told.json["state"], told.json["sequence"]) == (409, "overtaken", 3)
    page = desk.save(position, {"text": "mine <b>"}, sequence=2, go="next", as_json=False)
    assert page.status_code == 409
    assert "Changed in another tab" in page.text
    assert 'value="mine &lt;b&gt;"' in page.text
    assert 'name="sequence" value="4"' in " ".join(page.text.split())
    assert desk.rows()[position - 1].response == {"text": "the other tab"}


def test_without_scripts_the_buttons_save_and_lead_on(desk):
    position = desk.position_of("short")
    for go, target in (
        ("next", min(position + 1, 5)),
        ("back", max(position - 1, 1)),
        ("2", 2),
        ("finish", None),
    ):
        answer = desk.save(
            position, {"text": go}, sequence=desk.rows()[position - 1].sequence + 1, go=go, as_json=False
        )
        assert answer.status_code == 303
        if target is not None and not (go == "next" and position == 5):
            assert answer.location.endswith(f"/{target}")
        assert desk.rows()[position - 1].response == {"text": go}
    assert answer.location.endswith("/review")
    assert desk.save(5, {}, sequence=9, go="next", as_json=False).location.endswith("/review")


def test_turning_a_page_without_a_change_saves_nothing(desk):
    desk.save(1, {}, go="next", as_json=False)
    assert desk.rows()[0].sequence == 0


def test_without_scripts_a_response_is_cleared_and_a_question_flagged(desk):
    position = desk.position_of("short")
    desk.save(position, {"text": "x"}, go="flag", as_json=False)
    assert desk.rows()[position - 1].is_flagged
    assert desk.rows()[position - 1].response == {"text": "x"}
    assert "Remove flag" in desk.text(str(position))
    desk.save(position, {"text": "x"}, go="unflag", sequence=2, as_json=False)
    assert not desk.rows()[position - 1].is_flagged
    desk.save(position, {"text": "x"}, go="clear", sequence=3, as_json=False)
    assert desk.rows()[position - 1].response is None


def test_a_script_sets_a_flag_and_takes_it_away(desk):
    url = f"{desk.url}/2/flag"
    assert post(desk.client, url, {"flagged": "yes"}, as_json=True).json == {
        "state": "saved",
        "is_flagged": True,
    }
    assert desk.get("state").json["flagged"] == [2]
    post(desk.client, url, as_json=True)
    assert desk.get("state").json["flagged"] == []
    assert post(desk.client, f"{desk.url}/9/flag", as_json=True).status_code == 404


def test_a_date_that_does_not_exist_comes_back_with_its_error_and_its_input(desk):
    position = desk.position_of("date")
    fields = {"day": "31", "month": "2", "year": "2014"}
    told = desk.save(position, fields)
    assert (told.status_code, told.json["state"], told.json["field"]) == (422, "invalid", "day")
    page = desk.save(position, fields, go="next", as_json=False)
    assert page.status_code == 422
    assert "31 February 2014 does not exist" in page.text
    assert 'value="31"' in page.text
    assert re.search(r'value="2"\s+selected', page.text)
    assert 'aria-invalid="true"' in page.text
    assert desk.rows()[position - 1].response is None


def test_an_option_that_is_not_among_those_shown_is_refused(desk):
    assert desk.save(desk.position_of("choice"), {"option": "none"}).status_code == 422


@pytest.mark.parametrize(
    "broken",
    [{"save_key": "x"}, {"sequence": "x"}, {"sequence": "0"}, {"sequence": "9" * 12}, {"save_key": ""}],
)
def test_a_save_without_a_sound_key_or_sequence_is_refused(desk, broken):
    data = {"save_key": str(uuid.uuid4()), "sequence": "1", "option": "right", **broken}
    assert post(desk.client, f"{desk.url}/1", data, as_json=True).status_code == 400
    assert desk.rows()[0].response is None


def test_a_save_without_a_token_is_refused(desk):
    data = {"save_key": str(uuid.uuid4()), "sequence": "1", "text": "x"}
    assert desk.client.post(f"{desk.url}/1", data=data).status_code == 400
    assert desk.client.post(f"{desk.url}/submit").status_code == 400
    assert desk.attempts()[0].state == "open"


def test_saving_looks_at_no_question_and_names_the_learner_in_every_statement(desk):
    statements = []

    def note(_connection, _cursor, statement, _parameters, _context, _many):
        statements.append(" ".join(statement.casefold().split()))

    position = desk.position_of("choice")
    with desk.app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        desk.save(position, {"option": "right"})
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    reaching = [one for one in statements if re.search(r"\b(attempts|responses|cards|reviews)\b", one)]
    assert reaching
    assert all("learner_id" in one for one in reaching)
    assert not any(
        re.search(r"\b(questions|question_revisions|facts|fact_revisions)\b", one) for one in statements
    )
    assert len([one for one in statements if not one.startswith(("begin", "savepoint", "release"))]) <= 5


def test_the_review_names_what_is_blank_and_what_is_flagged(desk):
    for row in desk.rows()[:3]:
        desk.save(row.position, desk.key_of(row.form))
    post(desk.client, f"{desk.url}/2/flag", {"flagged": "yes"})
    page = " ".join(desk.text("review").split())
    assert "Still blank" in page
    assert "Flagged by you" in page
    assert ">Question 4</a>" in page
    assert ">Question 1</a>" not in page


def test_the_clock_is_the_servers_and_a_late_response_changes_nothing(desk, frozen):
    position = desk.position_of("short")
    frozen.moment += timedelta(minutes=10, seconds=9)
    assert desk.save(position, {"text": "in grace"}).json == {
        "state": "saved",
        "sequence": 1,
        "remaining_seconds": 0,
        "question_seconds": None,
    }
    frozen.moment += timedelta(seconds=2)
    told = desk.save(position, {"text": "too late"}, sequence=2)
    assert (told.status_code, told.json["state"]) == (409, "closed")
    assert told.json["href"] == f"{desk.url}/result"
    page = desk.save(position, {"text": "too late"}, sequence=2, go="next", as_json=False)
    assert page.location == f"{desk.url}/result"
    result = desk.client.get(page.location, follow_redirects=True).text
    assert result.count("came too late") == 1
    assert "The time was up: what was saved until then counts." in result
    assert "in grace" in result
    assert "too late</dd>" not in result


@pytest.mark.parametrize("path", ["", "1", "review", "result", "state"])
def test_whatever_page_is_asked_for_after_the_deadline_closes_the_attempt(desk, frozen, path):
    frozen.moment += timedelta(hours=3)
    answer = desk.get(path)
    (attempt,) = desk.attempts()
    assert (attempt.state, attempt.finished_by) == ("closed", "deadline")
    assert attempt.finished_at - attempt.started_at == timedelta(minutes=10)
    assert attempt.reviewed_at is not None
    if path in ("", "1", "review"):
        assert answer.location == f"{desk.url}/result"


@pytest.mark.parametrize("page", ["/quizzes/", None])
def test_the_list_and_the_cover_close_what_is_over(desk, frozen, page):
    frozen.moment += timedelta(hours=3)
    desk.client.get(page or desk.quiz_url)
    assert desk.attempts()[0].state == "closed"


def test_starting_again_after_the_deadline_makes_a_new_attempt(desk, frozen):
    first = desk.attempt_id
    frozen.moment += timedelta(hours=3)
    desk.start()
    assert desk.attempt_id != first
    assert sorted(attempt.state for attempt in desk.attempts()) == ["closed", "open"]


def test_submitting_leads_to_the_result_and_again_changes_nothing(desk, frozen):
    for form in TYPES:
        desk.save(desk.position_of(form), desk.key_of(form))
    assert desk.submit().location == f"{desk.url}/result"
    frozen.moment += timedelta(minutes=1)
    assert desk.submit().status_code == 303
    (attempt,) = desk.attempts()
    assert (attempt.score, attempt.max_score) == (5, 5)
    assert attempt.finished_at == attempt.started_at


def test_going_back_after_the_end_shows_the_result_and_nothing_can_be_written(desk):
    desk.submit()
    for path in ("", "1", "review"):
        assert desk.get(path).location == f"{desk.url}/result"
    assert desk.save(1, {"option": "right", "text": "x"}, as_json=False).status_code == 303
    assert all(row.response is None for row in desk.rows())
    assert desk.get("state").json["state"] == "closed"


def test_the_result_is_told_only_after_the_end(desk):
    assert desk.get("result").location.rstrip("/") == desk.url


def test_a_result_tells_score_keys_reasons_citations_and_what_it_did_to_memory(desk):
    for form in TYPES[:3]:
        desk.save(desk.position_of(form), desk.key_of(form))
    desk.save(desk.position_of("cloze"), {"text": "something else"})
    desk.submit()
    page = " ".join(desk.text("result").split())
    assert "60 %" in page
    assert "3 of 5 marks" in page
    assert "It is the value." in page
    assert "That belongs elsewhere." in page
    assert "A test, first sentence" in page
    assert "something else" in page
    assert "5 September 2014" in page
    assert page.count("If you study it, it comes back") == 4
    assert "left blank" in page


def test_an_earlier_result_tells_nothing_of_what_an_open_quiz_asks(desk):
    for form in TYPES:
        desk.save(desk.position_of(form), desk.key_of(form))
    desk.submit()
    first = desk.url
    assert "5 September 2014" in desk.client.get(f"{first}/result").text
    desk.make(other_count="6")
    desk.start()

    page = " ".join(desk.client.get(f"{first}/result").text.split())

    assert "100 %" in page
    assert page.count("A quiz of yours that is open, or not told yet, asks this as well") == 5
    for telling in (
        "5 September 2014",
        "Value ",
        "It is the value.",
        "A test, first sentence",
        "Which value",
    ):
        assert telling not in page
    desk.submit()
    assert "5 September 2014" in desk.client.get(f"{first}/result").text


def test_a_quiz_that_finds_all_its_facts_in_an_open_one_says_so(desk):
    desk.make(other_count="6")
    other = desk.quiz_url
    desk.start()
    desk.make(other_count="6")

    page = desk.client.get(desk.start().location).text

    assert other != desk.quiz_url
    assert "Another quiz that is open asks" in page
    assert [attempt.state for attempt in desk.attempts()] == ["open", "open"]


@pytest.mark.parametrize("as_json", [True, False])
def test_a_change_from_another_tab_after_the_end_is_told_on_the_result(desk, as_json):
    position = desk.position_of("short")
    desk.submit()
    assert "came too late" not in desk.text("result")
    told = desk.save(position, {"text": "late"}, as_json=as_json)
    assert (told.json["href"] if as_json else told.location) == f"{desk.url}/result"
    assert "This quiz was submitted in another tab or its time was up" in desk.text("result")
    assert "came too late" not in desk.text("result")


def test_half_a_date_after_the_end_is_too_late_as_well(desk):
    position = desk.position_of("date")
    desk.submit()
    assert desk.save(position, {"day": "5"}).json["state"] == "closed"
    assert "came too late" in desk.text("result")


def test_the_end_is_told_in_the_learners_time_zone(desk, frozen):
    with desk.app.app_context():
        db.session.execute(sa.update(Learner).values(time_zone="Asia/Tokyo"))
        db.session.commit()
    desk.submit()
    local = frozen.moment + timedelta(hours=9)
    assert f"{local:%H:%M} JST</time>" in desk.text("result")


def test_a_second_quiz_on_one_day_says_why_memory_stays(desk):
    for unmoved in (0, 4):
        for form in TYPES:
            desk.save(desk.position_of(form), ANSWERS.get(form, ({"text": "something"},))[0])
        desk.submit()
        # Of six facts the second quiz asks the one that the first left out.
        assert desk.text("result").count("Already counted today; memory moves once a day.") == unmoved
        desk.start()
    assert "counts for your memory of each fact, once a day" in desk.client.get(desk.quiz_url).text


@pytest.mark.parametrize("year", ["-44", "99999", "0"])
def test_a_year_that_cannot_be_given_says_which_can(desk, year):
    answer = desk.save(desk.position_of("date"), {"day": "5", "month": "9", "year": year}, as_json=False)
    assert answer.status_code == 422
    assert "Give a year from 1 to 9999." in answer.text
    assert f'value="{year}"' in answer.text


def test_memory_hears_of_a_response_only_after_the_end(desk):
    desk.save(desk.position_of("choice"), {"option": "right"})

    def reviews():
        with desk.app.app_context():
            return db.session.execute(sa.select(sa.func.count()).select_from(Review)).scalar_one()

    assert reviews() == 0
    desk.submit()
    assert reviews() == 1


def test_the_facts_of_a_result_are_put_among_the_decks_on_request(desk):
    assert post(desk.client, f"{desk.url}/deck").status_code == 404
    desk.save(desk.position_of("choice"), {"option": "right"})
    desk.submit()
    answer = post(desk.client, f"{desk.url}/deck")
    assert answer.location == "/study/rivers/"
    assert "among your decks now" in desk.client.get(answer.location, follow_redirects=True).text
    assert "Next: tomorrow" in " ".join(desk.text("result").split())
    with desk.app.app_context():
        assert len(db.session.execute(sa.select(Deck)).all()) == 1


def test_an_attempt_is_there_for_nobody_but_its_learner(desk, make, cast):
    data = {"save_key": str(uuid.uuid4()), "sequence": "1", "text": "x"}
    desk_url = desk.url
    for client in (desk.app.test_client(), make.browser_of(cast.ben), make.browser_of(cast.olga)):
        for path in ("", "1", "review", "result", "state"):
            assert client.get(f"{desk_url}/{path}").status_code == 404
        for path in ("1", "1/flag", "submit", "deck"):
            assert post(client, f"{desk_url}/{path}", data).status_code == 404
    assert desk.attempts()[0].state == "open"
    assert all(row.response is None for row in desk.rows())


def test_positions_and_ids_that_are_not_there_and_wrong_methods_are_refused(desk):
    data = {"save_key": str(uuid.uuid4()), "sequence": "1"}
    for position in ("0", "6", "x"):
        assert desk.get(position).status_code == 404
        assert post(desk.client, f"{desk.url}/{position}", data).status_code == 404
    assert desk.client.get(f"/quizzes/attempts/{uuid.uuid4()}/1").status_code == 404
    assert post(desk.client, f"/quizzes/attempts/{uuid.uuid4()}/submit").status_code == 404
    assert desk.get("submit").status_code == 405
    assert post(desk.client, f"{desk.url}/result").status_code == 405


def test_a_user_who_logged_in_sits_a_quiz_as_a_guest_does(app, make, cast, made, desk):
    mine = type(desk)(app, make.browser_of(cast.ben), made)
    mine.make()
    mine.start()
    mine.save(1, {"option": "right", "text": "x", "day": "5", "month": "9", "year": "2014"})
    assert mine.submit().status_code == 303
    assert mine.get("result").status_code == 200


def test_a_result_can_be_narrowed_to_what_was_not_right(desk):
    desk.save(1, desk.key_of(desk.rows()[0].form))
    desk.submit()
    whole = desk.text("result")
    assert "Show only what was not right (4)" in whole
    assert whole.count('class="result-item"') == 5
    narrowed = desk.text("result?show=wrong")
    assert narrowed.count('class="result-item"') == 4
    assert 'id="question-1"' not in narrowed
    assert "Show all" in narrowed


def test_what_the_source_invents_is_counted_apart_from_what_is_scored(desk, make, app):
    myths = make.question_set("myths", facts=5, fictional=2)
    other = type(desk)(app, app.test_client(), myths)
    other.make(fiction="y")
    other.start()
    other.submit()
    page = " ".join(other.text("result").split())
    assert '<b class="num">3</b><span>blank</span>' in page
    assert "0 of 2 marks (0 right, 0 wrong, 2 blank)" in page


def test_a_question_nobody_touched_does_not_say_that_it_is_saved(desk):
    assert "Nothing given yet" in desk.text("1")
    desk.save(1, desk.key_of(desk.rows()[0].form))
    assert "Nothing given yet" not in desk.text("1")


def test_a_draw_shorter_than_asked_says_why(desk, make, app):
    telling = make.question_set("telling", facts=2)
    with app.app_context():
        for fact in telling.facts:
            for form, question_id in fact.questions.items():
                revision = db.session.get(QuestionRevision, (question_id, 1))
                stem = "Is it Value 0 or Value 1 or 5 September 2014?"
                revision.content = {**revision.content, "stem": stem}
                if form == "true-false":
                    db.session.get(Question, question_id).retired_at = revision.created_at
        db.session.commit()
    other = type(desk)(app, app.test_client(), telling)
    other.make(other_count="2")
    other.start()
    page = other.client.get(f"{other.url}/1").text
    assert "asks 1 question instead of 2" in page
    assert "Question 1 of 1" in page


def test_an_attempt_with_every_question_given_opens_at_the_review(desk):
    for form in TYPES:
        desk.save(desk.position_of(form), desk.key_of(form))
    assert desk.get().location == f"{desk.url}/review"
    assert "Every question has a response" in desk.text("review")


def test_what_cannot_be_read_after_the_deadline_leads_to_the_result(desk, frozen):
    position = desk.position_of("date")
    frozen.moment += timedelta(hours=1)
    fields = {"day": "31", "month": "2", "year": "2014"}
    assert desk.save(position, fields, go="next", as_json=False).location == f"{desk.url}/result"


def test_a_page_far_beyond_the_last_is_empty_and_no_fault(desk):
    for page in ("0", "-5", "9" * 30, "x"):
        assert desk.client.get(f"/quizzes/?page={page}").status_code == 200


@pytest.mark.parametrize("change", [{"active": False}, {"fs_uniquifier": "another session"}])
def test_a_save_from_a_session_that_ended_or_of_an_inactive_user_is_not_taken(
    app, make, cast, made, frozen, change
):
    desk = Desk(app, make.browser_of(cast.ben), made)
    desk.make()
    desk.start()
    given = desk.key_of(desk.rows()[0].form)
    assert desk.save(1, given).status_code == 200
    with app.app_context():
        db.session.execute(sa.update(User).where(User.id == cast.ben.user_id).values(**change))
        db.session.commit()
    assert desk.save(1, given, sequence=2).status_code == 404
    assert desk.rows()[0].sequence == 1
