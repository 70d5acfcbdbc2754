"""Priority and capacity: the arithmetic, what is kept of the past, the pages, and the files."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.follow_up import capacity, means, registering, shortage
from surveys.follow_up.capacity import CAPACITIES, CapacityDetails
from surveys.follow_up.means import Means, people, people_shown, total
from surveys.follow_up.shortage import NO_TRACK
from surveys.models import CapacityVersion, LogEntry
from tests.factories import World
from tests.follow_up.conftest import AT, Login, MakePoint, acting
from tests.support.client import Client

PAGE = "/opvolging/capaciteit"
counts = st.integers(0, 10_000_000)
some = st.lists(st.builds(Means, counts, counts, counts, counts), max_size=6)


def given_to(point: int, year: int, part: str, *means: int, **more: str) -> CapacityDetails:
    return CapacityDetails(point, year, part=part, means=Means(*means), **more)


@settings(max_examples=25)
@given(some, some)
def test_what_is_short_adds_up_however_it_is_grouped(first: list[Means], second: list[Means]) -> None:
    whole = total([*first, *second])
    assert whole == total(first) + total(second)
    assert whole.people_gap == sum(each.people_gap for each in (*first, *second))
    assert whole.budget_gap == sum(each.budget_needed for each in (*first, *second)) - whole.budget_assigned
    assert whole.short == (whole.people_gap > 0 or whole.budget_gap > 0)


@settings(max_examples=25)
@given(st.integers(0, means.MOST_PEOPLE))
def test_people_are_read_as_they_are_written(tenths: int) -> None:
    assert people(people_shown(tenths)) == tenths
    assert people(f" {tenths // 10}.{tenths % 10}0 ") == tenths


def test_a_point_before_three_digits_is_of_thousands_of_people() -> None:
    assert [people(typed) for typed in ("1.000", "2.500,5", "2.5")] == [10_000, 25_005, 25]


@pytest.mark.parametrize("typed", ["2,55", "-1", "veel", "1.00,5", "1.000.000", "²"])
def test_what_is_no_number_of_people_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="fte"):
        people(typed)


def test_a_gap_is_told_in_words() -> None:
    found = Means(25, 10, 100_000, 125_000)
    assert (found.people_words, found.budget_words) == ("1,5 fte tekort", "€ 25.000 over")
    assert Means(25, 25).people_words == "Precies genoeg"
    assert Means(25, 25).budget_words == "Niet nodig"


def test_what_priority_and_capacity_were_can_be_seen_and_is_never_overwritten(
    session: Session, world: World, make_point: MakePoint
) -> None:
    point, by = make_point().id, acting(world)
    capacity.prioritise(session, point, "hoog", "Er is haast", by=by, seen=0)
    capacity.prioritise(session, point, "hoog", "Er is haast", by=by, seen=0)
    with pytest.raises(ChangedMeanwhile):
        capacity.prioritise(session, point, "laag", "Toch niet", by=by, seen=0)
    capacity.prioritise(session, point, None, "Vervalt", by=by, seen=1)
    assert [each.code for each in capacity.priorities(session)[point]] == ["hoog", None]

    row = CAPACITIES.add(session, given_to(point, 2026, "Staf", 25, 10, 5000, 0), by=by)
    with pytest.raises(Refused, match="waarom de capaciteit wijzigt"):
        CAPACITIES.change(session, row.id, given_to(point, 2026, "Staf", 25, 25), by=by, seen_version=1)
    changed = given_to(point, 2026, "Staf", 25, 25, reason="prioriteit", note="Erbij gekregen")
    CAPACITIES.change(session, row.id, changed, by=by, seen_version=1)
    CAPACITIES.change(session, row.id, changed, by=by, seen_version=1)
    with pytest.raises(ChangedMeanwhile):
        CAPACITIES.change(
            session, row.id, given_to(point, 2026, "Staf", 9, reason="realiteit"), by=by, seen_version=1
        )
    found = capacity.find(session, row.id)
    assert found is not None
    assert [(each.means.people_assigned, each.reason_label) for each in found.versions] == [
        (10, "Eerste opgave"),
        (25, "Prioriteit"),
    ]
    logged = session.scalars(select(LogEntry).where(LogEntry.subject == "capacity")).all()
    assert [each.detail for each in logged] == [
        {"version": 1, "point": point},
        {"version": 2, "point": point},
    ]
    CAPACITIES.remove(session, row.id, by=by, seen_version=2)
    assert capacity.of_points(session) == {}
    session.commit()
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(CapacityVersion.__table__.delete())  # type: ignore[attr-defined]
    session.rollback()


IMPOSSIBLE: tuple[tuple[dict[str, object], str], ...] = (
    ({"part": None}, "Kies een eenheid"),
    ({"unit_id": 1}, "Niet allebei"),
    ({"part": None, "unit_id": 987}, "uit de lijst"),
    ({"year": 1999}, "2000 tot en met 2100"),
    ({"means": Means()}, "Vul in hoeveel"),
    ({"means": Means(budget_needed=10**16)}, "bedrag"),
    ({"part": "staf "}, "staat er al een regel"),
)
"""What can't be, and what the refusal says."""


def test_capacity_that_can_not_be_is_refused(session: Session, world: World, make_point: MakePoint) -> None:
    point, by = make_point().id, acting(world)
    CAPACITIES.add(session, given_to(point, 2026, "Staf", 1), by=by)
    for details, why in IMPOSSIBLE:
        whole = {"point_id": point, "year": 2026, "part": "Brigade", "means": Means(1), **details}
        with pytest.raises(Refused, match=why):
            CAPACITIES.add(session, CapacityDetails(**whole), by=by)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        CAPACITIES.add(session, given_to(point, 2027, "Staf", 1), by=acting(world, "ovr.vr01"))


def test_totals_are_the_same_by_part_point_and_track_and_what_is_urgent_is_first(
    session: Session, world: World, make_point: MakePoint
) -> None:
    by = acting(world)
    calm = make_point("Rustig", classes={"spoor": "cultuur"}).id
    urgent = make_point("Dringend", classes={"spoor": "systeem"}).id
    other = make_point("Anders").id
    unit = world.units["VR01"]
    CAPACITIES.add(session, given_to(calm, 2026, "Staf", 10, 20, 0, 0), by=by)
    CAPACITIES.add(session, given_to(urgent, 2026, "Staf", 15, 5, 1000, 1000), by=by)
    CAPACITIES.add(session, CapacityDetails(urgent, 2027, unit.id, means=Means(budget_needed=7)), by=by)
    CAPACITIES.add(session, given_to(other, 2027, "Staf", 3), by=by)
    capacity.prioritise(session, urgent, "hoog", "Haast", by=by, seen=0)
    capacity.prioritise(session, calm, "laag", "Geen haast", by=by, seen=0)

    found = shortage.shortage(session)
    assert [each.point.title for each in found.found] == ["Dringend", "Rustig", "Anders"]
    assert [each.point.title for each in found.urgent] == ["Dringend"]
    assert found.by_part == {
        ("Staf", 2026): Means(25, 25, 1000, 1000),
        ("Staf", 2027): Means(3),
        (unit.name, 2027): Means(budget_needed=7),
    }
    assert list(found.by_track) == ["Cultuur", "Systeem", NO_TRACK]
    sums = [total(found.by_part.values()), total(found.by_track.values())]
    assert [*sums, total(each.means for each in found.found)] == [found.total] * 3
    late = shortage.shortage(session, 2027)
    assert (late.years, late.total) == ((2026, 2027), Means(3, budget_needed=7))
    assert [each.point.title for each in late.found] == ["Dringend", "Rustig", "Anders"]
    registering.remove(session, other, by=by, seen_version=1)
    assert shortage.shortage(session).total == Means(25, 25, 1007, 1000)


def test_the_overview_takes_as_many_queries_however_much_there_is(
    session: Session, world: World, make_point: MakePoint
) -> None:
    by = acting(world)
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: asked.append(given[2]))

    def count() -> int:
        session.flush()
        session.expire_all()
        asked.clear()
        shortage.shortage(session)
        return len(asked)

    def more(title: str) -> None:
        number = make_point(title).id
        capacity.prioritise(session, number, "hoog", "Haast", by=by, seen=0)
        for year in (2026, 2027):
            CAPACITIES.add(session, given_to(number, year, "Staf", 4), by=by)

    more("Een")
    before = count()
    for title in ("Twee", "Drie", "Vier"):
        more(title)
    assert count() == before


def test_pages_give_a_point_priority_and_capacity_and_the_overview_shows_what_is_short(
    client: Client, login: Login, session: Session, world: World, make_point: MakePoint
) -> None:
    point = make_point("Oefen samen", fictief=True).id
    login("inspecteur")
    client.get(f"/opvolging/punten/{point}/capaciteit")
    client.click("Prioriteit geven")
    assert client.submit({"priority": "hoog"}, status=422).has("waarom het punt deze prioriteit heeft")
    assert client.page.one("#priority option[selected]")["value"] == "hoog"
    client.submit({"reason": "Er is haast"})
    client.click("Onderdeel toevoegen")
    page = client.submit({"year": "2026", "part": "Staf", "people_needed": "2,55"}, status=422)
    assert page.has("hoogstens één cijfer achter de komma")
    assert page.one("#people_needed")["value"] == "2,55"
    client.submit({"people_needed": "2,5", "people_assigned": "1", "budget_needed": "€ 1,5 miljoen"})
    assert client.page.has("1,5 fte tekort")
    row = capacity.of_points(session)[point][0]

    client.click("Wijzigen: Staf, 2026")
    CAPACITIES.change(
        session,
        row.id,
        given_to(point, 2026, "Staf", 25, 20, reason="realiteit", note="Van een collega"),
        by=acting(world, at=AT + timedelta(hours=1)),
        seen_version=1,
    )
    session.commit()
    page = client.submit({"people_assigned": "2,5", "reason": "prioriteit"}, status=409)
    assert page.has("Van een collega")
    assert page.one("#people_assigned")["value"] == "2,5"
    client.submit()
    assert client.page.has("3 versies")

    page = client.get(PAGE)
    assert page.has("Fictieve gegevens")
    assert page.texts("main table caption")[0] == "1 punt"
    assert page.texts("tfoot th") == ["Totaal"] * 3
    assert page.has("€ 1,5 miljoen tekort")
    assert client.get(f"{PAGE}?jaar=2031").has("Er zijn nog geen mensen of budget ingevuld.")
    client.get(PAGE)
    file = client.ask("GET", client.page.link("Prioriteit en capaciteit als Excel"))
    assert "fictief.xlsx" in file.headers["Content-Disposition"]
    ods = client.ask("GET", client.page.link("Prioriteit en capaciteit als ODS (LibreOffice, Excel)"))
    assert "fictief.ods" in ods.headers["Content-Disposition"]
    book = openpyxl.load_workbook(BytesIO(file.data))
    assert book.sheetnames[:2] == ["Hoog met tekort", "Per onderdeel"]
    lines = [[cell.value for cell in row] for row in book["Per onderdeel"]]
    assert lines[-1][:5] == ["Totaal", None, 2.5, 2.5, 0]
    assert lines[-1][8] == 1_500_000

    page = client.get(f"/opvolging/punten/{point}")
    assert page.has("2,5 fte nodig, 2,5 fte toegewezen: precies genoeg")
    client.get(f"/opvolging/punten/{point}/capaciteit/{row.id}/verwijderen")
    assert client.submit().has("De regel is verwijderd.")
    client.get(f"/opvolging/punten/{point}/capaciteit/{row.id}/wijzigen", status=404)
