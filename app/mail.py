"""Sending mail, where an SMTP server is set. Without one nothing pretends to be sent."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from threading import Thread
from urllib.parse import unquote, urlsplit

from flask import current_app
from flask_security import MailUtil

from app.config import LOOPBACK, Settings

PATIENCE = 20
logger = logging.getLogger(__name__)

LOCAL = LOOPBACK | {"::1"}


class NotEncrypted(smtplib.SMTPException):
    """The server is elsewhere and offers no encryption."""


Failures = (OSError, smtplib.SMTPException)
"""What sending raises when the server is not there or does not take it."""


def configured() -> bool:
    """Whether mail can be sent."""
    return current_app.config["SETTINGS"].smtp_url is not None


def send(settings: Settings, recipient: str, subject: str, body: str) -> None:
    """Send one plain text. Raises one of `Failures` when the server does not take it.

    It goes over an encrypted connection only, unless the server is this machine: a link to choose a password
    is as good as the password.
    """
    parts = urlsplit(settings.smtp_url or "")
    host, secure = parts.hostname or "", parts.scheme == "smtps"
    message = EmailMessage()
    message["From"] = settings.mail_from or f"meetlat@{host}"
    message["To"], message["Subject"] = recipient, subject
    message["Date"], message["Message-ID"] = localtime(), make_msgid(domain=host)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    with _connect(host, parts.port, secure) as server:
        server.ehlo()
        if not secure and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            secure = True
        if not secure and host not in LOCAL:
            raise NotEncrypted("the server offers no encryption (STARTTLS)")
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def send_all(letters: Sequence[tuple[str, str, str]]) -> list[int]:
    """Send letters (recipient, subject, body) with the settings of this application, and log what fails.

    Gives the places of those that were not sent. When the server is not there the rest is not tried: each
    try could take `PATIENCE` seconds.
    """
    settings: Settings = current_app.config["SETTINGS"]
    failed: list[int] = []
    for place, letter in enumerate(letters):
        try:
            send(settings, *letter)
        except smtplib.SMTPRecipientsRefused as error:
            logger.error("mail was not sent", extra={"error": type(error).__name__})
            failed.append(place)
        except Failures as error:
            logger.error("mail was not sent", extra={"error": type(error).__name__})
            return [*failed, *range(place, len(letters))]
    return failed


def _connect(host: str, port: int | None, secure: bool) -> smtplib.SMTP:
    if secure:
        return smtplib.SMTP_SSL(host, port or 465, timeout=PATIENCE, context=ssl.create_default_context())
    return smtplib.SMTP(host, port or 25, timeout=PATIENCE)


class Mailer(MailUtil):  # type: ignore[misc]
    """How the log-in library sends mail."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **kwargs: object,
    ) -> None:
        """Send it beside the request, and log it when that fails.

        Whoever asked must not learn, from the answer or from how long it took, whether the address is known.
        """
        to = recipient if isinstance(recipient, str) else recipient[1]
        Thread(target=self.attempt, args=(current_app.config["SETTINGS"], to, subject, body or "")).start()

    @staticmethod
    def attempt(settings: Settings, recipient: str, subject: str, body: str) -> None:
        """Send it, or log that it failed."""
        try:
            send(settings, recipient, subject, body)
        except Failures as error:
            # its text may hold the address, unless it is ours
            reason = str(error) if isinstance(error, NotEncrypted) else type(error).__name__
            logger.error("mail was not sent", extra={"error": reason})
