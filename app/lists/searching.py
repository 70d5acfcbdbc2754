"""Searching the texts of a measurement, on a page and as a file."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from werkzeug.wrappers import Response

from app import downloads, rooms
from app.auth import requires
from app.extensions import db
from app.limits import limited
from app.lists import blueprint
from app.lists.here import find
from exports import lists as files
from exports.plain import filename
from surveys import searching
from surveys.acting import now
from surveys.models import Measurement
from surveys.reports import MeasurementInfo
from surveys.searching import KINDS, SHORTEST, Found, Text

MOST = 100
"""How many hits of a kind are shown; the file has them all."""
LIMIT = "120 per minute"
"""So often one address may search: all texts of a measurement are read for it."""
ROOMS = {"passage": "visit.interviews", "judgement": "judge.dossier", "source": "visit.sources"}
"""Where texts stand that are no answers."""


@blueprint.get("/zoeken")
@requires("picture.view")
@limited(LIMIT, reading=True)
def search(meting: str) -> str:
    """What was found, by kind, with a link to its place."""
    here = find(meting)
    asked = request.args.get("vraag", "")
    parts: dict[str, Any] = dict(_parts())
    found = _search(here.measurement)
    return render_template(
        "lists/search.html",
        here=here,
        asked=asked,
        parts=parts,
        found=found,
        short=found is None and bool(asked.strip()),
        kinds=KINDS,
        most=MOST,
        place=lambda text: _place(here.measurement, text),
        files={
            form: url_for("lists.search_file", meting=meting, vraag=asked, **parts, vorm=form)
            for form in ("xlsx", "csv")
        },
    )


@blueprint.get("/zoeken/bestand")
@requires("picture.view")
@limited(LIMIT, reading=True)
def search_file(meting: str) -> Response:
    """All that was found: a workbook, or `?vorm=csv`."""
    here = find(meting)
    found = _search(here.measurement)
    if found is None:
        abort(404)
    form, info = downloads.asked(), MeasurementInfo.of(here.measurement)
    book = files.search_book(info, request.args["vraag"], found, now())
    return downloads.send(book, form, filename(info, "zoeken", form))


def _parts() -> dict[str, str]:
    return {name: request.args[name] for name in ("factor", "brigade") if request.args.get(name)}


def _search(row: Measurement) -> Found | None:
    """What was found; None when too little is asked."""
    asked = searching.query(request.args.get("vraag", ""))
    if sum(map(len, asked.terms)) < SHORTEST:
        return None
    parts = _parts()
    return searching.search(
        db.session(), row, asked, factor=parts.get("factor"), brigade=parts.get("brigade")
    )


def _place(row: Measurement, text: Text) -> str | None:
    """The address of a text; None where nobody who asks has a page for it."""
    if text.unit is not None and text.question is not None:
        return url_for(
            "picture.unit", meting=row.code, eenheid=text.unit.code, _anchor=f"vraag-{text.question}"
        )
    room = ROOMS[text.kind]
    if text.unit is None and text.kind != "source":
        room = "visit.agenda" if text.kind == "passage" else "judge.country"
    if not rooms.may_enter(room):
        return None
    if text.kind == "passage":
        return url_for(
            "visit.report", meting=row.code, gesprek=text.record, _anchor=f"passage-{text.passage}"
        )
    if text.kind == "source":
        return url_for("visit.source", meting=row.code, bron=text.record)
    if text.unit is None:
        return url_for("judge.country_factor", meting=row.code, factor=text.factor)
    return url_for(
        "judge.factor", meting=row.code, eenheid=text.unit.code, factor=text.factor, _anchor="oordeel"
    )
