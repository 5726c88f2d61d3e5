"""The learner's decks: their list, the settings of one, what a source invents, and leaving a deck."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy import and_, func, select, update
from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from quizapp import clock
from quizapp.database import db, run_tx
from quizapp.models import Deck, Fact, Learner, QuestionSet
from quizapp.operations import plans, study
from quizapp.web.access import current_learner, require_learner
from quizapp.web.study.scopes import find_scope
from quizapp.web.study.views import bp

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers.response import Response

_LEAST, _MOST = 70, 99


class DeckForm(FlaskForm):  # type: ignore[misc]
    """The limits of a deck; empty means what the learner set for all decks."""

    new_per_day = IntegerField(
        "New facts a day",
        [Optional(), NumberRange(0, 999, "Enter a whole number from 0 to 999, or leave it empty.")],
    )
    reviews_per_day = IntegerField(
        "Due cards a day, at most",
        [Optional(), NumberRange(0, 9999, "Enter a whole number from 0 to 9999, or leave it empty.")],
    )
    retention = IntegerField(
        "How many of 100 to remember",
        [
            Optional(),
            NumberRange(_LEAST, _MOST, f"Enter a whole number from {_LEAST} to {_MOST}, or leave it empty."),
        ],
    )

    def __init__(self, deck: Deck) -> None:
        share = deck.desired_retention
        super().__init__(obj=deck, retention=None if share is None else round(share * 100))

    @property
    def settings(self) -> dict[str, Any]:
        """What the form says, as columns of the deck."""
        percent = self.retention.data
        return {
            "new_per_day": self.new_per_day.data,
            "reviews_per_day": self.reviews_per_day.data,
            "desired_retention": None if percent is None else percent / 100,
        }


@bp.get("/decks")
def decks() -> str:
    """List the learner's decks with what is left in each."""
    learner = current_learner()
    sets = find_scope("", learner).decks
    sessions = study.load_sessions(learner, [(made.id, own) for made, own in sets], clock.now())
    rows = [(made, session) for (made, _), session in zip(sets, sessions, strict=True)]
    return render_template("study/decks.html", rows=rows)


@bp.route("/<slug>/settings", methods=["GET", "POST"])
def settings(slug: str) -> str | Response | tuple[str, int]:
    """Show and change the settings of one deck."""
    learner = require_learner()
    made, own = _own_deck(slug, learner)
    form = DeckForm(own)
    if form.validate_on_submit():
        _change_deck(own, **form.settings)
        flash("The deck's settings are saved.", "success")
        return redirect(url_for("study.settings", slug=slug), 303)
    page = render_template(
        "study/settings.html",
        made=made,
        deck=own,
        form=form,
        learner=learner,
        plan=plans.find_open_plan(learner.id, made.id),
        fictional=_count_fictional(made.id),
    )
    return (page, 422) if form.errors else page


@bp.post("/<slug>/fiction")
def fiction(slug: str) -> Response:
    """Take in, or leave out, what the source invents."""
    learner = require_learner()
    _, own = _own_deck(slug, learner)
    wanted = request.form.get("include") == "1"
    _change_deck(own, includes_fiction=wanted)
    words = "Statements that the source invents are now asked, each with its label."
    flash(words if wanted else "Statements that the source invents are no longer asked.", "success")
    if request.form.get("from") == "library":
        return redirect(url_for("library.bank", slug=slug, _anchor="invented"), 303)
    return redirect(url_for("study.settings", slug=slug), 303)


@bp.post("/<slug>/remove")
def remove(slug: str) -> Response:
    """Take a set from the learner's decks; its history stays."""
    learner = require_learner()
    made, _ = _own_deck(slug, learner)
    learner_id, question_set_id, title = learner.id, made.id, made.title
    run_tx(lambda: study.remove_deck(learner_id, question_set_id))
    flash(
        f"“{title}” is no longer among your decks. What you learned is kept: add it again to go on.",
        "success",
    )
    return redirect(url_for("study.decks"), 303)


def _own_deck(slug: str, learner: Learner) -> tuple[QuestionSet, Deck]:
    made, own = find_scope(slug, learner).decks[0]
    if own is None:
        abort(404)
    return made, own


def _change_deck(own: Deck, **settings: Any) -> None:
    """Change a deck's settings; 404 where another tab removed it meanwhile."""
    is_own = and_(Deck.learner_id == own.learner_id, Deck.question_set_id == own.question_set_id)
    done = run_tx(
        lambda: db.session.execute(
            update(Deck).where(is_own).values(settings).returning(Deck.added_at)
        ).first()
    )
    if done is None:
        abort(404)


def _count_fictional(question_set_id: uuid.UUID) -> int:
    return db.session.execute(
        select(func.count())
        .select_from(Fact)
        .where(
            Fact.question_set_id == question_set_id,
            Fact.standing == "fictional",
            Fact.treatment != "exclude",
            Fact.retired_at.is_(None),
        )
    ).scalar_one()
