"""An attempt: which saves are kept, how it ends once and only once, and what it scores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.attempts import (
    AttemptClosedError,
    AttemptState,
    AttemptView,
    Cause,
    CheckDecision,
    Closing,
    Decision,
    FinishedBy,
    KeyReusedError,
    NotItsTurnError,
    QuestionGrade,
    QuestionOverError,
    QuestionView,
    ResponseFixedError,
    Save,
    SaveRefusedError,
    StaleResponseError,
    closes_as,
    has_turn,
    is_open,
    may_check,
    may_save,
    raise_if_refused,
    result,
)
from quizapp.core.timing import GRACE_SECONDS

DEADLINE = datetime(2024, 5, 10, 9, 30, tzinfo=UTC)
BEFORE = DEADLINE - timedelta(seconds=1)
IN_GRACE = DEADLINE + timedelta(seconds=GRACE_SECONDS)
TOO_LATE = IN_GRACE + timedelta(seconds=1)

OPEN = AttemptView(AttemptState.OPEN, DEADLINE)
CLOSED = AttemptView(AttemptState.CLOSED, DEADLINE)
UNTIMED = AttemptView(AttemptState.OPEN)


def save(key: int, sequence: int, content: object = "a", certainty: int | None = None) -> Save:
    return Save(UUID(int=key), sequence, content, certainty)


def decide(attempt: AttemptView, now: datetime, sent: Save, last: Save | None) -> Decision:
    return may_save(attempt, QuestionView(1, last=last), now, sent)


@pytest.mark.parametrize(
    ("attempt", "now", "expected"),
    [
        (OPEN, BEFORE, True),
        (OPEN, IN_GRACE, True),
        (OPEN, TOO_LATE, False),
        (CLOSED, BEFORE, False),
        (UNTIMED, TOO_LATE, True),
        (AttemptView(AttemptState.CLOSED), BEFORE, False),
    ],
)
def test_an_attempt_is_open_until_it_was_closed_or_its_time_ran_out(
    attempt: AttemptView, now: datetime, expected: bool
) -> None:
    assert is_open(attempt, now) is expected
    assert (decide(attempt, now, save(1, 1), None) == Decision.SAVE) is expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (save(2, 6), Decision.SAVE),
        (save(2, 99), Decision.SAVE),
        (save(2, 5), Decision.STALE),
        (save(2, 4), Decision.STALE),
        (save(1, 5), Decision.DUPLICATE),
        (save(1, 6), Decision.DUPLICATE),
        (save(1, 5, "b"), Decision.KEY_REUSED),
        (save(1, 6, None), Decision.KEY_REUSED),
    ],
)
def test_a_save_is_judged_by_its_key_and_then_its_sequence(sent: Save, expected: Decision) -> None:
    assert decide(OPEN, BEFORE, sent, save(1, 5)) == expected


def test_emptying_a_response_twice_with_one_key_is_one_save() -> None:
    assert decide(OPEN, BEFORE, save(1, 5, None), save(1, 5, None)) == Decision.DUPLICATE


@pytest.mark.parametrize(("attempt", "now"), [(OPEN, TOO_LATE), (CLOSED, BEFORE)])
def test_after_the_end_only_the_retry_of_an_acknowledged_save_is_welcome(
    attempt: AttemptView, now: datetime
) -> None:
    assert decide(attempt, now, save(1, 5), save(1, 5)) == Decision.DUPLICATE
    assert decide(attempt, now, save(1, 5, "b"), save(1, 5)) == Decision.KEY_REUSED
    assert decide(attempt, now, save(2, 6), save(1, 5)) == Decision.CLOSED
    assert decide(attempt, now, save(2, 4), save(1, 5)) == Decision.CLOSED


@given(st.permutations(list(range(1, 8))))
def test_whatever_the_order_of_arrival_the_latest_save_wins(order: list[int]) -> None:
    kept: Save | None = None
    for sequence in order:
        sent = save(sequence, sequence, f"response {sequence}")
        if decide(OPEN, BEFORE, sent, kept) == Decision.SAVE:
            kept = sent

    assert kept is not None
    assert kept.sequence == 7


@pytest.mark.parametrize("sequence", [0, -1])
def test_the_first_save_has_a_sequence_above_nothing(sequence: int) -> None:
    assert decide(OPEN, BEFORE, save(1, sequence), None) == Decision.STALE


def test_another_certainty_under_the_same_key_is_another_save() -> None:
    last = save(1, 5, "a", 2)
    assert decide(OPEN, BEFORE, save(1, 5, "a", 2), last) == Decision.DUPLICATE
    assert decide(OPEN, BEFORE, save(1, 5, "a", 3), last) == Decision.KEY_REUSED
    assert decide(OPEN, BEFORE, save(2, 6, "a", 3), last) == Decision.SAVE


@pytest.mark.parametrize("certainty", [0, 4])
def test_a_certainty_is_one_of_three(certainty: int) -> None:
    with pytest.raises(ValueError, match="certainty"):
        save(1, 1, "a", certainty)


ON_THE_SECOND = AttemptView(AttemptState.OPEN, DEADLINE, turn=2)


@pytest.mark.parametrize(
    ("position", "expected"), [(1, Decision.NOT_ITS_TURN), (2, Decision.SAVE), (3, Decision.NOT_ITS_TURN)]
)
def test_where_one_cannot_go_back_one_question_is_saved_at_a_time(position: int, expected: Decision) -> None:
    assert may_save(ON_THE_SECOND, QuestionView(position), BEFORE, save(1, 1)) == expected
    assert has_turn(ON_THE_SECOND, position) == (expected == Decision.SAVE)


def test_the_end_is_told_before_the_turn_and_a_retry_before_both() -> None:
    passed = QuestionView(1, last=save(1, 1))
    assert may_save(ON_THE_SECOND, passed, BEFORE, save(1, 1)) == Decision.DUPLICATE
    assert may_save(ON_THE_SECOND, passed, TOO_LATE, save(2, 2)) == Decision.CLOSED


def test_what_was_checked_is_saved_no_more() -> None:
    checked = QuestionView(1, is_checked=True, last=save(1, 1))
    assert may_save(OPEN, checked, BEFORE, save(2, 2)) == Decision.FIXED
    assert may_save(OPEN, checked, BEFORE, save(1, 1)) == Decision.DUPLICATE


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-1, Decision.SAVE),
        (GRACE_SECONDS, Decision.SAVE),
        (GRACE_SECONDS + 1, Decision.QUESTION_OVER),
    ],
)
def test_the_time_of_one_question_has_its_grace_and_its_end(seconds: int, expected: Decision) -> None:
    ends_at = DEADLINE - timedelta(minutes=5)
    question = QuestionView(1, closes_at=ends_at)
    assert may_save(OPEN, question, ends_at + timedelta(seconds=seconds), save(1, 1)) == expected


@pytest.mark.parametrize(
    ("attempt", "question", "now", "checks", "is_blank", "expected"),
    [
        (OPEN, QuestionView(1), BEFORE, True, False, CheckDecision.CHECKED),
        (OPEN, QuestionView(1), BEFORE, True, True, CheckDecision.BLANK),
        (OPEN, QuestionView(1), BEFORE, False, False, CheckDecision.OFF),
        (OPEN, QuestionView(1), TOO_LATE, True, False, CheckDecision.CLOSED),
        (CLOSED, QuestionView(1), BEFORE, True, False, CheckDecision.CLOSED),
        (ON_THE_SECOND, QuestionView(1), BEFORE, True, False, CheckDecision.NOT_ITS_TURN),
        (ON_THE_SECOND, QuestionView(2), BEFORE, True, False, CheckDecision.CHECKED),
        (OPEN, QuestionView(1, is_checked=True), BEFORE, True, False, CheckDecision.CHECKED),
        (
            OPEN,
            QuestionView(1, closes_at=DEADLINE - timedelta(hours=1)),
            BEFORE,
            True,
            False,
            CheckDecision.CHECKED,
        ),
    ],
)
def test_a_key_is_shown_on_the_way_for_a_response_alone(
    attempt: AttemptView,
    question: QuestionView,
    now: datetime,
    checks: bool,
    is_blank: bool,
    expected: CheckDecision,
) -> None:
    assert may_check(attempt, question, now, checks=checks, is_blank=is_blank) == expected


@pytest.mark.parametrize(
    ("decision", "error", "message"),
    [
        (Decision.CLOSED, AttemptClosedError, "ended"),
        (Decision.STALE, StaleResponseError, "newer"),
        (Decision.KEY_REUSED, KeyReusedError, "another response"),
        (Decision.NOT_ITS_TURN, NotItsTurnError, "go back"),
        (Decision.FIXED, ResponseFixedError, "checked"),
        (Decision.QUESTION_OVER, QuestionOverError, "time for this question"),
    ],
)
def test_a_refusal_stops_with_its_own_error(
    decision: Decision, error: type[SaveRefusedError], message: str
) -> None:
    with pytest.raises(error, match=message):
        raise_if_refused(decision)


@pytest.mark.parametrize("decision", [Decision.SAVE, Decision.DUPLICATE])
def test_what_is_kept_passes(decision: Decision) -> None:
    raise_if_refused(decision)


@pytest.mark.parametrize(
    ("attempt", "now", "cause", "expected"),
    [
        (OPEN, BEFORE, Cause.SUBMIT, Closing(FinishedBy.LEARNER, BEFORE)),
        (OPEN, IN_GRACE, Cause.SUBMIT, Closing(FinishedBy.LEARNER, DEADLINE)),
        (OPEN, TOO_LATE, Cause.SUBMIT, Closing(FinishedBy.DEADLINE, DEADLINE)),
        (OPEN, BEFORE, Cause.SWEEP, None),
        (OPEN, IN_GRACE, Cause.SWEEP, None),
        (OPEN, TOO_LATE, Cause.SWEEP, Closing(FinishedBy.DEADLINE, DEADLINE)),
        (UNTIMED, TOO_LATE, Cause.SUBMIT, Closing(FinishedBy.LEARNER, TOO_LATE)),
        (UNTIMED, TOO_LATE, Cause.SWEEP, None),
        (CLOSED, BEFORE, Cause.SUBMIT, None),
        (CLOSED, TOO_LATE, Cause.SWEEP, None),
    ],
)
def test_an_attempt_ends_once_by_the_learner_or_by_time_and_never_after_its_deadline(
    attempt: AttemptView, now: datetime, cause: Cause, expected: Closing | None
) -> None:
    assert closes_as(attempt, now, cause) == expected


@given(st.integers(-100, 100))
def test_a_sweep_never_closes_what_may_still_be_saved(seconds: int) -> None:
    now = DEADLINE + timedelta(seconds=seconds)

    assert (closes_as(OPEN, now, Cause.SWEEP) is None) == is_open(OPEN, now)


def test_points_add_up_in_all_and_by_topic_in_the_order_of_the_questions() -> None:
    marks = result(
        [
            QuestionGrade(topic="dates", points=1),
            QuestionGrade(topic="coalitions", points=0),
            QuestionGrade(topic="dates", points=0.5),
            QuestionGrade(topic="coalitions", points=1, max_points=2),
        ]
    )

    assert (marks.score, marks.max_score, marks.percent) == (2.5, 5, 50)
    assert list(marks.by_topic) == ["dates", "coalitions"]
    assert (marks.by_topic["dates"].score, marks.by_topic["dates"].percent) == (1.5, 75)
    assert (marks.by_topic["coalitions"].max_score, marks.by_topic["coalitions"].questions) == (3, 2)


def test_a_neutral_response_is_counted_but_not_scored() -> None:
    marks = result(
        [QuestionGrade(topic="dates", points=1), QuestionGrade(topic="dates", points=0, is_neutral=True)]
    )

    assert (marks.score, marks.max_score, marks.percent) == (1, 1, 100)
    assert (marks.total.questions, marks.total.neutral) == (1, 1)


def test_fiction_is_scored_apart() -> None:
    marks = result(
        [
            QuestionGrade(topic="dates", points=1),
            QuestionGrade(topic="dates", points=0, is_fictional=True),
            QuestionGrade(topic="coalitions", points=1, is_fictional=True),
        ]
    )

    assert (marks.score, marks.max_score) == (1, 1)
    assert list(marks.by_topic) == ["dates"]
    assert (marks.fiction.score, marks.fiction.max_score, marks.fiction.percent) == (1, 2, 50)


def test_nothing_scored_has_no_percentage() -> None:
    assert result([]).percent is None
    only_neutral = result([QuestionGrade(topic="dates", points=1, is_neutral=True)])
    assert only_neutral.percent is None
    assert only_neutral.by_topic["dates"].neutral == 1


def test_thirds_of_points_add_up_to_whole_ones() -> None:
    assert result([QuestionGrade(topic="dates", points=1 / 10)] * 10).score == 1


grades = st.lists(
    st.builds(
        QuestionGrade,
        topic=st.sampled_from(["dates", "coalitions", "interventions"]),
        points=st.floats(0, 1),
        is_neutral=st.booleans(),
        is_fictional=st.booleans(),
    ),
    max_size=20,
)


@given(grades)
def test_topics_add_up_to_the_whole_and_no_question_is_lost(given_grades: list[QuestionGrade]) -> None:
    marks = result(given_grades)
    topics = marks.by_topic.values()

    assert sum(t.score for t in topics) == pytest.approx(marks.score)
    assert sum(t.max_score for t in topics) == marks.max_score
    tallies = (marks.total, marks.fiction)
    assert sum(t.questions + t.neutral for t in tallies) == len(given_grades)
    assert all(0 <= t.score <= t.max_score for t in (*topics, *tallies))


def test_wrong_responses_may_cost_points_but_a_score_is_never_below_nothing() -> None:
    marks = result(
        [
            QuestionGrade(topic="dates", points=-6, max_points=3),
            QuestionGrade(topic="dates", points=2, max_points=3),
            QuestionGrade(topic="coalitions", points=3, max_points=3),
        ]
    )

    assert (marks.score, marks.max_score, marks.percent) == (0, 9, 0)
    assert (marks.by_topic["dates"].score, marks.by_topic["dates"].percent) == (-4, 0)
    assert marks.by_topic["coalitions"].percent == 100


@pytest.mark.parametrize(("points", "most"), [(1.1, 1), (2.1, 2), (-2, -1), (float("nan"), 1)])
def test_points_beyond_the_possible_are_refused(points: float, most: float) -> None:
    with pytest.raises(ValueError, match="points"):
        QuestionGrade(topic="dates", points=points, max_points=most)
