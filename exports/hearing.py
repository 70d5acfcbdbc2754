"""Wederhoor as files: the board as it is shown, and the log as an annex to the report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from exports.book import DAY, MOMENT, TEXT, WHOLE, Book, Column, Sheet
from exports.formats import FORMATS
from exports.text import file_name
from surveys.hearing import Board, Line
from surveys.reports import MeasurementInfo

BOARD = (
    Column("Code", 14, TEXT),
    Column("Eenheid", 36),
    Column("Dossier", 16),
    Column("Wederhoor", 24),
    Column("Termijn", 20, DAY),
    Column("Bevindingen", 12, WHOLE),
    Column("Reacties", 10, WHOLE),
    Column("Voorgestelde wijzigingen", 14, WHOLE),
    Column("Nog af te handelen", 12, WHOLE),
    Column("Wacht nog op", 44),
)
LOG = (
    Column("Code", 14, TEXT),
    Column("Eenheid", 32),
    Column("KSF", 6, TEXT),
    Column("Kritische succesfactor", 34),
    Column("Aangeboden tekst", 60),
    Column("Aangeboden op", 26, MOMENT),
    Column("Stand", 24),
    Column("Reactie van", 40),
    Column("Reactie op", 26, MOMENT),
    Column("Reactie", 26),
    Column("Voorgestelde tekst", 60),
    Column("Opmerking", 40),
    Column("Wat ermee is gedaan", 30),
    Column("Waarom", 50),
    Column("Door", 26),
    Column("Op", 26, MOMENT),
)


def board_book(measurement: MeasurementInfo, board: Board, made_at: datetime) -> Book:
    """Lay out the rows that are shown, in their order."""
    rows = [
        (
            row.unit.code,
            row.unit.name,
            row.dossier_label,
            row.state_label,
            row.due_on,
            row.texts,
            row.reactions,
            row.changes,
            row.unsettled,
            ", ".join(row.waiting),
        )
        for row in board.rows
    ]
    title = f"Wederhoor, {measurement.name}"
    return Book(
        title=title,
        subject=f"{len(rows)} van de {board.total} dossiers.",
        fictief=measurement.fictief,
        made_at=made_at,
        sheets=(Sheet("Wederhoor", title, BOARD, rows, frozen=2),),
        table="Wederhoor",
    )


def log_book(measurement: MeasurementInfo, lines: Iterable[Line], made_at: datetime) -> Book:
    """Lay out the log: each reaction once, with what was done with it and why."""
    rows = []
    for line in lines:
        said, done = line.reaction, line.reaction.settlement
        rows.append(
            (
                line.unit.code,
                line.unit.name,
                line.factor,
                line.factor_title,
                line.text,
                line.offered_at,
                line.offer_state,
                said.who,
                said.at,
                said.verdict_label,
                said.proposal,
                said.remark,
                line.done,
                done.reason if done else None,
                done.by if done else None,
                done.at if done else None,
            )
        )
    title = f"Wederhoor: reacties en wat ermee is gedaan, {measurement.name}"
    return Book(
        title=title,
        subject=f"{len(rows)} reacties, in de volgorde van eenheden en factoren.",
        fictief=measurement.fictief,
        made_at=made_at,
        sheets=(Sheet("Reacties", title, LOG, rows, frozen=3),),
        table="Reacties",
    )


def filename(measurement: MeasurementInfo, what: str, format: str) -> str:
    """Name a file, and say in it that the data is made up when it is. `format` is a key of FORMATS."""
    fictief = "fictief" if measurement.fictief else ""
    return file_name("meetlat", measurement.code, what, fictief) + FORMATS[format].suffix
