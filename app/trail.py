"""What is in the log without changing anything: access that was refused, and files that went out."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, g, request
from flask_security import current_user
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app import database
from app.extensions import db
from surveys import log
from surveys.acting import By, now
from surveys.models import LogEntry

DENIED: Final = "access.denied"
FORGED: Final = "access.forged"
"""A form without the token of its session, or with an old one."""
FILE: Final = "file.download"
ONCE_IN: Final = timedelta(minutes=1)
"""The same refusal to one person from one address leaves one line in so long: nobody can flood the log."""
CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
"""What a code looks like. Anything else in an address may be anything, and stays out of the log."""
SECRET: Final = frozenset({"token"})
"""What in an address is a key to something."""
logger = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Log every file that goes out."""
    app.after_request(file_sent)


def refused(action: str) -> None:
    """Log that the person who asks was refused; what their request had not committed is undone.

    A refusal stays a refusal when the log can't be written.
    """
    try:
        by = _by()
        db.session.rollback()  # on SQLite what only reads can't write any more
        with database.writing():
            if not _told_before(action, by):
                _write(action, by)
                db.session.commit()
    except SQLAlchemyError:
        db.session.rollback()
        logger.exception("a refusal is not in the log", extra={"endpoint": request.endpoint})


def file_sent(response: Response) -> Response:
    """Log a file that goes out. Raises what the database raises: without its line no file goes out."""
    told = response.headers.get("Content-Disposition", "")
    if told.startswith("attachment") and response.status_code < HTTPStatus.MULTIPLE_CHOICES:
        by = _by()
        db.session.rollback()
        with database.writing():
            _write(FILE, by)
            db.session.commit()
    return response


def _by() -> By:
    person = current_user.id if current_user.is_authenticated else None
    held = g.get("assignments") or [None]
    return By(person, held[0] and held[0].id, None, None, now(), request.remote_addr)


def _told_before(action: str, by: By) -> bool:
    told = select(LogEntry.id).where(
        LogEntry.at > by.at - ONCE_IN,
        LogEntry.action == action,
        LogEntry.person_id.is_(None) if by.person_id is None else LogEntry.person_id == by.person_id,
        LogEntry.remote.is_(None) if by.remote is None else LogEntry.remote == by.remote,
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
