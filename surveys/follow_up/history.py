"""What a point held at each of its versions, in Dutch words, and what changed between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import difference
from surveys.difference import Piece
from surveys.follow_up import kinds, points, schemes
from surveys.follow_up.points import Version
from surveys.follow_up.schemes import Scheme
from surveys.models import Origin, Point, Unit
from surveys.questions import day

LABELS: Final[dict[str, str]] = {
    "kind": "Soort",
    "number": "Nummer",
    "title": "Titel",
    "text": "Tekst",
    "addressee": "Geadresseerde",
    "unit_id": "Eenheid",
    "parent_id": "Staat onder",
    "origin_id": "Bron",
    "owner": "Verantwoordelijke",
    "executor": "Uitvoerder",
    "supervisor": "Toezichthouder",
    "due_on": "Termijn",
    "due_words": "Termijn in woorden",
    "remind_days": "Herinneren, dagen van tevoren",
    "nature": "No regret of richtinggevend",
    "classes": "Indeling",
    "questions": "Vragen die het meten",
    "response": "Reactie",
    "response_by": "Gereageerd door",
    "response_on": "Gereageerd op",
    "response_text": "Reactie in woorden",
    "later": "Vervolgbesluit",
    "later_by": "Vervolgbesluit van",
    "later_on": "Vervolgbesluit op",
    **{phase: f"{label}: werkelijk" for phase, label in kinds.PHASES.items()},
    "budget_enough": "Was het budget genoeg?",
    "worked": "Werkte het?",
    "evaluation": "Evaluatie",
    "evaluated_by": "Geëvalueerd door",
    "evaluated_on": "Geëvalueerd op",
    "anchor_title": "Verankerd in procedure",
    "anchor_version": "Procedure: versie of datum",
    "anchor_place": "Procedure: vindplaats",
    "risk_level": "Restrisico aanvaard door",
    "risk_on": "Restrisico aanvaard op",
    "risk_words": "Restrisico in woorden",
    "closed_as": "Afgesloten als",
    "closed_on": "Afgesloten op",
    "successor_id": "Opvolger",
    "fictief": "Fictief punt",
    "removed": "Verwijderd",
}
"""What people call each thing that a point holds, in the order in which it is shown."""

_CODES: Final[dict[str, Mapping[str, str]]] = {
    "kind": kinds.KINDS,
    "nature": kinds.NATURES,
    "response": kinds.RESPONSES,
    "later": kinds.LATER,
    "budget_enough": kinds.BUDGETS,
    "worked": kinds.WORKED,
    "closed_as": kinds.CLOSINGS,
}
_DAYS: Final = frozenset(
    {*kinds.PHASES, "due_on", "response_on", "later_on", "evaluated_on", "risk_on", "closed_on"}
)
_LONG: Final = frozenset({"text", "response_text", "evaluation", "risk_words"})


@dataclass(frozen=True)
class Change:
    """Something that changed: what it is called, what it was and is (empty: nothing).

    `pieces`: of a long text, what went and what came, laid on each other.
    """

    label: str
    was: str
    now: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Step:
    """A version of a point: what changed by it, who made it (None for nobody with an account) and when."""

    number: int
    changes: tuple[Change, ...]
    name: str | None
    at: datetime


def steps(session: Session, number: int) -> list[Step]:
    """The versions of a point, the latest first; the first one has all that was filled in."""
    versions = points.history(session, number)
    words = _Words(session, versions)
    before: list[Mapping[str, Any]] = [each.content for each in versions[1:]]
    return [
        Step(each.number, tuple(words.changes(old, each.content)), each.name, each.at)
        for each, old in zip(versions, [*before, {}], strict=bool(versions))
    ]


def latest(session: Session, number: int) -> list[tuple[str, str]]:
    """What a point holds now, without what is empty: what each thing is called, and what it is."""
    versions = points.history(session, number)[:1]
    words = _Words(session, versions)
    return [(each.label, each.now) for found in versions for each in words.changes({}, found.content)]


class _Words:
    """Says in Dutch what is in versions, knowing the names of all that they refer to."""

    def __init__(self, session: Session, versions: Iterable[Version]) -> None:
        contents = [each.content for each in versions]

        def ids(*keys: str) -> set[Any]:
            return {content.get(key) for content in contents for key in keys} - {None}

        units = session.scalars(select(Unit).where(Unit.id.in_(ids("unit_id"))))
        origins = session.scalars(select(Origin).where(Origin.id.in_(ids("origin_id"))))
        others = session.scalars(select(Point).where(Point.id.in_(ids("parent_id", "successor_id"))))
        titles = {point.id: point.title for point in others}
        self._names: dict[str, dict[int, str]] = {
            "unit_id": {unit.id: unit.name for unit in units},
            "origin_id": {origin.id: origin.title for origin in origins},
            "parent_id": titles,
            "successor_id": titles,
        }
        self._schemes: Mapping[str, Scheme] = schemes.schemes(session)

    def changes(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[Change]:
        """What differs, as people see it: nothing and an empty list are the same."""
        for key, label in LABELS.items():
            was, now = self._said(key, old.get(key)), self._said(key, new.get(key))
            if was != now:
                pieces = difference.words(was, now) if key in _LONG and was and now else ()
                yield Change(label, was, now, pieces)

    def _said(self, key: str, value: Any) -> str:
        if value is None or value in (False, [], {}):
            return ""
        tellers: dict[str, Callable[[Any], str]] = {"classes": self._classes, "questions": _questions}
        if key in tellers:
            return tellers[key](value)
        if key in _CODES:
            return _CODES[key].get(value, str(value))
        if key in self._names:
            return self._names[key].get(value, "onbekend")
        if key in _DAYS:
            return day(date.fromisoformat(value))
        return "ja" if value is True else str(value)

    def _classes(self, found: Mapping[str, str]) -> str:
        return "; ".join(
            f"{scheme.title}: {scheme.label(found[code])}"
            for code, scheme in self._schemes.items()
            if code in found
        )


def _questions(found: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{question} ({instrument})" for instrument, question in found)
