"""Pages of progress."""

from __future__ import annotations

from flask import Blueprint, render_template

bp = Blueprint("progress", __name__, url_prefix="/progress")


@bp.get("/")
def index() -> str:
    """Show the front page."""
    return render_template("base.html")
