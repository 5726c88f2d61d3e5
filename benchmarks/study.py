"""Studying with a long history: one learner with 100,000 cards and 1,000,000 reviews, as medians of the server's time.

The floor of each figure is the same rows read and written by plain sqlite3 on the same file, where there are any.
"""

from __future__ import annotations

import re
import statistics
import tempfile
import time
import uuid
from datetime import timedelta
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy import select

from benchmarks import history
from benchmarks.measuring import Row
from quizapp import clock
from quizapp.cli.serve import rest_the_collector
from quizapp.core import fitting
from quizapp.core.memory import Scheduling
from quizapp.core.simulation import FactMemory, Pace, simulate
from quizapp.database import db, new_row_id
from quizapp.models import Review
from quizapp.operations.search.indexing import rebuild_index
from quizapp.operations.study.topics import make_census

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from flask.testing import FlaskClient

_FEW, _MANY = 1_000, 100_000
_TIMES = 30
_PLANNED, _FITTED = 2_000, 10_000
_DUE = (
    "SELECT fact_id, last_on, stability FROM cards WHERE learner_id = ? AND question_set_id = ? AND shown_on <= ? "
    "ORDER BY (julianday(?) - julianday(last_on)) / stability DESC LIMIT 3"
)
_FACE = (
    "SELECT f.*, r.content FROM facts f JOIN fact_revisions r ON r.fact_id = f.id AND r.revision = f.revision "
    "WHERE f.id = ?"
)


def measure(*, large: bool) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        times = 3 * _TIMES if large else _TIMES
        few = _Measured(Path(folder) / "few.sqlite3", _FEW, times)
        rated_of_few = few.median(few.rate())
        click.echo(f"writing {_MANY:,} cards ...", err=True)
        many = _Measured(Path(folder) / "many.sqlite3", _MANY, times)
        # The same work at both sizes: a review is recorded, and nothing else.
        rated_of_many = many.median(many.rate())
        rows = [
            many.row("rate and next card", many.rate(want=1), many.plain_rate),
            many.row("study page", many.get("/study/"), many.plain_cards),
            many.row("deck list with due counts", many.get("/study/decks"), many.plain_counts),
            many.row("Today", many.get("/"), many.plain_counts),
            Row(
                "rating, growth",
                rated_of_many,
                "ms",
                f"from {_FEW:,} to {_MANY:,} cards; floor: {_FEW:,} cards",
                floor=rated_of_few,
            ),
            many.row("search one word", many.get("/browse/?q=capital"), many.plain_search),
            many.row("progress page", many.get("/progress/"), many.plain_days),
        ]
        return [*rows, _planned(), *many.fitted()]


class _Measured:
    """A history and a browser in which its learner has logged in."""

    def __init__(self, path: Path, cards: int, times: int) -> None:
        self._times = times
        # As the server does.
        rest_the_collector()
        self.made = history.make(path, cards)
        with self.made.app.app_context():
            rebuild_index()
            make_census(self.made.learner_id, clock.now())
            db.session.remove()
        self.browser: FlaskClient = self.made.browser()
        self.plain: sqlite3.Connection = self.made.connect()
        page = self.browser.get("/study/").text
        self._fields = dict(re.findall(r'name="(csrf_token|owner)"\s+value="([^"]+)"', page))
        self._facts = self._list_facts()

    def _list_facts(self) -> Iterator[uuid.UUID]:
        """Return due facts of the learner, each once."""
        rows = self.plain.execute(
            "SELECT fact_id FROM cards WHERE learner_id = ? AND shown_on <= ? ORDER BY fact_id",
            (self.made.learner_id.bytes, self.made.today.isoformat()),
        )
        later = self.plain.execute(
            "SELECT fact_id FROM cards WHERE learner_id = ? AND shown_on > ? ORDER BY fact_id LIMIT 1000",
            (self.made.learner_id.bytes, self.made.today.isoformat()),
        )
        return (uuid.UUID(bytes=fact) for (fact,) in chain(rows.fetchall(), later.fetchall()))

    def row(self, name: str, work: Callable[[], object], plain: Callable[[], object]) -> Row:
        conditions = f"{self.made.cards:,} cards, {self.made.reviews:,} reviews, median of {self._times}; floor: plain sqlite3"
        return Row(name, self.median(work), "ms", conditions, floor=self.median(plain))

    def median(self, work: Callable[[], object]) -> float:
        return _median(work, self._times)

    def get(self, path: str) -> Callable[[], object]:
        def work() -> None:
            answer = self.browser.get(path)
            if answer.status_code != 200:
                raise RuntimeError(f"{path} answered {answer.status_code}")

        return work

    def rate(self, want: int = 0) -> Callable[[], object]:
        def work() -> None:
            fields = {
                **self._fields, "review": new_row_id(), "fact": next(self._facts), "revision": 1, "rating": 3,
                "duration_ms": 4000, "want": want,
            }  # fmt: skip
            answer = self.browser.post("/study/reviews", data=fields, headers={"Accept": "application/json"})
            if answer.status_code != 200:
                raise RuntimeError(f"a rating was answered {answer.status_code}: {answer.text}")

        return work

    def _key(self) -> tuple[bytes, str]:
        return self.made.learner_id.bytes, self.made.today.isoformat()

    def plain_rate(self) -> None:
        learner, today = self._key()
        fact = next(self._facts).bytes
        run = self.plain.execute
        card = run("SELECT * FROM cards WHERE learner_id = ? AND fact_id = ?", (learner, fact)).fetchone()
        run("BEGIN IMMEDIATE")
        run(
            "INSERT INTO reviews (learner_id, id, fact_id, form, source, reviewed_at, study_day, duration_ms, is_right, "
            "guess, weight, weights_version, rule_version, is_long_term) "
            "VALUES (?, ?, ?, 'flashcard', 'study', ?, ?, 4000, 1, 0, 1, 0, 1, 1) ON CONFLICT DO NOTHING",
            (learner, new_row_id().bytes, fact, f"{today} 12:00:00.000000", today),
        )
        later = (self.made.today + timedelta(days=9)).isoformat()
        run(
            "UPDATE cards SET stability = stability * 2, last_on = ?, due_on = ?, shown_on = ? "
            "WHERE learner_id = ? AND fact_id = ?",
            (today, later, later, learner, fact),
        )
        for day, change in ((card[9], -1), (later, 1)):
            run(
                "UPDATE daily_loads SET cards = max(0, cards + ?) WHERE learner_id = ? AND question_set_id = ? "
                "AND shown_on = ?",
                (change, learner, card[2], day),
            )
        run(
            "UPDATE daily_statistics SET reviews = reviews + 1 WHERE learner_id = ? AND study_day = ?",
            (learner, today),
        )
        run("COMMIT")
        self.plain_cards()

    def plain_cards(self) -> None:
        learner, today = self._key()
        self.plain.execute(
            "SELECT * FROM reviews WHERE learner_id = ? AND study_day = ?", (learner, today)
        ).fetchall()
        for set_id in self.made.set_ids:
            for fact, *_ in self.plain.execute(_DUE, (learner, set_id.bytes, today, today)).fetchall():
                self.plain.execute(_FACE, (fact,)).fetchone()

    def plain_counts(self) -> None:
        self.plain.execute(
            "SELECT question_set_id, sum(cards) FROM daily_loads WHERE learner_id = ? AND shown_on <= ? GROUP BY 1",
            self._key(),
        ).fetchall()

    def plain_search(self) -> None:
        self.plain.execute(
            "SELECT rowid FROM fact_words WHERE fact_words MATCH 'capital' LIMIT 50"
        ).fetchall()

    def plain_days(self) -> None:
        since = (self.made.today - timedelta(days=365)).isoformat()
        self.plain.execute(
            "SELECT * FROM daily_statistics WHERE learner_id = ? AND study_day > ?", (self._key()[0], since)
        ).fetchall()

    def fitted(self) -> list[Row]:
        """Fit the weights on part of the log; nothing where the library is not installed."""
        if not fitting.is_available():
            return []
        with self.made.app.app_context():
            facts = db.session.execute(
                select(Review.fact_id)
                .where(Review.learner_id == self.made.learner_id)
                .distinct()
                .limit(_FITTED // 10)
            ).scalars()
            rows = db.session.execute(
                select(Review)
                .where(
                    Review.learner_id == self.made.learner_id,
                    Review.fact_id.in_(list(facts)),
                    Review.is_long_term,
                )
                .order_by(Review.fact_id, Review.reviewed_at)
            ).scalars()
            logs: list[list[Any]] = [list(log) for _, log in groupby(rows, lambda row: row.fact_id)]
        began = time.perf_counter()
        histories = [history for log in logs for history in fitting.prepare(log)]
        weights = fitting.fit(histories, self.made.today + timedelta(days=1))
        taken = time.perf_counter() - began
        if weights is None:
            raise RuntimeError("nothing was fitted")
        reviews = sum(map(len, histories))
        return [Row("fit of 10,000 reviews", taken, "s", f"{reviews:,} long-term reviews, fsrs-rs-python")]


def _median(work: Callable[[], object], times: int) -> float:
    """Return the median of milliseconds; the first time, which fills caches, does not count."""
    work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - began))
    return statistics.median(taken)


def _planned() -> Row:
    facts = [
        FactMemory(stability=float(1 + place % 60), days_since=place % 40, due_in=place % 30 - 5)
        if place % 4
        else FactMemory()
        for place in range(_PLANNED)
    ]

    def work() -> None:
        simulate(
            facts,
            days=60,
            daily_seconds=1200.0,
            pace=Pace(),
            scheduling=Scheduling(),
            new_per_day=20,
            every=10,
        )

    return Row(
        "plan simulation",
        _median(work, _TIMES),
        "ms",
        f"{_PLANNED:,} facts over 60 days, one run, median of {_TIMES}",
    )
