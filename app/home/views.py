"""Where somebody starts: the own dossiers, the measurements; and what explains Meetlat."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_security import current_user

from app.auth import OPEN, SIGNED_IN, may, requires
from app.extensions import db
from app.glossary import listed
from app.home.corrected import corrected
from app.home.start import contacts, follow_up, measurements, reactions, tasks
from surveys import admissions, discussions, holding, offered, overview, retention, roles
from surveys.acting import now, today
from surveys.follow_up import signals, standing, terms
from surveys.permissions import ROLES, own_units

blueprint = Blueprint("home", __name__)
TALK = "dossier.discuss"
REACT = "dossier.react"
FOLLOW = "unit.follow"
PARTS = {part.code: part for part in roles.PARTS}
"""The parts of *Zo werkt het* about respondents, by their anchor."""


@blueprint.get("/")
@requires(SIGNED_IN)
def start() -> str:
    """The overview: what waits for this person."""
    day = today()
    held = [row for row in current_user.assignments if row.holds_on(day)]
    rows = overview.dossiers_of(db.session(), own_units(held, "dossier.view", day))
    talks = {unit: {row.role for row in held if row.unit_id == unit} for unit in own_units(held, TALK, day)}
    reacts = {unit: {row.role for row in held if row.unit_id == unit} for unit in own_units(held, REACT, day)}
    asked = [row for row in rows if row.unit_id in reacts]
    return render_template(
        "home/start.html",
        held=held,
        waiting=holding.waiting(db.session(), current_user.id, now()),
        tasks=tasks(rows, discussions.waiting(db.session(), rows, talks)),
        reactions=reactions(offered.asked(db.session(), asked, reacts), day) if asked else [],
        admissions=admissions.recent(db.session(), now()) if may("dossier.judge") else [],
        retained=retention.passed(db.session(), day) if may("retention.manage") else 0,
        terms=terms.counts(db.session(), day) if may("followup.manage") else None,
        reports=standing.waiting(db.session()) if may("followup.manage") else 0,
        followed=follow_up(db.session(), own_units(held, FOLLOW, day), day),
        contacts=contacts(db.session(), own_units(held, FOLLOW, day)),
        signals=signals.counts(db.session(), day) if may("followup.manage") else None,
        corrected=corrected(rows),
        measurements=measurements(overview.measurements(db.session())) if may("picture.view") else [],
    )


@blueprint.get("/zo-werkt-het")
@requires(OPEN)
def how_it_works() -> str:
    """How Meetlat works, for each role; the own role first."""
    day = today()
    held = current_user.assignments if current_user.is_authenticated else []
    own = [ROLES[row.role].explained for row in held if row.holds_on(day) and row.role in ROLES]
    sections = dict.fromkeys([*own, *(role.explained for role in ROLES.values())])
    return render_template("home/how_it_works.html", sections=list(sections), own=own, parts=PARTS)


@blueprint.get("/begrippen")
@requires(OPEN)
def glossary() -> str:
    """Words and abbreviations, explained; who is logged in also sees what inspectors made of them."""
    return listed()


@blueprint.get("/toegankelijkheid")
@requires(OPEN)
def accessibility() -> str:
    """The accessibility statement."""
    return render_template("home/accessibility.html")
