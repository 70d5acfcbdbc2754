"""Reports and findings that are offered."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests import offered
from tests.factories import World
from tests.offered import Offered


@pytest.fixture
def bench(with_offers: None, session: Session, world: World) -> Offered:
    """VR01 and VR02 handed in; two inspectors."""
    return offered.found(session, world)
