"""Somebody who logged in a while ago: what asks who they are, asks it again."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.confirming import FIELD, FRESH, JUDGING
from surveys.acting import now
from surveys.models import LoginSession
from tests.factories import PASSWORD
from tests.support.client import Client
from tests.support.page import Page

ASKED = "Bevestig dat u het bent"
"""The heading of the pages that ask."""
LONG = max(FRESH, JUDGING) + timedelta(minutes=1)
"""Longer ago than any view is content with."""


def make(session: Session, ago: timedelta = LONG) -> None:
    """Let everybody who is logged in have shown so long ago who they are. Commits."""
    session.rollback()
    session.execute(update(LoginSession).values(authenticated_at=now() - ago))
    session.commit()


def confirm(client: Client, password: str = PASSWORD, *, status: int = 200) -> Page:
    """Fill in the password on a page that asks."""
    assert client.page.h1 == ASKED, client.page.summary()
    return client.submit({FIELD: password}, status=status)
