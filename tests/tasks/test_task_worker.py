"""The thread that does the work: every way in which a task can end, and none in which it is lost."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import cache
from app.cli.serve import Server
from app.config import Settings
from app.extensions import db
from app.tasks import Context, order, run_now, task, worker
from app.tasks.registry import KINDS
from app.tasks.worker import Worker
from surveys import tasks
from surveys.acting import By, now
from surveys.errors import Refused
from surveys.models import Person, Task
from tests.factories import World

LONG = 60
"""Seconds that a test waits for another thread before it fails."""


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forget the kinds of a test afterwards; and have every report of progress written."""
    monkeypatch.setattr(worker, "OFTEN", 0.0)
    yield
    KINDS.pop("test", None)


def kind(make: Callable[..., bytes]) -> None:
    task("test", title="Proefbestand", permission="picture.export")(make)


@pytest.fixture
def asked(app: Flask, session: Session, world: World) -> Iterator[Callable[..., int]]:
    """In the application's context: order the test's kind, and give the number of the task."""
    by = By.through(world.assignments["inspecteur"])
    session.commit()

    def ask(word: str = "a") -> int:
        key = hashlib.sha256(word.encode()).hexdigest()
        number = order("test", {"word": word}, key=key, by=by, filename="proef.txt").id
        db.session.commit()
        return number

    with app.app_context():
        yield ask


def test_a_kind_reads_the_database_and_its_file_is_given_at_once_to_who_asks_again(
    asked: Callable[..., int], session: Session
) -> None:
    made, seen = [], []

    def make(context: Context, word: str) -> bytes:
        context.progress(1, 2, "Namen tellen")
        [row] = session.execute(select(Task.done, Task.total, Task.message, Task.state))
        seen.append(tuple(row))
        session.rollback()
        made.append(word)
        return f"{word} {len(db.session.scalars(select(Person)).all()) > 3}".encode()

    kind(make)
    done = run_now(asked())
    assert (done.state, done.done, done.total) == ("done", 2, 2)
    assert seen == [(1, 2, "Namen tellen", "running")]
    assert cache.current().get(done.key) == b"a True"
    assert done.result == hashlib.sha256(b"a True").hexdigest()
    assert asked() == done.id
    assert run_now(done.id).state == "done"
    assert made == ["a"]


def test_what_is_no_longer_kept_or_not_the_same_is_made_again(asked: Callable[..., int]) -> None:
    kind(lambda context, word: word.encode())
    first = run_now(asked())
    cache.current().put(first.key, b"een ander bestand")
    second = run_now(asked())
    assert second.id != first.id
    assert second.result == hashlib.sha256(b"een ander bestand").hexdigest()


def test_a_refusal_is_told_in_its_own_words_and_a_mistake_of_ours_in_none(
    asked: Callable[..., int], caplog: pytest.LogCaptureFixture
) -> None:
    def make(context: Context, word: str) -> bytes:
        if word == "weigert":
            raise Refused("Er is nog geen rapport. Stel het eerst vast.")
        raise KeyError("geheim: een antwoord")

    kind(make)
    refused = run_now(asked("weigert"))
    assert (refused.state, refused.message) == ("failed", "Er is nog geen rapport. Stel het eerst vast.")
    assert not caplog.records
    failed = run_now(asked("breekt"))
    assert (failed.state, failed.message) == ("failed", worker.FAILED)
    assert [record.message for record in caplog.records] == ["task failed"]
    KINDS.pop("test")
    with pytest.raises(KeyError):
        asked("onbekend")


def test_what_is_cancelled_while_it_runs_stops_and_leaves_no_file(
    asked: Callable[..., int], session: Session
) -> None:
    reached = []

    def make(context: Context, word: str) -> bytes:
        context.progress(0, 2, "Begonnen")
        session.execute(update(Task).values(state="cancelled"))
        session.commit()
        context.progress(1, 2, "Verder")
        reached.append(word)
        return b""

    kind(make)
    cancelled = run_now(asked())
    assert (cancelled.state, cancelled.message, reached) == ("cancelled", "Begonnen", [])
    assert cache.current().get(cancelled.key) is None


def test_a_sign_of_life_comes_while_a_kind_is_silent_and_tells_it_of_a_cancellation(
    asked: Callable[..., int], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "BEAT", 0.01)
    lost = threading.Event()
    heard = tasks.heard

    def listen(*args: object) -> None:
        try:
            heard(*args)
        except tasks.Cancelled:
            lost.set()
            raise

    monkeypatch.setattr(tasks, "heard", listen)
    monkeypatch.setattr(worker, "OFTEN", float(LONG))
    stopped = []

    def make(context: Context, word: str) -> bytes:
        context.progress(0, 0, "Begonnen")
        session.execute(update(Task).values(state="cancelled"))
        session.commit()
        assert lost.wait(LONG)
        while not stopped:
            try:
                context.progress(1, 2, "Verder")
            except tasks.Cancelled:
                stopped.append(True)
                raise
        return b""

    kind(make)
    assert run_now(asked()).state == "cancelled"
    assert stopped


def test_a_running_server_is_woken_runs_and_takes_up_what_another_one_lost(
    app: Flask, asked: Callable[..., int], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "POLL", float(LONG))
    ran: dict[str, threading.Event] = {word: threading.Event() for word in ("verloren", "nieuw")}

    def make(context: Context, word: str) -> bytes:
        ran[word].set()
        return word.encode()

    kind(make)
    lost = asked("verloren")
    with Session(db.engine) as own, own.begin():
        assert tasks.claim(own, now() - 2 * tasks.SILENT)
    running = Worker(app)
    running.start()
    assert ran["verloren"].wait(LONG)
    new = asked("nieuw")
    assert ran["nieuw"].wait(LONG)
    running.stop()
    assert not running.is_alive()
    found = {row.id: (row.state, row.attempts) for row in session.scalars(select(Task))}
    assert found == {lost: ("done", 2), new: ("done", 1)}


def test_each_process_that_serves_begins_its_own_worker_and_ends_it(
    app: Flask, settings: Settings, asked: Callable[..., int]
) -> None:
    ran = threading.Event()

    def make(context: Context, word: str) -> bytes:
        ran.set()
        return b""

    kind(make)
    server = Server(settings, 5000, [])
    assert server.tasks is None
    server.end_tasks(None, None)
    server.app = app
    server.cfg.post_worker_init(None)
    asked()
    assert ran.wait(LONG)
    server.cfg.worker_exit(None, None)
    assert server.tasks
    assert not server.tasks.is_alive()


@pytest.mark.parametrize("notices", [True, False])
def test_a_server_that_stops_gives_back_what_it_runs(
    app: Flask,
    asked: Callable[..., int],
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    notices: bool,
) -> None:
    began, go_on = threading.Event(), threading.Event()

    def make(context: Context, word: str) -> bytes:
        began.set()
        assert go_on.wait(LONG)
        if notices:
            context.progress(1, 2, "Verder")
        return b"te laat"

    kind(make)
    number = asked()
    running = Worker(app)
    running.start()
    assert began.wait(LONG)
    if notices:
        running._stopping.set()
        go_on.set()
        running.stop()
    else:
        monkeypatch.setattr(worker, "PATIENCE", 0.0)
        running.stop()
        with Session(db.engine) as own:
            assert own.get_one(Task, number).state == "waiting"
        go_on.set()
    running.join(LONG)
    found = session.get_one(Task, number)
    assert (found.state, found.attempts, found.result) == ("waiting", 0, None)


def test_a_database_that_is_away_for_a_moment_does_not_end_the_work(
    app: Flask, asked: Callable[..., int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "POLL", 0.01)
    done = threading.Event()
    due, times = tasks.due, []

    def fail_first(*args: object) -> bool:
        times.append(1)
        if len(times) == 1:
            raise OSError("away")
        return due(*args)

    monkeypatch.setattr(tasks, "due", fail_first)

    def make(context: Context, word: str) -> bytes:
        done.set()
        return b"gelukt"

    kind(make)
    asked()
    running = Worker(app)
    running.start()
    assert done.wait(LONG)
    running.stop()
    assert "no task can be run" in caplog.messages


def test_a_kind_says_what_it_takes_once() -> None:
    kind(lambda context, word: b"")
    with pytest.raises(ValueError, match="registered already"):
        kind(lambda context, word: b"")
    with pytest.raises(KeyError):
        task("other", title="Ander", permission="picture.exprot")
    with pytest.raises(ValueError, match="about a dossier"):
        task("other", title="Ander", permission="dossier.export")


def test_a_sign_of_life_comes_well_before_a_task_is_thought_lost() -> None:
    assert timedelta(seconds=3 * worker.BEAT) < tasks.SILENT
