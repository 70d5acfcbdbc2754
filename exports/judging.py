"""Judgements as files: the board as it is shown with every judgement, and the calibration."""

from __future__ import annotations

from datetime import datetime

from exports import parts
from exports.book import MOMENT, TEXT, WHOLE, Book, Cell, Column, Sheet
from exports.formats import FORMATS
from exports.parts import Row
from exports.text import file_name
from surveys.calibration import Calibration, Tally
from surveys.judged import Board, Place
from surveys.reports import MeasurementInfo

BOARD, LIST = "Overzicht", "Oordelen"
UNWRITTEN, NOT_ASKED = "Nog geen oordeel", "Niet gevraagd"


def board_book(measurement: MeasurementInfo, board: Board, made_at: datetime) -> Book:
    """Lay out the rows that are shown, in their order, and on a second sheet each of their judgements."""
    title = f"Oordelen, {measurement.name}"
    rows: list[Row] = [
        (
            row.unit.code,
            row.unit.name,
            row.brigade.name if row.brigade else None,
            row.state_label,
            row.confirmed,
            row.asked,
            row.waits,
            *(place_words(place) for place in row.places),
        )
        for row in board.rows
    ]
    each: list[Row] = [
        (
            row.unit.code,
            row.unit.name,
            factor.code,
            factor.title,
            place.judged.state_label,
            parts.level(place.judged.proposal),
            parts.level(place.judged.level),
            place.judged.motivation,
            place.judged.finding,
            place.judged.drafted_by,
            place.judged.drafted_at,
            place.judged.confirmed_by,
            place.judged.confirmed_at,
            "ja" if place.outdated else "nee",
        )
        for row in board.rows
        for factor, place in zip(board.factors, row.places, strict=True)
        if place.judged is not None
    ]
    return Book(
        title=title,
        subject=f"Per eenheid en factor hoe ver het oordeel is, {measurement.name}.",
        fictief=measurement.fictief,
        made_at=made_at,
        sheets=(
            Sheet(
                BOARD,
                title,
                (
                    Column("Code", 14, TEXT),
                    Column("Eenheid", 36),
                    Column("Hoort bij", 28),
                    Column("Stand", 16),
                    Column("Vastgesteld", 12, WHOLE),
                    Column("Te beoordelen", 14, WHOLE),
                    Column("Wacht op mij", 13, WHOLE),
                    *(Column(f"{factor.code} {factor.title}", 26) for factor in board.factors),
                ),
                rows,
                frozen=2,
            ),
            Sheet(
                LIST,
                "Elk oordeel, met de motivering en de bevinding",
                (
                    Column("Code", 14, TEXT),
                    Column("Eenheid", 36),
                    Column("KSF", 6, TEXT),
                    Column("Kritische succesfactor", 38),
                    Column("Stand", 16),
                    Column("Voorstel uit de antwoorden", 20),
                    Column("Oordeel", 20),
                    Column("Motivering", 60),
                    Column("Bevinding", 60),
                    Column("Geschreven door", 26),
                    Column("Geschreven op", 26, MOMENT),
                    Column("Vastgesteld door", 26),
                    Column("Vastgesteld op", 26, MOMENT),
                    Column("Antwoorden daarna gewijzigd", 16),
                ),
                each,
                frozen=3,
            ),
        ),
        table=BOARD,
    )


def place_words(place: Place) -> str:
    """One factor of one unit in a few words: its state, and its level where there is one."""
    if not place.asked:
        return NOT_ASKED
    if place.judged is None:
        return UNWRITTEN
    level = f": {place.judged.level.label}" if place.judged.level else ""
    changed = " (antwoorden gewijzigd)" if place.outdated else ""
    return f"{place.judged.state_label}{level}{changed}"


def board_filename(measurement: MeasurementInfo, format: str) -> str:
    """Name the file of the board. `format` is a key of FORMATS."""
    return _name(measurement, "oordelen", format)


def calibration_book(measurement: MeasurementInfo, found: Calibration, made_at: datetime) -> Book:
    """Lay out what there is to calibrate: like answers judged unlike, and the counts."""
    like: list[Row] = []
    like += [
        (
            f"Zelfde antwoorden {number}",
            group.factor.code,
            case.unit.code,
            case.unit.name,
            parts.figure(case.score),
            parts.level(case.computed),
            parts.level(case.level),
            case.judged.state_label,
            case.judged.drafted_by,
            case.judged.motivation,
        )
        for number, group in enumerate(found.patterns, start=1)
        for case in group.cases
    ]
    like += [
        (
            f"Bijna dezelfde score {number}",
            pair.factor.code,
            case.unit.code,
            case.unit.name,
            parts.figure(case.score),
            parts.level(case.computed),
            parts.level(case.level),
            case.judged.state_label,
            case.judged.drafted_by,
            case.judged.motivation,
        )
        for number, pair in enumerate(found.near, start=1)
        for case in (pair.one, pair.other)
    ]
    counts: list[Row] = [
        *(("Inspecteur", each.label, None, *_counts(each)) for each in found.inspectors),
        *(("Factor", None, f"{each.code} {each.label}", *_counts(each)) for each in found.factors),
        *(
            ("Inspecteur en factor", name, f"{each.code} {each.label}", *_counts(each))
            for each, name in found.both
        ),
    ]
    title = f"IJking van oordelen, {measurement.name}"
    return Book(
        title=title,
        subject=f"{found.counted} oordelen die zijn voorgelegd of vastgesteld.",
        fictief=measurement.fictief,
        made_at=made_at,
        sheets=(
            Sheet(
                "Verschillen",
                "Gelijke antwoorden of bijna gelijke scores, verschillend beoordeeld",
                (
                    Column("Groep", 26),
                    Column("KSF", 6, TEXT),
                    Column("Code", 14, TEXT),
                    Column("Eenheid", 36),
                    Column("Score", 9),
                    Column("Voorstel nu", 20),
                    Column("Oordeel", 20),
                    Column("Stand", 16),
                    Column("Geschreven door", 26),
                    Column("Motivering", 60),
                ),
                like,
                frozen=2,
            ),
            Sheet(
                "Tellingen",
                "Oordelen en voorstellen: hoe vaak gelijk, hoger of lager",
                (
                    Column("Per", 22),
                    Column("Inspecteur", 28),
                    Column("Factor", 44),
                    Column("Oordelen", 10, WHOLE),
                    Column("Gelijk aan voorstel", 12, WHOLE),
                    Column("Hoger", 10, WHOLE),
                    Column("Lager", 10, WHOLE),
                    Column("Zonder voorstel", 12, WHOLE),
                    Column("Klein aantal", 12),
                ),
                counts,
                frozen=1,
            ),
        ),
        table="Verschillen",
    )


def _counts(tally: Tally) -> tuple[Cell | int | str, ...]:
    return (
        tally.n,
        tally.same,
        tally.higher,
        tally.lower,
        tally.unproposed,
        "ja" if tally.few else "nee",
    )


def calibration_filename(measurement: MeasurementInfo, format: str) -> str:
    """Name the file of the calibration. `format` is a key of FORMATS."""
    return _name(measurement, "ijking", format)


def _name(measurement: MeasurementInfo, what: str, format: str) -> str:
    fictief = "fictief" if measurement.fictief else ""
    return file_name("meetlat", measurement.code, what, fictief) + FORMATS[format].suffix
