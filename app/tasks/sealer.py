"""Seals the log while the server runs; see surveys/sealing.py."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import database
from surveys import sealing
from surveys.acting import now

INTERVAL: Final = 60.0
"""Seconds between two looks of one process for lines to seal."""


class Sealer:
    """Seals what there is, now and then: the worker of each process has one."""

    def __init__(self) -> None:
        self._next = time.monotonic() + INTERVAL

    def tick(self, engine: Engine) -> int:
        """Seal when it is time, and give how many lines that were. Raises SQLAlchemyError."""
        if time.monotonic() < self._next:
            return 0
        self._next = time.monotonic() + INTERVAL
        return sum(batches(engine))


def batches(engine: Engine) -> Iterator[int]:
    """Seal all that can be sealed, each batch in a transaction of its own; gives how many lines each had.

    When there is nothing it only reads.
    """
    full = size = sealing.BATCH
    while size == full and _waiting(engine):
        with Session(engine) as session, session.begin():
            made = sealing.seal(session, now(), full)
            size = made.count if made else 0
        if size:
            yield size


def _waiting(engine: Engine) -> bool:
    with database.reading(), Session(engine) as session:
        return sealing.unsealed(session)[0] > 0
