"""The table of who may do what: denied unless it is in it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.models import Assignment
from surveys.permissions import PERMISSIONS, ROLES, Scope, holders

DAY = date(2013, 6, 1)
DAYS = st.dates(date(2000, 1, 1), date(2030, 1, 1))


def held(role: str, unit_id: int | None = 1, **dates: date | None) -> Assignment:
    first = dates.get("first", date(2000, 1, 1))
    return Assignment(role=role, unit_id=unit_id, valid_from=first, valid_until=dates.get("until"))


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_may_on_its_own_unit_exactly_what_its_row_says(role: str, permission: str) -> None:
    assert bool(holders([held(role)], permission, 1, DAY)) == (permission in ROLES[role].may)


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
@pytest.mark.parametrize("role", sorted(ROLES))
def test_on_another_unit_only_what_is_given_for_all(role: str, permission: str) -> None:
    allowed = ROLES[role].may.get(permission) is Scope.ALL
    assert bool(holders([held(role)], permission, 2, DAY)) == allowed
    assert bool(holders([held(role)], permission, None, DAY)) == allowed


def test_a_misspelt_permission_is_no_silent_no() -> None:
    with pytest.raises(KeyError):
        holders([held("ovr")], "dossier.anwser", 1, DAY)


def test_a_role_that_is_no_longer_in_the_table_gives_nothing() -> None:
    assert holders([held("koning")], "dossier.view", 1, DAY) == []


def test_no_role_that_fills_in_sees_the_national_picture_or_manages() -> None:
    for role in ROLES.values():
        if any(scope is Scope.OWN for scope in role.may.values()):
            assert not {"picture.view", "picture.export", "people.manage", "units.manage"} & set(role.may)


def test_only_who_signs_submits_and_a_waarnemer_does_neither() -> None:
    for role in ROLES.values():
        assert ("dossier.sign" in role.may) == ("dossier.submit" in role.may)
    assert "dossier.sign" not in ROLES["waarnemer"].may
    assert "dossier.answer" in ROLES["waarnemer"].may


def test_what_is_held_for_an_organisation_gives_nothing_on_own_dossiers() -> None:
    for role in ROLES.values():
        if role.held_for == "organisation":
            assert set(role.may.values()) <= {Scope.ALL}


@given(first=DAYS, length=st.none() | st.integers(0, 1000), day=DAYS)
def test_an_assignment_gives_rights_from_its_first_day_until_its_last_not_included(
    first: date, length: int | None, day: date
) -> None:
    until = None if length is None else first + timedelta(days=length)
    found = holders([held("ovr", first=first, until=until)], "dossier.answer", 1, day)
    assert bool(found) == (first <= day and (until is None or day < until))


@given(st.lists(st.tuples(st.sampled_from(sorted(ROLES)), st.integers(1, 3)), max_size=6), st.integers(1, 3))
def test_all_assignments_that_allow_it_are_given_in_their_order(
    roles: list[tuple[str, int]], unit: int
) -> None:
    rows = [held(role, unit_id) for role, unit_id in roles]
    found = holders(rows, "dossier.view", unit, DAY)
    alone = [row for row in rows if holders([row], "dossier.view", unit, DAY)]
    assert found == alone
