"""Posts that came after their sender was logged out: kept for that person, until they are sent again.

A post is found by a key that only the browser got which sent it; of the key its SHA-256 is kept. Without the
key its sender finds it too, and nobody else does.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.orm import Session

from surveys import log
from surveys.acting import By
from surveys.models import Dossier, HeldPost, Measurement, Person, Unit

LIVES = timedelta(days=7)
"""So long a post waits for its sender."""
MOST = 20
"""The most posts that wait for one person; the oldest make room."""

Fields = Sequence[tuple[str, str]]
"""Names and values of a form as they were sent, in order."""

# put together once: everybody's first page asks what waits, and every login what is too old
_WAITING = (
    select(HeldPost.id, HeldPost.at, Dossier)
    .join(Dossier, Dossier.id == HeldPost.dossier_id)
    .where(HeldPost.person_id == bindparam("person"), HeldPost.at >= bindparam("since"))
    .order_by(HeldPost.id.desc())
)
_WAITING_IN = _WAITING.where(HeldPost.dossier_id == bindparam("dossier"))
_TOO_OLD = (
    delete(HeldPost).where(HeldPost.at < bindparam("before")).execution_options(synchronize_session=False)
)


@dataclass(frozen=True)
class Waiting:
    """A post that waits for its sender: its id, the dossier by its codes and names, and when it came."""

    id: int
    measurement: Measurement
    unit: Unit
    at: datetime


def hold(
    session: Session,
    dossier: Dossier,
    person: Person,
    *,
    endpoint: str,
    arguments: Mapping[str, str],
    fields: Fields,
    files: int,
    by: By,
) -> str:
    """Keep a post for the person whose page it came from; gives the key to it.

    `arguments` are those in its address; `files` says how many files came with it, which are not kept. The
    same post again is kept once, under the new key. `by` is nobody: nobody is logged in.
    """
    purge(session, by.at)
    shape = {"view": dict(arguments), "files": files}
    sent = [list(pair) for pair in fields]
    rows = session.scalars(_of(person.id)).all()
    same = [row for row in rows if (row.endpoint, row.arguments, row.fields) == (endpoint, shape, sent)]
    others = [row for row in rows if row not in same]
    for row in [*same, *others[MOST - 1 :]]:
        session.delete(row)
    key = secrets.token_urlsafe(24)
    made = HeldPost(
        key=_digest(key),
        person_id=person.id,
        dossier_id=dossier.id,
        endpoint=endpoint,
        arguments=shape,
        fields=sent,
        at=by.at,
    )
    session.add(made)
    session.flush()
    log.write(session, "post.hold", by, "person", person.id, dossier=dossier.id)
    return key


def by_key(session: Session, key: str, person_id: int, at: datetime) -> HeldPost | None:
    """The post of this key, when it is this person's and not too old."""
    return session.scalar(_of(person_id, since=at - LIVES).where(HeldPost.key == _digest(key)))


def by_id(session: Session, post_id: int, person_id: int, at: datetime) -> HeldPost | None:
    """The post of this id, when it is this person's and not too old."""
    return session.scalar(_of(person_id, since=at - LIVES).where(HeldPost.id == post_id))


def waiting(
    session: Session, person_id: int, at: datetime, dossier: Dossier | None = None
) -> tuple[Waiting, ...]:
    """What waits for somebody, the newest first; in one dossier when that is given."""
    values = {"person": person_id, "since": at - LIVES}
    if dossier is None:
        rows = session.execute(_WAITING, values)
    else:
        rows = session.execute(_WAITING_IN, values | {"dossier": dossier.id})
    return tuple(Waiting(row[0], row[2].measurement, row[2].unit, row[1]) for row in rows)


def files_of(post: HeldPost) -> int:
    """How many files came with a post, and were not kept."""
    count: int = post.arguments["files"]
    return count


def view_of(post: HeldPost) -> dict[str, str]:
    """The arguments of the view that a post is for."""
    arguments: dict[str, str] = post.arguments["view"]
    return arguments


def drop(session: Session, post: HeldPost) -> None:
    """Keep a post no longer: it is saved, or its sender threw it away."""
    session.delete(post)
    session.flush()


def purge(session: Session, at: datetime) -> None:
    """Drop what waited too long."""
    session.execute(_TOO_OLD, {"before": at - LIVES})


def _of(person_id: int, since: datetime | None = None) -> Select[HeldPost]:
    found = select(HeldPost).where(HeldPost.person_id == person_id).order_by(HeldPost.id.desc())
    return found if since is None else found.where(HeldPost.at >= since)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
