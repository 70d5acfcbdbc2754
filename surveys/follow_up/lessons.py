"""Lessons: what was learnt, summed up for others, and with whom it was shared (000 r. 216-218).

What was shared stays shared: a unit sees a lesson from then on, as it stands now.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from surveys import log
from surveys.acting import By, today
from surveys.errors import Refused
from surveys.follow_up.keeping import (
    fits,
    fits_day,
    fits_line,
    hold_row,
    next_version,
    permit,
    seen,
    stamp,
)
from surveys.log import Ids
from surveys.models import Lesson, LessonShare, Origin, Person, Point, Unit
from surveys.reports.source import UnitInfo
from surveys.searching import query

TITLE_LENGTH, TEXT_LENGTH, LINE_LENGTH = 300, 10_000, 300
"""The most characters of each text."""


@dataclass(frozen=True)
class LessonDetails:
    """A lesson as somebody fills it in; `source` says in words where it comes from."""

    title: str
    summary: str
    advice: str
    source: str
    origin_id: int | None = None
    point_id: int | None = None
    happened_on: date | None = None
    fictief: bool = False


@dataclass(frozen=True)
class ShareInfo:
    """With whom a lesson was shared: a unit in Meetlat, or else an organisation; when, how, by whom."""

    unit: UnitInfo | None
    unit_id: int | None
    organisation: str | None
    shared_on: date
    how: str
    name: str | None

    @property
    def whom(self) -> str:
        """With whom, in Dutch."""
        return self.unit.name if self.unit else self.organisation or ""


@dataclass(frozen=True)
class LessonInfo:
    """A lesson as pages and files show it. `at` and `name`: when and by whom it was changed last."""

    id: int
    title: str
    summary: str
    advice: str
    source: str
    origin_id: int | None
    origin_title: str | None
    point_id: int | None
    point_title: str | None
    happened_on: date | None
    fictief: bool
    shares: tuple[ShareInfo, ...]
    version: int
    name: str | None
    at: datetime

    @classmethod
    def of(cls, row: Lesson, name: str | None) -> LessonInfo:
        """Take it from its row; `name` is who changed it last."""
        point = row.point if row.point and not row.point.removed else None
        return cls(
            id=row.id,
            title=row.title,
            summary=row.summary,
            advice=row.advice,
            source=row.source,
            origin_id=row.origin_id,
            origin_title=row.origin.title if row.origin else None,
            point_id=point.id if point else None,
            point_title=point.title if point else None,
            happened_on=row.happened_on,
            fictief=row.fictief,
            shares=tuple(_share(each) for each in row.shares),
            version=row.version,
            name=name,
            at=row.at,
        )

    @property
    def whom(self) -> tuple[str, ...]:
        """With whom it was shared, each once, in the order in which that was done."""
        return tuple(dict.fromkeys(each.whom for each in self.shares))


def _share(row: LessonShare) -> ShareInfo:
    return ShareInfo(
        UnitInfo.of(row.unit, row.shared_on) if row.unit else None,
        row.unit_id,
        row.organisation,
        row.shared_on,
        row.how,
        row.person.name if row.person else None,
    )


def listed(session: Session, text: str = "") -> list[LessonInfo]:
    """The lessons that were not removed and hold these words, the latest first: a fixed number of queries."""
    wanted = query(text)
    return [each for each in _found(session, _rows()) if not wanted.terms or wanted.meets(_text(each))]


def of_unit(session: Session, unit_id: int) -> list[LessonInfo]:
    """The lessons that were shared with a unit, the latest first."""
    shared = select(LessonShare.lesson_id).where(LessonShare.unit_id == unit_id)
    return _found(session, _rows().where(Lesson.id.in_(shared)))


def find(session: Session, number: int) -> LessonInfo | None:
    """A lesson by its id; None for one that was removed, or never was."""
    return next(iter(_found(session, _rows().where(Lesson.id == number))), None)


def add(session: Session, details: LessonDetails, *, by: By) -> Lesson:
    """Write a lesson down; nobody sees it but inspectors.

    Raises NotAllowed, and Refused for details that can't be.
    """
    permit(by)
    row = Lesson(version=1, **vars(_checked(session, details)))
    stamp(row, by)
    session.add(row)
    session.flush()
    _log(session, "add", row, by)
    return row


def change(session: Session, number: int, details: LessonDetails, *, by: By, seen_version: int) -> Lesson:
    """Change a lesson; what is the same already stays, version and all.

    Raises as `add` does, and ChangedMeanwhile when somebody changed it since the version that was seen.
    """
    permit(by)
    row = _hold(session, number)
    checked = _checked(session, details)
    if all(getattr(row, name) == value for name, value in vars(checked).items()):
        return row
    seen(row, seen_version)
    for name, value in vars(checked).items():
        setattr(row, name, value)
    next_version(session, row, by)
    _log(session, "change", row, by)
    return row


def share(
    session: Session,
    number: int,
    unit_ids: Collection[int],
    organisation: str | None,
    shared_on: date,
    how: str,
    *,
    by: By,
) -> list[LessonShare]:
    """Keep that a lesson was shared with units, which see it from now on, and with an organisation.

    What was kept already (the same one, day and way) is not kept again.

    Raises NotAllowed, and Refused for nobody, an unknown unit, a day to come, or without how.
    """
    permit(by)
    row = _hold(session, number)
    other = fits_line(organisation, LINE_LENGTH, "De naam van de organisatie")
    means = fits_line(how, LINE_LENGTH, "De manier")
    wanted = list(dict.fromkeys(unit_ids))
    if not wanted and other is None:
        raise Refused("Kies minstens één eenheid, of vul een organisatie in.")
    if set(session.scalars(select(Unit.id).where(Unit.id.in_(wanted)))) != set(wanted):
        raise Refused("Kies eenheden uit de lijst.")
    if means is None:
        raise Refused("Vul in hoe u de les deelt.")
    if shared_on > today(by.at):
        raise Refused("Deze dag ligt in de toekomst. Vul een dag in tot en met vandaag.")
    fits_day(shared_on, "De dag")
    there = {(each.unit_id, each.organisation, each.shared_on, each.how) for each in row.shares}
    made = [
        LessonShare(
            lesson_id=row.id,
            unit_id=unit_id,
            organisation=name,
            shared_on=shared_on,
            how=means,
            person_id=by.person_id,
            assignment_id=by.assignment_id,
            at=by.at,
        )
        for unit_id, name in [*((each, None) for each in wanted), *([(None, other)] if other else [])]
        if (unit_id, name, shared_on, means) not in there
    ]
    if made:
        session.add_all(made)
        session.flush()
        session.expire(row, ["shares"])
        units = " ".join(str(each.unit_id) for each in made if each.unit_id)
        elsewhere = any(each.organisation for each in made)
        _log(session, "share", row, by, units=units or None, elsewhere=elsewhere)
    return made


def remove(session: Session, number: int, *, by: By, seen_version: int) -> None:
    """Take a lesson out of the register, and from who sees it; the row stays, for the log.

    Raises as `change` does.
    """
    permit(by)
    row = _hold(session, number)
    seen(row, seen_version)
    row.removed = True
    next_version(session, row, by)
    _log(session, "remove", row, by)


def _rows() -> Select[Lesson, str]:
    return (
        select(Lesson, Person.name)
        .outerjoin(Person, Person.id == Lesson.person_id)
        .where(Lesson.removed.is_(False))
        .options(
            joinedload(Lesson.origin),
            joinedload(Lesson.point),
            selectinload(Lesson.shares).options(joinedload(LessonShare.unit), joinedload(LessonShare.person)),
        )
        .order_by(Lesson.id.desc())
        .execution_options(populate_existing=True)
    )


def _found(session: Session, asked: Select[Lesson, str]) -> list[LessonInfo]:
    return [LessonInfo.of(row, name) for row, name in session.execute(asked)]


def _text(each: LessonInfo) -> str:
    return " ".join((each.title, each.summary, each.advice, each.source, *each.whom))


def _checked(session: Session, details: LessonDetails) -> LessonDetails:
    title = fits_line(details.title, TITLE_LENGTH, "De titel")
    summary = fits(details.summary, TEXT_LENGTH, "De samenvatting")
    advice = fits(details.advice, TEXT_LENGTH, "De tekst")
    source = fits_line(details.source, LINE_LENGTH, "De bron")
    if title is None:
        raise Refused("Vul een titel in.")
    if summary is None:
        raise Refused("Vat samen wat er is geleerd.")
    if advice is None:
        raise Refused("Schrijf op wat anderen ermee kunnen doen.")
    if source is None:
        raise Refused("Vul in waar de les vandaan komt.")
    origin = session.get(Origin, details.origin_id) if details.origin_id is not None else None
    point = session.get(Point, details.point_id) if details.point_id is not None else None
    if details.origin_id is not None and (origin is None or origin.removed):
        raise Refused("Kies een document uit de lijst.")
    if details.point_id is not None and (point is None or point.removed):
        raise Refused("Kies een punt uit de lijst.")
    return LessonDetails(
        title,
        summary,
        advice,
        source,
        details.origin_id,
        details.point_id,
        fits_day(details.happened_on, "De dag"),
        # what is learnt from something made up is made up
        details.fictief or bool(origin and origin.fictief) or bool(point and point.fictief),
    )


def _hold(session: Session, number: int) -> Lesson:
    return hold_row(session, Lesson, number, "Deze les is intussen verwijderd.")


def _log(session: Session, action: str, row: Lesson, by: By, **detail: Ids) -> None:
    log.write(session, f"lesson.{action}", by, "lesson", row.id, version=row.version, **detail)
