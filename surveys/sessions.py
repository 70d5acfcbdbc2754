"""Sessions: beginning one, finding it by its key, showing anew who one is, and ending it.

The key is in the browser's cookie and nowhere else: here is its SHA-256. It is random and long, so that one
round of hashing is enough, and what leaks from a backup opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, Update, bindparam, delete, select, text, update
from sqlalchemy.orm import Session, joinedload

from surveys import log
from surveys.acting import By
from surveys.models import LoginSession, Person

IDLE: Final = timedelta(hours=1)
"""After so long without a request a session ends; the age of its cookie tells, which every request renews."""
LASTS: Final = timedelta(hours=12)
"""However busy, a session ends after so long: a working day with its evening (NIST SP 800-63B, level 2)."""
SEEN_EVERY: Final = timedelta(minutes=5)
"""So far behind `seen_at` may be: reading a page must not cost a write each time."""
KEPT: Final = timedelta(days=90)
"""So long what ended is kept, for who asks what happened."""

SECOND: Final = frozenset({"authenticator", "recovery", "webauthn", "oidc-mfa"})
"""What counts as a second factor."""

ABSOLUTE: Final = "absolute"
LOGOUT: Final = "logout"
LIST: Final = "list"
ADMINISTRATOR: Final = "administrator"
COMMAND: Final = "command"
PASSWORD: Final = "password"
DISABLED: Final = "disabled"
REPLACED: Final = "replaced"
"""Why a session ended: too long ago; by its own button; from the list; by the beheerder, on a page or on the
command line; another password; the account is disabled; somebody logged in over it in the same browser."""


# every request asks it: putting it together takes as long as asking
_WHO = (
    select(LoginSession, Person)
    .join(Person, Person.id == LoginSession.person_id)
    .options(joinedload(Person.assignments))
    .where(LoginSession.key_hash == bindparam("digest"))
)

# with every login; no row that is at hand is that old
_FORGOTTEN = (
    delete(LoginSession)
    .where(LoginSession.started_at < bindparam("before"))
    .execution_options(synchronize_session=False)
)


def start(
    session: Session, person: Person, *, how: Sequence[str], address: str | None, device: str, at: datetime
) -> tuple[LoginSession, str]:
    """Begin a session, and give it with its key. What ended long ago is forgotten."""
    purge(session, at)
    key = _new_key()
    row = LoginSession(
        key_hash=_digest(key),
        person_id=person.id,
        started_at=at,
        seen_at=at,
        authenticated_at=at,
        how="+".join(how),
        second_factor=not SECOND.isdisjoint(how),
        address=address,
        device=device,
    )
    session.add(row)
    session.flush()
    return row, key


def find(session: Session, key: str) -> tuple[LoginSession, Person] | None:
    """The session of a key, ended or not, and whose it is, with what that person is: one query."""
    found = session.execute(_WHO, {"digest": _digest(key)}).unique().one_or_none()
    return None if found is None else (found[0], found[1])


def over(row: LoginSession, at: datetime) -> str | None:
    """Why a session can't be used any more; None when it can."""
    if row.ended_why is not None:
        return row.ended_why
    return ABSOLUTE if at >= row.started_at + LASTS else None


def open_of(session: Session, person_id: int, at: datetime) -> list[LoginSession]:
    """The sessions of a person that can still be used, the one that was seen last first."""
    return list(
        session.scalars(
            select(LoginSession)
            .where(
                LoginSession.person_id == person_id,
                LoginSession.ended_at.is_(None),
                LoginSession.started_at > at - LASTS,
                LoginSession.seen_at > at - IDLE - SEEN_EVERY,
            )
            .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
        )
    )


def end(session: Session, row: LoginSession, why: str, by: By) -> None:
    """End a session; one that ended before stays as it is. Of logging out the log has a line of its own."""
    if row.ended_why is not None:
        return
    row.ended_at, row.ended_why = by.at, why
    if why != LOGOUT:
        log.write(session, "session.end", by, "person", row.person_id, login_session=row.id, why=why)
    session.flush()


def end_all(session: Session, person_id: int, why: str, by: By, *, but: LoginSession | None = None) -> int:
    """End every session of a person that has not ended, except one; gives how many could still be used."""
    usable = {row.id for row in open_of(session, person_id, by.at)}
    rows = session.scalars(
        select(LoginSession)
        .where(LoginSession.person_id == person_id, LoginSession.ended_at.is_(None))
        .order_by(LoginSession.id)
    )
    ended = [row for row in rows if row is not but]
    for row in ended:
        end(session, row, why, by)
    return len(usable & {row.id for row in ended})


def confirm(session: Session, row: LoginSession, by: By) -> None:
    """Note that the person showed anew who they are."""
    row.authenticated_at = by.at
    log.write(session, "session.confirm", by, "person", row.person_id, login_session=row.id)
    session.flush()


def is_fresh(row: LoginSession, within: timedelta, at: datetime) -> bool:
    """Whether the person showed who they are so recently."""
    return at - row.authenticated_at <= within


def renew_key(session: Session, row: LoginSession, at: datetime) -> str:
    """Give a session another key, as its owner showed who they are: a copy of the old one opens nothing."""
    key = _new_key()
    row.key_hash, row.authenticated_at = _digest(key), at
    session.flush()
    return key


def note_seen(engine: Engine, session_id: int, at: datetime) -> None:
    """Write when a session was last seen, unless that has to wait for somebody else: then not.

    In a transaction of its own; on PostgreSQL it waits for no disk. Raises what the database raises.
    """
    row = select(LoginSession.id).where(LoginSession.id == session_id, LoginSession.ended_at.is_(None))
    noted: Update = update(LoginSession).values(seen_at=at)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL synchronous_commit = off"))
            free = row.with_for_update(skip_locked=True).scalar_subquery()
            connection.execute(noted.where(LoginSession.id == free))
        return
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        [patience] = driver.execute("PRAGMA busy_timeout").fetchone()
        driver.execute("PRAGMA busy_timeout = 0")
        try:
            connection.execute(noted.where(LoginSession.id.in_(row)))
            connection.commit()
        finally:
            driver.execute(f"PRAGMA busy_timeout = {patience:d}")


def purge(session: Session, at: datetime) -> None:
    """Forget what began so long ago that it ended longer ago than is kept."""
    session.execute(_FORGOTTEN, {"before": at - LASTS - KEPT})


def _new_key() -> str:
    return secrets.token_urlsafe(32)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
