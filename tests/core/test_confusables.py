"""Which facts are easily confused, and an order of introduction that keeps them apart."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import DamerauLevenshtein

from quizapp.core import confusables
from quizapp.core.confusables import MOST, introduction_order, neighbours, neighbours_of_questions
from quizapp.core.dates import PartialDate
from quizapp.core.facts import (
    Bank,
    DateValue,
    Entity,
    EntityValue,
    Fact,
    FactSet,
    NumberValue,
    Source,
    Standing,
    TextValue,
    Treatment,
    Value,
)
from quizapp.core.questions import Citation, DateQuestion, Option, ShortQuestion, TrueFalseQuestion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quizapp.core.confusables import Neighbour
    from quizapp.core.questions import AnyQuestion


def fact(key: str, subject: str, value: Value, relation: str = "is", **how: Any) -> Fact:
    return Fact(key, "topic", subject, relation, value, f"What of {subject}?", "It is [[that]].", **how)


def bank(facts: Sequence[Fact], *sets: FactSet, **names: str) -> Bank:
    """Return a bank with a thing of the kind `thing` for each subject and each value; `names` are their names."""
    keys = {one.subject for one in facts}
    keys |= {one.value.entity for one in facts if isinstance(one.value, EntityValue)}
    # The other names are nothing like each other.
    things = {
        key: Entity(key, "thing", names.get(key, hashlib.sha256(key.encode()).hexdigest())) for key in keys
    }
    return Bank("bank", "Bank", "en", ("topic",), Source(), things, tuple(facts), sets)


def kinds(found: Mapping[str, tuple[Neighbour, ...]], key: str) -> dict[str, str]:
    return {other.fact: other.kind for other in found.get(key, ())}


def date_of(edtf: str) -> DateValue:
    return DateValue(PartialDate.parse(edtf))


def on_subjects(*names: str) -> Bank:
    facts = [fact(f"f{n}", f"s{n}", TextValue(f"{n}" * 9)) for n in range(len(names))]
    return bank(facts, **{f"s{n}": name for n, name in enumerate(names)})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Niger", "Nigeria"),
        ("Slovakia", "Slovenia"),
        ("Republic of the Congo", "Democratic Republic of the Congo"),
        ("Guinea", "Equatorial Guinea"),
        ("North Korea", "South Korea"),
        ("Austria", "Australia"),
        ("Gambia", "Zambia"),
        ("Mauritania", "Mauritius"),
        ("Iran", "Iraq"),
        ("thallium", "thulium"),
        ("Which city lies in Niger?", "Which city lies in Nigeria?"),
        ("Resolution 2170", "Resolution 2178"),
    ],
)
def test_names_that_are_alike_are_confused(one: str, other: str) -> None:
    found = neighbours(on_subjects(one, other, "Bhutan", "Kyrgyzstan"))

    assert kinds(found, "f0") == {"f1": "near"}
    assert kinds(found, "f1") == {"f0": "near"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("China", "Chile"),
        ("Mali", "Peru"),
        ("Chad", "Chile"),
        ("South Africa", "South Sudan"),
        ("U", "W"),
        ("What is the capital of Mali?", "What is the capital of Cuba?"),
        ("page 12", "page 13"),
    ],
)
def test_names_that_only_share_a_little_are_not(one: str, other: str) -> None:
    assert neighbours(on_subjects(one, other)) == {}


def test_names_that_end_alike_are_found_however_many_stand_between_their_beginnings() -> None:
    between = [f"{letter}{hashlib.sha256(letter.encode()).hexdigest()}" for letter in "hijklmnopqrstuvwxy"]

    assert set(neighbours(on_subjects("Gambia", "Zambia", *between))) == {"f0", "f1"}


def test_a_word_that_many_share_tells_nothing() -> None:
    assert neighbours(on_subjects(*(f"{letter * 7} emirate" for letter in "abcdefgh"))) == {}
    assert len(neighbours(on_subjects(*(f"{letter * 7} emirate" for letter in "abc")))) == 3


def test_names_of_values_count_as_those_of_subjects_do_but_only_within_a_relation() -> None:
    facts = [
        fact("one", "a", EntityValue("niger")),
        fact("two", "b", EntityValue("nigeria")),
        fact("else", "c", EntityValue("nigeria"), relation="other"),
    ]
    found = neighbours(bank(facts, niger="Niger", nigeria="Nigeria"))

    assert set(found) == {"one", "two"}
    assert set(
        neighbours(bank([fact("x", "a", TextValue("red kite")), fact("y", "b", TextValue("red kites"))]))
    ) == {
        "x",
        "y",
    }


def test_a_fact_told_the_other_way_round_is_the_first_neighbour() -> None:
    facts = [
        fact("capital", "kenya", EntityValue("nairobi"), "capital"),
        fact("country", "nairobi", EntityValue("kenya"), "country-of-capital"),
        fact("number", "iron", NumberValue(26), "number"),
        fact("element", "place", EntityValue("iron"), "element"),
    ]
    found = neighbours(
        bank(facts, FactSet("all", "confusable", tuple(f.id for f in facts)), place="atomic number 26")
    )

    assert (found["capital"][0].fact, found["capital"][0].kind) == ("country", "turned")
    assert (found["element"][0].fact, found["element"][0].kind) == ("number", "turned")
    assert kinds(found, "capital")["number"] == "named"


def test_only_sets_of_the_kind_confusable_name_neighbours() -> None:
    facts = [fact(f"f{n}", f"s{n}", TextValue(f"{n}" * 9)) for n in range(4)]

    found = neighbours(
        bank(facts, FactSet("a", "confusable", ("f0", "f1")), FactSet("b", "matching", ("f2", "f3")))
    )
    assert {key: kinds(found, key) for key in found} == {"f0": {"f1": "named"}, "f1": {"f0": "named"}}


@pytest.mark.parametrize(
    ("one", "other", "is_near"),
    [
        (date_of("2014-09-05"), date_of("2014-10-20"), True),
        (date_of("2014-09-05"), date_of("2014-10-21"), False),
        (NumberValue(90, "states"), NumberValue(100, "states"), True),
        (NumberValue(89, "states"), NumberValue(100, "states"), False),
        (NumberValue(100, "states"), NumberValue(100, "towns"), False),
        (NumberValue(0), NumberValue(0), True),
        (NumberValue(-105), NumberValue(-100), True),
        (NumberValue(0), NumberValue(5), False),
    ],
)
def test_near_dates_and_numbers_of_one_relation_are_confused(one: Value, other: Value, is_near: bool) -> None:
    found = neighbours(bank([fact("one", "a", one), fact("two", "b", other)]))
    apart = neighbours(bank([fact("one", "a", one), fact("two", "b", other, relation="else")]))

    assert bool(found) is is_near
    assert apart == {}


def test_what_is_invented_is_no_neighbour_of_the_rest_and_what_is_not_asked_of_nothing() -> None:
    same = [fact(f"f{n}", f"s{n}", date_of("2014-09-05")) for n in range(4)]
    facts = [
        same[0],
        replace(same[1], standing=Standing.FICTIONAL),
        replace(same[2], standing=Standing.FICTIONAL),
        replace(same[3], treatment=Treatment.EXCLUDE),
    ]
    found = neighbours(bank(facts, FactSet("all", "confusable", tuple(f.id for f in facts))))

    assert {key: set(kinds(found, key)) for key in found} == {"f1": {"f2"}, "f2": {"f1"}}


@st.composite
def banks(draw: st.DrawFn) -> Bank:
    """Return a bank in which very much is near to each other."""
    size = draw(st.integers(0, 30))
    values: st.SearchStrategy[Value] = st.one_of(
        st.dates().map(lambda day: date_of(day.replace(year=2014).isoformat())) if size else st.nothing(),
        st.integers(90, 110).map(NumberValue),
        st.sampled_from("abcd").map(lambda letter: TextValue(f"{letter} nigeria")),
        st.integers(0, 5).map(lambda number: EntityValue(f"s{number}")),
    )
    facts = [
        fact(f"f{number}", f"s{draw(st.integers(0, 9))}", draw(values), draw(st.sampled_from(["is", "was"])))
        for number in range(size)
    ]
    members = st.lists(st.sampled_from([f.id for f in facts]), unique=True) if facts else st.just([])
    sets = [FactSet(f"set{n}", "confusable", tuple(draw(members))) for n in range(2)]
    return bank(facts, *sets, s0="Niger", s1="Nigeria", s2="Algeria", s3="Liberia", s4="Siberia")


@given(banks())
def test_neighbours_are_mutual_few_and_ranked(made: Bank) -> None:
    found = neighbours(made)
    for key, others in found.items():
        assert 0 < len(others) <= MOST
        assert [other.rank for other in others] == list(range(len(others)))
        assert key not in kinds(found, key)
        assert len(kinds(found, key)) == len(others)
        for other in others:
            assert kinds(found, other.fact)[key] == other.kind


@given(banks())
def test_a_fact_without_room_left_aside_every_turned_and_named_pair_is_found(made: Bank) -> None:
    found = neighbours(made)
    for group in made.sets:
        for one in group.facts:
            for other in group.facts:
                if one != other and other not in kinds(found, one):
                    assert MOST in (len(found.get(one, ())), len(found.get(other, ())))


def test_the_pairs_that_are_looked_at_grow_with_the_bank_and_not_with_its_square(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = 0

    class Counting:
        @staticmethod
        def distance(one: str, other: str, score_cutoff: int) -> int:
            nonlocal compared
            compared += 1
            return int(DamerauLevenshtein.distance(one, other, score_cutoff=score_cutoff))

    monkeypatch.setattr(confusables, "DamerauLevenshtein", Counting)
    size = 1500
    one_word = FactSet("all", "confusable", tuple(f"f{number}" for number in range(size)))
    facts = [fact(f"f{n}", f"s{n}", NumberValue(1000 + n % 7)) for n in range(size)]
    names = {f"s{n}": f"Springfield {n:05}" for n in range(size)}

    assert len(neighbours(bank(facts, one_word, **names))) == size
    assert compared <= 20 * size


orders = st.integers(1, 60).flatmap(
    lambda size: st.tuples(
        st.just([f"f{number}" for number in range(size)]),
        st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=80),
    )
)


def mutual(pairs: Sequence[tuple[int, int]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one, other in pairs:
        if one != other:
            found.setdefault(f"f{one}", set()).add(f"f{other}")
            found.setdefault(f"f{other}", set()).add(f"f{one}")
    return found


@given(orders, st.integers(0, 25))
def test_the_next_fact_is_the_first_whose_neighbours_are_far_enough_back(
    made: tuple[list[str], list[tuple[int, int]]], apart: int
) -> None:
    facts, pairs = made
    confused = mutual(pairs)
    order = introduction_order(facts, confused, apart)

    assert sorted(order) == sorted(facts)
    places = {key: place for place, key in enumerate(order)}
    for here, key in enumerate(order):
        left = [one for one in facts if places[one] >= here]

        def allowed_from(one: str, here: int = here) -> int:
            before = [places[other] for other in confused.get(one, ()) if places[other] < here]
            return max(before) + apart if before else 0

        free = [one for one in left if allowed_from(one) <= here]
        assert key == (free[0] if free else min(left, key=allowed_from))


@given(orders)
def test_without_neighbours_the_bank_keeps_its_order(made: tuple[list[str], list[tuple[int, int]]]) -> None:
    assert introduction_order(made[0], {}) == made[0]


def test_pairs_side_by_side_in_a_bank_are_introduced_apart() -> None:
    facts = [f"f{number}" for number in range(100)]
    order = introduction_order(facts, mutual([(number, number + 1) for number in range(0, 100, 2)]))
    places = {key: place for place, key in enumerate(order)}

    assert all(abs(places[f"f{n}"] - places[f"f{n + 1}"]) >= 20 for n in range(0, 80, 2))
    assert order[:20] == [f"f{number}" for number in range(0, 40, 2)]


def short(key: str, stem: str, response: str, topic: str = "t") -> ShortQuestion:
    return ShortQuestion(accept=(response,), **about(key, stem, topic))


def about(key: str, stem: str, topic: str = "t") -> dict[str, Any]:
    return {
        "id": f"set/{key}/q",
        "facts": (key,),
        "stem": stem,
        "explanation": "",
        "cite": Citation(""),
        "standing": "documented",
        "treatment": "plain",
        "topic": topic,
    }


def test_hand_written_questions_are_neighbours_by_what_they_ask_and_their_keys() -> None:
    questions: list[AnyQuestion] = [
        short("to-french", "dog", "chien"),
        short("from-french", "chien", "dog"),
        short("niger", "Niamey lies in which country?", "Niger"),
        short("nigeria", "Of which state is Abuja the seat of government?", "Nigeria"),
        short("elsewhere", "Who borders Benin on the east?", "Nigeria", topic="other"),
        DateQuestion(
            accept=("2014-09-05",), parts=("day", "month", "year"), **about("start", "When did it begin?")
        ),
        DateQuestion(
            accept=("2014-09-30",), parts=("day", "month", "year"), **about("end", "On what day was it over?")
        ),
        TrueFalseQuestion(
            options=(Option("true", "True", True, ""), Option("false", "False", False, "")),
            **about("judged", "dog"),
        ),
    ]
    found = neighbours_of_questions(questions)

    assert {key: kinds(found, key) for key in found} == {
        "to-french": {"from-french": "turned"},
        "from-french": {"to-french": "turned"},
        "niger": {"nigeria": "near"},
        "nigeria": {"niger": "near"},
        "start": {"end": "near"},
        "end": {"start": "near"},
    }
