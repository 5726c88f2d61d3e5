"""Makes people and content for tests: small, sound, with keys a test can rely on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from flask_security import hash_password

from quizapp import clock
from quizapp.core.questions import (
    AnyQuestion,
    ChoiceQuestion,
    DateQuestion,
    MapQuestion,
    MatchingQuestion,
    MultipleQuestion,
    NumericQuestion,
    OrderingQuestion,
    TrueFalseQuestion,
)
from quizapp.core.study_days import study_day
from quizapp.database import db, new_learner_id, new_row_id
from quizapp.models import (
    Deck,
    Fact,
    FactRevision,
    Learner,
    Question,
    QuestionFact,
    QuestionRevision,
    QuestionSet,
    User,
)
from quizapp.models.users import find_role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask
    from flask.testing import FlaskClient

PASSWORD = "a long walk by the river"


@dataclass(frozen=True)
class Person:
    """A user with its learner."""

    user_id: uuid.UUID
    learner_id: uuid.UUID
    email: str


@dataclass(frozen=True)
class Cast:
    """Who appears in every test of a page: ada teaches, ben learns, cleo is a stranger, olga administers."""

    ada: Person
    ben: Person
    cleo: Person
    olga: Person


@dataclass(frozen=True)
class MadeFact:
    """A fact with its questions by type."""

    id: uuid.UUID
    key: str
    questions: dict[str, uuid.UUID]


@dataclass(frozen=True)
class MadeSet:
    """A question set with its facts in order."""

    id: uuid.UUID
    slug: str
    facts: list[MadeFact]


class Factory:
    """Makes rows in the application's database, each in a transaction of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def cast(self) -> Cast:
        with self.app.app_context():
            cast = Cast(
                ada=_add_person("ada", "instructor"),
                ben=_add_person("ben"),
                cleo=_add_person("cleo"),
                olga=_add_person("olga", "administrator"),
            )
            db.session.commit()
            return cast

    def person(self, name: str, role: str | None = None) -> Person:
        """Make a user whose password is `PASSWORD`, and its learner."""
        with self.app.app_context():
            person = _add_person(name, role)
            db.session.commit()
            return person

    def guest(self) -> uuid.UUID:
        """Make a learner without a user; `browser_of_guest` is its browser."""
        now = clock.now()
        with self.app.app_context():
            learner = Learner(created_at=now, seen_on=study_day(now, "UTC", 4))
            db.session.add(learner)
            db.session.commit()
            return learner.id

    def browser_of(self, person: Person) -> FlaskClient:
        """Return a browser in which this person has logged in."""
        client = self.app.test_client()
        with self.app.app_context():
            uniquifier = db.session.get_one(User, person.user_id).fs_uniquifier
        with client.session_transaction() as session:
            session["_user_id"] = uniquifier
            session["_fresh"] = True
            session["fs_cc"] = "set"
            session["fs_paa"] = clock.now().timestamp()
        return client

    def browser_of_guest(self, learner_id: uuid.UUID) -> FlaskClient:
        """Return the browser of a guest."""
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["learner_id"] = str(learner_id)
        return client

    def question_set(
        self,
        slug: str = "rivers",
        *,
        owner: Person | None = None,
        state: str = "published",
        facts: int = 4,
        fictional: int = 0,
        topics: tuple[str, ...] = ("length", "mouth"),
    ) -> MadeSet:
        """Make a set whose fact i asks for the value `Value i`; the last `fictional` of its facts are invented.

        Each fact has a choice question (the right option has the id `right`, wrong ones `wrong-1` to `wrong-3`), a
        short one, a cloze, a date (the key is 2014-09-05) and a true-false one (the key is `true`).
        """
        now = clock.now()
        with self.app.app_context():
            made = QuestionSet(
                id=new_row_id(),
                slug=slug,
                title=slug.replace("-", " ").capitalize(),
                about="Made for a test.",
                origin="bank" if owner is None else "instructor",
                state=state,
                owner_id=None if owner is None else owner.user_id,
                topics=list(topics),
                source={},
                created_at=now,
                updated_at=now,
                published_at=now if state == "published" else None,
            )
            db.session.add(made)
            db.session.flush()
            made_facts = []
            rows: list[Any] = []
            for index in range(facts):
                standing = "fictional" if index >= facts - fictional else "documented"
                topic = topics[index % len(topics)] if topics else ""
                fact, its_rows = self._fact(made, index, topic, standing)
                made_facts.append(fact)
                rows += its_rows
            # A flush for each table, not for each row: this is most of what many tests do.
            for table in (Fact, Question, (FactRevision, QuestionFact, QuestionRevision)):
                db.session.add_all([row for row in rows if isinstance(row, table)])
                db.session.flush()
            db.session.commit()
            return MadeSet(made.id, slug, made_facts)

    def ten_types(self, slug: str = "ten", *, standing: str = "documented") -> MadeSet:
        """Make a set with one question of each type, each on facts of its own: two of them for multiple and map, three
        for ordering and matching. `fields_of` gives the fields of a response to each.
        """
        now = clock.now()
        with self.app.app_context():
            made = QuestionSet(
                id=new_row_id(),
                slug=slug,
                title=slug.capitalize(),
                about="Made for a test.",
                origin="bank",
                state="published",
                topics=["single", "several"],
                source={},
                created_at=now,
                updated_at=now,
                published_at=now,
            )
            db.session.add(made)
            db.session.flush()
            facts: list[MadeFact] = []
            for kind, (count, fields) in _ten_types().items():
                topic = "single" if count == 1 else "several"
                probed = [self._bare_fact(made, len(facts) + n, topic, standing) for n in range(count)]
                fact_keys = [fact.key for fact in probed]
                question_id = self._question(made, kind, fact_keys, [fact.id for fact in probed], fields)
                facts += [MadeFact(fact.id, fact.key, {kind: question_id}) for fact in probed]
            db.session.commit()
            return MadeSet(made.id, slug, facts)

    def question(self, made: MadeSet, kind: str, facts: Sequence[int], **fields: Any) -> uuid.UUID:
        """Add a question of any type that probes these facts of a set; it says what `ten_types` has it say, but for
        `fields`.
        """
        _, usual = _ten_types()[kind]
        probed = [made.facts[index] for index in facts]
        with self.app.app_context():
            row = db.session.get_one(QuestionSet, made.id)
            question_id = self._question(
                row, kind, [fact.key for fact in probed], [fact.id for fact in probed], usual | fields
            )
            db.session.commit()
            return question_id

    def deck(self, person: Person | uuid.UUID, made: MadeSet, **settings: Any) -> None:
        """Put a set among somebody's decks."""
        learner_id = person if isinstance(person, uuid.UUID) else person.learner_id
        with self.app.app_context():
            db.session.add(
                Deck(learner_id=learner_id, question_set_id=made.id, added_at=clock.now(), **settings)
            )
            db.session.commit()

    def _bare_fact(self, made: QuestionSet, index: int, topic: str, standing: str) -> Fact:
        fact = Fact(
            id=new_row_id(),
            question_set_id=made.id,
            key=f"fact-{index}",
            position=index,
            introduced=index,
            topic=topic,
            standing=standing,
            treatment="plain" if standing == "documented" else "according-to-source",
        )
        content = {"ask": f"What is thing {index}?", "statement": f"It is thing {index}.", "flashcard": True}
        db.session.add(fact)
        db.session.flush()
        db.session.add(FactRevision(fact_id=fact.id, revision=1, content=content, created_at=clock.now()))
        return fact

    def _question(
        self,
        made: QuestionSet,
        kind: str,
        fact_keys: list[str],
        fact_ids: list[uuid.UUID],
        fields: dict[str, Any],
    ) -> uuid.UUID:
        first = db.session.get_one(Fact, fact_ids[0])
        content = {
            "id": f"{made.slug}/{fact_keys[0]}/{kind}",
            "facts": fact_keys,
            "type": kind,
            "stem": f"Asked as {kind}",
            "explanation": f"Explained for {kind}.",
            "cite": {"words": "A test, first sentence", "spans": [[0, 4]]},
            "standing": first.standing,
            "treatment": first.treatment,
            "topic": first.topic,
            "difficulty": 0.5,
            **fields,
        }
        question = Question(
            id=new_row_id(),
            question_set_id=made.id,
            key=content["id"],
            position=100 + first.position,
            type=kind,
            topic=content["topic"],
            standing=content["standing"],
        )
        db.session.add(question)
        db.session.flush()
        for place, fact_id in enumerate(fact_ids):
            db.session.add(QuestionFact(question_id=question.id, fact_id=fact_id, position=place))
        db.session.add(
            QuestionRevision(question_id=question.id, revision=1, content=content, created_at=clock.now())
        )
        return question.id

    def _fact(
        self, made: QuestionSet, index: int, topic: str, standing: str
    ) -> tuple[MadeFact, list[Fact | FactRevision | Question | QuestionFact | QuestionRevision]]:
        """Return a fact and all rows it and its questions take."""
        now = clock.now()
        treatment = "plain" if standing == "documented" else "according-to-source"
        fact = Fact(
            id=new_row_id(),
            question_set_id=made.id,
            key=f"fact-{index}",
            position=index,
            introduced=index,
            topic=topic,
            standing=standing,
            treatment=treatment,
        )
        revision = FactRevision(
            fact_id=fact.id,
            revision=1,
            content={
                "ask": f"Which value belongs to fact {index} of {made.slug}?",
                "statement": f"Fact {index} of {made.slug} has the value Value {index}.",
                "key_text": f"Value {index}",
                "note": f"A note on fact {index}.",
                "where": "A test, first sentence",
                "cite": [[0, 4]],
                "record_text": None,
                "flashcard": True,
            },
            created_at=now,
        )
        rows: list[Fact | FactRevision | Question | QuestionFact | QuestionRevision] = [fact, revision]
        questions = {}
        for position, (kind, special) in enumerate(_special_fields(index).items()):
            question = Question(
                id=new_row_id(),
                question_set_id=made.id,
                key=f"{made.slug}/fact-{index}/{kind}",
                position=index * 10 + position,
                type=kind,
                topic=topic,
                standing=standing,
            )
            rows += [
                question,
                QuestionFact(question_id=question.id, fact_id=fact.id),
                QuestionRevision(
                    question_id=question.id,
                    revision=1,
                    content={
                        "id": question.key,
                        "facts": [fact.key],
                        "type": kind,
                        "stem": f"Which value belongs to fact {index} of {made.slug}?",
                        "explanation": f"Fact {index} has the value Value {index}.",
                        "cite": {"words": "A test, first sentence", "spans": [[0, 4]]},
                        "standing": standing,
                        "treatment": treatment,
                        "topic": topic,
                        "difficulty": 0.5,
                        **special,
                    },
                    created_at=now,
                ),
            ]
            questions[kind] = question.id
        return MadeFact(fact.id, fact.key, questions), rows


def _add_person(name: str, role: str | None = None) -> Person:
    """Add a user and its learner to the session."""
    now = clock.now()
    user = User(
        id=new_row_id(),
        email=f"{name}@example.org",
        name=name.capitalize(),
        password=_hash(PASSWORD),
        active=True,
        fs_uniquifier=uuid.uuid4().hex,
        created_at=now,
    )
    if role is not None:
        user.roles.append(find_role(role))
    learner = Learner(id=new_learner_id(), user_id=user.id, created_at=now, seen_on=study_day(now, "UTC", 4))
    db.session.add_all([user, learner])
    return Person(user.id, learner.id, user.email)


@cache
def _hash(password: str) -> str:
    """Hash once for all tests: Argon2 is slow on purpose."""
    return str(hash_password(password))


def fields_of(question: AnyQuestion, how: str = "right") -> dict[str, str]:
    """Return the fields of a form that give a response that is `right`, `wrong`, or right in `part`.

    What cannot be right in part is given right.
    """
    if isinstance(question, ChoiceQuestion | TrueFalseQuestion):
        return {"option": next(one.id for one in question.options if one.correct is (how != "wrong"))}
    if isinstance(question, MultipleQuestion):
        keys = [one.id for one in question.options if one.correct]
        return _marks(keys, [one.id for one in question.options], how)
    if isinstance(question, MapQuestion):
        return _marks(list(question.targets), [place.id for place in question.places], how)
    if isinstance(question, OrderingQuestion):
        key = [event.id for event in question.sequence]
        order = {"right": key, "wrong": key[::-1], "part": [key[-1], *key[:-1]]}[how]
        return {f"place-{event}": str(place) for place, event in enumerate(order, 1)}
    if isinstance(question, MatchingQuestion):
        rights = [pair.right_id for pair in question.pairs]
        pairs = list(zip([pair.id for pair in question.pairs], rights, strict=True))
        if how == "wrong":
            pairs = [(left, other) for (left, _), other in zip(pairs, rights[1:] + rights[:1], strict=True)]
        return {f"pair-{left}": right for left, right in (pairs[:1] if how == "part" else pairs)}
    if isinstance(question, DateQuestion):
        year, month, day = question.accept[0].split("-")
        return {"day": "30" if how == "wrong" else day, "month": month, "year": year}
    if isinstance(question, NumericQuestion):
        return {"text": str(question.number + (1000 if how == "wrong" else 0))}
    return {"text": "Nothing of the kind" if how == "wrong" else question.accept[0]}


def other_key(content: dict[str, Any]) -> dict[str, Any]:
    """Return a question that shows the same and has another key, other reasons and another explanation."""
    turned = content | {"explanation": "It is explained otherwise."}
    if "options" in content:
        turned["options"] = [
            option | {"correct": not option["correct"], "because": "Otherwise."}
            for option in content["options"]
        ]
    elif "sequence" in content:
        turned |= {
            "sequence": content["sequence"][::-1],
            "because": ["Otherwise."] * len(content["sequence"]),
        }
    elif "pairs" in content:
        lefts, rights = zip(*content["pairs"], strict=True)
        turned["pairs"] = [[left, right] for left, right in zip(lefts, rights[1:] + rights[:1], strict=True)]
        turned["because"] = ["Otherwise."] * len(lefts)
    elif "places" in content:
        ids = [place["id"] for place in content["places"]]
        turned["targets"] = [name for name in ids if name not in content["targets"]]
        turned["places"] = [place | {"because": "Otherwise."} for place in content["places"]]
    elif content["type"] == "date":
        turned["accept"] = content["accept"] | {"date": "1999-01-02"}
    elif content["type"] == "numeric":
        turned["accept"] = content["accept"] | {"number": 99}
    else:
        turned["accept"] = ["Something else"]
    return turned


def _marks(keys: list[str], shown: list[str], how: str) -> dict[str, str]:
    others = [one for one in shown if one not in keys]
    marked = {"right": keys, "wrong": others, "part": keys[:1]}[how]
    return {f"mark-{one}": "yes" for one in marked}


def _option(name: str, text: str, *, correct: bool, fact: str | None = None) -> dict[str, Any]:
    because = "It is the value." if correct else "That belongs elsewhere."
    return {
        "id": name,
        "text": text,
        "correct": correct,
        "because": because,
        "fact": fact,
        "strategy": None,
    }


def _place(name: str, text: str, **where: Any) -> dict[str, Any]:
    empty = {"code": None, "point": None, "fact": None, "because": f"The reason of {text}."}
    return {"id": name, "name": text, **empty, **where}


def _ten_types() -> dict[str, tuple[int, dict[str, Any]]]:
    """Return for each type how many facts its question probes, and what is its own."""
    return {
        "choice": (
            1,
            {
                "options": [
                    _option("oak", "An oak", correct=True),
                    *(_option(name, f"A {name}", correct=False) for name in ("beech", "birch", "pine")),
                ]
            },
        ),
        "true-false": (
            1,
            {"options": [_option("true", "True", correct=True), _option("false", "False", correct=False)]},
        ),
        "short": (1, {"accept": ["Copenhagen"]}),
        "cloze": (1, {"stem": "In the blank stands ____.", "accept": ["Ljubljana"]}),
        "date": (1, {"accept": {"date": "2014-09-05", "ask": "day/month/year"}}),
        "numeric": (1, {"accept": {"number": 34, "tolerance": 1, "unit": "bridges", "also": []}}),
        "multiple": (
            2,
            {
                "options": [
                    _option("elk", "An elk", correct=True),
                    _option("fox", "A fox", correct=True),
                    _option("hen", "A hen", correct=False),
                    _option("owl", "An owl", correct=False),
                ]
            },
        ),
        "ordering": (
            3,
            {
                "sequence": ["The road was paved", "A dam was built", "The mill was sold"],
                "because": ["The reason is 1901.", "The reason is 1902.", "The reason is 1903."],
            },
        ),
        "matching": (
            3,
            {
                "pairs": [["Danube", "Black Sea"], ["Rhine", "North Sea"], ["Volga", "Caspian Sea"]],
                "because": ["The reason is south.", "The reason is west.", "The reason is east."],
                "extra": ["Baltic Sea"],
            },
        ),
        "map": (
            2,
            {
                "places": [
                    _place("FRA", "France", code="FRA"),
                    _place("weimar", "Weimar", point=[50.98, 11.33]),
                    _place("ESP", "Spain", code="ESP"),
                    _place("ITA", "Italy", code="ITA"),
                ],
                "targets": ["FRA", "weimar"],
            },
        ),
    }


def _special_fields(index: int) -> dict[str, dict[str, Any]]:
    return {
        "choice": {
            "options": [
                _option("right", f"Value {index}", correct=True),
                *(_option(f"wrong-{n}", f"Other {index}-{n}", correct=False) for n in (1, 2, 3)),
            ]
        },
        "short": {"accept": [f"Value {index}"]},
        "cloze": {"stem": f"Fact {index} has the value ____.", "accept": [f"Value {index}"]},
        "date": {"accept": {"date": "2014-09-05", "ask": "day/month/year"}},
        "true-false": {
            "stem": f"Fact {index} has the value Value {index}.",
            "options": [
                _option("true", "True", correct=True),
                _option("false", "False", correct=False),
            ],
        },
    }
