"""The forms about a point: what it is, what was answered to it, what was decided about it later."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField
from wtforms.validators import DataRequired, InputRequired, Optional

from app.extensions import db
from app.manage.forms import Day, Form, Number, Pick, Text, Words, most
from surveys.acting import today
from surveys.errors import Refused
from surveys.follow_up import asking, kinds, points, schemes
from surveys.follow_up.points import (
    MOST_DAYS,
    NAME_LENGTH,
    NUMBER_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    WORDS_LENGTH,
    Details,
    Later,
    PointInfo,
    Response,
)
from surveys.models import Origin, Unit

CLASS = "indeling_"
"""What stands before the code of a scheme in the name of its field."""


class PointForm(Form):
    """What a point is. Only its kind, title, text and addressee are needed."""

    kind = Pick("Wat voor punt is dit?", validators=[DataRequired("Kies wat voor punt dit is.")])
    title = Text("Titel", validators=[DataRequired("Vul een titel in."), most(TITLE_LENGTH)])
    text = Words("Tekst", validators=[DataRequired("Vul de tekst van het punt in."), most(TEXT_LENGTH)])
    addressee = Text(
        "Voor wie is het?", validators=[DataRequired("Vul in voor wie het punt is."), most(NAME_LENGTH)]
    )
    unit = Pick("Eenheid in Meetlat (niet verplicht)")
    origin = Pick("Uit welke bron komt het? (niet verplicht)")
    number = Text("Nummer in die bron (niet verplicht)", validators=[most(NUMBER_LENGTH)])
    parent = Pick("Onder welk punt staat het? (niet verplicht)")
    owner = Text("Wie is verantwoordelijk? (niet verplicht)", validators=[most(NAME_LENGTH)])
    executor = Text("Wie voert het uit? (niet verplicht)", validators=[most(NAME_LENGTH)])
    supervisor = Text("Wie houdt toezicht? (niet verplicht)", validators=[most(NAME_LENGTH)])
    due_on = Day("Termijn (niet verplicht)", validators=[Optional()])
    due_words = Text("Termijn in woorden (niet verplicht)", validators=[most(WORDS_LENGTH)])
    remind_days = Number(
        "Hoeveel dagen van tevoren herinneren?", validators=[InputRequired("Vul een aantal dagen in.")]
    )
    nature = Pick("No regret of richtinggevend (niet verplicht)")
    questions = Text("Vragen die meten wat ervan komt (niet verplicht)")
    fictief = BooleanField("Dit punt is verzonnen, bijvoorbeeld om te oefenen")
    versie = HiddenField()

    def __init__(self, point: PointInfo | None = None, **values: Any) -> None:
        """`point`: what is changed, None for a new one; `values` fills in the form."""
        super().__init__(**values)
        session = db.session()
        classes = point.classes if point else {}
        self.kind.choices = [("", "Kies een soort"), *kinds.KINDS.items()]
        self.unit.choices = [("", "Geen"), *units_of_today(session, point.unit_id if point else None)]
        self.origin.choices = [("", "Geen"), *_origins(session)]
        self.parent.choices = [("", "Geen"), *_parents(session, point)]
        self.nature.choices = [("", "Geen van beide"), *kinds.NATURES.items()]
        for code, scheme in schemes.schemes(session).items():
            self[CLASS + code].label.text = f"{scheme.title} (niet verplicht)"
            self[CLASS + code].choices = [
                ("", "Geen"),
                *(
                    (each, scheme.label(each))
                    for each, value in scheme.values.items()
                    if not value.retired or each == classes.get(code)
                ),
            ]

    @property
    def classes(self) -> list[Any]:
        """The fields of the schemes, in their order."""
        return [self[CLASS + code] for code in schemes.codes()]

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields, and that the questions are there."""
        good = super().validate(extra_validators)
        if (self.remind_days.data or 0) > MOST_DAYS and not self.remind_days.errors:
            self.remind_days.errors = [f"Vul 0 tot en met {MOST_DAYS} dagen in."]
            good = False
        try:
            self._asked = asking.read(db.session(), self.questions.data or "")
        except Refused as refusal:
            self.questions.errors, good = [*self.questions.errors, str(refusal)], False
        return good

    @property
    def details(self) -> Details:
        """What was filled in, of a form that is good."""
        return Details(
            kind=self.kind.data,
            title=self.title.data,
            text=self.text.data,
            addressee=self.addressee.data,
            number=self.number.data,
            unit_id=_id(self.unit),
            parent_id=_id(self.parent),
            origin_id=_id(self.origin),
            owner=self.owner.data,
            executor=self.executor.data,
            supervisor=self.supervisor.data,
            due_on=self.due_on.data,
            due_words=self.due_words.data,
            remind_days=self.remind_days.data or 0,
            nature=self.nature.data or None,
            classes={code: self[CLASS + code].data for code in schemes.codes() if self[CLASS + code].data},
            questions=self._asked,
            fictief=self.fictief.data,
        )


for _code in schemes.codes():  # the schemes are data, and each has a field
    setattr(PointForm, CLASS + _code, Pick(_code))


class ResponseForm(Form):
    """What was answered to a point."""

    taken = Pick("Is het punt overgenomen?")
    by = Text("Wie reageerde?", validators=[most(NAME_LENGTH)])
    on = Day("Op welke dag? (niet verplicht)", validators=[Optional()])
    words = Words("De reactie in woorden (niet verplicht)", validators=[most(TEXT_LENGTH)])
    versie = HiddenField()

    def __init__(self, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        self.taken.choices = [("", "Nog geen reactie"), *kinds.RESPONSES.items()]

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields, and that nothing is filled in of a response that there is not."""
        good = super().validate(extra_validators)
        return _whole(self.taken, self.by, [self.on, self.words], "wie heeft gereageerd") and good

    @property
    def response(self) -> Response | None:
        """What was filled in; None for no response."""
        if not self.taken.data:
            return None
        return Response(self.taken.data, self.by.data, self.on.data, self.words.data)


class LaterForm(Form):
    """What was decided later about a directional recommendation."""

    decision = Pick("Wat is er besloten?")
    by = Text("Wie besloot dit?", validators=[most(NAME_LENGTH)])
    on = Day("Op welke dag? (niet verplicht)", validators=[Optional()])
    versie = HiddenField()

    def __init__(self, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        self.decision.choices = [("", "Nog geen besluit"), *kinds.LATER.items()]

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields, and that nothing is filled in of a decision that there is not."""
        good = super().validate(extra_validators)
        return _whole(self.decision, self.by, [self.on], "wie dit heeft besloten") and good

    @property
    def later(self) -> Later | None:
        """What was filled in; None for no decision."""
        return Later(self.decision.data, self.by.data, self.on.data) if self.decision.data else None


def values_of(point: PointInfo) -> dict[str, Any]:
    """A point as it fills in `PointForm`."""
    return {
        "kind": point.kind,
        "title": point.title,
        "text": point.text,
        "addressee": point.addressee,
        "unit": str(point.unit_id or ""),
        "origin": str(point.origin.id) if point.origin else "",
        "number": point.number,
        "parent": str(point.parent_id or ""),
        "owner": point.owner,
        "executor": point.executor,
        "supervisor": point.supervisor,
        "due_on": point.due_on,
        "due_words": point.due_words,
        "remind_days": point.remind_days,
        "nature": point.nature or "",
        "questions": asking.shown(db.session(), point.questions),
        "fictief": point.fictief,
        "versie": str(point.version),
        **{CLASS + scheme: code for scheme, code in point.classes.items()},
    }


def values_under(point: PointInfo) -> dict[str, Any]:
    """How the form of a measure under a point begins."""
    return {
        "kind": kinds.MEASURE,
        "addressee": point.addressee,
        "unit": str(point.unit_id or ""),
        "parent": str(point.id),
        "supervisor": point.supervisor,
        "fictief": point.fictief,
        "remind_days": point.remind_days,
        **{CLASS + scheme: code for scheme, code in point.classes.items()},
    }


def _whole(chosen: Pick, by: Text, others: list[Any], who: str) -> bool:
    """Refuse a choice without a name, and whatever is filled in without a choice."""
    if chosen.data and not (by.data or "").strip():
        by.errors = [*by.errors, f"Vul in {who}."]
        return False
    if not chosen.data and any(field.data for field in (by, *others)):
        chosen.errors = [*chosen.errors, "Maak een keuze, of maak de andere velden leeg."]
        return False
    return True


def _id(field: Pick) -> int | None:
    return int(field.data) if field.data else None


def units_of_today(session: Session, had: int | None = None) -> list[tuple[str, str]]:
    """The units of today, and the one with the id `had`, to choose from."""
    rows = session.scalars(select(Unit).order_by(Unit.kind.desc(), Unit.code))
    day = today()
    return [
        (str(row.id), f"{row.code} {row.name}")
        for row in rows
        if row.id == had or (row.valid_from <= day and (row.valid_until is None or day < row.valid_until))
    ]


def _origins(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(
        select(Origin.id, Origin.title).where(Origin.removed.is_(False)).order_by(Origin.title, Origin.id)
    )
    return [(str(number), title) for number, title in rows]


def _parents(session: Session, point: PointInfo | None) -> list[tuple[str, str]]:
    """The points that another can stand under: all but itself and what stands under it."""
    every = points.listed(session)
    below = {each.id for each in points.below(every, {point.id})} if point else set()
    return [(str(each.id), f"{each.kind_label}: {each.called}") for each in every if each.id not in below]
