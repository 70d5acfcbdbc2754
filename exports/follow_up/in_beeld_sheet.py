"""A letter *Opvolging in Beeld* as an Excel workbook: the same table, to be printed on A4 landscape.

A book of tables (`exports.book`) has one kind of rows; this table is a form, so it is written part by part.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Color, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from exports import palette
from exports.book import FICTIEF
from exports.document import Part, heads_columns
from exports.excel.heights import height
from exports.excel.package import literal, settle
from exports.excel.styles import FONT, GRID, POINTS, fill_of
from exports.follow_up.in_beeld import ADVICE, NAME, SHARES, heading, rows
from exports.text import clean, risky
from surveys.follow_up.in_beeld import InBeeld, StudyInBeeld

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A4: Final = 9
WIDTH: Final = 130
"""How many characters go beside each other on A4 landscape."""
WIDTHS: Final = tuple(WIDTH * share / sum(SHARES) for share in SHARES)

_TEXT: Final = Font(name=FONT, size=POINTS, color=palette.INK)
_STRONG: Final = Font(name=FONT, size=POINTS, color=palette.INK, bold=True)
_HEAD: Final = Font(name=FONT, size=POINTS, color=palette.HEAD.text, bold=True)
_TITLE: Final = Font(name=FONT, size=14, color=palette.INK, bold=True)
_WITHIN: Final = InlineFont(rFont=FONT, sz=POINTS, color=Color(f"FF{palette.INK}"), b=True)


def write(found: InBeeld) -> bytes:
    """Give the workbook, a sheet for each study. The same letter gives the same bytes."""
    workbook = Workbook()
    del workbook[workbook.sheetnames[0]]  # the empty one that a new workbook begins with
    for place, study in enumerate(found.studies, start=1):
        _Sheet(workbook.create_sheet(f"Onderzoek {place}"), found, study).write()
    made = datetime.combine(found.letter.dated, time(12), UTC)
    properties = workbook.properties
    properties.title = clean(f"{NAME} ({FICTIEF.lower()})" if found.fictief else NAME)
    properties.subject = clean(found.letter.subject)
    properties.keywords = "Meetlat, fictief" if found.fictief else "Meetlat"
    properties.category = FICTIEF if found.fictief else None
    properties.creator = properties.lastModifiedBy = "Meetlat"
    properties.language = "nl-NL"
    out = BytesIO()
    workbook.save(out)
    properties.created = properties.modified = made.replace(tzinfo=None)
    return settle(out.getvalue(), properties, made, [])


class _Sheet:
    """The sheet of one study, filled from the top."""

    def __init__(self, sheet: Any, found: InBeeld, study: StudyInBeeld) -> None:
        self._sheet, self._found, self._study = sheet, found, study
        self._row = 0

    def write(self) -> None:
        """Write it: the heading of the letter, then the table."""
        self._set_up()
        self._plain(NAME, _TITLE)
        if self._found.fictief:
            self._plain(f"{FICTIEF.upper()}. Deze gegevens zijn een voorbeeld.", _STRONG, palette.WARNING)
        if not self._found.complete:
            self._plain("Dit is een concept. Er ontbreken nog gegevens.", _STRONG)
        for name, text in heading(self._found.letter):
            self._parts((Part(head=name), Part(text, span=len(SHARES) - 1)), framed=False)
        self._row += 1
        for row in rows(self._study):
            if row[0].head == ADVICE:  # its heading would be left behind at the foot of a page
                self._sheet.row_breaks.append(Break(id=self._row))
            self._parts(row)

    def _set_up(self) -> None:
        sheet = self._sheet
        for place, width in enumerate(WIDTHS, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.sheet_view.showGridLines = False
        if self._found.fictief:
            sheet.sheet_properties.tabColor = palette.WARNING.fill
        sheet.page_setup.paperSize = A4
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.5, 0.7, 0.3
        sheet.oddFooter.left.text = f"{NAME} | {clean(self._found.letter.reference)}".replace("&", "&&")
        sheet.oddFooter.center.text = FICTIEF.upper() if self._found.fictief else None
        sheet.oddFooter.right.text = "Bladzijde &P van &N"

    def _plain(self, text: str, font: Font, shade: palette.Shade | None = None) -> None:
        self._row += 1
        cell = self._sheet.cell(self._row, 1, text)
        cell.font = font
        if shade:
            for column in range(1, len(SHARES) + 1):
                self._sheet.cell(self._row, column).fill = fill_of(shade)

    def _parts(self, row: Sequence[Part], framed: bool = True) -> None:
        self._row += 1
        column, widths = 1, []
        for part in row:
            self._part(part, column, heads=heads_columns(tuple(row)), framed=framed)
            widths.append(sum(WIDTHS[column - 1 : column - 1 + part.span]))
            column += part.span
        told = [f"{part.head} {part.text}".strip() for part in row]
        self._sheet.row_dimensions[self._row].height = height(told, widths)

    def _part(self, part: Part, column: int, *, heads: bool, framed: bool) -> None:
        last = column + part.span - 1
        for place in range(column, last + 1):
            each = self._sheet.cell(self._row, place)
            if framed:
                each.border = GRID
            if heads:
                each.fill = fill_of(palette.HEAD)
        cell = self._sheet.cell(self._row, column)
        cell.value = _said(part)
        if isinstance(cell.value, str):
            cell.data_type = "s"  # after the value, which is taken for a formula when it starts with =
            cell.quotePrefix = risky(cell.value)
        cell.font = _HEAD if heads else _STRONG if part.heading else _TEXT
        cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
        if part.span > 1:
            self._sheet.merge_cells(
                start_row=self._row, end_row=self._row, start_column=column, end_column=last
            )


def _said(part: Part) -> str | CellRichText:
    """What stands in a cell; the head of a text before it, in bold."""
    head, text = literal(clean(part.head)), literal(clean(part.text))
    if not head or not text:
        return head or text
    return CellRichText(TextBlock(_WITHIN, f"{head} "), text)
