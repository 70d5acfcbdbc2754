"""Seals on the log: whatever is changed behind the triggers is found, and no line is ever skipped."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.database import reading, standalone_engine
from app.extensions import db
from app.tasks import sealer, worker
from surveys import log, sealing
from surveys.acting import By
from surveys.models import LogEntry, LogSeal
from surveys.sealing import Broken, HeadRefused
from tests.factories import World

KEY = "a key that only tests use"
AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LINE, SEAL = LogEntry.__table__, LogSeal.__table__
TEXT = "x" * 8
SIZE, COUNT = 3, 8


def write(session: Session, number: int) -> None:
    by = By(None, None, None, None, AT + timedelta(seconds=number), "192.0.2.1" if number % 2 else None)
    log.write(session, "test.line", by, "dossier", number, state="open", version=number)
    session.flush()


@pytest.fixture
def sealed(session: Session, world: World) -> list[int]:
    """Lines under seals of three each, the last one smaller, then one line without a seal; the sealed ids."""
    while sealing.seal(session, AT):
        pass
    session.commit()
    for number in range(COUNT):
        write(session, number)
    # a gap, as of a transaction that was undone, inside a seal
    newest = session.scalars(select(sa.func.max(LINE.c.id))).one()
    session.add(LogEntry(id=newest + 3, at=AT, action="test.line", subject="dossier"))
    session.flush()
    while sealing.seal(session, AT, SIZE):
        pass
    ids = list(session.scalars(select(LINE.c.id).order_by(LINE.c.id)))
    session.add(LogEntry(id=newest + 9, at=AT, action="test.line", subject="dossier"))
    session.commit()
    return ids


@pytest.fixture
def unguarded(session: Session, sealed: list[int]) -> Session:
    """A session that goes around the triggers, as who has the database itself can."""
    if session.get_bind().dialect.name == "sqlite":
        names = session.scalars(
            sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'log_%'")
        ).all()
        for name in names:
            session.execute(sa.text(f"DROP TRIGGER {name}"))
    else:
        for table in ("log_entry", "log_seal"):
            session.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    session.commit()
    return session


def other(column: sa.Column[Any], value: Any, session: Session) -> Any:
    """Another value for a column, that its table takes."""
    match column.name:
        case "person_id" | "assignment_id":
            table = LINE.metadata.tables[column.name.removesuffix("_id")]
            found = select(table.c.id).where(table.c.id.is_distinct_from(value)).limit(1)
            return session.scalars(found).one()
        case "detail" | "marks":
            return [[1, TEXT]]
        case "first_id":  # and never past the last one, which the database itself refuses
            return value - 1
        case _ if isinstance(value, datetime):
            return value + timedelta(microseconds=1)
        case _ if isinstance(column.type, sa.Integer):
            return (value or 0) + 100
    return TEXT if value != TEXT else TEXT[:-1]


def changes(session: Session, ids: list[int]) -> Iterator[tuple[str, sa.Executable]]:
    """Every single change to a sealed line or a seal."""
    for table, key in ((LINE, LINE.c.id), (SEAL, SEAL.c.number)):
        rows = session.execute(select(table).order_by(key)).mappings().all()
        rows = rows[-(COUNT + 2) : -1] if table is LINE else rows
        for row in rows:
            one = f"{table.name} {row[key]}"
            for column in table.columns:
                value = other(column, row[column], session)
                yield f"{one} {column.name}", table.update().where(key == row[key]).values({column: value})
                if column.nullable and row[column] is not None:
                    yield (
                        f"{one} {column.name} empty",
                        table.update().where(key == row[key]).values({column: None}),
                    )
            if table is LINE or row[key] < rows[-1][key]:
                yield f"{one} removed", table.delete().where(key == row[key])
    for gap in (ids[0] - 1, ids[-1] - 1, ids[-1] - 2):
        new = LINE.insert().values(id=gap, at=AT, action="test.line", subject="dossier")
        yield f"line {gap} put in", new


def test_every_single_change_is_found(unguarded: Session, sealed: list[int]) -> None:
    assert sealing.verify(unguarded).broken is None
    missed, tried = [], 0
    for name, change in list(changes(unguarded, sealed)):
        unguarded.execute(change)
        broken = sealing.verify(unguarded).broken
        unguarded.rollback()
        tried += 1
        if broken is None or (name.startswith("log_entry") and broken.line is None):
            missed.append(f"{name}: {broken}")
    assert not missed
    assert tried > 100
    assert sealing.verify(unguarded).broken is None


def test_two_lines_that_changed_places_are_found(unguarded: Session, sealed: list[int]) -> None:
    last = sealed[-4:]
    rows = {row.id: row for row in unguarded.execute(select(LINE).where(LINE.c.id.in_(last)))}
    for one, two in combinations(last, 2):
        for here, there in ((one, two), (two, one)):
            moved = {name: value for name, value in rows[there]._asdict().items() if name != "id"}
            unguarded.execute(LINE.update().where(LINE.c.id == here).values(**moved))
        broken = sealing.verify(unguarded).broken
        unguarded.rollback()
        assert broken is not None
        assert (broken.what, broken.line) == ("changed", one)


def test_the_first_broken_place_is_named(unguarded: Session, sealed: list[int]) -> None:
    def broken(*statements: sa.Executable) -> Broken | None:
        for statement in statements:
            unguarded.execute(statement)
        found = sealing.verify(unguarded).broken
        unguarded.rollback()
        return found

    last = unguarded.scalars(select(sa.func.max(SEAL.c.number))).one()
    gone, changed = sealed[-3], sealed[-2]
    assert broken(LINE.delete().where(LINE.c.id == gone)) == Broken("missing", last, gone)
    assert broken(
        LINE.update().where(LINE.c.id == changed).values(action="x"),
        LINE.delete().where(LINE.c.id == gone),
    ) == Broken("missing", last, gone)
    assert broken(LINE.update().where(LINE.c.id == changed).values(action="x")) == Broken(
        "changed", last, changed
    )
    between = sealed[-1] - 1
    new = LINE.insert().values(id=between, at=AT, action="x", subject="x")
    assert broken(new) == Broken("added", last, between)
    assert broken(SEAL.update().where(SEAL.c.number == 2).values(count=2)) == Broken("seal_changed", 2)
    assert broken(SEAL.delete().where(SEAL.c.number == 1)) == Broken("seal_missing", 1)


def test_a_moment_that_was_put_back_or_cannot_even_be_read_is_found(
    unguarded: Session, sealed: list[int], database_kind: str
) -> None:
    at = "gisteren" if database_kind == "sqlite" else "2001-01-01"  # SQLite takes anything in any column
    last = unguarded.scalars(select(sa.func.max(SEAL.c.number))).one()
    unguarded.execute(sa.text(f"UPDATE log_entry SET at = '{at}' WHERE id = {sealed[-1]}"))
    assert sealing.verify(unguarded).broken == Broken("changed", last, sealed[-1])
    unguarded.execute(sa.text(f"UPDATE log_seal SET sealed_at = '{at}' WHERE number = 1"))
    assert sealing.verify(unguarded).broken == Broken("seal_changed", 1)


def test_cutting_the_newest_seal_is_found_once_it_was_verified_or_its_head_was_kept(
    unguarded: Session, sealed: list[int]
) -> None:
    kept = sealing.head(unguarded, KEY, AT)
    verdict = sealing.verify(unguarded)
    cut = SEAL.delete().where(SEAL.c.number == kept.number)
    unguarded.execute(cut)
    assert sealing.verify(unguarded, kept).broken == Broken("seal_missing", kept.number)
    unguarded.rollback()
    sealing.record(unguarded, verdict, By.system(AT))
    unguarded.execute(cut)
    assert sealing.verify(unguarded).broken == Broken("seal_missing", kept.number)


def test_a_log_that_was_rewritten_as_a_whole_is_found_with_a_head(
    unguarded: Session, sealed: list[int]
) -> None:
    kept = sealing.head(unguarded, KEY, AT)
    unguarded.execute(LINE.update().where(LINE.c.id == sealed[0]).values(action="x"))
    unguarded.execute(SEAL.delete())
    while sealing.seal(unguarded, AT, SIZE):
        pass
    assert sealing.verify(unguarded).broken is None
    broken = sealing.verify(unguarded, kept).broken
    assert broken in (Broken("rewritten", kept.number), Broken("seal_missing", kept.number))


def test_the_log_goes_on_after_a_head(session: Session, sealed: list[int]) -> None:
    kept = sealing.read_head(sealing.head(session, KEY, AT).as_json(), KEY)
    sealing.seal(session, AT)
    verdict = sealing.verify(session, kept)
    assert (verdict.broken, verdict.seals, verdict.open_lines) == (None, kept.number + 1, 0)


@pytest.mark.parametrize("part", ["number", "hash", "at", "signature"])
def test_a_head_that_was_changed_is_refused(session: Session, sealed: list[int], part: str) -> None:
    good = sealing.head(session, KEY, AT)
    bad = replace(good, **{part: 1_000 if part == "number" else "0" * 64})
    with pytest.raises(HeadRefused, match="handtekening"):
        sealing.read_head(bad.as_json(), KEY)
    with pytest.raises(HeadRefused, match="handtekening"):
        sealing.read_head(good.as_json(), KEY + "!")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "niets",
        "[]",
        "{}",
        "1",
        '{"number": 1}',
        "[" * 100_000,
        '{"number":1,"hash":"a","at":"b","signature":"é"}',
    ],
)
def test_what_is_no_head_is_refused(content: str) -> None:
    with pytest.raises(HeadRefused):
        sealing.read_head(content, KEY)


def test_a_verdict_tells_how_much_is_sealed_and_what_is_not(session: Session, sealed: list[int]) -> None:
    verdict = sealing.verify(session)
    assert (verdict.lines, verdict.sealed_at, verdict.open_lines, verdict.open_since) == (
        len(sealed),
        AT,
        1,
        AT,
    )


def test_the_database_refuses_to_change_a_seal(session: Session, sealed: list[int]) -> None:
    for statement in (SEAL.update().values(count=9), SEAL.delete()):
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(statement)
        session.rollback()


def test_an_empty_log_holds_and_has_a_head(session: Session) -> None:
    assert sealing.seal(session, AT) is None
    kept = sealing.head(session, KEY, AT)
    assert (kept.number, kept.hash) == (0, sealing.NOTHING)
    verdict = sealing.verify(session, kept)
    assert (verdict.seals, verdict.broken, verdict.open_lines) == (0, None, 0)


def test_a_lower_line_that_is_committed_later_is_waited_for(
    session: Session, database_url: str, database_kind: str
) -> None:
    engine = standalone_engine(database_url)
    with Session(engine) as slow:
        write(slow, 1)
        if database_kind == "postgres":  # on SQLite nobody else writes while somebody does
            with Session(engine) as quick:
                write(quick, 2)
                quick.commit()
        with reading():
            assert sealing.settled(session, patience=0.1) is None
        session.rollback()
        ended = threading.Timer(0.2, slow.commit)
        ended.start()
        made = sealing.seal(session, AT)
        ended.join()
    engine.dispose()
    assert made is not None
    lines = session.scalars(select(LINE.c.id).order_by(LINE.c.id)).all()
    assert [number for number, _ in made.marks] == lines
    assert len(lines) == (2 if database_kind == "postgres" else 1)


def test_no_line_is_skipped_while_many_write_and_several_seal(session: Session, database_url: str) -> None:
    writers, sealers, each = 4, 2, 12
    engine = standalone_engine(database_url)
    over, failed = threading.Event(), []

    def writing(seed: int) -> None:
        chance = random.Random(seed)
        for number in range(each):
            with Session(engine) as mine:
                write(mine, number)
                over.wait(chance.random() / 200)
                (mine.rollback if chance.random() < 0.3 else mine.commit)()

    def sealing_on() -> None:
        while not over.is_set():
            with Session(engine) as mine:
                sealing.seal(mine, AT, 5)
                mine.commit()
            over.wait(0.003)

    def told(work: Any, *given: int) -> None:
        try:
            work(*given)
        except Exception as error:
            failed.append(error)

    making = [threading.Thread(target=told, args=(writing, seed), daemon=True) for seed in range(writers)]
    others = [threading.Thread(target=told, args=(sealing_on,), daemon=True) for _ in range(sealers)]
    for thread in making + others:
        thread.start()
    for thread in making:
        thread.join(timeout=120)
    over.set()
    for thread in others:
        thread.join(timeout=120)
    engine.dispose()
    assert not failed
    while sealing.seal(session, AT, 5):
        session.commit()
    verdict = sealing.verify(session)
    assert (verdict.broken, verdict.open_lines) == (None, 0)
    assert verdict.lines == session.scalar(select(sa.func.count()).select_from(LINE)) > 0


def test_the_worker_seals_what_there_is_when_it_is_time(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    for number in range(5):
        write(session, number)
    session.commit()
    with app.app_context():
        assert sealer.Sealer().tick(db.engine) == 0
        monkeypatch.setattr(sealer, "INTERVAL", 0.0)
        working = worker.Worker(app)
    working.seal()
    assert list(session.scalars(select(LogSeal.count).order_by(LogSeal.number))) == [2, 2, 1]
