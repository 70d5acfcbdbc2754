"""How long somebody stays logged in: what extends a session, what leaves it alone, and when it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Flask, Response, current_app, redirect, request, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_security import current_user
from itsdangerous import BadSignature
from werkzeug.wrappers import Response as BaseResponse

from app.auth import SIGNED_IN, requires

REMAINING = "Meetlat-Session"
"""The header that says in how many seconds the session ends."""
WARNED = 120
"""So many seconds before its end a page warns."""

View = TypeVar("View", bound=Callable[..., object])

blueprint = Blueprint("session", __name__)


def leaves_session(view: View) -> View:
    """Mark a view that a page asks for by itself: it does not extend the session of whoever left it open."""
    view.leaves_session = True  # type: ignore[attr-defined]
    return view


def is_left() -> bool:
    """Whether this request leaves the session alone."""
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "leaves_session", False))


class Sessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie, which every request renews except those that nobody made by hand."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie along, unless this request leaves the session alone."""
        if not is_left():
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Keep sessions this way, and tell pages when they end."""
    app.session_interface = Sessions()
    app.context_processor(lambda: {"session_lasts": lasts(app), "session_warned": WARNED})
    app.after_request(_tell)


def lasts(app: Flask) -> int:
    """How many seconds a session lasts after the last request."""
    return int(app.permanent_session_lifetime.total_seconds())


def remaining() -> int | None:
    """In how many seconds the session ends of whoever asks; None when nobody is logged in."""
    if not current_user.is_authenticated:
        return None
    app = current_app
    whole = lasts(app)
    if not is_left():
        return whole
    reader = Sessions().get_signing_serializer(app)
    cookie = request.cookies.get(app.config["SESSION_COOKIE_NAME"], "")
    if reader is None:
        return whole
    try:
        _, at = reader.loads(cookie, return_timestamp=True)
    except BadSignature:
        return 0
    # the clock that the cookie was signed by
    clock: Any = reader.make_signer(reader.salt)
    return max(0, int(at.timestamp()) + whole - int(clock.get_timestamp()))


@blueprint.get("/sessie")
@requires(SIGNED_IN)
@leaves_session
def left() -> tuple[str, int]:
    """Say in a header how long the session still lasts, without extending it."""
    return "", 204


@blueprint.post("/sessie")
@requires(SIGNED_IN)
def extend() -> BaseResponse | tuple[str, int]:
    """Stay logged in: as any other request does."""
    if request.headers.get("HX-Request"):
        return "", 204
    return redirect(url_for("home.start"), 303)


def _tell(response: Response) -> Response:
    if request.headers.get("HX-Request"):
        seconds = remaining()
        if seconds is not None:
            response.headers[REMAINING] = str(seconds)
    return response
