"""Who does the work: a thread in each process of the server, one task at a time.

While it runs a task, a second thread gives signs of life. A process that is killed leaves a task that falls
silent, and any worker picks it up (`surveys.tasks.stalled`); one that stops in good order gives it back.
Between tasks it seals the log.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from flask import Flask, current_app
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import cache, database
from app.extensions import db
from app.tasks.registry import KINDS
from app.tasks.sealer import Sealer
from surveys import tasks
from surveys.acting import now
from surveys.errors import MeetlatError
from surveys.models import Task
from surveys.tasks import Cancelled, Hold

POLL: Final = 2.0
"""Seconds between looks for what another process was asked. What this one was asked wakes it."""
BEAT: Final = 15.0
"""Seconds between signs of life: several within `surveys.tasks.SILENT`."""
OFTEN: Final = 0.5
"""Seconds between two reports of progress that are written; what comes between is dropped."""
PATIENCE: Final = 5.0
"""Seconds that a stopping server waits for its task to notice."""
FAILED: Final = (
    "Er ging iets mis bij het maken van dit bestand. Probeer het opnieuw."
    " Gaat het weer mis? Vraag de beheerder om hulp, en noem het nummer van deze taak."
)
EXTENSION: Final = "task_worker"
"""Where an application has its worker."""
logger = logging.getLogger(__name__)


class Stopped(Exception):
    """The server stops: the task that runs goes back."""


class Run:
    """One task while it is run: what its kind reports to, and what tells it to stop."""

    def __init__(self, engine: Engine, hold: Hold, stopping: threading.Event) -> None:
        self._engine, self._hold, self._stopping = engine, hold, stopping
        self._lost = threading.Event()
        self._written: float | None = None

    @property
    def key(self) -> str:
        """See `Context`."""
        return self._hold.key

    def progress(self, done: int, total: int, message: str) -> None:
        """See `Context`. Raises Cancelled or Stopped."""
        if self._stopping.is_set():
            raise Stopped()
        if self._lost.is_set():
            raise Cancelled(self._hold.task_id)
        at = time.monotonic()
        if self._written is None or at - self._written >= OFTEN:
            self._written = at
            with _write(self._engine) as session:
                tasks.progress(session, self._hold, done, total, message, now())

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Give signs of life meanwhile, from a thread of its own: a kind may be silent for long."""
        over = threading.Event()
        beating = threading.Thread(target=self._beat, args=(over,), daemon=True, name="meetlat-task-beat")
        beating.start()
        try:
            yield
        finally:
            over.set()
            beating.join()

    def _beat(self, over: threading.Event) -> None:
        while not over.wait(BEAT):
            try:
                with _write(self._engine) as session:
                    tasks.heard(session, self._hold, now())
            except Cancelled:
                self._lost.set()
                return
            except SQLAlchemyError:
                # the next one may get through
                logger.exception("no sign of life of a task", extra={"task": self._hold.task_id})


def run(hold: Hold, stopping: threading.Event) -> None:
    """Make what a task is for, keep it, and say how it ended; in an application's context.

    Whatever goes wrong in making it ends in a sentence for who asked, and in the log. Raises SQLAlchemyError
    when how it ended can't be written: the task then falls silent, and is tried again.
    """
    app, engine = current_app, db.engine
    made = Run(engine, hold, stopping)
    try:
        with made.alive(), app.app_context(), database.reading():
            content = _make(hold, made)
        with _write(engine) as session:
            tasks.finish(session, hold, hashlib.sha256(content).hexdigest(), now())
    except Cancelled:
        logger.info("task cancelled", extra={"task": hold.task_id})
    except Stopped:
        _give_back(engine, hold)
    except MeetlatError as error:
        _fail(engine, hold, str(error))
    except Exception:
        logger.exception("task failed", extra={"task": hold.task_id, "kind": hold.kind})
        _fail(engine, hold, FAILED)


def _make(hold: Hold, made: Run) -> bytes:
    """The file: that of the cache when it is there already. Raises OSError when it can't be kept."""
    kept = cache.current()
    content = kept.get(hold.key)
    if content is None:
        content = KINDS[hold.kind].make(made, **hold.arguments)
        kept.put(hold.key, content)
    return content


@contextmanager
def _write(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session, session.begin():
        yield session


def _fail(engine: Engine, hold: Hold, message: str) -> None:
    with suppress(Cancelled), _write(engine) as session:
        tasks.fail(session, hold, message, now())


def _give_back(engine: Engine, hold: Hold) -> None:
    with suppress(Cancelled), _write(engine) as session:
        tasks.release(session, hold)


def run_now(task_id: int) -> Task:
    """Run a task that waits here and now, in an application's context; for the command line and for tests.

    Commits what `db.session` holds, for on SQLite it would be in the way. Gives the task as it is afterwards;
    one that does not wait is left alone. Raises LookupError for a number that no task has.
    """
    db.session.commit()
    with _write(db.engine) as session:
        hold = tasks.claim(session, now(), task_id)
    if hold is not None:
        run(hold, threading.Event())
    task = tasks.find(db.session(), task_id)
    if task is None:
        raise LookupError(task_id)
    return task


class Worker(threading.Thread):
    """The thread of this process that runs what is asked for, until it is stopped."""

    def __init__(self, app: Flask) -> None:
        super().__init__(daemon=True, name="meetlat-tasks")
        self._app = app
        self._stopping, self._asked = threading.Event(), threading.Event()
        self._hold: Hold | None = None
        self._sealer = Sealer()
        app.extensions[EXTENSION] = self

    def wake(self) -> None:
        """Look at once."""
        self._asked.set()

    def stop(self) -> None:
        """Take nothing more, and give back what runs; also when its kind does not notice in time."""
        self._stopping.set()
        self.wake()
        self.join(PATIENCE)
        hold = self._hold
        if hold is not None:
            with self._app.app_context():
                _give_back(db.engine, hold)

    def run(self) -> None:
        """Work, and wait for work."""
        while not self._stopping.is_set():
            self._asked.clear()
            try:
                worked = self.turn()
            except Exception:
                # whatever it is, it must not end the work of the whole process
                logger.exception("no task can be run")
                worked = False
            self.seal()
            if not worked:
                self._asked.wait(POLL)

    def turn(self) -> bool:
        """Run one task, if there is one; says whether there was."""
        with self._app.app_context():
            self._hold = self._claim()
            if self._hold is None:
                return False
            run(self._hold, self._stopping)
            self._hold = None
        return True

    def seal(self) -> None:
        """Seal the log when it is time; what goes wrong is in the log of the server, and tried again."""
        try:
            with self._app.app_context():
                self._sealer.tick(db.engine)
        except SQLAlchemyError:
            logger.exception("the log can't be sealed")

    def _claim(self) -> Hold | None:
        with database.reading(), Session(db.engine) as session:
            if not tasks.due(session, now()):
                return None
        with _write(db.engine) as session:
            tasks.stalled(session, now())
            return tasks.claim(session, now())


def wake() -> None:
    """Let the worker of this process look at once, if it has one."""
    worker = current_app.extensions.get(EXTENSION)
    if worker is not None:
        worker.wake()
