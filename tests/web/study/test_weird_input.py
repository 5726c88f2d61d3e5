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
        names = ("fact", "revision", "question", "question_revision", "option")
        sound |= {"question": fact.questions["choice"], "question_revision": 1, "option": "right"}
    else:
        sound |= {"rating": 3}
        names = ("review", "owner", "more", "from", "time_zone", *sound)
    for name in names:
        for value in (*WEIRD, *WEIRD_NUMBERS):
            form = {"review": new_row_id(), **sound, name: value}
            answer = post(tab, "/study/reviews", form, as_json=as_json, follow_redirects=True)
            assert answer.status_code < 500, (name, value[:40])


@on_the_stricter_database
def test_no_value_of_an_undo_or_of_a_decks_settings_is_a_fault(
    make: Factory, guest: uuid.UUID, made: MadeSet, tab: FlaskClient
) -> None:
    for value in (*WEIRD, *WEIRD_NUMBERS):
        for address, fields in (
            ("reviews/undo", {"review": value}),
            ("reviews/undo", {"review": new_row_id(), "scope": value, "more": value}),
            ("rivers/settings", {"new_per_day": value}),
            ("rivers/fiction", {"include": value}),
        ):
            answer = post(tab, f"/study/{address}", fields, follow_redirects=True)
            assert answer.status_code < 500, (address, value[:40])


@pytest.mark.parametrize(
    "address",
    [
        "/?{0}={0}",
        "/study/?more={0}&card={0}",
        "/study/{0}/",
        "/study/rivers/?more={0}",
        "/study/{0}/settings",
        "/study/reviews/{0}",
        "/study/reviews/01980000-0000-7000-8000-000000000000?picked={0}&scope={0}",
    ],
)
def test_no_part_of_an_address_is_a_fault(tab: FlaskClient, address: str) -> None:
    for value in (*WEIRD, *WEIRD_NUMBERS):
        answer = tab.get(address.format(percent_encoded(value[:8000])))
        assert answer.status_code < 500, (address, value[:40])
