"""The national judgement in a browser: every page with data in it, and the way from a draft to confirmed."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from surveys import developments, judging, measurements, sources
from surveys.answers import Content
from surveys.developments import Details
from surveys.instruments import pairs
from surveys.instruments.pairs import Pair
from surveys.judging import About, Draft
from surveys.models import Interview, Passage
from tests import factories, filled
from tests.judge.conftest import Bench, advance, bench_in, confirm, correct, write
from tests.support.browser import Visitor

LIST = "/oordeel/proefmeting/landelijk"
FACTOR = f"{LIST}/factor/1.1"


@pytest.fixture
def bench(session: Session, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Six regions and a commander; one national judgement that waits while counts changed, one confirmed."""
    both = Pair("klein-veiligheidsregio", "klein-rmc", (), ("1.1",))
    monkeypatch.setattr(pairs, "builtin", lambda: (both,))
    made = bench_in(session, factories.world(session, 6))
    world, one, two = made.world, made.by("one"), made.by("two")
    earlier = factories.measurement(session, factories.tiny(version="1.0"), code="tussenmeting", year=2009)
    for code in ("VR01", "VR02", "VR03"):
        before = factories.dossier(session, earlier, world.units[code])
        filled.submit(session, before, filled.STRONG if code == "VR03" else filled.WEAK)
    measurements.go_to(session, earlier, "landelijk_beeld", one)
    lower = Draft(
        "voldoet_deels", "Niet overal.", "In 2009 kenden de mensen elkaar in een deel van de regio’s."
    )
    confirm(session, About(earlier, None, "1.1"), one, two, lower)
    for code, given in {
        "VR03": filled.STRONG,
        "VR04": filled.WEAK,
        "VR05": filled.WEAK,
        "RMC-NOORD": filled.STRONG,
    }.items():
        filled.submit(session, world.dossiers[code], given)
        advance(session, world.dossiers[code], one)
    for code, text in {
        "VR01": "De contactpersoon is drie dagen per week aanwezig en kent de crisisorganisatie goed.",
        "VR02": "De functie van contactpersoon is al een jaar vacant. Niemand neemt waar.",
        "VR03": "De contactpersoon en de OVR zien elkaar elke week.",
        "RMC-NOORD": "De commandant kent alle contactpersonen in zijn gebied.",
    }.items():
        level = "voldoet_niet" if code == "VR02" else "voldoet_deels" if code == "VR01" else "voldoet"
        confirm(session, made.about(code), one, two, Draft(level, "Gezien bij het bezoek.", text))
    who = {"person_id": one.person_id, "assignment_id": one.assignment_id, "at": one.at}
    talk = Interview(
        measurement_id=world.measurement.id,
        subject="Directie Operationeel Beleid",
        kind="gesprek",
        held_on=date(2013, 4, 1),
        state="geverifieerd",
        version=1,
        **who,
    )
    session.add(talk)
    session.flush()
    text = "De directie wil de functie van OVR in elke regio door één vaste persoon laten vervullen."
    session.add(Passage(interview_id=talk.id, factor="1.1", position=1, text=text, version=1))
    source = sources.add(
        session, world.measurement, sources.Details("defensie", "Nota vaste contacten"), by=one
    )
    sources.cite(session, source, None, "1.1", "blz. 4", "Elke regio krijgt een vaste OVR.", by=one)
    for each in (
        Details(
            "Nationale politie", "De politie werkt sinds 2013 landelijk.", "Politiewet 2012", ("1.1", "2.1")
        ),
        Details(
            "Minder personeel bij Defensie", "Er verdwijnen functies.\nOok bij de brigades.", None, ("1.1",)
        ),
    ):
        developments.add(session, world.measurement, each, by=one)
    measurements.go_to(session, world.measurement, "landelijk_beeld", one)
    about = About(world.measurement, None, "1.1")
    points = "Regel waarneming bij een vacature.\nGeef elke contactpersoon een werkplek."
    row = write(
        session,
        about,
        one,
        Draft("voldoet_deels", "De vacature weegt zwaar.", "De mensen kennen elkaar.", points),
    )
    judging.offer(session, about, by=one, seen_version=row.version)
    correct(session, world.dossiers["VR02"], "1.1-03", Content("vast"), "Bleek bij het bezoek.", two)
    confirm(session, About(world.measurement, None, "2.1"), one, two)
    session.commit()
    return made


def test_every_page_of_the_country_is_accessible_wide_and_narrow(visitor: Visitor, bench: Bench) -> None:
    visitor.login("inspecteur.twee")
    for name, path in {
        "country-list": LIST,
        "country-offered": FACTOR,
        "country-confirmed": f"{LIST}/factor/2.1",
        "country-developments": "/oordeel/proefmeting/ontwikkelingen",
        "country-development-new": "/oordeel/proefmeting/ontwikkelingen/nieuw?factor=1.1",
        "country-development": "/oordeel/proefmeting/ontwikkelingen/1",
        "country-development-remove": "/oordeel/proefmeting/ontwikkelingen/1/verwijderen",
        "country-heatmap": "/landelijk/proefmeting/",
        "country-picture": "/landelijk/proefmeting/factor/2.1",
    }.items():
        visitor.go(path)
        visitor.look(name)


def test_points_of_attention_are_taken_over_with_one_click(visitor: Visitor, bench: Bench) -> None:
    visitor.login("inspecteur")
    page = visitor.go(FACTOR)
    page.get_by_text("Zelf wijzigen").click()
    page.get_by_role("button", name="Aandachtspunten overnemen").click()
    expect(page.get_by_role("status").filter(has_text="overgenomen")).to_be_visible()
    expect(page.get_by_label("Aandachtspunten")).to_have_value(
        "Regel waarneming bij een vacature.\nGeef elke contactpersoon een werkplek.\n"
        "1.1-01 Is er een vaste contactpersoon? (gemiddelde score 0,40, grens 0,60)"
    )
    visitor.look("country-draft")


def test_the_second_looks_at_what_changed_and_confirms(visitor: Visitor, bench: Bench) -> None:
    visitor.login("inspecteur.twee")
    page = visitor.go(FACTOR)
    page.get_by_label("Ik heb de gewijzigde antwoorden bekeken").check()
    page.get_by_role("button", name="Bevestigen").click()
    expect(page.get_by_role("status").filter(has_text="vastgesteld")).to_be_visible()
    expect(page.locator("#oordeel")).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).to_have_text("2.1 Samen plannen maken: landelijk")


@pytest.mark.example
def test_with_all_regions_a_factor_that_rests_on_both_is_readable(visitor: Visitor) -> None:
    visitor.login("inspecteur1")
    page = visitor.go("/oordeel/eindmeting-2013/landelijk")
    expect(page.locator("tbody tr")).to_have_count(11)
    expect(page.locator("tbody tr").filter(has_text="telt mee")).to_have_count(2)
    visitor.look("country-example-list")
    page = visitor.go("/oordeel/eindmeting-2013/landelijk/factor/3.1")
    expect(page.get_by_text("Het oordeel over deze factor rust op beide")).to_be_visible()
    visitor.look("country-example-factor")
