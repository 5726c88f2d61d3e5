"""Sends forms as a page would: with the token of the browser's session."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from itsdangerous import URLSafeTimedSerializer

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


def token_of(client: FlaskClient) -> str:
    """Return a token that this browser's session accepts."""
    with client.session_transaction() as session:
        raw = session.setdefault("csrf_token", uuid.uuid4().hex)
    return URLSafeTimedSerializer(client.application.secret_key, salt="wtf-csrf-token").dumps(raw)


def post(
    client: FlaskClient,
    url: str,
    data: dict[str, Any] | None = None,
    *,
    as_json: bool = False,
    **options: Any,
) -> TestResponse:
    """Send a form with its token; `as_json` asks for the answer that scripts get."""
    headers = {"Accept": "application/json"} if as_json else {}
    return client.post(url, data={"csrf_token": token_of(client), **(data or {})}, headers=headers, **options)
