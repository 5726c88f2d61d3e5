"""`quizapp cards`: memories rebuilt from the log of reviews, or compared with it."""

from __future__ import annotations

import math

import click
from sqlalchemy import select

from quizapp.cli.application import database_in_words, make_app
from quizapp.core import evidence
from quizapp.database import db, run_tx
from quizapp.models import Card, Fact, Learner, Review
from quizapp.operations import study


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
    """Rebuild every card and every day's statistics from the log."""
    app = make_app()
    with app.app_context(), database_in_words():
        learner_ids = list(db.session.execute(select(Learner.id)).scalars())
        for learner_id in learner_ids:

            def unit(learner_id: object = learner_id) -> None:
                learner = db.session.get_one(Learner, learner_id)
                for fact in _probed_facts(learner):
                    study.rebuild_card(learner, fact)
                study.rebuild_statistics(learner.id)

            run_tx(unit)
    click.echo(f"Rebuilt the cards of {len(learner_ids)} learners.")


def differing_cards(learner: Learner) -> list[object]:
    """Return the facts whose card is not what replaying the learner's log gives."""
    found: list[object] = []
    for fact in _probed_facts(learner):
        rows = db.session.execute(
            select(Review).where(Review.learner_id == learner.id, Review.fact_id == fact.id)
        ).scalars()
        deck = study.find_deck(learner.id, fact.question_set_id)
        state = evidence.replay(study.logged(rows), study.scheduling_of(learner, deck), fact.id.bytes)
        card = db.session.get(Card, (learner.id, fact.id))
        if card is None or state.memory is None:
            if card is not None or state.memory is not None:
                found.append(fact.id)
        elif not (
            math.isclose(card.stability, state.memory.stability, rel_tol=1e-9)
            and math.isclose(card.difficulty, state.memory.difficulty, rel_tol=1e-9)
            and (card.reps, card.lapses, card.last_on) == (state.reps, state.lapses, state.last_on)
        ):
            # The due date is not compared: it stays as it was promised when the desired retention changes.
            found.append(fact.id)
    return found


def _probed_facts(learner: Learner) -> list[Fact]:
    probed = select(Review.fact_id).where(Review.learner_id == learner.id).distinct()
    return list(db.session.execute(select(Fact).where(Fact.id.in_(probed)).order_by(Fact.id)).scalars())
