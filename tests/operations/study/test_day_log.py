"""A day's log, summed up as it is read, says what the rules say of its rows."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from quizapp.core.evidence import standing
from quizapp.core.memory import Rating
from quizapp.core.study_queue import Mode, read_log
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Learner, Review
from quizapp.operations import study
from quizapp.operations.study.cards import LOG_COLUMNS, logged
from quizapp.operations.study.sessions.day_log import read_day_log

if TYPE_CHECKING:
    import uuid

    from flask import Flask

    from tests.conftest import Clock
    from tests.factories import Factory

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("seed", range(2))
def test_the_marks_and_sums_of_a_day_are_those_of_its_rows(
    app: Flask, make: Factory, frozen: Clock, seed: int
) -> None:
    made, learner_id = make.question_set(facts=4), make.guest()
    make.deck(learner_id, made)
    rng = random.Random(seed)
    now = NOON
    with app.app_context():
        learner = db.session.get_one(Learner, learner_id)
        db.session.expunge(learner)
        for _ in range(25):
            now += timedelta(minutes=rng.choice([1, 5]))
            _do_something(learner, rng.choice(made.facts).id, now, rng)
            rows = logged(db.session.execute(select(*LOG_COLUMNS).where(Review.learner_id == learner_id)))
            probes = [row for row in standing(rows) if row.is_probe]
            for mode in (Mode.DUE, Mode.CRAM):
                day = read_day_log(learner, NOON.date(), mode)
                assert day.marks == read_log(rows, NOON.date(), mode)
                assert (day.reviews, day.recalled) == (len(probes), sum(row.is_remembered for row in probes))
                assert day.last_review == (probes[-1].id if probes else None)
                assert day.postponed == {row.fact for row in rows if row.action == "due"}
        assert day.sets.keys() == {row.fact for row in rows}
        assert set(day.sets.values()) == {made.id}


def _do_something(learner: Learner, fact_id: uuid.UUID, now: datetime, rng: random.Random) -> None:
    match rng.randrange(8):
        case 0:
            if study.last_step(learner, now):
                run_tx(lambda: study.undo_last(learner, undo_id=new_row_id(), now=now))
        case 1:
            run_tx(lambda: study.reset_cards(learner, [fact_id], step_id=new_row_id(), now=now))
        case 2:
            day = now.date() + timedelta(days=rng.randrange(3))
            run_tx(lambda: study.set_due(learner, [fact_id], day, step_id=new_row_id(), now=now))
        case kind:
            given = study.Given(
                id=new_row_id(),
                fact_id=fact_id,
                form="flashcard",
                source="cram" if kind == 3 else "study",
                at=now,
                rating=rng.choice([Rating.AGAIN, Rating.GOOD]),
                duration_ms=4000,
            )
            run_tx(lambda: study.record_review(learner, given))
