"""Returning a questionnaire to its respondents, by who inspects."""

from __future__ import annotations

from flask import flash, redirect, request
from werkzeug.wrappers import Response
from wtforms import Form, TextAreaField

from app.auth import acting, requires
from app.extensions import db
from app.fill_in import area
from app.fill_in.area import blueprint
from app.holding import holds_posts
from surveys import returning
from surveys.errors import MeasurementClosed, NotSubmitted, Refused

QUESTIONS = "vragen"


class ReturnForm(Form):
    """Why a questionnaire is returned; for which questions is drawn by the page, under their factors."""

    reden = TextAreaField("Waarom stuurt u de vragenlijst terug?")


@blueprint.get("/terugsturen")
@requires("dossier.inspect")
def return_form(meting: str, eenheid: str) -> str:
    """Ask why the questionnaire is returned, and for which questions."""
    return _draw(ReturnForm(), request.args.getlist("vraag"))


@blueprint.post("/terugsturen")
@requires("dossier.inspect")
@holds_posts
def give_back(meting: str, eenheid: str) -> Response | tuple[str, int]:
    """Return the questionnaire; what can't be is shown again as it was typed."""
    dossier = area.reading()
    form = ReturnForm(data={"reden": request.form.get("reden", "").replace("\x00", "")})
    reason = form.reden.data or ""
    chosen = [code for code in request.form.getlist(QUESTIONS) if code in dossier.instrument.questions]
    try:
        returning.give_back(db.session(), dossier.dossier, reason, chosen, by=acting())
    except Refused as refusal:
        db.session.rollback()
        if chosen or not reason.strip():
            form.reden.errors = [str(refusal)]
            return _draw(form, chosen, [(form.reden.id, str(refusal))]), 422
        return _draw(form, chosen, [(QUESTIONS, str(refusal))]), 422
    except (NotSubmitted, MeasurementClosed) as refusal:
        db.session.rollback()
        return _draw(form, chosen, [(None, str(refusal))]), 409
    db.session.commit()
    flash("De vragenlijst is teruggestuurd. De invullers kunnen weer wijzigen.", "success")
    return redirect(area.address("overview"), 303)


def _draw(form: ReturnForm, chosen: list[str], errors: list[tuple[str | None, str]] | None = None) -> str:
    return area.page(
        "return", area.reading(), form=form, chosen=chosen, errors=errors or [], questions_field=QUESTIONS
    )
