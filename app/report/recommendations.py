"""The recommendations of a report: the list, adding, changing, moving and removing one."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import DataRequired

from app.auth import acting, requires
from app.extensions import db
from app.judge.factor import seen_version
from app.manage.forms import Form, Pick, Text, Words, most
from app.manage.steps import LARGEST_ID, answer, take
from app.measure.here import find
from app.report import blueprint
from app.report.here import PERMISSION
from surveys import recommending
from surveys.errors import ChangedMeanwhile
from surveys.follow_up import points
from surveys.measurements import SETTLED
from surveys.models import Measurement
from surveys.recommending import ADDRESSEE_LENGTH, TEXT_LENGTH, Details, Entry

Page = str | Response | tuple[str, int]


class RecommendationForm(Form):
    """A recommendation: to whom, what, and about which factor."""

    addressee = Text(
        "Aan wie",
        validators=[DataRequired("Vul in aan wie de aanbeveling is gericht."), most(ADDRESSEE_LENGTH)],
    )
    text = Words("Aanbeveling", validators=[DataRequired("Schrijf de aanbeveling op."), most(TEXT_LENGTH)])
    factor = Pick("Bij welke factor (niet verplicht)")
    versie = HiddenField()

    def __init__(self, measurement: Measurement, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        titles = recommending.factors(measurement)
        self.factor.choices = [("", "Geen: over het geheel")] + [
            (code, f"{code} {title}") for code, title in titles.items()
        ]

    @property
    def details(self) -> Details:
        """What was filled in."""
        return Details(self.addressee.data, self.text.data, self.factor.data or None)


@blueprint.get("/<meting>/aanbevelingen")
@requires(PERMISSION)
def recommendations(meting: str) -> str:
    """The recommendations in their order."""
    row = find(meting)
    found = recommending.listed(db.session(), row.id)
    return render_template(
        "report/recommendations.html",
        row=row,
        found=found,
        followed=points.of_recommendations(db.session(), [each.id for each in found]),
        factors=recommending.factors(row),
        settled=row.state in SETTLED,
    )


@blueprint.route("/<meting>/aanbevelingen/nieuw", methods=["GET", "POST"])
@requires(PERMISSION)
def new_recommendation(meting: str) -> Page:
    """Add a recommendation. `?factor=` chooses the factor that it was begun at."""
    row = find(meting)
    form = RecommendationForm(
        row, data=None if request.method == "POST" else {"factor": request.args.get("factor", "")}
    )
    if form.validate_on_submit():
        made = take(form, lambda: recommending.add(db.session(), row, form.details, by=acting()))
        if made is not None:
            flash("De aanbeveling is toegevoegd.", "success")
            return redirect(url_for("report.recommendations", meting=meting), 303)
    known = sorted({each.addressee for each in recommending.listed(db.session(), row.id)})
    return answer("report/recommendation.html", form, row=row, each=None, theirs=None, known=known)


@blueprint.route("/<meting>/aanbevelingen/<int:nummer>", methods=["GET", "POST"])
@requires(PERMISSION)
def change_recommendation(meting: str, nummer: int) -> Page:
    """Change a recommendation; when a colleague was first, both texts are shown."""
    row = find(meting)
    found = _find(row, nummer)
    if found is None:
        return _removed(row) if request.method == "POST" else abort(404)
    form = RecommendationForm(row, data=None if request.method == "POST" else _values(found))
    theirs = None
    if form.validate_on_submit():

        def step() -> bool:
            recommending.change(
                db.session(), row, nummer, form.details, by=acting(), seen_version=seen_version()
            )
            return True

        try:
            if take(form, step):
                flash("De aanbeveling is gewijzigd.", "success")
                return redirect(url_for("report.recommendations", meting=meting), 303)
        except ChangedMeanwhile as refusal:
            db.session.rollback()
            theirs = _find(row, nummer)
            if theirs is None:
                return _removed(row)
            form.form_errors.append(str(refusal))
            form.versie.data = str(theirs.version)
    known = sorted({each.addressee for each in recommending.listed(db.session(), row.id)})
    page = answer("report/recommendation.html", form, row=row, each=found, theirs=theirs, known=known)
    return (page[0], 409) if theirs else page


@blueprint.route("/<meting>/aanbevelingen/<int:nummer>/verwijderen", methods=["GET", "POST"])
@requires(PERMISSION)
def remove_recommendation(meting: str, nummer: int) -> Page:
    """Look at a recommendation before it is removed, and remove it."""
    row = find(meting)
    found, form, changed = _found(row, nummer), Form(), False
    if form.validate_on_submit():

        def step() -> bool:
            recommending.remove(db.session(), row, nummer, by=acting(), seen_version=seen_version())
            return True

        try:
            if take(form, step):
                flash("De aanbeveling is verwijderd.", "success")
                return redirect(url_for("report.recommendations", meting=meting), 303)
        except ChangedMeanwhile:
            db.session.rollback()
            changed = True
            form.form_errors.append(
                "Een collega heeft deze aanbeveling intussen gewijzigd. Hieronder staat hoe zij nu is."
                " Wilt u haar nog steeds verwijderen?"
            )
        found = _found(row, nummer)
    page = answer("report/recommendation_remove.html", form, row=row, each=found)
    return (page[0], 409) if changed else page


@blueprint.post("/<meting>/aanbevelingen/<int:nummer>/verplaatsen")
@requires(PERMISSION)
def move_recommendation(meting: str, nummer: int) -> Response:
    """Let a recommendation change places with the one before it, or (`omlaag`) after it."""
    row = find(meting)
    _found(row, nummer)
    recommending.move(db.session(), row, nummer, "omlaag" not in request.form, by=acting())
    db.session.commit()
    flash("De volgorde is gewijzigd.", "success")
    return redirect(url_for("report.recommendations", meting=meting, _anchor=f"aanbeveling-{nummer}"), 303)


def _removed(row: Measurement) -> Page:
    """What was typed for a recommendation that a colleague removed meanwhile, to be kept as a new one."""
    form = RecommendationForm(row)
    form.form_errors.append(
        "Een collega heeft deze aanbeveling intussen verwijderd. Wat u schreef, staat hieronder."
        " Met ‘Aanbeveling bewaren’ komt het als nieuwe aanbeveling in het rapport."
    )
    return render_template(
        "report/recommendation.html", form=form, row=row, each=None, theirs=None, known=()
    ), 409


def _find(row: Measurement, number: int) -> Entry | None:
    return recommending.find(db.session(), row, number) if number <= LARGEST_ID else None


def _found(row: Measurement, number: int) -> Entry:
    return _find(row, number) or abort(404)


def _values(found: Entry) -> dict[str, Any]:
    return {
        "addressee": found.addressee,
        "text": found.text,
        "factor": found.factor or "",
        "versie": str(found.version),
    }
