"""Loading a bank again changes what changed, and never touches a learner's memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import aliased

from quizapp import clock
from quizapp.core.dates import PartialDate
from quizapp.core.facts import Bank, DateValue, Entity, EntityValue, Fact, FactSet, Source
from quizapp.core.memory import Rating
from quizapp.core.questions import Citation, MatchingQuestion, ShortQuestion, pair_of
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import (
    Card,
    Deck,
    FactNeighbour,
    FactTag,
    Learner,
    Question,
    QuestionFact,
    Review,
)
from quizapp.models import Fact as FactRow
from quizapp.models.question_sets import FactRevision, find_set
from quizapp.operations import study
from quizapp.operations.banks import SlugTakenError, fact_content, load_bank

if TYPE_CHECKING:
    from flask import Flask

    from quizapp.operations.banks import Loaded
    from tests.factories import Cast, Factory

ENTITIES = {
    "france": Entity("france", "country", "France"),
    "paris": Entity("paris", "city", "Paris"),
    "spain": Entity("spain", "country", "Spain"),
    "madrid": Entity("madrid", "city", "Madrid"),
}


def _fact(country: str, city: str) -> Fact:
    return Fact(
        id=f"{country}-capital",
        topic="capitals",
        subject=country,
        relation="capital",
        value=EntityValue(city),
        ask=f"Which city is the capital of {ENTITIES[country].name}?",
        tell=f"The capital of {ENTITIES[country].name} is [[{ENTITIES[city].name}]].",
    )


def _question(fact: Fact) -> ShortQuestion:
    assert isinstance(fact.value, EntityValue)
    return ShortQuestion(
        id=f"capitals/{fact.id}/short",
        facts=(fact.id,),
        stem=fact.ask,
        explanation=fact.statement,
        cite=Citation("An atlas"),
        standing="documented",
        treatment="plain",
        topic="capitals",
        accept=(ENTITIES[fact.value.entity].name,),
    )


FRANCE = _fact("france", "paris")
SPAIN = _fact("spain", "madrid")


def _bank(*facts: Fact) -> Bank:
    return Bank("capitals", "Capitals", "en", ("capitals",), Source(name="An atlas"), ENTITIES, facts)


def _load(bank: Bank, sha256: str) -> Loaded:
    questions = [_question(fact) for fact in bank.facts]
    return run_tx(lambda: load_bank(bank, questions, sha256=sha256, position=1, now=clock.now()))


def _row(key: str) -> FactRow:
    return db.session.execute(select(FactRow).where(FactRow.key == key)).scalar_one()


def _review(learner_id: object, fact_id: object) -> None:
    def unit() -> None:
        learner = db.session.get_one(Learner, learner_id)
        given = study.Given(
            id=new_row_id(),
            fact_id=fact_id,  # type: ignore[arg-type]
            form="flashcard",
            source="study",
            at=clock.now(),
            rating=Rating.GOOD,
        )
        study.record_review(learner, given)

    run_tx(unit)


def test_a_bank_becomes_a_published_set_with_its_facts_and_questions(app: Flask) -> None:
    with app.app_context():
        loaded = _load(_bank(FRANCE, SPAIN), "1")
        made = find_set("capitals")
        assert (loaded.added, loaded.revised, loaded.retired) == (4, 0, 0)
        assert made is not None
        assert (made.state, made.origin, made.title) == ("published", "bank", "Capitals")
        linked = db.session.execute(
            select(FactRow.key, Question.key)
            .join(QuestionFact, QuestionFact.fact_id == FactRow.id)
            .join(Question, Question.id == QuestionFact.question_id)
            .order_by(FactRow.position)
        ).all()
        assert [tuple(pair) for pair in linked] == [
            ("france-capital", "capitals/france-capital/short"),
            ("spain-capital", "capitals/spain-capital/short"),
        ]


def test_the_same_files_again_do_nothing(app: Flask) -> None:
    with app.app_context():
        _load(_bank(FRANCE), "1")
        assert _load(_bank(FRANCE), "1").is_unchanged


def test_the_same_content_in_other_files_makes_no_revision(app: Flask) -> None:
    with app.app_context():
        _load(_bank(FRANCE), "1")
        again = _load(_bank(FRANCE), "2")
        assert (again.added, again.revised, again.retired, again.is_unchanged) == (0, 0, 0, False)
        assert _row("france-capital").revision == 1


def test_a_changed_fact_is_revised_and_its_card_stays_with_the_revision_it_saw(
    app: Flask, cast: Cast
) -> None:
    with app.app_context():
        _load(_bank(FRANCE), "1")
        fact_id = _row("france-capital").id
        _review(cast.ben.learner_id, fact_id)
        _load(_bank(replace(FRANCE, note="Since the Middle Ages, with interruptions.")), "2")
        row = _row("france-capital")
        assert (row.id, row.revision) == (fact_id, 2)
        texts = db.session.execute(
            select(FactRevision.content)
            .where(FactRevision.fact_id == fact_id)
            .order_by(FactRevision.revision)
        ).scalars()
        assert [content["note"] for content in texts] == ["", "Since the Middle Ages, with interruptions."]
        card = db.session.get_one(Card, (cast.ben.learner_id, fact_id))
        assert (card.fact_revision, card.reps) == (1, 1)


def test_a_removed_fact_retires_its_card_and_keeps_its_history(app: Flask, cast: Cast) -> None:
    with app.app_context():
        _load(_bank(FRANCE, SPAIN), "1")
        made = find_set("capitals")
        assert made is not None
        fact_id = _row("france-capital").id
        _review(cast.ben.learner_id, fact_id)
        loaded = _load(_bank(SPAIN), "2")
        assert loaded.retired == 2
        learner = db.session.get_one(Learner, cast.ben.learner_id)
        later = clock.now() + timedelta(days=400)
        session = study.load_session(learner, [(made.id, None)], later)
        assert fact_id not in {card.fact for card in (*session.queue.due, *session.queue.new)}
        assert db.session.get(Card, (learner.id, fact_id)) is not None
        assert db.session.execute(select(func.count()).select_from(Review)).scalar_one() == 1


def test_a_fact_that_comes_back_takes_its_card_up_again(app: Flask, cast: Cast) -> None:
    with app.app_context():
        _load(_bank(FRANCE, SPAIN), "1")
        fact_id = _row("france-capital").id
        _review(cast.ben.learner_id, fact_id)
        _load(_bank(SPAIN), "2")
        _load(_bank(FRANCE, SPAIN), "3")
        row = _row("france-capital")
        assert (row.id, row.retired_at, row.revision) == (fact_id, None, 1)
        made = find_set("capitals")
        assert made is not None
        learner = db.session.get_one(Learner, cast.ben.learner_id)
        session = study.load_session(learner, [(made.id, None)], clock.now() + timedelta(days=400))
        assert fact_id in {card.fact for card in session.queue.due}


def test_a_bank_never_takes_over_an_instructors_set(app: Flask, make: Factory, cast: Cast) -> None:
    make.question_set("capitals", owner=cast.ada)
    with app.app_context(), pytest.raises(SlugTakenError):
        _load(_bank(FRANCE), "1")


def _dated(name: str, subject: str, tell: str) -> Fact:
    value = DateValue(PartialDate.parse("2014-09-05"))
    return Fact(name, "dates", subject, "begun", value, ask="When?", tell=tell)


def test_a_date_is_labelled_by_what_it_says_where_its_subject_does_not_tell_it_from_others() -> None:
    map_ = Entity("map", "page-part", "the map")
    first = _dated("first", "france", "According to the source, a bridge was built on [[5 September 2014]].")
    second = _dated("second", "france", "A tunnel was built on [[5 September 2014]].")
    alone = _dated("alone", "spain", "A road was built on [[5 September 2014]].")
    drawn = _dated("drawn", "map", "The map shows [[5 September 2014]].")
    bank = replace(_bank(FRANCE, first, second, alone, drawn), entities=ENTITIES | {"map": map_})

    labels = [fact_content(bank, fact).get("label") for fact in bank.facts]

    assert labels == [
        None,
        "a bridge was built on 5 September 2014",
        "A tunnel was built on 5 September 2014",
        None,
        "The map shows 5 September 2014",
    ]


def test_the_label_that_a_fact_has_stands_before_any_that_is_made() -> None:
    named = replace(
        _dated("named", "france", "A bridge was built on [[5 September 2014]]."), label="a bridge"
    )
    bank = _bank(replace(FRANCE, label="the capital of France"), named, SPAIN)

    labels = [fact_content(bank, fact).get("label") for fact in bank.facts]

    assert labels == ["the capital of France", "a bridge", None]


def _matching(*facts: Fact) -> MatchingQuestion:
    pairs = [(ENTITIES[fact.subject].name, ENTITIES[fact.value.entity].name) for fact in facts]  # type: ignore[union-attr]
    return MatchingQuestion(
        id="capitals/all/matching",
        facts=tuple(fact.id for fact in facts),
        stem="Which capital belongs to which country?",
        explanation="",
        cite=Citation("An atlas"),
        standing="documented",
        treatment="plain",
        topic="capitals",
        pairs=tuple(pair_of(left, right) for left, right in pairs),
    )


def _links() -> list[tuple[str, int]]:
    rows = db.session.execute(
        select(FactRow.key, QuestionFact.position)
        .join(FactRow, FactRow.id == QuestionFact.fact_id)
        .join(Question, Question.id == QuestionFact.question_id)
        .where(Question.type == "matching")
        .order_by(QuestionFact.position)
    )
    return [(key, position) for key, position in rows]


def test_a_question_of_several_facts_is_linked_to_each_in_its_order_whatever_it_was_before(
    app: Flask,
) -> None:
    with app.app_context():
        for sha256, facts in (("1", (FRANCE, SPAIN)), ("2", (SPAIN, FRANCE)), ("3", (SPAIN,))):
            question = _matching(*facts)
            run_tx(
                lambda question=question, sha256=sha256: load_bank(  # type: ignore[misc]
                    _bank(FRANCE, SPAIN), [question], sha256=sha256, position=1, now=clock.now()
                )
            )
            assert _links() == [(fact.id, place) for place, fact in enumerate(facts)]


def _said_of_facts() -> dict[str, set[tuple[str, str]]]:
    """Return the neighbours and the tags of each fact, as (other or tag, kind)."""
    other = aliased(FactRow)
    pairs = db.session.execute(
        select(FactRow.key, other.key, FactNeighbour.kind)
        .join(FactNeighbour, FactNeighbour.fact_id == FactRow.id)
        .join(other, other.id == FactNeighbour.neighbour_id)
    )
    tags = db.session.execute(select(FactRow.key, FactTag.tag).join(FactTag, FactTag.fact_id == FactRow.id))
    found: dict[str, set[tuple[str, str]]] = {}
    for key, name, kind in [*pairs, *((key, tag, "tag") for key, tag in tags)]:
        found.setdefault(key, set()).add((name, kind))
    return found


def _named(*facts: Fact) -> Bank:
    sets = (FactSet("near-the-sea", "confusable", ("france-capital", "spain-capital")),)
    return Bank("capitals", "Capitals", "en", ("capitals",), Source(name="An atlas"), ENTITIES, facts, sets)


def test_loading_says_which_facts_are_confused_and_by_which_words_they_are_chosen(app: Flask) -> None:
    turned = replace(FRANCE, id="paris", subject="paris", relation="capital-of", value=EntityValue("france"))
    with app.app_context():
        _load(_named(FRANCE, replace(SPAIN, tags=("south",)), turned), "1")

        assert _said_of_facts() == {
            "france-capital": {("spain-capital", "named"), ("paris", "turned"), ("near-the-sea", "tag")},
            "spain-capital": {("france-capital", "named"), ("near-the-sea", "tag"), ("south", "tag")},
            "paris": {("france-capital", "turned")},
        }


def test_loading_again_changes_only_the_links_that_changed(app: Flask) -> None:
    written = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT INTO fact_", "DELETE FROM fact_")):
            written.append(" ".join(statement.split()[:3]))

    with app.app_context():
        _load(_named(FRANCE, SPAIN), "1")
        event.listen(db.engine, "before_cursor_execute", note)
        _load(_named(FRANCE, SPAIN), "2")
        assert written == []
        _load(_named(FRANCE, replace(SPAIN, tags=("south",))), "3")
        assert written == ["INSERT INTO fact_tags"]
        _load(_bank(FRANCE, SPAIN), "4")
        event.remove(db.engine, "before_cursor_execute", note)

        assert _said_of_facts() == {}


def test_facts_are_introduced_in_the_order_of_the_bank_with_confused_ones_apart(app: Flask) -> None:
    fill = [replace(FRANCE, id=f"f{n}", relation=f"r{n}", value=EntityValue("paris")) for n in range(30)]
    with app.app_context():
        _load(_named(FRANCE, SPAIN, *fill), "1")
        rows = db.session.execute(select(FactRow.key).order_by(FactRow.introduced)).scalars().all()
        places = db.session.execute(select(FactRow.introduced).order_by(FactRow.introduced)).scalars().all()

        assert places == list(range(32))
        assert rows == [
            "france-capital",
            *(f"f{n}" for n in range(19)),
            "spain-capital",
            *(f"f{n}" for n in range(19, 30)),
        ]


def test_a_changed_bank_lets_its_decks_look_for_new_facts_from_the_first_on(app: Flask, cast: Cast) -> None:
    with app.app_context():
        _load(_bank(FRANCE, SPAIN), "1")
        made = find_set("capitals")
        assert made is not None
        key = (cast.ben.learner_id, made.id)
        run_tx(lambda: study.add_deck(key[0], key[1], clock.now()))

        def begin() -> None:
            db.session.get_one(Deck, key).new_from = 2

        run_tx(begin)
        _load(_bank(FRANCE, SPAIN), "1")
        assert db.session.get_one(Deck, key).new_from == 2
        _load(_bank(SPAIN, FRANCE), "2")
        assert db.session.get_one(Deck, key, populate_existing=True).new_from == 0


def test_a_fact_added_to_a_bank_is_new_to_whoever_has_begun_all_the_others(app: Flask, cast: Cast) -> None:
    with app.app_context():
        _load(_bank(FRANCE), "1")
        made = find_set("capitals")
        assert made is not None
        key = (cast.ben.learner_id, made.id)

        def begin() -> None:
            study.add_deck(*key, clock.now())
            learner = db.session.get_one(Learner, cast.ben.learner_id)
            for fact_id in db.session.execute(select(FactRow.id)).scalars():
                given = study.Given(
                    id=new_row_id(),
                    fact_id=fact_id,
                    form="flashcard",
                    source="study",
                    at=clock.now(),
                    rating=Rating.GOOD,
                )
                study.record_review(learner, given)

        def count_new() -> int:
            learner = db.session.get_one(Learner, cast.ben.learner_id, populate_existing=True)
            deck = db.session.get_one(Deck, key, populate_existing=True)
            return study.load_session(learner, [(made.id, deck)], clock.now()).counts.new

        run_tx(begin)
        assert count_new() == 0
        # It comes first in the order of the bank.
        _load(_bank(SPAIN, FRANCE), "2")
        assert count_new() == 1
