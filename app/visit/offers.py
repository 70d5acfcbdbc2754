"""Offering the report of a visit or interview for verification, and settling what is said of it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import offers
from app.auth import acting, requires
from app.extensions import db
from app.measure.here import find
from app.offers import DONE, Typed
from app.visit import blueprint
from surveys import interviews, offered, offering, running
from surveys.acting import today
from surveys.models import Interview, Measurement
from surveys.reports.source import UnitInfo

Page = str | Response | tuple[str, int]


@blueprint.get("/<meting>/verslag/<int:gesprek>/aanbieden")
@requires(running.PERMISSION)
def offer_report(meting: str, gesprek: int) -> str:
    """What is offered of a report, what was said of it, and what is to be done."""
    row = find(meting)
    return _draw(row, _interview(row, gesprek), Typed())


@blueprint.post("/<meting>/verslag/<int:gesprek>/aanbieden")
@requires(running.PERMISSION)
def settle_report(meting: str, gesprek: int) -> Page:
    """Take a step: `doen` says which. What is refused is shown again with what was typed."""
    row = find(meting)
    found = _interview(row, gesprek)

    def step() -> str:
        if request.form.get("doen") == "aanbieden":
            due, message = offers.due_on(), request.form.get("message", "")
            seen = request.form.get("seen", "")
            offering.offer_report(db.session(), found, due, message, seen=seen, by=acting())
            return DONE["aanbieden"]
        past = offering.of_interview(db.session(), found)
        offer = offering.find(db.session(), past[0]) if past else None
        if offer is None or offers.number("offer") not in past:
            abort(404)
        return offers.act(offer)

    done = offers.take(step)
    if isinstance(done, Typed):
        row = find(meting)
        return _draw(row, _interview(row, gesprek), done), done.status
    flash(done, "success")
    return redirect(url_for("visit.offer_report", meting=meting, gesprek=gesprek), 303)


def _interview(row: Measurement, number: int) -> Interview:
    found = interviews.by_id(db.session(), row, number)
    if found is None or found.state in {"gepland", "vervallen"}:
        abort(404)
    return found


def _draw(row: Measurement, interview: Interview, typed: Typed) -> str:
    past = offering.of_interview(db.session(), interview)
    offer = offered.view(db.session(), past[0], today()) if past else None
    dossier = interview.dossier
    unit = UnitInfo.of(dossier.unit, row.period_until) if dossier else None
    return render_template(
        "visit/offer.html",
        row=row,
        interview=interview,
        unit=unit,
        name=f"{interviews.KINDS[interview.kind]} {unit.name if unit else interview.subject}",
        here=url_for("visit.settle_report", meting=row.code, gesprek=interview.id),
        offer=offer,
        earlier=[each for number in past[1:] if (each := offered.view(db.session(), number, today()))],
        passages=(passages := interviews.standing(interview)),
        stand=offering.stand(passages),
        factors=interviews.factors(interview),
        typed=typed,
        outcomes=offering.OUTCOMES,
        verdicts=offering.VERDICTS,
        reminder=offers.reminder(offer, row.code, unit) if offer and unit else None,
    )
