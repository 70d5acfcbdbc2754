"""Reading workbooks back, as somebody sees them."""

from __future__ import annotations

import math
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


def kinds(sheet: Worksheet) -> dict[str, str]:
    """What each cell is: a number, a day, a text."""
    return {
        cell.coordinate: "day" if cell.is_date else "number" if cell.data_type == "n" else "text"
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def values(sheet: Worksheet) -> dict[str, Any]:
    """What each cell holds."""
    return {
        cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
    }


def differences(old: dict[str, Any], new: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The cells that do not hold the same; of numbers such programs keep fifteen digits."""
    return {
        place: (old.get(place), new.get(place))
        for place in old.keys() | new.keys()
        if old.get(place) != new.get(place) and not _close(old.get(place), new.get(place))
    }


def _close(old: Any, new: Any) -> bool:
    numbers = isinstance(old, float | int) and isinstance(new, float | int)
    return numbers and math.isclose(old, new, rel_tol=1e-14)


def hold_same(before: Workbook, after: Workbook) -> None:
    """Hold one workbook to another: answers, scores, types, charts, and what makes a sheet easy to use."""
    assert after.sheetnames == before.sheetnames
    for name in before.sheetnames:
        old, new = before[name], after[name]
        assert differences(values(old), values(new)) == {}, name
        assert kinds(new) == kinds(old), name
        # what is frozen belongs to a window, which a conversion has none of
        assert new.auto_filter.ref == old.auto_filter.ref, name
        assert new.print_title_rows == old.print_title_rows, name
        charts = [_plain(chart) for chart in references(new)]
        assert charts == [_plain(chart) for chart in references(old)], name


def _plain(chart: tuple[str, list[str]]) -> list[str]:
    """Where a chart gets its figures, however the name of the sheet is quoted."""
    return [reference.replace("'", "") for reference in (chart[0], *chart[1])]
