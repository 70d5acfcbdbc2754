"""Sessions in a browser: found in the database at each request, extended by most, ended in time.

The cookie is signed and holds a random key; the row that the key leads to (surveys/sessions.py) says whose
it is and whether it still holds. So a session can be ended from elsewhere, and a copy of a cookie is worth
nothing once its owner has logged out. See docs/decisions/018-sessions.md.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final, TypeVar

from flask import Flask, Response, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_security import current_user
from flask_security.utils import set_request_attr
from itsdangerous import BadSignature
from sqlalchemy.exc import SQLAlchemyError

from app import database, devices
from app.extensions import db
from surveys import sessions
from surveys.acting import By, now
from surveys.models import LoginSession, Person

REMAINING = "Meetlat-Session"
"""The header that says in how many seconds the session ends."""
WARNED = 120
"""So many seconds before its end a page warns."""
KEY: Final = "key"
"""What the key of a session is called in the cookie."""
UNKNOWN: Final = "unknown"
"""Why somebody is not logged in whose cookie leads to no session."""
CHANGED: Final = ["change"]
"""What the library says somebody used who chose another password: the old one, and the session goes on."""

View = TypeVar("View", bound=Callable[..., object])

logger = logging.getLogger(__name__)


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

    digest_method = staticmethod(hashlib.sha256)  # SHA-1 is what comes with Flask

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie along, unless this request leaves the session alone."""
        if not is_left():
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Keep sessions this way, and tell pages when they end."""
    app.session_interface = Sessions()
    app.context_processor(_for_pages)
    app.after_request(_tell)
    app.teardown_request(_note_seen)


def find_people(app: Flask) -> None:
    """Have the log-in library find who asks by the key of their session, and by nothing else.

    After the library is set up: it would take a token of its own in place of a session, which nothing ends.
    """
    app.login_manager.user_loader(_load)  # type: ignore[attr-defined]
    app.login_manager.request_loader(lambda _: None)  # type: ignore[attr-defined]


def person() -> Person | None:
    """Whoever asks, when they are logged in, as the person and not as what stands for him in a request.

    That stand-in looks up whose place it takes each time it is asked anything, and a page asks a lot.
    """
    found = current_user._get_current_object()
    return found if found.is_authenticated else None


def current() -> LoginSession | None:
    """The session of this request; None when nobody is logged in."""
    if person() is None:
        return None
    found: LoginSession | None = g.get("login_session")
    return found


def is_somebody() -> bool:
    """Whether the answer goes to somebody who is logged in, for what is added to it at the end.

    Who was found is not asked again whether that still holds: after a commit that takes a query.
    """
    return isinstance(current_user._get_current_object(), Person)


def why_over() -> str | None:
    """Why whoever asks is no longer logged in, as a code; None when they are, or never were."""
    if current_user.is_authenticated:
        return None
    found: str | None = g.get("session_over")
    return found


def begin(person: Person, how: Sequence[str]) -> LoginSession:
    """Begin a session for somebody who has just shown who they are, by these means; nothing is committed.

    Another session in this browser ends. Whoever chose another password goes on, with another key.
    """
    by = _by(person)
    found = sessions.find(db.session(), session[KEY]) if KEY in session else None
    earlier = found[0] if found is not None and sessions.over(found[0], by.at) is None else None
    if earlier is not None and earlier.person_id == person.id and list(how) == CHANGED:
        row, key = earlier, sessions.renew_key(db.session(), earlier, by.at)
    else:
        if earlier is not None:
            sessions.end(db.session(), earlier, sessions.REPLACED, by)
        device = devices.name(request.headers.get("User-Agent", ""))
        row, key = sessions.start(
            db.session(), person, how=how, address=request.remote_addr, device=device, at=by.at
        )
    session.permanent = True
    session[KEY] = key
    _hold(row)
    return row


def end(person: Person) -> None:
    """End the session of this request, whose log-out is being logged; nothing is committed."""
    key = session.pop(KEY, None)
    found = sessions.find(db.session(), key) if key else None
    if found is not None:
        sessions.end(db.session(), found[0], sessions.LOGOUT, _by(person))


def end_others(person: Person, why: str) -> None:
    """End every session of a person but the one of this request, if it is theirs; nothing is committed."""
    sessions.end_all(db.session(), person.id, why, _by(person), but=g.get("login_session"))


def confirmed() -> None:
    """Note that whoever asks has shown anew who they are, and commit it: what comes next may be refused.

    On SQLite a request that only reads does so within `database.writing()`, after a rollback.
    """
    row = current()
    assert row is not None  # the guard let nobody through who is not logged in
    sessions.confirm(db.session(), row, _by(current_user))
    db.session.commit()


def lasts(app: Flask) -> int:
    """How many seconds a session lasts after the last request."""
    return int(app.permanent_session_lifetime.total_seconds())


def remaining() -> int | None:
    """In how many seconds the session ends of whoever asks; None when nobody is logged in."""
    if not current_user.is_authenticated:
        return None
    left: timedelta = g.session_until - now()
    return max(0, min(_cookie_remaining(), int(left.total_seconds())))


def _cookie_remaining() -> int:
    """In how many seconds the cookie is too old, which this request renews or leaves alone."""
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


def _load(identity: str) -> Person | None:
    """Who asks, by the key in the cookie: one query, for the session and the person together."""
    found = sessions.find(db.session(), session[KEY]) if KEY in session else None
    if found is None:
        g.session_over = UNKNOWN
        return None
    row, person = found
    why = sessions.over(row, now())
    if why is not None:
        g.session_over = why
        return None
    if person.fs_uniquifier != identity or not person.active:
        g.session_over = UNKNOWN
        return None
    _hold(row)
    # what the library's own loader leaves behind
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", row.authenticated_at.timestamp())
    return person


def _hold(row: LoginSession) -> None:
    """Keep the session of this request at hand; what pages need of it also when the database is gone."""
    g.login_session, g.session_until = row, row.started_at + sessions.LASTS
    g.session_unseen = row.id if now() - row.seen_at >= sessions.SEEN_EVERY else None


def _note_seen(_: BaseException | None) -> None:
    """Write that the session was seen, now that the request is over; what fails can wait for the next one."""
    row_id = g.get("session_unseen")
    if row_id is None or is_left():
        return
    try:
        with database.writing():
            sessions.note_seen(db.engine, row_id, now())
    except SQLAlchemyError:
        logger.info("when a session was seen is not written", extra={"endpoint": request.endpoint})


def _by(person: Any) -> By:
    return By(person.id, None, None, None, now(), request.remote_addr)


def _for_pages() -> dict[str, object]:
    """When a page warns, and whether the end is near that no request puts off."""
    whole = lasts(current_app)
    left = remaining()
    seconds = whole if left is None else left
    return {"session_lasts": seconds, "session_ends": seconds < whole, "session_warned": WARNED}


def _tell(response: Response) -> Response:
    if request.headers.get("HX-Request"):
        seconds = remaining()
        if seconds is not None:
            response.headers[REMAINING] = str(seconds)
    return response
