"""Tables of days follow every review, mark and undo; what is due is found without reading all cards."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from quizapp.core.memory import Rating
from quizapp.core.study_queue import Mode
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Card, DailyLoad, DailyRecall, DailyStatistics, Deck, Fact, Learner
from quizapp.operations import study
from quizapp.operations.study import Action

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

    from flask import Flask

    from tests.conftest import Clock
    from tests.factories import Factory, MadeSet

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SUMS = (
    "reviews",
    "recalled",
    "predicted_reviews",
    "predicted_recalled",
    "new_facts",
    "duration_ms",
    "gained",
)


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def made(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set(facts=8, fictional=1)


@pytest.fixture
def learner_id(make: Factory, made: MadeSet, in_app: None) -> uuid.UUID:
    guest = make.guest()
    make.deck(guest, made)
    return guest


def rate(learner_id: uuid.UUID, fact_id: uuid.UUID, at: datetime = NOON, **words: Any) -> study.Recorded:
    words = {"rating": Rating.GOOD, "source": "study", "duration_ms": 5000, **words}
    given = study.Given(id=new_row_id(), fact_id=fact_id, form="flashcard", at=at, **words)
    return run_tx(lambda: study.record_review(db.session.get_one(Learner, learner_id), given))


def change(learner_id: uuid.UUID, **settings: Any) -> None:
    def unit() -> None:
        learner = db.session.get_one(Learner, learner_id)
        for name, value in settings.items():
            setattr(learner, name, value)

    run_tx(unit)


def look(learner_id: uuid.UUID, made: MadeSet, now: datetime = NOON, **words: Any) -> study.Session:
    learner = db.session.get_one(Learner, learner_id)
    return study.load_session(learner, [(made.id, study.find_deck(learner_id, made.id))], now, **words)


def loads_kept(learner_id: uuid.UUID) -> dict[Any, int]:
    rows = db.session.execute(
        select(DailyLoad.shown_on, DailyLoad.cards).where(DailyLoad.learner_id == learner_id)
    )
    return {day: cards for day, cards in rows if cards}


def loads_counted(learner_id: uuid.UUID) -> dict[Any, int]:
    rows = db.session.execute(
        select(Card.shown_on, sa.func.count())
        .where(Card.learner_id == learner_id, Card.shown_on.is_not(None))
        .group_by(Card.shown_on)
    )
    return {day: int(count) for day, count in rows}


def days_kept(learner_id: uuid.UUID) -> tuple[list[float], list[float]]:
    sums = db.session.execute(
        select(*(sa.func.coalesce(sa.func.sum(getattr(DailyStatistics, name)), 0) for name in SUMS)).where(
            DailyStatistics.learner_id == learner_id
        )
    ).one()
    bins = db.session.execute(
        select(
            DailyRecall.study_day,
            DailyRecall.tenth,
            DailyRecall.reviews,
            DailyRecall.recalled,
            DailyRecall.predicted_recall,
        )
        .where(DailyRecall.learner_id == learner_id, DailyRecall.reviews > 0)
        .order_by(DailyRecall.study_day, DailyRecall.tenth, DailyRecall.is_fiction)
    ).all()
    return [float(value) for value in sums], [
        float(value) for row in bins for value in (row[0].toordinal(), *row[1:])
    ]


@pytest.mark.parametrize("seed", range(3))
def test_after_any_walk_loads_and_days_are_what_cards_and_log_give(
    made: MadeSet, learner_id: uuid.UUID, seed: int
) -> None:
    rng = random.Random(seed)
    now = NOON
    learner = db.session.get_one(Learner, learner_id)
    db.session.expunge(learner)
    for _ in range(40):
        now += timedelta(hours=rng.choice([0.1, 5, 30, 200]))
        fact_id = rng.choice(made.facts).id
        match rng.randrange(8):
            case 0:
                if study.last_step(learner, now):
                    run_tx(lambda now=now: study.undo_last(learner, undo_id=new_row_id(), now=now))
            case 1:
                action = rng.choice([Action.SUSPEND, Action.RESUME, Action.BURY, Action.REST, Action.SHOW])
                run_tx(
                    lambda fact_id=fact_id, action=action, now=now: study.change_marks(
                        learner, [fact_id], action, step_id=new_row_id(), now=now
                    )
                )
            case 2:
                rate(learner_id, fact_id, now - timedelta(hours=rng.choice([0, 40])), source="cram")
            case _:
                rate(
                    learner_id,
                    fact_id,
                    now - timedelta(hours=rng.choice([0, 0, 40])),
                    rating=rng.choice(list(Rating)),
                )
        assert loads_kept(learner_id) == loads_counted(learner_id)
    kept = days_kept(learner_id)
    run_tx(lambda: study.rebuild_statistics(learner_id))
    rebuilt = days_kept(learner_id)
    assert rebuilt[0] == pytest.approx(kept[0])
    assert rebuilt[1] == pytest.approx(kept[1])
    loads = loads_kept(learner_id)
    run_tx(lambda: study.rebuild_loads(learner_id))
    assert loads_kept(learner_id) == loads
    cards = {
        card.fact_id: (card.stability, card.due_on, card.shown_on)
        for card in db.session.execute(select(Card)).scalars()
    }
    run_tx(lambda: study.rebuild_cards(learner, [fact.id for fact in made.facts]))
    db.session.expire_all()
    again = {
        card.fact_id: (card.stability, card.due_on, card.shown_on)
        for card in db.session.execute(select(Card)).scalars()
    }
    assert again == cards


def test_cramming_is_log_and_time_and_moves_nothing(made: MadeSet, learner_id: uuid.UUID) -> None:
    fact_id = made.facts[0].id
    rate(learner_id, fact_id, NOON - 9 * DAY)
    before, loads = days_kept(learner_id), loads_kept(learner_id)
    recorded = rate(learner_id, fact_id, NOON, rating=Rating.AGAIN, source="cram")
    assert not recorded.is_long_term
    assert loads_kept(learner_id) == loads
    assert days_kept(learner_id)[0][0] == before[0][0] + 1
    assert days_kept(learner_id)[1] == before[1]
    card = db.session.get_one(Card, (learner_id, fact_id))
    assert (card.reps, card.lapses) == (1, 0)


def test_the_day_that_was_shown_comes_true_within_the_fuzz_only(made: MadeSet, learner_id: uuid.UUID) -> None:
    usual = rate(learner_id, made.facts[0].id, rating=Rating.EASY).interval_days
    shown = NOON.date() + timedelta(days=9)
    assert rate(learner_id, made.facts[1].id, rating=Rating.EASY, due_on=shown).due_on == shown
    forged = rate(learner_id, made.facts[0].id, NOON + 9 * DAY, due_on=NOON.date() + 4000 * DAY)
    assert forged.due_on is not None
    assert usual < (forged.due_on - NOON.date()).days < 400


def test_a_deck_shows_at_most_so_many_due_cards_a_day(made: MadeSet, learner_id: uuid.UUID) -> None:
    for fact in made.facts[:5]:
        rate(learner_id, fact.id, NOON - 60 * DAY)
    run_tx(lambda: setattr(db.session.get_one(Deck, (learner_id, made.id)), "reviews_per_day", 3))
    assert look(learner_id, made).counts.due == 3
    rate(learner_id, look(learner_id, made).upcoming(1)[0])
    assert look(learner_id, made).counts.due == 2


def test_minutes_relief_and_pause_keep_cards_back(made: MadeSet, learner_id: uuid.UUID) -> None:
    for fact in made.facts[:6]:
        rate(learner_id, fact.id, NOON - 60 * DAY)
    assert look(learner_id, made).counts.due == 6
    change(learner_id, relief_through=NOON.date() + 2 * DAY)
    assert look(learner_id, made).counts.due == 2
    change(learner_id, relief_through=None, budget_minutes=1)
    assert look(learner_id, made).counts.total < 8
    change(learner_id, budget_minutes=None, paused_from=NOON.date(), paused_through=NOON.date() + DAY)
    paused = look(learner_id, made)
    assert (paused.counts.total, paused.upcoming(3), paused.is_paused) == (0, [], True)


def test_what_is_skipped_comes_last_and_what_is_suspended_not_at_all(
    made: MadeSet, learner_id: uuid.UUID
) -> None:
    learner = db.session.get_one(Learner, learner_id)
    for fact in made.facts[:3]:
        rate(learner_id, fact.id, NOON - 60 * DAY)
    first, second, third = (
        fact for fact in look(learner_id, made).upcoming(9) if fact in {f.id for f in made.facts[:3]}
    )
    for fact_id, action in ((first, Action.SKIP), (second, Action.SUSPEND)):
        run_tx(
            lambda f=fact_id, a=action: study.change_marks(learner, [f], a, step_id=new_row_id(), now=NOON)
        )
    left = look(learner_id, made).upcoming(9)
    assert left[-1] == first
    assert second not in left
    assert third in left
    assert look(learner_id, made).counts.due == 2


def test_chosen_facts_are_gone_through_whether_or_not_they_are_due(
    made: MadeSet, learner_id: uuid.UUID
) -> None:
    rate(learner_id, made.facts[1].id, NOON - DAY)
    odd = study.Chosen(Fact.key.in_(["fact-1", "fact-3"]), Mode.CRAM)
    assert set(look(learner_id, made, chosen=odd).upcoming(9)) == {made.facts[1].id, made.facts[3].id}
    rate(learner_id, made.facts[1].id, source="cram")
    session = look(learner_id, made, chosen=odd)
    assert (session.upcoming(9), session.settled) == ([made.facts[3].id], 1)
    new = study.Chosen(Fact.key.in_(["fact-1", "fact-3"]), Mode.NEW)
    assert look(learner_id, made, chosen=new).upcoming(9) == [made.facts[3].id]


def test_the_search_for_new_facts_starts_behind_those_begun_and_goes_back_for_an_undone_one(
    made: MadeSet, learner_id: uuid.UUID
) -> None:
    recorded = [rate(learner_id, fact.id) for fact in made.facts[:3]]
    deck = db.session.get_one(Deck, (learner_id, made.id), populate_existing=True)
    assert deck.new_from == 3
    learner = db.session.get_one(Learner, learner_id)
    run_tx(lambda: study.undo_review(learner, recorded[1].review_id, new_row_id(), NOON))
    assert db.session.get_one(Deck, (learner_id, made.id), populate_existing=True).new_from == 1
    assert made.facts[1].id in look(learner_id, made).upcoming(9)


def test_counts_leave_out_what_is_not_asked(made: MadeSet, learner_id: uuid.UUID) -> None:
    for fact in (made.facts[0], made.facts[1], made.facts[-1]):
        rate(learner_id, fact.id, NOON - 60 * DAY)
    run_tx(lambda: setattr(db.session.get_one(Fact, made.facts[0].id), "retired_at", NOON))
    assert study.count_due(learner_id, [made.id], NOON.date()) == {made.id: 1}
    run_tx(lambda: setattr(db.session.get_one(Deck, (learner_id, made.id)), "includes_fiction", True))
    assert study.count_due(learner_id, [made.id], NOON.date()) == {made.id: 2}
    assert look(learner_id, made).counts.due == 2


@pytest.mark.only_on("sqlite")
def test_no_statement_of_a_session_or_a_rating_reads_all_cards_or_the_log(
    made: MadeSet, learner_id: uuid.UUID
) -> None:
    rate(learner_id, made.facts[0].id, NOON - 60 * DAY)
    seen: list[tuple[str, Any]] = []

    def listen(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        seen.append((statement, values))

    sa.event.listen(db.engine, "before_cursor_execute", listen)
    look(learner_id, made).upcoming(3)
    rate(learner_id, made.facts[1].id)
    study.last_step(db.session.get_one(Learner, learner_id), NOON)
    sa.event.remove(db.engine, "before_cursor_execute", listen)
    told = [(text, values) for text, values in seen if any(name in text for name in ("cards", "reviews"))]
    assert len(told) > 5
    raw = db.session.connection().connection.driver_connection
    assert raw is not None
    for text, values in told:
        assert "learner_id" in text
        for *_, step in raw.execute(f"EXPLAIN QUERY PLAN {text}", values):
            assert not step.startswith(("SCAN cards", "SCAN reviews", "SCAN c", "SCAN r"))
            # One learner's whole key space is as bad as a scan.
            assert not step.endswith("PRIMARY KEY (learner_id=?)"), text
