"""Numbers within an archive in place of the ids of a database, and values as JSON has them.

The same measurement gets the same numbers whatever database it is in. Rows that measurements share are in
the order of what tells them apart; the others in that of their ids, which an import keeps.
"""

from __future__ import annotations

from typing import Any

from app.archive.gathering import Row, Rows
from app.archive.layout import Kept, embedded_columns, kept, kind


def lay_out(gathered: Rows) -> Rows:
    """Rows as they are in the archive, with numbers for ids, in their order, by table."""
    numbers: dict[str, dict[int, int]] = {}
    found: Rows = {}
    for name, table in kept().items():  # those that others refer to come first: their numbers are known
        rows = [_written(table, row, numbers) for row in gathered[name]]
        rows.sort(key=lambda row, table=table: _place(table, row))  # type: ignore[misc]
        found[name] = rows
        if table.numbered:
            numbers[name] = {row["id"]: place for place, row in enumerate(rows, start=1)}

    def number(name: str, value: Any) -> int | None:
        return numbers[name].get(value)

    for name, table in kept().items():
        for row in found[name]:
            row |= dict(embedded_columns(table, row, number))
            if table.numbered:
                row["id"] = numbers[name][row["id"]]
    return found


def _written(table: Kept, row: Row, numbers: dict[str, dict[int, int]]) -> Row:
    """A row with its values as JSON has them and its references as numbers; it still has its own id."""
    references = table.references
    found: Row = {}
    for column in table.columns:
        value = row[column.name]
        if value is not None and column.name in references:
            value = numbers[references[column.name]][value]
        elif value is not None:
            value = kind(column).write(value)
        found[column.name] = value
    return found


def _place(table: Kept, row: Row) -> tuple[Any, ...]:
    """What a row is put in order by: its key, its id, or the references and texts that make it one."""
    names = table.key or tuple(column.name for column in table.clause.primary_key)
    return tuple((row[name] is not None, row[name]) for name in names)
