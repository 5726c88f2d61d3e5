"""The start of an attempt: its questions drawn and pinned, once, however often the button is pressed."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, func, insert, select

from quizapp.core import timing
from quizapp.core.attempts import AttemptState, Navigation
from quizapp.core.drawing import Candidate, draw
from quizapp.core.facts import Standing
from quizapp.core.marking import rules_to_dict
from quizapp.core.questions import question_from_dict
from quizapp.database import db
from quizapp.models import (
    Attempt,
    AttemptResponse,
    Fact,
    Learner,
    Question,
    QuestionFact,
    QuestionRevision,
    Quiz,
)
from quizapp.operations.attempt_secrecy import select_facts_in_open_attempts
from quizapp.operations.quizzes.showing import order_of
from quizapp.operations.study import insert_into
from quizapp.operations.study.decks import is_asked

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Select

    from quizapp.core.questions import AnyQuestion

#: So many questions of a set are all read; of more only a part.
_FEW: Final = 500
#: Facts of each topic to choose from beyond its share, and those that can be asked in each type.
_SPARE: Final = 20
_OF_A_TYPE: Final = 5
#: Questions read by one statement.
_AT_ONCE: Final = 1000


class NoQuestionsError(Exception):
    """A quiz finds nothing to ask: its facts were retired since it was made, or another open quiz asks them."""


class StalePlanError(Exception):
    """Another quiz was started since the plan was made, and asks some of the same facts."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an attempt will hold: for each position its question, revision, form and the order of its options."""

    attempt_id: uuid.UUID
    slots: tuple[dict[str, Any], ...]


def seed_of(learner_id: uuid.UUID, quiz: Quiz) -> bytes:
    """Return the seed of the next attempt at a quiz: the same until an attempt at it starts."""
    made = db.session.execute(
        select(func.count()).where(Attempt.learner_id == learner_id, Attempt.quiz_id == quiz.id)
    ).scalar_one()
    return quiz.id.bytes + learner_id.bytes + str(made).encode()


def plan_attempt(
    learner_id: uuid.UUID,
    quiz: Quiz,
    attempt_id: uuid.UUID,
    seed: bytes | None = None,
    *,
    with_open: bool = False,
) -> Plan:
    """Draw the questions of an attempt; without a seed its id is one. Reads only; raises `NoQuestionsError`.

    But for `with_open`, what another open quiz asks is left out: the first to end would tell the keys of the other.
    """
    found = _list_questions(learner_id, quiz, with_open=with_open)
    rng = random.Random(seed or attempt_id.bytes)  # noqa: S311 - draws questions, guards nothing
    chosen = _choose(found, quiz.question_count, rng)
    questions = _read_questions(chosen)
    drawn = draw(_candidates(chosen, questions), quiz.question_count, rng)
    if len(drawn) < quiz.question_count and len(chosen) < len(found):
        # Too many of those chosen give one another away: all others may be drawn as well.
        questions = _read_questions(found)
        drawn = draw(_candidates(found, questions), quiz.question_count, rng)
    if not drawn:
        raise NoQuestionsError
    return Plan(
        attempt_id,
        tuple(
            {
                "position": position,
                "question_id": one.question,
                "question_revision": questions[one.question].revision,
                "form": one.type,
                "option_order": order_of(questions[one.question].question, rng),
            }
            for position, one in enumerate(drawn, 1)
        ),
    )


def start_attempt(learner_id: uuid.UUID, quiz: Quiz, plan: Plan, now: datetime) -> uuid.UUID:
    """Start an attempt as planned and return its id; call it inside `run_tx`.

    Where an attempt at this quiz is open already, that one is returned and nothing is made. Raises `StalePlanError`.
    """
    learner = db.session.get_one(Learner, learner_id, populate_existing=True)
    extra = timing.ExtraTime(learner.is_untimed, learner.extra_time_percent)
    inserted = db.session.execute(
        insert_into(Attempt)
        .values(
            learner_id=learner_id,
            id=plan.attempt_id,
            quiz_id=quiz.id,
            state=AttemptState.OPEN,
            started_at=now,
            time_limit_seconds=quiz.time_limit_seconds,
            extra_time_percent=extra.percent,
            is_untimed=extra.is_untimed,
            deadline_at=timing.deadline(now, quiz.time_limit_seconds, extra, quiz.closes_at),
            is_preview=False,
            navigation=quiz.navigation,
            turn=1 if quiz.navigation == Navigation.FORWARD else None,
            question_seconds=quiz.question_seconds,
            checks=quiz.disclosure.checks,
            marking=rules_to_dict(quiz.marking),
            credit_percent=100,
        )
        .on_conflict_do_nothing()
        .returning(Attempt.id)
    ).scalar_one_or_none()
    if inserted is None:
        return db.session.execute(
            select(Attempt.id).where(
                Attempt.learner_id == learner_id,
                Attempt.quiz_id == quiz.id,
                Attempt.state == AttemptState.OPEN,
            )
        ).scalar_one()
    taken = _facts_in_other_quizzes(learner_id, quiz).where(
        QuestionFact.fact_id.in_(
            select(QuestionFact.fact_id).where(
                QuestionFact.question_id.in_([slot["question_id"] for slot in plan.slots])
            )
        )
    )
    if db.session.execute(taken.limit(1)).first() is not None:
        raise StalePlanError
    db.session.execute(
        insert(AttemptResponse),
        [
            {
                "learner_id": learner_id,
                "attempt_id": plan.attempt_id,
                "is_flagged": False,
                "sequence": 0,
                **slot,
            }
            for slot in plan.slots
        ],
    )
    return plan.attempt_id


@dataclass(frozen=True, slots=True)
class _Found:
    """A question that may be drawn, without what it says; `topic` is one of those wanted."""

    id: uuid.UUID
    type: str
    topic: str
    facts: tuple[uuid.UUID, ...]
    times_seen: int


@dataclass(frozen=True, slots=True)
class _Read:
    """What a question says in its current revision."""

    revision: int
    question: AnyQuestion


def _facts_in_other_quizzes(learner_id: uuid.UUID, quiz: Quiz) -> Select[uuid.UUID]:
    return select_facts_in_open_attempts(learner_id).where(Attempt.quiz_id != quiz.id)


def _list_questions(learner_id: uuid.UUID, quiz: Quiz, *, with_open: bool) -> list[_Found]:
    """Return the questions of which every fact may be asked, without reading what they say."""
    facts = _list_facts(learner_id, quiz, with_open=with_open)
    seen = _count_seen(learner_id)
    rows = db.session.execute(
        select(Question.id, Question.type, Question.topic, QuestionFact.fact_id)
        .join(QuestionFact, QuestionFact.question_id == Question.id)
        .where(Question.question_set_id == quiz.question_set_id, Question.retired_at.is_(None))
        .order_by(Question.position, Question.id, QuestionFact.position)
    )
    found = []
    rule = quiz.rule
    for (question_id, kind, own_topic), group in groupby(rows, key=itemgetter(0, 1, 2)):
        probed = tuple(row[3] for row in group)
        if not all(fact_id in facts for fact_id in probed):
            continue
        topics = {facts[fact_id][0] for fact_id in probed}
        topic = _topic_among(rule.topics, own_topic, topics)
        # What the source invents is scored apart: a question on both could be scored nowhere.
        kinds = {facts[fact_id][1] for fact_id in probed}
        if topic is not None and kinds in ({False}, {rule.includes_fiction}):
            found.append(_Found(question_id, kind, topic, probed, seen.get(question_id, 0)))
    return found


def _list_facts(learner_id: uuid.UUID, quiz: Quiz, *, with_open: bool) -> dict[uuid.UUID, tuple[str, bool]]:
    """Return topic and whether it is invented of each fact that may be asked."""
    wanted = (Fact.question_set_id == quiz.question_set_id, is_asked())
    statement = select(Fact.id, Fact.topic, Fact.standing).where(*wanted)
    if not with_open:
        statement = statement.where(Fact.id.not_in(_facts_in_other_quizzes(learner_id, quiz)))
    rows = db.session.execute(statement)
    return {fact_id: (topic, standing == Standing.FICTIONAL) for fact_id, topic, standing in rows}


def _topic_among(wanted: Sequence[str], own: str, topics: Collection[str]) -> str | None:
    """Return the topic under which a question is wanted: its own, or one of its facts' if all are wanted; else None."""
    if not wanted or own in wanted:
        return own
    return min(topics) if set(topics) <= set(wanted) else None


def _choose(found: Sequence[_Found], count: int, rng: random.Random) -> Sequence[_Found]:
    """Return enough of many questions to draw from without reading them all.

    For each topic the facts asked least, and some more that can be asked in a type that is rare, with all their
    questions: what `draw` would look at first. Few questions are returned as they are.
    """
    if len(found) <= _FEW:
        return found
    by_facts: dict[tuple[uuid.UUID, ...], list[_Found]] = {}
    for one in found:
        by_facts.setdefault(one.facts, []).append(one)
    groups = sorted(by_facts.values(), key=lambda group: (sum(one.times_seen for one in group), rng.random()))
    # Topics take turns, so each gets its share; where one cannot fill it, the spare of the others does.
    enough = count // len({one.topic for one in found}) + _SPARE
    chosen: list[_Found] = []
    taken: Counter[tuple[str, ...]] = Counter()
    for group in groups:
        topic = group[0].topic
        shelves = {(topic, one.type) for one in group}
        if taken[(topic,)] < enough or any(taken[shelf] < _OF_A_TYPE for shelf in shelves):
            chosen += group
            taken.update([(topic,), *shelves])
    return chosen


def _candidates(found: Iterable[_Found], questions: Mapping[uuid.UUID, _Read]) -> list[Candidate]:
    return [
        Candidate(
            question=one.id,
            facts=one.facts,
            topic=one.topic,
            content=questions[one.id].question,
            times_seen=one.times_seen,
        )
        for one in found
    ]


def _read_questions(found: Sequence[_Found]) -> dict[uuid.UUID, _Read]:
    questions = {}
    for start in range(0, len(found), _AT_ONCE):
        rows = db.session.execute(
            select(Question.id, QuestionRevision.revision, QuestionRevision.content)
            .join(
                QuestionRevision,
                and_(
                    QuestionRevision.question_id == Question.id,
                    QuestionRevision.revision == Question.revision,
                ),
            )
            .where(Question.id.in_([one.id for one in found[start : start + _AT_ONCE]]))
        )
        questions.update(
            {
                question_id: _Read(revision, question_from_dict(content))
                for question_id, revision, content in rows
            }
        )
    return questions


def _count_seen(learner_id: uuid.UUID) -> dict[uuid.UUID, int]:
    rows = db.session.execute(
        select(AttemptResponse.question_id, func.count())
        .where(AttemptResponse.learner_id == learner_id)
        .group_by(AttemptResponse.question_id)
    )
    return {row[0]: row[1] for row in rows}
