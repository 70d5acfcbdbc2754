"""What tests of logging in have at hand.

clock      the time as the second step sees it
inspector  an inspector who is not made up
provider   a real OpenID Connect provider
invited    somebody who was invited there, and has not logged in yet
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from app import passkeys, second_factor
from surveys import people
from surveys.acting import By
from surveys.models import Person
from tests.factories import World
from tests.support.provider.starting import Provider, running
from tests.support.provider.visiting import EMAIL
from tests.support.second_step import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time as the second step sees it."""
    found = Clock()
    for module in (second_factor, passkeys):
        monkeypatch.setattr(module, "now", found)
    return found


@pytest.fixture
def inspector(world: World, session: Session) -> Person:
    """An inspector who did not come with example data: a second step is asked."""
    person = world.person("inspecteur")
    person.example = False
    session.commit()
    return person


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    """A real provider, started once."""
    with running() as found:
        yield found


@pytest.fixture
def invited(session: Session) -> Person:
    """Somebody who was invited, and has not logged in yet."""
    made = people.invite(session, name="Nel Nieuw", email=EMAIL, by=By.system())
    session.commit()
    return made
