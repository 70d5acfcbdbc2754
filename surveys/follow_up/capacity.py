"""The priority of points, and the people and budget that parts of the organisation need and have for them.

Both are kept as planning is: every change is a version with who made it, and none is overwritten. Source: the
letter of 2018, capacity to carry out is limited, so that priority and means go together (000 r. 42-46), and
budget is assigned to parts of the organisation (000 r. 119-123).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from surveys.acting import By
from surveys.errors import ChangedMeanwhile, Refused
from surveys.follow_up import amounts, kinds
from surveys.follow_up.keeping import chosen, fits, fits_line, hold_open, note, permit
from surveys.follow_up.means import MOST_PEOPLE, Means
from surveys.follow_up.rows import Rows, fits_year
from surveys.log import Ids
from surveys.models import Capacity, CapacityVersion, Point, PriorityVersion, Unit

PART_LENGTH, REASON_LENGTH = 300, 10_000
"""The most characters of each text."""
HIGH: Final = "hoog"


@dataclass(frozen=True)
class Priority:
    """A version of the priority of a point; `code` is None where it was taken back."""

    number: int
    code: str | None
    reason: str
    name: str | None
    at: datetime

    @property
    def label(self) -> str:
        """In Dutch."""
        return kinds.PRIORITIES[self.code] if self.code else "Geen prioriteit"


@dataclass(frozen=True)
class CapacityDetails:
    """What a part needs and has for a point in a year, as somebody fills it in.

    The part is a unit or has a name. `reason` (of kinds.REASONS) and `note` say why it changed.
    """

    point_id: int
    year: int | None
    unit_id: int | None = None
    part: str | None = None
    means: Means = field(default_factory=Means)
    reason: str | None = field(default=None, compare=False)
    note: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class CapacityAt:
    """What a part needed and had according to a version. `name`: who said so, None without an account."""

    number: int
    part: str
    year: int
    means: Means
    reason: str | None
    note: str | None
    name: str | None
    at: datetime

    @property
    def reason_label(self) -> str:
        """Why it changed, in Dutch."""
        return kinds.REASONS[self.reason] if self.reason else "Eerste opgave"


@dataclass(frozen=True)
class CapacityInfo:
    """What a part needs and has for a point: all that was said of it, the latest last."""

    id: int
    point_id: int
    version: int
    details: CapacityDetails
    versions: tuple[CapacityAt, ...]

    @property
    def now(self) -> CapacityAt:
        """What holds now."""
        return self.versions[-1]


def prioritise(
    session: Session, number: int, priority: str | None, reason: str | None, *, by: By, seen: int
) -> None:
    """Give a point a priority with a reason, or take it back (None); the same again makes no version.

    `seen`: the number of the version that was seen, 0 for none. Raises NotAllowed; Refused without a reason,
    for a priority that is not in the list, and for a closed point; ChangedMeanwhile when somebody came first.
    Source: 000 r. 42-46, 52-56.
    """
    permit(by)
    hold_open(session, number)
    priority = chosen(priority, kinds.PRIORITIES, "een prioriteit")
    why = fits(reason, REASON_LENGTH, "De reden")
    last = priorities(session, [number]).get(number, ())
    now = last[-1] if last else None
    if now is not None and (now.code, now.reason) == (priority, why):
        return
    if now is None and priority is None:
        raise Refused("Kies een prioriteit.")
    if why is None:
        raise Refused("Vul in waarom het punt deze prioriteit heeft.")
    if (now.number if now else 0) != seen:
        raise ChangedMeanwhile()
    row = PriorityVersion(
        point_id=number,
        number=seen + 1,
        priority=priority,
        reason=why,
        person_id=by.person_id,
        assignment_id=by.assignment_id,
        at=by.at,
    )
    session.add(row)
    note(session, "prioritise", number, by, number=row.number, priority=priority)
    session.flush()


def priorities(session: Session, ids: Collection[int] | None = None) -> dict[int, tuple[Priority, ...]]:
    """The versions of the priority of all points, or of these, that have one: one query."""
    query = (
        select(PriorityVersion)
        .options(joinedload(PriorityVersion.person))
        .order_by(PriorityVersion.point_id, PriorityVersion.number)
    )
    if ids is not None:
        query = query.where(PriorityVersion.point_id.in_(ids))
    found: defaultdict[int, list[Priority]] = defaultdict(list)
    for row in session.scalars(query):
        name = row.person.name if row.person else None
        found[row.point_id].append(Priority(row.number, row.priority, row.reason, name, row.at))
    return {number: tuple(each) for number, each in found.items()}


class _Capacities(Rows[Capacity, CapacityDetails]):
    """The verbs; what is filled in becomes a version."""

    model, details, subject = Capacity, CapacityDetails, "capacity"
    gone = "Een collega heeft deze regel intussen verwijderd."

    def checked(self, session: Session, details: CapacityDetails, row: Capacity | None) -> CapacityDetails:
        hold_open(session, row.point_id if row else details.point_id)
        if row is not None and row.point_id != details.point_id:
            raise Refused("Een regel blijft bij het punt waarvoor zij is gemaakt.")
        part = fits_line(details.part, PART_LENGTH, "De naam van het onderdeel")
        if (details.unit_id is None) == (part is None):
            raise Refused("Kies een eenheid, of vul de naam van een onderdeel in. Niet allebei.")
        if details.unit_id is not None and session.get(Unit, details.unit_id) is None:
            raise Refused("Kies een eenheid uit de lijst.")
        made = CapacityDetails(
            details.point_id,
            fits_year(details.year, "het jaar"),
            details.unit_id,
            part,
            _checked(details.means),
            chosen(details.reason, kinds.REASONS, "een reden"),
            fits(details.note, REASON_LENGTH, "De toelichting"),
        )
        if row is not None and made.reason is None and self._held(row) != made:
            raise Refused("Kies waarom de capaciteit wijzigt.")
        self._once(session, made, row)
        return made

    def removable(self, session: Session, row: Capacity) -> None:
        hold_open(session, row.point_id)

    def logged(self, row: Capacity) -> dict[str, Ids]:
        return {"point": row.point_id}

    def _once(self, session: Session, made: CapacityDetails, row: Capacity | None) -> None:
        """Raise Refused when the part has a row for the year already: it would count twice."""
        for each in of_points(session, [made.point_id]).get(made.point_id, ()):
            same = (each.details.year, each.details.unit_id, _folded(each.details.part)) == (
                made.year,
                made.unit_id,
                _folded(made.part),
            )
            if same and (row is None or each.id != row.id):
                raise Refused(
                    f"Voor {each.now.part} in {made.year} staat er al een regel bij dit punt. Wijzig die."
                )

    def _write(self, row: Capacity, checked: CapacityDetails, by: By) -> None:
        first = not row.versions
        row.point_id = checked.point_id
        row.versions.append(
            CapacityVersion(
                number=len(row.versions) + 1,
                unit_id=checked.unit_id,
                part=checked.part,
                year=checked.year,
                people_needed=checked.means.people_needed,
                people_assigned=checked.means.people_assigned,
                budget_needed=checked.means.budget_needed,
                budget_assigned=checked.means.budget_assigned,
                reason=None if first else checked.reason,
                note=checked.note,
                person_id=by.person_id,
                assignment_id=by.assignment_id,
                at=by.at,
            )
        )

    def _held(self, row: Capacity) -> CapacityDetails:
        return _details(row)


CAPACITIES: Final = _Capacities()


def of_points(session: Session, ids: Collection[int] | None = None) -> dict[int, tuple[CapacityInfo, ...]]:
    """What parts need and have for all points, or for these, by part and year: a fixed number of queries."""
    query = (
        select(Capacity)
        .join(Point, Point.id == Capacity.point_id)
        .where(Capacity.removed.is_(False), Point.removed.is_(False))
        .options(
            selectinload(Capacity.versions).options(
                joinedload(CapacityVersion.unit), joinedload(CapacityVersion.person)
            )
        )
    )
    if ids is not None:
        query = query.where(Capacity.point_id.in_(ids))
    return _grouped(session.scalars(query))


def find(session: Session, number: int) -> CapacityInfo | None:
    """A row by its id; None for one that was removed, or never was, and of a point that was."""
    row = session.scalar(
        select(Capacity)
        .join(Point, Point.id == Capacity.point_id)
        .where(Capacity.id == number, Capacity.removed.is_(False), Point.removed.is_(False))
        .execution_options(populate_existing=True)
    )
    return _info(row) if row else None


def _grouped(rows: Iterable[Capacity]) -> dict[int, tuple[CapacityInfo, ...]]:
    found: defaultdict[int, list[CapacityInfo]] = defaultdict(list)
    for row in rows:
        found[row.point_id].append(_info(row))
    return {
        number: tuple(sorted(each, key=lambda one: (one.now.part.lower(), one.now.year, one.id)))
        for number, each in found.items()
    }


def _info(row: Capacity) -> CapacityInfo:
    return CapacityInfo(
        row.id, row.point_id, row.version, _details(row), tuple(_at(each) for each in row.versions)
    )


def _details(row: Capacity) -> CapacityDetails:
    last = row.versions[-1]
    return CapacityDetails(row.point_id, last.year, last.unit_id, last.part, _means(last))


def _at(row: CapacityVersion) -> CapacityAt:
    return CapacityAt(
        row.number,
        row.unit.name if row.unit else row.part or "",
        row.year,
        _means(row),
        row.reason,
        row.note,
        row.person.name if row.person else None,
        row.at,
    )


def _means(row: CapacityVersion) -> Means:
    return Means(row.people_needed, row.people_assigned, row.budget_needed, row.budget_assigned)


def _checked(means: Means) -> Means:
    if means == Means():
        raise Refused("Vul in hoeveel mensen of budget er nodig of toegewezen zijn.")
    people, budget = (
        (means.people_needed, means.people_assigned),
        (means.budget_needed, means.budget_assigned),
    )
    if not all(0 <= each <= MOST_PEOPLE for each in people):
        raise Refused("Vul een aantal fte in zoals 2,5.")
    if not all(0 <= each <= amounts.HIGHEST for each in budget):
        raise Refused("Vul een bedrag in zoals € 250.000.")
    return means


def _folded(part: str | None) -> str | None:
    return part.casefold() if part else None
