"""What an instructor can put into a quiz, and what should be looked at in it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core.quiz_contents import Contents, DrawRule, FixedQuestion, Section
from quizapp.database import db, new_row_id
from quizapp.models import Question, QuestionRevision, Quiz
from quizapp.operations import quizzes
from quizapp.operations.quizzes import Fitting, Wanted


@pytest.fixture
def rivers(make):
    """Four facts, the last of them invented, each asked in five types."""
    return make.question_set("rivers", facts=4, fictional=1)


@pytest.fixture
def quiz(app, cast, rivers):
    with app.app_context():
        made = Quiz(
            id=new_row_id(),
            kind="taught",
            question_set_id=rivers.id,
            made_by=cast.ada.learner_id,
            owner_id=cast.ada.user_id,
            title="Rivers",
            question_count=0,
            created_at=clock.now(),
        )
        db.session.add(made)
        db.session.commit()
        yield made


def found(made, **wanted):
    listed, total = quizzes.find_questions(Wanted(sets=[made.id], **wanted), limit=100)
    assert total == len(listed)
    return listed


def rewrite(question_id, **fields):
    """Have a question say something else."""
    content = db.session.execute(
        sa.select(QuestionRevision.content).where(QuestionRevision.question_id == question_id)
    ).scalar_one()
    db.session.execute(
        sa.update(QuestionRevision)
        .where(QuestionRevision.question_id == question_id)
        .values(content={**content, **fields})
    )
    db.session.commit()


def contents_of(*items):
    return Contents((Section("", items),))


def test_sets_are_offered_that_are_published_or_drafts_of_ones_own(app, make, cast, rivers):
    own = make.question_set("bridges", owner=cast.ada, state="draft")
    make.question_set("lakes", owner=cast.olga, state="draft")
    old = make.question_set("seas", owner=cast.ada, state="archived")
    with app.app_context():
        offered = {one.id for one in quizzes.list_offered_sets([cast.ada.user_id])}
        assert offered == {rivers.id, own.id}
        named = {one.id for one in quizzes.list_offered_sets([], [old.id])}
    assert named == {rivers.id, old.id}


def test_questions_are_found_by_topic_type_standing_difficulty_and_words(quiz, rivers):
    assert len(found(rivers)) == 20
    assert {one.type for one in found(rivers, types=["date"])} == {"date"}
    assert {one.topic for one in found(rivers, topics=["mouth"])} == {"mouth"}
    assert len(found(rivers, standings=["fictional"])) == 5
    assert len(found(rivers, text="FACT 2 of")) == 3
    assert found(rivers, text="100%") == []
    assert found(rivers, difficulties=["easy"]) == []
    assert len(found(rivers, difficulties=["easy", "medium"])) == 20


def test_a_bound_of_difficulty_belongs_to_the_harder_step(quiz, rivers):
    rewrite(rivers.facts[0].questions["choice"], difficulty=0.7)
    rewrite(rivers.facts[1].questions["choice"], difficulty=1.0)
    rewrite(rivers.facts[2].questions["choice"], difficulty=0.399)
    assert len(found(rivers, difficulties=["hard"])) == 2
    assert len(found(rivers, difficulties=["easy"])) == 1


def test_what_was_withdrawn_is_not_found_but_still_known(quiz, rivers):
    gone = rivers.facts[0].questions["choice"]
    db.session.execute(sa.update(Question).where(Question.id == gone).values(retired_at=clock.now()))
    db.session.commit()
    assert gone not in {one.id for one in found(rivers)}
    assert quizzes.load_offered([gone])[gone].is_retired


def test_a_long_list_comes_in_parts(quiz, rivers):
    wanted = Wanted(sets=[rivers.id])
    first, total = quizzes.find_questions(wanted, limit=15)
    rest, _ = quizzes.find_questions(wanted, limit=15, offset=15)
    assert (len(first), len(rest), total) == (15, 5, 20)
    assert not {one.id for one in first} & {one.id for one in rest}


def test_a_rule_counts_questions_and_facts_and_leaves_fiction_out_unless_it_is_wanted(quiz, rivers):
    rule = DrawRule(count=2, sets=(rivers.id,))
    assert quizzes.count_fitting(quiz, rule) == Fitting(15, 3)
    only = DrawRule(count=2, sets=(rivers.id,), types=("choice",), topics=("length",))
    assert quizzes.count_fitting(quiz, only) == Fitting(2, 2)
    invented = DrawRule(count=1, sets=(rivers.id,), standings=("fictional",))
    assert quizzes.count_fitting(quiz, invented) == Fitting(5, 1)


def test_a_rule_that_finds_too_few_says_how_many(quiz, rivers):
    few = DrawRule(count=7, sets=(rivers.id,))
    none = DrawRule(count=1, sets=(rivers.id,), topics=("nowhere",))
    enough = DrawRule(count=3, sets=(rivers.id,))
    advice = quizzes.advise(quiz, contents_of(few, none, enough))
    assert set(advice) == {(1, 1), (1, 2)}
    assert "Only 3 of the 7" in advice[1, 1][0]
    assert "Nothing fits" in advice[1, 2][0]


def test_a_fact_that_is_asked_twice_is_told_at_the_second_question(quiz, rivers):
    first, other, again = (
        FixedQuestion(rivers.facts[place].questions[kind])
        for place, kind in ((0, "choice"), (1, "choice"), (0, "short"))
    )
    advice = quizzes.advise(quiz, Contents((Section("", (first, other)), Section("", (again,)))))
    assert set(advice) == {(2, 1)}
    assert "a second time" in advice[2, 1][0]
    assert "fact 0 of rivers" in advice[2, 1][0]


def test_a_question_that_tells_the_key_of_another_is_told(quiz, rivers):
    telling, told = rivers.facts[0].questions["choice"], rivers.facts[1].questions["short"]
    rewrite(telling, stem="Which river runs beside the hill of Value 1?")
    advice = quizzes.advise(quiz, contents_of(FixedQuestion(told), FixedQuestion(telling)))
    assert set(advice) == {(1, 2)}
    assert "Gives away the key of “Which value belongs to fact 1 of rivers?”" in advice[1, 2][0]


def test_a_fixed_question_that_was_withdrawn_or_is_gone_is_told(quiz, rivers):
    gone = rivers.facts[0].questions["choice"]
    db.session.execute(sa.update(Question).where(Question.id == gone).values(retired_at=clock.now()))
    db.session.commit()
    advice = quizzes.advise(quiz, contents_of(FixedQuestion(gone), FixedQuestion(new_row_id())))
    assert all("withdrawn" in advice[1, place][0] for place in (1, 2))


def test_sound_contents_need_no_advice(quiz, rivers):
    fixed = [FixedQuestion(fact.questions["choice"]) for fact in rivers.facts[:3]]
    assert quizzes.advise(quiz, contents_of(*fixed)) == {}
    assert quizzes.advise(quiz, Contents(())) == {}
