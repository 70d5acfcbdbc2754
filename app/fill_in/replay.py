"""Sending a post again that came after its sender was logged out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, request, session, url_for
from flask_security import current_user
from werkzeug.datastructures import CombinedMultiDict, ImmutableMultiDict, MultiDict
from werkzeug.wrappers import Response

from app import auth, database
from app.auth import SIGNED_IN, requires
from app.extensions import db
from app.holding import is_held
from surveys import holding
from surveys.acting import now
from surveys.models import HeldPost

blueprint = Blueprint("replay", __name__)

LEAVES = frozenset({"verder", "terug"})
"""What buttons do that lead to another page; who was away begins where he was."""
NOTHING = "Er staat voor u niets meer klaar om alsnog op te slaan."
"""Said to somebody else who logs in there too: whether there was something is nobody's business."""


@blueprint.get("/alsnog/<token>")
@requires(SIGNED_IN)
def resume(token: str) -> Response | tuple[str, int]:
    """Send again what this browser sent too late, if it is this person's; else begin at the beginning."""
    post = holding.by_key(db.session(), token, current_user.id, now())
    return _nothing() if post is None else _send(post)


@blueprint.post("/alsnog")
@requires(SIGNED_IN)
def offered() -> Response | tuple[str, int]:
    """Send again what waits for this person, or throw it away: `welke` says which."""
    chosen = request.form.get("welke", "")
    post = None
    if chosen.isascii() and chosen.isdecimal():
        post = holding.by_id(db.session(), int(chosen[:9]), current_user.id, now())
    if post is None:
        return _nothing()
    if request.form.get("doen") == "weg":
        holding.drop(db.session(), post)
        db.session.commit()
        flash("Wat u had ingevuld, is weggegooid.", "success")
        return redirect(url_for("home.start"), 303)
    return _send(post)


def _nothing() -> Response:
    flash(NOTHING)
    return redirect(url_for("home.start"), 303)


def _send(post: HeldPost) -> Response | tuple[str, int]:
    """Do what the post asked for, by the view that it was for, as whoever is logged in now.

    Its rights and the versions that it saw are checked as always. What can't be saved is shown as the view
    shows it, and waits on.
    """
    endpoint, arguments, post_id = post.endpoint, holding.view_of(post), post.id
    fields, files = MultiDict((name, text) for name, text in post.fields), holding.files_of(post)
    if not is_held(endpoint):
        abort(404)
    db.session.rollback()  # on SQLite a page that is asked for has begun as a reader
    with database.writing():
        auth.admit(auth.permission_of(current_app, endpoint), arguments)
        g.held = post_id
        _as_if_sent(fields)
        said = session.pop("_flashes", None)
        answer = current_app.view_functions[endpoint](**arguments)
        if not isinstance(answer, Response):
            return answer  # type: ignore[return-value]  # a page, with its status
        session.pop("_flashes", None)
        if said:
            session["_flashes"] = said
        sent = holding.by_id(db.session(), post_id, current_user.id, now())
        if sent is not None:
            holding.drop(db.session(), sent)
        db.session.commit()
    flash("Wat u had ingevuld, is alsnog opgeslagen.", "success")
    if files:
        flash("Een bestand dat u had gekozen, kon niet worden bewaard. Kies het opnieuw.")
    return answer


def _as_if_sent(fields: MultiDict[str, str]) -> None:
    """Let the request at hand hold this form."""
    action = fields.get("doen", "").partition(":")[0]
    if action in LEAVES:
        fields["doen"] = "blijf"
    form = ImmutableMultiDict(fields.items(multi=True))
    held: dict[str, Any] = request._get_current_object().__dict__  # type: ignore[attr-defined]
    held["form"], held["files"] = form, ImmutableMultiDict()
    held["values"] = CombinedMultiDict([request.args, form])
