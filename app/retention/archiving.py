"""The archive of a measurement as long work, and what is cleared away after a measurement was destroyed."""

from __future__ import annotations

import hashlib
import logging
from typing import Final

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app import archive, cache
from app.extensions import db
from app.tasks.ordering import order
from app.tasks.registry import Context, task
from exports.text import file_name
from surveys import evidence, retention
from surveys.acting import By
from surveys.errors import Refused
from surveys.filestore import Folder
from surveys.models import Measurement, Task

KIND: Final = "retention.archive"
CHANGED: Final = "De meting is gewijzigd nadat u om het archief vroeg. Vraag het opnieuw."
logger = logging.getLogger(__name__)


def store() -> Folder:
    """Where uploaded files are kept."""
    return Folder(current_app.config["SETTINGS"].files)


def ask(measurement: Measurement, by: By) -> Task:
    """Ask for the archive of a measurement as it is now. It commits."""
    contents = retention.contents_of(db.session(), measurement)
    return order(
        KIND,
        {"measurement": measurement.id, "contents": contents},
        # the moment too: what the log tells is in the archive as well, and is not in the contents
        key=hashlib.sha256(f"{KIND} {measurement.id} {contents} {by.at.isoformat()}".encode()).hexdigest(),
        by=by,
        filename=file_name("meetlat", measurement.code, "archief", "json"),
    )


def last_asked(measurement: Measurement) -> Task | None:
    """The archive of a measurement that somebody asked for last."""
    asked = db.session.scalars(select(Task).where(Task.kind == KIND).order_by(Task.id.desc()))
    return next((each for each in asked if each.arguments["measurement"] == measurement.id), None)


@task(KIND, title="Archief van een meting", permission=retention.PERMISSION)
def make(context: Context, measurement: int, contents: str) -> bytes:
    """The archive. Raises Refused when the measurement changed since, or no archive can be made of it."""
    context.progress(0, 1, "Alle gegevens en bestanden worden verzameld.")
    with archive.one_moment(db.engine) as session:
        row = session.get_one(Measurement, measurement)
        if retention.contents_of(session, row) != contents:
            raise Refused(CHANGED)
        try:
            return archive.make(session, row, store())
        except archive.ArchiveFault as fault:
            raise Refused(f"Het archief kan niet worden gemaakt: {fault}") from fault


def clear_away() -> None:
    """Remove the files that nothing names any more, and all that was kept to be quick. It commits.

    For after the commit of a destruction: what can't be removed now is found by `meetlat check`, and goes
    with a later sweep.
    """
    try:
        evidence.sweep(db.session(), store())
        db.session.commit()
        cache.current().clear()
    except (OSError, SQLAlchemyError):
        db.session.rollback()
        logger.exception("not everything of a destroyed measurement is cleared away")
