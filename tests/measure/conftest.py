"""What the tests about running a measurement share: somebody logged in, the log, and a mail server."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import mail
from surveys.models import LogEntry
from tests.factories import World


@pytest.fixture
def running_it(world: World, login: Callable[[str], None]) -> World:
    """The world, with its inspector logged in."""
    login("inspecteur")
    return world


@pytest.fixture
def logged(session: Session) -> Callable[[str], list[LogEntry]]:
    """The lines of the log with an action, oldest first."""

    def find(action: str) -> list[LogEntry]:
        session.rollback()
        return list(session.scalars(select(LogEntry).where(LogEntry.action == action).order_by(LogEntry.id)))

    return find


class Post:
    """A mail server that keeps what it gets; `works = False`: it is not there."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.works = True
        self.tried = 0

    def send(self, _: object, recipient: str, subject: str, body: str) -> None:
        """Take a letter in place of `mail.send`."""
        self.tried += 1
        if not self.works:
            raise smtplib.SMTPServerDisconnected("no")
        self.sent.append((recipient, subject, body))


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch, app: Flask) -> Post:
    """Mail is set, and goes to this server."""
    made = Post()
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url="smtp://localhost")
    monkeypatch.setattr(mail, "send", made.send)
    return made
