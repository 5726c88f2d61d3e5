"""Learners: made by a first POST, given a user on signing up, brought into an account on logging in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, insert, literal, or_, select, update

from quizapp.core.attempts import AttemptState, Cause
from quizapp.core.study_days import study_day
from quizapp.database import Uuid16, db, run_tx
from quizapp.models import (
    Attempt,
    AttemptEvent,
    AttemptResponse,
    Card,
    CardMark,
    CardStep,
    DailyLoad,
    DailyRecall,
    DailyStatistics,
    Deck,
    Fact,
    Fit,
    Learner,
    MemoryCensus,
    PlanDay,
    Quiz,
    QuizTaker,
    RegradedResponse,
    Review,
    StudyPlan,
)
from quizapp.models.users import find_learner_of_user
from quizapp.operations import plans, rhythm, study
from quizapp.operations.mistakes import move_reports
from quizapp.operations.quizzes import close_attempt, review_attempt

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy import ColumnElement

_ROLLOVER_HOUR = 4
_TRIES = 5


class OpenTwiceError(Exception):
    """A guest and the account it logs in to have the same quiz open, again and again."""


def make_learner(*, user_id: uuid.UUID | None, time_zone: str, now: datetime) -> Learner:
    """Make a learner, a guest where `user_id` is None; flushes."""
    learner = Learner(
        user_id=user_id,
        created_at=now,
        seen_on=study_day(now, time_zone, _ROLLOVER_HOUR),
        time_zone=time_zone,
        rollover_hour=_ROLLOVER_HOUR,
    )
    db.session.add(learner)
    db.session.flush()
    return learner


def has_history(learner_id: uuid.UUID) -> bool:
    """Return whether the learner ever studied a card or began a quiz."""
    studied = exists().where(Review.learner_id == learner_id)
    began = exists().where(Attempt.learner_id == learner_id)
    return bool(db.session.execute(select(or_(studied, began))).scalar_one())


def adopt_guest(user_id: uuid.UUID, guest_id: uuid.UUID, now: datetime) -> bool:
    """Give a user what its browser's guest has learned: the guest itself, or merged into the learner there is.

    Returns whether it had learned anything. A guest that is gone, or that became somebody's learner meanwhile, is left
    alone, so doing it twice does no harm.
    Has its own transactions, because an attempt that must be closed first is graded outside any.
    """
    for _ in range(_TRIES):
        for attempt_id in _list_doubles(user_id, guest_id):
            close_attempt(guest_id, attempt_id, now, Cause.SUBMIT)
            review_attempt(guest_id, attempt_id, now)
        try:
            return run_tx(lambda: _adopt(user_id, guest_id))
        except OpenTwiceError:
            continue
    raise OpenTwiceError


def _adopt(user_id: uuid.UUID, guest_id: uuid.UUID) -> bool:
    guest = db.session.get(Learner, guest_id, populate_existing=True)
    if guest is None or guest.user_id is not None:
        return False
    has_learned = has_history(guest_id)
    account = find_learner_of_user(user_id)
    if account is None:
        guest.user_id = user_id
        db.session.flush()
    elif _list_doubles(user_id, guest_id):
        raise OpenTwiceError
    else:
        merge_learners(guest, account)
    return has_learned


def _list_doubles(user_id: uuid.UUID, guest_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the guest's open attempts at quizzes that the user has open too.

    One learner sits a quiz once at a time: the account's attempt goes on, the guest's ends with what it holds.
    """
    mine = (
        select(Attempt.quiz_id)
        .join(Learner, Learner.id == Attempt.learner_id)
        .where(Learner.user_id == user_id, Attempt.state == AttemptState.OPEN)
    )
    return list(
        db.session.execute(
            select(Attempt.id)
            .join(Learner, Learner.id == Attempt.learner_id)
            .where(
                Attempt.learner_id == guest_id,
                Learner.user_id.is_(None),
                Attempt.state == AttemptState.OPEN,
                Attempt.quiz_id.in_(mine),
            )
        ).scalars()
    )


def merge_learners(guest: Learner, account: Learner) -> None:
    """Bring everything of a guest into a user's learner, whose settings hold, and delete the guest.

    Call it inside `run_tx`, and with no quiz open on both sides.

    Every review, attempt, quiz and deck gets the account's id; each card of the guest is rebuilt from the two logs
    together. A row sent twice, once as guest and once as user, stays once. Raises `ValueError` unless `guest` is a
    guest.
    """
    if guest.id == account.id:
        return
    if guest.user_id is not None:
        raise ValueError(f"learner {guest.id} belongs to a user and cannot be merged")
    facts = _probed_facts(guest.id)
    _move_reviews(guest.id, account.id)
    _move_attempts(guest.id, account.id)
    _move_places(guest.id, account.id)
    _execute(update(Quiz).where(Quiz.made_by == guest.id).values(made_by=account.id))
    _move_plans(guest.id, account.id)
    _move_decks(guest.id, account.id)
    marked = _move_marks(guest.id, account.id)
    move_reports(guest.id, account.id)
    # Rebuilt below from the two logs together; weights fitted to a guest's reviews alone are nobody's.
    for table in (Card, DailyLoad, DailyRecall, DailyStatistics, Fit):
        _execute(delete(table).where(table.learner_id == guest.id))
    # What was counted of one side alone; counted again by the next hour.
    _execute(delete(MemoryCensus).where(MemoryCensus.learner_id.in_((guest.id, account.id))))
    rhythm.join_pauses(account, guest)
    account.created_at = min(account.created_at, guest.created_at)
    account.seen_on = max(account.seen_on, guest.seen_on)
    guest_id = guest.id
    db.session.flush()
    db.session.expunge(guest)
    # What is still the guest's here are doubles; they go with it.
    _execute(delete(Learner).where(Learner.id == guest_id))
    for fact in facts:
        study.rebuild_card(account, fact)
    study.show_cards(account.id, marked)
    study.rebuild_statistics(account.id)
    db.session.flush()


def _execute(statement: object) -> None:
    db.session.execute(statement, execution_options={"synchronize_session": False})  # type: ignore[call-overload]


def _probed_facts(learner_id: uuid.UUID) -> list[Fact]:
    probed = select(Review.fact_id).where(Review.learner_id == learner_id)
    return list(db.session.execute(select(Fact).where(Fact.id.in_(probed)).order_by(Fact.id)).scalars())


def _move_reviews(guest_id: uuid.UUID, account_id: uuid.UUID) -> None:
    known = select(Review.id).where(Review.learner_id == account_id)
    cancelled = select(Review.cancels).where(Review.learner_id == account_id, Review.cancels.is_not(None))
    _execute(
        update(Review)
        .where(
            Review.learner_id == guest_id,
            Review.id.not_in(known),
            or_(Review.cancels.is_(None), Review.cancels.not_in(cancelled)),
        )
        .values(learner_id=account_id)
    )


def _move_attempts(guest_id: uuid.UUID, account_id: uuid.UUID) -> None:
    # Responses hang on their attempt by both parts of its key: copies first, then the responses, then the originals.
    _copy(Attempt, account_id, Attempt.learner_id == guest_id)
    _execute(
        update(AttemptResponse).where(AttemptResponse.learner_id == guest_id).values(learner_id=account_id)
    )
    _execute(
        update(RegradedResponse).where(RegradedResponse.learner_id == guest_id).values(learner_id=account_id)
    )
    _execute(delete(Attempt).where(Attempt.learner_id == guest_id))
    _execute(update(AttemptEvent).where(AttemptEvent.learner_id == guest_id).values(learner_id=account_id))


def _move_places(guest_id: uuid.UUID, account_id: uuid.UUID) -> None:
    """Bring the guest's places at quizzes; of one that both have the account's stays, with the larger terms."""
    mine = {
        row.quiz_id: row
        for row in db.session.execute(select(QuizTaker).where(QuizTaker.learner_id == account_id)).scalars()
    }
    theirs = db.session.execute(select(QuizTaker).where(QuizTaker.learner_id == guest_id)).scalars()
    for place in list(theirs):
        kept = mine.get(place.quiz_id)
        if kept is not None:
            kept.extra_time_percent = max(kept.extra_time_percent, place.extra_time_percent)
            kept.is_untimed = kept.is_untimed or place.is_untimed
            kept.extra_attempts = max(kept.extra_attempts, place.extra_attempts)
    db.session.flush()
    _execute(
        update(QuizTaker)
        .where(QuizTaker.learner_id == guest_id, QuizTaker.quiz_id.not_in(mine))
        .values(learner_id=account_id)
    )
    # One copy of a shared quiz: where the account has its own, the guest's is a quiz like any other.
    copied = select(Quiz.copied_from).where(Quiz.made_by == account_id, Quiz.copied_from.is_not(None))
    _execute(
        update(Quiz).where(Quiz.made_by == guest_id, Quiz.copied_from.in_(copied)).values(copied_from=None)
    )


def _move_marks(guest_id: uuid.UUID, account_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the facts whose marks became the account's; a fact marked on both sides keeps the account's mark.

    A note that only the guest wrote is kept all the same: it is the one thing that could not be made again.
    """
    known = select(CardMark.fact_id).where(CardMark.learner_id == account_id)
    notes = db.session.execute(
        select(CardMark.fact_id, CardMark.note).where(
            CardMark.learner_id == guest_id, CardMark.note != "", CardMark.fact_id.in_(known)
        )
    ).all()
    for fact_id, note in notes:
        _execute(
            update(CardMark)
            .where(CardMark.learner_id == account_id, CardMark.fact_id == fact_id, CardMark.note == "")
            .values(note=note)
        )
    moved = list(
        db.session.execute(
            select(CardMark.fact_id).where(CardMark.learner_id == guest_id, CardMark.fact_id.not_in(known))
        ).scalars()
    )
    _execute(
        update(CardMark)
        .where(CardMark.learner_id == guest_id, CardMark.fact_id.not_in(known))
        .values(learner_id=account_id)
    )
    # What the guest could take back would now put back what the account has decided since.
    _execute(delete(CardStep).where(CardStep.learner_id == guest_id))
    return moved


def _move_plans(guest_id: uuid.UUID, account_id: uuid.UUID) -> None:
    # One open plan a set: where the account has one, the guest's goes with the guest.
    planned = select(StudyPlan.question_set_id).where(
        StudyPlan.learner_id == account_id, StudyPlan.state == "open"
    )
    is_moved = (StudyPlan.learner_id == guest_id) & (
        (StudyPlan.state != "open") | StudyPlan.question_set_id.not_in(planned)
    )
    moved = list(db.session.execute(select(StudyPlan.id).where(is_moved)).scalars())
    _copy(StudyPlan, account_id, is_moved)
    _execute(
        update(PlanDay)
        .where(PlanDay.learner_id == guest_id, PlanDay.plan_id.in_(moved))
        .values(learner_id=account_id)
    )
    _execute(delete(StudyPlan).where(StudyPlan.learner_id == guest_id))
    # The account's own decks of them follow from now on; a deck that comes along follows already.
    plans.lead_decks(account_id, moved)


def _copy(table: type[Attempt | StudyPlan], account_id: uuid.UUID, condition: ColumnElement[bool]) -> None:
    """Copy rows to the account: what hangs on them by both parts of their key can be moved then."""
    columns = table.__table__.columns
    names = [column.name for column in columns]
    copies = select(
        *(
            literal(account_id, Uuid16()).label(name) if name == "learner_id" else columns[name]
            for name in names
        )
    ).where(condition)
    _execute(insert(table).from_select(names, copies))


def _move_decks(guest_id: uuid.UUID, account_id: uuid.UUID) -> None:
    known = select(Deck.question_set_id).where(Deck.learner_id == account_id)
    _execute(
        update(Deck)
        .where(Deck.learner_id == guest_id, Deck.question_set_id.not_in(known))
        .values(learner_id=account_id)
    )
    _execute(delete(Deck).where(Deck.learner_id == guest_id))
