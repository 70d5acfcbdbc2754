"""What is in the log without changing anything: access that was refused, and files that went out."""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, current_app, g, request
from flask_security import current_user
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import TooManyRequests

from app import database
from app.extensions import db, let_go
from surveys import log
from surveys.acting import By, now
from surveys.models import LogEntry, Person

DENIED: Final = "access.denied"
FORGED: Final = "access.forged"
"""A form without the token of its session, or with an old one."""
MISSING: Final = "access.missing"
"""An id, or a code, that is not there: or not within what the address is about."""
LIMITED: Final = "access.limited"
"""More requests than one may make in so long."""
LOCKED: Final = "login.locked"
"""A password for an address that is locked; it is not even looked at."""
WRONG_PASSWORD: Final = "password.wrong"
"""Somebody who is logged in, and does not know the password of the account."""
LINK_ASKED: Final = "password.ask"
"""Somebody asked for a link by mail, for an account or for an address that nobody has."""
FILE: Final = "file.download"
ONCE_IN: Final = timedelta(minutes=1)
"""The same refusal to one person from one address leaves one line in so long: nobody can flood the log."""
MOST_KNOWN: Final = 10_000
"""So many refusals a server remembers at most; of others it asks the log."""
EXTENSION: Final = "refusals"
MOST_FILES: Final = 100
FILES_IN: Final = timedelta(minutes=10)
"""So many files go out to one person in so long: more than anybody reads, too few to carry all of it away."""
CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
"""What a code looks like. Anything else in an address may be anything, and stays out of the log."""
SECRET: Final = frozenset({"token"})
"""What in an address is a key to something."""
logger = logging.getLogger(__name__)


class Lately:
    """The refusals of which this server knows that they are in the log since a short while.

    Who repeats one, by hand or by a program, then asks nothing of the database.
    """

    def __init__(self) -> None:
        """None yet."""
        self._at: dict[tuple[str, int | None, str | None], datetime] = {}

    def has(self, action: str, by: By) -> bool:
        """Whether the log has this refusal of this person at this address since less than `ONCE_IN`."""
        told = self._at.get((action, by.person_id, by.remote))
        return told is not None and told <= by.at < told + ONCE_IN

    def add(self, action: str, by: By) -> None:
        """Note one that is in the log now."""
        if len(self._at) >= MOST_KNOWN:
            self._at = {what: at for what, at in self._at.items() if by.at < at + ONCE_IN}
        if len(self._at) < MOST_KNOWN:
            self._at[action, by.person_id, by.remote] = by.at


def init_app(app: Flask) -> None:
    """Log every file that goes out."""
    app.after_request(file_sent)
    forget(app)


def forget(app: Flask) -> None:
    """Know nothing of what is in the log already: it may be another one."""
    app.extensions[EXTENSION] = Lately()


def refused(action: str) -> None:
    """Log that the person who asks was refused; what their request had not committed is undone.

    A refusal stays a refusal when the log can't be written.
    """
    try:
        by = _by()
        db.session.rollback()  # on SQLite what only reads can't write any more
        lately: Lately = current_app.extensions[EXTENSION]
        if lately.has(action, by):
            return
        with database.writing():
            if not _told_before(action, by):
                _write(action, by)
                db.session.commit()
                lately.add(action, by)
    except SQLAlchemyError:
        let_go()
        logger.exception("a refusal is not in the log", extra={"endpoint": request.endpoint})


def attempt(action: str, subject: Person | None) -> None:
    """Log that somebody tries to come in, or to stay, as this person (None: as nobody here), and commit.

    In a form: what its view had not committed goes along.
    """
    by, number = _by(), subject.id if subject else None
    about = LogEntry.subject_id.is_(None) if number is None else LogEntry.subject_id == number
    if not _told_before(action, by, about):
        log.write(db.session, action, by, "person", number)
    db.session.commit()


def file_sent(response: Response) -> Response:
    """Log a file that goes out. Raises what the database raises: without its line no file goes out.

    Nor does one go out to who had too many: then this is the page that says so.
    """
    told = response.headers.get("Content-Disposition", "")
    if not told.startswith("attachment") or response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
        return response
    if too_many_files():
        return current_app.make_response(current_app.handle_user_exception(TooManyRequests()))
    by = _by()
    db.session.rollback()
    with database.writing():
        _write(FILE, by)
        db.session.commit()
    return response


def too_many_files() -> bool:
    """Whether whoever asks had so many files lately that the next one has to wait."""
    if not (current_app.config["RATELIMIT_ENABLED"] and current_user.is_authenticated):
        return False
    had = select(func.count()).where(
        LogEntry.action == FILE, LogEntry.person_id == current_user.id, LogEntry.at > now() - FILES_IN
    )
    return (db.session.scalar(had) or 0) >= MOST_FILES


def _by() -> By:
    person = current_user.id if current_user.is_authenticated else None
    held = g.get("assignments") or [None]
    return By(person, held[0] and held[0].id, None, None, now(), request.remote_addr)


def _told_before(action: str, by: By, *about: ColumnElement[bool]) -> bool:
    told = select(LogEntry.id).where(
        LogEntry.at > by.at - ONCE_IN,
        LogEntry.action == action,
        LogEntry.person_id.is_(None) if by.person_id is None else LogEntry.person_id == by.person_id,
        LogEntry.remote.is_(None) if by.remote is None else LogEntry.remote == by.remote,
        *about,
    )
    return db.session.scalar(told.limit(1)) is not None


def _write(action: str, by: By) -> None:
    """A line about the view that was asked for, and about the dossier or measurement of its address."""
    detail: dict[str, log.Ids] = {"view": request.endpoint, "method": request.method}
    for name, value in {**(request.view_args or {}), "vorm": request.args.get("vorm")}.items():
        if name in SECRET:
            continue
        if isinstance(value, int) or (isinstance(value, str) and CODE.fullmatch(value)):
            detail[name] = value
    dossier, measurement = g.get("dossier"), g.get("measurement")
    if dossier is not None:
        log.write(db.session, action, by, "dossier", dossier.id, **detail)
    elif measurement is not None:
        log.write(db.session, action, by, "measurement", measurement.id, **detail)
    else:
        log.write(db.session, action, by, "view", None, **detail)
