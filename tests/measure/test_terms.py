"""Changing the term of dossiers: what is refused, what is kept, and that respondents see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from surveys import terms
from surveys.acting import By, today
from surveys.errors import NotAllowed, Refused
from surveys.models import LogEntry, TermChange
from tests import filled
from tests.factories import World
from tests.support.client import Client

PATH = "/metingen/proefmeting/termijn"
FIRST, LATER, LATEST = date(2098, 3, 1), date(2099, 3, 1), date(2099, 4, 1)
Log = Callable[[str], list[LogEntry]]


def by(world: World, who: str = "inspecteur") -> By:
    return By.through(world.assignments[who])


def test_all_or_one_get_another_term_and_the_unit_sees_it_with_the_reason(
    running_it: World, client: Client, session: Session, logged: Log
) -> None:
    client.get(PATH)
    page = client.submit({"due_on": FIRST.isoformat()}, button="Termijn wijzigen")
    assert page.has("De termijn van 3 vragenlijsten is gewijzigd.")
    client.get(f"{PATH}?eenheid=VR01")
    page = client.submit({"due_on": LATER.isoformat()}, button="Termijn wijzigen", status=422)
    assert page.has("Geef een reden op")
    page = client.submit({"reason": "De OVR was ziek."}, button="Termijn wijzigen")
    assert page.has("De termijn van 1 vragenlijst is gewijzigd.")
    session.rollback()
    session.expire_all()
    assert [running_it.dossiers[code].due_on for code in ("VR01", "VR02", "RMC-NOORD")] == [
        LATER, FIRST, FIRST,
    ]  # fmt: skip
    last = session.scalars(select(TermChange).order_by(TermChange.id.desc())).first()
    assert last is not None
    assert (last.old, last.new, last.reason) == (FIRST, LATER, "De OVR was ziek.")
    assert last.person_id == running_it.person("inspecteur").id
    assert len(logged("dossier.term")) == 4
    assert logged("dossier.term")[-1].detail == {"old": "2098-03-01", "new": "2099-03-01"}
    assert client.get("/metingen/proefmeting/respons").has("01-03-2099")
    client.logout()


def test_a_respondent_reads_the_new_term_and_why(
    world: World, client: Client, session: Session, login: Callable[[str], None]
) -> None:
    dossier = world.dossiers["VR01"]
    terms.change(session, [dossier], FIRST, "", day=today(), by=by(world))
    terms.change(session, [dossier], LATER, "De OVR was ziek.", day=today(), by=by(world))
    login("ovr.vr01")
    page = client.get("/dossier/proefmeting/VR01/")
    assert page.has("tot en met 1 maart 2099")
    assert page.has("(was 1 maart 2098). Reden: De OVR was ziek.")


def test_what_can_not_be_is_refused_and_changes_nothing(world: World, session: Session) -> None:
    one, two = world.dossiers["VR01"], world.dossiers["VR02"]
    day, who = today(), by(world)
    with pytest.raises(NotAllowed):
        terms.change(session, [one], LATER, "", day=day, by=by(world, "ovr.vr01"))
    for chosen, new, words in (
        ([], LATER, "ten minste één"),
        ([one], day - timedelta(days=1), "ligt voor vandaag"),
    ):
        with pytest.raises(Refused, match=words):
            terms.change(session, chosen, new, "", day=day, by=who)
    terms.change(session, [one], LATER, "", day=day, by=who)
    with pytest.raises(Refused, match="geldt al"):
        terms.change(session, [one], LATER, "", day=day, by=who)
    # earlier needs no reason
    assert terms.change(session, [one], FIRST, " ", day=day, by=who)[0].reason is None
    filled.submit(session, two, filled.STRONG)
    with pytest.raises(Refused, match="Regio 2 heeft de vragenlijst al ingeleverd"):
        terms.change(session, [two], LATEST, "", day=day, by=who)
    assert two not in terms.changeable(session, world.measurement)
    world.measurement.state = "landelijk_beeld"
    with pytest.raises(Refused, match="gesloten"):
        terms.change(session, [one], LATEST, "Toch.", day=day, by=who)
    assert terms.changeable(session, world.measurement) == []
    assert one.due_on == FIRST


def test_how_a_term_changed_can_not_be_changed(world: World, session: Session) -> None:
    row = terms.change(session, [world.dossiers["VR01"]], LATER, "", day=today(), by=by(world))[0]
    session.commit()
    row.reason = "Iets anders"
    with pytest.raises(DatabaseError):
        session.flush()
