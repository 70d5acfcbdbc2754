"""What a document says, read back out of its file: the same parts, whatever the format.

Each reader goes by the structure that the format itself has (heading styles, tags, outline levels), and by
nothing of how `exports` writes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final
from zipfile import ZipFile

import docx
from docx.oxml.ns import qn
from lxml import etree, html
from pikepdf import Pdf

from tests.support import pdftext
from tests.support.pdftext import Element

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Table:
    """A table: its caption, and its rows from the heading on."""

    caption: str
    rows: Rows


@dataclass(frozen=True)
class Part:
    """A heading as it is shown, its level (1 for a chapter), and what stands right under it.

    `paragraphs` has the points of lists too. Captions, footnotes and what is in charts are not among them.
    """

    title: str
    level: int
    paragraphs: tuple[str, ...]
    tables: tuple[Table, ...]

    @property
    def text(self) -> str:
        """Its paragraphs, a line each."""
        return "\n".join(self.paragraphs)


@dataclass(frozen=True)
class Readback:
    """A document: its parts in order; `pages` has what is said on each page, or on every page in general."""

    parts: tuple[Part, ...]
    pages: tuple[str, ...]

    @property
    def headings(self) -> list[tuple[int, str]]:
        """Every heading with its level."""
        return [(part.level, part.title) for part in self.parts]

    def under(self, *titles: str) -> Part:
        """The part with the last of these titles, somewhere under the one before it, and so on.

        The number before a title may be left out. Raises LookupError when there is none.
        """
        within = list(self.parts)
        for title in titles:
            names = ({part.title, _bare(part.title)} for part in within)
            place = next((n for n, each in enumerate(names) if title in each), None)
            if place is None:
                raise LookupError(f"{title!r} is not under {titles[: titles.index(title)]}")
            found = within[place]
            within = _below(within[place:])
        return found

    def tables(self, caption: str) -> list[Table]:
        """The tables with this caption, in order, whatever their number."""
        return [table for part in self.parts for table in part.tables if table.caption.endswith(caption)]


def _bare(title: str) -> str:
    return re.sub(r"^(\d+(\.\d+)*|Bijlage [A-Z]) ", "", title)


def _below(parts: list[Part]) -> list[Part]:
    """What is under the first of these parts."""
    first, *rest = parts
    end = next((n for n, part in enumerate(rest) if part.level <= first.level), len(rest))
    return rest[:end]


@dataclass(frozen=True)
class _Piece:
    """What a reader comes across: a heading with its level, some text, a caption, or a table."""

    text: str = ""
    level: int = 0
    rows: Rows | None = None
    caption: bool = False


def _parts(pieces: Iterator[_Piece]) -> tuple[Part, ...]:
    """Put pieces under their headings. A table takes the caption before it; what has no heading is left."""
    found: list[Part] = []
    title, level, caption = "", 0, ""
    paragraphs: list[str] = []
    tables: list[Table] = []

    def end() -> None:
        if level:
            found.append(Part(title, level, tuple(paragraphs), tuple(tables)))
        paragraphs.clear()
        tables.clear()

    for piece in pieces:
        if piece.level:
            end()
            title, level = piece.text, piece.level
        elif piece.rows is not None:
            tables.append(Table(caption, piece.rows))
        elif piece.caption:
            caption = piece.text
        elif piece.text:
            paragraphs.append(piece.text)
    end()
    return tuple(found)


def solid(text: str) -> str:
    """A text without its spaces: behind a hyphen at the end of a line, a PDF seems to have one."""
    return "".join(text.split())


def _clean(text: str) -> str:
    return " ".join(text.replace("\u00ad", "").replace("\u200b", "").replace("\u2060", "").split())


# --- PDF


def pdf(content: bytes) -> Readback:
    """Read a PDF by its tags, as a screen reader does."""
    with Pdf.open(BytesIO(content)) as file:
        pages = tuple(pdftext.page_texts(file))
        parts = _parts(_pdf_pieces(pdftext.structure(file)))
    return Readback(tuple(part for part in parts if part.title != "Inhoud"), pages)


def _pdf_pieces(element: Element) -> Iterator[_Piece]:
    for part in element.parts:
        if re.fullmatch(r"H[1-6]", part.tag):
            yield _Piece(_clean(part.text), level=int(part.tag[1]))
        elif part.tag in {"P", "LBody"}:
            yield _Piece(_clean(part.text))
        elif part.tag == "Table":
            captions = [each.text for each in part.below() if each.tag == "Caption"]
            yield _Piece(_clean("".join(captions)), caption=True)
            yield _Piece(
                rows=tuple(
                    tuple(_clean(cell.text) for cell in row.parts) for row in part.below() if row.tag == "TR"
                )
            )
        elif part.tag not in {"TOC", "Figure", "Note"}:
            yield from _pdf_pieces(part)


# --- Word


def word(content: bytes) -> Readback:
    """Read a Word file by its styles."""
    file: Any = docx.Document(BytesIO(content))
    headers = tuple(" ".join(each.text for each in part.header.paragraphs) for part in file.sections)
    return Readback(_parts(_word_pieces(file)), headers)


def _word_pieces(file: Any) -> Iterator[_Piece]:
    for block in file.iter_inner_content():
        if hasattr(block, "rows"):
            rows = (row.iterchildren(qn("w:tc")) for row in block._tbl.iterchildren(qn("w:tr")))
            yield _Piece(rows=tuple(tuple(_word_text(cell) for cell in row) for row in rows))
            continue
        text, style = _word_text(block._p), block.style.name
        if style.startswith("Heading "):
            yield _Piece(text, level=int(style.removeprefix("Heading ")))
        else:
            yield _Piece(text, caption=style == "Caption")


def _word_text(node: Any) -> str:
    shown = (each.text or "" if each.tag == qn("w:t") else " " for each in node.iter(qn("w:t"), qn("w:br")))
    return _clean("".join(shown))


# --- OpenDocument


def odt(content: bytes) -> Readback:
    """Read an OpenDocument text by its outline levels."""
    with ZipFile(BytesIO(content)) as packed:
        body = etree.fromstring(packed.read("content.xml")).find("{*}body/{*}text")
        styles = etree.fromstring(packed.read("styles.xml"))
    headers = tuple(_odt_text(page.find("{*}header")) for page in styles.iter("{*}master-page"))
    assert body is not None
    return Readback(_parts(_odt_pieces(body)), headers)


def _odt_pieces(node: Any) -> Iterator[_Piece]:
    for each in node:
        kind = etree.QName(each).localname
        if kind == "h":
            yield _Piece(_odt_text(each), level=int(_attribute(each, "outline-level")))
        elif kind == "p":
            style = _attribute(each, "style-name")
            yield _Piece(_odt_text(each), caption=style == "Caption" or style.startswith("Bijschrift"))
        elif kind == "table":
            rows = (row.findall("{*}table-cell") for row in each.iter("{*}table-row"))
            yield _Piece(rows=tuple(tuple(map(_odt_text, row)) for row in rows))
        elif kind in {"list", "list-item", "section"}:
            yield from _odt_pieces(each)


def _attribute(node: Any, name: str) -> str:
    return next((str(value) for key, value in node.items() if etree.QName(key).localname == name), "")


def _odt_text(node: Any) -> str:
    def words(each: Any) -> Iterator[str]:
        kind = etree.QName(each).localname
        if kind in {"note", "frame"}:
            return
        yield " " if kind in {"s", "tab", "line-break"} else each.text or ""
        for part in each:
            yield from words(part)
            yield part.tail or ""

    return _clean("".join(words(node)))


# --- HTML


def page(content: bytes) -> Readback:
    """Read a web page by its elements. It is one page, which says in its head what it is."""
    article = html.document_fromstring(content.decode("utf-8")).find(".//article")
    assert article is not None
    header = article.find("header")
    assert header is not None
    parts = _parts(_html_pieces(article))
    return Readback(tuple(part for part in parts if part.title != "Noten"), (_html_text(header),))


def _html_pieces(node: Any) -> Iterator[_Piece]:
    for each in node.iterchildren(etree.Element):
        if re.fullmatch("h[2-6]", each.tag):
            yield _Piece(_html_text(each), level=int(each.tag[1]) - 1)
        elif each.tag in {"p", "li"}:
            yield _Piece(_html_text(each))
        elif each.tag == "table":
            yield _Piece(_html_text(each.find("caption")), caption=True)
            yield _Piece(rows=tuple(tuple(map(_html_text, row)) for row in each.iter("tr")))
        elif each.tag not in {"header", "nav", "svg", "img"}:
            yield from _html_pieces(each)


def _html_text(node: Any) -> str:
    shown = node.xpath(".//text()[not(ancestor::sup)]")
    return _clean("".join(shown))


READERS: Final[dict[str, Callable[[bytes], Readback]]] = {
    "pdf": pdf,
    "docx": word,
    "odt": odt,
    "html": page,
}
"""What reads each format of `exports.documents`, by its name."""
