"""`quizapp cards`: memories rebuilt from the log of reviews, or compared with it."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import click
from sqlalchemy import or_, select

from quizapp.cli.application import database_in_words, make_app
from quizapp.core import evidence
from quizapp.database import db, run_tx
from quizapp.models import Card, Fact, Learner, Review
from quizapp.operations import study

if TYPE_CHECKING:
    import uuid

    from quizapp.core.evidence import CardState


@click.group()
def cards() -> None:
    """Compare cards with the log of reviews, or rebuild them from it."""


@cards.command()
def check() -> None:
    """Replay every learner's log and list the cards that differ from it; changes nothing."""
    app = make_app()
    differing = 0
    with app.app_context(), database_in_words():
        for learner in db.session.execute(select(Learner)).scalars():
            for fact_id in differing_cards(learner):
                differing += 1
                click.echo(f"learner {learner.id}, fact {fact_id}: the card differs from its log")
    if differing:
        raise click.ClickException(f"{differing} cards differ from their log. Run: quizapp cards rebuild")
    click.echo("Every card is what its log makes it.")


@cards.command()
def rebuild() -> None:
    """Rebuild every card, every day's statistics and every day's load from the log."""
    app = make_app()
    with app.app_context(), database_in_words():
        learner_ids = list(db.session.execute(select(Learner.id)).scalars())
        for learner_id in learner_ids:
            fact_ids = [fact.id for fact in _facts_of(db.session.get_one(Learner, learner_id))]
            # A part at a time: others wait to write meanwhile.
            for start in range(0, len(fact_ids), study.PART):
                part = fact_ids[start : start + study.PART]
                run_tx(partial(_rebuild, learner_id, part))
            run_tx(partial(study.rebuild_statistics, learner_id))
            run_tx(partial(study.rebuild_loads, learner_id))
    click.echo(f"Rebuilt the cards of {len(learner_ids)} learners.")


def _rebuild(learner_id: uuid.UUID, fact_ids: list[uuid.UUID]) -> None:
    study.rebuild_cards(db.session.get_one(Learner, learner_id), fact_ids)


def differing_cards(learner: Learner) -> list[uuid.UUID]:
    """Return the facts whose card is not what replaying the learner's log gives; a few queries for a learner."""
    log: dict[uuid.UUID, list[Review]] = {}
    for review in db.session.execute(select(Review).where(Review.learner_id == learner.id)).scalars():
        log.setdefault(review.fact_id, []).append(review)
    cards = {
        card.fact_id: card
        for card in db.session.execute(select(Card).where(Card.learner_id == learner.id)).scalars()
    }
    decks = {deck.question_set_id: deck for deck, _ in study.list_decks(learner.id)}
    found = []
    for fact in _facts_of(learner):
        scheduling = study.scheduling_of(learner, decks.get(fact.question_set_id))
        state = evidence.replay(study.logged(log.get(fact.id, [])), scheduling, fact.id.bytes)
        if not _is_same(cards.get(fact.id), state):
            found.append(fact.id)
    return found


def _is_same(card: Card | None, state: CardState) -> bool:
    if card is None or state.memory is None:
        return card is None and state.memory is None
    # The due date is not compared: it stays as it was promised when the desired retention changes.
    return (
        math.isclose(card.stability, state.memory.stability, rel_tol=1e-9)
        and math.isclose(card.difficulty, state.memory.difficulty, rel_tol=1e-9)
        and (card.reps, card.lapses, card.last_on) == (state.reps, state.lapses, state.last_on)
    )


def _facts_of(learner: Learner) -> list[Fact]:
    """Return the facts that the learner's log or cards speak of."""
    probed = select(Review.fact_id).where(Review.learner_id == learner.id)
    held = select(Card.fact_id).where(Card.learner_id == learner.id)
    return list(
        db.session.execute(
            select(Fact).where(or_(Fact.id.in_(probed), Fact.id.in_(held))).order_by(Fact.id)
        ).scalars()
    )
