"""A sound question of every type in one small bank, and how to change it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from quizapp.core.generation import generate
from quizapp.core.questions import (
    ChoiceQuestion,
    Citation,
    MapQuestion,
    MatchingQuestion,
    MultipleQuestion,
    Option,
    OrderingQuestion,
    Place,
    event_of,
    id_of_text,
    pair_of,
)
from tests.bank_strategies import (
    PICK_ASK,
    TREATIES,
    full_bank,
    member_facts,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from quizapp.core.facts import Bank

CODES = {"turkey": "TUR", "chad": "TCD", "jordan": "JOR", "iran": "IRN", "iraq": "IRQ", "germany": "DEU"}
MEMBERS = ("chad", "jordan")


def _bank() -> Bank:
    """The full bank with codes, labels, and a list with a question that picks from it."""
    whole = full_bank()
    entities = dict(whole.entities) | {
        one: replace(whole.entities[one], code=code) for one, code in CODES.items()
    }
    members = {
        fact.id: fact
        for fact in member_facts(["niger", "turkey", *MEMBERS], pick_ask=PICK_ASK, subject="treaty-7")
    }
    labelled = (
        replace(fact, label=TREATIES[fact.subject]) if fact.relation in {"signed-on", "signed-in"} else fact
        for fact in whole.facts
        if fact.member_of is None
    )
    return replace(whole, entities=entities, facts=(*labelled, *members.values()))


BANK = _bank()
MADE = {one.id.removeprefix("harbours/"): one for one in generate(BANK, every_form=True)}


def options(right: tuple[str, ...], wrong: tuple[str, ...], fact: Callable[[str], str | None]) -> Any:
    """Options by the alphabet, a right one with its fact."""
    return tuple(
        Option(id_of_text(text), text, text in right, "Because.", fact(text) if text in right else None)
        for text in sorted((*right, *wrong))
    )


def with_texts(question: Any, *texts: str, keys: int = 1) -> Any:
    """The question with these options, in this order; the first ones are right, and keep the facts of the old ones."""
    facts = [option.fact for option in question.options if option.correct] * len(texts)
    made = [
        Option(f"o{place}", text, place < keys, "Because.", facts[place] if place < keys else None)
        for place, text in enumerate(texts)
    ]
    return replace(question, options=tuple(made))


def common(kind: str, facts: tuple[str, ...], stem: str, explanation: str) -> dict[str, Any]:
    return {
        "id": f"harbours/hand-made/{kind}", "facts": facts, "stem": stem, "explanation": explanation,
        "cite": Citation("chapter five"), "standing": "documented", "treatment": "plain", "topic": "places",
    }  # fmt: skip


def place(entity: str) -> Place:
    """A country as it stands on a map."""
    name, code = BANK.entities[entity].name, CODES[entity]
    return Place(code, name, code, None, None, f"Of {name}.")


DAYS = ("treaty-0-date", "treaty-1-date", "treaty-2-date")
HOSTS = ("treaty-0-host", "treaty-1-host", "treaty-2-host")
SEQUENCE = tuple(event_of(BANK.by_id[fact].label, "At its time.") for fact in DAYS)
PAIRS = tuple(
    pair_of(BANK.by_id[fact].label, BANK.text_of(BANK.by_id[fact].value), "So it was.") for fact in HOSTS
)
LEAGUE = tuple(f"league.{one}" for one in MEMBERS)

SOUND: dict[str, Any] = {
    "choice": with_texts(MADE["treaty-0-host/choice"], "Turkey", "Chad", "Iraq"),
    "multiple": MultipleQuestion(
        **common("multiple", LEAGUE, PICK_ASK, "Chad and Jordan belonged to it."),
        options=options(("Chad", "Jordan"), ("Iran", "Iraq"), lambda text: f"league.{text.lower()}"),
    ),
    "true-false": next(one for one in MADE.values() if one.type == "true-false" and one.options[0].correct),
    "short": MADE["treaty-0-host/short"],
    "cloze": MADE["treaty-0-host/cloze"],
    "date": MADE["treaty-2-date/date"],
    "numeric": replace(MADE["treaty-3-signers/numeric"], tolerance=1.0),
    "ordering": OrderingQuestion(
        **common("ordering", DAYS, "In which order were these treaties signed?", "They came one by one."),
        sequence=SEQUENCE,
    ),
    "matching": MatchingQuestion(
        **common("matching", HOSTS, "Which land was host to which of these?", "Each had a host of its own."),
        pairs=PAIRS,
        extra=("Iraq",),
    ),
    "map": MapQuestion(
        **common("map", LEAGUE, "Where on the map are the lands of that league?", "They lie apart."),
        places=tuple(place(one) for one in (*MEMBERS, "iran", "iraq")),
        targets=tuple(CODES[one] for one in MEMBERS),
    ),
}
CHOICE, MULTIPLE, STATEMENT, SHORT, CLOZE, DATE, NUMERIC, ORDERING, MATCHING, MAP = SOUND.values()
FALSE = next(one for one in MADE.values() if one.type == "true-false" and one.options[1].correct)
DATED: ChoiceQuestion = with_texts(
    MADE["treaty-2-date/choice"], "5 September 2014", "3 December 2014", "14 December 2015"
)
COUNTED: ChoiceQuestion = with_texts(MADE["treaty-3-signers/choice"], "34 envoys", "59 envoys", "120 envoys")
AIM = MADE["treaty-0-aim/choice"]


def with_key(question: Any, correct: bool) -> Any:
    """The question with all of its options right, or none."""
    return replace(question, options=tuple(replace(one, correct=correct) for one in question.options))


def turned(question: Any) -> Any:
    """The question with right and wrong exchanged."""
    return replace(question, options=tuple(replace(one, correct=not one.correct) for one in question.options))


def forbidding(kind: str) -> Bank:
    """The bank in which no fact may be asked as this type."""
    return replace(BANK, facts=tuple(replace(fact, never=(kind,)) for fact in BANK.facts))


def paired(*pairs: tuple[str, str], extra: tuple[str, ...] = ("Iraq",)) -> Any:
    """The matching with these sides."""
    return replace(
        MATCHING, pairs=tuple(pair_of(left, right, "So it was.") for left, right in pairs), extra=extra
    )


LEFTS = tuple(pair.left for pair in PAIRS)
RIGHTS = tuple(pair.right for pair in PAIRS)
