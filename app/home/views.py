"""Where somebody starts: the own dossiers, the measurements; and what explains Meetlat."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_security import current_user

from app.auth import OPEN, SIGNED_IN, may, requires
from app.extensions import db
from surveys import overview
from surveys.acting import today
from surveys.permissions import ROLES, Scope

blueprint = Blueprint("home", __name__)


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
        dossiers=overview.dossiers_of(db.session, own),
        measurements=overview.measurements(db.session) if may("picture.view") else [],
    )


@blueprint.get("/zo-werkt-het")
@requires(OPEN)
def how_it_works() -> str:
    """How Meetlat works, for each role; the own role first."""
    day = today()
    roles = [row.role for row in current_user.assignments if row.holds_on(day)] if current_user.is_authenticated else []
    return render_template("home/how_it_works.html", roles=roles)


@blueprint.get("/begrippen")
@requires(OPEN)
def glossary() -> str:
    """Abbreviations and terms, explained."""
    return render_template("home/glossary.html")


@blueprint.get("/toegankelijkheid")
@requires(OPEN)
def accessibility() -> str:
    """The accessibility statement."""
    return render_template("home/accessibility.html")
