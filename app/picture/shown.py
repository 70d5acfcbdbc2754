"""How the tables of the national picture are narrowed, sorted and saved: what the address says of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from app.picture.here import Here
from exports.formats import FORMATS
from surveys.reports import UnitInfo
from surveys.reports.narrowing import Order

NAMES = ("sorteer", "omlaag", "brigade", "antwoord", "soort")
"""The parts of an address that say which rows are shown, and in which order."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a table: `sorted_by` and `narrowed` give the address that asks something else."""

    parts: dict[str, str]
    brigades: Sequence[UnitInfo]
    sort: str
    down: bool
    sorted_by: Callable[[str], str]
    narrowed: Callable[..., str]


def parts() -> dict[str, str]:
    """What the address says, without what is empty."""
    return {name: request.args[name] for name in NAMES if request.args.get(name)}


def order() -> Order:
    """The order and the part that the address asks for."""
    found = parts()
    return Order(
        sort=found.get("sorteer", "eenheid"),
        down="omlaag" in found,
        brigade=found.get("brigade"),
        answer=found.get("antwoord"),
    )


def asked(here: Here, view: str, brigades: Sequence[UnitInfo], **values: Any) -> Asked:
    """What is asked of the table of a page; `values` are the rest of its address."""
    found, wanted = parts(), order()

    def address(**changed: Any) -> str:
        return here.url(view, **{**values, **found, "_anchor": "tabel", **changed})

    def sorted_by(column: str) -> str:
        again = wanted.sort == column and not wanted.down
        return address(sorteer=column, omlaag="ja" if again else None)

    return Asked(found, brigades, wanted.sort, wanted.down, sorted_by, address)


def files(here: Here, view: str, **values: Any) -> dict[str, str]:
    """The addresses of the table as it is shown, by format."""
    return {form: here.url(view, **{**values, **parts(), "vorm": form}) for form in FORMATS}
