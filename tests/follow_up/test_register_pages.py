"""The register and the page of a point: finding, adding, changing, answering, and points from a report."""

from __future__ import annotations

import csv
import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import event

from surveys import recommending
from surveys.follow_up import kinds, origins, planning, points, register, registering, standing
from surveys.follow_up.origins import OriginDetails
from surveys.follow_up.points import Details, PointInfo
from surveys.follow_up.register import Asked
from tests.follow_up.conftest import AT, acting

REGISTER = "/opvolging/"
NEW = "/opvolging/punten/nieuw"


def page_of(point) -> str:
    return f"/opvolging/punten/{point.id}"


@pytest.fixture
def inspector(world, login):
    login("inspecteur")
    return acting(world)


@pytest.fixture
def recommendation(session, world):
    details = recommending.Details("de besturen", "Betrek Defensie bij oefeningen.", "1.1")
    made = recommending.add(session, world.measurement, details, by=acting(world))
    session.commit()
    return made


def rows(page) -> list[str]:
    return page.texts("main tbody th")


def file_of(client, label: str) -> bytes:
    return client.ask("GET", client.page.link(f"Deze lijst als {label}")).data


def _first_sheet(content: bytes) -> list[list[str]]:
    """The titles and states of the sheet that is printed."""
    lines = [
        [cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    ]
    heads = next(line for line in lines if "Titel" in line)
    columns = heads.index("Titel"), heads.index("Stand")
    return [[line[column] for column in columns] for line in lines[lines.index(heads) + 1 :]]


def test_the_register_shows_measures_under_their_point_and_what_the_supervisor_sees_otherwise(
    client, inspector, session, make_point
):
    top = make_point("Oefen samen", number="4", due_on=date(2014, 10, 1), classes={"spoor": "cultuur"})
    make_point("Deel informatie")
    measure = make_point("Organiseer een symposium", kind="maatregel", parent_id=top.id)
    make_point("Huur een zaal", kind="maatregel", parent_id=measure.id)
    by = inspector
    standing.say(session, top.id, "eigen", "afgerond", None, "Defensie", AT.date(), by=by)
    standing.say(session, top.id, "toezicht", "onderhanden", None, "IVD", AT.date(), by=by)

    page = client.get(REGISTER)

    assert page.text("caption").startswith("4 van de 4 punten.")
    assert rows(page) == [
        "Oefen samen",
        "↳ Hoort bij het punt erboven: Organiseer een symposium",
        "↳ Hoort bij het punt erboven: Huur een zaal",
        "Deel informatie",
    ]
    first = page.texts("tbody tr")[0]
    for words in ("Afgerond", "Toezichthouder: onderhanden", "01-10-2014", "Spoor: Cultuur"):
        assert words in first
    assert page.texts(".legend a") == ["Nog niet gestart: 3", "Afgerond: 1"]
    client.click("Afgerond: 1")
    assert rows(client.page) == ["Oefen samen"]
    assert not client.page.all(".legend a"), "the points of one state need no counts"
    client.get(REGISTER)
    client.click("Sorteer op Punt")
    assert rows(client.page)[0] == "Deel informatie"
    assert client.page.one("th[aria-sort]")["aria-sort"] == "ascending"
    client.click("Sorteer op Punt")
    assert client.page.one("th[aria-sort]")["aria-sort"] == "descending"
    assert "Organiseer een symposium Hoort bij: 4 Oefen samen" in rows(client.page)


def test_the_file_holds_exactly_what_the_register_shows(client, inspector, make_point):
    top = make_point("Oefen samen")
    make_point("Deel informatie", kind="verzoek", fictief=True)
    make_point("Organiseer een symposium", kind="maatregel", parent_id=top.id, executor="=1+1")
    client.get(REGISTER)
    page = client.submit({"soort": "maatregel"}, button="Tonen")

    assert page.text("caption").startswith("1 van de 3 punten.")
    assert rows(page) == ["Organiseer een symposium Hoort bij: Oefen samen"]
    assert not page.has("Fictieve gegevens"), "only what is shown says that it is made up"
    text = client.get(page.link("Deze lijst als CSV")).data.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [(each["Titel"], each["Staat onder"]) for each in lines] == [
        ("Organiseer een symposium", "Oefen samen")
    ]
    assert not lines[0]["Uitvoerder"].startswith("=")
    client.get(REGISTER)
    assert client.page.has("Fictieve gegevens")
    for label, suffix in (("Excel", ".xlsx"), ("ODS (LibreOffice, Excel)", ".ods"), ("CSV", ".csv")):
        file = client.ask("GET", client.page.link(f"Deze lijst als {label}"))
        assert f"opvolging-fictief{suffix}" in file.headers["Content-Disposition"]
    assert _first_sheet(file_of(client, "Excel")) == [
        ["Oefen samen", "Nog niet gestart"],
        ["Organiseer een symposium", "Nog niet gestart"],
        ["Deel informatie", "Nog niet gestart"],
    ]
    client.get(f"{REGISTER}?zoek=niets")
    assert client.page.has("Geen van de 3 punten past bij wat u koos.")
    client.get(f"{REGISTER}?soort=onzin&sorteer=onzin&bron=x&spoor=weg")
    client.get(f"{REGISTER}bestand?vorm=exe", status=404)


def test_the_register_costs_the_same_number_of_queries_however_many_points(session, world, make_point):
    def queries() -> int:
        session.expire_all()
        count = 0

        def one(*_: object) -> None:
            nonlocal count
            count += 1

        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", one)
        register.register(session, Asked(text="punt", measurement="proefmeting"))
        event.remove(engine, "before_cursor_execute", one)
        return count

    for code in ("VR01", "VR02"):
        make_point("Punt", unit_id=world.units[code].id, classes={"spoor": "cultuur"})
    few = queries()
    for number in range(8):
        make_point(f"Punt {number}", unit_id=world.units["VR01"].id, classes={"spoor": "systeem"})
    assert queries() == few


def test_a_newcomer_adds_a_point_with_four_fields_and_a_measure_under_it(client, inspector):
    client.get(REGISTER)
    client.click("Punt toevoegen")
    client.submit({"title": "Oefen samen", "questions": "9.9-99", "remind_days": "1000"}, status=422)
    for words in (
        "Kies wat voor punt dit is.",
        "Vul de tekst van het punt in.",
        "Vul in voor wie het punt is.",
        "Vul 0 tot en met 730 dagen in.",
        "Vraag 9.9-99 staat in geen enkele vragenlijst.",
    ):
        assert client.page.has(words)
    assert client.page.one("#title")["value"] == "Oefen samen"
    four = {"kind": "aanbeveling", "text": "Oefen elk jaar.", "addressee": "de besturen"}
    client.submit({**four, "questions": "klein-rmc:1.1-01", "remind_days": "30", "indeling_ksf": "2.1"})

    assert client.page.has("Het punt ‘Oefen samen’ is toegevoegd.")
    assert client.page.h1 == "Oefen samen"
    for words in ("de besturen", "2.1 Samen plannen maken", "1.1-01 (klein-rmc)", "Nog geen reactie"):
        assert client.page.has(words)
    client.click("Maatregel toevoegen")
    assert client.page.h1 == "Maatregel toevoegen"
    client.submit({"title": "Huur een zaal", "text": "Voor maart."})
    assert client.page.link("Oefen samen").startswith("/opvolging/punten/")
    client.click("Oefen samen")
    assert "Huur een zaal" in client.page.texts("tbody th a")
    client.get(f"{NEW}?onder=999", status=404)
    client.get(f"{NEW}?onder=x")


def test_a_colleague_who_was_first_is_shown_and_nothing_typed_is_lost(client, inspector, session, make_point):
    point = make_point("Oefen samen")
    details = Details.of(PointInfo.of(point))
    client.get(f"{page_of(point)}/wijzigen")
    theirs = Details(**{**vars(details), "text": "Van een collega.", "due_words": "in 2015"})
    registering.change(session, point.id, theirs, by=inspector, seen_version=1)
    session.commit()

    client.submit({"title": "Mijn titel"}, status=409)

    page = client.page
    assert page.has("Zo heeft uw collega het bewaard")
    assert page.has("Van een collega.")
    assert page.has("in 2015")
    assert page.one("#title")["value"] == "Mijn titel"
    client.submit()
    assert client.page.h1 == "Mijn titel"
    client.get(f"{page_of(point)}/geschiedenis")
    assert client.page.texts("main table:first-of-type tbody tr")[:3] == [
        "Titel Oefen samen Mijn titel",
        "Tekst [weg: Van][nieuw: Oefen] [weg: een collega][nieuw: samen].",
        "Termijn in woorden in 2015 –",
    ]


def test_what_was_typed_for_a_point_that_is_gone_becomes_a_new_one(client, inspector, session, make_point):
    point = make_point("Oefen samen")
    client.get(f"{page_of(point)}/wijzigen")
    registering.remove(session, point.id, by=inspector, seen_version=1)
    session.commit()

    client.submit({"text": "Wat ik schreef."}, status=409)

    assert client.page.has("Een collega heeft dit punt intussen verwijderd.")
    client.submit()
    assert client.page.has("Wat ik schreef.")
    client.get(page_of(point), status=404)
    client.get("/opvolging/punten/99999999999", status=404)


def test_the_page_of_a_point_begins_with_the_way_to_its_parts_and_to_what_is_to_be_done(
    client, inspector, session, make_point
):
    point = make_point("Oefen samen")
    page = client.get(page_of(point))
    parts = [each["href"] for each in page.all("main nav .contents a")]
    assert parts == [f"#{each['id']}" for each in page.all("main h2[id]")], (
        "each part, in the order of the page"
    )
    ways = [page.link(words) for words in ("Plannen", "Begin vastleggen", "Evalueren", "Besluit voorleggen")]
    assert ways == [
        f"{page_of(point)}/{end}" for end in ("planning", "fasen", "evaluatie", "besluiten/nieuw")
    ]
    for way in ways:
        client.get(way)
    days = dict.fromkeys(kinds.PHASES, AT.date())
    planning.plan(session, point.id, days, reason=None, note=None, by=inspector, seen=0)
    session.commit()
    assert client.get(page_of(point)).link("Indicator kiezen") == f"{page_of(point)}/indicatoren/nieuw"


def test_a_point_is_added_from_the_document_that_it_comes_from(client, inspector, session):
    origin = origins.add(session, OriginDetails("brief", "Brief over oefenen"), by=inspector)
    session.commit()
    client.get(f"/opvolging/bronnen/{origin.id}")
    client.click("Punt uit dit document toevoegen")
    asked = {"kind": "toezegging", "title": "Oefen samen", "text": "In maart.", "addressee": "de besturen"}
    client.submit(asked)
    assert client.page.link("Brief over oefenen") == f"/opvolging/bronnen/{origin.id}"
    client.get(f"{NEW}?bron=onzin")


def test_a_response_and_a_later_decision_are_recorded_and_taken_away(client, inspector, make_point):
    point = make_point("Kies een richting", nature="richtinggevend")
    client.get(page_of(point))
    client.click("Reactie vastleggen")
    client.submit({"taken": "nog_niet"}, status=422)
    assert client.page.has("Vul in wie heeft gereageerd.")
    client.submit({"taken": "", "by": "De minister"}, status=422)
    assert client.page.has("Maak een keuze, of maak de andere velden leeg.")
    client.submit({"taken": "nog_niet", "by": "De minister", "on": "23-04-2014", "words": "Eerst beleid."})
    assert client.page.has("Nog niet overgenomen, De minister, 23 april 2014")
    assert client.page.has("Eerst beleid.")
    client.click("Vervolgbesluit vastleggen")
    client.submit({"decision": "concretiseren", "by": "De minister"})
    assert client.page.has("Concretiseren, De minister")
    client.click("Reactie wijzigen")
    client.submit({"taken": "", "by": "", "on": "", "words": ""})
    assert client.page.has("Bij dit punt staat nu geen reactie.")
    assert client.page.has("Nog geen reactie")
    other = make_point("Niet richtinggevend")
    client.get(f"{page_of(other)}/vervolgbesluit")
    client.submit({"decision": "schrappen", "by": "De minister"}, status=422)
    assert client.page.has("Alleen over een richtinggevende aanbeveling wordt later besloten.")


def test_removing_asks_first_and_again_when_a_colleague_changed_the_point(
    client, inspector, session, make_point
):
    point = make_point("Oefen samen")
    client.get(page_of(point))
    client.click("Verwijderen")
    registering.respond(
        session, point.id, points.Response("deels", "De minister", None), by=inspector, seen_version=1
    )
    session.commit()

    client.submit(button="Punt verwijderen", status=409)

    assert client.page.has("Deels overgenomen")
    client.submit(button="Punt verwijderen")
    assert client.page.has("Het punt ‘Oefen samen’ is verwijderd.")
    assert client.page.has("Er zijn nog geen punten.")


def test_a_closed_point_offers_no_changes(client, inspector, session, make_point):
    point = make_point("Oefen samen", nature="richtinggevend")
    point.closed_on, point.closed_as = AT.date(), "afgesloten"
    session.commit()

    page = client.get(page_of(point))

    assert page.has("Afgesloten op 3 maart 2014")
    links = " ".join(page.texts("main a"))
    for words in ("Punt wijzigen", "Verwijderen", "Maatregel toevoegen", "Reactie vastleggen"):
        assert words not in links
    for step in ("wijzigen", "reactie", "vervolgbesluit"):
        client.get(f"{page_of(point)}/{step}")
        assert client.page.has("Heropen het als er toch nog iets moet gebeuren.")
        assert client.page.h1 == "Oefen samen"
    client.post(
        f"{page_of(point)}/reactie", {"taken": "deels", "by": "De minister", "versie": "1"}, status=422
    )
    assert client.get(f"{REGISTER}?loopt=dicht").has("1 van de 1 punt.")


def test_a_recommendation_is_followed_up_with_one_click_for_its_addressee_and_for_all_regions(
    client, inspector, recommendation
):
    client.get("/rapport/proefmeting/aanbevelingen")
    client.click("Opvolgen: Betrek Defensie bij oefeningen.")
    assert client.page.has("Het rapport staat nog niet vast.")
    client.submit(button="Punten maken voor de gekozen eenheden", status=422)
    assert client.page.has("Kies een of meer eenheden.")
    page = client.submit(button="Punt maken voor de geadresseerde")

    assert page.has("Er is 1 punt gemaakt.")
    assert page.text("caption").startswith("1 van de 1 punt. U ziet alleen de punten die uit één aanbeveling")
    client.get(f"/opvolging/uit-rapport/proefmeting/{recommendation.id}")
    assert "Alle 2 veiligheidsregio's" in client.page.texts(".choice label")
    stale = {"units": ["veiligheidsregio", "999", "onzin"], "eenheden": "ja"}
    page = client.post(client.page.url, stale)
    assert page.has("Er zijn 2 punten gemaakt.")
    assert page.texts("td[data-label='Voor wie']") == ["de besturen", "Regio 1", "Regio 2"]
    page = client.post(f"/opvolging/uit-rapport/proefmeting/{recommendation.id}", stale, status=422)
    assert page.has("Deze punten zijn er al.")
    assert client.get("/rapport/proefmeting/aanbevelingen").has("3 punten")
    client.get("/opvolging/uit-rapport/proefmeting/999", status=404)


def test_units_do_not_see_the_register(client, login, make_point):
    point = make_point()
    login("ovr.vr01")
    for path in (REGISTER, page_of(point), NEW, f"{page_of(point)}/geschiedenis"):
        client.get(path, status=403)
