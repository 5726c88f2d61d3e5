"""Pages of the player: all decks or one set, or what a query and a mode choose of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import update

from quizapp import clock
from quizapp.core.study_queue import Mode
from quizapp.database import db, run_tx
from quizapp.models import Learner
from quizapp.operations import study
from quizapp.web.access import current_learner, ensure_learner
from quizapp.web.study.player import load_page
from quizapp.web.study.scopes import find_scope, named_scope, open_scope

if TYPE_CHECKING:
    from datetime import date

    from werkzeug.wrappers.response import Response

    from quizapp.web.study.player import Page

bp = Blueprint("study", __name__, url_prefix="/study")

_UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class End:
    """Why a session ended: all is done, or it is paused, or the minutes of the day are spent and cards wait.

    `next_due` is the next day with cards and their number.
    """

    next_due: tuple[date, int] | None = None
    paused_through: date | None = None
    budget_minutes: int | None = None
    due_waiting: int = 0


@bp.get("/")
def index() -> str | tuple[str, int]:
    """Study all decks of the learner."""
    return _player("")


@bp.get("/<slug>/")
def deck(slug: str) -> str | tuple[str, int]:
    """Study one set; who has not added it tastes its first cards, and nothing is written."""
    return _player(slug)


@bp.post("/<slug>/")
def add(slug: str) -> Response:
    """Put a set among the learner's decks and study it."""
    question_set_id = find_scope(slug, current_learner()).decks[0][0].id
    learner_id = ensure_learner().id
    now = clock.now()
    run_tx(lambda: study.add_deck(learner_id, question_set_id, now))
    return redirect(url_for("study.deck", slug=slug), 303)


@bp.post("/mode")
def switch_mode() -> Response:
    """Ask in flashcards or in questions from now on."""
    wanted = request.form.get("study_mode", "")
    if wanted not in {"flashcard", "question"}:
        abort(400)
    learner_id = ensure_learner().id
    run_tx(
        lambda: db.session.execute(update(Learner).where(Learner.id == learner_id).values(study_mode=wanted))
    )
    card = _card_of(request.form.get("card", ""))
    scope = named_scope(request.form)
    return redirect(scope.url(card=card) if card else scope.url(), 303)


def _player(slug: str) -> str | tuple[str, int]:
    learner = current_learner()
    now = clock.now()
    scope = open_scope(named_scope({**request.args, "scope": slug}), learner, now)
    if scope.problem:
        return render_template("study/query.html", scope=scope), _UNPROCESSABLE
    page = load_page(scope, learner, now, _card_of(request.args.get("card", "")))
    if page.cards or not scope.decks:
        return render_template(
            "study/player.html" if page.cards else "study/none.html", page=page, scope=scope
        )
    return render_template("study/finished.html", page=page, scope=scope, end=_end_of(page, learner))


def _end_of(page: Page, learner: Learner | None) -> End:
    """Return why nothing is shown any more, and what there is to do instead."""
    if learner is None:
        return End()
    sets = [made.id for made, _ in page.scope.decks]
    is_spent = page.session.limits.cards_left == 0
    is_spent = is_spent and page.scope.mode in (Mode.DUE, Mode.NEW) and not page.session.is_paused
    return End(
        next_due=study.find_next_due(learner, sets, page.session.today),
        paused_through=learner.paused_through if page.session.is_paused else None,
        budget_minutes=learner.budget_minutes if is_spent else None,
        due_waiting=sum(study.count_due(learner.id, sets, page.session.today).values()) if is_spent else 0,
    )


def _card_of(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
