"""`quizapp users`: accounts from the terminal, with clear words where something stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from quizapp.cli import users as commands
from quizapp.database import db
from quizapp.models import Learner, User
from quizapp.models.users import find_learner_of_user, find_user_by_email
from tests.forms import post
from tests.taught import Taught, later

if TYPE_CHECKING:
    from click.testing import Result
    from flask import Flask

    from tests.factories import Cast, Factory

GOOD = "four green boats at sea"


@pytest.fixture(autouse=True)
def _same_app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "make_app", lambda: app)


def _run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(commands.users, words, input=typed)


def test_an_account_is_made_and_can_log_in(app: Flask) -> None:
    done = _run(
        "create",
        "Eve@Example.org",
        "--role",
        "instructor",
        "--name",
        "Eve",
        "--password-stdin",
        typed=GOOD + "\n",
    )
    assert (done.exit_code, done.output) == (0, "eve@example.org can log in now, as instructor.\n")
    with app.app_context():
        user = find_user_by_email("eve@example.org")
        assert user is not None
        assert (user.name, user.is_instructor, user.is_administrator) == ("Eve", True, False)
        assert user.confirmed_at is not None
    browser = app.test_client()
    assert post(browser, "/account/log-in", {"email": "eve@example.org", "password": GOOD}).status_code == 302


def test_the_password_is_asked_for_twice_and_not_shown(app: Flask) -> None:
    done = _run("create", "eve@example.org", typed=f"{GOOD}\n{GOOD}\n")
    assert done.exit_code == 0
    assert GOOD not in done.output
    with app.app_context():
        user = find_user_by_email("eve@example.org")
        assert user is not None
        assert (user.name, user.roles) == ("eve", [])


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("words", "typed", "problem"),
    [
        (("nowhere",), GOOD, "is not an e-mail address"),
        (("ben@example.org",), GOOD, "has an account already"),
        (("eve@example.org",), "short", "at least 10 characters"),
        (("eve@example.org",), "password123", "among the first"),
        (("eve@example.org",), "", "at least 10 characters"),
        (("eve@example.org", "--name", "x" * 81), GOOD, "at most 80"),
        (("eve@example.org", "--role", "king"), GOOD, "'king' is not one of"),
    ],
)
def test_what_stands_in_the_way_is_said_and_nothing_is_made(
    app: Flask, cast: Cast, words: tuple[str, ...], typed: str, problem: str
) -> None:
    done = _run("create", *words, "--password-stdin", typed=typed + "\n")
    assert done.exit_code != 0
    assert problem in done.output
    assert "Traceback" not in done.output
    with app.app_context():
        assert db.session.execute(select(func.count()).select_from(User)).scalar_one() == 4


def test_a_role_is_changed(app: Flask, cast: Cast) -> None:
    assert (
        _run("role", "BEN@example.org", "administrator").output == "ben@example.org is administrator now.\n"
    )
    with app.app_context():
        assert db.session.get_one(User, cast.ben.user_id).is_administrator
    assert _run("role", "ben@example.org", "learner").exit_code == 0
    with app.app_context():
        assert not db.session.get_one(User, cast.ben.user_id).is_instructor


def test_a_role_for_nobody_is_refused() -> None:
    done = _run("role", "nobody@example.org", "learner")
    assert done.exit_code == 1
    assert "No account has the address nobody@example.org" in done.output


@pytest.mark.parametrize(
    ("extra", "held", "words"),
    [
        ("25", (False, 25), "ben@example.org has 25 % more time at every quiz now.\n"),
        ("400%", (False, 400), "ben@example.org has 400 % more time at every quiz now.\n"),
        ("untimed", (True, 0), "ben@example.org has no time limit at any quiz now.\n"),
        ("0", (False, 0), "ben@example.org has no extra time of their own now.\n"),
    ],
)
def test_extra_time_is_set_for_every_quiz(
    app: Flask, cast: Cast, extra: str, held: tuple[bool, int], words: str
) -> None:
    _run("extra-time", "ben@example.org", "50")
    assert _run("extra-time", "BEN@example.org", extra).output == words
    with app.app_context():
        learner = db.session.get_one(Learner, cast.ben.learner_id)
        assert (learner.is_untimed, learner.extra_time_percent) == held


def test_extra_time_moves_the_deadline_of_the_attempt_that_runs(
    app: Flask, make: Factory, cast: Cast, frozen: object
) -> None:
    taught = Taught(app, make, cast)
    learner_id = taught.join(cast.ben)
    attempt_id = taught.start(learner_id)
    _run("extra-time", "ben@example.org", "100")
    assert taught.row(learner_id, attempt_id)["deadline_at"] == later(hours=1)


def test_who_never_studied_can_have_extra_time_too(app: Flask) -> None:
    _run("create", "eve@example.org", "--password-stdin", typed=GOOD + "\n")
    assert _run("extra-time", "eve@example.org", "25").exit_code == 0
    with app.app_context():
        user = find_user_by_email("eve@example.org")
        assert user is not None
        learner = find_learner_of_user(user.id)
        assert learner is not None
        assert learner.extra_time_percent == 25


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("extra", ["401", "-5", "1.5", "much", "", "٢٥"])
def test_what_is_no_extra_time_changes_nothing(app: Flask, cast: Cast, extra: str) -> None:
    done = _run("extra-time", "--", "ben@example.org", extra)
    assert done.exit_code == 1
    assert "Give percent from 0 to 400" in done.output
    with app.app_context():
        assert db.session.get_one(Learner, cast.ben.learner_id).extra_time_percent == 0


def test_extra_time_for_nobody_is_refused() -> None:
    done = _run("extra-time", "nobody@example.org", "25")
    assert done.exit_code == 1
    assert "No account has the address nobody@example.org" in done.output


def test_all_accounts_are_listed_with_their_roles(cast: Cast) -> None:
    rows = [line.split() for line in _run("list").output.splitlines()]
    assert rows == [
        ["ada@example.org", "instructor", "active", "Ada"],
        ["ben@example.org", "learner", "active", "Ben"],
        ["cleo@example.org", "learner", "active", "Cleo"],
        ["olga@example.org", "administrator", "active", "Olga"],
    ]


def test_an_empty_list_says_what_to_do(app: Flask) -> None:
    assert "quizapp users create" in _run("list").output
