"""Figures about how Meetlat does, for Prometheus: on a port of their own, of this machine alone.

Without MEETLAT_METRICS_PORT nothing is counted. With it every process of the server writes its counts to a
folder that they share (`share`), and whichever is asked adds them up. Labels are names out of the program:
endpoints, states, kinds of outcome. Never who, from where, or about what.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from flask import Flask, Response, g, request, url_for
from flask_security import user_authenticated
from sqlalchemy import event, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import database, second_factor, sessions
from app.config import Settings
from app.extensions import db
from surveys.models import Task
from surveys.sealing import unsealed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import Metric

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The setting of the library that names the folder of processes that count together."""
EXTENSION: Final = "meetlat_metrics"
SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
SAVING: Final = frozenset({"fill_in.save_factor", "fill_in.save_answer"})
STEPS_IN: Final = frozenset(
    {"security.login", "second_factor.code", "second_factor.recovery", "passkeys.log_in", "passkeys.step"}
)
"""Forms of logging in: the first step and the second, by all the ways that there are."""
ROUNDABOUT: Final = frozenset({"single_sign_on.start", "single_sign_on.accept", "single_sign_on.back"})
"""Links of logging in at an organisation: going there, and coming back."""
SAVED: Final = {200: "saved", 303: "saved", 409: "changed_meanwhile", 422: "refused"}
"""What became of answers that were sent, by the status that their sender got; `failed` for another."""
NOT_LOGGED_IN: Final = {200: "failed", 422: "failed", 429: "too_often"}
"""How a step of logging in ended that leads nowhere, by its status; `other` for another."""
DATABASE_UP: Final = ("meetlat_database_up", "Whether the database answered just now.")
TASK_STATES: Final = ("waiting", "running", "failed")


def share(folder: Path) -> None:
    """Let the processes that are started after this count together, from nothing.

    Before `init_app`: the library looks at this once, when it is imported.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.glob("*.db"):
        old.unlink()
    os.environ[FOLDER] = str(folder)


def ended(pid: int) -> None:
    """Leave out what a process had in hand that is no more; what it counted stays."""
    if FOLDER in os.environ:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]


def init_app(app: Flask) -> None:
    """Count what this application does, when the settings ask for that. Needs `logs.init_app`."""
    settings: Settings = app.config["SETTINGS"]
    if settings.metrics_port is None:
        return
    # not at the top: most applications count nothing, and `share` comes first
    from prometheus_client import CollectorRegistry, multiprocess

    own = CollectorRegistry()
    _count_requests(app, own)
    _count_connections(app, own)
    shown = own
    if FOLDER in os.environ:
        shown = CollectorRegistry()
        multiprocess.MultiProcessCollector(shown)  # type: ignore[no-untyped-call]
    shown.register(_Stored(app))  # type: ignore[arg-type]  # a collector is what has `collect`
    app.extensions[EXTENSION] = shown


def beside(app: Flask) -> WSGIApplication:
    """The application, with the figures on the port for them and nowhere else.

    The server tells on which port a request came in; nothing that was sent has a part in that.
    """
    settings: Settings = app.config["SETTINGS"]
    if settings.metrics_port is None:
        return app
    from prometheus_client import make_wsgi_app

    figures = make_wsgi_app(app.extensions[EXTENSION])
    port = str(settings.metrics_port)

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return (figures if environ["SERVER_PORT"] == port else app)(environ, start)

    return answer


def _count_requests(app: Flask, registry: CollectorRegistry) -> None:
    from prometheus_client import Counter, Histogram

    requests = Counter(
        "meetlat_requests", "Requests that were answered.", ["endpoint", "status"], registry=registry
    )
    duration = Histogram(
        "meetlat_request_seconds",
        "How long answering took.",
        ["endpoint"],
        registry=registry,
        buckets=SECONDS,
    )
    saves = Counter(
        "meetlat_saves", "Answers that were sent, and what became of them.", ["outcome"], registry=registry
    )
    logins = Counter("meetlat_logins", "Log-ins, and how they ended.", ["outcome"], registry=registry)

    @app.after_request
    def count(response: Response) -> Response:
        endpoint, status = request.endpoint or "none", response.status_code
        requests.labels(endpoint, f"{status // 100}xx").inc()
        if "began" in g:
            duration.labels(endpoint).observe(time.monotonic() - g.began)
        if request.method == "POST" and endpoint in SAVING:
            saves.labels(SAVED.get(status, "failed")).inc()
        if (outcome := _log_in(response)) is not None:
            logins.labels(outcome).inc()
        return response

    user_authenticated.connect(_let_in, app)


def _let_in(_: Flask, authn_via: list[str] | None = None, **__: object) -> None:
    """Note that this request logged somebody in; choosing another password is no log-in."""
    g.let_in = authn_via != sessions.CHANGED


def _log_in(response: Response) -> str | None:
    """How a log-in ended with this answer; None when it was none, or goes on with another step.

    Somebody is in when no step is missing any more, and failed who is asked the same again or sent back to
    the beginning.
    """
    status = response.status_code
    # after a failure of ours the database may be gone, and is asked nothing more
    if g.get("let_in", False) and status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return None if second_factor.missing() else "success"
    if not (request.endpoint in ROUNDABOUT or (request.endpoint in STEPS_IN and request.method == "POST")):
        return None
    if "Location" in response.headers:
        back = urlsplit(response.headers["Location"]).path == url_for("security.login")
        return "failed" if back else None
    return NOT_LOGGED_IN.get(status, "other")


def _count_connections(app: Flask, registry: CollectorRegistry) -> None:
    from prometheus_client import Counter, Gauge

    used = Gauge(
        "meetlat_database_connections_used",
        "Connections to the database that are in use now.",
        registry=registry,
        multiprocess_mode="livesum",
    )
    opened = Counter(
        "meetlat_database_connections_opened", "Connections that were opened.", registry=registry
    )
    with app.app_context():
        pool = db.engine.pool
    event.listen(pool, "connect", lambda *_: opened.inc())
    event.listen(pool, "checkout", lambda *_: used.inc())
    event.listen(pool, "checkin", lambda *_: used.dec())


class _Stored:
    """What the database has at the moment that somebody looks: background work, and lines without a seal."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def collect(self) -> Iterator[Metric]:
        """Give the figures; when the database doesn't answer, only that."""
        from prometheus_client.core import GaugeMetricFamily

        try:
            with self._app.app_context(), database.reading(), Session(db.engine) as session:
                counts, (lines, _) = _tasks(session), unsealed(session)
        except SQLAlchemyError:
            yield GaugeMetricFamily(*DATABASE_UP, value=0)
            return
        yield GaugeMetricFamily(*DATABASE_UP, value=1)
        yield GaugeMetricFamily(
            "meetlat_log_unsealed", "Lines of the log that are not under a seal yet.", value=lines
        )
        tasks = GaugeMetricFamily("meetlat_tasks", "Tasks in the background, by state.", labels=["state"])
        for state in TASK_STATES:
            tasks.add_metric([state], counts.get(state, 0))
        yield tasks


def _tasks(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(Task.state, func.count().label("number"))
        .where(Task.state.in_(TASK_STATES))
        .group_by(Task.state)
    )
    return {row.state: row.number for row in rows}
