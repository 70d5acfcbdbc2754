"""What forms share that take one step with something: seeing who came first, and making a point of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from flask import abort, flash, redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import DataRequired, Optional

from app.extensions import db
from app.follow_up import here
from app.follow_up.desk import begun
from app.manage.forms import Day, Form, Pick, Text, Words, most
from app.manage.steps import LARGEST_ID, answer, take
from surveys.errors import ChangedMeanwhile
from surveys.follow_up import kinds
from surveys.follow_up.points import NAME_LENGTH, TEXT_LENGTH, TITLE_LENGTH, Details

Page = str | Response | tuple[str, int]
TEMPLATE = "follow_up/step.html"


class Versioned(Protocol):
    """Something of which every change is a version."""

    @property
    def version(self) -> int:
        """The version that it is at."""


class Numbered(Versioned, Protocol):
    """Such a thing that has a number, and may be made up."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def fictief(self) -> bool:
        """Whether it is made up."""


Seen = TypeVar("Seen", bound=Numbered)


class StepForm(Form):
    """A form about something as it was seen, in the version that it names."""

    versie = HiddenField()


class BornForm(StepForm):
    """The point that is made of something: what it needs at least, the rest is filled in at the point."""

    kind = Pick("Wat voor punt is dit?", validators=[DataRequired("Kies wat voor punt dit is.")])
    title = Text("Titel", validators=[DataRequired("Vul een titel in."), most(TITLE_LENGTH)])
    text = Words("Tekst", validators=[DataRequired("Vul de tekst van het punt in."), most(TEXT_LENGTH)])
    addressee = Text(
        "Voor wie is het?", validators=[DataRequired("Vul in voor wie het punt is."), most(NAME_LENGTH)]
    )
    due_on = Day("Termijn (niet verplicht)", validators=[Optional()])

    def __init__(self, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        self.kind.choices = [("", "Kies een soort"), *kinds.KINDS.items()]

    def details(self, unit_id: int | None, fictief: bool) -> Details:
        """What was filled in, of a form that is good, for a unit."""
        return Details(
            kind=self.kind.data,
            title=self.title.data,
            text=self.text.data,
            addressee=self.addressee.data,
            unit_id=unit_id,
            due_on=self.due_on.data,
            fictief=fictief,
        )


BORN_HINTS = {
    "title": "Kort: zo staat het punt in lijsten.",
    "addressee": "Een persoon of organisatie, zoals Commandant NLD JFC.",
}


def stepped(
    form: StepForm,
    step: Callable[[], object],
    read: Callable[[], Versioned | None],
    *,
    done: str,
    to: str,
    template: str = TEMPLATE,
    **values: Any,
) -> Page:
    """The page of a form that takes a step; once it is taken, the page `to`.

    `read` gives what it is about as it is now, None for something new. When a colleague was first, that is
    shown beside what was typed (409), and sending it again holds for what is shown.
    """
    late = False
    if form.validate_on_submit():

        def whole() -> bool:
            step()
            return True

        try:
            if take(form, whole):
                flash(done, "success")
                return redirect(to, 303)
        except ChangedMeanwhile as refusal:
            db.session.rollback()
            late = True
            form.form_errors.append(str(refusal))
            now = read()
            form.versie.data = str(now.version) if now else ""
    page = answer(template, form, each=read(), late=late, back=to, **values)
    return (page[0], 409) if late else page


def seen_as(found: Versioned, **values: Any) -> Any:
    """What a form begins with that is about something as it is now; None when it was sent."""
    return begun({**values, "versie": str(found.version)})


@dataclass(frozen=True)
class Steps(Generic[Seen]):
    """The steps that things of one kind can take.

    `read` gives one by its number, None for one that is not there; `place` is where its page is, `about` what
    the template calls its kind.
    """

    read: Callable[[Session, int], Seen | None]
    place: Callable[[int], str]
    about: str

    def found(self, number: int) -> Seen:
        """The one with this number, or 404. The page then says whether it is made up."""
        found = (self.read(db.session(), number) if number <= LARGEST_ID else None) or abort(404)
        here.mark(more=[found.fictief])
        return found

    def page(self, form: StepForm, found: Seen, step: Callable[[], object], **values: Any) -> Page:
        """The page of a form that takes a step with one, as `stepped` gives it."""
        return stepped(
            form,
            step,
            lambda: self.found(found.id),
            to=self.place(found.id),
            about=self.about,
            **values,
        )
