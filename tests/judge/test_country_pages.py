"""The pages of the national judgement over HTTP: the list, a factor with evidence and form, the picture."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import developments, judging, measurements, sources
from surveys.acting import By
from surveys.answers import Content
from surveys.developments import Details
from surveys.instruments import pairs
from surveys.instruments.pairs import Pair
from surveys.judging import About, Draft
from surveys.models import Citation, Judgement
from tests import factories, filled
from tests.judge.conftest import Bench, advance, bench_in, confirm, correct, write
from tests.support.client import Client
from tests.support.counting import counted

LIST = "/oordeel/proefmeting/landelijk"
FACTOR = "/oordeel/proefmeting/landelijk/factor/1.1"
LIST_QUERIES, FACTOR_QUERIES = 18, 35
"""What the pages take, logging in and furniture included, for however many units."""

Login = Callable[[str], None]


def about(bench: Bench, factor: str = "1.1") -> About:
    return About(bench.world.measurement, None, factor)


@pytest.fixture
def bench(bench: Bench, session: Session) -> Bench:
    """The bench at the national picture, committed."""
    measurements.go_to(session, bench.world.measurement, "landelijk_beeld", bench.by("one"))
    session.commit()
    return bench


def one(session: Session) -> Judgement:
    session.rollback()
    chosen = select(Judgement).where(Judgement.dossier_id.is_(None)).execution_options(populate_existing=True)
    return session.scalars(chosen).one()


def test_the_list_shows_proposal_grounds_judgement_and_who_counts(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    lower = Draft("voldoet_niet", "Te veel regio’s.", "Het contact is broos.")
    confirm(session, about(bench), bench.by("one"), bench.by("two"), lower)
    session.commit()
    login("inspecteur")
    page = client.get(LIST)
    assert page.has("2 van de 2 veiligheidsregio's tellen mee (ingeleverd).")
    assert page.has("Geverifieerd: 2 van de 2, waarvan ook beoordeeld: 0.")
    assert not page.has("Niet alles wat meetelt is geverifieerd")
    assert page.has("0 van de 1 commandant")
    row = page.texts("tbody tr")[0]
    for words in ("Voldoet deels", "‘Voldoet niet’: 1 van 2", "wijkt af van het voorstel", "Vastgesteld"):
        assert words in row, words
    assert client.get(f"{LIST}?stand=geen").texts("tbody th")[0].startswith("2.1")
    sheet = client.get(f"{LIST}/bestand?vorm=csv&stand=vastgesteld")
    text = sheet.data.decode("utf-8-sig")
    assert "Het contact is broos." in text
    assert "Samen plannen maken" not in text
    assert "fictief" in sheet.headers["Content-Disposition"]
    assert client.get(f"{LIST}/bestand").data[:2] == b"PK"
    client.get(LIST)
    client.logout()
    login("ovr.vr01")
    client.get(LIST, status=403)


def test_a_judgement_goes_from_points_taken_over_to_confirmed_and_is_reopened(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    login("inspecteur")
    page = client.get(FACTOR)
    assert page.has("1.1-01 Is er een vaste contactpersoon? (gemiddelde score 0,50, grens 0,60)")
    page = client.submit(
        {"conclusie": "Het contact is wisselend.", "aandachtspunten": "Zorg voor opvolging."},
        button="Aandachtspunten overnemen",
    )
    kept = page.texts("textarea#aandachtspunten")[0]
    assert kept.startswith("Zorg voor opvolging. 1.1-01 Is er een vaste")
    assert "1.1-03 Waar werkt de contactpersoon?" in kept
    assert page.texts("#aandacht ~ ul .badge")[:2] == ["Overgenomen", "Overgenomen"]
    assert "Aandachtspunten overnemen" not in page.texts("button")
    page = client.submit({"niveau": "voldoet_niet"}, button="Voorleggen", status=422)
    assert page.has("Het niveau is niet het voorstel uit de antwoorden. Schrijf op waarom.")
    assert "Het contact is wisselend." in page.texts("textarea#conclusie")[0]
    client.submit({"motivering": "Eén van de twee niet."}, button="Voorleggen")
    assert client.page.has("U hebt dit oordeel zelf geschreven")
    client.logout()
    login("inspecteur.twee")
    client.get(FACTOR)
    client.submit({"opmerking": "Noem de aantallen."}, button="Teruggeven met opmerking")
    row = one(session)
    judging.offer(session, about(bench), by=bench.by("one", 5), seen_version=row.version)
    session.commit()
    client.get(FACTOR)
    page = client.submit({}, button="Bevestigen")
    assert page.has("Vastgesteld door Inspecteur twee")
    assert page.has("Noem de aantallen.")  # in the history
    client.submit({"reden": ""}, button="Heropenen", status=422)
    page = client.submit({"reden": "Nieuw feit."}, button="Heropenen")
    assert page.has("heropend")
    assert one(session).state == "concept"


def test_before_the_national_picture_only_drafts_are_kept_and_the_page_says_so(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    measurements.go_to(session, bench.world.measurement, "bezoeken", bench.by("one"))
    session.commit()
    login("inspecteur")
    page = client.get(FACTOR)
    assert page.has("Voorleggen en bevestigen kan als de meting op ‘landelijk beeld’ staat.")
    assert "Voorleggen" not in page.texts("button")
    client.submit({"conclusie": "Eerste indruk."}, button="Voorstel overnemen")
    assert one(session).level == "voldoet_deels"
    sent = {"doen": "voorleggen", "versie": "1", "basis": one(session).basis, "niveau": "voldoet_deels"}
    page = client.post(FACTOR, {**sent, "conclusie": "Niet kwijtraken."}, status=409)
    assert page.has("Niet kwijtraken.")
    assert page.has("Een concept bewaren kan al vanaf de bezoeken.")
    measurements.go_to(session, bench.world.measurement, "uitvraag", bench.by("one"))
    session.commit()
    assert "Opslaan" not in client.get(FACTOR).texts("button")
    client.get("/oordeel/proefmeting/landelijk/factor/9.9", status=404)
    client.post("/oordeel/proefmeting/landelijk/factor/9.9", {}, status=404)


def test_a_conflict_shows_both_texts_and_loses_neither(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    login("inspecteur")
    client.get(FACTOR)
    write(session, about(bench), bench.by("two"), Draft("voldoet_deels", None, "Van de ander.", "Let op."))
    session.commit()
    page = client.submit(
        {"niveau": "voldoet_deels", "conclusie": "Mijn tekst."}, button="Opslaan", status=409
    )
    assert page.has("intussen door iemand anders gewijzigd")
    for words in ("Conclusie: Van de ander.", "Aandachtspunten: Let op."):
        assert words in page.texts("#nu-opgeslagen")[0]
    assert "Mijn tekst." in page.texts("textarea#conclusie")[0]
    client.submit({}, button="Opslaan")
    assert one(session).finding == "Mijn tekst."


def test_counts_that_changed_are_told_and_confirming_asks_to_have_looked(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    row = write(session, about(bench), bench.by("one"))
    judging.offer(session, about(bench), by=bench.by("one"), seen_version=row.version)
    for code, content in (("1.1-01", Content("ja")), ("1.1-02", Content(3)), ("1.1-03", Content("vast"))):
        correct(session, bench.world.dossiers["VR02"], code, content, "Uit het gesprek.", bench.by("one"))
    session.commit()
    login("inspecteur.twee")
    page = client.get(FACTOR)
    assert page.has("Het voorstel was ‘Voldoet deels’, en is nu ‘Voldoet’.")
    assert page.has("Regio 2, vraag 1.1-01: was ‘Nee (Er is een vacature.)’, is nu ‘Ja’.")
    assert client.get(LIST).has("antwoorden gewijzigd")
    client.get(FACTOR)
    page = client.submit({}, button="Bevestigen", status=409)
    page = client.submit({"gezien": "ja"}, button="Bevestigen", status=422)
    assert page.has("Het niveau is niet het voorstel uit de antwoorden.")


def test_findings_are_searched_and_sources_cited_on_the_page(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    confirm(session, bench.about(), bench.by("one"), bench.by("two"), Draft("voldoet", None, "Góed contact."))
    confirm(
        session,
        bench.about("VR02"),
        bench.by("one"),
        bench.by("two"),
        Draft("voldoet_niet", None, "Vacature."),
    )
    by = bench.by("one")
    source = sources.add(session, bench.world.measurement, sources.Details("extern", "Rapport"), by=by)
    developments.add(
        session, bench.world.measurement, Details("Reorganisatie", "Minder mensen.", None, ("1.1",)), by=by
    )
    session.commit()
    login("inspecteur")
    page = client.get(FACTOR)
    assert page.has("2 van de 2 bevindingen.")
    assert page.has("Minder mensen.")
    page = client.get(f"{FACTOR}?zoek=GOED")
    assert page.has("1 van de 2 bevindingen met ‘GOED’.")
    assert not page.has("Vacature.")
    page = client.submit({"bladzijde": "blz. 3", "notitie": "Zie tabel."}, button="Aanhalen", status=422)
    assert page.has("Kies een bron uit de lijst.")
    assert "Zie tabel." in page.texts("textarea#notitie")[0]
    page = client.submit({"bron": str(source.id)}, button="Aanhalen")
    assert page.has("Rapport, blz. 3: Zie tabel.")
    session.rollback()
    cited = session.scalars(select(Citation)).one()
    assert (cited.dossier_id, cited.factor) == (None, "1.1")
    client.post(f"/oordeel/proefmeting/landelijk/factor/2.1/bronnen/{cited.id}/verwijderen", {}, status=404)
    client.get(FACTOR)
    assert client.submit({}, button="Weghalen: Rapport").has("Er is nog geen bron aangehaald.")


def test_the_page_says_when_the_judgement_rests_on_both(
    bench: Bench, client: Client, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    login("inspecteur")
    assert client.get(FACTOR).has("Het beeld van de commandanten staat ernaast en telt daarin niet mee.")
    both = Pair("klein-veiligheidsregio", "klein-rmc", (), ("1.1",))
    monkeypatch.setattr(pairs, "builtin", lambda: (both,))
    assert client.get(FACTOR).has("rust op beide: op het beeld van de veiligheidsregio's én op dat van")


def test_the_step_to_the_draft_report_says_what_is_missing(
    bench: Bench, client: Client, login: Login
) -> None:
    login("inspecteur")
    page = client.get("/metingen/proefmeting/stap/draft")
    assert page.has("antwoorden van nu, hebben de factoren 1.1, 2.1.")
    assert not page.texts("main form")
    client.post("/metingen/proefmeting/stap/draft", {}, status=422)


def test_small_counts_are_flagged(app: Flask, client: Client, login: Login, session: Session) -> None:
    made = bench_in(session, factories.world(session, 5))
    for code in ("VR03", "VR04", "VR05"):
        filled.submit(session, made.world.dossiers[code], filled.WEAK)
    session.commit()
    login("inspecteur")
    page = client.get("/oordeel/proefmeting/landelijk/factor/2.1")
    assert page.has("Eén van de vijf veiligheidsregio's betrekt de brandweer bij de plannen. Klein aantal")
    summaries = page.texts("section summary")
    assert "Voldoet 1 Klein aantal" in summaries
    assert "Voldoet niet 4" in summaries
    filled.submit(session, made.world.dossiers["RMC-NOORD"], filled.STRONG)
    session.commit()
    assert client.get("/oordeel/proefmeting/landelijk/factor/2.1").has(
        "elke telling hieronder is te herleiden"
    )


def test_the_picture_shows_a_confirmed_judgement_beside_what_was_computed(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    login("inspecteur")
    assert not client.get("/landelijk/proefmeting/").has("Oordeel van de inspecties")
    lower = Draft("voldoet_niet", "Te weinig.", "Het contact is broos.")
    confirm(session, about(bench), bench.by("one"), bench.by("two"), lower)
    session.commit()
    page = client.get("/landelijk/proefmeting/")
    row = next(text for text in page.texts("tfoot tr") if text.startswith("Oordeel van de inspecties"))
    assert "Voldoet niet" in row
    page = client.get("/landelijk/proefmeting/factor/1.1")
    assert page.has("Oordeel van de inspecties")
    assert page.has("Het contact is broos.")
    assert not client.get("/landelijk/proefmeting/factor/2.1").has("Oordeel van de inspecties")


@pytest.mark.parametrize("regions", [2, 5])
def test_the_pages_ask_as_often_for_many_units_as_for_few(
    app: Flask, client: Client, login: Login, session: Session, regions: int
) -> None:
    made = bench_in(session, factories.world(session, regions))
    for code, dossier in made.world.dossiers.items():
        if dossier.state == "uitgezet":
            filled.submit(session, dossier, filled.STRONG)
            advance(session, dossier, made.by("one"))
        draft = Draft("voldoet_deels", "Motivering.", f"Bevinding {code}.")
        confirm(session, made.about(code), made.by("one"), made.by("two"), draft)
    measurements.go_to(session, made.world.measurement, "landelijk_beeld", By.system(factories.OPENED))
    write(session, about(made), made.by("one"))
    for code, dossier in made.world.dossiers.items():
        if code.startswith("VR"):
            correct(session, dossier, "1.1-02", Content(4), "Gesprek.", made.by("one"))
    session.commit()
    login("inspecteur")
    client.get(LIST)
    for path, most in ((LIST, LIST_QUERIES), (FACTOR, FACTOR_QUERIES)):
        with counted(app) as statements:
            client.get(path)
        assert len(statements) == most, f"{path}: {len(statements)}\n" + "\n".join(statements)
