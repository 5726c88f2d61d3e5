"""What is told of a question once it was responded to: the key, the reasons, and what became of each fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy import and_, select

from quizapp.core.form_growth import FLASHCARD
from quizapp.core.grading import Grade, Outcome, key_text, response_text
from quizapp.core.leeches import is_leech
from quizapp.database import db
from quizapp.models import Card, CardMark, Fact, FactRevision
from quizapp.operations import study
from quizapp.operations.quizzes.results import Judged, texts_of_facts
from quizapp.operations.sources import find_passages
from quizapp.operations.study.repairs import Repairs, find_repairs
from quizapp.web.study.player import cited, order_shown

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from quizapp.core.questions import AnyQuestion, Response
    from quizapp.models import Learner
    from quizapp.web.study.forms import PostedResponse


@dataclass(frozen=True, slots=True)
class Done:
    """What a response said of one fact, and whether it moved the memory of it."""

    is_right: bool
    is_long_term: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The question that was responded to, in the revision that was shown, with the facts it probes in their order."""

    question: AnyQuestion
    set_id: uuid.UUID
    slug: str
    source: Mapping[str, Any]
    language: str
    can_edit: bool
    facts: Sequence[uuid.UUID | None]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a response did to one fact: right, not right, or nothing (None); whether memory moved; when it is back."""

    fact_key: str
    text: str
    is_right: bool | None
    is_long_term: bool
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Judged):
    """A question with everything that may be told once it was responded to."""

    question: AnyQuestion
    question_id: uuid.UUID
    question_revision: int
    fact_id: uuid.UUID
    fact_key: str
    fact_revision: int
    slug: str
    language: str
    response: Response | None
    order: Sequence[str]
    grade: Grade
    given: str | None
    key: str
    effects: Sequence[Effect]
    citation: str
    passages: Sequence[str]
    can_edit: bool
    note: str
    is_flagged: bool
    wanted_form: str | None
    lapses: int
    repairs: Repairs | None
    is_cram: bool

    @property
    def effect(self) -> Effect | None:
        """What it did to the fact of the card."""
        return next((one for one in self.effects if one.fact_key == self.fact_key), None)

    @property
    def others(self) -> list[Effect]:
        """What it did to each fact where it probes several."""
        return list(self.effects) if len(self.question.facts) > 1 else []


def tell(
    posted: PostedResponse,
    found: Found,
    response: Response,
    judged: Grade,
    recorded: Mapping[uuid.UUID, Done],
    learner: Learner,
    now: datetime,
) -> Told:
    """Return everything that may now be told."""
    question = found.question
    rows = _read_facts(learner, [fact_id for fact_id in found.facts if fact_id is not None])
    own = rows[posted.probe.fact_id]
    is_cram = posted.probe.source == "cram"
    return Told(
        question=question,
        question_id=posted.question_id,
        question_revision=posted.question_revision,
        fact_id=posted.probe.fact_id,
        fact_key=own.key,
        fact_revision=own.revision,
        slug=found.slug,
        language=found.language,
        response=response,
        order=order_shown(question, posted.probe.fact_id, posted.turn),
        grade=judged,
        given=response_text(question, response),
        key=key_text(question),
        effects=_effects(found, recorded, rows, study.today_of(learner, now)),
        citation=cited(found.source, question.cite.words),
        passages=find_passages(
            current_app.config["QUIZAPP"].sources, found.source, [list(span) for span in question.cite.spans]
        ),
        can_edit=found.can_edit,
        note=own.note or "",
        is_flagged=own.flagged_at is not None,
        wanted_form=own.wanted_form,
        lapses=own.lapses or 0,
        repairs=None if judged.outcome is Outcome.RIGHT else _repairs(learner, own, question),
        is_cram=is_cram,
    )


def _read_facts(learner: Learner, fact_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Return facts with what the response made of their cards, and with the learner's marks."""
    rows = db.session.execute(
        select(
            Fact.id,
            Fact.key,
            Fact.revision,
            FactRevision.content,
            Card.due_on,
            Card.lapses,
            CardMark.note,
            CardMark.flagged_at,
            CardMark.wanted_form,
            CardMark.leech_lapses,
        )
        .join(FactRevision, and_(FactRevision.fact_id == Fact.id, FactRevision.revision == Fact.revision))
        .outerjoin(Card, and_(Card.fact_id == Fact.id, Card.learner_id == learner.id))
        .outerjoin(CardMark, and_(CardMark.fact_id == Fact.id, CardMark.learner_id == learner.id))
        .where(Fact.id.in_(fact_ids))
    )
    return {row.id: row for row in rows}


def _effects(
    found: Found,
    recorded: Mapping[uuid.UUID, Done],
    rows: Mapping[uuid.UUID, Any],
    today: date,
) -> list[Effect]:
    question = found.question
    texts = texts_of_facts(question)
    effects = []
    for place, fact_id in enumerate(found.facts):
        if fact_id is None:
            continue
        done, due_on = recorded.get(fact_id), rows[fact_id].due_on
        effects.append(
            Effect(
                fact_key=question.facts[place],
                text=texts[place] if texts else "",
                is_right=None if done is None else done.is_right,
                is_long_term=done is not None and done.is_long_term,
                days=None if due_on is None else max(0, (due_on - today).days),
            )
        )
    return effects


def _repairs(learner: Learner, row: Any, question: AnyQuestion) -> Repairs | None:
    """Return what may help where the fact keeps slipping."""
    if not row.lapses or not is_leech(row.lapses, row.leech_lapses or 0):
        return None
    poor = [row.id] if not row.content.get("flashcard", True) else []
    asked = {row.id: question.type if len(question.facts) == 1 else FLASHCARD}
    return find_repairs(learner.id, asked, no_flashcard=poor).get(row.id)
