"""A timeline is zoomed to the periods with something in them, and drawn as dots where names find no room."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.dates import PartialDate
from quizapp.web.library.drawing import (
    WIDTH,
    Dated,
    Period,
    dated_facts,
    draw_overview,
    draw_timeline,
    find_period,
    list_ancestors,
    list_children,
    list_periods,
)
from quizapp.web.library.drawing.periods import LEVELS
from quizapp.web.library.preview import make_preview
from tests.web.library.test_drawing import line

_days = st.dates(date(1600, 1, 1), date(2100, 12, 31))
_levels = st.sampled_from(LEVELS)


def dated(*dates: str) -> list[Dated]:
    return dated_facts([line(edtf, f"Event {edtf}") for edtf in dates], with_fiction=False)


@given(_days, _levels)
def test_a_period_is_read_back_from_its_name_and_holds_its_day(day: date, level: str) -> None:
    period = Period.around(level, day)
    assert Period.parse(period.slug) == period
    assert period.earliest <= day <= period.latest
    following = period.following
    assert following is not None
    assert (following.earliest - period.latest).days == 1
    above = period.above
    assert above is None or above.earliest <= period.earliest <= period.latest <= above.latest


@pytest.mark.parametrize(
    "slug", ["", "0000", "2014-00", "2014-13", "2014-Q5", "20QZZ", "2014-07-01", "x", "²014"]
)
def test_what_is_no_period_is_refused(slug: str) -> None:
    with pytest.raises(ValueError, match=r"period|year"):
        Period.parse(slug)


def test_the_first_periods_fit_what_the_dates_span() -> None:
    assert [p.slug for p in list_children(dated("1669", "1801", "2010"), None)] == ["16XX", "18XX", "20XX"]
    assert [p.slug for p in list_children(dated("1980", "2010"), None)] == ["198X", "201X"]
    assert [p.slug for p in list_children(dated("2014-06", "2016-03-14"), None)] == ["2014", "2016"]
    assert list_children([], None) == []


def test_only_periods_with_something_in_them_are_offered() -> None:
    items = dated("2014-06-13", "2014-12-03", "2015", "2016-03-14")
    year = Period.parse("2014")
    assert [period.slug for period in list_children(items, year)] == ["2014-Q2", "2014-Q4"]
    assert [period.slug for period in list_children(items, Period.parse("2014-Q2"))] == ["2014-06"]
    assert list_children(items, Period.parse("2014-06")) == []


def test_a_date_as_wide_as_the_period_does_not_zoom_it() -> None:
    assert list_children(dated("2014", "2015"), Period.parse("2014")) == []


def test_a_date_that_spans_two_periods_is_in_both() -> None:
    items = dated("2014-08-13/2015-01-10", "2016-01-01")
    assert [period.slug for period in list_periods(items, "year")] == ["2014", "2015", "2016"]


def test_a_period_wider_than_the_whole_is_not_found() -> None:
    items = dated("2014-06", "2016-03")
    assert find_period("20XX", items) is None
    assert find_period("nothing", items) is None
    assert find_period("2015", items) == Period.parse("2015")
    assert find_period("2014", []) is None


def test_the_way_up_leads_through_every_period() -> None:
    items = dated("1669", "2010-05")
    assert [p.slug for p in list_ancestors(items, Period.parse("2010-05"))] == [
        "20XX",
        "201X",
        "2010",
        "2010-Q2",
    ]


def test_in_a_period_dates_are_cut_at_its_ends() -> None:
    items = dated("2013-12-30/2014-02", "2014-06", "2014-12-31")
    drawing = draw_timeline(items, Period.parse("2014"))
    assert drawing is not None
    first = drawing.marks[0]
    assert first.span is not None
    assert first.span[0] >= 0
    assert all(0 <= mark.x <= WIDTH for mark in drawing.marks)


def test_a_bar_is_as_wide_as_what_its_date_may_mean() -> None:
    drawing = draw_timeline(dated("2014-03-01", "2014-06", "2014-23", "2014"))
    assert drawing is not None
    widths = {
        mark.item.when.edtf: None if mark.span is None else mark.span[1] - mark.span[0]
        for mark in drawing.marks
    }
    assert widths["2014-03-01"] is None
    assert 0 < widths["2014-06"] < widths["2014-23"] < widths["2014"]
    assert widths["2014-23"] / widths["2014-06"] == pytest.approx(90 / 29, rel=0.05)


@given(
    st.lists(
        st.sampled_from(["2014", "2014-06", "2014-07", "2014-21", "2014-06-13/2015-01", "2014-06-13"]),
        max_size=30,
    )
)
def test_bars_of_one_row_never_meet(dates: list[str]) -> None:
    drawing = draw_timeline(dated("2013", *dates))
    assert drawing is not None
    bars = [(mark.bar_y, *mark.span) for mark in drawing.marks if mark.bar_y is not None and mark.span]
    for number, (y, start, end) in enumerate(bars):
        assert drawing.axis < y < drawing.foot
        for other_y, other_start, other_end in bars[number + 1 :]:
            assert y != other_y or end < other_start or other_end < start


@given(st.lists(_days.map(date.isoformat), min_size=1, max_size=80))
def test_every_day_has_its_dot_within_the_drawing(dates: list[str]) -> None:
    drawing = draw_overview(dated(*dates))
    assert drawing is not None
    dots = [dot for column in drawing.columns for dot in column.dots]
    assert len(dots) == len(dates)
    assert drawing.coarse == 0
    assert len({(dot.x, dot.y) for dot in dots}) == len(dots)
    for dot in dots:
        assert 0 <= dot.x <= WIDTH
        assert 0 < dot.y < drawing.axis


def test_what_is_wider_than_a_column_is_counted_apart() -> None:
    drawing = draw_overview(dated("2014-06-13", "2014-09", "2014", "2016-01-01"))
    assert drawing is not None
    assert (drawing.level, drawing.coarse) == ("month", 1)
    assert sum(column.count for column in drawing.columns) == 3


def test_hundreds_are_drawn_as_blocks() -> None:
    drawing = draw_overview(dated(*(f"{1500 + number % 500}" for number in range(1000))))
    assert drawing is not None
    assert all(not column.dots and column.blocks for column in drawing.columns)
    assert sum(column.count for column in drawing.columns) == 1000


def test_few_facts_have_labels_and_many_are_dots_until_zoomed() -> None:
    items = dated(*(f"{1700 + number * 3 % 300}" for number in range(118)))
    assert make_preview(items[:12]).labelled is not None
    whole = make_preview(items)
    assert whole.labelled is None
    assert whole.overview is not None
    decade = make_preview(items, Period.parse("179X"))
    assert decade.labelled is not None
    assert 0 < len(decade.items) < 10


def test_the_text_of_a_period_says_what_it_is() -> None:
    labels = [Period.parse(slug).label for slug in ("17XX", "178X", "1784", "1784-Q3", "1784-07")]
    assert labels == ["1700 to 1799", "1780s", "1784", "July to September 1784", "July 1784"]


def test_a_date_that_may_lie_in_a_period_is_shown_in_it() -> None:
    item = Dated(line("2014-08-13/2015-01-10"), PartialDate.parse("2014-08-13/2015-01-10"))
    assert Period.parse("2015").touches(item)
    assert not Period.parse("2016").touches(item)
