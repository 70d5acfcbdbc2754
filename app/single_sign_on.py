"""Logging in at an organisation: going there, coming back, and which account there is whose here.

Who may do what stays Meetlat's: only people who were invited get in, and nothing but who they are is taken
from the provider. See docs/decisions/020-single-sign-on.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, Flask, abort, current_app, flash, redirect, render_template, request, url_for
from flask_security import current_user, login_user
from flask_security.recoverable import reset_password_token_status
from werkzeug.wrappers import Response

from app import auth, confirming, database, second_factor, sessions, trail
from app.auth import OPEN, SIGNED_IN, requires
from app.config import Settings
from app.extensions import db
from app.identity_provider import Provider, Visit
from app.limits import limited
from app.manage.forms import Empty
from app.manage.steps import answer, find, take
from app.sign_on_failures import Failure
from surveys import identities, people
from surveys.acting import By, now
from surveys.errors import Refused
from surveys.models import Identity, Person

EXTENSION: Final = "single_sign_on"
PREFIX: Final = "/inloggen/organisatie"
CALLBACK: Final = f"{PREFIX}/terug"
"""Where the provider sends people back to; the provider must know this address."""
WITH: Final = "oidc"
WITH_SECOND_FACTOR: Final = "oidc-mfa"
"""What sessions and the log call logging in this way; the second when the provider asked a second factor."""
LOG_IN, LINK, INVITATION, CONFIRM = "log in", "link", "invitation", "confirm"
"""What somebody goes to the provider for."""
LIMIT: Final = "30 per minute"
"""How often one address may go there and come back: each time the provider may be asked something."""
LONGEST_WAY: Final = 1000
"""The most characters of the address to go on to: it waits in the cookie, which has room for little."""

Page = str | Response | tuple[str, int]

blueprint = Blueprint("single_sign_on", __name__, url_prefix=PREFIX)


def init_app(app: Flask, settings: Settings) -> None:
    """Offer it where it is configured; elsewhere its addresses do not exist."""
    configured = settings.single_sign_on
    app.jinja_env.globals["organisation_login"] = configured.name if configured else None
    if configured is None:
        return
    app.extensions[EXTENSION] = Provider(configured)
    label = f"Opnieuw inloggen met {configured.name}"
    confirming.add_way(app, confirming.Way(label, "single_sign_on.confirm", _has_link))


def _provider() -> Provider:
    found: Provider | None = current_app.extensions.get(EXTENSION)
    return found or abort(404)


def _name() -> str:
    return str(current_app.config["SETTINGS"].single_sign_on.name)


def _has_link(person: Person) -> bool:
    return any(row.issuer == _provider().issuer for row in person.identities)


@blueprint.get("")
@requires(OPEN)
@limited(LIMIT, reading=True)
def start() -> Page:
    """Go to the organisation to log in."""
    provider, onward = _provider(), _onward()
    if current_user.is_authenticated:
        return redirect(onward)
    return _go(provider, {"for": LOG_IN, "next": onward})


@blueprint.get("/uitnodiging/<token>")
@requires(OPEN)
@limited(LIMIT, reading=True)
def accept(token: str) -> Page:
    """Go there with a one-time link, to log in there from now on."""
    return _go(_provider(), {"for": INVITATION, "token": token, "next": "/"})


@blueprint.get("/bevestigen")
@requires(SIGNED_IN)
@limited(LIMIT, reading=True)
def confirm() -> Page:
    """Go there to log in anew, to show that whoever sits here is still whoever logged in."""
    return _go(_provider(), {"for": CONFIRM, "next": _onward()}, prompt="login", max_age=0)


@blueprint.get("/koppelen")
@requires(SIGNED_IN)
def linked() -> Page:
    """The accounts elsewhere of whoever asks, to link one and to remove one."""
    _provider()
    return _linked_page(Empty())


@blueprint.post("/koppelen")
@requires(SIGNED_IN, fresh=True)
def link() -> Page:
    """Lead somebody on to link an account there: by a link, for no form may lead away from Meetlat."""
    try:
        address = _address(_provider(), {"for": LINK, "person": current_user.id})
    except Failure as failure:
        return _failed(failure, {"for": LINK})
    return render_template("account/link_onward.html", address=address)


@blueprint.post("/koppelen/<int:identity_id>/verwijderen")
@requires(SIGNED_IN, fresh=True)
def unlink(identity_id: int) -> Page:
    """Remove one of the own links."""
    _provider()
    identity, form = find(Identity, identity_id), Empty()
    if identity.person_id != current_user.id:
        abort(404)

    def step() -> bool:
        identities.remove(db.session(), identity, _by(current_user))
        return True

    if take(form, step):
        flash(f"U kunt niet meer inloggen met dat account bij {_name()}.", "success")
        return redirect(url_for("single_sign_on.linked"), 303)
    return _linked_page(form)


@blueprint.get("/terug")
@requires(OPEN)
@limited(LIMIT, reading=True)
def back() -> Page:
    """Come back from the organisation."""
    provider = _provider()
    kept = provider.purpose()
    try:
        visit = provider.receive()
        # who asks was read above, and on SQLite what only reads can't write any more
        db.session.rollback()
        with database.writing():
            return ARRIVALS[kept["for"]](provider, visit)
    except Failure as failure:
        return _failed(failure, kept)


def _log_in(provider: Provider, visit: Visit) -> Response:
    """Let in whoever has the account; the first time, whoever was invited at its verified address of mail."""
    identity = identities.find(db.session(), provider.issuer, visit.subject)
    if identity is None:
        db.session.rollback()  # while the provider is asked, nobody waits for us
        person = _expected(provider.verified_email(visit))
        identity = _link(provider, visit, person, how="mail")
    return _let_in(visit, identity)


def _expected(email: str | None) -> Person:
    """Whoever was invited at an address and never came. Raises Failure when that is nobody."""
    if email is None:
        raise Failure("unverified")
    person = people.by_email(db.session(), email)
    if person is None:
        raise Failure("unknown")
    if not person.active:
        raise Failure("disabled", person=person)
    if person.can_log_in:
        raise Failure("linkable", person=person)
    return person


def _accept(provider: Provider, visit: Visit) -> Response:
    """Link the account to whoever the one-time link was given, and let them in."""
    expired, invalid, person = reset_password_token_status(visit.kept["token"])
    if expired or invalid or person is None or not person.active:
        raise Failure("link")
    return _let_in(visit, _link(provider, visit, person, how="invitation"))


def _link_own(provider: Provider, visit: Visit) -> Response:
    """Link the account to whoever is logged in, if they are the one who asked for it."""
    if not current_user.is_authenticated or current_user.id != visit.kept["person"]:
        raise Failure("outdated", "another person is logged in")
    _link(provider, visit, current_user, how="password")
    db.session.commit()
    flash(f"U kunt voortaan ook inloggen met {_name()}.", "success")
    return redirect(url_for("single_sign_on.linked"), 303)


def _confirm(provider: Provider, visit: Visit) -> Response:
    """Note that whoever is logged in has just logged in there as well."""
    identity = identities.find(db.session(), provider.issuer, visit.subject)
    if not current_user.is_authenticated or identity is None or identity.person_id != current_user.id:
        raise Failure("other")
    if not visit.logged_in_anew:
        raise Failure("stale")
    identities.use(db.session(), identity, now())
    sessions.confirmed()
    return redirect(visit.kept["next"], 303)


ARRIVALS: Final[dict[str, Callable[[Provider, Visit], Response]]] = {
    LOG_IN: _log_in,
    INVITATION: _accept,
    LINK: _link_own,
    CONFIRM: _confirm,
}
"""What is done with whoever comes back, by what they went for."""


def _link(provider: Provider, visit: Visit, person: Person, *, how: str) -> Identity:
    try:
        return identities.link(db.session(), person, provider.issuer, visit.subject, _by(person), how=how)
    except Refused as refusal:
        raise Failure("taken") from refusal


def _let_in(visit: Visit, identity: Identity) -> Response:
    """Log a person in; whoever set up a second step here takes that first. Raises Failure.

    Also when the provider asked one: a one-time link can give an account to somebody with a log-in there.
    """
    person = identity.person
    if not person.active:
        raise Failure("disabled", person=person)
    identities.use(db.session(), identity, now())
    db.session.commit()
    how, onward = [WITH_SECOND_FACTOR if visit.second_factor else WITH], visit.kept["next"]
    if person.second_factor_since is not None:
        return second_factor.begin(person, how, onward)
    login_user(person, authn_via=how)
    return redirect(onward, 303)


def _failed(failure: Failure, kept: Mapping[str, Any]) -> Response:
    """Log why it failed, and lead back to where it began, which says so and what to do."""
    asked = kept.get("for", LOG_IN)
    db.session.rollback()
    with database.writing():
        trail.attempt("login.failure", failure.person)
    current_app.logger.warning(
        "logging in at the organisation failed",
        extra={"reason": failure.reason, "detail": failure.detail, "asked": asked},
    )
    flash(failure.told(_name()), "error")
    if asked == LINK:
        return redirect(url_for("single_sign_on.linked"), 303)
    if asked == CONFIRM:
        return redirect(url_for("session.confirm", next=kept["next"]), 303)
    return redirect(url_for("security.login", next=kept.get("next")), 303)


def _go(provider: Provider, kept: Mapping[str, Any], **asked: Any) -> Response:
    try:
        return redirect(_address(provider, kept, **asked), 303)
    except Failure as failure:
        return _failed(failure, kept)


def _address(provider: Provider, kept: Mapping[str, Any], **asked: Any) -> str:
    base = current_app.config["SETTINGS"].public_url or request.host_url.rstrip("/")
    return provider.send(base + CALLBACK, kept, **asked)


def _onward() -> str:
    """Where to go afterwards: an address of ours."""
    asked = auth.local(request.args.get("next", "/"))
    return asked if len(asked) <= LONGEST_WAY else "/"


def _linked_page(form: Empty) -> Page:
    return answer(
        "account/linked.html",
        form,
        rows=[row for row in current_user.identities if row.issuer == _provider().issuer],
    )


def _by(person: Person) -> By:
    return By(person.id, None, None, None, now(), request.remote_addr)
