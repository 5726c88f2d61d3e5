from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.matching import allowed_distance, fold, holds, match
from tests.bank_strategies import COUNTRIES

ALL_NAMES = {key: (name, *aliases) for key, (name, aliases) in COUNTRIES.items()}
keys = st.sampled_from(sorted(ALL_NAMES))


def others_of(key):
    return [name for other, names in ALL_NAMES.items() if other != key for name in names]


@pytest.mark.parametrize(
    ("text", "accept"),
    [
        ("cote d'ivoire", "Côte d’Ivoire"),
        ("the NETHERLANDS", "Netherlands"),
        ("su25", "Su-25"),
        ("Su 25", "Su-25"),
        ("  saudi   arabia ", "Saudi Arabia"),
        ("Turkiye", "Türkiye"),
        ("Istanbul", "İstanbul"),
        ("Reyhanli", "Reyhanlı"),
        ("strasse", "Straße"),
        ("1000", "1,000"),
        ("ＮＡＴＯ", "NATO"),
        ("Trinidad & Tobago", "Trinidad and Tobago"),
    ],
)
def test_case_marks_articles_and_spaces_do_not_matter(text, accept):
    assert match(text, [accept]).kind == "exact"


@pytest.mark.parametrize(
    ("text", "accept", "others", "kind"),
    [
        ("Niger", "Nigeria", ["Niger"], "none"),
        ("Nigeria", "Niger", ["Nigeria"], "none"),
        ("Nigera", "Nigeria", ["Niger"], "ambiguous"),
        ("Nigerria", "Nigeria", ["Niger"], "close"),
        ("Iran", "Iraq", ["Iran"], "none"),
        ("Iran", "Iraq", [], "none"),
        ("Irak", "Iraq", ["Iran"], "none"),
        ("Germny", "Germany", [], "close"),
        ("Grmny", "Germany", [], "none"),
        ("Afganisthan", "Afghanistan", [], "close"),
        ("Gremany", "Germany", [], "close"),
        ("Slovania", "Slovenia", ["Slovakia"], "ambiguous"),
        ("Mauretanea", "Mauritania", ["Mauretania"], "none"),
        ("", "Chad", [], "none"),
        ("...", "Chad", [], "none"),
    ],
)
def test_a_slip_counts_only_by_a_clear_margin(text, accept, others, kind):
    assert match(text, [accept], others).kind == kind


@pytest.mark.parametrize(
    ("text", "accept"),
    [
        ("F-15E Strike Eagel", "F-16E Strike Eagle"),
        ("Resolution 2171", "Resolution 2170"),
        ("Louis XVI of France", "Louis XIV of France"),
        ("Second Treaty I", "Second Treaty II"),
        ("Vitamin B complex", "Vitamin C complex"),
        ("-5 degrees Celsius", "5 degrees Celsius"),
        ("15 June 2014", "15 July 2014"),
        ("2 5", "25"),
    ],
)
def test_numerals_and_single_letters_are_never_slips(text, accept):
    assert match(text, [accept]).kind == "none"


@given(keys, keys)
def test_no_two_entities_ever_match_each_others_names(one, other):
    if one != other:
        for name in ALL_NAMES[one]:
            assert match(name, ALL_NAMES[other], others_of(other)).kind == "none"


@given(keys, st.data())
def test_matching_ignores_case_marks_and_spaces(key, data):
    name = data.draw(st.sampled_from(ALL_NAMES[key]))
    changed = data.draw(st.sampled_from([str.upper, str.lower, str.swapcase, lambda text: f"  {text} "]))(
        name
    )
    bare = "".join(char for char in unicodedata.normalize("NFD", changed) if not unicodedata.combining(char))

    assert match(changed, ALL_NAMES[key], others_of(key)).kind == "exact"
    assert match(bare, ALL_NAMES[key], others_of(key)).kind == "exact"


@given(keys, st.text(max_size=12))
def test_an_accepted_near_miss_is_farther_from_every_other_name(key, text):
    found = match(text, ALL_NAMES[key], others_of(key))
    if found.kind in {"exact", "close"}:
        assert fold(text) not in {fold(name) for name in others_of(key)}


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_and_a_text_matches_itself(text):
    assert fold(fold(text)) == fold(text)
    if fold(text):
        assert match(text, [text]).kind == "exact"


def test_forgiveness_grows_with_the_letters_of_the_name():
    assert [allowed_distance(name) for name in ("Iraq", "Chad 2014", "Qatar", "Malaysia", "Indonesia")] == [
        0,
        0,
        1,
        1,
        2,
    ]


def test_whole_words_are_held_and_short_capitals_only_as_capitals():
    assert holds("The league met in Türkiye.", "turkiye")
    assert not holds("Nigerian envoys came.", "Niger")
    assert holds("The US sent envoys.", "US")
    assert not holds("It told us nothing.", "US")
    assert not holds("anything", "...")
