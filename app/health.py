"""Whether this server lives and can serve, for whoever watches it: a monitor or a balancer.

Both addresses are open to all and tell nothing but words from a fixed list. Neither needs a session; neither
is written in the access log, for they are asked every few seconds.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Blueprint, Flask, Response, current_app, jsonify
from sqlalchemy.exc import SQLAlchemyError

from app import database
from app.auth import OPEN, requires
from app.config import Settings
from app.extensions import db
from app.sessions import leaves_session

blueprint = Blueprint("health", __name__)

PATIENCE: Final = 1.0
"""Seconds that each part may take to answer."""
ROOM: Final = 10
"""So many of the largest files must fit in the file store."""
EXTENSION: Final = "meetlat_health"
MEGABYTE: Final = 1024 * 1024

GOOD: Final = "goed"
SILENT: Final = "geen antwoord"
UNREACHABLE: Final = "niet te bereiken"
OTHER_SCHEMA: Final = "andere versie dan deze Meetlat"
READ_ONLY: Final = "niet te beschrijven"
FULL: Final = "vol"
BROKEN: Final = "niet te zeggen"
logger = logging.getLogger(__name__)


class Part:
    """Something that Meetlat can't do without, looked at in time.

    A look that hangs (a file server that is gone) must hold up neither the answer nor, by many of them, the
    process: it goes on in a thread of its own, and nobody looks again until that one is done.
    """

    def __init__(self, look: Callable[[], str]) -> None:
        """`look` gives GOOD or what is wrong."""
        self._look = look
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._found = SILENT

    def state(self) -> str:
        """GOOD, or what is wrong; SILENT when that takes longer than `PATIENCE`."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._found = SILENT
                self._thread = threading.Thread(target=self._run, daemon=True, name="meetlat-health")
                self._thread.start()
            looking = self._thread
        looking.join(PATIENCE)
        return self._found

    def _run(self) -> None:
        try:
            self._found = self._look()
        except Exception:
            logger.exception("a part can't be looked at")
            self._found = BROKEN


def init_app(app: Flask) -> None:
    """Give an application its parts."""
    settings: Settings = app.config["SETTINGS"]
    app.extensions[EXTENSION] = {
        "database": Part(partial(_database, app)),
        "bestanden": Part(partial(_files, settings.files, ROOM * settings.upload_mb * MEGABYTE)),
    }


@blueprint.get("/gezond")
@requires(OPEN)
@leaves_session
def alive() -> Response:
    """Say that the process answers. It looks at nothing else: restarting us mends no database."""
    return jsonify(status=GOOD)


@blueprint.get("/klaar")
@requires(OPEN)
@leaves_session
def ready() -> tuple[Response, HTTPStatus]:
    """Say whether requests can be served, and if not (503), which part fails."""
    parts: dict[str, Part] = current_app.extensions[EXTENSION]
    states = {name: part.state() for name, part in parts.items()}
    good = all(state == GOOD for state in states.values())
    answer = jsonify(status="klaar" if good else "niet klaar", **states)
    return answer, HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE


def _database(app: Flask) -> str:
    """Whether the database answers, with the schema that this code was written for."""
    with app.app_context(), database.reading():
        try:
            return GOOD if database.is_current(db.engine) else OTHER_SCHEMA
        except SQLAlchemyError:
            return UNREACHABLE


def _files(folder: Path, room: int) -> str:
    """Whether files can be kept, and that many. The folder is made when it is not there yet."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"?")
            file.flush()
        return GOOD if shutil.disk_usage(folder).free >= room else FULL
    except OSError:
        return READ_ONLY
