"""An attempt against the server's clock: started once, saved in time, closed once, graded, reviewed once."""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core.attempts import Cause, Decision, Save
from quizapp.core.grading import ResponseError
from quizapp.core.timing import ExtraTime
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import (
    Attempt,
    AttemptResponse,
    Card,
    Fact,
    Learner,
    QuestionRevision,
    QuestionSet,
    Quiz,
    Review,
)
from quizapp.operations import quizzes, study
from quizapp.operations.accounts.export import collect
from quizapp.operations.quizzes.reviewing import review_id_of
from tests.histories import make_members

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


class Sitting:
    """One learner at one quiz of ten minutes, in an application context."""

    def __init__(self, app, make, frozen, **settings):
        self.app = app
        self.frozen = frozen
        self.set = make.question_set(facts=settings.pop("facts", 6), fictional=settings.pop("fictional", 0))
        self.learner_id = make.guest()
        self.quiz_id = self.quiz(**settings)
        self.attempt_id = self.start()

    def quiz(self, *, count=6, seconds=600, topics=(), fiction=False):
        quiz_id = new_row_id()
        question_set = db.session.get(QuestionSet, self.set.id)
        run_tx(
            lambda: quizzes.make_quiz(
                self.learner_id,
                quiz_id,
                question_set,
                topics=topics,
                question_count=count,
                time_limit_seconds=seconds,
                includes_fiction=fiction,
                now=clock.now(),
            )
        )
        return quiz_id

    def start(self, quiz_id=None):
        quiz = db.session.get(Quiz, quiz_id or self.quiz_id)
        plan = quizzes.plan_attempt(self.learner_id, quiz, new_row_id())
        return run_tx(lambda: quizzes.start_attempt(self.learner_id, quiz, plan, clock.now()))

    def after(self, delay):
        self.frozen.moment += delay

    def rows(self, attempt_id=None):
        return (
            db.session.execute(
                sa.select(AttemptResponse)
                .where(
                    AttemptResponse.learner_id == self.learner_id,
                    AttemptResponse.attempt_id == (attempt_id or self.attempt_id),
                )
                .order_by(AttemptResponse.position)
                .execution_options(populate_existing=True)
            )
            .scalars()
            .all()
        )

    def attempt(self):
        return quizzes.find_attempt(self.learner_id, self.attempt_id)

    def key(self, row):
        return {
            "choice": {"option": "right"},
            "true-false": {"option": "true"},
            "date": {"year": 2014, "month": 9, "day": 5},
        }.get(row.form) or {"text": f"Value {self.fact_number(row)}"}

    def wrong(self, row):
        return {
            "choice": {"option": "wrong-1"},
            "true-false": {"option": "false"},
            "date": {"year": 2013, "month": 9, "day": 5},
        }.get(row.form) or {"text": "Nothing of the kind"}

    def fact_number(self, row):
        content = db.session.get(QuestionRevision, (row.question_id, row.question_revision)).content
        return int(re.search(r"Fact (\d+) has", content["explanation"])[1])

    def save(self, position, content, *, sequence=1, key=None, learner_id=None):
        sent = Save(key or uuid.uuid4(), sequence, content)
        learner = learner_id or self.learner_id
        return run_tx(lambda: quizzes.save_response(learner, self.attempt_id, position, sent, clock.now()))

    def respond_right(self):
        for row in self.rows():
            self.save(row.position, self.key(row))

    def close(self, cause=Cause.SUBMIT):
        closed = quizzes.close_attempt(self.learner_id, self.attempt_id, clock.now(), cause)
        quizzes.review_attempt(self.learner_id, self.attempt_id, clock.now())
        return closed

    def reviews(self):
        return (
            db.session.execute(sa.select(Review).where(Review.learner_id == self.learner_id)).scalars().all()
        )

    def result(self):
        learner = db.session.get(Learner, self.learner_id)
        attempt = self.attempt()
        return quizzes.load_result(learner, attempt, db.session.get(Quiz, attempt.quiz_id), clock.now())


@pytest.fixture
def sit(app, make, frozen):
    with app.app_context():
        yield lambda **settings: Sitting(app, make, frozen, **settings)


# ---- Drawing and starting ----


def test_an_attempt_pins_each_question_once_with_its_revision_and_the_order_of_its_options(sit):
    sitting = sit()
    rows = sitting.rows()
    assert [row.position for row in rows] == [1, 2, 3, 4, 5, 6]
    assert {sitting.fact_number(row) for row in rows} == set(range(6))
    assert len({row.form for row in rows}) == 5
    for row in rows:
        wanted = {
            "choice": ["right", "wrong-1", "wrong-2", "wrong-3"],
            "true-false": ["false", "true"],
            "date": ["day", "month", "year"],
        }.get(row.form, [])
        assert sorted(row.option_order) == wanted


def test_the_id_of_an_attempt_decides_its_draw(sit):
    sitting = sit(count=3)
    quiz = db.session.get(Quiz, sitting.quiz_id)
    seed = new_row_id()
    assert quizzes.plan_attempt(sitting.learner_id, quiz, seed) == quizzes.plan_attempt(
        sitting.learner_id, quiz, seed
    )


def test_facts_not_asked_so_far_come_in_the_next_attempt(sit):
    sitting = sit(count=3)
    first = {sitting.fact_number(row) for row in sitting.rows()}
    sitting.close()
    second = {sitting.fact_number(row) for row in sitting.rows(sitting.start())}
    assert first | second == set(range(6))


def test_only_the_chosen_topics_are_asked_and_what_the_source_invents_only_on_request(sit):
    sitting = sit(fictional=2, topics=["length"])
    assert {sitting.fact_number(row) for row in sitting.rows()} == {0, 2}
    sitting.close()
    everything = sitting.start(sitting.quiz(topics=["length"], fiction=True))
    assert {sitting.fact_number(row) for row in sitting.rows(everything)} == {0, 2, 4}


def test_a_quiz_whose_facts_were_all_retired_says_so(sit):
    sitting = sit()
    sitting.close()
    run_tx(lambda: db.session.execute(sa.update(Fact).values(retired_at=clock.now())))
    with pytest.raises(quizzes.NoQuestionsError):
        sitting.start()


def test_what_is_in_stock_is_counted_by_topic_with_fiction_apart(sit):
    stock = quizzes.count_stock(sit(fictional=1).set.id)
    assert stock.plain == {"length": 3, "mouth": 2}
    assert stock.fictional == {"mouth": 1}
    assert (stock.count(), stock.count(["mouth"]), stock.count(["mouth"], with_fiction=True)) == (5, 2, 3)


def test_a_second_start_resumes_the_attempt_that_is_open(sit):
    sitting = sit()
    assert sitting.start() == sitting.attempt_id
    assert len(sitting.rows()) == 6


def test_what_an_open_quiz_asks_no_other_quiz_asks_before_it_ends(sit):
    """Finished first, the other one would tell which responses to the open one are right."""
    sitting = sit(count=4)
    asked = {row.question_id: sitting.fact_number(row) for row in sitting.rows()}
    other = sitting.quiz()
    meanwhile = {sitting.fact_number(row) for row in sitting.rows(sitting.start(other))}
    assert meanwhile == set(range(6)) - set(asked.values())
    with pytest.raises(quizzes.NoQuestionsError):
        sitting.start(sitting.quiz())
    sitting.close()
    assert {sitting.fact_number(row) for row in sitting.rows(sitting.start(sitting.quiz()))} == set(
        asked.values()
    )


def test_starts_of_two_quizzes_at_once_share_no_fact(sit):
    sitting = sit(count=1, topics=["length"])
    both = [db.session.get(Quiz, sitting.quiz(count=3)) for _ in range(2)]
    plans = [(quiz, quizzes.plan_attempt(sitting.learner_id, quiz, new_row_id())) for quiz in both]

    def start(quiz, plan):
        return run_tx(lambda: quizzes.start_attempt(sitting.learner_id, quiz, plan, clock.now()))

    first = start(*plans[0])
    taken = {row.question_id for row in sitting.rows(first)}
    with pytest.raises(quizzes.StalePlanError):
        start(*plans[1])
    assert len(taken) == 3
    assert db.session.execute(sa.select(sa.func.count()).select_from(Attempt)).scalar_one() == 2
    # The same quiz again is no other quiz: its attempt goes on.
    assert start(*plans[0]) == first


def test_a_result_keeps_back_what_an_open_quiz_asks(sit):
    sitting = sit()
    sitting.respond_right()
    sitting.close()
    assert not any(line.is_closed for line in sitting.result().lines)
    again = sitting.start(sitting.quiz(count=2))
    numbers = {sitting.fact_number(row) for row in sitting.rows(again)}
    result = sitting.result()
    kept_back = [line for line in result.lines if line.is_closed]
    assert [(line.own, line.marked, line.told) for line in kept_back] == [(None, None, None)] * 2
    assert not {one.fact_key for one in result.told} & {f"fact-{number}" for number in numbers}
    assert result.sheet.result.score == 6


def test_an_export_names_nothing_of_what_an_open_quiz_asks(sit, app):
    sitting = sit()
    make_members(app, sitting.set, 2)
    sitting.respond_right()
    sitting.close()
    sitting.start(sitting.quiz(count=6))

    told = json.dumps(collect(sitting.learner_id, None, clock.now()))

    assert "nations.n0" not in told
    assert "fact-2" not in told
    assert '"outcome": "right"' not in told
    for attempt in db.session.execute(sa.select(Attempt.id).where(Attempt.state == "open")).scalars().all():
        quizzes.close_attempt(sitting.learner_id, attempt, clock.now(), Cause.SUBMIT)
    assert "nations.n0" in json.dumps(collect(sitting.learner_id, None, clock.now()))


def test_twenty_starts_at_once_make_one_attempt(sit, app):
    sitting = sit()
    sitting.close()
    quiz_id = sitting.quiz()
    ids, problems = [], []

    def start():
        with app.app_context():
            try:
                ids.append(sitting.start(quiz_id))
            except Exception as problem:
                problems.append(problem)

    threads = [threading.Thread(target=start) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(ids) == 20
    assert len(set(ids)) == 1
    assert (
        db.session.execute(
            sa.select(sa.func.count()).select_from(Attempt).where(Attempt.quiz_id == quiz_id)
        ).scalar_one()
        == 1
    )


def test_the_same_quiz_sent_twice_is_made_once_and_nobody_else_can_take_its_id(sit, make):
    sitting = sit()
    stranger = make.guest()
    question_set = db.session.get(QuestionSet, sitting.set.id)

    def again(learner_id):
        return run_tx(
            lambda: quizzes.make_quiz(
                learner_id,
                sitting.quiz_id,
                question_set,
                topics=[],
                question_count=1,
                time_limit_seconds=None,
                includes_fiction=False,
                now=clock.now(),
            )
        )

    assert again(sitting.learner_id)
    assert not again(stranger)
    assert db.session.get(Quiz, sitting.quiz_id).question_count == 6


# ---- Showing ----


def test_what_is_shown_of_a_question_tells_nothing_of_its_key(sit):
    sitting = sit()
    for row in sitting.rows():
        shown = quizzes.show_question(sitting.learner_id, sitting.attempt_id, row.position)
        assert [option.id for option in shown.options] == ([] if row.form == "date" else row.option_order)
        assert "correct" not in repr(shown)
        assert "explanation" not in repr(shown)
        assert f"Value {sitting.fact_number(row)}" not in repr(shown) or row.form in ("choice", "true-false")


# ---- Saving ----


def test_a_response_is_kept_and_can_be_replaced_and_taken_back(sit):
    sitting = sit()
    assert sitting.save(1, {"text": "one"}).decision == Decision.SAVE
    assert sitting.save(1, {"text": "two"}, sequence=2).kept == {"text": "two"}
    assert sitting.rows()[0].response == {"text": "two"}
    sitting.save(1, None, sequence=3)
    assert sitting.rows()[0].response is None


def test_fifty_identical_sends_at_once_are_one_save_and_all_are_told_so(sit, app):
    sitting = sit()
    key = uuid.uuid4()
    decisions, problems = [], []

    def send():
        with app.app_context():
            for _ in range(10):
                try:
                    decisions.append(sitting.save(1, {"text": "one"}, key=key).decision)
                except Exception as problem:
                    problems.append(problem)

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert Counter(decisions) == {Decision.SAVE: 1, Decision.DUPLICATE: 49}
    assert (sitting.rows()[0].sequence, sitting.rows()[0].response) == (1, {"text": "one"})


def test_a_key_that_comes_back_with_other_content_is_refused(sit):
    sitting = sit()
    key = uuid.uuid4()
    sitting.save(1, {"text": "one"}, key=key)
    assert sitting.save(1, {"text": "two"}, sequence=2, key=key).decision == Decision.KEY_REUSED
    assert sitting.rows()[0].response == {"text": "one"}


def test_a_save_that_another_tab_overtook_changes_nothing_and_learns_what_is_kept(sit):
    sitting = sit()
    sitting.save(1, {"text": "other tab"}, sequence=5)
    for sequence in (0, 1, 5):
        told = sitting.save(1, {"text": "mine"}, sequence=sequence)
        assert (told.decision, told.sequence, told.kept) == (Decision.STALE, 5, {"text": "other tab"})


def test_an_attempt_or_position_that_is_not_the_learners_is_not_there(sit, make):
    sitting = sit()
    assert sitting.save(1, {"text": "x"}, learner_id=make.guest()) is None
    assert sitting.save(99, {"text": "x"}) is None
    assert sitting.rows()[0].response is None


@pytest.mark.parametrize(
    ("moment", "decision"),
    [
        (10 * MINUTE - SECOND, Decision.SAVE),
        (10 * MINUTE, Decision.SAVE),
        (10 * MINUTE + 10 * SECOND, Decision.SAVE),
        (10 * MINUTE + 11 * SECOND, Decision.CLOSED),
    ],
)
def test_a_response_counts_until_the_end_of_grace_by_the_clock_of_the_server(sit, moment, decision):
    sitting = sit()
    sitting.after(moment)
    assert sitting.save(1, {"text": "x"}).decision == decision
    assert (sitting.rows()[0].response is not None) == (decision == Decision.SAVE)


def test_a_retry_of_an_acknowledged_save_is_told_so_even_after_the_end(sit):
    sitting = sit()
    row = sitting.rows()[0]
    right, wrong = sitting.key(row), sitting.wrong(row)
    key = uuid.uuid4()
    sitting.save(1, right, key=key)
    sitting.close()
    assert sitting.save(1, right, key=key).decision == Decision.DUPLICATE
    assert sitting.save(1, wrong, sequence=9).decision == Decision.CLOSED


def test_saving_reads_no_question_and_names_the_learner_in_every_statement(sit):
    sitting = sit()
    statements = []

    def note(_connection, _cursor, statement, _parameters, _context, _many):
        statements.append(statement.casefold())

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        sitting.save(1, {"text": "x"})
        sitting.save(1, {"text": "y"})
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    reaching = [one for one in statements if " responses" in one or " attempts" in one]
    assert reaching
    assert all("learner_id" in one for one in reaching)
    assert not any("question_revisions" in one or " questions" in one for one in statements)


@pytest.mark.parametrize(
    ("form", "order", "fields", "expected"),
    [
        ("choice", ("a", "b"), {"option": "b"}, {"option": "b"}),
        ("choice", ("a", "b"), {}, None),
        ("true-false", ("true", "false"), {"option": "true"}, {"option": "true"}),
        ("short", (), {"text": " Oslo "}, {"text": "Oslo"}),
        ("cloze", (), {"text": "  "}, None),
        ("date", ("month", "year"), {"month": "9", "year": "2014"}, {"year": 2014, "month": 9, "day": None}),
        ("date", ("day", "month", "year"), {"day": "", "month": "", "year": ""}, None),
    ],
)
def test_a_response_is_read_by_the_form_of_its_question_alone(form, order, fields, expected):
    slot = quizzes.Slot(1, form, order, None, False, 0, None)
    assert quizzes.read_response(slot, fields) == expected


@pytest.mark.parametrize(
    ("form", "order", "fields", "field"),
    [
        ("choice", ("a", "b"), {"option": "c"}, "option"),
        ("short", (), {"text": "x" * 501}, "text"),
        ("date", ("day", "month", "year"), {"day": "31", "month": "2", "year": "2014"}, "day"),
        ("date", ("day", "month", "year"), {"day": "3", "month": "", "year": "2014"}, "month"),
    ],
)
def test_what_cannot_be_read_as_a_response_names_its_field(form, order, fields, field):
    with pytest.raises(ResponseError) as refused:
        quizzes.read_response(quizzes.Slot(1, form, order, None, False, 0, None), fields)
    assert refused.value.field == field


def test_a_flag_is_set_and_taken_away_while_the_attempt_is_open(sit):
    sitting = sit()

    def flag(is_flagged):
        return run_tx(
            lambda: quizzes.flag_response(
                sitting.learner_id, sitting.attempt_id, 2, clock.now(), is_flagged=is_flagged
            )
        )

    assert flag(True)
    assert [slot.is_flagged for slot in quizzes.list_slots(sitting.learner_id, sitting.attempt_id)][:3] == [
        False,
        True,
        False,
    ]
    assert flag(False)
    sitting.close()
    assert not flag(True)


# ---- Time ----


def test_extra_time_moves_the_deadline_of_open_attempts_and_of_those_to_come(sit):
    sitting = sit(count=3)
    run_tx(lambda: quizzes.grant_extra_time(sitting.learner_id, ExtraTime(percent=50), clock.now()))
    assert sitting.attempt().deadline_at == sitting.attempt().started_at + 15 * MINUTE
    sitting.after(14 * MINUTE)
    assert sitting.save(1, {"text": "x"}).decision == Decision.SAVE
    later = quizzes.find_attempt(sitting.learner_id, sitting.start(sitting.quiz(seconds=60)))
    assert later.deadline_at == later.started_at + 90 * SECOND


def test_an_attempt_without_a_limit_stays_open_for_ever(sit):
    sitting = sit(seconds=None)
    sitting.after(timedelta(days=1000))
    assert quizzes.close_overdue(clock.now()) == 0
    assert sitting.save(1, {"text": "x"}).decision == Decision.SAVE


def test_an_attempt_whose_browser_never_returns_is_closed_at_its_deadline_with_what_was_saved(sit):
    sitting = sit()
    row = sitting.rows()[0]
    sitting.save(1, sitting.key(row))
    sitting.after(10 * MINUTE + 10 * SECOND)
    assert quizzes.close_overdue(clock.now()) == 0
    sitting.after(timedelta(hours=5))
    assert quizzes.close_overdue(clock.now()) == 1
    closed = sitting.attempt()
    assert (closed.state, closed.finished_by) == ("closed", "deadline")
    assert closed.finished_at == closed.started_at + 10 * MINUTE
    assert (closed.score, closed.max_score) == (1, 6)
    assert closed.reviewed_at == clock.now()
    assert quizzes.close_overdue(clock.now()) == 0


def test_whatever_touches_an_overdue_attempt_closes_it(sit):
    sitting = sit()
    assert not quizzes.close_if_over(sitting.attempt(), clock.now())
    sitting.after(11 * MINUTE)
    assert quizzes.close_if_over(sitting.attempt(), clock.now())
    assert sitting.attempt().finished_by == "deadline"
    assert quizzes.close_if_over(sitting.attempt(), clock.now())


def test_one_attempt_that_cannot_be_closed_does_not_keep_the_others_waiting(sit, caplog):
    broken = sit(count=3)
    sound_id = broken.start(broken.quiz())
    run_tx(
        lambda: db.session.execute(
            sa.update(AttemptResponse)
            .where(AttemptResponse.attempt_id == broken.attempt_id, AttemptResponse.position == 1)
            .values(response={"riddle": "x"})
        )
    )
    broken.after(timedelta(hours=1))
    assert quizzes.close_overdue(clock.now()) == 1
    assert quizzes.find_attempt(broken.learner_id, sound_id).state == "closed"
    assert broken.attempt().state == "open"
    assert "could not be closed" in caplog.text


# ---- Closing and grading ----


def test_submitting_grades_what_was_saved_by_the_pinned_revision(sit):
    sitting = sit()
    rows = sitting.rows()
    for row in rows[:4]:
        sitting.save(row.position, sitting.key(row))
    sitting.save(5, sitting.wrong(rows[4]))
    run_tx(lambda: db.session.execute(sa.update(Fact).values(retired_at=clock.now())))
    sitting.after(MINUTE)
    assert sitting.close()
    closed = sitting.attempt()
    assert (closed.score, closed.max_score, closed.finished_by) == (4, 6, "learner")
    assert closed.finished_at == closed.started_at + MINUTE
    assert [row.outcome for row in sitting.rows()] == ["right"] * 4 + ["wrong", "blank"]


def test_a_second_submit_changes_nothing(sit):
    sitting = sit()
    sitting.respond_right()
    assert sitting.close()
    first = (sitting.attempt().finished_at, sitting.attempt().score)
    sitting.after(MINUTE)
    assert not sitting.close()
    assert (sitting.attempt().finished_at, sitting.attempt().score) == first
    assert len(sitting.reviews()) == 6


def test_submitting_within_grace_ends_at_the_deadline(sit):
    sitting = sit()
    sitting.after(10 * MINUTE + 5 * SECOND)
    sitting.close()
    assert sitting.attempt().finished_at == sitting.attempt().started_at + 10 * MINUTE


def test_a_response_saved_while_the_attempt_is_graded_is_graded_too(sit, monkeypatch):
    sitting = sit()
    row = sitting.rows()[0]
    key = sitting.key(row)
    grade_once = quizzes.closing._grade

    def grade_slowly(*told):
        graded = grade_once(*told)
        monkeypatch.setattr(quizzes.closing, "_grade", grade_once)
        assert sitting.save(1, key).decision == Decision.SAVE
        return graded

    monkeypatch.setattr(quizzes.closing, "_grade", grade_slowly)
    assert sitting.close()
    assert sitting.rows()[0].outcome == "right"
    assert sitting.attempt().score == 1


def test_time_granted_while_an_attempt_is_swept_keeps_it_open(sit, monkeypatch):
    sitting = sit()
    sitting.after(11 * MINUTE)
    grade_once = quizzes.closing._grade

    def grade_slowly(*told):
        graded = grade_once(*told)
        more = ExtraTime(percent=100)
        run_tx(lambda: quizzes.grant_extra_time(sitting.learner_id, more, clock.now()))
        return graded

    monkeypatch.setattr(quizzes.closing, "_grade", grade_slowly)
    assert not quizzes.close_attempt(sitting.learner_id, sitting.attempt_id, clock.now(), Cause.SWEEP)
    assert sitting.attempt().state == "open"


def test_submits_and_saves_at_once_end_in_one_state_that_agrees_with_itself(sit, app):
    sitting = sit()
    rows = [(row.position, sitting.key(row)) for row in sitting.rows()]
    decisions, problems = [], []

    def run(work):
        with app.app_context():
            try:
                work()
            except Exception as problem:
                problems.append(problem)

    def save_all():
        for position, content in rows:
            decisions.append((position, sitting.save(position, content).decision))

    threads = [
        threading.Thread(target=run, args=(work,)) for work in (save_all, sitting.close, sitting.close)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    # What this session read before the threads ran is out of date.
    db.session.rollback()
    saved = {position for position, decision in decisions if decision == Decision.SAVE}
    assert {row.position for row in sitting.rows() if row.outcome == "right"} == saved
    assert sitting.attempt().score == len(saved)
    assert len(sitting.reviews()) == len(saved)


# ---- Reviews ----


def test_each_right_or_wrong_response_becomes_one_review_at_the_time_it_was_given(sit):
    sitting = sit()
    rows = sitting.rows()
    sitting.after(MINUTE)
    sitting.save(1, sitting.key(rows[0]))
    sitting.after(MINUTE)
    sitting.save(2, sitting.wrong(rows[1]))
    sitting.after(5 * MINUTE)
    assert sitting.reviews() == []
    sitting.close()
    reviews = {review.id: review for review in sitting.reviews()}
    right, wrong = reviews[review_id_of(sitting.attempt_id, 1)], reviews[review_id_of(sitting.attempt_id, 2)]
    started_at = sitting.attempt().started_at
    assert len(reviews) == 2
    assert (right.is_right, right.reviewed_at, right.source) == (True, started_at + MINUTE, "quiz")
    assert (wrong.is_right, wrong.reviewed_at) == (False, started_at + 2 * MINUTE)
    for review, row in ((right, rows[0]), (wrong, rows[1])):
        assert review.guess == {"choice": 0.25, "true-false": 0.5}.get(row.form, 0)
        assert (review.question_id, review.question_revision) == (row.question_id, 1)
    assert [row.review_id for row in sitting.rows()] == [right.id, wrong.id] + [None] * 4


def test_a_right_guess_among_options_moves_the_memory_less_than_recall(sit):
    sitting = sit()
    sitting.respond_right()
    sitting.close()
    stability = {}
    for row in sitting.rows():
        fact = sitting.set.facts[sitting.fact_number(row)]
        stability[row.form] = db.session.get(Card, (sitting.learner_id, fact.id)).stability
    assert stability["true-false"] < stability["choice"] < stability["short"] == stability["cloze"]


def test_reviews_cut_off_half_way_are_finished_later_and_none_is_doubled(sit, monkeypatch):
    sitting = sit()
    sitting.respond_right()
    monkeypatch.setattr(quizzes.reviewing, "BATCH", 2)
    record, calls = quizzes.reviewing.record_review, []

    def record_three(learner, given):
        if len(calls) == 3:
            raise RuntimeError("the power went")
        calls.append(given.id)
        return record(learner, given)

    monkeypatch.setattr(quizzes.reviewing, "record_review", record_three)
    with pytest.raises(RuntimeError):
        sitting.close()
    assert len(sitting.reviews()) == 2
    assert sitting.attempt().state == "closed"
    assert sitting.attempt().reviewed_at is None
    monkeypatch.setattr(quizzes.reviewing, "record_review", record)
    quizzes.close_overdue(clock.now())
    assert len(sitting.reviews()) == 6
    assert sitting.attempt().reviewed_at is not None


def test_a_review_already_made_is_found_and_not_made_again(sit):
    sitting = sit()
    sitting.respond_right()
    sitting.close()

    def forget():
        db.session.execute(sa.update(Attempt).values(reviewed_at=None))
        db.session.execute(sa.update(AttemptResponse).values(review_id=None))

    run_tx(forget)
    assert quizzes.review_attempt(sitting.learner_id, sitting.attempt_id, clock.now()) == 6
    assert len(sitting.reviews()) == 6


def test_an_open_attempt_has_no_reviews_to_make(sit):
    sitting = sit()
    sitting.respond_right()
    assert quizzes.review_attempt(sitting.learner_id, sitting.attempt_id, clock.now()) == 0
    assert sitting.reviews() == []


def test_neutral_and_unclear_responses_are_neither_scored_as_wrong_nor_reviewed(sit):
    sitting = sit()
    short = next(row for row in sitting.rows() if row.form == "short")
    date = next(row for row in sitting.rows() if row.form == "date")

    def rewrite():
        revision = db.session.get(QuestionRevision, (short.question_id, 1))
        revision.content = {**revision.content, "neutral": ["The record"]}

    short_at, date_at = short.position, date.position
    run_tx(rewrite)
    sitting.save(short_at, {"text": "the record"})
    sitting.save(date_at, {"year": 2014, "month": None, "day": None})
    sitting.close()
    assert sitting.rows()[short_at - 1].outcome == "neutral"
    assert sitting.rows()[date_at - 1].outcome == "unclear"
    assert (sitting.attempt().score, sitting.attempt().max_score) == (0, 5)
    assert sitting.reviews() == []


# ---- Results ----


def test_a_result_tells_each_question_with_response_key_and_effect_and_the_score_by_topic(sit):
    sitting = sit()
    rows = sitting.rows()
    for row in rows[:3]:
        sitting.save(row.position, sitting.key(row))
    sitting.save(4, sitting.wrong(rows[3]))
    sitting.close()
    result = sitting.result()
    assert [one.outcome for one in result.told] == ["right"] * 3 + ["wrong", "blank", "blank"]
    sheet = result.sheet
    assert (sheet.count("right"), sheet.count("blank")) == (3, 2)
    assert sum(tally.score for tally in sheet.result.by_topic.values()) == 3
    assert set(sheet.result.by_topic) == {"length", "mouth"}
    assert [one.effect is not None for one in result.told] == [True] * 4 + [False] * 2
    assert all(one.effect.days >= 1 for one in result.told[:4])
    for one, row in zip(result.told, rows, strict=True):
        assert [option.id for option in one.options] == ([] if row.form == "date" else row.option_order)
        assert one.key
        assert (one.given is None) == (one.outcome == "blank")


def test_a_date_is_told_in_words_and_an_option_by_its_text(sit):
    sitting = sit()
    sitting.respond_right()
    sitting.close()
    given = {one.question.type: one.given for one in sitting.result().told}
    assert given["date"] == "5 September 2014"
    assert given["true-false"] == "True"
    assert given["choice"].startswith("Value ")


def test_invented_statements_are_scored_apart(sit):
    sitting = sit(facts=4, fictional=2, fiction=True)
    sitting.respond_right()
    sitting.close()
    result = sitting.result().sheet.result
    assert (result.total.max_score, result.fiction.max_score) == (2, 2)
    assert sitting.attempt().max_score == 2


def test_an_open_attempt_tells_no_result(sit):
    sitting = sit()
    with pytest.raises(ValueError, match="open"):
        sitting.result()


def test_facts_of_a_set_that_is_no_deck_keep_their_evidence_without_becoming_due(sit):
    sitting = sit()
    sitting.respond_right()
    sitting.close()
    assert not sitting.result().is_deck
    assert study.list_decks(sitting.learner_id) == []
    run_tx(lambda: study.add_deck(sitting.learner_id, sitting.set.id, clock.now()))
    assert sitting.result().is_deck


def test_attempts_are_listed_newest_first_by_page_and_by_state(sit):
    sitting = sit()
    ids = [sitting.attempt_id]
    for _ in range(2):
        sitting.close()
        sitting.after(MINUTE)
        sitting.attempt_id = sitting.start()
        ids.insert(0, sitting.attempt_id)
    rows, total = quizzes.list_attempts(sitting.learner_id)
    assert ([attempt.id for attempt, _ in rows], total) == (ids, 3)
    assert [attempt.id for attempt, _ in quizzes.list_attempts(sitting.learner_id, state="open")[0]] == ids[
        :1
    ]
    rows, total = quizzes.list_attempts(sitting.learner_id, quiz_id=sitting.quiz_id, limit=1, offset=1)
    assert ([attempt.id for attempt, _ in rows], total) == (ids[1:2], 3)


def test_reviews_that_fail_are_logged_and_tried_again_with_the_next_sweep(sit, monkeypatch, caplog):
    sitting = sit()
    sitting.respond_right()
    sitting.after(timedelta(hours=1))
    record = quizzes.reviewing.record_review

    def fail(_learner, _given):
        raise RuntimeError("not today")

    monkeypatch.setattr(quizzes.reviewing, "record_review", fail)
    assert quizzes.close_overdue(clock.now()) == 1
    assert "could not become reviews" in caplog.text
    monkeypatch.setattr(quizzes.reviewing, "record_review", record)
    quizzes.close_overdue(clock.now())
    assert len(sitting.reviews()) == 6


def test_an_attempt_that_is_not_there_is_not_closed(sit, make):
    sitting = sit()
    stranger = make.guest()
    assert not quizzes.close_attempt(stranger, sitting.attempt_id, clock.now(), Cause.SUBMIT)
    assert sitting.attempt().state == "open"
