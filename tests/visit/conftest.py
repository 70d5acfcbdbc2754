"""What the tests of visits share."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests import visited as after
from tests.factories import World
from tests.filled import with_handed_in
from tests.support import stages
from tests.visited import Visited

__all__ = ["with_handed_in"]

with_visit = stages.declare("visit", lambda session: after.make(session, factories.World(session)))


@pytest.fixture
def visited(with_visit: None, session: Session, world: World) -> Visited:
    """VR01 after its visit, committed."""
    found = after.found(session, world)
    session.commit()
    return found
