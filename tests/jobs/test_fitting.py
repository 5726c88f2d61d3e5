"""At night each learner who is due is fitted, one after another; each hour many cards are counted."""

from __future__ import annotations

from quizapp.jobs import fitting, make_queue, memories
from quizapp.operations import fits, study


def _names(queue, moment):
    return [task.name for task in queue.read_periodic(moment.replace(tzinfo=None))]


def test_learners_who_are_due_are_fitted_at_night(app, make, frozen, monkeypatch):
    due, fitted = [make.guest(), make.guest()], []
    monkeypatch.setattr(fits, "list_due", lambda _: due)
    monkeypatch.setattr(fits, "fit_learner", lambda learner_id, now: fitted.append((learner_id, now)))
    queue = make_queue(app.config["QUIZAPP"])
    task = fitting.register(queue, app.app_context)
    assert _names(queue, frozen.moment.replace(hour=3, minute=0)) == ["fit_learners"]
    assert _names(queue, frozen.moment.replace(hour=3, minute=1)) == []
    assert _names(queue, frozen.moment.replace(hour=15, minute=0)) == []
    task()
    assert fitted == [(learner_id, frozen.moment) for learner_id in due]


def test_many_cards_are_counted_every_hour(app, make, frozen, monkeypatch):
    uncounted, counted = [make.guest()], []
    monkeypatch.setattr(study, "list_uncounted", lambda _: uncounted)
    monkeypatch.setattr(study, "make_census", lambda learner_id, _: counted.append(learner_id))
    queue = make_queue(app.config["QUIZAPP"])
    task = memories.register(queue, app.app_context)
    names = [_names(queue, frozen.moment.replace(minute=minute)) for minute in range(60)]
    assert sum("make_censuses" in some for some in names) == 1
    task()
    assert counted == uncounted
