from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core import numerals


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (34, "thirty-four"),
        (40, "forty"),
        (100, "one hundred"),
        (119, "one hundred and nineteen"),
    ],
)
def test_counts_are_written_in_words(number, words):
    assert numerals.words(number) == words
    assert words in numerals.spellings(number)


@pytest.mark.parametrize("number", [-1, 1000, 2.5])
def test_other_numbers_have_digits_only(number):
    assert numerals.words(number) is None
    assert numerals.spellings(number) == (numerals.digits(number),)


@given(st.integers(-(10**12), 10**12))
def test_digits_read_back_as_the_same_number(number):
    assert numerals.read(numerals.digits(number)) == number


@given(st.integers(0, 999), st.integers(0, 999))
def test_two_counts_never_share_their_words(one, other):
    assert (numerals.words(one) == numerals.words(other)) == (one == other)


def test_only_an_opening_number_is_read():
    assert numerals.read("60 countries") == 60
    assert numerals.read("1,250.5 km") == 1250.5
    assert numerals.read("−3 degrees") == -3
    assert numerals.read("the 60 countries") is None
    assert numerals.read("2014-09-05") is None


@given(st.integers(0, 999))
def test_what_is_written_in_words_or_digits_is_understood(number):
    for written in numerals.spellings(number):
        assert numerals.understand(written) == number
        assert numerals.understand(f" {written.upper()} envoys ") == number
        assert numerals.understand(written.replace("-", " ")) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,250", 1250),
        ("1,250.5 km", 1250.5),
        ("−3", -3),
        ("a hundred", 100),
        ("a hundred and six", 106),
        ("one hundred six", 106),
        ("thirty-four nations", 34),
    ],
)
def test_a_number_is_understood_as_people_write_it(text, number):
    assert numerals.understand(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "some", "about 30", "3 or 4", "30-40", "2014-09-05", "many, say ten", "five or six", "10 to twenty"],
)
def test_what_is_no_number_or_more_than_one_is_not_understood(text):
    assert numerals.understand(text) is None


@pytest.mark.parametrize(
    "text", ["5 million", "two thousand", "thirty-five hundred", "2 dozen", "two and a half", "1,5", "12,34"]
)
def test_what_would_be_taken_for_another_number_is_not_understood(text):
    assert numerals.understand(text) is None
