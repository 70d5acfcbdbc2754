"""The thread of one question: what those who fill in say to each other, and ask each other."""

from __future__ import annotations

import re

from flask import flash, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import Form, RadioField, TextAreaField

from app.auth import acting, requires
from app.extensions import db
from app.fill_in import area, asking, talks
from app.fill_in.area import blueprint
from app.holding import holds_posts
from surveys import discussions
from surveys.acting import By
from surveys.errors import DossierNotOpen, InvalidMessage, MeasurementClosed, UnreadMessages
from surveys.questionnaire import QuestionView, Reading


class MessageForm(Form):
    """A message, and to whom it is a question."""

    bericht = TextAreaField("Bericht")
    aan = RadioField("Is dit een vraag aan iemand?", validate_choice=False, default="")

    def blame(self, refusal: InvalidMessage) -> None:
        """Put a refusal at the field that it is about."""
        field = self.aan if refusal.part == "asks" else self.bericht
        field.errors = [*field.errors, str(refusal)]

    @property
    def errors_to_show(self) -> list[tuple[str, str]]:
        """What is wrong, each with the id of its field."""
        return [(field.id, text) for field in (self.bericht, self.aan) for text in field.errors]


@blueprint.get("/vraag/<code>/overleg")
@requires("dossier.discuss")
def show_thread(meting: str, eenheid: str, code: str) -> str:
    """Show what was said about a question, with a place to say more."""
    dossier = area.reading()
    question = dossier.question(code)
    return _draw(dossier, question, _form(dossier, _by(question), request.args))


@blueprint.post("/vraag/<code>/overleg")
@requires("dossier.discuss")
@holds_posts
def say(meting: str, eenheid: str, code: str) -> Response | tuple[str, int]:
    """Add a message, or close the thread; what can't be added is shown again as it was typed."""
    dossier = area.reading()
    question = dossier.question(code)
    by = _by(question)
    form = _form(dossier, by, request.form)
    text, asks = form.bericht.data or "", form.aan.data or None
    settles = request.form.get("doen") == "sluiten"
    mail = None
    try:
        if settles:
            if asks:
                raise InvalidMessage("Sluit het overleg, of stel een vraag: niet allebei.", "asks")
            discussions.settle(db.session(), dossier.dossier, code, by=by, seen=_seen(), text=text)
        else:
            said = discussions.say(db.session(), dossier.dossier, code, text, by=by, asks=asks)
            if said.changed and asks:
                # all that the mail needs is read now: sending must not hold the database
                mail = asking.prepare(dossier.dossier, code, asks, by)
    except InvalidMessage as refusal:
        form.blame(refusal)
        return _again(code, form), 422
    except (UnreadMessages, MeasurementClosed, DossierNotOpen) as refusal:
        return _again(code, form, str(refusal)), 409
    db.session.commit()
    if settles:
        flash("Het overleg is gesloten.", "success")
    elif asks:
        flash(f"Uw vraag aan {talks.noun(asks)} staat in het overleg.", "success")
        if mail is not None:
            flash(*asking.send(mail))
    else:
        flash("Uw bericht staat in het overleg.", "success")
    return redirect(area.address("show_thread", code=code), 303)


def _by(question: QuestionView) -> By:
    """Act in the role that is asked, when it is one's own; else in the first that lets one in."""
    asked = question.thread.waits_for if question.thread else None
    return acting(asked if asked in area.talking_roles() else None)


def _form(dossier: Reading, by: By, data: MultiDict[str, str]) -> MessageForm:
    form = MessageForm(
        MultiDict((key, text.replace("\x00", "")) for key, text in data.items() if key in {"bericht", "aan"})
    )
    roles = discussions.askable(dossier.instrument, by.role)
    form.aan.choices = [
        ("", "Nee, alleen een bericht"),
        *((role, f"Ja, aan {talks.noun(role)}") for role in roles),
    ]
    form.aan.data = form.aan.data or ""
    return form


def _seen() -> int:
    """How many messages were on the page that was sent."""
    sent = request.form.get("gezien", "")
    return int(sent) if re.fullmatch(r"[0-9]{1,9}", sent) else 0


def _again(code: str, form: MessageForm, refusal: str | None = None) -> str:
    db.session.rollback()
    dossier = area.reading()
    return _draw(dossier, dossier.question(code), form, refusal)


def _draw(dossier: Reading, question: QuestionView, form: MessageForm, refusal: str | None = None) -> str:
    thread = question.thread
    return area.page(
        "discuss",
        dossier,
        question=question,
        form=form,
        refusal=refusal,
        waits_for=talks.waits(thread, area.talking_roles()) if thread else None,
        asks_by_mail=asking.by_mail(),
        most=discussions.MESSAGE_LENGTH,
    )
