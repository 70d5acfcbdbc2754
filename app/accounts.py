"""Logging in and passwords: the library's views with our words, our lock-out and our templates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, Response, render_template, request, session, url_for
from flask_security import (
    LoginForm,
    SQLAlchemyUserDatastore,
    current_user,
    hash_password,
    user_authenticated,
)
from flask_security.recoverable import generate_reset_password_token
from flask_security.signals import password_changed, password_reset

from app import mail
from app.config import Settings
from app.extensions import db, limiter, security
from surveys import log, people
from surveys.acting import AMSTERDAM, By, now
from surveys.models import Person

IDLE = timedelta(hours=1)
"""After so long without a request somebody is logged out."""
LINK_LIVES = timedelta(days=7)
"""A one-time link to set a password works this long."""
SHORTEST_PASSWORD = 12


class Login(LoginForm):  # type: ignore[misc]
    """The log-in form, which too many failures lock for a while."""

    def validate(self, **kwargs: Any) -> bool:
        """Check the lock, then the password; every failure counts, whoever it was for."""
        email = (self.email.data or "").strip().lower()
        locked = people.locked_until(db.session, email, now())
        if locked is not None:
            at = locked.astimezone(AMSTERDAM)
            self.form_errors.append(
                f"Er is te vaak een verkeerd wachtwoord ingevuld. U kunt weer inloggen om {at:%H:%M} uur."
            )
            return False
        if super().validate(**kwargs):
            people.record_success(db.session, email)
            return True
        if email and self.password.data:
            people.record_failure(db.session, email, now())
            log.write(db.session, "login.failure", _nobody(), "person", None)
            db.session.commit()
        return False


def _nobody() -> By:
    return By(None, None, None, None, now(), request.remote_addr)


MESSAGES: dict[str, tuple[str, str]] = {
    "GENERIC_AUTHN_FAILED": ("E-mailadres of wachtwoord klopt niet. Controleer beide.", "error"),
    "GENERIC_RECOVERY": (
        "Is dit adres bij ons bekend, dan hebben we een e-mail gestuurd met een link om een wachtwoord te kiezen.",
        "info",
    ),
    "EMAIL_NOT_PROVIDED": ("Vul uw e-mailadres in.", "error"),
    "INVALID_EMAIL_ADDRESS": ("Vul een e-mailadres in zoals naam@voorbeeld.nl.", "error"),
    "PASSWORD_NOT_PROVIDED": ("Vul uw wachtwoord in.", "error"),
    "PASSWORD_INVALID_LENGTH": ("Kies een wachtwoord van ten minste %(length)s tekens.", "error"),
    "RETYPE_PASSWORD_MISMATCH": ("De twee wachtwoorden zijn niet gelijk. Typ ze opnieuw.", "error"),
    "PASSWORD_IS_THE_SAME": ("Kies een ander wachtwoord dan u nu heeft.", "error"),
    "INVALID_PASSWORD": ("Het huidige wachtwoord klopt niet. Controleer het.", "error"),
    "PASSWORD_CHANGE": ("Uw wachtwoord is gewijzigd.", "success"),
    "PASSWORD_RESET": ("Uw wachtwoord is ingesteld.", "success"),
    "PASSWORD_RESET_NO_LOGIN": ("Uw wachtwoord is ingesteld. U kunt nu inloggen.", "success"),
    "PASSWORD_RESET_EXPIRED": ("Deze link is verlopen. Vraag een nieuwe.", "error"),
    "INVALID_RESET_PASSWORD_TOKEN": ("Deze link werkt niet (meer). Vraag een nieuwe.", "error"),
    "DISABLED_ACCOUNT": ("Dit account is uitgezet. Vraag het de beheerder.", "error"),
    "LOGIN": ("U bent ingelogd.", "success"),
    "API_ERROR": ("De invoer klopt niet. Probeer het opnieuw.", "error"),
}


def init_app(app: Flask, settings: Settings) -> None:
    """Configure the log-in library: e-mail and password, reset by link, change; nothing else."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_PASSWORD_SINGLE_HASH=True,
        SECURITY_JOIN_USER_ROLES=False,
        # OWASP's floor: 19 MiB, two rounds, one lane
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={
            "argon2__memory_cost": 19456,
            "argon2__rounds": 2,
            "argon2__parallelism": 1,
        },
        SECURITY_PASSWORD_LENGTH_MIN=SHORTEST_PASSWORD,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
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
        SECURITY_FRESHNESS=timedelta(minutes=-1),
        SECURITY_RECOVERABLE=True,
        SECURITY_CHANGEABLE=True,
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_SEND_PASSWORD_RESET_NOTICE_EMAIL=False,
        SECURITY_EMAIL_HTML=False,
        SECURITY_EMAIL_SUBJECT_PASSWORD_RESET="Kies een wachtwoord voor Meetlat",
        SECURITY_RESET_PASSWORD_WITHIN=LINK_LIVES,
        SECURITY_AUTO_LOGIN_AFTER_RESET=False,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_LOGIN_USER_TEMPLATE="account/login.html",
        SECURITY_FORGOT_PASSWORD_TEMPLATE="account/forgot_password.html",
        SECURITY_RESET_PASSWORD_TEMPLATE="account/reset_password.html",
        SECURITY_CHANGE_PASSWORD_TEMPLATE="account/change_password.html",
        SECURITY_LOGOUT_USER_TEMPLATE="account/logout.html",
        **{f"SECURITY_MSG_{name}": message for name, message in MESSAGES.items()},
    )
    datastore = SQLAlchemyUserDatastore(db, Person, None)
    security.init_app(app, datastore, login_form=Login, mail_util_cls=mail.Mailer, register_blueprint=True)
    for endpoint in ("security.login", "security.forgot_password", "security.reset_password"):
        app.view_functions[endpoint] = limiter.limit("30 per minute", methods=["POST"])(
            app.view_functions[endpoint]
        )
    app.before_request(_explain_missing_mail)
    user_authenticated.connect(_logged_in, app)
    password_reset.connect(_password_set, app)
    password_changed.connect(_password_set, app)


def _explain_missing_mail() -> str | None:
    """Without mail a forgotten password goes through the beheerder: say so, on asking and on sending."""
    if request.endpoint == "security.forgot_password" and not mail.configured():
        return render_template("account/forgot_password_without_mail.html")
    return None


def _logged_in(app: Flask, user: Person, **_: object) -> None:
    session.permanent = True
    log.write(db.session, "login.success", _by(user), "person", user.id)
    db.session.commit()


def _password_set(app: Flask, user: Person, **_: object) -> None:
    people.record_success(db.session, user.email)
    log.write(db.session, "password.set", _by(user), "person", user.id)


def _by(user: Person) -> By:
    return By(user.id, None, None, None, now(), request.remote_addr)


def password_link(person: Person, base: str) -> str:
    """A link with which this person can set a password, once, within `LINK_LIVES`.

    It stops working as soon as the password is set or another link has been used: it holds a hash of the
    password as it is now. `base` is the address of Meetlat, without a slash at the end.
    """
    return base + url_for("security.reset_password", token=generate_reset_password_token(person))


def set_password(person: Person, password: str) -> None:
    """Set a password without a link: for the example accounts."""
    person.password = hash_password(password)


__all__ = ["IDLE", "LINK_LIVES", "Response", "current_user", "init_app", "password_link", "set_password"]
