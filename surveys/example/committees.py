"""A committee with its meetings, and letters of the year, in the example data: by the verbs of a user.

`committees.toml` beside this file says what is real in it and what is not.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from surveys.acting import By
from surveys.example import HERE
from surveys.example.fill_follow_up import moment
from surveys.follow_up import agendas, committees, points, yearly
from surveys.follow_up.agendas import Recorded
from surveys.follow_up.committees import CommitteeDetails, MeetingDetails
from surveys.follow_up.deciding import Asked, Taken
from surveys.follow_up.points import PointInfo
from surveys.follow_up.yearly import YearlyDetails
from surveys.models import Assignment


@cache
def rows() -> Mapping[str, Any]:
    """Read the file."""
    return tomllib.loads((HERE / "committees.toml").read_text("utf-8"))


def fill(session: Session, inspector: Assignment) -> None:
    """Put them in: the settled letter before the meetings, so that the draft has something to tell.

    Flushes and never commits, as all verbs do.
    """
    _Filler(session, inspector).fill()


class _Filler:
    """Does what an inspector did, each on its day."""

    def __init__(self, session: Session, inspector: Assignment) -> None:
        self._session, self._inspector, self._rows = session, inspector, rows()
        self._points: dict[str, PointInfo] = {each.title: each for each in points.listed(session)}

    def fill(self) -> None:
        letters = self._rows["letters"]
        self._letter(letters["settled"], settled=True)
        committee = self._committee()
        self._held(committee)
        self._coming(committee)
        self._letter(letters["draft"], settled=False)

    def _by(self, day: date) -> By:
        return By.through(self._inspector, moment(day))

    def _committee(self) -> int:
        row, by = self._rows["committee"], self._by(self._rows["held"]["prepared"])
        details = CommitteeDetails(row["name"], row["members"], fictief=True)
        return committees.add(self._session, details, by=by).id

    def _meeting(self, committee: int, row: Mapping[str, Any], by: By) -> int:
        details = MeetingDetails(row["on"], row["begins"], row["ends"], row["location"])
        return committees.plan(self._session, committee, details, by=by).id

    def _held(self, committee: int) -> None:
        session, row = self._session, self._rows["held"]
        by = self._by(row["prepared"])
        number = self._meeting(committee, row, by)
        on = self._by(row["on"])
        for each in row["items"]:
            point = self._points[each["point"]].id if "point" in each else None
            item = agendas.add_own(session, number, each.get("subject"), None, point, by=by)
            if point is not None:
                self._deal_with(number, item.id, each, on)
        version = committees.find_meeting(session, number)
        assert version is not None
        committees.settle(session, number, by=on, seen_version=version.version)

    def _deal_with(self, number: int, item_id: int, row: Mapping[str, Any], by: By) -> None:
        session, day = self._session, self._rows["held"]["on"]
        said = Recorded("besproken", row["said"])
        agendas.record(session, number, item_id, said, by=by, seen_version=1)
        asked = Asked(row["kind"], row["question"], row["decider"], row.get("due_on"))
        taken = Taken(row["outcome"], row["decider"], day) if "outcome" in row else None
        agendas.ask(session, number, item_id, asked, taken, by=by)

    def _coming(self, committee: int) -> None:
        session, row = self._session, self._rows["coming"]
        by = self._by(self._rows["held"]["on"])
        number = self._meeting(committee, row, by)
        held = committees.meetings(session, committee)[-1]
        agendas.pass_on(session, held.id, by=by)
        agendas.add_own(session, number, row["item"]["subject"], row["item"]["note"], None, by=by)

    def _letter(self, row: Mapping[str, Any], *, settled: bool) -> None:
        session, about = self._session, self._rows["letters"]["about"]
        origins = {each.origin.title: each.origin.id for each in self._points.values() if each.origin}
        details = YearlyDetails("jaarbrief", **row, origin_id=origins[about], fictief=True)
        by = self._by(row["dated"] if settled else self._rows["held"]["on"])
        made = yearly.add(session, details, by=by)
        if settled:
            yearly.settle(session, made.id, by=by, seen_version=made.version)
