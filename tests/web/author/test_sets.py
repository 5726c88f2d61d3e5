"""An instructor's sets: listed, made, described, published, taken back, put away."""

from __future__ import annotations

import pytest

from quizapp.database import db
from quizapp.models import QuestionSet, User
from quizapp.models.question_sets import find_set
from tests.forms import post

SET = {"title": "Rivers of Asia", "about": "", "topics": "", "language": "en"}


@pytest.fixture
def rivers(make, cast):
    """Ada's draft with two questions of every type."""
    return make.question_set("rivers", owner=cast.ada, state="draft", facts=2)


@pytest.fixture
def ada(make, cast):
    return make.browser_of(cast.ada)


def state_of(app, slug):
    with app.app_context():
        return find_set(slug).state


def pages_of(slug):
    key = "0" * 32
    return [
        ("GET", "/author/"),
        ("GET", "/author/new"),
        ("POST", "/author/new"),
        ("GET", f"/author/{slug}/"),
        ("GET", f"/author/{slug}/describe"),
        ("POST", f"/author/{slug}/describe"),
        ("POST", f"/author/{slug}/publish"),
        ("POST", f"/author/{slug}/unpublish"),
        ("POST", f"/author/{slug}/archive"),
        ("GET", f"/author/{slug}/questions/new"),
        ("GET", f"/author/{slug}/questions/new/short"),
        ("POST", f"/author/{slug}/questions/new/short"),
        ("GET", f"/author/{slug}/questions/{key}"),
        ("POST", f"/author/{slug}/questions/{key}"),
        ("POST", f"/author/{slug}/questions/{key}/remove"),
        ("POST", f"/author/{slug}/questions/{key}/restore"),
        ("GET", f"/author/{slug}/paste"),
        ("POST", f"/author/{slug}/paste"),
    ]


def ask(client, method, url):
    return post(client, url, SET) if method == "POST" else client.get(url)


def test_a_guest_is_sent_to_log_in_from_every_page(client, rivers):
    for method, url in pages_of("rivers"):
        answer = ask(client, method, url)

        assert answer.status_code == 302, url
        assert "log" in answer.location, url


def test_a_learner_is_refused_every_page(make, cast, rivers):
    ben = make.browser_of(cast.ben)

    for method, url in pages_of("rivers"):
        assert ask(ben, method, url).status_code == 403, url


def test_another_instructor_finds_none_of_the_pages_of_a_set(make, cast, rivers):
    dora = make.browser_of(make.person("dora", "instructor"))

    for method, url in pages_of("rivers")[3:]:
        assert ask(dora, method, url).status_code == 404, url


def test_a_bank_is_not_edited_by_anybody(make, cast):
    make.question_set("bank")

    for person in (cast.ada, cast.olga):
        browser = make.browser_of(person)
        for method, url in pages_of("bank")[3:]:
            assert ask(browser, method, url).status_code == 404, url


def test_a_set_that_is_not_there_is_not_found(ada):
    for method, url in pages_of("nowhere")[3:]:
        assert ask(ada, method, url).status_code == 404, url


@pytest.mark.parametrize("slug", ["%01", "a%01b", "%0a"])
def test_an_address_with_control_characters_is_not_found(ada, slug):
    assert ada.get(f"/author/{slug}/").status_code == 404


def test_what_changes_something_is_never_a_get(ada, rivers):
    key = "0" * 32
    for url in ("publish", "unpublish", "archive", f"questions/{key}/remove", f"questions/{key}/restore"):
        assert ada.get(f"/author/rivers/{url}").status_code == 405, url


def test_nothing_is_changed_without_the_token(ada, rivers, app):
    assert ada.post("/author/rivers/publish").status_code == 400
    assert state_of(app, "rivers") == "draft"


def test_the_list_shows_own_sets_and_offers_a_new_one(ada, rivers, make, cast):
    make.question_set("lakes", owner=make.person("dora", "instructor"))

    page = ada.get("/author/").text

    assert "Rivers" in page
    assert "Lakes" not in page
    assert "New question set" in page


def test_without_a_set_the_list_says_what_to_do(ada):
    page = ada.get("/author/").text

    assert "No question set yet" in page
    assert 'href="/author/new"' in page


def test_an_administrator_finds_and_edits_the_sets_of_all_instructors(make, cast, rivers):
    olga = make.browser_of(cast.olga)

    assert "by Ada" in olga.get("/author/").text
    assert olga.get("/author/rivers/").status_code == 200


def test_a_set_is_made_of_its_description(ada, app, cast):
    answer = post(
        ada, "/author/new", {**SET, "about": "One.\r\n\r\nTwo.", "topics": "Main rivers, Lakes,, lakes"}
    )

    assert answer.location == "/author/rivers-of-asia/"
    with app.app_context():
        made = find_set("rivers-of-asia")
        assert (made.origin, made.state, made.owner_id) == ("instructor", "draft", cast.ada.user_id)
        assert made.about == "One.\n\nTwo."
        assert made.topics == ["main-rivers", "lakes"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": " "}, "Give the set a title."),
        ({"title": "x" * 201}, "Shorten the title"),
        ({"about": "x" * 4001}, "Shorten this to 4,000"),
        ({"topics": "Lakes, !?"}, "has no letter and no digit"),
        ({"topics": "x" * 61}, "is too long"),
        ({"topics": ",".join(f"t{number}" for number in range(21))}, "at most 20 topics"),
    ],
)
def test_a_wrong_description_comes_back_with_its_error_and_all_that_was_typed(ada, app, wrong, words):
    sent = {**SET, "about": "Kept words.", **wrong}

    answer = post(ada, "/author/new", sent)

    assert answer.status_code == 422
    assert words in answer.text
    assert all(text.strip() in answer.text for text in sent.values())
    with app.app_context():
        assert find_set("rivers-of-asia") is None


def test_a_description_is_changed(ada, rivers, app):
    assert "Length, Mouth" in ada.get("/author/rivers/describe").text

    answer = post(ada, "/author/rivers/describe", {**SET, "topics": "Length, Mouth, Source"})

    assert answer.location == "/author/rivers/"
    with app.app_context():
        assert find_set("rivers").topics == ["length", "mouth", "source"]


def test_a_topic_in_use_cannot_be_left_out(ada, rivers, app):
    answer = post(ada, "/author/rivers/describe", {**SET, "topics": "Length"})

    assert answer.status_code == 422
    assert "have the topic “Mouth”" in answer.text
    with app.app_context():
        assert find_set("rivers").title == "Rivers"


def test_publishing_puts_a_set_into_the_library_and_unpublishing_takes_it_out(ada, app, make, cast):
    post(ada, "/author/new", SET)
    post(
        ada,
        "/author/rivers-of-asia/questions/new/short",
        {"stem": "Which river flows through Cairo?", "response": "Nile"},
    )
    ben = make.browser_of(cast.ben)

    found = []
    for change in ("publish", "unpublish", "publish", "archive"):
        answer = post(ada, f"/author/rivers-of-asia/{change}", follow_redirects=True)
        assert answer.status_code == 200
        found.append((state_of(app, "rivers-of-asia"), ben.get("/library/rivers-of-asia/").status_code))

    assert found == [("published", 200), ("draft", 404), ("published", 200), ("archived", 404)]


def test_a_set_without_questions_is_not_published_and_says_why(ada, app):
    post(ada, "/author/new", SET)

    answer = post(ada, "/author/rivers-of-asia/publish", follow_redirects=True)

    assert "nothing to publish" in answer.text
    assert state_of(app, "rivers-of-asia") == "draft"


def test_the_author_sees_a_draft_as_a_learner_would(ada, cast, make):
    post(ada, "/author/new", SET)

    assert 'href="/library/rivers-of-asia/"' in ada.get("/author/rivers-of-asia/").text
    assert ada.get("/library/rivers-of-asia/").status_code == 200
    assert make.browser_of(cast.ben).get("/library/rivers-of-asia/").status_code == 404


def test_who_is_no_instructor_any_more_is_refused_at_once(ada, app, cast, rivers):
    assert ada.get("/author/rivers/").status_code == 200
    with app.app_context():
        user = db.session.get_one(User, cast.ada.user_id)
        user.roles.clear()
        db.session.commit()

    assert ada.get("/author/rivers/").status_code == 403
    assert post(ada, "/author/rivers/publish").status_code == 403
    assert state_of(app, "rivers") == "draft"


def test_a_set_whose_author_left_is_the_administrators_alone(make, cast, ada, rivers, app):
    with app.app_context():
        question_set = db.session.get_one(QuestionSet, rivers.id)
        question_set.owner_id = None
        db.session.commit()

    assert ada.get("/author/rivers/").status_code == 404
    assert make.browser_of(cast.olga).get("/author/rivers/").status_code == 200
    assert "somebody who left" in make.browser_of(cast.olga).get("/author/").text
