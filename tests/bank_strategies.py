"""Small banks for tests: a fixed one to read, and random ones for laws."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import strategies as st

from quizapp.core.dates import PartialDate
from quizapp.core.facts import (
    Bank,
    DateValue,
    Entity,
    EntityValue,
    Fact,
    FactSet,
    NumberValue,
    Record,
    Source,
    Standing,
    TextValue,
    Treatment,
)

COUNTRIES = {
    "niger": ("Niger", ()),
    "nigeria": ("Nigeria", ("Federal Republic of Nigeria",)),
    "iran": ("Iran", ("Persia",)),
    "iraq": ("Iraq", ()),
    "turkey": ("Turkey", ("Türkiye",)),
    "chad": ("Chad", ("Tchad",)),
    "jordan": ("Jordan", ()),
    "ivory-coast": ("Côte d'Ivoire", ("Ivory Coast",)),
    "germany": ("Germany", ("Deutschland",)),
    "guinea": ("Guinea", ()),
    "guinea-bissau": ("Guinea-Bissau", ()),
}
TREATIES = {f"treaty-{number}": f"Treaty of Port {name}" for number, name in enumerate("Abcdefgh")}
PHRASES = ("free trade", "open seas", "mutual defence", "shared harbours", "common coinage", "quiet borders")
DAYS = (
    "2014-06-13",
    "2014-08-15",
    "2014-09-05",
    "2014-09-15",
    "2014-12-03",
    "2015-06-05",
    "2015-12-14",
    "2016-03-14",
)
MONTHS = ("2013-05", "2014-06", "2014-08", "2015-11")
NUMBERS = (4, 9, 26, 34, 59, 120)


def entities() -> dict[str, Entity]:
    """The countries and treaties of every test bank."""
    found = {key: Entity(key, "country", name, aliases) for key, (name, aliases) in COUNTRIES.items()}
    return found | {key: Entity(key, "treaty", name) for key, name in TREATIES.items()}


def day_fact(number: int, edtf: str, **changes: object) -> Fact:
    """A fact whose value is a date."""
    date = PartialDate.parse(edtf)
    name = TREATIES[f"treaty-{number}"]
    fact = Fact(
        id=f"treaty-{number}-date",
        topic="dates",
        subject=f"treaty-{number}",
        relation="signed-on",
        value=DateValue(date),
        ask=f"When was the {name} put before the assembly and signed?",
        tell=f"The {name} was put before the assembly and signed in [[{date.text()}]].",
        cite=((0, 5),),
        fingerprint="0" * 16,
        where="chapter one",
    )
    return replace(fact, **changes)  # type: ignore[arg-type]


def country_fact(number: int, country: str, **changes: object) -> Fact:
    """A fact whose value is an entity."""
    name = TREATIES[f"treaty-{number}"]
    fact = Fact(
        id=f"treaty-{number}-host",
        topic="places",
        subject=f"treaty-{number}",
        relation="signed-in",
        value=EntityValue(country),
        ask=f"Which land was host when the {name} was drawn up?",
        tell=f"The land that was host when the {name} was drawn up is [[{COUNTRIES[country][0]}]].",
        cite=((0, 5),),
        fingerprint="0" * 16,
        where="chapter two",
    )
    return replace(fact, **changes)  # type: ignore[arg-type]


def number_fact(number: int, count: float, **changes: object) -> Fact:
    """A fact whose value is a count."""
    name = TREATIES[f"treaty-{number}"]
    fact = Fact(
        id=f"treaty-{number}-signers",
        topic="counts",
        subject=f"treaty-{number}",
        relation="signed-by-number",
        value=NumberValue(count, "envoys"),
        ask=f"How large was the company that put its seals to the {name}?",
        tell=f"The {name} bears the seals of [[{count} envoys]].",
        cite=((0, 5),),
        fingerprint="0" * 16,
        where="chapter three",
    )
    return replace(fact, **changes)  # type: ignore[arg-type]


def phrase_fact(number: int, phrase: str, **changes: object) -> Fact:
    """A fact whose value is a phrase."""
    name = TREATIES[f"treaty-{number}"]
    fact = Fact(
        id=f"treaty-{number}-aim",
        topic="counts",
        subject=f"treaty-{number}",
        relation="aimed-at",
        value=TextValue(phrase),
        ask=f"What did the {name} promise to those who joined it?",
        tell=f"The {name} promised [[{phrase}]] to those who joined it.",
        cite=((0, 5),),
        fingerprint="0" * 16,
        where="chapter four",
    )
    return replace(fact, **changes)  # type: ignore[arg-type]


PICK_ASK = "Which of these lands belonged to the league of harbours?"


def member_facts(members: list[str], **changes: object) -> list[Fact]:
    """A fact for each member of one list."""
    facts = [
        Fact(
            id=f"league.{member}",
            topic="places",
            subject="treaty-0",
            relation="has-member",
            value=EntityValue(member),
            ask=f"Did {COUNTRIES[member][0]} belong to the league of harbours?",
            tell=f"The league of harbours counted [[{COUNTRIES[member][0]}]] among its members.",
            cite=((0, 5),),
            fingerprint="0" * 16,
            where="chapter five",
            member_of="league",
        )
        for member in members
    ]
    return [replace(fact, **changes) for fact in facts]  # type: ignore[arg-type]


def bank_of(*facts: Fact, sets: tuple[FactSet, ...] = ()) -> Bank:
    """A bank of the given facts."""
    return Bank(
        id="harbours",
        title="Harbours",
        language="en",
        topics=("dates", "places", "counts"),
        source=Source(
            name="Book of Harbours", about="an invented book", document="harbours.txt", sha256="0" * 64
        ),
        entities=entities(),
        facts=facts,
        sets=sets,
        facts_sha256="1" * 64,
    )


def full_bank() -> Bank:
    """A bank with every kind of value, a list of members, a record and a fiction."""
    hosts = ("turkey", "jordan", "germany", "chad")
    record = Record(EntityValue("iran"), "a chronicle")
    return bank_of(
        *(day_fact(number, edtf) for number, edtf in enumerate(DAYS[:6])),
        *(country_fact(number, host) for number, host in enumerate(hosts)),
        country_fact(
            4,
            "nigeria",
            standing=Standing.INACCURATE,
            treatment=Treatment.ACCORDING_TO_SOURCE,
            ask="According to the source, which land was host to the last assembly of all?",
            tell="According to the source, the land that was host to the last assembly of all is [[Nigeria]].",
            note="The chronicle gives another land.",
            record=record,
        ),
        *(number_fact(number, count) for number, count in enumerate(NUMBERS[:5])),
        *(phrase_fact(number, phrase) for number, phrase in enumerate(PHRASES[:5])),
        *member_facts(["niger", "guinea", "turkey", "jordan"]),
    )


@st.composite
def banks(draw: st.DrawFn) -> Bank:
    """A random sound bank: dates of day and month precision, hosts, counts, phrases and members."""
    facts: list[Fact] = []
    days = draw(st.lists(st.sampled_from(DAYS + MONTHS), max_size=6))
    facts += [day_fact(number, edtf) for number, edtf in enumerate(days)]
    hosts = draw(st.lists(st.sampled_from(sorted(COUNTRIES)), max_size=5))
    facts += [country_fact(number, host) for number, host in enumerate(hosts)]
    counts = draw(st.lists(st.sampled_from((*NUMBERS, 35, 60)), max_size=5))
    facts += [number_fact(number, count) for number, count in enumerate(counts)]
    phrases = draw(st.lists(st.sampled_from(PHRASES), max_size=6))
    facts += [phrase_fact(number, phrase) for number, phrase in enumerate(phrases)]
    members = draw(st.lists(st.sampled_from(sorted(COUNTRIES)), max_size=6, unique=True))
    facts += member_facts(members, pick_ask=draw(st.sampled_from(["", PICK_ASK])))
    excluded = draw(st.sets(st.integers(0, 30)))
    facts = [
        replace(fact, treatment=Treatment.EXCLUDE) if place in excluded else fact
        for place, fact in enumerate(facts)
    ]
    never = draw(st.sampled_from([(), ("cloze", "true-false")]))
    if facts:
        facts[0] = replace(facts[0], never=never)
    return bank_of(*facts)


def shuffled(bank: Bank, seed: int) -> Bank:
    """The same bank with its facts in another order."""
    facts = list(bank.facts)
    random.Random(seed).shuffle(facts)
    return replace(bank, facts=tuple(facts))


MEMBERS_ASK = "Which lands belonged to the league of harbours?"
CODES = {key: key[:3].upper() for key in COUNTRIES} | {
    "nigeria": "NGA",
    "iraq": "IRQ",
    "guinea-bissau": "GNB",
}


def with_places(bank: Bank) -> Bank:
    """The same bank with its countries on the map: by code, but Chad and Jordan, which have a point alone."""
    placed = dict(bank.entities)
    for key in COUNTRIES:
        is_point = key in {"chad", "jordan"}
        place = {"point": (10.0, 20.0)} if is_point else {"code": CODES[key]}
        placed[key] = replace(placed[key], **place)
    return replace(bank, entities=placed)


def league_set(members: list[str]) -> FactSet:
    """The set that a list of members expands to."""
    return FactSet("league", "multiple", tuple(f"league.{member}" for member in members), MEMBERS_ASK)


def set_of(kind: str, *facts: Fact, ask: str = "", name: str = "group") -> FactSet:
    """A set of the given facts."""
    return FactSet(name, kind, tuple(fact.id for fact in facts), ask)


@st.composite
def rich_banks(draw: st.DrawFn) -> Bank:
    """A random sound bank that can be asked in all ten types: with places, sets, records, labels and exact counts."""
    bank = draw(banks())
    facts = list(bank.facts)
    days = [fact for fact in facts if isinstance(fact.value, DateValue)]
    hosts = [fact for fact in facts if fact.relation == "signed-in"]
    counts = [fact for fact in facts if isinstance(fact.value, NumberValue)]
    members = [fact for fact in facts if fact.member_of]
    groups = [set_of(kind, *days, name=f"days-{kind}") for kind in ("ordering", "matching") if len(days) > 1]
    groups += [
        set_of(kind, *hosts, ask="Which lands were hosts when these were drawn up?", name=f"hosts-{kind}")
        for kind in ("matching", "multiple", "map")
        if len(hosts) > 1
    ]
    groups += [set_of("matching", *counts, name="counts-matching")] if len(counts) > 1 else []
    groups += [league_set([fact.id.partition(".")[2] for fact in members])] if len(members) > 1 else []
    changed = {fact.id: replace(fact, is_exact=draw(st.booleans())) for fact in counts}
    if hosts:
        record = Record(EntityValue(draw(st.sampled_from(sorted(COUNTRIES)))), "a chronicle", RECORD_ASK)
        note = "The chronicle gives another land."
        changed[hosts[0].id] = replace(
            hosts[0], record=record, note=note, standing=Standing.INACCURATE, treatment=Treatment.NOTE
        )
    kept = tuple(changed.get(fact.id, fact) for fact in facts)
    return with_places(replace(bank, facts=kept, sets=tuple(groups)))


RECORD_ASK = "Which land does the chronicle give as host of the first assembly?"
