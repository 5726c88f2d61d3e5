"""Pages of study: the player, and the settings of a deck."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import and_, func, select, update

from quizapp import clock
from quizapp.database import db, run_tx
from quizapp.models import Deck, Fact, Learner, QuestionSet
from quizapp.operations import study
from quizapp.web.access import current_learner, ensure_learner, require_learner
from quizapp.web.study.forms import DeckForm, read_more
from quizapp.web.study.player import Scope, find_scope, load_page

if TYPE_CHECKING:
    from werkzeug.wrappers.response import Response

bp = Blueprint("study", __name__, url_prefix="/study")


@bp.get("/")
def index() -> str:
    """Study all decks of the learner."""
    return _player(find_scope("", current_learner(), read_more(request.args)))


@bp.get("/<slug>/")
def deck(slug: str) -> str:
    """Study one set; who has not added it tastes its first cards, and nothing is written."""
    return _player(find_scope(slug, current_learner(), read_more(request.args)))


@bp.post("/<slug>/")
def add(slug: str) -> Response:
    """Put a set among the learner's decks and study it."""
    question_set_id = find_scope(slug, current_learner()).decks[0][0].id
    learner_id = ensure_learner().id
    now = clock.now()
    run_tx(lambda: study.add_deck(learner_id, question_set_id, now))
    return redirect(url_for("study.deck", slug=slug), 303)


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
    form = DeckForm(obj=own)
    if form.validate_on_submit():
        _change_deck(own, new_per_day=form.new_per_day.data)
        flash("The deck's settings are saved.", "success")
        return redirect(url_for("study.settings", slug=slug), 303)
    page = render_template(
        "study/settings.html",
        made=made,
        deck=own,
        form=form,
        usual=learner.new_per_day,
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


def _player(scope: Scope) -> str:
    learner = current_learner()
    now = clock.now()
    page = load_page(scope, learner, now, _wanted_card())
    if page.cards or not scope.decks:
        return render_template(
            "study/player.html" if page.cards else "study/none.html", page=page, scope=scope
        )
    next_due = None
    if learner is not None:
        sets = [made.id for made, _ in scope.decks]
        next_due = study.find_next_due(learner, sets, page.session.today)
    return render_template("study/finished.html", page=page, scope=scope, next_due=next_due)


def _wanted_card() -> uuid.UUID | None:
    try:
        return uuid.UUID(request.args.get("card", ""))
    except ValueError:
        return None


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
