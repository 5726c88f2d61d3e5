"""A second opinion on wrong options: is anything that a question offers as wrong made right by the facts?

It reads facts.yaml and the questions as plain data, and shares no code with the generator and its rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Span = tuple[int, int]

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_COUNT = re.compile(r"\s*(-?\d[\d,]*(?:\.\d+)?)(?![\w/.-]*\d)")


@dataclass(frozen=True)
class Fault:
    """Something offered as wrong, in a question, that the facts make right or leave in doubt."""

    question: str
    text: str


def same(text: str) -> str:
    """Return what is left of a text for comparing: its letters and digits, without a leading article."""
    plain = unicodedata.normalize(
        "NFKD", text.casefold().replace("ø", "o").replace("ł", "l").replace("&", "and")
    )
    bare = "".join(one for one in plain if not unicodedata.combining(one))
    words = "".join(one if one.isalnum() else " " for one in re.sub("['’ʼ`´]", "", bare)).split()
    return "".join(words[1:] if words[:1] in (["the"], ["a"], ["an"]) and len(words) > 1 else words)


def days(text: str) -> Span | None:
    """Return the first and last day that a date may mean, as numbers like 20140905; None if it is no date."""
    for link in ("/", " to "):
        if link in text:
            ends = [days(part) for part in text.split(link, 1)]
            return (ends[0][0], ends[1][1]) if ends[0] and ends[1] else None
    text = re.sub(r"^(possibly |about )+|[~?%]$", "", text.strip().casefold()).replace(",", " ")
    found = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text)
    if found:
        return _between(*(int(part) if part else 0 for part in found.groups()))
    parts = re.sub(r"(?<=\d)(st|nd|rd|th)\b|\bof\b", " ", text).split()
    if not parts or not re.fullmatch(r"\d{4}", parts[-1]):
        return None
    numbers = [int(part) for part in parts[:-1] if part.isdecimal()]
    names = [part for part in parts[:-1] if not part.isdecimal()]
    if len(names) != 1 or len(numbers) > 1:
        return None
    if names[0] in _SEASONS:
        return _season(int(parts[-1]), _SEASONS[names[0]])
    months = [
        place for place, name in enumerate(_MONTHS, 1) if len(names[0]) > 2 and name.startswith(names[0])
    ]
    return _between(int(parts[-1]), months[0], *numbers) if months else None


def _between(year: int, month: int = 0, day: int = 0) -> Span:
    if month > 20:
        return _season(year, {21: 3, 22: 6, 23: 9, 24: 12}[month])
    first = year * 10_000 + (month or 1) * 100 + (day or 1)
    return first, year * 10_000 + (month or 12) * 100 + (day or 31)


def _season(year: int, month: int) -> Span:
    last = (year + 1) * 10_000 + 231 if month == 12 else year * 10_000 + (month + 2) * 100 + 31
    return year * 10_000 + month * 100 + 1, last


def count(text: str) -> float | None:
    """Return the number that a text opens with."""
    found = _COUNT.match(text.replace("−", "-"))
    return float(found[1].replace(",", "")) if found else None


@dataclass(frozen=True)
class Right:
    """What is right, near to right or in doubt where a value is asked for; counts with whether they are exact."""

    asked: dict[str, str]
    names: set[str]
    entities: set[str]
    codes: set[str]
    spans: list[Span]
    numbers: list[tuple[float, bool]]


class Oracle:
    """What the facts of one bank make right, from the data of its facts.yaml."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.entities: dict[str, dict[str, Any]] = data["entities"]
        self.facts: dict[str, dict[str, Any]] = {fact["id"]: fact for fact in _expanded(data["facts"])}
        self._named: dict[str, list[str]] = defaultdict(list)
        for name, entity in self.entities.items():
            for text in {same(text) for text in (entity["name"], *entity.get("aliases", ()))}:
                self._named[text].append(name)
        self._beside: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self._asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._tied: dict[str, set[str]] = defaultdict(set)
        self._known: dict[tuple[Any, ...], Right] = {}
        for fact in self.facts.values():
            self._beside[fact["subject"], fact["relation"]].append(fact)
            self._asked[same(fact["ask"])].append(fact)
            value = fact["value"].get("entity")
            if value:
                self._tied[fact["subject"]].add(value)
                self._tied[value].add(fact["subject"])

    def faults(self, questions: Iterable[dict[str, Any]]) -> list[Fault]:
        """Return what of the questions' wrong options, places, right sides and statements is not surely wrong."""
        return [Fault(question["id"], text) for question in questions for text in self._of(question)]

    def _of(self, question: dict[str, Any]) -> Iterator[str]:
        facts = [self.facts[name] for name in question["facts"] if name in self.facts]
        if not facts:
            return
        if question["type"] == "matching":
            rights = [right for _, right in question["pairs"]] + question["extra"]
            for (_, own), fact in zip(question["pairs"], facts, strict=True):
                yield from (text for text in rights if text != own and self.may_be_right(fact, text))
        elif question["type"] == "true-false":
            stated = self._stated(question, facts[0])
            if stated is not None and self.may_be_right(facts[0], stated):
                yield stated
        else:
            wrong = [option["text"] for option in question.get("options", ()) if not option["correct"]]
            wrong += [
                one["name"] for one in question.get("places", ()) if one["id"] not in question["targets"]
            ]
            yield from (text for text in wrong if self._is_open(question, facts, text))

    def _is_open(self, question: dict[str, Any], facts: list[dict[str, Any]], text: str) -> bool:
        fact = facts[0]
        asked = (fact.get("record") or {}).get("ask")
        if len(facts) == 1 and asked and same(asked) == same(question["stem"]):
            return self._by_record(fact, text)
        values = {tuple(sorted(one["value"].items())) for one in facts}
        is_one_thing = len(values) == 1 and len({one["relation"] for one in facts}) == 1
        if is_one_thing and len({one["subject"] for one in facts}) > 1:
            return self._has_value_too(facts, text)
        return any(self.may_be_right(one, text) for one in facts)

    def may_be_right(self, fact: dict[str, Any], text: str) -> bool:
        """Whether a text is, or may be, a right response to what a fact asks."""
        of = fact["subject"], fact["relation"], fact["ask"], *sorted(fact["value"].items())
        if of not in self._known:
            beside = [*self._beside[of[:2]], *self._asked[same(fact["ask"])]]
            tied = self._tied[fact["subject"]] if "entity" in fact["value"] else set()
            self._known[of] = self._gather(fact["value"], beside, tied)
        return self._is_among(text, self._known[of])

    def _by_record(self, fact: dict[str, Any], text: str) -> bool:
        """Whether a text may be what the record says; what the source says is not."""
        value = fact["record"]["value"]
        alone = {"value": value, "never_wrong": fact.get("never_wrong", ()), "exact": fact.get("exact")}
        others = [
            {**one, "record": None}
            for one in self._beside[fact["subject"], fact["relation"]]
            if one["id"] != fact["id"]
        ]
        tied = self._tied[fact["subject"]] - {fact["value"].get("entity", "")} if "entity" in value else set()
        return self._is_among(text, self._gather(value, [alone, *others], tied))

    def _has_value_too(self, facts: list[dict[str, Any]], text: str) -> bool:
        """Whether a subject offered as wrong may have the value that the facts say of others."""
        if same(text) in {same(one) for fact in facts for one in fact.get("never_wrong", ())}:
            return True
        kind = self.entities[facts[0]["subject"]]["kind"]
        value = self._shown(facts[0]["value"])
        return any(
            self.may_be_right(other, value)
            for name in self._of_kind(text, kind)
            for other in self._beside[name, facts[0]["relation"]]
        )

    def _gather(self, asked: dict[str, str], facts: Iterable[dict[str, Any]], tied: Iterable[str]) -> Right:
        values, written, numbers = [], [], []
        for fact in facts:
            own = [fact["value"], *([fact["record"]["value"]] if fact.get("record") else [])]
            said = [*fact.get("accepted", ()), *fact.get("never_wrong", ())]
            counts = [float(value["number"]) for value in own if "number" in value]
            counts += [number for number in map(count, said) if number is not None]
            numbers += [(number, fact.get("exact") == "true") for number in counts]
            values += own
            written += said
        names = {same(one) for one in written} | {same(one) for value in values for one in self._names(value)}
        entities = {value["entity"] for value in values if "entity" in value} | set(tied)
        return Right(
            asked,
            names,
            entities,
            {self.entities[one]["code"] for one in entities if "code" in self.entities[one]},
            [span for value in values if "date" in value and (span := days(value["date"]))]
            + [span for span in map(days, written) if span],
            numbers,
        )

    def _is_among(self, text: str, right: Right) -> bool:
        if same(text) in right.names:
            return True
        if "entity" in right.asked:
            kind = self.entities[right.asked["entity"]]["kind"]
            return any(
                name in right.entities
                or same(name) in right.names
                or self.entities[name].get("code") in right.codes
                or any(same(one) in right.names for one in self._names({"entity": name}))
                for name in self._of_kind(text, kind)
            )
        if "date" in right.asked:
            span = days(text)
            return span is not None and any(span[0] <= one[1] and one[0] <= span[1] for one in right.spans)
        if "number" in right.asked:
            number = count(text)
            return number is not None and any(
                number == one or (not exact and abs(number - one) <= 0.1 * max(abs(number), abs(one)))
                for one, exact in right.numbers
            )
        return any(same(text) in name or name in same(text) for name in right.names)

    def _of_kind(self, text: str, kind: str) -> list[str]:
        return [name for name in self._named.get(same(text), ()) if self.entities[name]["kind"] == kind]

    def _names(self, value: dict[str, str]) -> list[str]:
        if "entity" in value:
            entity = self.entities[value["entity"]]
            return [entity["name"], *entity.get("aliases", ())]
        return [next(iter(value.values()))] if "number" not in value else []

    def _shown(self, value: dict[str, str]) -> str:
        return self.entities[value["entity"]]["name"] if "entity" in value else next(iter(value.values()))

    def _stated(self, question: dict[str, Any], fact: dict[str, Any]) -> str | None:
        """Return what a false statement puts in the place of the value; None for a true one."""
        if any(option["correct"] and option["id"] == "true" for option in question["options"]):
            return None
        before, _, after = re.split(r"\[\[(.*?)\]\]", fact["tell"])
        stem = question["stem"]
        fits = stem.casefold().startswith(before.casefold()) and stem.endswith(after)
        return stem[len(before) : len(stem) - len(after)] if fits else None


def _expanded(facts: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for fact in facts:
        if "members" not in fact:
            yield fact
        for member in fact.get("members", ()):
            yield {
                **fact,
                "id": f"{fact['id']}.{member}",
                "ask": f"{fact['ask']} {member}",
                "value": {"entity": member},
            }
