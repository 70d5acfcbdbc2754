"""Connections to PostgreSQL that outlive the engine which opened them.

Each test makes engines of its own and disposes of them. A new connection costs the server a process, which
has to read its catalogues first; the next engine on the same database gets one that is there already, with
nothing left in it of whoever had it before.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg._preparing import Prepare, PrepareManager
from psycopg.pq import TransactionStatus
from psycopg.pq.abc import PGresult
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

KEPT = 10
"""So many at once; the one that waited longest goes first."""
CLEAN = b"""
RESET SESSION AUTHORIZATION; RESET ALL; CLOSE ALL; UNLISTEN *;
SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES
"""

Connection = psycopg.Connection[Any]
Place = tuple[object, ...]


class Prepared(PrepareManager):
    """The statements that a connection keeps ready, from their second use on: tests ask the same again.

    A rollback, with which every request that only reads ends, does not take them away here: what it could
    undo is a table, and no test makes one that it then reads through the application.
    """

    def __init__(self) -> None:
        """None yet."""
        super().__init__()
        self.prepare_threshold, self.prepared_max = 1, 1000

    def clear(self) -> bool:
        """Called at each rollback."""
        return False

    def _should_discard(self, prep: Prepare, results: Sequence[PGresult], *rest: Any) -> bool:
        gone = any((result.command_status or b"").startswith((b"DROP", b"ALTER")) for result in results)
        return gone and super().clear()


class Connections:
    """What is open, and used by nobody at the moment."""

    def __init__(self) -> None:
        """None yet."""
        self._idle: OrderedDict[Connection, Place] = OrderedDict()
        self._places: dict[int, Place] = {}
        self._lock = threading.Lock()

    def take(self, place: Place) -> Connection | None:
        """One that leads to this place and works; None when there is none."""
        while True:
            with self._lock:
                found = next((each for each, its in reversed(self._idle.items()) if its == place), None)
                if found is None:
                    return None
                del self._idle[found]
            if _as_new(found):
                return found
            found.close()

    def opened(self, connection: Connection, place: Place) -> None:
        """Remember where one leads."""
        with self._lock:
            self._places[id(connection)] = place

    def give(self, connection: Connection) -> None:
        """Keep one for whoever comes next, unless something is under way in it."""
        with self._lock:
            place = self._places.get(id(connection))
            idle = not connection.closed and connection.info.transaction_status == TransactionStatus.IDLE
            if place is not None and idle:
                self._idle[connection] = place
            going = [] if place is not None and idle else [connection]
            while len(self._idle) > KEPT:
                going.append(self._idle.popitem(last=False)[0])
            for each in going:
                self._places.pop(id(each), None)
        for each in going:
            each.close()

    def forget(self, database: str) -> None:
        """Close those that lead to a database which goes."""
        with self._lock:
            going = [each for each in self._idle if each.info.dbname == database]
            for each in going:
                del self._idle[each]
                self._places.pop(id(each), None)
        for each in going:
            each.close()


def _as_new(connection: Connection) -> bool:
    """Take out what the last user left; whether that went well."""
    try:
        connection.autocommit = True
        connection.execute(CLEAN)
        connection.autocommit = False
    except psycopg.Error:
        return False
    connection.isolation_level = connection.read_only = connection.deferrable = None
    connection._notice_handlers.clear()  # SQLAlchemy adds its own each time
    return True


kept = Connections()


def keep() -> None:
    """Let all engines of this process share connections from now on."""
    opens = PGDialect_psycopg.connect

    def connect(self: PGDialect_psycopg, *arguments: Any, **options: Any) -> Any:
        # the map of adapters is made anew for each engine, and always the same
        place = (arguments, *sorted(each for each in options.items() if each[0] != "context"))
        found = kept.take(place)
        if found is None:
            found = opens(self, *arguments, **options)
            found._prepared = Prepared()
            kept.opened(found, place)
        return found

    def do_close(self: PGDialect_psycopg, connection: Any) -> None:
        kept.give(connection)

    PGDialect_psycopg.connect, PGDialect_psycopg.do_close = connect, do_close  # type: ignore[method-assign]
