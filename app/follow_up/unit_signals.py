"""What the people of a unit report to the inspectors, and what became of it."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from wtforms.validators import DataRequired

from app.auth import acting, may, requires
from app.extensions import db
from app.follow_up import blueprint, here
from app.follow_up.stepping import Page
from app.follow_up.units import FOLLOW, REPORT
from app.manage.forms import Form, Pick, Words, most
from app.manage.steps import answer, take
from surveys.follow_up import signals as verbs


class ReportSignalForm(Form):
    """Something that a unit reports about itself."""

    text = Words(
        "Wat wilt u melden?",
        validators=[DataRequired("Schrijf op wat u wilt melden."), most(verbs.TEXT_LENGTH)],
    )
    urgency = Pick("Hoe dringend is het?", validators=[DataRequired("Kies hoe dringend het is.")])

    def __init__(self, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        self.urgency.choices = [("", "Maak een keuze"), *verbs.URGENCIES.items()]


@blueprint.get("/eenheid/<eenheid>/meldingen")
@requires(FOLLOW)
def unit_signals(eenheid: str) -> str:
    """What the people of a unit reported, and what became of each."""
    found = verbs.of_unit(db.session(), g.unit.id)
    here.mark(more=(each.fictief for each in found))
    return render_template(
        "follow_up/unit_signals.html",
        unit=g.unit,
        found=found,
        may_report=may(REPORT, g.unit.id),
        manage=may(here.PERMISSION),
    )


@blueprint.route("/eenheid/<eenheid>/meldingen/nieuw", methods=["GET", "POST"])
@requires(REPORT)
def report_signal(eenheid: str) -> Page:
    """Report something about the own unit."""
    form = ReportSignalForm()
    if form.validate_on_submit():
        made = take(
            form,
            lambda: verbs.report(db.session(), g.unit, form.text.data, form.urgency.data, by=acting()),
        )
        if made is not None:
            flash("Uw melding is bewaard. De inspectie bekijkt haar.", "success")
            return redirect(url_for("follow_up.unit_signals", eenheid=eenheid), 303)
    return answer("follow_up/report_signal.html", form, unit=g.unit)
