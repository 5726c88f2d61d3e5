"""The page of a result: nothing of what is not shown, then everything, and what one does after it."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core.disclosure import ALL_AFTER_CLOSE, Disclosure, Item, Phase, disclosure_to_dict
from quizapp.core.quiz_contents import Contents, DrawRule, FixedQuestion, Section, contents_to_list
from quizapp.database import db, run_tx
from quizapp.models import Attempt, AttemptResponse, Deck, Learner, Quiz
from quizapp.operations import quizzes
from tests.forms import post

#: Where no score is shown: what fits together, and what contradicts itself and is not offered.
HIDDEN = [frozenset(), frozenset({Item.RESPONSES})]
CONTRADICTING = [{Item.KEY}, {Item.EXPLANATIONS}, {Item.RESPONSES, Item.KEY, Item.EXPLANATIONS}]


def masked(text, *more):
    """Take out of a page what differs without telling anything: tokens, ids, and what is named."""
    text = re.sub(r'name="(csrf_token|save_key)"\s+value="[^"]*"', "", text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", text)
    for words in more:
        text = text.replace(words, "GIVEN")
    return text


def plain(page):
    return " ".join(page.split())


class Room:
    """Learners who take the same quiz of ada's, each in a browser of their own."""

    def __init__(self, app, make, cast, made, frozen):
        self.app, self.make, self.set, self.frozen = app, make, made, frozen
        self.id = uuid.uuid4()
        asked = tuple(FixedQuestion(fact.questions["choice"]) for fact in made.facts[:3])
        contents = contents_to_list(Contents((Section("", asked),)))
        with app.app_context():
            db.session.add(
                Quiz(
                    id=self.id, kind="taught", state="published", question_set_id=made.id, title="Rivers, examined",
                    made_by=cast.ada.learner_id, owner_id=cast.ada.user_id, contents=contents, question_count=3,
                    shuffles_questions=False, shuffles_options=False, created_at=clock.now(),
                )
            )  # fmt: skip
            db.session.commit()

    def set_to(self, **columns):
        with self.app.app_context():
            run_tx(lambda: db.session.execute(sa.update(Quiz).where(Quiz.id == self.id).values(**columns)))

    def shows(self, items, phases=(Phase.AFTER, Phase.CLOSED)):
        self.set_to(
            shows=disclosure_to_dict(
                Disclosure(frozenset((item, phase) for item in items for phase in phases))
            )
        )

    def join(self, **columns):
        learner_id = self.make.guest()
        with self.app.app_context():
            run_tx(lambda: quizzes.join_quiz(learner_id, self.id, "", clock.now()))
            run_tx(
                lambda: db.session.execute(
                    sa.update(Learner)
                    .where(Learner.id == learner_id)
                    .values(**columns or {"seen_on": Learner.seen_on})
                )
            )
        return self.make.browser_of_guest(learner_id)

    def take(self, browser, *options):
        """Give these options and hand in; returns the address of the attempt."""
        url = post(browser, f"/quizzes/{self.id}/start").location.rstrip("/")
        for position, option in enumerate(options, 1):
            if option:
                data = {"save_key": str(uuid.uuid4()), "sequence": "1", "option": option, "go": "save"}
                assert post(browser, f"{url}/{position}", data, as_json=True).json["state"] == "saved"
        assert post(browser, f"{url}/submit").status_code == 303
        return url


@pytest.fixture
def room(app, make, cast, frozen):
    return Room(app, make, cast, make.question_set(facts=6), frozen)


def pages_of(room, items, options, places):
    """Return the pages at these places after an attempt with these options, and their headers."""
    browser = room.join()
    url = room.take(browser, *options)
    own = re.findall(r'<dd dir="auto">\s*(.*?)\s*</dd>', browser.get(f"{url}/result").text)
    assert bool(own) == (Item.RESPONSES in items)
    pages = [browser.get(place.format(url=url, quiz=room.id, attempt=url[-36:])) for place in places]
    # Lengths follow from the texts that are compared, and from those that are masked.
    own_names = {"Set-Cookie", "Content-Length"}
    return [
        (
            page.status_code,
            sorted((name, value) for name, value in page.headers if name not in own_names),
            masked(page.text, *own),
        )
        for page in pages
    ]


@pytest.mark.parametrize("items", HIDDEN, ids=lambda items: "+".join(sorted(items)) or "nothing")
@pytest.mark.parametrize("closes", [True, False])
def test_while_no_score_is_shown_a_right_and_a_wrong_attempt_look_the_same_everywhere(room, items, closes):
    room.shows(items)
    if closes:
        room.set_to(closes_at=clock.now() + timedelta(hours=3))
    places = ["{url}/result", "{url}/result?show=wrong", "/quizzes/", "/quizzes/{quiz}/", "/progress/", "/progress/certainty",
              "/", "/browse/?q=is:mistake", "/browse/?q=missed:{attempt}", "/study/?q=missed:{attempt}&mode=cram",
              "/library/rivers/", "/library/mistakes"]  # fmt: skip
    right, wrong = (pages_of(room, items, [option] * 3, places) for option in ("right", "wrong-1"))
    for place, one, other in zip(places, right, wrong, strict=True):
        assert one == other, place


@pytest.mark.parametrize("items", CONTRADICTING, ids=lambda items: "+".join(sorted(items)))
def test_a_matrix_that_contradicts_itself_shows_the_less(room, items):
    room.shows(items)
    places = ["{url}/result", "/quizzes/", "/quizzes/{quiz}/"]
    right, wrong = (pages_of(room, items, [option] * 3, places) for option in ("right", "wrong-1"))
    assert right == wrong


def test_a_result_that_is_hidden_says_when_it_is_shown_in_the_learners_zone(room):
    closes_at = room.frozen.moment + timedelta(days=2)
    room.set_to(shows=disclosure_to_dict(ALL_AFTER_CLOSE), closes_at=closes_at)
    browser = room.join(time_zone="Asia/Tokyo")
    url = room.take(browser, "right", "wrong-1")
    page = plain(browser.get(f"{url}/result").text)
    local = closes_at + timedelta(hours=9)
    assert re.search(rf"Results are shown after <time [^>]*>[^<]*{local:%H:%M} JST</time>\.", page)
    assert "2 of 3 questions have a response" in page
    assert "Take it again" not in page
    for telling in ("33 %", "result-item", "It is the value", "Which value"):
        assert telling not in page
    assert "not shown yet" in browser.get("/quizzes/").text

    room.frozen.moment = closes_at + timedelta(minutes=10)
    page = plain(browser.get(f"{url}/result").text)
    assert "33 %" in page
    assert "It is the value" in page
    assert "If you study it, it comes back" in page


def test_results_that_are_never_shown_say_so(room):
    room.shows(())
    browser = room.join()
    page = browser.get(f"{room.take(browser, 'right')}/result").text
    assert "The results of this quiz are not shown here" in page


def test_a_score_without_keys_tells_marks_and_when_the_keys_come(room):
    room.set_to(closes_at=clock.now() + timedelta(days=1))
    room.shows({Item.SCORE, Item.RESPONSES}, (Phase.AFTER,))
    room.shows({Item.SCORE, Item.RESPONSES})
    with room.app.app_context():
        quiz = db.session.get(Quiz, room.id)
        shows = {**quiz.shows, "key": ["closed"], "explanations": ["closed"]}
    room.set_to(shows=shows)
    browser = room.join()
    page = plain(browser.get(f"{room.take(browser, 'right', 'wrong-1')}/result").text)
    assert "Keys and explanations are shown after" in page
    assert "1 of 3 marks" in page
    assert page.count("1 of 1 mark<") == 1
    assert page.count("You gave") == 3
    for telling in ("It is the value", "A test, first sentence", "comes back", "Study my mistakes"):
        assert telling not in page


def test_marks_set_by_hand_and_lateness_are_told(room):
    room.set_to(due_at=clock.now() - timedelta(hours=3), late_steps=[[4, 80]])
    browser = room.join()
    url = room.take(browser, "right", "wrong-1", "right")
    with room.app.app_context():
        row = db.session.execute(sa.select(AttemptResponse).where(AttemptResponse.position == 2)).scalar_one()
        learner_id, attempt_id = row.learner_id, row.attempt_id

        def unit():
            found = db.session.get(AttemptResponse, (learner_id, attempt_id, 2))
            found.override_marks, found.override_comment = 0.5, "You were close."
            quizzes.retotal(learner_id, attempt_id)

        run_tx(unit)
    page = plain(browser.get(f"{url}/result").text)
    assert "Handed in 3 hours late: 80 % of your 2.5 marks count." in page
    assert "2 of 3 marks" in page
    assert "0.5 of 1 mark" in page
    assert "You were close." in page
    assert "67 %" in page


def test_mistakes_are_studied_at_once_and_then_no_others(room):
    browser = room.join()
    url = room.take(browser, "right", "wrong-1", "")
    page = browser.get(f"{url}/result").text
    assert "Study my mistakes now" in page
    answer = post(browser, f"{url}/deck", {"then": "mistakes"})
    assert answer.location == f"/study/?q=missed:{url[-36:]}&mode=cram"
    card = browser.get(answer.location).text
    assert 'href="' + answer.location.replace("&", "&amp;") in browser.get(f"{url}/result").text
    waiting = [str(fact.id) in card for fact in room.set.facts]
    assert waiting == [False, True, True, False, False, False]


def test_without_a_mistake_there_is_none_to_study(room):
    browser = room.join()
    url = room.take(browser, "right", "right", "right")
    page = browser.get(f"{url}/result").text
    assert "Study my mistakes now" not in page
    assert "Study these facts" in page


def test_a_quiz_of_two_sets_puts_both_among_the_decks_and_links_each_fact_to_its_own(room):
    lakes = room.make.question_set("lakes", facts=1)
    rules = tuple(DrawRule(count=1, sets=(set_id,)) for set_id in (room.set.id, lakes.id))
    room.set_to(contents=contents_to_list(Contents((Section("", rules),))), question_count=2)
    browser = room.join()
    url = room.take(browser)
    page = browser.get(f"{url}/result").text
    assert (
        "/library/lakes/facts/fact-0" in page or "/library/lakes/fact-0" in page or "/library/lakes/" in page
    )
    assert "/library/rivers/" in page
    answer = post(browser, f"{url}/deck")
    assert answer.location == "/study/"
    assert "“Lakes” and “Rivers” are among your decks now" in browser.get("/study/").text
    with room.app.app_context():
        assert len(db.session.execute(sa.select(Deck)).all()) == 2


def test_attempts_are_put_beside_one_another(room):
    browser = room.join()
    first = room.take(browser, "right")
    assert "Beside your other attempts" not in browser.get(f"{first}/result").text
    second = room.take(browser, "right", "right", "wrong-1")
    page = plain(browser.get(f"{second}/result").text)
    assert "The best attempt counts: 67 %, this one." in page
    assert "34 points better than the time before." in page
    assert page.count("right last time too") == 1
    assert "not right last time either" in page
    assert f'href="{first}/result"' in page
    assert "2, this one" in page


def test_certainty_is_told_in_words_and_in_numbers(room):
    room.set_to(certainty=True)
    browser = room.join()
    url = post(browser, f"/quizzes/{room.id}/start").location.rstrip("/")
    for position, option in enumerate(("wrong-1",) * 3, 1):
        data = {
            "save_key": str(uuid.uuid4()),
            "sequence": "1",
            "option": option,
            "certainty": "3",
            "go": "save",
        }
        post(browser, f"{url}/{position}", data, as_json=True)
    post(browser, f"{url}/submit")
    page = plain(browser.get(f"{url}/result").text)
    assert "You were certain 3 times and never right" in page
    assert "<b>over-confident</b>" in page
    assert "“Not sure” would have brought 0 marks instead of −18 marks." in page
    assert "you were certain" in page
    assert "a score does not fall below 0" in page
    assert "/progress/certainty" in page
    report = plain(browser.get("/progress/certainty").text)
    assert "You were certain 3 times and never right" in report
    assert "0 of 3" in report
    assert 'href="/progress/certainty"' in browser.get("/progress/").text


def test_a_result_of_a_preview_says_so_and_has_no_history(room):
    browser = room.join()
    room.take(browser, "right")
    url = room.take(browser, "wrong-1")
    with room.app.app_context():
        run_tx(
            lambda: db.session.execute(
                sa.update(Attempt).where(Attempt.id == uuid.UUID(url[-36:])).values(is_preview=True)
            )
        )
    page = plain(browser.get(f"{url}/result").text)
    assert "Preview: leaves no trace" in page
    assert "a preview moves no memory and enters no history" in page
    for absent in ("Take it again", "Study", "Beside your other attempts", "comes back"):
        assert absent not in page.partition("<main")[2].partition("</main>")[0]
    assert post(browser, f"{url}/deck").status_code == 404


def test_a_result_is_told_by_section(room):
    asked = [FixedQuestion(fact.questions["choice"]) for fact in room.set.facts[:3]]
    sections = (Section("Warming up", tuple(asked[:1])), Section("In earnest", tuple(asked[1:])))
    room.set_to(contents=contents_to_list(Contents(sections)))
    browser = room.join()
    page = browser.get(f"{room.take(browser)}/result").text
    assert page.index("Warming up") < page.index('id="question-1"') < page.index("In earnest")
    assert page.index("In earnest") < page.index('id="question-2"')


@pytest.mark.parametrize("then", ["", "mistakes", "nonsense"])
def test_no_value_of_the_button_is_a_fault(room, then):
    browser = room.join()
    url = room.take(browser, "right", "right", "right")
    assert post(browser, f"{url}/deck", {"then": then}).status_code in (303, 404)
    assert browser.get(f"{url}/deck").status_code == 405
