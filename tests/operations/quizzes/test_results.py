"""What a result holds in each phase, its sheet of marks, and what it is compared with."""

from __future__ import annotations

import uuid
from datetime import timedelta
from itertools import chain, combinations

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core.certainty import Verdict
from quizapp.core.disclosure import (
    ALL_AFTER_CLOSE,
    KEY_AFTER_CLOSE,
    Disclosure,
    Item,
    Phase,
    disclosure_to_dict,
)
from quizapp.core.quiz_contents import Contents, DrawRule, FixedQuestion, Section, contents_to_list
from quizapp.core.regrading import Adjustment, adjustment_to_dict
from quizapp.database import db, run_tx
from quizapp.models import Attempt, AttemptResponse, Learner, Quiz, QuizAdjustment
from quizapp.operations import quizzes, reports
from quizapp.operations.quizzes.results import find_missed
from quizapp.operations.search.viewer import Viewer

SUBSETS = [
    frozenset(items)
    for items in chain.from_iterable(combinations(Item, size) for size in range(len(Item) + 1))
]


def shown(*items, phases=(Phase.AFTER, Phase.CLOSED)):
    return disclosure_to_dict(Disclosure(frozenset((item, phase) for item in items for phase in phases)))


@pytest.fixture
def rivers(sit, make):
    return sit(make.question_set(facts=6))


def take(sitting, *right, quiz_id=None, count=4, certainty=(), **columns):
    """Take a quiz, or the same again, with these positions right and the others wrong; returns its result."""
    sitting.after(minutes=1)
    if quiz_id is None:
        quiz_id = sitting.quiz(count=count, **columns)
    quiz = db.session.get(Quiz, quiz_id)
    plan = quizzes.plan_attempt(sitting.learner_id, quiz, uuid.uuid4())
    sitting.attempt_id = run_tx(lambda: quizzes.start_attempt(sitting.learner_id, quiz, plan, clock.now()))
    for position in range(1, len(plan.slots) + 1):
        stated = certainty[position - 1] if certainty else None
        sitting.send(position, sitting.key_of(position, right=position in right), certainty=stated)
    sitting.after(minutes=2)
    sitting.close()
    return sitting.result()


def change(sitting, position, **values):
    run_tx(
        lambda: db.session.execute(
            sa.update(AttemptResponse)
            .where(AttemptResponse.attempt_id == sitting.attempt_id, AttemptResponse.position == position)
            .values(**values)
        )
    )


@pytest.mark.parametrize("items", SUBSETS, ids=lambda items: "+".join(sorted(items)) or "nothing")
def test_a_result_holds_nothing_that_is_not_shown(rivers, items):
    result = take(rivers, 1, 2, shows=shown(*items))
    shows_key = {Item.SCORE, Item.RESPONSES, Item.KEY} <= items
    assert (result.sheet is not None) == (Item.SCORE in items)
    assert (result.comparison is not None) == (Item.SCORE in items)
    assert (result.mistakes > 0) == (Item.SCORE in items and result.is_released)
    for line in result.lines:
        assert (line.own is not None) == (Item.RESPONSES in items)
        assert (line.marked is not None) == (Item.SCORE in items)
        assert (line.told is not None) == shows_key
    if Item.SCORE not in items:
        assert result.not_right == []
    if shows_key and Item.EXPLANATIONS not in items:
        assert {one.question.explanation for one in result.told} == {""}
        assert not any(option.because for one in result.told for option in one.options)


def test_each_phase_shows_its_own(rivers):
    closes_at = clock.now() + timedelta(hours=2)
    result = take(rivers, 1, shows=disclosure_to_dict(KEY_AFTER_CLOSE), closes_at=closes_at)
    assert result.view.items == {Item.SCORE, Item.RESPONSES}
    assert result.view.later == {Item.KEY, Item.EXPLANATIONS}
    assert not result.is_released
    assert result.told == []
    assert find_missed(rivers.learner_id, rivers.attempt_id, clock.now()) == frozenset()
    rivers.after(hours=3)
    quizzes.close_overdue(clock.now())
    result = rivers.result()
    assert (result.view.phase, result.view.later) == (Phase.CLOSED, frozenset())
    assert len(result.told) == 4
    assert result.is_released
    assert all(one.effect is not None for one in result.told)


def test_an_attempt_that_has_ended_does_not_close_another_at_the_same_quiz(rivers):
    closes_at = clock.now() + timedelta(hours=2)
    take(rivers, 1, shows=disclosure_to_dict(KEY_AFTER_CLOSE), closes_at=closes_at)
    quiz_id = rivers.attempt().quiz_id
    first = rivers.attempt_id
    take(rivers, quiz_id=quiz_id)
    rivers.attempt_id = first
    assert not any(line.is_closed for line in rivers.result().lines)
    # An open one does, as far as it asks the same.
    quiz = db.session.get(Quiz, quiz_id)
    plan = quizzes.plan_attempt(rivers.learner_id, quiz, uuid.uuid4())
    run_tx(lambda: quizzes.start_attempt(rivers.learner_id, quiz, plan, clock.now()))
    assert any(line.is_closed for line in rivers.result().lines)


def test_marks_follow_weight_lateness_and_what_an_instructor_set(rivers):
    due = clock.now() - timedelta(hours=3)
    take(rivers, 1, 2, due_at=due, late_steps=[[4, 80]])
    change(rivers, 2, weight=2.0)
    change(rivers, 3, override_marks=0.5, override_comment="Nearly.")
    run_tx(lambda: quizzes.retotal(rivers.learner_id, rivers.attempt_id))
    result = rivers.result()
    sheet = result.sheet
    assert (sheet.result.score, sheet.max_score) == (3.5, 5)
    assert sheet.score == pytest.approx(0.8 * 3.5)
    assert sheet.share == pytest.approx(0.8 * 3.5 / 5)
    assert sheet.credit_percent == 80
    assert sheet.late_seconds == (timedelta(hours=3) + timedelta(minutes=3)).total_seconds()
    assert sum(tally.score for tally in sheet.by_form.values()) == 3.5
    assert [line.marked.max_marks for line in result.lines] == [1, 2, 1, 1]
    third = result.lines[2].marked
    assert (third.marks, third.is_overridden, third.comment) == (0.5, True, "Nearly.")


@pytest.mark.parametrize(
    ("adjustment", "outcome", "score", "words"),
    [
        (Adjustment(is_credited=True), "right", 1.0, "Everybody was given credit"),
        (Adjustment(is_dropped=True), "neutral", 0.0, "was dropped: it counts for nobody"),
        # Scores that would fall were left as they stood.
        (Adjustment(is_dropped=True), "wrong", 0.0, "was dropped; your marks for it stay"),
    ],
)
def test_a_decision_is_told_where_it_made_the_grade(rivers, adjustment, outcome, score, words):
    take(rivers, 2)
    row = rivers.row(1)
    quiz_id, question_id = rivers.attempt().quiz_id, row.question_id
    run_tx(
        lambda: db.session.add(
            QuizAdjustment(
                quiz_id=quiz_id, question_id=question_id, adjustment=adjustment_to_dict(adjustment)
            )
        )
    )
    change(rivers, 1, outcome=outcome, score=score)
    line, other = rivers.result().lines[:2]
    assert words in line.marked.decision
    assert line.told.outcome == outcome
    assert other.marked.decision == ""


def test_a_response_accepted_on_review_says_so_and_is_right(rivers):
    take(rivers)
    row = rivers.row(1)
    from_rows = {"accepted": [row.response], "refused": [], "is_credited": False, "is_dropped": False}
    quiz_id, question_id = rivers.attempt().quiz_id, row.question_id
    run_tx(
        lambda: db.session.add(QuizAdjustment(quiz_id=quiz_id, question_id=question_id, adjustment=from_rows))
    )
    change(rivers, 1, outcome="right", score=1.0)
    line = rivers.result().lines[0]
    assert line.marked.decision == line.told.grade.feedback == "Accepted on review."


def test_attempts_are_compared_with_one_another_and_the_one_that_counts_is_marked(rivers):
    take(rivers, 1, 2, 3, count=6)
    quiz_id = rivers.attempt().quiz_id
    take(rivers, quiz_id=quiz_id)
    result = take(rivers, 1, quiz_id=quiz_id)
    comparison = result.comparison
    assert [take.share for take in comparison.takes] == pytest.approx([0.5, 0, 1 / 6])
    assert [take.counts for take in comparison.takes] == [True, False, False]
    assert (comparison.this.number, comparison.share) == (3, 0.5)
    assert [take.seconds for take in comparison.takes] == [120, 120, 120]
    for scoring, counting, share in (("last", 3, 1 / 6), ("first", 1, 0.5), ("average", None, 2 / 9)):
        rivers.set_quiz(quiz_id, scoring=scoring)
        comparison = rivers.result().comparison
        assert [take.number for take in comparison.takes if take.counts] == [counting] * bool(counting)
        assert comparison.share == pytest.approx(share)


def test_each_question_knows_how_it_went_the_time_before(rivers):
    fixed = tuple(FixedQuestion(fact.questions["choice"]) for fact in rivers.set.facts[:4])
    first = take(rivers, 1, 2, 3, contents=contents_to_list(Contents((Section("", fixed),))))
    assert {line.marked.before for line in first.lines} == {None}
    was = {rivers.row(line.position).question_id: line.marked.outcome for line in first.lines}
    second = take(rivers, quiz_id=rivers.attempt().quiz_id)
    before = [line.marked.before for line in second.lines]
    assert before == [was[rivers.row(line.position).question_id] for line in second.lines]
    assert sorted(before) == ["right"] * 3 + ["wrong"]
    # What came later is not before.
    rivers.attempt_id = second.comparison.takes[0].attempt_id
    assert {line.marked.before for line in rivers.result().lines} == {None}


def test_a_preview_is_compared_with_nothing_and_moves_nothing(rivers):
    take(rivers, 1)
    quiz_id = rivers.attempt().quiz_id
    take(rivers, 1, quiz_id=quiz_id)
    run_tx(
        lambda: db.session.execute(
            sa.update(Attempt).where(Attempt.id == rivers.attempt_id).values(is_preview=True)
        )
    )
    result = rivers.result()
    assert (result.comparison, result.mistakes, result.is_released) == (None, 0, False)
    assert not any(one.effects for one in result.told)
    assert find_missed(rivers.learner_id, rivers.attempt_id, clock.now()) == frozenset()


# ---- What was not right ----


def test_the_facts_that_were_not_right_are_found_and_nobody_elses(ten, make):
    for form, how in (("choice", "right"), ("short", "wrong"), ("matching", "part"), ("ordering", "right")):
        ten.give(form, how)
    ten.submit()
    quizzes.review_attempt(ten.learner_id, ten.attempt_id, clock.now())
    missed = find_missed(ten.learner_id, ten.attempt_id, clock.now())
    keys = {fact.key for fact in ten.set.facts if fact.id in missed}
    assert not keys & {*ten.keys("choice"), *ten.keys("ordering")}
    assert set(ten.keys("short")) <= keys
    # Of several, those that were known are not among them; what was left blank is.
    assert 0 < len(keys & set(ten.keys("matching"))) < 3
    assert set(ten.keys("map")) <= keys
    assert ten.result().mistakes == len(missed)
    viewer = Viewer(db.session.get(Learner, ten.learner_id), clock.now())
    assert viewer.missed_in(str(ten.attempt_id)) == missed
    other = Viewer(db.session.get(Learner, make.guest()), clock.now())
    assert other.missed_in(str(ten.attempt_id)) == viewer.missed_in("nonsense") == frozenset()


def test_a_quiz_of_two_sets_tells_of_each_question_its_own_set(sit, make):
    sitting, lakes = sit(make.question_set(facts=2)), make.question_set("lakes", facts=2)
    rules = tuple(DrawRule(count=2, sets=(set_id,)) for set_id in (sitting.set.id, lakes.id))
    result = take(
        sitting, contents=contents_to_list(Contents((Section("", rules),))), count=4, question_count=4
    )
    assert sorted(one.slug for one in result.told) == ["lakes", "lakes", "rivers", "rivers"]
    assert [(place.slug, place.is_deck, place.missed) for place in result.sets] == [
        ("lakes", False, True),
        ("rivers", False, True),
    ]


# ---- Certainty ----


def test_certainty_is_compared_with_correctness_in_one_attempt_and_in_all(rivers):
    quiz_id = rivers.quiz(count=6)
    rivers.set_quiz(quiz_id, certainty=True)
    result = take(rivers, 5, 6, quiz_id=quiz_id, certainty=(3, 3, 3, 3, 1, 1))
    sure, unsure = result.certainty
    assert (sure.count, sure.right, sure.marks, sure.verdict) == (4, 0, -24, Verdict.OVER)
    assert (unsure.count, unsure.right, unsure.marks) == (2, 2, 2)
    assert result.sheet.score == 0
    assert result.sheet.took_marks
    report = reports.load_certainty(rivers.learner_id, clock.now())
    assert [level.marks for level in report.levels] == [-24, 2]
    assert [take.attempt_id for take in report.takes] == [rivers.attempt_id]


def test_the_certainty_of_an_attempt_waits_for_its_score(rivers):
    closes_at = clock.now() + timedelta(hours=2)
    quiz_id = rivers.quiz(count=4)
    rivers.set_quiz(quiz_id, certainty=True, shows=disclosure_to_dict(ALL_AFTER_CLOSE), closes_at=closes_at)
    assert take(rivers, quiz_id=quiz_id, certainty=(3, 3, 3, 3)).certainty == []
    assert reports.load_certainty(rivers.learner_id, clock.now()).takes == []
    rivers.after(hours=3)
    quizzes.close_overdue(clock.now())
    assert len(rivers.result().certainty) == 1
    assert len(reports.load_certainty(rivers.learner_id, clock.now()).takes) == 1


def test_without_certainty_marking_there_is_nothing_to_compare(rivers):
    assert take(rivers, 1).certainty == []
    assert reports.load_certainty(rivers.learner_id, clock.now()).levels == []


def test_a_question_whose_own_time_was_over_says_so(rivers):
    rivers.start(count=3, navigation="forward", question_seconds=30)
    rivers.after(seconds=10)
    run_tx(lambda: quizzes.turn_to(rivers.learner_id, rivers.attempt_id, 2, clock.now()))
    rivers.after(seconds=45)
    run_tx(lambda: quizzes.turn_to(rivers.learner_id, rivers.attempt_id, 3, clock.now()))
    rivers.after(seconds=5)
    rivers.close()
    assert [line.own.is_over for line in rivers.result().lines] == [False, True, False]


def test_what_was_told_at_the_close_stays_told_when_the_quiz_is_opened_longer(rivers):
    closes_at = clock.now() + timedelta(hours=1)
    take(rivers, 1, closes_at=closes_at, shows=disclosure_to_dict(ALL_AFTER_CLOSE))
    assert Item.KEY not in rivers.result().view
    rivers.after(minutes=90)
    quizzes.release_due(clock.now())
    assert Item.KEY in rivers.result().view
    quiz_id = rivers.attempt().quiz_id
    later = clock.now() + timedelta(days=1)
    run_tx(lambda: setattr(db.session.get_one(Quiz, quiz_id), "closes_at", later))
    assert Item.KEY in rivers.result().view
