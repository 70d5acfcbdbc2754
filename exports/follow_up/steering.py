"""The steering information as it is shown, to save."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from exports.book import DAY, TEXT, WHOLE, Book, Cell, Column, Scalar, Sheet
from exports.formats import FORMATS
from exports.text import file_name
from surveys.follow_up.points import PointInfo
from surveys.follow_up.steering import STATES, Needed, Row, Steering
from surveys.follow_up.whole import Sheet as PointSheet
from surveys.questions import day as in_words

POINTS: Final = "Punten"
TITLE: Final = "Stuurinformatie"
_POINT: Final = (
    Column("Nummer", 12, TEXT),
    Column("Soort", 16),
    Column("Punt", 60),
    Column("Voor wie", 36),
)
_FICTIEF: Final = Column("Fictief punt", 12)


def steering_book(found: Steering, made_at: datetime) -> Book:
    """The points with where they stand, the decisions that are needed, and the differences of opinion."""
    counts = ", ".join(f"{label.lower()} {len(found.by_state[state])}" for state, label in STATES.items())
    return Book(
        title=TITLE,
        subject=f"Stand op {in_words(found.day)}: {counts}.",
        fictief=_fictief(found),
        made_at=made_at,
        sheets=(
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


_POINTS: Final = (
    *_POINT,
    Column("Stand van sturing", 20),
    Column("Dagen later dan eerst gepland", 16, WHOLE),
    Column("Waarom het schuift", 60),
    Column("Waarom het niet te sturen is", 36),
    Column("Eigen stand", 22),
    Column("Stand volgens de toezichthouder", 26),
    Column("Verschillen", 14),
    Column("Wat ontbreekt (plan, uitvoering, controle, bijsturing)", 70),
    _FICTIEF,
)
_DECISIONS: Final = (
    *_POINT,
    Column("Soort besluit", 30),
    Column("Wat moet er worden besloten", 60),
    Column("Door wie", 32),
    Column("Voor welke dag", 20, DAY),
    Column("Te laat", 10),
    _FICTIEF,
)
_DIFFERENCES: Final = (
    *_POINT,
    Column("Eigen stand", 22),
    Column("Toelichting", 50),
    Column("Stand volgens de toezichthouder", 26),
    Column("Toezichthouder", 32),
    Column("Toelichting van de toezichthouder", 50),
    _FICTIEF,
)


def _fictief(found: Steering) -> bool:
    return any(point.fictief for point in found.points)


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
    return (
        *_point(row.point),
        row.label,
        row.days,
        " ".join(row.slips) or None,
        ", ".join(row.gap_labels) or None,
        row.standing.label,
        supervisor.label if supervisor else None,
        "ja" if row.standing.differs else "nee",
        " ".join(row.sheet.pdca.missing) or None,
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
