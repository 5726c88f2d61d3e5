"""Banks: generated, checked and loaded, how the time grows with their size, and a typed name among very many."""

from __future__ import annotations

import json
import math
import sqlite3
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask_migrate import upgrade

from benchmarks.measuring import Row
from quizapp import clock, create_app, paths
from quizapp.config import Config
from quizapp.core import item_checks
from quizapp.core.facts import Bank, Entity, EntityValue, Fact
from quizapp.core.generation import generate
from quizapp.core.matching import match
from quizapp.core.questions import question_to_dict
from quizapp.database import db, run_tx
from quizapp.formats import questions_json
from quizapp.formats.facts_yaml import read_bank
from quizapp.operations.banks import load_bank
from tests import postgresql

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from quizapp.core.questions import AnyQuestion

_FEW, _MANY = 1000, 20_000
_CHECKED = 100_000
_LOADED = 10_000
#: Questions that a made fact gives.
_EACH = 2
_NAMES = 5000
_TYPED = 200


def measure(*, large: bool) -> list[Row]:
    rows = [_shipped(file) for file in sorted(paths.questions().glob("*/facts.yaml"))]
    few, many = _Made(_FEW), _Made(_MANY * (2 if large else 1))
    rows += [
        Row(
            f"generation, {many.facts:,} facts",
            many.questions / many.seconds,
            "questions/s",
            f"made bank of capitals; floor: {few.facts:,} facts",
            floor=few.questions / few.seconds,
        ),
        Row(
            "generation, growth",
            math.log(many.seconds / few.seconds) / math.log(many.facts / few.facts),
            "exponent",
            f"time from {few.facts:,} to {many.facts:,} facts; 1 is linear",
            floor=1.0,
        ),
        _checked(),
    ]
    return [*rows, *_loaded(), _typed()]


class _Made:
    """A made bank of capitals, its questions and the seconds that generating them took."""

    def __init__(self, facts: int) -> None:
        self.facts = facts
        self.bank = _capitals(facts)
        # Of the processor, so that what else the machine does stays out of the growth.
        began = time.process_time()
        self.made = generate(self.bank)
        self.seconds = time.process_time() - began
        self.questions = len(self.made)


def _shipped(file: Path) -> Row:
    bank = read_bank(file)
    began = time.perf_counter()
    count = len(generate(bank))
    seconds = time.perf_counter() - began
    return Row(
        f"generation, {bank.id}",
        count / seconds,
        "questions/s",
        f"{len(bank.facts)} facts, {count} questions",
    )


def _checked() -> Row:
    small, big = (_Made(round(count / _EACH)) for count in (_CHECKED / 10, _CHECKED))
    few, many = (_seconds(partial(item_checks.check, made.bank, made.made)) for made in (small, big))
    return Row(
        f"checking {big.questions:,} questions",
        big.questions / many,
        "questions/s",
        f"{many:.1f} s, every rule; floor: {small.questions:,} questions",
        floor=small.questions / few,
    )


def _loaded() -> list[Row]:
    made = _Made(round(_LOADED / _EACH))
    questions = questions_json.dump(made.bank, made.made)
    floor = _inserted(made.made)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        addresses = {"SQLite": f"sqlite:///{folder}/bench.db"}
        try:
            server = postgresql.start()
        except postgresql.NoPostgresError as problem:
            click.echo(f"no PostgreSQL here: {problem}", err=True)
            server = None
        try:
            if server is not None:
                addresses["PostgreSQL"] = server.address()
            for kind, address in addresses.items():
                app = create_app(Config("-" * 32, address, Path(folder), testing=True))
                with app.app_context():
                    upgrade()
                    seconds = _seconds(lambda: _load(made.bank, questions))
                    db.session.remove()
                    db.engine.dispose()
                rows.append(
                    Row(
                        f"loading {made.questions:,} questions, {kind}",
                        seconds,
                        "s",
                        "questions.json read and checked, rows written; floor: their texts by raw sqlite3",
                        floor=floor,
                    )
                )
        finally:
            if server is not None:
                server.stop()
    return rows


def _load(bank: Bank, content: bytes) -> None:
    questions = questions_json.load(content).questions
    run_tx(lambda: load_bank(bank, questions, sha256="0" * 64, position=1, now=clock.now()))


def _inserted(questions: Sequence[AnyQuestion]) -> float:
    """Return the seconds in which sqlite3 itself writes the questions' texts into one table."""
    rows = [(question.id, json.dumps(question_to_dict(question))) for question in questions]
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(f"{folder}/floor.db")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE questions (id TEXT PRIMARY KEY, content TEXT)")

        def write() -> None:
            connection.executemany("INSERT INTO questions VALUES (?, ?)", rows)
            connection.commit()

        seconds = _seconds(write)
        connection.close()
    return seconds


def _typed() -> Row:
    """Time a slip of the pen: an exact name is found without looking at the others."""
    few, many = (_milliseconds_to_match(count) for count in (_NAMES // 10, _NAMES))
    return Row(
        f"a typed name among {_NAMES:,}", many, "ms", f"one slip; floor: {_NAMES // 10} names", floor=few
    )


def _milliseconds_to_match(count: int) -> float:
    names = [f"Town {_name(index)}" for index in range(count)]
    typed = [f"{name[:-1]}q" for name in names[:_TYPED]]
    match(typed[0], names[:1], names[1:])
    seconds = _seconds(lambda: [match(text, [name], names) for text, name in zip(typed, names, strict=False)])
    return 1000 * seconds / len(typed)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _capitals(size: int) -> Bank:
    source = read_bank(min(paths.questions().glob("*/facts.yaml")))
    entities = {}
    facts = []
    for index in range(size):
        country, city = f"country-{index}", f"city-{index}"
        entities[country] = Entity(country, "country", f"Land {_name(index)}")
        # Named otherwise than its country: a key that stands in the stem spoils every set of options.
        town = f"Town {_name(size + index)}"
        entities[city] = Entity(city, "city", town)
        facts.append(
            Fact(
                id=f"capital-{index}", topic=source.topics[0], subject=country, relation="capital",
                value=EntityValue(city), ask=f"Which town is the capital of the Land {_name(index)}?",
                tell=f"The capital of the Land {_name(index)} is [[{town}]].",
            )
        )  # fmt: skip
    return Bank(
        "made", "Made", "en", source.topics, source.source, entities, tuple(facts), facts_sha256="0" * 64
    )


def _name(index: int) -> str:
    """Return a pronounceable name that no other index has, of four syllables up to index 151,999."""
    parts = []
    number = index + 8000
    while number:
        number, rest = divmod(number, 20)
        parts.append(
            (
                "ba",
                "ce",
                "di",
                "fo",
                "gu",
                "ha",
                "ke",
                "li",
                "mo",
                "nu",
                "pa",
                "re",
                "si",
                "to",
                "vu",
                "wa",
                "xe",
                "yi",
                "zo",
                "lu",
            )[rest]
        )
    return "".join(parts).capitalize()
