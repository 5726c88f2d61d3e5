"""Whatever is sent to the pages of quizzes is answered in order: never by a fault."""

from __future__ import annotations

import uuid

import pytest

from tests.forms import post
from tests.weird import WEIRD, WEIRD_NUMBERS, on_the_stricter_database, percent_encoded

NEW = {"topics": "length", "count": "other", "other_count": "3", "time": "other", "other_minutes": "5"}
SAVE = {"save_key": str(uuid.uuid4()), "sequence": "1", "go": "save"}


@on_the_stricter_database
@pytest.mark.parametrize(
    "name", ["quiz_id", "topics", "count", "other_count", "time", "other_minutes", "fiction"]
)
def test_no_value_of_a_new_quiz_is_a_fault(fresh, name):
    for value in WEIRD:
        answer = post(
            fresh.client, "/quizzes/new?set=rivers", {"quiz_id": str(uuid.uuid4()), **NEW, name: value}
        )
        assert answer.status_code < 500, (name, value[:40])


@on_the_stricter_database
@pytest.mark.parametrize(
    ("form", "names"),
    [
        # What all types have is tried with one of them.
        ("choice", ("option", "save_key", "sequence", "go")),
        ("short", ("text",)),
        ("date", ("day", "month", "year")),
    ],
)
def test_no_value_of_a_response_is_a_fault_nor_spoils_the_end(desk, form, names):
    position = desk.position_of(form)
    sequence = 0
    for name in names:
        for value in WEIRD:
            sequence += 1
            fields = {**SAVE, "save_key": str(uuid.uuid4()), "sequence": str(sequence), name: value}
            for as_json in (True, False):
                answer = post(desk.client, f"{desk.url}/{position}", fields, as_json=as_json)
                assert answer.status_code < 500, (name, value[:40])
            assert desk.get(str(position)).status_code == 200

    assert desk.submit().status_code == 303
    assert desk.get("result").status_code == 200


def test_no_part_of_an_address_is_a_fault(desk):
    for value in (*WEIRD, *WEIRD_NUMBERS):
        part = percent_encoded(value[:8000])
        for address in (
            f"/quizzes/new?set={part}",
            f"/quizzes/?page={part}",
            f"/quizzes/{part}/",
            f"/quizzes/attempts/{part}/",
            f"{desk.url}/{part}",
        ):
            assert desk.client.get(address).status_code < 500, address[:60]
        for address in (f"{desk.url}/{part}", f"{desk.url}/{part}/flag"):
            assert post(desk.client, address, SAVE).status_code < 500, address[:60]
