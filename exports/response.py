"""The response to a measurement as a file: a row for each dossier that was shown."""

from __future__ import annotations

from datetime import datetime

from exports.book import DAY, MOMENT, TEXT, WHOLE, Book, Column, Sheet
from exports.formats import FORMATS
from exports.text import file_name
from surveys.monitor import Monitor
from surveys.reports import MeasurementInfo

COLUMNS = (
    Column("Code", 14, TEXT),
    Column("Eenheid", 36),
    Column("Hoort bij", 28),
    Column("Stand", 16),
    Column("Ingevuld", 10, WHOLE),
    Column("Gevraagd", 10, WHOLE),
    Column("Open punten", 12, WHOLE),
    Column("Laatste activiteit", 26, MOMENT),
    Column("Termijn", 20, DAY),
    Column("Te laat", 8),
    Column("Wie moet iets doen", 60),
    Column("Laatste herinnering", 26, MOMENT),
    Column("Aantal herinneringen", 12, WHOLE),
)


def book(measurement: MeasurementInfo, monitor: Monitor, made_at: datetime) -> Book:
    """Lay out the rows as they are shown, in their order."""
    rows = [
        (
            row.unit.code,
            row.unit.name,
            row.brigade.name if row.brigade else None,
            row.state_label,
            row.done,
            row.asked,
            row.points,
            row.last_activity_at,
            row.due_on,
            "ja" if row.late else "nee",
            "; ".join(row.who),
            row.reminded.last_at if row.reminded else None,
            row.reminded.count if row.reminded else 0,
        )
        for row in monitor.rows
    ]
    title = f"Respons, {measurement.name}"
    return Book(
        title=title,
        subject=f"{monitor.submitted} van de {monitor.total} vragenlijsten ingeleverd.",
        fictief=measurement.fictief,
        made_at=made_at,
        sheets=(Sheet("Respons", title, COLUMNS, rows, frozen=2),),
        table="Respons",
    )


def filename(measurement: MeasurementInfo, format: str) -> str:
    """Name the file, and say in it that the data is made up when it is. `format` is a key of FORMATS."""
    fictief = "fictief" if measurement.fictief else ""
    return file_name("meetlat", measurement.code, "respons", fictief) + FORMATS[format].suffix
