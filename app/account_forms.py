"""The forms of logging in and of passwords: the library's, with our words, our lock-out and nothing betrayed.

Whether an address has an account shows in no answer: not in the words, not in which field they stand at.
"""

from __future__ import annotations

from typing import Any

from flask import flash, request
from flask_security import ChangePasswordForm, ForgotPasswordForm, LoginForm, ResetPasswordForm, current_user
from flask_security.forms import Form
from wtforms import EmailField, PasswordField, SubmitField
from wtforms.fields import Field
from wtforms.validators import DataRequired, EqualTo

from app import trail
from app.extensions import db
from app.form_errors import ListsErrors
from app.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD, can_be_hashed
from surveys import log, people
from surveys.acting import AMSTERDAM, By, now

MESSAGES: dict[str, tuple[str, str]] = {
    "PASSWORD_RESET_REQUEST": (
        "Is dit adres bij ons bekend? Dan krijgt u binnen enkele minuten een e-mail met een link om een"
        " wachtwoord te kiezen.",
        "info",
    ),
    "EMAIL_NOT_PROVIDED": ("Vul uw e-mailadres in.", "error"),
    "INVALID_EMAIL_ADDRESS": ("Vul een e-mailadres in zoals naam@voorbeeld.nl.", "error"),
    "PASSWORD_NOT_PROVIDED": ("Vul uw wachtwoord in.", "error"),
    "PASSWORD_INVALID_LENGTH": (
        f"Kies een wachtwoord van {SHORTEST_PASSWORD} tot en met {LONGEST_PASSWORD} tekens.",
        "error",
    ),
    "PASSWORD_IS_THE_SAME": ("Kies een ander wachtwoord dan u nu heeft.", "error"),
    "INVALID_PASSWORD": ("Het huidige wachtwoord klopt niet. Typ het opnieuw.", "error"),
    "PASSWORD_CHANGE": ("Uw wachtwoord is gewijzigd.", "success"),
    "PASSWORD_RESET_NO_LOGIN": ("Uw wachtwoord is ingesteld. U kunt nu inloggen.", "success"),
    "PASSWORD_RESET_EXPIRED": ("Deze link is verlopen. Vraag een nieuwe link.", "error"),
    "INVALID_RESET_PASSWORD_TOKEN": ("Deze link werkt niet (meer). Vraag een nieuwe link.", "error"),
    "USER_DOES_NOT_EXIST": ("E-mailadres of wachtwoord klopt niet. Controleer ze allebei.", "error"),
    "DISABLED_ACCOUNT": ("Uw account is uitgezet. Vraag de beheerder van uw organisatie waarom.", "error"),
    "API_ERROR": ("De invoer klopt niet. Probeer het opnieuw.", "error"),
}
"""What the library says, in our words: all that its views can say as they are set up here."""


class Login(ListsErrors, LoginForm):  # type: ignore[misc]
    """The log-in form, which too many failures lock for a while."""

    email = EmailField("E-mailadres", validators=[DataRequired("Vul uw e-mailadres in.")])
    password = PasswordField("Wachtwoord", validators=[DataRequired("Vul uw wachtwoord in.")])
    submit = SubmitField("Inloggen")
    remember = None  # type: ignore[assignment]  # takes the field out of the form
    """Nobody stays logged in for longer than a session: these machines are shared."""

    def validate(self, **kwargs: Any) -> bool:
        """Check the lock, then the password; every failure counts, whoever it was for."""
        email = _text(self.email).lower()
        if not email or not _text(self.password):
            self.email.errors = [] if email else ["Vul uw e-mailadres in."]
            self.password.errors = [] if _text(self.password) else ["Vul uw wachtwoord in."]
            return False
        locked = people.locked_until(db.session, email, now())
        if locked is not None:
            trail.attempt(trail.LOCKED, people.by_email(db.session, email))
            self.email.errors = [
                "Er is te vaak een verkeerd wachtwoord ingevuld."
                f" U kunt weer inloggen om {locked.astimezone(AMSTERDAM):%H:%M} uur."
            ]
            return False
        self.email.data = email
        if can_be_hashed(_password(self.password)) and super().validate(**kwargs):
            person: Any = self.user
            if person.second_factor_since is None:  # else the second step is still to be taken
                people.record_success(db.session, email)
            return True
        self.password.errors = []
        if self.user_authenticated:
            # who knows the password may know what is the matter
            self.email.errors = [MESSAGES["DISABLED_ACCOUNT"][0]]
            return False
        self.email.errors = [MESSAGES["USER_DOES_NOT_EXIST"][0]]
        people.record_failure(db.session, email, now())
        nobody = By(None, None, None, None, now(), request.remote_addr)
        log.write(db.session, "login.failure", nobody, "person", self.user.id if self.user else None)
        db.session.commit()
        return False

    def validate_next(self, field: Field) -> None:
        """Leave an address elsewhere to the redirect, which drops it: it is no reason to refuse a log-in."""


class ForgotPassword(ListsErrors, ForgotPasswordForm):  # type: ignore[misc]
    """Asking for a link by mail; the answer is the same for an address that nobody has."""

    email = EmailField("E-mailadres")
    submit = SubmitField("Link aanvragen")

    def validate(self, **kwargs: Any) -> bool:
        """Find the account, and say nothing about whether it was found."""
        email = _text(self.email).lower()
        if not people.EMAIL.fullmatch(email):
            key = "INVALID_EMAIL_ADDRESS" if email else "EMAIL_NOT_PROVIDED"
            self.email.errors = [MESSAGES[key][0]]
            return False
        if not Form.validate(self, **kwargs):
            return False
        self.user = people.by_email(db.session, email)
        trail.attempt(trail.LINK_ASKED, self.user)
        if self.user is None or not self.user.active:
            flash(*MESSAGES["PASSWORD_RESET_REQUEST"])
            return False
        return True


class ResetPassword(ListsErrors, ResetPasswordForm):  # type: ignore[misc]
    """Choosing a password through a one-time link."""

    password = PasswordField("Nieuw wachtwoord", validators=[DataRequired("Kies een wachtwoord.")])
    password_confirm = PasswordField(
        "Nieuw wachtwoord, nog een keer",
        validators=[
            DataRequired("Typ het nieuwe wachtwoord nog een keer."),
            EqualTo("password", "De twee wachtwoorden zijn niet gelijk. Typ ze opnieuw."),
        ],
    )
    submit = SubmitField("Wachtwoord opslaan")


class ChangePassword(ListsErrors, ChangePasswordForm):  # type: ignore[misc]
    """Choosing another password while logged in."""

    password = PasswordField("Huidig wachtwoord", validators=[DataRequired("Vul uw huidige wachtwoord in.")])
    new_password = PasswordField("Nieuw wachtwoord", validators=[DataRequired("Kies een nieuw wachtwoord.")])
    new_password_confirm = PasswordField(
        "Nieuw wachtwoord, nog een keer",
        validators=[
            DataRequired("Typ het nieuwe wachtwoord nog een keer."),
            EqualTo("new_password", "De twee nieuwe wachtwoorden zijn niet gelijk. Typ ze opnieuw."),
        ],
    )
    submit = SubmitField("Wachtwoord wijzigen")

    def validate(self, **kwargs: Any) -> bool:
        """Check all three, and say what is wrong at the field that must change."""
        if not can_be_hashed(_password(self.password)):
            self.password.errors = [MESSAGES["INVALID_PASSWORD"][0]]
            trail.attempt(trail.WRONG_PASSWORD, current_user)
            return False
        good = super().validate(**kwargs)
        if MESSAGES["INVALID_PASSWORD"][0] in self.password.errors:
            trail.attempt(trail.WRONG_PASSWORD, current_user)
        same = MESSAGES["PASSWORD_IS_THE_SAME"][0]
        if same in self.password.errors:
            self.password.errors, self.new_password.errors = [], [same]
        return good


def _password(field: Field) -> str:
    """A password just as it was typed."""
    return field.data if isinstance(field.data, str) else ""


def _text(field: Field) -> str:
    """What was typed; nothing for what is no text."""
    return field.data.strip() if isinstance(field.data, str) else ""
