"""From checked strings to a typed bank: values read, members expanded, references left for the checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    Value,
)

if TYPE_CHECKING:
    from quizapp.formats.facts_yaml.tree import Path, Tree

MEMBER = "{member}"
_NORTHERNMOST, _EASTERNMOST = 90, 180


def build(tree: Tree, broken: set[Path], digest: str) -> tuple[Bank, list[Path]]:
    """Return the bank of all that could be read, and where each of its facts stands; the rest is noted in the tree."""
    data = tree.data
    entities = {
        key: _entity(key, raw, tree)
        for key, raw in _items(data, "entities").items()
        if ("entities", key) not in broken and isinstance(raw, dict)
    }
    facts: list[Fact] = []
    places: list[Path] = []
    sets: list[FactSet] = []
    for place, raw in enumerate(data.get("facts", []) if ("facts",) not in broken else []):
        if ("facts", place) in broken:
            continue
        if "members" in raw:
            made, group = _members(raw, ("facts", place), entities, tree)
            facts += made
            sets.append(group)
        else:
            made_one = _fact(raw, ("facts", place), tree)
            facts += [made_one] if made_one else []
        places += [("facts", place)] * (len(facts) - len(places))
    for place, raw in enumerate(data.get("sets", []) if ("sets",) not in broken else []):
        if ("sets", place) not in broken:
            sets.append(FactSet(raw["id"], raw["kind"], tuple(raw["facts"]), raw.get("ask", "")))
    topics = data.get("topics", [])
    bank = Bank(
        id=str(data.get("bank", "")),
        title=str(data.get("title", "")),
        language=str(data.get("language", "")),
        topics=tuple(topic for topic in topics if isinstance(topic, str)) if isinstance(topics, list) else (),
        source=Source(**_items(data, "source")) if not _is_broken(broken, "source") else Source(),
        entities=entities,
        facts=tuple(facts),
        sets=tuple(sets),
        facts_sha256=digest,
    )
    return bank, places


def _is_broken(broken: set[Path], section: str) -> bool:
    return any(path[:1] == (section,) for path in broken)


def _items(data: dict[str, Any], key: str) -> dict[str, Any]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _entity(key: str, raw: dict[str, Any], tree: Tree) -> Entity:
    aliases, point = tuple(raw.get("aliases", ())), None
    if "point" in raw:
        latitude, longitude = map(float, raw["point"])
        point = (latitude, longitude)
        if abs(latitude) > _NORTHERNMOST or abs(longitude) > _EASTERNMOST:
            problem = f"[{latitude:g}, {longitude:g}] is no place on Earth"
            tree.fail(("entities", key, "point"), problem, "write [latitude, longitude] in degrees")
    return Entity(key, raw["kind"], raw["name"], aliases, raw.get("code"), point)


def _value(raw: dict[str, str], path: Path, tree: Tree) -> Value | None:
    if "entity" in raw:
        return EntityValue(raw["entity"])
    if "text" in raw:
        return TextValue(raw["text"])
    if "number" in raw:
        number = raw["number"]
        return NumberValue(float(number) if "." in number else int(number), raw.get("unit", ""))
    try:
        return DateValue(PartialDate.parse(raw["date"]))
    except ValueError as error:
        tree.fail((*path, "date"), str(error), "write the date as the source prints it, no more precisely")
        return None


def _common(raw: dict[str, Any], path: Path, tree: Tree) -> dict[str, Any]:
    cite = raw.get("cite", [])
    record = None
    if "record" in raw:
        value = _value(raw["record"]["value"], (*path, "record", "value"), tree)
        record = Record(value, raw["record"]["source"], raw["record"].get("ask", "")) if value else None
    return {
        "topic": raw["topic"],
        "subject": raw["subject"],
        "relation": raw["relation"],
        "cite": _spans(cite) if isinstance(cite, list) else (),
        "record_key": cite if isinstance(cite, str) else None,
        "fingerprint": raw.get("print", ""),
        "standing": Standing(raw["standing"]),
        "treatment": Treatment(raw["treatment"]),
        "note": raw.get("note", ""),
        "where": raw.get("where", ""),
        "accepted": tuple(raw.get("accepted", ())),
        "never_wrong": tuple(raw.get("never_wrong", ())),
        "record": record,
        "never": tuple(raw.get("never", ())),
        "equivalent": raw.get("equivalent") == "true",
        "label": raw.get("label", ""),
        "is_exact": raw.get("exact") == "true",
        "tags": tuple(raw.get("tags", ())),
        "line": tree.line_of(path),
    }


def _spans(raw: list[list[str]]) -> tuple[tuple[int, int], ...]:
    return tuple((int(start), int(end)) for start, end in raw)


def _fact(raw: dict[str, Any], path: Path, tree: Tree) -> Fact | None:
    for field in ("members_ask", "pick_ask", "cites", "prints"):
        if field in raw:
            tree.fail((*path, field), f"“{field}” belongs to a fact with members", "remove it")
    value = _value(raw["value"], (*path, "value"), tree)
    common = _common(raw, path, tree)
    if value is None:
        return None
    return Fact(id=raw["id"], value=value, ask=raw["ask"], tell=raw["tell"], **common)


def _members(
    raw: dict[str, Any], path: Path, entities: dict[str, Entity], tree: Tree
) -> tuple[list[Fact], FactSet]:
    """Expand a list of members into a fact each and the set of them all."""
    for field in ("ask", "tell"):
        if MEMBER not in raw[field]:
            tree.fail(
                (*path, field),
                f"“{field}” does not say {MEMBER}",
                f"write {MEMBER} where the member's name stands",
            )
    if MEMBER in raw.get("pick_ask", ""):
        problem = f"“pick_ask” says {MEMBER}, the key of its question"
        tree.fail((*path, "pick_ask"), problem, "ask which of these it is, naming none")
    common = _common(raw, path, tree)
    cites, prints = raw.get("cites", {}), raw.get("prints", {})
    for field, given in (("cites", cites), ("prints", prints)):
        for member in sorted(set(given) - set(raw["members"])):
            tree.fail(
                (*path, field, member), f"“{member}” is not among the members", "remove it or add the member"
            )
    facts = []
    for member in raw["members"]:
        name = entities[member].phrase if member in entities else member
        own = dict(common)
        if member in cites:
            own["cite"] = _spans(cites[member])
        own["fingerprint"] = prints.get(member, "" if member in cites else common["fingerprint"])
        ask, tell = (raw[field].replace(MEMBER, name) for field in ("ask", "tell"))
        facts.append(
            Fact(
                id=f"{raw['id']}.{member}",
                value=EntityValue(member),
                ask=ask,
                tell=tell,
                member_of=raw["id"],
                pick_ask=raw.get("pick_ask", ""),
                **own,
            )
        )
    group = FactSet(raw["id"], "multiple", tuple(fact.id for fact in facts), raw.get("members_ask", ""))
    return facts, group
