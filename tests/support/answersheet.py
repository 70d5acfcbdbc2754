"""Filling in a workbook as somebody would who has no Meetlat at hand, with openpyxl instead of a screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from exports.excel.package import literal
from surveys.answers import Content
from surveys.instruments import Instrument
from surveys.offline import layout
from surveys.offline.offered import Belongs
from surveys.offline.package import coordinate
from surveys.offline.source import Source

AT = datetime(2013, 5, 2, 9, 30, tzinfo=UTC)


def source(
    instrument: Instrument,
    contents: Mapping[str, Content] | None = None,
    versions: Mapping[str, int] | None = None,
    unit: str = "VR01",
) -> Source:
    """A dossier with answers; each was saved once unless told otherwise."""
    given = contents or {}
    return Source(
        instrument=instrument,
        measurement="proefmeting",
        measurement_name="Proefmeting",
        unit=unit,
        unit_name="Regio 1",
        fictief=True,
        made_at=AT,
        contents=given,
        versions=dict.fromkeys(given, 1) if versions is None else versions,
    )


def belongs(instrument: Instrument) -> Belongs:
    """What a workbook of `source` must say."""
    return Belongs(instrument, "proefmeting", "VR01")


def change(content: bytes, edit: Callable[[Any], object]) -> bytes:
    """Open a workbook, do something to it, and save it."""
    book = load_workbook(BytesIO(content))
    edit(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def fill(content: bytes, instrument: Instrument, contents: Mapping[str, Content]) -> bytes:
    """Type answers into a workbook, cell by cell, over what stands there."""

    def edit(book: Any) -> None:
        for code, given in contents.items():
            for sheet, cell, value in entries(book, instrument, code, given):
                book[sheet][cell].value = literal(value) if isinstance(value, str) else value
                if isinstance(value, str):
                    book[sheet][cell].data_type = "s"

    return change(content, edit)


def entries(
    book: Any, instrument: Instrument, code: str, given: Content
) -> list[tuple[str, str, str | float | date | None]]:
    """The cells of a question with what belongs in them for an answer: sheet, cell, value."""
    question = instrument.questions[code]
    plan, rows = layout.lay_out(instrument, _documents(book, instrument)).places[code]
    choices = layout.choices(question)
    found: list[tuple[str, str, str | float | date | None]] = []

    def put(row: int, column: int, value: str | float | date | None) -> None:
        found.append((plan.name, coordinate(row, column), value))

    for row in rows:
        value: Any = None
        if row.slot and row.slot.kind == "option":
            chosen = given.value if isinstance(given.value, list) else [given.special]
            value = layout.MARK if row.slot.code in chosen else None
        elif row.slot and (row.slot.kind == "special" or question.type in ("yes_no", "choice")):
            picked = given.special or (given.value if row.slot.kind == "value" else None)
            value = choices.get(str(picked)) if question.type in ("yes_no", "choice") else None
            if row.slot.kind == "special" and picked:
                value = layout.specials(question)[str(picked)]
        elif row.slot and given.value is not None:
            value = date.fromisoformat(str(given.value)) if question.type == "date" else given.value
        if row.slot:
            put(row.number, layout.ANSWER, value)
        if row.head and given.note is not None:
            put(row.number, layout.NOTE, given.note)
        if row.document and row.document <= len(given.documents):
            ref = given.documents[row.document - 1]
            put(row.number, layout.TITLE, ref.title)
            put(row.number, layout.PAGE, ref.page)
    return found


def place(content: bytes, instrument: Instrument, code: str, row: int = 0) -> tuple[str, int]:
    """The sheet of a question, and the number of one of its rows (0: the first)."""
    book = load_workbook(BytesIO(content))
    plan, rows = layout.lay_out(instrument, _documents(book, instrument)).places[code]
    return plan.name, rows[row].number


def _documents(book: Any, instrument: Instrument) -> dict[str, int]:
    data = book[layout.DATA]
    first = layout.DATA_HEAD + 1
    return {code: int(data.cell(row, 3).value) for row, code in enumerate(instrument.questions, start=first)}
