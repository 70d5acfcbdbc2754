"""Calibration: like answers that were judged unlike, and how judgements compare with the proposals."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from app import downloads
from app.auth import requires
from app.extensions import db
from app.judge import blueprint
from app.measure.here import find
from exports import judging as file
from exports import wording
from surveys.acting import now
from surveys.calibration import FEW, NEAR, Narrow, narrowed
from surveys.calibration import calibration as read
from surveys.reports import MeasurementInfo

LONGEST_ID = 18
"""Digits of the longest number that a database keeps."""


@blueprint.get("/<meting>/ijking")
@requires("measurement.judge")
def calibration(meting: str) -> str:
    """What inspectors can talk about to judge alike."""
    row = find(meting)
    whole = read(db.session(), row)
    asked, parts = _asked(), _parts()
    found = narrowed(whole, asked)

    def sorted_by(column: str) -> str:
        again = asked.sort == column and not asked.down
        changed: dict[str, Any] = {"sorteer": column, "omlaag": "ja" if again else None}
        return url_for("judge.calibration", _anchor="tellingen", **{**parts, "meting": meting, **changed})

    return render_template(
        "judge/calibration.html",
        row=row,
        found=found,
        whole=whole,
        asked=asked,
        sorted_by=sorted_by,
        inspectors=[(each, each.label) for each in found.inspectors],
        factors=[(each, f"{each.code} {each.label}") for each in found.factors],
        both=[(each, f"{name}: {each.code} {each.label}") for each, name in found.both],
        few=wording.number(FEW),
        near=wording.decimal(NEAR),
        files={
            form: url_for("judge.calibration_file", **{**parts, "meting": meting, "vorm": form})
            for form in ("xlsx", "csv")
        },
    )


def _parts() -> dict[str, Any]:
    names = ("factor", "wie", "sorteer", "omlaag")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _asked() -> Narrow:
    parts = _parts()
    who = parts.get("wie", "")
    return Narrow(
        factor=parts.get("factor"),
        person_id=int(who) if who.isascii() and who.isdigit() and len(who) <= LONGEST_ID else None,
        sort=parts.get("sorteer", "naam"),
        down="omlaag" in parts,
    )


@blueprint.get("/<meting>/ijking/bestand")
@requires("measurement.judge")
def calibration_file(meting: str) -> Answer:
    """The calibration as it is shown: a workbook, or `?vorm=csv` with the differences alone."""
    row = find(meting)
    form = downloads.asked()
    info = MeasurementInfo.of(row)
    book = file.calibration_book(info, narrowed(read(db.session(), row), _asked()), now())
    return downloads.send(book, form, file.calibration_filename(info, form))
