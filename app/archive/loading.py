"""Putting an archive that is in order into a database: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.archive import derived
from app.archive.checking import Checked, content_of
from app.archive.document import ArchiveFault, canonical, shown
from app.archive.gathering import Row
from app.archive.layout import IMPORTED, ROOT, Kept, embedded_columns, kept
from app.backup.checking import rule
from surveys import log
from surveys.acting import By, today
from surveys.filestore import FileStore
from surveys.models import Assignment, Measurement, Person


@dataclass(frozen=True)
class Loaded:
    """What came: `added` rows, `reused` rows that were here already, and whether the scores are the same.

    `entitled`: the addresses of accounts that are on here, and that got a role that holds.
    """

    added: int
    reused: int
    same_scores: bool
    entitled: tuple[str, ...]


@contextmanager
def load(session: Session, archive: Checked, files: FileStore) -> Iterator[Loaded]:
    """Put an archive in; whoever calls commits within the context, or raises, and then nothing came.

    Rows that measurements share are used as they are when they are here already. Raises ArchiveFault when the
    measurement is here, something contradicts what is here, or the database refuses a row.
    """
    if session.scalar(sa.select(Measurement.id).where(Measurement.code == archive.code)) is not None:
        raise ArchiveFault(f"de meting {shown(archive.code)} is er al. Er is niets gewijzigd.")
    known = set(files.names())
    _present(archive, known)
    fresh = [sha256 for sha256 in archive.files if sha256 not in known]
    try:
        for sha256 in fresh:
            files.put(content_of(archive.files[sha256], sha256))
        yield _rows(session, archive)
    except BaseException:
        session.rollback()
        for sha256 in fresh:
            files.remove(sha256)
        raise


def _present(archive: Checked, known: set[str]) -> None:
    missing = sorted(sha256 for sha256, text in archive.files.items() if text is None and sha256 not in known)
    if missing:
        raise ArchiveFault(
            f"dit archief is zonder bestanden gemaakt, en {len(missing)} ervan zijn hier niet (zoals"
            f" {missing[0]}). Zet ze eerst in de map met bestanden."
        )


def _rows(session: Session, archive: Checked) -> Loaded:
    loading = _Loading(session.connection())
    last_role = session.scalar(sa.select(sa.func.max(Assignment.id))) or 0
    for table in kept().values():
        try:
            loading.table(table, archive.rows[table.table])
        except DBAPIError as error:
            raise ArchiveFault(f"{table.table}: de database weigert dit ({rule(error)}).") from error
    (measurement_id,) = loading.ids[ROOT]
    log.write(session, IMPORTED, By.system(), ROOT, measurement_id, archive=archive.seal)
    session.flush()
    found = derived.derive(session, session.get_one(Measurement, measurement_id))
    same = canonical(found) == canonical(archive.derived)
    return Loaded(loading.added, loading.reused, same, _entitled(session, last_role))


def _entitled(session: Session, last_role: int) -> tuple[str, ...]:
    """Who can use a role that came after `last_role`: not those who came along, whose accounts are off."""
    holds = sa.or_(Assignment.valid_until.is_(None), Assignment.valid_until > today())
    query = sa.select(Person.email).join(Assignment, Assignment.person_id == Person.id)
    return tuple(
        session.scalars(
            query.where(Assignment.id > last_role, Person.active, holds).distinct().order_by(Person.email)
        )
    )


class _Loading:
    """Puts in table after table. `ids` has the id that each row got here, in the order of their numbers."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self.ids: dict[str, list[int]] = {}
        self.added = self.reused = 0

    def table(self, table: Kept, rows: list[Row]) -> None:
        """Put in the rows of a table that are not here yet."""
        here = [self._translated(table, row) for row in rows]
        found = self._known(table, here) if table.key else [None] * len(here)
        fresh = [row for row, other in zip(here, found, strict=True) if other is None]
        given = iter(self._insert(table, fresh))
        if table.numbered:
            self.ids[table.table] = [next(given) if other is None else other["id"] for other in found]
        self.added += len(fresh)
        self.reused += len(rows) - len(fresh)

    def _id(self, table: str, number: int) -> int:
        return self.ids[table][number - 1]

    def _translated(self, table: Kept, row: Row) -> Row:
        """A row with the ids of this database; its own it gets when it comes."""
        found = row | dict(embedded_columns(table, row, self._id))
        for column, other in table.references.items():
            if row[column] is not None:
                found[column] = self._id(other, row[column])
        found.pop("id", None)
        return found

    def _known(self, table: Kept, rows: list[Row]) -> list[Row | None]:
        """For each row the one that is here already, by its key. Raises ArchiveFault for a contradiction."""
        columns = table.columns
        names = [column.name for column in columns]
        here = {}
        for values in self._connection.execute(sa.select(*columns)):
            other = dict(zip(names, values, strict=True))
            here[_key(table, other)] = other
        found: list[Row | None] = []
        for row in rows:
            same = here.get(_key(table, row))
            if same is not None:
                _agree(table, row, same)
            found.append(same)
        return found

    def _insert(self, table: Kept, rows: list[Row]) -> list[int]:
        """Put rows in, in this order; their ids, which rise in the same order."""
        if not rows:
            return []
        full = [row | {name: make() for name, make in table.left_out.items()} for row in rows]
        statement = sa.insert(table.clause)
        if not table.numbered:
            self._connection.execute(statement, full)
            return []
        returning = statement.returning(table.clause.c.id, sort_by_parameter_order=True)
        return list(self._connection.scalars(returning, full))


def _key(table: Kept, row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in table.key)


def _agree(table: Kept, row: Row, other: Row) -> None:
    for name in row.keys() - table.may_differ:
        if row[name] != other[name]:
            which = ", ".join(shown(value) for value in _key(table, row))
            raise ArchiveFault(
                f"{table.table} {which} is hier al, met een andere waarde bij {name}. Er is niets gewijzigd."
            )
