"""For every rule and every type it is for, questions that break the rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from quizapp.core.facts import Bank, EntityValue, Standing
from quizapp.core.questions import AnyQuestion, event_of
from tests.bank_strategies import bank_of, country_fact, day_fact
from tests.core.item_checks.sound import (
    AIM,
    BANK,
    CHOICE,
    CLOZE,
    COUNTED,
    DATE,
    DATED,
    DAYS,
    FALSE,
    HOSTS,
    LEAGUE,
    LEFTS,
    MAP,
    MATCHING,
    MULTIPLE,
    NUMERIC,
    ORDERING,
    PAIRS,
    RIGHTS,
    SEQUENCE,
    SHORT,
    SOUND,
    STATEMENT,
    forbidding,
    paired,
    place,
    turned,
    with_key,
    with_texts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Case:
    """A rule that a question breaks, beside others where it takes several, in a bank."""

    rule: str
    question: AnyQuestion
    others: tuple[AnyQuestion, ...] = ()
    bank: Bank = BANK

    def __str__(self) -> str:
        """What names the test."""
        return f"{self.rule}-{self.question.type}"


def _on_form() -> Iterator[Case]:
    for question in (CHOICE, MULTIPLE, STATEMENT):
        yield Case("key-missing", with_key(question, False))
    for question in (SHORT, CLOZE, DATE):
        yield Case("key-missing", replace(question, accept=()))
    yield Case("key-missing", replace(NUMERIC, number=float("nan")))
    yield Case("key-missing", replace(ORDERING, sequence=()))
    yield Case("key-missing", replace(MATCHING, pairs=()))
    yield Case("key-missing", replace(MAP, targets=()))
    yield Case("several-keys", with_key(CHOICE, True))
    yield Case("several-keys", with_key(STATEMENT, True))
    yield Case("too-few-options", replace(CHOICE, options=CHOICE.options[:2]))
    yield Case("too-few-options", replace(MULTIPLE, options=MULTIPLE.options[:3]))
    yield Case("too-few-options", with_texts(MULTIPLE, "Chad", "Iran", "Iraq", "Germany"))
    yield Case("too-few-options", with_key(MULTIPLE, True))
    yield Case("too-few-options", replace(STATEMENT, options=STATEMENT.options[::-1]))
    yield Case("too-few-options", replace(ORDERING, sequence=SEQUENCE[:2], facts=DAYS[:2]))
    yield Case("too-few-options", replace(MATCHING, pairs=PAIRS[:2], facts=HOSTS[:2]))
    yield Case("too-few-options", replace(MAP, places=MAP.places[:2]))
    yield Case("too-few-options", replace(MAP, targets=tuple(one.id for one in MAP.places)))
    yield Case("equal-options", with_texts(CHOICE, "Turkey", "chad", "CHAD"))
    yield Case("equal-options", with_texts(CHOICE, "Turkey", "Côte d'Ivoire", "Cote d’Ivoire"))
    yield Case("equal-options", with_texts(COUNTED, "34 envoys", "9 envoys", "9 of them"))
    yield Case("equal-options", with_texts(DATED, "5 September 2014", "3 May 2014", "May 3rd, 2014"))
    yield Case("equal-options", replace(CHOICE, options=tuple(replace(o, id="1") for o in CHOICE.options)))
    yield Case("equal-options", with_texts(MULTIPLE, "Chad", "Jordan", "Iraq", "IRAQ", keys=2))
    yield Case("equal-options", with_texts(STATEMENT, "True", "TRUE"))
    yield Case("equal-options", replace(ORDERING, sequence=(SEQUENCE[0], *SEQUENCE[:2])))
    chad, jordan, *rest = MAP.places
    yield Case("equal-options", replace(MAP, places=(chad, replace(jordan, name="CHAD"), *rest)))
    yield Case("equal-options", replace(MAP, places=(chad, jordan, replace(rest[0], id="X", code="TCD"))))
    points = tuple(replace(one, code=None, point=(1.0, 2.0)) for one in MAP.places)
    yield Case("equal-options", replace(MAP, places=points))
    yield Case("equal-sides", paired((LEFTS[0], "Chad"), (LEFTS[1], "Iran"), (LEFTS[2], "CHAD")))
    yield Case("equal-sides", paired((LEFTS[0], "Chad"), (LEFTS[0], "Iran"), (LEFTS[2], "Peru")))
    yield Case("equal-sides", replace(MATCHING, extra=(RIGHTS[0],)))
    yield Case("label-in-option", with_texts(CHOICE, "Turkey", "b) Chad", "Iran"))
    yield Case("label-in-option", with_texts(CHOICE, "A. Turkey", "B. Chad", "C. Iran"))
    yield Case("label-in-option", with_texts(MULTIPLE, "A. Chad", "B. Jordan", "Iran", "Iraq", keys=2))
    for question in SOUND.values():
        yield Case("empty-text", replace(question, stem=" "))
        yield Case("empty-text", replace(question, explanation="..."))
    yield Case("empty-text", with_texts(CHOICE, "Turkey", "...", "Iran"))
    yield Case("empty-text", replace(SHORT, accept=("Turkey", "")))
    yield Case("empty-text", replace(ORDERING, sequence=(*SEQUENCE[:2], event_of("–"))))
    yield Case("empty-text", paired((LEFTS[0], ""), (LEFTS[1], "Iran"), (LEFTS[2], "Peru")))
    yield Case("empty-text", replace(MAP, places=(replace(chad, name=" "), jordan, *rest)))
    for question in (CHOICE, SHORT, CLOZE):
        yield Case("key-in-stem", replace(question, stem="Was TURKEY or another land the host of ____?"))
        yield Case("key-in-stem", replace(question, stem="Was Türkiye or another land the host of ____?"))
    for question in (MULTIPLE, MAP):
        yield Case("key-in-stem", replace(question, stem="Which lands stood beside Chad in the league?"))
    yield Case("key-in-stem", replace(DATE, stem="What happened in the assembly on September 5, 2014?"))
    yield Case("key-in-stem", replace(NUMERIC, stem="How many of the thirty-four envoys put their seals?"))
    years = (event_of("Assembly of 2014", "."), event_of("Assembly of all", "."), event_of("Fair", "."))
    yield Case(
        "key-in-stem",
        replace(ORDERING, sequence=years, facts=("treaty-0-date", "treaty-5-date", "treaty-1-date")),
    )
    yield Case("key-in-stem", paired(("Treaty of Chad", "Chad"), (LEFTS[1], "Iran"), (LEFTS[2], "Peru")))
    yield Case("key-in-stem", replace(MATCHING, stem=f"Was {LEFTS[0]} made in {RIGHTS[0]}, and the others?"))
    for question in (SHORT, CLOZE):
        yield Case("neutral-is-right", replace(question, neutral=("TURKEY",)))
    yield Case("neutral-is-right", replace(DATE, neutral=DATE.accept))
    yield Case("neutral-is-right", replace(NUMERIC, neutral=(34,)))
    yield Case("neutral-is-right", replace(NUMERIC, also=(60,), neutral=(60,)))
    yield Case("stray-target", replace(MAP, targets=("TCD", "QZZ")))
    yield Case("stray-target", replace(MAP, targets=("TCD", "TCD")))
    yield Case("misplaced", replace(MAP, places=(replace(chad, code=None), jordan, *rest)))
    yield Case("misplaced", replace(MAP, places=(replace(chad, code="JOR"), jordan, *rest)))
    yield Case("misplaced", replace(MAP, places=(replace(chad, code="tcd"), jordan, *rest)))
    yield Case("misplaced", replace(MAP, places=(replace(chad, point=(91.0, 0.0)), jordan, *rest)))
    yield Case("misplaced", replace(MAP, places=(replace(chad, point=(1.0, 2.0)), jordan, *rest)))
    for question in (CHOICE, MULTIPLE, STATEMENT):
        first, *others = question.options
        yield Case("unexplained-option", replace(question, options=(replace(first, because=" "), *others)))
    yield Case("unexplained-option", replace(ORDERING, sequence=(event_of(LEFTS[0]), *SEQUENCE[1:])))
    yield Case("unexplained-option", replace(MATCHING, pairs=(replace(PAIRS[0], because=""), *PAIRS[1:])))
    yield Case("unexplained-option", replace(MAP, places=(replace(chad, because=""), jordan, *rest)))


def _on_facts() -> Iterator[Case]:
    yield Case("true-distractor", with_texts(CHOICE, "Turkey", "Türkiye", "Iran"))
    yield Case("true-distractor", with_texts(DATED, "5 September 2014", "September 2014", "2015"))
    yield Case("true-distractor", with_texts(COUNTED, "34 envoys", "35 envoys", "9 envoys"))
    yield Case("true-distractor", with_texts(AIM, "free trade", "Free trade", "open seas"))
    yield Case("true-distractor", with_texts(MULTIPLE, "Chad", "Jordan", "Türkiye", "Iraq", keys=2))
    yield Case("true-distractor", replace(MAP, places=(*MAP.places, place("turkey"))))
    yield Case("true-distractor", replace(MATCHING, extra=("Türkiye",)))
    hosts = tuple(
        replace(fact, value=EntityValue("germany"), subject="treaty-0")
        if fact.id == "treaty-2-host"
        else fact
        for fact in BANK.facts
    )
    yield Case("true-distractor", MATCHING, bank=replace(BANK, facts=hosts))
    others: dict[str, Any] = {
        "choice": with_texts(CHOICE, "Iran", "Chad", "Iraq"),
        "multiple": turned(MULTIPLE),
        "true-false": turned(STATEMENT),
        "short": replace(SHORT, accept=("Peru",)),
        "cloze": replace(CLOZE, accept=("Peru",)),
        "date": replace(DATE, accept=("2010-01-01",)),
        "numeric": replace(NUMERIC, number=70),
        "ordering": replace(ORDERING, sequence=SEQUENCE[::-1]),
        "matching": paired(*zip(LEFTS, RIGHTS[::-1], strict=True)),
        "map": replace(MAP, targets=("IRN",)),
    }
    for kind, question in SOUND.items():
        other = replace(others[kind], id="harbours/other/x")
        yield Case("other-key-elsewhere", question, (other,))
        yield Case("other-key-elsewhere", other, (question,))
    for question in (SHORT, CLOZE, NUMERIC):
        yield Case(
            "overlapping-responses", question, (replace(question, id="zzz", facts=("treaty-1-host",)),)
        )
    near = replace(NUMERIC, id="zzz", facts=("treaty-1-signers",), number=36)
    yield Case("overlapping-responses", NUMERIC, (near,))
    yield Case("tolerance-too-wide", replace(NUMERIC, tolerance=30.0))
    yield Case("tolerance-too-wide", replace(NUMERIC, tolerance=-1.0))
    counted = BANK.by_id[NUMERIC.facts[0]]
    for changed in (replace(counted, is_exact=True), replace(counted, never_wrong=("35 envoys",))):
        yield Case("tolerance-too-wide", NUMERIC, bank=bank_of(changed))
    yield Case("order-open", ORDERING, bank=bank_of(*(day_fact(number, "2014-09") for number in range(3))))
    yield Case("order-open", ORDERING, bank=bank_of(*(country_fact(n, "chad", id=DAYS[n]) for n in range(3))))
    approximate = [day_fact(number, f"{2010 + number}~") for number in range(3)]
    yield Case("order-open", ORDERING, bank=bank_of(*approximate))
    for question in SOUND.values():
        yield Case("key-not-from-fact", replace(question, facts=("unknown",)))
        yield Case("key-not-from-fact", replace(question, facts=()))
    yield Case("key-not-from-fact", with_texts(CHOICE, "Peru", "Chad", "Iran"))
    yield Case("key-not-from-fact", with_texts(MULTIPLE, "Chad", "Iran", "Jordan", "Iraq", keys=2))
    yield Case("key-not-from-fact", replace(MULTIPLE, facts=LEAGUE[:1]))
    for question in (STATEMENT, FALSE):
        yield Case("key-not-from-fact", turned(question))
    for question in (SHORT, CLOZE):
        yield Case("key-not-from-fact", replace(question, accept=("Peru",)))
    yield Case("key-not-from-fact", replace(DATE, accept=("2014-09-06",)))
    yield Case("key-not-from-fact", replace(NUMERIC, number=35))
    yield Case("key-not-from-fact", replace(NUMERIC, also=(36,)))
    yield Case("key-not-from-fact", replace(ORDERING, sequence=SEQUENCE[::-1]))
    yield Case("key-not-from-fact", replace(ORDERING, sequence=SEQUENCE[::-1], facts=DAYS[::-1]))
    yield Case("key-not-from-fact", replace(ORDERING, facts=DAYS[:2]))
    yield Case("key-not-from-fact", paired(*zip(LEFTS, RIGHTS[::-1], strict=True)))
    yield Case("key-not-from-fact", paired(*zip(LEFTS[::-1], RIGHTS, strict=True)))
    yield Case("key-not-from-fact", replace(MAP, targets=("TCD", "IRN")))
    yield Case("key-not-from-fact", replace(MAP, facts=LEAGUE[:1]))
    told: dict[str, str] = {
        "choice": "It was Chad.",
        "multiple": "It was Iraq.",
        "short": "It was Chad.",
        "cloze": "It was Chad.",
        "date": "It was signed on 3 December 2014.",
        "numeric": "It bears the seals of 59 envoys.",
        "ordering": f"First came the {LEFTS[1]}, then the {LEFTS[0]} and the {LEFTS[2]}.",
        "matching": f"The {LEFTS[0]} was drawn up in {RIGHTS[1]}.",
        "map": "It was Iraq.",
    }
    for kind, explanation in told.items():
        yield Case("explanation-contradicts", replace(SOUND[kind], explanation=explanation))
    yield Case("explanation-contradicts", replace(FALSE, explanation=f"Indeed: {FALSE.stem}"))
    for kind, question in SOUND.items():
        yield Case("unsound-type", question, bank=forbidding(kind))
        if kind != "true-false":
            yield Case("fiction-as-record", replace(question, standing=Standing.FICTIONAL))
        else:
            yield Case("fiction-as-record", replace(question, treatment="according-to-source"))
    yield Case("too-precise", replace(DATE, facts=("treaty-0-date",), accept=("2014-06",)))
    vague = bank_of(*(day_fact(number, f"201{number}") for number in range(3)))
    yield Case("too-precise", with_texts(DATED, "5 September 2012", "3 May 2014", "3 June 2014"), bank=vague)
    dated = paired((LEFTS[0], "2010"), (LEFTS[1], "May 2011"), (LEFTS[2], "2012"))
    yield Case("too-precise", replace(dated, facts=DAYS), bank=vague)


def _cues() -> Iterator[Case]:
    """Soft flaws of options: of a choice, and of several right options that all have the cue alone."""
    of_choice: dict[str, list[Any]] = {
        "all-or-none": [with_texts(CHOICE, "Turkey", "Chad", "none of the above")],
        "combined-options": [
            with_texts(CHOICE, "Turkey", "Chad", "A and B"),
            with_texts(CHOICE, "Turkey", "Chad", "both 1 and 2"),
        ],
        "longest-is-key": [with_texts(AIM, "free trade for everyone under the sun", "peace", "seas")],
        "echo-of-stem": [
            replace(
                with_texts(CHOICE, "assembly land", "Chad town", "Iran town"), stem="Who held the assembly?"
            )
        ],
        "article-cue": [replace(with_texts(CHOICE, "Iran", "Chad", "Peru"), stem="The host of all was an")],
        "out-of-order": [
            with_texts(DATED, "5 September 2014", "13 June 2014", "3 December 2014"),
            with_texts(COUNTED, "34 envoys", "9 envoys", "59 envoys"),
        ],
        "shares-most": [with_texts(AIM, "free open trade", "free seas", "open harbours", "trade winds")],
        "option-in-option": [with_texts(CHOICE, "Guinea", "Equatorial Guinea", "Chad")],
        "mixed-kinds": [
            with_texts(CHOICE, "Turkey", "Chad", "June 2014"),
            with_texts(DATED, "5 September 2014", "June 2014", "2016"),
        ],
        "mark-on-key": [
            with_texts(CHOICE, "Turkey.", "Chad", "Iran"),
            with_texts(AIM, "Free trade", "open seas", "quiet borders"),
        ],
        "too-many-options": [with_texts(CHOICE, "Turkey", "Chad", "Iran", "Iraq", "Niger", "Jordan")],
        "length-spread": [with_texts(CHOICE, "Turkey", "Chad", "the Federal Republic of Nigeria")],
        "other-kind-than-key": [with_texts(CHOICE, "Turkey", "Chad", "Treaty of Port B")],
        "loose-words": [with_texts(AIM, "free trade", "always open seas", "quiet borders")],
    }
    several = {
        "all-or-none": with_texts(MULTIPLE, "Chad", "Jordan", "Iraq", "all of these", keys=2),
        "combined-options": with_texts(MULTIPLE, "Chad", "Jordan", "Iraq", "A and B", keys=2),
        "longest-is-key": with_texts(MULTIPLE, "Guinea-Bissau", "Côte d'Ivoire", "Chad", "Iran", keys=2),
        "echo-of-stem": replace(
            with_texts(MULTIPLE, "harbour east", "harbour west", "Iran", "Iraq", keys=2),
            stem="Which of these had a harbour?",
        ),
        "article-cue": replace(MULTIPLE, stem="Every member of it was an"),
        "out-of-order": with_texts(MULTIPLE, "9", "34", "26", "59", keys=2),
        "shares-most": with_texts(
            MULTIPLE, "free trade winds", "free trade seas", "winds seas", "quiet", keys=2
        ),
        "option-in-option": with_texts(MULTIPLE, "Chad", "Guinea", "New Guinea", "Iraq", keys=2),
        "mixed-kinds": with_texts(MULTIPLE, "Chad", "Jordan", "Iraq", "June 2014", keys=2),
        "mark-on-key": with_texts(MULTIPLE, "Chad.", "Jordan.", "Iraq", "Iran", keys=2),
        "too-many-options": with_texts(MULTIPLE, *(f"Land {letter}" for letter in "abcdefghijk"), keys=2),
        "length-spread": with_texts(MULTIPLE, "Chad", "Jordan", "Iraq", "Republic of Nigeria", keys=2),
        "other-kind-than-key": with_texts(MULTIPLE, "Chad", "Jordan", "Treaty of Port B", "Iraq", keys=2),
        "loose-words": with_texts(MULTIPLE, "Chad", "Jordan", "several more", "Iraq", keys=2),
    }
    for rule, questions in of_choice.items():
        yield from (Case(rule, question) for question in questions)
        yield Case(rule, several[rule])


def _on_stems() -> Iterator[Case]:
    for kind, question in SOUND.items():
        yield Case(
            "negative-stem", replace(question, stem="Which land was not host to the assembly of ____?")
        )
        yield Case("double-negative", replace(question, stem="Which land wasn't never host to ____ then?"))
        blanks = "____ was host, and ____ was guest." if kind == "cloze" else "The host there was ____ then."
        yield Case("blank-in-stem", replace(question, stem=blanks))
        yield Case("stem-length", replace(question, stem="Which land?"))
        yield Case("stem-length", replace(question, stem="word " * 76))
        yield Case("duplicate-stem", question, (replace(question, id="harbours/aaa"),))
    telling = replace(SHORT, id="harbours/telling", facts=("treaty-5-date",), accept=("Nowhere",))
    told = {
        "choice": "Who was guest when Turkey was host?",
        "short": "Who was guest when Türkiye was host?",
        "cloze": "Who was guest when Turkey was host?",
        "date": "Who was guest on 5 September 2014?",
        "numeric": "Who led the 34 envoys that came?",
        "multiple": "Which towns of Chad belonged to the league of harbours?",
        "matching": f"Was the {LEFTS[0]} drawn up in {RIGHTS[0]}?",
        "map": "Where on the map is Chad, and which lands has that league?",
    }
    for kind, stem in told.items():
        yield Case("leak", SOUND[kind], (replace(telling, stem=stem),))


CASES = (*_on_form(), *_on_facts(), *_cues(), *_on_stems())
