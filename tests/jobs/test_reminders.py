"""Reminders by mail: at the learner's hour, once a study day, to those who have something left; one failure harms no other."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any

import pytest

from quizapp.database import db
from quizapp.jobs import make_queue, reminders
from quizapp.models import Learner, User
from quizapp.operations import rhythm
from tests.histories import review
from tests.loads import TODAY, give_cards
from tests.web.account.mailbox import mails

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask

    from tests.conftest import Clock
    from tests.factories import Cast, Factory, MadeSet, Person


@pytest.fixture
def made(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set(facts=6)


@pytest.fixture
def ben(app: Flask, make: Factory, cast: Cast, made: MadeSet) -> Person:
    """Ben wants to be reminded at seven, and has two cards due today and one tomorrow."""
    make.deck(cast.ben, made, new_per_day=0)
    give_cards(app, cast.ben.learner_id, made, [-1, 0, 1])
    change(app, cast.ben, reminder_hour=7)
    return cast.ben


@pytest.fixture
def outbox(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a mail server would have got."""
    sent: list[Any] = []
    connection = Connection(sent)
    monkeypatch.setattr(app.extensions["mailman"], "get_connection", lambda: connection, raising=False)
    return sent


class Connection:
    """A mail server that refuses some recipients, or everybody."""

    refused: Sequence[str] = ()
    is_closed_to_all = False

    def __init__(self, sent: list[Any]) -> None:
        self.sent = sent

    def open(self) -> None:
        if self.is_closed_to_all:
            raise ConnectionRefusedError("nobody listens")

    def close(self) -> None:
        pass

    def send_messages(self, messages: Sequence[Any]) -> int:
        for message in messages:
            if message.to[0] in self.refused:
                raise SMTPException("no such mailbox")
            self.sent.append(message)
        return len(messages)


def change(app: Flask, person: Person, **values: Any) -> None:
    with app.app_context():
        learner = db.session.get_one(Learner, person.learner_id)
        for name, value in values.items():
            setattr(learner, name, value)
        db.session.commit()


def run_at(app: Flask, frozen: Clock, *moment: int) -> int:
    frozen.moment = datetime(*moment, tzinfo=UTC)
    return reminders.send_reminders(app.app_context)


def recipients(outbox: list[Any]) -> list[str]:
    return [message.to[0] for message in outbox]


def test_a_reminder_comes_at_the_hour_and_once(
    app: Flask, frozen: Clock, ben: Person, outbox: list[Any]
) -> None:
    assert run_at(app, frozen, 2026, 3, 1, 6, 55) == 0
    assert run_at(app, frozen, 2026, 3, 1, 7, 0) == 1
    assert run_at(app, frozen, 2026, 3, 1, 7, 5) == 0
    assert recipients(outbox) == [ben.email]
    assert run_at(app, frozen, 2026, 3, 2, 7, 0) == 1


def test_it_says_what_is_left_and_how_to_stop_it(
    app: Flask, frozen: Clock, ben: Person, outbox: list[Any]
) -> None:
    change(app, ben, goal_minutes=10)
    run_at(app, frozen, 2026, 3, 1, 7, 0)
    message = outbox[0]
    assert message.subject == "About a minute today: 2 cards"
    html = message.alternatives[0][0]
    for text in (message.body, html):
        assert "Hello Ben," in text
        assert "2 cards are left for today, about a minute." in text
        assert "You have done 0 of the 10 minutes you mean to do each day." in text
        assert "http://127.0.0.1:8000/study/" in text
    token = rhythm.reminder_token(app.config["QUIZAPP"].secret_key, ben.learner_id)
    stop = f"http://127.0.0.1:8000/rhythm/reminders/{token}"
    assert message.extra_headers["List-Unsubscribe"] == f"<{stop}>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert stop in message.body
    assert stop in html
    # Nothing of what is studied travels by mail.
    assert not re.search(r"rivers|Value \d", message.body + html, re.IGNORECASE)


def test_a_name_cannot_bend_the_mail(app: Flask, frozen: Clock, ben: Person, outbox: list[Any]) -> None:
    with app.app_context():
        db.session.get_one(User, ben.user_id).name = "<b>Ben</b>"
        db.session.commit()
    run_at(app, frozen, 2026, 3, 1, 7, 0)
    assert "&lt;b&gt;Ben&lt;/b&gt;" in outbox[0].alternatives[0][0]


def test_without_a_server_the_mail_is_kept_with_its_headers(app: Flask, frozen: Clock, ben: Person) -> None:
    assert run_at(app, frozen, 2026, 3, 1, 7, 0) == 1
    (mail,) = mails(app)
    assert "To: ben@example.org\n" in mail
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n" in mail


# New Zealand: 13 hours ahead until 5 April 2026, then 12; 13 again from 27 September.
@pytest.mark.parametrize(
    ("moments", "days"),
    [
        (
            [(2026, 4, 3, 18), (2026, 4, 4, 18), (2026, 4, 4, 19), (2026, 4, 5, 19)],
            [date(2026, 4, 4), None, date(2026, 4, 5), date(2026, 4, 6)],
        ),
        (
            [(2026, 9, 25, 19), (2026, 9, 26, 17), (2026, 9, 26, 18), (2026, 9, 26, 19), (2026, 9, 27, 18)],
            [date(2026, 9, 26), None, date(2026, 9, 27), None, date(2026, 9, 28)],
        ),
    ],
)
def test_in_auckland_it_comes_at_seven_on_the_wall_also_when_the_clocks_change(
    app: Flask,
    frozen: Clock,
    ben: Person,
    outbox: list[Any],
    moments: list[tuple[int, ...]],
    days: list[date | None],
) -> None:
    change(app, ben, time_zone="Pacific/Auckland")
    for moment, day in zip(moments, days, strict=True):
        assert run_at(app, frozen, *moment) == (day is not None), moment
        if day is not None:
            with app.app_context():
                assert db.session.get_one(Learner, ben.learner_id).reminded_on == day


def test_who_has_done_all_is_left_alone_unless_the_goal_is_open(
    app: Flask, frozen: Clock, ben: Person, made: MadeSet, outbox: list[Any]
) -> None:
    for fact in made.facts[:2]:
        review(app, ben.learner_id, fact.id, days_ago=0.3)
    assert run_at(app, frozen, 2026, 3, 1, 7, 0) == 0
    change(app, ben, goal_minutes=5)
    assert run_at(app, frozen, 2026, 3, 1, 7, 5) == 1
    assert outbox[0].subject == "0 of 5 minutes today"
    assert "left for today" not in outbox[0].body


@pytest.mark.parametrize(
    "values",
    [
        {"reminder_hour": None},
        {"paused_from": TODAY, "paused_through": TODAY, "goal_minutes": 10},
        {"reminded_on": TODAY},
        {"time_zone": "Mars/Olympus"},
    ],
)
def test_who_does_not_want_it_now_is_left_alone(
    app: Flask, frozen: Clock, ben: Person, outbox: list[Any], values: dict[str, Any]
) -> None:
    change(app, ben, **values)
    assert run_at(app, frozen, 2026, 3, 1, 7, 0) == 0


def test_a_closed_account_and_one_without_decks_are_left_alone(
    app: Flask, frozen: Clock, ben: Person, cast: Cast, outbox: list[Any]
) -> None:
    change(app, cast.cleo, reminder_hour=7)
    with app.app_context():
        db.session.get_one(User, ben.user_id).active = False
        db.session.commit()
    assert run_at(app, frozen, 2026, 3, 1, 7, 0) == 0


def test_one_mail_that_fails_leaves_the_others_unharmed_and_is_not_sent_again(
    app: Flask,
    make: Factory,
    frozen: Clock,
    ben: Person,
    cast: Cast,
    made: MadeSet,
    outbox: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for person in (cast.cleo, cast.ada):
        make.deck(person, made)
        give_cards(app, person.learner_id, made, [0])
        change(app, person, reminder_hour=7)
    monkeypatch.setattr(Connection, "refused", [cast.cleo.email])
    assert run_at(app, frozen, 2026, 3, 1, 7, 0) == 2
    assert set(recipients(outbox)) == {ben.email, cast.ada.email}
    monkeypatch.setattr(Connection, "refused", [])
    assert run_at(app, frozen, 2026, 3, 1, 7, 5) == 0


def test_while_the_server_cannot_be_reached_the_reminder_waits(
    app: Flask, frozen: Clock, ben: Person, outbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection, "is_closed_to_all", True)
    assert run_at(app, frozen, 2026, 3, 1, 7, 0) == 0
    monkeypatch.setattr(Connection, "is_closed_to_all", False)
    assert run_at(app, frozen, 2026, 3, 1, 7, 5) == 1


def test_all_are_reached_in_small_batches(
    app: Flask,
    make: Factory,
    frozen: Clock,
    ben: Person,
    cast: Cast,
    made: MadeSet,
    outbox: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rhythm.reminders, "_BATCH", 1)
    monkeypatch.setattr(rhythm.reminders, "_WANTED", rhythm.reminders._WANTED.limit(1))
    for person, hour in ((cast.cleo, 7), (cast.ada, 6), (cast.olga, 23)):
        make.deck(person, made)
        give_cards(app, person.learner_id, made, [0])
        change(app, person, reminder_hour=hour)
    assert run_at(app, frozen, 2026, 3, 1, 7, 0) == 3


def test_two_workers_at_once_send_it_once(app: Flask, frozen: Clock, ben: Person) -> None:
    with app.app_context():
        assert rhythm.claim_reminder(ben.learner_id, TODAY)
        assert not rhythm.claim_reminder(ben.learner_id, TODAY)
        assert rhythm.claim_reminder(ben.learner_id, TODAY + timedelta(days=1))
        assert not rhythm.claim_reminder(ben.learner_id, TODAY)


def test_links_begin_with_the_public_address_and_without_one_nothing_is_sent(
    app: Flask, frozen: Clock, ben: Person, outbox: list[Any]
) -> None:
    config = app.config["QUIZAPP"]
    app.config["QUIZAPP"] = dataclasses.replace(config, host="0.0.0.0")
    assert run_at(app, frozen, 2026, 3, 1, 7, 0) == 0
    app.config["QUIZAPP"] = dataclasses.replace(
        config, host="0.0.0.0", public_url="https://cards.example.org/"
    )
    assert run_at(app, frozen, 2026, 3, 1, 7, 5) == 1
    assert "https://cards.example.org/study/" in outbox[0].body
    assert "127.0.0.1" not in outbox[0].body


def test_the_queue_reminds_every_five_minutes(
    app: Flask, frozen: Clock, ben: Person, outbox: list[Any]
) -> None:
    queue = make_queue(app.config["QUIZAPP"])
    task = reminders.register(queue, app.app_context)
    minutes = [
        minute
        for minute in range(60)
        if queue.read_periodic(frozen.moment.replace(minute=minute, tzinfo=None))
    ]
    assert minutes == list(range(0, 60, 5))
    frozen.moment = datetime(2026, 3, 1, 7, tzinfo=UTC)
    task()
    assert recipients(outbox) == [ben.email]
