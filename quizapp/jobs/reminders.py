"""Reminders by mail: each few minutes, to those whose hour has come; at most one a study day."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from flask import current_app
from flask_mailman import EmailMultiAlternatives
from huey import crontab

from quizapp import clock
from quizapp.database import NotSavedError, run_tx
from quizapp.operations import rhythm

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from huey import Huey

    from quizapp.config import Config
    from quizapp.operations.rhythm import Reminder

#: A server that refuses so many in a row is left alone until the next time; so is everything after so long a run, for
#: other jobs wait.
_FAILURES: Final = 3
_LONGEST_RUN_SECONDS: Final = 60.0
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})

log = logging.getLogger("quizapp.mail")


def base_address(config: Config) -> str | None:
    """Return what addresses in mails begin with: as set, or that of one's own machine; None where nobody said."""
    if config.public_url:
        return config.public_url.rstrip("/")
    return f"http://{config.host}:{config.port}" if config.host in _LOOPBACK else None


def send_reminders(app_context: Callable[[], AbstractContextManager[Any]]) -> int:
    """Send what is due in a context of its own; returns how many were sent.

    A day is marked before its mail is handed over: should the program end in between, a reminder is lost, never sent
    twice. While the server cannot be reached nothing is marked, and the next run tries again.
    """
    with app_context():
        config: Config = current_app.config["QUIZAPP"]
        base = base_address(config)
        if base is None:
            return 0
        return _Post(base, config.secret_key).send_all()


def register(queue: Huey, app_context: Callable[[], AbstractContextManager[Any]]) -> Callable[[], Any]:
    """Have the queue's consumer send reminders every five minutes; returns the task."""

    @queue.periodic_task(crontab(minute="*/5"), name="send_reminders")  # type: ignore[untyped-decorator]
    def remind() -> None:
        send_reminders(app_context)

    task: Callable[[], Any] = remind
    return task


class _Post:
    """One run: a connection to the mail server, opened when first needed and again after a failure."""

    def __init__(self, base: str, secret: str) -> None:
        self._base = base
        self._secret = secret
        self._connection: Any = None
        # Addresses are built from the settings alone: there is no request here, and none is asked.
        self._urls = current_app.url_map.bind("")

    def send_all(self) -> int:
        """Send every reminder that is due now; returns how many were sent."""
        sent = failures = 0
        started = clock.monotonic()
        for reminder in rhythm.find_reminders(clock.now()):
            is_sent = self._send(reminder)
            sent += bool(is_sent)
            failures = failures + 1 if is_sent is False else 0
            if failures == _FAILURES or clock.monotonic() - started > _LONGEST_RUN_SECONDS:
                break
        self._close()
        return sent

    def _send(self, reminder: Reminder) -> bool | None:
        """Return whether the mail went out; None where the day had its reminder meanwhile."""
        try:
            message = self._write(reminder)
            self._open()
            if not run_tx(lambda: rhythm.claim_reminder(reminder.learner_id, reminder.day)):
                return None
            message.connection = self._connection
            message.send()
        except NotSavedError as problem:
            log.warning("a reminder waits: %s", problem.reason)
            return False
        except Exception:
            # Whatever is wrong with one mail or with the server, the others are still to be tried.
            log.exception("a reminder could not be sent")
            self._close()
            return False
        return True

    def _open(self) -> None:
        if self._connection is None:
            connection = current_app.extensions["mailman"].get_connection()
            connection.open()
            self._connection = connection

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except Exception:
                log.exception("the connection to the mail server could not be closed")

    def _write(self, reminder: Reminder) -> EmailMultiAlternatives:
        stop = self._address(
            "rhythm.unsubscribe", token=rhythm.reminder_token(self._secret, reminder.learner_id)
        )
        words = {
            "reminder": reminder,
            "study": self._address("study.index"),
            "settings": self._address("account.index"),
            "stop": stop,
        }
        # Not through Flask, whose templates are given what only a request knows.
        text, html = (
            current_app.jinja_env.get_template(f"email/reminder.{kind}").render(words)
            for kind in ("txt", "html")
        )
        message = EmailMultiAlternatives(
            _subject(reminder),
            text,
            current_app.config["MAIL_DEFAULT_SENDER"],
            [reminder.email],
            # A mailbox stops reminders by one click on its own button (RFC 8058).
            headers={
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
            },
        )
        message.attach_alternative(html, "text/html")
        return message

    def _address(self, endpoint: str, **values: Any) -> str:
        return self._base + self._urls.build(endpoint, values)


def _subject(reminder: Reminder) -> str:
    if reminder.cards:
        minutes = "About a minute" if reminder.minutes <= 1 else f"About {reminder.minutes} minutes"
        return f"{minutes} today: {reminder.cards:,} card{'' if reminder.cards == 1 else 's'}"
    return f"{reminder.minutes_done} of {reminder.goal_minutes} minutes today"
