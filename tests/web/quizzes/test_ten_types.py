"""Questions of each of the ten types in the browser: secret until the end, saved as given, told afterwards."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from quizapp.core.questions import TYPES, question_from_dict
from quizapp.database import db
from quizapp.models import QuestionRevision
from tests.factories import fields_of, other_key
from tests.web.quizzes.conftest import Desk

SEVERAL = ("multiple", "map", "ordering", "matching")


@pytest.fixture
def ten(app, client, make, frozen):
    """A guest who has started a quiz with one question of each type."""
    sitting = Desk(app, client, make.ten_types())
    sitting.make(topics=["single", "several"], other_count="10")
    sitting.start()
    return sitting


def questions_of(sitting):
    with sitting.app.app_context():
        return {
            row.form: question_from_dict(db.session.get(QuestionRevision, (row.question_id, 1)).content)
            for row in sitting.rows()
        }


def turn_keys(sitting):
    with sitting.app.app_context():
        for row in sitting.rows():
            revision = db.session.get(QuestionRevision, (row.question_id, 1))
            revision.content = other_key(revision.content)
        db.session.commit()


def save(sitting, form, how="right", sequence=1):
    return sitting.save(
        sitting.position_of(form), fields_of(questions_of(sitting)[form], how), sequence=sequence
    )


def masked(text):
    """Take out of a page what is new each time: tokens and keys."""
    return re.sub(r'name="(csrf_token|save_key)"\s+value="[^"]*"', "", text)


def everything(sitting):
    """Return every page and answer of an open attempt, without what is new each time."""
    paths = [*(str(row.position) for row in sitting.rows()), "review", "state"]
    answers = [sitting.get(path) for path in paths]
    return [
        (
            masked(answer.text),
            {name: value for name, value in answer.headers if name not in ("Set-Cookie", "Date")},
        )
        for answer in answers
    ]


@pytest.mark.parametrize("how", ["right", "part"])
def test_pages_are_the_same_byte_for_byte_whatever_the_keys_are(ten, how):
    for form in TYPES:
        assert save(ten, form, how).json["state"] == "saved"
    given = everything(ten)
    turn_keys(ten)
    assert everything(ten) == given


def test_answers_are_the_same_byte_for_byte_whether_right_partly_or_wrong(ten):
    for form in TYPES:
        answers = set()
        for sequence, how in enumerate(("right", "part", "wrong"), 1):
            answer = save(ten, form, how, sequence)
            headers = tuple(value for value in answer.headers if value[0] not in ("Set-Cookie", "Date"))
            answers.add((answer.status_code, answer.data.replace(b'"sequence":%d' % sequence, b""), headers))
        assert len(answers) == 1


def test_no_page_of_an_open_attempt_holds_a_reason_a_target_or_an_explanation(ten):
    for form in TYPES:
        save(ten, form, "wrong")
    for text, _ in everything(ten):
        for telling in ("reason", "It is the value", "belongs elsewhere", "Explained", "A test, first"):
            assert telling not in text
        assert not re.search(r"correct|target(?!=)|because", text)


def test_saving_looks_at_no_question_of_any_type(ten):
    questions = questions_of(ten)
    positions = {form: ten.position_of(form) for form in TYPES}
    statements = []

    def note(_connection, _cursor, statement, _parameters, _context, _many):
        statements.append(" ".join(statement.casefold().split()))

    with ten.app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        for form, question in questions.items():
            ten.save(positions[form], fields_of(question))
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    assert any("update responses" in one for one in statements)
    assert not any(
        re.search(r"\b(questions|question_revisions|facts|fact_revisions|question_facts)\b", one)
        for one in statements
    )


def test_what_was_given_stands_in_its_page(ten):
    for form in TYPES:
        save(ten, form)
    pages = {form: " ".join(ten.text(str(ten.position_of(form))).split()) for form in TYPES}
    assert 'value="34"' in pages["numeric"]
    for name in ("mark-elk", "mark-fox"):
        assert re.search(rf'name="{name}"[^>]*checked', pages["multiple"])
    assert not re.search(r'name="mark-(hen|owl)"[^>]*checked', pages["multiple"])
    for name in ("mark-FRA", "mark-weimar"):
        assert re.search(rf'name="{name}"[^>]*checked', pages["map"])
    events = [event.text for event in questions_of(ten)["ordering"].sequence]
    places = [pages["ordering"].index(f">{text}<") for text in events]
    assert places == sorted(places)
    for pair in questions_of(ten)["matching"].pairs:
        field = re.search(rf'name="pair-{pair.id}".*?</select>', pages["matching"])[0]
        assert re.search(rf'value="{pair.right_id}"\s+selected>{pair.right}<', field)


def test_part_of_an_order_is_never_saved_and_comes_back_as_it_was(ten):
    position = ten.position_of("ordering")
    first, second, third = (event.id for event in questions_of(ten)["ordering"].sequence)
    fields = {f"place-{first}": "2", f"place-{second}": "", f"place-{third}": "3"}
    told = ten.save(position, fields)
    assert (told.status_code, told.json["field"]) == (422, f"place-{second}")
    page = ten.save(position, fields, go="next", as_json=False)
    assert page.status_code == 422
    assert "Give every event its place, or clear them all." in page.text
    chosen = re.findall(r'name="place-(\w+)".*?</select>', page.text, re.DOTALL)
    assert sorted(chosen) == sorted([first, second, third])
    for name, place in ((first, "2"), (third, "3")):
        field = re.search(rf'name="place-{name}".*?</select>', page.text, re.DOTALL)[0]
        assert re.search(rf'value="{place}"\s+selected', field)
    assert ten.rows()[position - 1].response is None


@pytest.mark.parametrize(
    ("form", "name", "mark"),
    [("multiple", "mark-elk", r"mark-elk\"[^>]*checked"), ("map", "mark-ESP", r"mark-ESP\"[^>]*checked")],
)
def test_marks_beside_one_that_is_not_shown_come_back(ten, form, name, mark):
    page = ten.save(ten.position_of(form), {name: "yes", "mark-nowhere": "yes"}, go="next", as_json=False)
    assert page.status_code == 422
    assert re.search(mark, " ".join(page.text.split()))


def test_pairs_that_another_tab_overtook_come_back(ten):
    pairs = questions_of(ten)["matching"].pairs
    position = ten.position_of("matching")
    save(ten, "matching", "wrong", sequence=3)
    mine = {f"pair-{pairs[0].id}": pairs[0].right_id}
    page = ten.save(position, mine, sequence=2, go="next", as_json=False)
    assert page.status_code == 409
    field = re.search(rf'name="pair-{pairs[0].id}".*?</select>', page.text, re.DOTALL)[0]
    assert re.search(rf'value="{pairs[0].right_id}"\s+selected', field)


def test_a_number_that_is_none_or_too_large_is_refused(ten):
    position = ten.position_of("numeric")
    for text in ("some", "9" * 400):
        assert ten.save(position, {"text": text}).json["field"] == "text"


def test_a_result_tells_of_every_type_what_was_given_what_is_right_and_why(ten):
    for form in TYPES:
        save(ten, form, "part")
    ten.submit()
    page = " ".join(ten.text("result").split())
    assert page.count("partly right") >= 4
    for form in TYPES:
        assert f"Explained for {form}." in page
    for reason in ("The reason is 1902.", "The reason is west.", "The reason of Weimar."):
        assert reason in page
    for text in ("An elk", "A dam was built", "Rhine", "North Sea", "Weimar", "34"):
        assert text in page


def test_a_result_of_blanks_and_of_wrong_responses_is_told_as_well(ten):
    for form in SEVERAL:
        save(ten, form, "wrong")
    ten.submit()
    page = " ".join(ten.text("result").split())
    assert "0 %" in page
    assert "left blank" in page
