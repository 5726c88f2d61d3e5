"""Question sets of instructors: what saving, importing and publishing leave behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from quizapp import clock
from quizapp.core.memory import Rating
from quizapp.core.writing import Draft, DraftError, DraftOption
from quizapp.database import db, new_row_id, run_tx
from quizapp.formats.paste import read_lines
from quizapp.models import (
    Deck,
    Fact,
    FactNeighbour,
    FactRevision,
    Learner,
    Question,
    QuestionFact,
    QuestionRevision,
    User,
)
from quizapp.models.question_sets import find_set
from quizapp.operations import question_sets as sets
from quizapp.operations import study
from quizapp.operations.quizzes.making import count_stock
from quizapp.operations.study.faces import load_faces

SHORT = Draft(type="short", stem="Which river flows through Vienna?", response="Danube")
CHOICE = Draft(
    type="choice",
    stem="Which river of Asia is the longest?",
    right=DraftOption("Yangtze"),
    wrong=(DraftOption("Mekong"), DraftOption("Ganges")),
)


@pytest.fixture
def ada(cast, app):
    """Ada, with the application at hand."""
    with app.app_context():
        yield cast.ada


def new_set(owner, title="Rivers of Asia", **words):
    now = clock.now()
    return run_tx(lambda: sets.create_set(owner.user_id, sets.Description(title, **words), now).slug)


def save(slug, draft, key=None, seen=""):
    key = key or sets.new_key()
    run_tx(lambda: sets.save_question(find_set(slug), draft, key=key, seen=seen, now=clock.now()))
    return key


def count(table):
    return db.session.execute(select(func.count()).select_from(table)).scalar_one()


def revisions_of(slug, key):
    """Return the numbers of the current revisions of the fact and of the question."""
    return db.session.execute(
        select(Fact.revision, Question.revision)
        .join(QuestionFact, QuestionFact.fact_id == Fact.id)
        .join(Question, Question.id == QuestionFact.question_id)
        .where(Fact.key == key)
    ).one()


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Rivers of Asia", "rivers-of-asia"),
        ("  Flüsse & Seen!  ", "flusse-seen"),
        ("Реки", "set"),
        ("new", "new-2"),
        ("x" * 200, "x" * 72),
    ],
)
def test_the_address_of_a_set_comes_from_its_title(ada, title, slug):
    assert new_set(ada, title) == slug


def test_sets_of_one_title_are_told_apart_by_a_number(ada):
    assert [new_set(ada) for _ in range(3)] == ["rivers-of-asia", "rivers-of-asia-2", "rivers-of-asia-3"]


def test_a_bank_keeps_its_name(ada, make):
    make.question_set("rivers")

    assert new_set(ada, "Rivers") == "rivers-2"


def test_a_new_question_brings_its_fact(ada):
    slug = new_set(ada, topics=("length",))

    key = save(slug, replace(CHOICE, topic="length"))

    question_set = find_set(slug)
    written = sets.find_written(question_set, key)
    fact = db.session.execute(select(Fact).where(Fact.key == key)).scalar_one()
    content = db.session.get_one(FactRevision, (fact.id, 1)).content
    assert (fact.topic, fact.standing, fact.treatment, fact.question_set_id) == (
        "length",
        "documented",
        "plain",
        question_set.id,
    )
    assert (content["ask"], content["key_text"]) == (CHOICE.stem, "Yangtze")
    assert written.question.id == f"{slug}/{key}/choice"
    assert db.session.get_one(QuestionFact, (written.question_id, fact.id)).position == 0


def test_questions_stand_in_the_order_in_which_they_were_written(ada):
    slug = new_set(ada)
    keys = [save(slug, SHORT), save(slug, CHOICE)]
    run_tx(lambda: sets.remove_question(find_set(slug), keys[0], clock.now()))
    keys.append(save(slug, replace(SHORT, stem="Which river flows through Cairo?", response="Nile")))

    assert [written.key for written in sets.list_written(find_set(slug))] == keys


def test_the_same_form_sent_twice_saves_one_question(ada):
    slug = new_set(ada)
    key = save(slug, SHORT)

    saved = run_tx(lambda: sets.save_question(find_set(slug), SHORT, key=key, seen="", now=clock.now()))

    assert not saved.is_changed
    assert count(Question) == count(Fact) == count(QuestionRevision) == 1


def test_an_edit_of_what_is_asked_makes_new_revisions_and_keeps_the_old(ada):
    slug = new_set(ada)
    key = save(slug, SHORT)

    save(slug, replace(SHORT, response="Danube River"), key, "1")

    fact = db.session.execute(select(Fact).where(Fact.key == key)).scalar_one()
    assert revisions_of(slug, key) == (2, 2)
    assert db.session.get_one(FactRevision, (fact.id, 1)).content["key_text"] == "Danube"
    assert db.session.get_one(FactRevision, (fact.id, 2)).content["key_text"] == "Danube River"


def test_an_edit_of_the_wrong_options_alone_leaves_the_fact_as_learners_know_it(ada):
    slug = new_set(ada)
    key = save(slug, CHOICE)

    save(slug, replace(CHOICE, wrong=(*CHOICE.wrong, DraftOption("Lena"))), key, "1")

    assert revisions_of(slug, key) == (1, 2)


def test_saving_without_a_change_makes_no_revision(ada):
    slug = new_set(ada)
    key = save(slug, CHOICE)

    save(slug, CHOICE, key, "1")

    assert revisions_of(slug, key) == (1, 1)


def test_a_new_topic_reaches_fact_and_question(ada):
    slug = new_set(ada, topics=("europe",))
    key = save(slug, SHORT)

    save(slug, replace(SHORT, topic="europe"), key, "1")

    fact = db.session.execute(select(Fact).where(Fact.key == key)).scalar_one()
    question = db.session.execute(select(Question)).scalar_one()
    assert fact.topic == question.topic == "europe"
    assert revisions_of(slug, key) == (1, 2)


def test_who_edits_what_somebody_else_saved_is_told_so(ada):
    slug = new_set(ada)
    key = save(slug, SHORT)
    save(slug, replace(SHORT, also=("Donau",)), key, "1")

    with pytest.raises(sets.ConflictError) as caught:
        save(slug, replace(SHORT, response="Duna"), key, "1")

    assert caught.value.current.version == "2"
    assert caught.value.current.question.accept == ("Danube", "Donau")
    assert count(QuestionRevision) == 2


def test_who_edits_what_somebody_else_removed_is_told_so_and_may_bring_it_back(ada):
    slug = new_set(ada)
    key = save(slug, SHORT)
    run_tx(lambda: sets.remove_question(find_set(slug), key, clock.now()))

    with pytest.raises(sets.ConflictError) as caught:
        save(slug, SHORT, key, "1")
    save(slug, SHORT, key, caught.value.current.version)

    assert not sets.find_written(find_set(slug), key).is_removed
    assert revisions_of(slug, key) == (1, 1)


def test_a_question_that_contradicts_another_one_is_refused(ada):
    slug = new_set(ada)
    save(slug, SHORT)

    with pytest.raises(DraftError) as caught:
        save(slug, replace(SHORT, response="Wien"))

    assert caught.value.problems[0].field == "stem"
    assert count(Question) == count(Fact) == 1


def test_an_unknown_question_cannot_be_edited(ada):
    slug = new_set(ada)

    with pytest.raises(sets.UnknownQuestionError):
        save(slug, SHORT, sets.new_key(), "1")


def test_the_question_of_another_set_is_unknown(ada):
    slug, other = new_set(ada), new_set(ada)
    key = save(other, SHORT)

    assert sets.find_written(find_set(slug), key) is None
    with pytest.raises(sets.UnknownQuestionError):
        run_tx(lambda: sets.remove_question(find_set(slug), key, clock.now()))


def test_a_removed_question_is_retired_with_its_fact_and_comes_back_as_it_was(ada):
    slug = new_set(ada)
    key = save(slug, SHORT)
    now = clock.now()

    run_tx(lambda: sets.remove_question(find_set(slug), key, now))
    retired = (
        db.session.execute(select(Fact.retired_at)).scalar_one(),
        db.session.execute(select(Question.retired_at)).scalar_one(),
    )
    run_tx(lambda: sets.restore_question(find_set(slug), key, now))

    assert retired == (now, now)
    assert db.session.execute(select(Fact.retired_at)).scalar_one() is None
    assert not sets.find_written(find_set(slug), key).is_removed


def neighbours():
    """Return the keys of facts that are confused with each other, once for each direction."""
    other = aliased(Fact)
    return set(
        db.session.execute(
            select(Fact.key, other.key)
            .join(FactNeighbour, FactNeighbour.fact_id == Fact.id)
            .join(other, other.id == FactNeighbour.neighbour_id)
        )
    )


def test_what_is_easily_confused_follows_the_questions(ada):
    slug = new_set(ada)
    niger = save(slug, replace(SHORT, stem="Niamey lies in which country?", response="Niger"))
    nigeria = save(slug, replace(SHORT, stem="Of which state is Abuja the capital?", response="Nigeria"))
    save(slug, CHOICE)
    both = {(niger, nigeria), (nigeria, niger)}
    assert neighbours() == both

    run_tx(lambda: sets.remove_question(find_set(slug), nigeria, clock.now()))
    assert neighbours() == set()
    run_tx(lambda: sets.restore_question(find_set(slug), nigeria, clock.now()))
    assert neighbours() == both
    save(
        slug,
        replace(SHORT, stem="Of which state is Abuja the capital?", response="The federation"),
        nigeria,
        "1",
    )
    assert neighbours() == set()


def test_new_facts_are_introduced_in_the_order_in_which_they_were_written(ada):
    slug = new_set(ada)
    keys = [save(slug, replace(SHORT, stem=f"Which river flows through town {n}?")) for n in (1, 2, 3)]

    rows = db.session.execute(select(Fact.key, Fact.introduced).order_by(Fact.introduced))
    assert rows.all() == [(key, place) for place, key in enumerate(keys)]


def test_a_question_that_comes_back_is_new_to_whoever_has_begun_all_the_others(ada, cast):
    slug = new_set(ada)
    removed = save(slug, SHORT)
    save(slug, CHOICE)
    deck = (cast.ben.learner_id, find_set(slug).id)
    run_tx(lambda: sets.remove_question(find_set(slug), removed, clock.now()))

    def begin():
        study.add_deck(*deck, clock.now())
        learner = db.session.get_one(Learner, cast.ben.learner_id)
        for fact_id in db.session.execute(select(Fact.id).where(Fact.retired_at.is_(None))).scalars():
            given = study.Given(
                id=new_row_id(),
                fact_id=fact_id,
                form="flashcard",
                source="study",
                at=clock.now(),
                rating=Rating.GOOD,
            )
            study.record_review(learner, given)

    def count_new():
        learner = db.session.get_one(Learner, cast.ben.learner_id, populate_existing=True)
        row = db.session.get_one(Deck, deck, populate_existing=True)
        return study.load_session(learner, [(deck[1], row)], clock.now()).counts.new

    run_tx(begin)
    assert count_new() == 0
    run_tx(lambda: sets.restore_question(find_set(slug), removed, clock.now()))
    assert count_new() == 1
    save(slug, replace(SHORT, stem="Which river flows through Budapest?"))
    assert count_new() == 2


def test_a_question_that_comes_back_is_looked_for_by_decks_that_had_gone_past_it(ada, cast):
    slug = new_set(ada)
    key = save(slug, SHORT)
    save(slug, CHOICE)
    deck = (cast.ben.learner_id, find_set(slug).id)
    run_tx(lambda: study.add_deck(*deck, clock.now()))

    def go_on():
        db.session.get_one(Deck, deck).new_from = 2

    run_tx(lambda: sets.remove_question(find_set(slug), key, clock.now()))
    run_tx(go_on)
    run_tx(lambda: sets.restore_question(find_set(slug), key, clock.now()))

    assert db.session.get_one(Deck, deck, populate_existing=True).new_from == 0


def test_a_question_does_not_come_back_against_one_that_contradicts_it(ada):
    slug = new_set(ada)
    key = save(slug, SHORT)
    run_tx(lambda: sets.remove_question(find_set(slug), key, clock.now()))
    save(slug, replace(SHORT, response="Wien"))

    with pytest.raises(DraftError):
        run_tx(lambda: sets.restore_question(find_set(slug), key, clock.now()))

    assert sets.find_written(find_set(slug), key).is_removed


def test_a_set_without_questions_is_not_published(ada):
    slug = new_set(ada)

    with pytest.raises(sets.EmptySetError):
        run_tx(lambda: sets.publish(find_set(slug), clock.now()))

    assert find_set(slug).state == "draft"


def test_a_set_is_published_taken_back_put_away_and_published_again(ada):
    slug = new_set(ada)
    save(slug, SHORT)
    now = clock.now()

    states = []
    for step, change in enumerate((sets.publish, sets.unpublish, sets.archive, sets.publish)):
        moment = now + timedelta(days=step)
        run_tx(lambda change=change, moment=moment: change(find_set(slug), moment))
        states.append(find_set(slug).state)

    assert states == ["published", "draft", "archived", "published"]
    assert find_set(slug).published_at == now


def test_a_published_set_keeps_its_last_question(ada):
    slug = new_set(ada)
    key = save(slug, SHORT)
    run_tx(lambda: sets.publish(find_set(slug), clock.now()))

    with pytest.raises(sets.LastQuestionError):
        run_tx(lambda: sets.remove_question(find_set(slug), key, clock.now()))

    assert not sets.find_written(find_set(slug), key).is_removed


def test_a_description_changes_and_the_address_stays(ada):
    slug = new_set(ada)

    run_tx(
        lambda: sets.describe(find_set(slug), sets.Description("Lakes", "About.", ("a",), "de"), clock.now())
    )

    found = find_set(slug)
    assert (found.title, found.about, found.topics, found.language) == ("Lakes", "About.", ["a"], "de")


def test_a_topic_that_questions_have_does_not_go(ada):
    slug = new_set(ada, topics=("europe", "asia"))
    save(slug, replace(SHORT, topic="europe"))

    with pytest.raises(sets.TopicInUseError) as caught:
        run_tx(
            lambda: sets.describe(find_set(slug), sets.Description("Lakes", topics=("asia",)), clock.now())
        )

    assert (caught.value.topic, caught.value.count) == ("europe", 1)
    assert find_set(slug).title == "Rivers of Asia"


def test_lines_become_short_questions_with_their_facts(ada):
    slug = new_set(ada)
    rows = read_lines(
        "Which river flows through Vienna?\tDanube\tDonau|Duna\nThe capital of Peru?\tLima"
    ).rows

    lines = run_tx(lambda: sets.import_rows(find_set(slug), rows, "", clock.now()))

    written = sets.list_written(find_set(slug))
    facts = db.session.execute(select(FactRevision.content)).scalars().all()
    assert [line.problem for line in lines] == ["", ""]
    assert [(one.question.type, one.question.accept) for one in written] == [
        ("short", ("Danube", "Donau", "Duna")),
        ("short", ("Lima",)),
    ]
    assert all(fact["flashcard"] for fact in facts)


def test_lines_sent_twice_are_brought_in_once(ada):
    slug = new_set(ada)
    rows = read_lines("The capital of Peru?\tLima").rows

    for _ in range(2):
        lines = run_tx(lambda: sets.import_rows(find_set(slug), rows, "", clock.now()))

    assert lines[0].problem == "The set has this question already."
    assert count(Question) == 1


def test_a_line_with_a_flaw_stays_out_and_the_others_come_in(ada):
    slug = new_set(ada)
    save(slug, SHORT)
    rows = read_lines(
        "Is Lima the capital of Peru?\tLima\nWhich river flows through Vienna?\tWien\nThe capital of Chile?\tSantiago"
    ).rows

    lines = run_tx(lambda: sets.import_rows(find_set(slug), rows, "", clock.now()))

    assert [bool(line.problem) for line in lines] == [True, True, False]
    assert count(Question) == 2


def test_a_full_set_takes_nothing_more(ada, monkeypatch):
    monkeypatch.setattr("quizapp.operations.question_sets.questions.MAX_QUESTIONS", 2)
    slug = new_set(ada)
    save(slug, SHORT)
    rows = read_lines("The capital of Peru?\tLima\nThe capital of Chile?\tSantiago").rows

    with pytest.raises(sets.FullSetError):
        run_tx(lambda: sets.import_rows(find_set(slug), rows, "", clock.now()))

    assert count(Question) == 1


def test_what_was_written_can_be_studied_and_drawn_for_a_quiz(ada):
    slug = new_set(ada, topics=("europe",))
    judged = save(slug, Draft(type="true-false", stem="The Po flows into the Adriatic Sea.", is_true=True))
    turned = save(slug, replace(CHOICE, topic="europe"))
    removed = save(slug, SHORT)
    run_tx(lambda: sets.remove_question(find_set(slug), removed, clock.now()))

    stock = count_stock(find_set(slug).id)
    ids = db.session.execute(select(Fact.id).order_by(Fact.position)).scalars().all()
    faces = {face.key: face for face in load_faces(None, ids, clock.now())}

    assert stock.plain == {"": 1, "europe": 1}
    assert faces[judged].asked.question.stem == "The Po flows into the Adriatic Sea."
    assert faces[turned].asked is None
    assert faces[turned].content["key_text"] == "Yangtze"


def test_an_instructor_lists_own_sets_and_an_administrator_those_of_all(ada, cast, make):
    make.question_set("bank")
    slug = new_set(ada)
    save(slug, SHORT)

    own = sets.list_own_sets(db.session.get_one(User, ada.user_id))
    all_of_them = sets.list_own_sets(db.session.get_one(User, cast.olga.user_id))
    none = sets.list_own_sets(db.session.get_one(User, cast.cleo.user_id))

    assert [(one.slug, one.questions, one.owner) for one in own] == [(slug, 1, "Ada")]
    assert [one.slug for one in all_of_them] == [slug]
    assert none == []


@pytest.mark.parametrize(
    ("typed", "topic"),
    [("Main rivers", "main-rivers"), (" Flüsse_Seen ", "flüsse-seen"), ("Реки", "реки"), ("!", "")],
)
def test_a_topic_keeps_letters_of_any_script(typed, topic):
    assert sets.topic_of(typed) == topic
