"""A person who left becomes a number: nothing of them remains but in what was frozen, and all of it holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import checking, forgetting, people, sealing
from surveys.acting import By, now
from surveys.errors import Refused
from surveys.filestore import Folder
from surveys.models import (
    Authenticator,
    Base,
    Identity,
    LogEntry,
    LoginSession,
    LoginThrottle,
    Passkey,
    Person,
    RecoveryCode,
    Reminder,
    TermChange,
    UnansweredNote,
)
from tests import factories, filled
from tests.factories import World
from tests.support.client import Client

NAME, WORD = "Zoë van Quispelen", "Quispelen"
EMAIL = "zoe.vanquispelen@voorbeeld.nl"
AT = datetime(2013, 3, 4, 12, 0, tzinfo=UTC)
ENDED = date(2013, 6, 1)


@pytest.fixture
def beheerder(world: World) -> By:
    """The beheerder, today."""
    return By.through(world.assignments["beheerder"])


@pytest.fixture
def gone(world: World, session: Session) -> Person:
    """Somebody who answered and signed, has every way to log in, and has no role any more."""
    whose = world.person("ovr.vr01")
    whose.name, whose.email = NAME, EMAIL
    filled.submit(session, world.dossiers["VR01"], filled.STRONG)
    for held in whose.assignments:
        held.valid_until = ENDED
    session.add_all(
        [
            Authenticator(person_id=whose.id, secret="x", last_step=1, added_at=AT),
            RecoveryCode(digest="d" * 64, person_id=whose.id, added_at=AT),
            Identity(person_id=whose.id, issuer="https://i", subject=EMAIL, linked_at=AT),
            Passkey(
                person_id=whose.id,
                name=f"Telefoon van {NAME}",
                credential_id="c",
                public_key="p",
                sign_count=0,
                handle="h",
                transports=[EMAIL],
                added_at=AT,
            ),
        ]
    )
    people.record_failure(session, EMAIL, AT)
    session.commit()
    return whose


def written(session: Session, world: World, gone: Person) -> None:
    """Let others write the name down: where it can be changed, and where it can't."""
    dossier, by = world.dossiers["VR01"], world.assignments["inspecteur"]
    who = {"person_id": by.person_id, "assignment_id": by.id, "at": AT}
    session.add_all(
        [
            UnansweredNote(dossier_id=dossier.id, question="1.1-02", reason=f"{NAME} wist het niet.", **who),
            TermChange(dossier_id=dossier.id, new=ENDED, reason=f"Op verzoek van mevrouw {WORD}", **who),
            Reminder(dossier_id=dossier.id, to_id=gone.id, text=f"Aan {EMAIL}", channel="mail", **who),
        ]
    )
    session.flush()


def holding(session: Session, word: str) -> set[str]:
    """The tables with a word in any text: looked for in every column, by hand."""
    found = set()
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(*map(_as_text, table.columns))):
            if any(word.lower() in str(each).lower() for each in row if each is not None):
                found.add(table.name)
    return found


def _as_text(column: sa.Column[object]) -> sa.ColumnElement[object]:
    return sa.cast(column, sa.Text) if isinstance(column.type, sa.JSON) else column


def test_nothing_of_a_name_remains_but_where_nothing_can_change(
    session: Session, world: World, gone: Person, beheerder: By, tmp_path: Path
) -> None:
    sealing.seal(session, AT)
    written(session, world, gone)
    note = session.scalars(select(UnansweredNote)).one()
    assert holding(session, WORD) > {"person", "passkey", "unanswered_note", "term_change"}
    note.reason = "Dat was niet bekend."
    forgetting.forget(session, gone, beheerder)
    session.commit()
    for word in (WORD, "Zoë", "zoe.van"):
        assert holding(session, word) <= forgetting.FROZEN
    assert holding(session, WORD) == {"term_change", "reminder"}
    assert gone.name == f"Oud-gebruiker {gone.id}"
    assert (gone.password, gone.active) == (None, False)
    for kind in (Authenticator, RecoveryCode, Identity, Passkey, LoginThrottle):
        assert session.scalars(select(kind)).all() == []
    sealing.seal(session, now())
    assert sealing.verify(session).broken is None
    wrong = [each.check.name for each in checking.run(session, Folder(tmp_path)) if each.count]
    assert wrong == []
    line = session.scalars(select(LogEntry).where(LogEntry.action == "person.forget")).one()
    assert (line.subject, line.subject_id, line.detail) == ("person", gone.id, None)


def test_places_are_found_and_told_apart(session: Session, world: World, gone: Person) -> None:
    written(session, world, gone)
    found = {each.table: each for each in forgetting.places(session, gone)}
    assert {name: (each.what, each.frozen) for name, each in found.items()} == {
        "identity": ("e-mailadres", False),
        "passkey": ("naam", False),  # in letters, and in JSON as a code
        "reminder": ("e-mailadres", True),
        "term_change": ("achternaam", True),
        "unanswered_note": ("naam", False),
    }
    assert found["term_change"].about == "Proefmeting, VR01"


def test_who_has_a_role_or_asks_for_oneself_is_refused(
    session: Session, world: World, gone: Person, beheerder: By
) -> None:
    with pytest.raises(Refused, match="eigen gegevens"):
        forgetting.forget(session, world.person("beheerder"), beheerder)
    with pytest.raises(Refused, match="nog een rol"):
        forgetting.forget(session, world.person("ovr.vr02"), beheerder)
    forgetting.forget(session, gone, beheerder)
    for again in (
        lambda: forgetting.forget(session, gone, beheerder),
        lambda: people.enable(session, gone, beheerder),
        lambda: people.change(session, gone, name=NAME, email=EMAIL, by=beheerder),
        lambda: factories.assignment(session, "ovr", unit=world.units["VR01"], whose=gone),
        lambda: people.invite(session, name="X", email=f"x{people.FORGOTTEN}", by=beheerder),
    ):
        with pytest.raises(Refused):
            again()
    assert people.invite(session, name=NAME, email=EMAIL, by=beheerder).id != gone.id


def test_the_pages_show_the_number_and_nobody_logs_in(
    session: Session, world: World, gone: Person, client: Client, login: Callable[[str], None]
) -> None:
    written(session, world, gone)
    session.commit()
    number = gone.id
    login("beheerder")
    client.get(f"/beheer/mensen/{number}")
    page = client.click("Persoonsgegevens verwijderen")
    assert page.has("Redenen waarom een vraag open bleef")
    assert not page.has("wist het niet")
    page = client.submit(button="Persoonsgegevens verwijderen")
    assert page.h1 == f"Oud-gebruiker {number}"
    assert page.has("De persoonsgegevens zijn uit dit account verwijderd.")
    for path in ("/beheer/mensen", f"/beheer/mensen/{number}", "/beheer/logboek"):
        page = client.get(path)
        assert not page.has(WORD)
        assert page.has(f"Oud-gebruiker {number}")
    assert client.get(f"/beheer/mensen/{number}/vergeten").has("al verwijderd")
    client.logout()
    login("inspecteur")
    page = client.get("/bezoek/proefmeting/VR01/verloop")
    assert page.has(f"Oud-gebruiker {number}")
    client.logout()
    client.get("/inloggen")
    client.submit({"email": EMAIL, "password": factories.PASSWORD}, status=200)
    assert client.page.url.startswith("/inloggen")


def test_every_table_that_refers_to_a_person_was_thought_of(session: Session, world: World) -> None:
    referring = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "person"
    }
    assert set(forgetting.GOES) <= referring
    asked = (
        "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%append-only%'"
        if session.get_bind().dialect.name == "sqlite"
        else "SELECT DISTINCT event_object_table FROM information_schema.triggers"
        " WHERE action_statement LIKE '%refuse_change%'"
    )
    assert set(session.scalars(sa.text(asked))) == forgetting.FROZEN
    assert LoginSession.__tablename__ in forgetting.GOES
