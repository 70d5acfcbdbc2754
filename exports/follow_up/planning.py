"""The planning of points as the overview shows it, to save."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from exports.book import DAY, WHOLE, Book, Cell, Column, Scalar, Sheet
from exports.formats import FORMATS
from exports.text import file_name
from surveys.follow_up import kinds
from surveys.follow_up.planning import Planning
from surveys.follow_up.schedule import Line, Schedule, Track

SHORT: Final = "Planning"
ALL: Final = "Alle gegevens"
TITLE: Final = "Planning van de opvolging"


def planning_book(found: Schedule, made_at: datetime) -> Book:
    """The points that are shown, by track: what is printed and read first, then all that is known."""
    heads = (
        Column("Punt", 44),
        Column("Spoor", 18),
        Column("Soort", 14),
        Column("Verantwoordelijke", 26),
        *(
            Column(f"{label}: {what}", 20, form)
            for label in kinds.PHASES.values()
            for what, form in (("eerst gepland", DAY), ("nu gepland", DAY), ("werkelijk", DAY))
        ),
        Column("Uitloop in dagen", 12, WHOLE),
        Column("Versies van de planning", 12, WHOLE),
        Column("Reden van de laatste wijziging", 20),
        Column("Te laat", 30),
        Column("Hangt af van", 60),
        Column("Botst", 8),
        Column("Fictief punt", 10),
    )
    rows = [(track, line) for track in found.tracks for line in track.lines]
    return Book(
        title=TITLE,
        subject=f"{len(rows)} open punten met een planning; {found.slipping} daarvan lopen uit.",
        fictief=found.fictief,
        made_at=made_at,
        sheets=(
            Sheet(SHORT, TITLE, _HEADS, [_short(*row) for row in rows], frozen=1),
            Sheet(ALL, TITLE, heads, [_line(*row) for row in rows], frozen=1),
        ),
        table=ALL,
    )


_HEADS: Final = (
    Column("Punt", 40),
    Column("Spoor", 13),
    *(Column(f"{label}: nu gepland", 17, DAY) for label in kinds.PHASES.values()),
    Column("Uitgevoerd: werkelijk", 17, DAY),
    Column("Uitloop in dagen", 9, WHOLE),
    Column("Te laat", 18),
    Column("Hangt af van", 42),
    Column("Botst", 7),
    Column("Fictief punt", 8),
)
"""As many columns as can be read when they are printed beside each other."""


def _short(track: Track, line: Line) -> tuple[Cell | Scalar, ...]:
    planning = line.planning
    return (
        line.point.called,
        track.title,
        *(phase.now for phase in planning.phases),
        planning.actual["done_on"],
        planning.slip,
        *_signals(planning),
        "ja" if line.point.fictief else "nee",
    )


def _signals(planning: Planning) -> tuple[Scalar, ...]:
    """Which phases are late, what it waits for, and whether that clashes."""
    return (
        ", ".join(kinds.PHASES[phase] for phase in planning.late) or None,
        " ".join(wait.words for wait in planning.waits) or None,
        "ja" if planning.clashes else "nee",
    )


def planning_filename(found: Schedule, format: str) -> str:
    """Name the file, and say in it that the data is made up when it is. `format` is a key of FORMATS."""
    fictief = "fictief" if found.fictief else ""
    return file_name("meetlat", "opvolging", "planning", fictief) + FORMATS[format].suffix


def _line(track: Track, line: Line) -> tuple[Cell | Scalar, ...]:
    point, planning = line.point, line.planning
    return (
        point.called,
        track.title,
        point.kind_label,
        point.owner,
        *(day for phase in planning.phases for day in (phase.first, phase.now, phase.actual)),
        planning.slip,
        len(planning.versions),
        planning.current.reason_label if planning.current else None,
        *_signals(planning),
        "ja" if point.fictief else "nee",
    )
