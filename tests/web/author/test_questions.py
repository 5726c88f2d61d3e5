"""Questions of an instructor's set: written, edited, removed, brought back."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from quizapp.core.writing import read
from quizapp.database import db
from quizapp.models import Fact, Question, QuestionRevision
from quizapp.models.question_sets import find_set
from quizapp.operations import question_sets
from tests.forms import post

FORMS = {
    "choice": {
        "stem": "Which river of Asia is the longest?",
        "right-text": "Yangtze",
        "right-because": "It flows for some 6,300 km.",
        "wrong-0-text": "Mekong",
        "wrong-1-text": "Ganges",
        "wrong-1-because": "It is shorter.",
        "wrong-2-text": "",
        "wrong-3-text": "",
    },
    "true-false": {"stem": "The Po flows into the Adriatic Sea.", "is_true": "true"},
    "short": {"stem": "Which river flows through Vienna?", "response": "Danube", "also": "Donau\r\nDuna"},
    "cloze": {"stem": "The Po flows into the [[Adriatic Sea]].", "also": ""},
    "date": {"stem": "When was the great dam opened?", "day": "21", "month": "7", "year": "1970"},
}
COMMON = {"explanation": "As every atlas has it.", "cite": "The atlas, page 12", "topic": "mouth"}
KEY = "a" * 32


@pytest.fixture
def ada(make, cast):
    return make.browser_of(cast.ada)


@pytest.fixture
def rivers(ada):
    """Ada's own, empty set."""
    post(ada, "/author/new", {"title": "Rivers", "topics": "Length, Mouth", "language": "en"})
    return "rivers"


def write(client, kind, **changes):
    return post(
        client, f"/author/rivers/questions/new/{kind}", {**FORMS[kind], **COMMON, "key": KEY, **changes}
    )


def written(app):
    with app.app_context():
        return question_sets.list_written(find_set("rivers"))


def hidden(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text)[1]


def value_of(page, name):
    """Return what an input of the page holds."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page.text)[0]
    held = re.search(r'value="([^"]*)"', found)
    return held[1] if held else ""


@pytest.mark.parametrize("kind", FORMS)
def test_a_question_of_each_type_is_written_and_opens_again_as_it_was_typed(ada, rivers, app, kind):
    page = ada.get(f"/author/rivers/questions/new/{kind}")
    assert page.status_code == 200

    answer = write(ada, kind, key=hidden(page, "key"))

    assert answer.status_code == 302
    one = written(app)[0]
    draft = read(one.question)
    assert (draft.type, draft.stem, draft.topic) == (kind, FORMS[kind]["stem"], "mouth")
    assert (draft.explanation, draft.cite) == (COMMON["explanation"], COMMON["cite"])
    edit = ada.get(f"/author/rivers/questions/{one.key}")
    assert edit.status_code == 200
    for text in {**FORMS[kind], **COMMON}.values():
        assert all(part in edit.text for part in text.split("\r\n"))
    assert (
        post(ada, f"/author/rivers/questions/{one.key}", {**FORMS[kind], **COMMON, "seen": "1"}).status_code
        == 302
    )
    assert written(app)[0].revision == 1


def test_the_types_are_offered_and_another_one_is_not_found(ada, rivers):
    page = ada.get("/author/rivers/questions/new").text

    assert all(f'href="/author/rivers/questions/new/{kind}"' in page for kind in FORMS)
    assert ada.get("/author/rivers/questions/new/essay").status_code == 404


def test_the_set_lists_its_questions_with_type_topic_and_key(ada, rivers):
    for number, kind in enumerate(FORMS):
        write(ada, kind, key=f"{number:032x}")

    page = ada.get("/author/rivers/").text

    assert "5 questions" in page
    for words in (
        "Choice",
        "True or false",
        "Short response",
        "Blank in a sentence",
        "21 July 1970",
        "Mouth",
        "Donau",
    ):
        assert words in page


def test_a_soft_flaw_is_shown_as_advice_and_does_not_stand_in_the_way(ada, rivers):
    answer = post(
        ada,
        "/author/rivers/questions/new/short",
        {"stem": "River of Cairo?", "response": "Nile", "key": KEY},
        follow_redirects=True,
    )

    assert answer.status_code == 200
    assert "The question has 3 words" in answer.text


@pytest.mark.parametrize(
    ("kind", "wrong", "field", "words"),
    [
        ("choice", {"right-text": ""}, "right-text", "Write the right option."),
        ("choice", {"wrong-1-text": ""}, "wrong-1-text", "There is a reason, but no option."),
        ("choice", {"wrong-1-text": "mekong"}, "wrong-1-text", "says the same as"),
        ("choice", {"stem": "Is the Yangtze the longest?"}, "stem", "The question holds the right response"),
        ("true-false", {"is_true": ""}, "is_true", "Say whether the statement is true or false."),
        ("true-false", {"is_true": "false", "explanation": ""}, "explanation", "Say what is right instead"),
        ("short", {"response": ""}, "response", "Write the response that is right."),
        ("cloze", {"stem": "No blank in here."}, "stem", "Nothing is marked."),
        ("date", {"day": "31", "month": "6"}, "day", "This day does not exist."),
        ("date", {"day": "soon"}, "day", "Give a whole number"),
        ("date", {"year": ""}, "year", "Give the year."),
        ("date", {"year": "-44"}, "year", "Give a year from 1 to 9999."),
        ("date", {"month": "13"}, "month", "Not a valid choice"),
        ("short", {"topic": "nowhere"}, "topic", "Not a valid choice"),
        ("short", {"stem": "x" * 1001}, "stem", "Shorten it to 1,000."),
    ],
)
def test_a_wrong_form_comes_back_with_its_error_at_the_field_and_all_that_was_typed(
    ada, rivers, app, kind, wrong, field, words
):
    sent = {**FORMS[kind], **COMMON, **wrong}

    answer = write(ada, kind, **wrong)

    assert answer.status_code == 422
    assert words in answer.text
    assert f'id="{field}-error"' in answer.text or field in ("is_true", "topic")
    for name, text in sent.items():
        if name not in ("topic", "month", "is_true"):
            assert all(part in answer.text for part in text.split("\r\n")), name
    assert hidden(answer, "key") == KEY
    assert written(app) == []


def test_all_errors_of_a_form_are_told_at_once(ada, rivers):
    answer = post(ada, "/author/rivers/questions/new/choice", {"stem": ""})

    for words in ("Write the question.", "Write the right option.", "Write two wrong options"):
        assert words in answer.text


def test_rows_of_options_keep_what_was_typed_in_them(ada, rivers):
    answer = write(
        ada, "choice", stem="", **{"wrong-6-text": "Ob", "wrong-6-because": "It lies in the north."}
    )

    # Rows are counted anew; none is lost.
    assert value_of(answer, "wrong-0-text") == "Mekong"
    assert value_of(answer, "wrong-1-because") == "It is shorter."
    assert value_of(answer, "wrong-4-text") == "Ob"
    assert value_of(answer, "wrong-4-because") == "It lies in the north."


def test_without_scripts_a_button_makes_room_for_another_option(ada, rivers, app):
    answer = write(ada, "choice", more="1")

    assert answer.status_code == 200
    assert value_of(answer, "wrong-0-text") == "Mekong"
    assert 'name="wrong-4-text"' in answer.text
    assert written(app) == []


def test_no_more_options_are_taken_than_a_choice_may_have(ada, rivers, app):
    rows = {f"wrong-{number}-text": f"River {chr(97 + number)}" for number in range(30)}

    write(ada, "choice", **rows)

    assert len(written(app)[0].question.options) == 10


def test_a_form_sent_twice_saves_one_question(ada, rivers, app):
    for _ in range(2):
        assert write(ada, "short").status_code == 302

    assert len(written(app)) == 1


def test_a_key_that_somebody_made_up_is_replaced(ada, rivers, app):
    assert write(ada, "short", key="../../etc").status_code == 302

    assert re.fullmatch(r"[0-9a-f]{32}", written(app)[0].key)


def test_writing_goes_on_with_another_of_the_same_type(ada, rivers):
    assert write(ada, "short", then="another").location == "/author/rivers/questions/new/short"


def test_a_contradiction_within_the_set_is_refused_with_words(ada, rivers, app):
    write(ada, "short")

    answer = write(ada, "short", key="b" * 32, response="Wien", also="")

    assert answer.status_code == 422
    assert "Another question of this set asks the same words" in answer.text
    assert len(written(app)) == 1


def test_an_edit_of_a_published_set_takes_effect_at_once_and_keeps_what_was(ada, rivers, app):
    write(ada, "short")
    post(ada, "/author/rivers/publish")

    answer = post(
        ada, f"/author/rivers/questions/{KEY}", {**FORMS["short"], "response": "Danube River", "seen": "1"}
    )

    assert answer.status_code == 302
    assert written(app)[0].question.accept[0] == "Danube River"
    with app.app_context():
        assert db.session.execute(select(Fact.revision)).scalar_one() == 2
        assert db.session.execute(select(func.count()).select_from(QuestionRevision)).scalar_one() == 2


def test_who_saved_in_between_is_shown_and_what_was_typed_is_kept_to_be_saved_over_it(
    ada, rivers, app, make, cast
):
    write(ada, "choice")
    mine = {**FORMS["choice"], "wrong-0-text": "Amur River", "wrong-2-text": "Lena", "seen": "1"}
    theirs = {**FORMS["choice"], "wrong-0-text": "Brahmaputra", "seen": "1"}
    post(make.browser_of(cast.olga), f"/author/rivers/questions/{KEY}", theirs)

    answer = post(ada, f"/author/rivers/questions/{KEY}", mine)

    assert answer.status_code == 409
    assert "Somebody saved this question in the meantime" in answer.text
    assert "Brahmaputra" in answer.text
    assert value_of(answer, "wrong-0-text") == "Amur River"
    assert value_of(answer, "wrong-2-text") == "Lena"
    assert "Brahmaputra" in str(written(app)[0].question)

    assert (
        post(ada, f"/author/rivers/questions/{KEY}", {**mine, "seen": hidden(answer, "seen")}).status_code
        == 302
    )
    assert "Amur River" in str(written(app)[0].question)


def test_what_somebody_removed_in_between_is_brought_back_only_on_purpose(ada, rivers, app):
    write(ada, "short")
    post(ada, f"/author/rivers/questions/{KEY}/remove")

    answer = post(
        ada,
        f"/author/rivers/questions/{KEY}",
        {**FORMS["short"], "response": "Duna", "also": "", "seen": "1"},
    )

    assert answer.status_code == 409
    assert "Somebody removed this question in the meantime" in answer.text
    assert written(app)[0].is_removed

    sent = {**FORMS["short"], "response": "Duna", "also": "", "seen": hidden(answer, "seen")}
    assert post(ada, f"/author/rivers/questions/{KEY}", sent).status_code == 302
    assert not written(app)[0].is_removed


def test_removing_offers_to_undo_and_undoing_brings_the_question_back(ada, rivers, app):
    write(ada, "short")

    page = post(ada, f"/author/rivers/questions/{KEY}/remove", follow_redirects=True)

    assert "The question is removed" in page.text
    assert f'action="/author/rivers/questions/{KEY}/restore"' in page.text
    assert written(app)[0].is_removed

    page = post(ada, f"/author/rivers/questions/{KEY}/restore", follow_redirects=True)

    assert "The question is back." in page.text
    assert not written(app)[0].is_removed


def test_the_last_question_of_a_published_set_stays(ada, rivers, app):
    write(ada, "short")
    post(ada, "/author/rivers/publish")

    page = post(ada, f"/author/rivers/questions/{KEY}/remove", follow_redirects=True)

    assert "A published set needs a question." in page.text
    assert not written(app)[0].is_removed


@pytest.mark.parametrize("key", ["0" * 32, "short", "%01", "A" * 32])
def test_a_question_that_is_not_there_is_not_found(ada, rivers, key):
    for url in (key, f"{key}/remove", f"{key}/restore"):
        assert post(ada, f"/author/rivers/questions/{url}").status_code == 404, url
    assert ada.get(f"/author/rivers/questions/{key}").status_code == 404


def test_the_question_of_another_set_is_not_found_through_ones_own(ada, rivers, app, make):
    dora = make.browser_of(make.person("dora", "instructor"))
    post(dora, "/author/new", {"title": "Lakes", "language": "en"})
    post(dora, "/author/lakes/questions/new/short", {**FORMS["short"], "key": KEY})

    assert ada.get(f"/author/rivers/questions/{KEY}").status_code == 404
    assert post(ada, f"/author/rivers/questions/{KEY}", FORMS["short"]).status_code == 404
    assert post(ada, f"/author/rivers/questions/{KEY}/remove").status_code == 404


def test_fields_that_the_form_does_not_have_change_nothing(ada, rivers, app):
    write(
        ada,
        "short",
        standing="fictional",
        retired_at="2020-01-01",
        question_set_id="x",
        revision="9",
        position="7",
    )

    with app.app_context():
        question = db.session.execute(select(Question)).scalar_one()
        assert (question.standing, question.revision, question.position) == ("documented", 1, 0)


def test_a_question_that_another_one_contradicts_by_now_stays_removed_and_says_why(ada, rivers, app):
    write(ada, "short")
    post(ada, f"/author/rivers/questions/{KEY}/remove")
    write(ada, "short", key="b" * 32, response="Wien", also="")

    page = post(ada, f"/author/rivers/questions/{KEY}/restore", follow_redirects=True)

    assert "It stays removed. Another question of this set asks the same words" in page.text
    assert [one.is_removed for one in written(app)] == [True, False]


def test_a_full_set_takes_no_question_and_keeps_what_was_typed(ada, rivers, app, monkeypatch):
    monkeypatch.setattr("quizapp.operations.question_sets.questions.MAX_QUESTIONS", 1)
    write(ada, "short")
    post(ada, f"/author/rivers/questions/{KEY}/remove")
    write(ada, "date", key="b" * 32)

    answer = write(ada, "cloze", key="c" * 32)
    page = post(ada, f"/author/rivers/questions/{KEY}/restore", follow_redirects=True)

    assert answer.status_code == 422
    assert "A set holds at most" in answer.text
    assert "The Po flows into the [[Adriatic Sea]]." in answer.text
    assert "A set holds at most" in page.text
    assert [one.key for one in written(app) if not one.is_removed] == ["b" * 32]
