"""The pages of series of figures: what there is, one series, and the table in which all of it is typed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, TextAreaField

from app.auth import acting, requires
from app.extensions import db
from app.manage import blueprint
from app.manage.forms import Empty, Form, Text
from app.manage.steps import LARGEST_ID
from surveys import figures
from surveys.acting import today
from surveys.errors import ChangedMeanwhile
from surveys.figures import PERMISSION, CellDetails, KindDetails, SeriesDetails, SeriesInfo, SeriesRefused

Page = str | Response | tuple[str, int]

FIRST_ROWS = 3
"""How many empty lines a new series begins with."""
FIRST_YEARS = 5
"""For how many years."""
CELL = re.compile(r"rij-[0-9]+-(?:getal|bron)-((?:19|20)[0-9]{2})")
PLACES = {"label": "soort", "total": "totaal", "figure": "getal", "figure_source": "bron"}
"""The parts of a line and what their fields are called."""


class SeriesForm(Form):
    """What a series is about; its lines stand in the table below (see `_typed_kinds`)."""

    title = Text("Titel")
    code = Text("Code")
    unit = Text("Wat wordt er geteld?")
    source = Text("Bron")
    note = TextAreaField("Opmerking (niet verplicht)")
    fictief = BooleanField("De getallen zijn verzonnen (fictief)")
    first_year = Text("Eerste jaar")
    last_year = Text("Laatste jaar")
    versie = HiddenField()

    def details(self, kinds: tuple[KindDetails, ...]) -> SeriesDetails:
        """What was filled in, with the lines of the table."""
        texts = {
            name: self[name].data or ""
            for name in ("title", "unit", "source", "note", "first_year", "last_year")
        }
        return SeriesDetails(**texts, fictief=bool(self.fictief.data), kinds=kinds)


@dataclass(frozen=True)
class Grid:
    """The table as it is shown: its lines, the years with a column, what is wrong where, and the focus."""

    kinds: tuple[KindDetails, ...]
    years: tuple[int, ...]
    faults: tuple[tuple[str, str], ...] = ()
    focus: str = ""

    def wrong(self, place: str) -> str:
        """What is wrong with a field, by its id."""
        return " ".join(text for at, text in self.faults if at == place)


@blueprint.get("/reeksen", endpoint="series")
@requires(PERMISSION)
def series_list() -> str:
    """All series, with their years and who changed them last."""
    return render_template("manage/series.html", rows=figures.listed(db.session()))


@blueprint.route("/reeksen/nieuw", methods=["GET", "POST"])
@requires(PERMISSION)
def add_series() -> Page:
    """Add a series."""
    last = today().year - 1
    years = {"first_year": str(last - FIRST_YEARS + 1), "last_year": str(last)}
    form = SeriesForm(data=years)
    if request.method == "GET":
        return _draw(form, (KindDetails(),) * FIRST_ROWS)
    kinds = _typed_kinds()
    if request.form.get("doen", "bewaren") != "bewaren":
        return _redrawn(form, kinds)
    try:
        made = figures.add(db.session(), form.code.data or "", form.details(kinds), by=acting())
    except SeriesRefused as refusal:
        return _refused(form, kinds, refusal)
    db.session.commit()
    flash(f"De reeks ‘{made.title}’ is toegevoegd.", "success")
    return _to(made)


@blueprint.get("/reeksen/<int:nummer>")
@requires(PERMISSION)
def one_series(nummer: int) -> str:
    """One series: its table, where each figure comes from, and what looks wrong."""
    found = _series(nummer)
    return render_template("manage/series_one.html", series=found, warnings=figures.warnings(found))


@blueprint.route("/reeksen/<int:nummer>/wijzigen", methods=["GET", "POST"])
@requires(PERMISSION)
def change_series(nummer: int) -> Page:
    """Change a series; when a colleague was first, both tables are shown."""
    found = _series(nummer)
    now = SeriesDetails.of(found)
    values = {name: getattr(now, name) for name in vars(now) if name != "kinds"}
    form = SeriesForm(data={**values, "versie": str(found.version)})
    del form.code
    if request.method == "GET":
        return _draw(form, now.kinds, found)
    kinds = _typed_kinds()
    if request.form.get("doen", "bewaren") != "bewaren":
        return _redrawn(form, kinds, found)
    try:
        changed = figures.change(db.session(), nummer, form.details(kinds), by=acting(), seen_version=_seen())
    except SeriesRefused as refusal:
        return _refused(form, kinds, refusal, found)
    except ChangedMeanwhile as refusal:
        db.session.rollback()
        theirs = _series(nummer)
        form.form_errors.append(str(refusal))
        form.versie.data = str(theirs.version)
        return _draw(form, kinds, theirs, theirs=theirs), 409
    db.session.commit()
    flash("De reeks is bewaard.", "success")
    return _to(changed)


@blueprint.route("/reeksen/<int:nummer>/verwijderen", methods=["GET", "POST"])
@requires(PERMISSION)
def remove_series(nummer: int) -> Page:
    """Look at a series before it is removed with its figures, and remove it."""
    found, form = _series(nummer), Empty()
    status = 200
    if request.method == "POST":
        try:
            figures.remove(db.session(), nummer, by=acting(), seen_version=_seen())
        except ChangedMeanwhile:
            db.session.rollback()
            found, status = _series(nummer), 409
            form.form_errors.append(
                "Een collega heeft deze reeks intussen gewijzigd. Hieronder staat hoe zij nu is."
                " Wilt u haar nog steeds verwijderen?"
            )
        else:
            db.session.commit()
            flash(f"De reeks ‘{found.title}’ is verwijderd.", "success")
            return redirect(url_for("manage.series"), 303)
    return render_template("manage/series_remove.html", form=form, series=found), status


def _series(number: int) -> SeriesInfo:
    found = figures.by_id(db.session(), number) if number <= LARGEST_ID else None
    return found or abort(404)


def _to(series: SeriesInfo) -> Response:
    return redirect(url_for("manage.one_series", nummer=series.id), 303)


def _draw(
    form: SeriesForm,
    kinds: tuple[KindDetails, ...],
    series: SeriesInfo | None = None,
    *,
    faults: Iterable[tuple[str, str]] = (),
    focus: str = "",
    theirs: SeriesInfo | None = None,
) -> str:
    """The form with its table; `series` is the one that is changed, None for a new one."""
    grid = Grid(kinds or (KindDetails(),), _columns(form, kinds), tuple(faults), focus)
    return render_template("manage/series_form.html", form=form, grid=grid, series=series, theirs=theirs)


def _redrawn(form: SeriesForm, kinds: tuple[KindDetails, ...], series: SeriesInfo | None = None) -> str:
    """The form again after a button that saves nothing: a line more, a line less, or other years."""
    step, focus = request.form["doen"], "rij-0-soort"
    if step == "rij" and len(kinds) < figures.MOST_KINDS:
        kinds = (*kinds, KindDetails())
        focus = f"rij-{len(kinds) - 1}-soort"
    elif step.startswith("weg-"):
        kinds = tuple(kind for place, kind in enumerate(kinds) if step != f"weg-{place}")
    return _draw(form, kinds, series, focus=focus)


def _refused(
    form: SeriesForm, kinds: tuple[KindDetails, ...], refusal: SeriesRefused, series: SeriesInfo | None = None
) -> Page:
    """The form with each fault at its field, and what was typed."""
    db.session.rollback()
    at_cells = []
    for fault in refusal.faults:
        if fault.row is not None:
            year = f"-{fault.year}" if fault.year else ""
            place = min(fault.row, max(len(kinds) - 1, 0))
            at_cells.append((f"rij-{place}-{PLACES[fault.part]}{year}", fault.words))
        elif fault.part in form:
            field = form[fault.part]
            field.errors = [*field.errors, fault.words]
        else:
            form.form_errors.append(fault.words)
    return _draw(form, kinds, series, faults=at_cells), 422


def _columns(form: SeriesForm, kinds: tuple[KindDetails, ...]) -> tuple[int, ...]:
    """The years with a column: those of the series, and those outside it in which something was typed."""
    cells = [(year, cell) for kind in kinds for year, cell in kind.cells.items()]
    span = figures.span(form.details(kinds))
    if span is None:
        return tuple(sorted({year for year, _ in cells}))
    return tuple(sorted({*span, *(year for year, cell in cells if cell.text.strip() or cell.source.strip())}))


def _typed_kinds() -> tuple[KindDetails, ...]:
    """The lines of the table as they were sent."""
    kinds: list[KindDetails] = []
    years = sorted({int(found[1]) for found in map(CELL.fullmatch, request.form) if found})
    while f"rij-{len(kinds)}-soort" in request.form and len(kinds) <= figures.MOST_KINDS:
        row = f"rij-{len(kinds)}"
        cells = {
            year: CellDetails(
                request.form.get(f"{row}-getal-{year}", ""), request.form.get(f"{row}-bron-{year}", "")
            )
            for year in years
        }
        kinds.append(KindDetails(request.form[f"{row}-soort"], f"{row}-totaal" in request.form, cells))
    return tuple(kinds)


def _seen() -> int:
    """The version that the page was made of; one that never is, where it does not say."""
    sent = request.form.get("versie", "")
    return int(sent[:9]) if sent.isascii() and sent.isdecimal() else -1
