"""Lessons to hand on: one of them on a page of its own, and all of them as a list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from exports.book import DAY, Book, Cell, Column, Scalar, Sheet
from exports.document import Document, Paragraph, Section, Text
from exports.formats import FORMATS
from exports.text import file_name
from exports.wording import day
from surveys.follow_up.lessons import LessonInfo

TITLE: Final = "Lessen"
NAME: Final = "Geleerde les"

_HEADS: Final = (
    Column("Les", 44),
    Column("Samenvatting", 60),
    Column("Wat anderen ermee kunnen", 60),
    Column("Waar de les vandaan komt", 36),
    Column("Gebeurd op", 18, DAY),
    Column("Gedeeld met", 40),
    Column("Eerst gedeeld op", 18, DAY),
    Column("Fictieve les", 8),
)


def document(found: LessonInfo) -> Document:
    """One lesson as a summary of a page. With whom it was shared stays out: it is handed to others."""
    happened = f" ({day(found.happened_on)})" if found.happened_on else ""
    return Document(
        title=NAME,
        subtitle=found.title,
        subject=f"{NAME}: {found.title}",
        publishers=(),
        state="",
        dated=found.at.date().isoformat(),
        fictief=found.fictief,
        opening=False,
        sections=(
            Section(
                "les",
                found.title,
                (),
                (
                    _part("samenvatting", "Wat er is geleerd", found.summary),
                    _part("advies", "Wat anderen ermee kunnen", found.advice),
                    _part("bron", "Waar de les vandaan komt", f"{found.source}{happened}"),
                ),
                counting="none",
            ),
        ),
    )


def _part(key: str, title: str, text: str) -> Section:
    lines = (line for line in text.split("\n") if line.strip())
    return Section(key, title, tuple(Paragraph((Text(line),)) for line in lines), counting="none")


def parts(found: LessonInfo) -> tuple[str, ...]:
    """What the name of a file of one lesson says."""
    return ("les", found.title[:60])


def lessons_book(found: Iterable[LessonInfo], made_at: datetime) -> Book:
    """The lessons that are shown, in their order."""
    rows = list(found)
    return Book(
        title=TITLE,
        subject=f"{len(rows)} {'les' if len(rows) == 1 else 'lessen'}.",
        fictief=any(each.fictief for each in rows),
        made_at=made_at,
        sheets=(Sheet(TITLE, TITLE, _HEADS, [_line(each) for each in rows], frozen=1),),
        table=TITLE,
    )


def _line(each: LessonInfo) -> tuple[Cell | Scalar, ...]:
    return (
        each.title,
        each.summary,
        each.advice,
        each.source,
        each.happened_on,
        "; ".join(each.whom),
        min((share.shared_on for share in each.shares), default=None),
        "ja" if each.fictief else "nee",
    )


def lessons_filename(fictief: bool, format: str) -> str:
    """Name the file, and say in it that the data is made up when it is. `format` is a key of FORMATS."""
    return file_name("meetlat", "lessen", "fictief" if fictief else "") + FORMATS[format].suffix
