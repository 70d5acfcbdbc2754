"""Adding, changing and removing rows of follow-up: the same pages for every kind of row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from flask import abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField

from app.auth import acting
from app.extensions import db
from app.follow_up import here
from app.judge.factor import seen_version
from app.manage.forms import Form, Pick
from app.manage.steps import LARGEST_ID, answer, take
from surveys.errors import ChangedMeanwhile, Refused
from surveys.follow_up import means, points
from surveys.follow_up.basis import tenths
from surveys.follow_up.rows import MOST_POINTS, Rows

Page = str | Response | tuple[str, int]
Facts = Sequence[tuple[str, str]]
"""What a row says: what each part is called, and what it is."""
Filled = TypeVar("Filled", bound="RowForm")
FEWEST, SPARE = 2, 2
"""So many points can be chosen at least, and more than there are."""


class RowForm(Form):
    """A row. `hints` has a hint for some fields, `choices_of` what else can be chosen in a box of text."""

    hints: ClassVar[Mapping[str, str]] = {}
    points_legend: ClassVar[str] = ""
    choices_of: Mapping[str, Iterable[str]] = {}
    versie = HiddenField()

    @property
    def details(self) -> Any:
        """What was filled in."""
        raise NotImplementedError

    @property
    def points(self) -> list[Pick]:
        """The fields of the points that the row refers to, in order."""
        return [field for field in self if field.name.startswith("point_")]

    @property
    def others(self) -> list[Any]:
        """The other fields that people see."""
        apart = {"csrf_token", "versie", *(field.name for field in self.points)}
        return [field for field in self if field.name not in apart]

    @property
    def point_ids(self) -> tuple[int, ...]:
        """The points that were chosen."""
        return tuple(int(field.data) for field in self.points if field.data)


class People(StringField):
    """A number of people as they are typed (2,5); its data are tenths of full-time jobs."""

    data: Any  # as of the other fields: good once the form is

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number. Raises ValueError with what to do."""
        self.data = 0
        try:
            self.data = means.people(valuelist[0] if valuelist else None)
        except Refused as refusal:
            raise ValueError(str(refusal)) from refusal

    def _value(self) -> str:
        """What stands in the box: what was typed, else the number as it is read."""
        if self.raw_data:
            return str(self.raw_data[0])
        return means.number(self.data) if self.data else ""


class Share(StringField):
    """A percentage as people type it (33,3); its data are tenths of a percent."""

    data: Any  # as above

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the percentage. Raises ValueError with what to do."""
        self.data = None
        try:
            self.data = tenths(valuelist[0] if valuelist else None)
        except Refused as refusal:
            raise ValueError(str(refusal)) from refusal

    def _value(self) -> str:
        """What stands in the box, likewise."""
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else means.number(self.data)


@dataclass(frozen=True)
class Desk:
    """Where rows of one kind are added, changed and removed.

    `find` gives a row by its number, None for one that is not (any more) here. `form` makes the form, filled
    in with a row if one is given. `facts` tells a row. `noun` is what people call one, a word with *de*.
    `trail` are the crumbs above it, the page that one comes back to last; `new` is where one is added.
    """

    rows: Rows[Any, Any]
    find: Callable[[int], Any]
    form: Callable[[Any], RowForm]
    facts: Callable[[Any], Facts]
    noun: str
    trail: tuple[tuple[str, str], ...]
    new: str

    @property
    def back(self) -> str:
        """Where the rows are."""
        return self.trail[-1][1]

    def add(self) -> Page:
        """Add a row."""
        form = self.form(None)
        if form.validate_on_submit():
            made = take(form, lambda: self.rows.add(db.session(), form.details, by=acting()))
            if made is not None:
                return self._done("toegevoegd")
        return self._asked(form, "toevoegen")

    def change(self, number: int) -> Page:
        """Change a row; when a colleague was first, both are shown."""
        found = self._find(number)
        if found is None:
            return self._removed() if request.method == "POST" else abort(404)
        form, theirs = self.form(found), None
        if form.validate_on_submit():

            def step() -> bool:
                self.rows.change(db.session(), number, form.details, by=acting(), seen_version=seen_version())
                return True

            try:
                if take(form, step):
                    return self._done("gewijzigd")
            except ChangedMeanwhile as refusal:
                db.session.rollback()
                theirs = self._find(number)
                if theirs is None:
                    return self._removed()
                form.form_errors.append(str(refusal))
                form.versie.data = str(theirs.version)
        page = self._asked(form, "wijzigen", request.path, theirs)
        return (page[0], 409) if theirs else page

    def remove(self, number: int) -> Page:
        """Look at a row before it is taken out of its list, and take it out."""
        found, form, changed = self._find(number) or abort(404), Form(), False
        if form.validate_on_submit():

            def step() -> bool:
                self.rows.remove(db.session(), number, by=acting(), seen_version=seen_version())
                return True

            try:
                if take(form, step):
                    return self._done("verwijderd")
            except ChangedMeanwhile:
                db.session.rollback()
                changed = True
                form.form_errors.append(
                    f"Een collega heeft deze {self.noun} intussen gewijzigd. Hieronder staat hoe zij nu is."
                    " Wilt u haar nog steeds verwijderen?"
                )
            found = self._find(number) or abort(404)
        page = answer("follow_up/row_remove.html", form, desk=self, each=found, facts=self.facts(found))
        return (page[0], 409) if changed else page

    def _find(self, number: int) -> Any:
        return self.find(number) if number <= LARGEST_ID else None

    def _asked(self, form: RowForm, verb: str, action: str | None = None, theirs: Any = None) -> Any:
        return answer(
            "follow_up/row_form.html",
            form,
            desk=self,
            heading=f"{self.noun.capitalize()} {verb}",
            action=action or self.new,
            theirs=self.facts(theirs) if theirs else None,
        )

    def _removed(self) -> Page:
        """What was typed for a row that a colleague removed meanwhile, to be kept as a new one."""
        form = self.form(None)
        form.form_errors.append(
            f"Een collega heeft deze {self.noun} intussen verwijderd. Wat u invulde, staat hieronder."
            f" Met ‘{self.noun.capitalize()} bewaren’ komt het als nieuwe {self.noun} in de lijst."
        )
        heading = f"{self.noun.capitalize()} toevoegen"
        page = render_template(
            "follow_up/row_form.html", form=form, desk=self, heading=heading, action=self.new, theirs=None
        )
        return page, 409

    def _done(self, what: str) -> Response:
        flash(f"De {self.noun} is {what}.", "success")
        return redirect(self.back, 303)


def begun(values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a form begins with when it is asked for; None when it was sent, and tells what was typed."""
    return None if request.method == "POST" else values


def with_points(form: type[Filled], held: Sequence[int], values: Mapping[str, Any]) -> Filled:
    """A form that begins with `values`, with as many points to choose as were sent.

    When it is asked for: with the points that are `held`, and room for some more.
    """
    if request.method == "POST":
        places = sum(name.startswith("point_") for name in request.form)
    else:
        places = len(held) + SPARE
    places = min(max(places, FEWEST), MOST_POINTS)
    picks = {f"point_{place}": Pick(f"Punt {place}") for place in range(1, places + 1)}
    chosen = {f"point_{place}": str(number) for place, number in enumerate(held, start=1)}
    made: Filled = type(form.__name__, (form,), picks)(data=begun({**values, **chosen}))
    found = [each for each in points.listed(db.session()) if each.is_open or each.id in held]
    choices = [
        ("", "Geen"),
        *((str(each.id), f"{each.called} ({each.kind_label.lower()})") for each in found),
    ]
    for field in made.points:
        field.choices = choices
    return made


def asked_point() -> tuple[int, ...]:
    """The point that a new row is to refer to, when the address asks for one (`?punt=`)."""
    asked = request.args.get("punt", "")
    return (int(asked),) if asked.isascii() and asked.isdecimal() and int(asked) <= LARGEST_ID else ()


def mark(*shown: bool) -> None:
    """Let the page say that it shows made-up data when one of these is."""
    here.mark(more=shown)
