"""How long the files of the example measurement of 2013 take, and how much memory: `make bench`.

Each file is made in a process of its own: its time includes loading the library that writes it, and its peak
of memory is its own. The times are of the quickest of three runs, the peak is the highest of the three.

The country of 250 regions is the example with each region ten times: nine copies of its rows in `unit`,
`unit_name`, `unit_link`, `dossier`, `answer` and `answer_document`, of all measurements, under new numbers
and the codes VR026 to VR250. The copies have no place on the tile map, no visits, judgements or history, so
an archive of 250 real regions would be larger. Archives are made without the contents of evidence files.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from app import archive
from app.cli.context import application, settings
from app.cli.reports import find_measurement, national_reports
from app.extensions import db
from exports import national as national_export
from exports.documents import DOCUMENTS
from exports.formats import FORMATS
from exports.report.national import report
from surveys import figures
from surveys.filestore import Folder
from surveys.models import Measurement
from surveys.reports.judgements import judgements
from surveys.reports.whole import whole

MEASUREMENT = "eindmeting-2013"
REGIONS = 25
TIMES = 10
RUNS = 3
MEGA = 1_000_000
STEP = 10_000_000
"""How much higher the numbers of each next copy are. No table of the example has so many rows."""

COPIED = (
    ("unit", "kind = 'veiligheidsregio'", ()),
    ("unit_name", "unit_id IN (SELECT id FROM unit_copied)", ("unit_id",)),
    ("unit_link", "unit_id IN (SELECT id FROM unit_copied)", ("unit_id",)),
    ("dossier", "unit_id IN (SELECT id FROM unit_copied)", ("unit_id",)),
    ("answer", "dossier_id IN (SELECT id FROM dossier_copied)", ("dossier_id",)),
    ("answer_document", "answer_id IN (SELECT id FROM answer_copied)", ("answer_id",)),
)
"""What is copied: the table, which of its rows, and what in them refers to another copied row."""


@dataclass(frozen=True)
class Cost:
    """What one file took: seconds to read its data and to write it, of the processor, megabytes, its size."""

    reading: float
    writing: float
    processor: float
    peak: float
    size: int


def main() -> None:
    """Measure everything and print a table; with `--only` one file, in this process, as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--example", type=Path, help="a SQLite file that has the example data already")
    parser.add_argument("--only", choices=sorted(JOBS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        click.echo(json.dumps(asdict(_measured(*JOBS[given.only]))))
        return
    with tempfile.TemporaryDirectory(prefix="meetlat-bench-") as folder:
        _compare(Path(folder), given.example)


def _compare(folder: Path, example: Path | None) -> None:
    small, large = folder / "small.sqlite", folder / "large.sqlite"
    if example is None:
        click.echo("Making the example data ...", err=True)
        _run(small, "-c", "from app.cli import main; main(['demo'])")
    else:
        shutil.copyfile(example, small)
    shutil.copyfile(small, large)
    multiply(large)
    click.echo("| regions | file | read (s) | write (s) | processor (s) | peak (MB) | size (kB) |")
    click.echo("| ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for regions, path in ((REGIONS, small), (REGIONS * TIMES, large)):
        for name in JOBS:
            cost = _best([Cost(**json.loads(_run(path, __file__, "--only", name))) for _ in range(RUNS)])
            click.echo(
                f"| {regions} | {name} | {cost.reading:.2f} | {cost.writing:.2f} | {cost.processor:.2f}"
                f" | {cost.peak:.0f} | {cost.size / 1000:.0f} |"
            )


def _run(database: Path, *args: str) -> str:
    """Run Python on a database, and give what it prints."""
    own = {
        "MEETLAT_DATABASE_URL": f"sqlite:///{database}",
        "MEETLAT_DATA_DIR": str(database.parent),
        "MEETLAT_SECRET_KEY": "a key that protects nothing: made-up data in a passing folder",
    }
    ran = subprocess.run([sys.executable, *args], env=os.environ | own, stdout=subprocess.PIPE, check=True)
    return ran.stdout.decode()


def _best(found: list[Cost]) -> Cost:
    quickest = min(found, key=lambda cost: cost.reading + cost.writing)
    return Cost(**{**asdict(quickest), "peak": max(cost.peak for cost in found)})


# --- one file, in a process of its own

Read = Callable[[Measurement], Any]
Write = Callable[[Any], bytes]


def _document(measurement: Measurement) -> Any:
    return report(whole(db.session(), measurement)).document


def _book(measurement: Measurement) -> Any:
    return national_export.book(
        *national_reports(measurement),
        judgements=judgements(db.session(), measurement),
        series=figures.listed(db.session()),
    )


def _archive(measurement: Measurement) -> bytes:
    return archive.make(db.session(), measurement, Folder(settings().files), with_files=False)


JOBS: dict[str, tuple[Read, Write]] = {
    **{name: (_document, form.write) for name, form in DOCUMENTS.items()},
    **{name: (_book, form.write) for name, form in FORMATS.items()},
    "json": (lambda measurement: measurement, _archive),
}
"""What reads the data of a file and what writes it: the report, the national export, the archive."""


def _measured(read: Read, write: Write) -> Cost:
    with application(reading=True):
        measurement = find_measurement(MEASUREMENT)
        processor, began = time.process_time(), time.perf_counter()
        data = read(measurement)
        between = time.perf_counter()
        content = write(data)
        ended = time.perf_counter()
        return Cost(
            between - began,
            ended - between,
            time.process_time() - processor,
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEGA,  # kilobytes, on Linux
            len(content),
        )


# --- ten times as many regions


def multiply(path: Path) -> None:
    """Give a database with the example data ten of each region, in every measurement."""
    with sqlite3.connect(path) as connection:
        for table, which, refers in COPIED:
            connection.execute(f"CREATE TEMP TABLE {table}_copied AS SELECT * FROM {table} WHERE {which}")
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            taken = {name: f"{name} + :nth * {STEP}" for name in ("id", *refers)}
            if table == "unit":
                taken |= {
                    "code": f"printf('VR%03d', substr(code, 3) + :nth * {REGIONS})",
                    "tile_row": "NULL",
                    "tile_column": "NULL",
                }
            values = ", ".join(taken.get(name, name) for name in columns)
            connection.executemany(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table}_copied",
                [{"nth": nth} for nth in range(1, TIMES)],
            )
    connection.close()


if __name__ == "__main__":
    main()
