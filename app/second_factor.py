"""The second step of logging in, at the door: who still has to take it, and being let in after it.

A password (or an organisation's own log-in) comes first. Where the account has a second step, its owner is
not logged in yet: who it is waits in the cookie, for `PATIENCE`. Who is logged in with less than the account
asks, because the step is not set up yet or was not asked then, gets no further than the pages of this step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from flask import Flask, current_app, redirect, request, session, url_for
from flask_security import current_user, login_user
from flask_security.tf_plugin import TfPluginBase
from sqlalchemy import select
from werkzeug.wrappers import Response

from app import keys, sessions, trail
from app.config import Settings
from app.extensions import db, security
from surveys import log, people
from surveys.acting import AMSTERDAM, By, now, today
from surveys.models import Person
from surveys.one_time_codes import Safe
from surveys.second_factor import is_mandatory

PATIENCE: Final = timedelta(minutes=10)
"""So long after the password the second step can be taken."""
WAITS: Final = "second_step"
"""What the cookie calls who waits for it."""

AUTHENTICATOR: Final = "authenticator"
RECOVERY: Final = "recovery"
PASSKEY: Final = "webauthn"
"""What somebody can take the step with, as sessions and the log call it."""
OURS: Final = frozenset({AUTHENTICATOR, RECOVERY, PASSKEY})

ALWAYS: Final = frozenset({"security.logout", "session.left", "session.extend"})
"""Views that whoever is logged in may ask for before this step: they show and change nothing."""
CONFIRM: Final = "session.confirm"
"""Where somebody who took long to set it up shows again who they are. Not for who has to take the step: with
a password that is known, wrong codes would be forgotten there."""

SECRETS: Final = "secrets of authenticators"
"""What the key is for with which secrets are locked away."""

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True)
class Waiting:
    """Somebody who has to take the second step, and what they showed so far."""

    person: Person
    how: tuple[str, ...]


class SecondStep(TfPluginBase):  # type: ignore[misc]
    """How the log-in library learns who takes a second step, and sends them to it."""

    def create_blueprint(self, app: Flask, bp: object, state: object) -> None:
        """Our pages are registered as all our pages are."""

    def get_setup_methods(self, user: Any) -> list[tuple[str, str]]:
        """One way for whoever has set it up: our page, which offers what there is."""
        return [(WAITS, WAITS)] if user.second_factor_since else []

    def tf_login(self, user: Any, json_payload: dict[str, Any], next_loc: str | None) -> Response:
        """Let somebody whose password was right take the second step."""
        session.pop("tf_user_id", None)  # the library's own note; ours says more
        # where the library would go on to is its own page when nothing else was asked for
        return begin(user, ["password"], request.values.get("next"))


def before_library() -> None:
    """Keep the library's own pages for a second step away, also from another application in this process."""
    security.support_mfa = False


def after_library() -> None:
    """Have the library ask for the second step after a password, now that it is set up."""
    # it does so by itself only when its own pages for it are on
    security.support_mfa = True


def sets_up(view: View) -> View:
    """Mark a view for who is logged in and still has to set up a second step."""
    view.sets_up_second_step = True  # type: ignore[attr-defined]
    return view


def begin(person: Person, how: Sequence[str], onward: str | None) -> Response:
    """Have somebody who showed who they are take the second step, and go on to an address afterwards."""
    session[WAITS] = {"who": person.fs_uniquifier, "how": list(how), "at": now().timestamp()}
    return redirect(url_for("second_factor.code", next=onward or None))


def waiting() -> Waiting | None:
    """Who has to take the second step now: not logged in yet, or logged in with less than is asked."""
    if current_user.is_authenticated:
        return Waiting(me(), _shown()) if missing() and current_user.second_factor_since else None
    kept = session.get(WAITS)
    if kept is None or now().timestamp() - kept["at"] > PATIENCE.total_seconds():
        return None
    person = db.session().scalar(select(Person).where(Person.fs_uniquifier == kept["who"]))
    if person is None or not person.active or person.second_factor_since is None:
        return None
    return Waiting(person, tuple(kept["how"]))


def missing() -> bool:
    """Whether whoever asks is logged in with less than the account asks for."""
    person = sessions.person()
    if person is None:
        return False
    if person.second_factor_since is not None:
        # one at an organisation does not do: a one-time link can give an account a log-in there
        return OURS.isdisjoint(_shown())
    row = sessions.current()
    return not (row is not None and row.second_factor) and is_mandatory(person, today())


def ahead(endpoint: str) -> str | None:
    """The page to which whoever asks has to go first; None for who may go on to this view."""
    if not missing() or endpoint in ALWAYS:
        return None
    onward = request.full_path.rstrip("?") if request.method == "GET" else None
    if current_user.second_factor_since is not None:
        return url_for("second_factor.code", next=onward)
    marked = getattr(current_app.view_functions[endpoint], "sets_up_second_step", False)
    return None if marked or endpoint == CONFIRM else url_for("second_factor.set_up", next=onward)


def taken(who: Waiting, used: str) -> None:
    """Log in somebody who took the second step with something, or let them in further. Commits."""
    session.pop(WAITS, None)
    people.record_success(db.session(), who.person.email)
    login_user(who.person, authn_via=[*who.how, used])


def taken_in_setting_up() -> None:
    """Count the step as taken for who has just set it up, and showed a code in doing so. Commits."""
    if missing():
        taken(Waiting(me(), _shown()), AUTHENTICATOR)


def locked(person: Person) -> str | None:
    """Why no code of somebody is looked at now, in words; None when one may be tried. May commit."""
    until = people.locked_until(db.session(), person.email, now())
    if until is None:
        return None
    trail.attempt(trail.LOCKED, person)
    return (
        "Er is te vaak een verkeerd wachtwoord of een verkeerde code ingevuld."
        f" U kunt het weer proberen om {until.astimezone(AMSTERDAM):%H:%M} uur."
    )


def failed(person: Person | None, used: str) -> None:
    """Log that the step was not taken, and count it with the wrong passwords where something is guessed.

    A passkey can't be guessed, so that is not counted: who has one is not kept out by who guesses.
    """
    if person is not None and used != PASSKEY:
        people.record_failure(db.session(), person.email, now())
    nobody = By(None, None, None, None, now(), request.remote_addr)
    number = person.id if person else None
    log.write(db.session(), "second_factor.failure", nobody, "person", number, how=used)
    db.session().commit()


def by(person: Person) -> By:
    """Somebody who acts for himself, now."""
    return By(person.id, None, None, None, now(), request.remote_addr)


def safe() -> Safe:
    """Where the secrets of apps are locked away."""
    settings: Settings = current_app.config["SETTINGS"]
    return Safe([bytes.fromhex(key) for key in keys.of(settings, SECRETS)])


def me() -> Person:
    """Whoever is logged in, as the person and not as what stands for him in a request."""
    found: Person = current_user._get_current_object()
    return found


def _shown() -> tuple[str, ...]:
    """What whoever is logged in showed so far."""
    row = sessions.current()
    return tuple(row.how.split("+")) if row is not None else ()
