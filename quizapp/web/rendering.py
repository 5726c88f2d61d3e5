"""What templates can call: addresses of assets, the navigation, dates and numbers in words."""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import g, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from quizapp import clock, paths
from quizapp.core.dates import MONTHS
from quizapp.core.grading import events_settled
from quizapp.web import maps
from quizapp.web.access import current_learner, current_user_or_none

if TYPE_CHECKING:
    from datetime import date, datetime

    from flask import Flask


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation."""

    label: str
    endpoint: str
    icon: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the page."""

    name: str
    is_guest: bool
    is_instructor: bool
    is_administrator: bool


_PLACES = (
    ("Today", "home.index", "house"),
    ("Library", "library.index", "book"),
    ("Quizzes", "quizzes.index", "clock"),
    ("Progress", "progress.index", "chart"),
)
_OF_INSTRUCTORS = (("Author", "author.index", "pencil"), ("Teach", "teaching.index", "quiz"))


def init_app(app: Flask) -> None:
    """Give templates what they may call."""
    app.context_processor(_context)
    app.add_template_global(asset)
    app.add_template_global(uses_keys)
    app.jinja_env.globals["months"] = MONTHS
    app.add_template_global(maps.draw_control, "draw_map_control")
    app.add_template_global(maps.draw_told, "draw_map_told")
    app.add_template_global(maps.judge, "judge_place")
    app.add_template_global(events_settled)
    app.add_template_filter(percent)
    app.add_template_filter(plural)
    app.add_template_filter(day_text)
    app.add_template_filter(interval_text)
    app.add_template_filter(duration_text)
    app.add_template_filter(topic_label)
    app.add_template_filter(maps.by_name)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


_STATIC = paths.static()


@lru_cache(maxsize=512)
def _fingerprint(name: str, _changed: int) -> str:
    return hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of a static file that changes when its content does, so that it may be kept for ever."""
    # One page asks for the same picture dozens of times.
    addresses: dict[str, str] = g.setdefault("assets", {})
    address = addresses.get(name)
    if address is None:
        changed = os.stat(f"{_STATIC}/{name}").st_mtime_ns  # noqa: PTH116 - called for every file of every page
        address = addresses[name] = _address(name, changed, request.script_root)
    return address


@lru_cache(maxsize=512)
def _address(name: str, changed: int, _root: str) -> str:
    return url_for("static", filename=name, v=_fingerprint(name, changed))


def viewer() -> Viewer:
    """Return who looks at the page."""
    user = current_user_or_none()
    if user is None:
        return Viewer(name="", is_guest=True, is_instructor=False, is_administrator=False)
    return Viewer(
        name=user.name or user.email.partition("@")[0],
        is_guest=False,
        is_instructor=user.is_instructor,
        is_administrator=user.is_administrator,
    )


def uses_keys() -> bool:
    """Return whether keys alone do something for who looks at the page; so they do where nobody can be asked."""
    # An error page is shown without the database too.
    with contextlib.suppress(SQLAlchemyError):
        learner = current_learner()
        return learner is None or learner.uses_keys
    return True


def _navigation(person: Viewer) -> list[Place]:
    places = _PLACES + (_OF_INSTRUCTORS if person.is_instructor else ())
    places += (
        (("Log in", "security.login", "person"),)
        if person.is_guest
        else (("Account", "account.index", "person"),)
    )
    return [
        Place(label, endpoint, icon, url_for(endpoint), request.blueprint == endpoint.partition(".")[0])
        for label, endpoint, icon in places
    ]


def _context() -> dict[str, Any]:
    person = viewer()
    return {"viewer": person, "nav": _navigation(person), "now": clock.now()}


def percent(share: float | None) -> str:
    """Return a share in [0, 1] as whole per cent; an en dash where there is none."""
    return "–" if share is None else f"{round(share * 100)} %"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun: `1 card`, `2 cards`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def day_text(day: date | datetime | None) -> str:
    """Return a day as `5 September 2014`."""
    return "" if day is None else f"{day.day} {day:%B %Y}"


def interval_text(days: int) -> str:
    """Return an interval in days the way a person would say it."""
    if days <= 0:
        return "soon again"
    if days == 1:
        return "tomorrow"
    if days < 60:
        return f"in {days} days"
    if days < 730:
        return f"in {round(days / 30.44)} months"
    return f"in {days / 365.25:.1f} years".replace(".0 ", " ")


def duration_text(seconds: float | None) -> str:
    """Return a length of time as `45 s`, `6 min`, `1 h 5 min`, `11 days 22 h`."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min" if rest == 0 or minutes >= 10 else f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} days {hours} h" if hours else f"{days} days"


def topic_label(topic: str) -> str:
    """Return a topic's slug as a person would write it."""
    words = topic.replace("-", " ")
    return words[:1].upper() + words[1:]
