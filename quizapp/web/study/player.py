"""What the player shows: which decks, which cards, how far the session is."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import abort, current_app, url_for
from sqlalchemy import and_, select

from quizapp.core.memory import Rating
from quizapp.core.questions import Option, TrueFalseQuestion
from quizapp.database import db, new_row_id
from quizapp.models import Deck, Learner, QuestionSet
from quizapp.models.question_sets import SetState
from quizapp.operations import study
from quizapp.operations.sources import find_passages
from quizapp.web.access import current_user_or_none
from quizapp.web.rendering import interval_text
from quizapp.web.study.forms import read_more

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import datetime

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
    passages: list[str]


@dataclass(frozen=True, slots=True)
class Page:
    """The state of the player."""

    scope: Scope
    session: study.Session
    cards: list[ShownCard]
    owner: str


def owner_tag(learner: Learner | None) -> str:
    """Return a mark of the learner that says nothing about them: what one left unsent is not sent as another's."""
    return "" if learner is None else hashlib.blake2b(learner.id.bytes, digest_size=6).hexdigest()


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
    return Page(scope, session, cards, owner_tag(learner))


def _show(face: study.Face, learner: Learner | None, *, is_bank: bool) -> ShownCard:
    review_id = new_row_id()
    options: Sequence[Option] = ()
    if face.asked is not None:
        options = face.asked.question.options
        # A bank's options stand in an order that tells nothing; those that people wrote often begin with the key.
        if not is_bank and not isinstance(face.asked.question, TrueFalseQuestion):
            options = shuffled(options, review_id.bytes)
    return ShownCard(
        review_id=review_id,
        face=face,
        buttons=_buttons(face, learner),
        options=options,
        passages=find_passages(
            current_app.config["QUIZAPP"].sources, face.source, face.content.get("cite") or []
        ),
    )


def shuffled(options: Sequence[Option], seed: bytes) -> list[Option]:
    """Return the options in an order that depends on the seed alone."""
    mixed = list(options)
    random.Random(seed).shuffle(mixed)  # noqa: S311 - an order, not a secret
    return mixed


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
