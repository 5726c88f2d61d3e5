"""Putting a quiz together: what it is about, how many questions, how long, and when the keys are shown."""

from __future__ import annotations

import pytest

from quizapp.core.disclosure import AFTER_THE_ATTEMPT, AT_ONCE
from tests.forms import post
from tests.histories import review


def test_three_clicks_lead_into_a_quiz(fresh):
    choose = fresh.client.get("/quizzes/new").text
    assert 'href="/quizzes/new?set=rivers"' in choose
    page = fresh.client.get("/quizzes/new?set=rivers").text
    # Everything is chosen already: all topics, a number, a time, the keys at the end.
    assert page.count("checked") >= 5
    answer = fresh.make(count="5", other_count="")
    fresh.start()
    assert answer.status_code == 303
    assert len(fresh.rows()) == 5


def test_keys_come_at_the_end_or_as_one_goes(fresh):
    fresh.make()
    fresh.make(feedback="each", time="20")
    shown = {quiz.time_limit_seconds: quiz.disclosure for quiz in fresh.quizzes()}
    assert shown == {600: AFTER_THE_ATTEMPT, 1200: AT_ONCE}
    refused = fresh.make(feedback="never")
    assert refused.status_code == 422
    assert "Choose when the keys are shown." in refused.text


def test_several_sets_make_one_quiz(fresh, make):
    make.question_set("lakes", facts=4)
    assert "Several sets at once" in fresh.client.get("/quizzes/new").text
    page = fresh.client.get("/quizzes/new?set=rivers&set=lakes").text
    assert "A quiz on Rivers and Lakes" in page
    assert "Lakes: Length (2 facts)" in page
    answer = post(
        fresh.client,
        "/quizzes/new?set=rivers&set=lakes",
        {"topics": ["rivers/length", "lakes/mouth"], "count": "other", "other_count": "4", "time": "none"},
    )
    assert answer.status_code == 303
    (quiz,) = fresh.quizzes()
    assert quiz.title == "Rivers and Lakes"
    assert [(rule.count, rule.topics) for rule in quiz.rule.rules] == [(2, ("length",)), (2, ("mouth",))]
    fresh.quiz_url = answer.location
    fresh.start()
    assert len(fresh.rows()) == 4


def test_too_many_questions_of_several_sets_come_back_with_what_was_chosen(fresh, make):
    make.question_set("lakes", facts=4)
    answer = post(
        fresh.client,
        "/quizzes/new?set=rivers&set=lakes",
        {"topics": ["lakes/mouth"], "count": "other", "other_count": "9", "time": "10"},
    )
    assert answer.status_code == 422
    assert "ask for at most 2" in answer.text
    assert 'value="9"' in answer.text


def test_mistakes_and_what_is_known_least_are_offered_where_there_are_some(app, make, frozen, made):
    learner_id = make.guest()
    client = make.browser_of_guest(learner_id)
    assert "From your memory" not in client.get("/quizzes/new").text
    for at in (0, 1, 2):
        review(app, learner_id, made.facts[at].id, days_ago=2, right=at != 1)
    page = client.get("/quizzes/new").text
    assert "1 fact that you got wrong the last time" in page
    assert "3 facts that you began" in page
    mistakes = client.get("/quizzes/new?by=mistakes").text
    assert "<h1>What I got wrong</h1>" in mistakes
    assert "At most 1" in mistakes
    answer = post(client, "/quizzes/new?by=mistakes", {"count": "other", "other_count": "1", "time": "none"})
    assert answer.status_code == 303
    started = post(client, f"{answer.location}start")
    assert "/attempts/" in started.location
    page = client.get(started.location, follow_redirects=True).text
    assert "fact 1 " in page.lower()


@pytest.mark.parametrize(("by", "words"), [("mistakes", "No mistake waits"), ("weak", "Nothing begun yet")])
def test_where_memory_has_nothing_the_page_says_what_to_do(fresh, by, words):
    for client in (fresh.client, fresh.app.test_client()):
        assert words in client.get(f"/quizzes/new?by={by}").text
        fresh.make()
    assert post(fresh.client, f"/quizzes/new?by={by}", {"count": "5", "time": "10"}).status_code == 422


def test_what_is_named_and_not_there_is_not_found(fresh, make, cast):
    make.question_set("lakes", state="draft", owner=cast.ada)
    assert fresh.client.get("/quizzes/new?set=rivers&set=lakes").status_code == 404
    assert fresh.client.get("/quizzes/new?by=chance").status_code == 404
    many = "&".join(f"set=s{n}" for n in range(21))
    assert fresh.client.get(f"/quizzes/new?{many}").status_code == 400
    assert fresh.client.delete("/quizzes/new").status_code in {400, 405}
