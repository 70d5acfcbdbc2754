"""Where one is logged in, and ending that elsewhere."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from app import sessions as here
from app.account_pages import blueprint
from app.auth import SIGNED_IN, requires
from app.extensions import db
from surveys import sessions
from surveys.acting import By, now
from surveys.models import LoginSession


@blueprint.get("/sessies")
@requires(SIGNED_IN)
def mine() -> str:
    """The sessions of whoever asks: device, address, since when, last seen."""
    return render_template("account/sessions.html", rows=_open(), own=here.current())


@blueprint.post("/sessies/<int:nummer>/beeindigen")
@requires(SIGNED_IN)
def end(nummer: int) -> Response:
    """End one of them; the one that asks ends by logging out. 404 for what is not one's own."""
    row = next((each for each in _open() if each.id == nummer), None) or abort(404)
    if row is here.current():
        abort(404)
    sessions.end(db.session(), row, sessions.LIST, _by())
    db.session.commit()
    flash(f"Op {row.device} bent u nu uitgelogd.", "success")
    return _back()


@blueprint.post("/sessies/andere/beeindigen")
@requires(SIGNED_IN)
def end_others() -> Response:
    """End all of them but the one that asks."""
    sessions.end_all(db.session(), current_user.id, sessions.LIST, _by(), but=here.current())
    db.session.commit()
    flash("U bent nu alleen nog hier ingelogd.", "success")
    return _back()


def _open() -> list[LoginSession]:
    return sessions.open_of(db.session(), current_user.id, now())


def _by() -> By:
    return By(current_user.id, None, None, None, now(), request.remote_addr)


def _back() -> Response:
    return redirect(url_for("session.mine"), 303)
