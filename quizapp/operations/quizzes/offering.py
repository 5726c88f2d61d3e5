"""What an instructor can put into a quiz: sets, questions found among them, and what a rule would find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select

from quizapp.core import leaks
from quizapp.core.matching import words_of
from quizapp.core.quiz_contents import DIFFICULTIES, Contents, DrawRule, FixedQuestion, Section
from quizapp.database import db
from quizapp.models import Fact, Question, QuestionFact, QuestionRevision, QuestionSet
from quizapp.models.question_sets import SetState
from quizapp.operations.quizzes.planning.stock import Stock, read_questions
from quizapp.operations.study.decks import is_asked

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from quizapp.core.questions import AnyQuestion
    from quizapp.models import Quiz

#: Letters of a stem by which a question is named in a sentence.
_NAME_LENGTH: Final = 60
_HARDEST: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for among questions; what is empty narrows nothing down. `text` stands in the stem."""

    sets: Collection[uuid.UUID]
    topics: Collection[str] = ()
    types: Collection[str] = ()
    difficulties: Collection[str] = ()
    standings: Collection[str] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """A question as it stands in lists."""

    id: uuid.UUID
    question_set_id: uuid.UUID
    set_title: str
    language: str
    stem: str
    type: str
    topic: str
    standing: str
    difficulty: float
    is_retired: bool


@dataclass(frozen=True, slots=True)
class Fitting:
    """What a rule finds: questions, and facts; each fact is asked once at most."""

    questions: int
    facts: int


def list_offered_sets(owners: Collection[uuid.UUID], named: Iterable[uuid.UUID] = ()) -> list[QuestionSet]:
    """Return the sets that may be drawn from: published ones, drafts of these owners, and those that are named already."""
    return list(
        db.session.execute(
            select(QuestionSet)
            .where(
                or_(
                    QuestionSet.state == SetState.PUBLISHED,
                    and_(QuestionSet.state == SetState.DRAFT, QuestionSet.owner_id.in_(owners)),
                    QuestionSet.id.in_(list(named)),
                )
            )
            .order_by(QuestionSet.position, QuestionSet.title)
        ).scalars()
    )


def find_questions(wanted: Wanted, *, limit: int, offset: int = 0) -> tuple[list[Offered], int]:
    """Return questions that can be asked, in the order of their sets, and how many there are in all."""
    conditions = _conditions(wanted)
    total = db.session.execute(
        select(func.count()).select_from(Question).join(QuestionRevision, _is_current()).where(*conditions)
    ).scalar_one()
    rows = db.session.execute(
        select(Question, QuestionRevision.content, QuestionSet)
        .join(QuestionRevision, _is_current())
        .join(QuestionSet, QuestionSet.id == Question.question_set_id)
        .where(*conditions)
        .order_by(QuestionSet.position, QuestionSet.title, Question.position, Question.id)
        .limit(limit)
        .offset(offset)
    )
    return [_offered(*row) for row in rows], total


def load_offered(question_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Offered]:
    """Return questions by their ids, retired ones among them; those that are gone are missing."""
    rows = db.session.execute(
        select(Question, QuestionRevision.content, QuestionSet)
        .join(QuestionRevision, _is_current())
        .join(QuestionSet, QuestionSet.id == Question.question_set_id)
        .where(Question.id.in_(question_ids))
    )
    return {question.id: _offered(question, content, its_set) for question, content, its_set in rows}


def count_fitting(quiz: Quiz, rule: DrawRule) -> Fitting:
    """Return what a rule of this quiz finds for a learner who has seen nothing yet."""
    return _fitting(Stock(quiz, Contents((Section("", (rule,)),))), rule)


def advise(quiz: Quiz, contents: Contents) -> dict[tuple[int, int], list[str]]:
    """Return what should be looked at in the contents of a quiz, by section and place, both from 1, in words.

    Questions that were withdrawn, that probe a fact of another one or give its key away, and rules that find too little.
    """
    places = {
        (section, place): item
        for section, part in enumerate(contents.sections, 1)
        for place, item in enumerate(part.items, 1)
    }
    fixed = {where: item.question_id for where, item in places.items() if isinstance(item, FixedQuestion)}
    advice: dict[tuple[int, int], list[str]] = {where: [] for where in places}
    stock = Stock(quiz, contents)
    questions = {
        question_id: (read.question, frozenset(stock.fixed[question_id].facts))
        for question_id, read in read_questions(stock.fixed).items()
    }
    for where, question_id in fixed.items():
        if question_id not in questions:
            advice[where].append(
                "This question was withdrawn: attempts that start now go without it. Remove it."
            )
    _advise_on_facts(fixed, questions, advice)
    _advise_on_leaks(fixed, questions, advice)
    for where, item in places.items():
        if isinstance(item, DrawRule):
            words = _of_rule(item, _fitting(stock, item))
            advice[where] += [words] if words else []
    return {where: found for where, found in advice.items() if found}


def _fitting(stock: Stock, rule: DrawRule) -> Fitting:
    found = stock.list_for(rule)
    return Fitting(len(found), len({fact_id for one in found for fact_id in one.facts}))


def _of_rule(rule: DrawRule, fits: Fitting) -> str | None:
    most = min(fits.questions, fits.facts)
    if most >= rule.count:
        return None
    if most == 0:
        return "Nothing fits this rule. Choose more sets, topics or types."
    return (
        f"Only {most} of the {rule.count} questions can be found: each fact is asked once at most. "
        "Ask for fewer, or choose more."
    )


def _advise_on_facts(
    fixed: Mapping[tuple[int, int], uuid.UUID],
    questions: Mapping[uuid.UUID, tuple[AnyQuestion, frozenset[uuid.UUID]]],
    advice: dict[tuple[int, int], list[str]],
) -> None:
    asked: dict[uuid.UUID, tuple[int, int]] = {}
    for where, question_id in fixed.items():
        if question_id not in questions:
            continue
        facts = questions[question_id][1]
        earlier = next((asked[fact_id] for fact_id in facts if fact_id in asked), None)
        if earlier is not None:
            other = questions[fixed[earlier]][0].stem
            advice[where].append(f"Asks a fact a second time, after {_named(other)}.")
        asked |= {fact_id: where for fact_id in facts if fact_id not in asked}


def _advise_on_leaks(
    fixed: Mapping[tuple[int, int], uuid.UUID],
    questions: Mapping[uuid.UUID, tuple[AnyQuestion, frozenset[uuid.UUID]]],
    advice: dict[tuple[int, int], list[str]],
) -> None:
    there = {
        where: questions[question_id] for where, question_id in fixed.items() if question_id in questions
    }
    texts = {where: leaks.shown_text(question) for where, (question, _) in there.items()}
    words = {where: set(words_of(text)) for where, text in texts.items()}
    secrets = {where: leaks.secret_of(question) for where, (question, _) in there.items()}
    for where, text in texts.items():
        for other, secret in secrets.items():
            if other == where or not there[where][1].isdisjoint(there[other][1]):
                continue
            # Most pairs have no word in common, and need no closer look.
            if any(words[where].issuperset(words_of(" ".join(clue))) for clue in secret.clues) and (
                leaks.gives_away(text, secret)
            ):
                advice[where].append(f"Gives away the key of {_named(there[other][0].stem)}.")


def _named(stem: str) -> str:
    return f"“{stem if len(stem) <= _NAME_LENGTH else stem[: _NAME_LENGTH - 1].rstrip() + '…'}”"


def _is_current() -> ColumnElement[bool]:
    return and_(QuestionRevision.question_id == Question.id, QuestionRevision.revision == Question.revision)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [
        Question.question_set_id.in_(wanted.sets),
        Question.retired_at.is_(None),
        # Of which every fact may be asked.
        not_(
            exists()
            .where(QuestionFact.question_id == Question.id, Fact.id == QuestionFact.fact_id, not_(is_asked()))
            .correlate(Question)
        ),
    ]
    if wanted.topics:
        conditions.append(Question.topic.in_(wanted.topics))
    if wanted.types:
        conditions.append(Question.type.in_(wanted.types))
    if wanted.standings:
        conditions.append(Question.standing.in_(wanted.standings))
    if wanted.difficulties:
        conditions.append(_has_difficulty(wanted.difficulties))
    if wanted.text:
        stem = QuestionRevision.content["stem"].as_string()
        conditions.append(stem.icontains(wanted.text, autoescape=True))
    return conditions


def _has_difficulty(names: Collection[str]) -> ColumnElement[bool]:
    value = QuestionRevision.content["difficulty"].as_float()
    spans: Sequence[tuple[float, float]] = [DIFFICULTIES[name] for name in names]
    return or_(
        false(),
        *(and_(value >= least, value <= most if most >= _HARDEST else value < most) for least, most in spans),
    )


def _offered(question: Question, content: Mapping[str, Any], question_set: QuestionSet) -> Offered:
    return Offered(
        id=question.id,
        question_set_id=question_set.id,
        set_title=question_set.title,
        language=question_set.language,
        stem=content["stem"],
        type=question.type,
        topic=question.topic,
        standing=question.standing,
        difficulty=float(content.get("difficulty", 0.5)),
        is_retired=question.retired_at is not None,
    )
