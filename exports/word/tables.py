"""Tables in Word."""

from __future__ import annotations

from collections.abc import Iterator

from exports import imprint, palette
from exports.document import Cell, Column, Grid, Part, Table, heads_columns
from exports.looks import WIDTH, dress
from exports.markup import Node
from exports.word.parts import node, paragraph, run, value
from exports.word.styles import TABLE_STYLE, TWIPS, shading


def table(block: Table, caption: str) -> Node:
    """A table whose head comes again on every page; `caption` is its name for who can't see it."""
    widths = imprint.shares(block, round(WIDTH * TWIPS))
    return node(
        "w:tbl",
        {},
        node(
            "w:tblPr",
            {},
            value("w:tblStyle", TABLE_STYLE),
            node("w:tblW", {"w:w": str(sum(widths)), "w:type": "dxa"}),
            node("w:tblLayout", {"w:type": "fixed"}),
            node("w:tblLook", {"w:val": "04A0" if block.heads else "0420", **_marks(block)}),
            value("w:tblCaption", caption),
        ),
        node("w:tblGrid", {}, *(node("w:gridCol", {"w:w": str(width)}) for width in widths)),
        node("w:tr", {}, node("w:trPr", {}, node("w:cantSplit"), node("w:tblHeader")), *_head(block, widths)),
        *_kept(
            block,
            [
                node("w:tr", {}, node("w:trPr", {}, node("w:cantSplit")), *_row(block, row, widths))
                for row in block.rows
            ],
        ),
    )


def grid(block: Grid, caption: str) -> Node:
    """A table whose rows are divided in different ways; a long row may go on on the next page."""
    widths = imprint.shares(block, round(WIDTH * TWIPS))
    return node(
        "w:tbl",
        {},
        node(
            "w:tblPr",
            {},
            value("w:tblStyle", TABLE_STYLE),
            node("w:tblW", {"w:w": str(sum(widths)), "w:type": "dxa"}),
            node("w:tblLayout", {"w:type": "fixed"}),
            value("w:tblCaption", caption),
        ),
        node("w:tblGrid", {}, *(node("w:gridCol", {"w:w": str(width)}) for width in widths)),
        *_kept(block, [node("w:tr", {}, *_parts(row, widths)) for row in block.rows]),
    )


def _kept(block: Table | Grid, rows: list[Node]) -> list[Node]:
    """The rows, marked when they belong on one page: all those of a low table, else the last two.

    Word keeps a row with the next one by its paragraphs, and lets go of what doesn't fit on a page.
    """
    for row in rows[:-1] if imprint.low(block) else rows[-2:-1]:
        for properties in row.iter(node.name("w:pPr")):
            properties.insert(1, node("w:keepNext"))
    return rows


def _parts(row: tuple[Part, ...], widths: list[int]) -> Iterator[Node]:
    head, place = heads_columns(row), 0
    for part in row:
        width = sum(widths[place : place + part.span])
        place += part.span
        words = [run(part.head, node("w:b"))] if part.head else []
        if part.text:
            words.append(run(f" {part.text}" if part.head else part.text))
        properties = node(
            "w:tcPr",
            {},
            node("w:tcW", {"w:w": str(width), "w:type": "dxa"}),
            *([value("w:gridSpan", part.span)] if part.span > 1 else []),
            *([shading(palette.HEAD)] if head else []),
        )
        yield node("w:tc", {}, properties, paragraph("head" if head else "cell", *words))


def _marks(block: Table) -> dict[str, str]:
    """What a reader aloud is told: that the first row has headings, and whether the first column has."""
    return {
        "w:firstRow": "1",
        "w:lastRow": "0",
        "w:firstColumn": str(int(block.heads > 0)),
        "w:lastColumn": "0",
        "w:noHBand": "0",
        "w:noVBand": "1",
    }


def _head(block: Table, widths: list[int]) -> Iterator[Node]:
    for column, width in zip(block.columns, widths, strict=True):
        yield _cell(width, dress("head", column.align), column.title, palette.HEAD)


def _row(block: Table, row: tuple[Cell, ...], widths: list[int]) -> Iterator[Node]:
    places: Iterator[tuple[int, tuple[Cell, Column, int]]]
    places = enumerate(zip(row, block.columns, widths, strict=True))
    for place, (cell, column, width) in places:
        kind = dress("row" if place < block.heads else "cell", column.align)
        yield _cell(width, kind, cell.text, palette.RANKS[cell.rank] if cell.rank else None)


def _cell(width: int, kind: str, text: str, shade: palette.Shade | None) -> Node:
    properties = node("w:tcPr", {}, node("w:tcW", {"w:w": str(width), "w:type": "dxa"}))
    color: tuple[Node, ...] = ()
    if shade:
        properties.append(shading(shade))
        color = (value("w:color", shade.text),)
    return node("w:tc", {}, properties, paragraph(kind, run(text, *color)))
