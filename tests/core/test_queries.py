"""What a typed search asks for, how it is printed, and how what cannot be read is told."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.queries import (
    FILTERS,
    MAX_LENGTH,
    MAX_TERM,
    MAX_TERMS,
    Comparison,
    Query,
    QueryError,
    Term,
    parse,
)

pieces = st.sampled_from(
    [
        *(one.example for one in FILTERS.values()),
        "river", "-river", "A-10", "12:30", "or", "OR", "-or", "(", ")", "-(", '"', "“two words”", '-"two words"',
        "due:-3", "due:2026-11-30", "due:<2026-02-31", "recall:>=80%", "recall:101", "topic:", 'topic:"a b"',
        "set:=Rivers", "tag:==x", "is:DUE", "is:late", "colour:red", "--", "-", "!!!", "&", "stability:0.125",
        "lapses:99999999", "note:'", "seen:today", "\u0130:x", "reps:<>1",
    ]
)  # fmt: skip


@given(
    st.one_of(st.text(max_size=40), st.lists(pieces, max_size=8).map(" ".join), st.lists(pieces).map("".join))
)
def test_any_text_is_a_query_or_told_to_be_none_and_prints_as_what_it_was_read_from(text: str) -> None:
    try:
        query = parse(text)
    except QueryError:
        return
    assert parse(str(query)) == query
    assert str(parse(str(query))) == str(query)


def test_terms_that_follow_one_another_must_all_hold() -> None:
    assert parse('river "long bridge" -dam') == Query(
        ((Term("river"),), (Term("long bridge", is_phrase=True),), (Term("dam", is_negated=True),))
    )


@pytest.mark.parametrize(
    "text",
    ["a or b c", "(a or b) c", "(a or b) (c)", "  a  OR\tb  c ", "a or (b) c", "(a) or b c", "(a or b c)"],
)
def test_or_binds_closer_than_standing_side_by_side(text: str) -> None:
    assert parse(text) == Query(((Term("a"), Term("b")), (Term("c"),)))


def test_alternatives_print_in_brackets() -> None:
    assert str(parse("is:due or -tag:x y")) == "(is:due or -tag:x) y"


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("topic:dates", Term("dates", "topic")),
        ("TOPIC:Dates", Term("Dates", "topic")),
        ('tag:"first treaty"', Term("first treaty", "tag")),
        ("-is:NEW", Term("new", "is", is_negated=True)),
        ("stability:<7", Term(7.0, "stability", Comparison.LESS)),
        ("difficulty:>=8.5", Term(8.5, "difficulty", Comparison.AT_LEAST)),
        ("recall:<80%", Term(80.0, "recall", Comparison.LESS)),
        ("lapses:3", Term(3.0, "lapses")),
        ("lapses:=3", Term(3.0, "lapses")),
        ("due:<=7", Term(7, "due", Comparison.AT_MOST)),
        ("due:today", Term(0, "due")),
        ("due:2026-11-30", Term(date(2026, 11, 30), "due")),
        ("seen:>30", Term(30, "seen", Comparison.MORE)),
        ("type:true-false", Term("true-false", "type")),
        ("12:30", Term("12:30")),
        ('"is:due"', Term("is:due", is_phrase=True)),
        ('"or"', Term("or", is_phrase=True)),
    ],
)
def test_a_term_says_what_it_looks_at(text: str, term: Term) -> None:
    assert parse(text) == Query(((term,),))


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("river colour:red", 7, "The filters are topic:, set:"),
        ("river stabilit:3", 7, "Did you mean “stability:”?"),
        ('river "long', 7, "never closed"),
        ("lapses:many", 1, "takes a number, such as lapses:>=3"),
        ("recall:120", 1, "from 0 to 100"),
        ("is:late", 1, "knows due, new"),
        ("standing:true", 1, "documented"),
        ("topic:", 1, "Write topic:dates"),
        ("topic:<dates", 1, "is not compared"),
        ("due:soon", 1, "such as 2026-11-30"),
        ("due:2026-02-30", 1, "in no calendar"),
        ("a or", 3, "missing after"),
        ("or a", 1, "put it in quotes"),
        ("a or or b", 6, "between two terms"),
        ("(a", 1, "never closed"),
        ("a)", 2, "never opened"),
        ("((a))", 2, "within brackets"),
        ("a ()", 3, "nothing between the brackets"),
        ("a or (b c)", 6, "only single terms"),
        ("(b c) or a", 7, "between two terms"),
        ("-(a)", 1, "not a bracket"),
        ('""', 1, "nothing to look for"),
        ("!!!", 1, "neither a letter nor a digit"),
        ("x" * (MAX_TERM + 1), 1, "at most"),
        ("a " * (MAX_TERMS + 1), 61, "at most 30 terms"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place_and_a_remedy(text: str, place: int, words: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.place == place
    assert words in str(caught.value)


def test_a_search_is_not_endless() -> None:
    with pytest.raises(QueryError, match="at most"):
        parse("a" * (MAX_LENGTH + 1))


def test_nothing_typed_asks_for_nothing() -> None:
    assert parse("  ") == Query()
    assert str(Query()) == ""


def test_signs_between_words_are_passed_over() -> None:
    assert parse("salt & pepper / oil -") == parse("salt & pepper oil")
