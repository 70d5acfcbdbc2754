"""The forms of the beheerder."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp, ValidationError

from app.form_errors import ListsErrors
from surveys import people, units
from surveys.permissions import ROLES

ADDRESS = re.compile(rf"\s*{people.EMAIL.pattern}\s*\Z")
SMALL_NUMBER = re.compile(r"[0-9]{1,4}")


class Form(ListsErrors, FlaskForm):  # type: ignore[misc]
    """A form whose own words are Dutch, those of the library included."""

    class Meta:
        """Take the library's Dutch words where a field has none of its own."""

        locales = ("nl",)


class Text(StringField):
    """A line of text."""

    data: Any  # text once the form is good; what asks for a good form need not check again


class Email(EmailField):
    """An address of mail."""

    data: Any  # as above


class Day(DateField):
    """A date, as a browser sends it (2026-11-21) or as people type it (21-11-2026)."""

    data: Any  # a date once the form is good, or None where that is allowed

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date. Raises ValueError with what to do."""
        self.data = None
        text = (valuelist[0] if valuelist else "").strip()
        if not text:
            self.raw_data = []  # spaces are nothing to a field that must be filled in
            return
        for pattern in ("%Y-%m-%d", "%d-%m-%Y"):
            try:
                self.data = datetime.strptime(text, pattern).date()
                return
            except ValueError:
                continue
        raise ValueError("Vul een datum in zoals 21-11-2026.")


class Number(IntegerField):
    """A whole number."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number. Raises ValueError with what to do."""
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if not text:
            self.raw_data = []  # likewise
            return
        if not SMALL_NUMBER.fullmatch(text):
            raise ValueError("Vul een heel getal in, zoals 3.")
        self.data = int(text)


class Words(TextAreaField):
    """A text of some lines."""

    data: Any  # as above


class Pick(SelectField):
    """One of a list."""

    def pre_validate(self, form: object) -> None:
        """Refuse what is not in the list; nothing at all is as good as the first choice, which is empty."""
        self.data = self.data or ""
        if self.data not in [choice[0] for choice in self.iter_choices()]:
            raise ValidationError("Maak een keuze uit de lijst.")


def most(number: int) -> Length:
    """No more characters than this."""
    return Length(max=number, message=f"De tekst mag {number} tekens lang zijn. Kort hem in.")


def _name() -> Text:
    return Text(
        "Naam",
        validators=[
            DataRequired("Vul een naam in."),
            Length(max=people.NAME_LENGTH, message="De naam is te lang. Kort de naam in."),
        ],
    )


def _email() -> Email:
    return Email(
        "E-mailadres",
        validators=[
            DataRequired("Vul een e-mailadres in."),
            Regexp(ADDRESS, message="Vul een e-mailadres in zoals naam@voorbeeld.nl."),
        ],
    )


def _from(label: str = "Vanaf") -> Day:
    return Day(label, validators=[InputRequired("Vul een begindatum in.")])


def _until(label: str = "Tot (niet verplicht)") -> Day:
    return Day(label, validators=[Optional()])


def _period(form: Any, good: bool) -> bool:
    first, until = form.valid_from.data, form.valid_until.data
    if first and until and until <= first:
        form.valid_until.errors = ["Vul een dag in die na de begindatum ligt."]
        return False
    return good


class Details(Form):
    """Who somebody is."""

    name = _name()
    email = _email()


class NewRole(Form):
    """A role, for what, from when until when. `scope` holds `unit-<id>` or `organisation-<id>`."""

    role = Pick("Rol", validators=[DataRequired("Kies een rol.")])
    scope = Pick("Eenheid of organisatie", validators=[DataRequired("Kies een eenheid of organisatie.")])
    valid_from = _from()
    valid_until = _until()

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields, that the role fits what it is for, and that the period is not empty."""
        good = super().validate(extra_validators)
        if not self.role.errors and not self.scope.errors:
            held_for = ROLES[self.role.data].held_for
            if not self.scope.data.startswith(held_for):
                wanted = "een eenheid" if held_for == "unit" else "een organisatie"
                self.scope.errors, good = [f"Kies bij de rol {ROLES[self.role.data].label} {wanted}."], False
        return _period(self, good)


class Invitation(Details, NewRole):
    """A new account with its first role."""


class End(Form):
    """From when a role no longer holds."""

    day = Day("Vanaf welke dag geldt de rol niet meer?", validators=[InputRequired("Vul een datum in.")])


class HandOver(Form):
    """To whom a role goes: somebody who has an account, or a new one."""

    to = Pick("Persoon", validators=[Optional()])
    name = Text(
        "Naam", validators=[Length(max=people.NAME_LENGTH, message="De naam is te lang. Kort de naam in.")]
    )
    email = Email("E-mailadres")
    day = Day("Vanaf welke dag?", validators=[InputRequired("Vul een datum in.")])

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields, and that exactly one successor is named."""
        good = super().validate(extra_validators)
        new = bool((self.name.data or "").strip() or (self.email.data or "").strip())
        if new and self.to.data:
            self.to.errors = ["Kies iemand uit de lijst, of vul een nieuwe persoon in. Niet allebei."]
            return False
        if not new and not self.to.data:
            self.to.errors = ["Kies iemand uit de lijst, of vul een nieuwe persoon in."]
            return False
        if new:
            for field, missing in ((self.name, "Vul een naam in."), (self.email, "Vul een e-mailadres in.")):
                if not (field.data or "").strip():
                    field.errors = [missing]
                    good = False
        return good


class Find(Form):
    """What the list of people is narrowed to."""

    class Meta(Form.Meta):
        """It changes nothing, so it needs no token."""

        csrf = False

    zoek = Text("Naam of e-mailadres")
    rol = Pick("Rol")
    stand = Pick("Account")
    eenheid = Pick("Eenheid")


class NewUnit(Form):
    """A new unit."""

    kind = Pick("Soort", validators=[DataRequired("Kies een soort.")])
    code = Text("Code", validators=[DataRequired("Vul een code in, zoals VR17.")])
    name = _name()
    short = Text(
        "Korte naam",
        validators=[
            DataRequired("Vul een korte naam in."),
            Length(max=units.SHORT_LENGTH, message="De korte naam is te lang. Kort de naam in."),
        ],
    )
    valid_from = _from("Bestaat vanaf")
    valid_until = _until("Bestaat tot (niet verplicht)")
    row = Number("Rij op de tegelkaart (niet verplicht)")
    column = Number("Kolom op de tegelkaart (niet verplicht)")

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields, the period, and that a place on the map is whole."""
        return whole_tile(self, _period(self, super().validate(extra_validators)))


class NewName(Form):
    """Another name, from a day on."""

    name = _name()
    short = Text(
        "Korte naam",
        validators=[
            DataRequired("Vul een korte naam in."),
            Length(max=units.SHORT_LENGTH, message="De korte naam is te lang. Kort de naam in."),
        ],
    )
    valid_from = _from("Deze naam geldt vanaf")


class Existence(Form):
    """Until when a unit exists, and where it stands on the map."""

    valid_until = _until("Bestaat tot (niet verplicht)")
    row = Number("Rij op de tegelkaart (niet verplicht)")
    column = Number("Kolom op de tegelkaart (niet verplicht)")

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields, and that a place on the map is whole."""
        return whole_tile(self, super().validate(extra_validators))


class NewLink(Form):
    """What a unit belongs to, from when until when."""

    parent = Pick("Hoort bij", validators=[DataRequired("Kies een eenheid.")])
    valid_from = _from()
    valid_until = _until()
    note = TextAreaField(
        "Opmerking (niet verplicht)", validators=[Length(max=1000, message="Kort de opmerking in.")]
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields, and that the period is not empty."""
        return _period(self, super().validate(extra_validators))


class ChangedLink(Form):
    """Until when a link holds."""

    valid_until = _until()
    note = TextAreaField(
        "Opmerking (niet verplicht)", validators=[Length(max=1000, message="Kort de opmerking in.")]
    )


class Empty(Form):
    """A button and nothing else; a refusal stands above it."""


def whole_tile(form: NewUnit | Existence, good: bool) -> bool:
    """Refuse half a place on the tile map, or one that does not begin at 1."""
    for field, other in ((form.row, form.column), (form.column, form.row)):
        if field.errors:
            continue
        if field.data == 0:
            field.errors, good = ["Tel vanaf 1."], False
        elif field.data is None and other.data is not None:
            field.errors, good = ["Vul de rij en de kolom in, of geen van beide."], False
    return good


def tile(form: NewUnit | Existence) -> units.Tile | None:
    """The place on the map that a good form names."""
    if form.row.data is None or form.column.data is None:
        return None
    return units.Tile(form.row.data, form.column.data)
