"""Pages of quizzes."""

from __future__ import annotations

from flask import Blueprint, render_template

bp = Blueprint("quizzes", __name__, url_prefix="/quizzes")


@bp.get("/")
def index() -> str:
    """Show the front page."""
    return render_template("base.html")
