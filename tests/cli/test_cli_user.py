"""`meetlat user`: accounts from the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.acting import today
from surveys.models import LogEntry, Person
from tests import factories
from tests.factories import World
from tests.support import cli
from tests.support.cli import Ran
from tests.support.client import Client
from tests.support.second_step import Clock, given

Run = Callable[..., Ran]
KEY = "a key that only tests use, and long enough"
NEW = ("Bert Bos", "bert@voorbeeld.nl")


@pytest.fixture
def run(
    database_url: str,
    world: World,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """The command line on a database with somebody in every role."""
    monkeypatch.setenv("MEETLAT_DATABASE_URL", database_url)
    monkeypatch.setenv("MEETLAT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MEETLAT_SECRET_KEY", KEY)

    def run(*args: object) -> Ran:
        session.rollback()  # what the test looked at must not hold the database
        return cli.run(capsys, *args)

    return run


def person(session: Session, email: str = NEW[1]) -> Person | None:
    session.rollback()
    return session.scalar(select(Person).where(Person.email == email))


def test_an_invited_person_gets_a_link_that_works(run: Run, session: Session, client: Client) -> None:
    ran = run("user", "invite", *NEW, "--role", "ovr", "--unit", "VR01")
    assert (ran.code, ran.err) == (0, "")
    link = ran.out.splitlines()[-1]
    assert link.startswith("http://127.0.0.1:")
    made = person(session)
    assert made is not None
    [row] = made.assignments
    assert (row.role, row.unit.code, row.valid_from, row.valid_until) == ("ovr", "VR01", today(), None)  # type: ignore[union-attr]
    client.get(f"/wachtwoord/{link.rpartition('/')[2]}")
    client.submit({"password": "een goed wachtwoord", "password_confirm": "een goed wachtwoord"})
    client.login(NEW[1], "een goed wachtwoord")


def test_dates_and_an_organisation_can_be_given(run: Run, session: Session) -> None:
    where = ("--role", "inspecteur", "--organisation", "INSP")
    ran = run("user", "invite", *NEW, *where, "--from", "2026-01-01", "--until", "31-12-2026")
    assert ran.code == 0
    made = person(session)
    assert made is not None
    assert (made.assignments[0].valid_from, made.assignments[0].valid_until) == (
        date(2026, 1, 1),
        date(2026, 12, 31),
    )


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ((*NEW, "--role", "koning", "--unit", "VR01"), "De rol koning bestaat niet."),
        ((*NEW, "--role", "ovr"), "geldt voor een eenheid"),
        ((*NEW, "--role", "ovr", "--organisation", "INSP"), "geldt voor een eenheid"),
        ((*NEW, "--role", "inspecteur", "--unit", "VR01"), "geldt voor een organisatie"),
        ((*NEW, "--role", "ovr", "--unit", "VR99"), "--unit: er is geen eenheid met de code VR99."),
        (
            (*NEW, "--role", "inspecteur", "--organisation", "X"),
            "--organisation: X is onbekend; kies uit: INSP.",
        ),
        (("Bert", "geen adres", "--role", "ovr", "--unit", "VR01"), "Vul een e-mailadres in"),
        (("", "b@voorbeeld.nl", "--role", "ovr", "--unit", "VR01"), "Vul een naam in."),
        (("Bert", "OVR.vr01@voorbeeld.nl", "--role", "ovr", "--unit", "VR01"), "Er is al een account"),
        (
            (*NEW, "--role", "ovr", "--unit", "VR01", "--from", "2026-02-01", "--until", "2026-01-01"),
            "einddatum",
        ),
        ((*NEW, "--role", "ovr", "--unit", "VR01", "--from", "morgen"), "--from"),
        ((*NEW, "--unit", "VR01"), "--role"),
        (("Bert",), "E-MAIL"),
    ],
)
def test_wrong_input_gives_one_line_and_changes_nothing(
    run: Run, session: Session, args: tuple[str, ...], says: str
) -> None:
    people = len(session.scalars(select(Person)).all())
    ran = run("user", "invite", *args)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1
    assert says in ran.err
    session.rollback()
    assert len(session.scalars(select(Person)).all()) == people


def test_the_list_has_everybody_with_the_roles_of_today(run: Run, world: World, session: Session) -> None:
    factories.assignment(
        session,
        "waarnemer",
        unit=world.units["VR02"],
        whose=world.person("ovr.vr01"),
        valid_until=date(2099, 1, 1),
    )
    session.commit()
    lines = run("user", "list").out.splitlines()
    assert len(lines) == len(world.assignments)
    assert "ovr.vr01@voorbeeld.nl  Ovr Regio 1  actief  ovr VR01, waarnemer VR02 (tot 01-01-2099)" in lines
    assert "beheerder@voorbeeld.nl  Beheerder  actief  beheerder INSP" in lines


def test_a_link_leads_to_the_address_that_people_use(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEETLAT_PUBLIC_URL", "https://meetlat.voorbeeld.nl")
    for command in (("invite", *NEW, "--role", "ovr", "--unit", "VR01"), ("link", NEW[1])):
        ran = run("user", *command)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.splitlines()[-1].startswith("https://meetlat.voorbeeld.nl/wachtwoord/")


def test_a_disabled_account_is_shown_so_and_gets_no_link(run: Run, session: Session) -> None:
    assert run("user", "disable", "OVR.VR01@voorbeeld.nl").code == 0
    assert "ovr.vr01@voorbeeld.nl  Ovr Regio 1  uitgezet" in run("user", "list").out
    ran = run("user", "link", "ovr.vr01@voorbeeld.nl")
    assert (ran.code, ran.out) == (2, "")
    assert "is uitgezet" in ran.err
    session.rollback()
    last = session.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first()
    assert last is not None
    assert (last.action, last.person_id) == ("person.disable", None)


@pytest.mark.parametrize("command", ["disable", "link"])
def test_an_address_without_an_account_is_wrong_input(run: Run, command: str) -> None:
    ran = run("user", command, "niemand@voorbeeld.nl")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "E-MAIL: er is geen account met het e-mailadres niemand@voorbeeld.nl.\n"


def test_the_last_beheerder_is_not_disabled(run: Run) -> None:
    ran = run("user", "disable", "beheerder@voorbeeld.nl")
    assert ran.code == 2
    assert "laatste beheerder" in ran.err


def test_a_beheerder_who_forgot_the_password_gets_a_link(run: Run) -> None:
    ran = run("user", "link", "beheerder@voorbeeld.nl")
    assert ran.code == 0
    assert "/wachtwoord/" in ran.out


@pytest.mark.parametrize("option", ["--from", "--until"])
def test_a_day_that_is_none_is_refused_in_dutch(run: Run, option: str) -> None:
    ran = run("user", "invite", *NEW, "--role", "ovr", "--unit", "VR01", option, "99")
    assert (ran.code, ran.out) == (2, "")
    assert "99 is geen datum zoals 2013-05-01 of 01-05-2013" in ran.err
    assert "does not match" not in ran.err


def test_who_lost_the_second_step_gets_it_taken_away(run: Run, session: Session, world: World) -> None:
    given(session, world.person("beheerder"), Clock())
    session.commit()
    ran = run("user", "reset-factor", "beheerder@voorbeeld.nl")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("beheerder@voorbeeld.nl logt in met het wachtwoord")
    found = person(session, "beheerder@voorbeeld.nl")
    assert found is not None
    assert found.second_factor_since is None
    ran = run("user", "reset-factor", "beheerder@voorbeeld.nl")
    assert (ran.code, ran.out) == (2, "")
    assert "heeft geen tweede stap ingesteld" in ran.err
