"""The report as a file, as it is now or as a version was: in every format that documents have."""

from __future__ import annotations

import io
from dataclasses import replace

from flask import abort, request, send_file
from werkzeug.wrappers import Response

from app import cache
from app.auth import requires
from app.extensions import db
from app.measure.here import find
from app.report import blueprint
from app.report.here import PERMISSION, here
from exports.document import Document, from_json
from exports.documents import DOCUMENTS, filename, key
from exports.wording import day
from surveys import report_versions
from surveys.models import Measurement
from surveys.report_versions import Version


@blueprint.get("/<meting>/bestand")
@requires(PERMISSION, fresh=True)
def file(meting: str) -> Response:
    """The report as it is now; `?vorm=` is the format."""
    form = asked()
    return sent(here(meting).document, form, meting, "rapport", "concept")


@blueprint.get("/<meting>/versies/<int:nummer>/bestand")
@requires(PERMISSION, fresh=True)
def version_file(meting: str, nummer: int) -> Response:
    """A version as it was frozen; its first page says how definite it is now."""
    form, row = asked(), find(meting)
    version = find_version(row, nummer)
    return sent(frozen(row, version), form, meting, "rapport", f"versie-{nummer}")


@blueprint.get("/<meting>/versies/<int:nummer>/gegevens")
@requires(PERMISSION, fresh=True)
def version_basis(meting: str, nummer: int) -> Response:
    """The data, questionnaires and rules that a version was made from, as JSON."""
    row = find(meting)
    find_version(row, nummer)
    _, basis = report_versions.content(db.session(), row, nummer)
    name = f"meetlat-{meting}-rapport-versie-{nummer}-gegevens{'-fictief' if row.fictief else ''}.json"
    return send_file(
        io.BytesIO(basis.encode()), mimetype="application/json", as_attachment=True, download_name=name
    )


def asked() -> str:
    """The format in `?vorm=`, a key of DOCUMENTS: PDF when the address names none; 404 for another."""
    form = request.args.get("vorm", "pdf")
    if form not in DOCUMENTS:
        abort(404)
    return form


def sent(document: Document, form: str, *name: str) -> Response:
    """Send a document as a file. The same one is made once: who asks again has the same bytes at once."""
    made = cache.current().made(key(document, form), lambda: DOCUMENTS[form].write(document))
    return send_file(
        io.BytesIO(made),
        mimetype=DOCUMENTS[form].media_type,
        as_attachment=True,
        download_name=filename(form, document.fictief, *name),
    )


def find_version(row: Measurement, number: int) -> Version:
    """A version of a measurement's report by its number, or 404."""
    return report_versions.find(db.session(), row, number) or abort(404)


def frozen(row: Measurement, version: Version) -> Document:
    """The text of a version as it was kept, with how definite it is now on its first page."""
    content, _ = report_versions.content(db.session(), row, version.number)
    said = [f"{version.state_label}, versie {version.number}"]
    said += [
        f"ondertekend door {each.name}, {each.function}, op {day(each.signed_on)}"
        for each in version.signatures
    ]
    if version.presented_on is not None:
        when = day(version.presented_on)
        said.append(f"aangeboden aan {version.presented_to} op {when}, bij brief {version.letter}")
    return replace(from_json(content), state="; ".join(said))
