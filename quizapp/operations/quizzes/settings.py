"""A quiz as its instructor sets it: made, changed, published, taken back, put away, copied."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from quizapp.core.attempts import AttemptState, Navigation
from quizapp.core.disclosure import disclosure_to_dict
from quizapp.core.marking import LateStep, Scoring
from quizapp.core.quiz_contents import Contents, contents_to_list, one_rule
from quizapp.core.quiz_presets import Problem, Settings, problems, with_preset
from quizapp.database import db
from quizapp.models import Attempt, Quiz, QuizTaker, User
from quizapp.models.quizzes import QuizKind, QuizState
from quizapp.operations.quizzes.making import count_stock
from quizapp.operations.quizzes.releasing import reschedule_release
from quizapp.operations.quizzes.retiming import retime_quiz
from quizapp.operations.study import insert_into

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import datetime

#: How many questions a new quiz draws, where its set has so many.
_FIRST_COUNT = 10
#: Letters of a title.
_MOST_TITLE = 200
#: Settings that stand in columns of another shape.
_TURNED = frozenset({"late_steps", "scoring", "navigation", "shows"})


class ChangedMeanwhileError(Exception):
    """Somebody saved the quiz since the page was opened; `version` is the one that stands now."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class UnfitError(Exception):
    """What was given does not fit together, or is not enough to be published; `problems` say what."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__("; ".join(one.words for one in found))
        self.problems = found


class AttemptedError(Exception):
    """A quiz that was begun by learners is no draft any more."""


@dataclass(frozen=True, slots=True)
class TaughtQuiz:
    """A quiz in its instructor's list: how many came to it, are in the middle of it, and finished it."""

    quiz: Quiz
    owner: str
    takers: int
    open_attempts: int
    closed_attempts: int


def settings_of(quiz: Quiz) -> Settings:
    """Return the settings of a quiz."""
    plain = {one.name: getattr(quiz, one.name) for one in fields(Settings) if one.name not in _TURNED}
    return Settings(
        **plain,
        late_steps=tuple(quiz.credit_timeline),
        scoring=Scoring(quiz.scoring),
        navigation=Navigation(quiz.navigation),
        shows=quiz.disclosure,
    )


def create_quiz(
    quiz_id: uuid.UUID,
    *,
    owner_id: uuid.UUID,
    learner_id: uuid.UUID,
    title: str,
    question_set_id: uuid.UUID,
    preset: str,
    now: datetime,
) -> bool:
    """Make a draft that draws ten questions of a set, or as many as it has; call it inside `run_tx`.

    The same `quiz_id` again makes nothing more. Returns False if that id is somebody else's; raises `KeyError` for an
    unknown preset.
    """
    settings = with_preset(Settings(title=title[:_MOST_TITLE]), preset)
    there = min(_FIRST_COUNT, count_stock(question_set_id).count())
    contents = one_rule(there, question_set_id) if there else Contents(())
    made = _insert(quiz_id, owner_id, learner_id, question_set_id, settings, contents, now)
    found = db.session.get(Quiz, quiz_id)
    return made or (found is not None and found.owner_id == owner_id)


def duplicate_quiz(
    quiz_id: uuid.UUID, new_id: uuid.UUID, *, owner_id: uuid.UUID, learner_id: uuid.UUID, now: datetime
) -> None:
    """Make a draft after a quiz: its questions and rules, without its dates, its link and its learners.

    The same `new_id` again makes nothing more; call it inside `run_tx`.
    """
    quiz = db.session.get_one(Quiz, quiz_id)
    title = f"Copy of {quiz.title}"[:_MOST_TITLE]
    settings = replace(settings_of(quiz), title=title, opens_at=None, due_at=None, closes_at=None)
    _insert(new_id, owner_id, learner_id, quiz.question_set_id, settings, quiz.rule, now)


def change_settings(
    quiz_id: uuid.UUID, settings: Settings, version: int, now: datetime, *, user_id: uuid.UUID | None = None
) -> None:
    """Save settings; `version` is the one that was opened, `user_id` who saves; call it inside `run_tx`.

    Attempts that go on take up another close and extra time, and those that ended what is shown when; the rest holds for
    attempts that start later.
    Raises `ChangedMeanwhileError`, and `UnfitError` where something contradicts itself or, in a quiz that is published,
    is missing.
    """
    quiz = _opened(quiz_id, version)
    _raise_if_unfit(problems(settings, quiz.rule), quiz)
    before = settings_of(quiz)
    for name, value in _columns(settings).items():
        setattr(quiz, name, value)
    quiz.version += 1
    db.session.flush()
    if before.closes_at != settings.closes_at or before.extra_time_percent != settings.extra_time_percent:
        retime_quiz(quiz_id, now, user_id=user_id)
    if before.closes_at != settings.closes_at or before.shows != settings.shows:
        reschedule_release(quiz_id, now)


def change_contents(quiz_id: uuid.UUID, contents: Contents, version: int) -> int:
    """Save what a quiz asks, for attempts that start from now on, and return its new version; call it inside `run_tx`.

    Raises `ChangedMeanwhileError`, `UnfitError`.
    """
    quiz = _opened(quiz_id, version)
    found = [one for one in problems(settings_of(quiz), contents) if one.field == "contents"]
    _raise_if_unfit(found, quiz)
    quiz.contents = contents_to_list(contents)
    quiz.question_count = contents.count
    quiz.version += 1
    db.session.flush()
    return quiz.version


def publish_quiz(quiz_id: uuid.UUID) -> None:
    """Let learners take the quiz; raises `UnfitError` where something is missing. Flushes."""
    quiz = db.session.get_one(Quiz, quiz_id, populate_existing=True)
    found = problems(settings_of(quiz), quiz.rule)
    if found:
        raise UnfitError(found)
    _move(quiz, QuizState.PUBLISHED)


def unpublish_quiz(quiz_id: uuid.UUID) -> None:
    """Make the quiz a draft again, as long as no learner began it; raises `AttemptedError`. Flushes."""
    if count_attempts(quiz_id):
        raise AttemptedError
    _move(db.session.get_one(Quiz, quiz_id, populate_existing=True), QuizState.DRAFT)


def archive_quiz(quiz_id: uuid.UUID) -> None:
    """Put the quiz away: nobody starts it any more, attempts that go on end as planned, results stay. Flushes."""
    _move(db.session.get_one(Quiz, quiz_id, populate_existing=True), QuizState.ARCHIVED)


def count_attempts(quiz_id: uuid.UUID, state: AttemptState | None = None) -> int:
    """Return how many attempts learners made at a quiz; looks of its instructor are none."""
    wanted = [Attempt.quiz_id == quiz_id, Attempt.is_preview.is_(False)]
    if state is not None:
        wanted.append(Attempt.state == state)
    return db.session.execute(select(func.count()).select_from(Attempt).where(*wanted)).scalar_one()


def list_taught_quizzes(user: User) -> list[TaughtQuiz]:
    """Return the quizzes of an instructor, to an administrator those of all; archived last, else the newest first."""
    wanted = [] if user.is_administrator else [Quiz.owner_id == user.id]
    rows = db.session.execute(
        select(Quiz, User.name, User.email)
        .outerjoin(User, User.id == Quiz.owner_id)
        .where(Quiz.kind == QuizKind.TAUGHT, *wanted)
        .order_by(Quiz.state == QuizState.ARCHIVED, Quiz.created_at.desc(), Quiz.id.desc())
    ).all()
    ids = [quiz.id for quiz, _, _ in rows]
    attempts: dict[tuple[uuid.UUID, str], int] = {
        (quiz_id, state): count
        for quiz_id, state, count in db.session.execute(
            select(Attempt.quiz_id, Attempt.state, func.count())
            .where(Attempt.quiz_id.in_(ids), Attempt.is_preview.is_(False))
            .group_by(Attempt.quiz_id, Attempt.state)
        )
    }
    takers: dict[uuid.UUID, int] = dict(
        db.session.execute(
            select(QuizTaker.quiz_id, func.count())
            .where(QuizTaker.quiz_id.in_(ids))
            .group_by(QuizTaker.quiz_id)
        ).all()
    )
    return [
        TaughtQuiz(
            quiz,
            name or email or "",
            takers.get(quiz.id, 0),
            attempts.get((quiz.id, AttemptState.OPEN), 0),
            attempts.get((quiz.id, AttemptState.CLOSED), 0),
        )
        for quiz, name, email in rows
    ]


def _insert(
    quiz_id: uuid.UUID,
    owner_id: uuid.UUID,
    learner_id: uuid.UUID,
    question_set_id: uuid.UUID,
    settings: Settings,
    contents: Contents,
    now: datetime,
) -> bool:
    inserted = db.session.execute(
        insert_into(Quiz)
        .values(
            id=quiz_id,
            kind=QuizKind.TAUGHT,
            state=QuizState.DRAFT,
            owner_id=owner_id,
            made_by=learner_id,
            question_set_id=question_set_id,
            contents=contents_to_list(contents),
            question_count=contents.count,
            created_at=now,
            **_columns(settings),
        )
        .on_conflict_do_nothing(index_elements=[Quiz.id])
        .returning(Quiz.id)
    ).scalar_one_or_none()
    return inserted is not None


def _columns(settings: Settings) -> Mapping[str, Any]:
    """Return settings as they stand in the table."""
    values = {one.name: getattr(settings, one.name) for one in fields(Settings)}
    return values | {
        "late_steps": [[step.hours, step.percent] for step in _in_order(settings.late_steps)],
        "shows": disclosure_to_dict(settings.shows),
    }


def _in_order(steps: tuple[LateStep, ...]) -> list[LateStep]:
    return sorted(steps, key=lambda step: step.hours)


def _opened(quiz_id: uuid.UUID, version: int) -> Quiz:
    quiz = db.session.get_one(Quiz, quiz_id, populate_existing=True)
    if quiz.version != version:
        raise ChangedMeanwhileError(quiz.version)
    return quiz


def _raise_if_unfit(found: list[Problem], quiz: Quiz) -> None:
    """A draft, and what was put away, may lack something; nothing may contradict itself."""
    standing = [
        one
        for one in found
        if not one.is_missing
        or quiz.state == QuizState.PUBLISHED
        # Attempts that ended wait for the close: without one they would be released at once.
        or (one.field == "closes_at" and count_attempts(quiz.id))
    ]
    if standing:
        raise UnfitError(standing)


def _move(quiz: Quiz, state: QuizState) -> None:
    if quiz.state != state:
        quiz.state = state
        quiz.version += 1
        db.session.flush()
