"""A database that was in use is upgraded without losing a value, by each migration in turn.

What was in it is made up from the schema as it was then: rows for every table that fit its columns, its
references and its rules, whatever the models of today look like.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app import database
from tests.structure.test_migrations import REVISIONS

Row = dict[str, Any]
Shape = tuple[frozenset[str], ...]

ROWS = 6
"""So many rows a table gets when it is new or has changed, before the next migration."""
TRIES = 500
"""So many rows are tried until one fits the rules of its table."""
EMPTY = 0.3
"""How often a value is left out that may be."""
LITERAL = re.compile(r"'([^']*)'")
BORN = datetime(2013, 3, 4, 12, 0, tzinfo=UTC)
LEFT_OUT = {"alembic_version", "packed_answers", "presence", "rate_window"}
"""What is about the schema itself, what follows from the answers and is made anew, and what is of this
minute and may be gone after an upgrade.
"""
DEFINED = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'table'",
    "postgresql": """
        SELECT relname, concat_ws('; ',
            (SELECT string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull,
                    attidentity, pg_get_expr(adbin, adrelid)), ', ' ORDER BY attnum)
                FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
                WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped),
            (SELECT string_agg(conname || ' ' || pg_get_constraintdef(oid), ', ' ORDER BY conname)
                FROM pg_constraint WHERE conrelid = pg_class.oid))
        FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        """,
}
"""How to ask a database for the definition of each of its tables: their columns, keys and rules."""


class Tables:
    """The tables of databases of one kind: one is looked at again only when its definition is another one."""

    def __init__(self) -> None:
        self._metadata = sa.MetaData()
        self._defined: dict[str, str] = {}

    def of(self, connection: sa.Connection) -> list[sa.Table]:
        """The tables of a database as they are now, those that others refer to first."""
        rows = connection.exec_driver_sql(DEFINED[connection.dialect.name])
        now = {str(name): str(definition) for name, definition in rows}
        known = self._metadata.tables
        stale = {name for name in known if now.get(name) != self._defined[name]}
        # what refers to a table that is looked at again would refer to that one as it was
        while more := {name for name in known.keys() - stale if not stale.isdisjoint(_parents(known[name]))}:
            stale |= more
        for name in stale:
            self._metadata.remove(known[name])
        self._metadata.reflect(connection)
        self._defined = now
        return self._metadata.sorted_tables


TABLES = {kind: Tables() for kind in DEFINED}


class Maker:
    """Makes rows for the tables of a database, at whatever revision it is; `rows` has those that it found.

    `shapes` tells of each table all that a row has to fit.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._chance = random.Random(7)
        found = TABLES[connection.dialect.name].of(connection)
        self.tables = [table for table in found if table.name not in LEFT_OUT]
        self._rules = {table.name: _rules(table) for table in self.tables}
        self.shapes = {table.name: _shape(table, self._rules[table.name]) for table in self.tables}
        self.rows = self.read()
        self._numbers = count(1000 * (1 + sum(map(len, self.rows.values()))))

    def fill(self, full: Mapping[str, Shape] = MappingProxyType({})) -> None:
        """Put rows in every table, each after those that it refers to, but for what is `full`."""
        for table in self.tables:
            if full.get(table.name) != self.shapes[table.name]:
                for _ in range(ROWS):
                    self.rows[table.name].append(self.add(table))

    def read(self) -> dict[str, list[Row]]:
        """All rows of all tables, in the order of their keys."""
        asked = {table.name: sa.select(table).order_by(*table.primary_key) for table in self.tables}
        return {
            name: [dict(row) for row in self._connection.execute(each).mappings()]
            for name, each in asked.items()
        }

    def add(self, table: sa.Table) -> Row:
        """A new row that the database takes: it is the judge of whether one fits the rules."""
        refused: DBAPIError | None = None
        for _ in range(TRIES):
            row = self._row(table)
            try:
                with self._connection.begin_nested():
                    key = self._connection.execute(table.insert(), row).inserted_primary_key
            except DBAPIError as error:
                refused = error
            else:
                return row | dict(zip(table.primary_key.columns.keys(), key or (), strict=False))
        raise AssertionError(f"no row fits {table.name}: {refused}")

    def _row(self, table: sa.Table) -> Row:
        rules = self._rules[table.name]
        row = self._references(table)
        for column in table.columns:
            if column.name in row or column is table.autoincrement_column:
                continue
            words = [word for rule in rules if column.name in rule for word in LITERAL.findall(rule)]
            if column.nullable and self._chance.random() < EMPTY:
                row[column.name] = None
            else:
                worded = words and isinstance(column.type, sa.String)
                row[column.name] = self._chance.choice(words) if worded else self._value(column)
        return row

    def _references(self, table: sa.Table) -> Row:
        """The columns that refer to another row; those that refer together first."""
        found: Row = {}
        for constraint in sorted(table.foreign_key_constraints, key=lambda each: -len(each.elements)):
            parents = self.rows[constraint.referred_table.name]
            free = all(key.parent.nullable for key in constraint.elements)
            parent = None if free and self._chance.random() < EMPTY else self._any(parents)
            for key in constraint.elements:
                found.setdefault(key.parent.name, parent and parent[key.column.name])
        return found

    def _any(self, rows: list[Row]) -> Row | None:
        return self._chance.choice(rows) if rows else None

    def _value(self, column: sa.Column[Any]) -> Any:
        number = next(self._numbers)
        match column.type:
            case sa.JSON():
                return {"getal": number, "lijst": [None, True, 0.5, "één\ntwee"]}
            case sa.Boolean():
                return self._chance.random() < 0.5
            case sa.DateTime():
                return BORN + timedelta(minutes=self._chance.randrange(10_000))
            case sa.Date():
                return BORN.date() + timedelta(days=self._chance.randrange(1_000))
            case sa.Integer():
                return number
            case sa.Float() | sa.Numeric():
                return number + 0.25
            case sa.String(length=64):
                return hashlib.sha256(str(number).encode()).hexdigest()
            case sa.String(length=int(length)):
                return f"t{number} één"[:length]
        return f"Tekst {number}\n‘één’ en 🙂"


def _parents(table: sa.Table) -> set[str]:
    return {each.referred_table.name for each in table.foreign_key_constraints}


def _rules(table: sa.Table) -> list[str]:
    return [str(each.sqltext) for each in table.constraints if isinstance(each, sa.CheckConstraint)]


def _shape(table: sa.Table, rules: list[str]) -> Shape:
    columns = frozenset(f"{each.name} {each.type!r} {each.nullable}" for each in table.columns)
    keys = frozenset(
        f"{each.column_keys} {each.elements[0].target_fullname}" for each in table.foreign_key_constraints
    )
    return columns, keys, frozenset(rules)


def test_nothing_that_was_in_a_database_changes_when_it_is_upgraded(database_url: str) -> None:
    database.downgrade(database_url)
    engine = database.standalone_engine(database_url)
    before: dict[str, list[Row]] = {}
    shapes: dict[str, Shape] = {}
    for revision in REVISIONS:
        database.upgrade(database_url, revision)
        with engine.begin() as connection:
            made = Maker(connection)
            for table, rows in before.items():
                columns = rows[0].keys()
                assert [{name: row[name] for name in columns} for row in made.rows[table]] == rows, (
                    f"migration {revision} changes what is in {table}"
                )
            made.fill(shapes)
            before, shapes = made.read(), made.shapes
    engine.dispose()
    assert all(len(rows) >= ROWS for rows in before.values())
