"""A quiz by its link: shared once, copied once by each learner, joined once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core.disclosure import AT_ONCE
from quizapp.core.quiz_contents import one_rule
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Quiz, QuizTaker
from quizapp.operations import quizzes


@pytest.fixture
def shared(app, make, frozen):
    """A guest's quiz with its link: (learner, quiz, key)."""
    made, learner_id = make.question_set(facts=4), make.guest()
    quiz_id = new_row_id()
    practice = quizzes.Practice(
        title="Four on rivers",
        question_set_id=made.id,
        contents=one_rule(4, made.id, topics=["mouth"]),
        time_limit_seconds=300,
        shows=AT_ONCE,
    )
    with app.app_context():
        run_tx(lambda: quizzes.make_practice(learner_id, quiz_id, practice, clock.now()))
        key = run_tx(lambda: quizzes.share_quiz(quiz_id))
        yield learner_id, quiz_id, key


def test_a_link_stays_the_same_until_sharing_ends_and_a_new_one_is_another(shared):
    _, quiz_id, key = shared
    assert run_tx(lambda: quizzes.share_quiz(quiz_id)) == key
    assert quizzes.find_shared(key)[0].id == quiz_id
    run_tx(lambda: quizzes.unshare_quiz(quiz_id))
    assert quizzes.find_shared(key) is None
    again = run_tx(lambda: quizzes.share_quiz(quiz_id))
    assert again != key
    assert len(again) >= 32


def test_what_is_no_key_leads_nowhere(shared):
    assert quizzes.find_shared("") is None
    assert quizzes.find_shared("x" * 32) is None


def test_a_copy_asks_the_same_in_the_same_way_belongs_to_who_took_it_and_is_made_once(shared, make):
    owner_id, quiz_id, _ = shared
    learner_id = make.guest()
    copy_id = run_tx(lambda: quizzes.copy_quiz(learner_id, quiz_id, clock.now()))
    assert run_tx(lambda: quizzes.copy_quiz(learner_id, quiz_id, clock.now())) == copy_id
    quiz, copy = db.session.get(Quiz, quiz_id), db.session.get(Quiz, copy_id)
    same = ("title", "contents", "question_count", "time_limit_seconds", "shows", "question_set_id")
    assert [getattr(copy, name) for name in same] == [getattr(quiz, name) for name in same]
    assert (copy.made_by, copy.copied_from, copy.share_key) == (learner_id, quiz_id, None)
    assert quiz.made_by == owner_id


def test_ones_own_quiz_is_not_copied(shared):
    owner_id, quiz_id, _ = shared
    assert run_tx(lambda: quizzes.copy_quiz(owner_id, quiz_id, clock.now())) == quiz_id
    assert db.session.execute(sa.select(sa.func.count()).select_from(Quiz)).scalar_one() == 1


def test_who_joins_again_keeps_name_and_terms(shared, make):
    _, quiz_id, _ = shared
    learner_id = make.guest()
    run_tx(lambda: quizzes.join_quiz(learner_id, quiz_id, "Ida", clock.now()))
    run_tx(lambda: db.session.execute(sa.update(QuizTaker).values(extra_attempts=2)))
    run_tx(lambda: quizzes.join_quiz(learner_id, quiz_id, "Somebody else", clock.now()))
    taker = quizzes.find_taker(learner_id, quiz_id)
    assert (taker.name, taker.extra_attempts) == ("Ida", 2)


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_a_link_to_what_is_not_published_leads_nowhere(shared, state):
    _, quiz_id, key = shared
    run_tx(lambda: db.session.execute(sa.update(Quiz).where(Quiz.id == quiz_id).values(state=state)))
    assert quizzes.find_shared(key) is None
