"""Questions in the player: ten types, each graded once by the server, every fact that is settled reviewed, and told why."""

from __future__ import annotations

import itertools
import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from quizapp.database import db, new_row_id
from quizapp.models import Card, CardMark, Learner, Question, QuestionRevision, Review
from tests.factories import other_key
from tests.forms import post
from tests.histories import attempt
from tests.studying import (
    begin,
    card_form,
    change_learner,
    fact_of,
    first_card,
    make_graded,
    only_ask,
    options_of,
    respond,
    response_to,
    want_form,
)

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Cast, Factory, MadeSet

TYPES = (
    "choice",
    "true-false",
    "short",
    "cloze",
    "date",
    "numeric",
    "multiple",
    "ordering",
    "matching",
    "map",
)


@pytest.fixture
def made(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set(facts=5, fictional=1)


@pytest.fixture
def ten(make: Factory, frozen: Clock) -> MadeSet:
    return make.ten_types()


@pytest.fixture
def guest(make: Factory, frozen: Clock) -> uuid.UUID:
    return make.guest()


@pytest.fixture
def tab(make: Factory, guest: uuid.UUID) -> FlaskClient:
    return make.browser_of_guest(guest)


def study_set(make: Factory, guest: uuid.UUID, made: MadeSet) -> None:
    make.deck(guest, made)


def reviews(app: Flask) -> list[Review]:
    with app.app_context():
        rows = list(db.session.execute(select(Review).order_by(Review.fact_id)).scalars())
        db.session.expunge_all()
        return rows


def ask(app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet, kind: str, frozen: Clock) -> str:
    """Have every fact of a set due, and return the page that asks the first of them that has a question of this type."""
    begin(app, guest, [fact.id for fact in made.facts], frozen.moment)
    frozen.moment += timedelta(days=30)
    fact = next(fact for fact in made.facts if kind in fact.questions)
    want_form(app, guest, fact.id, kind)
    with app.app_context():
        db.session.execute(sa.delete(Review))
        db.session.commit()
    page = tab.get(f"/study/{made.slug}/?card={fact.id}").text
    assert fact_of(page) == str(fact.id)
    return page


@pytest.mark.parametrize("kind", TYPES)
def test_each_type_is_asked_graded_and_told(
    app: Flask,
    make: Factory,
    tab: FlaskClient,
    guest: uuid.UUID,
    ten: MadeSet,
    kind: str,
    frozen: Clock,
) -> None:
    study_set(make, guest, ten)
    page = ask(app, tab, guest, ten, kind, frozen)
    assert 'data-kind="question"' in first_card(page)
    form = card_form(page)
    for how, verdict in (("right", "Right"), ("wrong", "Not this time")):
        review_id = new_row_id()
        told = respond(tab, page, {**response_to(app, form["question"], how), "review": str(review_id)})
        assert told.status_code == 200
        assert f"<title>{verdict} ·" in told.text
        assert f"Explained for {kind}." in told.text or kind in ("choice", "true-false")
        assert "A test, first sentence" in told.text
        row = next(row for row in reviews(app) if row.id == review_id)
        assert (row.form, row.source, row.is_right, row.rating) == (kind, "study", how == "right", None)
        assert row.question_revision == 1


def test_every_fact_that_is_settled_becomes_a_review_of_its_own(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, ten: MadeSet, frozen: Clock
) -> None:
    study_set(make, guest, ten)
    page = ask(app, tab, guest, ten, "matching", frozen)
    form = card_form(page)
    told = respond(tab, page, response_to(app, form["question"], "right")).text
    rows = reviews(app)
    first = uuid.UUID(form["review"])
    assert {row.id for row in rows} == {first, uuid.uuid5(first, "1"), uuid.uuid5(first, "2")}
    assert {row.guess for row in rows} == {0.25}
    assert sum(row.duration_ms for row in rows) == 0
    assert re.search(r"Danube</a>:\s+right; back in \d+ (days|months)", told)


def test_what_a_response_does_not_settle_is_said_and_comes_again_after_the_others(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, ten: MadeSet, frozen: Clock
) -> None:
    study_set(make, guest, ten)
    page = ask(app, tab, guest, ten, "matching", frozen)
    fields = dict(itertools.islice(response_to(app, card_form(page)["question"], "right").items(), 1, 2))
    told = respond(tab, page, fields).text
    assert "Partly right" in told
    assert told.count("your response does not say") == 2
    assert "this one comes again after the others" in told
    assert len(reviews(app)) == 1
    assert fact_of(tab.get("/study/ten/").text) != fact_of(page)
    with app.app_context():
        mark = db.session.get_one(CardMark, (guest, uuid.UUID(fact_of(page))))
        assert mark.skipped_on == frozen.moment.date()


def test_sent_twice_it_is_told_twice_and_recorded_once(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, ten: MadeSet, frozen: Clock
) -> None:
    study_set(make, guest, ten)
    page = ask(app, tab, guest, ten, "ordering", frozen)
    fields = response_to(app, card_form(page)["question"], "right")
    first, second = (respond(tab, page, fields, as_json=True).json for _ in range(2))
    assert len(reviews(app)) == 3
    assert "Right" in first["told"]
    assert "Right" in second["told"]
    wrong = response_to(app, card_form(page)["question"], "wrong")
    answer = respond(tab, page, wrong, as_json=True)
    assert (answer.status_code, answer.json["state"]) == (409, "conflict")
    assert len(reviews(app)) == 3


@pytest.mark.parametrize("kind", TYPES)
def test_nothing_given_leaves_the_card_and_says_what_to_do(
    app: Flask,
    make: Factory,
    tab: FlaskClient,
    guest: uuid.UUID,
    ten: MadeSet,
    kind: str,
    frozen: Clock,
) -> None:
    study_set(make, guest, ten)
    page = ask(app, tab, guest, ten, kind, frozen)
    answer = respond(tab, page, {})
    assert answer.status_code == 422
    assert "first; the card is still there." in answer.text
    form = card_form(page)
    again = card_form(answer.text)
    for name in ("review", "fact", "question", "question_revision", "turn"):
        assert again[name] == form[name]
    by_script = respond(tab, page, {}, as_json=True)
    assert (by_script.status_code, by_script.json["state"]) == (422, "empty")
    assert form["review"] in by_script.json["card"]
    assert reviews(app) == []


def test_where_an_error_stands_does_not_tell_what_comes_first(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, ten: MadeSet, frozen: Clock
) -> None:
    study_set(make, guest, ten)
    page = ask(app, tab, guest, ten, "ordering", frozen)
    places = set()
    for turn in range(9):
        again = first_card(respond(tab, page, {"turn": str(turn)}).text)
        places.update(re.findall(r'id="(place-[^"]+)-error"', again))
        assert (
            re.findall(r'id="(place-[^"]+)-error"', again) == re.findall(r'name="(place-[^"]+)"', again)[:1]
        )
    assert len(places) > 1


def test_what_cannot_be_read_comes_back_as_it_was_typed(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, ten: MadeSet, frozen: Clock
) -> None:
    study_set(make, guest, ten)
    page = ask(app, tab, guest, ten, "date", frozen)
    answer = respond(tab, page, {"day": "31", "month": "2", "year": "2014"})
    assert answer.status_code == 422
    assert "31 February 2014 does not exist" in answer.text
    assert 'value="31"' in first_card(answer.text)
    assert 'value="2014"' in first_card(answer.text)
    assert "Not this time" not in answer.text


def change_question(app: Flask, kind: str, **words: Any) -> None:
    with app.app_context():
        rows = db.session.execute(
            select(QuestionRevision)
            .join(Question, Question.id == QuestionRevision.question_id)
            .where(Question.type == kind)
        ).scalars()
        for row in rows:
            row.content = {**row.content, **words}
        db.session.commit()


def test_a_name_between_two_is_asked_for_again(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, ten: MadeSet, frozen: Clock
) -> None:
    study_set(make, guest, ten)
    change_question(app, "short", accept=["Niger"], others=["Nigeria"])
    page = ask(app, tab, guest, ten, "short", frozen)
    answer = respond(tab, page, {"text": "Nigeri"})
    assert answer.status_code == 422
    assert "Did you mean" in answer.text
    assert 'value="Nigeri"' in answer.text
    assert reviews(app) == []


def test_what_is_neither_right_nor_wrong_is_explained_and_the_session_moves_on(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, ten: MadeSet, frozen: Clock
) -> None:
    study_set(make, guest, ten)
    change_question(app, "short", neutral=["Malmö"])
    page = ask(app, tab, guest, ten, "short", frozen)
    answer = respond(tab, page, {"text": "Malmö"}, as_json=True)
    assert answer.json["state"] == "saved"
    assert "Not scored" in answer.json["told"]
    assert "Copenhagen" in answer.json["told"]
    assert reviews(app) == []
    with app.app_context():
        mark = db.session.get_one(CardMark, (guest, uuid.UUID(fact_of(page))))
        assert mark.skipped_on == frozen.moment.date()


def test_the_form_grows_with_the_memory(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, made: MadeSet, frozen: Clock
) -> None:
    study_set(make, guest, made)
    change_learner(app, guest, study_mode="question", new_per_day=1)
    page = tab.get("/study/rivers/").text
    with app.app_context():
        kind = db.session.get_one(Question, uuid.UUID(card_form(page)["question"])).type
    assert kind in {"choice", "true-false"}
    begin(app, guest, [made.facts[0].id], frozen.moment)
    with app.app_context():
        db.session.execute(sa.update(Card).values(stability=60.0))
        db.session.commit()
    frozen.moment += timedelta(days=90)
    change_learner(app, guest, new_per_day=0)
    page = tab.get("/study/rivers/").text
    assert fact_of(page) == str(made.facts[0].id)
    with app.app_context():
        kind = db.session.get_one(Question, uuid.UUID(card_form(page)["question"])).type
    assert kind in {"short", "cloze", "date"}


def test_questions_of_several_facts_wait_until_all_of_them_are_begun(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, ten: MadeSet
) -> None:
    study_set(make, guest, ten)
    change_learner(app, guest, study_mode="question", new_per_day=99)
    fact = next(fact for fact in ten.facts if "multiple" in fact.questions)
    page = tab.get(f"/study/ten/?card={fact.id}").text
    assert 'data-kind="flashcard"' in first_card(page)


def test_flashcards_and_questions_are_switched_by_anybody_without_scripts(
    app: Flask, client: FlaskClient, made: MadeSet
) -> None:
    page = client.get("/study/rivers/").text
    assert 'data-kind="flashcard"' in first_card(page)
    answer = post(client, "/study/mode", {"study_mode": "question", "scope": "rivers"})
    assert (answer.status_code, answer.location) == (303, "/study/rivers/")
    assert 'data-kind="question"' in first_card(client.get("/study/rivers/").text)
    post(client, "/study/mode", {"study_mode": "flashcard", "scope": "rivers"})
    assert 'data-kind="flashcard"' in first_card(client.get("/study/rivers/").text)
    with app.app_context():
        assert len(db.session.execute(select(Learner)).scalars().all()) == 1
    assert post(client, "/study/mode", {"study_mode": "exam"}).status_code == 400
    assert client.get("/study/mode", follow_redirects=True).status_code == 404


def test_a_poor_flashcard_is_asked_as_a_question_whatever_is_preferred(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    study_set(make, guest, made)
    make_graded(app, made)
    want_form(app, guest, made.facts[0].id, "flashcard")
    card = first_card(tab.get("/study/rivers/").text)
    assert 'data-kind="question"' in card
    assert "data-reveal" not in card


@pytest.mark.parametrize("kind", TYPES)
def test_a_page_is_the_same_whatever_the_key_is(
    app: Flask,
    make: Factory,
    tab: FlaskClient,
    guest: uuid.UUID,
    ten: MadeSet,
    kind: str,
    frozen: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study_set(make, guest, ten)
    page = ask(app, tab, guest, ten, kind, frozen)
    with app.app_context():
        row = db.session.get_one(QuestionRevision, (uuid.UUID(card_form(page)["question"]), 1))
        row.content = other_key(row.content)
        db.session.commit()
    other = tab.get(f"/study/ten/?card={fact_of(page)}").text

    def masked(text: str) -> str:
        shown = re.sub(r'name="(review|step|csrf_token)"\s+value="[^"]+"', "", first_card(text))
        if kind in ("ordering", "matching"):
            # What is drawn by lot is drawn from another list: what is shown is the same, its order is not.
            return "".join(sorted(shown))
        return shown

    assert masked(other) == masked(page)
    assert "Explained" not in other


def test_a_note_that_may_hold_the_key_comes_with_the_key(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, ten: MadeSet, frozen: Clock
) -> None:
    study_set(make, guest, ten)
    page = ask(app, tab, guest, ten, "short", frozen)
    with app.app_context():
        db.session.get_one(CardMark, (guest, uuid.UUID(fact_of(page)))).note = "It begins like copper."
        db.session.commit()
    page = tab.get(f"/study/ten/?card={fact_of(page)}").text
    assert "copper" not in page
    assert "copper" in respond(tab, page, {"text": "Oslo"}).text


def test_options_stand_in_another_order_each_time_and_in_the_same_on_reload(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    study_set(make, guest, made)
    make_graded(app, made)
    only_ask(app, "choice")
    orders = []
    for _ in range(4):
        page = tab.get("/study/rivers/").text
        assert options_of(page) == options_of(tab.get("/study/rivers/").text)
        assert fact_of(page) == str(made.facts[0].id)
        orders.append(options_of(page))
        respond(tab, page, {"option": "wrong-1"})
    assert orders[0] == ["right", "wrong-1", "wrong-2", "wrong-3"]
    assert all(one != next_one for one, next_one in itertools.pairwise(orders))
    assert {tuple(sorted(order)) for order in orders} == {tuple(orders[0])}


def test_what_is_told_keeps_the_order_in_which_the_options_were_shown(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    study_set(make, guest, made)
    make_graded(app, made)
    only_ask(app, "choice")
    texts = {"right": "Value 0", "wrong-1": "Other 0-1", "wrong-2": "Other 0-2", "wrong-3": "Other 0-3"}
    for _ in range(3):
        page = tab.get("/study/rivers/").text
        shown = [texts[name] for name in options_of(page)]
        told = respond(tab, page, {"option": "wrong-1"}).text
        told = told[told.index("choices told") :]
        assert sorted(shown, key=told.index) == shown


def test_options_that_people_wrote_do_not_stand_as_they_were_typed(
    app: Flask, make: Factory, cast: Cast, frozen: Clock
) -> None:
    written = make.question_set("bridges", owner=cast.ada)
    make_graded(app, written)
    only_ask(app, "choice")
    page = app.test_client().get("/study/bridges/").text
    assert options_of(page) != ["right", "wrong-1", "wrong-2", "wrong-3"]


def test_true_stays_before_false(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    study_set(make, guest, made)
    make_graded(app, made)
    only_ask(app, "true-false")
    for _ in range(3):
        page = tab.get("/study/rivers/").text
        assert options_of(page) == ["true", "false"]
        respond(tab, page, {"option": "false"})


@pytest.mark.parametrize("turn", ["-1", "99999999999"])
def test_an_order_that_no_card_was_shown_in_does_no_harm(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, made: MadeSet, turn: str
) -> None:
    study_set(make, guest, made)
    make_graded(app, made)
    page = tab.get("/study/rivers/").text
    assert "your response, right" in respond(tab, page, {"option": "right", "turn": turn}).text


def test_a_second_probe_of_the_day_says_why_nothing_moves(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    words = "Already counted today; it moves once a day."
    study_set(make, guest, made)
    make_graded(app, made)
    only_ask(app, "choice")
    assert words not in respond(tab, tab.get("/study/rivers/").text, {"option": "wrong-1"}).text
    assert words in respond(tab, tab.get("/study/rivers/").text, {"option": "right"}).text


def test_a_right_response_that_could_be_guessed_is_worth_less_than_recall(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    study_set(make, guest, made)
    make_graded(app, made)
    told = respond(tab, tab.get("/study/rivers/").text, {"option": "right"}, as_json=True).json["told"]
    assert "your response, right" in told
    (row,) = reviews(app)
    assert 0 < row.weight < 1
    assert row.guess == 0.25


def test_a_visitor_who_responds_becomes_a_learner_with_a_deck(
    app: Flask, client: FlaskClient, made: MadeSet
) -> None:
    make_graded(app, made)
    told = respond(client, client.get("/study/rivers/").text, {"option": "right", "time_zone": "Asia/Tokyo"})
    assert told.status_code == 200
    with app.app_context():
        assert db.session.execute(select(Learner.time_zone)).scalar_one() == "Asia/Tokyo"
    assert "data-taste" not in client.get("/study/rivers/").text


def test_cramming_is_log_alone_and_shows_no_intervals(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, made: MadeSet, frozen: Clock
) -> None:
    study_set(make, guest, made)
    begin(app, guest, [made.facts[0].id], frozen.moment - timedelta(days=3))
    make_graded(app, made)
    page = tab.get("/study/rivers/?q=topic:length&mode=cram").text
    assert "nothing here changes your schedule" in page
    assert "topic:length" in page
    with app.app_context():
        due_on = db.session.get_one(Card, (guest, made.facts[0].id)).due_on
    while fact_of(page) != str(made.facts[0].id):
        post(tab, "/study/reviews", {**card_form(page), "rating": 3})
        page = tab.get("/study/rivers/?q=topic:length&mode=cram").text
    told = respond(tab, page, response_to(app, card_form(page)["question"])).text
    assert "Right" in told
    assert "nothing here changes your schedule" in told
    assert "comes back" not in told
    with app.app_context():
        assert db.session.get_one(Card, (guest, made.facts[0].id)).due_on == due_on
        last = db.session.execute(select(Review).where(Review.form != "flashcard")).scalar_one()
        assert (last.source, last.is_long_term) == ("cram", False)


def test_nothing_that_an_open_quiz_asks_is_graded_here(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, ten: MadeSet, frozen: Clock
) -> None:
    study_set(make, guest, ten)
    page = ask(app, tab, guest, ten, "ordering", frozen)
    fields = response_to(app, card_form(page)["question"], "right")
    second = [fact for fact in ten.facts if "ordering" in fact.questions][1]
    other = make.question(ten, "short", [ten.facts.index(second)])
    attempt(app, guest, ten, [other])
    answer = respond(tab, page, fields, as_json=True)
    assert (answer.status_code, answer.json["state"]) == (409, "in-quiz")
    assert reviews(app) == []
    # Nor is it asked any more beside the fact of the quiz.
    assert "Asked as ordering" not in tab.get(f"/study/ten/?card={fact_of(page)}").text


def test_what_no_card_sends_is_refused(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    study_set(make, guest, made)
    make_graded(app, made)
    form = {**card_form(tab.get("/study/rivers/").text), "option": "right"}
    for broken in ({"review": "x"}, {"fact": ""}, {"question": "7"}, {"duration_ms": "soon"}):
        assert post(tab, "/study/responses", {**form, **broken}).status_code == 400
    unknown = [{"fact": new_row_id()}, {"question": new_row_id()}, {"question_revision": 9}]
    unknown.append({"fact": made.facts[1].id})
    for missing in unknown:
        assert post(tab, "/study/responses", {**form, **missing}).status_code == 404
    assert post(tab, "/study/responses", {**form, "option": "other"}).status_code == 422
    assert tab.get("/study/responses", follow_redirects=True).status_code == 404
    assert tab.post("/study/responses", data=form).status_code == 400
    assert reviews(app) == []


def test_what_somebody_else_left_on_this_browser_is_not_graded_as_ones_own(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    study_set(make, guest, made)
    make_graded(app, made)
    page = tab.get("/study/rivers/").text
    other = make.browser_of_guest(make.guest())
    answer = respond(other, page, {"option": "right"}, as_json=True)
    assert (answer.status_code, answer.json["state"]) == (409, "other-learner")
    assert reviews(app) == []


def test_a_draft_is_there_for_its_author_alone(app: Flask, make: Factory, cast: Cast, frozen: Clock) -> None:
    draft = make.question_set("bridges", owner=cast.ada, state="draft")
    make_graded(app, draft)
    page = make.browser_of(cast.ada).get("/study/bridges/").text
    form = {**card_form(page), "owner": "", "option": "right"}
    assert post(make.browser_of(cast.cleo), "/study/responses", form).status_code == 404
    assert post(make.browser_of(cast.ada), "/study/responses", form).status_code == 200


def test_a_response_on_the_front_page_is_told_there_and_then(
    app: Flask, client: FlaskClient, made: MadeSet
) -> None:
    page = client.get("/").text
    form = page[page.index('action="/study/responses"') :]
    fields = dict(
        re.findall(r'type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', form[: form.index("</form>")])
    )
    told = post(client, "/study/responses", {**fields, "option": "wrong-1"})
    assert "Not this time" in told.text
    assert len(reviews(app)) == 1
