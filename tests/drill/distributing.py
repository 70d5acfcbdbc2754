"""What of the tables a distributed PostgreSQL (Citus) would not take: `python -m tests.drill.distributing`.

Worked out from the models and the triggers that the migrations make; docs/scaling.md says by which rules.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from app import database
from surveys.models import Base

ROOT, KEY = "dossier", "dossier_id"
"""What rows would be distributed by: everything that a unit fills in and that is judged of it."""
DISTRIBUTED, REFERENCE, LOCAL = "distributed", "reference", "local"
TRIGGER = "trigger"


@cache
def place(name: str) -> str:
    """Where a table would go: spread by dossier, copied to every node, or kept on the coordinator."""
    if _of_dossier(name):
        return DISTRIBUTED
    everything = Base.metadata.tables
    if any(name in _needed_by(each) for each in everything if _of_dossier(each)):
        return REFERENCE
    return LOCAL


def hindrances(name: str, guarded: frozenset[str]) -> list[str]:
    """What of a table would have to change there."""
    table, at = Base.metadata.tables[name], place(name)
    found = []
    if at == DISTRIBUTED:
        key = "id" if name == ROOT else KEY
        if key not in table.columns:
            found.append(f"no column `{KEY}`")
        found += [f"unique without it: {', '.join(each)}" for each in _unique(table) if key not in each]
        found += sorted(
            f"reference without it: `{target}`" for target in _targets(table) if _apart(table, target)
        )
        if _numbered(table):
            found.append("numbers of four bytes")
    if at == LOCAL:
        found += [f"refers to distributed `{target}`" for target in _targets(table) if _of_dossier(target)]
    if at != LOCAL and name in guarded:
        found.append(TRIGGER)
    return found


def _of_dossier(name: str) -> bool:
    """Whether every row belongs to one dossier, by itself or by a row that it belongs to."""
    if name == ROOT:
        return True
    table = Base.metadata.tables[name]
    return any(
        _of_dossier(key.column.table.name)
        for column in table.columns
        for key in column.foreign_keys
        if not column.nullable and key.column.table is not table
    )


@cache
def _needed_by(name: str) -> frozenset[str]:
    """The tables that a table refers to, and those that these refer to."""
    near = _targets(Base.metadata.tables[name])
    return frozenset(near).union(*(_needed_by(each) for each in near))


def _targets(table: sa.Table) -> list[str]:
    return sorted({key.column.table.name for key in table.foreign_keys} - {table.name})


def _apart(table: sa.Table, target: str) -> bool:
    """Whether a reference to another distributed table does not hold the column that both go by."""
    if target == ROOT or not _of_dossier(target):
        return False
    constraints = [each for each in table.foreign_key_constraints if each.referred_table.name == target]
    return not any(KEY in each.column_keys for each in constraints)


def _unique(table: sa.Table) -> Iterator[tuple[str, ...]]:
    yield tuple(table.primary_key.columns.keys())
    for constraint in table.constraints:
        if isinstance(constraint, sa.UniqueConstraint):
            yield tuple(constraint.columns.keys())
    for index in table.indexes:
        if index.unique:
            yield tuple(index.columns.keys())


def _numbered(table: sa.Table) -> bool:
    column = table.autoincrement_column
    return column is not None and not isinstance(column.type, sa.BigInteger)


def guarded() -> frozenset[str]:
    """The tables of which a trigger guards the rows."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'empty.sqlite'}"
        database.upgrade(url)
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            names = connection.scalars(sa.text("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'"))
            found = frozenset(names)
        engine.dispose()
    return found


def main() -> None:
    """Print a row for each table."""
    triggers = guarded()
    print("| table | place | what would have to change |")
    print("| --- | --- | --- |")
    for at in (DISTRIBUTED, REFERENCE, LOCAL):
        names = sorted(name for name in Base.metadata.tables if place(name) == at)
        free = [name for name in names if not hindrances(name, triggers)]
        for name in names:
            if name not in free:
                print(f"| `{name}` | {at} | {'; '.join(hindrances(name, triggers))} |")
        if free:
            print(f"| {', '.join(f'`{name}`' for name in free)} | {at} | nothing |")


if __name__ == "__main__":
    main()
