from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.distractors import Distractor
from quizapp.core.facts import Entity, EntityValue, FactSet
from quizapp.core.generation import generate, generate_for
from quizapp.core.generation.balance import Aim, corner_of, draws
from tests.bank_strategies import bank_of, country_fact, number_fact

SYLLABLES = ("ba", "cel", "di", "forn", "gu", "hal", "kes", "li", "mond", "nu")


def lands(count):
    """A bank of so many hosts whose names are of many lengths."""
    names = sorted(
        {
            "".join(SYLLABLES[number // 10**place % 10] for place in range(2 + number % 3)).title()
            for number in range(7 * count)
        }
    )[:count]
    entities = {f"land-{place}": Entity(f"land-{place}", "country", name) for place, name in enumerate(names)}
    entities |= {f"t-{place}": Entity(f"t-{place}", "treaty", f"Treaty {place}") for place in range(count)}
    facts = [
        country_fact(
            0,
            "chad",
            id=f"host-{place}",
            subject=f"t-{place}",
            value=EntityValue(f"land-{place}"),
            ask=f"Which country was host to treaty {place} of the league?",
            tell=f"Treaty {place} of the league had as its host [[{name}]].",
            never=("true-false",),
        )
        for place, name in enumerate(names)
    ]
    return replace(bank_of(*facts), entities=entities)


def lands_and_parts(count):
    """The same bank with as many facts again whose values are mostly the shortest and first of their kind."""
    bank = lands(count)
    names = ("Africa", "Asia", "Europe", "North America", "Oceania", "South America")
    parts = {f"part-{place}": Entity(f"part-{place}", "part", name) for place, name in enumerate(names)}
    facts = [
        country_fact(
            0,
            "chad",
            id=f"part-of-{place}",
            subject=f"land-{place}",
            relation="lies-in",
            value=EntityValue(f"part-{place % 3}"),
            ask=f"In which part of the world lies the land of number {place}?",
            tell=f"The land of number {place} lies in [[{names[place % 3]}]].",
            never=("true-false",),
        )
        for place in range(count)
    ]
    return replace(bank, entities=dict(bank.entities) | parts, facts=(*bank.facts, *facts))


@pytest.fixture(scope="module")
def choices():
    return [question for question in generate(lands_and_parts(160)) if question.type == "choice"]


def share(choices, score):
    """How often one who takes the option of the highest score is right; ties are broken by chance."""
    right = 0.0
    for question in choices:
        scores = [score(question.options, option) for option in question.options]
        best = [one for one, value in zip(question.options, scores, strict=True) if value == max(scores)]
        right += sum(one.correct for one in best) / len(best)
    return right / len(choices)


@pytest.mark.parametrize(
    "trick",
    [
        lambda _, one: len(one.text),
        lambda _, one: -len(one.text),
        lambda options, one: -options.index(one),
        lambda options, one: options.index(one),
        lambda options, one: -abs(options.index(one) - (len(options) - 1) / 2),
    ],
    ids=["longest", "shortest", "first", "last", "middle"],
)
def test_no_trick_with_length_or_place_pays(choices, trick):
    assert len(choices) == 320
    assert share(choices, trick) == pytest.approx(0.25, abs=0.05)


def test_counts_have_their_key_in_every_place_as_often():
    facts = [
        number_fact(
            0,
            10 + 3 * place,
            id=f"count-{place}",
            subject=f"treaty-{place % 8}",
            relation=f"counted-{place // 8}",
            ask=f"How many envoys came to meeting {place}?",
            tell=f"To meeting {place} came [[{10 + 3 * place} envoys]].",
            is_exact=True,
            never=("true-false",),
        )
        for place in range(80)
    ]
    questions = [one for one in generate(bank_of(*facts)) if one.type == "choice"]
    places = Counter(
        next(place for place, option in enumerate(one.options) if option.correct) for one in questions
    )

    assert len(questions) == 80
    assert all(15 <= places[place] <= 25 for place in range(4))


def test_a_single_question_is_what_the_whole_bank_has():
    bank = lands(40)
    made = {question.id: question for question in generate(bank)}

    for fact in bank.facts[::7]:
        assert all(made[one.id] == one for one in generate_for(lands(40), fact))


@given(st.text("abc", min_size=1, max_size=4), st.text("abc", min_size=1, max_size=4))
def test_of_two_texts_one_stands_before_and_one_is_shorter(one, other):
    if one != other:
        assert [
            first != second
            for first, second in zip(corner_of(one, other), corner_of(other, one), strict=True)
        ] == [
            True,
            True,
        ]


@given(
    st.lists(st.text("abcdef", min_size=1, max_size=8), unique=True, min_size=4, max_size=20),
    st.integers(0, 3),
    st.integers(0, 3),
)
def test_the_sets_nearest_to_the_aim_come_first(texts, before, shorter):
    key, *others = texts
    pool = [Distractor(text, EntityValue(text), None, "sibling-entity") for text in others]
    aim = Aim(before, shorter)
    misses = []
    for taken in draws(key, [lambda: pool], aim, 3):
        corners = [corner_of(key, one.text) for one in taken]
        misses.append(aim.miss(sum(one for one, _ in corners), sum(one for _, one in corners)))
        assert len({one.text for one in taken}) == 3

    assert misses == sorted(misses)
    assert misses


def test_what_is_easily_confused_comes_first_where_the_balance_allows_it():
    bank = lands(120)
    groups = [
        FactSet(f"alike-{place}", "confusable", tuple(fact.id for fact in bank.facts[place : place + 6]))
        for place in range(0, 120, 6)
    ]
    choices = [one for one in generate(replace(bank, sets=tuple(groups))) if one.type == "choice"]
    confused = [option.strategy == "recorded-confusion" for one in choices for option in one.options]

    assert sum(confused) > 0.7 * 3 * len(choices)
    for trick in (len, lambda text: -len(text)):
        assert share(choices, lambda _, one, trick=trick: trick(one.text)) == pytest.approx(0.25, abs=0.08)


def test_counts_whose_length_tells_nothing_leave_the_lengths_of_names_balanced():
    counts = [
        number_fact(
            0,
            1000 + 7 * place,
            id=f"a-count-{place}",
            relation=f"counted-{place // 8}",
            ask=f"How many envoys came to meeting {place}?",
            tell=f"To meeting {place} came [[{1000 + 7 * place:,} envoys]].",
            is_exact=True,
        )
        for place in range(120)
    ]
    bank = lands(120)
    named = [one for one in generate(replace(bank, facts=(*counts, *bank.facts))) if "/host-" in one.id]
    choices = [one for one in named if one.type == "choice"]

    assert len(choices) == 120
    assert share(choices, lambda _, one: -len(one.text)) == pytest.approx(0.25, abs=0.08)
