"""Working lists on their pages: making one from rows, opening it, keeping, sharing, and as a file."""

from __future__ import annotations

import csv
import io
import json

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import keeping_lists
from surveys.acting import By
from surveys.models import LogEntry, WorkingList
from surveys.working_lists import Definition, Row
from tests import factories
from tests.factories import World
from tests.support.client import Client
from tests.support.page import Page

PATH = "/lijsten/proefmeting"
NO_CONTACT = Definition(
    "veiligheidsregio", "alle", (Row("answer", "1.1-01", "in", ("nee",)),), ("1.1-01", "1.1-03")
)


def units(page: Page) -> list[str]:
    return [text.split()[0] for text in page.texts("tbody th")]


def by_inspector(world: World) -> By:
    return By.through(world.assignments["inspecteur"])


def kept(session: Session, world: World, name: str = "Zonder contact", **kept_as: bool) -> WorkingList:
    row = keeping_lists.save(
        session,
        world.measurement,
        name,
        NO_CONTACT,
        shared=kept_as.get("shared", False),
        by=by_inspector(world),
    )
    session.commit()
    return row


def of_another(session: Session, world: World, *, shared: bool) -> WorkingList:
    other = factories.assignment(
        session, "inspecteur", whose=factories.person(session, "Bea Bos", "bea@voorbeeld.nl")
    )
    row = keeping_lists.save(
        session, world.measurement, "Van Bea", NO_CONTACT, shared=shared, by=By.through(other)
    )
    session.commit()
    return row


def test_a_list_is_made_from_rows_and_kept(inspector: World, client: Client, session: Session) -> None:
    client.get(f"{PATH}/")
    client.click("Nieuwe werklijst van veiligheidsregio's")
    client.submit({"nieuw-soort": "answer", "nieuw-over": "1.1-01"}, button="Regel toevoegen")
    page = client.submit({"rij-0-waarde": ["nee"], "naam": "Zonder contact"}, button="Opslaan")
    assert page.h1 == "Zonder contact"
    assert units(page) == ["VR02"]
    assert page.has("Er is een vacature")
    assert page.has("1 van de 2")
    session.rollback()
    row = session.scalars(select(WorkingList)).one()
    assert row.definition["rows"] == [
        {"kind": "answer", "about": "1.1-01", "operator": "in", "values": ["nee"]}
    ]
    assert session.scalars(select(LogEntry.action).where(LogEntry.action.like("list.%"))).all() == [
        "list.save"
    ]


def test_a_list_that_another_window_changed_is_not_replaced_unseen(
    inspector: World, client: Client, app: Flask, session: Session
) -> None:
    client.get(f"{PATH}/maken")
    client.submit({"nieuw-soort": "answer", "nieuw-over": "1.1-01"}, button="Regel toevoegen")
    client.submit({"rij-0-waarde": ["nee"], "naam": "Eerst"}, button="Opslaan")
    client.click("Wijzigen")
    other = Client(app)
    other.login("inspecteur@voorbeeld.nl", factories.PASSWORD)
    number = session.scalars(select(WorkingList.id)).one()
    session.rollback()
    other.get(f"{PATH}/lijst/{number}/wijzigen")
    other.submit({"naam": "Uit het andere venster"}, button="Opslaan")

    page = client.submit({"naam": "Uit dit venster"}, button="Opslaan", status=422)
    assert page.has("in een ander venster gewijzigd")
    assert page.one("#naam")["value"] == "Uit dit venster", "what was typed stays"
    shown = page.link("Hoe de opgeslagen werklijst nu is (in een nieuw venster)")
    assert other.get(shown).h1 == "Uit het andere venster"
    assert client.submit(button="Opslaan").h1 == "Uit dit venster", "the second time it is known"
    for seen in ("", "gisteren", "2013-01-01"):
        form = {"naam": "Zonder te kijken", "samen": "alle", "gezien": seen, "doen": "opslaan"}
        row = {"rij-0-soort": "answer", "rij-0-over": "1.1-01", "rij-0-toets": "in", "rij-0-waarde": "nee"}
        client.post(f"{PATH}/lijst/{number}/wijzigen", {**form, **row}, status=422)


def test_the_kept_lists_can_be_sorted(inspector: World, client: Client) -> None:
    for name in ("Bes", "Aardbei"):
        client.get(f"{PATH}/maken")
        client.submit({"nieuw-soort": "answer", "nieuw-over": "1.1-01"}, button="Regel toevoegen")
        client.submit({"rij-0-waarde": ["nee"], "naam": name}, button="Opslaan")
    page = client.get(f"{PATH}/")
    assert page.texts("#eigen + table tbody th") == ["Aardbei", "Bes"]
    page = client.click("Sorteer op Naam")
    assert page.texts("#eigen + table tbody th") == ["Bes", "Aardbei"]
    page = client.click("Sorteer op Laatst gewijzigd")
    assert page.texts("#eigen + table tbody th") == ["Bes", "Aardbei"]
    assert client.get(f"{PATH}/?sorteer=x").texts("#eigen + table tbody th") == ["Aardbei", "Bes"]


def test_rows_are_joined_by_all_or_by_one(inspector: World, client: Client) -> None:
    client.get(f"{PATH}/maken")
    client.submit({"nieuw-soort": "answer", "nieuw-over": "1.1-01"}, button="Regel toevoegen")
    client.submit(
        {"rij-0-waarde": ["nee"], "nieuw-soort": "note", "nieuw-over": "1.1-01"}, button="Regel toevoegen"
    )
    both = client.submit({"samen": "alle"}, button="Bekijken zonder opslaan")
    assert units(both) == ["VR02"]
    client.click("Aanpassen of opslaan")
    either = client.submit({"samen": "een"}, button="Bekijken zonder opslaan")
    assert units(either) == ["VR01", "VR02"]


def test_a_row_is_taken_away_and_the_rest_stays(inspector: World, client: Client) -> None:
    client.get(f"{PATH}/maken")
    client.submit({"nieuw-soort": "answer", "nieuw-over": "1.1-01"}, button="Regel toevoegen")
    client.submit(
        {"rij-0-waarde": ["nee"], "nieuw-soort": "check", "nieuw-over": "C1"}, button="Regel toevoegen"
    )
    page = client.submit(button="Regel 2 weghalen")
    assert not page.has("Regel 2")
    page = client.submit(button="Bekijken zonder opslaan")
    assert units(page) == ["VR02"]


def test_what_is_wrong_is_said_all_at_once_and_nothing_typed_is_lost(
    inspector: World, client: Client
) -> None:
    client.get(f"{PATH}/maken")
    client.submit({"nieuw-soort": "answer", "nieuw-over": "1.1-02"}, button="Regel toevoegen")
    client.submit({"nieuw-soort": "answer", "nieuw-over": "1.1-01"}, button="Regel toevoegen")
    page = client.submit(
        {"rij-0-toets": "at_least", "rij-0-getal": "veel", "naam": "Mijn lijst"}, button="Opslaan", status=422
    )
    assert page.has("Regel 1: vul een getal in.")
    assert page.has("Regel 2: kies een of meer waarden.")
    assert 'value="veel"' in page.html
    assert 'value="Mijn lijst"' in page.html


def test_a_row_about_something_that_does_not_fit_is_refused(inspector: World, client: Client) -> None:
    client.get(f"{PATH}/maken")
    page = client.submit(
        {"nieuw-soort": "level", "nieuw-over": "1.1-01"}, button="Regel toevoegen", status=422
    )
    assert page.has("Kies bij ‘Niveau volgens de score’ een factor.")


def test_a_name_is_used_once_by_the_same_person(inspector: World, client: Client, session: Session) -> None:
    row = kept(session, inspector)
    definition = json.dumps(NO_CONTACT.as_json())
    client.get(f"{PATH}/maken?definitie={definition}")
    page = client.submit({"naam": row.name}, button="Opslaan", status=422)
    assert page.has("U hebt al een werklijst met deze naam")


def test_a_list_is_narrowed_sorted_and_saved_as_shown(
    inspector: World, client: Client, session: Session
) -> None:
    definition = Definition(
        "veiligheidsregio", "alle", (Row("note", "1.1-01", "with"),), ("1.1-01",)
    ).as_json()
    start = f"{PATH}/lijst?definitie={json.dumps(definition)}"
    assert units(client.get(start)) == ["VR01", "VR02"]
    assert units(client.get(f"{start}&sorteer=1.1-01&omlaag=ja")) == ["VR02", "VR01"]
    assert units(client.get(f"{start}&brigade=RMC-NOORD")) == ["VR01"]
    client.get(f"{start}&sorteer=1.1-01&omlaag=ja")
    book = client.page.link("Deze lijst als Excel-bestand")
    data = client.get(client.page.link("Deze lijst als CSV")).data
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["VR02", "VR01"]
    assert rows[0][-1] == "fictief"
    assert "vacature" in " ".join(rows[1])
    assert client.get(book).data[:2] == b"PK"


def test_who_has_not_submitted_is_shown_when_asked_for(world: World, client: Client, login: object) -> None:
    login("inspecteur")  # type: ignore[operator]
    definition = json.dumps(
        Definition("veiligheidsregio", "alle", (Row("answer", "1.1-01", "in", ("~open",)),), ()).as_json()
    )
    page = client.get(f"{PATH}/lijst?definitie={definition}")
    assert page.has("Geen van de 0")
    page = client.get(f"{PATH}/lijst?definitie={definition}&iedereen=ja")
    assert units(page) == ["VR01", "VR02"]
    assert page.has("Uitgezet")


def test_a_shared_list_is_seen_and_copied_but_not_changed_by_others(
    inspector: World, client: Client, session: Session
) -> None:
    row = of_another(session, inspector, shared=True)
    page = client.get(f"{PATH}/")
    assert page.has("Van Bea")
    client.get(f"{PATH}/lijst/{row.id}/wijzigen", status=403)
    client.post(f"{PATH}/lijst/{row.id}/weghalen", status=403)
    client.post(f"{PATH}/lijst/{row.id}/delen", {"delen": "nee"}, status=403)
    client.get(f"{PATH}/lijst?nummer={row.id}")
    page = client.submit(button="Kopie maken")
    assert page.h1 == "Van Bea (kopie)"
    session.rollback()
    assert session.get_one(WorkingList, row.id).shared


def test_a_list_that_is_not_shared_is_not_there_for_others(
    inspector: World, client: Client, session: Session
) -> None:
    row = of_another(session, inspector, shared=False)
    assert not client.get(f"{PATH}/").has("Van Bea")
    client.get(f"{PATH}/lijst?nummer={row.id}", status=404)
    client.post(f"{PATH}/lijst/{row.id}/kopie", status=404)


def test_a_list_of_another_measurement_is_not_there(
    inspector: World, client: Client, session: Session
) -> None:
    row = kept(session, inspector)
    factories.measurement(session, factories.tiny(version="1.0"), code="andere", year=2014)
    client.get(f"/lijsten/andere/lijst?nummer={row.id}", status=404)
    client.get(f"/lijsten/andere/lijst/{row.id}/wijzigen", status=404)


def test_a_list_is_shared_changed_and_removed_by_its_maker(
    inspector: World, client: Client, session: Session
) -> None:
    row = kept(session, inspector)
    number = row.id
    session.rollback()
    client.get(f"{PATH}/lijst?nummer={number}")
    client.submit(button="Delen met inspecteurs")
    assert client.page.has("De andere inspecteurs zien deze werklijst nu ook.")
    client.click("Wijzigen")
    page = client.submit({"rij-0-waarde": ["ja"], "naam": "Met contact"}, button="Opslaan")
    assert page.h1 == "Met contact"
    assert units(page) == ["VR01"]
    client.click("Weghalen")
    page = client.submit(button="Weghalen")
    assert page.has("U hebt nog geen eigen werklijst.")
    session.rollback()
    assert session.get(WorkingList, number) is None
    actions = session.scalars(
        select(LogEntry.action).where(LogEntry.action.like("list.%")).order_by(LogEntry.id)
    )
    assert list(actions) == ["list.save", "list.share", "list.change", "list.remove"]


def test_nonsense_in_the_address_is_not_there(inspector: World, client: Client) -> None:
    for nonsense in (
        "",
        "nummer=x",
        "klaar=niets",
        "definitie=",
        "definitie={",
        'definitie="x"',
        "definitie=[]",
    ):
        client.get(f"{PATH}/lijst?{nonsense}", status=404)
    client.get(f"{PATH}/lijst?nummer=99999999999", status=404)


def test_a_stored_list_whose_label_is_gone_says_so_and_can_be_changed(
    inspector: World, client: Client, session: Session
) -> None:
    row = kept(session, inspector)
    row.definition = {
        **row.definition,
        "rows": [{"kind": "label", "about": "1.1-01", "operator": "any_of", "values": ["999"]}],
    }
    session.commit()
    page = client.get(f"{PATH}/lijst?nummer={row.id}")
    assert page.has("het label bestaat niet meer")
    assert client.click("Wijzigen").h1 == "Werklijst wijzigen"
