"""The load of the next days as a calendar that other programs read: private by its address, without a word of any fact."""

from __future__ import annotations

import hashlib
import hmac
import math
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Response, abort, current_app
from icalendar import Calendar, Event

from quizapp import clock
from quizapp.database import db
from quizapp.jobs.reminders import base_address
from quizapp.models import Learner
from quizapp.operations import rhythm, study
from quizapp.web.rendering import plural
from quizapp.web.rhythm.views import bp

if TYPE_CHECKING:
    import uuid
    from datetime import date, datetime

_EVERY = timedelta(hours=6)
_HEADERS = {
    "Cache-Control": "private, no-cache",
    "Content-Disposition": 'inline; filename="quizapp.ics"',
    "X-Robots-Tag": "noindex, nofollow",
}


@bp.get("/calendar/<token>.ics")
def calendar(token: str) -> Response:
    """Give the learner's calendar to whoever knows its address."""
    learner = _find_learner(token)
    if learner is None:
        abort(404)
    now = clock.now()
    seconds = rhythm.load_pace(learner.id, study.today_of(learner, now)).seconds_a_card
    body = _write(learner, rhythm.load_calendar(learner, now), seconds, now)
    return Response(body, mimetype="text/calendar", headers=_HEADERS)


def _find_learner(token: str) -> Learner | None:
    named = rhythm.read_calendar_token(current_app.config["QUIZAPP"].secret_key, token)
    if named is None:
        return None
    learner_id, key = named
    learner = db.session.get(Learner, learner_id)
    if learner is None or learner.calendar_key is None:
        return None
    return learner if hmac.compare_digest(learner.calendar_key.bytes, key.bytes) else None


def _write(learner: Learner, load: list[tuple[date, int]], seconds: float, now: datetime) -> bytes:
    made = Calendar()
    made.add("prodid", "-//quizapp//Cards to study//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", "quizapp")
    made.add("refresh-interval", _EVERY, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT6H")
    base = base_address(current_app.config["QUIZAPP"])
    for day, cards in load:
        event = Event()
        event.add("uid", _uid(learner.id, day))
        event.add("dtstamp", now)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", f"{plural(cards, 'card')}, about {math.ceil(cards * seconds / 60)} min")
        # It takes no time of the day from anything else.
        event.add("transp", "TRANSPARENT")
        event.add("class", "PRIVATE")
        if base is not None:
            event.add("url", f"{base}/")
        made.add_component(event)
    return bytes(made.to_ical())


def _uid(learner_id: uuid.UUID, day: date) -> str:
    # The same day is the same event however often it is read, and tells nothing of the learner.
    mark = hashlib.blake2b(learner_id.bytes, digest_size=8, person=b"calendar").hexdigest()
    return f"{day:%Y%m%d}-{mark}@quizapp"
