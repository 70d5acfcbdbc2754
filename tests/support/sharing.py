"""What all applications of a run share, so that making thousands of them does not take all its time.

Neither changes what an application does: each is work that comes out the same every time, done once. In use
an application does it once as well, for it is made once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

_builders: dict[Any, Callable[..., tuple[str, str]]] = {}
_statements: dict[str, Any] = {}


def share() -> None:
    """Let all applications of this process share them."""
    if Rule._compile_builder.__name__ != "_builder":
        _share_addresses()
        _share_statements()


def _share_addresses() -> None:
    """For each address the routing library writes a function and compiles it."""
    compiled = Rule._compile_builder

    def _builder(self: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults:
            return compiled(self, append_unknown)
        key = (self.rule, tuple(self._trace), append_unknown)
        if key not in _builders:
            _builders[key] = compiled(self, append_unknown)
        return _builders[key]

    Rule._compile_builder = _builder  # type: ignore[method-assign]


def _share_statements() -> None:
    """SQLAlchemy keeps the text of each statement, for each engine and dialect apart."""

    def shared(self: Engine) -> Any:
        return _statements.setdefault(self.dialect.name, LRUCache(4000))

    Engine._compiled_cache = property(shared, lambda self, own: None)  # type: ignore[assignment]
    # the dialect is part of the key: all of one kind are alike here, for every test has the same server
    DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
