"""The pages of the report: reading, writing passages, counts, recommendations, checks."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.answers import Content
from surveys.models import FigureSeries, LogEntry, Recommendation, ReportText, ReportTextVersion
from tests.judge.conftest import Bench, correct
from tests.report.conftest import Login
from tests.support.client import Client

BASE = "/rapport/proefmeting"
COUNTED = f"{BASE}/tekst/factor:2.1:onderwerp:"
TEXT = "In [één van de twee veiligheidsregio's](2.1-S01) praat de brandweer mee, zie [paragraaf](#2.1)."


@pytest.fixture
def inspector(bench: Bench, login: Login) -> Bench:
    """The bench, with an inspector logged in."""
    login("inspecteur")
    return bench


def write(client: Client, text: str, *, at: str = COUNTED, version: str = "0", status: int = 303) -> None:
    client.get(at)
    client.post(at, {"text": text, "versie": version}, status=status)


def change_an_answer(session: Session, bench: Bench) -> None:
    """VR02 turns out to talk with the fire brigade as well."""
    dossier = bench.world.dossiers["VR02"]
    correct(session, dossier, "2.1-01", Content(["brandweer"]), "Bleek in het gesprek.", bench.by("one", 9))
    session.add(
        LogEntry(at=bench.by("one", 9).at, action="answer.correct", subject="dossier", subject_id=dossier.id)
    )
    session.commit()


def test_the_report_tells_how_each_passage_stands(inspector: Bench, client: Client) -> None:
    page = client.get(BASE)

    assert page.text("h1") == "Rapport"
    assert page.has("Door inspecteurs geschreven: 1.")
    assert page.has("Er is nog geen versie vastgelegd.")
    assert "Voorwoord bij Voorwoord" in page.texts(".tasks__name a")
    client.click("Voorwoord bij Voorwoord")
    assert client.page.text("h1") == "Voorwoord: Voorwoord"
    assert "Proefmeting" in client.page.text("textarea")


def test_reading_shows_the_findings_in_words_and_each_count_leads_to_what_it_counts(
    inspector: Bench, client: Client
) -> None:
    page = client.get(f"{BASE}/lezen")

    assert page.has("Eén van de twee veiligheidsregio's betrekt de brandweer bij de plannen.")
    assert page.has("Het contact is er, maar niet overal. Het oordeel is: voldoet deels.")
    client.click("Eén van de twee veiligheidsregio's")
    page = client.page
    assert page.text("h1") == "Telling 2.1-S01"
    assert page.has("Zo weinig") or page.has("zo weinig")
    assert page.has("Regio 1")
    assert page.has("Regio 2")
    assert page.has("2.1 Samen plannen maken: Bevindingen")


def test_a_written_passage_stands_in_the_report_and_in_its_history(
    inspector: Bench, client: Client, session: Session
) -> None:
    write(client, TEXT)

    page = client.get(f"{BASE}/lezen")
    assert page.has("In één van de twee veiligheidsregio's praat de brandweer mee, zie paragraaf 3.2.1.")
    assert client.get(COUNTED).has("Door inspecteurs geschreven")
    row = session.scalars(select(ReportText).order_by(ReportText.id.desc())).first()
    assert row is not None
    assert row.facts == [["2.1-S01", "aantal", "één van de twee veiligheidsregio's"]]
    kept = select(ReportTextVersion.version).where(ReportTextVersion.report_text_id == row.id)
    assert session.scalars(kept).all() == [1]
    logged = select(LogEntry.action).where(LogEntry.subject == "report_text", LogEntry.subject_id == row.id)
    assert session.scalars(logged).all() == ["report_text.write"]


def test_words_that_the_count_does_not_say_are_refused_and_kept(inspector: Bench, client: Client) -> None:
    write(client, "In [vier regio's](2.1-S01) en [x](niets), zie [hier](#nergens).", status=422)

    page = client.page
    assert page.title.startswith("Fout:")
    for words in (
        "‘vier regio's’ is niet wat 2.1-S01 telt.",
        "één van de twee veiligheidsregio's",
        "‘niets’ is geen telling.",
        "‘nergens’ bestaat niet in dit rapport.",
    ):
        assert page.has(words)
    assert "vier regio's" in page.text("textarea")
    assert client.get(BASE).has("Door inspecteurs geschreven: 1.")


def test_a_colleague_who_was_first_is_shown_and_nothing_typed_is_lost(
    inspector: Bench, client: Client
) -> None:
    write(client, TEXT)
    write(client, "Mijn eigen tekst.", status=409)

    page = client.page
    assert page.has("Zo heeft uw collega het bewaard")
    assert page.has("praat de brandweer mee")
    assert "Mijn eigen tekst." in page.text("textarea")
    client.submit(button="Tekst bewaren")
    assert client.get(f"{BASE}/lezen").has("Mijn eigen tekst.")


def test_changing_one_answer_marks_exactly_the_passages_that_tell_its_count(
    inspector: Bench, client: Client, session: Session
) -> None:
    write(client, TEXT)
    write(client, "Een eigen voorwoord met [twee](factoren) factoren.", at=f"{BASE}/tekst/voorwoord")
    change_an_answer(session, inspector)

    page = client.get(f"{BASE}?stand=verouderd")
    assert page.texts(".tasks__name a") == ["Bevindingen bij 2.1 Samen plannen maken"]
    page = client.get(f"{BASE}/lezen")
    assert page.has("In één van de twee veiligheidsregio's praat de brandweer mee")
    assert page.has("Let op: deze tekst is verouderd.")
    page = client.get(COUNTED)
    assert page.has(
        "er staat ‘één van de twee veiligheidsregio's’, en nu is het ‘alle twee veiligheidsregio's’"
    )
    client.submit(button="Nieuwe aantallen in de tekst zetten")
    assert "[alle twee veiligheidsregio's](2.1-S01)" in client.page.text("textarea")
    client.submit(button="Tekst bewaren")
    assert client.get(f"{BASE}/lezen").has("In alle twee veiligheidsregio's praat de brandweer mee")
    assert client.get(f"{BASE}?stand=verouderd").has("Er zijn geen teksten met deze stand.")


def test_a_passage_can_be_given_back_to_the_data(inspector: Bench, client: Client) -> None:
    write(client, TEXT)
    client.get(COUNTED)
    client.submit(button="Terug naar de tekst die uit de gegevens volgt")

    page = client.get(f"{BASE}/lezen")
    assert page.has("Eén van de twee veiligheidsregio's betrekt de brandweer bij de plannen.")
    assert client.get(COUNTED).has("Teruggegeven: de tekst volgde weer uit de gegevens.")


def test_checking_names_what_stands_in_the_way_and_what_may_be_traced(
    inspector: Bench, client: Client, session: Session
) -> None:
    write(client, "In drie veiligheidsregio's, ook in Regio 1, gaat het goed.")
    page = client.get(f"{BASE}/nakijken")

    assert page.has("Er staat niets in de weg")
    for words in (
        "‘drie veiligheidsregio's’ verwijst niet naar een telling",
        "noemt Regio 1.",
        "Er tellen zo weinig veiligheidsregio's mee, dat elke uitspraak over hen herleidbaar is.",
    ):
        assert page.has(words)
    inspector.world.measurement.scope = None
    session.add(LogEntry(at=inspector.by("one").at, action="measurement.change", subject="measurement"))
    session.commit()
    page = client.get(f"{BASE}/nakijken?soort=leeg")
    assert page.has("Inleiding, Afbakening en afstemming: deze tekst moet nog worden geschreven.")


def test_recommendations_are_added_moved_changed_and_removed(
    inspector: Bench, client: Client, session: Session
) -> None:
    for text in ("Leg het vast.", "Oefen ermee."):
        client.get(f"{BASE}/aanbevelingen/nieuw")
        client.submit(
            {"addressee": "de besturen", "text": text, "factor": "2.1"}, button="Aanbeveling bewaren"
        )
    first, second = session.scalars(select(Recommendation).order_by(Recommendation.place)).all()
    client.post(f"{BASE}/aanbevelingen/{second.id}/verplaatsen", {})
    page = client.get(f"{BASE}/aanbevelingen")
    assert page.texts("tbody th") == ["Oefen ermee.", "Leg het vast."]
    page = client.get(f"{BASE}/lezen")
    points = page.texts(".report li")
    assert points.index("Oefen ermee.") < points.index("Leg het vast.")
    client.get(f"{BASE}/aanbevelingen/{first.id}")
    client.submit({"text": "Leg het goed vast."}, button="Aanbeveling bewaren")
    client.post(
        f"{BASE}/aanbevelingen/{first.id}",
        {"addressee": "x", "text": "y", "factor": "", "versie": "1"},
        status=409,
    )
    assert client.page.has("Zo heeft uw collega het bewaard")
    client.get(f"{BASE}/aanbevelingen/{second.id}/verwijderen")
    client.submit(button="Aanbeveling verwijderen")
    assert client.get(f"{BASE}/aanbevelingen").texts("tbody th") == ["Leg het goed vast."]
    client.get(f"{BASE}/aanbevelingen/nieuw")
    client.submit({"addressee": "", "text": ""}, button="Aanbeveling bewaren", status=422)
    assert client.page.has("Schrijf de aanbeveling op.")


@pytest.mark.parametrize("form", ["pdf", "docx", "odt", "html"])
def test_the_report_is_a_file_in_every_format(inspector: Bench, client: Client, form: str) -> None:
    first = client.ask("GET", f"{BASE}/bestand?vorm={form}")
    again = client.ask("GET", f"{BASE}/bestand?vorm={form}")

    assert first.headers["Content-Disposition"].startswith("attachment")
    assert "meetlat-proefmeting-rapport-concept" in first.headers["Content-Disposition"]
    assert first.data == again.data
    assert len(first.data) > 5000


def test_what_is_not_there_is_not_found(inspector: Bench, client: Client) -> None:
    for path in ("/tekst/niets", "/telling/niets", "/bestand?vorm=doc", "/versies/9", "/aanbevelingen/99"):
        client.get(f"{BASE}{path}", status=404)
    client.get("/rapport/niets", status=404)


def test_a_settled_report_is_read_and_not_written(inspector: Bench, client: Client, session: Session) -> None:
    inspector.world.measurement.state = "rapport_vast"
    session.commit()
    page = client.get(COUNTED)
    assert page.has("Het rapport staat vast. Deze tekst kan niet meer wijzigen.")
    client.post(COUNTED, {"text": "Toch nog iets.", "versie": "0"}, status=422)
    assert client.page.has("Het rapport van deze meting staat vast")
    assert len(session.scalars(select(ReportText)).all()) == 1


def test_made_up_figures_stand_in_no_report_that_is_not_made_up(
    inspector: Bench, client: Client, session: Session
) -> None:
    at = inspector.by("one", 30).at
    session.add(
        FigureSeries(
            code="proef",
            title="Verzonnen reeks",
            unit="keer",
            source="niemand",
            first_year=2010,
            last_year=2012,
            fictief=True,
            version=1,
            at=at,
        )
    )
    session.add(LogEntry(at=at, action="series.add", subject="figure_series"))
    session.commit()
    assert client.get(f"{BASE}/lezen").has("Verzonnen reeks")

    inspector.world.measurement.fictief = False
    session.add(LogEntry(at=at, action="measurement.change", subject="measurement"))
    session.commit()
    assert not client.get(f"{BASE}/lezen").has("Verzonnen reeks")
