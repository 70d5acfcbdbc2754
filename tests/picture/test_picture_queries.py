"""The pages of the national picture ask the database as much for seven regions as for three."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Flask
from sqlalchemy.orm import Session

from surveys import units
from surveys.acting import By
from tests import factories, filled
from tests.support.client import Client
from tests.support.counting import asked, counts

HEATMAP = 20
"""What the heatmap of two measurements takes at most, logging in and furniture included."""
FEW, MANY = 3, 7
HERE = "/landelijk/proefmeting/"
PAGES = [HERE + path for path in ("", "kaart", "factor/1.1", "vraag/1.1-01", "eenheid/VR01")]


def regions(session: Session, world: factories.World, numbers: range) -> None:
    """Regions that have submitted in both measurements and belong to the same command."""
    for number in numbers:
        unit = world.units.get(f"VR{number:02}") or factories.region(session, number)
        units.link(
            session,
            unit,
            world.units["RMC-NOORD"],
            valid_from=date(2000, 1, 1),
            by=By.system(factories.OPENED),
        )
        earlier = session.get_one(type(world.measurement), world.measurement.id + 1)
        filled.submit(session, factories.dossier(session, earlier, unit), filled.WEAK)
        now = world.dossiers.get(unit.code) or factories.dossier(session, world.measurement, unit)
        filled.submit(session, now, filled.STRONG)
    session.commit()


def test_more_units_take_no_more_queries(
    session: Session, world: factories.World, app: Flask, client: Client, login: Callable[[str], object]
) -> None:
    factories.measurement(session, factories.tiny(version="1.0"), code="eerder", year=2009)
    regions(session, world, range(1, FEW + 1))
    login("inspecteur")
    asked(app, client, PAGES)  # the instruments are read once in a process

    few = asked(app, client, PAGES)
    regions(session, world, range(FEW + 1, MANY + 1))
    many = asked(app, client, PAGES)

    assert counts(few) == counts(many)
    assert len(many[HERE]) <= HEATMAP, "\n".join(many[HERE])
