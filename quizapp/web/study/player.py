"""What the player shows: which decks, which cards, how far the session is."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask import current_app

from quizapp.core.memory import Rating
from quizapp.core.questions import AnyQuestion, ChoiceQuestion, MultipleQuestion, TrueFalseQuestion
from quizapp.database import new_row_id
from quizapp.operations import study
from quizapp.operations.quizzes.showing import order_of, shown_of
from quizapp.operations.sources import find_passages
from quizapp.web.access import current_user_or_none, former_owner, owner_tag
from quizapp.web.rendering import interval_text

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime

    from quizapp.core.grading import ResponseError
    from quizapp.core.questions import Option
    from quizapp.models import Learner, QuestionSet
    from quizapp.operations.quizzes import Shown
    from quizapp.operations.study.asking import Asked
    from quizapp.web.study.scopes import Scope

#: Fewer options cannot change places, and after so many turns the orders begin anew.
_FEWEST_OPTIONS = 2
_TURNS = 1000
#: So many cards are sent with a page: the one shown, and those that can follow without a wait.
AHEAD = 5

_TWO_BUTTONS = ((Rating.AGAIN, "Forgot"), (Rating.GOOD, "Remembered"))
_FOUR_BUTTONS = (
    (Rating.AGAIN, "Forgot"),
    (Rating.HARD, "Hardly"),
    (Rating.GOOD, "Remembered"),
    (Rating.EASY, "Easily"),
)
#: What taking a step back is called; a review's is plain.
_UNDO = {
    "skip": "Undo skip",
    "bury": "Undo bury",
    "rest": "Undo rest",
    "show": "Undo show",
    "suspend": "Undo suspend",
    "resume": "Undo resume",
    "flag": "Undo flag",
    "unflag": "Undo unflag",
    "note": "Undo note",
    "form": "Undo form",
    "reset": "Undo reset",
    "due": "Undo due date",
}


@dataclass(frozen=True, slots=True)
class Button:
    """One way to rate a card; `due_on` is the day that comes true, None where nothing is scheduled."""

    value: int
    label: str
    interval: str
    due_on: date | None
    key: str
    is_main: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCard:
    """A card with the key of the review that it will send."""

    review_id: uuid.UUID
    face: study.Face
    buttons: list[Button]
    #: The question without its key, in the order of this turn; None for a flashcard.
    shown: Shown | None = None
    #: What `order_shown` made the order from.
    turn: int = 0
    #: Where the source says so; empty where none is given.
    citation: str = ""
    passages: Sequence[str] = ()
    can_edit: bool = False
    #: The fields of a response that came back, and why.
    given: Mapping[str, str] | None = None
    problem: ResponseError | None = None

    @property
    def kind(self) -> str:
        """What the learner does with it."""
        return "flashcard" if self.shown is None else "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A question that is asked again as it was: the response could not be taken."""

    review_id: uuid.UUID
    fact_id: uuid.UUID
    asked: Asked
    turn: int
    given: Mapping[str, str]
    problem: ResponseError


@dataclass(frozen=True, slots=True)
class Page:
    """The state of the player."""

    scope: Scope
    session: study.Session
    cards: list[ShownCard]
    owner: str
    #: The guest that became this account: what the browser still holds of it is sent as the account's.
    former: str
    study_mode: str = "flashcard"
    uses_keys: bool = True
    reads_aloud: bool = False
    #: The step that can be taken back.
    undo: study.Step | None = None

    @property
    def undo_label(self) -> str:
        """What taking it back is called."""
        return undo_label(self.undo)

    @property
    def has_decks(self) -> bool:
        """Whether there is anything to choose from."""
        return bool(self.scope.decks)

    def new_key(self) -> uuid.UUID:
        """Return a key for one thing that a form does."""
        return new_row_id()


def undo_label(step: study.Step | None) -> str:
    """Return what taking a step back is called."""
    return "Undo" if step is None else _UNDO.get(step.action, "Undo")


def load_page(
    scope: Scope,
    learner: Learner | None,
    now: datetime,
    first: uuid.UUID | None = None,
    *,
    want: int = AHEAD,
    have: Collection[uuid.UUID] = (),
    again: Again | None = None,
) -> Page:
    """Return what the player shows now: so many cards, without those that the client has.

    `first` is a fact to come before all others, if it is left; `again` a question to come first as it was.
    """
    decks = [(made.id, deck) for made, deck in scope.decks]
    session = study.load_session(
        learner,
        decks,
        now,
        more_new=scope.more,
        chosen=scope.chosen,
        first=first,
        is_over=scope.is_over,
    )
    facts = _upcoming(session, want, have, first, again)
    study_mode = "flashcard" if learner is None else learner.study_mode
    faces = study.load_faces(learner, facts, now, asks=study_mode == "question", is_cram=scope.is_cram)
    sets = {made.slug: made for made, _ in scope.decks}
    return Page(
        scope,
        session,
        [_show(face, learner, sets.get(face.set_slug), again) for face in faces],
        owner_tag(None if learner is None else learner.id),
        former_owner(),
        study_mode=study_mode,
        uses_keys=learner is None or learner.uses_keys,
        reads_aloud=learner is not None and learner.reads_aloud,
        undo=None if learner is None else study.last_step(learner, now),
    )


def _upcoming(
    session: study.Session,
    want: int,
    have: Collection[uuid.UUID],
    first: uuid.UUID | None,
    again: Again | None,
) -> list[uuid.UUID]:
    if want <= 0:
        return []
    if again is None:
        return session.upcoming(want, first, have)
    return [again.fact_id, *session.upcoming(want - 1, exclude=[again.fact_id])]


def _show(
    face: study.Face, learner: Learner | None, made: QuestionSet | None, again: Again | None
) -> ShownCard:
    can_edit = made is not None and made.origin != "bank" and made.can_edit(current_user_or_none())
    if again is not None and again.fact_id == face.fact_id:
        face = replace(face, asked=again.asked)
        return ShownCard(
            review_id=again.review_id,
            face=face,
            buttons=[],
            shown=_shown(again.asked.question, face.fact_id, again.turn),
            turn=again.turn,
            can_edit=can_edit,
            given=again.given,
            problem=again.problem,
        )
    if face.asked is not None:
        # A bank's options stand in an order that tells nothing at first; those that people wrote may not.
        turn = face.asked.probes + (made is None or made.origin != "bank")
        return ShownCard(
            review_id=new_row_id(),
            face=face,
            buttons=[],
            shown=_shown(face.asked.question, face.fact_id, turn),
            turn=turn,
            can_edit=can_edit,
        )
    return ShownCard(
        review_id=new_row_id(),
        face=face,
        buttons=_buttons(face, learner),
        citation=cited(face.source, face.content.get("where") or ""),
        passages=find_passages(
            current_app.config["QUIZAPP"].sources, face.source, face.content.get("cite") or []
        ),
        can_edit=can_edit,
    )


def _shown(question: AnyQuestion, fact_id: uuid.UUID, turn: int) -> Shown:
    return shown_of(question, order_shown(question, fact_id, turn))


def order_shown(question: AnyQuestion, fact_id: uuid.UUID, turn: int) -> list[str]:
    """Return the ids of what a question shows, in the order of a turn: the same on every reload."""
    if isinstance(question, ChoiceQuestion | TrueFalseQuestion | MultipleQuestion):
        return [option.id for option in reordered(question, fact_id, turn)]
    return order_of(question, random.Random(fact_id.bytes + (turn % _TURNS).to_bytes(2, "big")))  # noqa: S311 - no secret


def reordered(
    question: ChoiceQuestion | TrueFalseQuestion | MultipleQuestion, fact_id: uuid.UUID, turn: int
) -> Sequence[Option]:
    """Return the options as written (turn 0), or in an order that is never that of the turn before.

    The same turn gives the same order: reloading a card changes nothing. True stays before false.
    """
    if isinstance(question, TrueFalseQuestion) or len(question.options) < _FEWEST_OPTIONS:
        return question.options
    order = list(question.options)
    rng = random.Random(fact_id.bytes)  # noqa: S311 - an order, not a secret
    for _ in range(turn % _TURNS):
        last = list(order)
        while order == last:
            rng.shuffle(order)
    return order


def cited(source: Mapping[str, Any], where: str) -> str:
    """Return where a source says something, its name first and once; empty where neither is known."""
    label = str(source.get("label") or "")
    if not label:
        return where
    # The citation of a bank's question begins with the source's name.
    if where == label or where.startswith((f"{label},", f"{label}:")):
        where = where[len(label) :].lstrip(",: ")
    return f"{label}: {where}." if where else f"{label}."


def _buttons(face: study.Face, learner: Learner | None) -> list[Button]:
    ratings = _FOUR_BUTTONS if learner is not None and learner.rating_buttons == 4 else _TWO_BUTTONS
    return [
        Button(
            value=int(rating),
            label=label,
            # A forgotten card returns within the session, whatever day it is due after that.
            interval=_interval(face, rating),
            due_on=face.due_on.get(rating),
            key=str(place),
            is_main=rating == Rating.GOOD,
        )
        for place, (rating, label) in enumerate(ratings, start=1)
    ]


def _interval(face: study.Face, rating: Rating) -> str:
    if rating not in face.intervals:
        return ""
    return interval_text(0 if rating == Rating.AGAIN else face.intervals[rating])
