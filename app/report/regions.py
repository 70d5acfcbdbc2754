"""The report of each unit as a file, for inspectors and for the unit itself, and all of them in one zip."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from io import BytesIO
from typing import Final
from zipfile import ZipFile

from flask import abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import cache
from app.auth import acting, find_dossier, requires
from app.extensions import db
from app.measure.here import find
from app.report import blueprint
from app.report.files import asked, sent
from app.report.here import PERMISSION
from app.tasks import Context, order, task
from exports.document import Document
from exports.documents import DOCUMENTS, RELEASE, filename, key
from exports.report.region import document
from exports.text import file_name
from exports.zipped import settle
from surveys import dossiers
from surveys.errors import Refused
from surveys.models import Dossier, Measurement
from surveys.reports import UnitInfo
from surveys.reports.region_whole import (
    FOR_INSPECTORS,
    Reader,
    Telling,
    for_unit,
    submitted,
    units_of,
)
from surveys.reports.whole import revision

KIND: Final = "report.regions"
LAYOUT: Final = "1"
"""Raise it when the layout of a unit's report changes: a zip that was kept is then made again."""


@blueprint.get("/<meting>/regios")
@requires(PERMISSION)
def regions(meting: str) -> str:
    """Every unit with the state of its dossier and its report, and all reports at once."""
    row = find(meting)
    found = units_of(db.session(), row)
    return render_template(
        "report/regions.html",
        row=row,
        units=[(UnitInfo.of(each.unit, row.period_until), each) for each in found],
        states=dossiers.STATES,
        open=dossiers.OPEN,
        count=len(submitted(found)),
        formats=DOCUMENTS,
    )


@blueprint.post("/<meting>/regios")
@requires(PERMISSION)
def order_regions(meting: str) -> Response:
    """Ask for the reports of all units that submitted, in one zip; who asks for the same joins.

    404 for a format that is not there. Raises Refused when nobody did.
    """
    row, form = find(meting), request.form.get("vorm", "")
    if form not in DOCUMENTS:
        abort(404)
    if not submitted(units_of(db.session(), row)):
        raise Refused("Nog geen eenheid heeft ingeleverd. Daarna kunnen de rapporten worden gemaakt.")
    name = file_name("meetlat", meting, "rapporten", form, "fictief" if row.fictief else "")
    made = order(
        KIND,
        {"measurement": row.id, "form": form},
        key=zip_key(row, form),
        by=acting(),
        filename=f"{name}.zip",
    )
    return redirect(url_for("tasks.state", nummer=made.id), 303)


@blueprint.get("/<meting>/regio/<eenheid>/bestand")
@requires(PERMISSION)
def region_file(meting: str, eenheid: str) -> Response:
    """The report of a unit for inspectors, as it is now; `?vorm=` is the format."""
    return _send(find_dossier(meting, eenheid), FOR_INSPECTORS)


@blueprint.get("/<meting>/eigen/<eenheid>/bestand")
@requires("dossier.export")
def own_file(meting: str, eenheid: str) -> Response:
    """The report of a unit as the unit itself has it, whoever asks; `?vorm=` is the format."""
    return _send(g.dossier, for_unit(g.dossier))


def _send(dossier: Dossier, telling: Telling) -> Response:
    form, row = asked(), dossier.measurement
    made = document(Reader(db.session(), row).read(dossier, telling))
    return sent(made, form, row.code, dossier.unit.code, "rapport")


def files(meting: str, eenheid: str, *, own: bool = False) -> dict[str, str]:
    """Where the report of a unit is, by the label of the format; for templates."""
    view = "report.own_file" if own else "report.region_file"
    return {
        format.label: url_for(view, meting=meting, eenheid=eenheid, vorm=form)
        for form, format in DOCUMENTS.items()
    }


blueprint.add_app_template_global(files, "region_files")


def zip_key(row: Measurement, form: str) -> str:
    """The SHA-256, in hex, of all that the zip depends on: it changes with every change of the data."""
    said = f"{KIND} {LAYOUT} {RELEASE} {row.code} {form} {revision(db.session())}"
    return hashlib.sha256(said.encode()).hexdigest()


@task(KIND, title="De rapporten van alle eenheden in één zip", permission=PERMISSION)
def all_regions(context: Context, measurement: int, form: str) -> bytes:
    """The report for inspectors of every unit that submitted; each file is kept by itself as well.

    Raises Refused when the data changed since somebody asked.
    """
    row = db.session.get_one(Measurement, measurement)
    found = submitted(units_of(db.session(), row))
    reader, made = Reader(db.session(), row), {}
    for place, each in enumerate(found, 1):
        name = UnitInfo.of(each.unit, row.period_until).name
        context.progress(place - 1, len(found), f"Rapport {place} van {len(found)}: {name}")
        told = document(reader.read(each, FOR_INSPECTORS))
        made[filename(form, told.fictief, row.code, each.unit.code, "rapport")] = written(told, form)
    # looked at last: on a server database what others save meanwhile can be seen from here
    if zip_key(row, form) != context.key:
        raise Refused(
            "De gegevens zijn gewijzigd nadat u hierom vroeg. Vraag de rapporten opnieuw, op de bladzijde met"
            " de rapporten per eenheid."
        )
    return packed(made)


def written(told: Document, form: str) -> bytes:
    """A document as a file: the kept one, or made now."""
    return cache.current().made(key(told, form), lambda: DOCUMENTS[form].write(told))


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Files in one zip by their names, in the order of the alphabet: the same files give the same bytes."""
    out = BytesIO()
    with ZipFile(out, "w") as made:
        for name in sorted(parts):
            made.writestr(name, parts[name])
    return settle(out.getvalue())
