"""Points of follow-up in the small world of the tests, and people who look at them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from surveys.acting import By
from surveys.follow_up import registering
from surveys.follow_up.points import Details
from surveys.models import Point
from tests.factories import PASSWORD, World
from tests.support.client import Client

AT = datetime(2014, 3, 3, 10, 0, tzinfo=UTC)
"""When the points of the tests are made: after the measurement of the small world."""

MakePoint = Callable[..., Point]
Login = Callable[[str], None]


def acting(world: World, who: str = "inspecteur", at: datetime = AT) -> By:
    """Somebody of the small world, who acts."""
    return By.through(world.assignments[who], at)


def point_of(
    session: Session, world: World, title: str = "Betrek Defensie bij oefeningen", **details: Any
) -> Point:
    """Make a point, by the details that matter. Flushed, not committed."""
    given: dict[str, Any] = {
        "kind": "aanbeveling",
        "title": title,
        "text": f"{title}.",
        "addressee": "besturen veiligheidsregio's",
        **details,
    }
    return registering.add(session, Details(**given), by=acting(world))


@pytest.fixture
def make_point(session: Session, world: World) -> MakePoint:
    """Make points, by the details that matter: flushed and committed."""

    def make(title: str = "Betrek Defensie bij oefeningen", **details: Any) -> Point:
        row = point_of(session, world, title, **details)
        session.commit()
        return row

    return make


@pytest.fixture
def login(client: Client) -> Login:
    """Log in by the first part of an address."""

    def to(who: str) -> None:
        client.forget()
        client.admit(f"{who}@voorbeeld.nl", PASSWORD)

    return to
