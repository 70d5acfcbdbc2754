"""What the tests of visits share."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests import visited as after
from tests.factories import World
from tests.visited import Visited


@pytest.fixture
def visited(session: Session, world: World) -> Visited:
    """VR01 after its visit, committed."""
    made = after.make(session, world)
    session.commit()
    return made
