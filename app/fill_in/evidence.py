"""The documents of a questionnaire and their files: uploading beside a question, and a page of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, abort, current_app, flash, g, redirect, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app import downloads, scanner
from app.auth import acting, requires
from app.config import Settings
from app.extensions import db
from app.fill_in import area
from app.fill_in.area import blueprint
from app.forms import AnswerForm
from surveys import evidence
from surveys.errors import FileRefused
from surveys.evidence import Upload
from surveys.filestore import FileDamaged, Folder
from surveys.models import Document, Dossier
from surveys.questionnaire import FileView, Reading

MEGABYTE = 1024 * 1024
FILES_AT_ONCE = 3
"""So many of the largest files fit in one page that is sent."""
TAKES_FILES = frozenset(
    {
        "fill_in.save_factor",
        "fill_in.save_answer",
        "fill_in.add_document",
        "fill_in.replace_file",
        "visit.new_source",
        "visit.change_source",
        "follow_up.report_progress",
        "follow_up.reply_finding",
    }
)
FILE, TITLE = "bestand", "titel"
"""The fields of the forms on the page with documents."""


def init_app(app: Flask) -> None:
    """Let the pages that take files be larger than the others. Before anything reads what was sent."""

    @app.before_request
    def allow_files() -> None:
        # what is no file stays within the limit of all pages: MAX_FORM_MEMORY_SIZE holds for the fields
        if request.endpoint in TAKES_FILES and request.mimetype == "multipart/form-data":
            request.max_content_length = (FILES_AT_ONCE * _settings().upload_mb + 2) * MEGABYTE


@dataclass(frozen=True)
class Row:
    """A document on the page: its file if it has one, and the codes of the questions that name it."""

    document: Document
    file: FileView | None
    questions: tuple[str, ...]


@blueprint.get("/documenten")
@requires("dossier.view")
def documents(meting: str, eenheid: str) -> str:
    """Show the documents of a questionnaire, with their files and where they are named."""
    return _draw()


@blueprint.post("/documenten")
@requires("dossier.answer")
def add_document(meting: str, eenheid: str) -> Response | tuple[str, int]:
    """Keep a file as a document that answers can name."""
    title = request.form.get(TITLE, "").replace("\x00", "")
    try:
        made = _add(title, request.files.get(FILE))
    except FileRefused as refusal:
        db.session.rollback()
        return _draw([(FILE, str(refusal))], title), 422
    flash(
        f"Het bestand is bewaard als ‘{made.title}’. Noem die titel bij de vragen waar het bij hoort.",
        "success",
    )
    return redirect(area.address("documents"), 303)


@blueprint.post("/documenten/<int:document>/bestand")
@requires("dossier.answer")
def replace_file(meting: str, eenheid: str, document: int) -> Response | tuple[str, int]:
    """Give a document another file, or its first."""
    found = _of_this_dossier(document)
    try:
        _add(found.title, request.files.get(FILE), replace=True)
    except FileRefused as refusal:
        db.session.rollback()
        return _draw([(f"{FILE}-{document}", str(refusal))]), 422
    flash("Het bestand is bewaard.", "success")
    return redirect(area.address("documents"), 303)


@blueprint.post("/documenten/<int:document>/verwijderen")
@requires("dossier.answer")
def remove_file(meting: str, eenheid: str, document: int) -> Response | tuple[str, int]:
    """Take the file of a document away. Answers keep naming the document."""
    _of_this_dossier(document)
    try:
        evidence.remove(db.session(), g.dossier, document, by=acting())
    except FileRefused as refusal:
        db.session.rollback()
        return _draw([(None, str(refusal))]), 422
    db.session.commit()
    _sweep()
    flash("Het bestand is verwijderd. De titel blijft staan bij de vragen die hem noemen.", "success")
    return redirect(area.address("documents"), 303)


@blueprint.get("/documenten/<int:document>/bestand")
@requires("dossier.view")
def download(meting: str, eenheid: str, document: int) -> Response | tuple[str, int]:
    """Send the file of a document, to be saved and not to be shown."""
    try:
        found, content = evidence.download(db.session(), store(), g.dossier, document)
    except KeyError:
        abort(404)
    except FileDamaged as damage:
        return _draw([(None, downloads.lost(damage))]), 500
    return downloads.stored(content, evidence.kind_of(found), found.filename)


def store() -> Folder:
    """Where uploaded files are kept."""
    return Folder(_settings().files)


def take(dossier: Dossier, forms: Mapping[str, AnswerForm]) -> dict[str, list[str]]:
    """Keep the files that were sent beside questions; each becomes the document of its row.

    They are committed at once, so that a file that was taken survives when its answer is refused. Gives what
    was refused, by question. Raises MeasurementClosed or DossierNotOpen.
    """
    refused: dict[str, list[str]] = {}
    for code, form in forms.items():
        for row in form.documents.entries:
            sent = request.files.get(f"{row.name}-file")
            if sent is None or not sent.filename:
                continue
            try:
                row.title.data = _add(row.title.data or "", sent).title
            except FileRefused as refusal:
                db.session.rollback()
                refused.setdefault(code, []).append(f"{shown_name(sent)}: {refusal}")
    return refused


def looked_at(sent: FileStorage | None) -> Upload:
    """Look at a file that was sent, and have it scanned. Raises FileRefused, also when there is none."""
    if sent is None or not sent.filename:
        raise FileRefused("Kies eerst een bestand.")
    settings = _settings()
    largest = settings.upload_mb * MEGABYTE
    upload = evidence.look_at(sent.filename, sent.stream.read(largest + 1), largest=largest)
    verdict = scanner.scan(settings, upload.content)
    return Upload(upload.filename, upload.content, upload.kind, verdict.scanned_by if verdict else None)


def _add(title: str, sent: FileStorage | None, *, replace: bool = False) -> Document:
    looked = looked_at(sent)
    made = evidence.add(db.session(), store(), g.dossier, title, looked, by=acting(), replace=replace)
    db.session.commit()
    if replace:
        _sweep()
    return made


def _sweep() -> None:
    """Remove bytes that nothing names, once what no longer names them is certain."""
    evidence.sweep(db.session(), store())
    db.session.commit()


def shown_name(sent: FileStorage) -> str:
    """The name of a file that was sent, as it can be shown: without a path, and not too long."""
    name = (sent.filename or "").replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in name if char.isprintable())[:80] or "Bestand"


def _of_this_dossier(document_id: int) -> Document:
    found = db.session.get(Document, document_id)
    if found is None or found.dossier_id != g.dossier.id:
        abort(404)
    return found


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def _draw(errors: list[tuple[str | None, str]] | None = None, title: str = "") -> str:
    dossier = area.reading()
    return area.page(
        "documents",
        dossier,
        rows=_rows(dossier),
        errors=errors or [],
        title=title,
        names=(FILE, TITLE),
    )


def _rows(dossier: Reading) -> list[Row]:
    named: dict[str, list[str]] = {}
    for view in dossier.factors:
        for question in view.questions:
            for title in dict.fromkeys(ref.title for ref in question.content.documents):
                named.setdefault(title, []).append(question.code)
    return [
        Row(each, dossier.files.get(each.title), tuple(named.get(each.title, ())))
        for each in evidence.documents(db.session(), dossier.dossier)
    ]
