"""What a search finds, for whom, and what it never shows."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import and_, select

from quizapp import clock
from quizapp.core.queries import QueryError, parse
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import (
    Attempt,
    AttemptResponse,
    Card,
    CardMark,
    Fact,
    FactRevision,
    FactTag,
    Learner,
    User,
)
from quizapp.operations import search, study
from quizapp.operations.quizzes.reviewing import review_attempt
from quizapp.operations.search import Sort
from tests.histories import attempt, review

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable
    from typing import Any

    from flask import Flask

    from tests.conftest import Clock
    from tests.factories import Cast, Factory, MadeSet, Person

    Find = Callable[..., list[str]]


@pytest.fixture
def rivers(app: Flask, make: Factory, frozen: Clock) -> MadeSet:
    made = make.question_set("rivers", facts=6, fictional=1)
    index(app, made)
    return made


@pytest.fixture
def find(app: Flask, cast: Cast, frozen: Clock) -> Find:
    """Finds the keys of facts for ben, or for somebody else."""

    def found(text: str, who: Person | None = cast.ben, **options: Any) -> list[str]:
        with app.app_context():
            learner = None if who is None else db.session.get_one(Learner, who.learner_id)
            page = search.find_facts(parse(text), learner, clock.now(), **options)
            return [fact.key for fact in page.entries]

    return found


def index(app: Flask, made: MadeSet) -> None:
    with app.app_context():
        run_tx(lambda: search.index_set(made.id))


def say(app: Flask, made: MadeSet, number: int, **content: str) -> None:
    """Have a fact say something else, and be found by it."""
    with app.app_context():
        revision = db.session.get_one(FactRevision, (made.facts[number].id, 1))
        revision.content = revision.content | content
        db.session.commit()
    index(app, made)


def mark(app: Flask, who: Person, fact_id: uuid.UUID, action: study.Action, **words: str) -> None:
    with app.app_context():
        run_tx(
            lambda: study.change_marks(
                db.session.get_one(Learner, who.learner_id),
                [fact_id],
                action,
                step_id=new_row_id(),
                now=clock.now(),
                **words,
            )
        )


def test_every_word_must_occur_and_case_and_marks_do_not_matter(
    app: Flask, rivers: MadeSet, find: Find
) -> None:
    say(app, rivers, 2, statement="Die Brücke steht in Łódź.", ask="", note="")
    assert find("bruecke") == []
    assert find("BRUCKE lodz") == ["fact-2"]
    assert find("lodz fact") == []


def test_the_last_word_may_be_half_typed_and_no_other(app: Flask, rivers: MadeSet, find: Find) -> None:
    say(app, rivers, 2, statement="The long bridge.", ask="", note="")
    assert find("long bri") == ["fact-2"]
    assert find("lon bridge") == []
    assert find("lon is:new") == ["fact-2"]
    assert find('"long bri"') == []


def test_a_phrase_stands_side_by_side_in_one_part(app: Flask, rivers: MadeSet, find: Find) -> None:
    say(app, rivers, 2, statement="The A-10 flew low.", ask="Which aircraft flew low", note="")
    assert find('"flew low"') == ["fact-2"]
    assert find('"low flew"') == []
    assert find('"low which"') == []
    assert find("a-10") == ["fact-2"]
    assert find("b-10") == []


def test_terms_are_turned_round_and_alternatives_taken(app: Flask, rivers: MadeSet, find: Find) -> None:
    say(app, rivers, 1, statement="Danube", ask="", note="")
    say(app, rivers, 2, statement="Danube and Rhine", ask="", note="")
    assert find("danube -rhine") == ["fact-1"]
    assert find("-danube topic:length") == ["fact-0", "fact-4"]
    assert find("(rhine or topic:mouth) danube") == ["fact-1", "fact-2"]
    assert find('rhine or "value 4"') == ["fact-2", "fact-4"]


def test_what_is_typed_is_never_syntax(rivers: MadeSet, find: Find) -> None:
    for text in (
        "'; DROP TABLE facts; --",
        "a* AND",
        "^fact",
        "{fact}",
        "fact\\",
        "a%",
        "fact_1",
        "'a' & !b",
    ):
        assert isinstance(find(text), list)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=12))
def test_any_text_can_be_looked_for(rivers: MadeSet, find: Find, text: str) -> None:
    text = text.replace("\0", "")
    try:
        parse(text)
    except QueryError:
        return
    assert isinstance(find(text), list)


def test_topics_sets_tags_standings_and_types_narrow(
    app: Flask, make: Factory, rivers: MadeSet, find: Find
) -> None:
    with app.app_context():
        db.session.add(FactTag(fact_id=rivers.facts[3].id, tag="long-ones"))
        db.session.commit()
    ten = make.ten_types()
    index(app, ten)
    assert find("set:RIVERS topic:Mouth") == ["fact-1", "fact-3", "fact-5"]
    assert find("tag:Long-Ones") == ["fact-3"]
    assert find("standing:fictional") == ["fact-5"]
    assert len(find("type:map")) == 2
    assert find("set:no-such-set") == []
    index(app, rivers)
    assert find("long-ones") == ["fact-3"]


def test_memory_is_compared_as_the_filters_say(
    app: Flask, cast: Cast, make: Factory, rivers: MadeSet, find: Find
) -> None:
    make.deck(cast.ben, rivers)
    learner_id = cast.ben.learner_id
    review(app, learner_id, rivers.facts[0].id, days_ago=20)
    review(app, learner_id, rivers.facts[1].id, days_ago=1)
    review(app, learner_id, rivers.facts[2].id, days_ago=2, right=False)
    with app.app_context():
        card = db.session.get_one(Card, (learner_id, rivers.facts[1].id))
        card.lapses = 3
        card.stability = 30
        card.due_on = card.shown_on = clock.now().date() + timedelta(days=7)
        db.session.commit()
    assert find("is:due") == ["fact-0", "fact-2"]
    assert find("is:new") == ["fact-3", "fact-4"]
    assert find("is:known") == ["fact-1"]
    assert find("lapses:>=3") == ["fact-1"]
    assert find("is:weak") == ["fact-0", "fact-1", "fact-2"]
    assert find("stability:30") == ["fact-1"]
    assert find("stability:<7") == ["fact-0", "fact-2"]
    assert find("-stability:<7") == ["fact-1", "fact-3", "fact-4", "fact-5"]
    assert find("due:7") == ["fact-1"]
    assert find("due:<=0") == ["fact-0", "fact-2"]
    assert find("due:>2026-03-07") == ["fact-1"]
    assert find("seen:<=2") == ["fact-1", "fact-2"]
    assert find("seen:>2") == ["fact-0"]
    assert find("seen:2026-02-28") == ["fact-1"]
    assert find("reps:1") == ["fact-0", "fact-1", "fact-2"]
    assert find("due:<99999 seen:<99999 recall:>0") == ["fact-0", "fact-1", "fact-2"]


def test_recall_is_todays_chance_of_it(app: Flask, cast: Cast, rivers: MadeSet, find: Find) -> None:
    review(app, cast.ben.learner_id, rivers.facts[0].id, days_ago=20)
    review(app, cast.ben.learner_id, rivers.facts[1].id, days_ago=0)
    with app.app_context():
        learner = db.session.get_one(Learner, cast.ben.learner_id)
        page = search.find_facts(parse("-is:new"), learner, clock.now(), sort=Sort.RECALL)
        recalls = [fact.recall for fact in page.entries if fact.recall is not None]
    low, high = recalls
    assert low < 0.8 < high == 1
    shown = round(low * 100)
    assert find(f"recall:{shown}") == ["fact-0"]
    assert find(f"recall:<{shown + 1}") == ["fact-0"]
    assert find(f"recall:>{shown + 1}") == ["fact-1"]
    assert find("recall:100") == ["fact-1"]
    assert find("recall:<=100") == ["fact-0", "fact-1"]
    assert find("recall:<0") == []


def test_due_needs_a_deck_and_invented_facts_a_deck_that_has_them(
    app: Flask, cast: Cast, make: Factory, rivers: MadeSet, find: Find
) -> None:
    review(app, cast.ben.learner_id, rivers.facts[0].id, days_ago=20)
    review(app, cast.ben.learner_id, rivers.facts[5].id, days_ago=20)
    assert find("is:due") == []
    make.deck(cast.ben, rivers)
    assert find("is:due") == ["fact-0"]
    make.deck(cast.cleo, rivers, includes_fiction=True)
    assert "fact-5" in find("is:new", cast.cleo)


def test_marks_are_found_by_their_states(
    app: Flask, cast: Cast, make: Factory, rivers: MadeSet, find: Find
) -> None:
    facts = [fact.id for fact in rivers.facts]
    mark(app, cast.ben, facts[0], study.Action.FLAG)
    mark(app, cast.ben, facts[1], study.Action.SUSPEND)
    mark(app, cast.ben, facts[2], study.Action.BURY)
    mark(app, cast.ben, facts[3], study.Action.NOTE, note="Think of 100 % wool")
    assert find("is:flagged") == ["fact-0"]
    assert find("is:suspended") == ["fact-1"]
    assert find("is:hidden") == ["fact-2"]
    assert find("is:noted") == ["fact-3"]
    assert find('note:"100 % WOOL"') == ["fact-3"]
    assert find("note:_") == []
    assert "fact-1" not in find("is:new")
    assert find("is:flagged", cast.cleo) == []


def test_a_corrected_fact_is_one_that_said_something_else_before(
    app: Flask, cast: Cast, rivers: MadeSet, find: Find
) -> None:
    review(app, cast.ben.learner_id, rivers.facts[0].id)
    with app.app_context():
        fact = db.session.get_one(Fact, rivers.facts[0].id)
        old = db.session.get_one(FactRevision, (fact.id, 1))
        db.session.add(FactRevision(fact_id=fact.id, revision=2, content=old.content, created_at=clock.now()))
        fact.revision = 2
        db.session.commit()
    assert find("is:corrected") == ["fact-0"]


def test_mistakes_are_those_of_the_last_closed_quiz(
    app: Flask, cast: Cast, rivers: MadeSet, find: Find
) -> None:
    for days_ago, wrong in ((3, 0), (1, 1)):
        asked = [rivers.facts[number].questions["choice"] for number in (0, 1, 2)]
        sitting = attempt(app, cast.ben.learner_id, rivers, asked, state="closed", days_ago=days_ago)
        with app.app_context():
            rows = db.session.execute(
                select(AttemptResponse).where(AttemptResponse.attempt_id == sitting)
            ).scalars()
            for row in rows:
                is_wrong = row.position == wrong + 1
                row.outcome = "wrong" if is_wrong else "right"
                row.response = {"option": "wrong-1" if is_wrong else "right"}
                row.responded_at = clock.now() - timedelta(days=days_ago)
            db.session.get_one(Attempt, (cast.ben.learner_id, sitting)).released_at = clock.now()
            db.session.commit()
            review_attempt(cast.ben.learner_id, sitting, clock.now())
    assert find("is:mistake") == ["fact-1"]
    assert find("is:mistake", cast.cleo) == []


def test_who_has_no_memory_finds_everything_new(rivers: MadeSet, find: Find) -> None:
    assert find("is:new", None) == [f"fact-{number}" for number in range(5)]
    assert find("is:due or lapses:>0 or note:x", None) == []
    assert find("value", None) == [f"fact-{number}" for number in range(6)]


def test_drafts_are_found_by_who_may_edit_them_alone(
    app: Flask, cast: Cast, make: Factory, find: Find
) -> None:
    index(app, make.question_set("bridges", owner=cast.ada, state="draft", facts=2))
    assert find("value", cast.ben) == find("value", None) == []
    assert find("value", cast.ada) == find("value", cast.olga) == ["fact-0", "fact-1"]
    with app.app_context():
        user = db.session.get_one(User, cast.ada.user_id)
        found = search.find_facts(parse("value"), None, clock.now(), user=user)
        assert len(found.entries) == 2


def test_an_archived_set_is_found_by_who_studies_it_alone(
    app: Flask, cast: Cast, make: Factory, find: Find
) -> None:
    made = make.question_set("bridges", owner=cast.ada, state="archived", facts=2)
    make.deck(cast.ben, made)
    index(app, made)
    assert find("value") == ["fact-0", "fact-1"]
    assert find("value", cast.cleo) == find("value", None) == []


def test_what_an_open_quiz_asks_is_not_found_neither_its_questions(
    app: Flask, cast: Cast, rivers: MadeSet, find: Find
) -> None:
    attempt(app, cast.ben.learner_id, rivers, [rivers.facts[1].questions["choice"]])
    assert find("value") == ["fact-0", "fact-2", "fact-3", "fact-4", "fact-5"]
    assert find('"value 1"') == find("set:rivers -value") == []
    with app.app_context():
        learner = db.session.get_one(Learner, cast.ben.learner_id)
        cleo = db.session.get_one(Learner, cast.cleo.learner_id)
        now = clock.now()
        assert not search.find_questions(parse('"value 1"'), learner, now).entries
        assert search.count_questions(parse('"value 1"'), learner, now).number == 0
        assert search.count_questions(parse('"value 1"'), cleo, now).number == 5
        condition = search.fact_condition(parse("value"), learner, now)
        chosen = db.session.execute(
            select(Fact.key)
            .outerjoin(Card, and_(Card.fact_id == Fact.id, Card.learner_id == learner.id))
            .outerjoin(CardMark, and_(CardMark.fact_id == Fact.id, CardMark.learner_id == learner.id))
            .where(condition)
        )
        assert sorted(chosen.scalars()) == ["fact-0", "fact-2", "fact-3", "fact-4", "fact-5"]


def test_questions_are_found_by_stem_options_and_explanation_and_never_show_a_key(
    app: Flask, cast: Cast, make: Factory, frozen: Clock
) -> None:
    made = make.ten_types()
    index(app, made)
    with app.app_context():
        learner = db.session.get_one(Learner, cast.ben.learner_id)

        def types(text: str) -> list[str]:
            return [one.type for one in search.find_questions(parse(text), learner, clock.now()).entries]

        assert types("beech") == ["choice"]
        assert types("weimar") == ["map"]
        assert types('"black sea"') == ["matching"]
        assert types("dam") == ["ordering"]
        assert types("copenhagen") == ["short"]
        assert types("explained type:numeric") == ["numeric"]
        assert types("topic:several -type:map is:new") == ["multiple", "ordering", "matching"]
        assert types("is:flagged") == []
        short = search.find_questions(parse("copenhagen"), learner, clock.now()).entries[0]
        assert "Copenhagen" not in repr(short)


def test_retired_facts_and_questions_are_not_found(app: Flask, rivers: MadeSet, find: Find) -> None:
    with app.app_context():
        db.session.get_one(Fact, rivers.facts[0].id).retired_at = clock.now()
        db.session.commit()
    assert "fact-0" not in find("value")
    index(app, rivers)
    assert "fact-0" not in find("")


def test_every_column_sorts_both_ways_and_gives_all(
    app: Flask, cast: Cast, rivers: MadeSet, find: Find
) -> None:
    review(app, cast.ben.learner_id, rivers.facts[2].id, days_ago=9)
    review(app, cast.ben.learner_id, rivers.facts[4].id, days_ago=2)
    mark(app, cast.ben, rivers.facts[4].id, study.Action.FLAG)
    for text, sort in product(("", "value"), Sort):
        up, down = find(text, sort=sort), find(text, sort=sort, is_descending=True)
        assert set(up) == set(down) == {f"fact-{number}" for number in range(6)}
        if sort in {Sort.DUE, Sort.STABILITY, Sort.RECALL, Sort.LAPSES}:
            # What was never asked has no such figure.
            assert set(up[:2]) == set(down[:2]) == {"fact-2", "fact-4"}
        if sort is Sort.RECALL:
            assert up[:2] == ["fact-2", "fact-4"] == down[1::-1]
        if sort is Sort.FLAGGED:
            assert up[0] == down[0] == "fact-4"


def test_pages_follow_one_another_and_counting_ends(
    app: Flask, make: Factory, cast: Cast, frozen: Clock, monkeypatch: pytest.MonkeyPatch, find: Find
) -> None:
    monkeypatch.setattr("quizapp.operations.search.finding.PAGE", 4)
    index(app, make.question_set("rivers", facts=6))
    with app.app_context():
        now = clock.now()
        first = search.find_facts(parse("value"), None, now)
        second = search.find_facts(parse("value"), None, now, page=2)
        assert [len(first.entries), first.has_next] == [4, True]
        assert [len(second.entries), second.has_next] == [2, False]
        assert {fact.id for fact in first.entries}.isdisjoint(fact.id for fact in second.entries)
        counted = search.count_facts(parse("value"), None, now, most=5)
        assert (counted.number, counted.is_more) == (5, True)
        assert search.count_facts(parse("value"), None, now) == search.Count(6, is_more=False)
