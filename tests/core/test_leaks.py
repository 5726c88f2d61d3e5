"""Leaks: what one question shows that is the key of another."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core import leaks
from quizapp.core.questions import TYPES
from tests.question_parts import options_of, question_of


def tells(stem, asked, names=()):
    return leaks.gives_away(leaks.shown_text(question_of("short", stem=stem)), leaks.secret_of(asked, names))


@pytest.mark.parametrize(
    ("kind", "stem"),
    [
        ("choice", "Who was host in OSLO that year?"),
        ("short", "Who was host in Oslo that year?"),
        ("cloze", "Who was host in Oslo that year?"),
        ("date", "Who was host in Sep 2014?"),
        ("date", "Who was host on 5 September 2014?"),
        ("numeric", "Who were the 34 envoys in the hall?"),
        ("numeric", "Who were the thirty-four envoys in the hall?"),
        ("numeric", "Who led the assembly of 34 that year?"),
    ],
)
def test_a_stem_that_holds_the_key_gives_it_away(kind, stem):
    assert tells(stem, question_of(kind))


@pytest.mark.parametrize(
    ("kind", "stem"),
    [
        ("choice", "Who was host in Osloborg that year?"),
        ("choice", "Who was host in Quito that year?"),
        ("date", "Who was host in 2014?"),
        ("numeric", "Who were the 340 envoys in the hall?"),
        ("true-false", "True or not, what is asked here?"),
        ("ordering", "What came before Oslo?"),
    ],
)
def test_a_stem_without_the_key_gives_nothing_away(kind, stem):
    assert not tells(stem, question_of(kind))


def test_other_names_of_a_key_give_it_away_as_well():
    asked = question_of("choice", keys=("Oslo",))

    assert tells("Who was host in Christiania?", asked, ["Christiania"])
    assert tells("Who was host in Christiania?", question_of("short", keys=("Oslo", "Christiania")))
    assert not tells("Who was host in Christiania?", asked)


def test_a_choice_among_counts_or_dates_is_told_by_every_way_to_write_its_key():
    counts = replace(question_of("choice"), options=options_of(("34 envoys",), ("9 envoys", "59 envoys")))
    dates = replace(question_of("choice"), options=options_of(("5 September 2014",), ("3 May 2014",)))

    assert tells("Who led the thirty-four envoys?", counts)
    assert tells("What began on September 5, 2014?", dates)


def test_a_small_number_by_itself_tells_no_count():
    asked = replace(question_of("numeric"), number=3)

    assert not tells("Which three of these met on 3 May?", asked)
    assert tells("Who led the three envoys?", asked)


def test_a_small_number_tells_a_count_beside_all_that_is_asked():
    asked = replace(
        question_of("numeric"), number=4, unit="countries", stem="How many countries founded the centre?"
    )

    assert tells("Which four states founded a centre?", asked)
    assert not tells("Which four states founded a league?", asked)


@pytest.mark.parametrize("kind", ["multiple", "map"])
def test_a_member_is_told_by_a_stem_that_has_the_words_of_the_list(kind):
    stem = "Which of these towns belonged to the league of harbours?"
    asked = question_of(kind, stem=stem, keys=("Oslo", "Riga"))

    assert tells("Oslo was one of the towns of the league of harbours.", asked)
    assert not tells("Oslo has a long winter.", asked)
    assert not tells("Quito was one of the towns of the league of harbours.", asked)


def test_a_pair_is_told_by_a_stem_that_holds_both_sides():
    asked = question_of("matching", keys=("Oslo", "Riga"))

    assert tells("The Fair of Oslo was held in Oslo in winter.", asked)
    assert not tells("The Fair of Oslo was held in Riga in winter.", replace(asked, pairs=asked.pairs[1:]))


def test_events_and_left_sides_are_shown_and_options_and_right_sides_are_not():
    assert "Oslo" in leaks.shown_text(question_of("ordering"))
    assert "Fair of Oslo" in leaks.shown_text(question_of("matching"))
    assert "Oslo" not in leaks.shown_text(question_of("choice"))
    assert "Oslo" not in leaks.shown_text(question_of("multiple"))
    assert "Oslo" not in leaks.shown_text(question_of("map"))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(TYPES)),
            st.sampled_from(["Oslo is told", "Fair of Riga in Riga", "Which towns met?", "34 envoys met"]),
            st.sampled_from([("Oslo",), ("Riga", "Oslo")]),
        ),
        max_size=5,
    ),
    st.tuples(st.sampled_from(sorted(TYPES)), st.sampled_from(["Oslo met towns", "What of Riga?"])),
)
def test_holding_one_against_all_of_a_quiz_is_holding_it_against_each(quiz, further):
    questions = [question_of(kind, stem=stem, keys=keys) for kind, stem, keys in quiz]
    one = question_of(further[0], stem=further[1], keys=("Oslo",))
    shown, secret = leaks.shown_text(one), leaks.secret_of(one)
    together = leaks.Quiz()
    for question in questions:
        together.add(leaks.shown_text(question), leaks.secret_of(question))

    assert together.tells(secret) == any(
        leaks.gives_away(leaks.shown_text(question), secret) for question in questions
    )
    assert together.is_told_by(shown) == any(
        leaks.gives_away(shown, leaks.secret_of(question)) for question in questions
    )


def test_an_article_before_a_right_side_hides_it_from_nobody():
    asked = question_of("matching", keys=("Oslo", "Riga"))
    (first, *rest) = asked.pairs
    secret = leaks.secret_of(replace(asked, pairs=(replace(first, right="The Hague"), *rest)))
    quiz = leaks.Quiz()
    quiz.add("What of Hague had its Fair of Oslo?", leaks.Secret())

    assert quiz.tells(secret)
