"""The pages of papers: the papers hold no key, the keys stand on a page of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizapp.operations import quizzes
from tests.histories import attempt, taught_quiz

if TYPE_CHECKING:
    from flask import Flask

    from tests.factories import Cast, Factory


def test_papers_ask_and_keys_tell_on_pages_of_their_own(app: Flask, make: Factory, cast: Cast) -> None:
    made = make.question_set(facts=2)
    with app.app_context():
        quiz_id = taught_quiz(made, cast.ada, [fact.questions["short"] for fact in made.facts])
    ada = make.browser_of(cast.ada)
    address = f"/teaching/quizzes/{quiz_id}/print"
    papers = ada.get(address).text
    assert "Version A" in papers
    assert "Version B" in papers
    assert "Value 0" not in papers
    assert "Value 0" in ada.get(f"{address}/key").text
    one = ada.get(f"{address}?versions=1&draw=x").text
    assert "Version A" not in one
    assert one.count('class="paper-question"') == 2


def test_a_quiz_without_questions_says_so(app: Flask, make: Factory, cast: Cast) -> None:
    made = make.question_set(facts=1)
    with app.app_context():
        quiz_id = taught_quiz(made, cast.ada, [])
    page = make.browser_of(cast.ada).get(f"/teaching/quizzes/{quiz_id}/print")
    assert page.status_code == 200
    assert "Nothing can be printed yet" in page.text


def test_ones_own_quiz_prints_what_no_open_quiz_asks(app: Flask, make: Factory, cast: Cast) -> None:
    made = make.question_set(facts=3)
    opened = attempt(app, cast.ben.learner_id, made, [made.facts[0].questions["choice"]])
    with app.app_context():
        found = quizzes.find_attempt(cast.ben.learner_id, opened).quiz_id
    ben = make.browser_of(cast.ben)
    assert ben.get(f"/quizzes/{found}/print/key").status_code == 200
    assert make.browser_of(cast.cleo).get(f"/quizzes/{found}/print").status_code == 404
