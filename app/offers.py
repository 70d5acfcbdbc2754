"""What inspectors do with what they offered, on the pages of a report and of a dossier's wederhoor alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from flask import abort, current_app, request, url_for

from app import furniture
from app.auth import acting
from app.errors import STATUS
from app.extensions import db
from surveys import offering
from surveys.errors import InvalidReaction, MeetlatError, StaleText
from surveys.models import Offer, OfferedText, Reaction
from surveys.offered import OfferView
from surveys.reports.source import UnitInfo

SMALL = re.compile(r"[0-9]{1,9}")
DONE = {
    "aanbieden": "Aangeboden. De respondenten zien het op hun eerste bladzijde.",
    "verlengen": "De termijn is verlengd.",
    "intrekken": "Ingetrokken. De reden staat erbij.",
    "afhandelen": "De reactie is afgehandeld.",
    "invoeren": "De reactie is ingevoerd.",
}
"""What each button did, in words."""
CLOSED = {
    "reactie": "Gesloten. Alle reacties zijn afgehandeld.",
    "geen_reactie": "Gesloten zonder reactie.",
}


@dataclass(frozen=True)
class Typed:
    """What was sent and refused: of which step, about which reaction or text, and what is wrong.

    `theirs`: what a colleague wrote meanwhile.
    """

    step: str = ""
    about: int = 0
    refusal: str | None = None
    wrong: str | None = None
    theirs: str | None = None
    status: int = 200
    values: dict[str, str] = field(default_factory=dict)

    def of(self, step: str, about: int = 0) -> dict[str, str]:
        """What was typed in the form of a step; nothing for another form."""
        return self.values if (self.step, self.about) == (step, about) else {}

    def error(self, step: str, part: str, about: int = 0) -> str | None:
        """What is wrong with a part of a form."""
        found = (self.step, self.about, self.wrong) == (step, about, part)
        return self.refusal if found else None

    @property
    def errors(self) -> list[tuple[str, str]]:
        """What the summary at the top lists."""
        if self.refusal is None:
            return []
        return [(f"{self.step}-{self.about}-{self.wrong}" if self.wrong else "", self.refusal)]


def take(step: Callable[[], str]) -> str | Typed:
    """Take a step and commit it: what it did, in words; or what was sent, when it is refused."""
    try:
        done = step()
        db.session.commit()
    except MeetlatError as refusal:
        db.session.rollback()
        return refused(refusal)
    return done


def refused(refusal: MeetlatError) -> Typed:
    """What was sent, with what is wrong with it."""
    status = next((code for kind, code in STATUS.items() if isinstance(refusal, kind)), 422)
    return Typed(
        request.form.get("doen", ""),
        number("over"),
        str(refusal),
        refusal.part if isinstance(refusal, InvalidReaction) else None,
        refusal.theirs if isinstance(refusal, StaleText) else None,
        status,
        request.form.to_dict(),
    )


def act(offer: Offer) -> str:
    """Take the step that the form names with an offer that runs; what it did, in words.

    Raises what the verbs of `offering` raise, and 404 for a reaction or text of another offer.
    """
    session, by, step, sent = db.session(), acting(), request.form.get("doen", ""), request.form
    if step == "verlengen":
        offering.extend(session, offer, due_on(), sent.get("reason", ""), by=by)
    elif step == "intrekken":
        offering.withdraw(session, offer, sent.get("reason", ""), by=by)
    elif step == "afhandelen":
        offering.settle(
            session,
            _reaction(offer),
            sent.get("outcome", ""),
            sent.get("reason"),
            sent.get("text"),
            seen_version=number("version"),
            by=by,
        )
    elif step == "invoeren":
        offering.react(
            session,
            _text(offer),
            sent.get("verdict", ""),
            sent.get("proposal"),
            sent.get("remark"),
            heard_from=sent.get("heard_from"),
            by=by,
        )
    elif step == "sluiten":
        return CLOSED[offering.close(session, offer, by=by)]
    else:
        abort(404)
    return DONE[step]


def due_on() -> date:
    """The day that was filled in. Raises InvalidReaction for what is none."""
    try:
        return date.fromisoformat(request.form.get("due_on", "").strip())
    except ValueError as error:
        raise InvalidReaction("Vul een datum in, bijvoorbeeld 1-6-2027.", "due_on") from error


def number(name: str) -> int:
    """A whole number from the form; 0 for what is none."""
    sent = request.form.get(name, "")
    return int(sent) if SMALL.fullmatch(sent) else 0


def _reaction(offer: Offer) -> Reaction:
    about = number("over")
    return next((each for text in offer.texts for each in text.reactions if each.id == about), None) or abort(
        404
    )


def _text(offer: Offer) -> OfferedText:
    about = number("over")
    return next((each for each in offer.texts if each.id == about), None) or abort(404)


def reminder(found: OfferView, meting: str, unit: UnitInfo) -> str | None:
    """A text to send to who is still to react; None when nobody is."""
    if not found.running or not found.waiting:
        return None
    base = current_app.config["SETTINGS"].public_url or request.host_url.rstrip("/")
    address = base + url_for("react.offer", meting=meting, eenheid=unit.code, offer=found.id)
    what = "het verslag" if found.kind == "verificatie" else "de bevindingen"
    lines = [
        "Goedendag,",
        "",
        f"U ontving in Meetlat {what} van {unit.name}. Wij hebben nog geen reactie op alle teksten:",
        *(f"- {each.label}: nog {each.count} van de {len(found.texts)}" for each in found.waiting),
        "",
        f"Reageren kan tot en met {furniture.day(found.due_on)}, op {address}",
        "Klopt alles? Dan kunt u met één knop laten weten dat alles klopt.",
    ]
    return "\n".join(lines)
