"""How Flask-Security is bound to the application: settings, words, and what happens on logging in and out."""

from __future__ import annotations

import hashlib
import hmac
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import flash, g, render_template, request, session
from flask_login import user_logged_out
from flask_security import Security, change_email_confirmed, user_authenticated

from quizapp import clock
from quizapp.extensions import db, mail
from quizapp.models import Role, User
from quizapp.operations.accounts import adopt_guest
from quizapp.web.access import FORMER, GUEST, current_user_or_none, guest_learner_id, owner_tag
from quizapp.web.account import forms, limits
from quizapp.web.account.datastore import Datastore, load_user
from quizapp.web.account.mail import MailUtil, mail_settings, public_address, send
from quizapp.web.account.passwords import SHORTEST, Gate, GatedContext, PasswordUtil

if TYPE_CHECKING:
    import uuid

    from flask import Flask

    from quizapp.config import Config

log = logging.getLogger("quizapp.accounts")

_HOURS = timedelta(hours=2)
_PAGES = {
    "URL_PREFIX": "/account",
    "LOGIN_URL": "/log-in",
    "LOGOUT_URL": "/log-out",
    "REGISTER_URL": "/sign-up",
    "RESET_URL": "/reset",
    "CHANGE_URL": "/change-password",
    "CONFIRM_URL": "/confirm",
    "VERIFY_URL": "/verify",
    "CHANGE_EMAIL_URL": "/change-email",
    "CHANGE_EMAIL_CONFIRM_URL": "/change-email-confirm",
    "POST_LOGIN_VIEW": "home.index",
    "POST_LOGOUT_VIEW": "home.index",
    "POST_REGISTER_VIEW": "account.signed_up",
    "POST_CHANGE_VIEW": "account.index",
    "POST_CHANGE_EMAIL_VIEW": "account.index",
    "STATIC_FOLDER": None,
}
_MAILS = {
    "EMAIL_HTML": False,
    "EMAIL_SUBJECT_REGISTER": "Your quizapp account",
    "EMAIL_SUBJECT_CONFIRM": "Confirm your e-mail address",
    "EMAIL_SUBJECT_PASSWORD_RESET": "Set a new password",
    "EMAIL_SUBJECT_PASSWORD_NOTICE": "Your password was changed",
    "EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": "Your password was changed",
    "CHANGE_EMAIL_SUBJECT": "Confirm your new e-mail address",
    "REGISTER_EMAIL_TEMPLATE": "email/welcome",
    "REGISTER_EMAIL_EXISTING_TEMPLATE": "email/welcome_existing",
    "EMAIL_TEMPLATE_CONFIRM": "email/confirm",
    "EMAIL_TEMPLATE_PASSWORD_RESET": "email/reset",
    "EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": "email/password_changed",
    "EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE": "email/password_changed",
    "CHANGE_EMAIL_EMAIL_TEMPLATE": "email/change_email",
}
_WORDS = {
    "GENERIC_AUTHN_FAILED": ("This e-mail address and password do not belong together.", "error"),
    "UNAUTHENTICATED": ("Log in to see this page.", "info"),
    "REAUTHENTICATION_REQUIRED": ("Enter your password again before you change this.", "info"),
    "REAUTHENTICATION_SUCCESSFUL": ("Thank you. You can go on.", "success"),
    "ANONYMOUS_USER_REQUIRED": ("You are logged in already.", "info"),
    "CONFIRM_REGISTRATION": ("A mail with a link is on its way to %(email)s.", "info"),
    "CONFIRMATION_REQUEST": (
        "If %(email)s waits to be confirmed, a mail with a link is on its way to it.",
        "info",
    ),
    "EMAIL_CONFIRMED": ("Your e-mail address is confirmed. You can log in now.", "success"),
    "ALREADY_CONFIRMED": ("This e-mail address was confirmed before. You can log in.", "info"),
    "INVALID_CONFIRMATION_TOKEN": ("This link is not complete. Ask for a new one here.", "error"),
    "CONFIRMATION_EXPIRED": ("This link was valid for %(within)s only. Ask for a new one here.", "error"),
    "PASSWORD_RESET_REQUEST": (
        "If %(email)s has an account, a mail with a link to set a new password is on its way to it.",
        "info",
    ),
    "PASSWORD_RESET_EXPIRED": ("This link was valid for %(within)s only. Ask for a new one here.", "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (
        "This link was used before, or is not complete. Ask for a new one here.",
        "error",
    ),
    "PASSWORD_RESET_NO_LOGIN": ("Your password is changed. Log in with the new one.", "success"),
    "PASSWORD_CHANGE": ("Your password is changed. Everywhere else you were logged out.", "success"),
    "PASSWORD_IS_THE_SAME": ("The new password is the present one. Choose another.", "error"),
    "PASSWORD_NOT_PROVIDED": ("Enter a password.", "error"),
    "INVALID_PASSWORD": ("This is not your password.", "error"),
    "EMAIL_NOT_PROVIDED": ("Enter your e-mail address.", "error"),
    "INVALID_EMAIL_ADDRESS": ("Enter an e-mail address like name@example.org.", "error"),
    "CHANGE_EMAIL_SENT": (
        "A mail with a link is on its way to %(email)s. The address changes once you open that link.",
        "info",
    ),
    "CHANGE_EMAIL_CONFIRMED": ("Your e-mail address is changed.", "success"),
    "CHANGE_EMAIL_EXPIRED": ("This link was valid for %(within)s only. Start again here.", "error"),
    "API_ERROR": ("This link was used before, or is not complete. Start again here.", "error"),
}
#: What a session keeps when its person logs out.
_KEPT = frozenset({"_flashes", "_remember"})


def init_app(app: Flask) -> None:
    """Bind accounts to the application."""
    config: Config = app.config["QUIZAPP"]
    app.config.update(mail_settings(config))
    app.config.update(_settings(app, config))
    app.config.update({f"SECURITY_{name}": value for name, value in (_PAGES | _MAILS).items()})
    app.config.update({f"SECURITY_MSG_{name}": words for name, words in _WORDS.items()})
    mail.init_app(app)
    # A new one for each application: it remembers which features were ever switched on.
    security = Security(mail_util_cls=MailUtil, password_util_cls=PasswordUtil)
    security.init_app(
        app,
        Datastore(db, User, Role),
        login_form=forms.LogInForm,
        register_form=forms.SignUpForm,
        forgot_password_form=forms.ForgotForm,
        send_confirmation_form=forms.ConfirmationForm,
        reset_password_form=forms.ResetForm,
        change_password_form=forms.ChangePasswordForm,
        change_email_form=forms.ChangeEmailForm,
        verify_form=forms.VerifyForm,
    )
    security.pwd_context = GatedContext(security.pwd_context, Gate())
    # Pages answer with pages, and only a session tells who asks: no token in a header or an address.
    security.want_json(lambda _request: False)
    security.login_manager.request_loader(lambda _request: None)
    security.login_manager.user_loader(load_user)
    # Rights are asked of the user: the extension would look up the roles of everybody, whatever is asked for.
    app.before_request_funcs[None].remove(security.principal._on_before_request)  # noqa: SLF001
    app.add_template_global(public_address)
    limits.init_app(app)
    app.before_request(_catch_up)
    user_authenticated.connect(_logged_in, app)
    user_logged_out.connect(_logged_out, app)
    change_email_confirmed.connect(_address_changed, app)


def _settings(app: Flask, config: Config) -> dict[str, Any]:
    is_secure = bool(app.config["SESSION_COOKIE_SECURE"])
    cheap = {"argon2__time_cost": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1}
    return {
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": cheap if config.testing else {},
        # Argon2 makes a salt for each password. Nothing of the secret key goes in besides, so that a new key logs people
        # out but leaves their passwords valid; the extension wants this setting all the same.
        "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
        "SECURITY_PASSWORD_SALT": _derived(config.secret_key, "password salt"),
        # For what goes into signed links: the default takes a third of a second, and would tell who has an account.
        "SECURITY_HASHING_SCHEMES": ["hex_sha256"],
        "SECURITY_DEPRECATED_HASHING_SCHEMES": [],
        "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST,
        "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKC",
        "SECURITY_PASSWORD_CONFIRM_REQUIRED": False,
        "SECURITY_INPUT_NORMALIZE_FORM": "NFKC",
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [{"email": {"mapper": _spelling, "case_insensitive": False}}],
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "SECURITY_EMAIL_SENDER": config.mail_from,
        "SECURITY_REGISTERABLE": True,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_CHANGE_EMAIL": True,
        # Where mail can be delivered, an account begins with confirming its address, and signing up tells nobody
        # whether an address has one. On a machine of one's own one is logged in at once.
        "SECURITY_CONFIRMABLE": config.mail_url is not None,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_RESET_PASSWORD_WITHIN": _HOURS,
        "SECURITY_CHANGE_EMAIL_WITHIN": _HOURS,
        "SECURITY_FRESHNESS": timedelta(minutes=30),
        "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(minutes=10),
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
        "SECURITY_DATETIME_FACTORY": clock.now,
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
        "REMEMBER_COOKIE_NAME": "quizapp_remember",
        "REMEMBER_COOKIE_DURATION": timedelta(days=60),
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": is_secure,
    }


def _derived(secret: str, purpose: str) -> str:
    """Return a key of its own for a purpose: one that leaks does not give the others away."""
    return hmac.new(secret.encode(), f"quizapp {purpose}".encode(), hashlib.sha256).hexdigest()


def _spelling(identity: str) -> str | None:
    return identity.strip().lower() or None


def _logged_in(_app: Flask, user: User, **_more: Any) -> None:
    # Whatever was planted in this browser before is no token any more, and only "keep me logged in" outlives it.
    session.permanent = False
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    _bring_guest(user.id)


def _logged_out(_app: Flask, user: object, **_more: Any) -> None:
    """Leave nothing of a person behind: the next one at this browser is a new guest."""
    if not isinstance(user, User):
        # Confirming an address logs out whoever is there; a guest stays the guest it is.
        return
    for name in set(session) - _KEPT:
        session.pop(name)
    g.pop("learner", None)
    g.pop("csrf_token", None)
    # Whoever deletes an account or confirms an address is told of that instead.
    if request.endpoint == "security.logout":
        flash("You are logged out.", "success")


def _bring_guest(user_id: uuid.UUID) -> None:
    guest_id = guest_learner_id()
    if guest_id is not None:
        try:
            has_brought = adopt_guest(user_id, guest_id, clock.now())
        except Exception:
            # Nobody is kept out by this. The guest is kept, and so is the key to it: the next post tries again.
            db.session.rollback()
            log.exception("guest %s was not brought along yet", guest_id)
            return
        session[FORMER] = owner_tag(guest_id)
        # The page after signing up says so itself.
        if has_brought and request.endpoint != "security.register":
            flash("What you studied on this browser as a guest is in your account now.", "success")
    session.pop(GUEST, None)
    g.pop("learner", None)


def _catch_up() -> None:
    """Bring a guest along that could not be when its person logged in."""
    if request.method == "POST" and GUEST in session:
        user = current_user_or_none()
        if user is not None:
            _bring_guest(user.id)


def _address_changed(_app: Flask, user: User, old_email: str, **_more: Any) -> None:
    send("Your e-mail address was changed", old_email, render_template("email/email_changed.txt", user=user))
