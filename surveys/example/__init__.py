"""The example data, made up, as frozen rows; `fill` puts them into a database.

The files beside this one are the truth: `rounds.toml`, `people.csv`, one `answers-MEASUREMENT.csv` a
measurement, and `targets.json`, which says what the answers of 2013 must count up to (the tests hold it).
`series.toml` is the exception: its figures were published, and each says where. Units and links are real too,
and stand in `surveys/data`. README.md in either place says where they come from.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from scoring.model import Value
from surveys import instruments
from surveys.figures import CellDetails, KindDetails, SeriesDetails
from surveys.instruments import Instrument, Question

HERE = Path(__file__).parent
DATA = HERE.parent / "data"


@dataclass(frozen=True, slots=True)
class Round:
    """A measurement: when it ran, what it pins (code and version), how far its dossiers are.

    The units begin within `spread_days` after `sent_out`. `submitted`: every dossier is signed and handed in;
    otherwise only those of `handed_in`, and those of `signed_once` are complete and carry one signature. The
    last three say what the measurement wants to know, what is within it, and with whom that was discussed.
    """

    code: str
    name: str
    kind: str
    year: int
    first: date
    last: date
    sent_out: date
    due_on: date
    spread_days: int
    state: str
    submitted: bool
    handed_in: frozenset[str]
    signed_once: frozenset[str]
    instruments: tuple[tuple[str, str], ...]
    question: str = ""
    scope: str = ""
    discussed_with: str = ""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit, with its place on the tile map (row and column, from 1) if it has one."""

    code: str
    kind: str
    name: str
    short: str
    valid_from: date
    tile: tuple[int, int] | None
    province: str | None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """That a unit belonged to another, from a day until (not including) another; the note says how sure."""

    unit: str
    parent: str
    valid_from: date
    valid_until: date | None
    note: str


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation that inspects or administers."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody with an account, in one role; `place` is the code of a unit or of an organisation.

    `shown`: who it is, for an account to tell a newcomer about; empty for the others.
    """

    email: str
    name: str
    role: str
    place: str
    valid_from: date
    shown: str = ""


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A series of published figures, and the day on which it is kept."""

    code: str
    kept_on: date
    details: SeriesDetails


@dataclass(frozen=True, slots=True)
class ExampleAnswer:
    """One answer: a value in its canonical form or `onbekend` or `nvt`; documents as (title, page)."""

    value: Value = None
    special: str | None = None
    note: str | None = None
    documents: tuple[tuple[str, str], ...] = ()


@cache
def measurements() -> tuple[Round, ...]:
    """The measurements: the regions' with the earliest first, then those of other kinds of units."""
    rows = tomllib.loads((HERE / "rounds.toml").read_text("utf-8"))["rounds"]
    return tuple(
        Round(
            **{
                **row,
                "handed_in": frozenset(row.get("handed_in", ())),
                "signed_once": frozenset(row.get("signed_once", ())),
                "instruments": tuple((code, version) for code, version in row["instruments"]),
            }
        )
        for row in rows
    )


def units() -> list[UnitRow]:
    """The 25 veiligheidsregio's, the three RMC's, the parts of Defensie, and the parties of a deployment."""
    return [
        UnitRow(
            code=row["code"],
            kind=row["kind"],
            name=row["name"],
            short=row["short"],
            valid_from=date.fromisoformat(row["valid_from"]),
            tile=(int(row["tile_row"]), int(row["tile_column"])) if row["tile_row"] else None,
            province=row["province"] or None,
        )
        for row in _rows(DATA / "units.csv")
    ]


def links() -> list[LinkRow]:
    """Which region belonged to which RMC, and later brigade, in order of time for each region."""
    return [
        LinkRow(
            unit=row["unit"],
            parent=row["parent"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
            note=f"{row['note']} Zekerheid: {row['certainty']}.",
        )
        for row in _rows(DATA / "links.csv")
    ]


def organisations() -> list[OrganisationRow]:
    """The two organisations that inspect together."""
    return [OrganisationRow("INSP", "Inspectie"), OrganisationRow("AFD", "Audit Functie Defensie")]


def people() -> list[PersonRow]:
    """Made-up people: who sign for each unit, two inspectors and a beheerder."""
    return [
        PersonRow(
            email=row["email"],
            name=row["name"],
            role=row["role"],
            place=row["place"],
            valid_from=date.fromisoformat(row["valid_from"]),
            shown=row["shown"],
        )
        for row in _rows(HERE / "people.csv")
    ]


def shown_accounts() -> list[tuple[str, str]]:
    """The accounts to tell a newcomer about: e-mail address and who it is."""
    return [(row.email, row.shown) for row in people() if row.shown]


def series() -> list[SeriesRow]:
    """The series of figures; not made up, unlike the rest."""
    rows = tomllib.loads((HERE / "series.toml").read_text("utf-8"))["series"]
    return [
        SeriesRow(
            code=row["code"],
            kept_on=row["kept_on"],
            details=SeriesDetails(
                title=row["title"],
                unit=row["unit"],
                source=row["source"],
                note=row["note"],
                first_year=str(row["first_year"]),
                last_year=str(row["last_year"]),
                kinds=tuple(map(_line, row["kinds"])),
            ),
        )
        for row in rows
    ]


def _line(row: dict[str, Any]) -> KindDetails:
    cells = {found["year"]: CellDetails(found["text"], found["source"]) for found in row["figures"]}
    return KindDetails(row["label"], row.get("total", False), cells)


@cache
def questionnaires() -> dict[tuple[str, str], Instrument]:
    """The questionnaires that come with Meetlat, by code and version."""
    loaded = (instruments.load(path) for path in instruments.builtin())
    return {(instrument.code, instrument.version): instrument for instrument in loaded}


@cache
def pinned(measurement: str) -> dict[str, Instrument]:
    """The questionnaires of a measurement, by the kind of unit that fills them in.

    Raises KeyError for an unknown measurement.
    """
    wanted = {round_.code: round_.instruments for round_ in measurements()}[measurement]
    found = questionnaires()
    return {found[pin].unit: found[pin] for pin in wanted}


def answers(measurement: str) -> dict[str, dict[str, ExampleAnswer]]:
    """The answers of a measurement: unit -> question -> answer. Units that have not begun are left out.

    Raises KeyError for an unknown measurement.
    """
    kinds = {unit.code: unit.kind for unit in units()}
    lists = pinned(measurement)
    found: dict[str, dict[str, ExampleAnswer]] = {}
    for row in _rows(HERE / f"answers-{measurement}.csv"):
        question = lists[kinds[row["unit"]]].questions[row["question"]]
        found.setdefault(row["unit"], {})[question.code] = ExampleAnswer(
            value=_value(question, row["value"]),
            special=row["special"] or None,
            note=row["note"] or None,
            documents=tuple(_documents(row["documents"])),
        )
    return found


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _value(question: Question, text: str) -> Value:
    """A value as it stands in a file: the codes of a multi joined by `;`, numbers with a point."""
    if not text:
        return None
    if question.type == "multi":
        return text.split(";")
    if question.type == "number":
        number = float(text)
        return int(number) if number.is_integer() else number
    return text


def _documents(text: str) -> Iterator[tuple[str, str]]:
    """References as they stand in a file: `title|page`, joined by `;`."""
    for reference in filter(None, text.split(";")):
        title, _, page = reference.partition("|")
        yield title, page
