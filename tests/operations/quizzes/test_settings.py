"""A quiz as its instructor sets it: made, changed under a lock, published, taken back, put away, copied."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core.attempts import AttemptState
from quizapp.core.disclosure import AFTER_THE_ATTEMPT, ALL_AFTER_CLOSE, AT_ONCE
from quizapp.core.marking import LateStep
from quizapp.core.quiz_contents import Contents, FixedQuestion, Section, one_rule
from quizapp.core.quiz_presets import PRESETS
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import AttemptEvent, Quiz, User
from quizapp.operations import quizzes
from tests.taught import Taught

DAY = timedelta(days=1)


class Draft:
    """A quiz that ada is making of a set of four facts, in an application context."""

    def __init__(self, made, ada, preset="practice"):
        self.set, self.ada, self.id = made, ada, new_row_id()
        self.create(preset)

    def create(self, preset="practice", owner=None):
        owner = owner or self.ada
        return run_tx(
            lambda: quizzes.create_quiz(
                self.id,
                owner_id=owner.user_id,
                learner_id=owner.learner_id,
                title="Rivers of Asia",
                question_set_id=self.set.id,
                preset=preset,
                now=clock.now(),
            )
        )

    @property
    def quiz(self):
        return db.session.get(Quiz, self.id, populate_existing=True)

    def save(self, *, version=None, **values):
        version = self.quiz.version if version is None else version
        wanted = replace(quizzes.settings_of(self.quiz), **values)
        run_tx(
            lambda: quizzes.change_settings(self.id, wanted, version, clock.now(), user_id=self.ada.user_id)
        )

    def ask(self, contents, version=None):
        version = self.quiz.version if version is None else version
        return run_tx(lambda: quizzes.change_contents(self.id, contents, version))

    def publish(self):
        run_tx(lambda: quizzes.publish_quiz(self.id))

    def fixed(self, *places):
        return tuple(FixedQuestion(self.set.facts[place].questions["choice"]) for place in places)


@pytest.fixture
def draft(app, make, cast, frozen):
    made = make.question_set(facts=4)
    with app.app_context():
        yield Draft(made, cast.ada)


def test_a_new_quiz_is_a_draft_that_draws_what_its_set_has(draft, cast):
    quiz = draft.quiz
    assert (quiz.kind, quiz.state, quiz.version) == ("taught", "draft", 1)
    assert (quiz.owner_id, quiz.made_by) == (cast.ada.user_id, cast.ada.learner_id)
    assert quiz.rule == one_rule(4, draft.set.id)
    assert quiz.question_count == 4


@pytest.mark.parametrize("preset", list(PRESETS))
def test_a_new_quiz_has_the_rules_of_its_preset(app, make, cast, preset):
    made = make.question_set(facts=1)
    with app.app_context():
        settings = quizzes.settings_of(Draft(made, cast.ada, preset).quiz)
    assert {name: getattr(settings, name) for name in PRESETS[preset].values} == PRESETS[preset].values


def test_a_form_sent_twice_makes_one_quiz_and_an_id_of_others_makes_none(draft, cast):
    assert draft.create()
    assert not draft.create(owner=cast.olga)
    assert draft.quiz.owner_id == cast.ada.user_id


def test_a_set_without_questions_makes_a_quiz_without_any(app, make, cast):
    made = make.question_set(facts=0)
    with app.app_context():
        assert Draft(made, cast.ada).quiz.rule == Contents(())


def test_settings_come_back_as_they_were_given(draft):
    now = clock.now()
    given = replace(
        quizzes.settings_of(draft.quiz),
        title="Rivers and lakes",
        password="oak",
        time_limit_seconds=1800,
        opens_at=now + DAY,
        due_at=now + 2 * DAY,
        closes_at=now + 9 * DAY,
        late_steps=(LateStep(24, 80), LateStep(48, 50)),
        wait_seconds=3600,
        negative_percent=25,
        shows=ALL_AFTER_CLOSE,
        extra_time_percent=10,
    )
    run_tx(lambda: quizzes.change_settings(draft.id, given, 1, now))
    assert quizzes.settings_of(draft.quiz) == given
    assert draft.quiz.version == 2


def test_whoever_opened_an_older_version_does_not_overwrite(draft):
    draft.save(title="First")
    with pytest.raises(quizzes.ChangedMeanwhileError) as problem:
        draft.save(version=1, title="Second")
    assert problem.value.version == draft.quiz.version == 2
    with pytest.raises(quizzes.ChangedMeanwhileError):
        draft.ask(one_rule(2, draft.set.id), version=1)
    assert draft.quiz.title == "First"


def test_what_contradicts_itself_is_not_saved_even_in_a_draft(draft):
    with pytest.raises(quizzes.UnfitError) as problem:
        draft.save(certainty=True, negative_percent=10)
    assert [one.field for one in problem.value.problems] == ["negative_percent"]
    assert draft.quiz.version == 1


def test_a_draft_may_lack_what_a_published_quiz_must_have(draft):
    draft.save(shows=ALL_AFTER_CLOSE)
    with pytest.raises(quizzes.UnfitError):
        draft.publish()
    draft.save(closes_at=clock.now() + DAY)
    draft.publish()
    with pytest.raises(quizzes.UnfitError):
        draft.save(closes_at=None)
    with pytest.raises(quizzes.UnfitError):
        draft.ask(Contents(()))
    assert draft.quiz.state == "published"


def test_contents_are_counted_and_bring_a_new_version(draft):
    contents = Contents((Section("All", (*draft.fixed(0, 1), *one_rule(2, draft.set.id).rules)),))
    assert draft.ask(contents) == 2
    assert (draft.quiz.rule, draft.quiz.question_count) == (contents, 4)


def test_too_many_questions_are_refused(draft):
    crowd = Contents((Section("", (*one_rule(200, draft.set.id).rules, *draft.fixed(0))),))
    with pytest.raises(quizzes.UnfitError):
        draft.ask(crowd)


def test_it_becomes_a_draft_again_only_while_no_learner_began(app, make, cast, frozen):
    taught = Taught(app, make, cast)
    with app.app_context():
        run_tx(lambda: quizzes.unpublish_quiz(taught.id))
        assert db.session.get(Quiz, taught.id).state == "draft"
        run_tx(lambda: db.session.execute(sa.update(Quiz).values(state="published")))
    taught.start(taught.join(cast.ada), is_preview=True)
    with app.app_context():
        run_tx(lambda: quizzes.unpublish_quiz(taught.id))
        run_tx(lambda: db.session.execute(sa.update(Quiz).values(state="published")))
    taught.start(taught.join(cast.ben))
    with app.app_context():
        with pytest.raises(quizzes.AttemptedError):
            run_tx(lambda: quizzes.unpublish_quiz(taught.id))
        assert quizzes.count_attempts(taught.id) == 1
        assert quizzes.count_attempts(taught.id, AttemptState.CLOSED) == 0


def test_archived_it_stays_with_all_it_has_and_can_be_published_again(draft):
    draft.publish()
    run_tx(lambda: quizzes.archive_quiz(draft.id))
    assert draft.quiz.state == "archived"
    draft.publish()
    assert (draft.quiz.state, draft.quiz.rule.count) == ("published", 4)


def test_a_copy_is_a_draft_with_the_same_questions_and_rules_but_no_dates_link_or_owner_of_before(
    draft, cast
):
    draft.save(
        time_limit_seconds=900,
        opens_at=clock.now(),
        due_at=clock.now() + DAY,
        closes_at=clock.now() + DAY,
        password="oak",
    )
    draft.ask(Contents((Section("Fixed", draft.fixed(0, 2)),)))
    run_tx(lambda: quizzes.share_quiz(draft.id))
    draft.publish()
    new_id = new_row_id()
    for _ in range(2):
        run_tx(
            lambda: quizzes.duplicate_quiz(
                draft.id,
                new_id,
                owner_id=cast.olga.user_id,
                learner_id=cast.olga.learner_id,
                now=clock.now(),
            )
        )
    copy = db.session.get(Quiz, new_id)
    assert (copy.state, copy.version, copy.share_key, copy.owner_id) == ("draft", 1, None, cast.olga.user_id)
    own = {"title": "Copy of Rivers of Asia", "opens_at": None, "due_at": None, "closes_at": None}
    assert quizzes.settings_of(copy) == replace(quizzes.settings_of(draft.quiz), **own)
    assert copy.rule == draft.quiz.rule


def test_an_earlier_close_and_extra_time_reach_attempts_that_go_on(app, make, cast, frozen):
    taught = Taught(app, make, cast)
    ben = taught.join(cast.ben)
    attempt_id = taught.start(ben)

    def save(**values):
        with app.app_context():
            quiz = db.session.get(Quiz, taught.id)
            wanted = replace(quizzes.settings_of(quiz), **values)
            version = quiz.version
            # The quiz of this test asks nothing by itself.
            run_tx(lambda: db.session.execute(sa.update(Quiz).values(state="archived")))
            run_tx(
                lambda: quizzes.change_settings(
                    taught.id, wanted, version, clock.now(), user_id=cast.ada.user_id
                )
            )

    save(extra_time_percent=50)
    assert taught.row(ben, attempt_id)["deadline_at"] == frozen.moment + timedelta(minutes=45)
    save(closes_at=frozen.moment + timedelta(minutes=10))
    assert taught.row(ben, attempt_id)["deadline_at"] == frozen.moment + timedelta(minutes=10)
    with app.app_context():
        told = db.session.execute(
            sa.select(AttemptEvent.user_id).where(AttemptEvent.kind == "extra-time")
        ).scalars()
        assert set(told) == {cast.ada.user_id}


def test_what_is_shown_when_moves_the_release_of_attempts_that_ended(app, make, cast, frozen):
    taught = Taught(app, make, cast)
    ben = taught.join(cast.ben)
    attempt_id = taught.finished(ben)
    planned = taught.row(ben, attempt_id)["releases_at"]
    frozen.moment += timedelta(minutes=5)
    with app.app_context():
        run_tx(lambda: db.session.execute(sa.update(Quiz).values(state="archived")))
        quiz = db.session.get(Quiz, taught.id)
        wanted = replace(quizzes.settings_of(quiz), shows=AFTER_THE_ATTEMPT)
        version = quiz.version
        run_tx(lambda: quizzes.change_settings(taught.id, wanted, version, clock.now()))
    assert planned > frozen.moment
    assert taught.row(ben, attempt_id)["releases_at"] == frozen.moment


def test_put_away_a_quiz_keeps_the_close_for_which_its_attempts_wait(app, make, cast, frozen):
    taught = Taught(app, make, cast)
    ben = taught.join(cast.ben)
    attempt_id = taught.finished(ben)
    before = taught.row(ben, attempt_id)
    with app.app_context():
        run_tx(lambda: db.session.execute(sa.update(Quiz).values(state="archived")))
        quiz = db.session.get(Quiz, taught.id)
        wanted = replace(quizzes.settings_of(quiz), shows=ALL_AFTER_CLOSE, due_at=None, closes_at=None)
        version = quiz.version
        with pytest.raises(quizzes.UnfitError):
            run_tx(lambda: quizzes.change_settings(taught.id, wanted, version, clock.now()))
    assert taught.row(ben, attempt_id) == before


def test_other_settings_leave_attempts_alone(app, make, cast, frozen):
    taught = Taught(app, make, cast)
    ben = taught.join(cast.ben)
    attempt_id = taught.start(ben)
    before = taught.row(ben, attempt_id)
    with app.app_context():
        run_tx(lambda: db.session.execute(sa.update(Quiz).values(state="archived")))
        quiz = db.session.get(Quiz, taught.id)
        wanted = replace(
            quizzes.settings_of(quiz), time_limit_seconds=60, negative_percent=50, title="Another"
        )
        version = quiz.version
        run_tx(lambda: quizzes.change_settings(taught.id, wanted, version, clock.now()))
    assert taught.row(ben, attempt_id) == before


def test_the_list_holds_own_quizzes_with_their_numbers_and_all_for_an_administrator(app, make, cast, frozen):
    taught = Taught(app, make, cast)
    taught.start(taught.join(cast.ben))
    taught.finished(taught.join(cast.cleo))
    taught.start(cast.ada.learner_id, is_preview=True)
    other = make.person("gil", "instructor")
    with app.app_context():
        Draft(taught.set, other)
        (entry,) = quizzes.list_taught_quizzes(db.session.get(User, cast.ada.user_id))
        assert (entry.quiz.id, entry.takers, entry.open_attempts, entry.closed_attempts) == (
            taught.id,
            2,
            1,
            1,
        )
        everything = quizzes.list_taught_quizzes(db.session.get(User, cast.olga.user_id))
        assert {(one.quiz.title, one.owner) for one in everything} == {
            ("Two on rivers", "Ada"),
            ("Rivers of Asia", "Gil"),
        }


def test_archived_quizzes_stand_last(draft, frozen):
    first = draft.id
    frozen.moment += DAY
    newer = Draft(draft.set, draft.ada)
    run_tx(lambda: quizzes.archive_quiz(newer.id))
    listed = quizzes.list_taught_quizzes(db.session.get(User, draft.ada.user_id))
    assert [one.quiz.id for one in listed] == [first, newer.id]


def test_personal_quizzes_are_not_among_them(app, make, cast, draft):
    with app.app_context():
        mine = Quiz(
            question_set_id=draft.set.id,
            made_by=cast.ada.learner_id,
            title="Own",
            question_count=1,
            created_at=clock.now(),
        )
        db.session.add(mine)
        db.session.commit()
        listed = quizzes.list_taught_quizzes(db.session.get(User, cast.ada.user_id))
    assert [one.quiz.title for one in listed] == ["Rivers of Asia"]


def test_practice_can_be_checked_on_the_way(draft):
    assert quizzes.settings_of(draft.quiz).shows == AT_ONCE
