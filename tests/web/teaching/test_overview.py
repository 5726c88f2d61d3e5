"""An instructor's quizzes: listed, made in three choices, looked at, published, shared, copied, put away."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from quizapp import clock
from quizapp.core.disclosure import ALL_AFTER_CLOSE
from quizapp.core.quiz_contents import Contents
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Attempt, Learner, Quiz
from quizapp.operations import quizzes
from tests.forms import post
from tests.taught import Taught

NEW = "/teaching/quizzes/new"
DEEDS = ("publish", "unpublish", "archive", "duplicate", "share", "unshare", "preview")


def fields(made, **values):
    return {"title": "Mid-term", "question_set": str(made.id), "preset": "examination", **values}


def test_a_quiz_is_for_its_instructor_and_administrators(refused, ada, quiz):
    refused("GET")
    for deed in DEEDS:
        refused("POST", deed, works=303)
        assert ada.get(quiz.url(deed)).status_code == 405, deed


def test_the_list_and_a_new_quiz_are_for_instructors(others):
    guest, ben, gil = (browser for browser, _ in others.values())
    for address in ("/teaching/quizzes/", NEW):
        assert "log-in" in guest.get(address).location
        assert ben.get(address).status_code == 403
        assert gil.get(address).status_code == 200
    assert post(ben, NEW).status_code == 403


def test_a_personal_quiz_has_no_such_pages_not_even_for_an_administrator(app, quiz, make, cast):
    with app.app_context():
        db.session.execute(sa.update(Quiz).values(kind="personal", owner_id=None))
        db.session.commit()
    for person in (cast.ada, cast.olga):
        assert make.browser_of(person).get(quiz.url()).status_code == 404


def test_without_a_quiz_the_list_says_what_to_do(ada):
    page = ada.get("/teaching/quizzes/").text
    assert "No quiz yet" in page
    assert f'href="{NEW}"' in page


def test_the_list_says_how_it_stands_with_each(ada, app, make, cast, frozen):
    taught = Taught(app, make, cast)
    taught.start(taught.join(cast.ben))
    taught.finished(taught.join(cast.cleo))
    page = ada.get("/teaching/quizzes/").text
    for words in ("Two on rivers", "Published", "2 learners", "1 finished attempt", "1 is working on it now"):
        assert words in page


def test_an_administrator_sees_whose_quiz_it_is(quiz, make, cast):
    assert "by Ada" in make.browser_of(cast.olga).get("/teaching/quizzes/").text


def test_the_navigation_leads_instructors_here_and_nobody_else(ada, make, cast, client):
    assert 'href="/teaching/quizzes/"' in ada.get("/library/").text
    for browser in (make.browser_of(cast.ben), client):
        assert 'href="/teaching/quizzes/"' not in browser.get("/library/").text


def test_three_choices_make_a_draft(ada, app, quiz):
    answer = post(ada, NEW, fields(quiz.set, quiz_id=str(new_row_id())))
    assert answer.status_code == 303
    page = ada.get(answer.location).text
    for words in (
        "Mid-term",
        "Draft",
        "4 questions",
        "1 h in all",
        "One attempt",
        "Nothing before the close",
    ):
        assert words in page


def test_a_form_sent_twice_makes_one_quiz(ada, app, quiz):
    sent = fields(quiz.set, quiz_id=str(new_row_id()))
    assert post(ada, NEW, sent).location == post(ada, NEW, sent).location
    with app.app_context():
        assert db.session.execute(sa.select(sa.func.count()).select_from(Quiz)).scalar_one() == 2


def test_the_id_of_somebody_elses_quiz_makes_nothing(quiz, others):
    gil = others["gil"][0]
    assert post(gil, NEW, fields(quiz.set, quiz_id=str(quiz.id))).location.endswith("/new")
    assert quiz.row.title == "Rivers of Asia"


def test_a_bad_form_comes_back_with_its_error_and_what_was_typed(ada, quiz):
    for wrong, words in (
        ({"title": " "}, "Give the quiz a title."),
        ({"title": "x" * 201}, "Shorten the title"),
        ({"preset": "party"}, "Choose what the quiz is for"),
        ({"question_set": "nowhere"}, "Not a valid choice"),
    ):
        answer = post(ada, NEW, fields(quiz.set, title="Typed title") | wrong)
        assert answer.status_code == 422, wrong
        assert words in answer.text, wrong
        assert wrong.get("title", "Typed title").strip() in answer.text, wrong


def test_the_draft_of_another_instructor_is_not_offered_and_not_taken(ada, make, cast, quiz):
    secret = make.question_set("secrets", owner=cast.olga, state="draft")
    assert "Secrets" not in ada.get(NEW).text
    assert post(ada, NEW, fields(secret)).status_code == 422


def test_without_any_set_it_says_what_to_do(ada):
    page = ada.get(NEW).text
    assert "Nothing to ask yet" in page
    assert post(ada, NEW, {"title": "Mid-term"}).status_code == 200


def test_what_is_missing_is_said_and_leads_to_where_it_is_mended(ada, quiz):
    quiz.change(shows=ALL_AFTER_CLOSE)
    quiz.ask(Contents(()))
    page = ada.get(quiz.url()).text
    assert "Before it can be published" in page
    assert f'href="{quiz.url("settings")}#closes_at"' in page
    assert f'href="{quiz.url("questions")}"' in page
    assert quiz.url("publish") not in page
    post(ada, quiz.url("publish"))
    assert quiz.row.state == "draft"
    assert "Not published yet, and nothing was changed." in ada.get(quiz.url()).text


def test_it_is_published_and_taken_back_while_nobody_began(ada, quiz):
    assert "Ready to be published" in ada.get(quiz.url()).text
    post(ada, quiz.url("publish"))
    assert quiz.row.state == "published"
    assert "Make it a draft again" in ada.get(quiz.url()).text
    post(ada, quiz.url("unpublish"))
    assert quiz.row.state == "draft"


def test_what_learners_began_is_no_draft_any_more(ada, app, make, cast, frozen):
    taught = Taught(app, make, cast)
    taught.start(taught.join(cast.ben))
    url = f"/teaching/quizzes/{taught.id}/"
    assert "Make it a draft again" not in ada.get(url).text
    post(ada, url + "unpublish")
    assert "cannot become a draft again" in ada.get(url).text
    with app.app_context():
        assert db.session.get(Quiz, taught.id).state == "published"


def test_archived_it_can_be_published_again(ada, quiz):
    quiz.publish()
    post(ada, quiz.url("archive"))
    assert quiz.row.state == "archived"
    assert "Publish again" in ada.get(quiz.url()).text


def test_the_link_is_made_once_and_taken_back(ada, quiz):
    assert "Make a link" in ada.get(quiz.url()).text
    post(ada, quiz.url("share"))
    key = quiz.row.share_key
    post(ada, quiz.url("share"))
    assert quiz.row.share_key == key
    assert f"/quizzes/shared/{key}" in ada.get(quiz.url()).text
    post(ada, quiz.url("unshare"))
    assert quiz.row.share_key is None


def test_a_copy_is_a_draft_of_its_own(ada, quiz):
    quiz.publish()
    answer = post(ada, quiz.url("duplicate"))
    assert str(quiz.id) not in answer.location
    page = ada.get(answer.location).text
    assert "Copy of Rivers of Asia" in page
    assert "Ready to be published" in page


def test_the_page_counts_who_is_at_it_but_no_looks_of_instructors(ada, app, make, cast, frozen):
    taught = Taught(app, make, cast)
    taught.start(taught.join(cast.ben))
    taught.start(cast.ada.learner_id, is_preview=True)
    page = ada.get(f"/teaching/quizzes/{taught.id}/").text
    assert '<b class="num">1</b> <span>working on it now</span>' in " ".join(page.split())


def test_the_page_tells_dates_in_the_zone_of_its_instructor_and_which_that_is(ada, app, quiz, cast, frozen):
    with app.app_context():
        db.session.get(Learner, cast.ada.learner_id).time_zone = "Asia/Tokyo"
        db.session.commit()
    quiz.change(closes_at=frozen.moment + timedelta(days=1))
    page = ada.get(quiz.url()).text
    assert "Closes 2 March 2026, 21:00" in page
    assert "Asia/Tokyo (UTC+9)" in page


class TestPreview:
    """The instructor takes the quiz as a learner would."""

    def test_it_leads_to_an_attempt_that_is_a_preview(self, ada, app, quiz, cast):
        answer = post(ada, quiz.url("preview"))
        assert answer.status_code == 303
        with app.app_context():
            attempt = db.session.execute(sa.select(Attempt)).scalar_one()
            assert (attempt.is_preview, attempt.learner_id) == (True, cast.ada.learner_id)
            assert str(attempt.id) in answer.location
        assert ada.get(answer.location, follow_redirects=True).status_code == 200

    def test_it_is_made_anew_each_time_and_counts_nowhere(self, ada, app, quiz):
        assert post(ada, quiz.url("preview")).location != post(ada, quiz.url("preview")).location
        with app.app_context():
            assert db.session.execute(sa.select(sa.func.count()).select_from(Attempt)).scalar_one() == 1
            assert quizzes.count_attempts(quiz.id) == 0

    def test_an_administrator_looks_without_becoming_a_taker(self, quiz, app, make, cast):
        assert post(make.browser_of(cast.olga), quiz.url("preview")).status_code == 303
        with app.app_context():
            assert db.session.execute(sa.select(Attempt.learner_id)).scalar_one() == cast.olga.learner_id

    def test_password_dates_and_draft_do_not_stand_in_the_way(self, ada, quiz, frozen):
        quiz.change(password="oak", opens_at=frozen.moment + timedelta(days=3), most_attempts=1)
        for _ in range(2):
            assert "/quizzes/attempts/" in post(ada, quiz.url("preview")).location

    def test_a_quiz_that_has_closed_can_still_be_looked_through(self, ada, app, quiz, frozen):
        quiz.change(closes_at=frozen.moment + timedelta(hours=1), time_limit_seconds=600)
        frozen.moment += timedelta(days=2)
        post(ada, quiz.url("preview"))
        with app.app_context():
            (deadline_at,) = db.session.execute(sa.select(Attempt.deadline_at)).one()
        assert deadline_at == frozen.moment + timedelta(minutes=10)

    def test_whoever_is_taking_the_quiz_in_earnest_is_told_so(self, ada, app, quiz, cast):
        with app.app_context():
            run_tx(lambda: quizzes.publish_quiz(quiz.id))
        learner_id = cast.ada.learner_id
        with app.app_context():
            row = db.session.get(Quiz, quiz.id)
            plan = quizzes.plan_attempt(learner_id, row, new_row_id())
            real = run_tx(lambda: quizzes.start_attempt(learner_id, row, plan, clock.now()))
        answer = post(ada, quiz.url("preview"))
        assert str(real) in answer.location
        assert "This is no preview" in ada.get(answer.location, follow_redirects=True).text

    def test_without_a_question_it_says_what_to_do(self, ada, quiz):
        quiz.ask(Contents(()))
        assert post(ada, quiz.url("preview")).location.endswith(quiz.url())
        assert "There is nothing to look at yet" in ada.get(quiz.url()).text
