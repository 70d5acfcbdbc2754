"""The tables of a database as they are, at whatever revision, and their values in JSON and back.

Read from the database itself and not from the models: a backup of before an upgrade has other tables than
the models of after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from math import isfinite
from typing import Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from sqlalchemy.types import TypeEngine

from app import database
from app.backup.archive import BackupFault
from surveys.models.base import UtcDateTime

LEFT_OUT = frozenset({"alembic_version", "login_session", "packed_answers", "presence", "rate_window"})
"""The revision stands in the manifest; who is where this minute, and how often, is worth no backup. Sessions
must not come back to life: one that ended since would be good again. Packed answers follow from answers."""
_LARGEST = 2**63


@dataclass(frozen=True)
class Kind:
    """How values of some type of column go into JSON and out of it. None stays None.

    `read` raises ValueError or TypeError for what is no such value.
    """

    column: TypeEngine[Any]
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def _only(type_: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not type_:
            raise TypeError
        return value

    return read


def _whole(value: Any) -> int:
    if type(value) is not int or not -_LARGEST <= value < _LARGEST:
        raise ValueError
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not isfinite(value):
        raise ValueError
    return float(value)


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError
    return found


KINDS: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (sa.Boolean, Kind(sa.Boolean(), _same, _only(bool))),
    # the widest: the database itself refuses what does not fit a narrower column
    (sa.Integer, Kind(sa.BigInteger(), _same, _whole)),
    (sa.Float, Kind(sa.Float(), _same, _number)),
    (sa.String, Kind(sa.String(), _same, _only(str))),
    (sa.DateTime, Kind(UtcDateTime(), datetime.isoformat, _moment)),
    (sa.Date, Kind(sa.Date(), date.isoformat, date.fromisoformat)),
    # none_as_null: a value that is absent is absent in the database too, never the JSON text "null"
    (sa.JSON, Kind(sa.JSON(none_as_null=True), _same, _same)),
)
"""The types that our tables use. A new one needs a row here."""


def kind_of(column: TypeEngine[Any]) -> Kind:
    """How values of this type are written and read. Raises LookupError for a type without a row in KINDS."""
    for type_, kind in KINDS:
        if isinstance(column, type_):
            return kind
    raise LookupError(f"no way to back up a column of type {column!r}")


@dataclass(frozen=True)
class Table:
    """One table: its columns with how each is written, and the columns that its rows are put in order by."""

    name: str
    kinds: Mapping[str, Kind]
    key: tuple[str, ...]

    @cached_property
    def clause(self) -> sa.TableClause:
        """The table for use in statements."""
        return sa.table(self.name, *(sa.column(name, kind.column) for name, kind in self.kinds.items()))

    @property
    def numbered(self) -> list[str]:
        """The columns of the key that may be numbered by the database."""
        return [name for name in self.key if isinstance(self.kinds[name].column, sa.Integer)]

    def to_json(self, row: Iterable[Any]) -> dict[str, Any]:
        """A row from the database, its values in the order of the columns, as JSON has it."""
        pairs = zip(self.kinds.items(), row, strict=True)
        return {name: None if value is None else kind.write(value) for (name, kind), value in pairs}

    def from_json(self, row: Mapping[str, Any], where: str) -> dict[str, Any]:
        """A row from a backup, for the database. Raises BackupFault, which begins with `where`."""
        if row.keys() != self.kinds.keys():
            for name in sorted(row.keys() - self.kinds.keys()):
                raise BackupFault(f"{where}: de kolom {name[:60]!a} is onbekend.")
            missing = min(self.kinds.keys() - row.keys())
            raise BackupFault(f"{where}: de kolom {missing} ontbreekt.")
        found = {}
        for name, kind in self.kinds.items():
            try:
                found[name] = None if row[name] is None else kind.read(row[name])
            except (TypeError, ValueError) as error:
                raise BackupFault(f"{where}: {name} heeft een waarde die daar niet past.") from error
        return found


def read(connection: sa.Connection) -> list[Table]:
    """The tables that a backup holds, those that others refer to first."""
    found = sa.MetaData()
    found.reflect(connection)
    return [
        Table(
            table.name,
            {column.name: kind_of(column.type) for column in table.columns},
            tuple(column.name for column in table.primary_key),
        )
        for table in found.sorted_tables
        if table.name not in LEFT_OUT
    ]


def revision(connection: sa.Connection) -> str | None:
    """The revision of the schema; None when no migration ever ran."""
    return MigrationContext.configure(connection).get_current_revision()


def known(revision: str) -> bool:
    """Whether this Meetlat has the migration that made this revision."""
    return revision in {each.revision for each in database.migrations().walk_revisions()}
