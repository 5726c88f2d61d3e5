"""A learner with a long history, written as fast as SQLite takes it: what large sizes are measured on.

Seeded: the same sizes and the same moment give the same rows. Everything is as the application would have left it:
each card is what its log makes of it, and the tables of days are sums of cards and reviews.
"""

from __future__ import annotations

import json
import random
import sqlite3
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask_migrate import upgrade
from flask_security import hash_password

from quizapp import clock, create_app
from quizapp.config import Config
from quizapp.core.evidence import CardState, LoggedReview, advance
from quizapp.core.memory import Rating, Scheduling, hash_to_unit, retrievability
from quizapp.core.study_days import study_day
from quizapp.database import db
from quizapp.models import Learner, User

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

EMAIL = "long@example.org"
PASSWORD = "a long walk by the river"
SECRET = "a secret for measuring, of no use elsewhere"
_SETS = 4
_TOPICS = 8
#: Cards that are due today, some of them for days; where there are few cards, a tenth.
_DUE = 300
#: Facts nobody began, so that new ones can be asked too; where there are few, a tenth.
_NEW = 200
_SCHEDULING = Scheduling()
_MONTH = 30
#: Stability in days of a memory that is brought to last at the end.
_WEAK = 3.0
_SYLLABLES = "bacedifoguhakelimonuparesitovuwaxeyizolu"
_KINDS = ("length", "height", "founder", "mouth", "capital", "weight", "year", "colour")


@dataclass(frozen=True, slots=True)
class Made:
    """A database with one learner in it, and the application that serves it."""

    app: Flask = field(repr=False)
    path: Path
    user_id: uuid.UUID
    learner_id: uuid.UUID
    set_ids: tuple[uuid.UUID, ...]
    slugs: tuple[str, ...]
    cards: int
    reviews: int
    now: datetime
    today: date
    email: str = EMAIL
    password: str = PASSWORD

    def browser(self) -> FlaskClient:
        """Return a browser in which the learner has logged in."""
        client = self.app.test_client()
        with self.app.app_context():
            uniquifier = db.session.get_one(User, self.user_id).fs_uniquifier
        with client.session_transaction() as session:
            session["_user_id"] = uniquifier
            session["_fresh"] = True
            session["fs_cc"] = "set"
            session["fs_paa"] = clock.now().timestamp()
        return client

    def cookie(self, browser: FlaskClient | None = None) -> str:
        """Return the header `Cookie` of such a browser, a new one where none is given."""
        name = str(self.app.config["SESSION_COOKIE_NAME"])
        found = (browser or self.browser()).get_cookie(name)
        if found is None:
            raise AssertionError("a logged-in browser has a cookie")
        return f"{name}={found.value}"

    def connect(self) -> sqlite3.Connection:
        """Return a plain connection to the file, as the application sets its own."""
        connection = sqlite3.connect(self.path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        return connection


def make(
    path: Path, cards: int, reviews_per_card: int = 10, *, seed: int = 1, now: datetime | None = None
) -> Made:
    """Write the history into a new SQLite file made by the migrations.

    `now` is the moment at which the learner stands, the present one where none is given.
    """
    now = clock.now() if now is None else now
    app = create_app(Config(SECRET, f"sqlite:///{path}", path.parent, testing=True))
    with app.app_context():
        upgrade()
        user_id, learner_id = _make_learner(
            uuid.UUID(int=random.Random(seed).getrandbits(128), version=4), now
        )
        db.session.remove()
        db.engine.dispose()
    writer = _Writer(path, random.Random(seed), learner_id, now)
    set_ids = writer.write(cards, reviews_per_card)
    return Made(
        app, path, user_id, learner_id, set_ids, tuple(f"made-{number}" for number in range(_SETS)),
        cards, cards * reviews_per_card, now, writer.today,
    )  # fmt: skip


def _make_learner(learner_id: uuid.UUID, now: datetime) -> tuple[uuid.UUID, uuid.UUID]:
    user = User(
        email=EMAIL, name="Long", password=str(hash_password(PASSWORD)), active=True,
        fs_uniquifier="0" * 32, created_at=now,
    )  # fmt: skip
    db.session.add(user)
    db.session.flush()
    learner = Learner(id=learner_id, user_id=user.id, created_at=now, seen_on=study_day(now, "UTC", 4))
    db.session.add(learner)
    db.session.commit()
    return user.id, learner.id


@dataclass(frozen=True, slots=True)
class _Fact:
    id: bytes
    set_id: bytes
    topic: str
    question: bytes


class _Writer:
    """Writes the rows of one learner."""

    def __init__(self, path: Path, rng: random.Random, learner_id: uuid.UUID, now: datetime) -> None:
        self.rng = rng
        self.learner = learner_id.bytes
        self.now = now
        self.today = study_day(now, "UTC", 4)
        self.days: dict[date, str] = {}
        self.connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("synchronous=OFF", "cache_size=-262144", "foreign_keys=OFF", "temp_store=MEMORY"):
            self.connection.execute(f"PRAGMA {pragma}")

    def write(self, cards: int, reviews_per_card: int) -> tuple[uuid.UUID, ...]:
        self.connection.execute("BEGIN")
        new = min(_NEW, max(1, cards // 10))
        set_ids = [self._id(self.now) for _ in range(_SETS)]
        self._write_sets(set_ids)
        facts = list(self._facts(set_ids, cards + new))
        # Those in the middle are not begun.
        middle = range(cards // 2, cards // 2 + new)
        self._write_decks(set_ids, middle, len(facts))
        self._write_cards(facts[: middle.start] + facts[middle.stop :], reviews_per_card)
        self.connection.execute("COMMIT")
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.connection.close()
        return tuple(uuid.UUID(bytes=set_id) for set_id in set_ids)

    def _id(self, at: datetime) -> bytes:
        """Return a UUIDv7 of a moment."""
        bits = self.rng.getrandbits(74)
        number = (
            int(at.timestamp() * 1000) << 80 | 7 << 76 | (bits >> 62) << 64 | 2 << 62 | bits & (2**62 - 1)
        )
        return number.to_bytes(16, "big")

    def _day(self, day: date) -> str:
        if day not in self.days:
            self.days[day] = day.isoformat()
        return self.days[day]

    def insert(
        self, table: str, columns: str, rows: Sequence[Sequence[Any]] | Iterator[Sequence[Any]]
    ) -> None:
        names = columns.split()
        self.connection.executemany(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
            rows,
        )

    def _write_sets(self, set_ids: Sequence[bytes]) -> None:
        at = _moment(self.now)
        self.insert(
            "question_sets",
            "id slug title about language origin state topics source loaded_sha256 position created_at updated_at "
            "published_at",
            [
                (set_id, f"made-{number}", f"Made set {number}", "Made for measuring.", "en", "bank", "published",
                 json.dumps([f"topic-{number}-{topic}" for topic in range(_TOPICS)]), "{}", "", number, at, at, at)
                for number, set_id in enumerate(set_ids)
            ],
        )  # fmt: skip

    def _write_decks(self, set_ids: Sequence[bytes], middle: range, facts: int) -> None:
        each = -(-facts // len(set_ids))
        rows = []
        for number, set_id in enumerate(set_ids):
            own = range(number * each, min((number + 1) * each, facts))
            first_new = next((fact for fact in middle if fact in own), own.stop)
            rows.append((self.learner, set_id, _moment(self.now), False, first_new - own.start))
        self.insert("decks", "learner_id question_set_id added_at includes_fiction new_from", rows)

    def _facts(self, set_ids: Sequence[bytes], count: int) -> Iterator[_Fact]:
        """Write the facts with their questions, a few thousand at a time, and return what cards need of them."""
        at = _moment(self.now)
        each = -(-count // len(set_ids))
        for first in range(0, count, 5000):
            numbers = range(first, min(first + 5000, count))
            made = [
                (number, number // each, _Fact(
                    self._id(self.now), set_ids[number // each],
                    f"topic-{number // each}-{number % _TOPICS}", self._id(self.now),
                ), self._id(self.now))
                for number in numbers
            ]  # fmt: skip
            words = {number: _words(number) for number in numbers}
            self.insert(
                "facts",
                "id question_set_id key position introduced topic standing treatment revision",
                [
                    (fact.id, fact.set_id, f"fact-{number}", number - place * each, number - place * each,
                     fact.topic, "documented", "plain", 1)
                    for number, place, fact, _ in made
                ],
            )  # fmt: skip
            self.insert(
                "fact_revisions",
                "fact_id revision content created_at",
                [(fact.id, 1, json.dumps(words[number]), at) for number, _, fact, _ in made],
            )
            self.insert(
                "questions",
                "id question_set_id key position type topic standing revision",
                [
                    (question_id, fact.set_id, f"fact-{number}/{kind}", 2 * number + turn, kind, fact.topic, "documented", 1)
                    for number, _, fact, short in made
                    for turn, (kind, question_id) in enumerate((("choice", fact.question), ("short", short)))
                ],
            )  # fmt: skip
            self.insert(
                "question_facts",
                "question_id fact_id position",
                [(question_id, fact.id, 0) for _, _, fact, short in made for question_id in (fact.question, short)],
            )  # fmt: skip
            self.insert(
                "question_revisions",
                "question_id revision content created_at",
                [
                    (question_id, 1, json.dumps(_question(number, kind, fact.topic, words[number])), at)
                    for number, _, fact, short in made
                    for kind, question_id in (("choice", fact.question), ("short", short))
                ],
            )
            yield from (fact for _, _, fact, _ in made)

    def _write_cards(self, facts: Sequence[_Fact], reviews_per_card: int) -> None:
        due = min(_DUE, max(1, len(facts) // 10))
        chosen = {fact.id for fact in self.rng.sample(list(facts), due)}
        cards = []
        reviews: list[tuple[Any, ...]] = []
        days = _Days()
        for fact in facts:
            probes, state = self._live(fact, reviews_per_card)
            shift = self._shift(state, is_due=fact.id in chosen)
            if (
                state.memory is None
                or state.first_on is None
                or state.last_on is None
                or state.due_on is None
            ):
                raise AssertionError("a card that was probed has a memory")
            first_on, last_on, due_on = state.first_on + shift, state.last_on + shift, state.due_on + shift
            for probe in probes:
                at = probe.at + shift
                day = at.date()
                # Id first: rows go in sorted by it.
                reviews.append(
                    (
                        self._id(at), self.learner, fact.id, "flashcard", "study", _moment(at), self._day(day),
                        probe.duration, probe.rating, probe.rating > 1, 0.0, probe.weight, 0, 1, True,
                        *probe.memories, probe.predicted, self._day(probe.due_on + shift),
                    )
                )  # fmt: skip
                days.count(self._day(day), fact, probe)
            last_at = reviews[-1][5]
            cards.append(
                (
                    self.learner, fact.id, fact.set_id, state.memory.stability, state.memory.difficulty,
                    self._day(first_on), self._day(last_on), last_at, self._day(due_on), self._day(due_on),
                    state.reps, state.lapses, 1,
                )
            )  # fmt: skip
            days.loads[fact.set_id, self._day(due_on)] += 1
        cards.sort()
        self.insert(
            "cards",
            "learner_id fact_id question_set_id stability difficulty first_on last_on last_at due_on shown_on reps "
            "lapses fact_revision",
            cards,
        )
        reviews.sort()
        self.insert(
            "reviews",
            "id learner_id fact_id form source reviewed_at study_day duration_ms rating is_right guess weight "
            "weights_version rule_version is_long_term stability_before difficulty_before stability_after "
            "difficulty_after predicted due_on",
            reviews,
        )
        days.write(self)

    def _live(self, fact: _Fact, count: int) -> tuple[list[_Probe], CardState]:
        """Return the probes of one fact, from some day on, and the card after them.

        A memory is probed when it is due or somewhat before, and recalled as often as predicted; the last time it is.
        """
        rng = self.rng
        state = CardState()
        day = date(2020, 1, 1)
        fact_id = uuid.UUID(bytes=fact.id)
        probes = []
        for number in range(count):
            elapsed = 0 if state.last_on is None else (day - state.last_on).days
            predicted = (
                None
                if state.memory is None
                else retrievability(state.memory.stability, elapsed, _SCHEDULING.weights)
            )
            is_right = number + 1 == count or rng.random() < (0.7 if predicted is None else predicted)
            rating = Rating.GOOD if is_right else Rating.AGAIN
            if number + 1 == count and state.memory is not None and state.memory.stability < _WEAK:
                # Or thousands would be due every day, for ever.
                rating = Rating.EASY
            at = datetime(day.year, day.month, day.day, 8 + rng.randrange(12), rng.randrange(60), rng.randrange(60), tzinfo=UTC)  # fmt: skip
            log = LoggedReview(id=fact_id, fact=fact_id, study_day=day, at=at, rating=rating)
            before = state
            state, done = advance(before, log, _SCHEDULING, fact.id)
            if done is None or state.due_on is None or state.memory is None:
                raise AssertionError("probes lie on days of their own")
            old = (
                (None, None) if before.memory is None else (before.memory.stability, before.memory.difficulty)
            )
            probes.append(
                _Probe(
                    at, int(rating), rng.randrange(2500, 14000), done.weight,
                    (*old, state.memory.stability, state.memory.difficulty), predicted, state.due_on,
                )
            )  # fmt: skip
            day += min(state.due_on - day, timedelta(days=rng.randrange(20, 110)))
        return probes, state

    def _shift(self, state: CardState, *, is_due: bool) -> timedelta:
        """Return by how much a card's days move, for it to be due by today or later and seen within a year."""
        if state.due_on is None or state.last_on is None:
            raise AssertionError("a card that was probed has a due date")
        interval = (state.due_on - state.last_on).days
        if is_due or interval == 1:
            due = self.today - timedelta(days=self.rng.randrange(4) if is_due else 0)
        else:
            due = self.today + timedelta(days=self.rng.randrange(max(1, interval - 365), interval))
        return due - state.due_on


@dataclass(frozen=True, slots=True)
class _Probe:
    at: datetime
    rating: int
    duration: int
    weight: float
    memories: tuple[float | None, ...]
    predicted: float | None
    due_on: date


class _Days:
    """Sums of days, as the application keeps them."""

    def __init__(self) -> None:
        self.statistics: dict[tuple[str, bytes, str], list[float]] = defaultdict(lambda: [0] * 8)
        self.recall: dict[tuple[str, bytes, int], list[float]] = defaultdict(lambda: [0] * 4)
        self.loads: Counter[tuple[bytes, str]] = Counter()

    def count(self, day: str, fact: _Fact, probe: _Probe) -> None:
        is_right = probe.rating > 1
        predicted = probe.predicted
        sums = self.statistics[day, fact.set_id, fact.topic]
        sums[0] += 1
        sums[1] += is_right
        sums[2] += predicted is not None
        sums[3] += predicted or 0.0
        sums[4] += predicted is not None and is_right
        sums[5] += predicted is None
        sums[6] += probe.duration
        sums[7] += _in_a_month(probe.memories[2]) - _in_a_month(probe.memories[0])
        # The longest chance below one still lies in the last tenth.
        bins = self.recall[day, fact.set_id, -1 if predicted is None else min(int(predicted * 10), 9)]
        bins[0] += 1
        bins[1] += is_right
        bins[2] += predicted or 0.0
        bins[3] += probe.duration

    def write(self, writer: _Writer) -> None:
        writer.insert(
            "daily_statistics",
            "learner_id study_day question_set_id topic reviews recalled predicted_reviews predicted_recall "
            "predicted_recalled new_facts duration_ms gained",
            [(writer.learner, *key, *sums) for key, sums in sorted(self.statistics.items())],
        )
        writer.insert(
            "daily_recall",
            "learner_id study_day question_set_id tenth is_fiction form reviews recalled predicted_recall duration_ms",
            [(writer.learner, *key, False, "flashcard", *sums) for key, sums in sorted(self.recall.items())],
        )
        writer.insert(
            "daily_loads",
            "learner_id question_set_id shown_on cards",
            [(writer.learner, *key, count) for key, count in sorted(self.loads.items())],
        )


def _in_a_month(stability: float | None) -> float:
    return 0.0 if stability is None else retrievability(stability, _MONTH, _SCHEDULING.weights)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC).replace(tzinfo=None):%Y-%m-%d %H:%M:%S.%f}"


def name_of(number: int) -> str:
    """Return a pronounceable name that no other number up to 151,999 has."""
    rest, parts = number + 8000, []
    while rest:
        rest, place = divmod(rest, len(_SYLLABLES) // 2)
        parts.append(_SYLLABLES[2 * place : 2 * place + 2])
    return "".join(parts).capitalize()


def _words(number: int) -> dict[str, Any]:
    """Return what a made fact says, in the form of a revision."""
    kind = _KINDS[int(hash_to_unit(number.to_bytes(4, "big")) * len(_KINDS))]
    subject, value = f"Land of {name_of(number)}", f"{name_of(number * 7919 % 100_000)} {number % 997}"
    return {
        "ask": f"What is the {kind} of the {subject}?",
        "statement": f"The {kind} of the {subject} is {value}.",
        "key_text": value,
        "subject": f"the {subject}",
        "note": f"Measured near {name_of(number % 500)}.",
        "where": "A made source",
        "cite": [],
        "record_text": None,
        "flashcard": True,
    }


def _question(number: int, kind: str, topic: str, words: dict[str, Any]) -> dict[str, Any]:
    """Return what a made question says, in the form of questions.json."""
    content: dict[str, Any] = {
        "id": f"fact-{number}/{kind}",
        "facts": [f"fact-{number}"],
        "type": kind,
        "stem": words["ask"],
        "explanation": words["statement"],
        "cite": {"words": "A made source", "spans": []},
        "standing": "documented",
        "treatment": "plain",
        "topic": topic,
        "difficulty": 0.5,
    }
    if kind == "choice":
        texts = [words["key_text"], *(f"{name_of(number + turn)} {turn}" for turn in (1, 2, 3))]
        content["options"] = [
            {
                "id": f"o{place}",
                "text": text,
                "correct": place == 0,
                "because": "So it is.",
                "fact": None,
                "strategy": None,
            }
            for place, text in enumerate(texts)
        ]
    else:
        content["accept"] = [words["key_text"]]
    return content
