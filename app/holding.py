"""What somebody sends who is logged out, or is asked for a second step, is kept, and sent again later.

Every form of a questionnaire carries a pass: who got the page, and of which dossier, signed. A pass grants
nothing. When a post comes without a log-in that holds, the pass says whose it is; it then waits in the
database until that person has logged in, with all steps. See docs/decisions/007-presence-and-replay.md.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import TypeVar

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask_security import current_user
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response as BaseResponse

from app import keys
from app.extensions import db
from surveys import holding, overview
from surveys.acting import By, now
from surveys.models import Dossier, Person

PASS = "pas"
"""The field of a form that holds the pass."""
HELD = "alsnog"
"""The field that says which post is shown again: it is dropped once the page is saved."""
PASS_LIVES = timedelta(days=30)
"""A page that lay open longer than this is nobody's any more."""

View = TypeVar("View", bound=Callable[..., object])


def holds_posts(view: View) -> View:
    """Mark a view whose posts are kept and sent again: one that saves, and that a redirect ends well."""
    view.holds_posts = True  # type: ignore[attr-defined]
    return view


def is_held(endpoint: str | None) -> bool:
    """Whether posts to a view are kept."""
    view = current_app.view_functions.get(endpoint or "")
    return bool(getattr(view, "holds_posts", False))


def init_app(app: Flask) -> None:
    """Let forms carry a pass, and forget a post that was shown again and is saved."""
    app.template_global("post_pass")(post_pass)
    app.after_request(_settle)


def post_pass() -> str:
    """The pass of the dossier at hand for whoever is logged in."""
    return _signer().dumps([current_user.id, g.dossier.id])


def rescue() -> BaseResponse | None:
    """Keep the post at hand for the person whose page it came from, and lead on; None when it is nobody's.

    Leads to the log-in page, or at once to the post when somebody is logged in. A script that saves keeps
    what was typed on its own page, and is not helped here.
    """
    if request.method != "POST" or request.headers.get("HX-Request") or not is_held(request.endpoint):
        return None
    found = _owner()
    if found is None:
        return None
    person, dossier = found
    key = holding.hold(
        db.session(),
        dossier,
        person,
        endpoint=request.endpoint or "",
        arguments=request.view_args or {},
        fields=[
            (name.replace("\x00", ""), text.replace("\x00", ""))
            for name, text in request.form.items(multi=True)
            if name not in (PASS, HELD, current_app.config["WTF_CSRF_FIELD_NAME"])
        ],
        files=sum(bool(each.filename) for each in request.files.values()),
        by=By(None, None, None, None, now(), request.remote_addr),
    )
    db.session.commit()
    onward = url_for("replay.resume", token=key)
    if current_user.is_authenticated:
        return redirect(onward, 303)
    return redirect(url_for("security.login", next=onward), 303)


def _owner() -> tuple[Person, Dossier] | None:
    """Whose post this is, and of which dossier, if its pass says so and its address agrees."""
    if not _from_here() or "\x00" in request.path:
        return None
    try:
        person_id, dossier_id = _signer().loads(
            request.form.get(PASS, ""), max_age=int(PASS_LIVES.total_seconds())
        )
    except (BadData, TypeError, ValueError):
        return None
    arguments = request.view_args or {}
    dossier = overview.dossier_by_codes(
        db.session(), arguments.get("meting", ""), arguments.get("eenheid", "")
    )
    person = db.session.get(Person, person_id)
    if dossier is None or dossier.id != dossier_id or person is None or not person.active:
        return None
    return person, dossier


def _from_here() -> bool:
    """Whether a page of ours sent this: another site that came by a pass can do nothing with it."""
    own = request.host_url.rstrip("/")
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == own
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def _signer() -> URLSafeTimedSerializer:
    return keys.signer(current_app.config["SETTINGS"], keys.PASSES)


def _settle(response: Response) -> Response:
    """Drop the post that the page at hand showed again, now that everything on it is saved."""
    saved = request.method == "POST" and response.status_code == HTTPStatus.SEE_OTHER
    if not (saved and is_held(request.endpoint) and current_user.is_authenticated):
        return response
    sent = request.form.get(HELD, "")
    if sent.isascii() and sent.isdecimal():
        post = holding.by_id(db.session(), int(sent[:9]), current_user.id, now())
        if post is not None:
            holding.drop(db.session(), post)
            db.session.commit()
    return response
