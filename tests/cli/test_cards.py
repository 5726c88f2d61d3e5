"""`quizapp cards`: every card is what its log makes it, or is told and mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select, update

from quizapp import clock
from quizapp.cli import cards as commands
from quizapp.core.memory import Rating
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Card, DailyStatistics, Learner, Review
from quizapp.operations import study

if TYPE_CHECKING:
    import uuid

    from click.testing import Result
    from flask import Flask

    from tests.conftest import Clock
    from tests.factories import Factory, MadeSet


@pytest.fixture(autouse=True)
def _same_app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "make_app", lambda: app)


@pytest.fixture
def made(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set()


@pytest.fixture
def _rated(app: Flask, make: Factory, made: MadeSet) -> None:
    """A guest has rated three cards."""
    guest = make.guest()
    with app.app_context():
        for fact in made.facts[:3]:
            _rate(guest, fact.id)


def _rate(learner_id: uuid.UUID, fact_id: uuid.UUID) -> None:
    given = study.Given(
        id=new_row_id(),
        fact_id=fact_id,
        form="flashcard",
        source="study",
        at=clock.now(),
        rating=Rating.GOOD,
    )
    run_tx(lambda: study.record_review(db.session.get_one(Learner, learner_id), given))


def _run(word: str) -> Result:
    return CliRunner().invoke(commands.cards, [word])


@pytest.mark.usefixtures("_rated")
def test_cards_that_are_their_log_are_said_to_be() -> None:
    done = _run("check")
    assert done.exit_code == 0
    assert "Every card is what its log makes it" in done.output


@pytest.mark.usefixtures("_rated")
def test_a_changed_card_a_missing_one_and_one_without_log_are_told_and_mended(
    app: Flask, made: MadeSet
) -> None:
    changed, missing, unlogged = (fact.id for fact in made.facts[:3])
    with app.app_context():
        run_tx(lambda: db.session.execute(update(Card).where(Card.fact_id == changed).values(stability=99)))
        run_tx(lambda: db.session.execute(delete(Card).where(Card.fact_id == missing)))
        run_tx(lambda: db.session.execute(delete(Review).where(Review.fact_id == unlogged)))
        run_tx(lambda: db.session.execute(update(DailyStatistics).values(reviews=50)))
    done = _run("check")
    assert done.exit_code != 0
    for fact_id in (changed, missing, unlogged):
        assert str(fact_id) in done.output
    assert "3 cards differ" in done.output
    assert _run("rebuild").exit_code == 0
    assert _run("check").exit_code == 0
    with app.app_context():
        assert sum(db.session.execute(select(DailyStatistics.reviews)).scalars()) == 2
