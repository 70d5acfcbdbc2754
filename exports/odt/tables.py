"""Tables in an OpenDocument text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from exports import imprint, palette
from exports.document import Cell, Column, Grid, Part, Table, heads_columns
from exports.looks import WIDTH, dress
from exports.markup import Node, Piece
from exports.odt.parts import TEXT_STYLES, node, paragraph, span, words
from exports.odt.styles import rank_style

_HUNDREDTHS: Final = 100
"""Widths are shared out in hundredths of a millimetre."""

_PLAIN: Final = "Cel"
_HEAD: Final = "Cel_kop"


def cell_styles() -> Iterator[Node]:
    """The styles that the cells of all tables share. A hatch is left out: this format has none for a cell."""
    fills = {_HEAD: palette.HEAD.fill, _PLAIN: "FFFFFF"}
    for rank, shade in palette.RANKS.items():
        fills[f"{_PLAIN}_{rank}"] = "FFFFFF" if shade.hatched else shade.fill
    for name, fill in fills.items():
        properties = {
            "fo:background-color": f"#{fill}",
            "fo:padding": "1mm",
            "fo:border": f"0.5pt solid #{palette.LINE}",
        }
        yield node(
            "style:style",
            {"style:name": name, "style:family": "table-cell"},
            node("style:table-cell-properties", properties),
        )
    yield node(
        "style:style",
        {"style:name": "Rij", "style:family": "table-row"},
        node("style:table-row-properties", {"fo:keep-together": "always"}),
    )


class Tables:
    """The tables of one document; `styles` are those that they need for their widths."""

    def __init__(self) -> None:
        self.styles: list[Node] = []
        self._count = 0

    def table(self, block: Table, caption: str) -> Node:
        """A table whose head comes again on every page; `caption` is its name for who can't see it."""
        return self._made(
            block,
            caption,
            node("table:table-header-rows", {}, _row(_head(block))),
            *(_row(_cells(block, row)) for row in block.rows),
        )

    def grid(self, block: Grid, caption: str) -> Node:
        """A table whose rows are divided in different ways; a long row may go on on the next page."""
        return self._made(block, caption, *(node("table:table-row", {}, *_parts(row)) for row in block.rows))

    def _made(self, block: Table | Grid, caption: str, *rows: Node) -> Node:
        self._count += 1
        name = f"Tabel{self._count}"
        widths = imprint.shares(block, WIDTH * _HUNDREDTHS)
        self._add_styles(name, widths, whole=imprint.low(block))
        return node(
            "table:table",
            {"table:name": name, "table:style-name": name},
            node("table:title", {}, caption),
            *(
                node("table:table-column", {"table:style-name": f"{name}.{place}"})
                for place, _ in enumerate(widths, 1)
            ),
            *rows,
        )

    def _add_styles(self, name: str, widths: list[int], *, whole: bool) -> None:
        properties = {
            "style:width": f"{WIDTH}mm",
            "table:align": "left",
            "table:border-model": "collapsing",
            "style:may-break-between-rows": "false" if whole else "true",
        }
        self.styles.append(
            node(
                "style:style",
                {"style:name": name, "style:family": "table"},
                node("style:table-properties", properties),
            )
        )
        for place, width in enumerate(widths, 1):
            width_of = {"style:column-width": f"{width / _HUNDREDTHS:.2f}mm"}
            self.styles.append(
                node(
                    "style:style",
                    {"style:name": f"{name}.{place}", "style:family": "table-column"},
                    node("style:table-column-properties", width_of),
                )
            )


def _row(cells: Iterator[Node]) -> Node:
    return node("table:table-row", {"table:style-name": "Rij"}, *cells)


def _head(block: Table) -> Iterator[Node]:
    for column in block.columns:
        yield _cell(_HEAD, paragraph(dress("head", column.align), *words(column.title)))


def _cells(block: Table, row: tuple[Cell, ...]) -> Iterator[Node]:
    places: Iterator[tuple[int, tuple[Cell, Column]]] = enumerate(zip(row, block.columns, strict=True))
    for place, (cell, column) in places:
        key = dress("row" if place < block.heads else "cell", column.align)
        if cell.rank:
            yield _cell(f"{_PLAIN}_{cell.rank}", paragraph(key, span(rank_style(cell.rank), cell.text)))
        else:
            yield _cell(_PLAIN, paragraph(key, *words(cell.text)))


def _parts(row: tuple[Part, ...]) -> Iterator[Node]:
    head = heads_columns(row)
    for part in row:
        said: list[Piece] = []
        if part.head:
            said = [*words(part.head)] if head else [span(TEXT_STYLES["strong"], part.head)]
        if part.text:
            said += words(f" {part.text}" if part.head else part.text)
        yield _cell(_HEAD if head else _PLAIN, paragraph("head" if head else "cell", *said), part.span)
        yield from (node("table:covered-table-cell") for _ in range(1, part.span))


def _cell(style: str, content: Node, columns: int = 1) -> Node:
    attributes = {"table:style-name": style, "office:value-type": "string"}
    if columns > 1:
        attributes["table:number-columns-spanned"] = str(columns)
    return node("table:table-cell", attributes, content)
