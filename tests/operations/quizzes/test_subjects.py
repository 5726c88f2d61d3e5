"""What a quiz of one's own can be about: its name, its stock, and the rules that come of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.database import db
from quizapp.models import QuestionSet
from quizapp.operations import quizzes
from quizapp.operations.quizzes.subjects import _shared
from tests.histories import review


@pytest.fixture
def subject(app, make):
    """What is asked of sets by their slugs, each of four facts on two topics."""
    with app.app_context():

        def about(*slugs):
            made = [make.question_set(slug, facts=4).id for slug in slugs]
            return quizzes.subject_of_sets([db.session.get(QuestionSet, set_id) for set_id in made])

        yield about


@pytest.mark.parametrize(
    ("slugs", "title"),
    [
        (["rivers"], "Rivers"),
        (["rivers", "lakes"], "Rivers and Lakes"),
        (["rivers", "lakes", "seas"], "Rivers, Lakes and Seas"),
        (["rivers", "lakes", "seas", "bays"], "Rivers, Lakes and 2 more sets"),
    ],
)
def test_a_quiz_is_named_after_its_sets(subject, slugs, title):
    assert subject(*slugs).title == title


def test_topics_of_several_sets_are_told_apart(subject):
    two = subject("rivers", "lakes")
    assert [value for value, _, _ in two.list_topics()] == [
        "rivers/length",
        "rivers/mouth",
        "lakes/length",
        "lakes/mouth",
    ]
    assert (two.count(), two.count(["rivers/length"]), two.count(["rivers/length", "lakes/mouth"])) == (
        8,
        2,
        4,
    )


def test_all_topics_of_several_sets_are_one_rule_and_some_are_one_for_each_set(subject):
    two = subject("rivers", "lakes")
    rivers, lakes = (one.id for one in two.sets)
    (rule,) = two.contents(5).rules
    assert (rule.count, rule.sets, rule.topics) == (5, (rivers, lakes), ())
    chosen = two.contents(5, ["rivers/length", "lakes/length", "lakes/mouth"])
    assert [(rule.count, rule.sets, rule.topics) for rule in chosen.rules] == [
        (2, (rivers,), ("length",)),
        (3, (lakes,), ("length", "mouth")),
    ]
    (alone,) = two.contents(2, ["lakes/mouth"]).rules
    assert (alone.count, alone.sets, alone.topics) == (2, (lakes,), ("mouth",))


def test_memory_chooses_from_all_sets_without_topics(app, make, frozen):
    made, learner_id = make.question_set(facts=4), make.guest()
    review(app, learner_id, made.facts[0].id, days_ago=2, right=False)
    review(app, learner_id, made.facts[1].id, days_ago=2)
    with app.app_context():
        sets = [db.session.get(QuestionSet, made.id)]
        mistakes = quizzes.subject_of_memory(learner_id, sets, "mistakes")
        weak = quizzes.subject_of_memory(learner_id, sets, "weak")
        assert (mistakes.count(), weak.count(), mistakes.list_topics()) == (1, 2, [])
        assert (mistakes.title, weak.title) == ("What I got wrong", "What I know least")
        assert mistakes.contents(1).rules[0].chosen_by == "mistakes"


@given(st.integers(0, 60), st.lists(st.integers(0, 20), min_size=1, max_size=5))
def test_shares_are_even_as_far_as_there_is_something_to_give(count, available):
    shares = _shared(count, available)
    assert sum(shares) == min(count, sum(available))
    assert all(0 <= share <= there for share, there in zip(shares, available, strict=True))
    # Who gives less than another gives all there is, or one less.
    for share, there in zip(shares, available, strict=True):
        assert share == there or share >= max(shares) - 1
