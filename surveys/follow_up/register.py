"""The register as it is asked for: narrowed, in the order of the register or sorted by something else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from surveys.follow_up import kinds, points, schemes, standing
from surveys.follow_up.points import OriginInfo, PointInfo
from surveys.follow_up.schemes import Scheme
from surveys.follow_up.standing import Standing
from surveys.models import Mention, Origin
from surveys.reports.source import MeasurementInfo, UnitInfo
from surveys.searching import query

NONE: Final = "-"
"""What asks for points without a response, a unit and so on. No code can be this."""

DEEPEST: Final = 3
"""Points under more points than this stand no further to the right."""

OPEN: Final[dict[str, str]] = {"open": "Loopt nog", "dicht": "Afgesloten"}
"""Whether a point was closed."""


@dataclass(frozen=True)
class Asked:
    """What the register is narrowed to (empty: to nothing) and sorted by (empty: in its own order).

    `unit` and `measurement` are codes, `origin` and `recommendation` ids; `classes` has scheme to value.
    NONE asks for points that have none. `text` is words that stand somewhere in the point.
    """

    text: str = ""
    kind: str = ""
    unit: str = ""
    origin: str = ""
    measurement: str = ""
    classes: Mapping[str, str] = field(default_factory=dict)
    status: str = ""
    response: str = ""
    nature: str = ""
    openness: str = ""
    recommendation: str = ""
    sort: str = ""
    down: bool = False


@dataclass(frozen=True)
class Row:
    """A point in the register, and the point that it stands under.

    `depth`: under how many of the points that are shown it is put; `apart`: not right under `above`.
    """

    point: PointInfo
    standing: Standing
    above: PointInfo | None = None
    depth: int = 0
    apart: bool = False

    @property
    def whom(self) -> str:
        """Whom it is for: the unit, or else who is named."""
        return self.point.unit.name if self.point.unit else self.point.addressee

    @property
    def indent(self) -> int:
        """How far it stands to the right: no further than a narrow screen has room for."""
        return min(self.depth, DEEPEST)

    @property
    def supervisor_differs(self) -> str | None:
        """The state according to who supervises, where that is another."""
        said = self.standing.supervisor
        return said.label if said and self.standing.differs else None


@dataclass(frozen=True)
class Register:
    """The rows that are asked for, of how many, and what can be asked for."""

    rows: tuple[Row, ...]
    total: int
    schemes: Mapping[str, Scheme]
    units: tuple[UnitInfo, ...]
    origins: tuple[OriginInfo, ...]
    measurements: tuple[MeasurementInfo, ...]

    @property
    def fictief(self) -> bool:
        """Whether something that is shown is made up."""
        return any(row.point.fictief for row in self.rows)

    def class_of(self, point: PointInfo, scheme: str) -> str | None:
        """What a point's class in a scheme is called."""
        code = point.classes.get(scheme)
        return self.schemes[scheme].label(code) if code else None

    def classes_of(self, point: PointInfo) -> list[tuple[str, str, str]]:
        """Each scheme in which a point has a class, and what that is called: in short, and whole."""
        return [
            (scheme.title, scheme.short(point.classes[code]), scheme.label(point.classes[code]))
            for code, scheme in self.schemes.items()
            if code in point.classes
        ]


SORTS: Final[dict[str, Callable[[Row], Any]]] = {
    "nummer": lambda row: _natural(row.point.number or ""),
    "titel": lambda row: row.point.title.lower(),
    "soort": lambda row: list(kinds.KINDS).index(row.point.kind),
    "voor": lambda row: row.whom.lower(),
    "bron": lambda row: row.point.origin.title.lower() if row.point.origin else "",
    "stand": lambda row: list(kinds.STATUSES).index(row.standing.status),
    "termijn": lambda row: row.point.due_on or date.max,
}
"""What the register can be sorted by: a column of the page, to what it puts in order."""


def register(session: Session, asked: Asked) -> Register:
    """The register as it is asked for, in a fixed number of queries."""
    every = points.listed(session)
    states = standing.of_points(session, [point.id for point in every])
    origins, mentioned = _origins(session), _mentioned(session)
    kept = narrowed(every, states, asked, _documents(origins, asked), mentioned)
    by_id = {point.id: point for point in every}
    rows = [Row(point, states[point.id], by_id.get(point.parent_id or 0)) for point in kept]
    ordered = _sorted(rows, asked) if asked.sort in SORTS else in_order(every, rows)
    units = {point.unit.code: point.unit for point in every if point.unit}
    measurements = {each.measurement.code: each.measurement for each in origins if each.measurement}
    return Register(
        rows=tuple(ordered),
        total=len(every),
        schemes=schemes.schemes(session),
        units=tuple(units[code] for code in sorted(units)),
        origins=tuple(origins),
        measurements=tuple(measurements.values()),
    )


def narrowed(
    every: Iterable[PointInfo],
    states: Mapping[int, Standing],
    asked: Asked,
    documents: Set[int] | None,
    mentioned: Mapping[int, Collection[int]],
) -> list[PointInfo]:
    """The points that meet all that is asked, in the order that they come in.

    `documents`: those that a point must stand in (None: any will do); `mentioned`: the documents that mention
    a point besides the one that it comes from.
    """
    wanted = query(asked.text)

    def meets(point: PointInfo) -> bool:
        origin = point.origin.id if point.origin else None
        return (
            _is(asked.kind, point.kind)
            and _is(asked.unit, point.unit.code if point.unit else None)
            and _is(asked.status, states[point.id].status)
            and _is(asked.response, point.response.taken if point.response else None)
            and _is(asked.nature, point.nature)
            and _is(asked.openness, "open" if point.is_open else "dicht")
            and _is(asked.recommendation, str(point.recommendation_id))
            and all(_is(code, point.classes.get(scheme)) for scheme, code in asked.classes.items())
            and (asked.origin != NONE or origin is None)
            and (documents is None or bool(documents & {origin, *mentioned.get(point.id, ())}))
            and (not wanted.terms or wanted.meets(_text(point)))
        )

    return [point for point in every if meets(point)]


def in_order(every: Iterable[PointInfo], rows: Iterable[Row]) -> list[Row]:
    """The rows in the order of the register, each point followed by what stands under it.

    What stands under a point that is not shown takes its place, and says under what it stands.
    """
    shown = {row.point.id: row for row in rows}
    under: dict[int | None, list[PointInfo]] = {}
    known = list(every)
    ids = {point.id for point in known}
    for point in known:
        under.setdefault(point.parent_id if point.parent_id in ids else None, []).append(point)
    found: list[Row] = []
    waiting = [(point, 0) for point in reversed(under.get(None, []))]
    while waiting:
        point, depth = waiting.pop()
        row = shown.get(point.id)
        if row is not None:
            apart = row.above is not None and point.parent_id not in shown
            found.append(replace(row, depth=depth, apart=apart))
        below = depth if row is None else depth + 1
        waiting += [(each, below) for each in reversed(under.get(point.id, []))]
    return found


def _sorted(rows: Iterable[Row], asked: Asked) -> list[Row]:
    apart = (replace(row, apart=row.above is not None) for row in rows)
    return sorted(apart, key=SORTS[asked.sort], reverse=asked.down)


def _is(wanted: str, has: str | None) -> bool:
    """Whether something is what is asked for, if anything is."""
    return not wanted or (has is None if wanted == NONE else has == wanted)


def _natural(number: str) -> tuple[int, int, str]:
    """What puts 2 before 10, and a number before words; nothing comes last."""
    digits = number.split(".", maxsplit=1)[0].strip()
    if digits.isascii() and digits.isdecimal():
        return 0, int(digits), number
    return (1, 0, number.lower()) if number else (2, 0, "")


def _text(point: PointInfo) -> str:
    unit = point.unit.name if point.unit else None
    parts = (point.number, point.title, point.text, point.addressee, unit)
    return "\n".join(part for part in (*parts, point.owner, point.executor, point.supervisor) if part)


def _origins(session: Session) -> list[OriginInfo]:
    rows = session.scalars(
        select(Origin)
        .where(Origin.removed.is_(False))
        .options(joinedload(Origin.measurement))
        .order_by(Origin.title, Origin.id)
    )
    return [OriginInfo.of(row) for row in rows]


def _mentioned(session: Session) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for point, origin in session.execute(select(Mention.point_id, Mention.origin_id)):
        found.setdefault(point, set()).add(origin)
    return found


def _documents(origins: Iterable[OriginInfo], asked: Asked) -> set[int] | None:
    """The documents that a point must stand in one of; None when any will do."""
    if (not asked.origin or asked.origin == NONE) and not asked.measurement:
        return None
    return {
        each.id
        for each in origins
        if (asked.origin in ("", NONE) or str(each.id) == asked.origin)
        and (not asked.measurement or (each.measurement and each.measurement.code == asked.measurement))
    }
