"""Reasons kept with a bank for what no fact cites."""

import pytest

from quizapp.core.coverage import Reason
from quizapp.formats.facts_yaml import BankErrors
from quizapp.formats.uncited_yaml import read_reasons

GOOD = b"""bank: interventions
reasons:
  - {span: [0, 12], why: a heading}
  - span: [40, 55]
    why: >-
      nothing that could
      be checked
"""


def test_reasons_are_read_in_their_order():
    assert read_reasons(GOOD) == [
        Reason((0, 12), "a heading"),
        Reason((40, 55), "nothing that could be checked"),
    ]


def test_a_bank_without_the_file_has_no_reasons(tmp_path):
    assert read_reasons(tmp_path / "uncited.yaml") == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        (b"[0, 12]", b"[12, 0]", 3, "empty or backwards"),
        (b"[0, 12]", b"[0, twelve]", 3, "whole number"),
        (b"why: a heading", b"why: ''", 3, "say why"),
        (b", why: a heading", b"", 3, "add why"),
        (b"why: a heading", b"because: it is one", 3, "not a known field"),
        (b"reasons:", b"reason:", 1, "reasons"),
        (b"a heading", b"*bomb", 3, "aliases"),
    ],
)
def test_an_error_names_line_and_remedy(old, new, line, words):
    with pytest.raises(BankErrors) as caught:
        read_reasons(GOOD.replace(old, new))
    assert next(error.line for error in caught.value.errors) == line
    assert words in str(caught.value)
