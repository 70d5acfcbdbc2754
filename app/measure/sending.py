"""Sending the questionnaire out: to which units, and until when."""

from __future__ import annotations

from flask import flash, redirect, request, url_for

from app.auth import acting, requires
from app.extensions import db
from app.manage.steps import answer, take
from app.measure import blueprint, forms
from app.measure.here import find
from app.measure.views import Page
from surveys import running
from surveys.acting import today
from surveys.models import Dossier


@blueprint.route("/<meting>/uitzetten", methods=["GET", "POST"])
@requires(running.PERMISSION)
def send_out(meting: str) -> Page:
    """Choose units and a term, and make their dossiers."""
    row, day = find(meting), today()
    units = {str(unit.id): unit for unit in running.candidates(db.session(), row, day)}
    form = forms.Sending()
    form.units.choices = [(number, f"{unit.code} {unit.name}") for number, unit in units.items()]
    if request.method == "GET":
        form.units.data = list(units)
        form.due_on.data = row.period_until if row.period_until >= day else None
    if form.validate_on_submit():

        def step() -> list[Dossier]:
            chosen = [units[number] for number in form.units.data]
            return running.send_out(db.session(), row, chosen, form.due_on.data, day, acting())

        made = take(form, step, form.due_on if form.due_on.data < day else None)
        if made is not None:
            one = len(made) == 1
            flash(f"{len(made)} {'vragenlijst is' if one else 'vragenlijsten zijn'} uitgezet.", "success")
            return redirect(url_for("measure.measurement", meting=meting), 303)
    return answer("measure/send_out.html", form, row=row, can_send=running.can_send(row), units=units)
