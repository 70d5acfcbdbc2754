"""The response monitor: tile map and table of all dossiers, narrowed and sorted, and as a file."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from app import downloads
from app.auth import requires
from app.extensions import db
from app.measure import blueprint
from app.measure.here import find
from app.picture.tile_map import tile_map
from exports import response as file
from surveys import dossiers, running
from surveys.acting import now, today
from surveys.models import Measurement
from surveys.monitor import Monitor, monitor
from surveys.reports import MeasurementInfo
from surveys.reports.levels import Mark, Rank

LOOKS: dict[str, tuple[str, Rank]] = {
    "uitgezet": ("UIT", "failing"),
    "in_invulling": ("INV", "partly"),
    "ingediend": ("ING", "between"),
    "in_analyse": ("ANA", "top"),
    "bezocht": ("BEZ", "top"),
    "geverifieerd": ("VER", "top"),
    "beoordeeld": ("BEO", "top"),
    "afgesloten": ("AFG", "top"),
}
"""How each state stands on a tile: letters and colours."""
MARKS = {code: Mark(code, dossiers.STATES[code], *look) for code, look in LOOKS.items()}


@blueprint.get("/<meting>/respons")
@requires(running.PERMISSION)
def response(meting: str) -> str:
    """All dossiers on one screen."""
    row = find(meting)
    found = _read(row)
    asked = _asked()
    parts: dict[str, Any] = {**asked, "meting": meting}

    def address(**changed: Any) -> str:
        return url_for("measure.response", **{**parts, **changed})

    def sorted_by(column: str) -> str:
        again = found.sort == column and not found.down
        return address(sorteer=column, omlaag="ja" if again else None)

    return render_template(
        "measure/response.html",
        row=row,
        found=found,
        marks=MARKS,
        asked=asked,
        sorted_by=sorted_by,
        map=tile_map(
            (each.unit, MARKS[each.state], url_for("fill_in.overview", meting=meting, eenheid=each.unit.code))
            for each in found.rows
        ),
        files={form: url_for("measure.response_file", **parts, vorm=form) for form in ("xlsx", "csv")},
    )


@blueprint.get("/<meting>/respons/bestand")
@requires(running.PERMISSION)
def response_file(meting: str) -> Answer:
    """The table as it is shown: a workbook, or `?vorm=csv`."""
    row = find(meting)
    form = downloads.asked()
    info = MeasurementInfo.of(row)
    return downloads.send(file.book(info, _read(row), now()), form, file.filename(info, form))


def _asked() -> dict[str, str]:
    """What the address asks for, without what is empty."""
    names = ("brigade", "stand", "sorteer", "omlaag")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _read(row: Measurement) -> Monitor:
    asked = _asked()
    return monitor(
        db.session(),
        row,
        today(),
        brigade=asked.get("brigade"),
        state=asked.get("stand"),
        sort=asked.get("sorteer", "eenheid"),
        down="omlaag" in asked,
    )
