"""What all applications of a run share, so that making thousands of them does not take all its time.

None of it changes what an application does: each is work that comes out the same every time, done once. In
use an application does it once as well, for it is made once.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import werkzeug.routing.map
from alembic import util as alembic_util
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule
from werkzeug.routing.matcher import State, StateMachineMatcher

_addresses: dict[Any, dict[str, Any]] = {}
_ways: dict[Any, tuple[State, dict[int, int]]] = {}
_migrations: dict[Any, ModuleType] = {}
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


class Matcher(StateMachineMatcher):
    """Finds the rule for an address: the ways through all rules are laid out once for the same rules.

    They lead to rules of whichever application came first; what is found is its own, at the same place.
    """

    def __init__(self, merge_slashes: bool) -> None:
        """`merge_slashes`: as of the map of addresses."""
        super().__init__(merge_slashes)
        self._own: list[Rule] = []
        self._places: dict[int, int] = {}

    def add(self, rule: Rule) -> None:
        """Keep a rule until addresses are looked for: most applications of the command line never do."""
        self._own.append(rule)

    def update(self) -> None:
        """Lay out the ways through all rules, or take those of an application with the same rules."""
        key = tuple(_essence(rule) for rule in self._own)
        if key not in _ways:
            laid_out = StateMachineMatcher(self.merge_slashes)
            for rule in self._own:
                laid_out.add(rule)
            laid_out.update()
            _ways[key] = (laid_out._root, {id(rule): place for place, rule in enumerate(self._own)})
        self._root, self._places = _ways[key]

    def match(
        self, domain: str, path: str, method: str, websocket: bool
    ) -> tuple[Rule, MutableMapping[str, Any]]:
        """The rule of this application for an address, and the values in it."""
        rule, values = super().match(domain, path, method, websocket)
        return self._own[self._places[id(rule)]], values


def _essence(rule: Rule) -> tuple[object, ...]:
    """All that says whether a rule is the one for an address."""
    methods = frozenset(rule.methods or ()), rule.methods is None, rule.websocket
    written = rule.rule, rule.host, rule.subdomain, rule.strict_slashes, rule.merge_slashes
    converters = tuple((name, type(found), found.regex) for name, found in rule._converters.items())
    return (*written, *methods, repr(rule.defaults), rule.alias, converters)


def share() -> None:
    """Let all applications of this process share them."""
    if Rule.compile.__name__ != "_compile":
        _share_addresses()
        werkzeug.routing.map.StateMachineMatcher = Matcher  # type: ignore[misc]
        _share_statements()
        _share_migrations()


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


def _share_statements() -> None:
    """SQLAlchemy keeps the text of each statement, for each engine and dialect apart."""

    def shared(self: Engine) -> Any:
        return _statements.setdefault(self.dialect.name, LRUCache(4000))

    Engine._compiled_cache = property(shared, lambda self, own: None)  # type: ignore[assignment]
    # the dialect is part of the key: all of one kind are alike here, for every test has the same server
    DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]


def _share_migrations() -> None:
    """Alembic compiles and runs the file of every migration whenever it looks which there are."""
    load = alembic_util.load_python_file

    def shared(folder: Any, name: str) -> ModuleType:
        if Path(folder).name != "versions":
            return load(folder, name)
        known = (Path(folder) / name).stat()
        key = (str(folder), name, known.st_mtime_ns, known.st_size)
        if key not in _migrations:
            _migrations[key] = load(folder, name)
        return _migrations[key]

    alembic_util.load_python_file = shared
