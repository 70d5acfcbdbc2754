"""The wederhoor of one dossier: offering its findings, settling what is said of them, closing."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import offers
from app.auth import acting, find_dossier, requires
from app.confirming import JUDGING
from app.extensions import db
from app.hearing import blueprint
from app.offers import DONE, Typed
from surveys import offered, offering
from surveys.acting import today
from surveys.measurements import instrument_of
from surveys.reports.source import UnitInfo

Page = str | Response | tuple[str, int]


@blueprint.get("/<meting>/<eenheid>")
@requires("dossier.judge")
def dossier(meting: str, eenheid: str) -> str:
    """What can be offered, or what is offered with what was said of it."""
    return _draw(Typed())


@blueprint.post("/<meting>/<eenheid>")
@requires("dossier.judge", fresh=JUDGING)
def settle(meting: str, eenheid: str) -> Page:
    """Take a step: `doen` says which. What is refused is shown again with what was typed."""

    def step() -> str:
        if request.form.get("doen") == "aanbieden":
            due, message = offers.due_on(), request.form.get("message", "")
            offering.offer_findings(
                db.session(),
                g.dossier,
                due,
                message,
                with_levels="niveaus" in request.form,
                seen=request.form.get("seen", ""),
                by=acting(),
            )
            return DONE["aanbieden"]
        past = offering.of_dossier(db.session(), g.dossier)
        offer = offering.find(db.session(), past[0]) if past else None
        if offer is None or offers.number("offer") not in past:
            abort(404)
        return offers.act(offer)

    done = offers.take(step)
    if isinstance(done, Typed):
        g.dossier = find_dossier(meting, eenheid)
        return _draw(done), done.status
    flash(done, "success")
    return redirect(url_for("hearing.dossier", meting=meting, eenheid=eenheid), 303)


def _draw(typed: Typed) -> str:
    past = offering.of_dossier(db.session(), g.dossier)
    measurement = g.dossier.measurement
    unit = UnitInfo.of(g.dossier.unit, measurement.period_until)
    offer = offered.view(db.session(), past[0], today()) if past else None
    findings, missing = offering.offerable(db.session(), g.dossier)
    return render_template(
        "hearing/dossier.html",
        dossier=g.dossier,
        row=measurement,
        unit=unit,
        here=url_for("hearing.settle", meting=measurement.code, eenheid=unit.code),
        offer=offer,
        earlier=[each for number in past[1:] if (each := offered.view(db.session(), number, today()))],
        findings=findings,
        stand=offering.stand(findings),
        missing=missing,
        factors=instrument_of(g.dossier.pinned).factors,
        may_offer=g.dossier.state in offering.HEARING_STATES and not (offer and offer.running),
        typed=typed,
        outcomes=offering.OUTCOMES,
        verdicts=offering.VERDICTS,
        reminder=offers.reminder(offer, measurement.code, unit) if offer else None,
    )
