"""Reads the player's pages as a browser without scripts would, and sends what stands on its cards."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from quizapp import clock
from quizapp.core.memory import Rating
from quizapp.core.questions import question_from_dict
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import FactRevision, Learner, Question, QuestionRevision
from quizapp.operations import study
from tests.factories import fields_of
from tests.forms import post

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.factories import MadeSet

_HIDDEN = re.compile(r'<input type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"')


def first_card(page: str) -> str:
    """Return the card that is shown, without those that follow."""
    return page[page.index("data-card") :].partition("<template data-upcoming>")[0]


def card_form(page: str) -> dict[str, str]:
    """Return what the first card of a page would send, before a rating or a response is given."""
    form = page[page.index("data-review=") :]
    return _fields_of(form)


def mark_form(page: str, action: str) -> dict[str, str]:
    """Return what a form of the first card's menu, or of the help with what keeps slipping, would send."""
    form = page[page.index(f'data-mark="{action}"') :]
    return _fields_of(form)


def undo_form(page: str) -> dict[str, str]:
    """Return what the button that takes back would send."""
    form = page[page.index("data-undo") :]
    return _fields_of(form)


def _fields_of(form: str) -> dict[str, str]:
    fields = dict(_HIDDEN.findall(form[: form.index("</form>")]))
    # That of the browser which sends it is put in its place.
    fields.pop("csrf_token", None)
    return fields


def fact_of(page: str) -> str:
    """Return the fact of the card that is shown."""
    return card_form(page)["fact"]


def options_of(page: str) -> list[str]:
    """Return the ids of the options of the first card, in the order shown."""
    return re.findall(r'name="option"\s+value="([^"]+)"', first_card(page))


def make_graded(app: Flask, made: MadeSet, index: int = 0) -> None:
    """Have a fact make a poor flashcard: it is asked as a question whatever the learner prefers."""
    change_fact(app, made, index, flashcard=False)


def change_fact(app: Flask, made: MadeSet, index: int = 0, **words: Any) -> None:
    """Change what the first revision of a fact says."""
    with app.app_context():
        row = db.session.get_one(FactRevision, (made.facts[index].id, 1))
        row.content = {**row.content, **words}
        db.session.commit()


def change_learner(app: Flask, learner_id: uuid.UUID, **words: Any) -> None:
    """Change settings of a learner."""
    with app.app_context():
        learner = db.session.get_one(Learner, learner_id)
        for name, value in words.items():
            setattr(learner, name, value)
        db.session.commit()


def only_ask(app: Flask, *kinds: str) -> None:
    """Leave questions of these types alone, and one new fact a day."""
    with app.app_context():
        for question in db.session.execute(select(Question).where(Question.type.not_in(kinds))).scalars():
            question.retired_at = clock.now()
        for learner in db.session.execute(select(Learner)).scalars():
            learner.new_per_day = 1
        db.session.commit()


def begin(app: Flask, learner_id: uuid.UUID, facts: list[uuid.UUID], at: Any) -> None:
    """Have a learner remember these facts at a moment."""
    with app.app_context():

        def unit() -> None:
            learner = db.session.get_one(Learner, learner_id)
            for fact_id in facts:
                given = study.Given(
                    id=new_row_id(),
                    fact_id=fact_id,
                    form="flashcard",
                    source="study",
                    at=at,
                    rating=Rating.GOOD,
                    duration_ms=4000,
                )
                study.record_review(learner, given)

        run_tx(unit)


def want_form(app: Flask, learner_id: uuid.UUID, fact_id: uuid.UUID, form: str | None) -> None:
    """Have a fact asked in a form."""
    with app.app_context():
        run_tx(
            lambda: study.change_marks(
                db.session.get_one(Learner, learner_id),
                [fact_id],
                study.Action.FORM,
                step_id=new_row_id(),
                now=clock.now(),
                form=form,
            )
        )


def response_to(app: Flask, question_id: str, how: str = "right") -> dict[str, str]:
    """Return the fields of a response to the current revision of a question."""
    with app.app_context():
        content = db.session.execute(
            select(QuestionRevision.content)
            .join(Question, Question.id == QuestionRevision.question_id)
            .where(Question.id == uuid.UUID(question_id), QuestionRevision.revision == Question.revision)
        ).scalar_one()
        return fields_of(question_from_dict(content), how)


def rate(tab: FlaskClient, page: str, rating: int = 3, **words: Any) -> Any:
    """Rate the first card of a page."""
    options = {name: words.pop(name) for name in ("as_json", "follow_redirects") if name in words}
    return post(tab, "/study/reviews", {**card_form(page), "rating": rating, **words}, **options)


def respond(tab: FlaskClient, page: str, fields: dict[str, str], **options: Any) -> Any:
    """Respond to the question that the first card of a page asks."""
    return post(tab, "/study/responses", {**card_form(page), **fields}, **options)
