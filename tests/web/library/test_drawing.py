"""On a timeline no label meets another, a mark or a stem, whatever the dates."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.core.memory import DEFAULT_WEIGHTS
from quizapp.operations.reports import FactLine
from quizapp.web.library.drawing import (
    WIDTH,
    Dated,
    Timeline,
    dated_facts,
    draw_curve,
    draw_timeline,
    text_width,
)

_days = st.dates(date(1700, 1, 1), date(2100, 12, 31)).map(date.isoformat)
_close_days = st.integers(0, 900).map(lambda number: (date(2014, 1, 1) + timedelta(days=number)).isoformat())
_coarse = st.sampled_from(["2014", "2014-06", "2014-21", "2015-24", "2014-06-13/2015-01", "2016-04~"])
_labels = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=60)


def line(edtf: str | None, subject: str = "A river", **changes: object) -> FactLine:
    values: dict[str, object] = {
        "id": uuid.uuid4(),
        "key": "x",
        "topic": "dates",
        "standing": "documented",
        "treatment": "plain",
        "is_retired": False,
        "content": {"date": edtf, "subject": subject, "statement": "It is so."},
        **changes,
    }
    return FactLine(**values)  # type: ignore[arg-type]


def draw(dates: list[tuple[str, str]]) -> Timeline:
    items = dated_facts([line(edtf, label) for edtf, label in dates], with_fiction=False)
    drawing = draw_timeline(items)
    assert drawing is not None
    return drawing


def assert_is_clear(drawing: Timeline) -> None:
    labelled = [mark for mark in drawing.marks if mark.text]
    for one, other in combinations(labelled, 2):
        (one_left, one_right), (other_left, other_right) = one.extent, other.extent
        if abs(one.y - other.y) < 20:
            assert one_right <= other_left + 0.2 or other_right <= one_left + 0.2
        # The stem of the higher mark does not cross the lower one's label.
        lower, higher = (one, other) if one.y > other.y else (other, one)
        start = lower.text_x - text_width(lower.text) if lower.is_left else lower.text_x
        end = lower.text_x if lower.is_left else lower.text_x + text_width(lower.text)
        assert not start < higher.x < end
    for mark in labelled:
        assert mark.extent[0] >= -0.5
        assert mark.extent[1] <= WIDTH + 0.5
    for (one_x, _), (other_x, _) in combinations(drawing.ticks, 2):
        assert abs(one_x - other_x) >= 40


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.one_of(_close_days, _coarse), _labels), min_size=1, max_size=30))
def test_labels_of_crowded_dates_are_clear_of_one_another(dates: list[tuple[str, str]]) -> None:
    assert_is_clear(draw(dates))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.one_of(_days, _coarse), _labels), min_size=1, max_size=20))
def test_labels_of_centuries_are_clear_of_one_another(dates: list[tuple[str, str]]) -> None:
    assert_is_clear(draw(dates))


def test_every_date_has_its_mark_even_where_no_label_fits() -> None:
    drawing = draw([("2014-09-05", f"Event {number}") for number in range(30)])
    assert len(drawing.marks) == 30
    assert drawing.unlabelled == sum(not mark.text for mark in drawing.marks) > 0
    assert all(mark.y == drawing.axis for mark in drawing.marks if not mark.text)


def test_labels_are_not_cut_for_nothing_where_some_fit_nowhere_anyway() -> None:
    label = "A conference on what is to be done"
    drawing = draw([("2013-01-01", "The first"), *[("2014-09-05", label)] * 30, ("2016-01-01", "The last")])
    assert drawing.unlabelled > 0
    assert {mark.text for mark in drawing.marks} == {"The first", label, "The last", ""}


def test_marks_stand_in_the_order_of_time() -> None:
    drawing = draw([("2016-03-14", "c"), ("2014-06", "a"), ("2015-09-30", "b")])
    assert [mark.item.label for mark in drawing.marks] == ["A", "B", "C"]
    assert [mark.x for mark in drawing.marks] == sorted(mark.x for mark in drawing.marks)


def test_an_unprecise_date_has_a_span_and_a_day_has_none() -> None:
    month, day = draw([("2014-06", "a"), ("2015-06-13", "b")]).marks
    assert month.span is not None
    assert month.span[0] < month.x < month.span[1]
    assert day.span is None


def test_nothing_dated_draws_nothing() -> None:
    assert draw_timeline([]) is None


def test_closed_retired_excluded_and_invented_facts_are_left_out() -> None:
    lines = [
        line("2014"),
        line(None),
        line("no date"),
        line("2014", is_closed=True),
        line("2014", is_retired=True),
        line("2014", treatment="exclude"),
        line("2014", standing="fictional"),
    ]
    assert len(dated_facts(lines, with_fiction=False)) == 1
    assert len(dated_facts(lines, with_fiction=True)) == 2
    assert isinstance(dated_facts(lines, with_fiction=True)[0], Dated)


def test_a_forgetting_curve_falls_and_meets_today_and_the_due_day() -> None:
    start = date(2026, 3, 1)
    curve = draw_curve(10.0, start, start + timedelta(days=10), start + timedelta(days=4), DEFAULT_WEIGHTS)
    recalls = [recall for _, recall in curve.points]
    assert recalls == sorted(recalls, reverse=True)
    assert curve.points[0] == (0.0, 1.0)
    assert round(curve.due[1], 6) == 0.9
    assert 0 < curve.today[0] < curve.due[0] < 100


def test_a_mark_bears_the_label_of_its_fact_before_its_subject() -> None:
    content = {"date": "2014", "subject": "the map", "label": "a bridge was built", "statement": "It is so."}
    (item,) = dated_facts([line(None, content=content)], with_fiction=False)
    assert item.label == "A bridge was built"
