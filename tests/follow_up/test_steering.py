"""Steering information: each point in one list, why it is there, and what needs a decision."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import openpyxl
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from surveys.acting import today
from surveys.follow_up import deciding, indicators, kinds, planning, points, registering, standing, steering
from surveys.follow_up.deciding import Asked
from surveys.follow_up.indicators import Details, ReadingDetails
from surveys.follow_up.points import PointInfo
from surveys.follow_up.steering import GAPS, STATES, Chosen, Steering
from surveys.models import Point
from tests.factories import World
from tests.follow_up.conftest import AT, Login, MakePoint, acting
from tests.support.client import Client

DAY = AT.date()
READY = Details("output", "Geoefend", "reeks", counted="oefeningen", baseline=0, target=2, moment="eind 2014")
BEGUN = {"prepared_on": None, "begun_on": DAY - timedelta(20), "done_on": None}
PATH = "/opvolging/sturing"
PRINTED = 215
"""How many characters beside each other can still be read when a sheet is printed on A4, landscape."""


def on_course(session: Session, world: World, point: Point) -> int:
    """Begin a point that has an indicator and measure it; gives the indicator's id."""
    by = acting(world)
    indicator = indicators.add(session, point.id, READY, by=by)
    registering.reach(session, point.id, BEGUN, by=by, seen_version=point.version)
    reading = ReadingDetails(DAY - timedelta(1), 1, "anders", "eigen telling")
    indicators.read(session, point.id, indicator.id, reading, by=by)
    session.commit()
    return indicator.id


def slip(session: Session, world: World, point: Point) -> None:
    """Plan a point, and plan it 30 days later."""
    for seen, reason, extra in ((0, None, 60), (1, "realiteit", 90)):
        days = {"prepared_on": None, "begun_on": DAY, "done_on": DAY + timedelta(extra)}
        planning.plan(session, point.id, days, reason=reason, note=None, by=acting(world), seen=seen)
    session.commit()


def found(session: Session, **chosen: Any) -> Steering:
    session.rollback()
    return steering.steering(session, DAY, Chosen(**chosen))


def states(told: Steering) -> dict[str, str]:
    return {row.point.title: row.state for row in told.rows}


def test_removing_an_indicator_moves_a_point_to_those_without(
    session: Session, world: World, make_point: MakePoint
) -> None:
    point = make_point("Oefen samen")
    indicator = on_course(session, world, point)
    told = found(session)
    assert (states(told), [row.gaps for row in told.rows]) == ({"Oefen samen": "op_koers"}, [frozenset()])
    indicators.remove(session, point.id, indicator, by=acting(world), seen_version=1)
    session.commit()
    told = found(session)
    assert states(told) == {"Oefen samen": "niet_te_sturen"}
    assert [row.point.id for row in told.by_gap["zonder_indicator"]] == [point.id]
    assert told.by_gap["zonder_meting"] == ()


def test_each_point_is_where_it_belongs_with_what_stands_under_it(
    session: Session, world: World, make_point: MakePoint
) -> None:
    by = acting(world)
    bare = make_point("Zonder alles")
    ahead = make_point("Nog te doen")
    indicators.add(session, ahead.id, READY, by=by)
    unmeasured = make_point("Ongemeten")
    indicators.add(session, unmeasured.id, READY, by=by)
    registering.reach(session, unmeasured.id, BEGUN, by=by, seen_version=1)
    above = make_point("Heeft een maatregel")
    on_course(session, world, make_point("De maatregel", kind="maatregel", parent_id=above.id))
    late = make_point("Te laat", due_on=DAY - timedelta(1))
    done = make_point("Al klaar", due_on=DAY - timedelta(1))
    standing.say(session, done.id, "eigen", "afgerond", None, "CLAS", DAY, by=by)
    shifted = make_point("Verschoven")
    slip(session, world, make_point("Een onderdeel", kind="maatregel", parent_id=shifted.id))
    gone = make_point("Afgesloten")
    taken = deciding.Taken("Weg ermee.", "CDS", DAY)
    deciding.close(session, gone.id, "geschrapt", DAY, decision=taken, by=by, seen_version=1)
    session.commit()
    told = found(session)
    assert states(told) == {
        bare.title: "niet_te_sturen",
        ahead.title: "nog_niet_begonnen",
        unmeasured.title: "niet_te_sturen",
        above.title: "op_koers",
        late.title: "schuift",
        done.title: "niet_te_sturen",
        shifted.title: "schuift",
    }
    rows = {row.point.title: row for row in told.rows}
    assert rows[late.title].slips == ("De termijn van 2 maart 2014 is voorbij.",)
    assert rows[shifted.title].slips == ("Een onderdeel: 30 dagen later dan eerst gepland.",)
    assert rows[shifted.title].days == 30
    assert rows[unmeasured.title].gaps == {"zonder_meting"}
    assert [row.point.title for row in told.by_state["schuift"]] == [shifted.title, late.title]


def test_a_difference_of_opinion_is_without_decision_until_one_is_asked(
    session: Session, world: World, make_point: MakePoint
) -> None:
    by, point = acting(world), make_point("Oefen samen")
    on_course(session, world, point)
    standing.say(session, point.id, "eigen", "onderhanden", None, "CLAS", DAY, by=by)
    standing.say(session, point.id, "toezicht", "niet_vast_te_stellen", None, "IVD", DAY, by=by)
    session.commit()
    told = found(session)
    assert [each.point.id for each in told.differing] == [point.id]
    assert [row.gap_labels for row in told.rows] == [("Zonder besluit",)]
    deciding.ask(session, point.id, Asked("bijsturen", "Wat nu?", "CDS"), by=by)
    session.commit()
    told = found(session)
    assert (states(told), told.by_gap["zonder_besluit"]) == ({"Oefen samen": "op_koers"}, ())


def test_what_needs_a_decision_is_by_day_and_directional_points_ask_for_one(
    session: Session, world: World, make_point: MakePoint
) -> None:
    by = acting(world)
    directional = make_point("Richting", nature="richtinggevend", owner="de minister")
    point = make_point()
    for question, due_on in (
        ("Later?", DAY + timedelta(9)),
        ("Te laat?", DAY - timedelta(1)),
        ("Ooit?", None),
    ):
        deciding.ask(session, point.id, Asked("anders", question, "CDS", due_on), by=by)
    session.commit()
    told = found(session)
    assert [(each.question.split()[0], each.decider, each.overdue) for each in told.needed] == [
        ("Te", "CDS", True),
        ("Later?", "CDS", False),
        ("Wordt", "de minister", False),
        ("Ooit?", "CDS", False),
    ]
    registering.decide_later(
        session, directional.id, points.Later("aanpassen", "de minister", DAY), by=by, seen_version=1
    )
    session.commit()
    assert "Wordt" not in [each.question.split()[0] for each in found(session).needed]


def test_it_is_narrowed_to_a_class_a_unit_or_a_kind_of_the_point_or_under_it(
    session: Session, world: World, make_point: MakePoint
) -> None:
    above = make_point("Boven")
    make_point("Onder", kind="maatregel", parent_id=above.id, classes={"spoor": "systeem"})
    make_point("Regio", unit_id=world.units["VR01"].id)
    assert states(found(session, classes={"spoor": "systeem"})).keys() == {"Boven"}
    assert states(found(session, unit="VR01")).keys() == {"Regio"}
    assert states(found(session, kind="maatregel")).keys() == {"Boven"}
    assert states(found(session, unit="VR01", kind="maatregel")) == {}


def info(number: int) -> PointInfo:
    """A point of which nothing is known."""
    values: dict[str, Any] = dict.fromkeys(PointInfo.__dataclass_fields__)
    values |= {
        "id": number,
        "kind": "aanbeveling",
        "title": f"Punt {number}",
        "addressee": "CDS",
        "actual": dict.fromkeys(kinds.PHASES),
        "classes": {},
        "questions": (),
        "place": number,
        "fictief": False,
        "version": 1,
        "at": AT,
    }
    return PointInfo(**values)


MAYBE_DAY = st.none() | st.dates(DAY - timedelta(5), DAY + timedelta(5))
INDICATOR = st.builds(
    lambda ready, measured, verdict: SimpleNamespace(
        ready=ready, measured=measured, effect=SimpleNamespace(verdict=verdict), values=()
    ),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["gelijk", "verslechterd"]),
)


@st.composite
def registers(draw: st.DrawFn) -> list[Any]:
    """Sheets of a register: points under earlier ones, some closed, with whatever may be known of them."""
    made: list[Any] = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        closed: date | None = draw(st.none() | st.just(DAY))
        point = replace(
            info(number),
            parent_id=draw(st.none() | st.integers(1, number - 1)) if number > 1 else None,
            due_on=draw(MAYBE_DAY),
            closed_on=closed,
            nature=draw(st.sampled_from([None, "richtinggevend"])),
            actual={**dict.fromkeys(kinds.PHASES), "begun_on": draw(MAYBE_DAY)},
        )
        plan = SimpleNamespace(
            slip=draw(st.sampled_from([None, -1, 0, 3])),
            late=draw(st.sampled_from([(), ("begun_on",)])),
            waits=(),
        )
        made.append((point, plan, tuple(draw(st.lists(INDICATOR, max_size=2)))))
    return _composed(made)


def _composed(made: list[Any]) -> list[Any]:
    sheets: dict[int, Any] = {}
    for point, plan, measured in reversed(made):
        under = [each for each in sheets.values() if each.point.parent_id == point.id]
        sheets[point.id] = steering.Sheet(
            point=point,
            planning=plan,
            indicators=measured,
            standing=standing.Standing(),
            decisions=(),
            mentions=(),
            outcomes=(),
            pdca=SimpleNamespace(missing=()),  # type: ignore[arg-type]
            under=tuple(under),
        )
    return list(sheets.values())


@given(registers())
def test_every_open_point_that_stands_by_itself_is_in_exactly_one_list(register: list[Any]) -> None:
    told = steering.compose(register, DAY, Chosen())
    open_ones = {each.point.id: each for each in register if each.point.is_open}
    tops = sorted(number for number, each in open_ones.items() if each.point.parent_id not in open_ones)
    listed = [row.point.id for state in STATES for row in told.by_state[state]]
    assert sorted(listed) == tops
    for row in told.rows:
        assert bool(row.slips) == (row.state == "schuift")
        if row.state in {"op_koers", "nog_niet_begonnen"}:
            assert not row.gaps
        if row.state == "niet_te_sturen":
            assert row.gaps <= GAPS.keys()
            assert row.gaps
    shown = {each.point.id for row in told.rows for each in (row.sheet, *row.sheet.below)}
    assert open_ones.keys() <= shown


def test_the_page_counts_lists_and_saves_what_it_tells(
    client: Client, login: Login, session: Session, world: World, make_point: MakePoint
) -> None:
    point = make_point("Oefen samen", fictief=True)
    make_point("Zonder alles")
    on_course(session, world, point)
    by = acting(world)
    standing.say(session, point.id, "toezicht", "niet_vast_te_stellen", "Wij zien niets.", "IVD", DAY, by=by)
    asked = Asked("bijsturen", "Moet het anders?", "CDS", today() - timedelta(3))
    deciding.ask(session, point.id, asked, by=by)
    session.commit()
    login("inspecteur")
    page = client.get(PATH)
    assert page.h1 == "Stuurinformatie"
    counts = dict(zip(page.texts(".table--fit th[scope=row]"), page.texts(".table--fit td"), strict=True))
    wanted = ("Op koers", "Niet te sturen", "Zonder indicator", "Zonder besluit", "Vraagt een besluit")
    assert [counts[label] for label in wanted] == ["1", "1", "1", "0", "1"]
    assert page.has("Toezichthouder: niet vast te stellen")
    assert page.has("Wij zien niets.")
    assert page.has("Te laat")
    assert page.has("Fictieve gegevens")
    assert not client.get(f"{PATH}?soort=maatregel").has("Oefen samen")
    answer = client.get(f"{PATH}/bestand")
    assert "fictief" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    summary = [[cell.value for cell in row] for row in book["Overzicht"].iter_rows()]
    assert ["Op koers", 1] in summary
    assert ["Vraagt een besluit", 1] in summary
    cells = [[cell.value for cell in row] for row in book["Punten"].iter_rows()]
    assert any("Oefen samen" in row and "Op koers" in row for row in cells)
    assert any("Zonder alles" in row and "Zonder indicator." in row for row in cells)
    assert all(_width(sheet) <= PRINTED for sheet in book.worksheets)
    assert "Moet het anders?" in str([[c.value for c in row] for row in book["Besluiten"].iter_rows()])
    text = client.get(f"{PATH}/bestand?vorm=csv").data.decode("utf-8-sig")
    assert "Oefen samen" in text
    assert "Op koers" in text
    login("ovr.vr01")
    client.get(PATH, status=403)


def test_it_takes_as_many_queries_for_many_points_as_for_one(
    session: Session, world: World, make_point: MakePoint
) -> None:
    def more(number: int) -> None:
        on_course(session, world, make_point(f"Punt {number}"))
        slip(session, world, make_point(f"Schuift {number}"))

    more(0)
    few = _queries(session)
    for number in range(1, 4):
        more(number)
    assert _queries(session) == few


def _width(sheet: Any) -> float:
    return sum((each.max - each.min + 1) * each.width for each in sheet.column_dimensions.values())


def _queries(session: Session) -> int:
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    session.expire_all()
    event.listen(session.get_bind(), "before_cursor_execute", note)
    try:
        steering.steering(session, DAY)
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", note)
    return count
