"""The log: searching it, the same as a file, and how far it is sealed and verified."""

from __future__ import annotations

from typing import Any, Final

from flask import render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.validators import Optional

from app import downloads
from app.auth import requires
from app.extensions import db
from app.manage import blueprint
from app.manage.forms import Day, Form, Pick, Text
from app.manage.steps import LARGEST_ID
from exports import logbook as file
from surveys import directory, reading_log
from surveys.acting import now
from surveys.reading_log import ACTIONS, PERMISSION, SUBJECTS, Search

MOST: Final = 50_000
"""So many lines at most are in a file; the newest."""


class Find(Form):
    """What the log is narrowed to."""

    class Meta(Form.Meta):
        """It changes nothing, so it needs no token."""

        csrf = False

    persoon = Text("Naam of e-mailadres")
    actie = Pick("Wat er gebeurde")
    onderwerp = Pick("Waarover")
    eenheid = Pick("Eenheid")
    meting = Pick("Meting")
    van = Day("Vanaf", [Optional()])
    tot = Day("Tot en met", [Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and that the period does not end before it begins."""
        good = super().validate(extra_validators)
        if self.van.data and self.tot.data and self.tot.data < self.van.data:
            self.tot.errors = ["De periode eindigt voor zij begint. Pas een van de twee datums aan."]
            return False
        return bool(good)


@blueprint.get("/logboek")
@requires(PERMISSION)
def logbook() -> str | tuple[str, int]:
    """The lines that meet the search, the newest first, a page at a time."""
    form, search = _asked()
    found = reading_log.find(db.session(), search) if search else None
    page = render_template(
        "manage/logbook.html",
        form=form,
        found=found,
        standing=reading_log.standing(db.session()),
        narrowed=search is None or search != Search(),
        older=found and found.older and _address("manage.logbook", voor=found.older),
        newest=_address("manage.logbook") if "voor" in request.args else None,
        files={form: _address("manage.logbook_file", vorm=form) for form in ("xlsx", "csv")},
        most=MOST,
    )
    return page if search else (page, 422)


@blueprint.get("/logboek/bestand")
@requires(PERMISSION, fresh=True)
def logbook_file() -> Response | tuple[str, int] | str:
    """All lines that meet the search: a workbook, or `?vorm=csv`; its errors for a bad one."""
    kind = downloads.asked()
    _, search = _asked()
    if search is None:
        return logbook()
    rows = reading_log.every(db.session(), search, MOST)
    return downloads.send(file.book(rows, now()), kind, file.filename(kind))


def _asked() -> tuple[Find, Search | None]:
    """The form as it was filled in, and what it asks for; None when something in it can't be."""
    form, session = Find(request.args), db.session()
    units = {unit.code: unit for unit in directory.all_units(session)}
    rows = {row.code: row for row in reading_log.measurements(session)}
    form.actie.choices = [("", "Alles"), *ACTIONS.items()]
    form.onderwerp.choices = [("", "Alles"), *sorted(SUBJECTS.items(), key=lambda each: each[1])]
    form.eenheid.choices = [("", "Alle eenheden"), *((code, unit.name) for code, unit in units.items())]
    form.meting.choices = [("", "Alle metingen"), *((code, row.name) for code, row in rows.items())]
    if not form.validate():
        return form, None
    unit, measurement = units.get(form.eenheid.data), rows.get(form.meting.data)
    before = request.args.get("voor", type=int)
    return form, Search(
        person=form.persoon.data or "",
        action=form.actie.data,
        subject=form.onderwerp.data,
        first=form.van.data,
        last=form.tot.data,
        unit_id=unit.id if unit else None,
        measurement_id=measurement.id if measurement else None,
        before=before if before is None or before <= LARGEST_ID else None,
    )


def _address(endpoint: str, **more: Any) -> str:
    """The address of the same search elsewhere, or further on."""
    kept = {name: value for name, value in request.args.items() if name not in {"voor", "vorm"} and value}
    return url_for(endpoint, **{**kept, **more})
