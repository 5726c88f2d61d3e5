"""Reviews are recorded once, move their card, can be taken back, and decide what comes next."""

from __future__ import annotations

import random
import threading
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from quizapp import clock
from quizapp.core.memory import Rating
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import (
    Attempt,
    AttemptResponse,
    Card,
    DailyStatistics,
    Deck,
    Fact,
    FactRevision,
    Learner,
    Question,
    Quiz,
    Review,
)
from quizapp.operations import study

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

    from flask import Flask

    from tests.conftest import Clock
    from tests.factories import Factory, MadeSet

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def made(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set(facts=6, fictional=1)


@pytest.fixture
def learner_id(make: Factory, made: MadeSet) -> uuid.UUID:
    guest = make.guest()
    make.deck(guest, made)
    return guest


def give(learner_id: uuid.UUID, fact_id: uuid.UUID, *, at: datetime = NOON, **words: Any) -> study.Recorded:
    words.setdefault("id", new_row_id())
    if "right" not in words:
        words.setdefault("rating", Rating.GOOD)
    given = study.Given(fact_id=fact_id, form="flashcard", source="study", at=at, **words)
    return run_tx(lambda: study.record_review(db.session.get_one(Learner, learner_id), given))


def card_of(learner_id: uuid.UUID, fact_id: uuid.UUID) -> Card | None:
    return db.session.get(Card, (learner_id, fact_id), populate_existing=True)


def columns_of(card: Card | None) -> dict[str, Any]:
    assert card is not None
    return {column.name: getattr(card, column.name) for column in Card.__table__.columns}


def session_of(learner_id: uuid.UUID, made: MadeSet, now: datetime = NOON, **words: Any) -> study.Session:
    learner = db.session.get_one(Learner, learner_id)
    return study.load_session(learner, [(made.id, study.find_deck(learner_id, made.id))], now, **words)


def totals_of(learner_id: uuid.UUID) -> dict[str, float]:
    names = (
        "reviews",
        "recalled",
        "predicted_reviews",
        "predicted_recall",
        "predicted_recalled",
        "new_facts",
    )
    row = db.session.execute(
        select(*(sa.func.coalesce(sa.func.sum(getattr(DailyStatistics, name)), 0) for name in names)).where(
            DailyStatistics.learner_id == learner_id
        )
    ).one()
    return dict(zip(names, row, strict=True))


def test_a_first_review_makes_the_card_and_says_when_it_is_due(
    in_app: None, made: MadeSet, learner_id: uuid.UUID
) -> None:
    recorded = give(learner_id, made.facts[0].id)
    card = card_of(learner_id, made.facts[0].id)
    assert card is not None
    assert card.due_on == recorded.due_on == date(2026, 3, 1) + timedelta(days=recorded.interval_days)
    assert (card.first_on, card.reps, card.lapses) == (date(2026, 3, 1), 1, 0)
    assert recorded.is_long_term


def test_the_same_key_again_changes_nothing(in_app: None, made: MadeSet, learner_id: uuid.UUID) -> None:
    key = new_row_id()
    first = give(learner_id, made.facts[0].id, id=key)
    again = give(learner_id, made.facts[0].id, id=key, at=NOON + timedelta(minutes=1))
    assert again.is_repeat
    assert again.interval_days == first.interval_days
    assert db.session.execute(select(sa.func.count()).select_from(Review)).scalar_one() == 1
    assert totals_of(learner_id)["reviews"] == 1


def test_the_same_key_with_another_rating_is_refused(
    in_app: None, made: MadeSet, learner_id: uuid.UUID
) -> None:
    key = new_row_id()
    give(learner_id, made.facts[0].id, id=key)
    before = columns_of(card_of(learner_id, made.facts[0].id))
    with pytest.raises(study.ReviewConflictError):
        give(learner_id, made.facts[0].id, id=key, rating=Rating.AGAIN)
    assert columns_of(card_of(learner_id, made.facts[0].id)) == before


def test_a_second_probe_of_a_day_is_logged_and_moves_nothing(
    in_app: None, made: MadeSet, learner_id: uuid.UUID
) -> None:
    give(learner_id, made.facts[0].id, rating=Rating.AGAIN)
    before = columns_of(card_of(learner_id, made.facts[0].id))
    later = give(learner_id, made.facts[0].id, at=NOON + timedelta(minutes=5))
    after = columns_of(card_of(learner_id, made.facts[0].id))
    assert not later.is_long_term
    assert after.pop("last_at") > before.pop("last_at")
    assert after == before
    assert totals_of(learner_id)["reviews"] == 2


@pytest.mark.parametrize("rating", list(Rating))
@pytest.mark.parametrize("days_before", [(), (0,), (0, 4, 19)])
def test_the_interval_shown_is_the_one_that_is_stored(
    in_app: None, made: MadeSet, learner_id: uuid.UUID, rating: Rating, days_before: tuple[int, ...]
) -> None:
    fact_id = made.facts[0].id
    for day in days_before:
        give(learner_id, fact_id, at=NOON + timedelta(days=day))
    now = NOON + timedelta(days=30)
    [face] = study.load_faces(db.session.get_one(Learner, learner_id), [fact_id], now)
    recorded = give(learner_id, fact_id, at=now, rating=rating)
    assert face.intervals[rating] == recorded.interval_days


def test_on_the_day_of_a_probe_every_rating_shows_the_interval_that_stands(
    in_app: None, made: MadeSet, learner_id: uuid.UUID
) -> None:
    fact_id = made.facts[0].id
    recorded = give(learner_id, fact_id)
    [face] = study.load_faces(db.session.get_one(Learner, learner_id), [fact_id], NOON)
    assert set(face.intervals.values()) == {recorded.interval_days}


def test_a_deck_that_wants_more_recall_gives_shorter_intervals_and_shows_them(
    in_app: None, make: Factory, made: MadeSet
) -> None:
    strict = make.guest()
    make.deck(strict, made, desired_retention=0.97)
    plain = make.guest()
    make.deck(plain, made)
    fact_id = made.facts[0].id
    [face] = study.load_faces(db.session.get_one(Learner, strict), [fact_id], NOON)
    shorter = give(strict, fact_id, rating=Rating.EASY).interval_days
    assert face.intervals[Rating.EASY] == shorter < give(plain, fact_id, rating=Rating.EASY).interval_days


def test_an_undo_takes_the_card_and_the_statistics_back_to_where_they_were(
    in_app: None, made: MadeSet, learner_id: uuid.UUID
) -> None:
    fact_id = made.facts[0].id
    give(learner_id, fact_id)
    card, totals = columns_of(card_of(learner_id, fact_id)), totals_of(learner_id)
    later = NOON + timedelta(days=9)
    recorded = give(learner_id, fact_id, at=later, rating=Rating.AGAIN)
    learner = db.session.get_one(Learner, learner_id)
    run_tx(lambda: study.undo_review(learner, recorded.review_id, new_row_id(), later))
    assert columns_of(card_of(learner_id, fact_id)) == card
    assert totals_of(learner_id) == pytest.approx(totals)


def test_an_undone_first_review_leaves_no_card(in_app: None, made: MadeSet, learner_id: uuid.UUID) -> None:
    recorded = give(learner_id, made.facts[0].id)
    learner = db.session.get_one(Learner, learner_id)
    run_tx(lambda: study.undo_review(learner, recorded.review_id, new_row_id(), NOON))
    assert card_of(learner_id, made.facts[0].id) is None
    assert session_of(learner_id, made).upcoming(1) == [made.facts[0].id]


def test_an_undo_sent_twice_is_one_and_another_one_of_the_same_review_is_none(
    in_app: None, made: MadeSet, learner_id: uuid.UUID
) -> None:
    recorded = give(learner_id, made.facts[0].id)
    learner = db.session.get_one(Learner, learner_id)
    key = new_row_id()
    for _ in range(2):
        run_tx(lambda: study.undo_review(learner, recorded.review_id, key, NOON))
    with pytest.raises(study.NothingToUndoError):
        run_tx(lambda: study.undo_review(learner, recorded.review_id, new_row_id(), NOON))
    assert db.session.execute(select(sa.func.count()).select_from(Review)).scalar_one() == 2


def test_nobody_takes_back_the_review_of_another(
    in_app: None, make: Factory, made: MadeSet, learner_id: uuid.UUID
) -> None:
    recorded = give(learner_id, made.facts[0].id)
    stranger = db.session.get_one(Learner, make.guest())
    with pytest.raises(study.NothingToUndoError):
        run_tx(lambda: study.undo_review(stranger, recorded.review_id, new_row_id(), NOON))


def test_a_review_that_comes_in_late_is_put_in_its_place(
    in_app: None, make: Factory, made: MadeSet, learner_id: uuid.UUID
) -> None:
    other = make.guest()
    make.deck(other, made)
    fact_id = made.facts[0].id
    early, late = NOON, NOON + timedelta(days=6)
    give(learner_id, fact_id, at=early, rating=Rating.AGAIN)
    give(learner_id, fact_id, at=late)
    give(other, fact_id, at=late)
    give(other, fact_id, at=early, rating=Rating.AGAIN)
    left, right = columns_of(card_of(learner_id, fact_id)), columns_of(card_of(other, fact_id))
    # The day that was promised before stands, as long as it lies within the fuzz.
    days = {name: abs((left.pop(name) - right.pop(name)).days) for name in ("due_on", "shown_on")}
    assert {**left, "learner_id": None} == {**right, "learner_id": None}
    assert days["due_on"] == days["shown_on"] <= 3


def test_statistics_rebuilt_from_the_log_are_those_that_were_kept(
    in_app: None, made: MadeSet, learner_id: uuid.UUID
) -> None:
    for day in range(0, 40, 7):
        for fact in made.facts[:3]:
            give(learner_id, fact.id, at=NOON + timedelta(days=day), duration_ms=4000)
    last = give(learner_id, made.facts[3].id, at=NOON + timedelta(days=40), right=True, guess=0.5)
    learner = db.session.get_one(Learner, learner_id)
    run_tx(lambda: study.undo_review(learner, last.review_id, new_row_id(), NOON + timedelta(days=40)))
    kept = totals_of(learner_id)
    run_tx(lambda: study.rebuild_statistics(learner_id))
    assert totals_of(learner_id) == pytest.approx(kept)


def test_statistics_are_rebuilt_in_as_many_statements_however_long_the_log_is(
    in_app: None, made: MadeSet, learner_id: uuid.UUID
) -> None:
    statements: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    costs = []
    for fact in made.facts[:3]:
        for minute in range(3):
            give(learner_id, fact.id, at=NOON + timedelta(minutes=minute))
        statements.clear()
        sa.event.listen(db.engine, "before_cursor_execute", listen)
        run_tx(lambda: study.rebuild_statistics(learner_id))
        sa.event.remove(db.engine, "before_cursor_execute", listen)
        costs.append(len(statements))
    assert costs == costs[:1] * 3


def test_invented_facts_are_left_out_until_the_learner_asks_for_them(
    in_app: None, make: Factory, made: MadeSet, learner_id: uuid.UUID
) -> None:
    invented = made.facts[-1].id
    assert invented not in session_of(learner_id, made).upcoming(10)
    run_tx(lambda: setattr(db.session.get_one(Deck, (learner_id, made.id)), "includes_fiction", True))
    assert invented in session_of(learner_id, made).upcoming(10)


def test_what_is_left_out_is_not_announced_as_due(in_app: None, made: MadeSet, learner_id: uuid.UUID) -> None:
    key = (learner_id, made.id)
    run_tx(lambda: setattr(db.session.get_one(Deck, key), "includes_fiction", True))
    give(learner_id, made.facts[-1].id)
    learner = db.session.get_one(Learner, learner_id)
    assert study.find_next_due(learner, [made.id], NOON.date()) is not None
    run_tx(lambda: setattr(db.session.get_one(Deck, key), "includes_fiction", False))
    assert study.find_next_due(learner, [made.id], NOON.date()) is None


def test_what_is_due_comes_before_what_is_new(in_app: None, made: MadeSet, learner_id: uuid.UUID) -> None:
    give(learner_id, made.facts[3].id)
    assert session_of(learner_id, made, NOON + timedelta(days=60)).upcoming(2) == [
        made.facts[3].id,
        made.facts[0].id,
    ]


def test_new_facts_are_limited_by_the_deck_and_a_visit_may_go_further(
    in_app: None, made: MadeSet, learner_id: uuid.UUID
) -> None:
    run_tx(lambda: setattr(db.session.get_one(Deck, (learner_id, made.id)), "new_per_day", 2))
    give(learner_id, made.facts[0].id)
    session = session_of(learner_id, made)
    assert (session.queue.counts.new, session.new_waiting) == (1, 3)
    assert session_of(learner_id, made, more_new=2).queue.counts.new == 3
    tomorrow = session_of(learner_id, made, NOON + timedelta(days=1))
    assert tomorrow.queue.counts.new == 2


def test_a_forgotten_fact_returns_after_others_and_ends_the_session(
    in_app: None, made: MadeSet, learner_id: uuid.UUID
) -> None:
    first = made.facts[0].id
    give(learner_id, first, rating=Rating.AGAIN)
    session = session_of(learner_id, made)
    assert session.upcoming(10) == [*(fact.id for fact in made.facts[1:5]), first]
    assert session.settled == 0
    for minute, fact in enumerate(made.facts[1:5], start=1):
        give(learner_id, fact.id, at=NOON + timedelta(minutes=minute))
    assert session_of(learner_id, made).upcoming(10) == [first]
    give(learner_id, first, at=NOON + timedelta(minutes=9))
    session = session_of(learner_id, made)
    assert session.upcoming(10) == []
    assert (session.settled, session.total, session.done_today) == (5, 5, 6)


def test_a_visitor_sees_all_of_a_set_as_new(in_app: None, made: MadeSet) -> None:
    session = study.load_session(None, [(made.id, None)], NOON)
    assert session.upcoming(2) == [fact.id for fact in made.facts[:2]]
    [face] = study.load_faces(None, session.upcoming(1), NOON)
    assert face.is_new
    assert face.intervals[Rating.GOOD] >= 1


def revise(fact_id: uuid.UUID, **changes: str) -> None:
    def unit() -> None:
        fact = db.session.get_one(Fact, fact_id)
        old = db.session.get_one(FactRevision, (fact_id, fact.revision)).content
        fact.revision += 1
        db.session.add(
            FactRevision(
                fact_id=fact_id, revision=fact.revision, content={**old, **changes}, created_at=clock.now()
            )
        )

    run_tx(unit)


def test_a_corrected_fact_is_shown_next_with_what_was_seen_before(
    in_app: None, made: MadeSet, learner_id: uuid.UUID
) -> None:
    fact_id = made.facts[4].id
    give(learner_id, fact_id)
    tomorrow = NOON + timedelta(days=1)
    revise(fact_id, key_text="Another value", statement="Fact 4 has another value.")
    assert session_of(learner_id, made, tomorrow).upcoming(1) == [fact_id]
    [face] = study.load_faces(db.session.get_one(Learner, learner_id), [fact_id], tomorrow)
    assert face.old_statement == "Fact 4 of rivers has the value Value 4."
    give(learner_id, fact_id, at=tomorrow, fact_revision=2)
    [face] = study.load_faces(db.session.get_one(Learner, learner_id), [fact_id], tomorrow)
    assert face.old_statement is None


def test_a_fact_that_was_only_put_in_other_words_is_not_due_for_that(
    in_app: None, made: MadeSet, learner_id: uuid.UUID
) -> None:
    give(learner_id, made.facts[4].id)
    revise(made.facts[4].id, note="In other words.")
    assert session_of(learner_id, made, NOON + timedelta(days=1)).queue.due == ()


def test_a_rating_of_the_old_wording_leaves_the_correction_to_be_shown(
    in_app: None, made: MadeSet, learner_id: uuid.UUID
) -> None:
    fact_id = made.facts[0].id
    revise(fact_id, key_text="Another value", statement="Fact 0 has another value.")
    give(learner_id, fact_id, fact_revision=1)
    card = card_of(learner_id, fact_id)
    assert card is not None
    assert card.fact_revision == 1
    assert session_of(learner_id, made, NOON + timedelta(days=1)).upcoming(1) == [fact_id]


def open_attempt(learner_id: uuid.UUID, made: MadeSet, fact_index: int) -> uuid.UUID:
    quiz_id, attempt_id = new_row_id(), new_row_id()

    def unit() -> None:
        db.session.add(
            Quiz(
                id=quiz_id,
                question_set_id=made.id,
                made_by=learner_id,
                title="A quiz",
                question_count=1,
                created_at=NOON,
            )
        )
        db.session.flush()
        db.session.add(Attempt(learner_id=learner_id, id=attempt_id, quiz_id=quiz_id, started_at=NOON))
        db.session.flush()
        db.session.add(
            AttemptResponse(
                learner_id=learner_id,
                attempt_id=attempt_id,
                position=1,
                question_id=made.facts[fact_index].questions["choice"],
                question_revision=1,
                form="choice",
            )
        )

    run_tx(unit)
    return attempt_id


def test_facts_of_a_quiz_wait_for_its_learner_alone_until_it_is_released(
    in_app: None, make: Factory, made: MadeSet, learner_id: uuid.UUID
) -> None:
    other = make.guest()
    make.deck(other, made)
    attempt_id = open_attempt(learner_id, made, 0)
    session = session_of(learner_id, made)
    assert session.in_open_quiz == 1
    assert made.facts[0].id not in session.upcoming(10)
    assert made.facts[0].id in session_of(other, made).upcoming(10)

    def close() -> None:
        attempt = db.session.get_one(Attempt, (learner_id, attempt_id))
        attempt.state, attempt.finished_at, attempt.finished_by = "closed", NOON, "learner"

    run_tx(close)
    assert made.facts[0].id not in session_of(learner_id, made).upcoming(10)

    def release() -> None:
        db.session.get_one(Attempt, (learner_id, attempt_id)).released_at = NOON

    run_tx(release)
    assert made.facts[0].id in session_of(learner_id, made).upcoming(10)


def test_the_overview_counts_only_what_is_documented(
    in_app: None, make: Factory, made: MadeSet, learner_id: uuid.UUID
) -> None:
    give(learner_id, made.facts[0].id)
    give(learner_id, made.facts[-1].id)
    learner = db.session.get_one(Learner, learner_id)
    overview = study.load_overview(learner, study.list_decks(learner_id), NOON)
    assert [(topic.topic, topic.facts, topic.begun) for topic in overview.topics] == [
        ("length", 3, 1),
        ("mouth", 2, 0),
    ]
    assert overview.topics[0].share == pytest.approx(1 / 3)
    assert overview.topics[1].recall is None
    assert overview.streak == 1


def test_a_question_stands_in_for_a_fact_that_makes_no_flashcard_and_changes_with_each_review(
    in_app: None, made: MadeSet, learner_id: uuid.UUID
) -> None:
    fact = made.facts[0]

    def unit() -> None:
        row = db.session.get_one(FactRevision, (fact.id, 1))
        row.content = {**row.content, "flashcard": False}

    run_tx(unit)
    learner = db.session.get_one(Learner, learner_id)
    [face] = study.load_faces(learner, [fact.id], NOON)
    assert face.asked is not None
    assert face.asked.id == fact.questions["choice"]
    give(learner_id, fact.id)
    [face] = study.load_faces(db.session.get_one(Learner, learner_id), [fact.id], NOON)
    assert face.asked is not None
    assert face.asked.id == fact.questions["true-false"]


def test_no_question_of_several_facts_stands_in_for_a_card(
    in_app: None, made: MadeSet, learner_id: uuid.UUID, make: Factory
) -> None:
    for kind in ("multiple", "map"):
        make.question(made, kind, [0, 1])
    fact = made.facts[0]

    def no_card() -> None:
        row = db.session.get_one(FactRevision, (fact.id, 1))
        row.content = {**row.content, "flashcard": False}
        for question_id in fact.questions.values():
            db.session.get_one(Question, question_id).retired_at = clock.now()

    run_tx(no_card)
    learner = db.session.get_one(Learner, learner_id)
    (face,) = study.load_faces(learner, [fact.id], clock.now())
    assert face.asked is None


def test_the_taste_is_the_same_all_day_and_never_of_an_open_quiz(
    in_app: None, make: Factory, made: MadeSet, learner_id: uuid.UUID
) -> None:
    first = study.find_taste(None, NOON)
    again = study.find_taste(None, NOON + timedelta(hours=3))
    assert first is not None
    assert again is not None
    assert first.question_id == again.question_id
    days = (study.find_taste(None, NOON + timedelta(days=day)) for day in range(30))
    assert len({taste.question_id for taste in days if taste}) > 1
    place = next(index for index, fact in enumerate(made.facts) if fact.id == first.fact_id)
    open_attempt(learner_id, made, place)
    other = study.find_taste(db.session.get_one(Learner, learner_id), NOON)
    assert other is not None
    assert other.fact_id != first.fact_id


def take_back(learner_id: uuid.UUID, review_id: uuid.UUID, now: datetime) -> None:
    learner = db.session.get_one(Learner, learner_id)
    run_tx(lambda: study.undo_review(learner, review_id, new_row_id(), now))


def rebuild(learner_id: uuid.UUID, fact_id: uuid.UUID) -> None:
    learner, fact = db.session.get_one(Learner, learner_id), db.session.get_one(Fact, fact_id)
    run_tx(lambda: study.rebuild_card(learner, fact))


@pytest.mark.parametrize("seed", range(6))
def test_after_any_walk_of_ratings_and_undos_cards_and_statistics_are_those_of_the_log(
    in_app: None, made: MadeSet, learner_id: uuid.UUID, seed: int
) -> None:
    rng = random.Random(seed)
    now = NOON
    standing: list[uuid.UUID] = []
    for _ in range(30):
        now += timedelta(hours=rng.choice([0.1, 1, 20, 90]))
        if standing and rng.random() < 0.3:
            take_back(learner_id, standing.pop(rng.randrange(len(standing))), now)
        elif rng.random() < 0.5:
            standing.append(
                give(learner_id, rng.choice(made.facts).id, at=now, rating=rng.choice(list(Rating))).review_id
            )
        else:
            late = now - timedelta(hours=rng.choice([0, 0, 30]))
            words = {"right": rng.random() < 0.6, "guess": 0.5}
            standing.append(give(learner_id, rng.choice(made.facts).id, at=late, **words).review_id)
    for fact in made.facts:
        kept = card_of(learner_id, fact.id)
        before = None if kept is None else columns_of(kept)
        rebuild(learner_id, fact.id)
        again = card_of(learner_id, fact.id)
        assert (None if again is None else columns_of(again)) == before
    kept_totals = totals_of(learner_id)
    assert kept_totals["reviews"] == len(standing)
    run_tx(lambda: study.rebuild_statistics(learner_id))
    assert totals_of(learner_id) == pytest.approx(kept_totals)


def test_many_identical_sends_at_once_are_one_review(
    app: Flask, made: MadeSet, learner_id: uuid.UUID
) -> None:
    key = new_row_id()
    problems: list[BaseException] = []

    def send() -> None:
        with app.app_context():
            try:
                give(learner_id, made.facts[0].id, id=key)
            except BaseException as problem:
                problems.append(problem)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with app.app_context():
        assert db.session.execute(select(sa.func.count()).select_from(Review)).scalar_one() == 1
        assert totals_of(learner_id)["reviews"] == 1
        card = card_of(learner_id, made.facts[0].id)
        assert card is not None
        assert card.reps == 1
