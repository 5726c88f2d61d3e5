"""Which passwords are good enough, and how many may be hashed at once."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask_security.password_util import PasswordUtil as BasePasswordUtil
from werkzeug.exceptions import ServiceUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHORTEST: Final = 10
LONGEST: Final = 128
#: What must remain of a password once the person's own name and address are taken out.
_REST: Final = 6
#: Nobody's password; what is sent beyond it is cut off before it is hashed.
_HASHED: Final = 1024
#: Fewer different characters than this is one key held down.
_DIFFERENT: Final = 4


class PasswordUtil(BasePasswordUtil):
    """Long, not among the common ones, not one's own name; no rules on which characters."""

    def validate(
        self,
        password: str,
        is_register: bool,  # noqa: ARG002 - whose words count is told by what else is given
        **kwargs: Any,
    ) -> tuple[list[str] | None, str]:
        """Return what is wrong, if anything, and the password as it is hashed."""
        normal = self.normalize(password)
        user = kwargs.get("user")
        email = kwargs.get("email") if user is None else user.email
        name = kwargs.get("name") if user is None else user.name
        problem = weakness(normal, own=own_words(str(email or ""), str(name or "")))
        return ([problem] if problem else None), normal


def weakness(password: str, own: Iterable[str] = ()) -> str | None:
    """Return in words why a (normalised) password is too easy to guess, or None; `own` are words of the person."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. Several words in a row are easy to remember."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    folded = password.casefold()
    if _is_common(folded) or len(set(folded)) < _DIFFERENT:
        return "This password is among the first that are tried. Choose one that only you would think of."
    rest = folded
    for word in sorted(own, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(rest) < _REST and rest != folded:
        return "This password is made of your name or e-mail address. Choose one that nobody can look up."
    return None


def own_words(email: str, name: str) -> set[str]:
    """Return the words about a person that do not make a password: name, address and their longer parts."""
    email, name = email.casefold(), name.casefold()
    local, _, domain = email.partition("@")
    parts = re.split(r"[\W_]+", f"{local} {domain} {name}")
    words = {email, local, domain, name, name.replace(" ", "")} | {part for part in parts if len(part) >= 4}
    return {word for word in words if len(word) >= 3}


def _is_common(folded: str) -> bool:
    known = _common_passwords()
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    return folded in known or core in known


@lru_cache(maxsize=1)
def _common_passwords() -> frozenset[str]:
    lines = Path(__file__).with_name("common-passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


class Gate:
    """Lets a few hashes work at once and a few more wait; whoever comes beyond that is asked to come back.

    An Argon2 hash takes all of a processor core and 64 MB: a class that logs in together must not stop the site, nor
    take every thread of the server. The gate counts the threads of one process, which is enough for the server that
    ships; several processes each have their own.
    """

    def __init__(self, running: int = 2, waiting: int = 2, seconds: float = 5.0) -> None:
        self._places = threading.BoundedSemaphore(running + waiting)
        self._running = threading.BoundedSemaphore(running)
        self._seconds = seconds

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place while hashing; raises 503 with Retry-After where there is none."""
        if not self._places.acquire(blocking=False):
            raise _busy()
        try:
            if not self._running.acquire(timeout=self._seconds):
                raise _busy()
            try:
                yield
            finally:
                self._running.release()
        finally:
            self._places.release()


class GatedContext:
    """The hashing of passwords, behind a gate."""

    def __init__(self, context: Any, gate: Gate) -> None:
        self._context = context
        self._gate = gate

    def hash(self, secret: str | bytes, **options: Any) -> str:
        """Hash a password."""
        with self._gate.place():
            return str(self._context.hash(secret[:_HASHED], **options))

    def verify(self, secret: str | bytes, hashed: str) -> bool:
        """Return whether a password is the one that was hashed."""
        with self._gate.place():
            return bool(self._context.verify(secret[:_HASHED], hashed))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)


def _busy() -> ServiceUnavailable:
    return ServiceUnavailable("Many people are logging in at this moment.", retry_after=3)
