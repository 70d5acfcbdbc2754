"""The course of a dossier: what happened with it, and the step that comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app import downloads
from app.auth import acting, requires
from app.extensions import db
from app.visit import blueprint
from exports import course as file
from surveys import course as verbs
from surveys import dossiers
from surveys.acting import By, now
from surveys.course import KINDS, PERMISSION, Happening, Target
from surveys.errors import NotNow
from surveys.models import Dossier
from surveys.reports import MeasurementInfo
from surveys.reports.source import UnitInfo

Page = str | Response | tuple[str, int]
OLDEST = "oud"


@dataclass(frozen=True)
class Step:
    """The step that comes next: in words, what is in the way, the button to take it, and where to work.

    `action` is where the button sends to, None when the step is taken elsewhere.
    """

    text: str
    points: tuple[str, ...] = ()
    label: str = ""
    action: str | None = None
    links: tuple[tuple[str, str], ...] = ()


@blueprint.get("/<meting>/<eenheid>/verloop")
@requires(PERMISSION)
def course(meting: str, eenheid: str) -> str:
    """Everything that happened with a dossier, newest first; `?soort=` for one kind of it."""
    return _draw()


@blueprint.get("/<meting>/<eenheid>/verloop/bestand")
@requires(PERMISSION)
def course_file(meting: str, eenheid: str) -> Response:
    """What happened as it is shown: a workbook, or `?vorm=csv`."""
    form, dossier = downloads.asked(), g.dossier
    info = MeasurementInfo.of(dossier.measurement)
    unit = UnitInfo.of(dossier.unit, dossier.measurement.period_until)
    found = _shown(verbs.course(db.session(), dossier))
    return downloads.send(file.book(info, unit, found, now()), form, file.filename(info, unit, form))


@blueprint.post("/<meting>/<eenheid>/verloop/verifieren")
@requires(PERMISSION)
def verify(meting: str, eenheid: str) -> Page:
    """Take the dossier to `geverifieerd`."""
    return _take(verbs.verify)


@blueprint.post("/<meting>/<eenheid>/verloop/afsluiten")
@requires(PERMISSION)
def close(meting: str, eenheid: str) -> Page:
    """Take the dossier to `afgesloten`."""
    return _take(verbs.close)


def _take(verb: Callable[[Session, Dossier, By], None]) -> Page:
    try:
        verb(db.session(), g.dossier, acting())
        db.session.commit()
    except NotNow as refusal:
        db.session.rollback()
        return _draw(str(refusal)), 409
    flash(f"Het dossier staat nu op ‘{dossiers.STATES[g.dossier.state]}’.", "success")
    return redirect(_address("course"), 303)


def _draw(refusal: str | None = None) -> str:
    happened = verbs.course(db.session(), g.dossier)
    counts = Counter(each.kind for each in happened)
    order = OLDEST if _oldest_first() else None
    filters = [("Alles", _address("course", volgorde=order), len(happened), _kind() is None)]
    filters += [
        (label, _address("course", soort=kind, volgorde=order), counts[kind], _kind() == kind)
        for kind, label in KINDS.items()
    ]
    asked: dict[str, Any] = {"soort": _kind(), "volgorde": order}
    return render_template(
        "visit/course.html",
        dossier=g.dossier,
        state=dossiers.STATES[g.dossier.state],
        step=_step(g.dossier),
        refusal=refusal,
        filters=filters,
        found=[(each, _link(each.target)) for each in _shown(happened)],
        oldest_first=_oldest_first(),
        turned=_address("course", soort=_kind(), volgorde=None if order else OLDEST),
        files={form: _address("course_file", vorm=form, **asked) for form in ("xlsx", "csv")},
    )


def _kind() -> str | None:
    asked = request.args.get("soort")
    return asked if asked in KINDS else None


def _oldest_first() -> bool:
    return request.args.get("volgorde") == OLDEST


def _shown(happened: tuple[Happening, ...]) -> list[Happening]:
    found = [each for each in happened if _kind() in (None, each.kind)]
    return found[::-1] if _oldest_first() else found


def _step(dossier: Dossier) -> Step:
    """The step that comes next for a dossier as it stands."""
    unknowns = ("Wat onbekend is", _address("unknowns"))
    visits = ("Bezoek en verslag", _address("interviews"))
    if dossier.state in dossiers.OPEN:
        return Step("De vragenlijst is nog niet ingeleverd.")
    if dossier.state == "ingediend":
        return Step(
            "Neem het dossier in analyse, of stuur het terug.", links=(("Gesprekspunten", _address("sheet")),)
        )
    if dossier.state == "in_analyse":
        return Step("Houd een bezoek en leg dat vast.", links=(visits, unknowns))
    if dossier.state == "bezocht":
        points = verbs.in_the_way(db.session(), dossier)
        text = (
            "Laat het verslag verifiëren en rond af wat onbekend is."
            if points
            else "Alles is klaar om te verifiëren."
        )
        return Step(text, points, "Dossier geverifieerd", _address("verify"), (visits, unknowns))
    if dossier.state == "geverifieerd":
        return Step("Beoordeel elke factor.", links=_known("judge.dossier", "Oordelen"))
    if dossier.state == "beoordeeld":
        points = verbs.in_the_way_of_closing(db.session(), dossier)
        text = "Bied de bevindingen aan voor wederhoor, of sluit het dossier af."
        return Step(
            text, points, "Dossier afsluiten", _address("close"), _known("hearing.dossier", "Wederhoor")
        )
    return Step("Dit dossier is klaar.")


def _known(view: str, label: str) -> tuple[tuple[str, str], ...]:
    """A link to a room of this dossier; none while there is no such room."""
    if view not in current_app.view_functions:
        return ()
    return ((label, url_for(view, meting=g.dossier.measurement.code, eenheid=g.dossier.unit.code)),)


def _link(target: Target | None) -> str | None:
    """Where to read on about something that happened."""
    if target is None:
        return None
    meting, eenheid = g.dossier.measurement.code, g.dossier.unit.code
    if target.what == "question":
        return url_for("picture.answer", meting=meting, eenheid=eenheid, code=target.key)
    if target.what == "factor":
        return url_for("judge.factor", meting=meting, eenheid=eenheid, factor=target.key)
    if target.what == "interview":
        return url_for("visit.report", meting=meting, gesprek=int(target.key))
    return next((url for _, url in _known("hearing.dossier", "")), None)


def _address(view: str, **values: Any) -> str:
    return url_for(f"visit.{view}", meting=g.dossier.measurement.code, eenheid=g.dossier.unit.code, **values)
