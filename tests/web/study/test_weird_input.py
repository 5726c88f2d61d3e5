"""Whatever is sent to the pages of study and to the front page is answered in order: never by a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quizapp.database import new_row_id
from tests.forms import post
from tests.weird import WEIRD, WEIRD_NUMBERS, on_the_stricter_database, percent_encoded

if TYPE_CHECKING:
    import uuid

    from flask.testing import FlaskClient

    from tests.factories import Factory, MadeSet


@pytest.fixture
def made(make: Factory) -> MadeSet:
    return make.question_set(fictional=1)


@pytest.fixture
def guest(make: Factory, made: MadeSet) -> uuid.UUID:
    learner_id = make.guest()
    make.deck(learner_id, made)
    return learner_id


@pytest.fixture
def tab(make: Factory, guest: uuid.UUID) -> FlaskClient:
    return make.browser_of_guest(guest)


@on_the_stricter_database
@pytest.mark.parametrize("is_graded", [False, True])
@pytest.mark.parametrize("as_json", [False, True])
def test_no_value_of_a_review_is_a_fault(
    tab: FlaskClient, made: MadeSet, is_graded: bool, as_json: bool
) -> None:
    fact = made.facts[0]
    sound = {"fact": fact.id, "revision": 1, "duration_ms": 900, "ago_ms": 5, "scope": "rivers", "begins": 1}
    names: tuple[str, ...]
    if is_graded:
        # What both have is tried with a rating.
        names = ("fact", "question", "question_revision", "turn", "option", "mode", "q")
        sound |= {"question": fact.questions["choice"], "question_revision": 1, "option": "right"}
        address = "/study/responses"
    else:
        sound |= {"rating": 3, "due-3": "2026-03-05"}
        names = ("review", "owner", "more", "q", "mode", "want", "have", "from", "time_zone", *sound)
        address = "/study/reviews"
    for name in names:
        for value in (*WEIRD, *WEIRD_NUMBERS):
            form = {"review": new_row_id(), **sound, name: value}
            # What names the scope stands in the address that follows.
            follows = name in {"q", "mode", "more", "scope"}
            answer = post(tab, address, form, as_json=as_json, follow_redirects=follows)
            assert answer.status_code < 500, (name, value[:40])


@on_the_stricter_database
def test_no_value_of_a_response_to_any_type_is_a_fault(
    make: Factory, guest: uuid.UUID, tab: FlaskClient
) -> None:
    ten = make.ten_types()
    make.deck(guest, ten)
    fields = ("text", "day", "month", "year", "mark-FRA", "place-x", "pair-x", "option")
    asked = {question_id: fact.id for fact in ten.facts for question_id in fact.questions.values()}
    for question_id, fact_id in asked.items():
        for value in WEIRD:
            form = {"review": new_row_id(), "fact": fact_id, "question": question_id}
            form |= {"question_revision": 1, "scope": "ten", **dict.fromkeys(fields, value)}
            assert post(tab, "/study/responses", form).status_code < 500, value[:40]


@on_the_stricter_database
def test_no_value_of_a_mark_an_undo_a_mode_or_of_a_decks_settings_is_a_fault(
    make: Factory, guest: uuid.UUID, made: MadeSet, tab: FlaskClient
) -> None:
    marks = f"cards/{made.facts[0].id}/marks"
    for value in (*WEIRD, *WEIRD_NUMBERS):
        for address, fields in (
            ("undo", {"step": value}),
            ("undo", {"step": new_row_id(), "scope": value, "more": value}),
            ("mode", {"study_mode": value}),
            ("mode", {"study_mode": "question", "card": value, "scope": value}),
            (marks, {"action": value, "step": new_row_id()}),
            (marks, {"action": "flag", "step": value}),
            (marks, {"action": "note", "step": new_row_id(), "note": value}),
            (marks, {"action": "form", "step": new_row_id(), "form": value}),
            ("rivers/settings", {"new_per_day": value}),
            ("rivers/fiction", {"include": value}),
        ):
            answer = post(tab, f"/study/{address}", fields)
            assert answer.status_code < 500, (address, value[:40])


@pytest.mark.parametrize(
    "address",
    [
        "/?{0}={0}",
        "/study/?more={0}&card={0}",
        "/study/{0}/",
        "/study/rivers/?more={0}",
        "/study/{0}/settings",
        "/study/rivers/?q={0}&mode={0}&over={0}",
        "/study/cards?scope={0}",
        "/study/cards?scope=rivers&have={0}&want={0}&q={0}",
        "/study/cards/{0}/beside",
    ],
)
def test_no_part_of_an_address_is_a_fault(tab: FlaskClient, address: str) -> None:
    for value in (*WEIRD, *WEIRD_NUMBERS):
        answer = tab.get(address.format(percent_encoded(value[:8000])))
        assert answer.status_code < 500, (address, value[:40])
