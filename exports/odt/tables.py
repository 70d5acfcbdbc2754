"""Tables in an OpenDocument text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from exports import imprint, palette
from exports.document import Cell, Column, Table
from exports.looks import WIDTH, dress
from exports.markup import Node
from exports.odt.parts import node, paragraph, span, words
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
        self._count += 1
        name = f"Tabel{self._count}"
        self._add_styles(name, block)
        return node(
            "table:table",
            {"table:name": name, "table:style-name": name},
            node("table:title", {}, caption),
            *(
                node("table:table-column", {"table:style-name": f"{name}.{place}"})
                for place, _ in enumerate(block.columns, 1)
            ),
            node("table:table-header-rows", {}, _row(_head(block))),
            *(_row(_cells(block, row)) for row in block.rows),
        )

    def _add_styles(self, name: str, block: Table) -> None:
        whole = {"style:width": f"{WIDTH}mm", "table:align": "left", "table:border-model": "collapsing"}
        self.styles.append(
            node(
                "style:style",
                {"style:name": name, "style:family": "table"},
                node("style:table-properties", whole),
            )
        )
        for place, width in enumerate(imprint.shares(block, WIDTH * _HUNDREDTHS), 1):
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


def _cell(style: str, content: Node) -> Node:
    return node("table:table-cell", {"table:style-name": style, "office:value-type": "string"}, content)
