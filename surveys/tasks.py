"""Long work in the background: asked for once, taken by one worker, picked up again when that one is lost.

A task has a key, the SHA-256 of everything that its result depends on. Who asks for what is being made
already joins it. A worker holds a task from the moment that it claimed it (`Hold`): whatever it says later is
taken only while that hold stands, so of two workers that believe to have the same task one is heard.

The verbs flush and never commit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, not_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveys import log
from surveys.acting import By
from surveys.errors import NotAllowed
from surveys.models import Task

SILENT: Final = timedelta(minutes=1)
"""A worker that gave no sign of life for so long has lost its task."""
ATTEMPTS: Final = 3
"""So often a task is begun: what takes its worker down with it must not do so for ever."""
TOO_OFTEN: Final = "Het werk is drie keer afgebroken. Probeer het opnieuw, of vraag de beheerder om hulp."
UNDER_WAY: Final = ("waiting", "running")
"""The states of a task that somebody can still join or cancel."""
_KEY: Final = re.compile(r"[0-9a-f]{64}")


class Cancelled(Exception):
    """Whoever runs a task holds it no longer: it was cancelled, or went to another worker. Stop at once."""


@dataclass(frozen=True)
class Hold:
    """A task in the hands of one worker: which, since when, and what to make."""

    task_id: int
    since: datetime
    kind: str
    key: str
    arguments: dict[str, Any]


def ask(
    session: Session, *, kind: str, arguments: dict[str, Any], key: str, by: By, filename: str | None = None
) -> Task:
    """Ask for a task; when one with this key waits or runs, give that one.

    `key` is the SHA-256 (hex) of the kind and of all that its result depends on; `arguments` is what JSON can
    hold. Raises ValueError for another key, and when nobody asks.
    """
    if not _KEY.fullmatch(key):
        raise ValueError("a task is known by a SHA-256 in hex")
    if by.person_id is None or by.assignment_id is None:
        raise ValueError("somebody asks for a task, in an assignment")
    found = _under_way(session, key)
    if found is not None:
        return found
    made = Task(
        kind=kind,
        arguments=arguments,
        key=key,
        filename=filename,
        state="waiting",
        person_id=by.person_id,
        assignment_id=by.assignment_id,
        asked_at=by.at,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        # somebody asked for the same at this moment, and it may even be done by now
        found = _under_way(session, key) or finished(session, key)
        if found is None:
            raise
        return found
    log.write(session, "task.ask", by, "task", made.id, kind=kind)
    session.flush()
    return made


def _under_way(session: Session, key: str) -> Task | None:
    return session.scalars(select(Task).where(Task.key == key, Task.state.in_(UNDER_WAY))).one_or_none()


def find(session: Session, task_id: int) -> Task | None:
    """Give a task by its number, as it stands in the database now; None when there is none."""
    return session.get(Task, task_id, populate_existing=True)


def finished(session: Session, key: str) -> Task | None:
    """Give the newest task with this key that is done; whether its file still exists is for the caller."""
    return session.scalars(
        select(Task).where(Task.key == key, Task.state == "done").order_by(Task.id.desc()).limit(1)
    ).first()


def of_person(session: Session, person_id: int, count: int) -> list[Task]:
    """Give what somebody asked for, the newest first, `count` at most."""
    return list(
        session.scalars(select(Task).where(Task.person_id == person_id).order_by(Task.id.desc()).limit(count))
    )


def due(session: Session, at: datetime) -> bool:
    """Whether a worker has something to do. It only reads, so asking costs others nothing."""
    waiting_or_silent = or_(Task.state == "waiting", _silent(at))
    return session.scalars(select(Task.id).where(waiting_or_silent).limit(1)).first() is not None


def claim(session: Session, at: datetime, task_id: int | None = None) -> Hold | None:
    """Take the task that waits longest, or this one; None when there is none, or somebody else has it.

    On PostgreSQL a task that another worker is taking is passed over. On SQLite the session must write from
    its beginning (see app/database.py), so that workers come one by one.
    """
    query = select(Task).where(Task.state == "waiting").order_by(Task.asked_at, Task.id).limit(1)
    if task_id is not None:
        query = query.where(Task.id == task_id)
    task = session.scalars(
        query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    ).first()
    if task is None:
        return None
    task.state, task.attempts = "running", task.attempts + 1
    task.started_at = task.heard_at = at
    task.done = task.total = 0
    task.message = None
    session.flush()
    return Hold(task.id, at, task.kind, task.key, task.arguments)


def heard(session: Session, hold: Hold, at: datetime) -> None:
    """Give a sign of life. Raises Cancelled."""
    _say(session, hold, heard_at=at)


def progress(session: Session, hold: Hold, done: int, total: int, message: str | None, at: datetime) -> None:
    """Say how far it is, with a few Dutch words for who waits. Raises Cancelled."""
    _say(session, hold, heard_at=at, done=done, total=total, message=message)


def _say(session: Session, hold: Hold, **values: Any) -> None:
    # a single statement: also a transaction that began as a reader can then write on SQLite
    said = session.execute(
        update(Task)
        .where(_held(hold))
        .values(**values)
        .returning(Task.id)
        .execution_options(synchronize_session=False)
    )
    if said.first() is None:
        raise Cancelled(hold.task_id)


def finish(session: Session, hold: Hold, result: str, at: datetime) -> None:
    """Say that it is done; `result` is the SHA-256 of its file. Raises Cancelled."""
    task = _mine(session, hold)
    task.state, task.result, task.message = "done", result, None
    task.done = task.total
    _end(session, task, at, "task.done")


def fail(session: Session, hold: Hold, message: str, at: datetime) -> None:
    """Say that it did not work out, in Dutch for who asked. Raises Cancelled."""
    task = _mine(session, hold)
    task.state, task.message = "failed", message
    _end(session, task, at, "task.fail")


def release(session: Session, hold: Hold) -> None:
    """Give a task back unfinished, without blame: the server stops. Raises Cancelled."""
    task = _mine(session, hold)
    _wait_again(task)
    task.attempts -= 1
    session.flush()


def cancel(session: Session, task: Task, by: By) -> None:
    """Cancel a task; one that is over stays as it is.

    Raises NotAllowed for anybody but who asked for it: others may wait for the same.
    """
    if task.person_id != by.person_id:
        raise NotAllowed()
    session.refresh(task, with_for_update=True)
    if task.state in UNDER_WAY:
        task.state, task.message, task.finished_at = "cancelled", None, by.at
        log.write(session, "task.cancel", by, "task", task.id, kind=task.kind)
        session.flush()


def stalled(session: Session, at: datetime) -> list[Task]:
    """Let tasks wait again whose worker fell silent, and fail those that did so too often; give them all."""
    found = list(
        session.scalars(
            select(Task)
            .where(_silent(at))
            .order_by(Task.id)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
    )
    for task in found:
        if task.attempts < ATTEMPTS:
            _wait_again(task)
        else:
            task.state, task.message = "failed", TOO_OFTEN
            _end(session, task, at, "task.fail")
    session.flush()
    return found


def _silent(at: datetime) -> ColumnElement[bool]:
    # a sign of life from the future is of before the clock was set back: who lives gives another one soon
    heard = Task.heard_at.between(at - SILENT, at + SILENT)
    return and_(Task.state == "running", not_(heard))


def _held(hold: Hold) -> ColumnElement[bool]:
    return and_(Task.id == hold.task_id, Task.state == "running", Task.started_at == hold.since)


def _mine(session: Session, hold: Hold) -> Task:
    task = session.scalars(
        select(Task).where(_held(hold)).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if task is None:
        raise Cancelled(hold.task_id)
    return task


def _wait_again(task: Task) -> None:
    task.state, task.started_at, task.heard_at = "waiting", None, None
    task.done = task.total = 0
    task.message = None


def _end(session: Session, task: Task, at: datetime, action: str) -> None:
    task.finished_at = at
    log.write(session, action, By.system(at), "task", task.id, kind=task.kind)
    session.flush()
