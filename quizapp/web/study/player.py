"""What the player shows: which decks, which cards, how far the session is."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import abort, current_app, url_for
from sqlalchemy import and_, select

from quizapp.core.memory import Rating
from quizapp.core.questions import ChoiceQuestion, Option, TrueFalseQuestion
from quizapp.database import db, new_row_id
from quizapp.models import Deck, Learner, QuestionSet
from quizapp.models.question_sets import SetState
from quizapp.operations import study
from quizapp.operations.sources import find_passages
from quizapp.web.access import current_user_or_none, former_owner, owner_tag
from quizapp.web.rendering import interval_text
from quizapp.web.study.forms import read_more

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import datetime

#: Fewer options cannot change places, and after so many turns the orders begin anew.
_FEWEST_OPTIONS = 2
_TURNS = 1000
#: So many cards are sent at a time: the one shown, and those that can follow without a wait.
AHEAD = 3

_TWO_BUTTONS = ((Rating.AGAIN, "Forgot"), (Rating.GOOD, "Remembered"))
_FOUR_BUTTONS = (
    (Rating.AGAIN, "Forgot"),
    (Rating.HARD, "Hardly"),
    (Rating.GOOD, "Remembered"),
    (Rating.EASY, "Easily"),
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is studied: one set (`slug`) or all decks of the learner; `more` goes beyond today's limit of new facts."""

    slug: str
    decks: list[tuple[QuestionSet, Deck | None]]
    more: int = 0

    @property
    def is_taste(self) -> bool:
        """Whether the one set is not among the learner's decks yet."""
        return bool(self.slug and self.decks) and self.decks[0][1] is None

    def url(self, **words: Any) -> str:
        """Return the address of the player."""
        if self.more:
            words.setdefault("more", self.more)
        if self.slug:
            return url_for("study.deck", slug=self.slug, **words)
        return url_for("study.index", **words)


@dataclass(frozen=True, slots=True)
class Button:
    """One way to rate a card."""

    value: int
    label: str
    interval: str
    key: str
    is_main: bool


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card with the key of the review that it will send."""

    review_id: uuid.UUID
    face: study.Face
    buttons: list[Button]
    options: Sequence[Option]
    #: What `reordered` made the order of the options from.
    turn: int
    #: Where the source says so; empty where none is given.
    citation: str
    passages: list[str]


@dataclass(frozen=True, slots=True)
class Page:
    """The state of the player."""

    scope: Scope
    session: study.Session
    cards: list[ShownCard]
    owner: str
    #: The guest that became this account: what the browser still holds of it is sent as the account's.
    former: str


def named_scope(words: Mapping[str, str]) -> Scope:
    """Return the scope that a form or an address names, for leading back to it; its decks are not looked up."""
    return Scope(words.get("scope", "")[:80], [], read_more(words))


def find_scope(slug: str, learner: Learner | None, more: int = 0) -> Scope:
    """Return what is studied under this name; 404 for a set that is not there for the learner."""
    if not slug:
        decks = [] if learner is None else study.list_decks(learner.id)
        return Scope("", [(made, deck) for deck, made in decks if _is_open(made, deck)], more)
    row = db.session.execute(
        select(QuestionSet, Deck)
        .outerjoin(
            Deck,
            and_(
                Deck.question_set_id == QuestionSet.id,
                Deck.learner_id == (None if learner is None else learner.id),
            ),
        )
        .where(QuestionSet.slug == slug)
    ).one_or_none()
    if row is None or not _is_open(row.QuestionSet, row.Deck):
        abort(404)
    return Scope(slug, [(row.QuestionSet, row.Deck)], more)


def _is_open(made: QuestionSet, deck: Deck | None) -> bool:
    if made.state == SetState.PUBLISHED or (made.state == SetState.ARCHIVED and deck is not None):
        return True
    return made.can_see(current_user_or_none())


def load_page(scope: Scope, learner: Learner | None, now: datetime, first: uuid.UUID | None = None) -> Page:
    """Return what the player shows now; `first` is a fact to come before all others, if it is left."""
    decks = [(made.id, deck) for made, deck in scope.decks]
    session = study.load_session(learner, decks, now, more_new=scope.more)
    faces = study.load_faces(learner, session.upcoming(AHEAD, first), now)
    origins = {made.slug: made.origin for made, _ in scope.decks}
    cards = [_show(face, learner, is_bank=origins.get(face.set_slug) == "bank") for face in faces]
    return Page(scope, session, cards, owner_tag(None if learner is None else learner.id), former_owner())


def _show(face: study.Face, learner: Learner | None, *, is_bank: bool) -> ShownCard:
    options: Sequence[Option] = ()
    turn = 0
    if face.asked is not None:
        # A bank's options stand in an order that tells nothing at first; those that people wrote may not.
        turn = face.asked.probes + (not is_bank)
        options = reordered(face.asked.question, face.fact_id, turn)
    return ShownCard(
        review_id=new_row_id(),
        face=face,
        buttons=_buttons(face, learner),
        options=options,
        turn=turn,
        citation=cited(face.source, face.content.get("where") or ""),
        passages=find_passages(
            current_app.config["QUIZAPP"].sources, face.source, face.content.get("cite") or []
        ),
    )


def reordered(
    question: ChoiceQuestion | TrueFalseQuestion, fact_id: uuid.UUID, turn: int
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
            interval=interval_text(0 if rating == Rating.AGAIN else face.intervals[rating]),
            key=str(place),
            is_main=rating == Rating.GOOD,
        )
        for place, (rating, label) in enumerate(ratings, start=1)
    ]
