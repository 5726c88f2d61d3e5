"""Pages of the library: the sets, one set, its facts, one fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, current_app, render_template, request

from quizapp import clock
from quizapp.core.matching import words_of
from quizapp.models.question_sets import find_set
from quizapp.operations import mistakes, reports
from quizapp.operations.sources import find_passages
from quizapp.operations.study import find_deck, load_sessions, scheduling_of, today_of
from quizapp.web.access import current_learner, current_user_or_none
from quizapp.web.library.drawing import draw_curve
from quizapp.web.library.preview import preview

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quizapp.models import Deck, Learner, QuestionSet

bp = Blueprint("library", __name__, url_prefix="/library")

_PAGE = 50
_LAST_PAGE = 10_000
_LONGEST_SEARCH = 200

#: What a search hits beside the statement, as the list of what was found names it.
_SEARCHED = {
    "ask": "its question",
    "key_text": "its key",
    "note": "its note",
    "record_text": "what the record has",
    "subject": "its subject",
    "where": "its place in the source",
}

STANDINGS = {
    "documented": "as the record has it",
    "inaccurate": "differs from the record",
    "inconsistent": "source contradicts itself",
    "vague": "vague in the source",
    "fictional": "fiction in the source",
    "excluded": "never asked, with the reason",
    "all": "all of them",
}


@bp.get("/")
def index() -> str:
    """Show the published sets, and an instructor's own drafts."""
    learner = current_learner()
    user = current_user_or_none()
    words = _search_words()
    page = _page()
    entries, pages = reports.list_library(learner, clock.now(), words, page)
    if page > pages:
        abort(404)
    drafts = reports.list_drafts(user.id) if user is not None and user.is_instructor and page == 1 else []
    return render_template(
        "library/index.html",
        entries=entries,
        drafts=drafts,
        words=words,
        page=page,
        pages=pages,
        has_reported=learner is not None and mistakes.has_reported(learner.id),
    )


@bp.get("/<slug>/")
def bank(slug: str) -> str:
    """Show what a set is, what is in it, and what the learner holds of it."""
    question_set = open_set(slug)
    learner = current_learner()
    today = today_of(learner, clock.now())
    lines = reports.list_facts(question_set.id, learner, today, with_content=False)
    deck = None if learner is None else find_deck(learner.id, question_set.id)
    asked = [line for line in lines if line.is_asked]
    is_written = question_set.origin == "instructor"
    return render_template(
        "library/bank.html",
        question_set=question_set,
        deck=deck,
        topics=reports.count_topics(question_set.topics, lines),
        standings={
            name: sum(line.standing == name for line in asked)
            for name in STANDINGS
            if name not in ("all", "excluded")
        },
        standing_words=STANDINGS,
        facts=reports.ask_count(lines),
        types=reports.count_questions(question_set.id),
        with_source=reports.count_holding(question_set.id, "where") if is_written else 0,
        has_map=reports.count_holding(question_set.id, "place") > 0,
        never_asked=sum(not line.is_asked and not line.is_retired for line in lines),
        begun=any(line.memory is not None for line in lines),
        begun_fiction=sum(line.is_fictional and line.memory is not None for line in asked),
        timeline=preview(question_set.id, learner, today),
        due=0 if learner is None or deck is None else _count_due(learner, deck),
        is_attached=_is_attached(question_set),
        can_edit=question_set.can_edit(current_user_or_none()),
    )


def _count_due(learner: Learner, deck: Deck) -> int:
    """Return how many cards study would show as due today."""
    (session,) = load_sessions(learner, [(deck.question_set_id, deck)], clock.now())
    return session.counts.due + session.counts.returning


@bp.get("/<slug>/facts")
def facts(slug: str) -> str:
    """List the facts of a set, searched and filtered."""
    question_set = open_set(slug)
    learner = current_learner()
    lines = reports.list_facts(question_set.id, learner, today_of(learner, clock.now()))
    words, topic = _search_words(), request.args.get("topic", "")
    standing = request.args.get("standing", "")
    standing = standing if standing in STANDINGS else ""
    found = reports.search_facts(lines, words, topic, standing)
    entries = reports.fold_members(found)
    pages = max(1, -(-len(entries) // _PAGE))
    page = _page()
    if page > pages:
        abort(404)
    apart = 0 if standing else len(reports.search_facts(lines, words, topic, "fictional"))
    return render_template(
        "library/facts.html",
        question_set=question_set,
        entries=entries[(page - 1) * _PAGE : page * _PAGE],
        begun=any(line.memory is not None for line in lines),
        count=len(found),
        apart=apart,
        words=words,
        topic=topic,
        standing=standing,
        topics=[entry.topic for entry in reports.count_topics(question_set.topics, lines)],
        standing_words=STANDINGS,
        found_in=lambda line: _found_in(line, words),
        page=page,
        pages=pages,
    )


@bp.get("/<slug>/facts/<key>")
def fact(slug: str, key: str) -> str:
    """Show one fact: what it says and where, its questions, and the learner's history with it."""
    question_set = open_set(slug)
    learner = current_learner()
    today = today_of(learner, clock.now())
    line = reports.find_fact(question_set.id, key, learner, today)
    is_quizzed = reports.has_closed_facts(question_set.id, learner)
    if line is None or line.is_closed:
        # Whether a name exists would tell who belongs to a list: unknown and closed look the same meanwhile.
        if is_quizzed:
            return render_template("library/closed.html", question_set=question_set)
        abort(404)
    learner_id = None if learner is None else learner.id
    memory, curve = line.memory, None
    if memory is not None:
        curve = draw_curve(
            memory.stability, memory.last_on, memory.due_on, today, scheduling_of(learner).weights
        )
    questions = reports.list_questions(line.id, learner_id) if line.is_asked else []
    return render_template(
        "library/fact.html",
        question_set=question_set,
        line=line,
        # What a quiz asks of the set may stand in the same sentence.
        passages=[] if is_quizzed else _passages(question_set, line),
        questions=[one for one in questions if one.facts == 1],
        shared=[one for one in questions if one.facts > 1],
        history=[] if learner_id is None else reports.list_history(learner_id, line.id),
        curve=curve,
        today=today,
        near=reports.find_neighbours(question_set.id, line, learner, today),
        standing_words=STANDINGS,
    )


def _found_in(line: reports.FactLine, words: str) -> str:
    """Return where the words of a search stand that the statement itself does not hold; empty where it holds all."""
    shown = words_of(line.statement)
    missing = [part for part in words_of(words) if not _holds(shown, part)]
    texts = {place: words_of(str(line.content.get(name) or "")) for name, place in _SEARCHED.items()}
    held = {place: [part for part in missing if _holds(text, part)] for place, text in texts.items()}
    # One place that holds all that is missing says enough.
    whole = next((place for place, parts in held.items() if len(parts) == len(missing)), "")
    return whole if missing and whole else " and ".join(place for place, parts in held.items() if parts)


def _holds(words: Iterable[str], part: str) -> bool:
    return any(word.startswith(part) for word in words)


def _passages(question_set: QuestionSet, line: reports.FactLine) -> list[str]:
    spans = line.content.get("cite") or []
    return find_passages(current_app.config["QUIZAPP"].sources, question_set.source or {}, spans)


def open_set(slug: str) -> QuestionSet:
    """Return the set, if this user may see it; anything else is not found."""
    question_set = find_set(slug)
    if question_set is None or not question_set.can_see(current_user_or_none()):
        abort(404)
    return question_set


def _is_attached(question_set: QuestionSet) -> bool:
    return bool(find_passages(current_app.config["QUIZAPP"].sources, question_set.source or {}, [[0, 1]]))


def _search_words() -> str:
    return request.args.get("q", "")[:_LONGEST_SEARCH].strip()


def _page() -> int:
    return min(max(1, request.args.get("page", 1, type=int)), _LAST_PAGE)
