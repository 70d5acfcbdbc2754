"""Sending a post again that came after its sender was logged out."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_security import current_user
from werkzeug.datastructures import CombinedMultiDict, ImmutableMultiDict, MultiDict
from werkzeug.wrappers import Response

from app import auth, database
from app.auth import SIGNED_IN, requires
from app.extensions import db
from app.holding import is_held
from surveys import holding, questionnaire
from surveys.acting import now
from surveys.errors import NotYours
from surveys.measurements import instrument_of
from surveys.models import Dossier, HeldPost
from surveys.questions import SPECIALS

blueprint = Blueprint("replay", __name__)

LEAVES = frozenset({"verder", "terug"})
"""What buttons do that lead to another page; who was away begins where he was."""
NOT_TYPED = frozenset({"doen", "terug", "gezien", "rol"})
"""Fields of a post that no person fills in."""
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
    asked = auth.ask_again(endpoint)
    if asked is not None:
        return asked
    db.session.rollback()  # on SQLite a page that is asked for has begun as a reader
    with database.writing():
        try:
            auth.admit(auth.permission_of(current_app, endpoint), arguments)
        except NotYours:
            return _no_longer(post_id)
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


def _no_longer(post_id: int) -> tuple[str, int]:
    """Show what somebody typed who may not save it any more, to copy: it is his own, and goes nowhere."""
    db.session.rollback()
    post = holding.by_id(db.session(), post_id, current_user.id, now())
    assert post is not None  # it was there a moment ago, in the same request
    return render_template("fill_in/no_longer.html", post_id=post.id, typed=_typed(post)), 403


def _typed(post: HeldPost) -> list[tuple[str, list[str]]]:
    """What was typed and chosen in a post, in words, by question; what is about none stands first."""
    dossier = db.session.get_one(Dossier, post.dossier_id)
    instrument = instrument_of(dossier.pinned)
    anchors = {f"{anchor}-": code for code, anchor in questionnaire.anchors(instrument).items()}
    found: dict[str, list[str]] = {"": []}
    for name, text in post.fields:
        if not text.strip() or name in NOT_TYPED or name.endswith(("-version", "-theirs")):
            continue
        # of two that fit, the longer is the question: 1.1 is where 1.1-2 begins too
        anchor = max((each for each in anchors if name.startswith(each)), key=len, default="")
        code = anchors.get(anchor, "")
        part = name.removeprefix(anchor)
        labels = {**(instrument.questions[code].labels if code else {}), **SPECIALS}
        box = SPECIALS.get(part)
        said = box or (labels.get(text, text) if part.startswith("answer") else text)
        found.setdefault(code, []).append(said)
    return [(code, texts) for code, texts in found.items() if texts]


def _as_if_sent(fields: MultiDict[str, str]) -> None:
    """Let the request at hand hold this form."""
    action = fields.get("doen", "").partition(":")[0]
    if action in LEAVES:
        fields["doen"] = "blijf"
    form = ImmutableMultiDict(fields.items(multi=True))
    held: dict[str, Any] = request._get_current_object().__dict__  # type: ignore[attr-defined]
    held["form"], held["files"] = form, ImmutableMultiDict()
    held["values"] = CombinedMultiDict([request.args, form])
