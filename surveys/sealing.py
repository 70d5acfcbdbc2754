"""Seals on the log: what was written can't be changed, taken out or put in without being found.

A line of the log is written in the transaction of what it tells. Chaining lines there would make everybody
who saves wait for each other, so lines are sealed afterwards, in batches: a seal holds the SHA-256 of its
lines and the hash of the seal before it. Who rewrites the whole log and all seals is found with a *head* that
was kept elsewhere. docs/decisions/015-audit-log.md tells what this holds against and what not.

The verbs flush and never commit.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any, Final

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from surveys import log
from surveys.acting import By
from surveys.errors import MeetlatError
from surveys.models import LogEntry, LogSeal

BATCH: Final = 1000
"""So many lines at most are under one seal: a seal is made and checked in memory."""
PATIENCE: Final = 5.0
"""Seconds to wait for transactions that may still add a line below the newest one."""
NAP: Final = 0.02
"""Seconds between two looks whether they ended."""
NOTHING: Final = "0" * 64
"""What the first seal has for the hash of the one before."""
MARK: Final = 16
"""So many hexadecimal digits of a line's digest are its mark: enough to tell which line was changed."""
CHECKED: Final = "log.verify"
"""The action of the line that tells of a verification."""
_UNREADABLE: Final = b"unreadable"

_line, _seal = LogEntry.__table__, LogSeal.__table__

# Whoever adds a line holds this lock on the table from before its number is drawn until its transaction is
# over, and is seen by others to have committed before the lock is gone.
_WRITERS: Final = text(
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock'"
    " AND granted AND relation = 'log_entry'::regclass"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND pid IS DISTINCT FROM pg_backend_pid()"
)


class HeadRefused(MeetlatError):
    """What was given as a head is none of this Meetlat; the text says why."""


@dataclass(frozen=True)
class Head:
    """The newest seal at some moment, to be kept elsewhere; number 0 before the first one.

    `signature` is the HMAC-SHA-256 over the rest, with a key that nothing else is signed with.
    """

    number: int
    hash: str
    at: str
    signature: str

    def as_json(self) -> str:
        """The head as one line."""
        return json.dumps(vars(self))


@dataclass(frozen=True)
class Broken:
    """The first place where the log does not hold: what is wrong there, at which seal, with which line.

    `what`: for a line `changed`, `missing` or `added`; without a line `seal_changed` or `seal_missing`, and
    against a head `rewritten`.
    """

    what: str
    seal: int
    line: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What came of a verification: how far the log was sealed, where it broke, and what is not sealed yet."""

    seals: int
    lines: int
    sealed_at: datetime | None
    broken: Broken | None
    open_lines: int
    open_since: datetime | None


def seal(session: Session, at: datetime, limit: int = BATCH) -> LogSeal | None:
    """Seal the oldest lines that no seal covers, `limit` at most; None when there are none.

    Only what is committed is sealed, and only up to a line below which none can come any more: see `settled`.
    """
    upto = settled(session)
    if upto is None:
        return None
    if _on_postgres(session):  # one sealer at a time; on SQLite a transaction that writes is alone already
        session.execute(text("LOCK TABLE log_seal IN SHARE ROW EXCLUSIVE MODE"))
    last = session.scalars(select(LogSeal).order_by(LogSeal.number.desc()).limit(1)).one_or_none()
    found = _digests(session, last.last_id if last else None, upto, limit)
    if not found:
        return None
    made = LogSeal(
        number=last.number + 1 if last else 1,
        previous=last.hash if last else NOTHING,
        sealed_at=at,
        **_contents(found),
    )
    made.hash = _hash_of(vars(made))
    session.add(made)
    session.flush()
    return made


def settled(session: Session, patience: float = PATIENCE) -> int | None:
    """The number of a committed line below which no other line can appear; None when that is not sure now.

    On SQLite one transaction writes at a time, so lines are committed in the order of their numbers. On
    PostgreSQL a transaction that is still running may hold a lower number than one that is committed. So the
    newest number is read first, and then everybody is waited for who may have drawn one before: that is who
    holds the lock of a writer at that moment. Who comes later draws a higher number. Nobody waits for us.
    Takes a session that reads what is committed statement by statement, as PostgreSQL does by default.
    """
    highest: int | None = session.scalar(select(func.max(LogEntry.id)))
    if highest is None or not _on_postgres(session):
        return highest
    waiting_for = set(session.scalars(_WRITERS))
    until = time.monotonic() + patience
    while waiting_for:
        if time.monotonic() > until:
            return None
        time.sleep(NAP)
        waiting_for &= set(session.scalars(_WRITERS))
    return highest


def unsealed(session: Session) -> tuple[int, datetime | None]:
    """How many committed lines no seal covers, and the moment of the oldest of those."""
    last = select(func.coalesce(func.max(LogSeal.last_id), 0)).scalar_subquery()
    count, since = session.execute(
        select(func.count(), func.min(LogEntry.at)).where(LogEntry.id > last)
    ).one()
    return count, since


def head(session: Session, key: str, at: datetime) -> Head:
    """The newest seal, signed with a key."""
    row = session.execute(
        select(_seal.c.number, _seal.c.hash).order_by(_seal.c.number.desc()).limit(1)
    ).one_or_none()
    number, found = row or (0, NOTHING)
    return Head(number, found, at.isoformat(), _sign(key, number, found, at.isoformat()))


def read_head(content: str, *keys: str) -> Head:
    """Read a head that was kept. Raises HeadRefused for what is none, or none of these keys signed."""
    try:
        found = Head(**json.loads(content))
        signed = [_sign(key, found.number, found.hash, found.at) for key in keys]
        good = any(hmac.compare_digest(found.signature, each) for each in signed)
    except (TypeError, ValueError, RecursionError) as error:
        raise HeadRefused("Dit is geen kop van het logboek, zoals `meetlat log head` die geeft.") from error
    if not good:
        raise HeadRefused(
            "De handtekening onder deze kop klopt niet: de kop is gewijzigd, of de geheime sleutel is nu een"
            " andere dan toen."
        )
    return found


def verify(session: Session, kept: Head | None = None) -> Verdict:
    """Read the whole log and all seals, and tell the first place where they do not hold.

    `kept` is a head from earlier: the log must still be the one that it was taken from.
    """
    # read first: a seal that is made meanwhile may be seen by another verification
    known = max(_last_checked(session), kept.number if kept else 0)
    previous: LogSeal | None = None
    lines, broken = 0, None
    for number, found in _seals(session):
        broken = _check(session, number, found, previous, kept)
        if broken is not None or found is None:
            break
        previous, lines = found, lines + found.count
    number = previous.number if previous else 0
    if broken is None and number < known:
        broken = Broken("seal_missing", number + 1)
    open_lines, open_since = unsealed(session)
    return Verdict(number, lines, previous.sealed_at if previous else None, broken, open_lines, open_since)


def record(session: Session, verdict: Verdict, by: By) -> None:
    """Leave a line about a verification in the log; from then on the seals it saw must stay."""
    broken = verdict.broken
    detail: dict[str, log.Ids] = {"holds": broken is None, "lines": verdict.lines}
    if verdict.sealed_at is not None:
        detail["sealed_at"] = verdict.sealed_at.isoformat()
    if broken is not None:
        detail |= {"what": broken.what, "seal": broken.seal, "line": broken.line}
    log.write(session, CHECKED, by, "log_seal", verdict.seals, **detail)
    session.flush()


def _on_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _seals(session: Session) -> Iterator[tuple[int, LogSeal | None]]:
    """Every seal in the order of their numbers; None for one with something in it that can't be read."""
    for number in session.scalars(select(_seal.c.number).order_by(_seal.c.number)).all():
        try:
            row = session.execute(select(_seal).where(_seal.c.number == number)).one()
            yield number, LogSeal(**row._asdict())
        except (TypeError, ValueError):
            yield number, None


def _check(
    session: Session, number: int, found: LogSeal | None, previous: LogSeal | None, kept: Head | None
) -> Broken | None:
    """What is wrong with a seal or its lines, or None."""
    expected, follows = (previous.number + 1, previous.hash) if previous else (1, NOTHING)
    if number != expected:
        return Broken("seal_missing", expected)
    if found is None or found.previous != follows or found.hash != _hash_of(vars(found)):
        return Broken("seal_changed", number)
    lines = _digests(session, previous.last_id if previous else None, found.last_id)
    contents = _contents(lines) if lines else {"marks": []}
    broken = _first_difference(number, found.marks, contents["marks"])
    if broken is None and any(getattr(found, name) != value for name, value in contents.items()):
        return Broken("seal_changed", number)
    if broken is None and kept is not None and kept.number == number and kept.hash != found.hash:
        return Broken("rewritten", number)
    return broken


def _first_difference(number: int, sealed: Any, found: list[list[Any]]) -> Broken | None:
    """The first line that is not as it was sealed."""
    for was, now in zip_longest(sealed, found):
        if was == now:
            continue
        if now is None or (was is not None and was[0] < now[0]):
            return Broken("missing", number, was[0])
        if was is None or now[0] < was[0]:
            return Broken("added", number, now[0])
        return Broken("changed", number, now[0])
    return None


def _last_checked(session: Session) -> int:
    """The highest seal that an earlier verification saw."""
    told = select(func.max(LogEntry.subject_id)).where(
        LogEntry.subject == "log_seal", LogEntry.action == CHECKED
    )
    return session.scalar(told) or 0


def _digests(
    session: Session, after: int | None, upto: int, limit: int | None = None
) -> list[tuple[int, bytes]]:
    """The lines of a stretch, in the order of their numbers: each with its SHA-256."""
    asked = select(_line).where(_line.c.id <= upto).order_by(_line.c.id).limit(limit)
    if after is not None:
        asked = asked.where(_line.c.id > after)
    try:
        return [(row.id, _digest(row._asdict())) for row in session.execute(asked)]
    except (TypeError, ValueError):
        return _one_by_one(session, asked)


def _one_by_one(session: Session, asked: Select[Any]) -> list[tuple[int, bytes]]:
    """The same where a line has something in it that can't be read: SQLite lets anything into a column."""
    found = []
    for number in session.scalars(asked.with_only_columns(_line.c.id)).all():
        try:
            row = session.execute(select(_line).where(_line.c.id == number)).one()
            found.append((number, _digest(row._asdict())))
        except (TypeError, ValueError):
            found.append((number, hashlib.sha256(_UNREADABLE).digest()))
    return found


def _contents(lines: list[tuple[int, bytes]]) -> dict[str, Any]:
    """What a seal says of its lines."""
    return {
        "first_id": lines[0][0],
        "last_id": lines[-1][0],
        "count": len(lines),
        "digest": hashlib.sha256(b"".join(digest for _, digest in lines)).hexdigest(),
        "marks": [[number, digest.hex()[:MARK]] for number, digest in lines],
    }


def _digest(values: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(_canonical(values)).digest()


def _hash_of(values: Mapping[str, Any]) -> str:
    """The hash of a seal: over every column but itself."""
    columns = (column.name for column in _seal.columns if column.name != "hash")
    return _digest({name: values[name] for name in columns}).hex()


def _canonical(values: Mapping[str, Any]) -> bytes:
    """Values by name in one form, whatever database they come from.

    What is empty is left out: a column that is added one day leaves the older lines as they were.
    """
    shown = {
        str(name): value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
        if value is not None
    }
    return json.dumps(shown, sort_keys=True, separators=(",", ":")).encode("ascii")


def _sign(key: str, number: int, hash_: str, at: str) -> str:
    told = _canonical({"purpose": "head of the log", "number": number, "hash": hash_, "at": at})
    return hmac.new(key.encode(), told, hashlib.sha256).hexdigest()
