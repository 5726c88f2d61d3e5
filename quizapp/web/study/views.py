"""Pages of study."""

from __future__ import annotations

from flask import Blueprint, render_template

bp = Blueprint("study", __name__, url_prefix="/study")


@bp.get("/")
def index() -> str:
    """Show the front page."""
    return render_template("base.html")
