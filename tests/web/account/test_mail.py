"""Mail settings are read from one address; a mail that fails breaks no page."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from quizapp.config import Config, ConfigError
from quizapp.web.account.mail import FileBackend, mail_settings, send
from tests.web.account.mailbox import mails

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask


def _settings(tmp_path: Path, url: str | None) -> dict[str, object]:
    config = Config(secret_key="x" * 48, database_url="sqlite://", data=tmp_path, mail_url=url)
    settings = mail_settings(config)
    return {name.removeprefix("MAIL_"): value for name, value in settings.items()}


@pytest.mark.only_on("sqlite")
def test_without_a_server_mail_is_kept_in_files_and_shown(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    with app.app_context():
        send("A subject", "ben@example.org", "A text with ünïcödé.")
    assert mails(app) == [
        "From: quizapp@localhost\nTo: ben@example.org\nSubject: A subject\n\nA text with ünïcödé.\n"
    ]
    assert "A text with ünïcödé." in capsys.readouterr().err


def test_development_needs_no_setting(tmp_path: Path) -> None:
    assert _settings(tmp_path, None)["BACKEND"] is FileBackend


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "smtps://me%40x:p%2Fw@mail.example.org",
            {
                "SERVER": "mail.example.org",
                "PORT": 465,
                "USERNAME": "me@x",
                "PASSWORD": "p/w",
                "USE_SSL": True,
                "USE_TLS": False,
            },
        ),
        (
            "smtp://me:pw@mail.example.org:2525",
            {"PORT": 2525, "USERNAME": "me", "PASSWORD": "pw", "USE_SSL": False, "USE_TLS": True},
        ),
        ("smtp://localhost", {"PORT": 25, "USERNAME": None, "USE_SSL": False, "USE_TLS": False}),
    ],
)
def test_a_server_is_named_by_its_address(tmp_path: Path, url: str, expected: dict[str, object]) -> None:
    assert expected.items() <= _settings(tmp_path, url).items()


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://me:pw@h:port", "smtp://[me:pw"]
)
def test_another_address_is_refused_without_showing_its_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match="QUIZAPP_MAIL must look like") as refused:
        _settings(tmp_path, url)
    assert "pw" not in str(refused.value)


@pytest.mark.only_on("sqlite")
def test_a_mail_that_cannot_be_sent_breaks_nothing_and_its_text_is_not_logged(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    data = app.config["QUIZAPP"].data
    (data / "mail").write_text("in the way")
    app.config["QUIZAPP"] = dataclasses.replace(app.config["QUIZAPP"], data=data)
    with app.app_context():
        send("A subject", "ben@example.org", "the secret link")
    assert "could not be sent: A subject" in caplog.text
    assert "the secret link" not in caplog.text
