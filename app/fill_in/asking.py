"""Telling by mail that somebody is asked something, where mail is set up. The mail quotes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, render_template, request

from app import mail
from app.extensions import db
from app.fill_in import area
from app.fill_in.talks import noun
from surveys import people
from surveys.acting import By, today
from surveys.models import Dossier


@dataclass(frozen=True)
class Letter:
    """What is sent to whom. `who`: the role that is asked, in words; nobody may have it today."""

    who: str
    subject: str
    body: str
    recipients: tuple[str, ...]


def by_mail() -> bool:
    """Whether who is asked something gets a mail."""
    return mail.configured()


def prepare(dossier: Dossier, code: str, role: str, by: By) -> Letter:
    """Write the mail to everybody who has the role for this unit today, whoever asks excepted."""
    base = current_app.config["SETTINGS"].public_url or request.host_url.rstrip("/")
    body = render_template(
        "fill_in/mail/question.txt",
        dossier=dossier,
        code=code,
        link=base + area.address("show_thread", code=code),
    )
    holders = people.holding(db.session(), dossier.unit, role, today(by.at))
    return Letter(
        who=noun(role),
        subject=f"Meetlat: een vraag aan u bij vraag {code}",
        body=body,
        recipients=tuple(person.email for person in holders if person.id != by.person_id),
    )


def send(letter: Letter) -> tuple[str, str]:
    """Send it where mail is set up. Gives what to tell whoever asked, and how that looks."""
    if not letter.recipients:
        return f"Er is nu niemand anders in de rol van {letter.who}. De vraag wacht in Meetlat.", "info"
    if not by_mail():
        return f"Er gaat geen e-mail uit. De vraag wacht in Meetlat op {letter.who}.", "info"
    failed = 0
    for recipient in letter.recipients:
        try:
            mail.send(current_app.config["SETTINGS"], recipient, letter.subject, letter.body)
        except mail.Failures as error:
            failed += 1
            current_app.logger.error("mail was not sent", extra={"error": type(error).__name__})
    if failed:
        return "De e-mail hierover kon niet worden verstuurd. De vraag wacht wel in Meetlat.", "error"
    return f"Er is een e-mail met een link verstuurd aan {letter.who}.", "success"
