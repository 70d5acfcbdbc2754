"""What all applications of a run share, so that making thousands of them does not take all its time.

None of it changes what an application does: each is work that comes out the same every time, done once. In
use an application does it once as well, for it is made once.
"""

from __future__ import annotations

from types import CodeType
from typing import Any

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule
from werkzeug.routing import map as routing_map
from werkzeug.routing.matcher import State, StateMachineMatcher

_addresses: dict[Any, dict[str, Any]] = {}
_ways: dict[tuple[Any, ...], State] = {}
_statements: dict[str, Any] = {}
_templates: dict[tuple[str, str], CodeType] = {}


class Templates(FileSystemBytecodeCache):
    """Templates that were compiled: in a folder for all processes of a run, and in memory for this one."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code of this template, if it was compiled since its source last changed."""
        key = (bucket.key, bucket.checksum)
        if key in _templates:
            bucket.code = _templates[key]
            return
        super().load_bytecode(bucket)
        if bucket.code is not None:
            _templates[key] = bucket.code


def share() -> None:
    """Let all applications of this process share them."""
    if Rule.compile.__name__ != "_compile":
        _share_addresses()
        _share_ways()
        _share_statements()
        for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
            _share_server(dialect)


def _share_addresses() -> None:
    """Of each address the routing library makes an expression, and functions that it writes and compiles."""
    compiled = Rule.compile

    def _compile(self: Rule) -> None:
        if self.defaults:
            compiled(self)
            return
        converters = tuple(self.map.converters.items())
        key = (self.rule, self.host, self.subdomain, self.merge_slashes, self.map.host_matching, converters)
        if key not in _addresses:
            compiled(self)
            _addresses[key] = {
                "_parts": self._parts,
                "_trace": self._trace,
                "_converters": self._converters,
                "arguments": frozenset(self.arguments),
                "build": (self._build.__func__, self._build_unknown.__func__),  # type: ignore[attr-defined]
            }
            return
        known = _addresses[key]
        self._parts, self._trace, self._converters = known["_parts"], known["_trace"], known["_converters"]
        self.arguments |= known["arguments"]
        self._build, self._build_unknown = (build.__get__(self, None) for build in known["build"])

    Rule.compile = _compile  # type: ignore[method-assign]


def _share_ways() -> None:
    """Of all its addresses the library makes a graph in which it finds the one that was asked for.

    It finds a rule of the first application that had the same ones; only where a rule has defaults does it
    matter which application's rule it is.
    """

    class Matcher(StateMachineMatcher):
        def __init__(self, merge_slashes: bool) -> None:
            super().__init__(merge_slashes)
            self._own: list[Rule] = []

        def add(self, rule: Rule) -> None:
            self._own.append(rule)

        def update(self) -> None:
            key = tuple(
                (rule.rule, rule.endpoint, frozenset(rule.methods or ()), rule.websocket)
                for rule in self._own
            )
            if key not in _ways:
                self._root = State()
                for rule in self._own:
                    super().add(rule)
                super().update()
                if not any(rule.defaults for rule in self._own):
                    _ways[key] = self._root
                return
            self._root = _ways[key]

    routing_map.StateMachineMatcher = Matcher  # type: ignore[misc]


def _share_statements() -> None:
    """SQLAlchemy keeps the text of each statement, for each engine and dialect apart."""

    def shared(self: Engine) -> Any:
        return _statements.setdefault(self.dialect.name, LRUCache(4000))

    Engine._compiled_cache = property(shared, lambda self, own: None)  # type: ignore[assignment]
    # the dialect is part of the key: all of one kind are alike here, for every test has the same server
    DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]


def _share_server(dialect: type[DefaultDialect]) -> None:
    """Each engine asks its first connection five things about a server that is one and the same here."""
    initialize = dialect.initialize
    told: dict[str, Any] = {}

    def learn(self: DefaultDialect, connection: Connection) -> None:
        if not told:
            before = dict(vars(self))
            initialize(self, connection)
            new = {name: value for name, value in vars(self).items() if before.get(name, told) is not value}
            told.update(new)
        vars(self).update(told)

    dialect.initialize = learn  # type: ignore[method-assign]
