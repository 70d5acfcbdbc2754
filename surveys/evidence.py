"""The files of documents: adding, replacing and removing them, and what may be downloaded."""

from __future__ import annotations

import hashlib
import logging
import unicodedata
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from surveys import answers, log
from surveys.acting import By
from surveys.answers import TITLE_LENGTH
from surveys.errors import FileRefused, NotAllowed
from surveys.filestore import FileStore
from surveys.inspecting import KINDS, Kind, inspect
from surveys.models import (
    AnswerDocument,
    Document,
    DocumentFile,
    Dossier,
    InterimReply,
    PointStatusFile,
    Source,
    StoredFile,
)

logger = logging.getLogger(__name__)

NAME_LENGTH = 120
"""The most characters of a file's name that are kept."""


@dataclass(frozen=True)
class Upload:
    """A file as it was sent and looked at: its name, made safe, its bytes, its kind, and who scanned it."""

    filename: str
    content: bytes
    kind: Kind
    scanned_by: str | None = None

    @property
    def title(self) -> str:
        """What to call the document when its sender does not: the name without its end."""
        return self.filename.rpartition(".")[0] or self.filename


def look_at(filename: str, content: bytes, *, largest: int) -> Upload:
    """Look at a file that was sent, before it is kept. `largest`: the most bytes that it may have.

    Raises FileRefused with the reason.
    """
    if len(content) > largest:
        raise FileRefused(
            f"Dit bestand is groter dan {largest // 1024**2} MB. Maak het kleiner, of noem alleen het"
            " document."
        )
    kind = inspect(content)
    return Upload(safe_name(filename, kind), content, kind)


def safe_name(filename: str, kind: Kind) -> str:
    """A name that can be saved anywhere: no path, no control characters, and the end of its kind."""
    name = unicodedata.normalize("NFC", filename).replace("\\", "/").rpartition("/")[2]
    name = "".join(char if char.isprintable() and char not in '<>:"|?*%' else "_" for char in name)
    name = " ".join(name.split()).strip(". ")
    stem, dot, suffix = name.rpartition(".")
    if dot and f".{suffix.lower()}" in kind.suffixes:
        name = stem
    return f"{name.strip('. ')[:NAME_LENGTH] or 'document'}{kind.suffixes[0]}"


def add(
    session: Session,
    store: FileStore,
    dossier: Dossier,
    title: str,
    upload: Upload,
    *,
    by: By,
    replace: bool = False,
) -> Document:
    """Give a document of a dossier its file; the document is made when it is new.

    Without a title it is called after the file. The bytes are kept before this is committed: a row never
    names a file that is not there.

    Raises MeasurementClosed or DossierNotOpen, NotAllowed, and FileRefused for a title that can't be or,
    unless `replace`, for a document that has another file.
    """
    answers.hold(session, dossier, by)
    if by.person_id is None or by.assignment_id is None:
        raise NotAllowed()
    title = " ".join(title.split())
    if len(title) > TITLE_LENGTH:
        raise FileRefused(f"De titel van een document mag {TITLE_LENGTH} tekens lang zijn. Kort de titel in.")
    file = kept(session, store, upload, by)
    document = _document(session, dossier, title or _free_title(session, dossier, upload, file), by)
    old = _of(session, document.id)
    if old is not None and old.file_id == file.id:
        return document  # sent twice
    if old is not None and not replace:
        raise FileRefused(
            f"Bij het document ‘{document.title}’ is al een ander bestand. Kies een andere titel, of vervang"
            " het bestand op de pagina Documenten."
        )
    if old is not None:
        old.file_id, old.filename, old.at = file.id, upload.filename, by.at
        old.person_id, old.assignment_id = by.person_id, by.assignment_id
    else:
        session.add(
            DocumentFile(
                document_id=document.id,
                file_id=file.id,
                filename=upload.filename,
                person_id=by.person_id,
                assignment_id=by.assignment_id,
                at=by.at,
            )
        )
    dossier.last_activity_at = by.at
    session.flush()
    log.write(session, "document.add_file", by, "document", document.id, file=file.id)
    return document


def remove(session: Session, dossier: Dossier, document_id: int, *, by: By) -> None:
    """Take the file away from a document; answers that name the document keep doing so.

    Its bytes go with `sweep`, once this is committed.

    Raises MeasurementClosed, DossierNotOpen, and FileRefused when it has none.
    """
    answers.hold(session, dossier, by)
    found = session.scalar(
        select(DocumentFile)
        .join(Document)
        .where(Document.id == document_id, Document.dossier_id == dossier.id)
    )
    if found is None:
        raise FileRefused("Bij dit document is geen bestand (meer).")
    session.delete(found)
    dossier.last_activity_at = by.at
    log.write(session, "document.remove_file", by, "document", document_id, file=found.file_id)
    session.flush()


def sweep(session: Session, store: FileStore) -> int:
    """Remove the bytes of files that nothing names any more; gives how many.

    A file is named by a document of a dossier, by a source outside them, by a report on a point, or by an
    answer to an interim finding. Commit
    before this, or a commit that fails brings back a document whose bytes are gone; and commit after it:
    until then nobody can take the same bytes into use. What can't be removed now is left, and nothing else
    of the transaction is undone.
    """
    session.flush()
    unused = session.scalars(
        select(StoredFile)
        .where(
            ~select(DocumentFile.id).where(DocumentFile.file_id == StoredFile.id).exists(),
            ~select(Source.id).where(Source.file_id == StoredFile.id).exists(),
            ~select(PointStatusFile.id).where(PointStatusFile.file_id == StoredFile.id).exists(),
            ~select(InterimReply.id).where(InterimReply.file_id == StoredFile.id).exists(),
        )
        .with_for_update()
    ).all()
    names = [file.sha256 for file in unused]
    try:
        with session.begin_nested():
            for file in unused:
                session.delete(file)
    except IntegrityError:  # one came into use at this very moment: another time
        return 0
    for name in names:
        try:
            store.remove(name)
        except OSError:  # bytes that nobody names harm nobody
            logger.exception("bytes that nothing names can't be removed", extra={"sha256": name})
    return len(names)


def download(
    session: Session, store: FileStore, dossier: Dossier, document_id: int
) -> tuple[DocumentFile, bytes]:
    """The file of a document of this dossier, checked.

    Raises FileDamaged, and KeyError when this dossier has no such document or it has no file.
    """
    found = session.scalar(
        select(DocumentFile)
        .join(Document)
        .where(Document.id == document_id, Document.dossier_id == dossier.id)
        .options(joinedload(DocumentFile.document))
    )
    if found is None:
        raise KeyError(document_id)
    return found, store.read(found.file.sha256)


def kind_of(file: DocumentFile) -> Kind:
    """The kind of a file that is kept."""
    return KINDS[file.file.kind]


def documents(session: Session, dossier: Dossier) -> list[Document]:
    """The documents of a dossier that an answer names or that have a file, by title."""
    used = select(AnswerDocument.id).where(AnswerDocument.document_id == Document.id).exists()
    filed = select(DocumentFile.id).where(DocumentFile.document_id == Document.id).exists()
    rows = select(Document).where(Document.dossier_id == dossier.id, used | filed)
    return list(session.scalars(rows.order_by(func.lower(Document.title), Document.id)))


def _of(session: Session, document_id: int) -> DocumentFile | None:
    return session.scalar(select(DocumentFile).where(DocumentFile.document_id == document_id))


def _document(session: Session, dossier: Dossier, title: str, by: By) -> Document:
    assert by.person_id is not None
    found = session.scalar(select(Document).where(Document.dossier_id == dossier.id, Document.title == title))
    if found is None:
        found = Document(dossier_id=dossier.id, title=title, added_by_id=by.person_id, added_at=by.at)
        session.add(found)
        session.flush()
    return found


def _free_title(session: Session, dossier: Dossier, upload: Upload, file: StoredFile) -> str:
    """The name of the file, with a number where a document of that name has another file."""
    rows = session.execute(
        select(Document.title, DocumentFile.file_id)
        .outerjoin(DocumentFile, DocumentFile.document_id == Document.id)
        .where(Document.dossier_id == dossier.id)
    )
    held: dict[str, int | None] = {row.title: row.file_id for row in rows}
    titles = (upload.title, *(f"{upload.title} ({number})" for number in range(2, len(held) + 3)))
    return next(title for title in titles if held.get(title) in {None, file.id})


def kept(session: Session, store: FileStore, upload: Upload, by: By) -> StoredFile:
    """The row of these bytes, made when they are new; the bytes are put in any case, which also heals.

    Raises FileRefused when there is no place to keep them.
    """
    sha256 = hashlib.sha256(upload.content).hexdigest()
    row = session.scalar(select(StoredFile).where(StoredFile.sha256 == sha256).with_for_update())
    if row is None:
        row = StoredFile(sha256=sha256, size=len(upload.content), kind=upload.kind.code, stored_at=by.at)
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # somebody else keeps the same file at this very moment
            row = session.scalars(
                select(StoredFile).where(StoredFile.sha256 == sha256).with_for_update()
            ).one()
    if upload.scanned_by is not None:
        row.scanned_by, row.scanned_at = upload.scanned_by, by.at
    session.flush()
    # after the row is held: whoever swept it away at this moment is done by now
    try:
        store.put(upload.content)
    except OSError as error:  # a full disk, a folder that is not ours
        logger.exception("a file can't be kept", extra={"sha256": sha256})
        raise FileRefused(
            "Meetlat kan nu geen bestanden bewaren. Noem het document zonder bestand, of probeer het later"
            " opnieuw. Gaat het weer mis? Neem contact op met de beheerder van Meetlat."
        ) from error
    return row
