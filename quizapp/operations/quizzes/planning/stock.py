"""What can be asked: questions by set, without what they say, and the facts that other attempts hold."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import select

from quizapp.core.attempts import AttemptState
from quizapp.core.facts import Standing
from quizapp.core.questions import question_from_dict
from quizapp.core.quiz_contents import DIFFICULTIES, FixedQuestion
from quizapp.database import db
from quizapp.models import Attempt, Learner, QuestionSet, Quiz, User
from quizapp.models.question_sets import SetState
from quizapp.models.quizzes import QuizKind
from quizapp.operations.attempt_secrecy import select_facts_in_open_attempts
from quizapp.operations.statements import Statement, as_content, as_id
from quizapp.operations.study.decks import ASKED_SQL

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import Select

    from quizapp.core.questions import AnyQuestion
    from quizapp.core.quiz_contents import Contents, DrawRule

#: An id as the driver gives it: there are thousands, of which few become more than that.
RawId = Any
#: Questions read by one statement.
_AT_ONCE: Final = 500

_OF_SETS: Final = Statement(
    "SELECT q.id, q.question_set_id, q.type, q.topic, p.fact_id "
    "FROM questions q JOIN question_facts p ON p.question_id = q.id "
    "WHERE q.question_set_id IN :set_ids AND q.retired_at IS NULL "
    "ORDER BY q.question_set_id, q.position, q.id, p.position"
)
_FIXED: Final = Statement(
    "SELECT q.id, q.question_set_id, q.type, q.topic, p.fact_id "
    "FROM questions q JOIN question_facts p ON p.question_id = q.id "
    "WHERE q.id IN :question_ids AND q.retired_at IS NULL ORDER BY q.id, p.position"
)
_FACTS: Final = Statement(
    "SELECT f.id, f.topic, f.standing FROM facts f "  # noqa: S608
    f"WHERE f.question_set_id IN :set_ids AND {ASKED_SQL}"
)
_DIFFICULTIES: Final = Statement(
    "SELECT q.id, json_extract(r.content, '$.difficulty') AS difficulty "
    "FROM questions q JOIN question_revisions r ON r.question_id = q.id AND r.revision = q.revision "
    "WHERE q.question_set_id IN :set_ids AND q.retired_at IS NULL",
    postgresql="SELECT q.id, CAST(r.content ->> 'difficulty' AS double precision) AS difficulty "
    "FROM questions q JOIN question_revisions r ON r.question_id = q.id AND r.revision = q.revision "
    "WHERE q.question_set_id IN :set_ids AND q.retired_at IS NULL",
)
_CONTENTS: Final = Statement(
    "SELECT q.id, q.revision, r.content FROM questions q "
    "JOIN question_revisions r ON r.question_id = q.id AND r.revision = q.revision WHERE q.id IN :question_ids"
)


class Found(NamedTuple):
    """A question that may be asked, without what it says; its ids are as the driver gives them."""

    id: RawId
    set_id: RawId
    type: str
    topic: str
    facts: tuple[RawId, ...]


class AskedFact(NamedTuple):
    """Topic and standing of a fact that may be asked."""

    topic: str
    standing: str


class Read(NamedTuple):
    """What a question says in its current revision."""

    revision: int
    question: AnyQuestion


class Stock:
    """The questions of a quiz's sets of which every fact may be asked, and its fixed questions."""

    def __init__(self, quiz: Quiz, contents: Contents) -> None:
        self._difficulties: dict[RawId, float] | None = None
        fixed_ids = list(
            dict.fromkeys(one.question_id for one in contents.items if isinstance(one, FixedQuestion))
        )
        fixed = _found(_FIXED.all({"question_ids": fixed_ids})) if fixed_ids else []
        self.set_ids = _visible(quiz, {*contents.sets, *(as_id(one.set_id) for one in fixed)})
        rows = _FACTS.all({"set_ids": self.set_ids}) if self.set_ids else ()
        self.facts = {fact_id: AskedFact(topic, standing) for fact_id, topic, standing in rows}
        #: By the id of the question, in no order.
        self.fixed: Mapping[uuid.UUID, Found] = {as_id(one.id): one for one in fixed if self._is_asked(one)}
        drawn_from = [set_id for set_id in self.set_ids if set_id in contents.sets]
        found = _found(_OF_SETS.all({"set_ids": drawn_from})) if drawn_from else []
        self.questions = [one for one in found if self._is_asked(one)]

    def list_for(self, rule: DrawRule) -> list[Found]:
        """Return the questions that a rule may draw, each under the topic by which it is wanted."""
        topics = {topic: frozenset([topic]) for topic in rule.topics}
        standings = set(rule.standings) or {one.value for one in Standing} - {Standing.FICTIONAL.value}
        types, sets, facts = frozenset(rule.types), raw_ids(rule.sets), self.facts
        easy = self._list_of_difficulty(rule)
        listed = []
        for one in self.questions:
            if one.set_id not in sets or (types and one.type not in types):
                continue
            if easy is not None and one.id not in easy:
                continue
            probed = [facts[fact_id] for fact_id in one.facts]
            if not all(fact.standing in standings for fact in probed):
                continue
            # What the source invents is scored apart: a question on both could be scored nowhere.
            if len(probed) > 1 and len({fact.standing == Standing.FICTIONAL for fact in probed}) > 1:
                continue
            if topics and one.topic not in topics:
                its_topics = {fact.topic for fact in probed}
                if not its_topics <= topics.keys():
                    continue
                one = one._replace(topic=min(its_topics))  # noqa: PLW2901
            listed.append(one)
        return listed

    def _is_asked(self, one: Found) -> bool:
        facts = self.facts
        return all(fact_id in facts for fact_id in one.facts)

    def _list_of_difficulty(self, rule: DrawRule) -> set[RawId] | None:
        if not rule.difficulties:
            return None
        if self._difficulties is None:
            rows = _DIFFICULTIES.all({"set_ids": self.set_ids})
            self._difficulties = dict(tuple(row) for row in rows)
        return {
            question_id
            for question_id, difficulty in self._difficulties.items()
            if step_of(difficulty) in rule.difficulties
        }


def raw_ids(ids: Iterable[uuid.UUID]) -> frozenset[RawId]:
    """Return ids as the driver gives them."""
    is_packed = db.session.get_bind().dialect.name == "sqlite"
    return frozenset(one.bytes for one in ids) if is_packed else frozenset(ids)


def step_of(difficulty: float) -> str:
    """Return the step of `DIFFICULTIES` in which a difficulty lies; a bound belongs to the harder one."""
    return next(
        (name for name, (least, beyond) in DIFFICULTIES.items() if least <= difficulty < beyond),
        list(DIFFICULTIES)[-1],
    )


def select_held(learner_id: uuid.UUID, quiz: Quiz, *, only_open: bool = False) -> Select[uuid.UUID]:
    """Return the query for the facts that other attempts of the learner keep secret, or of these only the open ones."""
    held = select_facts_in_open_attempts(learner_id).where(Attempt.quiz_id != quiz.id)
    return held.where(Attempt.state == AttemptState.OPEN) if only_open else held


def read_questions(question_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Read]:
    """Return what questions say in their current revisions."""
    wanted = list(question_ids)
    parts = (wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE))
    rows = chain.from_iterable(_CONTENTS.all({"question_ids": part}) for part in parts)
    return {
        as_id(question_id): Read(revision, question_from_dict(dict(as_content(content))))
        for question_id, revision, content in rows
    }


def _found(rows: Iterable[Any]) -> list[Found]:
    """Put the rows of a question, one for each fact, together."""
    found: list[Found] = []
    last: RawId = None
    for question_id, set_id, kind, topic, fact_id in rows:
        if question_id == last:
            found[-1] = found[-1]._replace(facts=(*found[-1].facts, fact_id))
            continue
        last = question_id
        found.append(Found(question_id, set_id, kind, topic, (fact_id,)))
    return found


def _visible(quiz: Quiz, set_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Return the sets that are published, or that whoever made the quiz may see all the same."""
    sets = db.session.execute(select(QuestionSet).where(QuestionSet.id.in_(set_ids))).scalars().all()
    if all(one.state == SetState.PUBLISHED for one in sets):
        return [one.id for one in sets]
    if quiz.kind == QuizKind.TAUGHT:
        user_id = quiz.owner_id
    else:
        user_id = db.session.execute(
            select(Learner.user_id).where(Learner.id == quiz.made_by)
        ).scalar_one_or_none()
    user = None if user_id is None else db.session.get(User, user_id)
    return [one.id for one in sets if one.can_see(user)]
