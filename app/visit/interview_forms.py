"""The forms about visits and their reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from app.manage.forms import Day, Form, Pick, Text
from surveys import interviews
from surveys.interviews import Attending, Details

BLANK = 3
"""Empty lines below those who are in the list."""
MOST = interviews.MOST_ATTENDEES + BLANK


class Visit(Form):
    """A visit or interview; who was there is read apart, because a list has no field."""

    subject = Text("Met wie")
    kind = Pick("Soort")
    held_on = Day("Datum", validators=[InputRequired("Vul een datum in.")])
    place = Text(
        "Plaats (niet verplicht)",
        validators=[Length(max=interviews.NAME_LENGTH, message="De plaats is te lang. Kort de tekst in.")],
    )
    version = HiddenField()

    def __init__(self, *, about_unit: bool, **values: Any) -> None:
        """`about_unit`: it is about a dossier, so it needs no subject. `values` fills in the form."""
        super().__init__(**values)
        self.kind.choices = list(interviews.KINDS.items())
        if about_unit:
            del self.subject
        else:
            self.subject.validators = [DataRequired("Vul in met wie het gesprek is.")]

    def details(self) -> Details:
        """What was filled in."""
        return Details(
            self.kind.data,
            self.held_on.data,
            self.place.data or "",
            sent_attendees(),
            (getattr(self, "subject", None) and self.subject.data) or "",
        )


class Passage(Form):
    """A passage of a report, and the factor that it is about."""

    factor = Pick("Factor")
    text = TextAreaField("Tekst", validators=[DataRequired("Schrijf een tekst.")])
    version = HiddenField()

    def __init__(self, factors: dict[str, str], **values: Any) -> None:
        """`factors`: code -> title; `values` fills in the form."""
        super().__init__(**values)
        self.factor.choices = [
            ("", "Algemeen"),
            *((code, f"{code} {title}") for code, title in factors.items()),
        ]


def sent_attendees() -> tuple[Attending, ...]:
    """Who was in the list that was sent; a line without a name and a position is left out."""
    rows = [
        Attending(
            request.form.get(f"kant-{place}", ""),
            request.form.get(f"naam-{place}", ""),
            request.form.get(f"functie-{place}", ""),
        )
        for place in range(MOST + BLANK)
    ]
    return tuple(each for each in rows if each.name.strip() or each.position.strip())


def lines(attendees: Sequence[Attending]) -> list[Attending]:
    """The lines of the list on the page: those who are in it, and some empty ones."""
    return [*attendees, *(Attending("", "") for _ in range(BLANK))]
