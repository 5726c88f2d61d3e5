"""Write questions/elements/facts.yaml from the package mendeleev, corrected by questions/elements/overrides.yaml.

Run by hand after a change of either, by a Python that has mendeleev and PyYAML: `python scripts/curation/elements.py`.
The package is no requirement of the project.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bank_file import BankFile, Corrections, CurationError, in_words, read_overrides, spread

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BANK = Path(__file__).resolve().parents[2] / "questions" / "elements"
VERSION = "1.3.0"
ELEMENTS = 118
OPENING = "Written by scripts/curation/elements.py; correct overrides.yaml beside it, not this file."
HEAD = {
    "bank": "elements",
    "title": "Chemical elements",
    "language": "en",
    "topics": ["symbols", "numbers", "groups", "discoveries"],
    "source": {
        "name": f"mendeleev {VERSION}",
        "about": (
            "A package of plain data on the chemical elements: symbols, atomic numbers, groups, years of discovery. The years "
            "were checked one by one; where good books disagree or the package is mistaken, a year is left out, corrected "
            "or noted."
        ),
        "package": "mendeleev",
        "registry": "PyPI",
        "version": VERSION,
        "licence": "MIT",
    },
}
LEAST_PAIRS, PAIRS = 3, 4
LEAST_MEMBERS, EVENTS, NEIGHBOURS = 3, 5, 8
# Which of two elements was found a few years before the other is no matter of understanding.
YEARS_APART = 10


class Element(NamedTuple):
    """What is taken from a record of the package."""

    number: int
    symbol: str
    name: str
    group: int | None
    year: int | None


class Curation:
    """One run: the elements, the overrides, the bank that is made of them."""

    def __init__(self, elements: Iterable[Element], corrections: Corrections, tables: dict[str, Any]) -> None:
        self.corrections = corrections
        self.bank = BankFile(HEAD)
        self.elements = sorted(elements)
        self.shown = {one.symbol: tables["elements"].get(one.symbol, {}) for one in self.elements}
        lost = set(tables["elements"]) - set(self.shown)
        if lost:
            raise CurationError(f"names for elements that are not in the package: {sorted(lost)}")
        #: The years of a fact and those that are disputed, earliest first.
        self.years: dict[str, list[int]] = {}

    def run(self) -> BankFile:
        """Return the bank."""
        for one in self.elements:
            aliases = self.shown[one.symbol].get("aliases", ())
            self.bank.add_entity(one.symbol.lower(), "element", self._name(one), aliases)
        for one in self.elements:
            self.bank.add_entity(f"symbol-{one.symbol.lower()}", "symbol", one.symbol)
        for one in self.elements:
            self.bank.add_entity(f"number-{one.number}", "atomic-number", f"atomic number {one.number}")
        for one in self.elements:
            self._add_symbol(one)
            self._add_number(one)
            self._add_group(one)
            self._add_discovery(one)
        self._add_confusable()
        self._add_matching()
        self._add_groups()
        self._add_orders()
        self.corrections.check_used()
        return self.bank

    def _name(self, one: Element) -> str:
        shown: str = self.shown[one.symbol].get("name", one.name.lower())
        return shown

    def _add_symbol(self, one: Element) -> None:
        own, name = one.symbol.lower(), self._name(one)
        self.bank.add_fact(
            f"{own}-symbol",
            topic="symbols",
            subject=own,
            relation="symbol",
            value={"entity": f"symbol-{own}"},
            ask=f"What is the chemical symbol of {name}?",
            tell=f"The chemical symbol of {name} is [[{one.symbol}]].",
            label=name,
            **_where(one),
        )
        self.bank.add_fact(
            f"{own}-name-of-symbol",
            topic="symbols",
            subject=f"symbol-{own}",
            relation="name-of-symbol",
            value={"entity": own},
            ask=f"Which element has the chemical symbol {one.symbol}?",
            tell=f"The element with the chemical symbol {one.symbol} is [[{name}]].",
            label=one.symbol,
            **_where(one),
        )

    def _add_number(self, one: Element) -> None:
        own, name = one.symbol.lower(), self._name(one)
        self.bank.add_fact(
            f"{own}-number",
            topic="numbers",
            subject=own,
            relation="number",
            value={"number": one.number},
            exact=True,
            ask=f"What is the atomic number of {name}?",
            tell=f"The atomic number of {name} is [[{one.number}]].",
            label=name,
            **_where(one),
        )
        self.bank.add_fact(
            f"{own}-name-of-number",
            topic="numbers",
            subject=f"number-{one.number}",
            relation="name-of-number",
            value={"entity": own},
            ask=f"Which element has the atomic number {one.number}?",
            tell=f"The element with the atomic number {one.number} is [[{name}]].",
            label=str(one.number),
            **_where(one),
        )

    def _add_group(self, one: Element) -> None:
        own, name = one.symbol.lower(), self._name(one)
        correction = self.corrections.find(one.symbol, "group")
        if one.group is None or (correction and correction.leave_out):
            return
        self.bank.add_fact(
            f"{own}-group",
            correction,
            topic="groups",
            subject=own,
            relation="group",
            value={"number": one.group},
            exact=True,
            ask=f"What is the group number of {name} in the periodic table?",
            tell=f"In the periodic table, {name} belongs to group [[{one.group}]].",
            label=name,
            **_where(one),
        )

    def _add_discovery(self, one: Element) -> None:
        own, name = one.symbol.lower(), self._name(one)
        correction = self.corrections.find(one.symbol, "discovery")
        year = int(correction.value) if correction and correction.value else one.year
        if year is None or (correction and correction.leave_out):
            return
        if correction and correction.value and int(correction.value) == one.year:
            raise CurationError(f"{one.symbol}: the package gives {one.year} itself")
        event = correction.event if correction and correction.event else "discovered"
        self.bank.add_fact(
            f"{own}-discovery",
            correction,
            topic="discoveries",
            subject=own,
            relation="discovery",
            value={"date": year},
            ask=f"In which year was {name} {event}?",
            tell=f"{name.capitalize()} was {event} in [[{year}]].",
            label=f"{name}, {event}",
            **_where(one),
            # A year more or less is no statement worth judging.
            never=["true-false"],
        )
        self.years[f"{own}-discovery"] = sorted(
            {year, *map(int, correction.never_wrong if correction else ())}
        )

    def _name_in(self, fact: str) -> str:
        name: str = self.bank.entities[self.bank.facts[fact]["subject"]]["name"]
        return name

    def _add_confusable(self) -> None:
        """Add what is taken for one another: names and symbols of one initial, neighbours in the table."""
        for letter in sorted(
            {one.symbol[0] for one in self.elements} | {self._name(one)[0].upper() for one in self.elements}
        ):
            alike = [one for one in self.elements if letter in {one.symbol[0], self._name(one)[0].upper()}]
            for relation in ("symbol", "name-of-symbol"):
                facts = [f"{one.symbol.lower()}-{relation}" for one in alike]
                if len(facts) >= LEAST_PAIRS:
                    self.bank.add_set(f"{relation}-with-{letter.lower()}", "confusable", facts)
        for start in range(0, len(self.elements), NEIGHBOURS):
            near = self.elements[start : start + NEIGHBOURS]
            facts = [f"{one.symbol.lower()}-name-of-number" for one in near]
            self.bank.add_set(f"numbers-from-{near[0].number}", "confusable", facts)

    def _add_matching(self) -> None:
        letters = defaultdict(list)
        for one in self.elements:
            letters[self._name(one)[0]].append(one)
        for letter, alike in sorted(letters.items()):
            self._match(f"symbols-{letter}", "symbol", alike, "with their chemical symbols")
        for start in range(0, len(self.elements), 2 * NEIGHBOURS):
            near = self.elements[start : start + 2 * NEIGHBOURS]
            self._match(f"numbers-{start + 1}", "number", near, "with their atomic numbers")
        of_group = defaultdict(list)
        for one in self.elements:
            if f"{one.symbol.lower()}-group" in self.bank.facts:
                of_group[one.group].append(one)
        for rank in range(max(map(len, of_group.values()), default=0)):
            row = [
                of_group[group][rank] for group in sorted(of_group, key=str) if rank < len(of_group[group])
            ]
            self._match(
                f"groups-{rank + 1}", "group", row, "with the numbers of their groups in the periodic table"
            )

    def _match(self, name: str, relation: str, elements: Sequence[Element], what: str) -> None:
        for number, chosen in enumerate(spread(elements, PAIRS, LEAST_PAIRS), 1):
            facts = [f"{one.symbol.lower()}-{relation}" for one in chosen]
            names = in_words([self._name(one) for one in chosen])
            self.bank.add_set(f"match-{name}-{number}", "matching", facts, f"Match {names} {what}.")

    def _add_groups(self) -> None:
        of_group = defaultdict(list)
        for fact in self.bank.facts_of("group"):
            of_group[fact["value"]["number"]].append(fact["id"])
        for group, facts in sorted(of_group.items()):
            if len(facts) >= LEAST_MEMBERS:
                ask = f"Which of these elements belong to group {group} of the periodic table?"
                self.bank.add_set(f"pick-group-{group}", "multiple", facts, ask)

    def _add_orders(self) -> None:
        """Add orders of discovery: events years apart, of which no disputed year comes near to another's."""
        by_year = sorted(self.years, key=lambda fact: (self.years[fact], fact))
        for number, chosen in enumerate(spread(by_year, EVENTS, EVENTS), 1):
            kept: list[str] = []
            for fact in chosen:
                if not kept or self.years[fact][0] - self.years[kept[-1]][-1] >= YEARS_APART:
                    kept.append(fact)
            if len(kept) < EVENTS - 1:
                continue
            listed = in_words(sorted(self._name_in(fact) for fact in kept))
            ask = f"In which order did these elements become known, earliest first: {listed}?"
            self.bank.add_set(f"order-of-discovery-{number}", "ordering", kept, ask)


def curate(elements: Iterable[Element], overrides: Path) -> str:
    """Return the text of facts.yaml; raises `CurationError` where data and corrections do not fit."""
    corrections, tables = read_overrides(overrides)
    return Curation(elements, corrections, tables).run().dump(OPENING)


def read_package() -> list[Element]:
    """Return the records of the installed package."""
    found = importlib.metadata.version("mendeleev")
    if found != VERSION:
        raise CurationError(f"mendeleev has version {found}, the facts cite {VERSION}")
    element = importlib.import_module("mendeleev").element
    records = [element(number) for number in range(1, ELEMENTS + 1)]
    return [
        Element(one.atomic_number, one.symbol, one.name, one.group_id, one.discovery_year) for one in records
    ]


def main() -> None:
    """Write the file, or say what does not fit."""
    try:
        text = curate(read_package(), BANK / "overrides.yaml")
    except (CurationError, importlib.metadata.PackageNotFoundError) as error:
        sys.exit(str(error))
    (BANK / "facts.yaml").write_text(text, encoding="utf-8")


def _where(one: Element) -> dict[str, Any]:
    return {"where": f"record {one.symbol}", "cite": one.symbol}


if __name__ == "__main__":
    main()
