"""`quizapp fit`: says what a fit came to, and what stands in its way."""

from __future__ import annotations

import sys
import uuid
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from quizapp.cli import fits as commands
from quizapp.models import Fit
from quizapp.operations import fits
from tests.histories import NOON

if TYPE_CHECKING:
    from click.testing import Result
    from flask import Flask

    from tests.factories import Cast


@pytest.fixture(autouse=True)
def _same_app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "make_app", lambda: app)


def _run(learner: str) -> Result:
    return CliRunner().invoke(commands.fit, [learner])


@pytest.mark.parametrize(
    ("is_used", "words"),
    [(True, "The new weights are in use"), (False, "The weights in use predict as well")],
)
def test_it_says_by_how_much_predictions_are_off_before_and_after(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, is_used: bool, words: str
) -> None:
    fit = Fit(
        learner_id=cast.ben.learner_id, fitted_at=NOON, reviews=1240, held_back=310, weights=[], loss_before=0.3,
        loss_after=0.2, error_before=0.046, error_after=0.031, is_used=is_used,
    )  # fmt: skip
    asked: list[uuid.UUID] = []
    monkeypatch.setattr(fits, "fit_learner", lambda learner_id, _: asked.append(learner_id) or fit)
    for name in (cast.ben.email, " BEN@example.org ", str(cast.ben.learner_id)):
        result = _run(name)
        assert result.exit_code == 0
        assert "1,240 reviews, judged by 310 later ones" in result.output
        assert "3.1 points with the new weights, 4.6 with those before" in result.output
        assert words in result.output
    assert set(asked) == {cast.ben.learner_id}


def test_too_few_reviews_are_told(cast: Cast) -> None:
    result = _run(cast.ben.email)
    assert result.exit_code == 0
    assert "Too few reviews" in result.output


@pytest.mark.parametrize("name", ["nobody@example.org", "nonsense", str(uuid.UUID(int=7))])
def test_an_unknown_learner_ends_with_an_error(cast: Cast, name: str) -> None:
    result = _run(name)
    assert result.exit_code == 1
    assert f"There is no learner {name}. Nothing was changed." in result.output


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> None:
    monkeypatch.setitem(sys.modules, "fsrs_rs_python", None)
    result = _run(cast.ben.email)
    assert result.exit_code == 1
    assert "pip install 'quizapp[fit]'" in result.output
