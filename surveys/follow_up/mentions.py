"""In which documents a point stands, besides the one that it comes from: one point, many mentions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from surveys.acting import By
from surveys.errors import Refused
from surveys.follow_up.keeping import fits, fits_line, hold, note, permit, stamp
from surveys.follow_up.points import NUMBER_LENGTH, OriginInfo
from surveys.models import Mention, Origin

PASSAGE_LENGTH, NOTE_LENGTH = 200, 10_000
"""The most characters of each text."""


@dataclass(frozen=True)
class MentionInfo:
    """That a point stands in a document as well: under which number, where, and what it says there."""

    id: int
    point_id: int
    origin: OriginInfo
    number: str | None
    passage: str | None
    note: str | None

    @classmethod
    def of(cls, row: Mention) -> MentionInfo:
        """Take it from its row."""
        return cls(row.id, row.point_id, OriginInfo.of(row.origin), row.number, row.passage, row.note)


@dataclass(frozen=True)
class MentionDetails:
    """A mention as somebody fills it in."""

    origin_id: int
    number: str | None = None
    passage: str | None = None
    note: str | None = None


def of_points(session: Session, ids: Collection[int]) -> dict[int, tuple[MentionInfo, ...]]:
    """The mentions of some points by the id of the point, the oldest document first: one query."""
    found: dict[int, list[MentionInfo]] = {each: [] for each in ids}
    for row in session.scalars(_rows().where(Mention.point_id.in_(found))):
        found[row.point_id].append(MentionInfo.of(row))
    return {number: tuple(rows) for number, rows in found.items()}


def in_origin(session: Session, origin_id: int) -> list[MentionInfo]:
    """The mentions that stand in a document, in the order in which they were added: one query."""
    rows = session.scalars(_rows().where(Mention.origin_id == origin_id).order_by(None).order_by(Mention.id))
    return [MentionInfo.of(row) for row in rows]


def add(session: Session, number: int, details: MentionDetails, *, by: By) -> Mention:
    """Record that a point stands in a document.

    Raises NotAllowed, and Refused for a document that is not there or a mention that is there already.
    """
    permit(by)
    point = hold(session, number)
    origin = session.get(Origin, details.origin_id)
    if origin is None or origin.removed:
        raise Refused("Kies een document uit de lijst.")
    row = Mention(
        point_id=point.id,
        origin_id=origin.id,
        number=fits_line(details.number, NUMBER_LENGTH, "Het nummer"),
        passage=fits_line(details.passage, PASSAGE_LENGTH, "De vindplaats"),
        note=fits(details.note, NOTE_LENGTH, "De opmerking"),
    )
    if any(
        (each.origin.id, each.number, each.passage) == (row.origin_id, row.number, row.passage)
        for each in of_points(session, [point.id])[point.id]
    ):
        raise Refused("Deze vermelding staat er al.")
    stamp(row, by)
    session.add(row)
    session.flush()
    note(session, "mention.add", point.id, by, mention=row.id, origin=origin.id)
    return row


def remove(session: Session, number: int, mention_id: int, *, by: By) -> None:
    """Take a mention away; one that is gone already is no fault.

    Raises NotAllowed, and Refused for a point that was removed.
    """
    permit(by)
    point = hold(session, number)
    row = session.scalar(select(Mention).where(Mention.id == mention_id, Mention.point_id == point.id))
    if row is not None:
        session.delete(row)
        session.flush()
        note(session, "mention.remove", point.id, by, mention=mention_id, origin=row.origin_id)


def _rows() -> Select[Mention]:
    return (
        select(Mention)
        .join(Mention.origin)
        .options(joinedload(Mention.origin).joinedload(Origin.measurement))
        .order_by(Origin.dated.is_(None), Origin.dated, Mention.id)
    )
