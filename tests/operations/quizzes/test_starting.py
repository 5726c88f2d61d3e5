"""Which questions an attempt may draw, where questions probe several facts and sets are large."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core.drawing import Wish, draw_all
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import AttemptResponse, Fact, Question, Quiz
from quizapp.operations import quizzes
from quizapp.operations.attempt_secrecy import find_closed_facts
from quizapp.operations.quizzes import Preview
from quizapp.operations.quizzes.planning import plans
from tests.histories import make_members


def retire_single(made):
    """Leave of a set only what probes several facts."""
    single = sa.select(Question.id).where(
        Question.question_set_id == made.id,
        Question.type.not_in(["multiple", "ordering", "matching", "map"]),
    )
    run_tx(
        lambda: db.session.execute(
            sa.update(Question).where(Question.id.in_(single)).values(retired_at=clock.now()),
            execution_options={"synchronize_session": False},
        )
    )


def change_fact(made, index, **values):
    run_tx(
        lambda: db.session.execute(sa.update(Fact).where(Fact.id == made.facts[index].id).values(**values))
    )


def asked(sitting):
    return set(
        db.session.execute(
            sa.select(AttemptResponse.question_id).where(AttemptResponse.attempt_id == sitting.attempt_id)
        ).scalars()
    )


def test_a_quiz_asks_every_type_there_is(ten):
    assert len(ten.rows()) == 10


@pytest.mark.parametrize(
    "change",
    [
        {"retired_at": "now"},
        {"treatment": "exclude"},
        {"standing": "fictional"},
    ],
)
def test_a_question_is_not_asked_if_one_of_its_facts_may_not_be(sit, make, change):
    made = make.question_set(facts=5)
    broken = make.question(made, "ordering", (0, 1, 2))
    sound = make.question(made, "map", (3, 4))
    retire_single(made)
    change_fact(made, 2, **{name: clock.now() if value == "now" else value for name, value in change.items()})

    assert asked(sit(made).start()) == {sound}
    assert broken != sound


def test_a_question_on_what_is_invented_and_what_is_not_is_asked_in_no_quiz(sit, make):
    made = make.question_set(facts=5, fictional=3)
    make.question(made, "ordering", (0, 1, 4), standing="documented")
    invented = make.question(made, "map", (2, 3), standing="fictional")
    retire_single(made)
    assert asked(sit(made).start(fiction=True)) == {invented}
    with pytest.raises(quizzes.NoQuestionsError):
        sit(made).start()


def test_a_question_belongs_to_its_own_topic_or_to_that_of_all_its_facts(sit, make):
    made = make.question_set(facts=6, topics=("length", "mouth"))
    own = make.question(made, "ordering", (0, 1, 2), topic="mouth")
    of_facts = make.question(made, "map", (3, 5), topic="elsewhere")
    make.question(made, "multiple", (3, 4), topic="elsewhere")
    retire_single(made)
    assert asked(sit(made).start(topics=["mouth"])) == {own, of_facts}


def test_a_question_waits_while_another_quiz_asks_one_of_its_facts(sit, make):
    made = make.question_set(facts=6)
    ordering = make.question(made, "ordering", (0, 1, 2))
    matching = make.question(made, "matching", (2, 3, 4))
    retire_single(made)
    sitting = sit(made)
    first = asked(sitting.start(count=1))
    with pytest.raises(quizzes.NoQuestionsError):
        sitting.start()
    sitting.close()
    assert first < {ordering, matching}
    assert asked(sitting.start(count=1)) == {ordering, matching} - first


def test_a_preview_says_how_many_the_next_attempt_asks_and_which_open_quiz_holds_the_others(sit, make):
    sitting = sit(make.question_set(facts=6))
    wanted = db.session.get(Quiz, sitting.quiz(count=6))
    assert quizzes.preview_attempt(sitting.learner_id, wanted) == Preview(6)
    sitting.start(count=4)
    held_by = quizzes.find_attempt(sitting.learner_id, sitting.attempt_id)
    title = db.session.get(Quiz, held_by.quiz_id).title
    preview = quizzes.preview_attempt(sitting.learner_id, wanted)
    assert preview == Preview(2, holding=((title, sitting.attempt_id),))
    plan = quizzes.plan_attempt(
        sitting.learner_id, wanted, new_row_id(), quizzes.seed_of(sitting.learner_id, wanted)
    )
    assert len(plan.slots) == 2
    assert quizzes.preview_attempt(sitting.learner_id, wanted) == preview
    sitting.close()
    assert quizzes.preview_attempt(sitting.learner_id, wanted) == Preview(6)


def test_a_preview_tells_what_was_withdrawn_from_what_would_give_responses_away(sit, make):
    made = make.question_set(facts=6)
    sitting = sit(made)
    wanted = db.session.get(Quiz, sitting.quiz(count=6))
    change_fact(made, 0, retired_at=clock.now())
    assert quizzes.preview_attempt(sitting.learner_id, wanted) == Preview(5, facts=5)
    make.question(made, "ordering", (1, 2, 3))
    retire_single(made)
    assert quizzes.preview_attempt(sitting.learner_id, wanted) == Preview(1, facts=3, tells=True)


def test_a_start_that_another_overtook_finds_the_facts_that_both_would_ask(sit, make):
    made = make.question_set(facts=6)
    make.question(made, "ordering", (0, 1, 2))
    make.question(made, "matching", (2, 3, 4))
    retire_single(made)
    sitting = sit(made)
    both = [db.session.get(Quiz, sitting.quiz(count=1)) for _ in range(2)]
    plans = [(quiz, quizzes.plan_attempt(sitting.learner_id, quiz, quiz.id)) for quiz in both]
    run_tx(lambda: quizzes.start_attempt(sitting.learner_id, *plans[0], clock.now()))
    with pytest.raises(quizzes.StalePlanError):
        run_tx(lambda: quizzes.start_attempt(sitting.learner_id, *plans[1], clock.now()))


def test_an_open_quiz_closes_every_fact_of_its_questions_and_the_lists_they_are_on(app, sit, make):
    made = make.question_set(facts=7)
    make_members(app, made, 3)
    make.question(made, "ordering", (2, 3, 4))
    retire_single(made)
    sitting = sit(made).start()
    closed = {fact.id: index for index, fact in enumerate(made.facts)}
    assert {closed[fact_id] for fact_id in find_closed_facts(sitting.learner_id)} == {0, 1, 2, 3, 4}
    sitting.close()
    assert find_closed_facts(sitting.learner_id) == frozenset()


def test_what_can_be_marked_is_closed_whether_it_is_right_or_wrong(app, sit, make):
    """Which facts are closed would tell the key: only those of the right options."""
    made = make.question_set(facts=8)
    options = [
        {
            "id": str(n),
            "text": f"Thing {n}",
            "correct": n < 2,
            "because": "",
            "fact": f"fact-{n}",
            "strategy": None,
        }
        for n in range(4)
    ]
    make.question(made, "multiple", (0, 1), options=options)
    places = [
        {"id": str(n), "name": f"Land {n}", "code": None, "point": None, "fact": key, "because": ""}
        for n, key in enumerate(["fact-4", "fact-5", None])
    ]
    make.question(made, "map", (4,), places=places, targets=["0"])
    retire_single(made)
    sitting = sit(made).start()
    numbers = {fact.id: index for index, fact in enumerate(made.facts)}
    assert {numbers[fact_id] for fact_id in find_closed_facts(sitting.learner_id)} == {0, 1, 2, 3, 4, 5}
    sitting.close()
    assert find_closed_facts(sitting.learner_id) == frozenset()


# ---- Of a large set only a part is read ----


@pytest.fixture
def large(monkeypatch):
    monkeypatch.setattr(plans, "_FEW", 0)
    monkeypatch.setattr(plans, "_SPARE", 2)
    monkeypatch.setattr(plans, "_OF_A_TYPE", 1)
    read = []
    read_once = plans.read_questions

    def note(question_ids):
        read.append(set(question_ids))
        return read_once(question_ids)

    monkeypatch.setattr(plans, "read_questions", note)
    return read


def test_of_a_large_set_a_part_is_read_and_topics_take_turns(large, sit, make):
    sitting = sit(make.question_set(facts=24)).start(count=4)
    assert len(asked(sitting)) == 4
    (read,) = large
    assert len(read) < 24 * 5 / 1.5
    topics = Counter(sitting.question(form).topic for form in sitting.rows())
    assert topics == {"length": 2, "mouth": 2}


def test_what_a_large_set_can_ask_in_one_way_only_once_is_read_whatever_the_draw(large, sit, make):
    made = make.question_set(facts=24)
    rare = make.question(made, "map", (22, 23))
    sitting = sit(made)
    quiz = db.session.get(Quiz, sitting.quiz(count=1))
    for _ in range(8):
        quizzes.plan_attempt(sitting.learner_id, quiz, new_row_id())
    assert len(large) == 8
    assert all(rare in read for read in large)


def test_of_a_large_set_what_was_not_asked_comes_first(large, sit, make):
    made = make.question_set(facts=24)
    sitting = sit(made)
    probed = []
    for _ in range(6):
        sitting.start(count=4)
        probed += [key for form in sitting.rows() for key in sitting.question(form).facts]
        sitting.close()
    assert len(set(probed)) == len(probed)


def test_a_draw_from_a_part_that_falls_short_is_drawn_from_all(large, sit, make, monkeypatch):
    offered = []

    def draw_little(fixed, wishes, rng):
        offered.append(len(wishes[0].candidates))
        return draw_all(fixed, wishes if len(offered) > 1 else [Wish(wishes[0].candidates, 1)], rng)

    monkeypatch.setattr(plans, "draw_all", draw_little)
    sitting = sit(make.question_set(facts=24)).start(count=4)
    assert len(offered) == 2
    assert offered[1] == 24 * 5
    assert len(asked(sitting)) == 4


def test_the_same_attempt_draws_the_same_from_a_large_set(large, sit, make):
    sitting = sit(make.question_set(facts=24))
    quiz = db.session.get(Quiz, sitting.quiz(count=4))
    first = quizzes.plan_attempt(sitting.learner_id, quiz, quiz.id)
    assert quizzes.plan_attempt(sitting.learner_id, quiz, quiz.id) == first


def test_what_an_instructor_looks_through_is_kept_from_no_other_quiz(sit, make):
    sitting = sit(make.question_set(facts=4))
    quiz = db.session.get(Quiz, sitting.quiz(count=4))
    plan = quizzes.plan_attempt(sitting.learner_id, quiz, new_row_id())
    run_tx(lambda: quizzes.start_attempt(sitting.learner_id, quiz, plan, clock.now(), is_preview=True))
    other = db.session.get(Quiz, sitting.quiz(count=4))
    assert len(quizzes.plan_attempt(sitting.learner_id, other, new_row_id()).slots) == 4
