"""What the crash test makes of what was sent and what is kept: each kind of damage is told apart, and nothing else is."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.crash import Kept, Sent, Verdict

KEYS = [uuid.UUID(int=number) for number in range(1, 8)]


def sends(count: int, acknowledged: int) -> list[Sent]:
    """So many saves of one question, of which the first were acknowledged."""
    return [
        Sent(number, KEYS[number], {"text": f"word {number}"}, number <= acknowledged)
        for number in range(1, count + 1)
    ]


def verdict(sent: list[Sent], kept: Kept) -> tuple[int, int, int]:
    found = Verdict()
    found.judge("question 1", sent, kept)
    return found.lost, found.doubled, found.torn


def kept_of(sent: list[Sent], last: int, recorded: list[int]) -> Kept:
    if not last:
        return Kept(0, None, None, tuple(recorded))
    one = sent[last - 1]
    return Kept(one.sequence, one.key, one.content, tuple(recorded))


@given(st.data())
def test_what_was_acknowledged_and_kept_once_is_sound_whether_the_last_send_arrived_or_not(
    data: st.DataObject,
) -> None:
    count = data.draw(st.integers(0, 6))
    acknowledged = data.draw(st.integers(max(0, count - 1), count))
    last = data.draw(st.integers(acknowledged, count))
    sent = sends(count, acknowledged)
    assert verdict(sent, kept_of(sent, last, list(range(1, last + 1)))) == (0, 0, 0)


def test_an_acknowledged_save_that_is_not_recorded_is_lost() -> None:
    sent = sends(3, 3)
    assert verdict(sent, kept_of(sent, 3, [1, 3])) == (1, 0, 0)
    assert verdict(sent, kept_of(sent, 2, [1, 2])) == (1, 0, 0)
    assert verdict(sent, kept_of(sent, 0, [])) == (3, 0, 0)


def test_a_save_recorded_twice_is_doubled() -> None:
    sent = sends(2, 2)
    assert verdict(sent, kept_of(sent, 2, [1, 2, 2])) == (0, 1, 0)


def test_a_response_that_differs_from_its_record_or_from_what_was_sent_is_torn() -> None:
    sent = sends(3, 2)
    assert verdict(sent, kept_of(sent, 3, [1, 2])) == (0, 0, 1)
    assert verdict(sent, kept_of(sent, 2, [1, 2, 3])) == (0, 0, 1)
    assert verdict(sent, Kept(2, KEYS[2], {"text": "word 1"}, (1, 2))) == (0, 0, 1)
    assert verdict(sent, Kept(2, KEYS[1], {"text": "word 2"}, (1, 2))) == (0, 0, 1)
