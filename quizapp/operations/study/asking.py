"""Asking: which question stands for a card, chosen from all that probe its fact as the memory of it grows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from quizapp.core.form_growth import Candidate, choose_form, read_growth
from quizapp.core.questions import question_from_dict
from quizapp.operations.attempt_secrecy import find_closed_facts
from quizapp.operations.statements import Statement, as_id

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping, Sequence

    from quizapp.core.questions import AnyQuestion

# What an open quiz closes is not asked here beside something else either.
_CANDIDATES = Statement(
    "SELECT own.fact_id, q.id, q.type, count(every.fact_id) AS facts, count(c.fact_id) AS begun "
    "FROM question_facts own JOIN questions q ON q.id = own.question_id "
    "JOIN question_facts every ON every.question_id = q.id "
    "LEFT JOIN cards c ON c.learner_id = :learner_id AND c.fact_id = every.fact_id "
    "WHERE own.fact_id IN :facts AND q.retired_at IS NULL AND q.id NOT IN "
    "(SELECT closed.question_id FROM question_facts closed WHERE closed.fact_id IN :closed) "
    "GROUP BY own.fact_id, q.id, q.type"
)
_PROBES = Statement(
    "SELECT fact_id, id, form, is_right, cancels FROM reviews "
    "WHERE learner_id = :learner_id AND fact_id IN :facts AND action IS NULL ORDER BY reviewed_at, id"
)
_CONTENTS = Statement(
    "SELECT q.id, q.revision, r.content FROM questions q "
    "JOIN question_revisions r ON r.question_id = q.id AND r.revision = q.revision WHERE q.id IN :questions"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that stands for a card.

    `probes` says how often its fact was probed, reviews that were taken back included: how often it was shown before.
    """

    id: uuid.UUID
    revision: int
    question: AnyQuestion
    probes: int


@dataclass(frozen=True, slots=True)
class Wish:
    """A fact to be asked as a question: its stability in days, None if it is new; the form that the learner wants.

    `must` says that it makes a poor flashcard: then any question is better than none.
    """

    fact_id: uuid.UUID
    stability: float | None
    wanted: str | None = None
    must: bool = False


def choose_questions(learner_id: uuid.UUID | None, wishes: Sequence[Wish]) -> dict[uuid.UUID, Asked]:
    """Return the question to ask for each fact; one for which none fits is left out, to be shown as a flashcard.

    Another one at each probe, and the same on every reload. A few queries, whatever the number of facts.
    """
    if not wishes:
        return {}
    facts = [wish.fact_id for wish in wishes]
    candidates = find_candidates(learner_id, facts)
    responses, probes = _read_probes(learner_id, facts)
    chosen: dict[uuid.UUID, Candidate] = {}
    for wish in wishes:
        there = candidates.get(wish.fact_id, [])
        growth = read_growth(wish.stability, responses.get(wish.fact_id, []))
        turn = probes.get(wish.fact_id, 0)
        found = choose_form(there, growth, wanted=wish.wanted, turn=turn)
        if found is None and wish.must:
            alone = sorted((one for one in there if one.facts == 1), key=lambda one: (one.type, one.question))
            found = alone[turn % len(alone)] if alone else None
        if found is not None:
            chosen[wish.fact_id] = found
    contents = _load({one.question for one in chosen.values()})
    return {
        fact_id: Asked(one.question, *contents[one.question], probes.get(fact_id, 0))
        for fact_id, one in chosen.items()
        if one.question in contents
    }


def find_candidates(
    learner_id: uuid.UUID | None, facts: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[Candidate]]:
    """Return the questions that may be asked for each fact; none that probes what an open quiz closes."""
    found: dict[uuid.UUID, list[Candidate]] = {}
    wanted = {"learner_id": learner_id, "facts": list(facts), "closed": list(find_closed_facts(learner_id))}
    for row in _CANDIDATES.all(wanted):
        candidate = Candidate(as_id(row.id), row.type, row.facts, row.begun)
        found.setdefault(as_id(row.fact_id), []).append(candidate)
    return found


def _read_probes(
    learner_id: uuid.UUID | None, facts: Iterable[uuid.UUID]
) -> tuple[dict[uuid.UUID, list[tuple[str, bool]]], dict[uuid.UUID, int]]:
    """Return the responses of each fact that stand, oldest first, and how many there ever were."""
    responses: dict[uuid.UUID, list[tuple[str, bool]]] = {}
    probes: dict[uuid.UUID, int] = {}
    if learner_id is None:
        return responses, probes
    rows = _PROBES.all({"learner_id": learner_id, "facts": list(facts)})
    cancelled = {row.cancels for row in rows}
    for row in rows:
        if row.cancels is None:
            fact_id = as_id(row.fact_id)
            probes[fact_id] = probes.get(fact_id, 0) + 1
            if row.id not in cancelled:
                responses.setdefault(fact_id, []).append((row.form, bool(row.is_right)))
    return responses, probes


def _load(questions: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, tuple[int, AnyQuestion]]:
    rows = _CONTENTS.all({"questions": list(questions)})
    return {as_id(row.id): (row.revision, _question(row.content)) for row in rows}


def _question(content: Any) -> AnyQuestion:
    return _read_question(content) if type(content) is str else question_from_dict(content)


# The text of a revision never changes, and reading a question takes longer than finding it.
@lru_cache(maxsize=1024)
def _read_question(text: str) -> AnyQuestion:
    return question_from_dict(json.loads(text))
