"""The pages of judging: the board, a dossier, a factor with its evidence and form, four eyes over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import judging, units
from surveys.acting import By
from surveys.answers import Content
from surveys.judging import Draft
from surveys.models import Citation, Interview, Judgement, Passage, Source, UnansweredNote
from tests import factories, filled
from tests.judge.conftest import Bench, advance, bench_of, confirm, correct, write
from tests.support.client import Client
from tests.support.counting import counted

BOARD = "/oordeel/proefmeting/"
DOSSIER = "/oordeel/proefmeting/VR01"
FACTOR = "/oordeel/proefmeting/VR01/factor/1.1"
QUERIES = {BOARD: 11, f"{BOARD}ijking": 9, FACTOR: 27}
"""What each page takes, logging in and furniture included, for however many units."""

Login = Callable[[str], None]


def one(session: Session) -> Judgement:
    session.rollback()
    return session.scalars(select(Judgement).execution_options(populate_existing=True)).one()


def test_what_is_refused_stands_there_with_what_was_typed(bench: Bench, client: Client, login: Login) -> None:
    login("inspecteur")
    client.get(FACTOR)
    page = client.submit(
        {"niveau": "voldoet_deels", "bevinding": "Er is contact."}, button="Voorleggen", status=422
    )
    assert page.has("Het niveau is niet het voorstel uit de antwoorden. Schrijf op waarom.")
    assert "Er is contact." in page.texts("textarea#bevinding")[0]
    page = client.submit({"motivering": "Zij vertrekt."}, button="Voorleggen")
    assert page.has("voorgelegd aan een andere inspecteur")
    assert page.has("U hebt dit oordeel zelf geschreven")
    assert not page.has("Teruggeven met opmerking")


def test_the_second_gives_back_with_a_remark_and_confirms_later(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    about = bench.about()
    row = write(session, about, bench.by("one"), Draft("voldoet_deels", "Zij vertrekt.", "Contact."))
    judging.offer(session, about, by=bench.by("one"), seen_version=row.version)
    session.commit()
    login("inspecteur.twee")
    client.get(FACTOR)
    page = client.submit({}, button="Teruggeven met opmerking", status=422)
    assert page.has("Schrijf op wat er anders moet")
    assert (
        "Contact." in page.texts("textarea#bevinding")[0]
    )  # the text to change is still that of the judgement
    page = client.submit({"opmerking": "Noem de dagen."}, button="Teruggeven met opmerking")
    assert page.has("Teruggegeven met de opmerking")
    assert page.has("Noem de dagen.")
    row = one(session)
    judging.offer(session, about, by=bench.by("one", 5), seen_version=row.version)
    session.commit()
    client.get(FACTOR)
    page = client.submit({}, button="Bevestigen")
    assert page.has("Het oordeel is vastgesteld.")
    assert page.has("Vastgesteld door Inspecteur twee")
    page = client.submit({"reden": "Nieuw feit."}, button="Heropenen")
    assert page.has("Het oordeel is heropend")
    assert [text.split()[0] for text in page.texts("#geschiedenis + table tbody th")] == list("654321")
    assert page.has("Nieuw feit.")


def test_the_proposal_is_taken_over_with_one_button(bench: Bench, client: Client, login: Login) -> None:
    login("inspecteur")
    client.get(FACTOR)
    page = client.submit({"bevinding": "Goed geregeld."}, button="Voorstel overnemen")
    assert page.has("Het voorstel is overgenomen")
    assert page.texts("input[name=niveau][checked] + label") == ["Voldoet (voorstel)"]


def test_where_two_organisations_are_asked_a_colleague_is_told_why_not(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    bench.world.measurement.two_organisations = True
    about = bench.about()
    row = write(session, about, bench.by("one"))
    judging.offer(session, about, by=bench.by("one"), seen_version=row.version)
    session.commit()
    login("inspecteur.twee")
    page = client.get(FACTOR)
    assert page.has("geschreven door iemand van uw eigen organisatie")
    assert "Bevestigen" not in page.texts("button")
    sent = {"doen": "bevestigen", "versie": "2", "basis": row.basis}
    assert client.post(FACTOR, sent, status=409).has("een inspecteur van de andere organisatie")
    client.logout()
    login("inspecteur.afd")
    client.get(FACTOR)
    assert client.submit({}, button="Bevestigen").has("Het oordeel is vastgesteld.")


def test_a_conflict_shows_both_texts_and_loses_neither(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    login("inspecteur")
    client.get(FACTOR)
    write(session, bench.about(), bench.by("two"), Draft("voldoet", None, "Tekst van de ander."))
    session.commit()
    page = client.submit({"niveau": "voldoet", "bevinding": "Mijn tekst."}, button="Opslaan", status=409)
    assert page.has("intussen door iemand anders gewijzigd")
    assert page.has("Tekst van de ander.")
    assert "Mijn tekst." in page.texts("textarea#bevinding")[0]
    page = client.submit({}, button="Opslaan")
    assert one(session).finding == "Mijn tekst."
    assert page.has("Tekst van de ander.")  # in the history


def test_answers_that_changed_are_shown_and_confirming_asks_to_have_looked(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    about = bench.about()
    row = write(session, about, bench.by("one"))
    judging.offer(session, about, by=bench.by("one"), seen_version=row.version)
    correct(session, bench.world.dossiers["VR01"], "1.1-02", Content(4), "Uit het gesprek.", bench.by("one"))
    session.commit()
    login("inspecteur.twee")
    page = client.get(FACTOR)
    assert page.has("Antwoorden gewijzigd")
    assert "was ‘3 dagen per week’, is nu ‘4 dagen per week’" in page.texts("#gewijzigd + ul")[0]
    client.submit({}, button="Bevestigen", status=409)
    assert client.submit({"gezien": "ja"}, button="Bevestigen").has("Het oordeel is vastgesteld.")
    assert not client.get(FACTOR).has("Antwoorden gewijzigd")


def test_all_evidence_of_a_factor_is_on_its_page(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    dossier, by = bench.world.dossiers["VR01"], bench.by("one")
    who = {"person_id": by.person_id, "assignment_id": by.assignment_id, "at": by.at}
    correct(session, dossier, "1.1-02", Content(special="onbekend"), "Bleek bij het bezoek.", by)
    session.add(
        UnansweredNote(dossier_id=dossier.id, question="1.1-02", reason="Niemand houdt het bij.", **who)
    )
    visit = Interview(
        measurement_id=dossier.measurement_id,
        dossier_id=dossier.id,
        kind="bezoek",
        held_on=date(2013, 5, 1),
        state="geverifieerd",
        version=1,
        **who,
    )
    session.add(visit)
    session.flush()
    for place, (factor, text) in enumerate(
        [("1.1", "De contactpersoon is er vaak."), ("2.1", "Plannen zijn oud."), (None, "Een open gesprek.")]
    ):
        session.add(Passage(interview_id=visit.id, factor=factor, position=place, text=text, version=1))
    source = Source(
        measurement_id=dossier.measurement_id, kind="defensie", title="Nota bereikbaarheid", version=1, **who
    )
    session.add(source)
    session.flush()
    session.add(Citation(source_id=source.id, dossier_id=dossier.id, factor="1.1", page="blz. 4", **who))
    session.commit()
    login("inspecteur")
    page = client.get(FACTOR)
    for words in (
        "De mensen kennen elkaar.",
        "Een document",
        "Bleek bij het bezoek.",
        "Niemand houdt het bij.",
        "De contactpersoon is er vaak.",
        "verslag geverifieerd",
        "Een open gesprek.",
        "Nota bereikbaarheid, blz. 4",
        "Hulpmiddel bij het oordeel",
    ):
        assert page.has(words), words
    assert not page.has("Plannen zijn oud.")


def test_the_next_factor_and_the_next_unit_are_one_link_away(
    bench: Bench, client: Client, login: Login
) -> None:
    login("inspecteur")
    client.get(FACTOR)
    assert client.click("Volgende eenheid: Regio 2 →").h1 == "1.1 Elkaar kennen: Regio 2"
    assert client.click("Volgende factor: 2.1 →").h1 == "2.1 Samen plannen maken: Regio 2"
    assert client.click("← Vorige eenheid: Regio 1").h1 == "2.1 Samen plannen maken: Regio 1"


def test_a_dossier_says_what_is_in_the_way_and_becomes_judged_by_a_button(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    confirm(session, bench.about(), bench.by("one"), bench.by("two"))
    session.commit()
    login("inspecteur")
    page = client.get(DOSSIER)
    assert page.has("2.1 Samen plannen maken: nog geen oordeel")
    assert "Dossier is beoordeeld" not in page.texts("button")
    assert client.post(DOSSIER, {}, status=409).has("Nog niet elke factor heeft een vastgesteld oordeel: 2.1")
    confirm(session, bench.about(factor="2.1"), bench.by("one"), bench.by("two"))
    session.commit()
    client.get(DOSSIER)
    assert client.submit({}, button="Dossier is beoordeeld").has("Dit dossier is beoordeeld.")
    client.get(FACTOR)
    client.submit({"reden": "Nieuw feit."}, button="Heropenen")
    session.rollback()
    session.refresh(bench.world.dossiers["VR01"])
    assert bench.world.dossiers["VR01"].state == "geverifieerd"


def test_a_closed_dossier_says_so_and_takes_no_judgement_or_visit(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    advance(session, bench.world.dossiers["VR01"], bench.by("one"), "afgesloten")
    session.commit()
    login("inspecteur")
    page = client.get("/oordeel/proefmeting/VR01")
    assert page.has("Dit dossier is afgesloten.")
    assert not page.has("kan vanaf het bezoek")
    assert "Opslaan" not in client.get("/oordeel/proefmeting/VR01/factor/1.1").texts("button")
    visits = client.get("/bezoek/proefmeting/VR01/verslagen")
    assert visits.has("Er kan geen bezoek meer bij.")
    assert not visits.has("Bezoek plannen")


def test_before_the_visit_there_is_nothing_to_fill_in(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    login("inspecteur")
    page = client.get("/oordeel/proefmeting/RMC-NOORD/factor/1.1")
    assert page.has("Oordelen schrijven kan vanaf het bezoek.")
    assert "Opslaan" not in page.texts("button")
    sent = {"doen": "opslaan", "versie": "0", "basis": "", "niveau": "voldoet"}
    client.post("/oordeel/proefmeting/RMC-NOORD/factor/1.1", sent, status=409)
    client.get("/oordeel/proefmeting/VR01/factor/9.9", status=404)
    client.post("/oordeel/proefmeting/VR01/factor/9.9", {}, status=404)


def test_the_board_shows_each_state_and_what_waits_for_whoever_looks(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    row = write(session, bench.about(), bench.by("one"))
    judging.offer(session, bench.about(), by=bench.by("one"), seen_version=row.version)
    confirm(session, bench.about("VR02"), bench.by("one"), bench.by("two"))
    by = By.system(factories.OPENED)
    units.link(
        session,
        bench.world.units["VR01"],
        bench.world.units["RMC-NOORD"],
        valid_from=factories.LONG_AGO,
        by=by,
    )
    session.commit()
    login("inspecteur.twee")
    page = client.get(BOARD)
    assert page.has("Voorgelegd: 1. Teruggegeven: 0. Vastgesteld: 1. Nog geen oordeel: 4.")
    assert page.has("Op u wacht: 1")
    assert "Voorgelegd aan u" in page.texts("tbody tr")[0]
    codes = lambda page: [text.split()[0] for text in page.texts("tbody th")]  # noqa: E731
    assert codes(page) == ["VR01", "VR02", "RMC-NOORD"]
    assert codes(client.get(f"{BOARD}?wacht=ja")) == ["VR01"]
    assert codes(client.get(f"{BOARD}?brigade=RMC-NOORD")) == ["VR01"]
    assert codes(client.get(f"{BOARD}?sorteer=vastgesteld&omlaag=ja"))[0] == "VR02"
    client.logout()
    login("inspecteur")
    assert client.get(BOARD).has("Op u wacht niets.")
    correct(session, bench.world.dossiers["VR02"], "1.1-03", Content("vast"), "Gesprek.", bench.by("one"))
    session.commit()
    assert "antwoord gewijzigd" in client.get(BOARD).texts("tbody tr")[1]


def test_the_board_is_a_file_as_it_is_shown(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    confirm(session, bench.about("VR02"), bench.by("one"), bench.by("two"))
    write(session, bench.about(), bench.by("two"))
    session.commit()
    login("inspecteur.twee")
    page = client.get(f"{BOARD}bestand?vorm=csv&wacht=ja")
    text = page.data.decode("utf-8-sig")
    assert "VR01" in text
    assert "Concept: Voldoet" in text
    assert "VR02" not in text
    assert "fictief" in page.headers["Content-Disposition"]
    assert client.get(f"{BOARD}bestand").data[:2] == b"PK"


def test_a_page_asks_as_often_for_many_units_as_for_few(
    app: Flask, client: Client, login: Login, bench: Bench, session: Session
) -> None:
    login("inspecteur")

    def asked(*units: str) -> dict[str, int]:
        made = bench_of(factories.World(session))
        for code in units:
            row = write(session, made.about(code), made.by("one"))
            judging.offer(session, made.about(code), by=made.by("one"), seen_version=row.version)
        found = {}
        for path in QUERIES:
            client.get(path)
            with counted(app) as statements:
                client.get(path)
            found[path] = len(statements)
        return found

    assert asked("VR01", "VR02") == QUERIES
    more = [factories.region(session, number) for number in range(3, 7)]
    for unit in more:
        dossier = factories.dossier(session, bench.world.measurement, unit)
        filled.submit(session, dossier, filled.STRONG)
        advance(session, dossier, bench.by("one"))
    assert asked(*(unit.code for unit in more)) == QUERIES


def test_a_confirmed_judgement_stands_beside_the_computed_level_for_inspectors_only(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    draft = Draft("voldoet_deels", "Zij vertrekt binnenkort.", "Bevinding van de inspectie.")
    write(session, bench.about(factor="2.1"), bench.by("one"), Draft("voldoet", None, "Nog een concept."))
    confirm(session, bench.about(), bench.by("one"), bench.by("two"), draft)
    session.commit()
    login("inspecteur")
    page = client.get("/landelijk/proefmeting/eenheid/VR01")
    assert page.has("Oordeel van de inspectie")
    assert page.has("Bevinding van de inspectie.")
    assert page.has("ulpmiddel bij het oordeel")
    assert not page.has("Nog een concept.")
    from tests.support import workbook

    def exported() -> str:
        book = workbook.read(client.get("/dossier/proefmeting/VR01/excel").data)
        return "\n".join(
            str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line if cell.value
        )

    assert "Zij vertrekt binnenkort." in exported()
    client.get(BOARD)
    client.logout()
    login("ovr.vr01")
    assert "Zij vertrekt binnenkort." not in exported()
    assert "Oordeel van de inspectie" not in exported()
    for path in ("/dossier/proefmeting/VR01/", "/dossier/proefmeting/VR01/controle"):
        assert not client.get(path).has("Bevinding van de inspectie.")
    for path in (BOARD, DOSSIER, FACTOR, f"{BOARD}ijking"):
        client.get(path, status=403)
