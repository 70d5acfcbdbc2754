"""A letter of the year as a document, and as a workbook with a row for each point."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from exports.book import Book, Scalar, Sheet
from exports.book import Cell as BookCell
from exports.book import Column as BookColumn
from exports.document import Block, Cell, Column, Document, Grid, Items, Paragraph, Part, Section, Table, Text
from exports.text import file_name
from surveys.follow_up import kinds
from surveys.follow_up.yearly import YearlyInfo
from surveys.follow_up.yearly_content import NOTHING, Content, Heading, Told

DRAFT: Final = "Dit is een concept. De brief is nog niet vastgesteld."
_CHANGES: Final = (Column("Punt", 4), Column("Wat", 2.5), Column("Was", 3), Column("Is nu", 6.5))
_STATES: Final = (Column("Stand", 4), Column("Aantal punten", 2, "right"))


def heading(found: Heading) -> tuple[tuple[str, str], ...]:
    """The heading of a letter: what each line is called, and what it says; empty ones are left out."""
    every = (
        ("Datum", found.dated),
        ("Betreft", found.subject),
        ("Onze referentie", found.reference),
        ("Soort", found.kind),
        ("Gaat over", found.about),
        ("Vergelijkt met", found.previous),
        ("Vervangt", found.replaces),
    )
    return tuple((name, text) for name, text in every if text)


def document(letter: YearlyInfo, found: Content) -> Document:
    """Lay out the letter. A settled one, whose content was kept, gives the same document always."""
    return Document(
        title=found.heading.kind,
        subtitle=found.heading.subject,
        subject=f"{found.heading.kind}: de stand van de opvolging per punt",
        publishers=(),
        state="Vastgesteld" if letter.is_settled else "Concept",
        dated=letter.details.dated.isoformat(),
        fictief=found.fictief,
        opening=False,
        sections=(
            Section(
                "brief",
                found.heading.subject,
                tuple(_opening(letter, found)),
                (
                    Section("beeld", "Samenvatting", tuple(_summary(found)), counting="none"),
                    *_since(found),
                    Section("punten", "Stand per punt", (), tuple(map(_point, found.shown)), counting="none"),
                ),
                counting="none",
            ),
        ),
    )


def _opening(letter: YearlyInfo, found: Content) -> Iterator[Block]:
    if not letter.is_settled:
        yield Paragraph((Text(DRAFT, strong=True),))
    rows = tuple((Part(head=name), Part(text)) for name, text in heading(found.heading))
    yield Grid("briefkop", "Briefkop", (1, 3), rows)
    for text in filter(None, found.heading.introduction.split("\n")):
        yield Paragraph((Text(text),))


def _summary(found: Content) -> Iterator[Block]:
    rows = tuple((Cell(label), Cell(str(count))) for label, count in found.counts.items())
    yield Paragraph((Text(summary(found)),))
    if rows:
        yield Table("standen", "Punten per stand", _STATES, rows)


def summary(found: Content) -> str:
    """The letter in a few sentences."""
    told = [f"Deze brief gaat over {_count(len(found.shown))}."]
    if found.compares:
        told.append(
            f"Sinds de vorige brief: {len(found.having('nieuw'))} nieuw, {len(found.having('gewijzigd'))}"
            f" gewijzigd, {len(found.having('gelijk'))} ongewijzigd. Klaar sinds de vorige brief:"
            f" {len(found.finished)}."
        )
        if earlier := len(found.having("eerder")):
            told.append(f"Niet opgenomen, want eerder al klaar gemeld: {_count(earlier)}.")
    else:
        told.append(f"Klaar: {len(found.finished)}. Er is geen eerdere brief om mee te vergelijken.")
    told.append(f"Punten die schuiven: {len(found.slipping)}.")
    return " ".join(told)


def _count(number: int) -> str:
    return "1 punt" if number == 1 else f"{number} punten"


def _since(found: Content) -> Iterator[Section]:
    """What changed, what is new, what was finished, what slips, and what is no longer among the points."""
    if found.compares:
        rows = tuple(
            (Cell(each.called), Cell(change.what), Cell(change.old), Cell(change.new))
            for each in found.shown
            for change in each.changes
        )
        blocks: tuple[Block, ...] = (
            (Table("wijzigingen", "Wat anders is dan in de vorige brief", _CHANGES, rows),)
            if rows
            else (Paragraph((Text("Bij geen punt is iets gewijzigd."),)),)
        )
        yield Section("gewijzigd", "Gewijzigd sinds de vorige brief", blocks, counting="none")
        yield from _list(
            "nieuw", "Nieuw sinds de vorige brief", (each.called for each in found.having("nieuw"))
        )
        yield from _list("verdwenen", "Niet meer in deze brief", found.gone)
    finished = "Klaar sinds de vorige brief" if found.compares else "Klaar"
    yield from _list("klaar", finished, (each.called for each in found.finished))
    yield from _list("schuift", "Schuift", (f"{each.called}: {each.slips}" for each in found.slipping))


def _list(key: str, title: str, told: Iterable[str]) -> Iterator[Section]:
    items = tuple((Text(each),) for each in told)
    if items:
        yield Section(key, title, (Items(items),), counting="none")


def _point(each: Told) -> Section:
    rows = tuple((Part(head=name), Part(text)) for name, text in facts(each))
    return Section(
        f"punt-{each.id}",
        f"{each.called} (fictief)" if each.fictief else each.called,
        (Grid(f"stand-{each.id}", f"Stand: {each.called}", (1, 3), rows),),
        counting="none",
    )


def facts(each: Told) -> tuple[tuple[str, str], ...]:
    """What a letter says of a point: what each line is called, and what it says."""
    told = (
        ("Soort", each.kind),
        ("Voor wie", each.whom),
        ("Bron", each.origin),
        ("Stand", f"{each.state} ({each.state_said})"),
        ("Toelichting", each.state_words),
        ("Toezichthouder", _both(each.supervisor, each.supervisor_words)),
        ("Termijn", each.term),
        ("Planning", planned(each)),
        ("Schuift", each.slips),
        (
            "Indicatoren",
            "\n".join(f"{figure.title}: {figure.latest}. {figure.says}" for figure in each.figures),
        ),
        ("Effect", each.effect),
        ("Besluiten", "\n".join(each.decisions)),
    )
    return tuple((name, text) for name, text in told if text and text != NOTHING)


def planned(each: Told) -> str:
    """The phases of a point: planned and real, a line each; nothing when neither is known."""
    return "\n".join(
        f"{phase.label}: gepland {phase.planned}, werkelijk {phase.actual}"
        for phase in each.phases
        if (phase.planned, phase.actual) != (NOTHING, NOTHING)
    )


def _both(label: str, words: str) -> str:
    return f"{label}: {words}" if words else label


def book(letter: YearlyInfo, found: Content, made_at: datetime) -> Book:
    """The same as a workbook, a row for each point."""
    columns = (
        BookColumn("Punt", 44),
        BookColumn("Soort", 14),
        BookColumn("Voor wie", 30),
        BookColumn("Bron", 36),
        BookColumn("Sinds de vorige brief", 16),
        BookColumn("Klaar sinds de vorige brief", 14),
        BookColumn("Stand", 18),
        BookColumn("Wie zegt dat", 30),
        BookColumn("Toelichting", 50),
        BookColumn("Toezichthouder", 20),
        BookColumn("Toelichting van de toezichthouder", 40),
        BookColumn("Termijn", 22),
        *(
            BookColumn(f"{label}: {what}", 20)
            for label in kinds.PHASES.values()
            for what in ("gepland", "werkelijk")
        ),
        BookColumn("Schuift", 18),
        BookColumn("Indicatoren", 50),
        BookColumn("Effect", 24),
        BookColumn("Besluiten", 50),
        BookColumn("Wat is gewijzigd", 50),
        BookColumn("Fictief punt", 8),
    )
    return Book(
        title=found.heading.subject,
        subject=" ".join(filter(None, (None if letter.is_settled else DRAFT, summary(found)))),
        fictief=found.fictief,
        made_at=made_at,
        sheets=(
            Sheet(
                "Punten",
                found.heading.kind,
                columns,
                [_row(each, found.compares) for each in found.shown],
                frozen=1,
            ),
        ),
        table="Punten",
    )


def _row(each: Told, compares: bool) -> tuple[BookCell | Scalar, ...]:
    return (
        each.called,
        each.kind,
        each.whom,
        each.origin,
        each.since_label if compares else None,
        "ja" if each.finished_now else "nee",
        each.state,
        each.state_said,
        each.state_words or None,
        each.supervisor,
        each.supervisor_words or None,
        each.term,
        *(text for phase in each.phases for text in (phase.planned, phase.actual)),
        each.slips or None,
        "\n".join(f"{figure.title}: {figure.latest}" for figure in each.figures) or None,
        each.effect,
        "\n".join(each.decisions) or None,
        "\n".join(f"{change.what}: {change.old} → {change.new}" for change in each.changes) or None,
        "ja" if each.fictief else "nee",
    )


def parts(letter: YearlyInfo) -> tuple[str, ...]:
    """What the name of a file says."""
    return (letter.details.kind, str(letter.details.dated.year), "" if letter.is_settled else "concept")


def sheet_name(letter: YearlyInfo, found: Content) -> str:
    """Name the workbook, and say in it that its data is made up when it is."""
    return f"{file_name('meetlat', *parts(letter), 'fictief' if found.fictief else '')}.xlsx"
