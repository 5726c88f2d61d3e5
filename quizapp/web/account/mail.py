"""Mail: to files and the console on one's own machine, by SMTP elsewhere, with links that no request can bend."""

from __future__ import annotations

import logging
import sys
import threading
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from flask import current_app, url_for
from flask_mailman import EmailMessage
from flask_mailman.backends.base import BaseEmailBackend
from flask_security.mail_util import MailUtil as BaseMailUtil

from quizapp import clock
from quizapp.config import Config, ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask

_SMTP_PORTS = {"smtp": 587, "smtps": 465}
_TIMEOUT_SECONDS = 20

log = logging.getLogger("quizapp.mail")


def mail_settings(config: Config) -> dict[str, Any]:
    """Return the settings of the mail extension.

    `smtps://user:password@host` speaks TLS from the start; `smtp://` turns to TLS before it gives a password, and
    without one sends plainly, as to a relay of the same machine. Raises `ConfigError`.
    """
    settings: dict[str, Any] = {"MAIL_DEFAULT_SENDER": config.mail_from, "MAIL_TIMEOUT": _TIMEOUT_SECONDS}
    if config.mail_url is None:
        return settings | {"MAIL_BACKEND": FileBackend, "MAIL_FILE_PATH": str(config.data / "mail")}
    try:
        parts = urlsplit(config.mail_url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in _SMTP_PORTS or not parts.hostname:
        # The address itself is not shown: it holds a password.
        raise ConfigError("QUIZAPP_MAIL must look like smtps://user:password@host or smtp://host:25.")
    return settings | {
        "MAIL_BACKEND": "smtp",
        "MAIL_SERVER": parts.hostname,
        "MAIL_PORT": port or (_SMTP_PORTS[parts.scheme] if parts.username else 25),
        "MAIL_USERNAME": unquote(parts.username) if parts.username else None,
        "MAIL_PASSWORD": unquote(parts.password) if parts.password else None,
        "MAIL_USE_SSL": parts.scheme == "smtps",
        "MAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
    }


def public_address(endpoint: str, **values: Any) -> str:
    """Return a full address for a mail: from the settings, never from what a request says its host is."""
    config: Config = current_app.config["QUIZAPP"]
    base = config.public_url or f"http://{config.host}:{config.port}"
    return base.rstrip("/") + url_for(endpoint, _external=False, **values)


class MailUtil(BaseMailUtil):
    """Addresses in one spelling, and mail that keeps nobody waiting."""

    def normalize(self, email: str) -> str:
        """Return the address in the spelling under which it is stored; two that differ in case are one."""
        return str(super().normalize(email.strip())).lower()

    def validate(self, email: str) -> str:
        """Return the normalised address; raises where mail could never reach it."""
        return str(super().validate(email.strip())).lower()

    def send_mail(
        self,
        template: str,  # noqa: ARG002
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> None:
        """Send one mail of plain text."""
        send(str(subject), str(recipient), body or "", str(sender))


def send(subject: str, recipient: str, body: str, sender: str | None = None) -> None:
    """Send one mail of plain text.

    By SMTP it goes in the background: a slow server keeps no page waiting, and how long a page takes does not tell
    whether there was anything to send. A mail that fails is logged without its text.
    """
    # The extension gives the application object behind the proxy.
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    sender = sender or app.config["MAIL_DEFAULT_SENDER"]
    if app.config["MAIL_BACKEND"] is FileBackend:
        _deliver(app, subject, recipient, body, sender)
    else:
        threading.Thread(target=_deliver, args=(app, subject, recipient, body, sender), daemon=True).start()


def _deliver(app: Flask, subject: str, recipient: str, body: str, sender: str) -> None:
    with app.app_context():
        try:
            connection = app.extensions["mailman"].get_connection()
            EmailMessage(subject, body, sender, [recipient], connection=connection).send()
        except Exception:
            log.exception("a mail could not be sent: %s", subject)


class FileBackend(BaseEmailBackend):  # type: ignore[misc]
    """Writes each mail to a file of its own and shows it on the console."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        """Write the messages; returns how many."""
        # Not named after the extension's setting: only the data folder of this application is meant.
        config: Config = current_app.config["QUIZAPP"]
        folder = config.data / "mail"
        folder.mkdir(parents=True, exist_ok=True)
        for message in messages:
            name = f"{clock.now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}.txt"
            head = f"From: {message.from_email}\nTo: {', '.join(message.to)}\nSubject: {message.subject}\n"
            head += "".join(f"{header}: {value}\n" for header, value in message.extra_headers.items())
            text = f"{head}\n{message.body}\n"
            (folder / name).write_text(text, "utf-8")
            sys.stderr.write(f"--- mail, kept in {folder / name}\n{text}---\n")
        return len(messages)
