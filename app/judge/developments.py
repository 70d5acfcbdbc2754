"""The developments in the context: the list, adding, changing and removing one."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectMultipleField, widgets
from wtforms.validators import DataRequired

from app import downloads
from app.auth import acting, requires
from app.confirming import JUDGING
from app.extensions import db
from app.judge import blueprint
from app.judge.factor import seen_version
from app.manage.forms import Form, Text, Words, most
from app.manage.steps import LARGEST_ID, answer, take
from app.measure.here import find
from exports import country as file
from surveys import developments as verbs
from surveys.acting import now
from surveys.developments import PERMISSION, Details, Entry
from surveys.errors import ChangedMeanwhile
from surveys.measurements import SETTLED
from surveys.models import Measurement
from surveys.reports import MeasurementInfo

Page = str | Response | tuple[str, int]


class Several(SelectMultipleField):
    """Boxes to tick."""

    data: Any
    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class DevelopmentForm(Form):
    """A development, and the factors that it bears on."""

    title = Text("Titel", validators=[DataRequired("Vul de titel in."), most(verbs.TITLE_LENGTH)])
    text = Words("Tekst", validators=[DataRequired("Beschrijf de ontwikkeling."), most(verbs.TEXT_LENGTH)])
    origin = Text("Bron (niet verplicht)", validators=[most(verbs.ORIGIN_LENGTH)])
    factors = Several("Bij welke factoren (niet verplicht)")
    versie = HiddenField()

    def __init__(self, measurement: Measurement, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        self.factors.choices = [
            (code, f"{code} {title}") for code, title in verbs.factors(measurement).items()
        ]

    @property
    def details(self) -> Details:
        """What was filled in."""
        return Details(self.title.data, self.text.data, self.origin.data, tuple(self.factors.data or ()))


@blueprint.get("/<meting>/ontwikkelingen")
@requires(PERMISSION)
def developments(meting: str) -> str:
    """The developments of a measurement, narrowed to a factor and sorted."""
    row, asked = find(meting), _asked()
    parts: dict[str, Any] = {**asked, "meting": meting}
    sort, down = asked.get("sorteer", "titel"), "omlaag" in asked

    def sorted_by(column: str) -> str:
        again = sort == column and not down
        changed = {"sorteer": column, "omlaag": "ja" if again else None}
        return url_for("judge.developments", **{**parts, **changed})

    return render_template(
        "judge/developments.html",
        row=row,
        found=_listed(row),
        factors=verbs.factors(row),
        asked=asked,
        sort=sort,
        down=down,
        sorted_by=sorted_by,
        settled=row.state in SETTLED,
        files={form: url_for("judge.developments_file", **parts, vorm=form) for form in ("xlsx", "csv")},
    )


@blueprint.get("/<meting>/ontwikkelingen/bestand")
@requires(PERMISSION)
def developments_file(meting: str) -> Response:
    """The list as it is shown: a workbook, or `?vorm=csv`."""
    row, form = find(meting), downloads.asked()
    info = MeasurementInfo.of(row)
    book = file.developments_book(info, _listed(row), verbs.factors(row), now())
    return downloads.send(book, form, file.developments_filename(info, form))


@blueprint.route("/<meting>/ontwikkelingen/nieuw", methods=["GET", "POST"])
@requires(PERMISSION, fresh=JUDGING)
def new_development(meting: str) -> Page:
    """Record a development. `?factor=` ticks the factor that it was begun at."""
    row = find(meting)
    asked = request.args.get("factor")
    form = DevelopmentForm(row, data=None if request.method == "POST" else {"factors": [asked]})
    if form.validate_on_submit():
        made = take(form, lambda: verbs.add(db.session(), row, form.details, by=acting()))
        if made is not None:
            flash(f"De ontwikkeling ‘{made.title}’ is vastgelegd.", "success")
            return redirect(url_for("judge.developments", meting=meting), 303)
    return answer("judge/development.html", form, row=row, development=None, theirs=None)


@blueprint.route("/<meting>/ontwikkelingen/<int:nummer>", methods=["GET", "POST"])
@requires(PERMISSION, fresh=JUDGING)
def change_development(meting: str, nummer: int) -> Page:
    """Change a development; when a colleague was first, both texts are shown."""
    row = find(meting)
    found = _development(row, nummer)
    form = DevelopmentForm(row, data=None if request.method == "POST" else _values(found))
    theirs = None
    if form.validate_on_submit():
        try:
            done = take(
                form,
                lambda: verbs.change(
                    db.session(), row, nummer, form.details, by=acting(), seen_version=seen_version()
                ),
            )
        except ChangedMeanwhile as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
            done, theirs = None, _development(row, nummer)
            form.versie.data = str(theirs.version)
        if done is not None:
            flash("De ontwikkeling is gewijzigd.", "success")
            return redirect(url_for("judge.developments", meting=meting), 303)
    fresh = theirs or _development(row, nummer)
    page = answer("judge/development.html", form, row=row, development=fresh, theirs=theirs)
    return (page[0], 409) if theirs else page


@blueprint.route("/<meting>/ontwikkelingen/<int:nummer>/verwijderen", methods=["GET", "POST"])
@requires(PERMISSION, fresh=JUDGING)
def remove_development(meting: str, nummer: int) -> Page:
    """Look at a development before it is taken out of the list, and take it out."""
    row = find(meting)
    found, form, changed = _development(row, nummer), Form(), False
    if form.validate_on_submit():

        def step() -> bool:
            verbs.remove(db.session(), row, nummer, by=acting(), seen_version=seen_version())
            return True

        try:
            if take(form, step):
                flash("De ontwikkeling is verwijderd.", "success")
                return redirect(url_for("judge.developments", meting=meting), 303)
        except ChangedMeanwhile:
            db.session.rollback()
            changed = True
            form.form_errors.append(
                "Een collega heeft deze ontwikkeling intussen gewijzigd. Hieronder staat hoe zij nu is."
                " Wilt u haar nog steeds verwijderen?"
            )
        found = _development(row, nummer)
    page = answer("judge/development_remove.html", form, row=row, development=found)
    return (page[0], 409) if changed else page


def _development(row: Measurement, number: int) -> Entry:
    found = verbs.find(db.session(), row, number) if number <= LARGEST_ID else None
    return found or abort(404)


def _asked() -> dict[str, str]:
    """What the address asks for, without what is empty."""
    names = ("factor", "sorteer", "omlaag")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _listed(row: Measurement) -> list[Entry]:
    asked = _asked()
    return verbs.listed(
        db.session(),
        row,
        factor=asked.get("factor"),
        sort=asked.get("sorteer", "titel"),
        down="omlaag" in asked,
    )


def _values(found: Entry) -> dict[str, Any]:
    return {
        "title": found.title,
        "text": found.text,
        "origin": found.origin,
        "factors": list(found.factors),
        "versie": str(found.version),
    }
