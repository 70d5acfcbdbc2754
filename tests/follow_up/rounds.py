"""Measurements of the small world that give indicators their figures, one in 2013 and one in 2016."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from surveys import instruments, measurements
from surveys.answers import Content
from surveys.follow_up import registering
from surveys.follow_up.indicators import Details
from surveys.instruments import Instrument
from surveys.models import Measurement, Point
from tests import factories, filled
from tests.factories import World
from tests.follow_up.conftest import acting

REGIONS = "klein-veiligheidsregio"
COUNT = Details("outcome", "Brandweer praat mee", "uitspraak", REGIONS, "2.1-S01")
QUESTION = Details("outcome", "Contactpersoon", "vraag", REGIONS, "1.1-01")
FACTOR = Details("impact", "Elkaar kennen", "factor", REGIONS, "1.1")
SERIES = Details("output", "Geoefend", "reeks", counted="oefeningen", higher_is_better=True)
TODAY = date(2017, 1, 1)
MIDDLING: dict[str, Content] = {
    "1.1-01": Content("ja"),
    "1.1-02": Content(1.5),
    "1.1-03": Content("wissel"),
    "2.1-01": Content(["brandweer"]),
    "2.1-02": Content("2012-05-01"),
}


def first_round(session: Session, world: World) -> None:
    """VR01 strong, VR02 weak, at the national picture of 2013."""
    answer(session, world, world.measurement, {"VR01": filled.STRONG, "VR02": filled.WEAK})


def answer(
    session: Session, world: World, measurement: Measurement, given: Mapping[str, Mapping[str, Content]]
) -> None:
    """Hand in for units and bring the measurement to its national picture."""
    for unit, answers in given.items():
        own = measurement == world.measurement
        dossier = world.dossiers[unit] if own else factories.dossier(session, measurement, world.units[unit])
        filled.submit(session, dossier, answers)
    measurements.go_to(session, measurement, "landelijk_beeld", acting(world))


def later_round(
    session: Session,
    world: World,
    given: Mapping[str, Mapping[str, Content]],
    instrument: Instrument | None = None,
) -> Measurement:
    """A measurement of 2016, answered."""
    made = factories.measurement(
        session, instrument or factories.tiny(), code="vervolgmeting-2016", year=2016, kind="anders"
    )
    answer(session, world, made, given)
    return made


def version(*changes: tuple[str, str]) -> Instrument:
    """The next version of the tiny questionnaire, with other words."""
    text = factories.tiny_text(version="1.2")
    for was, now in changes:
        assert was in text
        text = text.replace(was, now)
    return instruments.parse(text, "klein.toml")


def do(session: Session, world: World, point: Point, begun: date, done: date | None = None) -> None:
    by = replace(acting(world), at=datetime(2017, 1, 1, tzinfo=UTC))
    days = {"begun_on": begun, "done_on": done}
    registering.reach(session, point.id, days, by=by, seen_version=point.version)
