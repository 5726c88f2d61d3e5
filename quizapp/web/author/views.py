"""Pages of author."""

from __future__ import annotations

from flask import Blueprint, render_template

bp = Blueprint("author", __name__, url_prefix="/author")


@bp.get("/")
def index() -> str:
    """Show the front page."""
    return render_template("base.html")
