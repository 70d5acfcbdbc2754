"""Letters about an account, to its owner: what a beheerder does with it should surprise nobody."""

from __future__ import annotations

from flask import current_app, render_template

from app import mail
from surveys.models import Assignment, Person


def role_given(assignment: Assignment) -> None:
    """Tell somebody of a new role, where mail is set."""
    _send(assignment.person.email, "U hebt een rol in Meetlat", "role", assignment=assignment)


def address_changed(person: Person, old: str) -> None:
    """Tell the old address that another one took its place, where mail is set."""
    if old != person.email:
        _send(old, "Uw e-mailadres in Meetlat is gewijzigd", "address", person=person)


def link_made(person: Person, link: str) -> bool:
    """Mail somebody a one-time link; False when that failed."""
    return _send(person.email, "Kies een wachtwoord voor Meetlat", "link", person=person, link=link)


def second_factor_reset(person: Person) -> None:
    """Tell somebody that logging in takes no second step any more, where mail is set."""
    _send(person.email, "Uw tweede stap bij Meetlat is weggehaald", "second_factor_reset", person=person)


def _send(recipient: str, subject: str, template: str, **values: object) -> bool:
    if not mail.configured():
        return False
    body = render_template(f"account/mail/{template}.txt", **values)
    try:
        mail.send(current_app.config["SETTINGS"], recipient, subject, body)
    except mail.Failures as error:
        current_app.logger.error("mail was not sent", extra={"error": type(error).__name__})
        return False
    return True
