"""Reading workbooks back, as somebody sees them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet


def read(content: bytes) -> Workbook:
    """Open a workbook."""
    return load_workbook(BytesIO(content))


def heading_row(sheet: Worksheet) -> int:
    """The row with the headings: the one above which the sheet is frozen."""
    assert sheet.freeze_panes is not None, f"{sheet.title} is not frozen"
    return int("".join(char for char in sheet.freeze_panes if char.isdigit())) - 1


def table(sheet: Worksheet, head: int | None = None) -> list[dict[str, Any]]:
    """The rows under the headings, each by its headings; `head` is their row where nothing is frozen."""
    head = head or heading_row(sheet)
    titles = [cell.value for cell in sheet[head]]
    assert len(set(titles)) == len(titles), f"{sheet.title}: a heading twice in {titles}"
    return [
        dict(zip(titles, row, strict=True)) for row in sheet.iter_rows(min_row=head + 1, values_only=True)
    ]


def references(sheet: Worksheet) -> list[tuple[str, list[str]]]:
    """For each chart: where its categories are, and the values of each series."""
    found = []
    for chart in sheet._charts:
        series = chart.series
        first = series[0].cat
        names = (first.strRef or first.numRef).f
        found.append((names, [each.val.numRef.f for each in series]))
    return found
