"""Units, their names over time, and which belongs to which."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import units
from surveys.acting import By
from surveys.errors import Refused
from surveys.models import LogEntry
from tests import factories

BY = By.system(datetime(2013, 6, 1, 10, 0, tzinfo=UTC))
FIRST = date(2011, 1, 1)
DAYS = st.integers(0, 30).map(lambda number: FIRST + timedelta(days=number))
PERIODS = st.tuples(DAYS, st.none() | st.integers(1, 20)).map(
    lambda pair: (pair[0], None if pair[1] is None else pair[0] + timedelta(days=pair[1]))
)


def actions(session: Session) -> list[str]:
    return list(
        session.scalars(select(LogEntry.action).where(LogEntry.action.like("unit%")).order_by(LogEntry.id))
    )


def add(session: Session, **changes: object) -> object:
    values = {"kind": "veiligheidsregio", "code": "VR01", "name": "Regio", "short": "R", "valid_from": FIRST}
    return units.add(session, by=BY, **(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["", "vr01", "VR 01", "-VR", "VR/1", "X" * 33, "VR01\n"])
def test_a_code_is_capitals_digits_and_dashes(session: Session, code: str) -> None:
    with pytest.raises(Refused, match="hoofdletters"):
        add(session, code=code)


def test_a_code_is_taken_once(session: Session) -> None:
    add(session)
    with pytest.raises(Refused, match="al een eenheid"):
        add(session, name="Andere")


@pytest.mark.parametrize("changes", [{"name": " "}, {"short": ""}, {"name": "x" * 201}, {"short": "x" * 33}])
def test_names_are_there_and_fit(session: Session, changes: dict[str, str]) -> None:
    with pytest.raises(Refused, match="naam"):
        add(session, **changes)


@pytest.mark.parametrize("kind", ["", "Regio", "twee woorden", "x" * 65])
def test_a_kind_is_a_word_as_instruments_write_it(session: Session, kind: str) -> None:
    with pytest.raises(Refused, match="soort"):
        add(session, kind=kind)


def test_a_unit_exists_for_a_while_at_least(session: Session) -> None:
    with pytest.raises(Refused, match="einddatum"):
        add(session, valid_until=FIRST)
    unit = factories.region(session)
    with pytest.raises(Refused, match="einddatum"):
        units.change(session, unit, valid_until=unit.valid_from, tile=None, by=BY)


def test_the_place_on_the_map_and_the_end_can_change(session: Session) -> None:
    unit = factories.region(session)
    units.change(session, unit, valid_until=date(2020, 1, 1), tile=units.Tile(3, 4), by=BY)
    assert (unit.valid_until, unit.tile_row, unit.tile_column) == (date(2020, 1, 1), 3, 4)
    units.change(session, unit, valid_until=None, tile=None, by=BY)
    assert (unit.valid_until, unit.tile_row, unit.tile_column) == (None, None, None)
    assert actions(session) == ["unit.add", "unit.change", "unit.change"]


def test_an_old_name_stays_for_the_days_when_it_was_used(session: Session) -> None:
    unit = factories.region(session)
    units.rename(session, unit, name="Nieuwe naam", short="NN", valid_from=date(2012, 1, 1), by=BY)
    assert unit.name_on(date(2011, 12, 31)).name == "Regio 1"
    assert unit.name_on(date(2012, 1, 1)).name == "Nieuwe naam"
    assert (unit.name, unit.short) == ("Nieuwe naam", "NN")


def test_a_name_from_the_same_day_is_corrected(session: Session) -> None:
    unit = factories.region(session)
    units.rename(session, unit, name="Verbeterd", short="V", valid_from=unit.valid_from, by=BY)
    assert [(name.name, name.valid_from) for name in unit.names] == [("Verbeterd", unit.valid_from)]


def test_a_name_does_not_begin_before_the_unit(session: Session) -> None:
    unit = factories.region(session)
    with pytest.raises(Refused, match="voordat"):
        units.rename(
            session, unit, name="Te vroeg", short="TV", valid_from=unit.valid_from - timedelta(days=1), by=BY
        )


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(days=st.lists(DAYS, max_size=5), asked=DAYS)
def test_the_name_on_a_day_is_the_last_that_had_begun(
    session: Session, days: list[date], asked: date
) -> None:
    with session.begin_nested() as savepoint:
        unit = factories.region(session)
        latest: dict[date, str] = {unit.valid_from: "Regio 1"}
        for number, day in enumerate(days):
            units.rename(session, unit, name=f"Naam {number}", short="N", valid_from=day, by=BY)
            latest[day] = f"Naam {number}"
        assert unit.name_on(asked).name == latest[max(day for day in latest if day <= asked)]
        savepoint.rollback()
    session.expire_all()


def test_a_new_link_ends_the_open_one_on_that_day(session: Session) -> None:
    unit, north, south = (
        factories.region(session),
        factories.command(session),
        factories.command(session, "Zuid"),
    )
    old = units.link(session, unit, north, valid_from=date(2005, 1, 1), by=BY)
    units.link(session, unit, south, valid_from=date(2011, 1, 1), note="zeker", by=BY)
    assert old.valid_until == date(2011, 1, 1)
    assert units.parents_on(session, date(2010, 12, 31)) == {unit.code: north.id}
    assert units.parents_on(session, date(2011, 1, 1)) == {unit.code: south.id}
    assert units.parents_on(session, date(2004, 1, 1)) == {}
    assert actions(session)[-3:] == ["unit_link.add", "unit_link.end", "unit_link.add"]


def test_a_unit_does_not_belong_to_itself(session: Session) -> None:
    unit = factories.region(session)
    with pytest.raises(Refused, match="zichzelf"):
        units.link(session, unit, unit, valid_from=FIRST, by=BY)


def test_a_changed_link_may_not_run_into_the_next_one(session: Session) -> None:
    unit, north, south = (
        factories.region(session),
        factories.command(session),
        factories.command(session, "Zuid"),
    )
    old = units.link(session, unit, north, valid_from=FIRST, valid_until=FIRST + timedelta(days=9), by=BY)
    units.link(session, unit, south, valid_from=FIRST + timedelta(days=9), by=BY)
    with pytest.raises(Refused, match="al bij RMC Zuid"):
        units.change_link(session, old, valid_until=None, note=None, by=BY)
    units.change_link(session, old, valid_until=FIRST + timedelta(days=5), note="gok", by=BY)
    assert (old.valid_until, old.note) == (FIRST + timedelta(days=5), "gok")
    assert actions(session)[-1] == "unit_link.change"


def test_a_link_entered_by_mistake_goes_and_the_log_keeps_which(session: Session) -> None:
    unit, north = factories.region(session), factories.command(session)
    row = units.link(session, unit, north, valid_from=FIRST, by=BY)
    units.remove_link(session, row, BY)
    assert units.links_of(session, unit) == []
    entry = session.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.detail) == ("unit_link.remove", {"unit": unit.id, "parent": north.id})


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(wanted=st.lists(st.tuples(PERIODS, st.booleans()), min_size=1, max_size=6))
def test_on_no_day_does_a_unit_belong_to_two_of_a_kind(
    session: Session, wanted: list[tuple[tuple[date, date | None], bool]]
) -> None:
    with session.begin_nested() as savepoint:
        unit = factories.region(session)
        parents = [factories.command(session), factories.command(session, "Zuid")]
        for (first, until), which in wanted:
            try:
                with session.begin_nested():
                    units.link(session, unit, parents[which], valid_from=first, valid_until=until, by=BY)
            except Refused:
                continue
            # what was just entered holds, whatever was there before
            assert units.links_on(session, first)[unit.id].parent is parents[which]
        for number in range(60):
            day = FIRST + timedelta(days=number)
            held = [
                row for row in units.links_of(session, unit)
                if row.valid_from <= day and (row.valid_until is None or day < row.valid_until)
            ]  # fmt: skip
            assert len(held) <= 1
        savepoint.rollback()
    session.expire_all()
