"""The formats in which documents leave Meetlat: one table. A new one: a module that writes one, and a row."""

from __future__ import annotations

import hashlib
import importlib
from dataclasses import dataclass
from typing import Final, cast

from exports.document import Document, fingerprint
from exports.text import file_name

RELEASE: Final = "4"
"""Raise it when a writer changes what it writes: files that were kept are then made again."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format: what people call it, the end of its file names, its media type, and what writes it."""

    label: str
    suffix: str
    media_type: str
    module: str

    def write(self, document: Document) -> bytes:
        """Write a document. The libraries are large, so they are loaded when they are needed."""
        return cast(bytes, importlib.import_module(self.module).write(document))


_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

DOCUMENTS: Final[dict[str, Format]] = {
    "pdf": Format("PDF", ".pdf", "application/pdf", "exports.pdf"),
    "docx": Format("Word", ".docx", _WORD, "exports.word"),
    "odt": Format(
        "ODT (LibreOffice, Word)", ".odt", "application/vnd.oasis.opendocument.text", "exports.odt"
    ),
    "html": Format("webpagina (HTML)", ".html", "text/html; charset=utf-8", "exports.html"),
}
"""Every format by its name."""


def key(document: Document, form: str) -> str:
    """The SHA-256, in hex, of all that a file depends on. `form` is a key of DOCUMENTS."""
    return hashlib.sha256(f"{RELEASE} {form} {fingerprint(document)}".encode()).hexdigest()


def filename(form: str, fictief: bool, *parts: str) -> str:
    """Name a file, and say in it that the data is made up when it is. `form` is a key of DOCUMENTS."""
    return file_name("meetlat", *parts, "fictief" if fictief else "") + DOCUMENTS[form].suffix
