"""What many tests begin with, made once for a run and copied for each of them.

A stage builds on another one: `judged` on `world`, `world` on `empty`. A fixture asks for it by the name of
what `declare` gives, and then reads back what is in the database:

    with_judged = stages.declare("judged", make)

    @pytest.fixture
    def bench(with_judged: None, world: World, session: Session) -> Bench: ...
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.orm import Session

MARK = "with_"


@dataclass(frozen=True)
class Stage:
    """`on`: the content that `make` adds rows to."""

    make: Callable[[Session], object]
    on: str


STAGES: dict[str, Stage] = {}


def declare(name: str, make: Callable[[Session], object], *, on: str = "world") -> Any:
    """Add a stage, and give the fixture that asks for it, to be called `with_` and its name.

    ValueError when there is such a stage already.
    """
    if name in STAGES:
        raise ValueError(f"there is a stage {name!r} already")
    STAGES[name] = Stage(make, on)

    def ask() -> None:
        """Ask for a database with this stage."""

    return pytest.fixture(name=MARK + name)(ask)


def asked(fixtures: Sequence[str]) -> str:
    """The stage that a test with these fixtures asks for, or `empty`. ValueError for stages apart."""
    wanted = {name.removeprefix(MARK) for name in fixtures if name.startswith(MARK)} & STAGES.keys()
    for name in sorted(wanted):
        if wanted <= {name, *_below(name)}:
            return name
    if wanted:
        raise ValueError(f"no stage holds all of {sorted(wanted)}")
    return "empty"


def _below(name: str) -> list[str]:
    found = []
    while (stage := STAGES.get(name)) is not None:
        name = stage.on
        found.append(name)
    return found
