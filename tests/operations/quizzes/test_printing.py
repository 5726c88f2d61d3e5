"""Papers: versions ask the same in another order, keys fit their version, and nothing secret is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quizapp.core.quiz_contents import contents_to_list, one_rule
from quizapp.database import db, run_tx
from quizapp.models import Quiz
from quizapp.operations import quizzes
from quizapp.operations.quizzes.printing import make_papers
from tests.histories import attempt, taught_quiz

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

    from flask import Flask

    from quizapp.operations.quizzes.printing import PaperQuestion
    from tests.conftest import Clock
    from tests.factories import Cast, Factory, MadeSet


@pytest.fixture
def ten(app: Flask, make: Factory, frozen: Clock) -> Iterator[MadeSet]:
    made = make.ten_types()
    with app.app_context():
        yield made


def taught(made: MadeSet, cast: Cast, **settings: object) -> Quiz:
    every = [question for fact in made.facts for question in fact.questions.values()]
    return db.session.get_one(Quiz, taught_quiz(made, cast.ada, list(dict.fromkeys(every)), **settings))


def shown_right(one: PaperQuestion) -> list[str]:
    """Return what the letters of a key stand for on its paper."""
    return [one.shown.options["ABCDEFGH".index(letter)].text for letter in one.key.split(", ")]


def test_all_versions_ask_the_same_in_another_order(ten: MadeSet, cast: Cast) -> None:
    one, other = make_papers(cast.ada.learner_id, taught(ten, cast), 2, 1, with_secrets=True)
    assert (one.version, other.version) == ("A", "B")
    assert {asked.shown.stem for asked in one.questions} == {asked.shown.stem for asked in other.questions}
    assert [asked.shown for asked in one.questions] != [asked.shown for asked in other.questions]
    assert [asked.number for asked in other.questions] == list(range(1, len(other.questions) + 1))


def test_letters_of_the_key_lead_to_what_is_right_in_every_version(ten: MadeSet, cast: Cast) -> None:
    for paper in make_papers(cast.ada.learner_id, taught(ten, cast), 4, 1, with_secrets=True):
        for asked in paper.questions:
            if asked.shown.type in ("choice", "true-false"):
                assert shown_right(asked) == [asked.words]
            if asked.shown.type == "multiple":
                assert all(text in asked.words for text in shown_right(asked))
            if asked.shown.type == "ordering":
                order = sorted(zip(asked.key.split(", "), asked.shown.events, strict=True))
                assert [asked.words.index(event.text) for _, event in order] == sorted(
                    asked.words.index(event.text) for event in asked.shown.events
                )
            if asked.shown.type == "matching":
                for number, pair in enumerate(asked.key.split(", ")):
                    right = asked.shown.rights["ABCDEFGH".index(pair[-1])].text
                    left = asked.shown.lefts[number].text
                    assert asked.words.index(left) < asked.words.index(right, asked.words.index(left))


def test_the_same_draw_gives_the_same_papers_and_another_one_others(
    app: Flask, make: Factory, cast: Cast, frozen: Clock
) -> None:
    made = make.question_set(facts=12)
    with app.app_context():
        quiz = taught(made, cast)
        contents = contents_to_list(one_rule(4, made.id))
        run_tx(lambda: setattr(db.session.get_one(Quiz, quiz.id), "contents", contents))
        quiz = db.session.get_one(Quiz, quiz.id)
        papers = [make_papers(cast.ada.learner_id, quiz, 2, draw, with_secrets=True) for draw in (1, 1, 2)]
        assert papers[0] == papers[1]
        assert papers[0] != papers[2]
        assert len(papers[2][0].questions) == 4


def test_without_shuffling_versions_keep_the_order_of_questions_and_options(
    app: Flask, make: Factory, cast: Cast, frozen: Clock
) -> None:
    made = make.question_set(facts=4)
    with app.app_context():
        questions = [fact.questions["choice"] for fact in made.facts]
        quiz_id = taught_quiz(made, cast.ada, questions, shuffles_questions=False, shuffles_options=False)
        quiz = db.session.get_one(Quiz, quiz_id)
        one, other = make_papers(cast.ada.learner_id, quiz, 2, 1, with_secrets=True)
        assert one.questions == other.questions


def test_what_a_quiz_keeps_secret_from_its_maker_is_not_on_paper(
    app: Flask, make: Factory, cast: Cast, frozen: Clock
) -> None:
    made = make.question_set(facts=2)
    ben: uuid.UUID = cast.ben.learner_id
    opened = attempt(app, ben, made, [made.facts[0].questions["choice"]])
    with app.app_context():
        quiz_id = quizzes.find_attempt(ben, opened).quiz_id  # type: ignore[union-attr]
        contents = contents_to_list(one_rule(2, made.id))
        run_tx(lambda: setattr(db.session.get_one(Quiz, quiz_id), "contents", contents))
        quiz = db.session.get_one(Quiz, quiz_id)
        [paper] = make_papers(ben, quiz, 1, 1, with_secrets=False)
        assert [asked.words for asked in paper.questions] != []
        assert not any("Value 0" in asked.words for asked in paper.questions)


def test_a_quiz_that_asks_nothing_has_no_papers(ten: MadeSet, cast: Cast) -> None:
    quiz = taught(ten, cast)
    quiz.contents = []
    with pytest.raises(quizzes.NoQuestionsError):
        make_papers(cast.ada.learner_id, quiz, 2, 1, with_secrets=True)
