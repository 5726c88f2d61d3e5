"""Generation: questions a second from the shipped banks, and how the time grows with the number of facts."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.measuring import Row
from quizapp import paths
from quizapp.core.facts import Bank, Entity, EntityValue, Fact
from quizapp.core.generation import generate
from quizapp.formats.facts_yaml import read_bank

if TYPE_CHECKING:
    from pathlib import Path


def measure(*, large: bool) -> list[Row]:
    rows = [_shipped(file) for file in sorted(paths.questions().glob("*/facts.yaml"))]
    small, big = (1000, 20_000) if large else (500, 2000)
    few, many = _made(small), _made(big)
    rate = Row(
        f"generation, {big:,} facts",
        many[0] / many[1],
        "questions/s",
        f"made bank of capitals; floor: {small:,} facts",
        floor=few[0] / few[1],
    )
    exponent = Row(
        "generation, growth",
        math.log(many[1] / few[1]) / math.log(big / small),
        "exponent",
        f"time from {small:,} to {big:,} facts; 1 is linear",
        floor=1.0,
    )
    return [*rows, rate, exponent]


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


def _made(size: int) -> tuple[int, float]:
    """Return how many questions a made bank of this size gives, and in how many seconds."""
    source = read_bank(min(paths.questions().glob("*/facts.yaml")))
    entities = {}
    facts = []
    for index in range(size):
        country, city = f"country-{index}", f"city-{index}"
        entities[country] = Entity(country, "country", f"Land {_name(index)}")
        entities[city] = Entity(city, "city", f"Town {_name(index)}")
        facts.append(
            Fact(
                id=f"capital-{index}", topic=source.topics[0], subject=country, relation="capital",
                value=EntityValue(city), ask=f"Which town is the capital of the Land {_name(index)}?",
                tell=f"The capital of the Land {_name(index)} is [[Town {_name(index)}]].",
            )
        )  # fmt: skip
    bank = Bank("made", "Made", "en", source.topics, replace(source.source), entities, tuple(facts))
    began = time.perf_counter()
    return len(generate(bank)), time.perf_counter() - began


def _name(index: int) -> str:
    """Return a pronounceable name that no other index has."""
    parts = []
    number = index + 400
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
