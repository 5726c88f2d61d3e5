"""What the lists of an export and their columns mean, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quizapp.operations.accounts.export.collecting import Part

_OPENING: Final = """Everything quizapp keeps about you.

data.json holds all of it: your profile, your settings, the lists below and the question sets you wrote. The .csv files
hold the same lists for a spreadsheet, in UTF-8; a text that a spreadsheet would take for a formula has an apostrophe in
front. Moments are in UTC, study days are yours: from your roll-over hour in your time zone. Shares lie between 0 and 1.

Responses of a quiz that is still open are here as you gave them. Of what such a quiz asks, neither names nor grades nor
memories are here before it ends, of earlier quizzes neither.
"""

_PARTS: Final = {
    "decks": "The sets you study, with their own limits; an empty limit is the one you set for all.",
    "cards": "Your memory of each fact.",
    "card_marks": "What you decided about facts: suspended, hidden, flagged, your notes.",
    "card_steps": "Changes of such marks that could be taken back.",
    "reviews": "Every time you were asked for a fact, oldest first, and what it did to your memory.",
    "statistics": "What you did on each study day in each topic.",
    "daily_recall": "Recall promised and reached on each study day, by form of question.",
    "daily_loads": "How many cards are shown from each day on.",
    "study_plans": "Sets to be known by a date.",
    "plan_days": "The days of these plans: what was predicted and what was known.",
    "fits": "Tries at a schedule of your own, and whether it was used.",
    "memory_censuses": "What you held of each topic when very many cards were last counted.",
    "quizzes": "The quizzes you made.",
    "attempts": "Each time you took a quiz.",
    "responses": "Your responses in them.",
    "mistake_reports": "The mistakes you reported.",
}

_COLUMNS: Final = {
    "about": "what the report is about, as it is asked",
    "action": "what was done; in reviews: reset (the memory begins anew) or due (you set the date), else empty",
    "added_at": "when you took up the set",
    "asks": "what is asked for the fact",
    "attempt_id": "the attempt it belongs to",
    "before": "the mark as it was before the step",
    "cancels": "the review that this row takes back",
    "cards": "number of cards",
    "created_at": "when it was made",
    "daily_minutes": "minutes a day that the plan reckons with",
    "day": "the study day",
    "deadline_at": "when the time is up",
    "deck_before": "limits of the deck before the plan, put back at its end",
    "desired_retention": "share of due facts that are meant to be recalled",
    "difficulty": "how hard the fact is for you, 1 to 10",
    "difficulty_after": "difficulty after the review",
    "difficulty_before": "difficulty before the review",
    "due_on": "study day from which it is due",
    "duration_ms": "milliseconds spent, at most two minutes a review",
    "ended_at": "when the plan was given up or its day had come",
    "error_after": "by how much the new schedule's predictions were off, as a share",
    "error_before": "by how much the predictions of the schedule in use were off, as a share",
    "extra_time_percent": "extra time granted, in percent",
    "fact": "name of the fact within its set",
    "fact_id": "identity of the fact",
    "fact_revision": "revision of the fact that you last saw",
    "finished_at": "when it was finished",
    "finished_by": "who finished it",
    "first_on": "study day of the first review",
    "fitted_at": "when it was fitted",
    "flagged_at": "when you flagged it",
    "form": "form of the question, or flashcard",
    "gained": "growth of memory: facts more that will be known a month later",
    "guess": "chance that a right response is luck",
    "held_back": "later reviews that it was judged by",
    "hidden_through": "last study day on which it is not shown",
    "id": "identity of the row",
    "includes_fiction": "whether facts that the source invents are asked",
    "is_fiction": "whether these are facts that a source invents",
    "is_flagged": "whether you flagged the question during the quiz",
    "is_long_term": "whether it moved the memory: the first probe of its study day",
    "is_right": "whether the fact was recalled, or may have been",
    "is_used": "whether the new schedule came into use",
    "lapses": "how often a fact known before was forgotten",
    "last_at": "the last probe of any kind",
    "last_on": "study day of the last review that moved the memory",
    "leech_lapses": "lapses at which help with a hard fact was last taken or waved away",
    "loss_after": "log loss of the new schedule on the reviews held back",
    "loss_before": "log loss of the schedule in use on the same reviews",
    "made_at": "when it was made",
    "made_on": "study day on which it was made",
    "max_score": "the score that could be reached",
    "new_facts": "facts begun",
    "new_from": "place in the set before which every fact is begun",
    "new_per_day": "new facts a day",
    "note": "your note",
    "option_order": "order in which the options were shown",
    "outcome": "right, partly or wrong",
    "plan": "title of the plan",
    "plan_id": "the plan it belongs to",
    "position": "place within the quiz",
    "predicted": "share predicted: in reviews the chance of recall at that moment",
    "predicted_recall": "sum of the predicted chances of recall",
    "predicted_recalled": "how many of those with a prediction were recalled",
    "predicted_reviews": "reviews that had a prediction",
    "query": "which facts, in the words of the search; empty is all",
    "question": "name of the question within its set",
    "question_count": "number of questions",
    "question_id": "identity of the question",
    "question_revision": "revision of the question that you saw",
    "question_set": "name of the question set in addresses",
    "question_set_id": "identity of the question set",
    "quiz": "title of the quiz",
    "quiz_id": "the quiz it belongs to",
    "rating": "your rating: 1 Again, 2 Hard, 3 Good, 4 Easy; empty where the program graded",
    "reached": "share that was known",
    "ready_on": "study day on which the facts are to be known",
    "reason": "kind of mistake",
    "recalled": "how many were recalled",
    "reply": "what was answered to your report",
    "reps": "reviews that moved the memory",
    "responded_at": "when you gave the response",
    "response": "what you gave",
    "review_id": "the review it became",
    "reviewed_at": "when it was reviewed",
    "reviews": "number of reviews",
    "reviews_per_day": "due cards a day at most",
    "revision": "revision it speaks of",
    "rule_version": "version of the rule for what a response is worth",
    "save_key": "key of the last save, so that sending again saves once",
    "score": "what was reached",
    "seen_at": "when you saw what became of it",
    "sequence": "number of the last save",
    "settled_at": "when it was settled",
    "shown_on": "study day from which it is shown; empty while it is suspended",
    "skipped_at": "when you skipped it",
    "skipped_on": "study day on which you skipped it",
    "source": "where it was asked: study, quiz, import or cram",
    "stability": "days until recall falls to 90 percent",
    "stability_after": "stability after the review",
    "stability_before": "stability before the review",
    "started_at": "when it was begun",
    "state": "where it stands",
    "stem": "what the question asks",
    "study_day": "your study day",
    "suspended_at": "when you suspended it",
    "tenth": "tenth of the predicted chance of recall, 0 to 9; -1 without a prediction",
    "time_limit_seconds": "time limit in seconds",
    "title": "title",
    "topic": "topic; *fiction are facts that a source invents",
    "topics": "topics",
    "undone_at": "when it was taken back",
    "updated_at": "when it was last changed",
    "wanted_form": "form you want for this fact",
    "weight": "how far a right response counts as recalled",
    "weights": "the 21 numbers of the schedule",
    "weights_version": "version of your schedule's numbers; 0 are the usual ones",
    "words": "what you wrote",
}  # fmt: skip


def read_me(parts: Iterable[Part]) -> str:
    """Return the word of explanation that goes with the files: every list, and every column of it."""
    told = [_OPENING]
    for part in parts:
        lines = [f"  {column}: {_COLUMNS[column]}" for column in part.columns]
        told.append("\n".join([f"{part.name}.csv: {_PARTS[part.name]}", *lines]) + "\n")
    return "\n".join(told)
