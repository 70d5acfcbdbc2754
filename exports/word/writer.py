"""Write a document as a Word file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.shape import CT_Inline
from docx.shared import Mm

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
from exports.markup import Node
from exports.text import clean
from exports.word import footnotes, frame
from exports.word.parts import (
    LINK_STYLE,
    NOTE_STYLE,
    bookmarked,
    field,
    field_end,
    field_start,
    jump,
    node,
    paragraph,
    run,
    value,
)
from exports.word.styles import STEPS, caption_above, listing, set_up
from exports.word.tables import grid, table


def write(document: Document) -> bytes:
    """Give the file; the same document gives the same bytes.

    Raises ValueError when its day is no ISO date, or when a drawing can't be drawn.
    """
    return _Writer(document).written()


class _Writer:
    """One document on its way into one file."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._outline = outline(document)
        self._file: Any = docx.Document()
        self._notes: list[str] = []
        self._anchors = {
            key: (f"_Ref{place:05}", place) for place, key in enumerate(self._outline.numbers, start=1)
        }
        self._lists = STEPS
        self._pictures = 0

    def written(self) -> bytes:
        """The file."""
        set_up(self._file, self._document.language)
        frame.put_around(self._file, self._document)
        body = self._file.element.body
        end = body.find(node.name("w:sectPr"))
        for part in self._parts():
            end.addprevious(part)
        if end.getprevious().tag == node.name("w:tbl"):  # Word wants a paragraph after the last table
            end.addprevious(paragraph("plain"))
        footnotes.add(self._file, self._notes)
        out = BytesIO()
        self._file.save(out)
        return zipped.settle(out.getvalue())

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
        yield paragraph("title", run(self._document.title))
        yield paragraph("subtitle", run(self._document.subtitle))
        yield from self._mark()
        for line in (
            imprint.publishers(self._document),
            self._document.state,
            imprint.date_in_words(self._document),
        ):
            yield paragraph("imprint", run(line))

    def _mark(self) -> Iterator[Node]:
        if mark := imprint.mark(self._document):
            yield paragraph("mark", run(mark))

    def _contents(self) -> Node:
        """The table of contents: a field that holds its entries, in the block by which Word knows it."""
        entries = [each for each in self._outline.headings if each.level <= imprint.CONTENTS_DEPTH]
        lines = [self._entry(each) for each in entries]
        if lines:
            for place, part in enumerate(field_start(f'TOC \\o "1-{imprint.CONTENTS_DEPTH}" \\h \\z \\u')):
                lines[0].insert(1 + place, part)
            lines[-1].append(field_end())
        gallery = node(
            "w:docPartObj", {}, value("w:docPartGallery", "Table of Contents"), node("w:docPartUnique")
        )
        content = node("w:sdtContent", {}, paragraph("contents", run(imprint.CONTENTS)), *lines)
        return node("w:sdt", {}, node("w:sdtPr", {}, gallery), content)

    def _entry(self, heading: Heading) -> Node:
        anchor, _ = self._anchors[heading.section.key]
        return paragraph(
            f"contents-{heading.level}",
            jump(anchor, run(f"{heading.title}\t"), *field(f"PAGEREF {anchor} \\h")),
        )

    def _bookmarked(self, key: str, *content: Node) -> list[Node]:
        name, number = self._anchors[key]
        return bookmarked(name, number, *content)

    def _heading(self, heading: Heading) -> Node:
        level = min(heading.level, imprint.DEEPEST)
        return paragraph(f"heading-{level}", *self._bookmarked(heading.section.key, run(heading.title)))

    def _block(self, block: Block) -> Iterator[Node]:
        if isinstance(block, Paragraph):
            yield paragraph(block.kind, *self._line(block.line))
        elif isinstance(block, Items):
            yield from self._items(block)
        elif isinstance(block, Table):
            yield from self._table(block, block.caption, self._caption(block))
        elif isinstance(block, Grid):
            yield paragraph("caption", *self._caption(block), properties=caption_above())
            yield grid(block, block.caption)
        else:
            yield from self._figure(block)

    def _items(self, block: Items) -> Iterator[Node]:
        if not block.numbered:
            yield from (paragraph("bullet", *self._line(line)) for line in block.items)
            return
        self._lists += 1
        numbering = self._file.part.numbering_part.element
        numbering.append(listing(self._lists, STEPS, restarts=True))
        for line in block.items:
            place = node("w:numPr", {}, value("w:ilvl", 0), value("w:numId", self._lists))
            yield paragraph("step", *self._line(line), properties=(place,))

    def _caption(self, block: Table | Grid | Figure) -> list[Node]:
        label = imprint.label(block)
        number = field(f"SEQ {label} \\* ARABIC", self._outline.numbers[block.key])
        return [*self._bookmarked(block.key, run(f"{label} "), *number), run(f". {block.caption}")]

    def _table(self, block: Table, caption: str, shown_caption: list[Node]) -> Iterator[Node]:
        yield paragraph("caption", *shown_caption, properties=caption_above())
        yield table(block, caption)
        yield from _source(block.source)

    def _figure(self, block: Figure) -> Iterator[Node]:
        yield paragraph("figure", node("w:r", {}, self._picture(block)))
        yield paragraph("caption", *self._caption(block))
        yield from _source(block.source)
        caption = imprint.numbers_caption(block, self._outline.numbers)
        yield from self._table(block.table, caption, [run(caption)])

    def _picture(self, block: Figure) -> Node:
        self._pictures += 1
        relation, _ = self._file.part.get_or_add_image(BytesIO(charts.png(block.drawing)))
        width, height = imprint.fitted(charts.size(block.drawing), PICTURE)
        name = f"{imprint.FIGURE} {self._outline.numbers[block.key]}"
        inline: Any = CT_Inline.new_pic_inline(self._pictures, relation, name, Mm(width), Mm(height))
        for side in "TBLR":
            inline.set(f"dist{side}", "0")
        inline.docPr.set("title", clean(block.caption))
        inline.docPr.set("descr", clean(block.alternative))
        return node("w:drawing", {}, inline)

    def _line(self, line: Line) -> Iterable[Node]:
        return (self._span(span) for span in line)

    def _span(self, span: Span) -> Node:
        if isinstance(span, Note):
            self._notes.append(span.text)
            reference = node("w:footnoteReference", {"w:id": str(len(self._notes))})
            return node("w:r", {}, node("w:rPr", {}, value("w:rStyle", NOTE_STYLE)), reference)
        if isinstance(span, Reference):
            words = run(shown(span, self._outline.numbers))
            return jump(self._anchors[span.key][0], words) if span.key in self._anchors else words
        return self._text(span)

    def _text(self, span: Text) -> Node:
        looks = [
            *([value("w:rStyle", LINK_STYLE)] if span.link else []),
            *([node("w:b")] if span.strong else []),
            *([node("w:i")] if span.emphasis else []),
        ]
        words = run(span.text, *looks)
        if not span.link:
            return words
        target = self._file.part.relate_to(clean(span.link), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        return node("w:hyperlink", {"r:id": target, "w:history": "1"}, words)


def _source(words: str | None) -> Iterator[Node]:
    if words:
        yield paragraph("source", run(words))
