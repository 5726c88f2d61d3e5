"""Reports of mistakes reach whoever keeps the set, one open report for each learner and thing, and tell no key."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from quizapp import clock
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Fact, MistakeReport, Question, QuestionFact, QuestionRevision, User
from quizapp.models.mistakes import ReportState
from quizapp.operations import accounts, mistakes
from tests.histories import NOON, attempt, report

if TYPE_CHECKING:
    import uuid

    from flask import Flask

    from tests.conftest import Clock
    from tests.factories import Cast, Factory, MadeSet


@pytest.fixture
def rivers(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set("rivers")


def _reports() -> list[MistakeReport]:
    return list(db.session.execute(select(MistakeReport).order_by(MistakeReport.created_at)).scalars())


def test_a_second_report_changes_the_open_first(app: Flask, make: Factory, rivers: MadeSet) -> None:
    guest, other = make.guest(), make.guest()
    question = rivers.facts[0].questions["choice"]
    with app.app_context():
        report(guest, question_id=question, reason="unclear", words="What?")
        report(guest, question_id=question, reason="spelling", words="A comma.", at=NOON + timedelta(hours=1))
        report(other, question_id=question)
        report(guest, fact_id=rivers.facts[0].id)
        rows = _reports()
        assert [(row.learner_id, row.reason, row.words) for row in rows if row.question_id] == [
            (guest, "spelling", "A comma."),
            (other, "unclear", ""),
        ]
        assert (rows[0].created_at, rows[0].updated_at) == (NOON, NOON + timedelta(hours=1))


def test_after_it_is_settled_the_next_one_is_new(app: Flask, make: Factory, rivers: MadeSet) -> None:
    guest = make.guest()
    question = rivers.facts[0].questions["choice"]
    with app.app_context():
        report(guest, question_id=question)
        (row,) = _reports()
        run_tx(lambda: mistakes.settle_report(row.id, ReportState.RESOLVED, "Mended.", NOON))
        report(guest, question_id=question, reason="source", at=NOON + timedelta(days=1))
        assert [(row.state, row.reply) for row in _reports()] == [("resolved", "Mended."), ("open", "")]
        target = mistakes.find_question(question, guest)
        assert target is not None
        last = mistakes.find_own_report(guest, target)
        assert last is not None
        assert last.reason == "source"


def test_settling_again_changes_verdict_and_reply_and_keeps_the_first_time(
    app: Flask, make: Factory, rivers: MadeSet
) -> None:
    with app.app_context():
        report(make.guest(), fact_id=rivers.facts[0].id)
        (row,) = _reports()
        run_tx(lambda: mistakes.settle_report(row.id, ReportState.RESOLVED, "", NOON))
        later = NOON + timedelta(days=1)
        run_tx(lambda: mistakes.settle_report(row.id, ReportState.DISMISSED, "No.", later))
        (row,) = _reports()
        assert (row.state, row.reply, row.settled_at) == ("dismissed", "No.", NOON)
        with pytest.raises(ValueError, match="settled"):
            mistakes.settle_report(row.id, ReportState.OPEN, "", NOON)


def test_reports_reach_the_owner_and_those_on_banks_the_administrators(
    app: Flask, make: Factory, cast: Cast, rivers: MadeSet
) -> None:
    mine = make.question_set("mine", owner=cast.ada)
    gil = make.person("gil", "instructor")
    with app.app_context():
        report(cast.ben.learner_id, question_id=mine.facts[0].questions["short"])
        report(cast.ben.learner_id, fact_id=rivers.facts[0].id)
        people = {
            name: db.session.get_one(User, who.user_id)
            for name, who in (("ada", cast.ada), ("gil", gil), ("olga", cast.olga))
        }
        seen = {
            name: sorted(line.question_set.slug for line in mistakes.list_reports(user)[0])
            for name, user in people.items()
        }
        assert seen == {"ada": ["mine"], "gil": [], "olga": ["mine", "rivers"]}
        assert [mistakes.count_open(people[name]) for name in seen] == [1, 0, 2]
        (line,) = mistakes.list_reports(people["ada"])[0]
        assert (line.type, line.key, line.item_key, line.is_changed) == ("short", "Value 0", "fact-0", False)
        assert mistakes.find_report(people["gil"], line.report.id) is None
        run_tx(lambda: mistakes.settle_report(line.report.id, ReportState.RESOLVED, "", NOON))
        assert mistakes.list_reports(people["ada"])[0] == []
        assert len(mistakes.list_reports(people["ada"], settled=True)[0]) == 1
        assert mistakes.count_open(people["ada"]) == 0


def test_the_report_keeps_the_revision_that_was_shown(
    app: Flask, make: Factory, cast: Cast, rivers: MadeSet
) -> None:
    question = rivers.facts[0].questions["choice"]
    with app.app_context():
        row = db.session.get_one(Question, question)
        content = db.session.get_one(QuestionRevision, (question, 1)).content | {"stem": "Now asked so?"}
        db.session.add(QuestionRevision(question_id=question, revision=2, content=content, created_at=NOON))
        row.revision = 2
        db.session.commit()
        assert _text(question, None) == "Now asked so?"
        assert _text(question, None, 1) == "Which value belongs to fact 0 of rivers?"
        assert _text(question, None, 99) == "Now asked so?"
        target = mistakes.find_question(question, None, 1)
        assert target is not None
        run_tx(lambda: mistakes.report_mistake(cast.ben.learner_id, target, "unclear", "", NOON))
        olga = db.session.get_one(User, cast.olga.user_id)
        (line,) = mistakes.list_reports(olga)[0]
        assert (line.report.revision, line.is_changed) == (1, True)


def _text(question_id: uuid.UUID, learner_id: uuid.UUID | None, revision: int | None = None) -> str:
    target = mistakes.find_question(question_id, learner_id, revision)
    assert target is not None
    return target.text


def test_what_an_open_quiz_asks_shows_its_own_stem_and_nothing_else(
    app: Flask, make: Factory, rivers: MadeSet
) -> None:
    guest = make.guest()
    fact = rivers.facts[0]
    attempt(app, guest, rivers, [fact.questions["choice"]])
    with app.app_context():
        assert _text(fact.questions["choice"], guest) == "Which value belongs to fact 0 of rivers?"
        # The statement to be judged may be the key of the question that is open.
        assert _text(fact.questions["true-false"], guest) == ""
        stated = mistakes.find_fact(fact.id, guest)
        assert stated is not None
        assert (stated.text, stated.fact_key, stated.is_closed) == ("", None, True)
        free = mistakes.find_fact(rivers.facts[1].id, guest)
        assert free is not None
        assert free.text == "Fact 1 of rivers has the value Value 1."


def test_a_question_of_several_facts_is_closed_with_any_of_them(
    app: Flask, make: Factory, rivers: MadeSet
) -> None:
    guest = make.guest()
    with app.app_context():
        shared = rivers.facts[0].questions["choice"]
        db.session.add(QuestionFact(question_id=shared, fact_id=rivers.facts[1].id, position=1))
        db.session.commit()
    attempt(app, guest, rivers, [rivers.facts[1].questions["short"]])
    with app.app_context():
        assert _text(shared, guest) == ""


def test_nothing_is_found_under_an_unknown_id(app: Flask, rivers: MadeSet) -> None:
    with app.app_context():
        assert mistakes.find_question(new_row_id(), None) is None
        assert mistakes.find_fact(new_row_id(), None) is None


def test_who_studied_or_sat_a_set_has_met_it(app: Flask, make: Factory, rivers: MadeSet) -> None:
    stranger, student, sitter = make.guest(), make.guest(), make.guest()
    make.deck(student, rivers)
    attempt(app, sitter, rivers, [rivers.facts[0].questions["choice"]], state="closed")
    with app.app_context():
        met = [mistakes.has_met(one, rivers.id) for one in (None, stranger, student, sitter)]
    assert met == [False, False, True, True]


def test_erasing_a_learner_takes_the_name_off_and_leaves_the_report(
    app: Flask, make: Factory, cast: Cast, rivers: MadeSet
) -> None:
    with app.app_context():
        report(cast.ben.learner_id, fact_id=rivers.facts[0].id, words="Wrong.")
        report(cast.cleo.learner_id, fact_id=rivers.facts[0].id)
        run_tx(lambda: accounts.erase(cast.ben.learner_id, cast.ben.user_id, clock.now()))
        assert {(row.learner_id, row.words) for row in _reports()} == {
            (None, "Wrong."),
            (cast.cleo.learner_id, ""),
        }


def test_guests_that_expire_leave_their_reports_too(
    app: Flask, make: Factory, rivers: MadeSet, frozen: Clock
) -> None:
    with app.app_context():
        report(make.guest(), fact_id=rivers.facts[0].id)
        frozen.moment = NOON + timedelta(days=400)
        assert accounts.expire_guests(frozen.moment, 180) == 1
        assert [row.learner_id for row in _reports()] == [None]


def test_merging_brings_a_guests_reports_and_loses_none(
    app: Flask, make: Factory, cast: Cast, rivers: MadeSet
) -> None:
    guest, ben = make.guest(), cast.ben.learner_id
    both, one = rivers.facts[0], rivers.facts[1]
    with app.app_context():
        report(ben, fact_id=both.id, words="Mine.")
        report(guest, fact_id=both.id, words="The guest's.")
        report(guest, question_id=both.questions["short"])
        report(guest, question_id=one.questions["short"])
        assert accounts.adopt_guest(cast.ben.user_id, guest, NOON) is False
        rows = _reports()
        assert len(rows) == 4
        assert {row.words for row in rows if row.learner_id is None} == {"The guest's."}
        assert sum(row.learner_id == ben for row in rows) == 3


def test_the_export_has_ones_reports_and_keeps_back_what_a_quiz_asks(
    app: Flask, make: Factory, cast: Cast, rivers: MadeSet
) -> None:
    ben = cast.ben
    with app.app_context():
        report(ben.learner_id, question_id=rivers.facts[0].questions["short"], words="Hm.")
        report(ben.learner_id, fact_id=rivers.facts[1].id)
        for row in _reports():
            run_tx(
                lambda row_id=row.id: mistakes.settle_report(
                    row_id, ReportState.RESOLVED, "It is Value 0.", NOON
                )
            )
    attempt(app, ben.learner_id, rivers, [rivers.facts[0].questions["choice"]])
    with app.app_context():
        rows = accounts.collect(ben.learner_id, ben.user_id, NOON)["mistake_reports"]
    assert [(row["about"], row["words"], row["reply"]) for row in rows] == [
        (None, "Hm.", None),
        ("Which value belongs to fact 1 of rivers?", "", "It is Value 0."),
    ]


def test_with_its_set_a_report_goes(app: Flask, make: Factory, cast: Cast) -> None:
    made = make.question_set("draft", owner=cast.ada, state="draft")
    with app.app_context():
        report(cast.ada.learner_id, fact_id=made.facts[0].id)
        run_tx(lambda: accounts.erase(cast.ada.learner_id, cast.ada.user_id, NOON))
        assert db.session.get(Fact, made.facts[0].id) is None
        assert _reports() == []
