"""Reports tell what is in a set and how a learner stands to it, and never what an open quiz asks."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from quizapp.core.memory import retrievability
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import (
    Card,
    DailyLoad,
    DailyStatistics,
    Fact,
    FactRevision,
    Learner,
    Question,
    QuestionFact,
    QuestionSet,
)
from quizapp.operations import reports
from quizapp.operations.attempt_secrecy import find_closed_facts
from quizapp.operations.study import undo_review
from tests.histories import NOON, attempt, make_members, review

if TYPE_CHECKING:
    import uuid

    from flask import Flask

    from tests.conftest import Clock
    from tests.factories import Factory, MadeSet

TODAY = date(2026, 3, 1)


@pytest.fixture
def rivers(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set(facts=6, fictional=2)


@pytest.fixture
def guest(make: Factory, frozen: Clock) -> uuid.UUID:
    return make.guest()


class TestFacts:
    def test_a_new_fact_a_held_one_and_a_slipping_one_are_told_apart(
        self, app: Flask, rivers: MadeSet, guest: uuid.UUID
    ) -> None:
        review(app, guest, rivers.facts[0].id)
        review(app, guest, rivers.facts[1].id, right=False)
        review(app, guest, rivers.facts[2].id, days_ago=30)
        with app.app_context():
            learner = db.session.get_one(Learner, guest)
            states = [line.state for line in reports.list_facts(rivers.id, learner, TODAY)]
        assert states == ["held", "slipping", "slipping", "new", "new", "new"]

    def test_recall_is_what_the_rules_say_of_today(
        self, app: Flask, rivers: MadeSet, guest: uuid.UUID
    ) -> None:
        review(app, guest, rivers.facts[0].id, days_ago=2)
        with app.app_context():
            card = db.session.get_one(Card, (guest, rivers.facts[0].id))
            line = reports.list_facts(rivers.id, db.session.get_one(Learner, guest), TODAY)[0]
            assert line.memory is not None
            assert line.memory.recall == retrievability(card.stability, 2)

    def test_another_learners_cards_are_not_shown(
        self, app: Flask, make: Factory, rivers: MadeSet, guest: uuid.UUID
    ) -> None:
        review(app, make.guest(), rivers.facts[0].id)
        with app.app_context():
            lines = reports.list_facts(rivers.id, db.session.get_one(Learner, guest), TODAY)
            assert all(line.memory is None for line in lines)
            assert all(line.memory is None for line in reports.list_facts(rivers.id, None, TODAY))

    def test_mastery_is_not_mixed_with_what_the_source_invents(
        self, app: Flask, rivers: MadeSet, guest: uuid.UUID
    ) -> None:
        for fact in rivers.facts:
            review(app, guest, fact.id)
        with app.app_context():
            lines = reports.list_facts(rivers.id, db.session.get_one(Learner, guest), TODAY)
        topics = reports.count_topics(("length", "mouth"), lines)
        assert [(entry.topic, entry.facts, entry.fictional, entry.begun) for entry in topics] == [
            ("length", 2, 1, 2),
            ("mouth", 2, 1, 2),
        ]
        assert all(entry.share == pytest.approx(1.0) for entry in topics)
        assert reports.ask_count(lines) == 4


class TestSearch:
    @pytest.fixture
    def lines(self, app: Flask, rivers: MadeSet) -> list[reports.FactLine]:
        with app.app_context():
            return reports.list_facts(rivers.id, None, TODAY)

    @pytest.mark.parametrize(
        ("words", "found"),
        [("", 4), ("VALUE 2", 1), ("rivers", 4), ("riv val", 4), ("nothing", 0), ("value 5", 0)],
    )
    def test_every_word_must_be_there_and_invented_facts_stay_apart(
        self, lines: list[reports.FactLine], words: str, found: int
    ) -> None:
        assert len(reports.search_facts(lines, words)) == found

    @pytest.mark.parametrize(
        ("standing", "found"), [("fictional", 2), ("all", 6), ("documented", 4), ("vague", 0)]
    )
    def test_a_standing_chooses(self, lines: list[reports.FactLine], standing: str, found: int) -> None:
        assert len(reports.search_facts(lines, standing=standing)) == found

    def test_a_topic_chooses(self, lines: list[reports.FactLine]) -> None:
        assert {line.topic for line in reports.search_facts(lines, topic="mouth")} == {"mouth"}

    def test_what_is_never_asked_is_found_apart(self, app: Flask, rivers: MadeSet) -> None:
        with app.app_context():
            db.session.get_one(Fact, rivers.facts[0].id).treatment = "exclude"
            db.session.get_one(Fact, rivers.facts[1].id).retired_at = NOON
            db.session.commit()
            lines = reports.list_facts(rivers.id, None, TODAY)
        assert [line.key for line in reports.search_facts(lines)] == ["fact-2", "fact-3"]
        assert [line.key for line in reports.search_facts(lines, standing="excluded")] == ["fact-0"]

    def test_members_of_a_list_are_one_entry(self, app: Flask, rivers: MadeSet) -> None:
        make_members(app, rivers, 3)
        with app.app_context():
            lines = reports.list_facts(rivers.id, None, TODAY)
        entries = reports.fold_members(reports.search_facts(lines))
        assert len(entries) == 2
        assert isinstance(entries[0], reports.Group)
        assert len(entries[0].lines) == 3
        assert "Value 0" not in entries[0].title


class TestOpenQuiz:
    def test_what_it_asks_is_closed_to_its_learner_alone(
        self, app: Flask, make: Factory, rivers: MadeSet, guest: uuid.UUID
    ) -> None:
        attempt(app, guest, rivers, [rivers.facts[1].questions["choice"]])
        with app.app_context():
            assert find_closed_facts(guest) == {rivers.facts[1].id}
            assert find_closed_facts(make.guest()) == frozenset()
            assert find_closed_facts(None) == frozenset()

    def test_a_closed_quiz_closes_nothing(self, app: Flask, rivers: MadeSet, guest: uuid.UUID) -> None:
        attempt(app, guest, rivers, [rivers.facts[1].questions["choice"]], state="closed")
        with app.app_context():
            assert find_closed_facts(guest) == frozenset()

    def test_one_member_closes_its_whole_list(self, app: Flask, rivers: MadeSet, guest: uuid.UUID) -> None:
        make_members(app, rivers, 3)
        attempt(app, guest, rivers, [rivers.facts[1].questions["true-false"]])
        with app.app_context():
            assert find_closed_facts(guest) == {fact.id for fact in rivers.facts[:3]}

    @pytest.mark.parametrize("subject", ["Value 1", "the river of value 1"])
    @pytest.mark.parametrize("asked", [1, 2])
    def test_a_fact_is_closed_with_the_same_told_the_other_way_round(
        self, app: Flask, rivers: MadeSet, guest: uuid.UUID, subject: str, asked: int
    ) -> None:
        told = {1: ("Nile", "Value 1"), 2: (subject, "Nile"), 3: ("the river of value 2", "Nile")}
        with app.app_context():
            for index, (about, key) in told.items():
                revision = db.session.get_one(FactRevision, (rivers.facts[index].id, 1))
                revision.content = revision.content | {"subject": about, "key_text": key}
            db.session.commit()
        attempt(app, guest, rivers, [rivers.facts[asked].questions["choice"]])
        with app.app_context():
            assert find_closed_facts(guest) == {rivers.facts[1].id, rivers.facts[2].id}

    def test_a_search_does_not_find_what_is_closed(
        self, app: Flask, rivers: MadeSet, guest: uuid.UUID
    ) -> None:
        attempt(app, guest, rivers, [rivers.facts[1].questions["choice"]])
        with app.app_context():
            lines = reports.list_facts(rivers.id, db.session.get_one(Learner, guest), TODAY)
        assert reports.search_facts(lines, "value 1") == []
        assert len(reports.search_facts(lines)) == 4


class TestHistory:
    def test_reviews_taken_back_are_left_out(self, app: Flask, rivers: MadeSet, guest: uuid.UUID) -> None:
        kept = review(app, guest, rivers.facts[0].id, days_ago=3)
        undone = review(app, guest, rivers.facts[0].id)
        with app.app_context():
            run_tx(lambda: undo_review(db.session.get_one(Learner, guest), undone, new_row_id(), NOON))
            assert [row.id for row in reports.list_history(guest, rivers.facts[0].id)] == [kept]

    def test_questions_are_told_by_their_stems(self, app: Flask, rivers: MadeSet) -> None:
        with app.app_context():
            probes = reports.list_questions(rivers.facts[0].id)
        assert [probe.type for probe in probes] == ["choice", "short", "cloze", "date", "true-false"]
        assert {probe.facts for probe in probes} == {1}

    def test_a_question_of_several_facts_comes_last_and_says_of_how_many(
        self, app: Flask, rivers: MadeSet
    ) -> None:
        shared = rivers.facts[0].questions["choice"]
        with app.app_context():
            db.session.add(QuestionFact(question_id=shared, fact_id=rivers.facts[1].id, position=1))
            db.session.commit()
            probes = reports.list_questions(rivers.facts[0].id)
            assert (probes[-1].id, probes[-1].facts) == (shared, 2)
            assert shared in {probe.id for probe in reports.list_questions(rivers.facts[1].id)}

    def test_a_question_that_also_asks_a_closed_fact_is_kept_back(
        self, app: Flask, rivers: MadeSet, guest: uuid.UUID
    ) -> None:
        shared = rivers.facts[0].questions["choice"]
        with app.app_context():
            db.session.add(QuestionFact(question_id=shared, fact_id=rivers.facts[1].id, position=1))
            db.session.commit()
        attempt(app, guest, rivers, [rivers.facts[1].questions["short"]])
        with app.app_context():
            told = {probe.id for probe in reports.list_questions(rivers.facts[0].id, guest)}
            assert shared not in told
            assert len(told) == 4

    def test_questions_are_counted_by_type_and_invented_ones_apart(self, app: Flask, rivers: MadeSet) -> None:
        with app.app_context():
            db.session.get_one(Question, rivers.facts[0].questions["date"]).retired_at = NOON
            db.session.commit()
            counts = {one.type: (one.questions, one.fictional) for one in reports.count_questions(rivers.id)}
        assert counts == {
            "choice": (4, 2),
            "short": (4, 2),
            "cloze": (4, 2),
            "true-false": (4, 2),
            "date": (3, 2),
        }


class TestOneFact:
    def test_it_is_what_the_list_has_of_it(self, app: Flask, rivers: MadeSet, guest: uuid.UUID) -> None:
        review(app, guest, rivers.facts[2].id, days_ago=2)
        with app.app_context():
            learner = db.session.get_one(Learner, guest)
            lines = reports.list_facts(rivers.id, learner, TODAY)
            assert reports.find_fact(rivers.id, "fact-2", learner, TODAY) == lines[2]
            assert reports.find_fact(rivers.id, "fact-9", learner, TODAY) is None

    def test_its_neighbours_are_asked_and_invented_ones_apart(self, app: Flask, rivers: MadeSet) -> None:
        with app.app_context():
            db.session.get_one(Fact, rivers.facts[1].id).treatment = "exclude"
            db.session.commit()
            lines = {line.key: line for line in reports.list_facts(rivers.id, None, TODAY)}

            def beside(key: str) -> list[str | None]:
                found = reports.find_neighbours(rivers.id, lines[key], None, TODAY)
                return [None if line is None else line.key for line in found]

            assert beside("fact-0") == [None, "fact-2"]
            assert beside("fact-2") == ["fact-0", "fact-3"]
            assert beside("fact-3") == ["fact-2", None]
            assert beside("fact-4") == [None, "fact-5"]

    def test_a_neighbour_that_a_quiz_closes_is_passed_over(
        self, app: Flask, rivers: MadeSet, guest: uuid.UUID
    ) -> None:
        attempt(app, guest, rivers, [rivers.facts[1].questions["choice"]])
        with app.app_context():
            learner = db.session.get_one(Learner, guest)
            line = reports.find_fact(rivers.id, "fact-0", learner, TODAY)
            assert line is not None
            _, after = reports.find_neighbours(rivers.id, line, learner, TODAY)
            assert after is not None
            assert after.key == "fact-2"
            assert reports.has_closed_facts(rivers.id, learner)
            assert not reports.has_closed_facts(rivers.id, None)

    def test_lines_without_content_count_the_same(self, app: Flask, rivers: MadeSet) -> None:
        with app.app_context():
            whole = reports.list_facts(rivers.id, None, TODAY)
            light = reports.list_facts(rivers.id, None, TODAY, with_content=False)
        topics = ("length", "mouth")
        assert reports.count_topics(topics, light) == reports.count_topics(topics, whole)
        assert {bool(line.content) for line in light} == {False}

    def test_only_what_holds_a_date_is_dated(self, app: Flask, rivers: MadeSet) -> None:
        with app.app_context():
            revision = db.session.get_one(FactRevision, (rivers.facts[3].id, 1))
            revision.content = revision.content | {"date": "1815-06"}
            other = db.session.get_one(FactRevision, (rivers.facts[4].id, 1))
            other.content = other.content | {"date": None}
            db.session.commit()
            lines = reports.list_facts(rivers.id, None, TODAY, only_dated=True)
        assert [(line.key, line.content["date"]) for line in lines] == [("fact-3", "1815-06")]

    def test_what_holds_something_is_counted(self, app: Flask, rivers: MadeSet) -> None:
        with app.app_context():
            revision = db.session.get_one(FactRevision, (rivers.facts[0].id, 1))
            revision.content = revision.content | {"where": "", "place": {"code": "DEU", "point": None}}
            db.session.commit()
            assert reports.count_holding(rivers.id, "where") == 5
            assert reports.count_holding(rivers.id, "place") == 1


class TestLibrary:
    def test_a_set_tells_its_counts_and_the_learners_own(
        self, app: Flask, make: Factory, rivers: MadeSet, guest: uuid.UUID
    ) -> None:
        make.deck(guest, rivers)
        review(app, guest, rivers.facts[0].id, days_ago=40)
        review(app, guest, rivers.facts[5].id, days_ago=40)
        with app.app_context():
            entries, pages = reports.list_library(db.session.get_one(Learner, guest), NOON)
        (entry,) = entries
        assert (entry.facts, entry.fictional, entry.begun, entry.due, entry.is_deck, pages) == (
            4,
            2,
            1,
            1,
            True,
            1,
        )
        assert entry.share is not None
        assert 0 < entry.share < 0.25

    def test_titles_are_searched_word_by_word_and_literally(self, app: Flask, make: Factory) -> None:
        make.question_set("rivers-of-europe")
        make.question_set("lakes")
        with app.app_context():
            assert [e.question_set.slug for e in reports.list_library(None, NOON, "EUROPE riv")[0]] == [
                "rivers-of-europe"
            ]
            assert reports.list_library(None, NOON, "%")[0] == []

    def test_drafts_are_listed_for_their_owner(self, app: Flask, make: Factory) -> None:
        ada = make.person("ada", "instructor")
        make.question_set("mine", owner=ada, state="draft")
        make.question_set("done", owner=ada)
        with app.app_context():
            assert [entry.question_set.slug for entry in reports.list_drafts(ada.user_id)] == ["mine"]
            assert [e.question_set.slug for e in reports.list_library(None, NOON)[0]] == ["done"]


def _count_loads(app: Flask, learner_id: uuid.UUID) -> None:
    """Count the learner's cards by the day from which they are shown."""
    with app.app_context():
        db.session.execute(sa.delete(DailyLoad).where(DailyLoad.learner_id == learner_id))
        days: dict[tuple[uuid.UUID, date], int] = {}
        for card in db.session.execute(sa.select(Card).where(Card.learner_id == learner_id)).scalars():
            if card.shown_on is not None:
                key = (card.question_set_id, card.shown_on)
                days[key] = days.get(key, 0) + 1
        db.session.add_all(
            DailyLoad(learner_id=learner_id, question_set_id=set_id, shown_on=day, cards=cards)
            for (set_id, day), cards in days.items()
        )
        db.session.commit()


class TestStatistics:
    def test_every_day_of_a_period_is_there(self, app: Flask, rivers: MadeSet, guest: uuid.UUID) -> None:
        review(app, guest, rivers.facts[0].id, days_ago=2)
        review(app, guest, rivers.facts[1].id, days_ago=2, right=False)
        with app.app_context():
            days = reports.list_days(guest, TODAY - timedelta(days=3), TODAY)
        assert [(day.day.day, day.reviews, day.recalled, day.new_facts, day.seconds) for day in days] == [
            (26, 0, 0, 0, 0),
            (27, 2, 1, 2, 12),
            (28, 0, 0, 0, 0),
            (1, 0, 0, 0, 0),
        ]

    def test_days_are_gathered_by_week_and_by_month_and_what_is_invented_gains_nothing(
        self, app: Flask, rivers: MadeSet, guest: uuid.UUID
    ) -> None:
        with app.app_context():
            for day, topic in ((1, "length"), (1, "*fiction"), (2, "length")):
                db.session.add(
                    DailyStatistics(
                        learner_id=guest, study_day=TODAY - timedelta(days=day), question_set_id=rivers.id,
                        topic=topic, reviews=2, recalled=1, duration_ms=30_000, gained=1.5,
                    )
                )  # fmt: skip
            db.session.commit()
            for days, count in ((30, 30), (92, 92), (120, 18), (365, 53), (400, 15)):
                spans = reports.sum_spans(reports.list_days(guest, TODAY - timedelta(days=days - 1), TODAY))
                assert len(spans) == count
                assert sum(span.reviews for span in spans) == 6
            whole = reports.sum_days(TODAY, reports.list_days(guest, TODAY - timedelta(days=9), TODAY))
        assert (whole.days, whole.reviews, whole.recalled, whole.seconds) == (2, 6, 3, 90)
        assert (whole.gained, whole.gaining_seconds, whole.gained_per_minute) == (3.0, 60, 3.0)
        assert reports.sum_days(TODAY, []).gained_per_minute is None

    def test_half_a_year_begins_on_a_monday_and_its_busiest_day_is_darkest(
        self, app: Flask, rivers: MadeSet, guest: uuid.UUID
    ) -> None:
        for number in range(4):
            review(app, guest, rivers.facts[number].id, days_ago=1)
        review(app, guest, rivers.facts[0].id)
        with app.app_context():
            days = reports.heat_days(guest, TODAY)
            empty = reports.heat_days(None, TODAY)
        assert days[0].day.weekday() == 0
        assert days[-1].day == TODAY
        assert (days[-1].level, days[-2].level, days[-3].level) == (1, 4, 0)
        assert len(empty) == len(days)
        assert {day.level for day in empty} == {0}

    def test_recall_promised_and_reached_leaves_invented_facts_out(
        self, app: Flask, rivers: MadeSet, guest: uuid.UUID
    ) -> None:
        for fact, right in ((rivers.facts[0], True), (rivers.facts[1], False), (rivers.facts[5], True)):
            review(app, guest, fact.id, days_ago=20)
            review(app, guest, fact.id, days_ago=10, right=right)
        with app.app_context():
            (plain,) = reports.recall_by_month(guest, TODAY)
            (fiction,) = reports.recall_by_month(guest, TODAY, fiction=True)
        assert (plain.month, plain.reviews, plain.reached) == (date(2026, 2, 1), 2, 0.5)
        assert 0 < plain.promised < 1
        assert (fiction.reviews, fiction.reached) == (1, 1.0)

    def test_months_reach_back_a_year_over_new_year(
        self, app: Flask, rivers: MadeSet, guest: uuid.UUID
    ) -> None:
        with app.app_context():
            for day in (date(2025, 3, 31), date(2025, 4, 1)):
                db.session.add(
                    DailyStatistics(
                        learner_id=guest,
                        study_day=day,
                        question_set_id=rivers.id,
                        topic="length",
                        reviews=1,
                        recalled=1,
                        predicted_reviews=1,
                        predicted_recall=0.9,
                        predicted_recalled=1,
                    )
                )
            db.session.commit()
            assert [month.month for month in reports.recall_by_month(guest, TODAY)] == [date(2025, 4, 1)]

    def test_totals_and_streak(self, app: Flask, rivers: MadeSet, guest: uuid.UUID) -> None:
        for days_ago in (45, 2, 1, 0):
            review(app, guest, rivers.facts[0].id, days_ago=days_ago)
        with app.app_context():
            totals = reports.count_totals(guest, TODAY)
        assert (totals.reviews, totals.days, totals.streak, totals.new_facts) == (4, 4, 3, 1)
        assert (totals.seconds, totals.last_30_seconds) == (24, 18)
        assert (totals.first_on, totals.predicted_reviews) == (date(2026, 1, 15), 3)

    def test_of_nothing_the_totals_are_nothing(self, app: Flask, guest: uuid.UUID) -> None:
        with app.app_context():
            totals = reports.count_totals(guest, TODAY)
        assert (totals.reviews, totals.days, totals.seconds, totals.streak, totals.first_on) == (
            0,
            0,
            0,
            0,
            None,
        )

    def test_a_title_cannot_become_a_formula(self, app: Flask, rivers: MadeSet, guest: uuid.UUID) -> None:
        with app.app_context():
            db.session.get_one(QuestionSet, rivers.id).title = '=HYPERLINK("x"),"y"'
            db.session.commit()
        review(app, guest, rivers.facts[0].id)
        review(app, guest, rivers.facts[5].id)
        with app.app_context():
            rows = list(csv.reader(io.StringIO(reports.daily_csv(guest))))
        assert rows[0][:4] == ["study_day", "question_set", "topic", "reviews"]
        assert sorted(row[:4] for row in rows[1:]) == [
            ["2026-03-01", '\'=HYPERLINK("x"),"y"', "invented by the source", "1"],
            ["2026-03-01", '\'=HYPERLINK("x"),"y"', "length", "1"],
        ]

    @pytest.mark.parametrize("title", [" =1+1", "\uff1d1+1", "\n=1+1"])
    def test_a_formula_is_neutralised_however_it_is_disguised(
        self, app: Flask, rivers: MadeSet, guest: uuid.UUID, title: str
    ) -> None:
        review(app, guest, rivers.facts[0].id)
        with app.app_context():
            db.session.execute(sa.update(QuestionSet).values(title=title))
            assert list(csv.reader(io.StringIO(reports.daily_csv(guest), newline="")))[1][1] == f"'{title}"


class TestProgress:
    def test_a_forecast_counts_the_decks_alone_and_overdue_cards_apart(
        self, app: Flask, make: Factory, rivers: MadeSet, guest: uuid.UUID
    ) -> None:
        review(app, guest, rivers.facts[0].id, days_ago=60)
        review(app, guest, rivers.facts[1].id)
        review(app, guest, rivers.facts[5].id, days_ago=60)
        _count_loads(app, guest)
        with app.app_context():
            ahead = reports.forecast(guest, TODAY)
            assert (ahead.overdue, sum(day.cards for day in ahead.days)) == (0, 0)
        make.deck(guest, rivers)
        with app.app_context():
            ahead = reports.forecast(guest, TODAY)
            due_on = db.session.get_one(Card, (guest, rivers.facts[1].id)).due_on
        assert len(ahead.days) == 30
        assert ahead.overdue == 1
        assert {day.day: day.cards for day in ahead.days if day.cards} == {due_on: 1}

    def test_a_forecast_counts_invented_facts_where_the_deck_has_them(
        self, app: Flask, make: Factory, rivers: MadeSet, guest: uuid.UUID
    ) -> None:
        review(app, guest, rivers.facts[5].id, days_ago=60)
        _count_loads(app, guest)
        make.deck(guest, rivers, includes_fiction=True)
        with app.app_context():
            assert reports.forecast(guest, TODAY).overdue == 1
            db.session.get_one(Fact, rivers.facts[5].id).retired_at = NOON
            db.session.commit()
            assert reports.forecast(guest, TODAY).overdue == 0

    def test_quizzes_are_listed_once_closed_and_invented_statements_are_scored_apart(
        self, app: Flask, rivers: MadeSet, guest: uuid.UUID
    ) -> None:
        asked = [rivers.facts[number].questions["choice"] for number in (0, 1, 5)]
        attempt(app, guest, rivers, asked)
        with app.app_context():
            assert reports.list_quizzes(guest) == []
        closed = attempt(app, guest, rivers, asked, state="closed", scores=(1.0, 0.0, 1.0), days_ago=1)
        with app.app_context():
            (line,) = reports.list_quizzes(guest)
        assert (line.attempt_id, line.questions, line.share, line.seconds) == (closed, 3, 0.5, 300)
        assert (line.fiction_score, line.fiction_questions) == (1.0, 1)
