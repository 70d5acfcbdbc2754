"""How quickly the national picture comes from the database: 25, 1,000 and 10,000 units, three measurements.

*Cold* is the first picture of a new process, with nothing parsed, prepared or connected; *warm* is the next
ones in that process. The picture is every figure: of each factor in the three measurements with the changes,
of each question and statement. The floor reads the rows that it rests on through the plain driver.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from app import database
from benchmarks import worlds
from benchmarks.alone import alone, databases, tell
from benchmarks.scoring import whole
from benchmarks.tables import Times, heading, megabytes, milliseconds, peak, ratio, say, table, watch
from scoring import Results
from surveys import reports
from surveys.models import Measurement, PackedAnswers
from surveys.reports.compared import compared
from surveys.reports.heatmap import heatmap
from surveys.reports.source import parents

SIZES: Final = (25, 1_000, 10_000)
COLD: Final = 5
"""So many new processes."""
WARM: Final = 6
"""So often in each of them, the cold one included."""
WHAT: Final = {
    "picture": "national picture",
    "heatmap": "national picture, laid out as a heatmap",
    "compared": "two measurements compared",
    "unpacked": "national picture without packed answers",
}
SMALL_ONLY: Final = {"unpacked": 1_000}
"""What takes so long that it is measured up to a size only."""
ROWS: Final = """
SELECT dossier.id, dossier.state, unit.code, packed_answers.content
FROM dossier JOIN unit ON unit.id = dossier.unit_id
LEFT JOIN packed_answers ON packed_answers.dossier_id = dossier.id
"""


def main() -> None:
    """Measure everything, and print the table."""
    heading("The national picture")
    rows = []
    with databases() as places:
        for name, place in places.items():
            for units in SIZES:
                say(f"Picture: {units:,} units on {name} ...")
                url = _made(place, units)
                rows += [
                    _row(name, units, what, url) for what in WHAT if units <= SMALL_ONLY.get(what, units)
                ]
    columns = ["database", "units", "what", "cold: median (ms)", "p95", "p99", "processor"]
    columns += ["warm: median (ms)", "p95", "p99", "rows (ms)", "cold / rows", "queries", "peak (MB)"]
    table(columns, rows, words=3)


def _made(place: str, units: int) -> str:
    """A database with so many units, of which this process keeps nothing."""
    alone("benchmarks.picture", "make", place, units)
    return place.format(f"meetlat{units}")


def _row(name: str, units: int, what: str, url: str) -> list[str]:
    found = [alone("benchmarks.picture", what, url) for _ in range(COLD)]
    cold = Times(tuple(each["taken"][0] for each in found))
    warm = Times(tuple(time for each in found for time in each["taken"][1:]))
    floor = Times(tuple(each["floor"] for each in found))
    return [
        name,
        f"{units:,}",
        WHAT[what],
        *(milliseconds(each) for each in (cold.median, cold.p95, cold.p99)),
        milliseconds(Times(tuple(each["processor"] for each in found)).median),
        *(milliseconds(each) for each in (warm.median, warm.p95, warm.p99)),
        milliseconds(floor.median),
        ratio(cold.median, floor.median),
        str(found[0]["queries"]),
        megabytes(max(each["peak"] for each in found)),
    ]


# --- in a process of its own


def make(place: str, units: int) -> None:
    """Make the database."""
    name = f"meetlat{units}"
    if place.startswith("postgresql"):
        engine = sa.create_engine(place.format("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
    worlds.make(place.format(name), units)
    tell(None)


def measure(what: str, url: str) -> None:
    """Make the picture in this process, a few times, and tell what each took."""
    engine = database.standalone_engine(url)
    taken, queries, processor = [], 0, 0.0
    for _ in range(WARM):
        with database.reading(), _counted(engine) as asked, Session(engine) as session:
            if what == "unpacked":
                session.execute(sa.delete(PackedAnswers))  # rolled back
                asked.clear()
            with watch() as watched:
                _LOOKS[what](session)
        taken.append(watched.seconds)
        processor = processor or watched.processor  # of the cold one
        queries = len(asked)
    found = {"taken": taken, "processor": processor, "floor": _floor(engine)}
    tell({**found, "queries": queries, "peak": peak()})


def _floor(engine: sa.Engine) -> float:
    with engine.connect() as connection, watch() as watched:
        cursor = connection.connection.cursor()
        cursor.execute(ROWS)
        cursor.fetchall()
    return watched.seconds


@contextmanager
def _counted(engine: sa.Engine) -> Iterator[list[str]]:
    """The statements that go to the database meanwhile."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _latest(session: Session) -> Measurement:
    return session.scalars(sa.select(Measurement).where(Measurement.code == worlds.LATEST)).one()


def _picture(session: Session) -> reports.NationalReport:
    measurement = _latest(session)
    report = reports.national(session, measurement, measurement.pins[0].instrument)
    dict(report.national.questions)
    dict(report.statements)
    return report


def _heatmap(session: Session) -> object:
    report = _picture(session)
    return heatmap(report, parents(session, _latest(session)))


def _compared(session: Session) -> list[Results]:
    measurement = _latest(session)
    found = compared(session, measurement, measurement.pins[0].instrument)
    return [whole(side.results) for side in found.shown]


_LOOKS: Final[dict[str, Callable[[Session], Any]]] = {
    "picture": _picture,
    "heatmap": _heatmap,
    "compared": _compared,
    "unpacked": _picture,
}

if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    elif sys.argv[1] == "make":
        make(sys.argv[2], int(sys.argv[3]))
    else:
        measure(sys.argv[1], sys.argv[2])
