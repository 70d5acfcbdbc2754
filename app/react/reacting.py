"""Reacting to what is offered: of each text that it is right, or what it should be."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth import acting, held_by_me, requires
from app.errors import STATUS
from app.extensions import db
from app.holding import holds_posts
from app.react import blueprint
from surveys import offered, offering
from surveys.acting import By, today
from surveys.errors import InvalidReaction, OfferClosed
from surveys.models import Offer, OfferedText
from surveys.offered import OfferView, TextView
from surveys.permissions import ROLES
from surveys.reports.source import UnitInfo

Page = str | Response | tuple[str, int]

REST = "rest"
"""The button that says of all that is open: this is right."""
FIELDS = {"verdict": "oordeel", "proposal": "tekst", "remark": "opmerking"}
"""The parts of a reaction and their fields; a field's name ends with the id of its text."""


@dataclass(frozen=True)
class Typed:
    """What stands in the fields of a text, and what is wrong with it (`wrong`: at which part)."""

    verdict: str
    proposal: str
    remark: str
    refusal: str | None = None
    wrong: str | None = None


@blueprint.get("/<meting>/<eenheid>/<int:offer>")
@requires("dossier.react")
def offer(meting: str, eenheid: str, offer: int) -> str:
    """What is offered, what was said of it, and the form while it runs."""
    _find(offer)
    return _draw(offer, _role())


@blueprint.post("/<meting>/<eenheid>/<int:offer>")
@requires("dossier.react")
@holds_posts
def react(meting: str, eenheid: str, offer: int) -> Page:
    """Save what was said of each text; what is refused is shown again, what is not stays saved."""
    row, role = _find(offer), _role()
    by = acting(role)
    texts, wrong, saved = list(row.texts), {}, 0
    try:
        for text in texts:
            try:
                with db.session.begin_nested():
                    saved += _save(text, by)
            except InvalidReaction as refusal:
                wrong[text.id] = _typed(text, by, refusal)
        if request.form.get("doen") == REST and not wrong:
            saved += offering.agree_with_rest(db.session(), row, by=by)
    except OfferClosed as refusal:
        db.session.rollback()
        kept = {text.id: _typed(text, by) for text in texts if _is_new(text, by)}
        return _draw(offer, role, kept, str(refusal)), STATUS[OfferClosed]
    db.session.commit()
    if wrong:
        return _draw(offer, role, wrong, saved=saved), 422
    flash(_done(saved), "success")
    pressed = request.form.get("doen", "")
    place = f"tekst-{pressed}-blok" if pressed in {str(text.id) for text in texts} else None
    return redirect(
        url_for("react.offer", meting=meting, eenheid=eenheid, offer=offer, rol=_asked_role(), _anchor=place),
        303,
    )


def _done(count: int) -> str:
    if not count:
        return "Er was niets nieuws om op te slaan."
    return "Uw reactie is opgeslagen." if count == 1 else f"Uw {count} reacties zijn opgeslagen."


def _find(number: int) -> Offer:
    """The offer of the dossier at hand, or 404."""
    row = offering.find(db.session(), number)
    if row is None or row.dossier_id != g.dossier.id:
        abort(404)
    return row


def _roles() -> list[str]:
    """The roles in which the person who asks reacts for this dossier."""
    held = {each.role for each in held_by_me("dossier.react", g.dossier.unit_id)}
    return [role for role in ROLES if role in held]


def _asked_role() -> str | None:
    """The role that the page or address names."""
    return request.form.get("rol") or request.args.get("rol")


def _role() -> str:
    """In which role somebody reacts: the one that is named, else the first."""
    found = _roles()
    asked = _asked_role()
    return asked if asked in found else found[0]


def _save(text: OfferedText, by: By) -> int:
    """Save what was sent about a text; 1 when it says something that was not said before, else 0."""
    if not _is_new(text, by):
        return 0
    sent = _sent(text)
    before = _before(text, by)
    if sent.verdict == "klopt" and sent.proposal not in {text.text, before.proposal, ""}:
        raise InvalidReaction(
            "U koos ‘Dit klopt’, maar u hebt de tekst gewijzigd."
            " Kies ‘Ik stel een wijziging voor’, of zet de tekst terug.",
            "verdict",
        )
    offering.react(db.session(), text, sent.verdict, sent.proposal, sent.remark, by=by)
    return 1


def _is_new(text: OfferedText, by: By) -> bool:
    """Whether what was sent about a text is anything else than what its fields had."""
    if f"tekst-{text.id}" not in request.form:
        return False
    return _sent(text) != _before(text, by)


def _sent(text: OfferedText) -> Typed:
    found = {part: request.form.get(f"{name}-{text.id}", "") for part, name in FIELDS.items()}
    return Typed(**{part: value.replace("\r\n", "\n").strip() for part, value in found.items()})


def _before(text: OfferedText, by: By) -> Typed:
    """What the fields of a text have when nobody typed: what this role said last, else the text itself."""
    mine = [each for each in text.reactions if each.role == by.role]
    if not mine:
        return Typed("", text.text, "")
    return Typed(mine[-1].verdict, mine[-1].proposal or text.text, mine[-1].remark or "")


def _typed(text: OfferedText, by: By, refusal: InvalidReaction | None = None) -> Typed:
    sent = _sent(text)
    if refusal is None:
        return sent
    return Typed(sent.verdict, sent.proposal, sent.remark, str(refusal), refusal.part)


def _shown(text: TextView, role: str, typed: dict[int, Typed]) -> Typed:
    if text.id in typed:
        return typed[text.id]
    mine = text.of(role)
    if mine is None:
        return Typed("", text.text, "")
    return Typed(mine.verdict, mine.proposal or text.text, mine.remark or "")


def _draw(
    number: int,
    role: str,
    typed: dict[int, Typed] | None = None,
    refusal: str | None = None,
    saved: int = 0,
) -> str:
    found = offered.view(db.session(), number, today()) or abort(404)
    typed = typed or {}
    texts = _visible(found)
    errors = [
        (f"{FIELDS[each.wrong or 'verdict']}-{number}", f"{_title(found, number)}: {each.refusal}")
        for number, each in typed.items()
        if each.refusal
    ]
    if refusal:
        errors.append(("", refusal))
    return render_template(
        "react/offer.html",
        offer=found,
        texts=texts,
        fields={each.id: _shown(each, role, typed) for each in texts},
        unsaved=typed if refusal else {},
        role=role,
        roles=[(each, ROLES[each].label) for each in _roles()],
        role_label=ROLES[role].label,
        left=sum(each.of(role) is None for each in found.texts),
        verdicts=offering.VERDICTS,
        unit=UnitInfo.of(g.dossier.unit, g.dossier.measurement.period_until),
        measurement=g.dossier.measurement,
        errors=errors,
        saved=saved,
    )


def _visible(found: OfferView) -> list[TextView]:
    """The texts that are shown: all; of what was taken back only those on which somebody reacted."""
    if found.closed_as == "ingetrokken":
        return [each for each in found.texts if each.reactions]
    return list(found.texts)


def _title(found: OfferView, number: int) -> str:
    return next(each.title for each in found.texts if each.id == number)
