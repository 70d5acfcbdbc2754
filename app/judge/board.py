"""The board: every dossier and factor with how far its judgement is, narrowed and sorted, and as a file."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from app import downloads
from app.auth import requires
from app.extensions import db
from app.judge import blueprint
from app.judge.here import viewer
from app.measure.here import find
from exports import judging as file
from surveys import judged, judging
from surveys.acting import now
from surveys.judged import Board
from surveys.models import Measurement
from surveys.reports import MeasurementInfo


@blueprint.get("/<meting>/")
@requires("measurement.judge")
def board(meting: str) -> str:
    """All dossiers and factors on one screen."""
    row = find(meting)
    found = _read(row)
    asked = _asked()
    parts: dict[str, Any] = {**asked, "meting": meting}

    def sorted_by(column: str) -> str:
        again = found.sort == column and not found.down
        changed = {"sorteer": column, "omlaag": "ja" if again else None}
        return url_for("judge.board", **{**parts, **changed})

    return render_template(
        "judge/board.html",
        row=row,
        found=found,
        asked=asked,
        sorted_by=sorted_by,
        labels=judging.STATES,
        files={form: url_for("judge.board_file", **parts, vorm=form) for form in ("xlsx", "csv")},
    )


@blueprint.get("/<meting>/bestand")
@requires("measurement.judge")
def board_file(meting: str) -> Answer:
    """The table as it is shown with each judgement on a second sheet: a workbook, or `?vorm=csv`."""
    row = find(meting)
    form = downloads.asked()
    info = MeasurementInfo.of(row)
    return downloads.send(file.board_book(info, _read(row), now()), form, file.board_filename(info, form))


def _asked() -> dict[str, str]:
    """What the address asks for, without what is empty."""
    names = ("brigade", "wacht", "sorteer", "omlaag")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _read(row: Measurement) -> Board:
    asked = _asked()
    return judged.board(
        db.session(),
        row,
        viewer(),
        brigade=asked.get("brigade"),
        waiting="wacht" in asked,
        sort=asked.get("sorteer", "eenheid"),
        down="omlaag" in asked,
    )
