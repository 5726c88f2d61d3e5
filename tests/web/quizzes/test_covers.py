"""The cover of a quiz and its start: the rules told before, refusals told calmly, declarations and passwords."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from quizapp.database import db
from quizapp.models import Attempt, Learner, Quiz, QuizTaker
from tests.forms import post


def words(desk):
    return " ".join(desk.client.get(desk.quiz_url).text.split())


def start(desk, **fields):
    return post(desk.client, f"{desk.quiz_url}start", fields)


@pytest.mark.parametrize(
    ("navigation", "rule"),
    [("free", "you may go back and forth"), ("forward", "you cannot go back"), ("page", "all on one page")],
)
def test_the_cover_says_how_one_moves_about(sit, navigation, rule):
    assert rule in words(sit(starts=False, navigation=navigation))


def test_the_cover_tells_dates_late_policy_attempts_and_marks_before_the_start(sit, frozen):
    desk = sit(
        starts=False,
        due_at=frozen.moment + timedelta(days=1),
        closes_at=frozen.moment + timedelta(days=4),
        late_steps=[[24, 80], [72, 50]],
        most_attempts=3,
        wait_seconds=3600,
        scoring="average",
        negative_percent=25,
        partial_credit=False,
        instructions="Work alone.\n\nTake <care>.",
    )
    with desk.app.app_context():
        db.session.execute(sa.update(Learner).values(time_zone="Asia/Tokyo"))
        db.session.commit()
    page = words(desk)
    assert "2 March 2026, 21:00 JST" in page
    assert (
        "80 % of the score counts for up to 24 hours, then 50 % of the score counts for up to 3 days" in page
    )
    assert "3 attempts left. Between two of them lie at least 1 h. The average of all scores counts." in page
    assert "A wrong response costs 25 %" in page
    assert "Only what is right as a whole counts." in page
    assert "<p>Work alone.</p>" in page
    assert "Take &lt;care&gt;." in page


def test_the_scale_of_certainty_stands_in_a_table(sit):
    page = words(sit(starts=False, certainty=True))
    assert '<th scope="row">Certain</th> <td class="num">+3</td> <td class="num">−6</td>' in page


def test_extra_time_is_told_with_the_limit(sit):
    desk = sit(starts=False, extra_time_percent=50)
    assert "15 min, with your extra time of 50 %" in words(desk)


def test_a_quiz_that_closes_soon_says_how_long_is_left(sit, frozen):
    desk = sit(starts=False, closes_at=frozen.moment + timedelta(minutes=4))
    assert "whoever starts now has 4 min" in words(desk)


def test_before_it_opens_nothing_starts_and_the_cover_says_when(sit, frozen):
    desk = sit(starts=False, opens_at=frozen.moment + timedelta(hours=2))
    assert "Not open yet" in words(desk)
    assert "14:00 UTC" in words(desk)
    assert start(desk).location == desk.quiz_url
    assert desk.attempts() == []


def test_when_it_has_closed_nothing_starts(sit, frozen):
    desk = sit(starts=False, closes_at=frozen.moment - timedelta(hours=2))
    assert "This quiz is closed" in words(desk)
    assert start(desk).location == desk.quiz_url
    assert desk.attempts() == []


def test_when_no_attempt_is_left_the_cover_says_who_can_grant_one(sit):
    desk = sit(most_attempts=1)
    desk.submit()
    assert "No attempts left" in words(desk)
    assert start(desk).location == desk.quiz_url
    assert len(desk.attempts()) == 1


def test_between_two_attempts_the_cover_says_when_one_may_start_again(sit, frozen):
    desk = sit(wait_seconds=3600)
    desk.submit()
    page = words(desk)
    assert "You may start again at" in page
    assert "13:00 UTC" in page
    assert start(desk).location == desk.quiz_url
    frozen.moment += timedelta(hours=1)
    assert "/attempts/" in start(desk).location


def test_without_the_declaration_nothing_starts(sit):
    desk = sit(starts=False, honour_line="I work alone.")
    assert "I declare: I work alone." in words(desk)
    answer = start(desk)
    assert answer.status_code == 422
    assert "Tick this to declare it" in answer.text
    assert desk.attempts() == []
    assert "/attempts/" in start(desk, honour="y").location


def test_a_wrong_password_is_told_and_keeps_the_rest(sit):
    desk = sit(starts=False, honour_line="I work alone.", password="river")
    assert "river" not in desk.client.get(desk.quiz_url).text
    answer = start(desk, honour="y", password="lake")
    assert answer.status_code == 422
    assert "This is not the password of this quiz." in answer.text
    assert re.search(r'<input [^>]*checked[^>]*name="honour"', answer.text)
    assert "lake" not in answer.text
    assert "Enter the password" in start(desk, honour="y").text
    assert desk.attempts() == []
    assert "/attempts/" in start(desk, honour="y", password="river").location


def test_passwords_cannot_be_guessed_without_end(sit):
    desk = sit(starts=False, password="river")
    answers = [start(desk, password=f"guess {number}").status_code for number in range(12)]
    assert answers[:10] == [422] * 10
    assert answers[10:] == [429] * 2


def test_a_second_press_and_the_way_back_lead_to_the_same_attempt(sit):
    desk = sit(starts=False, password="river")
    first = start(desk, password="river").location
    # Going on needs no password.
    assert start(desk).location == first
    assert "You are in the middle of this quiz" in words(desk)
    assert len(desk.attempts()) == 1


def test_looking_starts_nothing(sit):
    desk = sit(starts=False)
    assert desk.client.get(f"{desk.quiz_url}start").status_code == 405
    words(desk)
    assert desk.attempts() == []


def test_a_quiz_that_was_put_away_cannot_be_started_by_those_who_took_it(sit):
    desk = sit(starts=False)
    with desk.app.app_context():
        quiz = db.session.execute(sa.select(Quiz)).scalar_one()
        learner = db.session.execute(sa.select(Learner)).scalar_one()
        db.session.add(QuizTaker(learner_id=learner.id, quiz_id=quiz.id, joined_at=quiz.created_at))
        quiz.kind, quiz.state, quiz.made_by = "taught", "archived", uuid.uuid4()
        db.session.commit()
    assert "has put it away" in words(desk)
    assert start(desk).status_code == 404
    assert desk.attempts() == []


def test_a_preview_says_so_and_ends_without_a_trace(make, cast, app, frozen):
    made = make.question_set(facts=6)
    browser = make.browser_of(cast.ada)
    quiz_id = uuid.uuid4()
    with app.app_context():
        row = Quiz(
            id=quiz_id,
            kind="taught",
            state="draft",
            question_set_id=made.id,
            made_by=cast.ada.learner_id,
            owner_id=cast.ada.user_id,
            title="Rivers",
            question_count=1,
            created_at=frozen.moment,
        )
        db.session.add(row)
        db.session.flush()
        attempt = Attempt(
            learner_id=cast.ada.learner_id, quiz_id=quiz_id, started_at=frozen.moment, is_preview=True
        )
        db.session.add(attempt)
        db.session.commit()
        url = f"/quizzes/attempts/{attempt.id}"
    page = browser.get(f"{url}/review")
    assert "Preview: leaves no trace" in page.text
    assert post(make.browser_of(cast.ben), f"{url}/end").status_code == 404
    assert browser.get(f"{url}/end").status_code == 405
    assert post(browser, f"{url}/end").location == f"/teaching/quizzes/{quiz_id}/"
    assert browser.get(f"{url}/review").status_code == 404
    assert post(browser, f"{url}/end").status_code == 404


def test_an_attempt_that_counts_cannot_be_ended_as_a_preview(desk):
    assert post(desk.client, f"{desk.url}/end").status_code == 404
    assert len(desk.attempts()) == 1
    assert "leaves no trace" not in desk.text("1")
