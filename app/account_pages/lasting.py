"""How long the session still lasts, and extending it."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.account_pages import blueprint
from app.auth import SIGNED_IN, requires
from app.sessions import leaves_session


@blueprint.get("/sessie")
@requires(SIGNED_IN)
@leaves_session
def left() -> tuple[str, int]:
    """Say in a header how long the session still lasts, without extending it."""
    return "", 204


@blueprint.post("/sessie")
@requires(SIGNED_IN)
def extend() -> Response | tuple[str, int]:
    """Stay logged in: as any other request does."""
    if request.headers.get("HX-Request"):
        return "", 204
    return redirect(url_for("home.start"), 303)
