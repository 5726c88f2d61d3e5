"""What was mailed: development keeps every mail as a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def mails(app: Flask) -> list[str]:
    """Return the texts of all mails, oldest first."""
    folder = app.config["QUIZAPP"].data / "mail"
    files = sorted(folder.glob("*.txt"), key=lambda file: file.stat().st_mtime_ns)
    return [file.read_text("utf-8") for file in files]


def link_in(mail: str) -> str:
    """Return the path of the first link of a mail."""
    found = re.search(r"http://127\.0\.0\.1:8000(/\S+)", mail)
    assert found is not None, mail
    return found[1]
