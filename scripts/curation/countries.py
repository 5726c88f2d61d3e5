"""Write questions/countries/facts.yaml from the package countries-list, corrected by questions/countries/overrides.yaml.

Run by hand after a change of either: `python scripts/curation/countries.py PATH`, PATH being the unpacked package.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from bank_file import (
    BankFile,
    Correction,
    Corrections,
    CurationError,
    gives_away,
    is_spelled_by,
    read_overrides,
    slug,
)
from country_records import Country, country_of, currency_of, read_table
from country_sets import CountrySets

BANK = Path(__file__).resolve().parents[2] / "questions" / "countries"
VERSION = "3.4.1"
OPENING = "Written by scripts/curation/countries.py; correct overrides.yaml beside it, not this file."
HEAD = {
    "bank": "countries",
    "title": "Countries of the world",
    "language": "en",
    "topics": ["capitals", "currencies", "continents"],
    "source": {
        "name": f"countries-list {VERSION}",
        "about": (
            "A package of plain data on countries and territories: names, capitals, currencies, continents. It was checked "
            "record by record; what is contested, in transition or ambiguous is left out, corrected or "
            "noted. Territories that are no states are asked too: “country or territory” says so."
        ),
        "package": "countries-list",
        "registry": "npm",
        "version": VERSION,
        "licence": "MIT",
    },
}


class Curation:
    """One run: the package's tables, the overrides, the bank that is made of them."""

    def __init__(self, package: Path, corrections: Corrections, tables: dict[str, Any]) -> None:
        self.corrections, self.tables = corrections, tables
        self.bank = BankFile(HEAD)
        self.continents: dict[str, str] = read_table(package, "continents.min.json")
        alpha3 = read_table(package, "minimal/countries.2to3.min.json")
        self.currencies = {
            code: currency_of(code, raw, tables["currencies"].get(code, {}))
            for code, raw in sorted(read_table(package, "currencies.min.json").items())
            if code not in tables["fund-codes"]
        }
        self.countries = [
            country_of(alpha2, alpha3[alpha2], raw, tables["countries"].get(alpha2, {}))
            for alpha2, raw in sorted(read_table(package, "countries.min.json").items())
            if not corrections.leaves_out(alpha2, "record")
        ]
        self.region_of = {one: region for region, listed in tables["regions"].items() for one in listed}
        lost = {country.alpha2 for country in self.countries} ^ set(self.region_of)
        if lost:
            raise CurationError(f"in no region, or only there: {sorted(lost)}")

    def run(self) -> BankFile:
        """Return the bank."""
        for country in self.countries:
            aliases = [*country.aliases, *({country.phrase} - {country.name})]
            self.bank.add_entity(country.id, "country", country.name, aliases, country.alpha3)
        self._add_capitals()
        self._add_currencies()
        self._add_codes()
        self._add_continents()
        phrases = {country.id: country.phrase for country in self.countries}
        continents = {country.alpha2: self.continents[country.raw["continent"]] for country in self.countries}
        CountrySets(self.bank, self.tables["regions"], phrases, continents).add_all()
        self.corrections.check_used()
        return self.bank

    def _add_capitals(self) -> None:
        cities: dict[str, list[str]] = defaultdict(list)
        asked: list[tuple[Country, str, Correction | None]] = []
        for country in self.countries:
            correction = self.corrections.find(country.alpha2, "capital")
            shown = self.tables["capitals"].get(country.alpha2, {})
            city = shown.get("name", country.raw["capital"])
            if not city or (correction and correction.leave_out) or gives_away(country.name, city):
                continue
            self.bank.add_entity(f"capital-{slug(city)}", "capital", city, shown.get("aliases", ()))
            cities[city].append(country.alpha2)
            asked.append((country, city, correction))
        for country, city, correction in asked:
            self.bank.add_fact(
                f"{country.id}-capital",
                correction,
                topic="capitals",
                subject=country.id,
                relation="capital",
                value={"entity": f"capital-{slug(city)}"},
                ask=f"What is the capital of {country.phrase}?",
                tell=f"The capital of {country.phrase} is [[{city}]].",
                label=country.name,
                **country.where,
            )
        for country, city, _ in asked:
            correction = self.corrections.find(country.alpha2, "country-of-capital")
            if len(cities[city]) > 1 or (correction and correction.leave_out):
                continue
            self.bank.add_fact(
                f"{country.id}-country-of-capital",
                correction,
                topic="capitals",
                subject=f"capital-{slug(city)}",
                relation="country-of-capital",
                value={"entity": country.id},
                ask=f"Which country or territory has {city} as its capital?",
                tell=f"{city} is the capital of [[{country.phrase}]].",
                label=city,
                **country.where,
            )

    def _add_currencies(self) -> None:
        near = defaultdict(list)
        for one, other in self.tables["near-units"]:
            near[one].append(other)
            near[other].append(one)
        for country in self.countries:
            correction = self.corrections.find(country.alpha2, "currency")
            codes = [code for code in country.raw["currency"] if code in self.currencies]
            if correction and correction.value:
                if correction.value not in codes:
                    raise CurationError(f"{country.alpha2}: {correction.value} is none of its currencies")
                codes = [correction.value]
            if len(codes) != 1 or (correction and correction.leave_out):
                if not correction:
                    raise CurationError(f"{country.alpha2}: {codes} are its currencies, say which")
                continue
            currency = self.currencies[codes[0]]
            if gives_away(country.name, currency.unit):
                continue
            self._add_unit(currency.unit)
            full = [one for one in (currency.name, *currency.aliases) if one != currency.unit]
            self.bank.add_fact(
                f"{country.id}-currency",
                correction,
                topic="currencies",
                subject=country.id,
                relation="unit-of-currency",
                value={"entity": f"unit-{slug(currency.unit)}"},
                ask=f"What is the unit of currency in {country.phrase}?",
                tell=f"The unit of currency in {country.phrase} is the [[{currency.unit}]].",
                label=country.name,
                **country.where,
                note=f"In full: the {currency.name}, {currency.code}." if full else "",
                accepted=[
                    one
                    for one in (*full, *self.tables["units"].get(currency.unit, {}).get("accepted", ()))
                    if one not in self.tables["units"].get(currency.unit, {}).get("aliases", ())
                ],
                never_wrong=near[currency.unit],
                # The only unit of two words would stand out.
                never=["choice"] if " " in currency.unit else [],
            )
        self._add_issuers()

    def _add_issuers(self) -> None:
        of_unit = defaultdict(list)
        for currency in self.currencies.values():
            of_unit[currency.unit].append(currency)
        for country in self.countries:
            for currency in self.currencies.values():
                # The first two letters of a currency's code are those of the country that issues it.
                if currency.code[:2] != country.alpha2 or len(of_unit[currency.unit]) > 1:
                    continue
                correction = self.corrections.find(country.alpha2, "issuer")
                if (correction and correction.leave_out) or gives_away(country.name, currency.unit):
                    continue
                if self.corrections.leaves_out(currency.code, "code"):
                    continue
                self._add_unit(currency.unit)
                self.bank.add_fact(
                    f"{slug(currency.unit)}-issuer",
                    correction,
                    topic="currencies",
                    subject=f"unit-{slug(currency.unit)}",
                    relation="issuer",
                    value={"entity": country.id},
                    ask=f"Which country or territory issues the {currency.unit}?",
                    tell=f"The {currency.unit} is issued by [[{country.phrase}]].",
                    label=currency.unit,
                    **country.where,
                )

    def _add_unit(self, unit: str) -> None:
        aliases = self.tables["units"].get(unit, {}).get("aliases", ())
        self.bank.add_entity(f"unit-{slug(unit)}", "currency-unit", unit, aliases)

    def _add_codes(self) -> None:
        for currency in self.currencies.values():
            correction = self.corrections.find(currency.code, "code")
            if correction and correction.leave_out:
                continue
            name = self.bank.add_entity(
                f"currency-{currency.code.lower()}", "currency", currency.name, currency.aliases
            )
            code = self.bank.add_entity(f"code-{currency.code.lower()}", "currency-code", currency.code)
            # Whoever reads a name off its code, or the code off the name, recognises neither.
            is_legible = is_spelled_by(currency.code, currency.name)
            common: dict[str, Any] = {
                "never": ["choice", "true-false", "matching"] if is_legible else [],
                "topic": "currencies",
                "where": f"currencies, record {currency.code}",
                "cite": currency.code,
            }
            self.bank.add_fact(
                f"{currency.code.lower()}-code",
                correction,
                subject=name,
                relation="code",
                value={"entity": code},
                ask=f"What is the ISO 4217 code of the {currency.name}?",
                tell=f"The ISO 4217 code of the {currency.name} is [[{currency.code}]].",
                label=currency.name,
                **common,
            )
            self.bank.add_fact(
                f"{currency.code.lower()}-currency-of-code",
                subject=code,
                relation="currency-of-code",
                value={"entity": name},
                ask=f"Which currency has the ISO 4217 code {currency.code}?",
                tell=f"The currency with the ISO 4217 code {currency.code} is the [[{currency.name}]].",
                label=currency.code,
                **common,
            )

    def _add_continents(self) -> None:
        for code, name in self.continents.items():
            if code != "AN":
                self.bank.add_entity(f"continent-{slug(name)}", "continent", name)
        for country in self.countries:
            correction = self.corrections.find(country.alpha2, "continent")
            codes = country.raw.get("continents", [country.raw["continent"]])
            if correction and correction.value:
                codes = [correction.value]
            if correction and correction.leave_out:
                continue
            if len(codes) != 1:
                raise CurationError(f"{country.alpha2}: it is on {codes}, say which")
            continent = self.continents[codes[0]]
            if gives_away(country.name, continent):
                continue
            is_american = continent.endswith(" America")
            self.bank.add_fact(
                f"{country.id}-continent",
                correction,
                topic="continents",
                subject=country.id,
                relation="continent",
                value={"entity": f"continent-{slug(continent)}"},
                ask=f"In which continent do geographers usually place {country.phrase}?",
                tell=f"Geographers usually place {country.phrase} in [[{continent}]].",
                label=country.name,
                **country.where,
                # A coarser name is neither right nor wrong; one America alone among short names would stand out.
                never_wrong=["America", "the Americas"] if is_american else [],
                never=["choice"] if is_american and correction and correction.never_wrong else [],
            )


def curate(package: Path, overrides: Path) -> str:
    """Return the text of facts.yaml; raises `CurationError` where data and corrections do not fit."""
    corrections, tables = read_overrides(overrides)
    return Curation(package, corrections, tables).run().dump(OPENING)


def main() -> None:
    """Write the file, or say what does not fit."""
    if len(sys.argv) != 2:
        sys.exit("usage: python scripts/curation/countries.py PATH-OF-THE-UNPACKED-PACKAGE")
    package = Path(sys.argv[1])
    found = read_table(package, "package.json")["version"]
    if found != VERSION:
        sys.exit(f"the package has version {found}, the facts cite {VERSION}")
    try:
        text = curate(package, BANK / "overrides.yaml")
    except CurationError as error:
        sys.exit(str(error))
    (BANK / "facts.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
