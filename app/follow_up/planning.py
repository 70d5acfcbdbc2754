"""The planning of a point, what really happened, what it depends on, and the overview of all plannings."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField, SelectMultipleField
from wtforms.validators import DataRequired, InputRequired, Optional

from app import downloads, trail
from app.auth import acting, requires
from app.extensions import db
from app.follow_up import blueprint, here
from app.follow_up.here import PERMISSION
from app.judge.factor import seen_version
from app.manage.forms import Day, Form, Pick, Words, most
from app.manage.steps import answer, take
from exports.follow_up import planning as file
from exports.follow_up import timeline as figure
from exports.formats import FORMATS
from surveys.acting import now, today
from surveys.errors import ChangedMeanwhile
from surveys.follow_up import depending, kinds, points, registering, schedule, schemes
from surveys.follow_up import planning as verbs
from surveys.follow_up.planning import Moved, Plan, Planning
from surveys.follow_up.points import PointInfo
from surveys.follow_up.register import NONE, Asked
from surveys.follow_up.schedule import Schedule

Page = str | Response | tuple[str, int]


class Phases(Form):
    """A day for each phase."""

    prepared_on = Day(kinds.PHASES["prepared_on"], validators=[Optional()])
    begun_on = Day(kinds.PHASES["begun_on"], validators=[Optional()])
    done_on = Day(kinds.PHASES["done_on"], validators=[Optional()])
    versie = HiddenField()

    @property
    def days(self) -> dict[str, date | None]:
        """What was filled in."""
        return {phase: self[phase].data for phase in kinds.PHASES}


class PlanForm(Phases):
    """A planning, after the first with a reason. `mee`: which of the points in `voorstel` move along."""

    reason = RadioField("Waarom verandert de planning?")
    note = Words("Toelichting (niet verplicht)", validators=[most(verbs.NOTE_LENGTH)])
    mee = SelectMultipleField("Schuift mee", coerce=int, validate_choice=False)
    voorstel = HiddenField()

    def __init__(self, shown: Planning, **values: Any) -> None:
        """`shown`: the planning as it is; `values` fills in the form."""
        super().__init__(**values)
        self.changes = bool(shown.versions)
        if self.changes:
            self.reason.choices = [*kinds.REASONS.items()]
            self.reason.validators = [InputRequired("Kies waarom de planning verandert.")]
        else:
            del self.reason

    @property
    def why(self) -> str | None:
        """The reason, None for a first planning."""
        return self.reason.data if self.changes else None

    def answers(self, offered: Iterable[Moved]) -> bool:
        """Whether it was sent from a page that offered just this; else it does so now, with all ticked."""
        same: bool = self.voorstel.data == _told(offered)
        if not same:
            self.voorstel.data = _told(offered)
            self.mee.data = [each.point_id for each in offered]
        return same


class DependForm(Form):
    """What a point depends on."""

    on = Pick("Ander punt", validators=[DataRequired("Kies een punt.")])
    kind = RadioField(
        "Wat geldt voor dit punt?",
        validators=[InputRequired("Kies of dit punt op het andere wacht, of er gelijk mee oploopt.")],
    )
    note = Words("Toelichting (niet verplicht)", validators=[most(depending.NOTE_LENGTH)])

    def __init__(self, others: Iterable[PointInfo]) -> None:
        """`others`: the points to choose from."""
        super().__init__()
        self.on.choices = [
            ("", "Kies een punt"),
            *((str(each.id), f"{each.called} ({each.kind_label.lower()})") for each in others),
        ]
        self.kind.choices = [*kinds.DEPENDENCIES.items()]


@blueprint.route("/punten/<int:nummer>/planning", methods=["GET", "POST"])
@requires(PERMISSION)
def plan(nummer: int) -> Page:
    """Plan a point. What would clash is shown before anything is kept, to move along or not."""
    point, shown = here.find(nummer), _planning(nummer)
    form = PlanForm(shown, data=None if request.method == "POST" else _begun(shown.days, shown.number))
    offered: tuple[Moved, ...] = ()
    theirs: Plan | None = None
    if form.validate_on_submit():

        def step() -> bool:
            verbs.plan(
                db.session(),
                nummer,
                form.days,
                reason=form.why,
                note=form.note.data,
                along=(form.mee.data or ()) if offered else (),
                by=acting(),
                seen=seen_version(),
            )
            return True

        offered = take(form, lambda: verbs.would_move(db.session(), nummer, form.days)) or ()
        try:
            if not form.problems and (not offered or form.answers(offered)) and take(form, step):
                flash(_kept(offered), "success")
                return _to_point(nummer)
        except ChangedMeanwhile as refusal:
            db.session.rollback()
            shown = _planning(nummer)
            theirs = shown.current
            form.form_errors.append(str(refusal))
            form.versie.data = str(shown.number)
    page = answer(
        "follow_up/plan.html",
        form,
        point=point,
        planning=shown,
        offered=offered,
        theirs=theirs,
        phases=kinds.PHASES,
    )
    return (page[0], 409) if theirs else page


@blueprint.route("/punten/<int:nummer>/fasen", methods=["GET", "POST"])
@requires(PERMISSION)
def phases(nummer: int) -> Page:
    """Record when the phases of a point were really reached."""
    point = here.find(nummer)
    form = Phases(data=None if request.method == "POST" else _begun(point.actual, point.version))
    theirs: PointInfo | None = None
    if form.validate_on_submit():

        def step() -> bool:
            registering.reach(db.session(), nummer, form.days, by=acting(), seen_version=seen_version())
            return True

        try:
            if take(form, step):
                flash("De fasen zijn bewaard.", "success")
                return _to_point(nummer)
        except ChangedMeanwhile as refusal:
            db.session.rollback()
            theirs = here.find(nummer)
            form.form_errors.append(str(refusal))
            form.versie.data = str(theirs.version)
    page = answer(
        "follow_up/phases.html",
        form,
        point=point,
        planning=_planning(nummer),
        theirs=theirs,
        phases=kinds.PHASES,
    )
    return (page[0], 409) if theirs else page


@blueprint.route("/punten/<int:nummer>/afhankelijkheden", methods=["GET", "POST"])
@requires(PERMISSION)
def dependencies(nummer: int) -> Page:
    """What a point depends on, what depends on it, and adding to the first."""
    point, shown = here.find(nummer), _planning(nummer)
    linked = {nummer, *(wait.on_id for wait in shown.waits)}
    form = DependForm(each for each in points.listed(db.session()) if each.id not in linked)
    if form.validate_on_submit() and take(
        form,
        lambda: depending.depend(
            db.session(), nummer, int(form.on.data), form.kind.data, form.note.data, by=acting()
        ),
    ):
        flash("De afhankelijkheid is bewaard.", "success")
        return redirect(url_for("follow_up.dependencies", nummer=nummer), 303)
    return answer(
        "follow_up/dependencies.html",
        form,
        point=point,
        planning=shown,
        dependents=depending.dependents(db.session(), nummer),
        kinds=kinds.DEPENDENCIES,
    )


@blueprint.route(
    "/punten/<int:nummer>/afhankelijkheden/<int:afhankelijkheid>/verwijderen", methods=["GET", "POST"]
)
@requires(PERMISSION)
def remove_dependency(nummer: int, afhankelijkheid: int) -> Page:
    """Look at a dependency before it is taken away, and take it away."""
    point, form = here.find(nummer), Form()
    wait = next((each for each in _planning(nummer).waits if each.id == afhankelijkheid), None) or abort(404)
    if form.validate_on_submit():

        def step() -> bool:
            depending.undepend(db.session(), nummer, afhankelijkheid, by=acting())
            return True

        if take(form, step):
            flash("De afhankelijkheid is verwijderd.", "success")
            return redirect(url_for("follow_up.dependencies", nummer=nummer), 303)
    return answer("follow_up/dependency_remove.html", form, point=point, wait=wait)


@blueprint.get("/planning")
@requires(PERMISSION)
def planning() -> str:
    """The planning of all open points by track, narrowed as the address asks."""
    asked, found = _asked(), _schedule()
    here.mark(*(line.point for line in found.lines))
    return render_template(
        "follow_up/planning.html",
        found=found,
        asked=asked,
        choices=_choices(found),
        # our own drawing: every text in it went through lxml, which escapes it
        drawn=Markup(figure.svg(found)) if found.lines else None,
        files={
            format.label: _file("follow_up.planning_file", asked, form) for form, format in FORMATS.items()
        },
        sheets={
            form.upper(): _file("follow_up.planning_sheets", asked, form) for form in figure.SHEET_FORMATS
        },
    )


@blueprint.get("/planning/bestand")
@requires(PERMISSION)
def planning_file() -> Response:
    """The overview as it is shown; `?vorm=` is the format."""
    form, found = downloads.asked(), _schedule()
    return downloads.send(file.planning_book(found, now()), form, file.planning_filename(found, form))


@blueprint.get("/planning/kaart")
@requires(PERMISSION)
def planning_sheets() -> Response:
    """The figure of the overview as sheets to print; `?vorm=` is a key of SHEET_FORMATS."""
    if trail.too_many_files():
        abort(429)
    form = request.args.get("vorm", "pdf")
    if form not in figure.SHEET_FORMATS:
        abort(404)
    made = figure.printed(_schedule(), form)
    return send_file(
        io.BytesIO(made.content), mimetype=made.media_type, as_attachment=True, download_name=made.name
    )


def _file(view: str, asked: dict[str, str], form: str) -> str:
    """Where the overview that is shown is as a file."""
    parts: dict[str, Any] = {**asked, "vorm": form}
    return url_for(view, **parts)


def _planning(number: int) -> Planning:
    return verbs.of_points(db.session(), [number], today())[number]


def _kept(offered: Collection[Moved]) -> str:
    """What is told of a planning that was kept: also how many of the points that could move along did."""
    now = verbs.of_points(db.session(), [each.point_id for each in offered], today()) if offered else {}
    count = sum(now[each.point_id].days != each.was for each in offered)
    along = f" {count} {'ander punt schoof' if count == 1 else 'andere punten schoven'} mee." if count else ""
    return f"De planning is bewaard.{along}"


def _to_point(number: int) -> Response:
    return redirect(url_for("follow_up.point", nummer=number), 303)


def _begun(days: Mapping[str, date | None], version: int) -> dict[str, Any]:
    """What a form about days begins with."""
    return {**days, "versie": str(version)}


def _told(offered: Iterable[Moved]) -> str:
    """A proposal as the page keeps it, to see whether it is still the same."""
    return " ".join(f"{each.point_id}:{','.join(map(str, each.becomes.values()))}" for each in offered)


def _asked() -> dict[str, str]:
    """What the address asks for, without what is empty."""
    names = ("soort", "eenheid", *schemes.codes())
    return {name: request.args[name] for name in names if request.args.get(name)}


def _schedule() -> Schedule:
    asked = _asked()
    classes = {name: asked[name] for name in schemes.codes() if name in asked}
    wanted = Asked(kind=asked.get("soort", ""), unit=asked.get("eenheid", ""), classes=classes)
    return schedule.schedule(db.session(), today(), wanted)


def _choices(found: Schedule) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What can be chosen from: the name in the address, the label, and the values with their labels."""
    return [
        ("soort", "Soort", [*kinds.KINDS.items()]),
        ("eenheid", "Eenheid", [*((each.code, each.name) for each in found.units), (NONE, "Geen eenheid")]),
        *(
            (scheme.code, scheme.title, [*scheme.labels.items(), (NONE, "Niet ingedeeld")])
            for scheme in found.schemes.values()
        ),
    ]
