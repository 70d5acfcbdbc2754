"""Finding the rows of a measurement: down from the measurement, and everything that those refer to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import sqlalchemy as sa

from app.archive.layout import (
    IMPORTED,
    LOG,
    RETENTION,
    ROOT,
    SERIES,
    Kept,
    detail_table,
    embedded_columns,
    kept,
    owned,
    subject_table,
)

Row = dict[str, Any]
Rows = dict[str, list[Row]]
IDS_AT_ONCE = 500
"""So many ids go into one query: SQLite takes no more than some thousands."""


def gather(connection: sa.Connection, measurement_id: int) -> Rows:
    """All rows of a measurement's archive by table, each once, as the database has them, in no order."""
    return _Gathering(connection).of(measurement_id)


class _Gathering:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._rows: defaultdict[str, dict[Any, Row]] = defaultdict(dict)
        self._new: list[tuple[Kept, list[Row]]] = []

    def of(self, measurement_id: int) -> Rows:
        """Follow everything from the measurement until nothing new comes."""
        self._fetch(kept()[ROOT], "id", [measurement_id])
        made_up = self._rows[ROOT][measurement_id]["fictief"]
        series = kept()[SERIES]
        # figures that are made up have no place beside a measurement that is not
        self._add(series, self._select(series, sa.true() if made_up else ~series.clause.c.fictief))
        self._follow()
        log = kept()[LOG]
        action = log.clause.c.action
        ours = (action == IMPORTED) | action.startswith(RETENTION, autoescape=True)
        about = log.clause.c.subject.in_(owned()) & ~ours
        self._add(log, filter(self._told_here, self._select(log, about)))
        self._follow()
        return {name: list(self._rows[name].values()) for name in kept()}

    def _follow(self) -> None:
        while self._new:
            table, rows = self._new.pop()
            for other in kept().values():
                if other.owner is not None and other.references[other.owner] == table.table:
                    self._fetch(other, other.owner, [row["id"] for row in rows])
            for name, ids in self._wanted(table, rows).items():
                if kept()[name].key and kept()[name].owner is None:
                    self._fetch(kept()[name], "id", ids - self._rows[name].keys())

    def _wanted(self, table: Kept, rows: list[Row]) -> Mapping[str, set[int]]:
        """The ids that rows refer to, by table."""
        found: defaultdict[str, set[int]] = defaultdict(set)

        def note(name: str, number: int) -> int:
            found[name].add(number)
            return number

        for row in rows:
            for column, name in table.references.items():
                if row[column] is not None:
                    note(name, row[column])
            if table.table != LOG:  # what a line of the log names may be gone, or of another measurement
                for _ in embedded_columns(table, row, note):
                    pass
        return found

    def _fetch(self, table: Kept, column: str, ids: Iterable[int]) -> None:
        numbers = iter(sorted(ids))
        while some := list(islice(numbers, IDS_AT_ONCE)):
            self._add(table, self._select(table, table.clause.c[column].in_(some)))

    def _select(self, table: Kept, which: sa.ColumnElement[bool]) -> Iterator[Row]:
        columns = table.columns
        names = [column.name for column in columns]
        for found in self._connection.execute(sa.select(*columns).where(which)):
            yield dict(zip(names, found, strict=True))

    def _add(self, table: Kept, rows: Iterable[Row]) -> None:
        known = self._rows[table.table]
        keys = [column.name for column in table.clause.primary_key]
        fresh = {row["id"] if table.numbered else tuple(row[name] for name in keys): row for row in rows}
        fresh = {key: row for key, row in fresh.items() if key not in known}
        if fresh:
            known.update(fresh)
            self._new.append((table, list(fresh.values())))

    def _told_here(self, line: Row) -> bool:
        """Whether a line of the log is about a row of the archive, or one that is gone and was of it."""
        if self._is_here(subject_table(line["subject"]), line["subject_id"]):
            return True
        detail = line["detail"] if isinstance(line["detail"], dict) else {}
        return any(self._is_here(detail_table(name), value) for name, value in detail.items())

    def _is_here(self, table: str | None, number: Any) -> bool:
        return table in owned() and type(number) is int and number in self._rows[table]
