"""Changing the term of dossiers: of one, of some, or of all that are not handed in."""

from __future__ import annotations

from flask import flash, redirect, request, url_for

from app.auth import acting, requires
from app.extensions import db
from app.manage.steps import answer, take
from app.measure import blueprint, forms
from app.measure.here import find
from app.measure.views import Page
from surveys import terms as verbs
from surveys.acting import today
from surveys.models import TermChange


@blueprint.route("/<meting>/termijn", methods=["GET", "POST"])
@requires(verbs.PERMISSION)
def terms(meting: str) -> Page:
    """Choose units and their new term. `?eenheid=` chooses one beforehand; without it all are chosen."""
    row, day = find(meting), today()
    found = {str(each.id): each for each in verbs.changeable(db.session(), row)}
    form = forms.Term()
    form.units.choices = [
        (key, f"{each.unit.code} {each.unit.name}, {forms.until(each.due_on)}") for key, each in found.items()
    ]
    if request.method == "GET":
        one = request.args.get("eenheid")
        form.units.data = [key for key, each in found.items() if one in (None, each.unit.code)]
    if form.validate_on_submit():

        def step() -> list[TermChange]:
            chosen = [found[key] for key in form.units.data]
            return verbs.change(
                db.session(), chosen, form.due_on.data, form.reason.data or "", day=day, by=acting()
            )

        past = form.due_on.data < day
        later = not past and not (form.reason.data or "").strip()
        made = take(form, step, form.due_on if past else form.reason if later else None)
        if made is not None:
            count = "van 1 vragenlijst" if len(made) == 1 else f"van {len(made)} vragenlijsten"
            flash(f"De termijn {count} is gewijzigd.", "success")
            return redirect(url_for("measure.terms", meting=meting), 303)
    return answer("measure/terms.html", form, row=row, found=found, history=verbs.history(db.session(), row))
