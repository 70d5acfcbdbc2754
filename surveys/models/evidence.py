"""Files that were uploaded, kept by what is in them, and which document of a dossier each belongs to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.answers import Document
from surveys.models.base import Base
from surveys.models.people import Person


class StoredFile(Base):
    """A file, once for every content. Its bytes are in the file store, under its SHA-256.

    `scanned_by` names the malware scanner that found nothing in it; None when none looked.
    """

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
        CheckConstraint("size > 0", name="not_empty"),
        CheckConstraint("(scanned_by IS NULL) = (scanned_at IS NULL)", name="scan_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    stored_at: Mapped[datetime]
    scanned_by: Mapped[str | None] = mapped_column(String(200))
    scanned_at: Mapped[datetime | None]


class DocumentFile(Base):
    """The file of a document. A document without one is a reference to something that is kept elsewhere."""

    __tablename__ = "document_file"
    __table_args__ = (UniqueConstraint("document_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    document: Mapped[Document] = relationship()
    file: Mapped[StoredFile] = relationship(lazy="joined")
    person: Mapped[Person] = relationship()
