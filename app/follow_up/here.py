"""Which point a page is about, and the rooms of follow-up: the links above each of its pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import abort, g, url_for

from app.extensions import db
from app.manage.steps import LARGEST_ID
from app.rooms import Room, may_enter
from surveys.follow_up import points
from surveys.follow_up.points import PointInfo

PERMISSION: Final = "followup.manage"

ROOMS: Final = {
    "Stand": (
        ("follow_up.register", "Register"),
        ("follow_up.steering", "Sturing"),
        ("follow_up.terms", "Termijnen"),
        ("follow_up.progress", "Voortgang"),
    ),
    "Plannen": (
        ("follow_up.planning", "Planning"),
        ("follow_up.capacities", "Capaciteit"),
        ("follow_up.year_agenda", "Meerjarenagenda"),
        ("follow_up.committees", "Overleg"),
    ),
    "Leren": (
        ("follow_up.signals", "Meldingen"),
        ("follow_up.findings", "Tussentijds"),
        ("follow_up.lessons", "Lessen"),
        ("follow_up.moments", "Evaluatiemomenten"),
    ),
    "Verantwoorden": (
        ("follow_up.letters", "Opvolging in Beeld"),
        ("follow_up.yearly_letters", "Jaarbrieven"),
        ("follow_up.evaluation_agenda", "Evaluatieagenda"),
        ("follow_up.studies_money", "Geld"),
    ),
    "Gegevens": (
        ("follow_up.sources", "Bronnen"),
        ("follow_up.schemes", "Indelingen"),
        ("home.glossary", "Begrippen"),
    ),
}
"""The rooms of follow-up by what they are for: view and label."""


@dataclass(frozen=True)
class Wing:
    """Rooms that belong together; `url` is the first of them, `current` where one of them is this page."""

    label: str
    url: str
    current: bool
    rooms: tuple[Room, ...]


def wings(current: str) -> list[Wing]:
    """The rooms of follow-up that the person who asks may enter; `current` is the view of this page."""
    found = []
    for label, views in ROOMS.items():
        rooms = tuple(Room(name, url_for(view), view == current) for view, name in views if may_enter(view))
        if rooms:
            found.append(Wing(label, rooms[0].url, any(room.current for room in rooms), rooms))
    return found


def find(number: int) -> PointInfo:
    """The point with this number, or 404. The page then says whether it is made up."""
    found = (points.find(db.session(), number) if number <= LARGEST_ID else None) or abort(404)
    mark(found)
    return found


def mark(*shown: PointInfo, more: Iterable[bool] = ()) -> None:
    """Let the page say that it shows made-up data when one of these does."""
    if any(each.fictief for each in shown) or any(more):
        g.fictief = True
