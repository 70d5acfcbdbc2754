"""Plan, do, check, act: which steps a point went through, and what it says of the others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from surveys.follow_up import deciding, indicators, planning, points, registering, standing, whole
from surveys.follow_up.deciding import Asked
from surveys.follow_up.indicators import Details, ReadingDetails
from surveys.follow_up.pdca import Pdca
from surveys.models import Point
from tests.factories import World
from tests.follow_up.conftest import AT, MakePoint, acting

DAY = AT.date()
READY = Details("output", "Geoefend", "reeks", counted="oefeningen", baseline=0, target=2, moment="eind 2014")


class Steps:
    """Takes steps with points, as an inspector."""

    def __init__(self, session: Session, world: World) -> None:
        self.session, self.by = session, acting(world)

    def of(self, point: Point, day: date = DAY) -> Pdca:
        sheet = whole.sheet(self.session, day, point.id)
        assert sheet is not None
        return sheet.pdca

    def plan(self, point: Point) -> None:
        days = {"prepared_on": None, "begun_on": DAY, "done_on": DAY + timedelta(90)}
        planning.plan(self.session, point.id, days, reason=None, note=None, by=self.by, seen=0)

    def indicate(self, point: Point, details: Details = READY) -> int:
        return indicators.add(self.session, point.id, details, by=self.by).id

    def begin(self, point: Point, day: date = DAY - timedelta(20)) -> None:
        days = {"prepared_on": None, "begun_on": day, "done_on": None}
        registering.reach(self.session, point.id, days, by=self.by, seen_version=point.version)

    def read(self, point: Point, indicator: int, day: date) -> None:
        details = ReadingDetails(day, 1, "anders", "eigen telling")
        indicators.read(self.session, point.id, indicator, details, by=self.by)

    def decide(self, point: Point, day: date) -> None:
        asked = Asked("bijsturen", "Moet het anders?", "CDS")
        row = deciding.ask(self.session, point.id, asked, by=self.by)
        deciding.take(self.session, point.id, row.id, day, "Ja.", by=self.by, seen_version=1)


@pytest.fixture
def steps(session: Session, world: World) -> Steps:
    return Steps(session, world)


def test_a_new_point_misses_every_step_and_says_what_to_do(steps: Steps, make_point: MakePoint) -> None:
    found = steps.of(make_point())
    assert (found.plan, found.do, found.check, found.act) == (False, False, False, False)
    assert [words.split(":")[0] for words in found.missing] == [
        "Plan",
        "Uitvoering",
        "Controle",
        "Bijsturing",
    ]
    assert found.missing[0] == (
        "Plan: er is geen planning en geen indicator met nulwaarde, streefwaarde en moment."
        " Maak een planning. Leg een indicator vast."
    )
    assert [step.missing for step in found.steps] == list(found.missing)


def test_each_step_is_done_once_what_it_asks_is_there(steps: Steps, make_point: MakePoint) -> None:
    point = make_point()
    steps.plan(point)
    half = steps.indicate(point, Details("output", "Geoefend", "reeks", counted="oefeningen", baseline=0))
    assert steps.of(point).missing[0] == (
        "Plan: er is geen indicator met nulwaarde, streefwaarde en moment. Leg een indicator vast."
    )
    steps.indicate(point)
    assert steps.of(point).plan
    steps.decide(point, DAY - timedelta(40))
    steps.read(point, half, DAY - timedelta(40))
    steps.begin(point)
    found = steps.of(point)
    assert (found.plan, found.do, found.check, found.act) == (True, True, False, False)
    steps.read(point, half, DAY - timedelta(1))
    steps.decide(point, DAY - timedelta(1))
    found = steps.of(point)
    assert (found.check, found.act, found.missing) == (True, True, ())
    assert [step.done for step in found.steps] == [True] * 4


def test_measures_under_a_point_count_for_it(steps: Steps, make_point: MakePoint) -> None:
    point = make_point()
    part = make_point("Maak een rooster", kind="maatregel", parent_id=make_point(parent_id=point.id).id)
    steps.plan(part)
    indicator = steps.indicate(part)
    steps.begin(part)
    steps.read(part, indicator, DAY - timedelta(1))
    found = steps.of(point)
    assert (found.plan, found.do, found.check, found.act) == (True, True, True, False)


def test_what_its_own_side_says_is_a_beginning_and_an_evaluation_is_a_check(
    session: Session, steps: Steps, make_point: MakePoint
) -> None:
    point = make_point()
    standing.say(session, point.id, "toezicht", "onderhanden", None, "IVD", DAY, by=steps.by)
    assert not steps.of(point).do
    standing.say(session, point.id, "eigen", "onderhanden", None, "CLAS", DAY, by=steps.by)
    assert steps.of(point).do
    assert not steps.of(point).check
    evaluation = points.Evaluation("nvt", "ja", "Het werkt.", "IVD", DAY)
    deciding.evaluate(session, point.id, evaluation, by=steps.by, seen_version=point.version)
    assert steps.of(point).check
    taken = deciding.Taken("Klaar.", "CDS", DAY)
    deciding.close(
        session, point.id, "afgesloten", DAY, decision=taken, by=steps.by, seen_version=point.version
    )
    assert steps.of(point).act


def test_a_sheet_holds_what_stands_under_it_in_the_order_of_the_register(
    session: Session, make_point: MakePoint
) -> None:
    first = make_point("Eerste")
    other = make_point("Tweede")
    under = make_point("Maatregel", kind="maatregel", parent_id=first.id)
    part = make_point("Onderdeel", kind="maatregel", parent_id=under.id)
    every = whole.sheets(session, DAY)
    assert [each.point.id for each in every] == [first.id, other.id, under.id, part.id]
    assert [each.point.id for each in every[0].under] == [under.id]
    assert [each.point.id for each in every[0].below] == [under.id, part.id]
    [asked] = whole.sheets(session, DAY, [under.id])
    assert [each.point.id for each in asked.below] == [part.id]
    assert whole.sheet(session, DAY, 10**6) is None
