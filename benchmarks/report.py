"""How long the reports of the example measurement of 2013 take, and how much memory: PDF, Word and others.

*read* lays out the report from the database, *write* makes the file; both include loading the library that
writes it, which a server that runs has done already. The archive reads while it writes.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from typing import Any, Final

from app import archive
from app.cli.context import application, settings
from app.cli.reports import find_measurement
from app.extensions import db
from benchmarks.alone import alone, tell
from benchmarks.tables import Times, heading, megabytes, milliseconds, peak, say, table, watch
from exports.documents import DOCUMENTS
from exports.report.national import report
from surveys.filestore import Folder
from surveys.models import Measurement
from surveys.reports.whole import whole

MEASUREMENT: Final = "eindmeting-2013"
RUNS: Final = 3
EXAMPLE: Final = "example"


def main() -> None:
    """Measure everything, and print the table."""
    heading("Reports of the example")
    with tempfile.TemporaryDirectory(prefix="meetlat-bench-") as folder:
        own = {
            "MEETLAT_DATABASE_URL": f"sqlite:///{folder}/example.sqlite",
            "MEETLAT_DATA_DIR": folder,
            "MEETLAT_SECRET_KEY": "a key that protects nothing: made-up data in a passing folder",
        }
        say("Reports: making the example data ...")
        alone("benchmarks.report", EXAMPLE, settings=own)
        rows = []
        for name in _JOBS:
            say(f"Reports: {name} ...")
            rows.append(_row(name, [alone("benchmarks.report", name, settings=own) for _ in range(RUNS)]))
    columns = ["file", "read: median (ms)", "p95", "write: median (ms)", "p95", "processor (ms)"]
    table([*columns, "peak (MB)", "size (kB)"], rows)


def _row(name: str, found: list[Any]) -> list[str]:
    read, write, processor = (
        Times(tuple(each[part] for each in found)) for part in ("read", "write", "processor")
    )
    return [
        name,
        *(milliseconds(each) for each in (read.median, read.p95, write.median, write.p95, processor.median)),
        megabytes(max(each["peak"] for each in found)),
        f"{found[0]['size'] / 1000:,.0f}",
    ]


# --- in a process of its own


def make() -> None:
    """Fill an empty database with the example."""
    from app.cli.setup import fill, migrate

    migrate(settings())
    with tempfile.TemporaryFile("w+") as told:
        out, sys.stdout = sys.stdout, told
        with application():
            fill(settings())
        sys.stdout = out
    tell(None)


def measure(name: str) -> None:
    """Make one file in this process, and tell what it took."""
    read, write = _JOBS[name]
    with application(reading=True):
        measurement = find_measurement(MEASUREMENT)
        with watch() as reading:
            data = read(measurement)
        with watch() as writing:
            content = write(data)
    tell(
        {
            "read": reading.seconds,
            "write": writing.seconds,
            "processor": reading.processor + writing.processor,
            "peak": peak(),
            "size": len(content),
        }
    )


def _document(measurement: Measurement) -> Any:
    return report(whole(db.session(), measurement)).document


def _same(measurement: Measurement) -> Measurement:
    return measurement


def _archive(measurement: Measurement) -> bytes:
    return archive.make(db.session(), measurement, Folder(settings().files), with_files=False)


_JOBS: Final[dict[str, tuple[Callable[[Measurement], Any], Callable[[Any], bytes]]]] = {
    **{name: (_document, form.write) for name, form in DOCUMENTS.items()},
    "json": (_same, _archive),
}
"""What reads the data of a file and what writes it: the report in each form, the archive."""

if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    elif sys.argv[1] == EXAMPLE:
        make()
    else:
        measure(sys.argv[1])
