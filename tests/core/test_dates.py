from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.dates import PartialDate, are_in_order, month_number, read_date

day_texts = st.dates(date(1, 1, 1), date(9998, 12, 31)).map(date.isoformat)
simple_texts = st.one_of(
    day_texts,
    day_texts.map(lambda text: text[:7]),
    day_texts.map(lambda text: text[:4]),
    st.builds(lambda text, season: f"{text[:4]}-{season}", day_texts, st.integers(21, 24)),
)
qualified = st.builds(str.__add__, simple_texts, st.sampled_from(["", "~", "?", "%"]))
dates = qualified.map(PartialDate.parse)


@pytest.mark.parametrize(
    ("edtf", "precision", "earliest", "latest", "text"),
    [
        ("2014-09-05", "day", "2014-09-05", "2014-09-05", "5 September 2014"),
        ("2014-06", "month", "2014-06-01", "2014-06-30", "June 2014"),
        ("2016-02", "month", "2016-02-01", "2016-02-29", "February 2016"),
        ("2014-22", "season", "2014-06-01", "2014-08-31", "summer 2014"),
        ("2014-24", "season", "2014-12-01", "2015-02-28", "winter 2014"),
        ("2014", "year", "2014-01-01", "2014-12-31", "2014"),
        ("2014~", "year", "2014-01-01", "2014-12-31", "about 2014"),
        ("2014-06?", "month", "2014-06-01", "2014-06-30", "possibly June 2014"),
        ("2014-06-13/2015-01", "interval", "2014-06-13", "2015-01-31", "13 June 2014 to January 2015"),
    ],
)
def test_every_form_has_its_bounds_and_its_text(edtf, precision, earliest, latest, text):
    parsed = PartialDate.parse(edtf)

    assert parsed.precision == precision
    assert (parsed.earliest.isoformat(), parsed.latest.isoformat()) == (earliest, latest)
    assert parsed.text() == text
    assert parsed.is_approximate == (edtf[-1] in "~?%")


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2014-02-30", "28 days"),
        ("2014-13", "months are 01 to 12"),
        ("2014-00", "months are 01 to 12"),
        ("2014-06-00", "30 days"),
        ("2014-25", "seasons 21 to 24"),
        ("2014-22-01", "seasons 21 to 24"),
        ("0000", "year 0"),
        ("9999-24", "last year"),
        ("5 September 2014", "not a date of the form"),
        ("2014/2013", "ends before it begins"),
        ("2014-06/2014-06-13/2015", "not a date"),
        ("", "not a date"),
        ("2014-6", "not a date"),
        ("٢٠١٤", "not a date"),
    ],
)
def test_an_impossible_or_unknown_date_is_refused_in_words(edtf, words):
    with pytest.raises(ValueError, match=words):
        PartialDate.parse(edtf)


@given(dates)
def test_a_date_covers_itself_and_prints_as_it_was_read(one):
    assert one.covers(one)
    assert one.overlaps(one)
    assert not one.is_before(one)
    assert one.earliest <= one.latest
    assert PartialDate.parse(one.edtf) == one


@given(dates, dates)
def test_two_dates_overlap_or_one_is_before_the_other(one, other):
    assert one.overlaps(other) != (one.is_before(other) or other.is_before(one))
    assert one.overlaps(other) == other.overlaps(one)
    if one.covers(other):
        assert one.overlaps(other)
    is_certain = not (one.is_approximate or other.is_approximate)
    assert are_in_order([[one], [other]]) == (is_certain and not one.overlaps(other))


@given(dates)
def test_an_interval_covers_both_its_ends(one):
    later = PartialDate.parse((one.latest + timedelta(days=1)).isoformat())
    interval = PartialDate.parse(f"{one.edtf}/{later.edtf}")

    assert interval.covers(one)
    assert interval.covers(later)


@given(simple_texts)
def test_every_spelling_of_a_date_reads_back_as_that_date(edtf):
    wanted = PartialDate.parse(edtf)
    for spelling in wanted.spellings():
        if wanted.earliest.year >= 1000:
            assert read_date(spelling) == wanted, spelling


@given(day_texts)
def test_a_coarser_date_covers_the_finer_and_never_becomes_finer(edtf):
    day = PartialDate.parse(edtf)
    month, year = day.coarsened("month"), day.coarsened("year")

    assert month.covers(day)
    assert year.covers(month)
    assert month.coarsened("year") == year
    assert day.coarsened("day") == day
    assert year.coarsened("month") is None
    assert day.coarsened("season") is None
    assert PartialDate.parse("2014-22").coarsened("year") is None


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("5 September 2014", "2014-09-05"),
        ("September 5th, 2014", "2014-09-05"),
        ("5th of sept 2014", "2014-09-05"),
        ("june 2014", "2014-06"),
        ("Fall 2014", "2014-23"),
        ("2014", "2014"),
        ("2014-06-13/2014-07", "2014-06-13/2014-07"),
    ],
)
def test_dates_as_people_write_them_are_read(text, edtf):
    assert read_date(text).edtf == edtf


@pytest.mark.parametrize(
    "text",
    [
        "03/04/1991",
        "31 June 2014",
        "in 2014",
        "5 6 June 2014",
        "June",
        "",
        "49 diplomats",
        "F-15 June 2014",
        "5 2014",
    ],
)
def test_what_is_no_clear_date_is_not_guessed(text):
    assert read_date(text) is None


def test_a_month_is_known_by_number_name_or_beginning():
    assert [month_number(text) for text in ("9", "09", "Sept.", "SEPTEMBER", " sep ")] == [9] * 5
    assert [month_number(text) for text in ("0", "13", "009", "ju", "", "x", "septembre")] == [None] * 7


def test_spellings_cover_american_order_ordinals_and_short_months():
    spellings = PartialDate.parse("2014-09-22").spellings()

    assert spellings[0] == "22 September 2014"
    assert {"September 22, 2014", "22nd September 2014", "22 Sept 2014", "2014-09-22"} <= set(spellings)
    assert "11th June 2014" in PartialDate.parse("2014-06-11").spellings()
    assert "fall 2014" in PartialDate.parse("2014-23").spellings()
    assert len(set(PartialDate.parse("2014-05").spellings())) == len(PartialDate.parse("2014-05").spellings())


def test_events_are_in_order_only_by_all_their_dates():
    def events(*groups):
        return [[PartialDate.parse(edtf) for edtf in group] for group in groups]

    assert are_in_order(events(["2015-12-14", "2015-12-15"], ["2015-12-16"]))
    assert not are_in_order(events(["2015-12-14", "2015-12-16"], ["2015-12-15"]))
    assert not are_in_order(events(["2015-12-14"], ["2016~"]))
