"""The settings of a quiz: every one of them, errors that keep what was typed, and two windows."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from quizapp.core.attempts import Navigation
from quizapp.core.disclosure import AFTER_THE_ATTEMPT, ALL_AFTER_CLOSE, AT_ONCE, disclosure_to_dict
from quizapp.core.marking import LateStep, Scoring
from quizapp.core.quiz_presets import PRESETS
from quizapp.database import db
from quizapp.models import Learner
from tests.forms import post


def boxes(shows):
    return [f"{item}.{phase}" for item, phases in disclosure_to_dict(shows).items() for phase in phases]


def fields(version=1, **values):
    """What the page of a plain quiz sends."""
    return {
        "version": str(version),
        "title": "Rivers of Asia",
        "wait_unit": "hours",
        "scoring": "highest",
        "navigation": "free",
        "shuffles_questions": "y",
        "shuffles_options": "y",
        "partial_credit": "y",
        "shows": boxes(AFTER_THE_ATTEMPT),
        **values,
    }


@pytest.fixture
def save(ada, quiz):
    return lambda **values: post(ada, quiz.url("settings"), fields(**values))


def test_the_page_is_for_its_instructor_and_administrators(refused, ada, quiz):
    refused("GET", "settings")
    refused("POST", "settings", fields(), works=303)
    assert ada.delete(quiz.url("settings")).status_code in {400, 405}


def test_every_setting_is_saved(save, quiz):
    answer = save(
        title="Rivers and lakes",
        instructions="Take your time.\r\nNo notes.",
        honour_line="I work alone.",
        password="oak",
        limit_minutes="45",
        question_seconds="90",
        extra_time_percent="10",
        opens_at="2026-03-02T08:00",
        due_at="2026-03-09T18:30",
        closes_at="2026-03-12T18:30",
        most_attempts="3",
        wait_amount="2",
        wait_unit="days",
        scoring="average",
        navigation="forward",
        negative_percent="25",
        shows=boxes(ALL_AFTER_CLOSE),
        **{
            "late_steps-0-hours": "24",
            "late_steps-0-percent": "80",
            "late_steps-1-hours": "",
            "late_steps-2-hours": "72",
            "late_steps-2-percent": "50",
        },
    )
    assert answer.status_code == 303
    settings = quiz.settings
    assert (settings.title, settings.instructions) == ("Rivers and lakes", "Take your time.\nNo notes.")
    assert (settings.honour_line, settings.password) == ("I work alone.", "oak")
    assert (settings.time_limit_seconds, settings.question_seconds) == (2700, 90)
    assert settings.extra_time_percent == 10
    assert settings.opens_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert settings.due_at == datetime(2026, 3, 9, 18, 30, tzinfo=UTC)
    assert settings.closes_at == datetime(2026, 3, 12, 18, 30, tzinfo=UTC)
    assert settings.late_steps == (LateStep(24, 80), LateStep(72, 50))
    assert (settings.most_attempts, settings.wait_seconds) == (3, 2 * 86400)
    assert (settings.scoring, settings.navigation) == (Scoring.AVERAGE, Navigation.FORWARD)
    assert (settings.negative_percent, settings.certainty) == (25, False)
    assert settings.shows == ALL_AFTER_CLOSE


def test_boxes_that_are_not_ticked_are_off(save, quiz):
    save(shuffles_questions="", shuffles_options="", partial_credit="", certainty="y", shows=[])
    settings = quiz.settings
    assert not any((settings.shuffles_questions, settings.shuffles_options, settings.partial_credit))
    assert settings.certainty
    assert not settings.shows.ticked


def test_what_was_saved_stands_in_the_page_and_saves_again_as_it_is(ada, quiz, frozen):
    closes_at = frozen.moment + timedelta(days=9)
    quiz.change(
        closes_at=closes_at,
        due_at=closes_at - timedelta(days=2),
        late_steps=(LateStep(24, 80),),
        wait_seconds=90 * 60,
        time_limit_seconds=2700,
        most_attempts=2,
        password="oak",
    )
    before = quiz.settings
    sent = _as_shown(ada.get(quiz.url("settings")).text)
    assert post(ada, quiz.url("settings"), sent).status_code == 303
    assert quiz.settings == before


def test_times_are_those_of_the_instructors_clock(ada, app, quiz, cast, save):
    with app.app_context():
        db.session.get(Learner, cast.ada.learner_id).time_zone = "America/New_York"
        db.session.commit()
    save(closes_at="2026-07-01T12:00")
    assert quiz.settings.closes_at == datetime(2026, 7, 1, 16, tzinfo=UTC)
    page = ada.get(quiz.url("settings")).text
    assert 'value="2026-07-01T12:00"' in page
    assert "America/New_York (UTC−5)" in page


def test_an_hour_that_clocks_leave_out_is_refused(ada, app, quiz, cast, save):
    with app.app_context():
        db.session.get(Learner, cast.ada.learner_id).time_zone = "Europe/Berlin"
        db.session.commit()
    answer = save(closes_at="2026-03-29T02:30")
    assert answer.status_code == 422
    assert "clocks go forward" in answer.text
    assert 'value="2026-03-29T02:30"' in answer.text


BAD = (
    ({"title": ""}, "Give the quiz a title."),
    ({"limit_minutes": "soon"}, "Give a whole number from 1 to 1,440"),
    ({"limit_minutes": "0"}, "Give a whole number from 1 to 1,440"),
    ({"question_seconds": "20"}, "only where one cannot go back"),
    ({"extra_time_percent": "401"}, "Give a whole number from 0 to 400"),
    ({"opens_at": "tomorrow"}, "Give a day and a time"),
    ({"opens_at": "0001-01-01T00:00"}, "Give a day and a time"),
    ({"opens_at": "2026-03-02T08:00", "due_at": "2026-03-01T08:00"}, "due before it opens"),
    ({"due_at": "2026-03-02T08:00", "closes_at": "2026-03-01T08:00"}, "closes before it is due"),
    ({"late_steps-0-hours": "24"}, "Give both the hours and the per cent"),
    ({"late_steps-0-hours": "24", "late_steps-0-percent": "101"}, "from 0 to 100"),
    ({"most_attempts": "-1"}, "Give a whole number from 1 to 100"),
    ({"wait_amount": "400", "wait_unit": "days"}, "at most a year"),
    ({"scoring": "best"}, "Not a valid choice"),
    ({"navigation": "sideways"}, "Not a valid choice"),
    ({"negative_percent": "10", "certainty": "y"}, "Certainty has its own negative marks"),
    ({"shows": ["key.after"]}, "knows the score"),
    ({"password": "x" * 81}, "Shorten it to 80"),
    ({"instructions": "x" * 4001}, "Shorten this"),
)


def test_a_bad_form_comes_back_with_its_error_and_all_that_was_typed(save, quiz):
    # Of what is chosen from a list only what is on it can be given back.
    chosen = {"navigation", "scoring", "shows"}
    for wrong, words in BAD:
        answer = save(honour_line="I typed this.", **wrong)
        assert answer.status_code == 422, wrong
        assert words in answer.text, wrong
        assert 'value="I typed this."' in answer.text, wrong
        assert all(value in answer.text for name, value in wrong.items() if name not in chosen), wrong
    assert quiz.row.version == 1


def test_the_group_in_which_something_is_wrong_is_open(save):
    page = save(limit_minutes="soon").text
    opened = set(re.findall(r'id="group-(\w+)"\s+open', page))
    assert opened == {"time"}


def test_late_credit_that_cannot_be_is_said(save):
    answer = save(
        due_at="2026-03-02T08:00",
        **{
            "late_steps-0-hours": "24",
            "late_steps-0-percent": "50",
            "late_steps-1-hours": "48",
            "late_steps-1-percent": "80",
        },
    )
    assert answer.status_code == 422
    assert "would count more than an earlier one" in answer.text


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_preset_fills_the_form_and_saves_nothing(ada, quiz, save, name):
    answer = save(title="Typed title", closes_at="2026-05-01T10:00", password="oak", fill=name)
    assert answer.status_code == 200
    assert f"Filled in as for “{PRESETS[name].label}”" in answer.text
    assert quiz.row.version == 1
    sent = _as_shown(answer.text)
    assert post(ada, quiz.url("settings"), {**sent, "due_at": "2026-04-30T10:00"}).status_code == 303
    settings = quiz.settings
    assert {key: getattr(settings, key) for key in PRESETS[name].values} == PRESETS[name].values
    assert (settings.title, settings.password) == ("Typed title", "oak")


def test_what_is_shown_is_filled_in_by_itself(ada, quiz, save):
    answer = save(limit_minutes="30", fill="at-once")
    sent = _as_shown(answer.text)
    assert sorted(sent["shows"]) == sorted(boxes(AT_ONCE))
    assert sent["limit_minutes"] == "30"


def test_a_preset_keeps_what_could_not_be_read(save):
    answer = save(opens_at="tomorrow", fill="practice")
    assert 'value="tomorrow"' in answer.text


def test_an_unknown_preset_changes_nothing(save, quiz):
    answer = save(limit_minutes="30", fill="party")
    assert answer.status_code == 200
    assert _as_shown(answer.text)["limit_minutes"] == "30"
    assert quiz.row.version == 1


def test_two_windows_do_not_overwrite_each_other(ada, quiz, save):
    quiz.change(title="From the other window")
    answer = save(title="From this window", limit_minutes="30")
    assert answer.status_code == 409
    assert "Somebody saved these settings" in answer.text
    assert "title, time limit" in answer.text
    assert quiz.row.title == "From the other window"
    sent = _as_shown(answer.text)
    assert (sent["title"], sent["limit_minutes"]) == ("From this window", "30")
    assert post(ada, quiz.url("settings"), sent).status_code == 303
    assert quiz.row.title == "From this window"


def test_a_form_without_a_version_overwrites_nothing(save, quiz):
    for version in ("", "x", "9" * 30):
        assert save(version=version, title="Other").status_code == 409
    assert quiz.row.title == "Rivers of Asia"


def test_a_published_quiz_keeps_what_it_must_have(save, quiz):
    quiz.publish()
    answer = save(version=2, shows=boxes(ALL_AFTER_CLOSE))
    assert answer.status_code == 422
    assert "Say when it closes" in answer.text


def _as_shown(page):
    """Return what a browser would send of the form as it is shown."""
    form = page.split('class="settings-form"')[1].split("</form>")[0]
    sent = {"shows": []}
    for tag in re.findall(r"<input\b[^>]*>", form):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" not in given or given["name"] == "csrf_token":
            continue
        if given.get("type") in {"checkbox", "radio"} and not re.search(r"\bchecked\b", tag):
            continue
        if given["name"] == "shows":
            sent["shows"].append(given["value"])
        else:
            sent[given["name"]] = given.get("value", "")
    for name, options in re.findall(r'<select\b[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        sent[name] = re.search(r'<option selected value="(\w+)"', options).group(1)
    sent["instructions"] = ""
    return sent
