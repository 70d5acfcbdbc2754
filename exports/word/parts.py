"""The pieces that text in Word is made of: runs, fields, links, bookmarks, paragraphs."""

from __future__ import annotations

import re
from typing import Final

from docx.oxml.ns import nsmap

from exports.looks import LOOKS
from exports.markup import Markup, Node

node: Final = Markup({prefix: nsmap[prefix] for prefix in ("w", "r", "xml")})

LINK_STYLE: Final = "Hyperlink"
NOTE_STYLE: Final = "FootnoteReference"

_BREAKS: Final = re.compile(r"([\n\t])")


def style_id(key: str) -> str:
    """The id in the file of the style with this key of LOOKS. Raises KeyError when there is none."""
    name = LOOKS[key].word or LOOKS[key].name
    return "".join(word[0].upper() + word[1:] for word in name.split())


def value(tag: str, content: str | int) -> Node:
    """An element that only has a value, as most properties."""
    return node(tag, {"w:val": str(content)})


def run(text: str, *properties: Node) -> Node:
    """Text that looks the same all along; ends of line and tabs in it are kept."""
    made = node("w:r")
    if properties:
        made.append(node("w:rPr", {}, *properties))
    for piece in _BREAKS.split(text):
        if piece == "\n":
            made.append(node("w:br"))
        elif piece == "\t":
            made.append(node("w:tab"))
        elif piece:
            made.append(node("w:t", {"xml:space": "preserve"}, piece))
    return made


def _field_mark(kind: str) -> Node:
    return node("w:r", {}, node("w:fldChar", {"w:fldCharType": kind}))


def field_start(instruction: str) -> list[Node]:
    """The start of a field, up to its result."""
    return [
        _field_mark("begin"),
        node("w:r", {}, node("w:instrText", {"xml:space": "preserve"}, f" {instruction} ")),
        _field_mark("separate"),
    ]


def field_end() -> Node:
    """What closes a field after its result."""
    return _field_mark("end")


def field(instruction: str, result: str = "") -> list[Node]:
    """A field with what it shows; without a result Word works it out when it opens the file."""
    return [*field_start(instruction), *([run(result)] if result else []), field_end()]


def jump(anchor: str, *content: Node) -> Node:
    """A link to a bookmark of this document."""
    return node("w:hyperlink", {"w:anchor": anchor, "w:history": "1"}, *content)


def bookmarked(name: str, number: int, *content: Node) -> list[Node]:
    """Content that a link can lead to."""
    return [
        node("w:bookmarkStart", {"w:id": str(number), "w:name": name}),
        *content,
        node("w:bookmarkEnd", {"w:id": str(number)}),
    ]


def paragraph(key: str, *content: Node, properties: tuple[Node, ...] = ()) -> Node:
    """A paragraph in the style with this key of LOOKS, with its own properties if any."""
    return node("w:p", {}, node("w:pPr", {}, value("w:pStyle", style_id(key)), *properties), *content)
