"""What cells look like. A handful of dresses, each made once a sheet: styles are what makes writing slow."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any, Final

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell as ExcelCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from exports import palette
from exports.book import Look
from exports.palette import Shade

FONT: Final = "Arial"
"""On every office machine, or one of the same measures."""
POINTS: Final = 10
_THIN: Final = Side(style="thin", color=palette.LINE)
GRID: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


@dataclass(frozen=True, slots=True)
class Dress:
    """Font, fill, and whether a cell is part of the table (a border, text that wraps)."""

    font: Font
    fill: PatternFill | None = None
    inside: bool = True
    vertical: str = "top"


def _font(
    color: str = palette.INK, *, bold: bool = False, italic: bool = False, size: float = POINTS
) -> Font:
    return Font(name=FONT, size=size, bold=bold, italic=italic, color=color)


def fill_of(shade: Shade) -> PatternFill:
    """The fill of a shade; a hatch is thin lines on white."""
    if shade.hatched:
        return PatternFill("lightUp", fgColor=shade.fill, bgColor="FFFFFF")
    return PatternFill("solid", fgColor=shade.fill)


TITLE: Final = "title"
SUBTITLE: Final = "subtitle"
WARNING: Final = "warning"
HEAD: Final = "head"

DRESSES: Final[dict[object, Dress]] = {
    Look.PLAIN: Dress(_font()),
    Look.STRONG: Dress(_font(bold=True)),
    Look.MUTED: Dress(_font(palette.MUTED, italic=True)),
    Look.GROUP: Dress(_font(bold=True), fill_of(palette.GROUP)),
    HEAD: Dress(_font(palette.HEAD.text, bold=True), fill_of(palette.HEAD), vertical="bottom"),
    TITLE: Dress(_font(bold=True, size=14), inside=False),
    SUBTITLE: Dress(_font(palette.MUTED), inside=False),
    WARNING: Dress(_font(bold=True, size=11), fill_of(palette.WARNING), inside=False),
    **{rank: Dress(_font(shade.text), fill_of(shade)) for rank, shade in palette.RANKS.items()},
}
"""Every dress by its name: a look, the rank of a level, or a part of the sheet."""


class Wardrobe:
    """Gives cells of one sheet in their dress."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._styles: dict[tuple[object, str | None, str | None, bool], Any] = {}

    def cell(
        self, dress: object, format: str | None = None, *, align: str | None = None, quoted: bool = False
    ) -> ExcelCell:
        """An empty cell. `quoted` text is never taken for a formula, also when somebody edits it."""
        key = (dress, format, align, quoted)
        if key not in self._styles:
            self._styles[key] = self._style(DRESSES[dress], format, align, quoted)
        cell = WriteOnlyCell(self._sheet)
        # a copy: setting a value may change its number format, and the others share this style
        cell._style = copy(self._styles[key])  # type: ignore[attr-defined]
        return cell

    def _style(self, dress: Dress, format: str | None, align: str | None, quoted: bool) -> Any:
        cell = WriteOnlyCell(self._sheet)
        cell.font = dress.font
        if dress.fill:
            cell.fill = dress.fill
        if dress.inside:
            cell.border = GRID
        cell.alignment = Alignment(
            vertical=dress.vertical,
            wrap_text=dress.inside,
            horizontal=align,
            # text beside a figure that ends at the border would run into it
            indent=1 if align and dress.inside else 0,
        )
        if format:
            cell.number_format = format
        if quoted:
            cell.quotePrefix = True
        return cell._style  # type: ignore[attr-defined]
