"""The factory: settings, extensions, doors, headers, error pages."""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import brotli
from flask import Flask, abort, jsonify, render_template, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, NoResultFound, OperationalError
from werkzeug.exceptions import HTTPException

from quizapp import config as settings
from quizapp import models, paths
from quizapp.database import NotSavedError
from quizapp.extensions import compress, csrf, db, limiter, migrate
from quizapp.web import (
    access,
    account,
    author,
    browse,
    home,
    library,
    plans,
    progress,
    quizzes,
    rendering,
    rhythm,
    study,
    teaching,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from itsdangerous import URLSafeTimedSerializer
    from werkzeug.wrappers.response import Response as BaseResponse

_YEAR = 365 * 24 * 3600
_CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_SQUEEZED = frozenset(
    {
        "application/json",
        "application/manifest+json",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
    }
)
_HEADERS = {
    "Content-Security-Policy": _CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

_ELSEWHERE = (
    "What you learned was brought into your account, or deleted, in the meantime. Nothing was saved just now; "
    "reload the page to go on."
)

_LOOKS_LIKE_ID = re.compile(r"[0-9a-f-]{8,}|\d+")

log = logging.getLogger("quizapp")


class _Sessions(SecureCookieSessionInterface):
    """Sessions in signed cookies; what signs them is made once, not twice a request."""

    _signing: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._signing is None:
            self._signing = super().get_signing_serializer(app)
        return self._signing


class Application(Flask):
    """Flask, without what is asked anew at every request and never changes here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session_interface = _Sessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return what is called as it is: nothing here is a coroutine."""
        return func


def create_app(config: settings.Config | None = None) -> Flask:
    """Return an application for these settings; without any, for those of the environment."""
    config = settings.load() if config is None else config
    app = Application(
        "quizapp",
        template_folder=str(paths.templates()),
        static_folder=str(paths.static()),
        instance_path=str(config.data),
    )
    is_https = (config.public_url or "").startswith("https://")
    app.config.update(
        QUIZAPP=config,
        SECRET_KEY=config.secret_key,
        TESTING=config.testing,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        # Text of questions and learners is data: it may not grow without bound, and files come in by their own door.
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="quizapp",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_https,
        # A late answer must not bring back the cookie of before, when its person has logged in or out meanwhile.
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=_YEAR,
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_STORAGE_URI=config.limiter_storage,
        RATELIMIT_HEADERS_ENABLED=True,
        COMPRESS_MIMETYPES=sorted(_SQUEEZED),
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,
    )
    app.before_request(_refuse_nul)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(paths.migrations()))
    csrf.init_app(app)
    compress.init_app(app)
    limiter.init_app(app)
    # The few pages with a limit look at it themselves; there is none of the whole application.
    app.before_request_funcs[None].remove(limiter._check_request_limit)  # noqa: SLF001
    rendering.init_app(app)
    access.init_app(app)
    account.init_app(app)
    for door in (home, study, rhythm, plans, library, browse, quizzes, progress, author, teaching, account):
        app.register_blueprint(door.bp)
    app.after_request(_add_headers)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(NotSavedError, _not_saved)
    app.register_error_handler(OperationalError, _no_database)
    app.register_error_handler(IntegrityError, _lost_hold)
    app.register_error_handler(NoResultFound, _lost_hold)
    app.register_error_handler(Exception, _fault)
    assert models  # noqa: S101 - imported so that every table is known
    return app


def _refuse_nul() -> None:
    """Refuse text with a NUL, which no page sends and PostgreSQL does not take."""
    if any("\0" in text for text in (request.path, *request.args.values(), *request.form.values())):
        abort(400)


def _add_headers(response: Response) -> Response:
    headers = response.headers
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR}")
    if request.endpoint != "static":
        # Pages hold what is one learner's own.
        headers.setdefault("Cache-Control", "private, no-cache")
        return response
    if response.status_code == 200 and response.mimetype in _SQUEEZED:
        # Read whole: what streams a file would leave it open when it is compressed on the way.
        response.direct_passthrough = False
        response.make_sequence()
        if "v" in request.args and request.accept_encodings["br"]:
            response.set_data(_squeeze(response.get_data()))
            response.content_encoding = "br"
            response.vary.add("Accept-Encoding")
            response.set_etag(f"{response.get_etag()[0]}:br")
    if "v" in request.args:
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = _YEAR
        response.cache_control.immutable = True
    return response


@lru_cache(maxsize=64)
def _squeeze(data: bytes) -> bytes:
    """Return a file that is the same for everybody as small as can be; the work is done once."""
    squeezed: bytes = brotli.compress(data, quality=10)
    return squeezed


def _page(code: int, **words: str) -> tuple[str | BaseResponse, int]:
    if access.wants_json():
        return jsonify(error=words.get("reason") or code), code
    known = code if code in {400, 403, 404, 405, 409, 413, 429, 500, 503} else (500 if code >= 500 else 400)
    return render_template(f"errors/{known}.html", **words), code


def _http_error(problem: HTTPException) -> tuple[str | BaseResponse, int] | HTTPException:
    if problem.code is None or problem.code < 400:
        return problem
    wait = getattr(problem, "retry_after", None)
    body, code = _page(problem.code, reason=problem.description or "", retry_after=str(wait or ""))
    response = problem.get_response()
    keep = {name: response.headers[name] for name in ("Allow", "Retry-After") if name in response.headers}
    return (body, code, keep) if keep else (body, code)  # type: ignore[return-value]


def _form_too_old(problem: CSRFError) -> Any:
    """Give back what was typed, to be sent again with a token of now; a script is told in its own way."""
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return _http_error(problem)
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != "csrf_token" and "password" not in name
    ]
    # Ids and keys are sent again with the rest, but say nothing to a person.
    told = {name for name, value in fields if len(value) > 2 and not _LOOKS_LIKE_ID.fullmatch(value)}
    return render_template("errors/resend.html", fields=fields, told=told), 400


def _not_saved(problem: NotSavedError) -> tuple[str | BaseResponse, int, dict[str, str]]:
    log.error("nothing was saved: %s", problem.reason)
    return (*_page(503, reason=problem.reason), {"Retry-After": "2"})


def _no_database(problem: OperationalError) -> tuple[str | BaseResponse, int, dict[str, str]]:
    log.error("the database did not answer: %s", problem.orig)
    return (*_page(503, reason="The database did not answer."), {"Retry-After": "5"})


def _lost_hold(problem: Exception) -> tuple[str | BaseResponse, int]:
    """Tell who was merged into an account or erased while their request was under way; anything else is a fault."""
    if not access.is_learner_gone():
        return _fault(problem)
    if access.wants_json():
        return jsonify(state="other-learner", error=_ELSEWHERE), 409
    return _page(409)


def _fault(problem: Exception) -> tuple[str | BaseResponse, int]:
    if request.environ.get("werkzeug.debug.preserve_context"):
        raise problem
    log.error("a request failed: %s %s", request.method, request.path, exc_info=problem)
    return _page(500)
