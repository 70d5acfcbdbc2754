"""Finishing a questionnaire: look it over, agree, hand it in."""

from __future__ import annotations

from flask import flash, redirect, request
from flask_security import current_user
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
from surveys.questionnaire import Reading, Signing

CHECKBOX = "gelezen"
"""The box that says: I read the answers, they are right."""
ROLE = "rol"
"""The role in which somebody agrees who signs in more than one."""


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
    dossier = area.reading()
    if _given(dossier):
        return redirect(area.address("check", _anchor="akkoord"), 303)  # sent twice: nothing more to do
    offered = _offered(dossier)
    chosen = request.form.get(ROLE) or (offered[0].role if len(offered) == 1 else None)
    if chosen is None and offered:
        text = "Kies in welke rol u akkoord geeft."
        return _draw(dossier, [(f"{ROLE}-{offered[0].role}", text)]), 422
    by = acting(chosen)
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


def _given(dossier: Reading) -> Signing | None:
    """The agreement of the person who asks, in whichever role."""
    return next((each for each in dossier.signings if each.person_id == current_user.id), None)


def _offered(dossier: Reading) -> list[Signing]:
    """The roles in which the person who asks can still agree: each person does so in one of them."""
    held = {each.role for each in held_by_me("dossier.sign", dossier.dossier.unit_id)}
    if _given(dossier):
        return []
    return [each for each in dossier.signings if each.role in held and not each.signed]


def _signed_before_me(dossier: Reading) -> list[Signing]:
    """The own roles in which somebody else has agreed: whoever held the role before, or holds it too."""
    held = {each.role for each in held_by_me("dossier.sign", dossier.dossier.unit_id)}
    return [
        each
        for each in dossier.signings
        if each.role in held and each.signed and each.person_id != current_user.id
    ]


def _draw(dossier: Reading, errors: list[tuple[str | None, str]] | None = None) -> str:
    unit_id = dossier.dossier.unit_id
    return area.page(
        "check",
        dossier,
        errors=errors or [],
        checkbox=CHECKBOX,
        role=ROLE,
        offered=_offered(dossier),
        signs=bool(held_by_me("dossier.sign", unit_id)),
        signed_before_me=_signed_before_me(dossier),
        submits=dossier.is_open and may("dossier.submit", unit_id),
    )
