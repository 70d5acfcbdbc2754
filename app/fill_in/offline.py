"""Filling in without Meetlat: a workbook to take away, and what it would change when it comes back."""

from __future__ import annotations

import io
from typing import cast

from flask import abort, flash, g, redirect, request, send_file
from flask_security import current_user
from werkzeug.wrappers import Response

from app.auth import acting, requires
from app.extensions import db
from app.fill_in import area
from app.fill_in.area import blueprint
from exports import answersheet
from exports.formats import FORMATS
from surveys import uploading
from surveys.acting import now
from surveys.errors import (
    AlreadyApplied,
    AnswerSheetFaults,
    ChoicesMissing,
    DossierNotOpen,
    MeasurementClosed,
    PreviewOutdated,
    StaleAnswer,
    UploadFaulty,
)
from surveys.models import AnswerUpload
from surveys.offline import source
from surveys.offline.offered import Offered
from surveys.offline.package import MAX_FILE
from surveys.uploading import Choice, Preview

FIELD = "werkboek"
CHOICE = "keuze-"
"""How the names of the fields begin that say which answer stays; then the place of the question."""
SEEN = "stand"


@blueprint.get("/zonder-meetlat")
@requires("dossier.view")
def offline(meting: str, eenheid: str) -> str:
    """Offer the workbook and the pages to print, and take a workbook back."""
    return _offer()


@blueprint.get("/zonder-meetlat/werkboek")
@requires("dossier.export")
def answer_sheet(meting: str, eenheid: str) -> Response:
    """Send the workbook to fill in, with the answers that there are."""
    found = source.of(db.session(), g.dossier, now())
    return send_file(
        io.BytesIO(answersheet.workbook(found)),
        mimetype=FORMATS["xlsx"].media_type,
        as_attachment=True,
        download_name=answersheet.filename(found),
    )


@blueprint.post("/zonder-meetlat")
@requires("dossier.answer")
def upload_sheet(meting: str, eenheid: str) -> Response | tuple[str, int]:
    """Read a workbook and keep what it says, to look at; a workbook that can't be read is refused."""
    file = request.files.get(FIELD)
    if file is None or not file.filename:
        return _offer([(FIELD, "Kies het ingevulde werkboek.")]), 422
    try:
        offered = uploading.read_workbook(db.session(), g.dossier, file.read(MAX_FILE + 1))
    except AnswerSheetFaults as refusal:
        return _offer([(FIELD, text) for text in refusal.faults]), 422
    try:
        kept = uploading.keep(db.session(), g.dossier, file.filename, offered, by=acting())
    except (MeasurementClosed, DossierNotOpen) as refusal:
        db.session.rollback()
        return _offer(refusal=str(refusal)), 409
    db.session.commit()
    return redirect(area.address("upload_preview", upload=kept.id), 303)


@blueprint.get("/zonder-meetlat/<int:upload>")
@requires("dossier.answer")
def upload_preview(meting: str, eenheid: str, upload: int) -> str:
    """Show what a workbook would change, to whoever uploaded it."""
    return _show(_found(upload), {})


@blueprint.post("/zonder-meetlat/<int:upload>")
@requires("dossier.answer")
def apply_upload(meting: str, eenheid: str, upload: int) -> Response | tuple[str, int]:
    """Take over everything that was shown, or nothing."""
    found = _found(upload)
    shown = uploading.preview(db.session(), g.dossier, Offered.of(found.answers))
    choices = _choices(shown)
    seen = request.form.get(SEEN, "")
    try:
        changed = uploading.apply_upload(db.session(), g.dossier, found, choices, by=acting(), seen=seen)
    except ChoicesMissing as refusal:
        db.session.rollback()
        anchors = {row.code: row.anchor for row in shown.rows}
        errors = [
            (f"{CHOICE}{anchors[code]}", f"Vraag {code}: kies welk antwoord blijft staan.")
            for code in refusal.questions
        ]
        return _show(_found(upload), choices, errors=errors), 422
    except StaleAnswer:
        db.session.rollback()
        return _show(_found(upload), choices, refusal=str(PreviewOutdated())), 409
    except (PreviewOutdated, UploadFaulty, AlreadyApplied, MeasurementClosed, DossierNotOpen) as refusal:
        db.session.rollback()
        return _show(_found(upload), choices, refusal=str(refusal)), 409
    db.session.commit()
    text = "Er is 1 antwoord overgenomen." if changed == 1 else f"Er zijn {changed} antwoorden overgenomen."
    flash(text, "success")
    return redirect(area.address("overview"), 303)


def _choices(shown: Preview) -> dict[str, Choice]:
    sent = {row.code: request.form.get(f"{CHOICE}{row.anchor}") for row in shown.rows}
    return {code: cast(Choice, value) for code, value in sent.items() if value in ("mijn", "hun")}


def _found(upload: int) -> AnswerUpload:
    # an id beyond what the database counts to is nobody's upload
    found = uploading.find(db.session(), g.dossier, upload, current_user.id) if upload < 2**31 else None
    if found is None:
        abort(404)
    return found


def _offer(errors: list[tuple[str, str]] | None = None, refusal: str | None = None) -> str:
    return area.page("offline", area.reading(), errors=errors or [], refusal=refusal, field=FIELD)


def _show(
    upload: AnswerUpload,
    choices: dict[str, Choice],
    *,
    errors: list[tuple[str, str]] | None = None,
    refusal: str | None = None,
) -> str:
    shown = uploading.preview(db.session(), g.dossier, Offered.of(upload.answers))
    return area.page(
        "upload",
        area.reading(),
        upload=upload,
        preview=shown,
        choices=choices,
        errors=errors or [],
        refusal=refusal,
        choice=CHOICE,
        seen=SEEN,
    )
