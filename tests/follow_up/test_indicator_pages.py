"""The pages of indicators: choosing a source, keeping one, its figures, readings, and the point's section."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from urllib.parse import quote

import pytest
from flask import Flask, render_template_string
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.follow_up import indicators, registering, whole
from surveys.follow_up.effect import CAVEAT
from surveys.models import Indicator, Point, Reading
from tests import filled
from tests.factories import World
from tests.follow_up.conftest import Login, acting, point_of
from tests.follow_up.rounds import COUNT, REGIONS, SERIES, TODAY, do, first_round, later_round
from tests.support import stages
from tests.support.client import Client

SOURCE = f"uitspraak:{REGIONS}:2.1-S01"


def _make(session: Session) -> None:
    world = World(session)
    point_of(session, world, fictief=True, questions=((REGIONS, "2.1-01"),))
    first_round(session, world)


with_measured = stages.declare("measured", _make)


@pytest.fixture
def point(with_measured: None, session: Session, login: Login) -> Point:
    """A made-up point that a question measures, after the first measurement; an inspector is logged in."""
    login("inspecteur")
    return session.scalars(select(Point)).one()


def at(point: Point, rest: str = "nieuw") -> str:
    return f"/opvolging/punten/{point.id}/indicatoren/{rest}"


def add(session: Session, world: World, point: Point, details: indicators.Details = COUNT) -> Indicator:
    row = indicators.add(session, point.id, details, by=acting(world))
    session.commit()
    return row


def test_an_indicator_is_chosen_from_the_questions_of_the_point_and_takes_over_what_was_measured(
    session: Session, point: Point, client: Client
) -> None:
    page = client.get(at(point))
    assert page.has("Vragen die dit punt meten")
    assert page.texts(".fictief p")
    client.click("Telling 2.1-S01: … betrekken de brandweer bij de plannen.")
    assert client.page.has("1 van de 2 (proefmeting)")

    client.submit(
        {"title": "De brandweer praat mee", "level": "outcome", "target": "2", "moment": "vervolgmeting"},
        button="Neem 1 van de 2 (proefmeting) over",
        status=200,
    )
    assert client.page.one("#baseline").get("value") == "1"
    assert client.page.one("#title").get("value") == "De brandweer praat mee"
    assert session.scalars(select(Indicator)).all() == []
    client.submit({}, button="Indicator bewaren", status=303)

    row = session.scalars(select(Indicator)).one()
    assert (row.source, row.code, row.baseline, row.baseline_on, row.target) == (
        "uitspraak",
        "2.1-S01",
        1,
        date(2013, 12, 31),
        2,
    )
    page = client.get(at(point, str(row.id)))
    assert page.text("h1") == "De brandweer praat mee"
    assert page.has("Er is sinds het begin nog niets gemeten. Daarvoor: 1 van de 2 (proefmeting).")


def test_the_page_shows_the_effect_once_the_next_measurement_is_in(
    session: Session, world: World, point: Point, client: Client
) -> None:
    row = add(session, world, point, replace(COUNT, baseline=1, target=2, due_on=date(2016, 6, 1)))
    do(session, world, point, date(2014, 4, 1), date(2015, 1, 1))
    later_round(session, world, {"VR01": filled.STRONG, "VR02": filled.STRONG})
    session.commit()

    page = client.get(at(point, str(row.id)))

    assert page.has("Na de uitvoering telt de vervolgmeting-2016 er 2 van de 2; daarvoor waren het er 1")
    assert page.has(CAVEAT)
    assert page.has("Verbeterd")
    assert page.has("Streefwaarde gehaald")
    assert page.texts("tbody .number") == ["1 van de 2", "2 van de 2"]


def test_a_source_must_be_chosen_and_figures_must_fit_it(point: Point, client: Client) -> None:
    client.get(f"{at(point)}?bron=", status=422)
    assert client.page.has("Kies waar de cijfers vandaan komen.")
    client.get(f"{at(point)}?bron={quote(f'vraag:{REGIONS}:2.1-01')}")

    client.submit({"title": "Meepraten", "level": "outcome", "target": "75"}, status=422)
    assert client.page.has("De streefwaarde is een score. Vul een getal van 0 tot en met 1 in, zoals 0,75.")
    client.submit({"target": "0.75"}, status=422)
    assert client.page.has("Gebruik een komma, geen punt.")
    assert client.page.one("#target").get("value") == "0.75"
    client.submit({"title": "", "target": "0,75"}, status=422)
    assert client.page.title.startswith("Fout:")


def test_both_are_shown_when_a_colleague_was_first(
    session: Session, world: World, point: Point, client: Client
) -> None:
    row = add(session, world, point)
    client.get(at(point, f"{row.id}/wijzigen"))
    theirs = replace(COUNT, title="Van een collega", target=2)
    indicators.change(session, point.id, row.id, theirs, by=acting(world), seen_version=1)
    session.commit()

    client.submit({"title": "Van mij"}, status=409)
    assert client.page.has("Van een collega")
    assert client.page.one("#title").get("value") == "Van mij"
    client.submit({}, status=303)

    session.expire_all()
    assert session.get_one(Indicator, row.id).title == "Van mij"


def test_what_was_typed_is_kept_as_a_new_one_when_a_colleague_removed_it(
    session: Session, world: World, point: Point, client: Client
) -> None:
    row = add(session, world, point)
    client.get(at(point, f"{row.id}/wijzigen"))
    indicators.remove(session, point.id, row.id, by=acting(world), seen_version=1)
    session.commit()

    client.submit({"title": "Van mij"}, status=409)
    assert client.page.has("Een collega heeft deze indicator intussen verwijderd.")
    client.submit({}, status=303)

    kept = select(Indicator.title).where(Indicator.removed.is_(False))
    assert session.scalars(kept).all() == ["Van mij"]


def test_the_source_of_an_indicator_can_change_and_it_can_go(
    session: Session, world: World, point: Point, client: Client
) -> None:
    row = add(session, world, point)
    client.get(at(point, f"{row.id}/wijzigen"))
    client.click("Andere bron kiezen")
    client.click("Verder met een eigen reeks")
    client.submit({"counted": "oefeningen"}, status=303)
    session.expire_all()
    assert (row.source, row.code, row.counted) == ("reeks", None, "oefeningen")

    client.get(at(point, f"{row.id}/verwijderen"))
    client.submit({}, status=303)
    session.expire_all()
    assert row.removed
    client.get(at(point, str(row.id)), status=404)


def test_figures_are_entered_by_hand_and_withdrawn(
    session: Session, world: World, point: Point, client: Client
) -> None:
    row = add(session, world, point, SERIES)
    client.get(at(point, f"{row.id}/waarden/nieuw"))
    given = {"value": "7,5", "on": "2014-03-01", "origin": "toezicht", "source": "Jaarverslag"}
    client.submit({**given, "on": "2999-01-01"}, status=422)
    assert client.page.has("Deze dag ligt in de toekomst.")
    client.submit(given, status=303)

    page = client.get(at(point, str(row.id)))
    assert page.has("Rapport van een toezichthouder: Jaarverslag")
    client.click("Intrekken: 7,5 van 1 maart 2014")
    client.submit({}, status=303)

    assert client.get(at(point, str(row.id))).has("Ingetrokken, telt niet mee")
    assert session.scalars(select(Reading.withdrawn)).all() == [True]


def test_only_inspectors_see_indicators(
    session: Session, world: World, point: Point, client: Client, login: Login
) -> None:
    row = add(session, world, point)
    counted = at(point, f"{row.id}/waarden/nieuw")
    client.get(counted, status=404)  # its figures come from measurements
    login("ovr.vr01")
    for rest in ("nieuw", str(row.id), f"{row.id}/wijzigen", f"{row.id}/verwijderen"):
        client.get(at(point, rest), status=403)


def test_a_point_that_runs_without_an_intended_effect_says_so(
    session: Session, world: World, point: Point, app: Flask
) -> None:
    def shown() -> str:
        (found,) = [each for each in whole.sheets(session, TODAY, [point.id]) if each.point.id == point.id]
        with app.test_request_context():
            return render_template_string(
                '{% from "follow_up/parts/indicators.html" import section %}{{ section(sheet, false) }}',
                sheet=found,
            )

    assert indicators.BLIND not in shown()
    days = {"begun_on": date(2014, 1, 1)}
    registering.reach(session, point.id, days, by=acting(world), seen_version=point.version)
    assert indicators.BLIND in shown()

    add(session, world, point, replace(COUNT, baseline=1, target=2, moment="vervolgmeting"))

    html = shown()
    assert indicators.BLIND not in html
    assert "1 van de 2" in html
    assert "Nog niet uitgevoerd" in html
    assert "Nog niet gemeten" in html
