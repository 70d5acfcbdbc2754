"""Finishing a questionnaire: look it over, agree, hand it in."""

from __future__ import annotations

from flask import flash, redirect, request
from werkzeug.wrappers import Response

from app.auth import acting, held_by_me, may, requires
from app.extensions import db
from app.fill_in import area
from app.fill_in.area import blueprint
from surveys import signing
from surveys.errors import (
    AlreadySigned,
    AnswersChanged,
    DossierNotOpen,
    Incomplete,
    MeasurementClosed,
    SignaturesMissing,
)
from surveys.filling import Reading

CHECKBOX = "gelezen"
"""The box that says: I read the answers, they are right."""


@blueprint.get("/controle")
@requires("dossier.view")
def check(meting: str, eenheid: str) -> str:
    """Show all answers: what is missing, does not sit well together, or differs from the last time."""
    return _draw(area.reading())


@blueprint.post("/akkoord")
@requires("dossier.sign")
def sign(meting: str, eenheid: str) -> Response | tuple[str, int]:
    """Agree with the answers that were read, in one's own role."""
    if not request.form.get(CHECKBOX):
        text = "Zet een vinkje als u de antwoorden hebt gelezen en ze volgens u kloppen."
        return _draw(area.reading(), [(CHECKBOX, text)]), 422
    dossier, by = area.reading(), acting()
    mine = next((each for each in dossier.signings if each.role == by.role), None)
    if mine and mine.signed and mine.person_id == by.person_id:
        return redirect(area.address("check", _anchor="akkoord"), 303)  # sent twice: nothing more to do
    try:
        signing.sign(db.session(), dossier.dossier, by=by, read=request.form.get("gelezen-versie", ""))
    except (AnswersChanged, AlreadySigned, MeasurementClosed, DossierNotOpen) as refusal:
        db.session.rollback()
        return _draw(area.reading(), [(None, str(refusal))]), 409
    except Incomplete as refusal:
        db.session.rollback()
        return _draw(area.reading(), [("ontbreekt", str(refusal))]), 422
    db.session.commit()
    flash("U hebt akkoord gegeven.", "success")
    return redirect(area.address("check", _anchor="akkoord"), 303)


@blueprint.post("/indienen")
@requires("dossier.submit")
def submit(meting: str, eenheid: str) -> Response | tuple[str, int]:
    """Hand the questionnaire in. Done before, it is not done again."""
    dossier = area.reading()
    if dossier.submitted:
        return redirect(area.address("overview"), 303)
    try:
        signing.submit(db.session(), dossier.dossier, by=acting())
    except (SignaturesMissing, MeasurementClosed, DossierNotOpen) as refusal:
        db.session.rollback()
        return _draw(area.reading(), [("akkoord", str(refusal))]), 409
    db.session.commit()
    flash("De vragenlijst is ingeleverd. U kunt de antwoorden blijven bekijken.", "success")
    return redirect(area.address("overview"), 303)


def _draw(dossier: Reading, errors: list[tuple[str | None, str]] | None = None) -> str:
    unit_id = dossier.dossier.unit_id
    roles = [each.role for each in held_by_me("dossier.sign", unit_id)]
    return area.page(
        "check",
        dossier,
        errors=errors or [],
        checkbox=CHECKBOX,
        mine=next((each for each in dossier.signings if each.role in roles), None),
        submits=dossier.is_open and may("dossier.submit", unit_id),
    )
