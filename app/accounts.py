"""Logging in and passwords: the library's views, set up to authenticate and to do nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, Response, abort, current_app, render_template, request, session, url_for
from flask_login import user_logged_out
from flask_security import SQLAlchemyUserDatastore, hash_password, user_authenticated
from flask_security.recoverable import generate_reset_password_token
from flask_security.signals import password_changed, password_reset

from app import account_forms, keys, mail, second_factor, sessions
from app.config import Settings
from app.extensions import db, security
from app.limits import limited
from app.passwords import SHORTEST_PASSWORD
from surveys import holding, log, people
from surveys import sessions as known
from surveys.acting import By, now
from surveys.models import Person

IDLE = known.IDLE
"""After so long without a request somebody is logged out (the setting PERMANENT_SESSION_LIFETIME)."""
LINK_LIVES = timedelta(days=7)
"""A one-time link to set a password works this long."""
MARK_LIVES = timedelta(hours=12)
"""So long the browser remembers that somebody was logged in, to tell why they no longer are."""

OVER = {
    known.ABSOLUTE: f"U bent uitgelogd omdat u {known.LASTS // timedelta(hours=1)} uur geleden bent ingelogd."
    " Log in om verder te gaan.",
    known.LIST: "U bent uitgelogd vanaf een ander apparaat. Was u dat niet zelf? Wijzig dan uw wachtwoord, en"
    " waarschuw de beheerder.",
    known.ADMINISTRATOR: "De beheerder heeft u uitgelogd. Log in om verder te gaan.",
    known.COMMAND: "De beheerder heeft u uitgelogd. Log in om verder te gaan.",
    known.PASSWORD: "U bent uitgelogd omdat uw wachtwoord is gewijzigd. Log in met het nieuwe wachtwoord.",
}
"""What the log-in page says about why a session is over; of other reasons only that it is."""
HELD_POSTS = "/alsnog/"
"""Where a post goes that was kept: app/fill_in/replay.py."""

LIMITS = {
    "security.login": "30 per minute",
    "security.forgot_password": "5 per minute; 30 per hour",
    "security.reset_password": "30 per minute",
    "security.change_password": "10 per minute",
}
"""How often one address on the network may post to the library's views."""


HASHING = {"argon2__memory_cost": 19456, "argon2__rounds": 2, "argon2__parallelism": 1}
"""What guessing a password costs: OWASP's floor of 19 MiB, two rounds, one lane."""


def init_app(app: Flask, settings: Settings) -> None:
    """Configure the log-in library: e-mail and password, reset by link, change; nothing else."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_PASSWORD_SINGLE_HASH=True,
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=HASHING,
        SECURITY_PASSWORD_LENGTH_MIN=SHORTEST_PASSWORD,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_LOGIN_URL="/inloggen",
        SECURITY_LOGOUT_URL="/uitloggen",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_RESET_URL="/wachtwoord",
        SECURITY_CHANGE_URL="/wachtwoord-wijzigen",
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_LOGOUT_VIEW="/inloggen",
        SECURITY_POST_RESET_VIEW="/inloggen",
        SECURITY_POST_CHANGE_VIEW="/",
        SECURITY_STATIC_FOLDER=None,
        # people have assignments, which the library knows nothing about
        SECURITY_JOIN_USER_ROLES=False,
        SECURITY_TWO_FACTOR_IMPLEMENTATIONS={"second_step": "app.second_factor.SecondStep"},
        SECURITY_FRESHNESS=timedelta(minutes=-1),
        SECURITY_RECOVERABLE=True,
        SECURITY_CHANGEABLE=True,
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_SEND_PASSWORD_RESET_NOTICE_EMAIL=False,
        SECURITY_EMAIL_HTML=False,
        SECURITY_EMAIL_SUBJECT_PASSWORD_RESET="Kies een wachtwoord voor Meetlat",
        SECURITY_EMAIL_TEMPLATE_PASSWORD_RESET="account/mail/reset_password",
        SECURITY_RESET_PASSWORD_WITHIN=LINK_LIVES,
        SECURITY_AUTO_LOGIN_AFTER_RESET=False,
        SECURITY_LOGIN_USER_TEMPLATE="account/login.html",
        SECURITY_FORGOT_PASSWORD_TEMPLATE="account/forgot_password.html",
        SECURITY_RESET_PASSWORD_TEMPLATE="account/reset_password.html",
        SECURITY_CHANGE_PASSWORD_TEMPLATE="account/change_password.html",
        **{f"SECURITY_MSG_{name}": message for name, message in account_forms.MESSAGES.items()},
    )
    # the library would make its answers generic by moving errors away from their fields; our forms see to it
    app.config["SECURITY_RETURN_GENERIC_RESPONSES"] = False
    second_factor.before_library()
    security.init_app(
        app,
        SQLAlchemyUserDatastore(db, Person, None),  # type: ignore[arg-type]  # we have no roles
        login_form=account_forms.Login,
        forgot_password_form=account_forms.ForgotPassword,
        reset_password_form=account_forms.ResetPassword,
        change_password_form=account_forms.ChangePassword,
        register_blueprint=True,
    )
    sessions.find_people(app)
    second_factor.after_library()
    # the library signs with SHA-1, and with the older key when there are two
    security.reset_serializer = keys.signer(settings, keys.LINKS)
    security.want_json(lambda _: False)
    security.login_context_processor(_why_logged_out)
    for endpoint, limit in LIMITS.items():
        limited(limit)(app.view_functions[endpoint])
    app.before_request(_only_forms)
    app.before_request(_explain_missing_mail)
    app.after_request(_mark_logged_in)
    user_authenticated.connect(_logged_in, app)
    user_logged_out.connect(_logged_out, app)
    password_reset.connect(_password_set, app)
    password_changed.connect(_password_set, app)


def _only_forms() -> None:
    """The library's views would take JSON too, in which a field can be anything."""
    if request.is_json and (request.endpoint or "").startswith("security."):
        abort(415)


def _explain_missing_mail() -> str | None:
    """Without mail a forgotten password goes through the beheerder: say so, on asking and on sending."""
    if request.endpoint == "security.forgot_password" and not mail.configured():
        return render_template("account/forgot_password_without_mail.html")
    return None


def _logged_in(app: Flask, user: Person, authn_via: list[str] | None = None, **_: object) -> None:
    how = authn_via or []
    row = sessions.begin(user, how)
    if how == sessions.CHANGED:
        return  # `_password_set` tells
    log.write(db.session, "login.success", _by(user), "person", user.id, login_session=row.id, how=row.how)
    holding.purge(db.session(), now())
    db.session.commit()


def _logged_out(app: Flask, user: Person, **_: object) -> None:
    sessions.end(user)
    log.write(db.session, "logout", _by(user), "person", user.id)
    db.session.commit()


def _password_set(app: Flask, user: Person, **_: object) -> None:
    if user.second_factor_since is None:  # or wrong codes would be forgotten with every new password
        people.record_success(db.session, user.email)
    sessions.end_others(user, known.PASSWORD)
    log.write(db.session, "password.set", _by(user), "person", user.id)


def _by(user: Person) -> By:
    return By(user.id, None, None, None, now(), request.remote_addr)


def _mark() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-ingelogd"


def _why_logged_out() -> dict[str, Any]:
    """For the log-in page: `idle` minutes when that ended the session, `ended` when something else did.

    `why`: the words for what that was. `held`: what was sent after that is kept.
    """
    ended = "_user_id" in session
    idle = _mark() in request.cookies and not ended and request.method == "GET"
    return {
        "idle": max(1, sessions.lasts(current_app) // 60) if idle else None,
        "ended": ended and request.method == "GET",
        "why": OVER.get(sessions.why_over() or ""),
        "held": request.values.get("next", "").startswith(HELD_POSTS),
    }


def _mark_logged_in(response: Response) -> Response:
    """Keep a mark in the browser while somebody is logged in; it holds nothing and gives no rights.

    When the session has run out, the browser has thrown its cookie away; the mark is what is left to tell.
    """
    if request.endpoint in {None, "static"} or sessions.is_left():
        return response
    marked = _mark() in request.cookies
    somebody = sessions.is_somebody()
    if somebody and not marked:
        response.set_cookie(
            _mark(),
            "1",
            max_age=MARK_LIVES,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    elif marked and request.endpoint in {"security.login", "security.logout"} and not somebody:
        response.delete_cookie(
            _mark(), secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax"
        )
    return response


def password_link(person: Person, base: str) -> str:
    """A link with which this person can set a password, once, within `LINK_LIVES`.

    It stops working as soon as the password is set or another link has been used: either gives the person
    another identifier than the link holds. `base` is the address of Meetlat, without a slash at the end.
    """
    return base + url_for("security.reset_password", token=generate_reset_password_token(person))


def set_password(person: Person, password: str) -> None:
    """Set a password without a link: for the example accounts."""
    person.password = hash_password(password)
