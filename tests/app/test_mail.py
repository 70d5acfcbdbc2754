"""Mail holds links that are as good as a password: it does not travel in clear."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from app import mail
from app.config import Settings

LINK = "https://meetlat.voorbeeld.nl/wachtwoord/geheim"


class Server:
    """A mail server, and what it got: each message with whether the connection was encrypted."""

    sent: list[bool]

    def __init__(self, offers: bool) -> None:
        self.sent, self.offers, self.encrypted = [], offers, False

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def ehlo(self) -> None:
        pass

    def has_extn(self, name: str) -> bool:
        return self.offers and name == "starttls"

    def starttls(self, context: object) -> None:
        assert context is not None
        self.encrypted = True

    def send_message(self, message: EmailMessage) -> None:
        assert LINK in message.get_content()
        self.sent.append(self.encrypted)


def settings(url: str) -> Settings:
    return Settings(
        database_url="", data_dir=Path(), secret_key="", smtp_url=url, mail_from="meetlat@voorbeeld.nl"
    )


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], Server]:
    """Put a server at the other end of every connection."""

    def serve(offers: bool) -> Server:
        made = Server(offers)
        monkeypatch.setattr(smtplib, "SMTP", lambda *_, **__: made)
        monkeypatch.setattr(smtplib, "SMTP_SSL", lambda *_, **__: made)
        return made

    return serve


@pytest.mark.parametrize("host", ["mail.voorbeeld.nl", "192.0.2.7", "localhost.voorbeeld.nl"])
def test_a_server_elsewhere_without_encryption_gets_nothing(
    serve: Callable[[bool], Server], host: str, caplog: pytest.LogCaptureFixture
) -> None:
    server = serve(False)
    with pytest.raises(mail.NotEncrypted):
        mail.send(settings(f"smtp://{host}"), "bert@voorbeeld.nl", "Wachtwoord", LINK)
    mail.Mailer.attempt(settings(f"smtp://{host}"), "bert@voorbeeld.nl", "Wachtwoord", LINK)
    assert server.sent == []
    [record] = caplog.records
    assert record.__dict__["error"] == "the server offers no encryption (STARTTLS)"


def test_a_server_elsewhere_gets_it_after_starttls(serve: Callable[[bool], Server]) -> None:
    server = serve(True)
    mail.send(settings("smtp://mail.voorbeeld.nl"), "bert@voorbeeld.nl", "Wachtwoord", LINK)
    assert server.sent == [True]


@pytest.mark.parametrize(
    "url", ["smtp://localhost", "smtp://127.0.0.1", "smtp://[::1]", "smtps://mail.voorbeeld.nl"]
)
def test_this_machine_and_smtps_need_no_starttls(serve: Callable[[bool], Server], url: str) -> None:
    server = serve(False)
    mail.send(settings(url), "bert@voorbeeld.nl", "Wachtwoord", LINK)
    assert len(server.sent) == 1
