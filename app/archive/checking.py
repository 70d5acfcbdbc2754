"""Telling whether an archive is in order before anything is written: every part, value and reference."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.archive import derived, making
from app.archive.document import ArchiveFault, Document, load, shown
from app.archive.gathering import Row, Rows
from app.archive.layout import FILES_TABLE, PARTS, ROOT, Kept, embedded_columns, kept, kind
from surveys import dossiers, instruments, judging, measurements, running, units
from surveys.errors import Faults
from surveys.permissions import ROLES

WORDS: Mapping[tuple[str, str], Callable[[str], object]] = {
    ("measurement", "code"): running.CODE.fullmatch,
    ("measurement", "state"): measurements.STATES.__contains__,
    ("measurement_transition", "from_state"): measurements.STATES.__contains__,
    ("measurement_transition", "to_state"): measurements.STATES.__contains__,
    ("unit", "code"): units.CODE.fullmatch,
    ("unit", "kind"): units.KIND.fullmatch,
    ("assignment", "role"): ROLES.__contains__,
    ("dossier", "state"): dossiers.STATES.__contains__,
    ("dossier_transition", "from_state"): dossiers.STATES.__contains__,
    ("dossier_transition", "to_state"): dossiers.STATES.__contains__,
    ("signature", "role"): ROLES.__contains__,
    ("judgement_version", "state"): judging.STATES.__contains__,
    ("reaction", "role"): ROLES.__contains__,
}
"""Columns with words that mean something, where the database has no rule of its own: what fits there."""


@dataclass(frozen=True)
class Checked:
    """An archive that is in order. `rows` have values as the database takes them, and numbers for ids.

    `files` has each file in base64 by its SHA-256, None where it was left out.
    """

    code: str
    name: str
    fictief: bool
    rows: Rows
    files: Mapping[str, str | None]
    derived: Any
    seal: str


def read(path: Path) -> Checked:
    """Read an archive and hold it to everything that can be known without a database. Raises ArchiveFault.

    Raises OSError when the file can't be read.
    """
    document = load(path)
    content = {each.name: each.content for each in document.sections}
    _same_parts(document)
    written = _tables(content)
    rows = {name: _rows(table, written[name]) for name, table in kept().items()}
    _words(rows)
    _same_head(document, written)
    _references(rows)
    _digests(rows)
    _questionnaires(rows)
    _files(rows, content[making.FILES], with_files=document.head["files"])
    (measurement,) = rows[ROOT]
    return Checked(
        code=measurement["code"],
        name=measurement["name"],
        fictief=measurement["fictief"],
        rows=rows,
        files=content[making.FILES],
        derived=content[derived.NAME],
        seal=document.seal,
    )


def _same_parts(document: Document) -> None:
    expected = [*(part.name for part in PARTS), making.FILES, derived.NAME]
    names = [each.name for each in document.sections]
    for name in names:
        if name not in expected:
            raise ArchiveFault(f"deel {shown(name)} is onbekend.")
    for name in expected:
        if names.count(name) != 1:
            raise ArchiveFault(f"deel {name} ontbreekt, of staat er twee keer.")
    if names != expected:
        raise ArchiveFault("de delen staan niet in de goede volgorde.")


def _tables(content: Mapping[str, Any]) -> Rows:
    """The lists of rows of all parts by table, each row an object with exactly the columns of its table."""
    found: Rows = {}
    for part in PARTS:
        tables = content[part.name]
        names = {each.table for each in part.tables}
        if not isinstance(tables, dict) or tables.keys() != names:
            raise ArchiveFault(f"deel {part.name} heeft niet de lijsten {', '.join(sorted(names))}.")
        for each in part.tables:
            if not isinstance(tables[each.table], list):
                raise ArchiveFault(f"deel {part.name}: {each.table} is geen lijst.")
            found[each.table] = [_row(each, *numbered) for numbered in enumerate(tables[each.table], start=1)]
    if len(found[ROOT]) != 1:
        raise ArchiveFault("een archief heeft precies één meting.")
    return found


def _row(table: Kept, number: int, row: Any) -> Row:
    where = f"{table.table}, rij {number}"
    if not isinstance(row, dict):
        raise ArchiveFault(f"{where} is geen object.")
    columns = {column.name for column in table.columns}
    for name in sorted(row.keys() - columns):
        raise ArchiveFault(f"{where}: het veld {shown(name)} is onbekend.")
    for name in sorted(columns - row.keys()):
        raise ArchiveFault(f"{where}: het veld {name} ontbreekt.")
    if table.numbered and (type(row["id"]) is not int or row["id"] != number):
        raise ArchiveFault(f"{where}: id is niet {number}.")
    return row


def _same_head(document: Document, written: Rows) -> None:
    """Hold the head to what the rows say; only with what it was made may be anything."""
    head = document.head
    if not isinstance(head.get("made_with"), str) or not isinstance(head.get("files"), bool):
        raise ArchiveFault("head: made_with of files ontbreekt of past niet.")
    expected = making.head(written, with_files=head["files"], made_with=head["made_with"])
    for name in sorted(expected.keys() | head.keys()):
        if name not in expected or name not in head or head[name] != expected[name]:
            raise ArchiveFault(f"head: {shown(name)} klopt niet met de rest van het archief.")


def _rows(table: Kept, written: list[Row]) -> list[Row]:
    """Rows with their values as the database takes them."""
    found = []
    for number, row in enumerate(written, start=1):
        values = {}
        for column in table.columns:
            try:
                values[column.name] = _value(column, row[column.name])
            except (TypeError, ValueError, OverflowError) as error:
                raise ArchiveFault(
                    f"{table.table}, rij {number}: {column.name} heeft een waarde die daar niet past."
                ) from error
        found.append(values)
    return found


def _value(column: sa.Column[Any], value: Any) -> Any:
    """A value for the database. Raises TypeError or ValueError for one that a column can't have."""
    if value is None:
        if not column.nullable:
            raise ValueError
        return None
    how = kind(column)
    found = how.read(value)
    if isinstance(found, datetime):
        found = found.astimezone(UTC)
    if how.write(found) != value:  # another way to write the same: it would not come out as it came
        raise ValueError
    if isinstance(column.type, sa.String):
        found.encode()  # half of a surrogate pair is no text
        if "\0" in found or (column.type.length is not None and len(found) > column.type.length):
            raise ValueError
    return found


def _words(rows: Rows) -> None:
    """Refuse a word that no page knows: the database would take it, and the pages about it would break."""
    for (table, column), fits in WORDS.items():
        for place, row in enumerate(rows[table], start=1):
            if row[column] is not None and not fits(row[column]):
                raise ArchiveFault(
                    f"{table}, rij {place}: {column} is {shown(row[column])}, en dat kan niet."
                )


def _references(rows: Rows) -> None:
    """Refuse a number that no row of the archive has."""

    def number(name: str, value: int) -> int:
        if not 1 <= value <= len(rows[name]):
            raise LookupError(name)
        return value

    for name, table in kept().items():
        for place, row in enumerate(rows[name], start=1):
            try:
                for column, other in table.references.items():
                    if row[column] is not None:
                        number(other, row[column])
                for _ in embedded_columns(table, row, number):
                    pass
            except LookupError as error:
                raise ArchiveFault(
                    f"{name}, rij {place} verwijst naar een rij in {error.args[0]} die er niet is."
                ) from error


def _digests(rows: Rows) -> None:
    for name, table in kept().items():
        if table.digest is None:
            continue
        text, sha256 = table.digest
        for place, row in enumerate(rows[name], start=1):
            if hashlib.sha256(row[text].encode()).hexdigest() != row[sha256]:
                raise ArchiveFault(
                    f"{name}, rij {place}: {text} is niet de tekst waarvan de SHA-256 er staat."
                )


def _questionnaires(rows: Rows) -> None:
    """Refuse a questionnaire that Meetlat can't read, or that is another one than its row says."""
    for row in rows["instrument"]:
        where = f"vragenlijst {shown(row['code'])} {shown(row['version'])}"
        try:
            found = instruments.parse(row["text"], where)
        except Faults as error:
            raise ArchiveFault(error.faults[0]) from error
        said = (row["code"], row["version"], row["title"], row["unit_kind"])
        if said != (found.code, found.version, found.title, found.unit):
            raise ArchiveFault(f"{where}: de tekst is van een andere vragenlijst, versie of eenheid.")


def _files(rows: Rows, files: Any, *, with_files: bool) -> None:
    """Hold the contents of files to the rows about them."""
    sizes = {row["sha256"]: row["size"] for row in rows[FILES_TABLE]}
    if not isinstance(files, dict) or files.keys() != sizes.keys():
        raise ArchiveFault(f"deel {making.FILES}: dit zijn niet de bestanden van {FILES_TABLE}.")
    for sha256, size in sizes.items():
        where = f"bestand {shown(sha256)}"
        if (files[sha256] is not None) != with_files:
            raise ArchiveFault(f"{where} is er niet, of is er terwijl head zegt van niet.")
        if files[sha256] is None:
            continue
        content = content_of(files[sha256], where)
        if len(content) != size or hashlib.sha256(content).hexdigest() != sha256:
            raise ArchiveFault(f"{where} is niet wat er is bewaard: de controlesom klopt niet.")


def content_of(text: Any, where: str) -> bytes:
    """The bytes of a file in base64. Raises ArchiveFault, which begins with `where`, when it is none."""
    try:
        if not isinstance(text, str):
            raise TypeError
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError) as error:
        raise ArchiveFault(f"{where} is geen base64.") from error
