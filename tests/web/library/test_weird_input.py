"""Whatever is asked of the library and of progress is answered in order: never by a fault."""

from __future__ import annotations

import pytest

from tests.weird import WEIRD, WEIRD_NUMBERS, percent_encoded


@pytest.mark.parametrize(
    "address",
    [
        "/library/?q={0}",
        "/library/?page={0}",
        "/library/{0}/",
        "/library/{0}/facts",
        "/library/rivers/facts?q={0}",
        "/library/rivers/facts?topic={0}",
        "/library/rivers/facts?standing={0}&page={0}",
        "/library/rivers/facts/{0}",
        "/library/{0}/timeline",
        "/library/rivers/timeline?period={0}&page={0}&fiction={0}",
        "/library/facts/{0}/mistake",
        "/library/questions/{0}/mistake?revision={0}",
        "/library/attempts/{0}/{0}/mistake",
        "/progress/?days={0}",
    ],
)
def test_no_part_of_an_address_is_a_fault(make, address):
    make.question_set()
    browser = make.browser_of_guest(make.guest())
    for value in (*WEIRD, *WEIRD_NUMBERS):
        answer = browser.get(address.format(percent_encoded(value[:8000])))
        assert answer.status_code < 500, (address, value[:40])
