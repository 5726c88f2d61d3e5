"""Sessions: who is behind a review, found for each request anew."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import select

from quizapp.database import db
from quizapp.models import Review, User
from tests.forms import post
from tests.studying import card_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.factories import Cast, Factory, MadeSet


def _reviewers(app: Flask) -> set[uuid.UUID]:
    with app.app_context():
        return set(db.session.execute(select(Review.learner_id)).scalars())


def _rate(browser: FlaskClient, made: MadeSet, *, as_owner: bool = True) -> int:
    """Rate the card that is shown and return the status."""
    fields = card_form(browser.get(f"/study/{made.slug}/").text)
    if not as_owner:
        fields["owner"] = ""
    answer = post(browser, "/study/reviews", {**fields, "rating": 3, "want": 0}, as_json=True)
    return answer.status_code


def _change(app: Flask, user_id: uuid.UUID, change: Callable[[User], None]) -> None:
    with app.app_context():
        change(db.session.get_one(User, user_id))
        db.session.commit()


def test_a_review_is_of_the_learner_whose_session_sends_it(app: Flask, make: Factory, cast: Cast) -> None:
    made = make.question_set()
    assert _rate(make.browser_of(cast.ben), made) == 200
    assert _reviewers(app) == {cast.ben.learner_id}


def test_a_review_of_a_guest_is_the_guests(app: Flask, make: Factory) -> None:
    made, guest = make.question_set(), make.guest()
    assert _rate(make.browser_of_guest(guest), made) == 200
    assert _reviewers(app) == {guest}


def test_no_review_reaches_an_account_by_a_session_that_was_revoked(
    app: Flask, make: Factory, cast: Cast
) -> None:
    made = make.question_set()
    browser = make.browser_of(cast.ben)
    page = browser.get("/study/rivers/").text

    def revoke(user: User) -> None:
        user.fs_uniquifier = uuid.uuid4().hex

    _change(app, cast.ben.user_id, revoke)
    sent = post(browser, "/study/reviews", {**card_form(page), "rating": 3, "want": 0}, as_json=True)
    assert sent.status_code == 409
    assert (sent.json or {})["state"] == "other-learner"
    assert _reviewers(app) == set()
    _rate(browser, made, as_owner=False)
    assert cast.ben.learner_id not in _reviewers(app)


def test_no_review_reaches_an_account_that_was_closed(app: Flask, make: Factory, cast: Cast) -> None:
    made = make.question_set()
    browser = make.browser_of(cast.ben)

    def close(user: User) -> None:
        user.active = False

    _change(app, cast.ben.user_id, close)
    _rate(browser, made, as_owner=False)
    assert cast.ben.learner_id not in _reviewers(app)


def test_a_guest_whose_learner_became_an_accounts_is_nobody(app: Flask, make: Factory, cast: Cast) -> None:
    made = make.question_set()
    _rate(make.browser_of_guest(cast.ben.learner_id), made, as_owner=False)
    assert cast.ben.learner_id not in _reviewers(app)
