"""A quiz that ada is making, and the browsers of those who come near it."""

from __future__ import annotations

import pytest

from quizapp.database import new_row_id
from tests.forms import post
from tests.made import Made


@pytest.fixture
def quiz(app, make, cast, frozen):
    return Made(app, make.question_set("rivers", facts=4), cast.ada)


@pytest.fixture
def ada(make, cast):
    return make.browser_of(cast.ada)


@pytest.fixture
def others(make, cast, client):
    """Who may not: what each gets instead."""
    return {
        "guest": (client, 302),
        "ben": (make.browser_of(cast.ben), 403),
        "gil": (make.browser_of(make.person("gil", "instructor")), 404),
    }


@pytest.fixture
def refused(others, cast, make, quiz):
    """Asserts the ladder of one page: a guest logs in, a learner is refused, another instructor finds nothing, an
    administrator gets in, what is not there is not found.
    """

    def check(method, rest="", data=None, *, works=200):
        def ask(browser, url):
            return browser.get(url) if method == "GET" else post(browser, url, data)

        for browser, code in others.values():
            answer = ask(browser, quiz.url(rest))
            assert answer.status_code == code
            assert code != 302 or "log-in" in answer.location
        nowhere = f"/teaching/quizzes/{new_row_id()}/{rest}"
        olga = make.browser_of(cast.olga)
        assert ask(olga, nowhere).status_code == 404
        assert ask(olga, quiz.url(rest)).status_code == works

    return check
