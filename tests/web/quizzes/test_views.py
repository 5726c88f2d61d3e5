"""The list of quizzes, making one, and its cover."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core.disclosure import ALL_AFTER_CLOSE, disclosure_to_dict
from quizapp.database import db, run_tx
from quizapp.models import Attempt, Fact, Learner, QuestionSet, Quiz
from quizapp.operations import quizzes
from tests.forms import post
from tests.histories import taught_quiz


def test_a_visitor_is_told_how_to_begin_and_no_learner_is_made(fresh):
    page = fresh.client.get("/quizzes/")
    assert page.status_code == 200
    assert "No quiz yet" in page.text
    assert fresh.client.get("/quizzes/new").status_code == 200
    assert fresh.client.get("/quizzes/new?set=rivers").status_code == 200
    with fresh.app.app_context():
        assert db.session.execute(sa.select(Learner)).first() is None


def test_the_sets_to_choose_from_are_the_published_ones(fresh, make):
    make.question_set("lakes", state="draft")
    page = fresh.client.get("/quizzes/new").text
    assert "Rivers" in page
    assert "Lakes" not in page


def test_a_form_makes_a_quiz_of_a_guest_and_leads_to_its_cover(fresh):
    answer = fresh.make(count="5", other_count="", time="20", topics=["length", "mouth"])
    assert answer.status_code == 303
    (quiz,) = fresh.quizzes()
    assert (
        quiz.question_count,
        quiz.time_limit_seconds,
        list(quiz.rule.topics),
        quiz.rule.includes_fiction,
    ) == (
        5,
        1200,
        [],
        False,
    )
    cover = fresh.client.get(answer.location).text
    assert "5, one a page" in " ".join(cover.split())
    assert "20 min" in cover
    assert "Start the clock" in cover


def test_a_chosen_topic_another_number_and_no_limit_are_kept(fresh):
    fresh.make(topics=["mouth"], other_count="3", time="none", fiction="y")
    (quiz,) = fresh.quizzes()
    assert (quiz.question_count, quiz.time_limit_seconds, quiz.rule.topics) == (3, None, ("mouth",))
    assert quiz.rule.includes_fiction
    assert "No limit" in fresh.client.get(fresh.quiz_url).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"topics": []}, "Choose at least one topic."),
        ({"topics": ["mouth"], "other_count": "4"}, "ask for at most 3"),
        ({"other_count": ""}, "Give the number of questions"),
        ({"other_count": "0"}, "Give the number of questions in digits"),
        ({"other_count": "ten"}, "Give the number of questions in digits"),
        ({"time": "other", "other_minutes": "x"}, "Give the minutes in digits"),
        ({"count": "7"}, "Choose how many questions."),
        ({"time": "other", "other_minutes": ""}, "Give the minutes"),
        ({"time": "other", "other_minutes": "1441"}, "from 1 to 1440"),
        ({"time": "7"}, "Choose a time."),
    ],
)
def test_a_form_that_cannot_be_met_comes_back_with_its_error_and_its_input(fresh, fields, words):
    answer = fresh.make(**fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert fresh.quizzes() == []
    if fields.get("other_count"):
        assert f'value="{fields["other_count"]}"' in answer.text


def test_facts_without_a_topic_are_asked_where_all_topics_are_chosen(fresh):
    with fresh.app.app_context():
        db.session.execute(sa.update(Fact).where(Fact.key.in_(["fact-0", "fact-1"])).values(topic=""))
        db.session.commit()
    everything = ["length", "mouth", ""]
    assert fresh.make(topics=everything, other_count="7").status_code == 422
    assert fresh.make(topics=everything, other_count="6").status_code == 303
    assert fresh.quizzes()[0].rule.topics == ()
    fresh.start()
    assert len(fresh.rows()) == 6


def test_facts_without_a_topic_are_a_box_of_their_own(fresh):
    with fresh.app.app_context():
        db.session.execute(sa.update(Fact).where(Fact.key != "fact-0").values(topic=""))
        db.session.commit()
    page = fresh.client.get("/quizzes/new?set=rivers").text
    assert "Length (1 fact)" in page
    assert "Without a topic (5 facts)" in page
    assert "Mouth" not in page
    refused = fresh.make(topics=["length"], other_count="2")
    assert "There is 1 fact to ask about in what you chose: ask for at most 1." in refused.text
    assert fresh.make(topics=[""], other_count="5").status_code == 303
    (quiz,) = fresh.quizzes()
    assert (quiz.title, quiz.rule.topics) == ("Rivers: without a topic", ("",))
    fresh.start()
    assert len(fresh.rows()) == 5


def test_a_set_without_any_topic_offers_no_boxes(fresh, make):
    make.question_set("lakes", topics=())
    assert "Topics" not in fresh.client.get("/quizzes/new?set=lakes").text


def test_invented_facts_are_counted_beside_the_others(fresh, make):
    make.question_set("myths", facts=6, fictional=2)
    assert "Length (2 facts, and 1 invented)" in fresh.client.get("/quizzes/new?set=myths").text


def test_what_stands_in_a_field_that_was_not_chosen_does_not_stand_in_the_way(fresh):
    assert fresh.make(count="5", other_count="many", time="5", other_minutes="-1").status_code == 303


def test_a_form_sent_twice_makes_one_quiz(fresh):
    quiz_id = str(uuid.uuid4())
    assert fresh.make(quiz_id=quiz_id).location == fresh.make(quiz_id=quiz_id).location
    assert len(fresh.quizzes()) == 1


def test_a_form_with_the_id_of_somebody_elses_quiz_takes_nothing_over(fresh, app, made):
    quiz_id = str(uuid.uuid4())
    fresh.make(quiz_id=quiz_id)
    stranger = type(fresh)(app, app.test_client(), made)
    assert stranger.make(quiz_id=quiz_id).status_code == 404
    assert stranger.make(quiz_id="none").status_code == 303


def test_what_the_source_invents_is_offered_only_where_there_is_some(fresh, make):
    make.question_set("myths", facts=4, fictional=2)
    assert "source invents" in fresh.client.get("/quizzes/new?set=myths").text
    assert "source invents" not in fresh.client.get("/quizzes/new?set=rivers").text


def test_a_set_without_questions_says_so(fresh, make):
    make.question_set("empty", facts=0)
    assert "Nothing to ask yet" in fresh.client.get("/quizzes/new?set=empty").text


def test_a_draft_is_not_there_for_others_but_for_its_author(fresh, make, cast):
    make.question_set("lakes", state="draft", owner=cast.ada)
    for client in (fresh.client, make.browser_of(cast.cleo)):
        assert client.get("/quizzes/new?set=lakes").status_code == 404
    assert make.browser_of(cast.ada).get("/quizzes/new?set=lakes").status_code == 200
    assert fresh.client.get("/quizzes/new?set=nowhere").status_code == 404
    assert post(fresh.client, "/quizzes/new").status_code == 400


def test_starting_leads_into_the_attempt_and_again_into_the_same_one(desk):
    assert desk.start().status_code == 303
    first = desk.attempt_id
    desk.start()
    assert desk.attempt_id == first
    assert len(desk.attempts()) == 1
    assert "You are in the middle of this quiz" in desk.client.get(desk.quiz_url).text
    index = desk.client.get("/quizzes/").text
    assert "In the middle of" in index
    assert "10 minutes left" in index


def test_a_quiz_is_there_for_nobody_but_who_made_it(desk, make, cast):
    for client in (desk.app.test_client(), make.browser_of(cast.ben), make.browser_of(cast.olga)):
        assert client.get(desk.quiz_url).status_code == 404
        assert post(client, f"{desk.quiz_url}start").status_code == 404


def test_a_quiz_of_a_set_that_was_withdrawn_cannot_be_started_but_its_results_stay(desk):
    desk.submit()
    with desk.app.app_context():
        db.session.execute(sa.update(QuestionSet).values(state="archived"))
        db.session.commit()
    cover = desk.client.get(desk.quiz_url).text
    assert "was withdrawn" in cover
    assert "Earlier attempts" in cover
    assert post(desk.client, f"{desk.quiz_url}start").status_code == 404
    assert desk.get("result").status_code == 200


def test_a_quiz_whose_facts_are_gone_says_so_instead_of_starting(desk):
    desk.submit()
    with desk.app.app_context():
        db.session.execute(sa.update(Fact).values(retired_at=sa.func.current_timestamp()))
        db.session.commit()
    answer = post(desk.client, f"{desk.quiz_url}start", follow_redirects=True)
    assert "Nothing is left to ask" in answer.text
    assert len(desk.attempts()) == 1


def test_the_cover_says_before_the_start_how_many_are_asked_and_why_there_are_fewer(desk):
    first = desk.quiz_url
    desk.make(other_count="6")
    cover = desk.client.get(desk.quiz_url).text
    assert "You asked for 6; 1 question can be asked together now." in cover
    assert "What another open quiz asks is left out until you finish it" in cover
    assert f'<a href="{desk.url}/">Rivers</a>' in cover
    page = post(desk.client, f"{desk.quiz_url}start", {"count": "1"}, follow_redirects=True).text
    assert "Question 1 of 1" in page
    assert "instead of" not in page
    assert "You asked for" not in desk.client.get(first).text


def test_a_cover_with_nothing_left_to_ask_offers_no_start(desk):
    desk.make(other_count="5", fiction="")
    post(desk.client, f"{desk.quiz_url}start", {"count": "1"})
    desk.make(other_count="5")
    cover = desk.client.get(desk.quiz_url).text
    assert "Nothing is left to ask at the moment." in cover
    assert "Start the clock" not in cover


def test_a_finished_quiz_is_taken_again_by_way_of_its_rules(desk):
    desk.submit()
    page = desk.text("result")
    assert f'href="{desk.quiz_url}"' in page
    assert f'action="{desk.quiz_url}start"' not in page


def test_closed_attempts_are_listed_with_their_scores(desk):
    desk.save(desk.position_of("choice"), desk.key_of("choice"))
    desk.submit()
    for page in ("/quizzes/", desk.quiz_url):
        assert "1 of 5" in desk.client.get(page).text


def test_extra_time_is_told_on_the_cover(desk):
    with desk.app.app_context():
        db.session.execute(sa.update(Learner).values(extra_time_percent=50))
        db.session.commit()
    cover = desk.client.get(desk.quiz_url).text
    assert "15 min, with your extra time of 50 %" in " ".join(cover.split())


def test_wrong_methods_and_missing_ids_are_refused(desk):
    assert desk.client.get(f"{desk.quiz_url}start").status_code == 405
    assert post(desk.client, "/quizzes/").status_code == 405
    assert desk.client.get(f"/quizzes/{uuid.uuid4()}/").status_code == 404
    assert desk.client.get("/quizzes/1/").status_code == 404


def test_a_quiz_of_ones_own_is_started_again_from_the_list(desk):
    desk.submit()
    page = desk.client.get("/quizzes/").text
    assert f'action="{desk.quiz_url}start"' in page
    assert f'href="{desk.quiz_url}share"' in page
    desk.start()
    assert f'action="{desk.quiz_url}start"' not in desk.client.get("/quizzes/").text


def test_older_quizzes_are_shown_on_demand(desk):
    with desk.app.app_context():
        first = db.session.execute(sa.select(Quiz)).scalars().one()
        columns = {"question_set_id": first.question_set_id, "made_by": first.made_by, "question_count": 1}
        db.session.add_all(
            [
                Quiz(title=f"Number {n}", created_at=first.created_at + timedelta(hours=n + 1), **columns)
                for n in range(13)
            ]
        )
        db.session.commit()
    page = desk.client.get("/quizzes/").text
    assert "Show 2 older quizzes as well" in page
    assert "Number 0<" not in page
    everything = desk.client.get("/quizzes/?all=1").text
    assert "Number 0<" in everything
    assert "older quizzes" not in everything


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, ["Open"]),
        ({"opens_at": 1}, ["Not open yet", "opens"]),
        ({"closes_at": -1}, ["Closed"]),
        ({"due_at": 2, "closes_at": 5, "most_attempts": 3}, ["Open", "due", "3 attempts left"]),
        ({"due_at": -2, "closes_at": 5}, ["late; closes"]),
        ({"due_at": -2}, ["was due"]),
    ],
)
def test_the_list_says_where_a_quiz_given_to_one_stands(desk, cast, settings, words):
    values = {
        name: clock.now() + timedelta(hours=value) if name.endswith("_at") else value
        for name, value in settings.items()
    }
    with desk.app.app_context():
        quiz_id = taught_quiz(desk.set, cast.ada, [desk.set.facts[0].questions["choice"]], **values)
        learner_id = db.session.execute(sa.select(Attempt.learner_id)).scalars().first()
        run_tx(lambda: quizzes.join_quiz(learner_id, quiz_id, "Ida", clock.now()))
    page = " ".join(desk.client.get("/quizzes/").text.split())
    row = page[page.index("Given to you") : page.index("Your quizzes")]
    assert all(word in row for word in words)


def test_a_score_that_is_not_shown_yet_does_not_stand_in_the_list(desk):
    desk.save(desk.position_of("choice"), desk.key_of("choice"))
    desk.submit()
    with desk.app.app_context():
        db.session.execute(sa.update(Quiz).values(shows=disclosure_to_dict(ALL_AFTER_CLOSE)))
        db.session.commit()
    page = desk.client.get("/quizzes/").text
    assert "not shown yet" in page
    assert "1 of 5" not in page
