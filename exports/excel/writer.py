"""Writes the sheets of a book: openpyxl what stands around the rows, `rows` the rows themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Any, Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as ExcelCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from exports import palette
from exports.book import FICTIEF, FICTIEF_COLUMN, Book, Column, Sheet, marked
from exports.excel import charts, limits, package
from exports.excel.heights import BOLD, height
from exports.excel.rows import Rows
from exports.excel.styles import HEAD, SUBTITLE, TITLE, WARNING, Wardrobe
from exports.text import clean, risky

A4: Final = 9
TITLE_LENGTH: Final = 80
"""What fits of a title in a footer, beside the rest."""
TALL: Final = 25
"""From so many rows a chart begins on a page of its own."""
FICTIEF_WIDTH: Final = 9.0


def write(book: Book) -> bytes:
    """Give the workbook. Raises TooLarge when it is beyond what Excel can hold."""
    out = BytesIO()
    save(book, out)
    return out.getvalue()


def save(book: Book, out: IO[bytes]) -> None:
    """Write the workbook, in an amount of memory that does not depend on how many rows it has.

    Raises TooLarge when it is beyond what Excel can hold; then nothing is written.
    """
    limits.check(book)
    workbook = Workbook(write_only=True)
    with ExitStack() as open_files:
        bodies = [open_files.enter_context(TemporaryFile()) for _ in book.sheets]
        writers = [_SheetWriter(workbook, book, sheet) for sheet in book.sheets]
        for writer, body in zip(writers, bodies, strict=True):
            writer.write_rows(body)  # a text that is too long shows here, before the library has begun
        for writer in writers:
            writer.write_around()
        _save(book, workbook, bodies, out)


def _save(book: Book, workbook: Workbook, bodies: Sequence[IO[bytes]], out: IO[bytes]) -> None:
    made = book.made_at.astimezone(UTC).replace(microsecond=0)
    properties = workbook.properties
    properties.title = clean(f"{book.title} ({FICTIEF.lower()})" if book.fictief else book.title)
    properties.subject = clean(book.subject)
    properties.keywords = "Meetlat, fictief" if book.fictief else "Meetlat"
    properties.category = FICTIEF if book.fictief else None
    properties.creator = properties.lastModifiedBy = "Meetlat"
    properties.language = "nl-NL"
    properties.created = made.replace(tzinfo=None)
    around = BytesIO()
    workbook.save(around)
    properties.modified = properties.created
    drawn = [sheet.chart for sheet in book.sheets if sheet.chart and sheet.rows]
    texts = [(chart.title, chart.text) for chart in drawn]
    parts = {package.SHEET.format(number): body for number, body in enumerate(bodies, start=1)}
    package.settle_with(around, parts, properties, made, texts, out)


class _SheetWriter:
    """One sheet. `head` is the row of its headings, `last` its last row."""

    def __init__(self, workbook: Workbook, book: Book, sheet: Sheet) -> None:
        self.book, self.sheet = book, sheet
        self.titles, self.rows = marked(sheet, book.fictief and sheet.tidy)
        self.columns = [*sheet.columns, Column(FICTIEF_COLUMN, FICTIEF_WIDTH)][: len(self.titles)]
        self.head = limits.headings(sheet, book)
        self.last = self.head + len(sheet.rows)
        self.excel: Any = workbook.create_sheet(sheet.name)
        self.wardrobe = Wardrobe(self.excel)

    def write_rows(self, body: IO[bytes]) -> None:
        """Write the rows to a file of their own. Raises TooLarge for a text that does not fit."""
        Rows(self.wardrobe, self.columns, self.sheet.name).write(self.rows, self.head + 1, body)

    def write_around(self) -> None:
        """Give the library all the rest: first what concerns the whole sheet, then down to its headings."""
        self._set_up()
        for row in self._above():
            self.excel.append(row)
        widths = [column.width for column in self.columns]
        self.excel.row_dimensions[self.head].height = height(self.titles, [width * BOLD for width in widths])
        self.excel.append([self._cell(title, HEAD) for title in self.titles])
        if self.sheet.chart and self.sheet.rows:
            if len(self.sheet.rows) >= TALL:
                self.excel.row_breaks.append(Break(id=self.last + 1))
            self.excel.add_chart(
                charts.draw(self.excel, self.sheet.chart, self.head, self.last, sum(widths)),
                f"A{self.last + 3}",
            )

    def _set_up(self) -> None:
        excel, sheet = self.excel, self.sheet
        excel.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}{self.head + 1}"
        if sheet.filtered and sheet.rows:
            excel.auto_filter.ref = f"A{self.head}:{get_column_letter(len(self.titles))}{self.last}"
        for place, column in enumerate(self.columns, start=1):
            excel.column_dimensions[get_column_letter(place)].width = column.width
        excel.sheet_view.showGridLines = False
        if self.book.fictief:
            excel.sheet_properties.tabColor = palette.WARNING.fill
        excel.page_setup.paperSize = A4
        excel.page_setup.orientation = "landscape"
        # a table and its chart on one page when that can be; else as many pages as it takes
        excel.page_setup.fitToWidth = 1
        excel.page_setup.fitToHeight = 1 if sheet.chart and len(sheet.rows) < TALL else 0
        excel.sheet_properties.pageSetUpPr.fitToPage = True
        excel.page_margins.left = excel.page_margins.right = 0.4
        excel.page_margins.top, excel.page_margins.bottom, excel.page_margins.footer = 0.5, 0.7, 0.3
        excel.print_title_rows = f"{self.head}:{self.head}"
        self._margins()

    def _margins(self) -> None:
        """What every printed page says."""
        mark = FICTIEF.upper() if self.book.fictief else None
        what = f"{clean(self.book.title)[:TITLE_LENGTH]} | {self.sheet.name}"
        self.excel.oddFooter.left.text = what.replace("&", "&&")
        self.excel.oddFooter.center.text = mark
        self.excel.oddFooter.right.text = "Bladzijde &P van &N"

    def _above(self) -> Iterator[list[ExcelCell]]:
        """The lines above a table that is for people."""
        if self.sheet.tidy:
            return
        yield [self._cell(self.sheet.title, TITLE)]
        yield [self._cell(self.book.title, SUBTITLE)]
        if self.book.fictief:
            text = f"{FICTIEF.upper()}. Deze antwoorden zijn verzonnen, als voorbeeld."
            yield [self._cell(text if place == 0 else None, WARNING) for place in range(len(self.titles))]

    def _cell(self, text: str | None, dress: object) -> ExcelCell:
        """A cell above the rows: a title or a heading."""
        if text is None:
            return self.wardrobe.cell(dress)
        shown = package.literal(clean(text))
        cell = self.wardrobe.cell(dress, align="left", quoted=risky(text) or risky(shown))
        cell.value = shown
        cell.data_type = "s"  # after the value, which openpyxl takes for a formula when it starts with =
        return cell
