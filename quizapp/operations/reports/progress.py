"""What a learner holds today, what falls due, and which quizzes were taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, or_, select

from quizapp.core.memory import retrievability
from quizapp.database import db
from quizapp.models import Attempt, AttemptResponse, Card, Deck, Fact, Question, QuestionSet, Quiz
from quizapp.models.question_sets import SetState
from quizapp.models.reviews import FICTION
from quizapp.operations.study import scheduling_of
from quizapp.operations.study.decks import is_asked

if TYPE_CHECKING:
    import uuid
    from datetime import date, datetime

    from quizapp.models import Learner

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TopicMemory:
    """One topic of one set: facts asked, facts begun, and the sum of their chances of recall today.

    Invented facts of a set stand in a row of their own. `slug` is empty where the set is not in the library.
    """

    title: str
    slug: str
    topic: str
    is_fiction: bool
    facts: int
    begun: int
    recalled: float

    @property
    def recall(self) -> float | None:
        """Mean chance of recall of the facts begun, 0 to 1."""
        return self.recalled / self.begun if self.begun else None

    @property
    def share(self) -> float | None:
        """The share of all facts that would be recalled today, 0 to 1; None where nothing was begun."""
        return self.recalled / self.facts if self.begun and self.facts else None


@dataclass(frozen=True, slots=True)
class DueDay:
    """How many cards fall due on a day; today's hold what is overdue."""

    day: date
    cards: int


@dataclass(frozen=True, slots=True)
class QuizLine:
    """A closed attempt; `fiction_score` is what was reached on invented statements, counted apart."""

    attempt_id: uuid.UUID
    title: str
    set_title: str
    finished_at: datetime
    seconds: float
    questions: int
    score: float
    max_score: float
    fiction_score: float
    fiction_questions: int

    @property
    def share(self) -> float | None:
        """The share reached, 0 to 1; None where nothing was scored."""
        return self.score / self.max_score if self.max_score else None


def list_topic_memory(learner: Learner, today: date) -> list[TopicMemory]:
    """Return the topics of every set that the learner studies or was asked about, in the order of the library."""
    decks = select(Deck.question_set_id).where(Deck.learner_id == learner.id)
    begun = select(Card.question_set_id).where(Card.learner_id == learner.id)
    sets = list(
        db.session.execute(
            select(QuestionSet)
            .where(or_(QuestionSet.id.in_(decks), QuestionSet.id.in_(begun)))
            .order_by(QuestionSet.position, QuestionSet.title)
        ).scalars()
    )
    weights = scheduling_of(learner).weights
    facts = db.session.execute(
        select(Fact.question_set_id, Fact.topic, Fact.standing, Card.stability, Card.last_on)
        .outerjoin(Card, and_(Card.fact_id == Fact.id, Card.learner_id == learner.id))
        .where(
            Fact.question_set_id.in_([question_set.id for question_set in sets]),
            is_asked(),
        )
    )
    sums: dict[tuple[uuid.UUID, str], list[float]] = {}
    for set_id, topic, standing, stability, last_on in facts:
        entry = sums.setdefault((set_id, FICTION if standing == "fictional" else topic), [0, 0, 0.0])
        entry[0] += 1
        if stability is not None:
            entry[1] += 1
            entry[2] += retrievability(stability, (today - last_on).days, weights)
    found = []
    for question_set in sets:
        topics = [topic for set_id, topic in sums if set_id == question_set.id and topic != FICTION]
        order = {topic: place for place, topic in enumerate(question_set.topics)}
        for topic in [*sorted(topics, key=lambda name: (order.get(name, len(order)), name)), FICTION]:
            number, tried, recalled = sums.get((question_set.id, topic), [0, 0, 0.0])
            if topic != FICTION or tried:
                found.append(
                    TopicMemory(
                        title=question_set.title,
                        slug=question_set.slug if question_set.state == SetState.PUBLISHED else "",
                        topic=topic,
                        is_fiction=topic == FICTION,
                        facts=int(number),
                        begun=int(tried),
                        recalled=recalled,
                    )
                )
    return found


def forecast(learner_id: uuid.UUID, today: date, days: int = 14) -> list[DueDay]:
    """Return how many cards of the learner's decks fall due on each of the days from today on."""
    last = today + _ONE_DAY * (days - 1)
    rows = db.session.execute(
        select(Card.due_on, func.count())
        .join(Deck, and_(Deck.learner_id == Card.learner_id, Deck.question_set_id == Card.question_set_id))
        .join(Fact, Fact.id == Card.fact_id)
        .where(
            Card.learner_id == learner_id,
            Card.due_on <= last,
            is_asked(),
            or_(Fact.standing != "fictional", Deck.includes_fiction),
        )
        .group_by(Card.due_on)
    )
    due: dict[date, int] = {}
    for day, count in rows:
        due[max(day, today)] = due.get(max(day, today), 0) + count
    return [DueDay(day, due.get(day, 0)) for day in (today + _ONE_DAY * number for number in range(days))]


def list_quizzes(learner_id: uuid.UUID, limit: int = 50) -> list[QuizLine]:
    """Return the learner's closed attempts, the last finished first."""
    is_fiction = Question.standing == "fictional"
    apart = (
        select(
            AttemptResponse.attempt_id,
            func.count().label("questions"),
            func.sum(case((is_fiction, 1), else_=0)).label("fiction_questions"),
            func.sum(case((is_fiction, func.coalesce(AttemptResponse.score, 0.0)), else_=0.0)).label(
                "fiction_score"
            ),
        )
        .join(Question, Question.id == AttemptResponse.question_id)
        .where(AttemptResponse.learner_id == learner_id)
        .group_by(AttemptResponse.attempt_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Attempt,
            Quiz.title,
            QuestionSet.title,
            apart.c.questions,
            apart.c.fiction_questions,
            apart.c.fiction_score,
        )
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(QuestionSet, QuestionSet.id == Quiz.question_set_id)
        .outerjoin(apart, apart.c.attempt_id == Attempt.id)
        .where(Attempt.learner_id == learner_id, Attempt.state == "closed", Attempt.finished_at.is_not(None))
        .order_by(Attempt.finished_at.desc())
        .limit(limit)
    )
    return [
        QuizLine(
            attempt_id=attempt.id,
            title=title,
            set_title=set_title,
            finished_at=attempt.finished_at,
            seconds=(attempt.finished_at - attempt.started_at).total_seconds(),
            questions=questions or 0,
            score=attempt.score or 0.0,
            max_score=attempt.max_score or 0.0,
            fiction_score=float(fiction_score or 0.0),
            fiction_questions=int(fiction_questions or 0),
        )
        for attempt, title, set_title, questions, fiction_questions, fiction_score in rows
    ]
