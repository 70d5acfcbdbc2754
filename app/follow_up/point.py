"""A point: its page, adding, changing and removing it, what was answered to it, and its history."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectMultipleField, widgets

from app.auth import acting, requires
from app.extensions import db
from app.follow_up import blueprint, here
from app.follow_up.capacity import about_point
from app.follow_up.here import PERMISSION
from app.follow_up.point_forms import LaterForm, PointForm, ResponseForm, values_of, values_under
from app.judge.factor import seen_version
from app.manage.forms import Form
from app.manage.steps import LARGEST_ID, answer, take
from app.measure.here import find as find_measurement
from surveys import recommending, running
from surveys.acting import By, today
from surveys.errors import ChangedMeanwhile, Refused
from surveys.follow_up import evaluating, findings, kinds, points, registering, schemes, signals, whole
from surveys.follow_up import history as telling
from surveys.follow_up.points import PointInfo
from surveys.follow_up.register import Row
from surveys.follow_up.whole import Sheet
from surveys.measurements import SETTLED
from surveys.models import Measurement, Point, Recommendation
from surveys.recommending import Entry
from surveys.reports.region_whole import units_of

Page = str | Response | tuple[str, int]

CONTENTS: Final = {
    "stand": "Stand",
    "stappen": "Wat er nog moet gebeuren",
    "besluiten": "Besluiten",
    "planning": "Planning",
    "effect": "Beoogd effect",
    "maatregelen": "Maatregelen",
    "capaciteit": "Prioriteit en capaciteit",
    "afsluiten": "Evaluatie en afsluiten",
    "vermeldingen": "Ook vermeld in",
    "metingen": "Uitkomst in latere metingen",
    "gegevens": "Andere gegevens",
}
"""The parts of the page of a point, by their ids: what asks for work stands first."""
ENDED: Final = {**CONTENTS, "stappen": "De vier stappen"}
"""The same of a closed point, for which nothing is to be done any more."""

Todo = tuple[str, str, str]
"""What a point misses, the label of what mends that, and its address."""


@blueprint.get("/punten/<int:nummer>")
@requires(PERMISSION)
def point(nummer: int) -> str:
    """A point with all that is known of it."""
    found = here.find(nummer)
    sheet = whole.sheet(db.session(), today(), nummer) or abort(404)
    above = points.find(db.session(), found.parent_id) if found.parent_id else None
    return render_template(
        "follow_up/point.html",
        sheet=sheet,
        above=above,
        under=_under(sheet),
        todo=_todo(sheet),
        contents=CONTENTS if found.is_open else ENDED,
        classes=_classes(found),
        natures=kinds.NATURES,
        closings=kinds.CLOSINGS,
        moments=evaluating.of_points(db.session(), [nummer])[nummer],
        signals=signals.of_point(db.session(), nummer),
        finding=findings.of_point(db.session(), nummer),
        about=about_point(found),
    )


@blueprint.route("/punten/nieuw", methods=["GET", "POST"])
@requires(PERMISSION)
def new_point() -> Page:
    """Add a point.

    `?onder=` has the point under which it is to stand, which fills in what they share; `?bron=` the document
    that it comes from.
    """
    above = _above()
    alone = {"remind_days": points.Details.remind_days, "origin": request.args.get("bron", "")}
    begun = values_under(above) if above else alone
    form = PointForm(data=None if request.method == "POST" else begun)
    if form.validate_on_submit():
        made = take(form, lambda: registering.add(db.session(), form.details, by=acting()))
        if made is not None:
            flash(f"Het punt ‘{made.title}’ is toegevoegd.", "success")
            return redirect(url_for("follow_up.point", nummer=made.id), 303)
    return answer("follow_up/point_form.html", form, point=None, above=above, theirs=None)


@blueprint.route("/punten/<int:nummer>/wijzigen", methods=["GET", "POST"])
@requires(PERMISSION)
def change_point(nummer: int) -> Page:
    """Change a point; when a colleague was first, both versions are shown."""
    if request.method == "POST" and _gone(nummer):
        return _removed()
    found = here.find(nummer)
    if request.method == "GET" and not found.is_open:
        return _closed(found)
    form = PointForm(found, data=None if request.method == "POST" else values_of(found))

    def step(by: By) -> object:
        return registering.change(db.session(), nummer, form.details, by=by, seen_version=seen_version())

    return _answered("follow_up/point_form.html", form, found, step, "Het punt is gewijzigd.", above=None)


@blueprint.route("/punten/<int:nummer>/verwijderen", methods=["GET", "POST"])
@requires(PERMISSION)
def remove_point(nummer: int) -> Page:
    """Look at a point before it is taken out of the register, and take it out."""
    found, form, changed = here.find(nummer), Form(), False
    if form.validate_on_submit():

        def step() -> bool:
            registering.remove(db.session(), nummer, by=acting(), seen_version=seen_version())
            return True

        try:
            if take(form, step):
                flash(f"Het punt ‘{found.title}’ is verwijderd.", "success")
                return redirect(url_for("follow_up.register"), 303)
        except ChangedMeanwhile:
            db.session.rollback()
            changed = True
            form.form_errors.append(
                "Een collega heeft dit punt intussen gewijzigd. Hieronder staat hoe het nu is."
                " Wilt u het nog steeds verwijderen?"
            )
        found = here.find(nummer)
    held = telling.latest(db.session(), nummer)
    page = answer("follow_up/point_remove.html", form, point=found, held=held)
    return (page[0], 409) if changed else page


@blueprint.route("/punten/<int:nummer>/reactie", methods=["GET", "POST"])
@requires(PERMISSION)
def respond(nummer: int) -> Page:
    """Record what was answered to a point."""
    found = here.find(nummer)
    if request.method == "GET" and not found.is_open:
        return _closed(found)
    said = found.response
    begun = {"taken": said.taken, "by": said.by, "on": said.on, "words": said.words} if said else {}
    form = ResponseForm(data=None if request.method == "POST" else {**begun, "versie": str(found.version)})

    def step(by: By) -> bool:
        registering.respond(db.session(), nummer, form.response, by=by, seen_version=seen_version())
        return True

    done = "De reactie is bewaard." if form.response else "Bij dit punt staat nu geen reactie."
    return _answered("follow_up/respond.html", form, found, step, done)


@blueprint.route("/punten/<int:nummer>/vervolgbesluit", methods=["GET", "POST"])
@requires(PERMISSION)
def later(nummer: int) -> Page:
    """Record what was decided later about a directional recommendation."""
    found = here.find(nummer)
    if request.method == "GET" and not found.is_open:
        return _closed(found)
    made = found.later
    begun = {"decision": made.decision, "by": made.by, "on": made.on} if made else {}
    form = LaterForm(data=None if request.method == "POST" else {**begun, "versie": str(found.version)})

    def step(by: By) -> bool:
        registering.decide_later(db.session(), nummer, form.later, by=by, seen_version=seen_version())
        return True

    done = "Het vervolgbesluit is bewaard." if form.later else "Bij dit punt staat nu geen vervolgbesluit."
    return _answered("follow_up/later.html", form, found, step, done)


@blueprint.get("/punten/<int:nummer>/geschiedenis")
@requires(PERMISSION)
def history(nummer: int) -> str:
    """The versions of a point, each with what changed by it."""
    found = here.find(nummer)
    return render_template("follow_up/history.html", point=found, steps=telling.steps(db.session(), nummer))


class UnitsForm(Form):
    """For which units of a measurement points are made of a recommendation."""

    units: Any = SelectMultipleField(
        "Voor welke eenheden?",
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
        validate_choice=False,  # a unit that a colleague just made a point for is no fault
    )

    def __init__(self, row: Measurement, had: Collection[int | None]) -> None:
        """`had`: the units that have a point; those can't be chosen any more."""
        super().__init__()
        nouns = running.nouns(row)
        self._by_kind: dict[str, list[int]] = {}
        left: dict[str, list[tuple[str, str]]] = {}
        for each in units_of(db.session(), row):
            self._by_kind.setdefault(each.unit.kind, []).append(each.unit_id)
            if each.unit_id not in had:
                name = f"{each.unit.code} {each.unit.name_on(row.period_until).name}"
                left.setdefault(each.unit.kind, []).append((str(each.unit_id), name))
        every = [
            (kind, _all_of(nouns[kind][1], len(found), len(self._by_kind[kind])))
            for kind, found in left.items()
            if len(found) > 1
        ]
        self.units.choices = [*every, *(choice for found in left.values() for choice in found)]

    @property
    def ids(self) -> list[int]:
        """The units that were chosen, one by one or all of a kind."""
        chosen = set(self.units.data or ())
        return [
            number
            for kind, found in self._by_kind.items()
            for number in found
            if kind in chosen or str(number) in chosen
        ]


def _all_of(noun: str, left: int, total: int) -> str:
    """What a choice for all units of a kind says."""
    return f"Alle {left} {noun}" + ("" if left == total else " die nog geen punt hebben")


@blueprint.route("/uit-rapport/<meting>/<int:aanbeveling>", methods=["GET", "POST"])
@requires(PERMISSION)
def from_report(meting: str, aanbeveling: int) -> Page:
    """Make points of a recommendation: for its addressee, or for units of the measurement."""
    row = find_measurement(meting)
    entry = _recommendation(row, aanbeveling)
    made = points.of_recommendations(db.session(), [entry.id])[entry.id]
    had = {each.unit_id for each in made}
    form = UnitsForm(row, had)
    if form.validate_on_submit():
        for_units = "eenheden" in request.form
        if for_units and not form.ids:
            form.units.errors = ["Kies een of meer eenheden."]
        else:
            count = take(form, lambda: _make(row, entry, form.ids if for_units else []))
            if count is not None:
                flash(
                    "Er is 1 punt gemaakt." if count == 1 else f"Er zijn {count} punten gemaakt.", "success"
                )
                return redirect(url_for("follow_up.register", aanbeveling=entry.id), 303)
    return answer(
        "follow_up/from_report.html",
        form,
        row=row,
        each=entry,
        made=made,
        for_addressee=None not in had,
        settled=row.state in SETTLED,
    )


def _make(row: Measurement, entry: Entry, ids: list[int]) -> int:
    """Make the points and count them. Raises Refused when all of them are there already."""
    recommendation = db.session.get_one(Recommendation, entry.id)
    made = registering.from_recommendation(db.session(), row, recommendation, ids, by=acting())
    if not made:
        raise Refused("Deze punten zijn er al. Een collega was u misschien voor.")
    return len(made)


def _recommendation(row: Measurement, number: int) -> Entry:
    found = recommending.find(db.session(), row, number) if number <= LARGEST_ID else None
    return found or abort(404)


def _answered(
    template: str, form: Any, found: PointInfo, step: Callable[[By], object], done: str, **values: object
) -> Page:
    """The page of a form about a point; once it is kept, the page of the point.

    When a colleague was first, what the point holds now is shown beside what was typed (409).
    """
    theirs = None
    if form.validate_on_submit():
        try:
            if take(form, lambda: step(acting())):
                flash(done, "success")
                return redirect(url_for("follow_up.point", nummer=found.id), 303)
        except ChangedMeanwhile as refusal:
            db.session.rollback()
            found = here.find(found.id)
            theirs = telling.latest(db.session(), found.id)
            form.form_errors.append(str(refusal))
            form.versie.data = str(found.version)
    page = answer(template, form, point=found, theirs=theirs, **values)
    return (page[0], 409) if theirs else page


def _gone(number: int) -> bool:
    """Whether there was such a point, that was removed."""
    row = db.session.get(Point, number) if number <= LARGEST_ID else None
    return row is not None and row.removed


def _removed() -> Page:
    """What was typed for a point that a colleague removed meanwhile, to be kept as a new one."""
    form = PointForm()
    form.form_errors.append(
        "Een collega heeft dit punt intussen verwijderd. Wat u invulde, staat hieronder."
        " Met ‘Punt bewaren’ komt het als nieuw punt in het register."
    )
    return render_template("follow_up/point_form.html", form=form, point=None, above=None, theirs=None), 409


def _closed(found: PointInfo) -> Response:
    """The way back to a point that can't change."""
    flash("Dit punt is afgesloten. Heropen het als er toch nog iets moet gebeuren.", "info")
    return redirect(url_for("follow_up.point", nummer=found.id), 303)


def _above() -> PointInfo | None:
    number = request.args.get("onder", type=int)
    return None if number is None else here.find(number)


def _todo(sheet: Sheet) -> list[Todo]:
    """What an open point misses of its four steps, with the way to mend each. Nothing for a closed one."""
    if not sheet.point.is_open:
        return []
    planned = "new_indicator" if sheet.planning.current else "plan"
    ways = {
        "plan": ("Indicator kiezen" if sheet.planning.current else "Plannen", planned),
        "do": ("Begin vastleggen", "phases"),
        "check": ("Evalueren", "evaluate"),
        "act": ("Besluit voorleggen", "ask_decision"),
    }
    return [
        (step.missing, label, url_for(f"follow_up.{view}", nummer=sheet.point.id))
        for step, (label, view) in zip(sheet.pdca.steps, ways.values(), strict=True)
        if step.missing
    ]


def _under(sheet: Sheet, depth: int = 0) -> list[Row]:
    """What stands under a point, as rows of the register: each followed by what stands under itself."""
    return [
        row
        for each in sheet.under
        for row in (Row(each.point, each.standing, sheet.point, depth), *_under(each, depth + 1))
    ]


def _classes(found: PointInfo) -> list[tuple[str, str, str]]:
    """Each scheme in which a point has a class: its title, what the class is called, and what that means."""
    return [
        (scheme.title, scheme.label(found.classes[code]), scheme.note(found.classes[code]) or "")
        for code, scheme in schemes.schemes(db.session()).items()
        if code in found.classes
    ]
