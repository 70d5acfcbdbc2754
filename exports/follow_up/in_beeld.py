"""A letter *Opvolging in Beeld* as a document: its heading, and for each study the prescribed table.

The heads of the table and their order are those of the letter of 23 April 2026, to the letter.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from exports.document import Document, Grid, Paragraph, Part, Section, Text
from exports.text import file_name
from exports.wording import day
from surveys.follow_up.in_beeld import InBeeld, StudyInBeeld
from surveys.follow_up.letters import LetterInfo
from surveys.follow_up.origins import Study

NAME: Final = "Opvolging in Beeld"
THEME: Final = "SEA-thema:"
THEME_NOTE: Final = "Overkoepelende toelichting SEA-thema:"
TITLE: Final = "Titel onderzoek"
KIND: Final = "Type onderzoek"
FINISHED: Final = "Jaar afronding"
ARTICLES: Final = "Begrotingsartikel(en)"
BASIS: Final = "Budgettaire grondslag"
EXPLANATION: Final = "Toelichting evaluatie:"
ADVICE: Final = "Aanbevelingen/bevindingen:"
STATE: Final = "Toelichting status opvolging:"
"""What the ten fields are called; after the budget comes its year, between brackets."""

SHARES: Final = (20, 22, 12, 24, 22)
"""How wide the five columns about a study are, beside each other."""
LEFT, RIGHT = 2, 3
"""How many of them the column with recommendations takes, and the one with how they stand."""


def heading(letter: LetterInfo) -> tuple[tuple[str, str], ...]:
    """The heading of the letter: what each line is called, and what it says."""
    return (
        ("Datum", day(letter.dated)),
        ("Betreft", letter.subject),
        ("Onze referentie", letter.reference),
    )


def about(study: StudyInBeeld) -> tuple[tuple[str, str], ...]:
    """The five fields about the study itself: what each is called, and what it says."""
    found = study.study
    return (
        (TITLE, study.title),
        (KIND, found.kind or ""),
        (FINISHED, str(found.finished or "")),
        (ARTICLES, found.articles or ""),
        (_basis(found), found.amount_shown or ""),
    )


def _basis(study: Study) -> str:
    return f"{BASIS} ({study.amount_year})" if study.amount_year else BASIS


def rows(study: StudyInBeeld) -> tuple[tuple[Part, ...], ...]:
    """The prescribed table about a study, row by row."""
    whole, facts = len(SHARES), about(study)
    theme = study.theme
    return (
        (Part(theme.title if theme else "", THEME, whole),),
        (Part((theme.note if theme else None) or "", THEME_NOTE, whole),),
        tuple(Part(head=head) for head, _ in facts),
        tuple(Part(text) for _, text in facts),
        (Part(study.study.explanation or "", EXPLANATION, whole),),
        (Part(head=ADVICE, span=LEFT), Part(head=STATE, span=RIGHT)),
        *((Part(each.advice, span=LEFT), Part(each.state, span=RIGHT)) for each in study.followed),
    )


def document(found: InBeeld) -> Document:
    """Lay out the letter. Equal data give an equal document."""
    letter = found.letter
    head = Grid(
        "briefkop",
        "Briefkop",
        (1, 3),
        tuple((Part(head=name), Part(text)) for name, text in heading(letter)),
    )
    return Document(
        title=NAME,
        subtitle=letter.subject,
        subject=f"{NAME}: de stand van aanbevelingen en bevindingen per onderzoek",
        publishers=(),
        state="" if found.complete else "Concept: er ontbreken nog gegevens",
        dated=letter.dated.isoformat(),
        fictief=found.fictief,
        opening=False,
        sections=(
            Section("brief", NAME, (*_marked(found), head), tuple(_sections(found.studies)), counting="none"),
        ),
    )


def _marked(found: InBeeld) -> Iterable[Paragraph]:
    if not found.complete:
        yield Paragraph((Text("Dit is een concept. Er ontbreken nog gegevens.", strong=True),))


def _sections(studies: Iterable[StudyInBeeld]) -> Iterable[Section]:
    for place, study in enumerate(studies, start=1):
        yield Section(
            f"onderzoek-{place}",
            study.title,
            (Grid(f"tabel-{place}", f"{NAME}: {study.title}", SHARES, rows(study)),),
            counting="none",
        )


def parts(letter: LetterInfo) -> tuple[str, ...]:
    """What the name of a file says."""
    return ("opvolging-in-beeld", letter.reference)


def sheet_name(letter: LetterInfo, fictief: bool) -> str:
    """Name the workbook, and say in it that its data is made up when it is."""
    return f"{file_name('meetlat', *parts(letter), 'fictief' if fictief else '')}.xlsx"
