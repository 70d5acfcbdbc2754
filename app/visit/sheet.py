"""The points to raise at a visit: collected by themselves, added, assigned, noted at, dropped, printed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from app import downloads
from app.auth import acting, requires
from app.extensions import db
from app.visit import blueprint
from exports import visit as file
from surveys import correcting, visit_sheet
from surveys.errors import ChangedMeanwhile, Refused, TransitionRefused
from surveys.visit_points import KINDS, Point
from surveys.visit_sheet import FILTERS, OWN, PERMISSION, Line, Sheet, Treatment

Page = str | Response | tuple[str, int]
ROOMY = 42
"""Up to so many points each have a line to write on; more are printed closer, to stay within two pages."""
ON_PAPER = 160
"""The most characters of each part of a point on the printed sheet: it has to fit on two pages."""


@dataclass(frozen=True)
class Sent:
    """What was sent for a point and refused: the text of the point, the note, whose it is, and why not."""

    key: str
    text: str
    remark: str
    assigned_to: str
    refusal: str
    changed: bool


@blueprint.get("/<meting>/<eenheid>/gesprekspunten")
@requires(PERMISSION)
def sheet(meting: str, eenheid: str) -> str:
    """The points of a dossier by factor, as the filter leaves them."""
    return _draw(_read())


@blueprint.post("/<meting>/<eenheid>/gesprekspunten")
@requires(PERMISSION)
def add_point(meting: str, eenheid: str) -> Page:
    """Add a point of an inspector's own."""
    text, factor = request.form.get("tekst", ""), request.form.get("factor", "")
    try:
        made = visit_sheet.add(db.session(), g.dossier, text, factor or None, by=acting())
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        return _draw(_read(), new=Sent("", text, "", factor, str(refusal), changed=False)), 422
    flash("Uw punt is toegevoegd.", "success")
    return redirect(_address("sheet", _anchor=anchor(made.key)), 303)


@blueprint.post("/<meting>/<eenheid>/gesprekspunten/punt")
@requires(PERMISSION)
def treat_point(meting: str, eenheid: str) -> Page:
    """Assign a point, note what came out of it, drop it or put it back."""
    key, form = request.form.get("punt", ""), request.form
    found = _read()
    line = found.line(key)
    if line is None:
        return _vanished(found, key, form.get("notitie", ""))
    what = form.get("doen", "bewaren")
    dropped = {"vervallen": True, "terug": False}.get(what, line.dropped)
    text, remark, assigned = form.get("tekst", ""), form.get("notitie", ""), form.get("inspecteur", "")
    done = Treatment(_number(assigned), remark, dropped, text if line.own else None)
    try:
        visit_sheet.treat(
            db.session(),
            g.dossier,
            line.point,
            done,
            by=acting(),
            seen_version=_number(form.get("versie")) or 0,
        )
        db.session.commit()
    except (Refused, ChangedMeanwhile) as refusal:
        db.session.rollback()
        changed = isinstance(refusal, ChangedMeanwhile)
        sent = Sent(key, text, remark, assigned, str(refusal), changed)
        return _draw(_read(), sent=sent), 409 if changed else 422
    flash(
        {"vervallen": "Het punt is vervallen.", "terug": "Het punt staat er weer."}.get(what, "Bewaard."),
        "success",
    )
    return redirect(_address("sheet", _anchor=anchor(key), **_kept()), 303)


@blueprint.post("/<meting>/<eenheid>/gesprekspunten/in-analyse")
@requires(PERMISSION)
def take_up(meting: str, eenheid: str) -> Page:
    """Begin with a dossier that was submitted."""
    try:
        visit_sheet.take_up(db.session(), g.dossier, by=acting())
        db.session.commit()
    except TransitionRefused:  # a colleague was first, or it was returned: the page says how it stands
        db.session.rollback()
        flash("Dit kan nu niet: de stand van het dossier is intussen veranderd.", "error")
    else:
        flash("Het dossier staat nu op ‘In analyse’.", "success")
    return redirect(_address("sheet"), 303)


@blueprint.get("/<meting>/<eenheid>/gesprekspunten/afdrukken")
@requires(PERMISSION)
def print_sheet(meting: str, eenheid: str) -> str:
    """The points on two pages, with room for notes."""
    found = _read()
    return render_template(
        "visit/sheet_print.html",
        sheet=found,
        short=_short,
        groups=found.groups(),
        roomy=len(found.shown()) <= ROOMY,
    )


@blueprint.get("/<meting>/<eenheid>/gesprekspunten/bestand")
@requires(PERMISSION)
def sheet_file(meting: str, eenheid: str) -> Response:
    """The points as they are shown: a workbook, or `?vorm=csv`."""
    form, found = downloads.asked(), _read()
    only, me = _only(), current_user.id
    return downloads.send(
        file.book(found, FILTERS[only], found.shown(only, me)), form, file.filename(found, form)
    )


def anchor(key: str) -> str:
    """The place of a point on the page."""
    return "punt-" + re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")


def link(point: Point, code: str | None = None) -> str:
    """Where the answers are that a point is about, or one of its questions."""
    place = f"vraag-{code}" if code else point.anchor
    codes = {"meting": g.dossier.measurement.code, "eenheid": g.dossier.unit.code}
    return url_for("picture.unit", **codes, _anchor=place)


def _vanished(found: Sheet, key: str, remark: str) -> Page:
    """The page for a note at a point that went away before it was sent: it can be kept as an own point."""
    kind = key.partition(":")[0]
    if kind not in KINDS or kind == OWN or not remark.strip():
        abort(404)
    refusal = (
        "Dit punt volgt intussen niet meer uit de antwoorden, en uw notitie is nog niet bewaard."
        " Zij staat in het veld hieronder: voeg haar toe als eigen punt, of laat haar weg."
    )
    return _draw(found, new=Sent("", remark, "", "", refusal, changed=True)), 409


def _read() -> Sheet:
    return visit_sheet.sheet(db.session(), g.dossier)


def _only() -> str:
    asked = request.args.get("toon", "alle")
    return asked if asked in FILTERS else "alle"


def _kept() -> dict[str, str]:
    """The filter that stays after something was done."""
    return {} if _only() == "alle" else {"toon": _only()}


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else None


def _address(view: str, **values: Any) -> str:
    codes = {"meting": g.dossier.measurement.code, "eenheid": g.dossier.unit.code}
    return url_for(f"visit.{view}", **codes, **values)


def _short(text: str | None) -> str:
    """A text that fits on the printed sheet; what is longer is in Meetlat."""
    return shorten(text or "", ON_PAPER, placeholder=" …")


def _draw(found: Sheet, *, sent: Sent | None = None, new: Sent | None = None) -> str:
    only, me = _only(), current_user.id
    errors = []
    if sent is not None:
        errors.append((f"{anchor(sent.key)}-notitie", sent.refusal))
        line = found.line(sent.key)
        if line is not None and line not in found.shown(only, me) and line.standing:
            only = "vervallen" if line.dropped else "alle"
    if new is not None:
        errors.append(("nieuw-tekst", new.refusal))
    return render_template(
        "visit/sheet.html",
        sheet=found,
        groups=found.groups(only, me),
        only=only,
        filters=[(code, label, found.counts(me)[code]) for code, label in FILTERS.items()],
        kept=_kept(),
        sent=sent,
        new=new,
        errors=errors,
        address=_address,
        anchor=anchor,
        link=link,
        can_take_up=found.state == "ingediend",
        can_correct=correcting.correctable(g.dossier),
        own=OWN,
    )


__all__ = ["Line", "anchor", "sheet"]
