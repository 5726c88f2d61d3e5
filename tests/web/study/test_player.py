"""The player shows one card, sends its review once, and brings the next."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from quizapp import clock
from quizapp.core.questions import ChoiceQuestion, Citation, Option
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Card, DailyLoad, Deck, Fact, FactRevision, Learner, QuestionSet, Review
from quizapp.operations import accounts
from quizapp.web.study import player, reviews
from tests.factories import PASSWORD
from tests.forms import post
from tests.studying import (
    begin,
    card_form,
    change_fact,
    change_learner,
    fact_of,
    first_card,
    make_graded,
    rate,
    undo_form,
)

if TYPE_CHECKING:
    import uuid

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Cast, Factory, MadeSet, Person

HOT_TABLES = ("cards", "reviews", "attempts", "responses", "daily_statistics", "decks")
MOST_STATEMENTS = 12


@pytest.fixture
def made(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set(facts=5, fictional=1)


@pytest.fixture
def guest(make: Factory, made: MadeSet) -> uuid.UUID:
    learner_id = make.guest()
    make.deck(learner_id, made)
    return learner_id


@pytest.fixture
def tab(make: Factory, guest: uuid.UUID) -> FlaskClient:
    return make.browser_of_guest(guest)


def count(app: Flask, table: Any) -> int:
    with app.app_context():
        return int(db.session.execute(select(sa.func.count()).select_from(table)).scalar_one())


def test_a_card_shows_its_question_and_holds_its_key_ready(tab: FlaskClient, made: MadeSet) -> None:
    page = tab.get("/study/rivers/").text
    assert "Which value belongs to fact 0 of rivers?" in page
    assert "Value 0" in page
    assert "Forgot" in page
    assert "Remembered" in page
    assert "Hardly" not in page


def test_four_buttons_come_by_choice(app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet) -> None:
    with app.app_context():
        db.session.get_one(Learner, guest).rating_buttons = 4
        db.session.commit()
    page = tab.get("/study/rivers/").text
    first = page[: page.index("<template")]
    rates = first[first.index('data-review="rated"') :]
    assert re.findall(r'data-key-label="(\w+)"', rates) == ["Forgot", "Hardly", "Remembered", "Easily"]


def name_source(app: Flask, source: dict[str, str]) -> None:
    with app.app_context():
        db.session.execute(sa.update(QuestionSet).values(source=source))
        db.session.commit()


def test_a_citation_names_its_source_first(app: Flask, tab: FlaskClient, made: MadeSet) -> None:
    name_source(app, {"label": "A book of rivers"})
    assert "A book of rivers: A test, first sentence." in tab.get("/study/rivers/").text


def test_a_citation_that_names_its_source_already_is_not_made_to_name_it_twice(
    app: Flask, tab: FlaskClient, made: MadeSet
) -> None:
    name_source(app, {"label": "A book of rivers"})
    change_fact(app, made, where="A book of rivers, last sentence")
    page = tab.get("/study/rivers/").text
    assert "A book of rivers: last sentence." in page
    assert "A book of rivers: A book" not in page


def test_a_card_on_which_its_source_contradicts_itself_says_which_version_is_asked(
    app: Flask, tab: FlaskClient, made: MadeSet
) -> None:
    with app.app_context():
        db.session.execute(sa.update(Fact).values(standing="inconsistent", treatment="note"))
        db.session.commit()
    assert "asked as the record has it" in tab.get("/study/rivers/").text
    with app.app_context():
        db.session.execute(sa.update(Fact).values(treatment="according-to-source"))
        db.session.commit()
    page = tab.get("/study/rivers/").text
    assert "source contradicts itself" in page
    assert "asked as the record has it" not in page


def test_a_fact_without_a_citation_does_not_cite_the_set_itself(
    app: Flask, tab: FlaskClient, made: MadeSet
) -> None:
    change_fact(app, made, where="")
    page = tab.get("/study/rivers/").text
    cited = re.search(r'<footer class="cite">\s*([^<]+?)\s*<a', page)
    assert cited is not None
    assert cited[1] == "No source given."


@given(st.uuids(), st.integers(0, 2000), st.integers(2, 6))
def test_no_turn_has_the_order_of_the_one_before(fact: uuid.UUID, turn: int, count: int) -> None:
    options = tuple(Option(str(place), f"Option {place}", place == 0, "") for place in range(count))
    question = ChoiceQuestion(
        id="q",
        facts=("f",),
        stem="Which?",
        explanation="",
        cite=Citation(""),
        standing="documented",
        treatment="plain",
        topic="",
        options=options,
    )
    one, following = (player.reordered(question, fact, number) for number in (turn, turn + 1))
    assert set(one) == set(following) == set(options)
    assert list(one) != list(following)
    assert list(one) == list(player.reordered(question, fact, turn))


def test_rating_a_card_leads_to_the_next(app: Flask, tab: FlaskClient, made: MadeSet) -> None:
    answer = rate(tab, tab.get("/study/rivers/").text)
    assert answer.status_code == 303
    assert answer.location == "/study/rivers/"
    assert count(app, Review) == 1
    page = tab.get("/study/rivers/").text
    assert card_form(page)["fact"] == str(made.facts[1].id)


def test_the_interval_on_the_button_is_the_one_that_comes_true(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet, frozen: Clock
) -> None:
    for _ in range(3):
        page = tab.get("/study/rivers/").text
        rates = page[page.index('data-review="rated"') :]
        shown = re.search(r"Remembered\s*<small>\s*in (\d+) days", rates)
        assert shown is not None
        rate(tab, page)
        with app.app_context():
            card = db.session.get_one(Card, (guest, made.facts[0].id))
            assert (card.due_on - frozen.moment.date()).days == int(shown[1])
            frozen.moment += timedelta(days=int(shown[1]))
            db.session.execute(sa.update(Learner).values(new_per_day=0))
            db.session.commit()


def test_a_double_click_is_one_review(app: Flask, tab: FlaskClient, made: MadeSet) -> None:
    page = tab.get("/study/rivers/").text
    for _ in range(5):
        assert rate(tab, page).status_code == 303
    assert count(app, Review) == 1


def test_the_back_button_with_another_rating_leaves_the_first_and_says_so(
    app: Flask, tab: FlaskClient, made: MadeSet
) -> None:
    page = tab.get("/study/rivers/").text
    rate(tab, page)
    assert "rated before" in rate(tab, page, 1, follow_redirects=True).text
    assert rate(tab, page, 1, as_json=True).status_code == 409
    assert count(app, Review) == 1
    with app.app_context():
        assert db.session.execute(select(Review.rating)).scalar_one() == 3


def test_a_second_tab_with_the_same_card_is_another_probe_that_moves_nothing(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    one, two = (tab.get("/study/rivers/").text for _ in range(2))
    rate(tab, one)
    with app.app_context():
        due_on = db.session.get_one(Card, (guest, made.facts[0].id)).due_on
    rate(tab, two, 1)
    with app.app_context():
        assert db.session.get_one(Card, (guest, made.facts[0].id)).due_on == due_on
        assert sorted(db.session.execute(select(Review.is_long_term)).scalars()) == [False, True]


def test_a_script_gets_the_next_cards_with_the_answer(tab: FlaskClient, made: MadeSet) -> None:
    answer = rate(tab, tab.get("/study/rivers/").text, as_json=True)
    told = answer.json
    assert told["state"] == "saved"
    assert (told["done"], told["total"]) == (1, 4)
    assert re.findall(r'data-fact="([^"]+)"', told["cards"]) == [str(fact.id) for fact in made.facts[1:4]]


def test_a_review_kept_while_offline_counts_from_when_it_was_given(
    app: Flask, tab: FlaskClient, made: MadeSet, frozen: Clock
) -> None:
    page = tab.get("/study/rivers/").text
    given_at = frozen.moment
    frozen.moment += timedelta(hours=30)
    rate(tab, page, as_json=True, ago_ms=30 * 3600 * 1000)
    with app.app_context():
        assert db.session.execute(select(Review.reviewed_at)).scalar_one() == given_at


def test_what_somebody_else_left_on_this_browser_is_not_sent_as_ones_own(
    app: Flask, make: Factory, tab: FlaskClient, made: MadeSet
) -> None:
    page = tab.get("/study/rivers/").text
    other = make.browser_of_guest(make.guest())
    answer = rate(other, page, as_json=True)
    assert (answer.status_code, answer.json["state"]) == (409, "other-learner")
    assert count(app, Review) == 0


def log_in(tab: FlaskClient, person: Person) -> Any:
    return post(tab, "/account/log-in", {"email": person.email, "password": PASSWORD})


@pytest.mark.parametrize("as_json", [False, True])
def test_a_guest_merged_while_its_rating_is_under_way_is_told_and_nothing_is_lost(
    app: Flask,
    cast: Cast,
    tab: FlaskClient,
    guest: uuid.UUID,
    made: MadeSet,
    monkeypatch: pytest.MonkeyPatch,
    as_json: bool,
) -> None:
    rate(tab, tab.get("/study/rivers/").text)
    form = {**card_form(tab.get("/study/rivers/").text), "rating": "3"}

    def merged_first(unit: Any) -> Any:
        accounts.adopt_guest(cast.ben.user_id, guest, clock.now())
        return run_tx(unit)

    monkeypatch.setattr(reviews, "run_tx", merged_first)
    answer = post(tab, "/study/reviews", form, as_json=as_json)
    assert answer.status_code == 409
    assert ('"other-learner"' if as_json else "This page belongs to who you were before") in answer.text
    # The browser may have the cookie of a user by now: this answer must not put the guest's in its place.
    assert "Set-Cookie" not in answer.headers
    with app.app_context():
        assert db.session.execute(select(Review.learner_id)).scalars().all() == [cast.ben.learner_id]


def test_what_a_guest_left_unsent_is_sent_as_the_accounts_after_logging_in(
    app: Flask, make: Factory, cast: Cast, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    form = {**card_form(tab.get("/study/rivers/").text), "rating": "3"}
    log_in(tab, cast.ben)
    assert f'data-former="{form["owner"]}"' in tab.get("/study/rivers/").text
    for _ in range(2):
        assert post(tab, "/study/reviews", form, as_json=True).status_code == 200
    with app.app_context():
        assert db.session.execute(select(Review.learner_id)).scalars().all() == [cast.ben.learner_id]
    # Whoever comes to this browser after that was never this guest.
    post(tab, "/account/log-out")
    log_in(tab, cast.cleo)
    late = {**form, "review": str(new_row_id())}
    assert post(tab, "/study/reviews", late, as_json=True).json["state"] == "other-learner"


def test_a_rating_leaves_the_cookie_alone_and_a_page_keeps_it_for_another_year(
    tab: FlaskClient, made: MadeSet, frozen: Clock
) -> None:
    with tab.session_transaction() as session:
        session.permanent = True
    page = tab.get("/study/rivers/").text
    assert "Set-Cookie" not in rate(tab, page).headers
    frozen.moment += timedelta(days=31)
    assert "Expires" in tab.get("/study/rivers/").headers["Set-Cookie"]
    assert "Set-Cookie" not in tab.get("/study/rivers/").headers


def test_a_visitor_sees_a_card_and_nothing_is_written(app: Flask, client: FlaskClient, made: MadeSet) -> None:
    page = client.get("/study/rivers/").text
    assert "Which value belongs to fact 0" in page
    assert count(app, Learner) == 0


def test_the_first_rating_of_a_visitor_makes_the_learner_and_the_deck(
    app: Flask, client: FlaskClient, made: MadeSet
) -> None:
    page = client.get("/study/rivers/").text
    rate(client, page, time_zone="Europe/Berlin")
    rate(client, client.get("/study/rivers/").text)
    assert (count(app, Learner), count(app, Deck), count(app, Review)) == (1, 1, 2)
    with app.app_context():
        assert db.session.execute(select(Learner.time_zone)).scalar_one() == "Europe/Berlin"


def test_adding_a_set_makes_learner_and_deck_once(app: Flask, client: FlaskClient, made: MadeSet) -> None:
    for _ in range(2):
        answer = post(client, "/study/rivers/")
        assert (answer.status_code, answer.location) == (303, "/study/rivers/")
    assert (count(app, Learner), count(app, Deck)) == (1, 1)


def test_all_decks_are_studied_together(
    make: Factory, guest: uuid.UUID, tab: FlaskClient, made: MadeSet
) -> None:
    second = make.question_set("lakes", facts=1)
    make.deck(guest, second)
    page = tab.get("/study/").text
    facts = set(re.findall(r'data-fact="([^"]+)"', page))
    assert str(second.facts[0].id) in facts
    assert str(made.facts[0].id) in facts


def test_who_has_no_decks_is_led_to_the_library(app: Flask, client: FlaskClient, made: MadeSet) -> None:
    page = client.get("/study/").text
    assert "No decks yet" in page
    assert "/library/" in page
    assert count(app, Learner) == 0


def test_when_all_is_done_the_page_says_what_was_done_and_offers_more(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    with app.app_context():
        db.session.get_one(Learner, guest).new_per_day = 2
        db.session.commit()
    for _ in range(2):
        rate(tab, tab.get("/study/rivers/").text)
    page = tab.get("/study/rivers/").text
    assert "Done for today" in page
    assert "2 cards today, 2 remembered" in page
    assert "2 more new facts" in page
    more = tab.get("/study/rivers/?more=2").text
    assert card_form(more)["fact"] == str(made.facts[2].id)
    with app.app_context():
        assert db.session.get_one(Learner, guest).new_per_day == 2


def test_an_undo_brings_the_card_back(app: Flask, tab: FlaskClient, made: MadeSet) -> None:
    rate(tab, tab.get("/study/rivers/").text, 1)
    page = tab.get("/study/rivers/").text
    undone = undo_form(page)
    answer = post(tab, "/study/undo", undone)
    assert answer.status_code == 303
    page = tab.get(answer.location).text
    assert "Taken back." in page
    assert card_form(page)["fact"] == str(made.facts[0].id)
    assert count(app, Card) == 0
    again = post(tab, "/study/undo", undone, as_json=True)
    assert again.status_code == 200
    assert count(app, Review) == 2


def test_nothing_to_undo_is_said_and_changes_nothing(tab: FlaskClient, made: MadeSet) -> None:
    unknown = {"step": str(new_row_id()), "scope": "rivers"}
    assert post(tab, "/study/undo", unknown, as_json=True).status_code == 409
    page = post(tab, "/study/undo", unknown, follow_redirects=True).text
    assert "nothing to take back" in page


@pytest.mark.parametrize(
    "broken",
    [
        {"review": "1"},
        {"fact": ""},
        {"rating": "9"},
        {"rating": "good"},
        {"duration_ms": "long"},
    ],
)
def test_what_no_card_sends_is_refused(
    app: Flask, tab: FlaskClient, made: MadeSet, broken: dict[str, str]
) -> None:
    form = {**card_form(tab.get("/study/rivers/").text), "rating": "3", **broken}
    assert post(tab, "/study/reviews", form).status_code == 400
    assert count(app, Review) == 0


def test_a_draft_is_there_for_its_author_alone(make: Factory, cast: Cast, frozen: Clock) -> None:
    draft = make.question_set("draft", owner=cast.ada, state="draft")
    assert make.browser_of(cast.ada).get("/study/draft/").status_code == 200
    for person in (cast.ben, cast.cleo):
        assert make.browser_of(person).get("/study/draft/").status_code == 404
        form = {"review": new_row_id(), "fact": draft.facts[0].id, "revision": 1, "rating": 3}
        assert post(make.browser_of(person), "/study/reviews", form).status_code == 404


def test_missing_things_are_not_found_and_wrong_methods_are_told(tab: FlaskClient, made: MadeSet) -> None:
    assert tab.get("/study/no-such/").status_code == 404
    form = {"review": new_row_id(), "fact": new_row_id(), "revision": 1, "rating": 3}
    assert post(tab, "/study/reviews", form).status_code == 404
    assert tab.put("/study/undo").status_code == 405
    assert tab.put("/study/reviews").status_code == 405


def test_a_post_without_its_token_is_refused(app: Flask, tab: FlaskClient, made: MadeSet) -> None:
    form = {**card_form(tab.get("/study/rivers/").text), "rating": 3}
    assert tab.post("/study/reviews", data=form).status_code == 400
    assert count(app, Review) == 0


def test_a_corrected_fact_says_what_was_seen_before(
    app: Flask, tab: FlaskClient, made: MadeSet, frozen: Clock
) -> None:
    rate(tab, tab.get("/study/rivers/").text)
    with app.app_context():
        old = db.session.get_one(FactRevision, (made.facts[0].id, 1)).content
        new = {**old, "key_text": "Better", "statement": "Fact 0 has a better value."}
        db.session.add(
            FactRevision(fact_id=made.facts[0].id, revision=2, content=new, created_at=frozen.moment)
        )
        db.session.execute(sa.text("UPDATE facts SET revision = 2 WHERE key = 'fact-0'"))
        db.session.commit()
    frozen.moment += timedelta(days=1)
    page = tab.get("/study/rivers/").text
    assert card_form(page)["fact"] == str(made.facts[0].id)
    assert "corrected since you last saw it" in page
    assert "Fact 0 of rivers has the value Value 0." in page


def test_text_from_a_fact_is_shown_as_text(app: Flask, tab: FlaskClient, made: MadeSet) -> None:
    with app.app_context():
        row = db.session.get_one(FactRevision, (made.facts[0].id, 1))
        row.content = {**row.content, "ask": "<script>alert(1)</script>", "note": "<img src=x>"}
        db.session.commit()
    page = tab.get("/study/rivers/").text
    assert "<script>alert" not in page
    assert "<img src=x>" not in page


def test_the_cited_passage_is_shown_where_the_file_is_attached(
    app: Flask, tab: FlaskClient, made: MadeSet, tmp_path: Any
) -> None:
    import dataclasses
    import hashlib

    text = "A<b> river runs to the sea."
    (tmp_path / "source.txt").write_text(text, "utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    app.config["QUIZAPP"] = dataclasses.replace(app.config["QUIZAPP"], sources=tmp_path)
    with app.app_context():
        db.session.execute(
            sa.text("UPDATE question_sets SET source = :source"),
            {"source": f'{{"document": "source.txt", "sha256": "{digest}"}}'},
        )
        db.session.commit()
    page = tab.get("/study/rivers/").text
    assert "<blockquote>A&lt;b&gt;</blockquote>" in page.replace("\n", "")


@pytest.mark.parametrize("is_user", [False, True])
def test_the_path_of_a_rating_is_short_and_stays_with_its_learner(
    app: Flask, make: Factory, tab: FlaskClient, made: MadeSet, is_user: bool
) -> None:
    if is_user:
        person = make.person("dora")
        make.deck(person, made)
        tab = make.browser_of(person)
    page = tab.get("/study/rivers/").text
    statements: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", listen)
    answer = post(tab, "/study/reviews", {**card_form(page), "rating": 3, "want": 0}, as_json=True)
    sa.event.remove(engine, "before_cursor_execute", listen)
    assert answer.json["state"] == "saved"
    hot = [text for text in statements if any(re.search(rf"\b{name}\b", text) for name in HOT_TABLES)]
    assert len(hot) >= 4
    for text in hot:
        assert "learner_id" in text, text
    assert len(statements) <= MOST_STATEMENTS, "\n\n".join(statements)


def test_each_button_carries_the_day_that_it_shows(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet, frozen: Clock
) -> None:
    change_learner(app, guest, rating_buttons=4)
    form = card_form(tab.get("/study/rivers/").text)
    days = [date.fromisoformat(form[f"due-{rating}"]) for rating in (1, 2, 3, 4)]
    assert days == sorted(days)
    assert days[0] == frozen.moment.date() + timedelta(days=1)
    change_learner(app, guest, rating_buttons=2)
    assert {name for name in card_form(tab.get("/study/rivers/").text) if name.startswith("due-")} == {
        "due-1",
        "due-3",
    }


def test_the_day_shown_is_where_least_waits_and_comes_true(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet, frozen: Clock
) -> None:
    """A card of some weeks has days to choose from: one that is full, and one on which nothing is to be done, are left."""
    begin(app, guest, [made.facts[0].id], frozen.moment)
    with app.app_context():
        card = db.session.get_one(Card, (guest, made.facts[0].id))
        card.stability = 8.0
        db.session.commit()
    frozen.moment += timedelta(days=10)
    change_learner(app, guest, new_per_day=0)
    plain = date.fromisoformat(card_form(tab.get("/study/rivers/").text)["due-3"])
    with app.app_context():
        db.session.add(DailyLoad(learner_id=guest, question_set_id=made.id, shown_on=plain, cards=90))
        db.session.commit()
    page = tab.get("/study/rivers/").text
    spread = date.fromisoformat(card_form(page)["due-3"])
    assert spread != plain
    easy = [100] * 7
    easy[spread.weekday()] = 0
    change_learner(app, guest, easy_days=easy)
    page = tab.get("/study/rivers/").text
    wanted = date.fromisoformat(card_form(page)["due-3"])
    assert wanted not in {plain, spread}
    rate(tab, page)
    with app.app_context():
        assert db.session.get_one(Card, (guest, made.facts[0].id)).due_on == wanted


def test_every_card_has_its_menu_and_carries_what_is_studied(tab: FlaskClient, made: MadeSet) -> None:
    page = tab.get("/study/rivers/?q=topic:length&mode=ahead&more=3").text
    form = card_form(page)
    assert (form["scope"], form["q"], form["mode"], form["more"]) == ("rivers", "topic:length", "ahead", "3")
    assert {"review", "fact", "revision", "owner", "duration_ms", "want", "have"} <= form.keys()
    card = first_card(page)
    assert re.findall(r'data-mark="(\w+)"', card) == ["skip", "bury", "rest", "suspend", "flag", "note"]
    assert "data-reveal" in card
    assert card.index("data-read") < card.index("data-key-side")


def test_what_a_query_chooses_is_studied_and_said(tab: FlaskClient, made: MadeSet) -> None:
    page = tab.get("/study/rivers/?q=topic:mouth&mode=ahead").text
    assert fact_of(page) == str(made.facts[1].id)
    assert "Studying ahead" in page
    assert "topic:mouth" in page
    answer = rate(tab, page)
    assert answer.location == "/study/rivers/?q=topic:mouth&mode=ahead"


def test_a_query_that_cannot_be_read_comes_back_with_its_error(tab: FlaskClient, made: MadeSet) -> None:
    answer = tab.get("/study/rivers/?q=stability:%3C%3C7&mode=cram")
    assert answer.status_code == 422
    assert 'value="stability:&lt;&lt;7"' in answer.text
    assert "field-error" in answer.text
    assert 'href="/browse/' in answer.text


def test_an_odd_mode_is_the_usual_one(tab: FlaskClient, made: MadeSet) -> None:
    assert fact_of(tab.get("/study/rivers/?mode=exam").text) == str(made.facts[0].id)


def test_where_nothing_chosen_is_left_the_page_leads_on(tab: FlaskClient, made: MadeSet) -> None:
    page = tab.get("/study/rivers/?q=is:flagged").text
    assert "Nothing to study in what you chose" in page
    assert "Study what is due" in page


def test_spent_minutes_are_said_with_what_waits_and_a_way_on(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet, frozen: Clock
) -> None:
    begin(app, guest, [fact.id for fact in made.facts[:3]], frozen.moment - timedelta(days=90))
    change_learner(app, guest, budget_minutes=1)
    rate(tab, tab.get("/study/rivers/").text, duration_ms=60_000)
    page = tab.get("/study/rivers/").text
    assert "Your 1 minute are done" not in page
    assert "Your minute is done" in page
    assert "2 due cards" in page
    assert "data-card " not in page
    over = tab.get("/study/rivers/?over=1").text
    assert fact_of(over) in {str(fact.id) for fact in made.facts[:3]}
    assert card_form(over)["over"] == "1"


def test_a_pause_is_said_and_can_be_ended(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet, frozen: Clock
) -> None:
    today = frozen.moment.date()
    change_learner(app, guest, paused_from=today, paused_through=today + timedelta(days=4))
    page = tab.get("/study/rivers/").text
    assert "Paused until 5 March 2026" in page
    assert 'action="/rhythm/pause/end"' in page
    post(tab, "/rhythm/pause/end")
    assert first_card(tab.get("/study/rivers/").text)


def test_the_keys_and_the_voice_follow_the_learner(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    assert 'data-keys="1"' in tab.get("/study/rivers/").text
    change_learner(app, guest, uses_keys=False, reads_aloud=True)
    page = tab.get("/study/rivers/").text
    assert 'data-keys="0"' in page
    assert 'data-aloud="1"' in page


def test_a_poor_flashcard_stands_as_a_question_among_the_others(
    app: Flask, tab: FlaskClient, made: MadeSet
) -> None:
    make_graded(app, made)
    page = tab.get("/study/rivers/").text
    assert re.findall(r'data-kind="(\w+)"', page) == ["question", *["flashcard"] * 3]
