"""How often one address or one account may try: passwords cannot be guessed, and nobody's mailbox is filled."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import abort, current_app, request
from flask_limiter.util import get_remote_address
from flask_security.mail_util import EmailValidateException
from limits import RateLimitItem, parse
from werkzeug.exceptions import TooManyRequests

from quizapp import clock
from quizapp.extensions import limiter
from quizapp.web.access import current_user_or_none

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Response
    from flask_security import Security


def _by_address() -> str:
    return get_remote_address()


def _by_account() -> str:
    """Return the account a form speaks of, whether or not it exists; hashed, for it is kept."""
    security = _app_security()
    given = request.form.get("email", "")
    try:
        email = security.mail_util.normalize(given)
    except (EmailValidateException, ValueError):
        email = given.strip().lower()
    return hashlib.sha256(email.encode()).hexdigest()


def _by_account_and_address() -> str:
    return f"{_by_account()} {_by_address()}"


def _by_user() -> str:
    user = current_user_or_none()
    return _by_address() if user is None else str(user.id)


@dataclass(frozen=True, slots=True)
class Rule:
    """At most so many posts; with `failures_only`, those that were refused: a class may log in together."""

    item: RateLimitItem
    key: Callable[[], str]
    failures_only: bool = False


_GUESSING = (Rule(parse("10 per 5 minutes"), _by_user, failures_only=True),)
_MAILING = (Rule(parse("30 per hour"), _by_address), Rule(parse("5 per hour"), _by_account))
RULES: dict[str, tuple[Rule, ...]] = {
    "security.login": (
        Rule(parse("60 per 5 minutes"), _by_address, failures_only=True),
        Rule(parse("10 per 5 minutes"), _by_account_and_address, failures_only=True),
        Rule(parse("60 per hour"), _by_account, failures_only=True),
    ),
    "security.register": (
        Rule(parse("100 per hour"), _by_address),
        Rule(parse("10 per hour"), _by_account),
    ),
    "security.forgot_password": _MAILING,
    "security.send_confirmation": _MAILING,
    "security.reset_password": (Rule(parse("60 per hour"), _by_address),),
    "security.change_email": (Rule(parse("10 per hour"), _by_user),),
    "security.change_password": _GUESSING,
    "security.verify": _GUESSING,
    "account.delete": _GUESSING,
    "account.download": (Rule(parse("20 per hour"), _by_user),),
}


def init_app(app: Flask) -> None:
    """Count the posts of the pages above, and refuse those beyond the rules with 429."""
    app.before_request(_check)
    app.after_request(_count_failure)


def _check() -> None:
    rules = RULES.get(request.endpoint or "", ())
    if not rules or (request.method != "POST" and request.endpoint != "account.download"):
        return
    if request.is_json:
        # These pages take forms; a body that the rules do not read must not pass them by.
        abort(415)
    if not limiter.enabled:
        return
    for rule in rules:
        names = (str(request.endpoint), rule.key.__name__, rule.key())
        is_allowed = (limiter.limiter.test if rule.failures_only else limiter.limiter.hit)(rule.item, *names)
        if not is_allowed:
            free_at = limiter.limiter.get_window_stats(rule.item, *names).reset_time
            raise TooManyRequests(retry_after=max(1, math.ceil(free_at - clock.now().timestamp())))


def _count_failure(response: Response) -> Response:
    if request.method == "POST" and limiter.enabled and response.status_code in {200, 422}:
        for rule in RULES.get(request.endpoint or "", ()):
            if rule.failures_only:
                limiter.limiter.hit(rule.item, str(request.endpoint), rule.key.__name__, rule.key())
    return response


def _app_security() -> Security:
    found: Security = current_app.extensions["security"]
    return found
