"""The board of the wederhoor of a measurement and the log of every reaction, as pages and as files."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from app import downloads
from app.auth import requires
from app.extensions import db
from app.hearing import blueprint
from app.measure.here import find
from exports import hearing as file
from surveys import hearing, running
from surveys.acting import now, today
from surveys.hearing import Board
from surveys.models import Measurement
from surveys.reports import MeasurementInfo


@blueprint.get("/<meting>/")
@requires(running.PERMISSION)
def board(meting: str) -> str:
    """All dossiers with how far their wederhoor is."""
    row, asked = find(meting), _asked()
    found = _read(row)
    parts: dict[str, Any] = {**asked, "meting": meting}

    def sorted_by(column: str) -> str:
        again = found.sort == column and not found.down
        return url_for("hearing.board", **{**parts, "sorteer": column, "omlaag": "ja" if again else None})

    return render_template(
        "hearing/board.html",
        row=row,
        found=found,
        asked=asked,
        states=hearing.STATES,
        sorted_by=sorted_by,
        files={form: url_for("hearing.board_file", **parts, vorm=form) for form in ("xlsx", "csv")},
    )


@blueprint.get("/<meting>/bestand")
@requires(running.PERMISSION)
def board_file(meting: str) -> Answer:
    """The table as it is shown: a workbook, or `?vorm=csv`."""
    row, form = find(meting), downloads.asked()
    info = MeasurementInfo.of(row)
    book = file.board_book(info, _read(row), now())
    return downloads.send(book, form, file.filename(info, "wederhoor", form))


@blueprint.get("/<meting>/logboek")
@requires(running.PERMISSION)
def log(meting: str) -> str:
    """Every reaction with what was done with it and why: the annex to the report."""
    row = find(meting)
    return render_template(
        "hearing/log.html",
        row=row,
        lines=hearing.lines(db.session(), row),
        files={form: url_for("hearing.log_file", meting=meting, vorm=form) for form in ("xlsx", "csv")},
    )


@blueprint.get("/<meting>/logboek/bestand")
@requires(running.PERMISSION)
def log_file(meting: str) -> Answer:
    """The log: a workbook, or `?vorm=csv`."""
    row, form = find(meting), downloads.asked()
    info = MeasurementInfo.of(row)
    book = file.log_book(info, hearing.lines(db.session(), row), now())
    return downloads.send(book, form, file.filename(info, "wederhoor-logboek", form))


def _asked() -> dict[str, str]:
    """What the address asks for, without what is empty."""
    names = ("stand", "sorteer", "omlaag")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _read(row: Measurement) -> Board:
    asked = _asked()
    return hearing.board(
        db.session(),
        row,
        today(),
        state=asked.get("stand"),
        sort=asked.get("sorteer", "eenheid"),
        down="omlaag" in asked,
    )
