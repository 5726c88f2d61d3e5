"""Files of a bank as bytes, never more of them than one would write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quizapp.formats.facts_yaml.errors import BankError, BankErrors

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES: Final = 10 * 1024 * 1024


def read_limited(source: Path | bytes, file: str) -> bytes:
    """Return the content; raises `BankErrors` for one over 10 MB, unread, and for a file that cannot be read."""
    try:
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size > MAX_BYTES:
            problem = f"the file has {size:,} bytes, the limit is {MAX_BYTES:,}"
            raise BankErrors([BankError(file, 0, None, problem, "split the bank")])
        return source if isinstance(source, bytes) else source.read_bytes()
    except OSError as error:
        problem = f"the file cannot be read: {error.strerror}"
        raise BankErrors([BankError(file, 0, None, problem, "check its path and its rights")]) from error
