"""What a quiz asks, edited step by step; nothing typed or chosen is lost."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core.quiz_contents import Contents, FixedQuestion, Section, one_rule
from quizapp.database import db, new_row_id
from quizapp.models import Question
from tests.forms import post
from tests.taught import Taught


@pytest.fixture
def do(ada, quiz):
    """Press a button of the page, with all that stands in its fields."""

    def press(step, **values):
        return post(ada, quiz.url("questions"), {"version": str(quiz.row.version), "do": step, **values})

    return press


def asked(quiz):
    return [
        [str(getattr(item, "question_id", "rule")) for item in part.items] for part in quiz.contents.sections
    ]


def ids(quiz, *places, kind="choice"):
    return [str(quiz.set.facts[place].questions[kind]) for place in places]


def test_the_pages_are_for_its_instructor_and_administrators(refused, ada, quiz):
    for rest in ("questions", "questions/add"):
        refused("GET", rest)
    for rest, works in (("questions", 409), ("questions/add", 303), ("questions/undo", 303)):
        refused("POST", rest, works=works)
    assert ada.get(quiz.url("questions/undo")).status_code == 405


def test_questions_and_rules_stand_in_their_order_with_marks(ada, quiz):
    rule = one_rule(2, quiz.set.id).rules[0]
    fixed = FixedQuestion(quiz.set.facts[1].questions["short"], 2.5)
    quiz.ask(Contents((Section("Warm-up", (rule,)), Section("Main part", (fixed,)))))
    page = ada.get(quiz.url("questions")).text
    at = [
        page.index(words)
        for words in ("Warm-up", "2 questions drawn from", "Main part", "fact 1 of rivers", 'value="2.5"')
    ]
    assert at == sorted(at)
    assert '<b class="num">4.5</b> marks' in " ".join(page.split())


def test_an_item_moves_and_moves_over_the_edge_of_its_section(do, quiz):
    quiz.fix(0, 1, 2)
    do("up-1-3")
    assert asked(quiz) == [ids(quiz, 0, 2, 1)]
    do("section")
    do("down-1-3")
    assert asked(quiz) == [ids(quiz, 0, 2), ids(quiz, 1)]
    do("join-2")
    assert asked(quiz) == [ids(quiz, 0, 2, 1)]


def test_what_was_removed_comes_back_in_its_place(do, ada, quiz):
    quiz.fix(0, 1, 2)
    answer = do("remove-1-2")
    assert asked(quiz) == [ids(quiz, 0, 2)]
    assert "Undo" in ada.get(answer.location).text
    post(ada, quiz.url("questions/undo"))
    assert asked(quiz) == [ids(quiz, 0, 1, 2)]
    assert "Undo" not in ada.get(quiz.url("questions")).text


def test_a_rule_that_was_removed_comes_back_whole(do, ada, quiz):
    before = quiz.contents
    do("remove-1-1")
    assert quiz.contents.count == 0
    post(ada, quiz.url("questions/undo"))
    assert quiz.contents == before


def test_there_is_nothing_to_take_back_twice_or_of_another_quiz(do, ada, quiz):
    quiz.fix(0, 1)
    do("remove-1-1")
    copy = post(ada, quiz.url("duplicate")).location
    post(ada, f"{copy}questions/undo")
    assert "nothing to put back" in ada.get(f"{copy}questions").text
    assert asked(quiz) == [ids(quiz, 1)]


def test_every_button_saves_titles_and_marks_too(do, quiz):
    quiz.fix(0, 1)
    do("up-1-2", **{"title-1": " Warm-up ", "weight-1-1": "2", "weight-1-2": "0,5"})
    (section,) = quiz.contents.sections
    assert section.title == "Warm-up"
    assert [(str(item.question_id), item.weight) for item in section.items] == [
        (ids(quiz, 1)[0], 0.5),
        (ids(quiz, 0)[0], 2.0),
    ]


def test_marks_that_are_none_come_back_and_nothing_is_changed(do, quiz):
    quiz.fix(0, 1)
    for weight in ("", "0", "-1", "much", "101", "nan", "inf", "0.00001"):
        answer = do("remove-1-2", **{"title-1": "Typed title", "weight-1-1": weight})
        assert answer.status_code == 422, weight
        assert "Give marks above 0 and at most 100" in answer.text
        assert 'value="Typed title"' in answer.text
        assert re.search(rf'name="weight-1-1"\s+value="{re.escape(weight)}"', answer.text), weight
    assert asked(quiz) == [ids(quiz, 0, 1)]


def test_a_step_that_does_not_exist_is_refused(do, quiz):
    for step in ("fly", "up-1", "up-9-9", "remove-0-1", "join-7", "up-x-y", "remove-1-1-1", "--", "up--1-1"):
        assert do(step).status_code == 400, step
    assert quiz.row.version == 1


def test_a_step_in_an_old_window_changes_nothing_and_says_so(do, quiz):
    quiz.fix(0, 1)
    for version in ("1", "", "x"):
        answer = do("remove-1-1", version=version)
        assert answer.status_code == 409
        assert "Somebody changed this quiz" in answer.text
    assert asked(quiz) == [ids(quiz, 0, 1)]


def test_a_published_quiz_keeps_a_question(do, ada, quiz):
    quiz.fix(0)
    quiz.publish()
    answer = do("remove-1-1")
    assert answer.status_code == 422
    assert "Nothing was changed. The quiz has no questions" in answer.text
    assert asked(quiz) == [ids(quiz, 0)]


def test_it_is_said_that_a_change_is_for_later_attempts(ada, app, make, cast, frozen):
    taught = Taught(app, make, cast)
    url = f"/teaching/quizzes/{taught.id}/questions"
    assert "attempts that start later" not in ada.get(url).text
    taught.start(taught.join(cast.ben))
    assert "attempts that start later" in ada.get(url).text


def test_advice_stands_at_its_question(ada, quiz):
    quiz.ask(Contents((Section("", tuple(map(FixedQuestion, _mixed(quiz)))),)))
    page = ada.get(quiz.url("questions")).text
    assert page.index("Short response") < page.index("Asks a fact a second time")
    assert "1 hint to look at" in ada.get(quiz.url()).text


def _mixed(quiz):
    return [quiz.set.facts[0].questions[kind] for kind in ("choice", "short")]


def test_questions_are_found_by_their_words_and_fields(ada, quiz):
    page = ada.get(quiz.url("questions/add?type=short&text=fact+2")).text
    assert "1 question found" in page
    assert "Which value belongs to fact 2 of rivers?" in page
    assert "Nothing found" in ada.get(quiz.url("questions/add?text=nowhere")).text


def test_a_strange_search_is_answered_in_order(ada, quiz):
    for asked_for in ("set=x", "page=-1", "page=x", "page=99999999999", "section=x", "type=<b>"):
        assert ada.get(quiz.url(f"questions/add?{asked_for}")).status_code == 200, asked_for


def test_several_questions_are_added_at_once_with_their_marks(ada, quiz):
    quiz.ask(Contents((Section("One", ()), Section("Two", ()))))
    sent = {"question": ids(quiz, 2, 0, 2), "weight": "1,5"}
    answer = post(ada, quiz.url("questions/add?section=2"), sent)
    assert answer.location.endswith("questions#section-2")
    assert asked(quiz) == [[], ids(quiz, 2, 0)]
    assert {item.weight for item in quiz.contents.items} == {1.5}
    assert "2 questions added" in ada.get(quiz.url("questions")).text


def test_adding_does_not_mind_what_changed_meanwhile_and_adds_nothing_twice(ada, quiz):
    quiz.fix(0)
    sent = {"question": ids(quiz, 0, 1), "weight": "1", "go": "more"}
    answer = post(ada, quiz.url("questions/add?type=choice"), sent)
    assert "type=choice" in answer.location
    assert asked(quiz) == [ids(quiz, 0, 1)]


def test_without_a_sound_question_nothing_is_added(ada, quiz):
    for sent in ({}, {"question": "x"}, {"question": str(new_row_id())}):
        post(ada, quiz.url("questions/add"), sent)
        assert "tick at least one" in ada.get(quiz.url("questions")).text
    assert quiz.row.version == 1


def test_bad_marks_add_nothing_and_say_so(ada, quiz):
    answer = post(ada, quiz.url("questions/add"), {"question": ids(quiz, 0), "weight": "much"})
    assert quiz.row.version == 1
    assert "Nothing was added. Give marks" in ada.get(answer.location).text


def test_the_drafts_of_others_and_what_was_withdrawn_cannot_be_added(ada, app, make, cast, quiz):
    secret = make.question_set("secrets", owner=cast.olga, state="draft", facts=1)
    own = make.question_set("bridges", owner=cast.ada, state="draft", facts=1)
    gone = quiz.set.facts[0].questions["choice"]
    with app.app_context():
        db.session.execute(sa.update(Question).where(Question.id == gone).values(retired_at=clock.now()))
        db.session.commit()
    quiz.ask(Contents(()))
    chosen = [secret.facts[0].questions["choice"], gone, own.facts[0].questions["choice"]]
    post(ada, quiz.url("questions/add"), {"question": [str(one) for one in chosen]})
    assert asked(quiz) == [[str(own.facts[0].questions["choice"])]]
    assert "of secrets" not in ada.get(quiz.url("questions/add?set=")).text


def test_too_many_questions_are_refused_and_it_is_said(ada, quiz):
    quiz.ask(one_rule(200, quiz.set.id))
    post(ada, quiz.url("questions/add"), {"question": ids(quiz, 0)})
    assert quiz.contents.count == 200
    assert "200 is the most" in ada.get(quiz.url("questions")).text


def test_what_was_typed_is_text_and_no_markup(ada, do, quiz):
    do("save", **{"title-1": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in ada.get(quiz.url("questions")).text
    assert "<script>alert(2)" not in ada.get(quiz.url("questions/add?text=<script>alert(2)")).text
