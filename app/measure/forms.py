"""The forms of somebody who runs a measurement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import BooleanField, FileField, HiddenField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp

from app.manage.forms import Day, Details, Empty, Form, Number, Pick, Text, Words, most
from exports import wording
from surveys import reminding, running, terms
from surveys.models import InstrumentText

__all__ = [
    "Empty",
    "FourEyes",
    "Invitation",
    "Reason",
    "Reminding",
    "Sending",
    "Term",
    "Upload",
    "measurement_form",
    "reminder_form",
    "until",
]
LONG = 10_000
"""The most characters of a text about a measurement."""


def _words(label: str) -> Words:
    return Words(label, validators=[most(LONG)])


class Measurement(Form):
    """What a measurement is and wants to know; `measurement_form` adds a choice per kind of unit."""

    code = Text(
        "Code",
        validators=[
            DataRequired("Vul een code in."),
            Regexp(
                running.CODE.pattern + r"\Z",
                message="Gebruik alleen kleine letters, cijfers en streepjes, zoals eindmeting-2013.",
            ),
        ],
    )
    name = Text(
        "Naam",
        validators=[
            DataRequired("Vul een naam in."),
            Length(max=running.NAME_LENGTH, message="De naam is te lang. Kort de naam in."),
        ],
    )
    kind = Pick("Soort meting")
    year = Number(
        "Jaar",
        validators=[
            InputRequired("Vul een jaar in, zoals 2013."),
            NumberRange(1900, 2999, "Vul een jaar in, zoals 2013."),
        ],
    )
    first = Day("Eerste dag van de periode", validators=[InputRequired("Vul de eerste dag in.")])
    last = Day("Laatste dag van de periode", validators=[InputRequired("Vul de laatste dag in.")])
    question = _words("Onderzoeksvraag")
    scope = _words("Afbakening")
    discussed_with = _words("Met wie is het toetsingskader besproken?")
    two_organisations = BooleanField(
        "Een oordeel wordt bevestigd door een inspecteur van een andere organisatie dan de schrijver"
    )
    fictief = BooleanField("De gegevens in deze meting zijn verzonnen (fictief)")


PINS = "pin_"
"""How the fields begin that choose a questionnaire."""


def measurement_form(offered: Mapping[str, tuple[str, list[InstrumentText]]], **values: Any) -> Any:
    """A form for a measurement, with a choice among the versions kept for each kind of unit.

    `offered` has by kind of unit what its units are called and the versions; `values` fills in the form.
    """
    fields = {
        f"{PINS}{place}": Pick(f"Vragenlijst voor de {noun}")
        for place, (noun, _) in enumerate(offered.values())
    }
    form: Any = type("MeasurementWithPins", (Measurement,), fields)(**values)
    form.kind.choices = list(running.KINDS.items())
    for place, (_, texts) in enumerate(offered.values()):
        versions = [(str(text.id), f"Versie {text.version}: {text.title}") for text in texts]
        form[f"{PINS}{place}"].choices = [("", "Geen vragenlijst"), *versions]
    return form


class FourEyes(Form):
    """Who confirms a judgement."""

    two_organisations = BooleanField(
        "Een oordeel wordt bevestigd door een inspecteur van een andere organisatie dan de schrijver"
    )


class Reason(Form):
    """Why a step is taken."""

    reason = _words("Reden")


class Chosen(SelectMultipleField):
    """Some of a list."""

    data: Any


class Sending(Form):
    """To which units, and until when."""

    units = Chosen("Eenheden", validators=[InputRequired("Kies ten minste één eenheid.")])
    due_on = Day("Inleveren tot en met", validators=[InputRequired("Vul de laatste dag in.")])


def until(day: date | None) -> str:
    """What a term is called beside a unit: tot en met 1 maart 2026."""
    return "zonder termijn" if day is None else f"tot en met {wording.day(day)}"


class Term(Form):
    """Until when units can hand in, and why that changes."""

    due_on = Day("Nieuwe termijn: inleveren tot en met", validators=[InputRequired("Vul een dag in.")])
    reason = TextAreaField(
        "Reden",
        validators=[
            Length(
                max=terms.REASON_LENGTH,
                message=f"De reden mag {terms.REASON_LENGTH} tekens lang zijn. Kort hem in.",
            )
        ],
    )
    units = Chosen("Eenheden", validators=[InputRequired("Kies ten minste één eenheid.")])


class Reminding(Form):
    """Which units are reminded; each text stands in a field of its own. `seen`: the last one known."""

    units = Chosen("Eenheden", validators=[InputRequired("Kies ten minste één eenheid.")])
    seen = HiddenField()


def reminder_form(texts: Mapping[int, tuple[str, str]]) -> Any:
    """A form with a text for each dossier: by its id the code of its unit, and the text to begin with.

    By id and not by place: a dossier that is handed in meanwhile must not give its text to the next one.
    """
    fields = {
        f"{TEXT}{number}": TextAreaField(
            f"Tekst voor {code}",
            default=text,
            validators=[
                Length(
                    max=reminding.TEXT_LENGTH,
                    message=f"De tekst mag {reminding.TEXT_LENGTH} tekens lang zijn. Kort hem in.",
                )
            ],
        )
        for number, (code, text) in texts.items()
    }
    return type("RemindingWithTexts", (Reminding,), fields)()


TEXT = "text_"
"""How the fields begin that hold the text of a reminder."""


class Invitation(Details):
    """Somebody to invite for a unit."""

    role = Pick("Rol", validators=[DataRequired("Kies een rol.")])


class Upload(Form):
    """A file with a questionnaire."""

    file = FileField("Bestand (TOML)")
