"""What of a document the facts cite, and the reasons for the rest."""

import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.coverage import Gap, Reason, coverage, merged
from tests.bank_strategies import full_bank

TEXT = "One fact. An aside, and its reason. Another fact."
SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


def bank_citing(*spans):
    bank = full_bank()
    return replace(bank, facts=(replace(bank.facts[0], cite=tuple(spans)),))


def test_characters_that_two_facts_cite_count_once():
    found = coverage(bank_citing((0, 9), (4, 12)), TEXT)
    assert (found.cited, found.characters) == (12, len(TEXT))


def test_what_no_fact_cites_is_a_gap():
    found = coverage(bank_citing((0, 9), (36, 49)), TEXT)
    assert found.gaps == (Gap((9, 36), ""),)
    assert found.unexplained == found.gaps


def test_a_reason_explains_its_part_of_a_gap_alone():
    found = coverage(bank_citing((0, 9), (36, 49)), TEXT, [Reason((20, 40), "an aside")])
    assert found.gaps == (Gap((9, 20), ""), Gap((20, 36), "an aside"))
    assert found.unexplained == (Gap((9, 20), ""),)


def test_marks_between_two_citations_need_no_reason():
    assert coverage(bank_citing((0, 8), (10, 49)), TEXT).gaps == ()


def test_a_span_beyond_the_end_covers_what_is_there():
    found = coverage(bank_citing((36, 900), (950, 960)), TEXT)
    assert found.cited == len(TEXT) - 36


def test_an_empty_document_is_covered():
    assert coverage(bank_citing((0, 5)), "").share == 1


@given(SPANS)
def test_merging_keeps_the_same_characters(spans):
    kept = {place for start, end in spans for place in range(start, end)}
    found = merged(spans)
    assert {place for start, end in found for place in range(start, end)} == kept
    assert all(first[1] < second[0] for first, second in itertools.pairwise(found))


@given(SPANS, SPANS)
def test_every_character_is_cited_or_stands_in_one_gap(spans, reasons):
    text = "x" * 50
    found = coverage(bank_citing(*spans), text, [Reason(span, "why") for span in reasons])
    in_gaps = [place for gap in found.gaps for place in range(*gap.span)]
    assert len(in_gaps) == len(set(in_gaps)) == len(text) - found.cited
