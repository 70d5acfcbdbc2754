"""Who has which page of a dossier open now. Never a durable write: it is forgotten within a minute.

SQLite serves one process, so that keeps it in memory. PostgreSQL may serve several; there an unlogged table
holds it, in a short transaction of its own that waits for no disk and has no part in anybody's save.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, delete, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from surveys import models
from surveys.models import Answer, Assignment, Discussion, DiscussionMessage, Dossier, Signature

LASTS = timedelta(seconds=12)
"""So long after its last sign a page counts as open; it gives one every four seconds."""
FORGOTTEN = timedelta(minutes=1)
"""After so long nothing is left of it."""
ARRIVED = "-"
"""The window of a page that just came: without JavaScript it will say no more, and else its own name soon."""


@dataclass(frozen=True)
class Sign:
    """A sign of life of one page: whose, of which dossier, on which factor, at which question (if any).

    `tab` tells the windows of one person apart.
    """

    tab: str
    dossier_id: int
    person_id: int
    assignment_id: int
    factor: str | None
    question: str | None
    seen_at: datetime

    @property
    def key(self) -> str:
        """Whose window it is: nobody can speak for somebody else's."""
        return f"{self.person_id}:{self.tab}"

    @property
    def arrival(self) -> str:
        """What a window that has said its name takes the place of."""
        return f"{self.person_id}:{ARRIVED}"


class Board(Protocol):
    """Where the signs are kept."""

    def note(self, sign: Sign) -> None:
        """Keep a sign, instead of the one before of the same window; drop what is forgotten.

        One that comes late, after a newer one of that window, changes nothing: it is of a page that is left.
        """

    def seen(self, dossier_id: int, since: datetime) -> list[Sign]:
        """The signs of a dossier since a moment, the newest first."""


class InMemory:
    """The signs in this process."""

    def __init__(self) -> None:
        self._signs: dict[str, Sign] = {}
        self._lock = threading.Lock()

    def note(self, sign: Sign) -> None:
        """See `Board`."""
        with self._lock:
            self._signs.pop(sign.arrival, None)
            kept = self._signs.get(sign.key)
            if kept is None or kept.seen_at <= sign.seen_at:
                self._signs[sign.key] = sign
            old = [key for key, each in self._signs.items() if each.seen_at < sign.seen_at - FORGOTTEN]
            for key in old:
                del self._signs[key]

    def seen(self, dossier_id: int, since: datetime) -> list[Sign]:
        """See `Board`."""
        with self._lock:
            found = [
                each
                for each in self._signs.values()
                if each.dossier_id == dossier_id and each.seen_at >= since
            ]
        return sorted(found, key=lambda each: each.seen_at, reverse=True)

    def __len__(self) -> int:
        """How many signs there are."""
        return len(self._signs)


class InDatabase:
    """The signs in the unlogged table `presence`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def note(self, sign: Sign) -> None:
        """See `Board`."""
        table = models.Presence
        said = {
            "dossier_id": sign.dossier_id,
            "person_id": sign.person_id,
            "assignment_id": sign.assignment_id,
            "factor": sign.factor,
            "question": sign.question,
            "seen_at": sign.seen_at,
        }
        with self._engine.begin() as connection:
            connection.execute(text("SET LOCAL synchronous_commit = off"))
            old = table.seen_at < sign.seen_at - FORGOTTEN
            connection.execute(delete(table).where(or_(old, table.tab == sign.arrival)))
            connection.execute(
                insert(table)
                .values(tab=sign.key, **said)
                .on_conflict_do_update(
                    index_elements=[table.tab], set_=said, where=table.seen_at <= sign.seen_at
                )
            )

    def seen(self, dossier_id: int, since: datetime) -> list[Sign]:
        """See `Board`."""
        table = models.Presence
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(
                    table.tab,
                    table.dossier_id,
                    table.person_id,
                    table.assignment_id,
                    table.factor,
                    table.question,
                    table.seen_at,
                )
                .where(table.dossier_id == dossier_id, table.seen_at >= since)
                .order_by(table.seen_at.desc())
            ).all()
        return [Sign(row.tab.partition(":")[2], *row[1:]) for row in rows]


_memory: WeakKeyDictionary[Engine, InMemory] = WeakKeyDictionary()
_making = threading.Lock()


def board(session: Session) -> Board:
    """Where the signs of this database are kept."""
    engine = session.get_bind().engine
    if engine.dialect.name != "sqlite":
        return InDatabase(engine)
    with _making:
        return _memory.setdefault(engine, InMemory())


@dataclass(frozen=True)
class Other:
    """Somebody else who has the dossier open: name, role (its code), and where."""

    name: str
    role: str
    factor: str | None
    question: str | None


@dataclass(frozen=True)
class Company:
    """Who else is in a dossier: other people, each once, and one's own other windows on the same factor."""

    others: tuple[Other, ...] = ()
    own_windows: int = 0


def company(
    session: Session, dossier: Dossier, *, person_id: int, tab: str | None, factor: str | None, at: datetime
) -> Company:
    """Who else has this dossier open, as seen from one window (None: a page that just came).

    Of somebody with several windows the one on the same factor counts, then the newest.
    """
    signs = board(session).seen(dossier.id, at - LASTS)
    others: dict[int, Sign] = {}
    for sign in sorted(signs, key=lambda each: each.factor != factor):
        if sign.person_id != person_id:
            others.setdefault(sign.person_id, sign)
    own = {
        sign.tab
        for sign in signs
        if tab is not None and factor is not None
        # a page that just came has said so without the name of its window
        if sign.person_id == person_id and sign.factor == factor and sign.tab not in (tab, ARRIVED)
    }
    return Company(_named(session, others.values()), len(own))


def _named(session: Session, signs: Iterable[Sign]) -> tuple[Other, ...]:
    signs = list(signs)
    if not signs:
        return ()
    rows = session.scalars(
        select(Assignment)
        .where(Assignment.id.in_({sign.assignment_id for sign in signs}))
        .options(joinedload(Assignment.person))
    )
    held = {row.id: row for row in rows}
    found = [
        Other(held[sign.assignment_id].person.name, held[sign.assignment_id].role, sign.factor, sign.question)
        for sign in signs
        if sign.assignment_id in held
    ]
    return tuple(sorted(found, key=lambda each: each.name))


def stand(session: Session, dossier: Dossier) -> str:
    """Sum up how a dossier stands, in sixteen characters: another one means that a page must look again.

    Its state, the versions of its answers and views, its signatures and what was said about it.
    """
    versions = session.execute(
        select(Answer.question, Answer.party, Answer.version)
        .where(Answer.dossier_id == dossier.id)
        .order_by(Answer.question, Answer.party)
    ).all()
    signatures = session.execute(
        select(Signature.id, Signature.voided_by_id)
        .where(Signature.dossier_id == dossier.id)
        .order_by(Signature.id)
    ).all()
    said = session.scalar(
        select(func.max(DiscussionMessage.id)).join(Discussion).where(Discussion.dossier_id == dossier.id)
    )
    state = (dossier.state, dossier.state_since.isoformat(), dossier.measurement.state)
    whole = repr((state, [tuple(row) for row in versions], [tuple(row) for row in signatures], said))
    return hashlib.sha256(whole.encode()).hexdigest()[:16]
