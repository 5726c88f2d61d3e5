"""`quizapp fit`: weights of the memory from one learner's own reviews, at once instead of at night."""

from __future__ import annotations

import uuid

import click

from quizapp import clock
from quizapp.cli.application import database_in_words, make_app
from quizapp.core import fitting
from quizapp.database import db
from quizapp.models import Learner
from quizapp.models.users import find_learner_of_user, find_user_by_email
from quizapp.operations import fits


@click.command()
@click.argument("learner")
def fit(learner: str) -> None:
    """Fit the memory of LEARNER, an e-mail address or the id of a learner, to their reviews."""
    if not fitting.is_available():
        raise click.ClickException(
            "Fitting needs the library fsrs-rs-python. Install it: pip install 'quizapp[fit]'. Nothing was changed."
        )
    app = make_app()
    with app.app_context(), database_in_words():
        found = _find(learner)
        if found is None:
            raise click.ClickException(f"There is no learner {learner}. Nothing was changed.")
        done = fits.fit_learner(found.id, clock.now())
        if done is None:
            click.echo(
                f"Too few reviews to fit on: {fitting.ENOUGH} that came back on a later day are needed. "
                "Nothing was changed."
            )
            return
        click.echo(
            f"Fitted on {done.reviews:,} reviews, judged by {done.held_back:,} later ones: predictions are off by "
            f"{100 * done.error_after:.1f} points with the new weights, {100 * done.error_before:.1f} with those before."
        )
        click.echo(
            "The new weights are in use; due dates stay until the next review."
            if done.is_used
            else "The weights in use predict as well, so they stay."
        )


def _find(name: str) -> Learner | None:
    user = find_user_by_email(name.strip().casefold())
    if user is not None:
        return find_learner_of_user(user.id)
    try:
        return db.session.get(Learner, uuid.UUID(name))
    except ValueError:
        return None
