"""The forms about sources."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, FileField, HiddenField
from wtforms.validators import DataRequired, Optional

from app.manage.forms import Day, Empty, Form, Pick, Text, Words, most
from surveys import sources

__all__ = ["Citing", "Empty", "Source"]


class Source(Form):
    """A source, and a file with a copy of it."""

    title = Text("Titel", validators=[DataRequired("Vul de titel in."), most(sources.TITLE_LENGTH)])
    kind = Pick("Soort")
    origin = Text("Herkomst (niet verplicht)", validators=[most(sources.ORIGIN_LENGTH)])
    dated = Day("Datum van het stuk (niet verplicht)", validators=[Optional()])
    held = Text("Waar het ligt (niet verplicht)", validators=[most(sources.HELD_LENGTH)])
    note = Words("Notitie (niet verplicht)", validators=[most(sources.NOTE_LENGTH)])
    file = FileField("Bestand (niet verplicht)")
    drop_file = BooleanField("Het bestand verwijderen")
    version = HiddenField()

    def __init__(self, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        self.kind.choices = list(sources.KINDS.items())


class Citing(Form):
    """For which unit (or the country) and factor a source is cited, and where in it."""

    unit = Pick("Bij welk dossier")
    factor = Pick("Factor")
    page = Text("Bladzijde (niet verplicht)", validators=[most(sources.PAGE_LENGTH)])
    note = Words("Notitie (niet verplicht)", validators=[most(sources.NOTE_LENGTH)])
