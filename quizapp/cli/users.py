"""`quizapp users`: accounts made, given a role or extra time, listed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

import click
from flask_security import hash_password
from flask_security.mail_util import EmailValidateException

from quizapp import clock
from quizapp.cli.application import database_in_words, make_app
from quizapp.core.timing import ExtraTime
from quizapp.database import run_tx
from quizapp.models.users import RoleName, find_learner_of_user, find_user_by_email
from quizapp.operations import accounts
from quizapp.operations.quizzes import supervising

if TYPE_CHECKING:
    from flask import Flask

_ROLES = click.Choice([role.value for role in RoleName])
_LONGEST_NAME = 80
_MOST_PERCENT = 400


@click.group()
def users() -> None:
    """Make accounts, give them roles and extra time, list them."""


@users.command()
@click.argument("email")
@click.option(
    "--role", type=_ROLES, default=RoleName.LEARNER.value, show_default=True, help="What it may do."
)
@click.option("--name", default="", help="What others see; the part before the @ unless given.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of asking."
)
def create(email: str, role: str, name: str, password_stdin: bool) -> None:
    """Make an account for EMAIL; asks for its password."""
    app = make_app()
    with app.app_context(), database_in_words():
        address = _address(app, email)
        if find_user_by_email(address) is not None:
            _taken(address)
        shown = " ".join(name.split()) or address.partition("@")[0]
        if len(shown) > _LONGEST_NAME or not shown.isprintable():
            raise click.ClickException(f"The name may have at most {_LONGEST_NAME} printable characters.")
        password = _read_password(password_stdin)
        flaws, normal = app.extensions["security"].password_util.validate(
            password, is_register=True, email=address, name=shown
        )
        if flaws:
            raise click.ClickException(f"{' '.join(flaws)} Nothing was changed.")
        hashed = hash_password(normal)
        now = clock.now()
        try:
            run_tx(
                lambda: accounts.create_user(
                    email=address, password_hash=hashed, name=shown, role=RoleName(role), now=now
                )
            )
        except accounts.AddressTakenError:
            _taken(address)
    click.echo(f"{address} can log in now, as {role}.")


@users.command("role")
@click.argument("email")
@click.argument("role", type=_ROLES)
def change_role(email: str, role: str) -> None:
    """Give the account of EMAIL another ROLE; it counts from its next request."""
    app = make_app()
    with app.app_context(), database_in_words():
        address = _address(app, email)
        try:
            run_tx(lambda: accounts.change_role(address, RoleName(role)))
        except accounts.NoSuchUserError:
            raise _nobody(address) from None
    click.echo(f"{address} is {role} now.")


@users.command("extra-time")
@click.argument("email")
@click.argument("extra", metavar="PERCENT|untimed")
def set_extra_time(email: str, extra: str) -> None:
    """Give the account of EMAIL more time at every quiz, those running too.

    25 is 25 % more than the limit, untimed is no limit at all, 0 takes it back.
    """
    wanted = _extra_time(extra)
    app = make_app()
    with app.app_context(), database_in_words():
        address = _address(app, email)
        user = find_user_by_email(address)
        if user is None:
            raise _nobody(address)
        user_id, now = user.id, clock.now()

        def unit() -> None:
            learner = find_learner_of_user(user_id)
            # Whoever never studied has no learner yet.
            learner = learner or accounts.make_learner(user_id=user_id, time_zone="UTC", now=now)
            supervising.set_learner_extra_time(learner.id, wanted, now)

        run_tx(unit)
    if wanted.is_untimed:
        click.echo(f"{address} has no time limit at any quiz now.")
    elif wanted:
        click.echo(f"{address} has {wanted.percent} % more time at every quiz now.")
    else:
        click.echo(f"{address} has no extra time of their own now.")


@users.command("list")
def list_all() -> None:
    """List all accounts: address, role, state, name."""
    app = make_app()
    with app.app_context(), database_in_words():
        found = accounts.list_users()
        width = max((len(user.email) for user in found), default=0)
        for user in found:
            state = "active" if user.active else "closed"
            click.echo(f"{user.email:<{width}}  {accounts.role_of(user).value:<13}  {state}  {user.name}")
    if not found:
        click.echo("There is no account yet. Make one: quizapp users create EMAIL --role instructor")


def _address(app: Flask, email: str) -> str:
    try:
        return str(app.extensions["security"].mail_util.validate(email))
    except (EmailValidateException, ValueError):
        raise click.ClickException(f"{email!r} is not an e-mail address like name@example.org.") from None


def _extra_time(text: str) -> ExtraTime:
    if text.casefold() == "untimed":
        return ExtraTime(is_untimed=True)
    digits = text.removesuffix("%").strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 3 and int(digits) <= _MOST_PERCENT):
        raise click.ClickException(
            f"{text!r} is no extra time. Give percent from 0 to {_MOST_PERCENT}, such as 25, or: untimed"
        )
    return ExtraTime(percent=int(digits))


def _nobody(address: str) -> click.ClickException:
    return click.ClickException(f"No account has the address {address}. See: quizapp users list")


def _read_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _taken(address: str) -> NoReturn:
    raise click.ClickException(
        f"{address} has an account already. To change its role: quizapp users role {address} ROLE"
    )
