"""Priority and capacity: what comes first, and what people and budget are short, of all points and of one."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import DataRequired, InputRequired

from app import downloads
from app.auth import acting, requires
from app.extensions import db
from app.follow_up import blueprint, desk, here
from app.follow_up.desk import Desk, Facts, Page, People, RowForm
from app.follow_up.here import PERMISSION
from app.follow_up.point_forms import units_of_today
from app.follow_up.sources import Amount
from app.judge.factor import seen_version
from app.manage.forms import SMALL_NUMBER, Form, Number, Pick, Text, Words, most
from app.manage.steps import answer, take
from exports.follow_up import capacity as file
from exports.formats import FORMATS
from surveys.acting import now
from surveys.errors import ChangedMeanwhile
from surveys.follow_up import amounts, capacity, evaluations, kinds, objectives, shortage
from surveys.follow_up.capacity import CapacityDetails, CapacityInfo
from surveys.follow_up.means import Means, people_shown
from surveys.follow_up.points import PointInfo
from surveys.follow_up.shortage import Shortage


class PriorityForm(Form):
    """How much a point comes first, and why."""

    priority = Pick("Prioriteit")
    reason = Words(
        "Waarom?",
        validators=[
            DataRequired("Vul in waarom het punt deze prioriteit heeft."),
            most(capacity.REASON_LENGTH),
        ],
    )
    versie = HiddenField()

    def __init__(self, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        self.priority.choices = [("", "Geen prioriteit"), *kinds.PRIORITIES.items()]


class CapacityForm(RowForm):
    """What a part of the organisation needs and has for a point in a year."""

    hints: ClassVar = {
        "part": "Vul dit in als het onderdeel niet in de lijst staat, zoals een staf of directie.",
        "people_needed": "In voltijdbanen (fte), met hoogstens één cijfer achter de komma: 2,5. Leeg is nul.",
        "budget_needed": "In hele euro’s, zoals € 250.000 of € 1,5 miljoen. Leeg is nul.",
    }
    unit = Pick("Eenheid")
    part = Text("Of een ander onderdeel", validators=[most(capacity.PART_LENGTH)])
    year = Number("Jaar", validators=[InputRequired("Vul een jaar in, zoals 2027.")])
    people_needed = People("Mensen nodig")
    people_assigned = People("Mensen toegewezen")
    budget_needed = Amount("Budget nodig")
    budget_assigned = Amount("Budget toegewezen")
    reason = Pick("Waarom wijzigt het?")
    note = Words("Toelichting (niet verplicht)", validators=[most(capacity.REASON_LENGTH)])

    def __init__(self, point: PointInfo, found: CapacityInfo | None) -> None:
        """`point`: what it is for; `found`: what is changed, None for a new row, which needs no reason."""
        super().__init__(data=desk.begun(_values(found) if found else {}))
        self._point = point
        had = found.details.unit_id if found else None
        self.unit.choices = [("", "Geen eenheid"), *units_of_today(db.session(), had)]
        if found is None:
            del self.reason
        else:
            self.reason.choices = [("", "Maak een keuze"), *kinds.REASONS.items()]
        self.choices_of = {"part": _parts()}

    @property
    def details(self) -> CapacityDetails:
        """What was filled in."""
        means = Means(
            self.people_needed.data,
            self.people_assigned.data,
            self.budget_needed.data or 0,
            self.budget_assigned.data or 0,
        )
        return CapacityDetails(
            self._point.id,
            self.year.data,
            int(self.unit.data) if self.unit.data else None,
            self.part.data,
            means,
            (self.reason.data or None) if "reason" in self else None,
            self.note.data,
        )


@blueprint.get("/capaciteit")
@requires(PERMISSION)
def capacities() -> str:
    """What is short, of all years or of the one that the address asks for."""
    found = _found()
    desk.mark(found.fictief)
    return render_template(
        "follow_up/capacity.html",
        found=found,
        files={
            format.label: url_for("follow_up.capacities_file", jaar=found.year, vorm=form)
            for form, format in FORMATS.items()
        },
    )


@blueprint.get("/capaciteit/bestand")
@requires(PERMISSION)
def capacities_file() -> Response:
    """The same as a file; `?vorm=` is the format."""
    form, found = downloads.asked(), _found()
    return downloads.send(file.capacity_book(found, now()), form, file.capacity_filename(found, form))


@blueprint.get("/punten/<int:nummer>/capaciteit")
@requires(PERMISSION)
def point_capacity(nummer: int) -> str:
    """The priority of a point and what it needs and has, with all that was said of it before."""
    point = here.find(nummer)
    return render_template(
        "follow_up/point_capacity.html", point=point, found=shortage.of_point(db.session(), point)
    )


@blueprint.route("/punten/<int:nummer>/prioriteit", methods=["GET", "POST"])
@requires(PERMISSION)
def prioritise(nummer: int) -> Page:
    """Give a point a priority, or take it back; when a colleague was first, both are shown."""
    point = here.find(nummer)
    versions = capacity.priorities(db.session(), [nummer]).get(nummer, ())
    last, theirs = versions[-1] if versions else None, None
    begun = {"priority": last.code or "", "reason": last.reason} if last else {}
    form = PriorityForm(data=desk.begun({**begun, "versie": str(last.number if last else 0)}))
    if form.validate_on_submit():

        def step() -> bool:
            capacity.prioritise(
                db.session(),
                nummer,
                form.priority.data or None,
                form.reason.data,
                by=acting(),
                seen=seen_version(),
            )
            return True

        try:
            if take(form, step):
                flash("De prioriteit is bewaard.", "success")
                return redirect(url_for("follow_up.point_capacity", nummer=nummer), 303)
        except ChangedMeanwhile as refusal:
            db.session.rollback()
            theirs = capacity.priorities(db.session(), [nummer])[nummer][-1]
            form.form_errors.append(str(refusal))
            form.versie.data = str(theirs.number)
    page = answer("follow_up/priority.html", form, point=point, theirs=theirs)
    return (page[0], 409) if theirs else page


@blueprint.route("/punten/<int:nummer>/capaciteit/nieuw", methods=["GET", "POST"])
@requires(PERMISSION)
def new_capacity(nummer: int) -> Page:
    """Add what a part needs and has for a point in a year."""
    return _desk(here.find(nummer)).add()


@blueprint.route("/punten/<int:nummer>/capaciteit/<int:inzet>/wijzigen", methods=["GET", "POST"])
@requires(PERMISSION)
def change_capacity(nummer: int, inzet: int) -> Page:
    """Change it: what it was stays to be seen."""
    return _desk(here.find(nummer)).change(inzet)


@blueprint.route("/punten/<int:nummer>/capaciteit/<int:inzet>/verwijderen", methods=["GET", "POST"])
@requires(PERMISSION)
def remove_capacity(nummer: int, inzet: int) -> Page:
    """Take it out of the list."""
    return _desk(here.find(nummer)).remove(inzet)


def _desk(point: PointInfo) -> Desk:
    def find(number: int) -> CapacityInfo | None:
        found = capacity.find(db.session(), number)
        return found if found and found.point_id == point.id else None

    return Desk(
        capacity.CAPACITIES,
        find,
        lambda found: CapacityForm(point, found),
        _facts,
        "regel",
        (
            (point.called, url_for("follow_up.point", nummer=point.id)),
            ("Prioriteit en capaciteit", url_for("follow_up.point_capacity", nummer=point.id)),
        ),
        url_for("follow_up.new_capacity", nummer=point.id),
    )


def _values(found: CapacityInfo) -> dict[str, Any]:
    details = found.details
    return {
        "unit": str(details.unit_id or ""),
        "part": details.part,
        "year": details.year,
        "people_needed": details.means.people_needed,
        "people_assigned": details.means.people_assigned,
        "budget_needed": details.means.budget_needed,
        "budget_assigned": details.means.budget_assigned,
        "note": found.now.note,
        "versie": str(found.version),
    }


def _facts(found: CapacityInfo) -> Facts:
    now = found.now
    return (
        ("Onderdeel", now.part),
        ("Jaar", str(now.year)),
        ("Mensen nodig", people_shown(now.means.people_needed)),
        ("Mensen toegewezen", people_shown(now.means.people_assigned)),
        ("Budget nodig", amounts.shown(now.means.budget_needed)),
        ("Budget toegewezen", amounts.shown(now.means.budget_assigned)),
        ("Toelichting", now.note or "–"),
    )


def _found() -> Shortage:
    asked = request.args.get("jaar", "").strip()
    return shortage.shortage(db.session(), int(asked) if SMALL_NUMBER.fullmatch(asked) else None)


def _parts() -> list[str]:
    """The names of parts that were used before."""
    given = capacity.of_points(db.session())
    return sorted({each.now.part for rows in given.values() for each in rows if each.details.part})


def about_point(point: PointInfo) -> dict[str, Any]:
    """What the page of a point tells of its priority, means, objectives and evaluations."""
    session = db.session()
    return {
        "means": shortage.of_point(session, point),
        "objectives": objectives.of_point(session, point.id),
        "evaluations": evaluations.of_point(session, point.id),
    }


blueprint.add_app_template_global(people_shown, "fte")
blueprint.add_app_template_global(amounts.shown, "euros")
