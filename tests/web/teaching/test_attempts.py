"""An instructor watches the attempts at a quiz and decides about them; nobody else does."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from quizapp.core.disclosure import AFTER_THE_ATTEMPT, disclosure_to_dict
from quizapp.database import db
from quizapp.models import AttemptEvent, AttemptResponse, Learner, QuizTaker
from tests.forms import post
from tests.taught import Taught, later


@pytest.fixture
def taught(app, make, cast, frozen):
    return Taught(app, make, cast)


@pytest.fixture
def ben(taught, cast):
    return taught.join(cast.ben, "Ben B.")


@pytest.fixture
def ada(make, cast):
    return make.browser_of(cast.ada)


@pytest.fixture
def olga(make, cast):
    return make.browser_of(cast.olga)


def url(taught, attempt_id=None, rest=""):
    base = f"/teaching/quizzes/{taught.id}/attempts"
    return base if attempt_id is None else f"{base}/{attempt_id}{rest}"


def of_taker(taught, learner_id, rest=""):
    return f"/teaching/quizzes/{taught.id}/takers/{learner_id}{rest}"


def kinds(taught, attempt_id):
    with taught.app.app_context():
        rows = (
            sa.select(AttemptEvent.kind)
            .where(AttemptEvent.attempt_id == attempt_id)
            .order_by(AttemptEvent.id)
        )
        return list(db.session.execute(rows).scalars())


GETS = ("", "/reopen", "/submit", "/delete")
POSTS = ("/reopen", "/submit", "/delete", "/restore", "/1/marks")


class TestWhoMay:
    @pytest.mark.parametrize("rest", GETS)
    def test_pages_of_an_attempt(self, taught, ben, make, cast, client, rest):
        attempt_id = taught.finished(ben)
        page = url(taught, attempt_id, rest)

        assert "/account/log-in" in client.get(page).location
        assert make.browser_of(cast.ben).get(page).status_code == 403
        assert make.browser_of(make.person("gil", "instructor")).get(page).status_code == 404
        assert make.browser_of(cast.ada).get(page).status_code == 200
        assert make.browser_of(cast.olga).get(page).status_code == 200

    @pytest.mark.parametrize("rest", POSTS)
    def test_deeds_of_others_change_nothing(self, taught, ben, make, cast, client, rest):
        attempt_id = taught.finished(ben)
        before = taught.row(ben, attempt_id)
        page = url(taught, attempt_id, rest)
        fields = {"length": "10", "unit": "minutes", "marks": "0"}

        assert "/account/log-in" in post(client, page, fields).location
        assert post(make.browser_of(cast.ben), page, fields).status_code == 403
        gil = make.browser_of(make.person("gil", "instructor"))
        assert post(gil, page, fields).status_code == 404
        assert taught.row(ben, attempt_id) == before
        assert not {"reopened", "deleted", "overridden", "viewed"} & set(kinds(taught, attempt_id))

    def test_terms_of_a_learner(self, taught, ben, make, cast, client):
        gil = make.browser_of(make.person("gil", "instructor"))
        for rest, fields in (("/attempts", {"extra": "3"}), ("/extra-time", {"here-kind": "untimed"})):
            page = of_taker(taught, ben, rest)
            assert "/account/log-in" in post(client, page, fields).location
            assert post(make.browser_of(cast.ben), page, fields).status_code == 403
            assert post(gil, page, fields).status_code == 404
        assert gil.get(of_taker(taught, ben)).status_code == 404
        with taught.app.app_context():
            taker = db.session.get(QuizTaker, (ben, taught.id))
            assert (taker.extra_attempts, taker.is_untimed) == (0, False)

    def test_extra_time_everywhere_is_for_administrators(self, taught, ben, ada, olga):
        page, fields = of_taker(taught, ben, "/extra-time-everywhere"), {"everywhere-kind": "untimed"}
        assert post(ada, page, fields).status_code == 403
        assert "at every quiz</h3>" not in ada.get(of_taker(taught, ben)).text
        assert "at every quiz</h3>" in olga.get(of_taker(taught, ben)).text

        assert post(olga, page, fields).status_code == 303
        with taught.app.app_context():
            assert db.session.get(Learner, ben).is_untimed

    def test_what_is_not_there_is_not_found(self, taught, ada, olga, cast):
        missing = uuid.uuid4()
        for rest in GETS:
            assert ada.get(url(taught, missing, rest)).status_code == 404
        for rest in POSTS:
            assert post(ada, url(taught, missing, rest), {"length": "1"}).status_code == 404
        assert ada.get(f"/teaching/quizzes/{missing}/attempts").status_code == 404
        assert ada.get(f"/teaching/quizzes/{missing}/record").status_code == 404
        assert ada.get(of_taker(taught, cast.cleo.learner_id)).status_code == 404
        for rest in ("/attempts", "/extra-time"):
            fields = {"extra": "1", "here-kind": "untimed"}
            assert post(ada, of_taker(taught, cast.cleo.learner_id, rest), fields).status_code == 404
        page = of_taker(taught, cast.cleo.learner_id, "/extra-time-everywhere")
        assert post(olga, page, {"everywhere-kind": "untimed"}).status_code == 404

    def test_an_attempt_of_another_quiz_is_not_found(self, taught, ben, ada, make):
        attempt_id = taught.finished(ben)
        other = Taught(taught.app, make, taught.cast, slug="bridges")
        assert ada.get(url(other)).status_code == 200
        assert ada.get(url(other, attempt_id)).status_code == 404
        assert post(ada, url(other, attempt_id, "/delete")).status_code == 404

    def test_the_wrong_method_is_refused(self, taught, ben, ada):
        attempt_id = taught.finished(ben)
        assert post(ada, url(taught)).status_code == 405
        assert post(ada, url(taught, attempt_id)).status_code == 405
        for rest in ("/restore", "/1/marks"):
            assert ada.get(url(taught, attempt_id, rest)).status_code == 405
        assert ada.get(of_taker(taught, ben, "/extra-time")).status_code == 405


class TestTheList:
    def test_it_shows_who_is_how_far(self, taught, ben, ada, make, frozen):
        attempt_id = taught.start(ben)
        taught.save(ben, attempt_id)
        taught.join(make.guest(), "Gus")
        frozen.moment += timedelta(minutes=10)
        page = ada.get(url(taught)).text

        assert "Ben B." in page
        assert "1 of 2" in page
        assert "20 min left" in page
        assert "Gus" in page
        assert "Not started" in page

    @pytest.mark.parametrize(
        ("show", "names"), [("running", {"Ben B."}), ("finished", {"Cleo C."}), ("not-started", {"Gus"}),
                            ("nonsense", {"Ben B.", "Cleo C.", "Gus"})],
    )  # fmt: skip
    def test_it_is_filtered_by_how_far_they_are(self, taught, ben, ada, make, cast, show, names):
        taught.start(ben)
        taught.finished(taught.join(cast.cleo, "Cleo C."))
        taught.join(make.guest(), "Gus")
        page = ada.get(f"{url(taught)}?show={show}").text

        assert {name for name in ("Ben B.", "Cleo C.", "Gus") if name in page} == names

    def test_nobody_yet_says_what_to_do(self, taught, ada):
        assert "Nobody has come yet" in ada.get(url(taught)).text

    def test_the_part_that_keeps_itself_up_to_date_is_the_list_alone(self, taught, ben, ada):
        taught.start(ben)
        part = ada.get(f"{url(taught)}/rows").text
        assert "Ben B." in part
        assert "<html" not in part

    def test_looking_at_the_list_writes_nothing(self, taught, ben, ada):
        attempt_id = taught.start(ben)
        ada.get(url(taught))
        ada.get(f"{url(taught)}/rows")
        assert kinds(taught, attempt_id) == []

    @pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "x"])
    def test_a_strange_page_is_the_first_or_the_last(self, taught, ben, ada, page):
        taught.start(ben)
        assert "Ben B." in ada.get(f"{url(taught)}?page={page}").text
        assert ada.get(f"/teaching/quizzes/{taught.id}/record?page={page}").status_code == 200


class TestOneAttempt:
    def test_it_shows_responses_keys_marks_and_what_happened(self, taught, ben, ada):
        page = ada.get(url(taught, taught.finished(ben))).text

        assert "Nothing of the kind" in page
        assert "Value 1" in page
        assert "1 of 2" in page
        assert "Submitted the attempt" in page
        assert "its keys stay hidden" in page

    def test_a_look_is_recorded_once_an_hour(self, taught, ben, ada, olga, frozen):
        attempt_id = taught.start(ben, deadline_at=None)
        ada.get(url(taught, attempt_id))
        ada.get(url(taught, attempt_id))
        olga.get(url(taught, attempt_id))
        assert kinds(taught, attempt_id).count("viewed") == 2
        frozen.moment += timedelta(minutes=61)
        ada.get(url(taught, attempt_id))
        assert kinds(taught, attempt_id).count("viewed") == 3

    @pytest.mark.parametrize("rest", GETS)
    def test_every_page_on_it_is_a_look(self, taught, ben, ada, rest):
        attempt_id = taught.finished(ben)
        ada.get(url(taught, attempt_id, rest))
        assert kinds(taught, attempt_id).count("viewed") == 1

    def test_what_was_typed_is_text_and_no_markup(self, taught, ben, ada):
        evil = "<img src=x onerror=alert(1)>"
        attempt_id = taught.start(ben)
        taught.save(ben, attempt_id, 2, evil)
        taught.submit(ben, attempt_id)
        post(ada, url(taught, attempt_id, "/2/marks"), {"marks": "1", "comment": evil})
        with taught.app.app_context():
            db.session.get(QuizTaker, (ben, taught.id)).name = evil
            db.session.commit()

        for page in (
            url(taught),
            url(taught, attempt_id),
            url(taught, attempt_id, "/reopen"),
            of_taker(taught, ben),
        ):
            assert evil not in ada.get(page).text
            assert "&lt;img src=x" in ada.get(page).text

    def test_one_whose_time_ran_out_is_shown_as_ended(self, taught, ben, ada, frozen):
        attempt_id = taught.start(ben)
        frozen.moment += timedelta(minutes=31)
        page = ada.get(url(taught, attempt_id)).text

        assert "time was up" in page
        assert taught.row(ben, attempt_id)["state"] == "closed"


class TestDeciding:
    def test_opened_again_the_learner_can_save(self, taught, ben, ada, frozen):
        attempt_id = taught.finished(ben)
        frozen.moment += timedelta(hours=3)
        done = post(
            ada, url(taught, attempt_id, "/reopen"), {"length": "2", "unit": "hours", "reason": "Fire bell"}
        )

        assert done.status_code == 303
        assert taught.row(ben, attempt_id)["deadline_at"] == later(hours=2)
        assert taught.save(ben, attempt_id, 2, "Value 1") == "save"
        page = ada.get(done.location).text
        assert "Fire bell" in page
        assert "Opened the attempt again" in page

    @pytest.mark.parametrize(
        ("fields", "problem"),
        [
            ({"length": ""}, "Say for how long"),
            ({"length": "0"}, "at least 1 minute"),
            ({"length": "61", "unit": "days"}, "at most 60 days"),
            ({"length": "1.5"}, "Give a whole number"),
            ({"length": "-3"}, "Give a whole number"),
            ({"length": "5", "unit": "years"}, "Not a valid choice"),
            ({"length": "5", "reason": "x" * 501}, "500 characters"),
        ],
    )
    def test_a_bad_time_comes_back_with_what_was_typed(self, taught, ben, ada, frozen, fields, problem):
        attempt_id = taught.finished(ben)
        frozen.moment += timedelta(hours=3)
        answer = post(ada, url(taught, attempt_id, "/reopen"), {"unit": "minutes", **fields})

        assert answer.status_code == 422
        assert problem in answer.text
        assert f'value="{fields["length"]}"' in answer.text
        assert taught.row(ben, attempt_id)["state"] == "closed"

    def test_the_page_warns_where_others_can_see_the_keys(self, taught, ben, ada, frozen):
        attempt_id = taught.finished(ben)
        assert "see its keys" not in ada.get(url(taught, attempt_id, "/reopen")).text
        frozen.moment += timedelta(days=1, minutes=1)
        assert "see its keys" in ada.get(url(taught, attempt_id, "/reopen")).text

    def test_submitted_for_the_learner_it_ends_with_what_was_saved(self, taught, ben, ada):
        attempt_id = taught.start(ben)
        taught.save(ben, attempt_id)
        assert "1 of 2 responses" in ada.get(url(taught, attempt_id, "/submit")).text
        assert post(ada, url(taught, attempt_id, "/submit")).status_code == 303

        assert taught.row(ben, attempt_id)["score"] == 1
        assert "Submitted the attempt" in ada.get(url(taught, attempt_id)).text

    def test_deleted_it_is_gone_and_one_button_brings_it_back(self, taught, ben, ada):
        attempt_id = taught.finished(ben)
        before = taught.row(ben, attempt_id)
        done = post(ada, url(taught, attempt_id, "/delete"), {"reason": "A trial"})
        page = ada.get(done.location).text
        assert "is deleted" in page
        assert "Undo" in page
        assert "A trial" in page
        assert "deleted" in ada.get(url(taught, attempt_id)).text

        assert post(ada, url(taught, attempt_id, "/restore")).status_code == 303
        assert taught.row(ben, attempt_id) == before
        assert "deleted attempt" not in ada.get(url(taught)).text

    def test_marks_by_hand_change_the_score_and_keep_the_comment(self, taught, ben, ada):
        attempt_id = taught.finished(ben)
        done = post(ada, url(taught, attempt_id, "/2/marks"), {"marks": "0,5", "comment": "Half of it."})

        assert done.location.endswith("#question-2")
        assert taught.row(ben, attempt_id)["score"] == 1.5
        page = ada.get(url(taught, attempt_id)).text
        assert "Half of it." in page
        assert "Set the marks of question 2 from 0 to 0.5" in page

    @pytest.mark.parametrize("marks", ["2", "-1", "much", "1e9", "nan", "1.2.3", "9" * 30])
    def test_bad_marks_come_back_with_what_was_typed(self, taught, ben, ada, marks):
        attempt_id = taught.finished(ben)
        answer = post(ada, url(taught, attempt_id, "/2/marks"), {"marks": marks, "comment": "Kept as it is"})

        assert answer.status_code == 422
        assert f'value="{marks}"' in answer.text
        assert "Kept as it is" in answer.text
        assert 'id="marks-2-error"' in answer.text
        assert taught.response(ben, attempt_id, 2)["override_marks"] is None

    def test_a_comment_that_is_too_long_is_kept_to_be_shortened(self, taught, ben, ada):
        attempt_id = taught.finished(ben)
        answer = post(ada, url(taught, attempt_id, "/2/marks"), {"marks": "1", "comment": "y" * 2001})
        assert answer.status_code == 422
        assert "y" * 2001 in answer.text

    def test_more_attempts_and_more_time_are_saved(self, taught, ben, ada):
        attempt_id = taught.start(ben)
        assert post(ada, of_taker(taught, ben, "/attempts"), {"extra": "2"}).status_code == 303
        fields = {"here-kind": "percent", "here-percent": "50", "here-reason": "Broken arm"}
        assert post(ada, of_taker(taught, ben, "/extra-time"), fields).status_code == 303

        assert taught.row(ben, attempt_id)["deadline_at"] == later(minutes=45)
        page = ada.get(of_taker(taught, ben)).text
        assert "Broken arm" in page
        assert "Granted 2 attempts beyond those of the quiz" in page
        assert "<strong>50 % longer</strong>" in page

    def test_the_learner_is_told_of_more_time_by_the_state_of_the_attempt(self, taught, ben, ada, make, cast):
        attempt_id = taught.start(ben)
        browser = make.browser_of(cast.ben)
        state = f"/quizzes/attempts/{attempt_id}/state"
        assert browser.get(state).json["remaining_seconds"] == 30 * 60
        post(ada, of_taker(taught, ben, "/extra-time"), {"here-kind": "percent", "here-percent": "100"})
        assert browser.get(state).json["remaining_seconds"] == 60 * 60

    @pytest.mark.parametrize(
        ("rest", "fields", "problem"),
        [
            ("/attempts", {"extra": ""}, "Give a number"),
            ("/attempts", {"extra": "101"}, "from 0 to 100"),
            ("/attempts", {"extra": "two"}, "Give a whole number"),
            ("/extra-time", {}, "Choose one."),
            ("/extra-time", {"here-kind": "percent"}, "Give the percent"),
            ("/extra-time", {"here-kind": "percent", "here-percent": "401"}, "from 1 to 400"),
            ("/extra-time", {"here-kind": "king", "here-percent": "77"}, "Not a valid choice"),
        ],
    )
    def test_bad_terms_come_back_with_what_was_typed(self, taught, ben, ada, rest, fields, problem):
        answer = post(ada, of_taker(taught, ben, rest), fields)

        assert answer.status_code == 422
        assert problem in answer.text
        for name, value in fields.items():
            if name != "here-kind":
                assert f'name="{name}"' in answer.text
                assert f'value="{value}"' in answer.text


class TestStalePages:
    def test_marks_for_an_attempt_deleted_meanwhile_lose_no_word(self, taught, ben, ada):
        attempt_id = taught.finished(ben)
        post(ada, url(taught, attempt_id, "/delete"))
        answer = post(ada, url(taught, attempt_id, "/2/marks"), {"marks": "1", "comment": "A fine thought"})

        assert answer.status_code == 409
        assert "was deleted meanwhile" in answer.text
        assert "A fine thought" in answer.text
        assert "Restore it" in answer.text

    def test_marks_for_an_attempt_opened_meanwhile_lose_no_word(self, taught, ben, ada):
        attempt_id = taught.finished(ben)
        post(ada, url(taught, attempt_id, "/reopen"), {"length": "10", "unit": "minutes"})
        answer = post(ada, url(taught, attempt_id, "/2/marks"), {"marks": "1", "comment": "A fine thought"})

        assert answer.status_code == 409
        assert "The attempt is open" in answer.text
        assert "A fine thought" in answer.text

    def test_submitting_what_has_ended_says_so(self, taught, ben, ada):
        attempt_id = taught.finished(ben)
        answer = post(ada, url(taught, attempt_id, "/submit"))
        assert answer.status_code == 409
        assert "had ended already" in answer.text

    def test_opening_what_is_open_says_so(self, taught, ben, ada):
        attempt_id = taught.start(ben)
        answer = post(ada, url(taught, attempt_id, "/reopen"), {"length": "10", "unit": "minutes"})
        assert answer.status_code == 409
        assert taught.row(ben, attempt_id)["granted_until"] is None

    def test_opening_beside_another_leads_to_the_other(self, taught, ben, ada):
        attempt_id = taught.finished(ben)
        other = taught.start(ben)
        answer = post(ada, url(taught, attempt_id, "/reopen"), {"length": "10", "unit": "minutes"})

        assert answer.status_code == 409
        assert url(taught, other) in answer.text

    def test_restoring_twice_says_it_is_there(self, taught, ben, ada):
        attempt_id = taught.finished(ben)
        post(ada, url(taught, attempt_id, "/delete"))
        post(ada, url(taught, attempt_id, "/restore"))
        answer = post(ada, url(taught, attempt_id, "/restore"))
        assert answer.status_code == 409
        assert "restored already" in answer.text

    def test_a_question_that_counts_for_nobody_has_no_form_for_marks(self, taught, ben, ada):
        attempt_id = taught.finished(ben)
        with taught.app.app_context():
            db.session.get(AttemptResponse, (ben, attempt_id, 2)).outcome = "neutral"
            db.session.commit()
        page = ada.get(url(taught, attempt_id)).text
        assert 'id="marks-1"' in page
        assert 'id="marks-2"' not in page
        assert post(ada, url(taught, attempt_id, "/2/marks"), {"marks": "1"}).status_code == 409


class TestTheRecord:
    def test_it_says_who_did_what_to_whom_and_why(self, taught, ben, ada, olga):
        attempt_id = taught.finished(ben)
        ada.get(url(taught, attempt_id))
        post(ada, url(taught, attempt_id, "/2/marks"), {"marks": "1", "comment": "Rightly argued"})
        post(olga, url(taught, attempt_id, "/delete"), {"reason": "Asked for by Ben"})
        page = ada.get(f"/teaching/quizzes/{taught.id}/record").text

        for words in (
            "Set the marks of question 2",
            "Rightly argued",
            "Deleted the attempt",
            "Asked for by Ben",
        ):
            assert words in page
        assert "Ada" in page
        assert "Olga" in page
        assert "Looked at the attempt" not in page
        looks = ada.get(f"/teaching/quizzes/{taught.id}/record?show=looks").text
        assert "Looked at the attempt" in looks

    def test_an_empty_one_says_so(self, taught, ada):
        assert "Nothing was done yet" in ada.get(f"/teaching/quizzes/{taught.id}/record").text


def test_a_released_result_is_said_to_be_known(app, make, cast):
    told = Taught(app, make, cast, shows=disclosure_to_dict(AFTER_THE_ATTEMPT))
    ben = told.join(cast.ben)
    attempt_id = told.finished(ben)
    page = make.browser_of(cast.ada).get(url(told, attempt_id, "/reopen")).text
    assert "The keys may have been seen" in page
