"""A learner with a deck of twenty facts, half of them seen, and a plan of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from quizapp.database import db, run_tx
from quizapp.models import Learner, QuestionSet, StudyPlan
from quizapp.operations import plans
from tests.histories import review

if TYPE_CHECKING:
    import uuid

    from flask import Flask

    from tests.conftest import Clock
    from tests.factories import Cast, Factory, MadeSet

TODAY = date(2026, 3, 1)


@dataclass
class Planner:
    """Ben, his set, and what he does with plans; each call in a context of its own."""

    app: Flask
    clock: Clock
    learner_id: uuid.UUID
    made: MadeSet

    def preview(self, *, query="", days=20, minutes=10, replacing=None):
        with self.app.app_context():
            return plans.preview_plan(
                db.session.get_one(Learner, self.learner_id),
                db.session.get_one(QuestionSet, self.made.id),
                query,
                TODAY + timedelta(days=days),
                minutes,
                self.clock.moment,
                replacing=replacing,
            )

    def make(self, **wanted):
        preview = self.preview(**wanted)
        with self.app.app_context():
            return run_tx(lambda: plans.make_plan(self.learner_id, preview, self.clock.moment))

    def plan(self, plan_id) -> StudyPlan:
        with self.app.app_context():
            return db.session.get_one(StudyPlan, (self.learner_id, plan_id))

    def known_on(self, day, query=""):
        with self.app.app_context():
            learner = db.session.get_one(Learner, self.learner_id)
            return plans.known_on(learner, self.made.id, query, day, self.clock.moment)

    def settle(self):
        with self.app.app_context():
            return plans.settle_all(self.clock.moment)


@pytest.fixture
def planner(app: Flask, make: Factory, cast: Cast, frozen: Clock) -> Planner:
    made = make.question_set(facts=20, fictional=2)
    make.deck(cast.ben, made, desired_retention=0.91, new_per_day=7)
    for fact in made.facts[:8]:
        review(app, cast.ben.learner_id, fact.id, days_ago=4)
    return Planner(app, frozen, cast.ben.learner_id, made)
