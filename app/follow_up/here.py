"""Which point a page is about, and the rooms of follow-up: the links above each of its pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask import abort, g, url_for

from app.extensions import db
from app.manage.steps import LARGEST_ID
from app.rooms import Room, may_enter
from surveys.follow_up import points
from surveys.follow_up.points import PointInfo

PERMISSION: Final = "followup.manage"

ROOMS: Final = (
    ("follow_up.register", "Register"),
    ("follow_up.steering", "Sturing"),
    ("follow_up.planning", "Planning"),
    ("follow_up.terms", "Termijnen"),
    ("follow_up.progress", "Voortgang"),
    ("follow_up.sources", "Bronnen"),
    ("follow_up.letters", "Opvolging in Beeld"),
    ("follow_up.schemes", "Indelingen"),
)


def rooms(current: str) -> list[Room]:
    """The rooms of follow-up that the person who asks may enter; `current` is the view of this page."""
    return [Room(label, url_for(view), view == current) for view, label in ROOMS if may_enter(view)]


def find(number: int) -> PointInfo:
    """The point with this number, or 404. The page then says whether it is made up."""
    found = (points.find(db.session(), number) if number <= LARGEST_ID else None) or abort(404)
    mark(found)
    return found


def mark(*shown: PointInfo, more: Iterable[bool] = ()) -> None:
    """Let the page say that it shows made-up data when one of these does."""
    if any(each.fictief for each in shown) or any(more):
        g.fictief = True
