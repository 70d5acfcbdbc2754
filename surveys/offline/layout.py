"""What stands where in the workbook that is filled in without Meetlat, for its writer and its reader.

A sheet for each theme. A question takes one or more rows: its answer in one cell, or a cell for each option
of a multi; beside it the explanation, and a row for each document. Every row bears a key in a hidden column,
so that a row that was moved, copied or taken away is seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from surveys import conditions
from surveys.instruments import Factor, Instrument, Question, Theme
from surveys.questions import SPECIALS

FORMAT: Final = 1
"""Which layout this is; a workbook of another one is refused."""

GUIDE: Final = "Lees mij"
DATA: Final = "Meetlat"
"""The hidden sheet with what the workbook was made from."""
LISTS: Final = "Lijsten"
"""The hidden sheet with the answers to choose from, a column for each list."""
OWN: Final = (GUIDE, DATA, LISTS)

HEAD: Final = 4
"""The row of a theme's sheet in which the headings stand."""
CODE, QUESTION, ANSWER, NOTE, TITLE, PAGE, KEY = range(1, 8)
"""The columns of a theme's sheet, counted from 1."""
HEADINGS: Final = {
    CODE: "Vraag",
    QUESTION: "Vraag en uitleg",
    ANSWER: "Antwoord",
    NOTE: "Toelichting",
    TITLE: "Bewijsstuk: titel",
    PAGE: "Bladzijde",
    KEY: "Sleutel",
}

MARK: Final = "x"
"""What stands beside an option of a multi that is chosen."""

DATA_ROWS: Final = ("format", "vragenlijst", "versie", "sha256", "meting", "eenheid", "gemaakt")
"""The rows at the top of the hidden sheet, a name and a value each; then a heading and the questions."""
DATA_HEAD: Final = len(DATA_ROWS) + 1

USUAL_DOCUMENTS: Final = 3
"""The rows for documents at a question that may ask for one."""
MOST_DOCUMENTS: Final = 20
NAME_LENGTH: Final = 31

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """Give a text as a workbook can hold it and gives it back.

    Without control characters and blanks around it, every end of line one line feed.
    """
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def words(text: str) -> str:
    """Give a text on one line, for comparing whatever a program made of its blanks."""
    return " ".join(plain(text).split())


@dataclass(frozen=True)
class Slot:
    """What the answer cell of a row is for.

    `value`: the answer itself. `special`: *weet ik niet* and the like, under a cell that can't hold them.
    `option`: one option of a multi, or what it can be instead, marked or not; `code` is its code.
    """

    kind: Literal["value", "special", "option"]
    code: str = ""


@dataclass(frozen=True)
class Row:
    """A row of a theme's sheet: its number from 1, its key, what it says, and the cells to fill in.

    `question` is None for the heading of a factor. `head`: the first row of its question. `document`: the
    number of its document from 1, 0 where there is none.
    """

    number: int
    key: str
    code: str
    label: str
    factor: Factor
    question: Question | None = None
    head: bool = False
    slot: Slot | None = None
    document: int = 0


@dataclass(frozen=True)
class SheetPlan:
    """The sheet of one theme."""

    name: str
    theme: Theme
    rows: tuple[Row, ...]

    @cached_property
    def blocks(self) -> Mapping[str, tuple[Row, ...]]:
        """The rows of each question, by its code."""
        found: dict[str, tuple[Row, ...]] = {}
        for row in self.rows:
            if row.question is not None:
                found[row.question.code] = (*found.get(row.question.code, ()), row)
        return found


@dataclass(frozen=True)
class Layout:
    """The whole workbook."""

    instrument: Instrument
    sheets: tuple[SheetPlan, ...]

    @cached_property
    def places(self) -> Mapping[str, tuple[SheetPlan, tuple[Row, ...]]]:
        """The sheet and the rows of each question, by its code."""
        return {code: (sheet, rows) for sheet in self.sheets for code, rows in sheet.blocks.items()}


def lay_out(instrument: Instrument, documents: Mapping[str, int]) -> Layout:
    """Say what stands where. `documents`: how many rows for documents each question has (1 unless told)."""
    names = sheet_names(instrument)
    sheets = []
    for theme in instrument.themes:
        rows: list[Row] = []
        for factor in theme.factors:
            number = HEAD + 1 + len(rows)
            rows.append(Row(number, f"factor|{factor.code}", factor.code, factor.title, factor))
            for question in factor.questions:
                first = HEAD + 1 + len(rows)
                rows += _block(instrument, factor, question, first, documents.get(question.code, 1))
        sheets.append(SheetPlan(names[theme.code], theme, tuple(rows)))
    return Layout(instrument, tuple(sheets))


def document_rows(question: Question, given: int) -> int:
    """How many rows for documents a question gets that refers to `given` of them now."""
    usual = USUAL_DOCUMENTS if question.evidence or question.evidence_when else 1
    return min(max(usual, given + 1), MOST_DOCUMENTS)


def sheet_names(instrument: Instrument) -> dict[str, str]:
    """The name of each theme's sheet by its code: one that programs take, and that no other sheet has."""
    taken = {name.lower() for name in OWN}
    found: dict[str, str] = {}
    for theme in instrument.themes:
        whole = words(re.sub(r"[][:*?/\\']", " ", f"{theme.code} {theme.title}")) or "Thema"
        name, again = whole[:NAME_LENGTH].strip(), 1
        while name.lower() in taken:
            again += 1
            tail = f" ({again})"
            name = whole[: NAME_LENGTH - len(tail)].strip() + tail
        taken.add(name.lower())
        found[theme.code] = name
    return found


def specials(question: Question) -> dict[str, str]:
    """What an answer to this question can be instead of a value: labels by code."""
    allowed = {"onbekend": question.allow_unknown, "nvt": question.allow_na}
    return {code: label for code, label in SPECIALS.items() if allowed[code]}


def choices(question: Question) -> dict[str, str]:
    """The labels to choose from, by code: the options, and what the answer can be instead.

    Two that look the same bear their code as well, so that a label always leads back to one code.
    """
    return _apart({**question.labels, **specials(question)})


def same(text: str) -> str:
    """What two labels have in common that nobody can tell apart."""
    return words(text).casefold()


def question_text(question: Question, instrument: Instrument) -> list[str]:
    """What stands at a question, a paragraph each; the first is the question itself."""
    found = [question.text]
    if question.unit:
        found[0] += f" (in {question.unit})"
    if question.help:
        found.append(question.help)
    if question.when is not None:
        found.append(conditions.asked(question, instrument, undetermined=True))
    note = conditions.required(question.note_when, question, instrument, also_na=True)
    if question.note_hint or note:
        found.append(" ".join(["Toelichting:", *filter(None, (question.note_hint, note))]))
    document = conditions.required(question.evidence_when, question, instrument)
    if question.evidence or document:
        found.append(" ".join(["Bewijsstuk:", *filter(None, (question.evidence, document))]))
    return [words(each) for each in found]


def _block(
    instrument: Instrument, factor: Factor, question: Question, first: int, documents: int
) -> Iterable[Row]:
    filled: list[tuple[str, Slot | None]] = []
    text = "\n".join(question_text(question, instrument))
    if question.type in ("yes_no", "choice"):
        filled.append((text, Slot("value")))
    elif question.type == "multi":
        filled.append((text, None))
        filled += [(label, Slot("option", code)) for code, label in choices(question).items()]
    else:
        filled.append((text, Slot("value")))
        if instead := specials(question):
            filled.append((f"Of kies: {' of '.join(instead.values())}", Slot("special")))
    for place in range(max(len(filled), documents)):
        label, slot = filled[place] if place < len(filled) else ("", None)
        yield Row(
            number=first + place,
            key=f"{question.code}|{place + 1}",
            code=question.code if place == 0 else "",
            label=label,
            factor=factor,
            question=question,
            head=place == 0,
            slot=slot,
            document=place + 1 if place < documents else 0,
        )


def _apart(labels: Mapping[str, str]) -> dict[str, str]:
    found = {code: words(label) for code, label in labels.items()}
    seen = [same(label) for label in found.values()]
    twice = {label for label in seen if seen.count(label) > 1 or not label}
    return {code: f"{label} ({code})" if same(label) in twice else label for code, label in found.items()}
