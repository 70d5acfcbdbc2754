"""Ending what somebody is logged in with: for when another may have their password or computer."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from app import sessions as here
from app.auth import acting, requires
from app.extensions import db
from app.manage import blueprint
from app.manage.steps import find
from surveys import sessions
from surveys.models import Person


@blueprint.post("/mensen/<int:person_id>/uitloggen")
@requires("people.manage", fresh=True)
def end_sessions(person_id: int) -> Response:
    """Log somebody out everywhere; a beheerder who does so to themselves stays here."""
    person = find(Person, person_id)
    sessions.end_all(db.session(), person.id, sessions.ADMINISTRATOR, acting(), but=here.current())
    db.session.commit()
    here_too = person.id != current_user.id
    flash(f"{person.name} is overal uitgelogd{'' if here_too else ', behalve hier'}.", "success")
    return redirect(url_for("manage.person", person_id=person.id), 303)
