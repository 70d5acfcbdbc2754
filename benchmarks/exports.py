"""How quickly tables become files, and how much memory that takes: 25, 1,000 and 10,000 units.

*Data* is the table of all answers: a row for each unit and question of the questionnaire of 2013. Of 10,000
units it has more rows than a sheet of Excel; there the workbook gets as many as fit. *National* is the whole
national file, *units* the workbook of each unit. Everything is read from SQLite while it is written.
The floor is openpyxl's write-only mode on the same cells, values alone, already in memory; the ratio is of
processor time, which a busy machine distorts least.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final

import sqlalchemy as sa
from openpyxl import Workbook
from sqlalchemy.orm import Session

from app import database
from benchmarks import worlds
from benchmarks.alone import alone, tell
from benchmarks.tables import Times, heading, megabytes, milliseconds, peak, ratio, say, table, watch
from exports import national, national_data, region
from exports.book import Book, Streamed, value_of
from exports.excel import MAX_ROWS
from exports.formats import FORMATS
from surveys import reports
from surveys.models import Dossier, Measurement
from surveys.reports import NationalReport

RUNS: Final = {25: 5, 1_000: 3, 10_000: 1}
"""How many units, and in how many processes each file is made."""
FLOOR: Final = "openpyxl, the same cells"
FILES: Final = {
    FLOOR: 1_000,
    "data.xlsx, the same cells": 1_000,
    "data.xlsx": 10_000,
    "data.csv": 10_000,
    "national.xlsx": 1_000,
    "national.ods": 25,
    "units.xlsx": 25,
}
"""The files, and up to how many units each is made: so that all of it takes minutes."""


def main() -> None:
    """Measure everything, and print the tables."""
    from benchmarks import report  # what is measured does not load it

    heading("Tables as files")
    rows = []
    with tempfile.TemporaryDirectory(prefix="meetlat-bench-") as folder:
        for units, runs in RUNS.items():
            url = f"sqlite:///{folder}/{units}.sqlite"
            say(f"Files: {units:,} units ...")
            alone("benchmarks.exports", "make", url, units)
            floor: float | None = None
            for name, most in FILES.items():
                if units > most:
                    continue
                found = [alone("benchmarks.exports", name, url) for _ in range(runs)]
                times = Times(tuple(each["seconds"] for each in found))
                worked = Times(tuple(each["worked"] for each in found)).median
                if name == FLOOR:
                    floor = worked
                compared = ratio(worked, floor) if floor and name.endswith("the same cells") else ""
                rows.append(_row(units, name, found, times, worked, compared))
    columns = ["units", "file", "cells", "median (ms)", "p95", "p99", "processor (ms)", "to the floor"]
    table([*columns, "peak before (MB)", "peak (MB)", "size (kB)"], rows, words=2)
    report.main()


def _row(units: int, name: str, found: list[Any], times: Times, worked: float, compared: str) -> list[str]:
    return [
        f"{units:,}",
        name,
        f"{found[0]['cells']:,}" if found[0]["cells"] else "",
        *(milliseconds(each) for each in (times.median, times.p95, times.p99)),
        milliseconds(worked),
        compared,
        megabytes(max(each["before"] for each in found)),
        megabytes(max(each["peak"] for each in found)),
        f"{found[0]['size'] / 1000:,.0f}",
    ]


# --- in a process of its own


def measure(name: str, url: str) -> None:
    """Make one file in this process, and tell what it took: from the database on, where it is read."""
    with (
        database.reading(),
        Session(database.standalone_engine(url)) as session,
        TemporaryFile() as out,
    ):
        write, cells = _JOBS[name](session)
        before = peak()
        with watch() as watched:
            write(out)
        size = out.seek(0, 2)
    took = {"seconds": watched.seconds, "worked": watched.processor}
    tell({**took, "cells": cells, "before": before, "peak": peak(), "size": size})


Job = Callable[[Session], tuple[Callable[[IO[bytes]], object], int]]
"""Prepares a file: gives what writes it, and how many cells it has (0: not counted)."""


def _measurement(session: Session) -> Measurement:
    return session.scalars(sa.select(Measurement).where(Measurement.code == worlds.LATEST)).one()


def _report(session: Session) -> NationalReport:
    measurement = _measurement(session)
    return reports.national(session, measurement, measurement.pins[0].instrument)


def _data(picture: NationalReport, most: int | None = None) -> Book:
    """A book of nothing but the table of all answers, or of its first rows."""
    sheet = national_data.data([picture])
    if most is not None and len(sheet.rows) > most:
        every = sheet.rows
        sheet = replace(sheet, rows=Streamed(most, lambda: islice(every, most)))
    return Book("Data", "", False, picture.made_at, (sheet,), sheet.name)


def _cells(book: Book) -> int:
    return len(book.main.rows) * len(book.main.columns)


def _from_database(form: str, most: int | None = None) -> Job:
    def job(session: Session) -> tuple[Callable[[IO[bytes]], object], int]:
        book = _data(_report(session), most)
        return lambda out: FORMATS[form].save(book, out), _cells(book)

    return job


def _in_memory(session: Session) -> tuple[Callable[[IO[bytes]], object], int]:
    book = _data(_report(session))
    book = replace(book, sheets=(replace(book.main, rows=list(book.main.rows)),))
    return lambda out: FORMATS["xlsx"].save(book, out), _cells(book)


def _floor(session: Session) -> tuple[Callable[[IO[bytes]], object], int]:
    book = _data(_report(session))
    rows = [[value_of(cell) for cell in row] for row in book.main.rows]

    def write(out: IO[bytes]) -> None:
        workbook = Workbook(write_only=True)
        sheet = workbook.create_sheet("Data")
        for row in rows:
            sheet.append(row)
        workbook.save(out)

    return write, _cells(book)


def _national(form: str) -> Job:
    def job(session: Session) -> tuple[Callable[[IO[bytes]], object], int]:
        return lambda out: FORMATS[form].save(national.book(_report(session)), out), 0

    return job


def _units(session: Session) -> tuple[Callable[[IO[bytes]], object], int]:
    mine = sa.select(Dossier).where(Dossier.measurement_id == _measurement(session).id)

    def write(out: IO[bytes]) -> None:
        for dossier in session.scalars(mine):
            FORMATS["xlsx"].save(region.book(reports.region(session, dossier)), out)

    return write, 0


_JOBS: Final[dict[str, Job]] = {
    FLOOR: _floor,
    "data.xlsx, the same cells": _in_memory,
    "data.xlsx": _from_database("xlsx", MAX_ROWS - 1),
    "data.csv": _from_database("csv"),
    "national.xlsx": _national("xlsx"),
    "national.ods": _national("ods"),
    "units.xlsx": _units,
}

if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    elif sys.argv[1] == "make":
        worlds.make(sys.argv[2], int(sys.argv[3]))
        tell(Path(sys.argv[2]).name)
    else:
        measure(sys.argv[1], sys.argv[2])
