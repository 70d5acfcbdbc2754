"""How often one address on the network may try something, counted by all servers together.

A view says it with `@limited("30 per minute")`. Flask-Limiter looks before anything else of a request does:
what is refused costs no password hash, and no transaction of the request waits for this one (on SQLite that
would be for ever). See docs/decisions/023-several-servers.md.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final, TypeVar, cast

from flask import current_app, request
from flask_limiter.util import get_remote_address
from limits.storage import Storage
from sqlalchemy import Engine, case, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from surveys.acting import now
from surveys.models import RateWindow

SCHEME: Final = "database"
"""What the storage is called in the address that Flask-Limiter is given."""
SWEEP: Final = 300.0
"""Seconds between two looks of one process for windows that are over."""
_INSERT: Final[Mapping[str, Callable[..., Any]]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}
"""Both know `ON CONFLICT DO UPDATE`; SQLAlchemy has it for each by itself."""

View = TypeVar("View", bound=Callable[..., object])


def limited(limit: str, *, reading: bool = False) -> Callable[[View], View]:
    """Mark a view with how often one address may post to it: "5 per minute; 30 per hour".

    `reading`: also how often it may be asked for, where that alone is much work.
    """

    def mark(view: View) -> View:
        view.limit, view.limit_reads = limit, reading  # type: ignore[attr-defined]
        return view

    return mark


def limit_of_view() -> str:
    """The limit on the request at hand; nothing for what one may ask as often as one likes."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" and not getattr(view, "limit_reads", False):
        return ""
    return getattr(view, "limit", "")


def asker() -> str:
    """Who asks: the address on the network as a keyed hash, for it is kept and told in the technical log."""
    secret = f"meetlat-limit:{current_app.config['SECRET_KEY']}"
    return hmac.digest(secret.encode(), get_remote_address().encode(), hashlib.sha256).hex()


class InDatabase(Storage):
    """Counts in the database of the present application, in short transactions of its own.

    Each count is one statement, so that none is lost however many servers count. Their clocks may differ: a
    window that began in the future counts on, unless that is more than a whole window away. Then a clock was
    set back, and it is begun anew, for nobody should wait an hour for a limit of a minute.
    """

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions, **options)
        self._sweeps_at = time.monotonic() + SWEEP

    @property
    def base_exceptions(self) -> type[Exception]:
        """What goes wrong in a database."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count a try in the window of `expiry` seconds under a key; how many it are now."""
        self._sweep()
        at, lasts = now(), timedelta(seconds=expiry)
        new = _INSERT[_engine().dialect.name](RateWindow).values(key=key, hits=amount, ends_at=at + lasts)
        over = or_(RateWindow.ends_at <= at, RateWindow.ends_at > at + 2 * lasts)
        counted = new.on_conflict_do_update(
            index_elements=[RateWindow.key],
            set_={
                "hits": case((over, new.excluded.hits), else_=RateWindow.hits + new.excluded.hits),
                "ends_at": case((over, new.excluded.ends_at), else_=RateWindow.ends_at),
            },
        ).returning(RateWindow.hits)
        with _engine().begin() as connection:
            return connection.execute(counted).scalar_one()

    def get(self, key: str) -> int:
        """How many tries there are in the present window."""
        asked = select(RateWindow.hits).where(RateWindow.key == key, RateWindow.ends_at > now())
        with _engine().begin() as connection:
            return connection.scalar(asked) or 0

    def get_expiry(self, key: str) -> float:
        """When the present window ends, in seconds of the Unix epoch; now when there is none."""
        with _engine().begin() as connection:
            ends_at = connection.scalar(select(RateWindow.ends_at).where(RateWindow.key == key))
        return (ends_at or now()).timestamp()

    def check(self) -> bool:
        """Whether the database counts again."""
        try:
            with _engine().begin() as connection:
                connection.execute(select(RateWindow.key).limit(1))
        except SQLAlchemyError:
            return False
        return True

    def reset(self) -> int:
        """Forget everything; how many windows that were."""
        with _engine().begin() as connection:
            return connection.execute(delete(RateWindow)).rowcount

    def clear(self, key: str) -> None:
        """Forget the tries under a key."""
        with _engine().begin() as connection:
            connection.execute(delete(RateWindow).where(RateWindow.key == key))

    def _sweep(self) -> None:
        """Take away windows that are over, now and then; one that is being begun anew is passed over."""
        if time.monotonic() < self._sweeps_at:
            return
        self._sweeps_at = time.monotonic() + SWEEP
        over = select(RateWindow.key).where(RateWindow.ends_at <= now()).with_for_update(skip_locked=True)
        with _engine().begin() as connection:
            connection.execute(delete(RateWindow).where(RateWindow.key.in_(over)))


def _engine() -> Engine:
    return cast(Engine, current_app.extensions["sqlalchemy"].engine)
