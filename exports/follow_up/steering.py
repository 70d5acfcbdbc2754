"""The steering information as it is shown, to save."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from exports.book import DAY, TEXT, WHOLE, Book, Cell, Column, Scalar, Sheet
from exports.formats import FORMATS
from exports.text import file_name
from surveys.follow_up.points import PointInfo
from surveys.follow_up.steering import GAPS, STATES, Needed, Row, Steering
from surveys.follow_up.whole import Sheet as PointSheet
from surveys.questions import day as in_words

POINTS: Final = "Punten"
TITLE: Final = "Stuurinformatie"
_POINT: Final = (
    Column("Nummer", 9, TEXT),
    Column("Soort", 13),
    Column("Punt", 34),
    Column("Voor wie", 22),
)
_FICTIEF: Final = Column("Fictief punt", 8)
"""Widths are such that a sheet can be read when it is printed: all columns on a page of A4."""


def steering_book(found: Steering, made_at: datetime) -> Book:
    """The points with where they stand, the decisions that are needed, and the differences of opinion."""
    counts = ", ".join(f"{label.lower()} {len(found.by_state[state])}" for state, label in STATES.items())
    subject = f"Stand op {in_words(found.day)}: {counts}."
    return Book(
        title=TITLE,
        subject=subject,
        fictief=_fictief(found),
        made_at=made_at,
        sheets=(
            Sheet(
                "Overzicht",
                f"{TITLE} op {in_words(found.day)}",
                _COUNTS,
                list(_counts(found)),
                filtered=False,
            ),
            Sheet(POINTS, TITLE, _POINTS, [_row(row) for row in _rows(found)], frozen=3),
            Sheet(
                "Besluiten", "Wat vraagt een besluit", _DECISIONS, [_needed(each) for each in found.needed]
            ),
            Sheet(
                "Verschillen",
                "Eigen stand en toezichthouder verschillen",
                _DIFFERENCES,
                [_differing(each) for each in found.differing],
            ),
        ),
        table=POINTS,
    )


def steering_filename(found: Steering, format: str) -> str:
    """Name the file, and say in it that the data is made up when it is. `format` is a key of FORMATS."""
    return (
        file_name("meetlat", "stuurinformatie", "fictief" if _fictief(found) else "") + FORMATS[format].suffix
    )


_COUNTS: Final = (Column("Lijst", 44), Column("Aantal", 10, WHOLE))
_POINTS: Final = (
    *_POINT,
    Column("Staat bij", 13),
    Column("Dagen later dan eerst gepland", 11, WHOLE),
    Column("Waarom", 42),
    Column("Eigen stand", 14),
    Column("Stand volgens de toezichthouder", 15),
    Column("Ontbrekende stappen", 14),
    _FICTIEF,
)
_DECISIONS: Final = (
    *_POINT,
    Column("Soort besluit", 18),
    Column("Wat moet er worden besloten", 42),
    Column("Door wie", 24),
    Column("Voor welke dag", 18, DAY),
    Column("Te laat", 8),
    _FICTIEF,
)
_DIFFERENCES: Final = (
    *_POINT,
    Column("Eigen stand", 14),
    Column("Toelichting", 36),
    Column("Stand volgens de toezichthouder", 16),
    Column("Toezichthouder", 20),
    Column("Toelichting van de toezichthouder", 36),
    _FICTIEF,
)


def _fictief(found: Steering) -> bool:
    return any(point.fictief for point in found.points)


def _counts(found: Steering) -> Iterator[tuple[Cell | Scalar, ...]]:
    """How many points each list of the page has."""
    yield from ((label, len(found.by_state[state])) for state, label in STATES.items())
    yield "Vraagt een besluit", len(found.needed)
    yield "Eigen stand en toezichthouder verschillen", len(found.differing)
    yield from ((label, len(found.by_gap[gap])) for gap, label in GAPS.items())


def _rows(found: Steering) -> Iterator[Row]:
    for state in STATES:
        yield from found.by_state[state]


def _point(point: PointInfo) -> tuple[Scalar, ...]:
    whom = point.unit.name if point.unit else point.addressee
    return (point.number, point.kind_label, point.title, whom)


def _made_up(point: PointInfo) -> str:
    return "ja" if point.fictief else "nee"


def _row(row: Row) -> tuple[Cell | Scalar, ...]:
    supervisor = row.standing.supervisor
    lacks = ", ".join(row.gap_labels)
    return (
        *_point(row.point),
        row.label,
        row.days,
        " ".join((*row.slips, f"{lacks}." if lacks else "")).strip() or None,
        row.standing.label,
        supervisor.label if supervisor else None,
        ", ".join(step.label for step in row.sheet.pdca.steps if not step.done) or None,
        _made_up(row.point),
    )


def _needed(each: Needed) -> tuple[Cell | Scalar, ...]:
    return (
        *_point(each.point),
        each.decision.label if each.decision else "Nog niet gevraagd",
        each.question,
        each.decider,
        each.due_on,
        "ja" if each.overdue else "nee",
        _made_up(each.point),
    )


def _differing(each: PointSheet) -> tuple[Cell | Scalar, ...]:
    own, supervisor = each.standing.own, each.standing.supervisor
    return (
        *_point(each.point),
        each.standing.label,
        own.words if own else None,
        supervisor.label if supervisor else None,
        supervisor.said_by if supervisor else None,
        supervisor.words if supervisor else None,
        _made_up(each.point),
    )
