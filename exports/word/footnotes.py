"""Footnotes in Word: a part of the file of its own, that the library doesn't know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from exports.markup import Node, serialized
from exports.word.parts import NOTE_STYLE, node, paragraph, run, value

_PLACE: Final = PackURI("/word/footnotes.xml")
_LINES: Final = {-1: "separator", 0: "continuationSeparator"}
"""The lines above the notes of a page are notes too, with numbers that no note has."""


def add(file: Any, notes: Sequence[str]) -> None:
    """Add the notes to a python-docx document. They are referred to by their place, from 1."""
    root = node(
        "w:footnotes",
        {},
        *(_line(number, kind) for number, kind in _LINES.items()),
        *(_note(number, text) for number, text in enumerate(notes, start=1)),
    )
    made = Part(_PLACE, CONTENT_TYPE.WML_FOOTNOTES, serialized(root), file.part.package)
    file.part.relate_to(made, RELATIONSHIP_TYPE.FOOTNOTES)


def separators() -> Node:
    """What the settings of the file say about those lines."""
    return node("w:footnotePr", {}, *(node("w:footnote", {"w:id": str(number)}) for number in _LINES))


def _line(number: int, kind: str) -> Node:
    content = paragraph("note", node("w:r", {}, node(f"w:{kind}")))
    return node("w:footnote", {"w:type": kind, "w:id": str(number)}, content)


def _note(number: int, text: str) -> Node:
    sign = node("w:r", {}, node("w:rPr", {}, value("w:rStyle", NOTE_STYLE)), node("w:footnoteRef"))
    return node("w:footnote", {"w:id": str(number)}, paragraph("note", sign, run(f" {text}")))
