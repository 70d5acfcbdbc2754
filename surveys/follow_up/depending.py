"""Which points wait for others, or run beside them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from surveys.acting import By
from surveys.errors import Refused
from surveys.follow_up import keeping, kinds
from surveys.follow_up.keeping import fits, flush, hold, hold_all, hold_open, permit, stamp
from surveys.follow_up.timeline import AFTER, Link, circular
from surveys.models import Dependency, Point

NOTE_LENGTH = 10_000
"""The most characters of a note."""


_MINE, _OTHER = aliased(Point), aliased(Point)
_STANDING = (
    select(Dependency)
    .join(_MINE, and_(_MINE.id == Dependency.point_id, _MINE.removed.is_(False)))
    .join(_OTHER, and_(_OTHER.id == Dependency.on_id, _OTHER.removed.is_(False)))
    .order_by(Dependency.id)
)


def rows_of(session: Session, ids: Collection[int] | None = None) -> list[Dependency]:
    """What points depend on, oldest first: of all points, or of these. Removed points count for nothing."""
    query = _STANDING if ids is None else _STANDING.where(Dependency.point_id.in_(ids))
    return list(session.scalars(query))


def links(session: Session) -> list[Link]:
    """All that points depend on, in one query."""
    return [Link(row.point_id, row.on_id, row.kind) for row in rows_of(session)]


@dataclass(frozen=True)
class Dependent:
    """A point that depends on another, and how."""

    point_id: int
    called: str
    kind: str


def dependents(session: Session, number: int) -> list[Dependent]:
    """The points that depend on a point, by place."""
    rows = session.execute(
        select(Point.id, Point.number, Point.title, Dependency.kind)
        .join(Dependency, Dependency.point_id == Point.id)
        .where(Dependency.on_id == number, Point.removed.is_(False))
        .order_by(Point.place, Point.id)
    )
    return [Dependent(row.id, called(row.number, row.title), row.kind) for row in rows]


def called(number: str | None, title: str) -> str:
    """What to call a point in a list: number and title, as `PointInfo.called` does."""
    return f"{number} {title}" if number else title


def depend(session: Session, number: int, on_id: int, kind: str, note: str | None, *, by: By) -> Dependency:
    """Record that a point waits for another (`eerst`) or runs beside it (`gelijk`), with a note.

    Raises NotAllowed, and Refused for a closed point, for itself, for a pair that is recorded already, for a
    circle (points that wait for each other), and for a real point that would depend on a made-up one.
    """
    permit(by)
    if on_id == number:
        raise Refused("Een punt kan niet van zichzelf afhangen. Kies een ander punt.")
    if kind not in kinds.DEPENDENCIES:
        raise Refused("Kies of dit punt op het andere wacht, of er gelijk mee oploopt.")
    hold_all(session)  # so that of two links that make a circle together one is refused
    mine, other = hold_open(session, number), hold(session, on_id)
    if other.fictief and not mine.fictief:
        raise Refused(
            f"‘{other.title}’ is verzonnen en dit punt niet. De planning van dit punt kan daar niet van"
            " afhangen. Kies een ander punt."
        )
    pair = or_(
        and_(Dependency.point_id == number, Dependency.on_id == on_id),
        and_(Dependency.point_id == on_id, Dependency.on_id == number),
    )
    if session.scalar(select(Dependency.id).where(pair)):
        raise Refused(
            f"Tussen dit punt en ‘{other.title}’ is al een afhankelijkheid vastgelegd. Verwijder die eerst."
        )
    if circular([*links(session), Link(number, on_id, kind)]):
        raise Refused(_circle(kind, other.title))
    row = Dependency(
        point_id=mine.id, on_id=other.id, kind=kind, note=fits(note, NOTE_LENGTH, "De toelichting")
    )
    stamp(row, by)
    session.add(row)
    flush(session)
    keeping.note(session, "depend", number, by, on=on_id, kind=kind)
    return row


def undepend(session: Session, number: int, dependency_id: int, *, by: By) -> None:
    """Take a dependency of a point away. Raises as `depend` does, and Refused when it is gone already."""
    permit(by)
    hold_open(session, number)
    row = session.get(Dependency, dependency_id)
    if row is None or row.point_id != number:
        raise Refused("Deze afhankelijkheid is intussen verwijderd.")
    session.delete(row)
    keeping.note(session, "undepend", number, by, on=row.on_id, kind=row.kind)
    session.flush()


def _circle(kind: str, other: str) -> str:
    if kind == AFTER:
        return (
            f"‘{other}’ wacht zelf op dit punt, rechtstreeks of via andere punten. Zo komt geen van beide"
            " aan de beurt. Kies een ander punt."
        )
    return (
        f"Dit punt en ‘{other}’ kunnen niet gelijk oplopen: het ene wacht via andere punten op het andere."
        " Kies een ander punt."
    )
