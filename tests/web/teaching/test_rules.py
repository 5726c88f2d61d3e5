"""Rules by which questions of a quiz are drawn: added, counted, changed."""

from __future__ import annotations

from quizapp.core.quiz_contents import Contents, DrawRule, FixedQuestion, Section
from tests.forms import post


def fields(quiz, **values):
    return {
        "version": str(quiz.row.version),
        "count": "3",
        "weight": "2",
        "sets": [str(quiz.set.id)],
        "standings": ["documented", "inaccurate", "inconsistent", "vague"],
        "chosen_by": "unseen",
        **values,
    }


def test_the_pages_are_for_its_instructor_and_administrators(refused, quiz):
    refused("GET", "questions/rule")
    refused("GET", "questions/rule/1/1")
    refused("POST", "questions/rule/1/1", fields(quiz), works=303)
    refused("POST", "questions/rule", fields(quiz), works=303)


def test_a_rule_that_is_not_there_is_not_found(ada, quiz):
    quiz.ask(Contents((Section("", (FixedQuestion(quiz.set.facts[0].questions["choice"]),)),)))
    for where in ("1/1", "1/2", "2/1", "0/0", "1/999"):
        assert ada.get(quiz.url(f"questions/rule/{where}")).status_code == 404, where


def test_a_rule_is_added_with_all_its_choices(ada, quiz):
    quiz.ask(Contents((Section("One", ()), Section("Two", ()))))
    answer = post(
        ada,
        quiz.url("questions/rule?section=2"),
        fields(
            quiz,
            topics=["length"],
            types=["choice", "date"],
            difficulties=["medium"],
            standings=["documented", "fictional"],
            chosen_by="weak",
        ),
    )
    assert answer.location.endswith("questions#section-2")
    assert quiz.contents.sections[1].items == (
        DrawRule(
            count=3,
            sets=(quiz.set.id,),
            topics=("length",),
            types=("choice", "date"),
            difficulties=("medium",),
            standings=("documented", "fictional"),
            chosen_by="weak",
            weight=2,
        ),
    )


def test_all_statements_but_invented_ones_are_no_choice_at_all(ada, quiz):
    quiz.ask(Contents(()))
    post(ada, quiz.url("questions/rule"), fields(quiz))
    assert quiz.contents.rules[0].standings == ()


def test_what_fits_is_counted_and_nothing_saved(ada, quiz):
    answer = post(ada, quiz.url("questions/rule"), fields(quiz, count="3", go="count"))
    assert "There are 20 questions that fit, on 4 facts." in " ".join(answer.text.split())
    answer = post(ada, quiz.url("questions/rule"), fields(quiz, count="9", go="count", types=["choice"]))
    text = " ".join(answer.text.split())
    assert "There are 4 questions that fit, on 4 facts. Each fact is asked once at most" in text
    assert "at most 4 of the 9" in text
    assert quiz.row.version == 1


def test_topics_are_those_of_the_chosen_sets(ada, make, quiz):
    lakes = make.question_set("lakes", topics=("depth", "shore"))
    page = ada.get(quiz.url("questions/rule")).text
    assert 'value="length"' in page
    assert 'value="depth"' not in page
    sent = fields(quiz, sets=[str(lakes.id)], topics=["length", "depth"], go="count")
    page = post(ada, quiz.url("questions/rule"), sent).text
    assert 'value="length"' not in page
    assert 'value="depth"' in page


BAD = (
    ({"count": ""}, "from 1 to 200"),
    ({"count": "0"}, "from 1 to 200"),
    ({"count": "201"}, "from 1 to 200"),
    ({"count": "many"}, "from 1 to 200"),
    ({"weight": "0"}, "Give marks above 0"),
    ({"sets": []}, "Choose at least one set."),
    ({"standings": []}, "Choose at least one kind of statement."),
    ({"types": ["riddle"]}, "not a valid choice"),
    ({"chosen_by": "luck"}, "Not a valid choice"),
)


def test_a_bad_form_comes_back_with_its_error_and_what_was_chosen(ada, quiz):
    for wrong, words in BAD:
        answer = post(ada, quiz.url("questions/rule"), fields(quiz, difficulties=["hard"]) | wrong)
        assert answer.status_code == 422, wrong
        assert words in answer.text, wrong
        assert 'checked id="difficulties-2"' in answer.text, wrong
    assert quiz.row.version == 1


def test_the_draft_of_somebody_else_is_no_source(ada, make, cast, quiz):
    secret = make.question_set("secrets", owner=cast.olga, state="draft")
    assert post(ada, quiz.url("questions/rule"), fields(quiz, sets=[str(secret.id)])).status_code == 422
    assert "Secrets" not in ada.get(quiz.url("questions/rule")).text


def test_a_rule_is_changed_where_it_stands(ada, quiz):
    fixed = FixedQuestion(quiz.set.facts[0].questions["choice"])
    quiz.ask(Contents((Section("", (fixed, DrawRule(count=1, sets=(quiz.set.id,)))),)))
    page = ada.get(quiz.url("questions/rule/1/2")).text
    assert "Save the rule" in page
    answer = post(ada, quiz.url("questions/rule/1/2"), fields(quiz, types=["short"]))
    assert answer.location.endswith("questions#item-1-2")
    assert quiz.contents.sections[0].items == (
        fixed,
        DrawRule(count=3, sets=(quiz.set.id,), types=("short",), weight=2),
    )


def test_a_rule_that_changed_meanwhile_is_not_overwritten_unasked(ada, quiz):
    sent = fields(quiz, count="2")
    quiz.change(title="Changed in another window")
    answer = post(ada, quiz.url("questions/rule/1/1"), sent)
    assert answer.status_code == 409
    assert "What you gave is kept below" in answer.text
    assert quiz.contents.count == 4
    assert f'name="version" type="hidden" value="{quiz.row.version}"' in answer.text
    assert post(ada, quiz.url("questions/rule/1/1"), fields(quiz, count="2")).status_code == 303
    assert quiz.contents.count == 2


def test_a_published_quiz_takes_no_more_than_it_may_have(ada, quiz):
    quiz.publish()
    post(ada, quiz.url("questions/rule"), fields(quiz, count="199"))
    assert quiz.contents.count == 4
    assert "200 is the most" in ada.get(quiz.url("questions")).text
