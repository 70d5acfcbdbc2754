"""`meetlat serve`: prepare the embedded default when it is new, then serve."""

from __future__ import annotations

import logging
import os
import socket
from typing import TYPE_CHECKING, Any

import click
from gunicorn.app.base import BaseApplication

from app import create_app, logs, metrics
from app.cli.context import Wrong, application, settings
from app.cli.setup import account_lines, address, fill, migrate
from app.config import HIGHEST_PORT, Settings
from app.extensions import db
from app.tasks.worker import Worker
from surveys import people

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from flask import Flask


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with our settings; on SQLite one process, because one writes at a time anyway."""

    def __init__(self, found: Settings, port: int, announce: list[str]) -> None:
        self.found, self.port, self.announce = found, port, announce
        self.app: Flask | None = None
        self.tasks: Worker | None = None
        super().__init__()

    def load_config(self) -> None:
        """Set what Gunicorn needs to know."""
        options: dict[str, Any] = {
            "bind": [f"127.0.0.1:{port}" for port in (self.port, self.found.metrics_port) if port],
            "worker_class": "gthread",
            "workers": 1 if self.found.database_url.startswith("sqlite") else 2,
            "threads": 8,
            # a page that is open asks every four seconds who else is there: it keeps its connection
            "keepalive": 15,
            "timeout": 60,
            "graceful_timeout": 20,
            "accesslog": None,
            "loglevel": "warning",
            "when_ready": self.ready,
            "post_worker_init": self.begin_tasks,
            "worker_exit": self.end_tasks,
            "child_exit": self.ended,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        """Make the application, in each worker; the figures about it beside it."""
        logs.configure(logging.WARNING if self.found.embedded else logging.INFO)
        self.app = create_app(self.found)
        return metrics.beside(self.app)

    def begin_tasks(self, process: object) -> None:
        """Start the work in the background in a process that serves: no thread lives through a fork."""
        assert self.app is not None, "a process loads the application before it serves"
        self.tasks = Worker(self.app)
        self.tasks.start()

    def end_tasks(self, arbiter: object, process: object) -> None:
        """Give back the work of a process that stops."""
        if self.tasks is not None:
            self.tasks.stop()

    def ended(self, arbiter: object, process: Any) -> None:
        """Take a process that is gone out of the figures."""
        metrics.ended(process.pid)

    def ready(self, arbiter: object) -> None:
        """Say where it is, once it listens."""
        for line in self.announce:
            click.echo(line)


@click.command()
@click.option("--port", default=None, help="Poort (anders PORT uit de omgeving, of 5000).")
def serve(port: str | None) -> None:
    """Start Meetlat op deze machine."""
    number = _port(port or os.environ.get("PORT") or "5000")
    found = settings()
    _free(number, "PORT")
    if found.metrics_port is not None:
        if found.metrics_port == number:
            raise Wrong(f"MEETLAT_METRICS_PORT: {number} is ook de poort van Meetlat zelf. Kies een andere.")
        _free(found.metrics_port, "MEETLAT_METRICS_PORT")
        metrics.share(found.data_dir / "metrics" / str(number))
    if found.embedded:
        migrate(found)
    with application(found):
        if found.embedded and people.nobody_yet(db.session):
            fill(found)
        lines = account_lines(found)
    where = address(found) if found.public_url else f"http://127.0.0.1:{number}"
    Server(found, number, [f"Meetlat draait op {where}", *lines, "Stoppen: Ctrl+C"]).run()


def _port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 0 < int(value) <= HIGHEST_PORT:
        raise Wrong(f"PORT: {value} is geen poort. Kies een getal van 1 tot en met {HIGHEST_PORT}.")
    return int(value)


def _free(port: int, setting: str) -> None:
    """Refuse a port that is in use before anything is set up: Gunicorn would try again and again."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Wrong(
                f"{setting}: op poort {port} kan Meetlat niet luisteren ({error.strerror})."
                " Kies een andere, bijvoorbeeld: make run PORT=5001"
            ) from error
