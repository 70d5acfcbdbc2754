"""The technical log: one JSON object a line on standard error, with a number for each request."""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime

from flask import Flask, Response, g, has_request_context, request
from sqlalchemy.exc import SQLAlchemyError

QUIET = frozenset({"static", "fill_in.present", "tasks.progress", "health.alive", "health.ready"})
"""What is asked too often to be worth a line."""
NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
"""What a proxy may call a request."""
PROXIES = frozenset({"127.0.0.1", "::1"})
"""From where the proxy in front of us asks: `meetlat serve` listens on this machine alone."""
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON: when, how bad, where from, what, and the extra fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line; a trace goes in as text."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            line["request"] = g.get("request_id")
        line.update({key: value for key, value in record.__dict__.items() if key not in _STANDARD})
        if record.exc_info:
            error = record.exc_info[1]
            line["trace"] = trace(error) if error else self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def trace(error: BaseException) -> str:
    """The trace of an error as text.

    Where a database has part in it, without what the errors say: PostgreSQL quotes the row that it refuses,
    and an answer may be in that. Their types, the SQLSTATE and the constraint tell enough.
    """
    chain = list(_chain(error))
    if not any(isinstance(each, SQLAlchemyError) for each in chain):
        return "".join(traceback.format_exception(error))
    return "\n".join(
        "".join(traceback.format_tb(each.__traceback__)) + _named(each) for each in reversed(chain)
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what led to it, the last first."""
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield at
        at = at.__cause__ or at.__context__


def _named(error: BaseException) -> str:
    """The type of an error, with the SQLSTATE and the constraint of a refusal by PostgreSQL."""
    diagnosis = getattr(error, "diag", None)
    told = {
        "SQLSTATE": getattr(error, "sqlstate", None),
        "constraint": getattr(diagnosis, "constraint_name", None),
    }
    words = ", ".join(f"{key} {value}" for key, value in told.items() if value)
    return f"{type(error).__module__}.{type(error).__qualname__}{f' ({words})' if words else ''}"


def configure(level: int = logging.INFO) -> None:
    """Send the log of everything, as JSON lines, to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def init_app(app: Flask) -> None:
    """Number every request, and log how it went: never what was in it."""
    access = logging.getLogger("meetlat.access")

    @app.before_request
    def begin() -> None:
        g.request_id = _number_of_proxy() or secrets.token_hex(6)
        g.began = time.monotonic()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if request.endpoint not in QUIET:
            access.info(
                "request",
                extra={
                    "method": request.method,
                    "endpoint": request.endpoint,
                    "status": response.status_code,
                    "ms": round((time.monotonic() - g.get("began", time.monotonic())) * 1000),
                },
            )
        return response


def _number_of_proxy() -> str | None:
    """The number that the proxy in front gave this request; None for one that anybody else made up.

    There is a proxy when Meetlat is reached over https; ProxyFix keeps who really asked.
    """
    asked_by = request.environ.get("werkzeug.proxy_fix.orig", {}).get("REMOTE_ADDR")
    number = request.headers.get("X-Request-ID", "")
    return number if asked_by in PROXIES and NUMBER.fullmatch(number) else None
