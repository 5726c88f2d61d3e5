"""The words by which facts and questions are found stay what these say now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, select, text

from quizapp import clock
from quizapp.core.queries import parse
from quizapp.core.writing import Draft
from quizapp.database import db, run_tx
from quizapp.formats.paste import PasteRow
from quizapp.models import Fact, FactText, QuestionSet, QuestionText
from quizapp.operations import question_sets, search
from quizapp.operations.search.indexing import fold_words

if TYPE_CHECKING:
    from flask import Flask

    from tests.factories import Cast, Factory

pytestmark = pytest.mark.usefixtures("frozen")


def found(words: str) -> int:
    return search.count_facts(parse(words), None, clock.now()).number


def texts() -> tuple[int, int]:
    facts = db.session.execute(select(func.count()).select_from(FactText)).scalar_one()
    return facts, db.session.execute(select(func.count()).select_from(QuestionText)).scalar_one()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Łódź A-10, 1,000 km", ["the", "lodz", "a", "10", "1000", "km"]),
        ("İstanbul’s “Straße”", ["istanbuls", "strasse"]),
        ("", []),
    ],
)
def test_words_are_folded_and_articles_kept(text: str, words: list[str]) -> None:
    assert fold_words(text) == words


def test_a_written_question_is_found_at_once_and_follows_its_life(app: Flask, cast: Cast) -> None:
    with app.app_context():
        made = run_tx(
            lambda: question_sets.create_set(
                cast.ada.user_id, question_sets.Description("Bridges", topics=("spans",)), clock.now()
            )
        )
        set_id = made.id
        row = PasteRow(1, "Which bridge carries the U1?", "Oberbaumbrücke")

        def bring() -> str:
            own = db.session.get_one(QuestionSet, set_id)
            line = question_sets.import_rows(own, [row], "spans", clock.now())[0]
            question_sets.publish(own, clock.now())
            assert line.item is not None
            return line.item[1].facts[0]

        key = run_tx(bring)
        assert found("oberbaumbrucke") == found("u1 spans") == 1

        def revise() -> None:
            own = db.session.get_one(QuestionSet, set_id)
            written = question_sets.find_written(own, key)
            assert written is not None
            draft = Draft(
                type="short", stem="Which bridge carries the U1?", response="Spreebrücke", topic="spans"
            )
            question_sets.save_question(own, draft, key=key, seen=written.version, now=clock.now())

        run_tx(revise)
        assert (found("oberbaumbrucke"), found("spreebrucke")) == (0, 1)
        second = PasteRow(2, "Which bridge is longest?", "Köhlbrandbrücke")
        run_tx(
            lambda: question_sets.import_rows(
                db.session.get_one(QuestionSet, set_id), [second], "spans", clock.now()
            )
        )
        run_tx(
            lambda: question_sets.remove_question(db.session.get_one(QuestionSet, set_id), key, clock.now())
        )
        assert found("spreebrucke") == 0
        run_tx(
            lambda: question_sets.restore_question(db.session.get_one(QuestionSet, set_id), key, clock.now())
        )
        assert found("spreebrucke") == 1


def test_sets_that_stood_before_the_search_are_indexed_at_the_start_once(app: Flask, make: Factory) -> None:
    make.question_set("rivers", facts=3)
    with app.app_context():
        assert found("value") == 0
        assert search.index_missing() == 1
        assert found("value") == 3
        assert texts() == (3, 15)
        assert search.index_missing() == 0


def test_what_is_retired_or_gone_leaves_the_index(app: Flask, make: Factory) -> None:
    made = make.question_set("rivers", facts=3)
    with app.app_context():
        search.index_missing()
        db.session.get_one(Fact, made.facts[0].id).retired_at = clock.now()
        db.session.commit()
        run_tx(lambda: search.index_set(made.id))
        assert texts() == (2, 15)
        db.session.execute(delete(QuestionSet).where(QuestionSet.id == made.id))
        db.session.commit()
        assert texts() == (0, 0)
        assert found("value") == 0


def test_an_index_that_went_wrong_is_made_anew(app: Flask, make: Factory) -> None:
    make.question_set("rivers", facts=3)
    with app.app_context():
        search.index_missing()
        if db.engine.dialect.name == "sqlite":
            db.session.execute(text("INSERT INTO fact_words(fact_words) VALUES ('delete-all')"))
        else:
            db.session.execute(text("UPDATE fact_texts SET body = 'nothing'"))
        db.session.commit()
        assert found("value") == 0
        assert search.rebuild_index() == 1
        assert found("value") == 3
