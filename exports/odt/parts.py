"""The pieces that an OpenDocument text is made of: text with its white space, fields, links, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from odfdo.element import ODF_NAMESPACES

from exports.looks import LOOKS
from exports.markup import Markup, Node, Piece

_USED: Final = ("office", "style", "text", "table", "draw", "fo", "svg", "xlink", "ooow")

node: Final = Markup({prefix: ODF_NAMESPACES[prefix] for prefix in _USED})

VERSION: Final = "1.3"
"""Of OpenDocument: what programs of the last years know. They warn for a later one."""

LINK_STYLE: Final = "Internet_20_link"
JUMP_STYLE: Final = "Verwijzing"
NOTE_STYLE: Final = "Footnote_20_anchor"
TEXT_STYLES: Final = {"strong": "Vet", "emphasis": "Schuin", "strong-emphasis": "Vet_20_schuin"}
LIST_STYLES: Final = {"bullet": "List_20_1", "step": "Numbering_20_1"}

_SPACE: Final = re.compile(r"(\n|\t|^ +| {2,}| +$)")


def encoded(name: str) -> str:
    """The name of a style as it stands in the file."""
    return name.replace(" ", "_20_")


def style_name(key: str) -> str:
    """The name in the file of the style with this key of LOOKS. Raises KeyError when there is none."""
    return encoded(LOOKS[key].odf or LOOKS[key].name)


def words(text: str) -> Iterator[Piece]:
    """Text with its ends of line, tabs and rows of spaces, which this format would take as one space."""
    for piece in _SPACE.split(text):
        if piece == "\n":
            yield node("text:line-break")
        elif piece == "\t":
            yield node("text:tab")
        elif piece and _SPACE.fullmatch(piece):
            yield node("text:s", {"text:c": str(len(piece))})
        elif piece:
            yield piece


def paragraph(key: str, *pieces: Piece) -> Node:
    """A paragraph in the style with this key of LOOKS."""
    return styled(style_name(key), pieces)


def styled(name: str, pieces: Iterable[Piece]) -> Node:
    """A paragraph in the style that has this name in the file."""
    return node("text:p", {"text:style-name": name}, *pieces)


def span(style: str, text: str) -> Node:
    """Some words in a style of their own."""
    return node("text:span", {"text:style-name": style}, *words(text))


def link(address: str, style: str, *pieces: Piece) -> Node:
    """A link to an address, or with `#` before it to a bookmark of this document."""
    attributes = {
        "xlink:type": "simple",
        "xlink:href": address,
        "text:style-name": style,
        "text:visited-style-name": style,
    }
    return node("text:a", attributes, *pieces)


def bookmarked(name: str, *pieces: Piece) -> list[Piece]:
    """Content that a link can lead to."""
    return [
        node("text:bookmark-start", {"text:name": name}),
        *pieces,
        node("text:bookmark-end", {"text:name": name}),
    ]
