"""The rooms of a dossier and of a measurement: the links that stand above each of an inspector's pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for

from app import auth

DOSSIER: tuple[tuple[str, str], ...] = (
    ("picture.unit", "Antwoorden en scores"),
    ("visit.sheet", "Gesprekspunten"),
    ("visit.interviews", "Bezoek en verslag"),
    ("judge.dossier", "Oordelen"),
    ("hearing.dossier", "Wederhoor"),
    ("follow_up.dossier_findings", "Tussentijds"),
    ("visit.course", "Verloop"),
)
"""The pages about one dossier for who inspects it: view and label, in the order of the work."""

MEASUREMENT: tuple[tuple[str, str], ...] = (
    ("measure.measurement", "Meting"),
    ("measure.response", "Respons"),
    ("visit.agenda", "Bezoeken"),
    ("visit.sources", "Bronnen"),
    ("judge.board", "Oordelen"),
    ("hearing.board", "Wederhoor"),
    ("picture.heatmap", "Landelijk beeld"),
    ("compare.overview", "Vergelijken"),
    ("judge.country", "Landelijk oordeel"),
    ("follow_up.outcomes", "Eerdere aanbevelingen"),
    ("report.report", "Rapport"),
    ("lists.lists", "Werklijsten"),
)
"""The pages about one measurement for who inspects, likewise."""


@dataclass(frozen=True)
class Room:
    """A link to a page; `current` where it is the page itself, or one below it."""

    label: str
    url: str
    current: bool


def of_dossier(meting: str, eenheid: str, current: str) -> list[Room]:
    """The rooms of a dossier that the person who asks may enter; `current` is the view of this page."""
    return _rooms(DOSSIER, current, meting=meting, eenheid=eenheid)


def of_measurement(meting: str, current: str) -> list[Room]:
    """The rooms of a measurement that the person who asks may enter."""
    return _rooms(MEASUREMENT, current, meting=meting)


def _rooms(found: tuple[tuple[str, str], ...], current: str, **place: Any) -> list[Room]:
    return [Room(label, url_for(view, **place), view == current) for view, label in found if may_enter(view)]


def may_enter(view: str) -> bool:
    """Whether there is such a page, and the person who asks may see it."""
    if view not in current_app.view_functions:
        return False
    permission = auth.permission_of(current_app, view)
    return permission == auth.OPEN or (permission is not None and auth.may(permission))
