"""A measurement with answers and explanations, for everything about working lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from sqlalchemy.orm import Session

from surveys import units
from surveys.acting import By
from surveys.answers import Content
from tests import factories, filled
from tests.factories import World
from tests.support import stages

VACANCY: Mapping[str, Content] = {
    **filled.WEAK,
    "1.1-01": Content("nee", note="Er is een vacature; de coördinator is weg."),
}
STEADY: Mapping[str, Content] = {
    **filled.STRONG,
    "1.1-01": Content("ja", note="Al jaren dezelfde, na overleg met de gemeente."),
}


def _fill(session: Session) -> None:
    world = factories.World(session)
    units.link(
        session,
        world.units["VR01"],
        world.units["RMC-NOORD"],
        valid_from=factories.LONG_AGO,
        by=By.system(factories.OPENED),
    )
    filled.submit(session, world.dossiers["VR01"], dict(STEADY))
    filled.submit(session, world.dossiers["VR02"], dict(VACANCY))


with_explanations = stages.declare("explanations", _fill)


@pytest.fixture
def full(with_explanations: None, world: World) -> World:
    """VR01 (of the RMC) answered well, VR02 badly, both submitted; each explained its first answer."""
    return world


@pytest.fixture
def inspector(full: World, login: Callable[[str], None]) -> World:
    """The same, with an inspector logged in."""
    login("inspecteur")
    return full
