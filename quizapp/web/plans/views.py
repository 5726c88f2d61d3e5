"""Pages of plans: the list, making one, where it stands, other minutes, giving it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from quizapp import clock
from quizapp.database import db, run_tx
from quizapp.models import QuestionSet, StudyPlan
from quizapp.models.question_sets import find_set, list_published_sets
from quizapp.operations import plans
from quizapp.operations.plans import PlanError, PlanOpenError, Preview
from quizapp.operations.study import list_decks, today_of
from quizapp.web.access import current_learner, current_user_or_none, ensure_learner, require_learner
from quizapp.web.plans.drawing import draw
from quizapp.web.plans.forms import MinutesForm, PlanForm

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers.response import Response

    from quizapp.models import Learner

bp = Blueprint("plans", __name__, url_prefix="/plans")


@bp.get("/")
def index() -> str:
    """List the learner's plans: open ones with where they stand, past ones with what they promised and reached."""
    learner = current_learner()
    if learner is None:
        return render_template("plans/index.html", open_plans=[], past=[], error=None, today=None)
    past = plans.list_past(learner.id)
    return render_template(
        "plans/index.html",
        open_plans=plans.list_open(learner.id),
        past=past,
        error=plans.mean_error(past),
        today=today_of(learner, clock.now()),
    )


@bp.get("/new")
def new() -> str | tuple[str, int]:
    """Ask what is to be known by when, and show what a plan would promise; nothing is written."""
    learner = current_learner()
    form = _plan_form(learner)
    if "on" not in request.args:
        slug = request.args.get("set", "")
        minutes = None if learner is None else learner.goal_minutes or learner.budget_minutes
        form.suggest(slug, minutes, today_of(learner, clock.now()))
        return _new_page(form, None)
    preview = _preview(form, learner)
    return _new_page(form, preview) if preview is not None else (_new_page(form, None), 422)


@bp.post("/new")
def create() -> Response | tuple[str, int]:
    """Make a plan and give its deck the settings that get there."""
    learner = current_learner()
    form = _plan_form(learner)
    if learner is not None:
        # One whose day has come must not stand in the way of the next.
        plans.settle_learner(learner.id, clock.now())
    preview = _preview(form, learner)
    if preview is None:
        return _new_page(form, None), 422
    learner_id = ensure_learner().id
    now = clock.now()
    try:
        plan_id = run_tx(lambda: plans.make_plan(learner_id, preview, now))
    except PlanOpenError as problem:
        # Sent twice, or from another tab.
        flash("This set has an open plan already: this one. Nothing was changed.", "info")
        return redirect(url_for("plans.show", plan_id=problem.plan_id), 303)
    flash("The plan is made, and the deck follows it from now on.", "success")
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


@bp.get("/<uuid:plan_id>")
def show(plan_id: uuid.UUID) -> str:
    """Show where a plan stands, or what became of it."""
    learner = require_learner()
    plan, made = _own_plan(learner, plan_id)
    now = clock.now()
    today = today_of(learner, now)
    is_hidden = plan.question_set_id in plans.sets_in_open_quizzes(learner.id)
    is_open = plan.state == "open" and plan.ready_on > today
    days = [] if is_hidden else plans.list_days(plan)
    standing = None if is_hidden or not is_open else plans.stand(learner, plan, now)
    reached = None if is_hidden else plan.reached
    if plan.state == "open" and not is_open and not is_hidden:
        # The day has come, and nobody recorded it yet.
        reached = plans.known_on(learner, plan.question_set_id, plan.query, plan.ready_on, now)
    latest = None if standing is None else (standing.today, standing.known)
    if reached is not None:
        latest = (plan.ready_on, reached)
    first = min((row.day for row in days), default=plan.ready_on)
    return render_template(
        "plans/show.html",
        plan=plan,
        made=made,
        today=today,
        is_hidden=is_hidden,
        is_open=is_open,
        standing=standing,
        reached=reached,
        days=days,
        curve=draw(first, plan.ready_on, days, () if standing is None else standing.points, latest),
        form=MinutesForm(meta={"csrf": False}, formdata=None, minutes=plan.daily_minutes),
    )


@bp.get("/<uuid:plan_id>/minutes")
def minutes(plan_id: uuid.UUID) -> str | tuple[str, int]:
    """Show what an open plan would promise with other minutes; nothing is written."""
    learner = require_learner()
    plan, made = _own_plan(learner, plan_id)
    given = request.args if "minutes" in request.args else MultiDict({"minutes": str(plan.daily_minutes)})
    form = MinutesForm(meta={"csrf": False}, formdata=given)
    preview = _other_preview(form, learner, plan, made)
    page = _minutes_page(form, plan, made, preview)
    return page if preview is not None else (page, 422)


@bp.post("/<uuid:plan_id>/minutes")
def change_minutes(plan_id: uuid.UUID) -> Response | tuple[str, int]:
    """Go on with other minutes."""
    learner = require_learner()
    plan, made = _own_plan(learner, plan_id)
    form = MinutesForm()
    preview = _other_preview(form, learner, plan, made)
    if preview is None:
        return _minutes_page(form, plan, made, None), 422
    learner_id, now = learner.id, clock.now()
    if run_tx(lambda: plans.change_plan(learner_id, plan_id, preview, now)):
        flash("The plan goes on with the new minutes, and the deck follows it.", "success")
    else:
        flash("The plan was over already. Nothing was changed.", "info")
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


@bp.post("/<uuid:plan_id>/give-up")
def give_up(plan_id: uuid.UUID) -> Response:
    """End a plan before its day."""
    learner = require_learner()
    _own_plan(learner, plan_id)
    learner_id, now = learner.id, clock.now()
    if run_tx(lambda: plans.give_up(learner_id, plan_id, now)):
        flash(
            "The plan is given up. The deck has its own settings again; what you learned is kept.", "success"
        )
    else:
        flash("The plan was over already. Nothing was changed.", "info")
    return redirect(url_for("plans.index"), 303)


def _plan_form(learner: Learner | None) -> PlanForm:
    today = today_of(learner, clock.now())
    if request.method == "POST":
        return PlanForm(_sets(learner), today)
    formdata = request.args if "on" in request.args else None
    return PlanForm(_sets(learner), today, formdata=formdata, meta={"csrf": False})


def _sets(learner: Learner | None) -> list[QuestionSet]:
    """Return what can be planned: the library, and the learner's decks that they still see."""
    sets = list_published_sets()
    if learner is not None:
        user = current_user_or_none()
        known = {made.id for made in sets}
        sets += [made for _, made in list_decks(learner.id) if made.id not in known and made.can_see(user)]
    return sets


def _preview(form: PlanForm, learner: Learner | None) -> Preview | None:
    """Return what the plan would promise; None where the form says what is wrong."""
    if not form.validate():
        return None
    made = find_set(form.question_set.data)
    if made is None:
        abort(404)
    try:
        return plans.preview_plan(
            learner, made, form.query.data, form.ready_on.data, form.minutes.data, clock.now()
        )
    except PlanError as problem:
        form.blame(problem)
        return None


def _other_preview(form: MinutesForm, learner: Learner, plan: StudyPlan, made: QuestionSet) -> Preview | None:
    if not form.validate():
        return None
    if plan.state != "open":
        form.form_errors.append("This plan is over: make a new one to go on.")
        return None
    try:
        return plans.preview_plan(
            learner, made, plan.query, plan.ready_on, form.minutes.data, clock.now(), replacing=plan.id
        )
    except PlanError as problem:
        form.blame(problem)
        return None


def _own_plan(learner: Learner, plan_id: uuid.UUID) -> tuple[StudyPlan, QuestionSet]:
    plan = plans.find_plan(learner.id, plan_id)
    if plan is None:
        abort(404)
    return plan, db.session.get_one(QuestionSet, plan.question_set_id)


def _new_page(form: PlanForm, preview: Preview | None) -> str:
    return render_template("plans/new.html", form=form, preview=preview, curve=_curve_of(preview))


def _minutes_page(form: MinutesForm, plan: StudyPlan, made: QuestionSet, preview: Preview | None) -> str:
    return render_template(
        "plans/minutes.html", form=form, plan=plan, made=made, preview=preview, curve=_curve_of(preview)
    )


def _curve_of(preview: Preview | None) -> object:
    return None if preview is None else draw(preview.today, preview.ready_on, points=preview.points)
