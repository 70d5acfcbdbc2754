"""A number that a row had is never given to another row, on either database.

A form that comes late then finds nothing, and a line of the log means one row for ever.
"""

from __future__ import annotations

from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import database
from surveys import log
from surveys.acting import By
from surveys.models import Base
from tests.structure.test_upgrades import Maker

BEFORE = "017"
"""The last revision at which SQLite gave the number of a row that was deleted to the next."""
LENT, KEPT = "PRIMARY KEY (id)", "PRIMARY KEY (id AUTOINCREMENT)"
MANY = 40
"""At least so many tables let rows go, and at least so many triggers guard rows."""


def numbered(connection: sa.Connection) -> set[str]:
    """The tables of the database that give no number twice."""
    if connection.dialect.name == "sqlite":
        asked = "SELECT name FROM sqlite_master WHERE type = 'table' AND instr(sql, 'AUTOINCREMENT')"
    else:
        asked = (
            "SELECT DISTINCT table_name FROM information_schema.columns"
            " WHERE column_default LIKE 'nextval(%' AND table_schema = 'public'"
        )
    return set(connection.scalars(sa.text(asked)))


def schema(connection: sa.Connection) -> list[str]:
    """Tables with their rules, indexes and triggers as SQLite has them, and whether its file is whole."""
    said = (
        "SELECT sql FROM sqlite_master WHERE sql NOT NULL AND name <> 'sqlite_sequence' ORDER BY type, name"
    )
    rows = connection.scalars(sa.text(said)).all()
    return [row.replace(KEPT, LENT) for row in rows] + [
        str(row)
        for asked in ("integrity_check", "foreign_keys")
        for row in connection.exec_driver_sql(f"PRAGMA {asked}")
    ]


def test_every_table_whose_rows_the_database_numbers_gives_each_number_once(database_url: str) -> None:
    engine = database.standalone_engine(database_url)
    with engine.connect() as connection:
        found = numbered(connection)
    engine.dispose()
    assert found == {
        table.name for table in Base.metadata.sorted_tables if table.autoincrement_column is not None
    }


def test_the_number_of_a_row_that_was_deleted_is_not_given_again(database_url: str) -> None:
    engine = database.standalone_engine(database_url)
    deleted = set()
    with engine.begin() as connection:
        made = Maker(connection)
        made.fill()
        for table in made.tables:
            number = table.autoincrement_column
            if number is None:
                continue
            row = made.add(table)
            with suppress(DBAPIError), connection.begin_nested():  # of some tables no row ever goes
                connection.execute(table.delete().where(number == row[number.name]))
                deleted.add(table.name)
            if table.name in deleted:
                freed, row = row[number.name], made.add(table)
                assert row[number.name] > freed, table.name
            made.rows[table.name].append(row)
    engine.dispose()
    assert {"agenda_item", "answer_upload", "label", "mention", "source", "stored_file"} <= deleted
    assert len(deleted) >= MANY


def test_numbers_that_were_freed_before_the_upgrade_are_not_given_after_it(database_url: str) -> None:
    database.downgrade(database_url, BEFORE)
    engine = database.standalone_engine(database_url)
    freed = ("agenda_item", "answer_upload", "figure_series", "label", "stored_file")
    with Session(engine) as session:
        made = Maker(session.connection())
        made.fill()
        tables = {table.name: table for table in made.tables}
        last = {name: made.add(tables[name])["id"] for name in freed}
        by = By.system()
        log.write(session, "meeting.item_remove", by, "meeting", 1, item=last["agenda_item"], version=10**6)
        log.write(session, "upload.keep", by, "upload", last["answer_upload"])
        log.write(session, "series.remove", by, "series", last["figure_series"])
        log.write(session, "label.remove", by, "label", last["label"], label=None)
        log.write(session, "document.remove", by, "document", 1, file=last["stored_file"])
        for name in freed:
            session.execute(tables[name].delete().where(tables[name].c.id == last[name]))
        session.commit()
        database.upgrade(database_url)  # the connection of before it is used on
        made = Maker(session.connection())
        added = {name: made.add(tables[name])["id"] for name in freed}
        assert [name for name in freed if added[name] <= last[name]] == []
        session.commit()
        # a Meetlat that goes back a version and comes forward again knows it still
        session.execute(tables["label"].delete().where(tables["label"].c.id == added["label"]))
        session.commit()
        database.downgrade(database_url, BEFORE)
        database.upgrade(database_url)
        assert Maker(session.connection()).add(tables["label"])["id"] > added["label"]
    engine.dispose()


def test_what_guards_the_rows_stays_as_it_was(database_url: str) -> None:
    engine = database.standalone_engine(database_url)
    if engine.dialect.name == "sqlite":
        database.downgrade(database_url, BEFORE)
        with engine.connect() as connection:
            before, lent = schema(connection), numbered(connection)
        database.upgrade(database_url)
        with engine.connect() as connection:
            assert schema(connection) == before
        database.downgrade(database_url, BEFORE)
        with engine.connect() as connection:
            assert (schema(connection), numbered(connection)) == (before, lent)
        assert lent == set()
        assert sum(row.startswith("CREATE TRIGGER") for row in before) > MANY
        assert before[-2:] == ["('ok',)", "(1,)"]
    engine.dispose()
