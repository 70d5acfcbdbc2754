"""XML elements written down as they nest, for the formats that are made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from lxml import etree

from exports.text import clean

Node: TypeAlias = etree._Element
Piece: TypeAlias = Node | str


class Markup:
    """Makes elements of a vocabulary: `node("w:p", {"w:id": "1"}, "text", child)`.

    Every text goes through `clean`, so that nothing that people wrote can break the file.
    """

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self._namespaces = dict(namespaces)

    def __call__(self, tag: str, attributes: Mapping[str, str] | None = None, *pieces: Piece) -> Node:
        """An element with its attributes, and with text and elements in it. Raises KeyError on a prefix that
        the vocabulary doesn't have.
        """
        made = etree.Element(
            self.name(tag),
            {self.name(each): clean(value) for each, value in (attributes or {}).items()},
            nsmap=self._namespaces,
        )
        for piece in pieces:
            if isinstance(piece, str):
                _add_text(made, clean(piece))
            else:
                made.append(piece)
        return made

    def name(self, short: str) -> str:
        """The whole name of an element or attribute, by its prefix; without a prefix it has no namespace."""
        prefix, colon, local = short.rpartition(":")
        return f"{{{self._namespaces[prefix]}}}{local}" if colon else short


def serialized(root: Node) -> bytes:
    """An element as a file."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _add_text(parent: Node, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
