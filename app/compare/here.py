"""Where somebody is in a comparison: which measurement and questionnaire, compared with which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, request, url_for

from app import auth
from app.extensions import db
from app.picture.here import Here as PictureHere
from app.picture.here import find as find_picture
from app.picture.here import find_for
from exports.formats import FORMATS
from surveys.reports.compared import ALL, Compared, compared
from surveys.reports.source import UnitInfo, parents

SHOWN = ("toon", "sorteer", "brigade")
"""The parts of an address that say what the heatmap shows."""


@dataclass(frozen=True)
class Here:
    """The national picture that is compared, and what it is compared with."""

    picture: PictureHere
    found: Compared
    chosen: str | None

    def url(self, view: str, **values: Any) -> str:
        """The address of a page of the same comparison; a value of None leaves that part out."""
        values.setdefault("meting", self.picture.measurement.code)
        values.setdefault("eenheden", self.picture.kind)
        values.setdefault("met", self.chosen)
        return url_for(f"compare.{view}", **values)

    def shown(self, view: str, **values: Any) -> str:
        """The same with what the heatmap shows; `values` change some of it."""
        return self.url(view, **{**self.parts, **values})

    @property
    def parts(self) -> dict[str, str]:
        """What the heatmap is asked to show, without what is empty."""
        return {name: request.args[name] for name in SHOWN if request.args.get(name)}

    def files(self, view: str, **values: Any) -> dict[str, str]:
        """The addresses of a table as it is shown, by format."""
        return {form: self.shown(view, vorm=form, **values) for form in FORMATS}

    def parents(self) -> dict[str, UnitInfo]:
        """To which unit each unit belonged when the measurement began."""
        return parents(db.session(), self.picture.measurement)

    @property
    def others(self) -> list[tuple[str, str]]:
        """The other questionnaires of this measurement: label and address."""
        return [
            (choice.label, PictureHere(self.picture.counted, pin).kind or "")
            for choice, pin in zip(self.picture.choices, self.picture.counted.pins, strict=True)
            if not choice.current
        ]


def find(
    meting: str, *, factor: str | None = None, question: str | None = None, unit: str | None = None
) -> Here:
    """The comparison that the address asks for (`?met=`, `?eenheden=`); 404 for what does not exist.

    With the code of a `unit` it is of the questionnaire that the unit has.
    """
    if unit is None:
        picture = find_picture(meting, factor=factor, question=question)
    else:
        picture = find_for(meting, auth.find_dossier(meting, unit))
    chosen = request.args.get("met") or None
    try:
        found = compared(db.session(), picture.measurement, picture.pin.instrument, chosen)
    except KeyError:
        abort(404)
    return Here(picture, found, chosen)


def current(here: Here) -> str:
    """The code of what is compared with, for the form that chooses it."""
    if here.found.all:
        return ALL
    return here.found.before.measurement.code if here.found.before else ""
