"""Fixed moments of evaluation, and the templates with the questions that are asked then (002 r. 33).

A moment keeps the questions as they were when it was planned: what was answered goes on meaning the same when
a template changes. What an evaluation found about a point as a whole is written at the point (`deciding`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from surveys import log
from surveys.acting import By, today
from surveys.errors import Refused
from surveys.follow_up.keeping import fits, fits_day, fits_line, hold_open, next_version, permit, seen
from surveys.log import Ids
from surveys.models import EvaluationMoment, EvaluationTemplate, Person

FILE: Final = Path(__file__).parent / "evaluation_templates.toml"
PLANNED, HELD, LAPSED = "gepland", "gehouden", "vervallen"
STATES: Final[dict[str, str]] = {PLANNED: "Gepland", HELD: "Gehouden", LAPSED: "Vervallen"}
NAME_LENGTH, ANSWER_LENGTH = 300, 5_000
"""The most characters of each text."""
MOST_QUESTIONS: Final = 20
MOST_DAYS: Final = 3650
RESERVED: Final = frozenset({"nieuw"})
"""Codes that no template can have, for in the address of its page they say something else."""
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


@dataclass(frozen=True)
class Template:
    """A template: so many days after something its questions are asked. `version` 0: never changed."""

    code: str
    name: str
    days: int
    questions: tuple[str, ...]
    retired: bool = False
    version: int = 0


@dataclass(frozen=True)
class MomentDetails:
    """A moment as it is planned: about a point, or else about what `about` says."""

    template: str
    planned_on: date
    point_id: int | None = None
    about: str | None = None
    fictief: bool = False


@dataclass(frozen=True)
class MomentInfo:
    """A moment as pages show it. `answers` has what was answered to each question once it was held."""

    id: int
    point_id: int | None
    point_title: str | None
    about: str | None
    name: str
    questions: tuple[str, ...]
    planned_on: date
    held_on: date | None
    held_by: str | None
    answers: tuple[str | None, ...]
    state: str
    fictief: bool
    version: int
    changed_by: str | None
    at: datetime

    @classmethod
    def of(cls, row: EvaluationMoment, name: str | None) -> MomentInfo:
        """Take it from its row; `name` is who changed it last."""
        return cls(
            id=row.id,
            point_id=row.point_id,
            point_title=row.point.title if row.point else None,
            about=row.about,
            name=row.name,
            questions=tuple(row.questions),
            planned_on=row.planned_on,
            held_on=row.held_on,
            held_by=row.held_by,
            answers=tuple(row.answers or ()),
            state=row.state,
            fictief=row.fictief,
            version=row.version,
            changed_by=name,
            at=row.at,
        )

    @property
    def subject(self) -> str:
        """What it is about, in words."""
        return self.point_title or self.about or ""

    @property
    def state_label(self) -> str:
        """Its state in Dutch."""
        return STATES[self.state]

    def overdue(self, day: date) -> bool:
        """Whether it should have been held by a day, and was not."""
        return self.state == PLANNED and self.planned_on < day


@cache
def _shipped() -> Mapping[str, Template]:
    found = tomllib.loads(FILE.read_text("utf-8"))
    return {
        code: Template(code, each["name"], each["days"], tuple(each["questions"]))
        for code, each in found.items()
    }


def templates(session: Session) -> dict[str, Template]:
    """The templates by their codes: those that come with Meetlat first; what inspectors made goes before."""
    rows = session.scalars(select(EvaluationTemplate).order_by(EvaluationTemplate.id))
    own = {
        row.code: Template(row.code, row.name, row.days, tuple(row.questions), row.retired, row.version)
        for row in rows
    }
    return {**_shipped(), **own}


def keep_template(
    session: Session, template: Template, *, by: By, seen_version: int | None
) -> EvaluationTemplate:
    """Add a template (`seen_version` None), or change one that is there, also one that comes with Meetlat.

    Raises NotAllowed; Refused for a code that is taken or what can't be; ChangedMeanwhile when somebody
    changed it since the version that was seen.
    """
    permit(by)
    known = templates(session)
    if seen_version is None and (template.code in known or template.code in RESERVED):
        raise Refused(f"De code {template.code} bestaat al. Kies een andere code.")
    if not _CODE.fullmatch(template.code):
        raise Refused("Vul een code in van kleine letters, cijfers en streepjes, zoals fir.")
    name = fits_line(template.name, NAME_LENGTH, "De naam")
    if name is None:
        raise Refused("Vul een naam in.")
    if not 0 <= template.days <= MOST_DAYS:
        raise Refused(f"Vul 0 tot en met {MOST_DAYS} dagen in.")
    questions = [line for each in template.questions if (line := fits_line(each, NAME_LENGTH, "Een vraag"))]
    if not 1 <= len(questions) <= MOST_QUESTIONS:
        raise Refused(f"Vul 1 tot en met {MOST_QUESTIONS} vragen in, elk op een eigen regel.")
    row = session.scalar(
        select(EvaluationTemplate)
        .where(EvaluationTemplate.code == template.code)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        row = EvaluationTemplate(code=template.code, version=0)
    if seen_version is not None:
        seen(row, seen_version)
    row.name, row.days, row.questions, row.retired = name, template.days, questions, template.retired
    session.add(row)
    next_version(session, row, by)
    log.write(
        session,
        "moment.template",
        by,
        "evaluation_template",
        row.id,
        code=row.code,
        version=row.version,
        retired=row.retired,
    )
    session.flush()
    return row


def listed(session: Session) -> list[MomentInfo]:
    """All moments, what is planned first and then by day: a fixed number of queries."""
    found = _found(session, _rows())
    return sorted(found, key=lambda each: (list(STATES).index(each.state), each.planned_on, each.id))


def of_points(session: Session, ids: Collection[int]) -> dict[int, tuple[MomentInfo, ...]]:
    """The moments of each of these points, by day: one query."""
    found: dict[int, list[MomentInfo]] = {number: [] for number in ids}
    for each in _found(session, _rows().where(EvaluationMoment.point_id.in_(ids))) if ids else ():
        found[each.point_id or 0].append(each)
    return {number: tuple(each) for number, each in found.items()}


def find(session: Session, number: int) -> MomentInfo | None:
    """A moment by its id; None for one that never was."""
    return next(iter(_found(session, _rows().where(EvaluationMoment.id == number))), None)


def plan(session: Session, details: MomentDetails, *, by: By) -> EvaluationMoment:
    """Plan a moment with the questions of a template, as they are now.

    Raises NotAllowed; Refused for a template that is not there or retired, a point that was closed or
    removed, and for neither a point nor what it is about.
    """
    permit(by)
    template = templates(session).get(details.template)
    if template is None or template.retired:
        raise Refused("Kies een methode uit de lijst.")
    about = fits_line(details.about, NAME_LENGTH, "De tekst")
    point = hold_open(session, details.point_id) if details.point_id is not None else None
    if point is None and about is None:
        raise Refused("Kies een punt, of vul in wat er wordt geëvalueerd.")
    row = EvaluationMoment(
        point_id=point.id if point else None,
        about=about,
        template=template.code,
        name=template.name,
        questions=list(template.questions),
        planned_on=fits_day(details.planned_on, "De dag"),
        state=PLANNED,
        fictief=details.fictief or bool(point and point.fictief),
    )
    session.add(row)
    _touch(session, row, "plan", by, template=template.code, point=row.point_id)
    return row


def move(session: Session, number: int, planned_on: date, *, by: By, seen_version: int) -> None:
    """Plan a moment on another day.

    Raises NotAllowed; Refused for one that was held or lapsed; ChangedMeanwhile when somebody changed it
    since the version that was seen.
    """
    row = _hold_planned(session, number, by, seen_version)
    day = fits_day(planned_on, "De dag")
    if day != row.planned_on:
        row.planned_on = planned_on
        _touch(session, row, "move", by)


def hold(
    session: Session,
    number: int,
    answers: Sequence[str | None],
    held_on: date,
    held_by: str,
    *,
    by: By,
    seen_version: int,
) -> None:
    """Keep that a moment was held: on which day, by whom, and what was answered to each of its questions.

    Raises as `move` does, and Refused without any answer, or for a day to come.
    """
    row = _hold_planned(session, number, by, seen_version)
    kept = [fits(each, ANSWER_LENGTH, "Een antwoord") for each in answers]
    who = fits_line(held_by, NAME_LENGTH, "De naam")
    if who is None:
        raise Refused("Vul in wie evalueerde.")
    if len(kept) != len(row.questions) or not any(kept):
        raise Refused("Beantwoord minstens één vraag.")
    if held_on > today(by.at):
        raise Refused("Deze dag ligt in de toekomst. Vul een dag in tot en met vandaag.")
    row.answers, row.held_by = kept, who
    row.held_on = fits_day(held_on, "De dag")
    row.state = HELD
    _touch(session, row, "hold", by)


def lapse(session: Session, number: int, *, by: By, seen_version: int) -> None:
    """Let a moment go that is not to be held any more. Raises as `move` does."""
    row = _hold_planned(session, number, by, seen_version)
    row.state = LAPSED
    _touch(session, row, "lapse", by)


def _rows() -> Select[EvaluationMoment, str]:
    return (
        select(EvaluationMoment, Person.name)
        .outerjoin(Person, Person.id == EvaluationMoment.person_id)
        .options(joinedload(EvaluationMoment.point))
        .order_by(EvaluationMoment.planned_on, EvaluationMoment.id)
        .execution_options(populate_existing=True)
    )


def _found(session: Session, asked: Select[EvaluationMoment, str]) -> list[MomentInfo]:
    return [MomentInfo.of(row, name) for row, name in session.execute(asked)]


def _hold_planned(session: Session, number: int, by: By, seen_version: int) -> EvaluationMoment:
    """A moment as it was seen, held until the transaction ends."""
    permit(by)
    row = session.scalar(
        select(EvaluationMoment)
        .where(EvaluationMoment.id == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise Refused("Dit evaluatiemoment is er niet.")
    seen(row, seen_version)
    if row.state != PLANNED:
        raise Refused(f"Dit evaluatiemoment is {STATES[row.state].lower()}. Het kan niet meer wijzigen.")
    return row


def _touch(session: Session, row: EvaluationMoment, action: str, by: By, **detail: Ids) -> None:
    next_version(session, row, by)
    log.write(session, f"moment.{action}", by, "evaluation_moment", row.id, version=row.version, **detail)
    session.flush()
