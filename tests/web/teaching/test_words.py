"""Settings in words: one sentence for each group."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from quizapp.core import disclosure
from quizapp.core.attempts import Navigation
from quizapp.core.disclosure import Disclosure, Item, Phase
from quizapp.core.marking import LateStep, Scoring
from quizapp.core.quiz_presets import SHOWN, Settings
from quizapp.web.teaching import words

PLAIN = Settings(title="Rivers")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def plainly(text):
    return text.replace("\u00a0", " ")


def test_a_quiz_without_rules_says_so_everywhere():
    assert words.time_words(PLAIN) == "No time limit"
    assert words.date_words(PLAIN, BERLIN) == "Open as long as it is published"
    assert words.attempt_words(PLAIN) == "As often as one likes, the best counts"
    assert words.mark_words(PLAIN) == "Partly right counts in part, a wrong response costs nothing"
    assert words.door_words(PLAIN) == "Nothing is asked before the start"


def test_times_are_told_whole_and_for_each_question():
    timed = replace(PLAIN, time_limit_seconds=2700, question_seconds=90, extra_time_percent=25)
    assert (
        plainly(words.time_words(timed))
        == "45 min in all, 1 min 30 s for each question, 25 % extra time for everybody"
    )


def test_dates_stand_in_the_instructors_zone():
    dated = replace(PLAIN, due_at=NOON, closes_at=NOON.replace(month=7), late_steps=(LateStep(24, 80),))
    assert (
        plainly(words.date_words(dated, BERLIN))
        == "Due 2 March 2026, 13:00, then 80 % up to 24 h late, closes 2 July 2026, 14:00"
    )


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("UTC", "UTC"),
        ("Europe/Berlin", "Europe/Berlin (UTC+1)"),
        ("Asia/Kolkata", "Asia/Kolkata (UTC+5:30)"),
        ("America/St_Johns", "America/St_Johns (UTC−3:30)"),
        ("Africa/Abidjan", "Africa/Abidjan (UTC)"),
    ],
)
def test_a_zone_says_what_it_is_off_from_utc(zone, told):
    assert words.zone_text(ZoneInfo(zone), NOON) == told


def test_attempts_say_how_many_how_far_apart_and_which_counts():
    assert words.attempt_words(replace(PLAIN, most_attempts=1, wait_seconds=3600)) == "One attempt"
    three = replace(PLAIN, most_attempts=3, wait_seconds=2 * 86400, scoring=Scoring.AVERAGE)
    assert words.attempt_words(three) == "3 attempts, 2 days between two, their average counts"


def test_the_way_says_what_is_mixed():
    fixed = replace(PLAIN, navigation=Navigation.PAGE, shuffles_questions=False, shuffles_options=False)
    assert words.way_words(fixed) == "All questions on one page; nothing mixed"
    assert words.way_words(PLAIN).endswith("questions and options mixed")


def test_marks_say_what_a_wrong_response_costs():
    strict = replace(PLAIN, partial_credit=False, negative_percent=25)
    assert (
        plainly(words.mark_words(strict))
        == "Only what is wholly right counts, a wrong response costs 25 % of its marks"
    )
    assert words.mark_words(replace(PLAIN, certainty=True)).endswith("with certainty marking")


def test_every_way_of_showing_is_told_apart():
    told = {words.shown_words(shows) for _, shows in SHOWN.values()}
    assert len(told) == len(SHOWN)
    own = Disclosure(disclosure.AFTER_THE_ATTEMPT.ticked - {(Item.EXPLANATIONS, Phase.AFTER)})
    assert (
        words.shown_words(own)
        == "Score, responses, key after the attempt; score, responses, key, explanations after the close"
    )
    assert words.shown_words(Disclosure(frozenset())) == "Nothing, ever"


def test_what_is_asked_at_the_door_is_named():
    assert words.door_words(replace(PLAIN, password="oak", honour_line="Alone.")) == (
        "A password and an honour line before the start"
    )


def test_two_versions_differ_in_what_differs():
    assert words.differences(PLAIN, PLAIN) == []
    other = replace(PLAIN, title="Lakes", closes_at=NOON, certainty=True)
    assert words.differences(PLAIN, other) == ["title", "close", "certainty"]
