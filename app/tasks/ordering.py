"""Asking for a task."""

from __future__ import annotations

import hashlib
from typing import Any

from app import cache
from app.extensions import db
from app.tasks.registry import KINDS
from app.tasks.worker import wake
from surveys import tasks
from surveys.acting import By
from surveys.models import Task


def order(kind: str, arguments: dict[str, Any], *, key: str, by: By, filename: str) -> Task:
    """Give the task that makes this: one that is done and has its file, one under way, or a new one.

    It commits, so that a worker sees the task, and wakes the one of this process. The caller has checked that
    whoever asks may; `key` and the rest are as `surveys.tasks.ask` has them. Raises KeyError for an unknown
    kind, and ValueError as that verb does.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    session = db.session()
    made = tasks.finished(session, key)
    if made is not None and file_of(made) is not None:
        return made
    asked = tasks.ask(session, kind=kind, arguments=arguments, key=key, by=by, filename=filename)
    session.commit()
    wake()
    return asked


def file_of(task: Task) -> bytes | None:
    """The file of a task that is done; None when it is no longer kept, or is no longer the same."""
    content = cache.current().get(task.key) if task.state == "done" else None
    if content is None or hashlib.sha256(content).hexdigest() != task.result:
        return None
    return content
