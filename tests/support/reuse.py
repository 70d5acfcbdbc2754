"""Putting a PostgreSQL database back as it was before a test.

At the start each table's rows are counted and summed up, and kept where there are any; so are the numbers
that come next. Afterwards the tables whose sum differs get their rows back. What no row tells (tables,
constraints, triggers, functions, rights) is only compared: a database in which that changed can't be put
back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, LiteralString, cast

import psycopg
from psycopg import sql

Connection = psycopg.Connection[Any]

SHAPE: LiteralString = """
SELECT (SELECT (count(*), max(oid), sum(relnatts), sum(hashtext(coalesce(relacl::text, '')))) FROM pg_class),
       (SELECT (count(*), max(oid)) FROM pg_constraint),
       (SELECT (count(*), max(oid), sum(ascii(tgenabled))) FROM pg_trigger),
       (SELECT (count(*), max(oid), max(xmin::text::bigint)) FROM pg_proc WHERE oid >= 16384)
"""
"""What there is. Whatever is made anew has a higher oid, in copies of one template just as well."""
KINDS: LiteralString = """
SELECT relname, relkind::text FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
"""
SUM: LiteralString = "SELECT {}, count(*), sum(hashtextextended(t::text, 0)) FROM {} t"
AGAIN: LiteralString = """
SELECT setval(quote_ident(name)::regclass, last, called)
FROM unnest(%s::text[], %s::bigint[], %s::boolean[]) AS numbers (name, last, called)
"""
NUMBER: LiteralString = "SELECT {}, last_value, is_called FROM {}"


@dataclass(frozen=True)
class Questions:
    """What asks for the sums of all tables, and for the next numbers of all sequences."""

    sums: sql.Composed
    numbers: sql.Composed


@dataclass(frozen=True)
class Start:
    """How a database was."""

    shape: tuple[Any, ...]
    sums: Mapping[str, tuple[Any, ...]]
    rows: Mapping[str, bytes]
    numbers: Mapping[str, tuple[Any, ...]]
    questions: Questions


def start(connection: Connection) -> Start:
    """Look how a database is now."""
    kinds = connection.execute(KINDS).fetchall()
    questions = Questions(
        _question(SUM, [name for name, kind in kinds if kind == "r"]),
        _question(NUMBER, [name for name, kind in kinds if kind == "S"]),
    )
    sums = _answers(connection, questions.sums)
    return Start(
        shape=_shape(connection),
        sums=sums,
        rows={name: _rows(connection, name) for name, (many, _) in sums.items() if many},
        numbers=_answers(connection, questions.numbers),
        questions=questions,
    )


def put_back(connection: Connection, begin: Start) -> bool:
    """Make a database as it was, through a connection of postgres.Address; whether that is possible."""
    try:
        with connection.transaction():
            if _shape(connection) != begin.shape:
                return False
            now = _answers(connection, begin.questions.sums)
            changed = [name for name, its in begin.sums.items() if now.get(name) != its]
            emptied = [
                sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in changed if now[name][0]
            ]
            if emptied:
                connection.execute(sql.SQL(";").join(emptied))
            for name in changed:
                if name in begin.rows:
                    _fill(connection, name, begin.rows[name])
            _number_again(connection, begin)
    except psycopg.Error:
        return False
    return True


def _question(one: LiteralString, names: list[str]) -> sql.Composed:
    parts = [sql.SQL(one).format(sql.Literal(name), sql.Identifier(name)) for name in sorted(names)]
    return sql.SQL(" UNION ALL ").join(parts)


def _answers(connection: Connection, question: sql.Composed) -> dict[str, tuple[Any, ...]]:
    return {name: tuple(its) for name, *its in connection.execute(question, prepare=True)}


def _shape(connection: Connection) -> tuple[Any, ...]:
    return cast("tuple[Any, ...]", connection.execute(SHAPE, prepare=True).fetchone())


def _number_again(connection: Connection, begin: Start) -> None:
    now = _answers(connection, begin.questions.numbers)
    again = [(name, *its) for name, its in begin.numbers.items() if now[name] != its]
    if again:
        connection.execute(AGAIN, [list(column) for column in zip(*again, strict=True)])


def _rows(connection: Connection, name: str) -> bytes:
    with (
        connection.cursor() as cursor,
        cursor.copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name))) as copy,
    ):
        return b"".join(bytes(part) for part in copy)


def _fill(connection: Connection, name: str, rows: bytes) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))) as copy,
    ):
        copy.write(rows)
