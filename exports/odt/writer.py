"""Write a document as an OpenDocument text."""

from __future__ import annotations

from collections.abc import Iterator

from exports import charts, imprint, zipped
from exports.document import (
    Block,
    Document,
    Figure,
    Grid,
    Heading,
    Items,
    Line,
    Note,
    Paragraph,
    Reference,
    Span,
    Table,
    Text,
    outline,
    shown,
)
from exports.looks import PICTURE
from exports.markup import Node, Piece
from exports.odt import package
from exports.odt.parts import (
    JUMP_STYLE,
    LINK_STYLE,
    LIST_STYLES,
    TEXT_STYLES,
    VERSION,
    bookmarked,
    link,
    node,
    paragraph,
    span,
    style_name,
    styled,
    words,
)
from exports.odt.styles import CAPTION_ABOVE, fonts, sheet
from exports.odt.tables import Tables, cell_styles

_PICTURE_STYLE = "Afbeelding"


def write(document: Document) -> bytes:
    """Give the file; the same document gives the same bytes.

    Raises ValueError when its day is no ISO date, or when a drawing can't be drawn.
    """
    writer = _Writer(document)
    content = writer.content()
    return zipped.settle(package.packed(document, content, sheet(document), writer.pictures))


class _Writer:
    """One document on its way into one file; `pictures` are those that its content shows, by their place."""

    def __init__(self, document: Document) -> None:
        self.pictures: dict[str, bytes] = {}
        self._document = document
        self._outline = outline(document)
        self._anchors = {key: f"deel{place:05}" for place, key in enumerate(self._outline.numbers, start=1)}
        self._tables = Tables()
        self._notes = 0

    def content(self) -> Node:
        """The whole part of the file that has the text."""
        text = node("office:text", {}, _sequences(), *self._parts())
        styles = (_picture_style(), *cell_styles(), *self._tables.styles)
        return node(
            "office:document-content",
            {"office:version": VERSION},
            fonts(),
            node("office:automatic-styles", {}, *styles),
            node("office:body", {}, text),
        )

    def _parts(self) -> Iterator[Node]:
        if self._document.opening:
            yield from self._title_page()
            yield self._contents()
        for place, heading in enumerate(self._outline.headings):
            yield self._heading(heading)
            if place == 0 and not self._document.opening:
                yield from self._mark()
            for block in heading.section.blocks:
                yield from self._block(block)

    def _title_page(self) -> Iterator[Node]:
        yield paragraph("title", *words(self._document.title))
        yield paragraph("subtitle", *words(self._document.subtitle))
        yield from self._mark()
        for line in (
            imprint.publishers(self._document),
            self._document.state,
            imprint.date_in_words(self._document),
        ):
            yield paragraph("imprint", *words(line))

    def _mark(self) -> Iterator[Node]:
        if mark := imprint.mark(self._document):
            yield paragraph("mark", mark)

    def _contents(self) -> Node:
        """The table of contents: how to make it again, and what is in it now."""
        entries = [each for each in self._outline.headings if each.level <= imprint.CONTENTS_DEPTH]
        title = node(
            "text:index-title",
            {"text:name": "Inhoud_kop"},
            paragraph("contents", imprint.CONTENTS),
        )
        return node(
            "text:table-of-content",
            {"text:name": imprint.CONTENTS, "text:protected": "true"},
            _contents_source(),
            node("text:index-body", {}, title, *(self._entry(each) for each in entries)),
        )

    def _entry(self, heading: Heading) -> Node:
        anchor = self._anchors[heading.section.key]
        page = node("text:bookmark-ref", {"text:reference-format": "page", "text:ref-name": anchor})
        entry = link(f"#{anchor}", JUMP_STYLE, *words(heading.title), node("text:tab"), page)
        return paragraph(f"contents-{heading.level}", entry)

    def _heading(self, heading: Heading) -> Node:
        level = min(heading.level, imprint.DEEPEST)
        return node(
            "text:h",
            {"text:style-name": style_name(f"heading-{level}"), "text:outline-level": str(level)},
            *bookmarked(self._anchors[heading.section.key], *words(heading.title)),
        )

    def _block(self, block: Block) -> Iterator[Node]:
        if isinstance(block, Paragraph):
            yield paragraph(block.kind, *self._line(block.line))
        elif isinstance(block, Items):
            yield self._items(block)
        elif isinstance(block, Table):
            yield styled(CAPTION_ABOVE, self._caption(block))
            yield from self._table(block, block.caption)
        elif isinstance(block, Grid):
            yield styled(CAPTION_ABOVE, self._caption(block))
            yield self._tables.grid(block, block.caption)
        else:
            yield from self._figure(block)

    def _items(self, block: Items) -> Node:
        key = "step" if block.numbered else "bullet"
        return node(
            "text:list",
            {"text:style-name": LIST_STYLES[key]},
            *(node("text:list-item", {}, paragraph(key, *self._line(line))) for line in block.items),
        )

    def _caption(self, block: Table | Grid | Figure) -> list[Piece]:
        label, number = imprint.label(block), self._outline.numbers[block.key]
        sequence = {
            "text:name": label,
            "text:ref-name": f"{label}{number}",
            "text:formula": f"ooow:{label}+1",
            "style:num-format": "1",
        }
        anchor = self._anchors[block.key]
        counted = bookmarked(anchor, f"{label} ", node("text:sequence", sequence, number))
        return [*counted, *words(f". {block.caption}")]

    def _table(self, block: Table, caption: str) -> Iterator[Node]:
        yield self._tables.table(block, caption)
        yield from _source(block.source)

    def _figure(self, block: Figure) -> Iterator[Node]:
        yield paragraph("figure", self._picture(block))
        yield paragraph("caption", *self._caption(block))
        yield from _source(block.source)
        caption = imprint.numbers_caption(block, self._outline.numbers)
        yield styled(CAPTION_ABOVE, words(caption))
        yield from self._table(block.table, caption)

    def _picture(self, block: Figure) -> Node:
        number = self._outline.numbers[block.key]
        place = f"Pictures/figuur-{number}.png"
        self.pictures[place] = charts.png(block.drawing)
        width, height = imprint.fitted(charts.size(block.drawing), PICTURE)
        frame = {
            "draw:name": f"{imprint.FIGURE} {number}",
            "draw:style-name": _PICTURE_STYLE,
            "text:anchor-type": "as-char",
            "svg:width": f"{width:.2f}mm",
            "svg:height": f"{height:.2f}mm",
        }
        image = {
            "xlink:href": place,
            "xlink:type": "simple",
            "xlink:show": "embed",
            "xlink:actuate": "onLoad",
        }
        return node(
            "draw:frame",
            frame,
            node("draw:image", image),
            node("svg:title", {}, block.caption),
            node("svg:desc", {}, block.alternative),
        )

    def _line(self, line: Line) -> Iterator[Piece]:
        for each in line:
            yield from self._span(each)

    def _span(self, each: Span) -> Iterator[Piece]:
        if isinstance(each, Note):
            yield self._note(each)
        elif isinstance(each, Reference):
            told = words(shown(each, self._outline.numbers))
            if each.key in self._anchors:
                yield link(f"#{self._anchors[each.key]}", JUMP_STYLE, *told)
            else:
                yield from told
        elif each.link:
            yield link(each.link, LINK_STYLE, *_dressed(each))
        else:
            yield from _dressed(each)

    def _note(self, note: Note) -> Node:
        self._notes += 1
        return node(
            "text:note",
            {"text:id": f"noot{self._notes}", "text:note-class": "footnote"},
            node("text:note-citation", {}, str(self._notes)),
            node("text:note-body", {}, paragraph("note", *words(f" {note.text}"))),
        )


def _dressed(text: Text) -> Iterator[Piece]:
    looks = [name for name in ("strong", "emphasis") if getattr(text, name)]
    if looks:
        yield span(TEXT_STYLES["-".join(looks)], text.text)
    else:
        yield from words(text.text)


def _source(told: str | None) -> Iterator[Node]:
    if told:
        yield paragraph("source", *words(told))


def _sequences() -> Node:
    """The two rows of numbers that captions have."""
    declared = (
        {"text:display-outline-level": "0", "text:name": label} for label in (imprint.TABLE, imprint.FIGURE)
    )
    return node("text:sequence-decls", {}, *(node("text:sequence-decl", each) for each in declared))


def _contents_source() -> Node:
    """From which headings the table of contents is made, and what an entry looks like."""
    templates = (
        node(
            "text:table-of-content-entry-template",
            {"text:outline-level": str(level), "text:style-name": style_name(f"contents-{level}")},
            node("text:index-entry-link-start", {"text:style-name": JUMP_STYLE}),
            node("text:index-entry-text"),
            node("text:index-entry-tab-stop", {"style:type": "right", "style:leader-char": "."}),
            node("text:index-entry-page-number"),
            node("text:index-entry-link-end"),
        )
        for level in range(1, imprint.CONTENTS_DEPTH + 1)
    )
    title = node("text:index-title-template", {"text:style-name": style_name("contents")}, imprint.CONTENTS)
    depth = {"text:outline-level": str(imprint.CONTENTS_DEPTH)}
    return node("text:table-of-content-source", depth, title, *templates)


def _picture_style() -> Node:
    return node(
        "style:style",
        {"style:name": _PICTURE_STYLE, "style:family": "graphic"},
        node("style:graphic-properties", {"style:vertical-pos": "top", "style:vertical-rel": "baseline"}),
    )
