"""Who may do what: every route, every role, an object of one's own and of another's. A route that is missing here fails."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from quizapp import clock
from quizapp.database import db, new_row_id, run_tx
from quizapp.formats.paste import PasteRow
from quizapp.models import Attempt, MistakeReport, Question, QuestionFact, QuestionSet, StudyPlan
from quizapp.operations import question_sets, quizzes
from tests.forms import post
from tests.histories import attempt, report
from tests.taught import Taught

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.factories import Cast, Factory, MadeSet

OK, GO, LOG_IN, NO, HIDDEN, BAD = 200, 302, "log in", 403, 404, "4xx"

# Who asks, in this order: a visitor; ben, whose attempt and reviews these are; cleo, a learner and a stranger to them;
# ada, whose set `bridges` is; gil, another instructor; olga, who administers. A POST is sent with no fields but its token,
# so 422 (or back to the form) is "may do it, but not like this".
ROLES = ("visitor", "ben", "cleo", "ada", "gil", "olga")

EVERYBODY = (OK,) * 6
BEN_ONLY = (HIDDEN, OK, HIDDEN, HIDDEN, HIDDEN, HIDDEN)
BEN_GOES = (HIDDEN, GO, HIDDEN, HIDDEN, HIDDEN, HIDDEN)
TEACHERS = (LOG_IN, NO, NO, OK, OK, OK)
OF_ADA = (LOG_IN, NO, NO, OK, HIDDEN, OK)
OF_ADA_GOES = (LOG_IN, NO, NO, GO, HIDDEN, GO)
OF_ADA_BAD = (LOG_IN, NO, NO, BAD, HIDDEN, BAD)
WHO_LOGGED_IN = (LOG_IN, OK, OK, OK, OK, OK)

RIGHTS: dict[tuple[str, str], tuple[object, ...]] = {
    ("GET", "/"): EVERYBODY,
    ("GET", "/library/"): EVERYBODY,
    ("GET", "/library/rivers/"): EVERYBODY,
    ("GET", "/library/rivers/facts"): EVERYBODY,
    ("GET", "/library/rivers/cards"): EVERYBODY,
    ("GET", "/library/rivers/facts/fact-3"): EVERYBODY,
    ("GET", "/library/rivers/map"): EVERYBODY,
    ("GET", "/library/rivers/timeline"): EVERYBODY,
    ("GET", "/library/questions/{question}/mistake"): EVERYBODY,
    ("POST", "/library/questions/{question}/mistake"): (BAD,) * 6,
    ("GET", "/library/questions/{draft}/mistake"): (HIDDEN, HIDDEN, HIDDEN, OK, HIDDEN, OK),
    ("POST", "/library/questions/{draft}/mistake"): (HIDDEN, HIDDEN, HIDDEN, BAD, HIDDEN, BAD),
    ("GET", "/library/facts/{fact}/mistake"): EVERYBODY,
    ("POST", "/library/facts/{fact}/mistake"): (BAD,) * 6,
    ("GET", "/library/attempts/{attempt}/1/mistake"): BEN_GOES,
    ("GET", "/library/mistakes"): EVERYBODY,
    ("POST", "/library/mistakes/seen"): (HIDDEN, GO, GO, GO, GO, GO),
    ("GET", "/library/bridges/"): (HIDDEN, HIDDEN, HIDDEN, OK, HIDDEN, OK),
    ("GET", "/library/bridges/map"): (HIDDEN, HIDDEN, HIDDEN, OK, HIDDEN, OK),
    ("GET", "/browse/"): EVERYBODY,
    ("GET", "/browse/choose"): EVERYBODY,
    ("POST", "/browse/cards"): (HIDDEN, BAD, BAD, BAD, BAD, BAD),
    ("POST", "/browse/undo"): (HIDDEN, GO, GO, GO, GO, GO),
    ("GET", "/study/"): EVERYBODY,
    ("GET", "/study/rivers/"): EVERYBODY,
    ("POST", "/study/rivers/"): (GO,) * 6,
    ("GET", "/study/decks"): EVERYBODY,
    ("GET", "/study/rivers/settings"): BEN_ONLY,
    ("POST", "/study/rivers/settings"): BEN_GOES,
    ("POST", "/study/rivers/fiction"): BEN_GOES,
    ("POST", "/study/rivers/remove"): BEN_GOES,
    ("POST", "/study/reviews"): (BAD,) * 6,
    ("POST", "/study/undo"): (HIDDEN, BAD, BAD, BAD, BAD, BAD),
    ("POST", "/study/responses"): (BAD,) * 6,
    ("POST", "/study/mode"): (BAD,) * 6,
    ("GET", "/study/cards"): EVERYBODY,
    ("GET", "/study/cards?scope=bridges"): (HIDDEN, HIDDEN, HIDDEN, OK, HIDDEN, OK),
    ("GET", "/study/cards/{fact}/beside"): EVERYBODY,
    ("GET", "/study/cards/{draft_fact}/beside"): (HIDDEN, HIDDEN, HIDDEN, OK, HIDDEN, OK),
    ("POST", "/study/cards/{fact}/marks"): (BAD,) * 6,
    ("GET", "/quizzes/"): EVERYBODY,
    ("GET", "/quizzes/new?set=rivers"): EVERYBODY,
    ("POST", "/quizzes/new?set=rivers"): (BAD,) * 6,
    ("GET", "/quizzes/{quiz}/"): BEN_ONLY,
    ("GET", "/quizzes/new?by=mistakes"): EVERYBODY,
    ("POST", "/quizzes/{quiz}/start"): BEN_GOES,
    ("GET", "/quizzes/{quiz}/share"): BEN_ONLY,
    ("POST", "/quizzes/{quiz}/share"): BEN_GOES,
    ("POST", "/quizzes/{quiz}/unshare"): BEN_GOES,
    # Whoever knows the key; an unknown one leads nowhere.
    ("GET", "/quizzes/shared/forged"): (HIDDEN,) * 6,
    ("POST", "/quizzes/shared/forged"): (HIDDEN,) * 6,
    ("GET", "/quizzes/{quiz}/print"): BEN_ONLY,
    ("GET", "/quizzes/{quiz}/print/key"): BEN_ONLY,
    ("GET", "/quizzes/attempts/{attempt}/"): BEN_GOES,
    ("GET", "/quizzes/attempts/{attempt}/1"): BEN_ONLY,
    ("POST", "/quizzes/attempts/{attempt}/1"): (HIDDEN, BAD, HIDDEN, HIDDEN, HIDDEN, HIDDEN),
    ("POST", "/quizzes/attempts/{attempt}/1/flag"): BEN_ONLY,
    # That quiz has one question a page, and none can be checked before its end; no attempt here is a preview.
    ("POST", "/quizzes/attempts/{attempt}/1/check"): (HIDDEN,) * 6,
    ("GET", "/quizzes/attempts/{attempt}/all"): BEN_GOES,
    ("POST", "/quizzes/attempts/{attempt}/all"): (HIDDEN,) * 6,
    ("POST", "/quizzes/attempts/{attempt}/end"): (HIDDEN,) * 6,
    ("GET", "/quizzes/attempts/{attempt}/state"): BEN_ONLY,
    ("GET", "/quizzes/attempts/{attempt}/review"): BEN_ONLY,
    ("POST", "/quizzes/attempts/{attempt}/submit"): BEN_GOES,
    ("GET", "/quizzes/attempts/{attempt}/result"): BEN_GOES,
    ("POST", "/quizzes/attempts/{closed}/deck"): BEN_GOES,
    ("GET", "/quizzes/attempts/{closed}/result"): BEN_ONLY,
    ("GET", "/plans/"): EVERYBODY,
    ("GET", "/plans/new"): EVERYBODY,
    ("POST", "/plans/new"): (BAD,) * 6,
    ("GET", "/plans/{plan}"): BEN_ONLY,
    # Without minutes, and while a quiz of his on the set is open.
    ("GET", "/plans/{plan}/minutes"): (HIDDEN, BAD, HIDDEN, HIDDEN, HIDDEN, HIDDEN),
    ("POST", "/plans/{plan}/minutes"): (HIDDEN, BAD, HIDDEN, HIDDEN, HIDDEN, HIDDEN),
    ("POST", "/plans/{plan}/give-up"): BEN_GOES,
    ("GET", "/progress/"): EVERYBODY,
    ("GET", "/progress/certainty"): EVERYBODY,
    ("GET", "/progress/daily.csv"): (HIDDEN, OK, OK, OK, OK, OK),
    ("GET", "/rhythm/"): EVERYBODY,
    ("GET", "/rhythm/pause"): (GO,) * 6,
    ("POST", "/rhythm/backlog"): (HIDDEN, BAD, BAD, BAD, BAD, BAD),
    ("POST", "/rhythm/backlog/end"): (HIDDEN, GO, GO, GO, GO, GO),
    ("POST", "/rhythm/pause"): (HIDDEN, BAD, BAD, BAD, BAD, BAD),
    ("POST", "/rhythm/pause/end"): (HIDDEN, GO, GO, GO, GO, GO),
    ("POST", "/rhythm/easy-days"): (HIDDEN, BAD, BAD, BAD, BAD, BAD),
    ("POST", "/rhythm/calendar"): (HIDDEN, GO, GO, GO, GO, GO),
    ("POST", "/rhythm/calendar/revoke"): (HIDDEN, GO, GO, GO, GO, GO),
    # Whoever knows the signed address; a forged one leads nowhere.
    ("GET", "/rhythm/calendar/forged.ics"): (HIDDEN,) * 6,
    ("GET", "/rhythm/reminders/forged"): (HIDDEN,) * 6,
    ("POST", "/rhythm/reminders/forged"): (HIDDEN,) * 6,
    ("GET", "/account/"): EVERYBODY,
    ("GET", "/account/settings"): (GO,) * 6,
    ("POST", "/account/settings"): (BAD,) * 6,
    ("GET", "/account/download"): (HIDDEN, OK, OK, OK, OK, OK),
    ("GET", "/account/delete"): (HIDDEN, OK, OK, OK, OK, OK),
    ("POST", "/account/delete"): (HIDDEN, BAD, BAD, BAD, BAD, BAD),
    ("GET", "/account/signed-up"): (OK, GO, GO, GO, GO, GO),
    ("GET", "/account/log-in"): (OK, GO, GO, GO, GO, GO),
    ("GET", "/account/sign-up"): (OK, GO, GO, GO, GO, GO),
    ("GET", "/account/reset"): EVERYBODY,
    ("GET", "/account/reset/forged"): (GO,) * 6,
    ("GET", "/account/change-password"): WHO_LOGGED_IN,
    ("GET", "/account/change-email"): WHO_LOGGED_IN,
    ("GET", "/account/change-email/forged"): (GO,) * 6,
    ("GET", "/account/verify"): WHO_LOGGED_IN,
    ("POST", "/account/log-out"): (GO,) * 6,
    ("GET", "/author/"): TEACHERS,
    ("GET", "/author/new"): TEACHERS,
    ("POST", "/author/new"): (LOG_IN, NO, NO, BAD, BAD, BAD),
    ("GET", "/author/bridges/"): OF_ADA,
    ("GET", "/author/bridges/describe"): OF_ADA,
    # Fields that were not sent stay as they are.
    ("POST", "/author/bridges/describe"): OF_ADA_GOES,
    ("GET", "/author/bridges/paste"): OF_ADA,
    ("POST", "/author/bridges/paste"): (LOG_IN, NO, NO, BAD, HIDDEN, BAD),
    ("GET", "/author/bridges/questions/new"): OF_ADA,
    ("GET", "/author/bridges/questions/new/short"): OF_ADA,
    ("POST", "/author/bridges/questions/new/short"): (LOG_IN, NO, NO, BAD, HIDDEN, BAD),
    ("GET", "/author/bridges/questions/{key}"): OF_ADA,
    ("POST", "/author/bridges/questions/{key}/remove"): OF_ADA_GOES,
    ("POST", "/author/bridges/questions/{key}/restore"): OF_ADA_GOES,
    ("POST", "/author/bridges/publish"): OF_ADA_GOES,
    ("POST", "/author/bridges/unpublish"): OF_ADA_GOES,
    ("POST", "/author/bridges/archive"): OF_ADA_GOES,
    ("GET", "/author/mistakes"): TEACHERS,
    # A report on `bridges`, and one on a bank.
    ("POST", "/author/mistakes/{report}"): (LOG_IN, NO, NO, BAD, HIDDEN, BAD),
    ("POST", "/author/mistakes/{bank_report}"): (LOG_IN, NO, NO, HIDDEN, HIDDEN, BAD),
    # Ben's attempt at a quiz of ada's: it has ended, and can be opened or deleted once.
    ("GET", "/teaching/quizzes/{taught}/attempts"): OF_ADA,
    ("GET", "/teaching/quizzes/{taught}/attempts/rows"): OF_ADA,
    ("GET", "/teaching/quizzes/{taught}/record"): OF_ADA,
    ("GET", "/teaching/quizzes/{taught}/attempts/{sitting}"): OF_ADA,
    ("GET", "/teaching/quizzes/{taught}/attempts/{sitting}/reopen"): OF_ADA,
    ("POST", "/teaching/quizzes/{taught}/attempts/{sitting}/reopen"): (LOG_IN, NO, NO, GO, HIDDEN, BAD),
    ("GET", "/teaching/quizzes/{taught}/attempts/{sitting}/submit"): OF_ADA,
    ("POST", "/teaching/quizzes/{taught}/attempts/{sitting}/submit"): (LOG_IN, NO, NO, BAD, HIDDEN, BAD),
    ("GET", "/teaching/quizzes/{taught}/attempts/{sitting}/delete"): OF_ADA,
    ("POST", "/teaching/quizzes/{taught}/attempts/{sitting}/delete"): (LOG_IN, NO, NO, GO, HIDDEN, BAD),
    ("POST", "/teaching/quizzes/{taught}/attempts/{sitting}/restore"): (LOG_IN, NO, NO, BAD, HIDDEN, BAD),
    ("POST", "/teaching/quizzes/{taught}/attempts/{sitting}/1/marks"): OF_ADA_GOES,
    ("GET", "/teaching/quizzes/{taught}/takers/{taker}"): OF_ADA,
    ("POST", "/teaching/quizzes/{taught}/takers/{taker}/attempts"): (LOG_IN, NO, NO, BAD, HIDDEN, BAD),
    ("POST", "/teaching/quizzes/{taught}/takers/{taker}/extra-time"): (LOG_IN, NO, NO, BAD, HIDDEN, BAD),
    ("GET", "/teaching/quizzes/{taught}/regrades"): OF_ADA,
    ("GET", "/teaching/quizzes/{taught}/regrades/{asked}"): OF_ADA,
    ("POST", "/teaching/quizzes/{taught}/regrades/{asked}"): OF_ADA,
    ("POST", "/teaching/quizzes/{taught}/regrades/{asked}/undo"): (LOG_IN, NO, NO, HIDDEN, HIDDEN, HIDDEN),
    ("GET", "/teaching/quizzes/{taught}/print"): OF_ADA,
    ("GET", "/teaching/quizzes/{taught}/print/key"): OF_ADA,
    # Administrators alone.
    ("POST", "/teaching/quizzes/{taught}/takers/{taker}/extra-time-everywhere"): (
        LOG_IN,
        NO,
        NO,
        NO,
        HIDDEN,
        BAD,
    ),
    ("GET", "/teaching/quizzes/"): TEACHERS,
    ("GET", "/teaching/quizzes/new"): TEACHERS,
    ("POST", "/teaching/quizzes/new"): (LOG_IN, NO, NO, BAD, BAD, BAD),
    ("GET", "/teaching/quizzes/{taught}/"): OF_ADA,
    ("GET", "/teaching/quizzes/{taught}/settings"): OF_ADA,
    ("POST", "/teaching/quizzes/{taught}/settings"): OF_ADA_BAD,
    ("GET", "/teaching/quizzes/{taught}/questions"): OF_ADA,
    ("POST", "/teaching/quizzes/{taught}/questions"): OF_ADA_BAD,
    ("POST", "/teaching/quizzes/{taught}/questions/undo"): OF_ADA_GOES,
    ("GET", "/teaching/quizzes/{taught}/questions/add"): OF_ADA,
    ("POST", "/teaching/quizzes/{taught}/questions/add"): OF_ADA_GOES,
    ("GET", "/teaching/quizzes/{taught}/questions/rule"): OF_ADA,
    ("POST", "/teaching/quizzes/{taught}/questions/rule"): OF_ADA_BAD,
    ("GET", "/teaching/quizzes/{drawn}/questions/rule/1/1"): OF_ADA,
    ("POST", "/teaching/quizzes/{drawn}/questions/rule/1/1"): OF_ADA_BAD,
    ("POST", "/teaching/quizzes/{drawn}/publish"): OF_ADA_GOES,
    ("POST", "/teaching/quizzes/{taught}/unpublish"): OF_ADA_GOES,
    ("POST", "/teaching/quizzes/{taught}/archive"): OF_ADA_GOES,
    ("POST", "/teaching/quizzes/{taught}/duplicate"): OF_ADA_GOES,
    ("POST", "/teaching/quizzes/{taught}/share"): OF_ADA_GOES,
    ("POST", "/teaching/quizzes/{taught}/unshare"): OF_ADA_GOES,
    ("POST", "/teaching/quizzes/{drawn}/preview"): OF_ADA_GOES,
    # A bank that was loaded belongs to nobody.
    ("GET", "/author/rivers/"): (LOG_IN, NO, NO, HIDDEN, HIDDEN, HIDDEN),
}


@pytest.fixture
def browsers(make: Factory, cast: Cast) -> dict[str, FlaskClient]:
    people = {"ben": cast.ben, "cleo": cast.cleo, "ada": cast.ada, "olga": cast.olga}
    people["gil"] = make.person("gil", "instructor")
    return {
        "visitor": make.app.test_client(),
        **{name: make.browser_of(person) for name, person in people.items()},
    }


@pytest.fixture
def places(app: Flask, make: Factory, cast: Cast, frozen: object) -> dict[str, object]:
    """Make what the addresses name; returns their ids."""
    rivers = make.question_set("rivers", facts=6)
    bridges = make.question_set("bridges", owner=cast.ada, state="draft")
    make.deck(cast.ben, rivers)
    asked = [rivers.facts[0].questions["choice"], rivers.facts[1].questions["short"]]
    opened = attempt(app, cast.ben.learner_id, rivers, asked)
    closed = attempt(app, cast.ben.learner_id, rivers, asked, state="closed", scores=(1.0, 0.0), days_ago=1)
    taught = Taught(app, make, cast, slug="lakes")
    sitting = taught.finished(taught.join(cast.ben))
    with app.app_context():
        quiz = db.session.get_one(Attempt, (cast.ben.learner_id, opened)).quiz_id
        written = db.session.get_one(QuestionSet, bridges.id)
        row = PasteRow(1, "Which bridge carries the U1?", "Oberbaumbrücke")
        line = run_tx(lambda: question_sets.import_rows(written, [row], "", clock.now()))[0]
        assert line.item is not None
        key = line.item[1].facts[0]
        draft = (
            db.session.execute(
                select(Question.id).where(Question.question_set_id == bridges.id, Question.type == "short")
            )
            .scalars()
            .first()
        )
        draft_fact = db.session.execute(
            select(QuestionFact.fact_id).where(QuestionFact.question_id == draft)
        ).scalar_one()
        report(cast.ada.learner_id, question_id=draft)
        report(cast.ada.learner_id, fact_id=rivers.facts[0].id)
        reports = dict(db.session.execute(select(MistakeReport.question_set_id, MistakeReport.id)).all())
    return {
        "question": rivers.facts[0].questions["choice"],
        "fact": rivers.facts[5].id,
        "draft": draft,
        "draft_fact": draft_fact,
        "report": reports[bridges.id],
        "bank_report": reports[rivers.id],
        "attempt": opened,
        "closed": closed,
        "quiz": quiz,
        "key": key,
        "plan": _planned(app, cast, rivers),
        "taught": taught.id,
        "asked": taught.set.facts[0].questions["choice"],
        "sitting": sitting,
        "taker": cast.ben.learner_id,
        "drawn": _drawn(app, cast, rivers),
    }


def _drawn(app: Flask, cast: Cast, made: MadeSet) -> uuid.UUID:
    """Have ada make a quiz for others, which draws from a set."""
    quiz_id = new_row_id()
    with app.app_context():
        run_tx(
            lambda: quizzes.create_quiz(
                quiz_id,
                owner_id=cast.ada.user_id,
                learner_id=cast.ada.learner_id,
                title="Rivers of Asia",
                question_set_id=made.id,
                preset="practice",
                now=clock.now(),
            )
        )
    return quiz_id


def _planned(app: Flask, cast: Cast, made: MadeSet) -> uuid.UUID:
    """Have ben plan to know a set in a month."""
    plan = StudyPlan(
        learner_id=cast.ben.learner_id,
        id=new_row_id(),
        question_set_id=made.id,
        title="Rivers",
        ready_on=clock.now().date() + timedelta(days=30),
        daily_minutes=10,
        desired_retention=0.9,
        new_per_day=5,
        predicted=0.8,
        created_at=clock.now(),
    )
    plan_id = plan.id
    with app.app_context():
        db.session.add(plan)
        db.session.commit()
    return plan_id


@pytest.mark.parametrize(
    "door", sorted({address.split("/")[1] for method, address in RIGHTS if method == "GET"})
)
def test_each_role_sees_what_the_table_says(
    door: str, browsers: dict[str, FlaskClient], places: dict[str, object]
) -> None:
    # A GET changes nothing: one after the other finds the same.
    addresses = [address for method, address in RIGHTS if method == "GET" and address.split("/")[1] == door]
    answers = {
        address: {role: _kind_of(browsers[role].get(address.format(**places))) for role in ROLES}
        for address in addresses
    }
    assert answers == {address: _wanted("GET", address) for address in addresses}


@pytest.mark.parametrize("address", [address for method, address in RIGHTS if method == "POST"])
def test_each_role_may_do_what_the_table_says(
    address: str, browsers: dict[str, FlaskClient], places: dict[str, object]
) -> None:
    url = address.format(**places)
    assert {role: _kind_of(post(browsers[role], url)) for role in ROLES} == _wanted("POST", address)


def _wanted(method: str, address: str) -> dict[str, object]:
    return dict(zip(ROLES, RIGHTS[method, address], strict=True))


def _kind_of(answer: TestResponse) -> object:
    status = answer.status_code
    if status in {302, 303}:
        return LOG_IN if "/account/log-in" in answer.headers.get("Location", "") else GO
    return BAD if status in {400, 409, 422} else status


def test_no_route_is_missing_from_the_table(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    filled = {
        "attempt", "closed", "quiz", "question", "draft", "draft_fact", "fact", "report", "bank_report", "plan",
        "drawn", "taught", "sitting", "taker", "asked",
    }  # fmt: skip
    known = set()
    for method, address in RIGHTS:
        some = {name: str(uuid.UUID(int=1)) for name in filled} | {"key": "key"}
        endpoint, _ = adapter.match(address.format(**some).partition("?")[0], method=method)
        known.add(endpoint)
    assert {rule.endpoint for rule in app.url_map.iter_rules()} - known == {"static"}


def test_a_wrong_method_is_told_which_are_right(client: FlaskClient) -> None:
    answer = client.post("/library/")
    # Without its token a form is refused before anything else is looked at.
    assert answer.status_code in {400, 405}
    assert post(client, "/library/").status_code == 405
    assert "GET" in post(client, "/library/").headers["Allow"]
