"""Sending mail, where an SMTP server is set. Without one nothing pretends to be sent: pages say what to do."""

from __future__ import annotations

import logging
import smtplib
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from flask import current_app
from flask_security import MailUtil

PATIENCE = 20
logger = logging.getLogger(__name__)


def configured() -> bool:
    """Whether mail can be sent."""
    return current_app.config["SETTINGS"].smtp_url is not None


def send(recipient: str, subject: str, body: str) -> None:
    """Send one plain text. Raises OSError or smtplib.SMTPException when the server does not take it."""
    settings = current_app.config["SETTINGS"]
    parts = urlsplit(settings.smtp_url)
    message = EmailMessage()
    message["From"] = settings.mail_from or f"meetlat@{parts.hostname}"
    message["To"], message["Subject"] = recipient, subject
    message.set_content(body)
    secure = parts.scheme == "smtps"
    kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
    with kind(parts.hostname or "", parts.port or (465 if secure else 25), timeout=PATIENCE) as server:
        if not secure and server.has_extn("starttls"):
            server.starttls()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


class Mailer(MailUtil):  # type: ignore[misc]
    """How the log-in library sends mail."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str,
        sender: str | tuple[str, str],
        body: str,
        html: str | None,
        **kwargs: object,
    ) -> None:
        """Send it, or log that it failed: whoever asked must not learn whether the address is known."""
        try:
            send(recipient, subject, body)
        except (OSError, smtplib.SMTPException):
            logger.exception("mail was not sent", extra={"template": template})
