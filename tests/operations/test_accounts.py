"""Guests are promoted and merged without loss; what is taken away is whole; what is erased is gone."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from quizapp import clock
from quizapp.core import evidence
from quizapp.core.memory import Rating
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import (
    Attempt,
    AttemptResponse,
    Card,
    DailyLoad,
    DailyStatistics,
    Deck,
    Erasure,
    Fact,
    Learner,
    PlanDay,
    QuestionSet,
    Quiz,
    Review,
    StudyPlan,
    User,
)
from quizapp.models.users import RoleName
from quizapp.operations import accounts, plans, study
from quizapp.operations.accounts import erasure
from quizapp.operations.study import Given
from tests.histories import report

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from flask import Flask

    from tests.conftest import Clock
    from tests.factories import Cast, Factory, MadeSet

#: Columns that say whose a row is.
_OWNERS = ("learner_id", "user_id", "made_by", "owner_id")


def _review(
    learner_id: uuid.UUID, fact_id: uuid.UUID, at: datetime, rating: Rating = Rating.GOOD
) -> uuid.UUID:
    review_id = new_row_id()
    run_tx(
        lambda: study.record_review(
            db.session.get_one(Learner, learner_id),
            Given(
                id=review_id,
                fact_id=fact_id,
                form="flashcard",
                source="study",
                at=at,
                rating=rating,
                duration_ms=4000,
            ),
        )
    )
    return review_id


def _quiz(
    learner_id: uuid.UUID, made: MadeSet, *, state: str = "closed", quiz_id: uuid.UUID | None = None
) -> Attempt:
    """Make a quiz of one question with an attempt whose response is right."""
    now = clock.now()
    if quiz_id is None:
        quiz = Quiz(
            question_set_id=made.id,
            made_by=learner_id,
            title="=A quiz",
            question_count=1,
            time_limit_seconds=None,
            created_at=now,
        )
        db.session.add(quiz)
        db.session.flush()
        quiz_id = quiz.id
    is_closed = state == "closed"
    attempt = Attempt(
        learner_id=learner_id,
        quiz_id=quiz_id,
        state=state,
        started_at=now,
        time_limit_seconds=None,
        finished_at=now if is_closed else None,
        finished_by="learner" if is_closed else None,
        score=1.0 if is_closed else None,
        max_score=1.0 if is_closed else None,
        reviewed_at=now if is_closed else None,
    )
    db.session.add(attempt)
    db.session.flush()
    db.session.add(
        AttemptResponse(
            learner_id=learner_id,
            attempt_id=attempt.id,
            position=1,
            question_id=made.facts[0].questions["choice"],
            question_revision=1,
            form="choice",
            option_order=["wrong-1", "right", "wrong-2", "wrong-3"],
            response={"option": "right"},
            sequence=1,
            responded_at=now,
            outcome="right" if is_closed else None,
            score=1.0 if is_closed else None,
        )
    )
    db.session.commit()
    return attempt


def _count(table: Any, learner_id: uuid.UUID) -> int:
    return db.session.execute(
        select(func.count()).select_from(table).where(table.learner_id == learner_id)
    ).scalar_one()


def _rows_of(ids: set[uuid.UUID]) -> dict[str, int]:
    """Count rows of these owners in every table there is, present and future."""
    found = {}
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if column.name in _OWNERS:
                found[f"{table.name}.{column.name}"] = db.session.execute(
                    select(func.count()).select_from(table).where(column.in_(ids))
                ).scalar_one()
    return found


def _assert_cards_are_their_log(learner_id: uuid.UUID) -> None:
    learner = db.session.get_one(Learner, learner_id, populate_existing=True)
    facts = set(db.session.execute(select(Review.fact_id).where(Review.learner_id == learner_id)).scalars())
    expected = {}
    for fact_id in facts:
        rows = db.session.execute(
            select(Review).where(Review.learner_id == learner_id, Review.fact_id == fact_id)
        ).scalars()
        deck = study.find_deck(learner_id, db.session.get_one(Fact, fact_id).question_set_id)
        state = evidence.replay(study.logged(rows), study.scheduling_of(learner, deck), fact_id.bytes)
        if state.memory is not None:
            expected[fact_id] = (
                pytest.approx(state.memory.stability),
                pytest.approx(state.memory.difficulty),
                state.due_on,
                state.reps,
                state.lapses,
            )
    cards = db.session.execute(
        select(Card).where(Card.learner_id == learner_id).execution_options(populate_existing=True)
    ).scalars()
    assert {
        card.fact_id: (card.stability, card.difficulty, card.due_on, card.reps, card.lapses) for card in cards
    } == expected


def _adopt(user_id: uuid.UUID, guest_id: uuid.UUID) -> None:
    accounts.adopt_guest(user_id, guest_id, clock.now())


def test_a_guest_becomes_the_learner_of_a_user_without_one(app: Flask, make: Factory, cast: Cast) -> None:
    made = make.question_set()
    guest_id = make.guest()
    with app.app_context():
        run_tx(lambda: db.session.delete(db.session.get_one(Learner, cast.ben.learner_id)))
        _review(guest_id, made.facts[0].id, clock.now())
        _adopt(cast.ben.user_id, guest_id)
        learner = db.session.execute(select(Learner).where(Learner.user_id == cast.ben.user_id)).scalar_one()
        assert learner.id == guest_id
        assert _count(Review, guest_id) == 1


@pytest.mark.parametrize("seed", range(4))
def test_merging_loses_no_review_and_every_card_is_its_log(
    app: Flask, make: Factory, cast: Cast, seed: int
) -> None:
    rng = random.Random(seed)
    made = make.question_set(facts=6)
    guest_id = make.guest()
    start = clock.now() - timedelta(days=60)
    with app.app_context():
        for learner_id in (guest_id, cast.ben.learner_id):
            at = start
            for _ in range(15):
                at += timedelta(hours=rng.choice((1, 10, 30, 100)))
                review_id = _review(learner_id, rng.choice(made.facts).id, at, Rating(rng.randint(1, 4)))
                if rng.random() < 0.2:
                    run_tx(
                        lambda learner_id=learner_id, review_id=review_id, at=at: study.undo_review(
                            db.session.get_one(Learner, learner_id), review_id, new_row_id(), at
                        )
                    )
        before = _count(Review, guest_id) + _count(Review, cast.ben.learner_id)
        _adopt(cast.ben.user_id, guest_id)
        assert _count(Review, cast.ben.learner_id) == before
        assert db.session.get(Learner, guest_id) is None
        _assert_cards_are_their_log(cast.ben.learner_id)
        counted = db.session.execute(
            select(func.sum(DailyStatistics.reviews)).where(DailyStatistics.learner_id == cast.ben.learner_id)
        ).scalar_one()
        log = db.session.execute(select(Review).where(Review.learner_id == cast.ben.learner_id)).scalars()
        assert counted == len(evidence.uncancelled(study.logged(log)))


def test_after_merging_nothing_anywhere_is_the_guests(app: Flask, make: Factory, cast: Cast) -> None:
    made, other = make.question_set(), make.question_set("lakes")
    guest_id = make.guest()
    make.deck(guest_id, made, new_per_day=3)
    make.deck(guest_id, other, new_per_day=7)
    make.deck(cast.ben, made, new_per_day=5)
    with app.app_context():
        _review(guest_id, made.facts[0].id, clock.now())
        closed = _quiz(guest_id, made).id
        running = _quiz(guest_id, made, state="open").id
        _adopt(cast.ben.user_id, guest_id)
        assert set(_rows_of({guest_id}).values()) == {0}
        mine = cast.ben.learner_id
        assert set(db.session.execute(select(Attempt.id).where(Attempt.learner_id == mine)).scalars()) == {
            closed,
            running,
        }
        given_responses = db.session.execute(
            select(AttemptResponse.response).where(AttemptResponse.learner_id == mine)
        ).scalars()
        assert [response["option"] for response in given_responses] == ["right", "right"]
        decks = db.session.execute(select(Deck).where(Deck.learner_id == mine)).scalars()
        assert {deck.question_set_id: deck.new_per_day for deck in decks} == {made.id: 5, other.id: 7}


def test_adopting_twice_changes_nothing_more(app: Flask, make: Factory, cast: Cast) -> None:
    made = make.question_set()
    guest_id = make.guest()
    with app.app_context():
        _review(guest_id, made.facts[0].id, clock.now())
        _adopt(cast.ben.user_id, guest_id)
        _adopt(cast.ben.user_id, guest_id)
        assert _count(Review, cast.ben.learner_id) == 1


def test_the_learner_of_somebody_else_is_never_taken_for_a_guest(
    app: Flask, make: Factory, cast: Cast
) -> None:
    made = make.question_set()
    with app.app_context():
        _review(cast.cleo.learner_id, made.facts[0].id, clock.now())
        _adopt(cast.ben.user_id, cast.cleo.learner_id)
        assert (_count(Review, cast.cleo.learner_id), _count(Review, cast.ben.learner_id)) == (1, 0)
        with pytest.raises(ValueError, match="belongs to a user"):
            accounts.merge_learners(
                db.session.get_one(Learner, cast.cleo.learner_id),
                db.session.get_one(Learner, cast.ben.learner_id),
            )


def test_a_review_sent_as_guest_and_again_as_user_stays_once(app: Flask, make: Factory, cast: Cast) -> None:
    made = make.question_set()
    guest_id = make.guest()
    review_id = new_row_id()
    at = clock.now()
    with app.app_context():
        for learner_id in (guest_id, cast.ben.learner_id):
            run_tx(
                lambda learner_id=learner_id: study.record_review(
                    db.session.get_one(Learner, learner_id),
                    Given(
                        id=review_id,
                        fact_id=made.facts[0].id,
                        form="flashcard",
                        source="study",
                        at=at,
                        rating=Rating.GOOD,
                    ),
                )
            )
            run_tx(
                lambda learner_id=learner_id: study.undo_review(
                    db.session.get_one(Learner, learner_id), review_id, new_row_id(), at
                )
            )
        _adopt(cast.ben.user_id, guest_id)
        assert _count(Review, cast.ben.learner_id) == 2
        _assert_cards_are_their_log(cast.ben.learner_id)


def test_of_a_quiz_open_on_both_sides_the_accounts_goes_on_and_the_guests_is_closed(
    app: Flask, make: Factory, cast: Cast
) -> None:
    made = make.question_set()
    guest_id = make.guest()
    with app.app_context():
        mine = _quiz(cast.ben.learner_id, made, state="open")
        mine_id, quiz_id = mine.id, mine.quiz_id
        theirs_id = _quiz(guest_id, made, state="open", quiz_id=quiz_id).id
        _adopt(cast.ben.user_id, guest_id)
        states = db.session.execute(
            select(Attempt.id, Attempt.state, Attempt.score).where(Attempt.learner_id == cast.ben.learner_id)
        )
        assert {row.id: (row.state, row.score) for row in states} == {
            mine_id: ("open", None),
            theirs_id: ("closed", 1.0),
        }
        _assert_cards_are_their_log(cast.ben.learner_id)


def _decide(learner_id: uuid.UUID, fact_id: uuid.UUID, action: study.Action, **words: Any) -> None:
    run_tx(
        lambda: study.change_marks(
            db.session.get_one(Learner, learner_id),
            [fact_id],
            action,
            step_id=new_row_id(),
            now=clock.now(),
            **words,
        )
    )


def test_marks_are_merged_and_hide_the_accounts_cards_and_no_note_is_lost(
    app: Flask, make: Factory, cast: Cast
) -> None:
    made = make.question_set()
    suspended, noted, both = (fact.id for fact in made.facts[:3])
    guest_id, mine = make.guest(), cast.ben.learner_id
    with app.app_context():
        _review(mine, suspended, clock.now())
        _decide(guest_id, suspended, study.Action.SUSPEND)
        _decide(guest_id, noted, study.Action.NOTE, note="written as a guest")
        _decide(guest_id, both, study.Action.NOTE, note="kept too")
        _decide(mine, both, study.Action.FLAG)
        _adopt(cast.ben.user_id, guest_id)
        marks = study.find_marks(mine, [suspended, noted, both])
        assert marks[suspended].suspended_at is not None
        assert marks[noted].note == "written as a guest"
        assert marks[both].note == "kept too"
        assert marks[both].flagged_at is not None
        assert db.session.get_one(Card, (mine, suspended)).shown_on is None
        shown = select(func.coalesce(func.sum(DailyLoad.cards), 0)).where(DailyLoad.learner_id == mine)
        assert db.session.execute(shown).scalar_one() == 0
        assert set(_rows_of({guest_id}).values()) == {0}


def _plan(learner_id: uuid.UUID, made: MadeSet, title: str) -> None:
    plan = StudyPlan(
        learner_id=learner_id, question_set_id=made.id, title=title, ready_on=clock.now().date(),
        daily_minutes=10, desired_retention=0.9, new_per_day=5, predicted=0.8, created_at=clock.now(),
    )  # fmt: skip
    db.session.add(plan)
    db.session.flush()
    db.session.add(PlanDay(learner_id=learner_id, plan_id=plan.id, day=plan.ready_on, predicted=0.8))
    db.session.commit()


def test_a_guests_plan_goes_on_unless_the_account_has_one_for_the_same_set(
    app: Flask, make: Factory, cast: Cast
) -> None:
    rivers, lakes = make.question_set(), make.question_set("lakes")
    guest_id, mine = make.guest(), cast.ben.learner_id
    with app.app_context():
        _plan(mine, rivers, "mine")
        _plan(guest_id, rivers, "doubled")
        _plan(guest_id, lakes, "goes on")
        _adopt(cast.ben.user_id, guest_id)
        titles = db.session.execute(select(StudyPlan.title).where(StudyPlan.learner_id == mine)).scalars()
        assert set(titles) == {"mine", "goes on"}
        assert _count(PlanDay, mine) == 2
        assert set(_rows_of({guest_id}).values()) == {0}


def test_a_deck_of_the_account_follows_the_plan_that_comes_with_the_guest(
    app: Flask, make: Factory, cast: Cast
) -> None:
    made = make.question_set()
    guest_id, mine = make.guest(), cast.ben.learner_id
    make.deck(cast.ben, made, desired_retention=0.8, new_per_day=3)
    make.deck(guest_id, made, desired_retention=0.9, new_per_day=5)
    with app.app_context():
        _plan(guest_id, made, "as a guest")
        _adopt(cast.ben.user_id, guest_id)
        plan = db.session.execute(select(StudyPlan).where(StudyPlan.learner_id == mine)).scalar_one()
        deck = db.session.get_one(Deck, (mine, made.id))
        assert (deck.desired_retention, deck.new_per_day) == (0.9, 5)
        assert plan.deck_before == {"desired_retention": 0.8, "new_per_day": 3}
        run_tx(lambda: plans.give_up(mine, plan.id, clock.now()))
        assert (deck.desired_retention, deck.new_per_day) == (0.8, 3)


def test_a_streak_reaches_over_the_pauses_that_a_guest_took(app: Flask, make: Factory, cast: Cast) -> None:
    guest_id = make.guest()
    with app.app_context():
        today = clock.now().date()
        days = [(today + timedelta(days=number)).isoformat() for number in (-30, -20, -9, -1)]
        guest = db.session.get_one(Learner, guest_id)
        guest.past_pauses = [days[:2]]
        guest.paused_from, guest.paused_through = today - timedelta(days=9), today + timedelta(days=9)
        db.session.get_one(Learner, cast.ben.learner_id).seen_on = guest.seen_on = today
        db.session.commit()
        _adopt(cast.ben.user_id, guest_id)
        account = db.session.get_one(Learner, cast.ben.learner_id)
        assert account.past_pauses == [days[:2], days[2:]]
        assert account.paused_from is None


def test_the_accounts_settings_hold_after_merging(app: Flask, make: Factory, cast: Cast) -> None:
    guest_id = make.guest()
    with app.app_context():
        db.session.get_one(Learner, guest_id).desired_retention = 0.8
        db.session.get_one(Learner, cast.ben.learner_id).desired_retention = 0.95
        db.session.commit()
        _adopt(cast.ben.user_id, guest_id)
        assert db.session.get_one(Learner, cast.ben.learner_id).desired_retention == 0.95


# ---- Taking one's data away ----


def _collected(learner_id: uuid.UUID | None, user_id: uuid.UUID | None) -> dict[str, Any]:
    return accounts.collect(learner_id, user_id, clock.now())


def test_the_export_holds_every_row_of_the_person(app: Flask, make: Factory, cast: Cast) -> None:
    made = make.question_set()
    make.question_set("mine", owner=cast.ada, state="draft")
    make.deck(cast.ada, made)
    with app.app_context():
        _review(cast.ada.learner_id, made.facts[0].id, clock.now())
        _quiz(cast.ada.learner_id, made)
        report(cast.ada.learner_id, fact_id=made.facts[0].id)
        data = _collected(cast.ada.learner_id, cast.ada.user_id)
        exported = {
            "decks.learner_id": "decks",
            "cards.learner_id": "cards",
            "reviews.learner_id": "reviews",
            "daily_statistics.learner_id": "statistics",
            "daily_recall.learner_id": "daily_recall",
            "daily_loads.learner_id": "daily_loads",
            "card_marks.learner_id": "card_marks",
            "card_steps.learner_id": "card_steps",
            "study_plans.learner_id": "study_plans",
            "plan_days.learner_id": "plan_days",
            "fits.learner_id": "fits",
            "memory_censuses.learner_id": "memory_censuses",
            "quizzes.made_by": "quizzes",
            "attempts.learner_id": "attempts",
            "responses.learner_id": "responses",
            "quiz_takers.learner_id": "quiz_takers",
            "attempt_events.learner_id": "attempt_events",
            "regraded_responses.learner_id": "regraded_responses",
            "mistake_reports.learner_id": "mistake_reports",
            "question_sets.owner_id": "question_sets",
        }
        elsewhere = {"learners.user_id", "roles_users.user_id", "erasures.learner_id", "erasures.user_id"}
        # A taught quiz was made by its owner; what an instructor did to an attempt is its learner's.
        elsewhere |= {"quizzes.owner_id", "attempt_events.user_id"}
        owned = _rows_of({cast.ada.learner_id, cast.ada.user_id})
        # A table added later must be exported, or be named here with good reason.
        assert set(owned) == set(exported) | elsewhere
        for place, part in exported.items():
            assert len(data[part]) == owned[place], place
        # Of the others rows are made in the tests of the export.
        assert {"reviews.learner_id", "cards.learner_id", "responses.learner_id"} <= {
            place for place, count in owned.items() if count == 1
        }
        assert data["profile"]["email"] == cast.ada.email
        assert data["profile"]["role"] == "instructor"
        assert data["settings"]["new_per_day"] == 10
        assert len(data["question_sets"][0]["facts"]) == 4
        assert len(data["question_sets"][0]["questions"]) == 20


def test_the_export_is_of_nobody_else(app: Flask, make: Factory, cast: Cast) -> None:
    made = make.question_set("mine", owner=cast.ada)
    with app.app_context():
        _review(cast.ada.learner_id, made.facts[0].id, clock.now())
        data = json.dumps(_collected(cast.ben.learner_id, cast.ben.user_id))
        assert cast.ada.email not in data
        assert str(cast.ada.learner_id) not in data
        assert json.loads(data)["reviews"] == []


def test_no_secret_and_no_key_of_anothers_question_is_in_the_export(
    app: Flask, make: Factory, cast: Cast
) -> None:
    made = make.question_set()
    with app.app_context():
        _review(cast.ben.learner_id, made.facts[0].id, clock.now())
        _quiz(cast.ben.learner_id, made, state="open")
        user = db.session.get_one(User, cast.ben.user_id)
        secrets = (user.password or "", user.fs_uniquifier)
        text = json.dumps(_collected(cast.ben.learner_id, cast.ben.user_id))
        assert "Value 0" not in text
        assert not any(secret in text for secret in secrets)


def test_an_open_attempt_is_exported_without_its_grades(app: Flask, make: Factory, cast: Cast) -> None:
    made = make.question_set()
    with app.app_context():
        attempt = _quiz(cast.ben.learner_id, made, state="open")
        row = db.session.execute(
            select(AttemptResponse).where(AttemptResponse.attempt_id == attempt.id)
        ).scalar_one()
        row.outcome, row.score = "right", 1.0
        db.session.commit()
        response = _collected(cast.ben.learner_id, cast.ben.user_id)["responses"][0]
        assert (response["outcome"], response["score"]) == (None, None)
        assert response["response"] == {"option": "right"}


def test_a_guests_export_has_all_but_a_profile(app: Flask, make: Factory) -> None:
    made = make.question_set()
    guest_id = make.guest()
    with app.app_context():
        _review(guest_id, made.facts[0].id, clock.now())
        data = _collected(guest_id, None)
        assert data["profile"] is None
        assert [row["fact"] for row in data["reviews"]] == ["fact-0"]
        assert data["cards"][0]["asks"] == "Which value belongs to fact 0 of rivers?"


def test_the_archive_holds_json_and_sheets_in_which_no_text_is_a_formula(
    app: Flask, make: Factory, cast: Cast
) -> None:
    made = make.question_set()
    with app.app_context():
        _quiz(cast.ben.learner_id, made)
        packed = accounts.archive(cast.ben.learner_id, cast.ben.user_id, clock.now())
    with packed, zipfile.ZipFile(packed) as file:
        assert file.testzip() is None
        assert json.loads(file.read("data.json"))["attempts"][0]["quiz"] == "=A quiz"
        sheet = list(csv.DictReader(io.StringIO(file.read("attempts.csv").decode("utf-8-sig"))))
    assert sheet[0]["quiz"] == "'=A quiz"


@given(st.text())
def test_no_cell_of_a_sheet_begins_like_a_formula(text: str) -> None:
    cell = accounts.neutral_cell(text)
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert cell.removeprefix("'") == text.removeprefix("'")


def test_numbers_in_a_sheet_stay_numbers() -> None:
    assert [accounts.neutral_cell(value) for value in (-3, 0.5, None, True)] == [-3, 0.5, None, True]


# ---- Leaving ----


def _erase(learner_id: uuid.UUID | None, user_id: uuid.UUID | None) -> None:
    run_tx(lambda: accounts.erase(learner_id, user_id, clock.now()))


def test_erasing_leaves_no_row_in_any_table_but_a_note(app: Flask, make: Factory, cast: Cast) -> None:
    made = make.question_set()
    make.question_set("published", owner=cast.ada)
    make.question_set("draft", owner=cast.ada, state="draft")
    make.deck(cast.ada, made)
    with app.app_context():
        _review(cast.ada.learner_id, made.facts[0].id, clock.now())
        _quiz(cast.ada.learner_id, made)
        _quiz(cast.ada.learner_id, made, state="open")
        others = _rows_of({cast.ben.learner_id, cast.ben.user_id})
        _erase(cast.ada.learner_id, cast.ada.user_id)
        left = _rows_of({cast.ada.learner_id, cast.ada.user_id})
        assert {place for place, count in left.items() if count} == {
            "erasures.learner_id",
            "erasures.user_id",
        }
        assert db.session.get(User, cast.ada.user_id) is None
        assert db.session.get(Learner, cast.ada.learner_id) is None
        assert _rows_of({cast.ben.learner_id, cast.ben.user_id}) == others
        titles = db.session.execute(select(QuestionSet.slug).order_by(QuestionSet.slug)).scalars()
        assert list(titles) == ["published", "rivers"]


def test_a_draft_that_others_have_studied_stays_and_so_do_their_reviews(
    app: Flask, make: Factory, cast: Cast
) -> None:
    made = make.question_set("withdrawn", owner=cast.ada, state="draft")
    with app.app_context():
        _review(cast.ben.learner_id, made.facts[0].id, clock.now())
        losses = accounts.count_losses(cast.ada.learner_id, cast.ada.user_id)
        assert (losses.sets_deleted, losses.sets_kept) == ([], ["Withdrawn"])
        _erase(cast.ada.learner_id, cast.ada.user_id)
        assert db.session.get_one(QuestionSet, made.id).owner_id is None
        assert _count(Review, cast.ben.learner_id) == 1


def test_what_is_announced_is_what_goes(app: Flask, make: Factory, cast: Cast) -> None:
    made = make.question_set()
    make.question_set("published", owner=cast.ada)
    own = make.question_set("draft", owner=cast.ada, state="draft")
    with app.app_context():
        _review(cast.ada.learner_id, made.facts[0].id, clock.now())
        _review(cast.ada.learner_id, own.facts[0].id, clock.now())
        _quiz(cast.ada.learner_id, made)
        assert accounts.count_losses(cast.ada.learner_id, cast.ada.user_id) == accounts.Losses(
            cards=2, reviews=2, attempts=1, sets_deleted=["Draft"], sets_kept=["Published"]
        )


def test_a_user_without_learner_and_a_guest_without_user_can_be_erased(
    app: Flask, make: Factory, cast: Cast
) -> None:
    make.question_set("draft", owner=cast.ada, state="draft")
    guest_id = make.guest()
    with app.app_context():
        run_tx(lambda: db.session.delete(db.session.get_one(Learner, cast.ada.learner_id)))
        _erase(None, cast.ada.user_id)
        _erase(guest_id, None)
        notes = db.session.execute(select(Erasure.learner_id, Erasure.user_id))
        assert {(note.learner_id, note.user_id) for note in notes} == {
            (None, cast.ada.user_id),
            (guest_id, None),
        }
        assert db.session.execute(select(func.count()).select_from(QuestionSet)).scalar_one() == 0


def test_guests_that_stay_away_expire_with_everything_and_nobody_else_does(
    app: Flask, make: Factory, cast: Cast, frozen: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "_BATCH", 2)
    made = make.question_set()
    gone = [make.guest() for _ in range(5)]
    back = make.guest()
    for learner_id in (*gone, back, cast.ben.learner_id):
        make.deck(learner_id, made)
        with app.app_context():
            _review(learner_id, made.facts[0].id, clock.now())
            _quiz(learner_id, made, state="open")
    frozen.moment += timedelta(days=30)
    with app.app_context():
        _review(back, made.facts[0].id, clock.now())
        assert accounts.expire_guests(clock.now(), 30) == 0
        frozen.moment += timedelta(days=1)
        assert accounts.expire_guests(clock.now(), 30) == 5
        assert not any(_rows_of(set(gone)).values())
        for learner_id in (back, cast.ben.learner_id):
            assert _count(Review, learner_id) > 0
            assert _count(Attempt, learner_id) == 1
        # Nobody asked for it, and a restored backup makes them expire again: there is nothing to note.
        assert db.session.execute(select(func.count()).select_from(Erasure)).scalar_one() == 0


# ---- Roles ----


def test_a_role_replaces_the_one_before(app: Flask, cast: Cast) -> None:
    with app.app_context():
        user = run_tx(lambda: accounts.change_role(cast.ada.email, RoleName.ADMINISTRATOR))
        assert accounts.role_of(user) == RoleName.ADMINISTRATOR
        user = run_tx(lambda: accounts.change_role(cast.ada.email, RoleName.LEARNER))
        assert (accounts.role_of(user), user.is_instructor) == (RoleName.LEARNER, False)


def test_a_role_for_nobody_is_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(accounts.NoSuchUserError):
        run_tx(lambda: accounts.change_role("nobody@example.org", RoleName.LEARNER))
