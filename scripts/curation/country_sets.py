"""What goes together among the facts on countries: pairs to match, members to mark, what is taken for one another."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bank_file import in_words, slug, spread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bank_file import BankFile

LEAST_PAIRS, PAIRS = 3, 4
LEAST_MEMBERS, MOST_ON_A_MAP = 3, 36


@dataclass(frozen=True)
class CountrySets:
    """The sets of a bank whose facts are all there.

    `regions` are countries' codes by region, `phrases` the names within a sentence by entity, `continents` by code.
    """

    bank: BankFile
    regions: Mapping[str, Sequence[str]]
    phrases: Mapping[str, str]
    continents: Mapping[str, str]

    def add_all(self) -> None:
        """Add every set."""
        by_region = {region: sorted(listed, key=self._name_of) for region, listed in self.regions.items()}
        for region, listed in by_region.items():
            for relation in ("capital", "country-of-capital", "currency"):
                facts = [
                    f"{one.lower()}-{relation}"
                    for one in listed
                    if f"{one.lower()}-{relation}" in self.bank.facts
                ]
                if len(facts) >= LEAST_PAIRS:
                    self.bank.add_set(f"{region}-{relation}", "confusable", facts)
        self._add_confusable_codes()
        for region, listed in by_region.items():
            self._match(
                f"{region}-capitals", [f"{one.lower()}-capital" for one in listed], "with their capitals"
            )
        for region, listed in by_region.items():
            units = [f"{one.lower()}-currency" for one in listed]
            self._match(f"{region}-currencies", units, "with their units of currency")
        codes = [fact["id"] for fact in self.bank.facts_of("code") if "never" not in fact]
        self._match("codes", codes, "with their ISO 4217 codes")
        self._gather_by_value()

    def _name_of(self, alpha2: str) -> str:
        entity = self.bank.entities.get(alpha2.lower())
        return slug(entity["name"]) if entity else ""

    def _add_confusable_codes(self) -> None:
        """Add what is taken for one another across regions: codes that are not read off a name, and issuers."""
        for relation, name in (("code", "codes"), ("currency-of-code", "currencies-of-codes")):
            facts = [fact["id"] for fact in self.bank.facts_of(relation) if "never" not in fact]
            if len(facts) >= LEAST_PAIRS:
                self.bank.add_set(name, "confusable", facts)
        by_country = defaultdict(list)
        for fact in self.bank.facts_of("issuer"):
            by_country[fact["cite"]].append(fact["id"])
        for name in sorted(set(self.continents.values())):
            facts = [
                one
                for alpha2, listed in by_country.items()
                if self.continents[alpha2] == name
                for one in listed
            ]
            if len(facts) >= LEAST_PAIRS:
                self.bank.add_set(f"issuers-in-{slug(name)}", "confusable", facts)

    def _match(self, name: str, facts: list[str], what: str) -> None:
        """Add sets of pairs whose right sides all differ, and are not wrong for one another either."""
        known = [self.bank.facts[one] for one in facts if one in self.bank.facts]
        fair: list[dict[str, Any]] = []
        for fact in known:
            if not any(self._is_right(fact, one) or self._is_right(one, fact) for one in fair):
                fair.append(fact)
        for number, chosen in enumerate(spread(fair, PAIRS, LEAST_PAIRS), 1):
            lefts = in_words([self._left(fact) for fact in chosen])
            self.bank.add_set(
                f"{name}-{number}", "matching", [fact["id"] for fact in chosen], f"Match {lefts} {what}."
            )

    def _is_right(self, value_of: dict[str, Any], fact: dict[str, Any]) -> bool:
        """Whether the value of one fact is right, or not wrong, for another."""
        shown = self._shown(value_of)
        return shown == self._shown(fact) or shown in fact.get("never_wrong", ())

    def _shown(self, fact: dict[str, Any]) -> str:
        shown: str = self.bank.entities[fact["value"]["entity"]]["name"]
        return shown

    def _left(self, fact: dict[str, Any]) -> str:
        name: str = self.bank.entities[fact["subject"]]["name"]
        if fact["relation"] == "code":
            return f"the {name}"
        return self.phrases.get(fact["subject"], name)

    def _gather_by_value(self) -> None:
        """Add what is to be marked: all who share a unit of currency, and all who share a continent."""
        shared = defaultdict(list)
        for relation in ("unit-of-currency", "continent"):
            for fact in self.bank.facts_of(relation):
                shared[relation, self._shown(fact)].append(fact["id"])
        for (relation, shown), facts in shared.items():
            if len(facts) < LEAST_MEMBERS:
                continue
            of_unit = relation == "unit-of-currency"
            if of_unit:
                mark = f"Mark every country or territory where the unit of currency is the {shown}."
                pick = f"In which of these is the {shown} the unit of currency?"
            else:
                mark = f"Mark every country or territory that geographers usually place in {shown}."
                pick = f"Which of these countries and territories do geographers usually place in {shown}?"
            if len(facts) <= MOST_ON_A_MAP:
                self.bank.add_set(f"map-{slug(shown)}", "map", facts, mark)
            self.bank.add_set(f"pick-{slug(shown)}", "multiple", facts, pick)
