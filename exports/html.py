"""A document as HTML: one file that stands alone, or its content as part of a page.

Elements are built, never pasted together, so whatever people wrote stays text. The part for a page has no
style, script or title of its own; its classes begin with `report` and `rank`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from lxml import etree

from exports import charts, imprint
from exports.book import FICTIEF
from exports.document import (
    Block,
    Cell,
    Document,
    Figure,
    Grid,
    Heading,
    Items,
    Line,
    Note,
    Outline,
    Paragraph,
    Part,
    Reference,
    Section,
    Span,
    Table,
    Text,
    heads_columns,
    outline,
    shown,
)
from exports.markup import Markup, Node, Piece
from exports.palette import GROUP, HEAD, INK, LINE, MUTED, RANKS, WARNING
from exports.text import clean
from surveys.reports.levels import Rank

FOLLOWED: Final = ("https://", "http://", "mailto:")
"""What an address begins with to become a link; the words of another one stay words."""

_CHAPTER: Final = 2
"""The level of a chapter's heading: the first one is the page's own."""

_DEEPEST: Final = 6
_NOTES: Final = "Noten"
_START: Final = "doctekst"

_LAST: Final = "".join(chr(plane << 16 | end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF))
"""The characters at the end of each plane, which stand for nothing."""

_UNFIT: Final = re.compile(f"[\x7f-\x9f\ufdd0-\ufdef{_LAST}]")
"""What a page can't hold, besides what no file can."""

_SHEET: Final = """\
* { box-sizing: border-box; }
html { color: var(--ink); font: 1rem/1.55 "DejaVu Sans", Verdana, sans-serif; scroll-padding-top: 3rem; }
body { margin: 0; }
main { margin: 0 auto; max-width: 56rem; padding: 1rem; }
h1, h2, h3, h4, h5, h6 { break-after: avoid; line-height: 1.25; margin: 2rem 0 .6rem; }
h1 { font-size: 2rem; margin-top: 1rem; }
h2 { font-size: 1.55rem; margin-top: 3rem; }
h3 { font-size: 1.25rem; }
h4 { font-size: 1.1rem; }
h5, h6 { font-size: 1rem; }
h1, h2, h3, h4, h5, h6, p, li, dd, caption { overflow-wrap: anywhere; }
p, ul, ol { margin: 0 0 .8rem; max-width: 44rem; }
li { margin-bottom: .25rem; }
a { color: #0b4f82; }
a:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
:target { background: var(--warning); }
sup { line-height: 0; }
sup a { padding: 0 .2em; }
table { border-collapse: collapse; font-size: .9rem; margin: 1.5rem 0 1rem; width: 100%; }
table + .report__source { margin-top: -.6rem; }
caption { font-weight: bold; padding: .3rem 0; text-align: left; }
th, td { border: 1px solid var(--line); padding: .35rem .5rem; text-align: left; vertical-align: top; }
thead th, thead td { background: var(--head); color: var(--head-text); }
tbody th { background: var(--soft); }
.report__grid td { white-space: pre-line; }
svg { display: block; height: auto; max-width: 100%; width: 48rem; }
.report__skip { background: #fff; left: -100rem; padding: .5rem 1rem; position: absolute; }
.report__skip:focus { left: 1rem; top: .5rem; z-index: 2; }
.report__mark { background: var(--warning); border: 2px solid var(--ink); padding: .4rem .8rem; }
.report__subtitle { font-size: 1.2rem; }
.report__about { margin: 1.5rem 0; }
.report__about div { display: flex; flex-wrap: wrap; gap: 0 .6rem; }
.report__about dt { color: var(--muted); }
.report__about dd { font-weight: bold; margin: 0; }
.report__contents { border-block: 1px solid var(--line); padding-bottom: 1rem; }
.report__contents h2 { margin-top: 1.5rem; }
.report__contents ul { list-style: none; margin: 0; padding-left: 1.2rem; }
.report__contents h2 + ul { padding: 0; }
.report__lead { font-size: 1.1rem; }
.report__aid, .report__source { color: var(--muted); font-size: .875rem; }
.report__figure { break-inside: avoid; margin: 2rem 0 1rem; }
.report__figure figcaption { font-weight: bold; margin-top: .6rem; }
.report__figure figcaption p { font-weight: normal; }
.report__numbers { font-size: .8rem; width: auto; }
.report__numbers th, .report__numbers td { padding: .15rem .4rem; }
.report__right { font-variant-numeric: tabular-nums; text-align: right; }
.report__notes { border-top: 1px solid var(--line); font-size: .9rem; margin-top: 3rem; }
@media (max-width: 40rem) {
  main { padding: .75rem; }
  h1 { font-size: 1.6rem; }
  h2 { font-size: 1.35rem; }
  ul, ol { padding-left: 1.2rem; }
  table, .report__numbers { font-size: .75rem; }
  th, td, .report__numbers th, .report__numbers td { padding: .2rem .15rem; }
}
@media print {
  * { print-color-adjust: exact; }
  html { font-size: 9.5pt; }
  main { max-width: none; padding: 0; }
  thead { display: table-header-group; }
  tr, li, caption, thead, .report__numbers { break-inside: avoid; }
  caption, thead { break-after: avoid; }
  p { orphans: 3; widows: 3; }
  svg { max-height: 220mm; width: 160mm; }
  a { color: inherit; }
  .report__skip { display: none; }
  .report__contents { break-after: page; }
}
@page { margin: 22mm 25mm; size: A4; @bottom-center { content: counter(page) " van " counter(pages); } }
"""

_node: Final = Markup({})


def write(document: Document) -> bytes:
    """Give a document as a file: UTF-8, with its own style, without scripts, asking nothing of a network.

    The same document gives the same bytes. Raises ValueError when its date is no ISO date.
    """
    article = _Writer(document).article(_node("h1", {}, document.title))
    skip = _node("a", {"class": "report__skip", "href": f"#{_START}"}, "Naar de tekst")
    page = _node(
        "html",
        {"lang": document.language},
        _head(document),
        _node("body", {}, skip, _node("main", {}, article)),
    )
    return f"<!doctype html>\n{_characters(page)}\n".encode()


def body(document: Document) -> str:
    """Give what a document holds, as a part of a page that has its title as h1: chapters are h2.

    Raises ValueError when the document's date is no ISO date.
    """
    return _characters(_Writer(document).article())


def _characters(root: Node) -> str:
    return _UNFIT.sub("", etree.tostring(root, method="html", encoding="unicode"))


def _head(document: Document) -> Node:
    style = _style(document.fictief)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return _node(
        "head",
        {},
        _node("meta", {"charset": "utf-8"}),
        _node("meta", {"http-equiv": "Content-Security-Policy", "content": policy}),
        _node("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        _node("title", {}, " – ".join(filter(None, (document.title, imprint.mark(document))))),
        _node("meta", {"name": "description", "content": document.subject}),
        _node("meta", {"name": "author", "content": imprint.publishers(document)}),
        _node("style", {}, style),
    )


class _Writer:
    """Writes one document: knows its numbers and ids, and keeps the notes that it meets on the way."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._outline = outline(document)
        self._ids = _ids(self._outline)
        self._notes: list[str] = []

    def article(self, *title: Node) -> Node:
        """Give the whole document, with its title if that is to be in it."""
        text = _node(
            "div", {"class": "report__text", "id": _START}, *self._sections(self._document.sections, 1)
        )
        return _node(
            "article",
            {"class": "report", "lang": self._document.language},
            self._header(title),
            *self._contents(),
            text,
            *self._endnotes(),
        )

    def _header(self, title: tuple[Node, ...]) -> Node:
        document, mark = self._document, imprint.mark(self._document)
        about = {
            "Van": imprint.publishers(document),
            "Status": document.state,
            "Gegevens tot en met": imprint.date_in_words(document),
        }
        lines = (
            _node("div", {}, _node("dt", {}, name), _node("dd", {}, value))
            for name, value in about.items()
            if value
        )
        return _node(
            "header",
            {"class": "report__header"},
            *([_node("p", {"class": "report__mark"}, _node("strong", {}, mark))] if mark else []),
            *title,
            *([_node("p", {"class": "report__subtitle"}, document.subtitle)] if document.subtitle else []),
            _node("dl", {"class": "report__about"}, *lines),
        )

    def _contents(self) -> Iterator[Node]:
        if self._document.opening and self._document.sections:
            yield _node(
                "nav",
                {"class": "report__contents", "aria-label": "Inhoudsopgave"},
                _node("h2", {"id": "docinhoud"}, imprint.CONTENTS),
                *self._entries(self._document.sections, 1),
            )

    def _entries(self, sections: tuple[Section, ...], level: int) -> Iterator[Node]:
        if sections and level <= imprint.CONTENTS_DEPTH:
            yield _node(
                "ul",
                {},
                *(
                    _node(
                        "li",
                        {},
                        _node("a", {"href": f"#{self._ids[each.key]}"}, self._heading(each, level).title),
                        *self._entries(each.sections, level + 1),
                    )
                    for each in sections
                ),
            )

    def _heading(self, section: Section, level: int) -> Heading:
        return Heading(section, self._outline.numbers[section.key], level)

    def _sections(self, sections: tuple[Section, ...], level: int) -> Iterator[Node]:
        for section in sections:
            identifier = self._ids[section.key]
            tag = f"h{min(_CHAPTER + level - 1, _DEEPEST)}"
            yield _node(
                "section",
                # only a chapter is a landmark: titles such as "Bevindingen" return under every factor
                {"aria-labelledby": identifier} if level == 1 else {},
                _node(tag, {"id": identifier}, self._heading(section, level).title),
                *(node for block in section.blocks for node in self._block(block)),
                *self._sections(section.sections, level + 1),
            )

    def _block(self, block: Block) -> Iterator[Node]:
        match block:
            case Paragraph():
                look = {} if block.kind == "plain" else {"class": f"report__{block.kind}"}
                yield _node("p", look, *self._line(block.line))
            case Items():
                points = [_node("li", {}, *self._line(line)) for line in block.items]
                yield _node("ol" if block.numbered else "ul", {}, *points)
            case Table():
                caption = f"{imprint.TABLE} {self._outline.numbers[block.key]}. {block.caption}"
                yield from self._table(block, caption)
            case Grid():
                yield self._grid(block)
            case Figure():
                yield self._figure(block)
                caption = imprint.numbers_caption(block, self._outline.numbers)
                yield from self._table(block.table, caption, "report__numbers")

    def _table(self, table: Table, caption: str, look: str = "") -> Iterator[Node]:
        heads = [
            _node("th", {"scope": "col"} | _aligned(column.align), column.title)
            if column.title
            else _node("td")
            for column in table.columns
        ]
        attributes = {"class": look} if look else {}
        if table.key in self._ids:
            attributes["id"] = self._ids[table.key]
        yield _node(
            "table",
            attributes,
            _node("caption", {}, caption),
            _node("thead", {}, _node("tr", {}, *heads)),
            _node("tbody", {}, *(_row(table, row) for row in table.rows)),
        )
        yield from _source(table.source)

    def _grid(self, grid: Grid) -> Node:
        return _node(
            "table",
            {"class": "report__grid", "id": self._ids[grid.key]},
            _node("caption", {}, f"{imprint.TABLE} {self._outline.numbers[grid.key]}. {grid.caption}"),
            _node("tbody", {}, *(_grid_row(row) for row in grid.rows)),
        )

    def _figure(self, figure: Figure) -> Node:
        drawing = etree.fromstring(charts.svg(figure.drawing))
        drawing.set("role", "img")
        drawing.set("aria-label", clean(figure.alternative))
        caption = f"{imprint.FIGURE} {self._outline.numbers[figure.key]}. {figure.caption}"
        return _node(
            "figure",
            {"class": "report__figure", "id": self._ids[figure.key]},
            drawing,
            _node("figcaption", {}, caption, *_source(figure.source)),
        )

    def _line(self, line: Line) -> list[Piece]:
        return [self._span(span) for span in line]

    def _span(self, span: Span) -> Piece:
        match span:
            case Text():
                return self._words(span)
            case Note():
                self._notes.append(span.text)
                return _call(len(self._notes))
            case Reference():
                words = shown(span, self._outline.numbers)
                known = self._ids.get(span.key)
                return _node("a", {"href": f"#{known}"}, words) if known else words

    def _words(self, text: Text) -> Piece:
        made: Piece = text.text
        if text.emphasis:
            made = _node("em", {}, made)
        if text.strong:
            made = _node("strong", {}, made)
        if text.link and text.link.lower().startswith(FOLLOWED):
            made = _node("a", {"href": text.link}, made)
        return made

    def _endnotes(self) -> Iterator[Node]:
        if self._notes:
            yield _node(
                "section",
                {"class": "report__notes", "aria-labelledby": "docnoten"},
                _node(f"h{_CHAPTER}", {"id": "docnoten"}, _NOTES),
                _node("ol", {}, *(_note(number, text) for number, text in enumerate(self._notes, 1))),
            )


def _ids(found: Outline) -> dict[str, str]:
    """Give each numbered key an id of its own, of characters that are fit for an address."""
    ids: dict[str, str] = {}
    taken: set[str] = set()
    for key in found.numbers:
        plain = f"doc-{re.sub('[^A-Za-z0-9_.-]+', '-', key)}"
        place, identifier = 1, plain
        while identifier in taken:
            place += 1
            identifier = f"{plain}-{place}"
        taken.add(identifier)
        ids[key] = identifier
    return ids


def _call(number: int) -> Node:
    """Give the number in the text that leads to a note."""
    link = {"href": f"#docnoot-{number}", "id": f"docnoot-{number}-plaats", "aria-label": f"Noot {number}"}
    return _node("sup", {}, _node("a", link, str(number)))


def _note(number: int, text: str) -> Node:
    link = {"href": f"#docnoot-{number}-plaats", "aria-label": f"Terug naar noot {number} in de tekst"}
    return _node("li", {"id": f"docnoot-{number}"}, text, " ", _node("a", link, "Terug"))


def _row(table: Table, row: tuple[Cell, ...]) -> Node:
    cells = []
    for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
        rank = f"rank rank--{cell.rank}" if cell.rank else ""
        look = _aligned(column.align, rank)
        if place < table.heads and cell.text:
            cells.append(_node("th", {"scope": "row"} | look, cell.text))
        else:
            cells.append(_node("td", look, cell.text))
    return _node("tr", {}, *cells)


def _grid_row(row: tuple[Part, ...]) -> Node:
    scope = "col" if heads_columns(row) else "row"
    return _node("tr", {}, *(_grid_cell(part, scope) for part in row))


def _grid_cell(part: Part, scope: str) -> Node:
    span = {"colspan": str(part.span)} if part.span > 1 else {}
    if part.heading:
        return _node("th", {"scope": scope} | span, part.head)
    head = (_node("strong", {}, part.head), " ") if part.head else ()
    return _node("td", span, *head, part.text)


def _aligned(align: str, look: str = "") -> dict[str, str]:
    classes = " ".join(filter(None, ("report__right" if align == "right" else "", look)))
    return {"class": classes} if classes else {}


def _source(source: str | None) -> Iterator[Node]:
    if source:
        yield _node("p", {"class": "report__source"}, source)


@cache
def _style(fictief: bool) -> str:
    """Give the style sheet, with the colours of the palette; made-up data is marked on each printed page."""
    names = {
        "ink": INK,
        "muted": MUTED,
        "line": LINE,
        "head": HEAD.fill,
        "head-text": HEAD.text,
        "soft": GROUP.fill,
        "warning": WARNING.fill,
    }
    colors = "".join(f"--{name}: #{color}; " for name, color in names.items())
    ranks = "".join(_rank_style(rank) for rank in RANKS)
    mark = f'@page {{ @top-center {{ content: "{FICTIEF}"; font-weight: bold; }} }}\n'
    return f":root {{ {colors}}}\n{_SHEET}{ranks}{mark if fictief else ''}"


def _rank_style(rank: Rank) -> str:
    """Give the colours of a cell; one that is hatched has its lines at the right, clear of the words."""
    shade = RANKS[rank]
    fill = f"#{shade.fill}"
    if shade.hatched:
        lines = f"repeating-linear-gradient(135deg, {fill} 0 1px, #fff 1px 6px)"
        fill = f"linear-gradient(90deg, #fff 70%, transparent), {lines}"
    return f"tbody .rank--{rank} {{ background: {fill}; color: #{shade.text}; }}\n"
