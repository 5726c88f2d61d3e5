"""Pasted lines: looked at first, then brought in; nothing pasted is lost."""

from __future__ import annotations

import pytest

from quizapp.models.question_sets import find_set
from quizapp.operations import question_sets
from tests.forms import post

GOOD = "Which river flows through Vienna?\tDanube\tDonau|Duna\r\nThe capital city of Peru?\tLima"
BAD = "No tab in this line"


@pytest.fixture
def ada(make, cast):
    return make.browser_of(cast.ada)


@pytest.fixture
def rivers(ada):
    post(ada, "/author/new", {"title": "Rivers", "topics": "Length", "language": "en"})
    return "rivers"


def paste(client, text, action="preview", **words):
    return post(
        client, "/author/rivers/paste", {"text": text, "action": action, "topic": "", "mode": "good", **words}
    )


def stems(app):
    with app.app_context():
        return [one.question.stem for one in question_sets.list_written(find_set("rivers"))]


def test_the_preview_shows_what_each_line_becomes_and_saves_nothing(ada, rivers, app):
    page = paste(ada, GOOD)

    assert page.status_code == 200
    assert "2 questions to add" in page.text
    assert "Donau, Duna" in page.text
    assert "Add 2 questions" in page.text
    assert stems(app) == []


def test_good_lines_are_brought_in_with_their_topic(ada, rivers, app):
    answer = paste(ada, GOOD, "import", topic="length")

    assert answer.location == "/author/rivers/"
    assert stems(app) == ["Which river flows through Vienna?", "The capital city of Peru?"]
    with app.app_context():
        assert {one.question.topic for one in question_sets.list_written(find_set("rivers"))} == {"length"}


def test_a_line_with_a_problem_is_named_by_its_number_and_all_is_kept(ada, rivers, app):
    page = paste(ada, f"{GOOD}\r\n\r\n{BAD}\r\nIs Lima the capital?\tLima")

    assert "Line 4" in page.text
    assert "There is no tab" in page.text
    assert "Line 5" in page.text
    assert "The question holds the right response" in page.text
    assert BAD in page.text
    assert "Which river flows through Vienna?\tDanube\tDonau|Duna" in page.text
    assert stems(app) == []


def test_the_good_lines_come_in_and_the_others_stay_in_the_box(ada, rivers, app):
    page = paste(ada, f"{BAD}\r\n{GOOD}", "import")

    assert page.status_code == 200
    assert "2 questions are added." in page.text
    assert "Line 1" in page.text
    assert f">\r\n{BAD}</textarea>" in page.text
    assert len(stems(app)) == 2


def test_all_or_nothing_adds_nothing_while_a_line_has_a_problem(ada, rivers, app):
    page = paste(ada, f"{GOOD}\r\n{BAD}", "import", mode="all")

    assert page.status_code == 422
    assert "Nothing was added" in page.text
    assert BAD in page.text
    assert stems(app) == []
    assert paste(ada, GOOD, "import", mode="all").status_code == 302
    assert len(stems(app)) == 2


def test_lines_sent_twice_come_in_once(ada, rivers, app):
    paste(ada, GOOD, "import")

    page = paste(ada, GOOD, "import")

    assert "The set has this question already." in page.text
    assert len(stems(app)) == 2


@pytest.mark.parametrize("text", ["", " \r\n\t\r\n"])
def test_an_empty_box_is_told_to_be_empty(ada, rivers, text):
    page = paste(ada, text)

    assert page.status_code == 422
    assert "Paste at least one line." in page.text


def test_a_set_that_is_full_takes_no_line_and_all_is_kept(ada, rivers, app, monkeypatch):
    monkeypatch.setattr("quizapp.operations.question_sets.questions.MAX_QUESTIONS", 1)

    page = paste(ada, GOOD, "import")

    assert page.status_code == 422
    assert "Nothing was added" in page.text
    assert "Lima" in page.text
    assert stems(app) == []


def test_a_topic_of_another_set_is_refused(ada, rivers, app):
    assert paste(ada, GOOD, "import", topic="elsewhere").status_code == 422
    assert stems(app) == []


def test_two_thousand_lines_are_read_and_what_is_more_stays_in_the_box(ada, rivers, app):
    text = "\r\n".join(
        f"What is the name of river number {number}?\tRiver-{number}x" for number in range(2_003)
    )

    page = paste(ada, text, "import")

    assert "2,000 questions are added." in page.text
    for number in (2_000, 2_001, 2_002):
        assert f"What is the name of river number {number}?" in page.text
    assert "What is the name of river number 1999?" not in page.text
    assert len(stems(app)) == 2_000
