"""Asking somebody who is logged in to show anew who they are, before what a stolen session must not do.

A view says how long ago at most they showed it: `@requires("people.manage", fresh=True)`. A post that comes
later is answered with a page that holds all that was sent, asks for the password, and sends it on to the same
address; nothing that was typed is lost. A page or file that is asked for later leads to such a page and back.
See docs/decisions/018-sessions.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_security import current_user
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, ImmutableMultiDict
from wtforms import PasswordField

from app import sessions
from app.extensions import db
from app.form_errors import ListsErrors
from app.passwords import can_be_hashed
from surveys import log, people
from surveys.acting import AMSTERDAM, By, now
from surveys.models import Person
from surveys.sessions import is_fresh

FRESH: Final = timedelta(minutes=30)
"""Who showed who they are so recently is asked nothing. It runs from then, and no such act extends it."""
JUDGING: Final = timedelta(hours=4)
"""The same for judging, which inspectors do for days on end: asked twice in a working day."""
FIELD: Final = "confirm_password"
"""The field with the password, beside those of the form that it goes along with."""
REFUSED: Final = 422
"""The status of a post that is asked again: understood, and not done."""


@dataclass(frozen=True)
class Way:
    """A way to show anew who one is, on a page of its own.

    `label`: what its link says. `endpoint`: that page; it gets `next`, calls `app.sessions.confirmed()` when
    it is content, and leads to `next`. `offered`: whether a person has this way.
    """

    label: str
    endpoint: str
    offered: Callable[[Person], bool]


class Confirm(ListsErrors, FlaskForm):  # type: ignore[misc]
    """The password of whoever is logged in."""

    confirm_password = PasswordField("Wachtwoord")


def add_way(app: Flask, way: Way) -> None:
    """Offer one more way, beside the password: see `Way`."""
    app.extensions.setdefault("confirming", []).append(way)


def ways() -> list[Way]:
    """The ways besides the password that whoever asks has."""
    found: list[Way] = current_app.extensions.get("confirming", [])
    return [way for way in found if way.offered(current_user)]


def has_password() -> bool:
    """Whether whoever asks has a password to confirm with."""
    return bool(current_user.password)


def is_needed(within: timedelta) -> bool:
    """Whether whoever asks showed longer ago than this who they are."""
    row = sessions.current()
    return row is None or not is_fresh(row, within, now())


def ask(within: timedelta) -> Response | None:
    """Let a post through with the right password or recent enough, and without the password; else the page.

    The page holds what was sent. A script that swaps parts of pages is told to take the whole of it.
    """
    form = Confirm()
    if is_needed(within) and not (FIELD in request.form and check(form)):
        return _again(form)
    _without_password()
    return None


def check(form: Confirm) -> bool:
    """Hold the password that was sent against the one of whoever asks, and note that they are who they are.

    A wrong one is counted and logged as at logging in, and said at its field. Commits.
    """
    field, person = form.confirm_password, current_user
    typed = field.data or ""
    if not typed:
        field.errors = ["Vul uw wachtwoord in."]
        return False
    locked = people.locked_until(db.session(), person.email, now())
    if locked is not None:
        field.errors = [
            "Er is te vaak een verkeerd wachtwoord ingevuld."
            f" U kunt het weer proberen om {locked.astimezone(AMSTERDAM):%H:%M} uur."
        ]
        return False
    if has_password() and can_be_hashed(typed) and person.verify_and_update_password(typed):
        people.record_success(db.session(), person.email)
        sessions.confirmed()
        return True
    people.record_failure(db.session(), person.email, now())
    by = By(person.id, None, None, None, now(), request.remote_addr)
    log.write(db.session(), "session.refuse", by, "person", person.id)
    db.session.commit()
    field.errors = ["Dit wachtwoord klopt niet. Typ het opnieuw."]
    return False


def _again(form: Confirm) -> Response:
    left_out = (FIELD, current_app.config["WTF_CSRF_FIELD_NAME"])
    page = render_template(
        "account/confirm_post.html",
        form=form,
        has_password=has_password(),
        ways=ways(),
        action=request.full_path.rstrip("?"),
        typed=[pair for pair in request.form.items(multi=True) if pair[0] not in left_out],
        files=[(name, file.filename) for name, file in request.files.items(multi=True) if file.filename],
    )
    answer = make_response(page, REFUSED)
    if request.headers.get("HX-Request"):
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "body", "innerHTML"
    return answer


def _without_password() -> None:
    """Let the views see the form as it was filled in, without what this page added."""
    if FIELD not in request.form:
        return
    kept = ImmutableMultiDict([pair for pair in request.form.items(multi=True) if pair[0] != FIELD])
    held: dict[str, Any] = request._get_current_object().__dict__  # type: ignore[attr-defined]
    held["form"], held["values"] = kept, CombinedMultiDict([request.args, kept])
