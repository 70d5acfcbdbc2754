"""Annual objectives (jaardoelstellingen): what a part of the organisation wants to reach in a year.

Source: attainable objectives a year (000 r. 105-107), for the multi-year agenda (000 r. 50-56).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from surveys.errors import Refused
from surveys.follow_up import kinds
from surveys.follow_up.keeping import chosen, fits, fits_line
from surveys.follow_up.rows import Rows, fits_points, fits_year, linked, spaced
from surveys.log import Ids
from surveys.models import Objective, ObjectivePoint

PART_LENGTH, TEXT_LENGTH = 300, 10_000
"""The most characters of each text."""
RUNNING: Final = "loopt"


@dataclass(frozen=True)
class ObjectiveDetails:
    """An objective as somebody fills it in; `point_ids` are the points that serve it."""

    year: int | None
    part: str
    text: str
    priority: str | None = None
    state: str = RUNNING
    words: str | None = None
    point_ids: tuple[int, ...] = ()
    fictief: bool = False


@dataclass(frozen=True)
class ObjectiveInfo:
    """An objective as pages and files show it. `points`: ids and names of the points that serve it.

    It is made up when it says so, and when a point of it is.
    """

    id: int
    version: int
    details: ObjectiveDetails
    year: int
    points: tuple[tuple[int, str], ...]
    fictief: bool
    name: str | None
    at: datetime

    @property
    def state_label(self) -> str:
        """What became of it, in Dutch."""
        return kinds.OBJECTIVES[self.details.state]

    @property
    def priority_label(self) -> str | None:
        """How much comes first, in Dutch."""
        return kinds.PRIORITIES[self.details.priority] if self.details.priority else None


class _Objectives(Rows[Objective, ObjectiveDetails]):
    """The verbs."""

    model, details, subject = Objective, ObjectiveDetails, "objective"
    gone = "Een collega heeft deze doelstelling intussen verwijderd."

    def checked(self, session: Session, details: ObjectiveDetails, row: Objective | None) -> ObjectiveDetails:
        part = fits_line(details.part, PART_LENGTH, "De naam van het onderdeel")
        text = fits(details.text, TEXT_LENGTH, "De doelstelling")
        state = chosen(details.state, kinds.OBJECTIVES, "hoe het ermee staat")
        words = fits(details.words, TEXT_LENGTH, "De toelichting")
        if part is None:
            raise Refused("Vul in van welk onderdeel de doelstelling is.")
        if text is None:
            raise Refused("Vul de doelstelling in.")
        if state is None:
            raise Refused("Kies hoe het met de doelstelling staat.")
        if state != RUNNING and words is None:
            raise Refused("Vul een toelichting in: waarom is de doelstelling wel, deels of niet behaald?")
        return ObjectiveDetails(
            fits_year(details.year, "het jaar"),
            part,
            text,
            chosen(details.priority, kinds.PRIORITIES, "een prioriteit"),
            state,
            words,
            fits_points(session, details.point_ids, row.point_ids if row else ()),
            details.fictief,
        )

    def logged(self, row: Objective) -> dict[str, Ids]:
        return {"year": row.year, "state": row.state, "points": spaced(row.point_ids)}


OBJECTIVES: Final = _Objectives()


def listed(session: Session) -> list[ObjectiveInfo]:
    """All objectives, by year and part: a fixed number of queries."""
    return [_info(row) for row in session.scalars(_rows())]


def of_point(session: Session, number: int) -> list[ObjectiveInfo]:
    """The objectives that a point serves."""
    serving = select(ObjectivePoint.objective_id).where(ObjectivePoint.point_id == number)
    return [_info(row) for row in session.scalars(_rows().where(Objective.id.in_(serving)))]


def find(session: Session, number: int) -> ObjectiveInfo | None:
    """An objective by its id; None for one that was removed, or never was."""
    row = session.scalar(_rows().where(Objective.id == number))
    return _info(row) if row else None


def _rows() -> Select[Objective]:
    return (
        select(Objective)
        .where(Objective.removed.is_(False))
        .options(
            joinedload(Objective.person),
            selectinload(Objective.points).joinedload(ObjectivePoint.point),
        )
        .order_by(Objective.year, Objective.part, Objective.id)
        .execution_options(populate_existing=True)
    )


def _info(row: Objective) -> ObjectiveInfo:
    points = list(linked(row.points))
    return ObjectiveInfo(
        row.id,
        row.version,
        ObjectiveDetails(
            row.year, row.part, row.text, row.priority, row.state, row.words, row.point_ids, row.fictief
        ),
        row.year,
        tuple((each.id, f"{each.number} {each.title}" if each.number else each.title) for each in points),
        row.fictief or any(each.fictief for each in points),
        row.person.name if row.person else None,
        row.at,
    )
