"""Pages of account."""

from __future__ import annotations

from flask import Blueprint, render_template

bp = Blueprint("account", __name__, url_prefix="/account")


@bp.get("/")
def index() -> str:
    """Show the front page."""
    return render_template("base.html")
