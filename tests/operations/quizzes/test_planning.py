"""What an attempt asks: sections in order, fixed questions and rules, and which facts come first."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core.questions import question_from_dict
from quizapp.core.quiz_contents import Contents, DrawRule, FixedQuestion, Section, contents_to_list
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import (
    Attempt,
    AttemptResponse,
    Fact,
    Question,
    QuestionRevision,
    QuestionSet,
    Quiz,
    QuizTaker,
)
from quizapp.operations import quizzes
from quizapp.operations.quizzes.planning.stock import step_of
from tests.histories import review


class Planner:
    """A learner in front of quizzes with any contents, in an application context."""

    def __init__(self, app, make, frozen):
        self.app, self.make, self.frozen = app, make, frozen
        self.learner_id = make.guest()

    def quiz(self, *sections, **settings):
        contents = Contents(
            tuple(Section(f"Part {at}", tuple(items)) for at, items in enumerate(sections, 1))
        )
        first = db.session.execute(sa.select(QuestionSet.id)).scalars().first()
        quiz = Quiz(
            question_set_id=first,
            made_by=settings.pop("made_by", self.learner_id),
            title="Planned",
            contents=contents_to_list(contents),
            question_count=contents.count,
            created_at=clock.now(),
            **settings,
        )
        quiz_id = quiz.id = new_row_id()
        run_tx(lambda: db.session.add(quiz))
        return db.session.get(Quiz, quiz_id)

    def plan(self, quiz, **options):
        return quizzes.plan_attempt(self.learner_id, quiz, new_row_id(), **options)

    def start(self, quiz, **options):
        plan = self.plan(quiz, with_open=options.get("is_preview", False))
        return run_tx(lambda: quizzes.start_attempt(self.learner_id, quiz, plan, clock.now(), **options))


@pytest.fixture
def planner(app, make, frozen):
    with app.app_context():
        yield Planner(app, make, frozen)


def asked(plan):
    return [slot["question_id"] for slot in plan.slots]


def facts_of(made, plan):
    """Return by number which facts a plan asks."""
    of_question = {
        question_id: at for at, fact in enumerate(made.facts) for question_id in fact.questions.values()
    }
    return [of_question[question_id] for question_id in asked(plan)]


def retire(*question_ids):
    run_tx(
        lambda: db.session.execute(
            sa.update(Question).where(Question.id.in_(question_ids)).values(retired_at=clock.now())
        )
    )


def test_sections_follow_one_another_with_what_is_fixed_and_what_is_drawn_and_its_marks(planner, make):
    made = make.question_set(facts=8)
    fixed = made.facts[7].questions["short"]
    quiz = planner.quiz(
        [FixedQuestion(fixed, 3.0), DrawRule(count=2, sets=(made.id,), types=("date",), weight=2.0)],
        [DrawRule(count=2, sets=(made.id,), types=("choice",))],
    )
    plan = planner.plan(quiz)
    assert [(slot["position"], slot["section"]) for slot in plan.slots] == [
        (1, 1),
        (2, 1),
        (3, 1),
        (4, 2),
        (5, 2),
    ]
    forms = {slot["form"]: slot["weight"] for slot in plan.slots}
    assert forms == {"short": 3.0, "date": 2.0, "choice": 1.0}
    assert len(set(facts_of(made, plan))) == 5


def test_without_shuffling_questions_and_options_stand_as_they_were_written(planner, make):
    made = make.question_set(facts=6)
    fixed = [made.facts[at].questions["choice"] for at in (4, 0, 5, 2, 1)]
    items = [FixedQuestion(question_id) for question_id in fixed]
    quiz = planner.quiz(items, shuffles_questions=False, shuffles_options=False)
    plans = [planner.plan(quiz) for _ in range(4)]
    assert all(asked(plan) == fixed for plan in plans)
    orders = {tuple(slot["option_order"]) for plan in plans for slot in plan.slots}
    assert len(orders) == 1
    shuffled = planner.quiz(items)
    plans = [planner.plan(shuffled) for _ in range(6)]
    assert len({tuple(asked(plan)) for plan in plans}) > 1
    assert len({tuple(slot["option_order"]) for plan in plans for slot in plan.slots}) > 1


def test_shuffling_keeps_questions_in_their_section(planner, make):
    made = make.question_set(facts=6)
    first, second = (
        [FixedQuestion(made.facts[at].questions["choice"]) for at in part] for part in ((0, 1, 2), (3, 4, 5))
    )
    for _ in range(5):
        assert set(facts_of(made, planner.plan(planner.quiz(first, second)))[:3]) == {0, 1, 2}


def test_an_order_is_shuffled_whatever_the_settings_say(planner, make):
    made = make.ten_types()
    question_id = next(fact.questions["ordering"] for fact in made.facts if "ordering" in fact.questions)
    quiz = planner.quiz([FixedQuestion(question_id)], shuffles_options=False)
    content = db.session.execute(
        sa.select(QuestionRevision.content).where(QuestionRevision.question_id == question_id)
    ).scalar_one()
    plain = planner.plan(quiz).slots[0]["option_order"]
    assert len(plain) == len(content["sequence"])
    assert plain != [event.id for event in question_from_dict(content).sequence]


def test_a_fixed_question_is_asked_in_its_newest_revision(planner, make):
    made = make.question_set(facts=2)
    question_id = made.facts[0].questions["choice"]
    quiz = planner.quiz([FixedQuestion(question_id)])

    def revise():
        content = db.session.get(QuestionRevision, (question_id, 1)).content
        db.session.add(
            QuestionRevision(
                question_id=question_id,
                revision=2,
                content={**content, "options": content["options"][:3]},
                created_at=clock.now(),
            )
        )
        db.session.get(Question, question_id).revision = 2

    run_tx(revise)
    (slot,) = planner.plan(quiz).slots
    assert (slot["question_revision"], len(slot["option_order"])) == (2, 3)


def test_a_fixed_question_that_was_retired_is_left_out_and_told(planner, make):
    made = make.question_set(facts=3)
    kept, gone = made.facts[0].questions["choice"], made.facts[1].questions["choice"]
    quiz = planner.quiz([FixedQuestion(kept), FixedQuestion(gone)])
    retire(gone)
    plan = planner.plan(quiz)
    assert (asked(plan), plan.withdrawn) == ([kept], 1)
    preview = quizzes.preview_attempt(planner.learner_id, quiz)
    assert (preview.count, preview.withdrawn, preview.tells, preview.facts) == (1, 1, False, None)


def test_what_is_fixed_is_not_drawn_again_whatever_question_asks_it(planner, make):
    made = make.question_set(facts=4)
    fixed = made.facts[0].questions["choice"]
    quiz = planner.quiz([DrawRule(count=3, sets=(made.id,))], [FixedQuestion(fixed)])
    for _ in range(5):
        facts = facts_of(made, planner.plan(quiz))
        assert facts[3] == 0
        assert sorted(facts) == [0, 1, 2, 3]


def test_a_rule_draws_by_set_type_and_difficulty(planner, make):
    rivers, lakes = make.question_set("rivers", facts=3), make.question_set("lakes", facts=3)
    hard = lakes.facts[1].questions["short"]

    def harden():
        row = db.session.get(QuestionRevision, (hard, 1))
        row.content = {**row.content, "difficulty": 0.9}

    run_tx(harden)
    quiz = planner.quiz([DrawRule(count=5, sets=(rivers.id, lakes.id), difficulties=("hard",))])
    assert asked(planner.plan(quiz)) == [hard]
    of_both = planner.quiz([DrawRule(count=4, sets=(rivers.id, lakes.id), types=("cloze",))])
    plan = planner.plan(of_both)
    assert {slot["form"] for slot in plan.slots} == {"cloze"}
    of_lakes = {fact.questions["cloze"] for fact in lakes.facts}
    assert len(of_lakes & set(asked(plan))) == 2


@pytest.mark.parametrize(
    ("difficulty", "step"), [(0.0, "easy"), (0.39, "easy"), (0.4, "medium"), (0.7, "hard"), (1.0, "hard")]
)
def test_every_difficulty_lies_in_one_step(difficulty, step):
    assert step_of(difficulty) == step


def test_what_is_invented_is_drawn_where_it_is_wanted_alone(planner, make):
    made = make.question_set(facts=5, fictional=2)
    quiz = planner.quiz([DrawRule(count=5, sets=(made.id,), standings=("fictional",))])
    assert set(facts_of(made, planner.plan(quiz))) == {3, 4}


def test_mistakes_are_facts_of_which_the_last_review_was_wrong(planner, make):
    made = make.question_set(facts=4)
    for at, (before, last) in enumerate([(True, False), (False, True), (False, False)]):
        review(planner.app, planner.learner_id, made.facts[at].id, days_ago=5, right=before)
        review(planner.app, planner.learner_id, made.facts[at].id, days_ago=2, right=last)
    quiz = planner.quiz([DrawRule(count=4, sets=(made.id,), chosen_by="mistakes")])
    assert set(facts_of(made, planner.plan(quiz))) == {0, 2}
    assert quizzes.count_to_practise(planner.learner_id, [made.id]) == (2, 3)


def test_what_is_known_least_comes_first_and_what_was_never_begun_last(planner, make):
    made = make.question_set(facts=5)
    for at, days in ((3, 200), (1, 60), (4, 1)):
        review(planner.app, planner.learner_id, made.facts[at].id, days_ago=days)
    for count, known in ((1, {3}), (2, {3, 1}), (3, {3, 1, 4})):
        quiz = planner.quiz([DrawRule(count=count, sets=(made.id,), chosen_by="weak")])
        assert set(facts_of(made, planner.plan(quiz))) == known
    everything = planner.quiz([DrawRule(count=5, sets=(made.id,), chosen_by="weak")])
    assert len(planner.plan(everything).slots) == 5


def test_what_another_quiz_keeps_secret_counts_neither_as_a_mistake_nor_as_begun(planner, make):
    made = make.question_set(facts=2)
    for fact in made.facts:
        review(planner.app, planner.learner_id, fact.id, days_ago=2, right=False)
    planner.start(planner.quiz([FixedQuestion(made.facts[0].questions["choice"])]))
    assert quizzes.count_to_practise(planner.learner_id, [made.id]) == (1, 1)


def test_a_draft_is_asked_in_a_quiz_of_whoever_wrote_it_and_in_no_other(planner, make, cast):
    draft = make.question_set("draft", facts=3, owner=cast.ada, state="draft")
    taught = {"kind": "taught", "made_by": cast.ada.learner_id}
    rule = DrawRule(count=3, sets=(draft.id,))
    assert len(planner.plan(planner.quiz([rule], owner_id=cast.ada.user_id, **taught)).slots) == 3
    # An administrator sees every set.
    assert len(planner.plan(planner.quiz([rule], owner_id=cast.olga.user_id, **taught)).slots) == 3
    for settings in ({}, taught):
        with pytest.raises(quizzes.NoQuestionsError):
            planner.plan(planner.quiz([rule], **settings))


def test_what_is_fixed_for_all_waits_for_an_open_quiz_but_not_for_one_that_was_handed_in(planner, make, cast):
    made = make.question_set(facts=3)
    question_id = made.facts[0].questions["choice"]
    taught = planner.quiz([FixedQuestion(question_id)], kind="taught", owner_id=cast.ada.user_id)
    own = planner.quiz([FixedQuestion(made.facts[0].questions["short"])])
    run_tx(
        lambda: db.session.add(
            QuizTaker(learner_id=planner.learner_id, quiz_id=taught.id, name="", joined_at=clock.now())
        )
    )
    attempt_id = planner.start(own)
    with pytest.raises(quizzes.HeldError):
        planner.plan(taught)
    preview = quizzes.preview_attempt(planner.learner_id, taught)
    assert (preview.count, preview.must_wait, preview.holding) == (0, True, (("Planned", attempt_id),))
    run_tx(
        lambda: db.session.execute(
            sa.update(Attempt)
            .where(Attempt.id == attempt_id)
            .values(state="closed", finished_at=clock.now(), finished_by="learner")
        )
    )
    assert asked(planner.plan(taught)) == [question_id]
    assert planner.start(taught) is not None


def test_a_fixed_question_of_ones_own_quiz_is_left_out_while_another_asks_its_fact(planner, make):
    made = make.question_set(facts=3)
    held, free = made.facts[0].questions["choice"], made.facts[1].questions["choice"]
    planner.start(planner.quiz([FixedQuestion(made.facts[0].questions["short"])]))
    quiz = planner.quiz([FixedQuestion(held), FixedQuestion(free)])
    assert asked(planner.plan(quiz)) == [free]
    assert set(asked(planner.plan(quiz, with_open=True))) == {held, free}


def test_two_rules_on_one_set_that_is_too_small_say_so(planner, make):
    made = make.question_set(facts=5)
    rule = DrawRule(count=4, sets=(made.id,))
    quiz = planner.quiz([rule], [rule])
    preview = quizzes.preview_attempt(planner.learner_id, quiz)
    assert (preview.count, preview.facts, preview.tells) == (5, 5, False)


def test_facts_that_were_withdrawn_take_their_fixed_questions_along(planner, make):
    made = make.question_set(facts=2)
    quiz = planner.quiz([FixedQuestion(fact.questions["choice"]) for fact in made.facts])
    run_tx(
        lambda: db.session.execute(
            sa.update(Fact).where(Fact.id == made.facts[0].id).values(retired_at=clock.now())
        )
    )
    assert (len(planner.plan(quiz).slots), planner.plan(quiz).withdrawn) == (1, 1)


def test_the_seed_of_a_quiz_does_not_count_previews(planner, make):
    made = make.question_set(facts=3)
    quiz = planner.quiz([DrawRule(count=2, sets=(made.id,))])
    before = quizzes.seed_of(planner.learner_id, quiz)
    planner.start(quiz, is_preview=True)
    assert quizzes.seed_of(planner.learner_id, quiz) == before


# ---- The start ----


def attempts():
    return {one.id: one for one in db.session.execute(sa.select(Attempt)).scalars()}


def test_a_quiz_is_started_with_its_password_alone(planner, make):
    made = make.question_set(facts=2)
    quiz = planner.quiz([DrawRule(count=1, sets=(made.id,))], password="Ülm")
    for wrong in ("", "ulm", "Ülme"):
        with pytest.raises(quizzes.WrongPasswordError):
            planner.start(quiz, password=wrong)
    assert attempts() == {}
    first = planner.start(quiz, password=" Ülm ")
    # Going on asks for nothing.
    assert planner.start(quiz) == first
    assert list(attempts()) == [first]


@pytest.mark.parametrize(
    ("settings", "refusal"),
    [
        ({"opens_at": timedelta(hours=1)}, "not-open-yet"),
        ({"closes_at": timedelta(0)}, "closed"),
        ({"state": "archived"}, "closed"),
    ],
)
def test_a_quiz_is_started_only_while_it_is_open(planner, make, settings, refusal):
    made = make.question_set(facts=2)
    values = {
        name: clock.now() + value if isinstance(value, timedelta) else value
        for name, value in settings.items()
    }
    quiz = planner.quiz([DrawRule(count=1, sets=(made.id,))], **values)
    with pytest.raises(quizzes.NotPermittedError) as refused:
        planner.start(quiz)
    assert refused.value.permit.refusal == refusal


def test_attempts_are_as_many_as_allowed_and_granted_and_previews_are_none_of_them(planner, make):
    made = make.question_set(facts=2)
    quiz = planner.quiz([DrawRule(count=1, sets=(made.id,))], most_attempts=1)

    def finish():
        run_tx(
            lambda: db.session.execute(
                sa.update(Attempt).values(
                    state="closed",
                    finished_at=clock.now(),
                    finished_by="learner",
                    released_at=clock.now(),
                )
            )
        )

    planner.start(quiz, is_preview=True)
    finish()
    assert quizzes.permit_of(planner.learner_id, quiz, clock.now()).left == 1
    planner.start(quiz)
    finish()
    with pytest.raises(quizzes.NotPermittedError):
        planner.start(quiz)
    taker = QuizTaker(
        learner_id=planner.learner_id, quiz_id=quiz.id, name="", joined_at=clock.now(), extra_attempts=1
    )
    run_tx(lambda: db.session.add(taker))
    assert quizzes.permit_of(planner.learner_id, quiz, clock.now()).left == 1
    planner.start(quiz)


def test_a_start_pins_what_decides_the_attempt(planner, make):
    made = make.question_set(facts=2)
    quiz = planner.quiz(
        [DrawRule(count=2, sets=(made.id,), weight=2.5)],
        navigation="forward",
        question_seconds=60,
        time_limit_seconds=600,
        closes_at=clock.now() + timedelta(minutes=12),
        negative_percent=25,
        extra_time_percent=50,
        shows={"score": ["during", "after", "closed"], "key": ["during", "after", "closed"]},
    )
    attempt_id = planner.start(quiz)
    made_now = attempts()[attempt_id]
    assert (made_now.turn, made_now.question_seconds, made_now.checks) == (1, 60, True)
    assert made_now.extra_time_percent == 50
    # Fifteen minutes would end after the quiz closes.
    assert made_now.deadline_at == clock.now() + timedelta(minutes=12)
    assert made_now.marking["negative_percent"] == 25
    rows = rows_of(attempt_id)
    assert [row.closes_at for row in rows] == [clock.now() + timedelta(seconds=90), None]
    assert {row.weight for row in rows} == {2.5}
    (event,) = quizzes.list_events(planner.learner_id, attempt_id)
    assert event.kind == "started"


def rows_of(attempt_id):
    return list(
        db.session.execute(
            sa.select(AttemptResponse)
            .where(AttemptResponse.attempt_id == attempt_id)
            .order_by(AttemptResponse.position)
        ).scalars()
    )


def test_the_largest_extra_time_holds(planner, make):
    made = make.question_set(facts=1)
    quiz = planner.quiz([DrawRule(count=1, sets=(made.id,))], extra_time_percent=10)
    assert quizzes.extra_time_of(planner.learner_id, quiz).percent == 10
    taker = QuizTaker(
        learner_id=planner.learner_id, quiz_id=quiz.id, name="", joined_at=clock.now(), extra_time_percent=25
    )
    run_tx(lambda: db.session.add(taker))
    assert quizzes.extra_time_of(planner.learner_id, quiz).percent == 25
    run_tx(lambda: db.session.execute(sa.update(QuizTaker).values(is_untimed=True, extra_time_percent=0)))
    assert quizzes.extra_time_of(planner.learner_id, quiz).is_untimed


def test_a_preview_needs_no_permit_is_no_secret_and_takes_the_place_of_the_one_before(planner, make):
    made = make.question_set(facts=2)
    quiz = planner.quiz(
        [FixedQuestion(made.facts[0].questions["choice"])], password="word", closes_at=clock.now()
    )
    other = planner.quiz([FixedQuestion(made.facts[0].questions["short"])])
    planner.start(other)
    first = planner.start(quiz, is_preview=True)
    second = planner.start(quiz, is_preview=True)
    assert first != second
    assert first not in attempts()
    assert attempts()[second].is_preview
    assert quizzes.list_events(planner.learner_id, second) == []
    assert [quiz.id for _, quiz in quizzes.list_attempts(planner.learner_id)[0]] == [other.id]


def test_a_real_start_is_not_kept_back_by_a_preview_that_is_open(planner, make):
    made = make.question_set(facts=2)
    quiz = planner.quiz([DrawRule(count=1, sets=(made.id,))])
    preview = planner.start(quiz, is_preview=True)
    real = planner.start(quiz)
    assert real != preview
    assert [(one.id, one.is_preview) for one in attempts().values()] == [(real, False)]


def test_a_quiz_that_is_not_there_is_found_by_nobody(planner, make, cast):
    made = make.question_set(facts=1)
    items = [FixedQuestion(made.facts[0].questions["choice"])]
    taught = planner.quiz(items, kind="taught", owner_id=cast.ada.user_id, made_by=cast.ada.learner_id)
    own = planner.quiz(items)
    assert quizzes.find_quiz(planner.learner_id, uuid.uuid4()) is None
    assert quizzes.find_quiz(planner.learner_id, own.id)[0] is own
    assert quizzes.find_quiz(cast.ben.learner_id, own.id) is None
    assert quizzes.find_quiz(planner.learner_id, taught.id) is None
    # Not even by its instructor, who has a preview.
    assert quizzes.find_quiz(cast.ada.learner_id, taught.id) is None
    planner.frozen.moment += timedelta(hours=1)
    run_tx(lambda: quizzes.join_quiz(planner.learner_id, taught.id, "Ida", clock.now()))
    assert quizzes.find_quiz(planner.learner_id, taught.id)[0].id == taught.id
    assert [one.id for one in quizzes.list_quizzes(planner.learner_id)] == [taught.id, own.id]
    run_tx(lambda: db.session.execute(sa.update(Quiz).where(Quiz.id == taught.id).values(state="draft")))
    assert quizzes.find_quiz(planner.learner_id, taught.id) is None
