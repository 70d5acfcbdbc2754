"""Where somebody starts: the own dossiers, the measurements; and what explains Meetlat."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_security import current_user

from app.abbreviations import MEANINGS
from app.auth import OPEN, SIGNED_IN, may, requires
from app.extensions import db
from app.home.start import measurements, tasks
from surveys import overview
from surveys.acting import today
from surveys.permissions import ROLES, Scope

blueprint = Blueprint("home", __name__)

EXPLAINED: dict[str, str] = {
    "ovr": "respondent",
    "contactpersoon": "respondent",
    "rmc": "rmc",
    "waarnemer": "waarnemer",
    "inspecteur": "inspecteur",
    "beheerder": "beheerder",
}
"""For each role the part of the explanation that is about it, in the order for who has no role."""


@blueprint.get("/")
@requires(SIGNED_IN)
def start() -> str:
    """The overview: what waits for this person."""
    day = today()
    held = [row for row in current_user.assignments if row.holds_on(day)]
    own = {
        row.unit_id
        for row in held
        if row.unit_id is not None and ROLES[row.role].may.get("dossier.view") is Scope.OWN
    }
    return render_template(
        "home/start.html",
        held=held,
        tasks=tasks(overview.dossiers_of(db.session(), own)),
        measurements=measurements(overview.measurements(db.session())) if may("picture.view") else [],
    )


@blueprint.get("/zo-werkt-het")
@requires(OPEN)
def how_it_works() -> str:
    """How Meetlat works, for each role; the own role first."""
    day = today()
    held = current_user.assignments if current_user.is_authenticated else []
    own = [EXPLAINED[row.role] for row in held if row.holds_on(day)]
    sections = dict.fromkeys([*own, *EXPLAINED.values()])
    return render_template("home/how_it_works.html", sections=list(sections), own=own)


@blueprint.get("/begrippen")
@requires(OPEN)
def glossary() -> str:
    """Abbreviations and terms, explained."""
    return render_template("home/glossary.html", abbreviations=MEANINGS)


@blueprint.get("/toegankelijkheid")
@requires(OPEN)
def accessibility() -> str:
    """The accessibility statement."""
    return render_template("home/accessibility.html")
