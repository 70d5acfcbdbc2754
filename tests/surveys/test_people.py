"""Inviting, assigning, handing over, disabling; and locking out who guesses."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import people
from surveys.acting import By
from surveys.errors import Refused
from surveys.models import Assignment, LogEntry, LoginThrottle, Person
from tests import factories

AT = datetime(2013, 6, 1, 10, 0, tzinfo=UTC)
BY = By.system(AT)
TODAY = date(2013, 6, 1)
DAYS = st.integers(0, 30).map(lambda number: date(2013, 1, 1) + timedelta(days=number))
PERIODS = st.tuples(DAYS, st.none() | st.integers(1, 20)).map(
    lambda pair: (pair[0], None if pair[1] is None else pair[0] + timedelta(days=pair[1]))
)


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(LogEntry.action).order_by(LogEntry.id)))


def covers(period: tuple[date, date | None], day: date) -> bool:
    return period[0] <= day and (period[1] is None or day < period[1])


def test_an_invited_person_has_an_account_without_a_password(session: Session) -> None:
    made = people.invite(session, name="  Anna   de Vries ", email=" Anna@Voorbeeld.NL ", by=BY)
    assert (made.name, made.email, made.password, made.active) == (
        "Anna de Vries",
        "anna@voorbeeld.nl",
        None,
        True,
    )
    assert actions(session) == ["person.invite"]


@pytest.mark.parametrize(
    "email",
    [
        "",
        "anna",
        "anna@",
        "@voorbeeld.nl",
        "anna@voorbeeld",
        "a b@voorbeeld.nl",
        "anna@voorbeeld.nl\nBcc: x@y.nl",
        "a" * 250 + "@voorbeeld.nl",
    ],
)
def test_what_is_no_address_is_refused(session: Session, email: str) -> None:
    with pytest.raises(Refused, match="e-mailadres"):
        people.invite(session, name="Anna", email=email, by=BY)


def test_an_address_belongs_to_one_person_in_whatever_case(session: Session) -> None:
    people.invite(session, name="Anna", email="anna@voorbeeld.nl", by=BY)
    with pytest.raises(Refused, match="al een account"):
        people.invite(session, name="Bert", email="ANNA@voorbeeld.nl", by=BY)


def test_an_address_that_is_taken_at_this_very_moment_is_refused_too(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.invite(session, name="Anna", email="anna@voorbeeld.nl", by=BY)
    session.commit()
    monkeypatch.setattr(people, "by_email", lambda *_: None)
    with pytest.raises(Refused, match="al een account"):
        people.invite(session, name="Bert", email="anna@voorbeeld.nl", by=BY)
    session.rollback()


@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
def test_a_name_is_there_and_fits(session: Session, name: str) -> None:
    with pytest.raises(Refused, match="naam"):
        people.invite(session, name=name, email="anna@voorbeeld.nl", by=BY)


def test_somebody_may_keep_the_own_address_when_the_name_changes(session: Session) -> None:
    person = factories.person(session, email="anna@voorbeeld.nl")
    people.change(session, person, name="Anna Bos", email="anna@voorbeeld.nl", by=BY)
    assert person.name == "Anna Bos"
    assert actions(session)[-1] == "person.change"


def test_an_address_of_somebody_else_can_not_be_taken(session: Session) -> None:
    factories.person(session, email="bert@voorbeeld.nl")
    person = factories.person(session, email="anna@voorbeeld.nl")
    with pytest.raises(Refused, match="al een account"):
        people.change(session, person, name="Anna", email="bert@voorbeeld.nl", by=BY)


@pytest.mark.parametrize(("role", "for_unit"), [("ovr", False), ("inspecteur", True)])
def test_a_role_is_held_for_what_the_table_says(session: Session, role: str, for_unit: bool) -> None:
    person = factories.person(session)
    scope = (
        {"unit": factories.region(session)} if for_unit else {"organisation": factories.organisation(session)}
    )
    with pytest.raises(Refused, match="geldt voor"):
        people.assign(session, person, role, **scope, valid_from=TODAY, by=BY)  # type: ignore[arg-type]


def test_a_role_that_does_not_exist_is_refused(session: Session) -> None:
    with pytest.raises(Refused, match="bestaat niet"):
        people.assign(
            session,
            factories.person(session),
            "koning",
            unit=factories.region(session),
            valid_from=TODAY,
            by=BY,
        )


def test_an_empty_period_is_refused(session: Session) -> None:
    with pytest.raises(Refused, match="einddatum"):
        factories.assignment(
            session, "ovr", unit=factories.region(session), valid_from=TODAY, valid_until=TODAY
        )


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(periods=st.lists(PERIODS, min_size=2, max_size=5))
def test_the_periods_of_one_role_never_overlap(
    session: Session, periods: list[tuple[date, date | None]]
) -> None:
    with session.begin_nested() as savepoint:
        unit, person = factories.region(session), factories.person(session)
        kept: list[tuple[date, date | None]] = []
        for first, until in periods:
            free = not any(
                covers(other, day) and covers((first, until), day) for other in kept for day in _all_days()
            )
            try:
                factories.assignment(
                    session, "ovr", unit=unit, whose=person, valid_from=first, valid_until=until
                )
                assert free
                kept.append((first, until))
            except Refused:
                assert not free
        for day in _all_days():
            assert sum(row.holds_on(day) for row in person.assignments) == sum(
                covers(one, day) for one in kept
            )
        savepoint.rollback()
    session.expire_all()


def _all_days() -> list[date]:
    return [date(2013, 1, 1) + timedelta(days=number) for number in range(60)]


def test_nobody_gives_a_role_to_the_own_account(session: Session) -> None:
    held = factories.assignment(session, "beheerder")
    other = factories.assignment(session, "ovr", unit=factories.region(session))
    mine = By.through(held, AT)
    with pytest.raises(Refused, match="U kunt uzelf geen rol geven"):
        people.assign(session, held.person, "ovr", unit=other.unit, valid_from=TODAY, by=mine)
    with pytest.raises(Refused, match="U kunt uzelf geen rol geven"):
        people.hand_over(session, other, held.person, TODAY, mine)
    assert held.person.assignments == [held]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(roles=st.permutations(["beheerder", "inspecteur"]), first=PERIODS, second=PERIODS)
def test_nobody_is_beheerder_and_inspector_on_the_same_day(
    session: Session,
    roles: list[str],
    first: tuple[date, date | None],
    second: tuple[date, date | None],
) -> None:
    with session.begin_nested() as savepoint:
        person = factories.person(session)
        factories.assignment(session, roles[0], whose=person, valid_from=first[0], valid_until=first[1])
        both = any(covers(first, day) and covers(second, day) for day in _all_days())
        with pytest.raises(Refused, match="niet tegelijk beheerder en") if both else nullcontext():
            factories.assignment(session, roles[1], whose=person, valid_from=second[0], valid_until=second[1])
        savepoint.rollback()
    session.expire_all()


def test_the_same_role_can_be_held_for_two_units_at_once(session: Session) -> None:
    person = factories.person(session)
    for number in (1, 2):
        factories.assignment(session, "ovr", unit=factories.region(session, number), whose=person)
    assert len(person.assignments) == 2


def test_an_assignment_that_ends_gives_no_rights_from_that_day_on(session: Session) -> None:
    row = factories.assignment(session, "ovr", unit=factories.region(session))
    people.end(session, row, TODAY, BY)
    assert row.holds_on(TODAY - timedelta(days=1))
    assert not row.holds_on(TODAY)
    assert actions(session)[-1] == "assignment.end"


def test_an_assignment_ends_no_earlier_than_it_began_and_is_not_stretched(session: Session) -> None:
    row = factories.assignment(
        session,
        "ovr",
        unit=factories.region(session),
        valid_from=TODAY,
        valid_until=TODAY + timedelta(days=9),
    )
    with pytest.raises(Refused, match="voor de begindatum"):
        people.end(session, row, TODAY - timedelta(days=1), BY)
    with pytest.raises(Refused, match="eindigt al eerder"):
        people.end(session, row, TODAY + timedelta(days=10), BY)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(period=PERIODS, day=DAYS)
def test_handing_over_leaves_no_day_without_and_no_day_with_two(
    session: Session, period: tuple[date, date | None], day: date
) -> None:
    with session.begin_nested() as savepoint:
        row = factories.assignment(
            session, "ovr", unit=factories.region(session), valid_from=period[0], valid_until=period[1]
        )
        to = factories.person(session, "Bert")
        try:
            successor = people.hand_over(session, row, to, day, BY)
        except Refused:
            assert not covers(period, day)
        else:
            for each in _all_days():
                assert row.holds_on(each) + successor.holds_on(each) == covers(period, each)
        savepoint.rollback()
    session.expire_all()


def test_handing_over_keeps_role_and_unit_and_goes_to_somebody_else(session: Session) -> None:
    unit = factories.region(session)
    row = factories.assignment(session, "ovr", unit=unit)
    with pytest.raises(Refused, match="andere persoon"):
        people.hand_over(session, row, row.person, TODAY, BY)
    successor = people.hand_over(session, row, factories.person(session, "Bert"), TODAY, BY)
    assert (successor.role, successor.unit, successor.person.name) == ("ovr", unit, "Bert")
    assert actions(session)[-3:] == ["assignment.give", "assignment.end", "assignment.hand_over"]


def test_a_disabled_person_is_out_of_every_open_session(session: Session) -> None:
    person = factories.assignment(session, "ovr", unit=factories.region(session)).person
    before = person.fs_uniquifier
    people.disable(session, person, BY)
    assert not person.active
    assert person.fs_uniquifier != before
    people.enable(session, person, BY)
    assert person.active
    assert actions(session)[-2:] == ["person.disable", "person.enable"]


def test_nobody_disables_himself(session: Session) -> None:
    row = factories.assignment(session, "beheerder")
    factories.assignment(session, "beheerder", whose=factories.person(session))
    with pytest.raises(Refused, match="eigen account"):
        people.disable(session, row.person, By.through(row, AT))


def test_the_last_beheerder_stays(session: Session) -> None:
    row = factories.assignment(session, "beheerder")
    with pytest.raises(Refused, match="laatste beheerder"):
        people.disable(session, row.person, BY)
    with pytest.raises(Refused, match="laatste beheerder"):
        people.end(session, row, TODAY, BY)


def test_a_beheerder_who_is_disabled_or_whose_time_is_over_does_not_count(session: Session) -> None:
    row = factories.assignment(session, "beheerder")
    gone = factories.person(session)
    factories.assignment(session, "beheerder", whose=gone)
    former = factories.person(session)
    factories.assignment(session, "beheerder", whose=former, valid_until=TODAY)
    people.disable(session, gone, BY)
    with pytest.raises(Refused, match="laatste beheerder"):
        people.end(session, row, TODAY, BY)


def test_the_last_beheerder_can_hand_over_also_from_a_later_day(session: Session) -> None:
    row = factories.assignment(session, "beheerder")
    later = TODAY + timedelta(days=7)
    successor = people.hand_over(session, row, factories.person(session, "Bert"), later, BY)
    assert successor.holds_on(later)
    assert row.holds_on(TODAY)


def test_the_fifth_failure_locks_for_a_quarter_of_an_hour(session: Session) -> None:
    for number in range(people.FREE_FAILURES):
        assert people.locked_until(session, "anna@voorbeeld.nl", AT) is None
        people.record_failure(session, "Anna@voorbeeld.nl ", AT + timedelta(seconds=number))
    until = people.locked_until(session, "anna@voorbeeld.nl", AT + timedelta(seconds=5))
    assert until == AT + timedelta(seconds=people.FREE_FAILURES - 1) + people.LOCKED
    assert people.locked_until(session, "anna@voorbeeld.nl", until) is None
    assert people.locked_until(session, "bert@voorbeeld.nl", AT) is None


def test_two_first_failures_at_the_same_moment_both_count(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.record_failure(session, "anna@voorbeeld.nl", AT)
    session.commit()
    found, first_look = session.get, iter([None])
    # the second one looked before the first was there
    monkeypatch.setattr(session, "get", lambda *args, **more: next(first_look, found(*args, **more)))
    people.record_failure(session, "anna@voorbeeld.nl", AT)
    assert session.scalars(select(LoginThrottle.failures)).one() == 2


def test_failures_long_ago_do_not_count(session: Session) -> None:
    for number in range(people.FREE_FAILURES * 2):
        people.record_failure(
            session, "anna@voorbeeld.nl", AT + number * (people.WINDOW + timedelta(seconds=1))
        )
    assert people.locked_until(session, "anna@voorbeeld.nl", AT + timedelta(days=1)) is None


def test_a_good_log_in_or_the_beheerder_ends_the_lock(session: Session) -> None:
    person = factories.person(session, email="anna@voorbeeld.nl")
    for _ in range(people.FREE_FAILURES):
        people.record_failure(session, person.email, AT)
    assert people.locked_until(session, person.email, AT) is not None
    people.unlock(session, person, BY)
    assert people.locked_until(session, person.email, AT) is None
    assert actions(session)[-1] == "person.unlock"


def test_the_log_holds_no_names_and_no_addresses(session: Session) -> None:
    row = factories.assignment(session, "ovr", unit=factories.region(session))
    people.change(session, row.person, name="Zeldzame Naam", email="zeldzaam@voorbeeld.nl", by=BY)
    people.hand_over(session, row, factories.person(session, "Andere Naam", "ander@voorbeeld.nl"), TODAY, BY)
    people.disable(session, row.person, BY)
    for entry in session.scalars(select(LogEntry)):
        written = f"{entry.action} {entry.subject} {entry.detail}".lower()
        for person in session.scalars(select(Person)):
            assert person.email not in written
            assert person.name.lower() not in written


def test_every_change_to_people_is_in_the_log_with_its_subject(session: Session) -> None:
    row = factories.assignment(session, "ovr", unit=factories.region(session))
    people.disable(session, row.person, BY)
    entry = session.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first()
    assert entry is not None
    assert (entry.subject, entry.subject_id, entry.at) == ("person", row.person_id, AT)
    given = session.scalars(select(LogEntry).where(LogEntry.action == "assignment.give")).one()
    assert (given.subject, given.subject_id) == ("assignment", session.scalars(select(Assignment.id)).one())
