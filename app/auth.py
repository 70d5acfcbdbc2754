"""Who is asking, and may they: every view names what it needs, and what names nothing is denied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response as BaseResponse

from app import confirming, holding, second_factor, sessions, trail
from app.confirming import FRESH
from app.extensions import db
from surveys import directory, overview
from surveys.acting import By, today
from surveys.errors import NotYours
from surveys.models import Assignment, Dossier
from surveys.permissions import PERMISSIONS, holders

OPEN = "open"
"""Anybody may see it, logged in or not."""
SIGNED_IN = "signed_in"
"""Anybody who is logged in."""

View = TypeVar("View", bound=Callable[..., object])

LIBRARY_VIEWS: dict[str, str] = {
    "static": OPEN,
    "security.login": OPEN,
    "security.logout": SIGNED_IN,
    "security.forgot_password": OPEN,
    "security.reset_password": OPEN,
    "security.change_password": SIGNED_IN,
}
"""What the views need that are not ours."""


def requires(permission: str, *, fresh: bool | timedelta = False) -> Callable[[View], View]:
    """Mark a view with what it needs: OPEN, SIGNED_IN, or a permission of `surveys.permissions`.

    `fresh`: whoever asks showed at most so long ago who they are (True: `FRESH`), or is asked to do so again.

    A permission about a dossier needs `<meting>` and `<eenheid>` in the view's address; the view then finds
    the dossier in `g.dossier`. One about a unit needs `<eenheid>`, and leaves it in `g.unit`. Raises KeyError
    for a permission that no role has.
    """
    if permission not in {OPEN, SIGNED_IN} and permission not in PERMISSIONS:
        raise KeyError(permission)

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        view.fresh = FRESH if fresh is True else fresh or None  # type: ignore[attr-defined]
        return view

    return mark


def permission_of(app: Flask, endpoint: str) -> str | None:
    """What a view needs; None when it does not say."""
    if endpoint in LIBRARY_VIEWS:
        return LIBRARY_VIEWS[endpoint]
    return getattr(app.view_functions[endpoint], "permission", None)


def fresh_of(app: Flask, endpoint: str) -> timedelta | None:
    """How long ago at most somebody showed who they are, for a view that asks it; else None."""
    return getattr(app.view_functions[endpoint], "fresh", None)


def init_app(app: Flask) -> None:
    """Guard every request, and log what goes out."""
    app.before_request(lambda: guard(app))
    trail.init_app(app)


def guard(app: Flask) -> BaseResponse | None:
    """Let a request through, send it to the log-in page, or refuse it (403; 404 for what does not exist).

    Who has yet to take a second step is sent there; a post of a questionnaire is kept until that is done.
    """
    if _has_null():
        abort(400)
    if request.endpoint is None:
        return None  # no such address: the error page says so
    permission = permission_of(app, request.endpoint)
    if permission == OPEN:
        return None
    if not current_user.is_authenticated:
        return to_login()
    if (first := second_factor.ahead(request.endpoint)) is not None:
        return holding.rescue() or _lead(first, 401)
    if permission != SIGNED_IN:
        admit(permission, request.view_args or {})
    return ask_again(request.endpoint)


def ask_again(endpoint: str) -> BaseResponse | None:
    """Ask whoever is logged in who they are, when the view wants to know that and it was too long ago."""
    within = fresh_of(current_app, endpoint)
    if within is None:
        return None
    if request.method == "POST":
        return confirming.ask(within)
    return to_confirm() if confirming.is_needed(within) else None


def admit(permission: str | None, arguments: Mapping[str, Any]) -> None:
    """Let the person who asks do something, or raise NotYours (or 403; 404 for a dossier that is not there).

    Leaves the dossier (or the unit) and the assignments that allow it in `g`.
    """
    if permission is None:
        abort(403)
    unit_id = None
    if permission.startswith("dossier."):
        g.dossier = find_dossier(arguments["meting"], arguments["eenheid"])
        unit_id = g.dossier.unit_id
    elif permission.startswith("unit."):
        g.unit = directory.unit_by_code(db.session(), arguments["eenheid"]) or abort(404)
        unit_id = g.unit.id
    held = held_by_me(permission, unit_id)
    if not held:
        raise NotYours()
    g.assignments = held


def _has_null() -> bool:
    """Whether a null character came in where none belongs; PostgreSQL can't even look for one.

    The forms of answers take it out themselves, because what was typed with it must not be lost; passwords
    never reach the database as they are, and have words of their own for it.
    """
    sent = [*request.args.items(multi=True)]
    if request.blueprint != "fill_in":
        sent += request.form.items(multi=True)
    if request.endpoint != "security.reset_password":  # a link that nobody was given: its view says so
        sent.append(("path", request.path))
    return any("\x00" in text for name, text in sent if "password" not in name)


def to_login() -> BaseResponse:
    """Send somebody to the log-in page, to come back here afterwards; after a post, to the page it was on.

    A post of a questionnaire is kept meanwhile, and sent again.
    """
    kept = holding.rescue()
    if kept is not None:
        return kept
    back = request.full_path if request.method == "GET" else (request.referrer or "/")
    return _lead(url_for("security.login", next=local(back)), 401)


def to_confirm() -> BaseResponse:
    """Send somebody to the page that asks who they are, to come back here afterwards."""
    back = local(request.referrer or "/")
    return _lead(url_for("session.confirm", next=local(request.full_path), back=back), 403)


def _lead(target: str, status: int) -> BaseResponse:
    if request.headers.get("HX-Request"):
        # a redirect would be followed by htmx and its page swapped into the form
        return Response(status=status, headers={"HX-Redirect": target})
    return redirect(target)


def local(address: str) -> str:
    """An address of ours as a path, where somebody can be sent; `/` for any other."""
    if address.startswith(request.host_url):
        address = "/" + address[len(request.host_url) :]
    if not address.startswith("/") or address[1:2] in {"/", "\\"}:
        return "/"
    return address.rstrip("?")


def find_dossier(measurement_code: str, unit_code: str) -> Dossier:
    """The dossier of a unit in a measurement, or 404."""
    dossier = overview.dossier_by_codes(db.session(), measurement_code, unit_code)
    if dossier is None:
        abort(404)
    return dossier


def held_by_me(permission: str, unit_id: int | None = None) -> list[Assignment]:
    """The assignments through which the person who asks may do something today."""
    person = sessions.person()
    if person is None or second_factor.missing():
        return []
    return holders(person.assignments, permission, unit_id, today())


def may(permission: str, unit_id: int | None = None) -> bool:
    """Whether the person who asks may do something; for templates and navigation."""
    return bool(held_by_me(permission, unit_id))


def acting(role: str | None = None) -> By:
    """The person who asks, in the assignment that let this request through: the first, or one in a role.

    Raises NotYours when none of those is in that role.
    """
    found = next((each for each in g.assignments if role in (None, each.role)), None)
    if found is None:
        raise NotYours()
    return By.through(found, remote=request.remote_addr)
