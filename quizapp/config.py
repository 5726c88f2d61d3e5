"""Settings from the environment, with defaults that are safe on one's own machine and refuse to be unsafe elsewhere."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECRET_LENGTH = 32
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_KNOWN_WEAK = ("change", "secret", "password", "example", "default")


class ConfigError(Exception):
    """A setting is missing or unsafe; the message says which one and what to set."""


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting of the application, validated.

    `data` holds the database, the job queue, mail written to files and the development secret. `sources` maps
    document names to files whose cited passages may be shown. `guest_days` is None where guests never expire.
    """

    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    data: Path
    environment: str = "development"
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str | None = None
    sources: Path | None = None
    mail_url: str | None = field(default=None, repr=False)
    mail_from: str = "quizapp@localhost"
    guest_days: int | None = None
    limiter_storage: str = "memory://"
    jobs_immediate: bool = False
    testing: bool = False

    @property
    def is_development(self) -> bool:
        """Whether the application runs on its owner's machine."""
        return self.environment == "development"


def default_data_folder() -> Path:
    """Return `./data` in the current folder: the one place that holds everything to back up."""
    return Path.cwd() / "data"


def load(environ: Mapping[str, str] | None = None) -> Config:
    """Read the settings of the process.

    Raises `ConfigError` naming the variable and the remedy: outside development a missing, short or well-known
    `QUIZAPP_SECRET_KEY` is refused, and so is a data folder that cannot be written.
    """
    env = os.environ if environ is None else environ
    environment = env.get("QUIZAPP_ENV", "development")
    if environment not in {"development", "production"}:
        raise ConfigError(f"QUIZAPP_ENV is {environment!r}; set it to development or production.")
    data = Path(env.get("QUIZAPP_DATA") or default_data_folder()).expanduser().resolve()
    _make_folder(data)
    host = env.get("QUIZAPP_HOST", "127.0.0.1")
    if environment == "development" and host not in _LOOPBACK:
        raise ConfigError(
            f"QUIZAPP_HOST is {host}, which others can reach, but QUIZAPP_ENV is development. "
            "Set QUIZAPP_ENV=production and QUIZAPP_SECRET_KEY, or leave QUIZAPP_HOST at 127.0.0.1."
        )
    sources = env.get("QUIZAPP_SOURCES")
    return Config(
        secret_key=_secret(env.get("QUIZAPP_SECRET_KEY"), environment, data),
        database_url=database_url(env.get("DATABASE_URL"), data),
        data=data,
        environment=environment,
        host=host,
        port=_number(env, "QUIZAPP_PORT", 8000, 0, 65535),
        public_url=env.get("QUIZAPP_PUBLIC_URL") or None,
        sources=Path(sources).expanduser().resolve() if sources else None,
        mail_url=env.get("QUIZAPP_MAIL") or None,
        mail_from=env.get("QUIZAPP_MAIL_FROM", "quizapp@localhost"),
        guest_days=_number(env, "QUIZAPP_GUEST_DAYS", 180, 1, 36500) if host not in _LOOPBACK else None,
        limiter_storage=env.get("QUIZAPP_LIMITER_STORAGE", "memory://"),
    )


def database_url(given: str | None, data: Path) -> str:
    """Return the SQLAlchemy address: SQLite in the data folder unless one is given; PostgreSQL through psycopg 3."""
    if not given:
        return f"sqlite:///{data / 'quizapp.sqlite3'}"
    for prefix in ("postgres://", "postgresql://"):
        if given.startswith(prefix):
            return "postgresql+psycopg://" + given.removeprefix(prefix)
    if not given.startswith(("sqlite:", "postgresql+psycopg:")):
        raise ConfigError(
            "DATABASE_URL must begin with sqlite: or postgresql:, for instance postgresql://user@host/name."
        )
    return given


def _make_folder(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ConfigError(
            f"The data folder {data} cannot be made ({problem.strerror}). Set QUIZAPP_DATA to a folder you may write."
        ) from problem
    if not os.access(data, os.W_OK):
        raise ConfigError(
            f"The data folder {data} cannot be written. Set QUIZAPP_DATA to a folder you may write."
        )


def _secret(given: str | None, environment: str, data: Path) -> str:
    if given:
        if environment != "development" and (
            len(given) < _SECRET_LENGTH or any(word in given.casefold() for word in _KNOWN_WEAK)
        ):
            raise ConfigError(
                f"QUIZAPP_SECRET_KEY is too weak: use at least {_SECRET_LENGTH} random characters, "
                "for instance from: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        return given
    if environment != "development":
        raise ConfigError(
            "QUIZAPP_SECRET_KEY is not set. Outside development there is no default: set it to the output of "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))' and keep it, or every learner is logged out."
        )
    kept = data / "development-secret"
    if not kept.exists():
        # Exclusive creation: two first starts at once must agree on one secret.
        try:
            descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(secrets.token_urlsafe(48))
    return kept.read_text("utf-8")


def _number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    raw = env.get(name)
    if raw is None or not raw.strip():
        return default
    try:
        number = int(raw)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise ConfigError(f"{name} is {raw!r}; set it to a whole number from {least} to {most}.")
    return number
