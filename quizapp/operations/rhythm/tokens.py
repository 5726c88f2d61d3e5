"""Signed words that stand in addresses: which learner a calendar or a reminder belongs to."""

from __future__ import annotations

import base64
import binascii
import hashlib
import uuid

from itsdangerous import BadSignature, Signer


def calendar_token(secret: str, learner_id: uuid.UUID, key: uuid.UUID) -> str:
    """Return the word for the address of a learner's calendar; another key makes another word."""
    return _sign(secret, "calendar", learner_id.bytes + key.bytes)


def read_calendar_token(secret: str, token: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    """Return the learner and the key of a calendar's address; None for one that was not made here."""
    data = _unsign(secret, "calendar", token)
    if data is None or len(data) != 32:
        return None
    return uuid.UUID(bytes=data[:16]), uuid.UUID(bytes=data[16:])


def reminder_token(secret: str, learner_id: uuid.UUID) -> str:
    """Return the word for the address that stops a learner's reminders."""
    return _sign(secret, "reminder", learner_id.bytes)


def read_reminder_token(secret: str, token: str) -> uuid.UUID | None:
    """Return the learner whose reminders an address stops; None for one that was not made here."""
    data = _unsign(secret, "reminder", token)
    return None if data is None or len(data) != 16 else uuid.UUID(bytes=data)


def _signer(secret: str, purpose: str) -> Signer:
    return Signer(secret, salt=f"quizapp.{purpose}", digest_method=hashlib.sha256)


def _sign(secret: str, purpose: str, data: bytes) -> str:
    return _signer(secret, purpose).sign(base64.urlsafe_b64encode(data).rstrip(b"=")).decode()


def _unsign(secret: str, purpose: str, token: str) -> bytes | None:
    try:
        text = _signer(secret, purpose).unsign(token.encode())
        return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    except (BadSignature, binascii.Error, UnicodeEncodeError):
        return None
