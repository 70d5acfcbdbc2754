"""The planning overview as sheets to print: linked from the page, narrowed as it is, and marked."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from surveys.follow_up import planning
from tests.factories import World
from tests.follow_up.conftest import Login, MakePoint, acting
from tests.support.client import Client

DAYS = {"prepared_on": None, "begun_on": date(2014, 5, 1), "done_on": date(2014, 8, 1)}


def test_the_overview_is_printed_as_it_is_narrowed(
    client: Client, login: Login, session: Session, world: World, make_point: MakePoint
) -> None:
    for title, track in (("Maak een plan", "strategie"), ("Oefen het plan", "cultuur")):
        row = make_point(title, classes={"spoor": track}, fictief=True)
        planning.plan(session, row.id, DAYS, reason=None, note=None, by=acting(world), seen=0)
    session.commit()
    login("inspecteur")
    client.get("/opvolging/planning?spoor=cultuur")
    drawn = client.click("planningskaart als SVG")
    assert "planningskaart-fictief.svg" in drawn.headers["Content-Disposition"]
    svg = drawn.data.decode()
    assert "Oefen het plan" in svg
    assert "Maak een plan" not in svg
    assert "fictieve gegevens" in svg
    client.get("/opvolging/planning/kaart?vorm=gif", status=404)
