"""The form of one answer. One table: a question type is one row, the field that its value is filled in with.

The fields hold what was typed, never what was made of it: a value that can't be is shown again as it was. The
values themselves are read by `surveys.questions`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.form import BaseForm

from scoring.model import Value
from surveys import answers
from surveys.answers import Content, Reference
from surveys.errors import InvalidValue
from surveys.instruments import Question
from surveys.questionnaire import Place, QuestionView
from surveys.questions import SPECIALS, TYPES, comma

Unbound = Any
"""A field that is not yet part of a form; WTForms' types call it the field that it will be."""

Shown = str | list[str]
"""What a field holds: the text that is typed, or the codes that are chosen."""


def specials(question: Question) -> dict[str, str]:
    """What can be chosen instead of a value, with its label."""
    allowed = {"onbekend": question.allow_unknown, "nvt": question.allow_na}
    return {code: label for code, label in SPECIALS.items() if allowed[code]}


def _choices(question: Question) -> list[SelectChoice]:
    every = {**question.labels, **specials(question)}
    return [SelectChoice(value=code, label=label) for code, label in every.items()]


def _one(question: Question) -> Unbound:
    return RadioField(question.text, choices=_choices(question), validate_choice=False)


def _several(question: Question) -> Unbound:
    return SelectMultipleField(question.text, choices=_choices(question), validate_choice=False)


def _line(question: Question) -> Unbound:
    return StringField(question.text)


def _lines(question: Question) -> Unbound:
    return TextAreaField(question.text)


def _code(value: Any) -> Shown:
    return str(value)


def _codes(value: Any) -> Shown:
    return list(value)


def _digits(value: Any) -> Shown:
    return comma(Decimal(repr(value)))


def _day(value: Any) -> Shown:
    return f"{date.fromisoformat(value):%d-%m-%Y}"


def _says_nothing(question: Question) -> str:
    return ""


def _says_range(question: Question) -> str:
    assert question.min is not None
    assert question.max is not None
    assert question.step is not None
    unit = f" ({question.unit})" if question.unit else ""
    steps = "" if question.step == 1 else f" In stappen van {comma(question.step)}."
    return f"Een getal van {comma(question.min)} tot en met {comma(question.max)}{unit}.{steps}"


def _says_length(question: Question) -> str:
    return f"Hoogstens {question.max_length} tekens."


def _says_example(question: Question) -> str:
    return "Dag, maand en jaar. Bijvoorbeeld 21-11-2026."


@dataclass(frozen=True)
class AnswerField:
    """How a type is filled in: its field, what the field shows for a value, and what it says to fill in.

    `chooses`: the field offers *weet ik niet* among its choices; else that is a box of its own below it.
    """

    make: Callable[[Question], Unbound]
    show: Callable[[Any], Shown]
    says: Callable[[Question], str]
    chooses: bool


FIELDS: dict[str, AnswerField] = {
    "yes_no": AnswerField(_one, _code, _says_nothing, chooses=True),
    "choice": AnswerField(_one, _code, _says_nothing, chooses=True),
    "multi": AnswerField(_several, _codes, _says_nothing, chooses=True),
    "number": AnswerField(_line, _digits, _says_range, chooses=False),
    "text": AnswerField(_lines, _code, _says_length, chooses=False),
    "date": AnswerField(_line, _day, _says_example, chooses=False),
}
"""Every question type by its code; a macro of the same name in fill_in/types.html draws it."""


MOST_ROWS = 3 * answers.REFERENCES + 2
"""More rows for documents than may be filled in: so that too many are refused, and not dropped unseen.

After a conflict those of two people stand below each other.
"""


class ReferenceForm(Form):
    """A document by its title, and where in it to look."""

    title = StringField("Titel van het document")
    page = StringField("Bladzijde of paragraaf")


class AnswerForm(BaseForm):
    """The fields of one answer; their names begin with the question's anchor.

    `answer` is the value; `onbekend` and `nvt` are boxes of their own where the type has no choices.
    `version` is the one that its writer saw, `theirs` the one shown beside his own after a conflict.
    """

    def __init__(self, view: QuestionView | Place) -> None:
        self.question = view.question
        self.kind = FIELDS[view.question.type]
        fields: dict[str, Unbound] = {
            "version": HiddenField(),
            "theirs": HiddenField(),
            "answer": self.kind.make(view.question),
            "note": TextAreaField("Toelichting"),
            "documents": FieldList(FormField(ReferenceForm), max_entries=MOST_ROWS),
        }
        if not self.kind.chooses:
            fields |= {code: BooleanField(label) for code, label in specials(view.question).items()}
        super().__init__(fields, prefix=f"{view.anchor}-")

    def __getattr__(self, name: str) -> Any:
        """Give a field by its name, as a declared form does."""
        try:
            return self.__dict__["_fields"][name]
        except KeyError:
            raise AttributeError(name) from None

    @classmethod
    def of(cls, view: QuestionView) -> AnswerForm:
        """The form as it stands: the answer that is kept."""
        form = cls(view)
        form.fill(view.content, view.version)
        return form

    @classmethod
    def sent(cls, view: QuestionView | Place, data: MultiDict[str, str]) -> AnswerForm | None:
        """The form as it was sent; None when this question was not on the page.

        When only its version got lost, its writer saw none: he is shown what is kept before that changes.
        """
        form = cls(view)
        if not any(name in data and data[name].strip() for name in form.filled_in) and (
            form.version.name not in data
        ):
            return None
        form.process(
            MultiDict(
                (key, text.replace("\x00", "")) for key, text in data.items(multi=True) if key.isascii()
            )
        )
        form.room()
        return form

    def fill(self, content: Content, version: int) -> None:
        """Put an answer into the fields."""
        shown: Any = None if content.value is None else self.kind.show(content.value)
        data: dict[str, Any] = {"version": str(version), "note": content.note or ""}
        if content.special is None:
            data["answer"] = shown
        elif self.kind.chooses:
            data["answer"] = [content.special] if self.question.type == "multi" else content.special
        else:
            data[content.special] = True
        data["documents"] = [_row(ref) for ref in content.documents]
        self.process(data=data)
        self.room()

    def room(self) -> None:
        """Leave one empty row for another document."""
        rows = self.documents.entries
        if not rows or (len(rows) < MOST_ROWS and (rows[-1].title.data or rows[-1].page.data)):
            self.documents.append_entry()

    @property
    def filled_in(self) -> list[str]:
        """The names of the fields that somebody fills in himself."""
        rows = (f"{self.documents.name}-{row}" for row in range(answers.REFERENCES))
        parts = [f"{row}-{part}" for row in rows for part in ("title", "page")]
        return [self.answer.name, self.note.name, *(box.name for box in self.boxes), *parts]

    @property
    def seen_version(self) -> int:
        """The version of the answer that the sender saw; 0 for none, or for what is no number."""
        sent = str(self.version.data or "")
        return int(sent) if re.fullmatch(r"[0-9]{1,9}", sent) else 0

    @property
    def errors_to_show(self) -> list[tuple[str, str]]:
        """What is wrong, each with the id of the field where that can be mended; it names the question."""
        first_title = self.documents.entries[0].title
        places = ((self.answer, self.answer), (self.note, self.note), (self.documents, first_title))
        return [
            (place.id, f"Vraag {self.question.code}: {text}")
            for field, place in places
            for text in field.errors
        ]

    @property
    def problems(self) -> list[str]:
        """What is wrong, as the question itself says it, which need not be named there."""
        return [text for field in (self.answer, self.note, self.documents) for text in field.errors]

    @property
    def hint(self) -> str:
        """What helps to fill it in; empty when nothing does."""
        return " ".join(text for text in (self.question.help, self.kind.says(self.question)) if text)

    @property
    def alone(self) -> list[str]:
        """The choices that can't go with another: choosing one ends the others."""
        exclusive = [option.code for option in self.question.options if option.exclusive]
        return [*exclusive, *specials(self.question)] if self.question.type == "multi" else []

    @property
    def boxes(self) -> list[Field]:
        """The boxes for *weet ik niet* and *niet van toepassing* that stand apart."""
        return [self._fields[code] for code in SPECIALS if code in self._fields]

    @property
    def typed(self) -> list[str]:
        """Everything that stands in the fields, in words: for what could not be saved."""
        labels = {**self.question.labels, **SPECIALS}
        said = [labels.get(code, code) for code in [*self._given(), *self._special()]]
        said.append(self.note.data or "")
        said += [f"{ref.title} ({ref.page})" if ref.page else ref.title for ref in self._references()]
        return [text for text in said if text.strip()]

    @property
    def typed_parts(self) -> list[tuple[str, list[str]]]:
        """Everything that stands in the fields, in words, under the names of an answer's parts."""
        labels = {**self.question.labels, **SPECIALS}
        answer = [labels.get(code, code) for code in [*self._given(), *self._special()]]
        found = [f"{ref.title} ({ref.page})" if ref.page else ref.title for ref in self._references()]
        parts = [("Antwoord", answer), ("Toelichting", [self.note.data or ""]), ("Bewijsstukken", found)]
        said = [(label, [text for text in texts if text.strip()]) for label, texts in parts]
        return [(label, texts) for label, texts in said if texts or label != "Bewijsstukken"]

    def read(self) -> Content | None:
        """Read the answer in canonical form; None when it can't be: then the fields have errors."""
        found = Content(note=self.note.data or None, documents=tuple(self._references()))
        whole = True
        try:
            found = Content(self._value(), self._one_special(), found.note, found.documents)
        except InvalidValue as refusal:
            self._blame(refusal)
            whole = False
        try:
            found = answers.checked(self.question, found)
        except InvalidValue as refusal:
            self._blame(refusal)
            whole = False
        return found if whole else None

    def refuse(self, refusal: InvalidValue) -> None:
        """Put a refusal at the field that it is about."""
        self._blame(refusal)

    def clear(self) -> None:
        """Empty the answer itself; note and documents stay."""
        note, references, version = self.note.data, tuple(self._references()), self.seen_version
        self.fill(Content(note=note, documents=references), version)

    def keep_mine(self) -> None:
        """Go on from the version that was shown in the conflict: the next save replaces that one."""
        self.version.data = self.theirs.data

    def add_note(self, text: str) -> None:
        """Put a text into the note, below what stands there already."""
        own = (self.note.data or "").strip()
        self.note.data = f"{own}\n\n{text}" if own else text

    def merge(self, theirs: Content) -> None:
        """Add what the other wrote, to be edited: the note, and the answer itself where it is text."""
        self.keep_mine()
        if theirs.note and theirs.note not in (self.note.data or ""):
            self.add_note(theirs.note)
        own = (self.answer.data or "") if self.question.type == "text" else ""
        if self.question.type == "text" and theirs.value and theirs.value not in own:
            self.answer.data = f"{own.strip()}\n\n{theirs.value}".strip()
        both = [_row(ref) for ref in dict.fromkeys([*self._references(), *theirs.documents])]
        self.documents.process(None, both[:MOST_ROWS])
        self.room()

    def refuse_files(self, texts: Iterable[str]) -> None:
        """Say at the documents which files could not be kept, and leave room for others."""
        self.documents.errors = [*self.documents.errors, *texts]
        self.room()

    def _value(self) -> Value:
        if self._given() and self._special():
            labels = " of ".join(f"‘{SPECIALS[code]}’" for code in self._special())
            raise InvalidValue(f"Geef een antwoord, of kies {labels}: niet allebei.")
        return TYPES[self.question.type].parse(self.question, self._given())

    def _one_special(self) -> str | None:
        chosen = self._special()
        if len(chosen) > 1:
            raise InvalidValue("Kies ‘Weet ik niet’ of ‘Niet van toepassing’, niet allebei.")
        return chosen[0] if chosen else None

    def _chosen(self) -> list[str]:
        held = self.answer.data
        return [] if not held else list(held) if isinstance(held, list) else [str(held)]

    def _given(self) -> list[str]:
        held = self._chosen()
        return [code for code in held if code not in SPECIALS] if self.kind.chooses else held

    def _special(self) -> list[str]:
        if self.kind.chooses:
            return [code for code in self._chosen() if code in SPECIALS]
        return [box.short_name for box in self.boxes if box.data]

    def _references(self) -> list[Reference]:
        rows = ((row.title.data or "", row.page.data or "") for row in self.documents.entries)
        return [Reference(title, page or None) for title, page in rows if title.strip() or page.strip()]

    def _blame(self, refusal: InvalidValue) -> None:
        field = {"value": self.answer, "note": self.note, "documents": self.documents}[refusal.part]
        field.errors = [*field.errors, str(refusal)]


def _row(ref: Reference) -> dict[str, str]:
    return {"title": ref.title, "page": ref.page or ""}
