"""What a quiz asks: sections of fixed questions and of rules by which questions are drawn."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from quizapp.core.facts import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

#: Most questions of one quiz.
MOST_QUESTIONS: Final = 200
MOST_WEIGHT: Final = 100
#: Difficulty is a prior in [0, 1]; drawing knows it in these steps.
DIFFICULTIES: Final[Mapping[str, tuple[float, float]]] = {
    "easy": (0.0, 0.4),
    "medium": (0.4, 0.7),
    "hard": (0.7, 1.0),
}


@dataclass(frozen=True, slots=True)
class FixedQuestion:
    """One question, asked in every attempt, in its newest revision at the start. `weight` in marks, above 0."""

    question_id: uuid.UUID
    weight: float = 1.0

    def __post_init__(self) -> None:
        _check_weight(self.weight)

    @property
    def count(self) -> int:
        """How many questions it is."""
        return 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRule:
    """So many questions from these sets. An empty tuple narrows nothing down.

    `topics` are slugs, `types` types of questions, `difficulties` names of `DIFFICULTIES`, `standings` those of facts:
    without any, all but fictional ones. `chosen_by` is "unseen" (the learner's least seen first), "mistakes" (only
    facts the learner got wrong last time) or "weak" (the facts known least first). `weight` in marks, each.
    """

    count: int
    sets: tuple[uuid.UUID, ...]
    topics: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    difficulties: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()
    chosen_by: str = "unseen"
    weight: float = 1.0

    def __post_init__(self) -> None:
        _check_weight(self.weight)
        if not 1 <= self.count <= MOST_QUESTIONS:
            raise ValueError(f"a rule draws 1 to {MOST_QUESTIONS} questions, not {self.count}")
        if not self.sets:
            raise ValueError("a rule draws from at least one set")
        if self.chosen_by not in ("unseen", "mistakes", "weak"):
            raise ValueError(f"no such choice: {self.chosen_by}")
        if not set(self.difficulties) <= DIFFICULTIES.keys():
            raise ValueError(f"no such difficulty among {self.difficulties}")


@dataclass(frozen=True, slots=True)
class Section:
    """Items under a title, which may be empty. Shuffling keeps questions within their section."""

    title: str
    items: tuple[FixedQuestion | DrawRule, ...]

    @property
    def count(self) -> int:
        """How many questions the section wants."""
        return sum(item.count for item in self.items)


@dataclass(frozen=True, slots=True)
class Contents:
    """The sections of a quiz, in order."""

    sections: tuple[Section, ...]

    @property
    def count(self) -> int:
        """How many questions the quiz wants."""
        return sum(section.count for section in self.sections)

    @property
    def items(self) -> Iterator[FixedQuestion | DrawRule]:
        """All items, in order."""
        return (item for section in self.sections for item in section.items)

    @property
    def rules(self) -> list[DrawRule]:
        """The rules by which questions are drawn."""
        return [item for item in self.items if isinstance(item, DrawRule)]

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics asked for where one rule makes the quiz; none where all are."""
        return self.rules[0].topics if len(self.rules) == 1 else ()

    @property
    def sets(self) -> tuple[uuid.UUID, ...]:
        """The sets that are drawn from, each once."""
        return tuple(dict.fromkeys(set_id for rule in self.rules for set_id in rule.sets))

    @property
    def includes_fiction(self) -> bool:
        """Whether a rule draws what the source invents."""
        return any("fictional" in rule.standings for rule in self.rules)


def one_rule(
    count: int, set_id: uuid.UUID, *, topics: Iterable[str] = (), with_fiction: bool = False
) -> Contents:
    """Return contents that draw so many questions of one set; no topics means all."""
    standings = tuple(one.value for one in Standing) if with_fiction else ()
    rule = DrawRule(count=count, sets=(set_id,), topics=tuple(topics), standings=standings)
    return Contents((Section("", (rule,)),))


def contents_to_list(contents: Contents) -> list[dict[str, Any]]:
    """Return contents as they are kept: a list of sections, each with a list of items."""
    return [
        {"title": section.title, "items": [_item_to_dict(item) for item in section.items]}
        for section in contents.sections
    ]


def contents_from_list(data: Sequence[Mapping[str, Any]]) -> Contents:
    """Return contents as `contents_to_list` wrote them; raises `ValueError` or `KeyError` for anything else."""
    return Contents(
        tuple(
            Section(section["title"], tuple(_item_from_dict(item) for item in section["items"]))
            for section in data
        )
    )


def _check_weight(weight: float) -> None:
    if not 0 < weight <= MOST_WEIGHT:
        raise ValueError(f"a question is worth more than 0 and at most {MOST_WEIGHT} marks, not {weight}")


def _item_to_dict(item: FixedQuestion | DrawRule) -> dict[str, Any]:
    if isinstance(item, FixedQuestion):
        return {"question": str(item.question_id), "weight": item.weight}
    return {
        "draw": item.count,
        "sets": [str(set_id) for set_id in item.sets],
        "topics": list(item.topics),
        "types": list(item.types),
        "difficulties": list(item.difficulties),
        "standings": list(item.standings),
        "chosen_by": item.chosen_by,
        "weight": item.weight,
    }


def _item_from_dict(data: Mapping[str, Any]) -> FixedQuestion | DrawRule:
    if "question" in data:
        return FixedQuestion(uuid.UUID(data["question"]), float(data["weight"]))
    return DrawRule(
        count=int(data["draw"]),
        sets=tuple(uuid.UUID(set_id) for set_id in data["sets"]),
        topics=tuple(data["topics"]),
        types=tuple(data["types"]),
        difficulties=tuple(data["difficulties"]),
        standings=tuple(data["standings"]),
        chosen_by=data["chosen_by"],
        weight=float(data["weight"]),
    )
