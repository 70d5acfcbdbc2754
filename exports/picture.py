"""The tables of the national picture as they are shown, to save."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from exports.book import MOMENT, TEXT, Book, Cell, Column
from exports.labels import CHANGES, STATES
from exports.lists import UNIT, documents
from exports.plain import book
from surveys.instruments import Question
from surveys.reports import NationalReport
from surveys.reports.factor import FactorPicture, UnitInTime
from surveys.reports.heatmap import Heatmap
from surveys.reports.history import Step
from surveys.reports.narrowing import UnitChange
from surveys.reports.question import UnitAnswer
from surveys.reports.source import MeasurementInfo, UnitInfo


def answers_book(
    report: NationalReport, question: Question, rows: Iterable[UnitAnswer], made_at: datetime
) -> Book:
    """Who answered what to a question."""
    heads = (*UNIT, Column("Antwoord", 40), Column("Toelichting", 70), Column("Bewijsstuk", 12))
    return book(
        report.measurement,
        f"Vraag {question.code}",
        question.text,
        heads,
        [
            (
                row.unit.code,
                row.unit.name,
                row.shown or STATES[row.state],
                row.note,
                "ja" if row.document else "nee",
            )
            for row in rows
        ],
        made_at,
    )


def factor_book(
    report: NationalReport, picture: FactorPicture, rows: Iterable[UnitInTime], made_at: datetime
) -> Book:
    """The level of each unit in each measurement, with its score now and what it did since the last."""
    heads = [*UNIT]
    heads += [Column(str(each.measurement.year), 24) for each in picture.rounds]
    heads += [Column("Score", 10, "0.00"), Column("Ontwikkeling", 22)]
    found = []
    for row in rows:
        score, change = row.scores[-1], row.changes[-1]
        levels = [Cell(mark.label, rank=mark.rank) if mark else Cell("Niet ingeleverd") for mark in row.marks]
        found.append(
            [
                row.unit.code,
                row.unit.name,
                *levels,
                score.score if score else None,
                CHANGES[change] if change else None,
            ]
        )
    factor = picture.factor
    return book(
        report.measurement, f"Factor {factor.code} {factor.title}", factor.criterion, heads, found, made_at
    )


def heatmap_book(report: NationalReport, found: Heatmap, made_at: datetime) -> Book:
    """The heatmap in its order, and for the part of the country that is shown."""
    heads = [*UNIT, Column("Hoort bij", 28), Column("Stand", 16)]
    heads += [Column(code, 22) for code in report.instrument.factors]
    rows = [
        [
            row.unit.code,
            row.unit.name,
            row.parent.name if row.parent else None,
            row.dossier.state_label,
            *(Cell(cell.mark.label, rank=cell.mark.rank) for cell in row.cells),
            *([] if row.cells else [None] * len(report.instrument.factors)),
        ]
        for row in found.rows
    ]
    subject = f"{report.submitted} van de {report.total} hebben ingeleverd."
    return book(report.measurement, "Niveau per eenheid en factor", subject, heads, rows, made_at)


def changes_book(report: NationalReport, rows: Iterable[UnitChange], made_at: datetime) -> Book:
    """What each factor of each unit did since the measurement before."""
    heads = (*UNIT, Column("Factor", 10, TEXT), Column("Titel", 50), Column("Ontwikkeling", 22))
    before = report.previous.name if report.previous else "niets"
    return book(
        report.measurement,
        "Ontwikkeling per eenheid en factor",
        f"Vergeleken met {before}.",
        heads,
        [
            (row.unit.code, row.unit.name, row.factor.code, row.factor.title, CHANGES[row.change])
            for row in rows
        ],
        made_at,
    )


def history_book(
    measurement: MeasurementInfo,
    unit: UnitInfo,
    question: Question,
    rows: Iterable[Step],
    made_at: datetime,
) -> Book:
    """Every version of the answers of a unit to a question."""
    heads = (
        Column("Van wie", 26),
        Column("Versie", 8, "0"),
        Column("Was", 36),
        Column("Werd", 36),
        Column("Toelichting was", 40),
        Column("Toelichting werd", 40),
        Column("Documenten", 36),
        Column("Reden", 40),
        Column("Door", 26),
        Column("Rol", 26),
        Column("Wanneer", 26, MOMENT),
    )
    return book(
        measurement,
        f"Versies van vraag {question.code}, {unit.name}",
        question.text,
        heads,
        [
            (
                row.party or "Gezamenlijk",
                row.version,
                row.old.shown if row.old else None,
                row.new.shown,
                row.old.note if row.old else None,
                row.new.note,
                documents(row.new.documents),
                row.reason,
                row.name,
                row.role,
                row.at,
            )
            for row in rows
        ],
        made_at,
    )
