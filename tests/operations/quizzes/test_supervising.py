"""What an instructor does with the attempts of a quiz: all of it recorded, nothing of it lost."""

from __future__ import annotations

import contextlib
import threading
import uuid
from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from quizapp import clock
from quizapp.core.disclosure import AFTER_THE_ATTEMPT, disclosure_to_dict
from quizapp.core.grading import Outcome
from quizapp.core.marking import MarkingRules, marks
from quizapp.core.timing import ExtraTime
from quizapp.database import db, run_tx
from quizapp.models import (
    Attempt,
    AttemptEvent,
    AttemptResponse,
    Learner,
    Quiz,
    QuizAdjustment,
    QuizTaker,
    Regrade,
    RegradedResponse,
    Review,
)
from quizapp.operations.quizzes import supervising
from quizapp.operations.quizzes.events import list_events
from quizapp.operations.quizzes.supervising import Stage
from tests.taught import Taught, later


@pytest.fixture
def taught(app, make, cast, frozen):
    return Taught(app, make, cast)


@pytest.fixture
def ben(taught, cast):
    return taught.join(cast.ben, "Ben B.")


def act(taught, operation, *values, **named):
    """Carry out an operation on the quiz as ada, now."""
    with taught.app.app_context():
        return run_tx(
            lambda: operation(taught.id, *values, now=clock.now(), user_id=taught.cast.ada.user_id, **named)
        )


def reopen(taught, attempt_id, minutes=10, **named):
    until = None if minutes is None else later(minutes=minutes)
    return act(taught, supervising.reopen_attempt, attempt_id, until, **named)


def submit_for(taught, attempt_id):
    with taught.app.app_context():
        supervising.submit_for(taught.id, attempt_id, clock.now(), taught.cast.ada.user_id)


def override(taught, attempt_id, position, value, comment="Well argued."):
    return act(taught, supervising.override_marks, attempt_id, position, value, comment)


def events(taught, learner_id, attempt_id, kind=None):
    with taught.app.app_context():
        found = list_events(learner_id, attempt_id)
        return [one for one in found if kind in (None, one.kind)]


def snapshot(taught, attempt_id):
    """Return every row of an attempt."""
    with taught.app.app_context():
        return {
            table.name: sorted(
                map(repr, db.session.execute(sa.select(table).where(own == attempt_id)).mappings())
            )
            for table, own in (
                (Attempt.__table__, Attempt.__table__.c.id),
                (AttemptResponse.__table__, AttemptResponse.__table__.c.attempt_id),
                (RegradedResponse.__table__, RegradedResponse.__table__.c.attempt_id),
            )
        }


class TestListing:
    def test_running_attempts_come_first_then_ended_ones_then_who_has_not_started(
        self, taught, ben, make, frozen
    ):
        done = taught.finished(ben)
        frozen.moment += timedelta(minutes=5)
        running = taught.start(ben)
        taught.join(make.guest(), "Gus")
        with taught.app.app_context():
            lines = supervising.list_sittings(taught.id).lines

        assert [(one.name, one.stage, one.number) for one in lines] == [
            ("Ben B.", Stage.RUNNING, 2),
            ("Ben B.", Stage.FINISHED, 1),
            ("Gus", Stage.NOT_STARTED, None),
        ]
        assert [one.attempt and one.attempt.id for one in lines] == [running, done, None]
        assert [one.is_guest for one in lines] == [False, False, True]

    def test_it_says_how_far_a_learner_is(self, taught, ben, frozen):
        attempt_id = taught.start(ben)
        frozen.moment += timedelta(minutes=4)
        taught.save(ben, attempt_id)
        frozen.moment += timedelta(minutes=6)
        with taught.app.app_context():
            (line,) = supervising.list_sittings(taught.id, Stage.RUNNING).lines

            assert (line.progress.given, line.progress.asked, line.progress.flagged) == (1, 2, 0)
            assert line.progress.saved_at == clock.now() - timedelta(minutes=6)
            assert line.seconds_left(clock.now()) == 20 * 60

    def test_previews_are_no_attempts(self, taught, cast):
        attempt_id = taught.start(cast.ada.learner_id, is_preview=True)
        with taught.app.app_context():
            assert supervising.list_sittings(taught.id).total == 0
            assert supervising.find_sitting(taught.id, attempt_id) is None
        with pytest.raises(supervising.NoSuchSittingError):
            act(taught, supervising.delete_attempt, attempt_id)

    def test_the_name_is_that_of_the_account_where_none_was_given(self, taught, cast, make):
        taught.start(taught.join(cast.ben))
        taught.start(taught.join(make.guest()))
        with taught.app.app_context():
            assert {one.name for one in supervising.list_sittings(taught.id).lines} == {"Ben", "Guest"}

    def test_pages_of_all_stages_hold_everybody_once(self, taught, ben, make, monkeypatch):
        monkeypatch.setattr("quizapp.operations.quizzes.supervising.listing.PER_PAGE", 2)
        taught.finished(ben)
        guests = [taught.join(make.guest(), f"Guest {n}") for n in range(4)]
        taught.start(guests[0])
        seen = []
        with taught.app.app_context():
            pages = supervising.list_sittings(taught.id).pages
            for page in range(1, pages + 1):
                lines = supervising.list_sittings(taught.id, page=page).lines
                assert len(lines) <= 2
                seen += [one.name for one in lines]
            beyond = supervising.list_sittings(taught.id, page=99)

        assert (pages, beyond.page) == (3, 3)
        assert sorted(seen) == ["Ben B.", "Guest 0", "Guest 1", "Guest 2", "Guest 3"]

    def test_an_attempt_is_found_by_its_own_quiz_only(self, taught, ben, cast):
        attempt_id = taught.start(ben)
        with taught.app.app_context():
            other = Quiz(
                kind="taught", question_set_id=taught.set.id, made_by=cast.ada.learner_id, owner_id=cast.ada.user_id,
                title="Other", question_count=1, created_at=clock.now(),
            )  # fmt: skip
            db.session.add(other)
            db.session.commit()

            assert supervising.find_sitting(other.id, attempt_id) is None
            assert supervising.find_sitting(taught.id, attempt_id).learner_id == ben
            assert supervising.list_of_learner(other.id, ben) == []


class TestReopening:
    def test_saving_works_again_until_the_moment_granted_and_then_no_more(self, taught, ben, frozen):
        attempt_id = taught.finished(ben)
        frozen.moment += timedelta(hours=2)
        assert taught.save(ben, attempt_id, 2, "Value 1") == "closed"

        reopen(taught, attempt_id, 10)
        assert taught.save(ben, attempt_id, 2, "Value 1") == "save"
        frozen.moment += timedelta(minutes=10, seconds=9)
        assert taught.save(ben, attempt_id, 2, "Value 9") == "save"
        frozen.moment += timedelta(seconds=2)
        assert taught.save(ben, attempt_id, 2, "Value 1") == "closed"

    def test_the_score_is_taken_back_and_given_anew_when_it_ends_again(self, taught, ben):
        attempt_id = taught.finished(ben)
        assert taught.row(ben, attempt_id)["score"] == 1

        reopen(taught, attempt_id)
        row = taught.row(ben, attempt_id)
        assert [row[name] for name in ("state", "score", "max_score", "finished_at", "releases_at")] == [
            "open", None, None, None, None,
        ]  # fmt: skip
        assert taught.response(ben, attempt_id)["outcome"] is None

        taught.save(ben, attempt_id, 2, "Value 1")
        taught.submit(ben, attempt_id)
        assert taught.row(ben, attempt_id)["score"] == 2

    def test_without_a_moment_the_old_deadline_holds_where_it_is_to_come(self, taught, ben):
        attempt_id = taught.finished(ben)
        before = taught.row(ben, attempt_id)["deadline_at"]

        reopen(taught, attempt_id, None)
        row = taught.row(ben, attempt_id)
        assert (row["deadline_at"], row["granted_until"]) == (before, None)

    @pytest.mark.parametrize("minutes", [None, 0, -1])
    def test_it_is_not_opened_until_a_moment_that_passed(self, taught, ben, frozen, minutes):
        attempt_id = taught.finished(ben)
        frozen.moment += timedelta(minutes=31)

        with pytest.raises(supervising.NoTimeLeftError):
            reopen(taught, attempt_id, minutes)
        assert taught.row(ben, attempt_id)["state"] == "closed"

    def test_it_is_refused_while_another_attempt_is_open(self, taught, ben):
        attempt_id = taught.finished(ben)
        other = taught.start(ben)

        with pytest.raises(supervising.AnotherOpenError) as caught:
            reopen(taught, attempt_id)
        assert caught.value.attempt_id == other
        assert taught.row(ben, attempt_id)["score"] == 1

    def test_an_open_attempt_is_not_opened_again(self, taught, ben):
        with pytest.raises(supervising.StillOpenError):
            reopen(taught, taught.start(ben))

    def test_what_was_a_secret_stays_one_and_what_was_released_is_no_secret_again(self, app, make, cast):
        told = Taught(app, make, cast, shows=disclosure_to_dict(AFTER_THE_ATTEMPT))
        ben = told.join(cast.ben)
        attempt_id = told.finished(ben)
        released_at = told.row(ben, attempt_id)["released_at"]
        assert released_at is not None

        reopen(told, attempt_id)
        assert told.row(ben, attempt_id)["released_at"] == released_at
        assert events(told, ben, attempt_id, "reopened")[0].detail["was_released"] is True

    def test_marks_set_by_hand_outlive_it(self, taught, ben):
        attempt_id = taught.finished(ben)
        override(taught, attempt_id, 2, 0.5)
        reopen(taught, attempt_id)
        taught.submit(ben, attempt_id)

        assert taught.row(ben, attempt_id)["score"] == 1.5

    def test_what_was_checked_keeps_its_grade(self, taught, ben):
        attempt_id = taught.finished(ben)
        with taught.app.app_context():
            row = db.session.get(AttemptResponse, (ben, attempt_id, 1))
            row.checked_at = clock.now()
            db.session.commit()

        reopen(taught, attempt_id)
        assert taught.response(ben, attempt_id, 1)["outcome"] == "right"
        assert taught.response(ben, attempt_id, 2)["outcome"] is None

    def test_the_question_that_has_its_turn_has_its_time_anew(self, taught, ben, frozen):
        attempt_id = taught.start(ben, navigation="forward", turn=1, question_seconds=60)
        frozen.moment += timedelta(minutes=5)
        taught.submit(ben, attempt_id)
        reopen(taught, attempt_id, 10)

        assert taught.response(ben, attempt_id, 1)["closes_at"] == later(seconds=60)
        assert taught.save(ben, attempt_id, 1) == "save"
        frozen.moment += timedelta(seconds=71)
        assert taught.save(ben, attempt_id, 1) == "question-over"

    def test_it_says_who_did_it_and_why(self, taught, ben, cast):
        attempt_id = taught.finished(ben)
        reopen(taught, attempt_id, reason="The fire bell rang")

        (event,) = events(taught, ben, attempt_id, "reopened")
        assert (event.user_id, event.detail["reason"], event.detail["score"]) == (
            cast.ada.user_id, "The fire bell rang", 1,
        )  # fmt: skip

    def test_submitting_and_reopening_at_once_end_in_one_state(self, taught, ben):
        attempt_id = taught.finished(ben)
        reopen(taught, attempt_id)
        ways = [lambda: submit_for(taught, attempt_id), lambda: reopen(taught, attempt_id)] * 4
        start = threading.Barrier(len(ways))

        def race(way):
            start.wait()
            with contextlib.suppress(supervising.SupervisingError):
                way()

        threads = [threading.Thread(target=race, args=(way,)) for way in ways]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        row = taught.row(ben, attempt_id)
        outcomes = {taught.response(ben, attempt_id, position)["outcome"] for position in (1, 2)}
        if row["state"] == "open":
            assert (row["score"], row["finished_at"], outcomes) == (None, None, {None})
        else:
            assert (row["score"], outcomes) == (1, {"right", "wrong"})
        kinds = [one.kind for one in events(taught, ben, attempt_id) if one.kind in ("reopened", "submitted")]
        assert kinds[-1] == ("reopened" if row["state"] == "open" else "submitted")
        assert all(one != other for one, other in pairwise(kinds))


class TestSubmitting:
    def test_what_was_saved_counts_and_it_says_who_did_it(self, taught, ben, cast):
        attempt_id = taught.start(ben)
        taught.save(ben, attempt_id)
        submit_for(taught, attempt_id)

        row = taught.row(ben, attempt_id)
        assert (row["state"], row["score"], row["finished_at"]) == ("closed", 1, clock.now())
        assert events(taught, ben, attempt_id, "submitted")[0].user_id == cast.ada.user_id

    def test_it_is_said_where_it_had_ended_already(self, taught, ben):
        attempt_id = taught.finished(ben)
        with pytest.raises(supervising.NotOpenError):
            submit_for(taught, attempt_id)


class TestDeleting:
    def test_deleted_and_restored_every_row_is_as_it_was(self, taught, ben, frozen):
        attempt_id = taught.finished(ben, rules=MarkingRules(certainty=True))
        override(taught, attempt_id, 2, -1.5)
        _regraded(taught, ben, attempt_id)
        before = snapshot(taught, attempt_id)
        frozen.moment += timedelta(days=3)

        act(taught, supervising.delete_attempt, attempt_id, reason="It was a trial")
        assert not any(snapshot(taught, attempt_id).values())
        act(taught, supervising.restore_attempt, attempt_id)
        assert snapshot(taught, attempt_id) == before
        assert len(before["regraded_responses"]) == 1

    def test_a_running_attempt_runs_on_when_it_is_restored(self, taught, ben):
        attempt_id = taught.start(ben)
        taught.save(ben, attempt_id)
        act(taught, supervising.delete_attempt, attempt_id)
        act(taught, supervising.restore_attempt, attempt_id)

        assert taught.save(ben, attempt_id, 2, "Value 1") == "save"

    def test_an_open_one_is_not_restored_beside_another(self, taught, ben):
        attempt_id = taught.start(ben)
        act(taught, supervising.delete_attempt, attempt_id)
        taught.start(ben)

        with pytest.raises(supervising.AnotherOpenError):
            act(taught, supervising.restore_attempt, attempt_id)
        assert not any(snapshot(taught, attempt_id).values())

    def test_it_is_restored_once(self, taught, ben):
        attempt_id = taught.finished(ben)
        act(taught, supervising.delete_attempt, attempt_id)
        act(taught, supervising.restore_attempt, attempt_id)

        with pytest.raises(supervising.NotDeletedError):
            act(taught, supervising.restore_attempt, attempt_id)
        with pytest.raises(supervising.NotDeletedError):
            act(taught, supervising.restore_attempt, uuid.uuid4())

    def test_it_can_be_deleted_again_with_what_changed_since(self, taught, ben, frozen):
        attempt_id = taught.finished(ben)
        act(taught, supervising.delete_attempt, attempt_id)
        act(taught, supervising.restore_attempt, attempt_id)
        frozen.moment += timedelta(minutes=1)
        override(taught, attempt_id, 2, 1)
        act(taught, supervising.delete_attempt, attempt_id)
        act(taught, supervising.restore_attempt, attempt_id)

        assert taught.row(ben, attempt_id)["score"] == 2

    def test_deleted_ones_are_listed_with_who_and_why_while_they_are(self, taught, ben):
        attempt_id = taught.finished(ben)
        act(taught, supervising.delete_attempt, attempt_id, reason="It was a trial")
        with taught.app.app_context():
            (one,) = supervising.list_deleted(taught.id)
            assert (one.name, one.deleted_by, one.reason, one.score) == ("Ben B.", "Ada", "It was a trial", 1)
            assert supervising.find_deleted(taught.id, attempt_id) == one
            assert supervising.list_sittings(taught.id).counts[Stage.NOT_STARTED] == 1
        act(taught, supervising.restore_attempt, attempt_id)
        with taught.app.app_context():
            assert supervising.list_deleted(taught.id) == []

    @pytest.mark.parametrize(
        ("decision", "keeps_higher", "score"),
        [({"is_credited": True}, True, 2), ({"is_dropped": True}, False, 1), ({"is_dropped": True}, True, 1)],
    )
    def test_what_was_regraded_meanwhile_is_graded_as_for_everybody(
        self, taught, ben, frozen, decision, keeps_higher, score
    ):
        attempt_id = taught.finished(ben)
        act(taught, supervising.delete_attempt, attempt_id)
        frozen.moment += timedelta(minutes=1)
        question_id = taught.set.facts[1].questions["short"]
        whole = {"accepted": [], "refused": [], "is_credited": False, "is_dropped": False} | decision
        with taught.app.app_context():
            db.session.add(QuizAdjustment(quiz_id=taught.id, question_id=question_id, adjustment=whole))
            db.session.add(
                Regrade(
                    quiz_id=taught.id,
                    question_id=question_id,
                    after=whole,
                    keeps_higher=keeps_higher,
                    applied_at=clock.now(),
                    applied_by=taught.cast.ada.user_id,
                )
            )
            db.session.commit()
        act(taught, supervising.restore_attempt, attempt_id)

        assert taught.row(ben, attempt_id)["score"] == score
        assert taught.row(ben, attempt_id)["max_score"] == (1 if "is_dropped" in decision else 2)
        assert events(taught, ben, attempt_id, "restored")[0].detail == {"regraded": [2]}

    def test_a_regrade_that_leaves_what_would_fall_leaves_it_in_a_restored_attempt_too(
        self, taught, ben, frozen
    ):
        attempt_id = taught.finished(ben)
        before = snapshot(taught, attempt_id)
        act(taught, supervising.delete_attempt, attempt_id)
        frozen.moment += timedelta(minutes=1)
        question_id = taught.set.facts[0].questions["choice"]
        refused = {
            "accepted": [],
            "refused": [{"option": "right"}],
            "is_credited": False,
            "is_dropped": False,
        }
        with taught.app.app_context():
            db.session.add(QuizAdjustment(quiz_id=taught.id, question_id=question_id, adjustment=refused))
            db.session.add(
                Regrade(
                    quiz_id=taught.id,
                    question_id=question_id,
                    after=refused,
                    keeps_higher=True,
                    applied_at=clock.now(),
                    applied_by=taught.cast.ada.user_id,
                )
            )
            db.session.commit()
        act(taught, supervising.restore_attempt, attempt_id)
        assert snapshot(taught, attempt_id) == before

    def test_whose_it_became_meanwhile_gets_it_back(self, taught, make, cast):
        guest = taught.join(make.guest(), "Gus")
        attempt_id = taught.finished(guest)
        act(taught, supervising.delete_attempt, attempt_id)
        with taught.app.app_context():
            db.session.execute(
                sa.update(AttemptEvent)
                .where(AttemptEvent.learner_id == guest)
                .values(learner_id=cast.cleo.learner_id)
            )
            db.session.commit()
        act(taught, supervising.restore_attempt, attempt_id)

        assert taught.row(cast.cleo.learner_id, attempt_id)["score"] == 1

    def test_reviews_stay(self, app, make, cast):
        told = Taught(app, make, cast, shows=disclosure_to_dict(AFTER_THE_ATTEMPT))
        ben = told.join(cast.ben)
        attempt_id = told.start(ben)
        told.save(ben, attempt_id)
        submit_for(told, attempt_id)
        act(told, supervising.delete_attempt, attempt_id)

        with app.app_context():
            assert db.session.scalar(sa.select(sa.func.count()).select_from(Review)) == 1


def _regraded(taught, learner_id, attempt_id):
    with taught.app.app_context():
        regrade = Regrade(
            quiz_id=taught.id,
            question_id=taught.set.facts[0].questions["choice"],
            applied_at=clock.now(),
            applied_by=taught.cast.ada.user_id,
            after={"is_credited": True},
        )
        db.session.add(regrade)
        db.session.flush()
        db.session.add(
            RegradedResponse(
                learner_id=learner_id,
                regrade_id=regrade.id,
                attempt_id=attempt_id,
                position=1,
                before={"score": 0.5},
                after={"score": 1.0},
            )
        )
        db.session.commit()


class TestMarks:
    def test_they_go_before_those_of_the_grading_and_the_score_follows(self, taught, ben, cast):
        attempt_id = taught.finished(ben)
        override(taught, attempt_id, 2, 0.25, "Half of it is there.")

        row = taught.response(ben, attempt_id, 2)
        assert (row["marks"], row["override_marks"], row["override_comment"]) == (
            0.25, 0.25, "Half of it is there.",
        )  # fmt: skip
        assert (row["outcome"], row["score"]) == ("wrong", 0)
        assert taught.row(ben, attempt_id)["score"] == 1.25
        (event,) = events(taught, ben, attempt_id, "overridden")
        told = {name: event.detail[name] for name in ("marks_before", "marks", "score_before", "score")}
        assert told == {"marks_before": 0, "marks": 0.25, "score_before": 1, "score": 1.25}
        assert (event.position, event.user_id) == (2, cast.ada.user_id)

    def test_taken_back_those_of_the_grading_count_again(self, taught, ben):
        attempt_id = taught.finished(ben)
        override(taught, attempt_id, 1, 0)
        override(taught, attempt_id, 1, None, "")

        assert taught.response(ben, attempt_id, 1)["override_comment"] == ""
        assert taught.row(ben, attempt_id)["score"] == 1

    def test_sent_twice_they_are_recorded_once(self, taught, ben):
        attempt_id = taught.finished(ben)
        override(taught, attempt_id, 1, 0.5)
        override(taught, attempt_id, 1, 0.5)

        assert len(events(taught, ben, attempt_id, "overridden")) == 1

    @pytest.mark.parametrize(
        ("rules", "weight", "lowest", "highest"),
        [
            (MarkingRules(), 2.0, 0, 2),
            (MarkingRules(negative_percent=25), 2.0, -0.5, 2),
            (MarkingRules(certainty=True), 2.0, -12, 6),
        ],
    )
    def test_they_lie_where_weight_and_rules_let_them(self, taught, ben, rules, weight, lowest, highest):
        attempt_id = taught.start(ben, rules=rules)
        with taught.app.app_context():
            db.session.get(AttemptResponse, (ben, attempt_id, 1)).weight = weight
            db.session.commit()
        taught.submit(ben, attempt_id)

        for beyond in (lowest - 0.01, highest + 0.01, float("nan"), float("inf")):
            with pytest.raises(supervising.MarksOutOfRangeError) as caught:
                override(taught, attempt_id, 1, beyond)
            assert (caught.value.lowest, caught.value.highest) == (lowest, highest)
        for within in (lowest, highest):
            override(taught, attempt_id, 1, within)
            assert taught.response(ben, attempt_id, 1)["marks"] == within

    @given(
        st.sampled_from(["right", "partly", "wrong", "blank"]),
        st.floats(0, 1),
        st.floats(0.25, 20),
        st.builds(MarkingRules, st.booleans(), st.integers(0, 100), st.booleans()),
        st.sampled_from([None, 1, 2, 3]),
    )
    def test_whatever_the_rules_give_could_be_given_by_hand(self, outcome, score, weight, rules, certainty):
        lowest, highest = supervising.range_of_marks(weight, rules)
        assert lowest <= marks(Outcome(outcome), score, weight, rules, certainty) <= highest

    def test_an_open_attempt_has_none(self, taught, ben):
        with pytest.raises(supervising.StillOpenError):
            override(taught, taught.start(ben), 1, 1)

    def test_a_question_that_counts_for_nobody_has_none(self, taught, ben):
        attempt_id = taught.finished(ben)
        with taught.app.app_context():
            db.session.get(AttemptResponse, (ben, attempt_id, 1)).outcome = "neutral"
            db.session.commit()

        with pytest.raises(supervising.NotScoredError):
            override(taught, attempt_id, 1, 1)

    def test_a_position_that_is_not_asked_is_none(self, taught, ben):
        attempt_id = taught.finished(ben)
        with pytest.raises(supervising.NoSuchSittingError):
            override(taught, attempt_id, 3, 1)


class TestTerms:
    def test_extra_time_holds_for_the_running_attempt_and_is_recorded(self, taught, ben, cast):
        attempt_id = taught.start(ben)
        act(taught, supervising.set_extra_time, ben, ExtraTime(percent=50), reason="Broken arm")

        row = taught.row(ben, attempt_id)
        assert (row["deadline_at"], row["extra_time_percent"]) == (later(minutes=45), 50)
        (event,) = events(taught, ben, taught.id, "extra-time")
        assert (event.user_id, event.detail["reason"]) == (cast.ada.user_id, "Broken arm")
        assert event.detail["after"] == {"is_untimed": False, "percent": 50}

    def test_the_largest_of_the_learners_and_that_of_the_quiz_holds(self, taught, ben):
        attempt_id = taught.start(ben)
        with taught.app.app_context():
            run_tx(lambda: supervising.set_learner_extra_time(ben, ExtraTime(percent=100), clock.now()))
        act(taught, supervising.set_extra_time, ben, ExtraTime(percent=50))
        assert taught.row(ben, attempt_id)["deadline_at"] == later(minutes=60)

        act(taught, supervising.set_extra_time, ben, ExtraTime(is_untimed=True))
        # Without a limit it ends with the quiz.
        assert taught.row(ben, attempt_id)["deadline_at"] == later(days=1)

    def test_everywhere_it_is_recorded_at_the_quizzes_they_came_to(self, taught, ben, cast):
        with taught.app.app_context():
            run_tx(
                lambda: supervising.set_learner_extra_time(
                    ben, ExtraTime(percent=25), clock.now(), cast.olga.user_id
                )
            )
            assert db.session.get(Learner, ben).extra_time_percent == 25
        (event,) = events(taught, ben, taught.id, "extra-time")
        assert (event.user_id, event.detail["everywhere"]) == (cast.olga.user_id, True)

    def test_attempts_are_granted_and_said_once_however_often_they_are_sent(self, taught, ben):
        act(taught, supervising.grant_attempts, ben, 2, reason="Was ill")
        act(taught, supervising.grant_attempts, ben, 2, reason="Was ill")

        with taught.app.app_context():
            assert db.session.get(QuizTaker, (ben, taught.id)).extra_attempts == 2
        (event,) = events(taught, ben, taught.id, "granted")
        assert (event.detail["before"], event.detail["after"]) == (0, 2)

    @pytest.mark.parametrize("operation", ["grant_attempts", "set_extra_time"])
    def test_a_learner_who_never_came_has_no_terms(self, taught, cast, operation):
        value = 1 if operation == "grant_attempts" else ExtraTime(percent=50)
        with pytest.raises(supervising.NoSuchSittingError):
            act(taught, getattr(supervising, operation), cast.cleo.learner_id, value)


class TestLooking:
    def test_a_look_is_recorded_once_an_hour_for_each_who_looks(self, taught, ben, cast, frozen):
        attempt_id = taught.start(ben)
        for user, wait in ((cast.ada, 0), (cast.ada, 59), (cast.olga, 0), (cast.ada, 2)):
            frozen.moment += timedelta(minutes=wait)
            with taught.app.app_context():
                supervising.record_look(ben, taught.id, attempt_id, clock.now(), user.user_id)

        assert [one.user_id for one in events(taught, ben, attempt_id, "viewed")] == [
            cast.ada.user_id, cast.olga.user_id, cast.ada.user_id,
        ]  # fmt: skip

    def test_every_question_is_there_with_response_key_and_what_it_can_count(self, taught, ben):
        attempt_id = taught.finished(ben, rules=MarkingRules(negative_percent=50))
        with taught.app.app_context():
            one, other = supervising.list_watched(db.session.get(Attempt, (ben, attempt_id)))

        assert (one.given, one.key, one.outcome, one.marks) == ("Value 0", "Value 0", "right", 1)
        assert (other.given, other.key, other.marks) == ("Nothing of the kind", "Value 1", -0.5)
        assert (other.lowest, other.highest) == (-0.5, 1)

    def test_the_record_holds_what_instructors_did_and_looks_only_on_asking(self, taught, ben, cast, frozen):
        attempt_id = taught.finished(ben)
        with taught.app.app_context():
            supervising.record_look(ben, taught.id, attempt_id, clock.now(), cast.ada.user_id)
        frozen.moment += timedelta(seconds=1)
        override(taught, attempt_id, 2, 1)
        frozen.moment += timedelta(seconds=1)
        act(taught, supervising.grant_attempts, ben, 1)
        with taught.app.app_context():
            entries, has_more = supervising.list_record(taught.id)
            with_looks, _ = supervising.list_record(taught.id, with_looks=True)
            beyond, _ = supervising.list_record(taught.id, page=2)

            assert [(one.event.kind, one.by, one.learner) for one in entries] == [
                ("granted", "Ada", "Ben B."),
                ("overridden", "Ada", "Ben B."),
            ]
            assert [one.event.kind for one in with_looks][-1] == "viewed"
            assert (has_more, beyond) == (False, [])
