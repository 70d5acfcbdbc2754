"""Calibration: like answers that were judged unlike, and how judgements compare with the proposals."""

from __future__ import annotations

from flask import render_template, url_for
from werkzeug.wrappers import Response as Answer

from app import downloads
from app.auth import requires
from app.extensions import db
from app.judge import blueprint
from app.measure.here import find
from exports import judging as file
from exports import wording
from surveys.acting import now
from surveys.calibration import FEW, NEAR
from surveys.calibration import calibration as read
from surveys.reports import MeasurementInfo


@blueprint.get("/<meting>/ijking")
@requires("measurement.judge")
def calibration(meting: str) -> str:
    """What inspectors can talk about to judge alike."""
    row = find(meting)
    found = read(db.session(), row)
    return render_template(
        "judge/calibration.html",
        row=row,
        found=found,
        inspectors=[(each, each.label) for each in found.inspectors],
        factors=[(each, f"{each.code} {each.label}") for each in found.factors],
        both=[(each, f"{name}: {each.code} {each.label}") for each, name in found.both],
        few=wording.number(FEW),
        near=wording.decimal(NEAR),
        files={form: url_for("judge.calibration_file", meting=meting, vorm=form) for form in ("xlsx", "csv")},
    )


@blueprint.get("/<meting>/ijking/bestand")
@requires("measurement.judge")
def calibration_file(meting: str) -> Answer:
    """The calibration: a workbook, or `?vorm=csv` with the differences alone."""
    row = find(meting)
    form = downloads.asked()
    info = MeasurementInfo.of(row)
    book = file.calibration_book(info, read(db.session(), row), now())
    return downloads.send(book, form, file.calibration_filename(info, form))
