"""Committees that steer follow-up and their meetings (000 r. 20-36, 50-59): who meets about what, and when.

What is on the agenda of a meeting and what came of it is in `agendas`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from surveys import log
from surveys.acting import By, today
from surveys.errors import Refused
from surveys.follow_up import schemes
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
from surveys.follow_up.schemes import Scheme
from surveys.follow_up.steering import Chosen
from surveys.log import Ids
from surveys.models import Committee, Meeting, Person, Unit
from surveys.reports.source import UnitInfo

NAME_LENGTH, PLACE_LENGTH, TEXT_LENGTH = 300, 300, 10_000
"""The most characters of each text."""
PREPARED, HELD = "voorbereid", "gehouden"
STATES: Final[dict[str, str]] = {PREPARED: "In voorbereiding", HELD: "Gehouden, verslag vastgesteld"}
"""Where a meeting stands."""
EVERYTHING: Final = "Alle punten"
GONE: Final = "Deze vergadering is intussen verwijderd."
SETTLED: Final = (
    "Het verslag van dit overleg is vastgesteld. Heropen het eerst, met de reden, en verbeter het daarna."
)
"""Why nothing changes in a meeting that was held, and what to do."""
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")


@dataclass(frozen=True)
class CommitteeDetails:
    """A committee as somebody fills it in: about a value of a classification, a unit, or everything."""

    name: str
    members: str | None = None
    scheme: str | None = None
    code: str | None = None
    unit_id: int | None = None
    fictief: bool = False


@dataclass(frozen=True)
class CommitteeInfo:
    """A committee as pages and files show it. `about` says in Dutch which points it is about."""

    id: int
    details: CommitteeDetails
    about: str
    unit: UnitInfo | None
    version: int
    changed_by: str | None
    at: datetime

    @property
    def name(self) -> str:
        """What it is called."""
        return self.details.name

    @property
    def fictief(self) -> bool:
        """Whether it is made up."""
        return self.details.fictief

    @property
    def chosen(self) -> Chosen:
        """The points that it is about, as steering information is narrowed."""
        scheme, code = self.details.scheme, self.details.code
        return Chosen({scheme: code} if scheme and code else {}, self.unit.code if self.unit else None)


@dataclass(frozen=True)
class MeetingDetails:
    """A meeting as somebody fills it in; `begins` and `ends` are times such as 09:30."""

    held_on: date
    begins: str | None = None
    ends: str | None = None
    location: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class MeetingInfo:
    """A meeting as pages and files show it. `reopened`: why its minutes were opened again last."""

    id: int
    committee: CommitteeInfo
    details: MeetingDetails
    state: str
    reopened: str | None
    version: int
    changed_by: str | None
    at: datetime

    @property
    def held_on(self) -> date:
        """Its day."""
        return self.details.held_on

    @property
    def held(self) -> bool:
        """Whether its minutes are settled: nothing on its agenda changes any more."""
        return self.state == HELD

    @property
    def state_label(self) -> str:
        """Its state in Dutch."""
        return STATES[self.state]

    @property
    def times(self) -> str | None:
        """When it begins, and ends if that is known: 09:30 tot 11:00 uur."""
        begins, ends = self.details.begins, self.details.ends
        return f"{begins} tot {ends} uur" if begins and ends else f"{begins} uur" if begins else None


def listed(session: Session) -> list[CommitteeInfo]:
    """All committees that were not removed, by name: a fixed number of queries."""
    return _committees(session, _rows().order_by(Committee.name, Committee.id))


def find(session: Session, number: int) -> CommitteeInfo | None:
    """A committee by its id; None for one that was removed, or never was."""
    return next(iter(_committees(session, _rows().where(Committee.id == number))), None)


def meetings(session: Session, committee_id: int | None = None) -> list[MeetingInfo]:
    """The meetings of a committee, or of all, that were not removed, the latest first."""
    query = _meeting_rows().order_by(Meeting.held_on.desc(), Meeting.id.desc())
    return _meetings(
        session, query if committee_id is None else query.where(Meeting.committee_id == committee_id)
    )


def find_meeting(session: Session, number: int) -> MeetingInfo | None:
    """A meeting by its id; None for one that was removed, or never was."""
    return next(iter(_meetings(session, _meeting_rows().where(Meeting.id == number))), None)


def whose(session: Session, number: int) -> CommitteeInfo | None:
    """The committee of a meeting by its id, also of one that was removed; None when there never was one."""
    of = select(Meeting.committee_id).where(Meeting.id == number).scalar_subquery()
    return next(iter(_committees(session, _rows().where(Committee.id == of))), None)


def following(session: Session, meeting: MeetingInfo) -> MeetingInfo | None:
    """The first meeting of the same committee after this one, None when none is planned."""
    later = [
        each
        for each in meetings(session, meeting.committee.id)
        if (each.held_on, each.id) > (meeting.held_on, meeting.id)
    ]
    return later[-1] if later else None


def _rows() -> Select[Committee, str]:
    return (
        select(Committee, Person.name)
        .outerjoin(Person, Person.id == Committee.person_id)
        .where(Committee.removed.is_(False))
        .options(joinedload(Committee.unit))
        .execution_options(populate_existing=True)
    )


def _meeting_rows() -> Select[Meeting, str]:
    return (
        select(Meeting, Person.name)
        .outerjoin(Person, Person.id == Meeting.person_id)
        .where(Meeting.removed.is_(False))
        .execution_options(populate_existing=True)
    )


def _committees(session: Session, query: Select[Committee, str]) -> list[CommitteeInfo]:
    found = session.execute(query).all()
    # reading what classifications hold is some work
    known = schemes.schemes(session) if any(row.scheme for row, _ in found) else {}
    return [
        CommitteeInfo(
            id=row.id,
            details=_details(row),
            about=_about(row, known),
            unit=UnitInfo.of(row.unit, row.at.date()) if row.unit else None,
            version=row.version,
            changed_by=name,
            at=row.at,
        )
        for row, name in found
    ]


def _meetings(session: Session, query: Select[Meeting, str]) -> list[MeetingInfo]:
    found = session.execute(query).all()
    ids = {row.committee_id for row, _ in found}
    of = {each.id: each for each in _committees(session, _rows().where(Committee.id.in_(ids)))} if ids else {}
    return [
        MeetingInfo(
            id=row.id,
            committee=of[row.committee_id],
            details=_meeting_details(row),
            state=row.state,
            reopened=row.reopened,
            version=row.version,
            changed_by=name,
            at=row.at,
        )
        for row, name in found
        if row.committee_id in of
    ]


def _about(row: Committee, known: dict[str, Scheme]) -> str:
    if row.unit is not None:
        return f"Punten van {UnitInfo.of(row.unit, row.at.date()).name}"
    if row.scheme and row.code:
        scheme = known.get(row.scheme)
        return f"{scheme.title}: {scheme.label(row.code)}" if scheme else row.code
    return EVERYTHING


def _details(row: Committee) -> CommitteeDetails:
    return CommitteeDetails(row.name, row.members, row.scheme, row.code, row.unit_id, row.fictief)


def _meeting_details(row: Meeting) -> MeetingDetails:
    return MeetingDetails(row.held_on, row.begins, row.ends, row.location, row.note)


def add(session: Session, details: CommitteeDetails, *, by: By) -> Committee:
    """Record a committee.

    Raises NotAllowed, and Refused for details that can't be.
    """
    permit(by)
    row = Committee(version=1)
    _write(row, _checked(session, details))
    stamp(row, by)
    session.add(row)
    session.flush()
    _log(session, "committee.add", row, by)
    return row


def change(session: Session, number: int, details: CommitteeDetails, *, by: By, seen_version: int) -> None:
    """Change a committee; what is the same already stays, version and all.

    Raises as `add` does, and ChangedMeanwhile when somebody changed it since the version that was seen.
    """
    permit(by)
    row = _hold(session, number)
    checked = _checked(session, details)
    if _details(row) == checked:
        return
    seen(row, seen_version)
    _write(row, checked)
    next_version(session, row, by)
    _log(session, "committee.change", row, by)


def remove(session: Session, number: int, *, by: By, seen_version: int) -> None:
    """Take a committee out of the list; the row stays, for the log.

    Raises as `change` does, and Refused for one that has meetings.
    """
    permit(by)
    row = _hold(session, number)
    seen(row, seen_version)
    if meetings(session, number):
        raise Refused("Dit overleg heeft vergaderingen. Verwijder eerst de vergaderingen die vervallen.")
    row.removed = True
    next_version(session, row, by)
    _log(session, "committee.remove", row, by)


def plan(session: Session, number: int, details: MeetingDetails, *, by: By) -> Meeting:
    """Record a meeting of a committee that is being prepared.

    Raises NotAllowed, and Refused for details that can't be, or a committee that was removed.
    """
    permit(by)
    committee = _hold(session, number)
    row = Meeting(committee_id=committee.id, state=PREPARED, version=1)
    _write_meeting(row, _checked_meeting(details))
    stamp(row, by)
    session.add(row)
    session.flush()
    _log(session, "meeting.add", row, by, committee=committee.id)
    return row


def replan(session: Session, number: int, details: MeetingDetails, *, by: By, seen_version: int) -> None:
    """Change when and where a meeting is; what is the same already stays.

    Raises as `plan` does, Refused for one that was held, and ChangedMeanwhile.
    """
    permit(by)
    row = hold_meeting(session, number)
    checked = _checked_meeting(details)
    if _meeting_details(row) == checked:
        return
    seen(row, seen_version)
    _write_meeting(row, checked)
    next_version(session, row, by)
    _log(session, "meeting.change", row, by)


def cancel(session: Session, number: int, *, by: By, seen_version: int) -> None:
    """Take away a meeting that is not held; the row stays, for the log.

    Raises as `replan` does, and Refused when decisions were recorded in it.
    """
    permit(by)
    row = hold_meeting(session, number)
    seen(row, seen_version)
    if any(item.decided for item in row.items):
        raise Refused("In deze vergadering zijn besluiten vastgelegd. Zij kan niet worden verwijderd.")
    row.removed = True
    next_version(session, row, by)
    _log(session, "meeting.remove", row, by)


def settle(session: Session, number: int, *, by: By, seen_version: int) -> None:
    """Settle the minutes of a meeting: from now on its agenda stands. What was not dealt with is passed on.

    Raises as `replan` does, and Refused for a meeting that is yet to come or has an empty agenda.
    """
    permit(by)
    row = hold_meeting(session, number)
    seen(row, seen_version)
    if row.held_on > today(by.at):
        raise Refused(
            "Deze vergadering moet nog komen. Het verslag kan worden vastgesteld als zij is geweest."
        )
    if not row.items:
        raise Refused("De agenda is leeg. Zet er minstens één onderwerp op.")
    for item in row.items:
        if item.outcome == "open":
            item.outcome = "doorgeschoven"
            next_version(session, item, by)
    row.state = HELD
    next_version(session, row, by)
    _log(session, "meeting.settle", row, by)


def reopen(session: Session, number: int, reason: str, *, by: By, seen_version: int) -> None:
    """Open the minutes of a meeting again, to correct them.

    Raises NotAllowed, ChangedMeanwhile, and Refused without a reason or for minutes that are open.
    """
    permit(by)
    row = hold_row(session, Meeting, number, GONE)
    seen(row, seen_version)
    why = fits(reason, TEXT_LENGTH, "De reden")
    if why is None:
        raise Refused("Leg uit waarom het verslag weer open moet.")
    if row.state != HELD:
        raise Refused("Het verslag van deze vergadering is nog niet vastgesteld.")
    row.state, row.reopened = PREPARED, why
    next_version(session, row, by)
    _log(session, "meeting.reopen", row, by)


def hold_meeting(session: Session, number: int) -> Meeting:
    """A meeting with open minutes, held until the transaction ends. Raises Refused for another."""
    row = hold_row(session, Meeting, number, GONE)
    if row.state == HELD:
        raise Refused(SETTLED)
    return row


def _hold(session: Session, number: int) -> Committee:
    return hold_row(session, Committee, number, "Dit overleg is intussen verwijderd.")


def _write(row: Committee, checked: CommitteeDetails) -> None:
    row.name, row.members, row.fictief = checked.name, checked.members, checked.fictief
    row.scheme, row.code, row.unit_id = checked.scheme, checked.code, checked.unit_id


def _write_meeting(row: Meeting, checked: MeetingDetails) -> None:
    row.held_on, row.begins, row.ends = checked.held_on, checked.begins, checked.ends
    row.location, row.note = checked.location, checked.note


def _checked(session: Session, details: CommitteeDetails) -> CommitteeDetails:
    name = fits_line(details.name, NAME_LENGTH, "De naam")
    if name is None:
        raise Refused("Vul in hoe het overleg heet.")
    if details.scheme and details.unit_id:
        raise Refused("Kies een indeling of een eenheid, niet allebei.")
    if details.scheme:
        scheme = schemes.schemes(session).get(details.scheme)
        if scheme is None or details.code not in scheme.values:
            raise Refused("Kies uit de lijst waar het overleg over gaat.")
    if details.unit_id and session.get(Unit, details.unit_id) is None:
        raise Refused("Kies de eenheid uit de lijst.")
    return CommitteeDetails(
        name,
        fits(details.members, TEXT_LENGTH, "De lijst van leden"),
        details.scheme or None,
        details.code if details.scheme else None,
        details.unit_id,
        details.fictief,
    )


def _checked_meeting(details: MeetingDetails) -> MeetingDetails:
    begins, ends = _clock(details.begins), _clock(details.ends)
    if ends and not begins:
        raise Refused("Vul ook in hoe laat de vergadering begint.")
    if begins and ends and ends <= begins:
        raise Refused("De vergadering eindigt later dan zij begint. Vul een latere eindtijd in.")
    fits_day(details.held_on, "De vergadering")
    return MeetingDetails(
        details.held_on,
        begins,
        ends,
        fits_line(details.location, PLACE_LENGTH, "De plaats"),
        fits(details.note, TEXT_LENGTH, "De opmerking"),
    )


def _clock(typed: str | None) -> str | None:
    """A time as it is kept, 9.30 as 09:30; None for nothing. Raises Refused for what is no time."""
    text = (typed or "").strip()
    if not text:
        return None
    found = _TIME.fullmatch(text)
    if found is None:
        raise Refused("Vul een tijd in zoals 09:30.")
    return f"{int(found[1]):02}:{found[2]}"


def _log(session: Session, action: str, row: Committee | Meeting, by: By, **detail: Ids) -> None:
    log.write(session, action, by, action.partition(".")[0], row.id, version=row.version, **detail)
