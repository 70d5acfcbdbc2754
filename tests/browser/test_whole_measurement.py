"""A whole measurement in browsers: from the previous one to the last wederhoor, and the log that tells it.

One region goes the whole way on the pages, by the inspector, one of the other organisation, both respondents
and somebody who was invited. The other regions and the commander take the same steps by the verbs that the
pages call, so that there is a country to judge.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import dossiers, measurements, overview
from surveys.acting import By, today
from surveys.judging import About
from surveys.models import Assignment, Dossier, LogEntry
from tests import factories, filled
from tests.factories import PASSWORD, World
from tests.judge.conftest import advance, confirm
from tests.support.browser import Visitor
from tests.support.story import story

CODE = "vervolg-2026"
DOSSIER = f"/dossier/{CODE}/VR01"
VISIT = f"/bezoek/{CODE}/VR01"
JUDGE = f"/oordeel/{CODE}"
READ = "Ik heb de antwoorden gelezen. Ze kloppen volgens mij."

STORY = """
inspecteur measurement.create measurement vervolg-2026
inspecteur measurement.two_organisations measurement vervolg-2026
inspecteur measurement.state measurement vervolg-2026
inspecteur dossier.send_out dossier VR01
inspecteur measurement.state measurement vervolg-2026
inspecteur person.invite person nieuwe.waarnemer
inspecteur password.link person nieuwe.waarnemer
nieuwe.waarnemer password.set person nieuwe.waarnemer
nieuwe.waarnemer answer.save answer VR01 1.1-01
nieuwe.waarnemer dossier.begin dossier VR01
ovr.vr01 answer.save answer VR01 1.1-02
ovr.vr01 answer.save answer VR01 1.1-03
contactpersoon.vr01 answer.save answer VR01 2.1-01
contactpersoon.vr01 answer.save answer VR01 2.1-02
contactpersoon.vr01 signature.give signature VR01 contactpersoon
ovr.vr01 signature.give signature VR01 ovr
ovr.vr01 dossier.submit dossier VR01
inspecteur dossier.return dossier VR01
ovr.vr01 answer.save answer VR01 1.1-03
ovr.vr01 signature.void signature VR01 ovr
ovr.vr01 signature.void signature VR01 contactpersoon
contactpersoon.vr01 signature.give signature VR01 contactpersoon
ovr.vr01 signature.give signature VR01 ovr
ovr.vr01 dossier.submit dossier VR01
inspecteur dossier.analyse dossier VR01
inspecteur visit_point.save visit_point 1
inspecteur visit_point.save visit_point 1
inspecteur interview.plan interview VR01
inspecteur interview.state interview VR01
inspecteur dossier.visit dossier VR01
inspecteur passage.add passage VR01 1.1
inspecteur passage.add passage VR01 2.1
inspecteur offer.verificatie offer VR01 verificatie
inspecteur interview.state interview VR01
ovr.vr01 offer.react reaction VR01 verificatie 1.1
ovr.vr01 offer.react reaction VR01 verificatie 2.1
contactpersoon.vr01 offer.react reaction VR01 verificatie 1.1
contactpersoon.vr01 offer.react reaction VR01 verificatie 2.1
inspecteur offer.settle settlement VR01 verificatie 1.1
inspecteur passage.write passage VR01 1.1
inspecteur offer.close offer VR01 verificatie
inspecteur interview.state interview VR01
inspecteur answer.correct answer VR01 2.1-02
inspecteur unanswered.note dossier VR01 1.1-02
inspecteur dossier.verify dossier VR01
inspecteur judgement.save judgement VR01 1.1
inspecteur judgement.offer judgement VR01 1.1
inspecteur judgement.save judgement VR01 2.1
inspecteur judgement.offer judgement VR01 2.1
inspecteur.afd judgement.return judgement VR01 1.1
inspecteur judgement.save judgement VR01 1.1
inspecteur judgement.offer judgement VR01 1.1
inspecteur.afd judgement.confirm judgement VR01 1.1
inspecteur.afd judgement.confirm judgement VR01 2.1
inspecteur.afd dossier.judge dossier VR01
inspecteur measurement.state measurement vervolg-2026
inspecteur measurement.state measurement vervolg-2026
inspecteur judgement.save judgement country 1.1
inspecteur judgement.offer judgement country 1.1
inspecteur.afd judgement.confirm judgement country 1.1
inspecteur judgement.save judgement country 2.1
inspecteur judgement.offer judgement country 2.1
inspecteur.afd judgement.confirm judgement country 2.1
inspecteur list.save working_list 1
inspecteur offer.wederhoor offer VR01 wederhoor
ovr.vr01 offer.react reaction VR01 wederhoor 2.1
ovr.vr01 offer.react reaction VR01 wederhoor 1.1
contactpersoon.vr01 offer.react reaction VR01 wederhoor 1.1
contactpersoon.vr01 offer.react reaction VR01 wederhoor 2.1
inspecteur offer.settle settlement VR01 wederhoor 2.1
inspecteur offer.close offer VR01 wederhoor
inspecteur dossier.close dossier VR01
"""
"""The log of it: who, what, about what. The other units, log-ins and ids that mean nothing are left out."""


@dataclass(frozen=True)
class People:
    """Everybody at a browser of his own."""

    one: Visitor
    two: Visitor
    ovr: Visitor
    contact: Visitor


def before(session: Session) -> World:
    """Three regions and a commander, with a previous measurement that is closed; two organisations."""
    world = factories.world(session, 3)
    factories.inspector(session, "inspecteur.afd", organisation_code="AFD")
    for code, given in {"VR01": filled.WEAK, "VR02": filled.WEAK, "VR03": filled.STRONG}.items():
        filled.submit(session, world.dossiers[code], given)
    filled.submit(session, world.dossiers["RMC-NOORD"], filled.WEAK)
    by = By.through(world.assignments["inspecteur"])
    measurements.go_to(session, world.measurement, "landelijk_beeld", by)
    session.commit()
    return world


def done(page: Page, words: str) -> None:
    """The page says that something was done."""
    expect(page.get_by_role("status").filter(has_text=words).first).to_be_visible()


def step(visitor: Visitor, label: str) -> None:
    """Take a step of the measurement."""
    page = visitor.go(f"/metingen/{CODE}")
    page.get_by_role("link", name=label).click()
    page.get_by_role("button", name=label).click()


def prepare(who: People) -> str:
    """Make the measurement, send it out, and invite somebody; gives the link of who was invited."""
    page = who.one.go("/metingen/nieuw?vorige=proefmeting")
    page.get_by_label("Code").fill(CODE)
    page.get_by_label("Naam").fill("Vervolg 2026")
    page.get_by_label("Jaar").fill(str(today().year))
    page.get_by_label("Eerste dag").fill(f"{today().year}-01-01")
    page.get_by_label("Laatste dag").fill(f"{today().year}-12-31")
    page.get_by_label("Onderzoeksvraag").fill("Is het beter geworden?")
    page.get_by_label("Afbakening").fill("Drie regio’s en een commandant.")
    page.get_by_label("andere organisatie").check()
    page.get_by_role("button", name="Meting maken").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vervolg 2026")
    step(who.one, "Vragenlijst vaststellen")
    page.get_by_role("link", name="Vragenlijst uitzetten").click()
    page.get_by_label("Inleveren tot en met").fill((today() + timedelta(days=30)).isoformat())
    page.get_by_role("button", name="Uitzetten").click()
    done(page, "uitgezet")
    step(who.one, "Uitvraag openen")
    page = who.one.go(f"/metingen/{CODE}/uitnodigen/VR01")
    page.get_by_label("Naam").fill("Nieuwe Waarnemer")
    page.get_by_label("E-mailadres").fill("nieuwe.waarnemer@voorbeeld.nl")
    page.get_by_label("Rol").select_option("waarnemer")
    page.get_by_role("button", name="Toevoegen").click()
    link = page.get_by_label("Link voor Nieuwe Waarnemer").input_value()
    who.one.go(f"/metingen/{CODE}/respons")
    who.one.look("whole-response")
    return link


def answer(page: Page, code: str, label: str) -> None:
    """Choose an option of a question."""
    page.locator(f"#vraag-{code.replace('.', '-')}").get_by_label(label, exact=True).check()


def save(page: Page) -> None:
    """Save a factor and be back at the overview: by then nothing is under way any more."""
    page.get_by_role("button", name="Opslaan en terug naar overzicht").click()
    page.wait_for_url(f"**{DOSSIER}/")
    done(page, "opgeslagen")


def fill_in(who: People, invited: Visitor, link: str) -> None:
    """The one who was invited begins, the two respondents finish, agree, and hand in."""
    page = invited.go("/" + link.split("/", 3)[3])
    page.get_by_label("Nieuw wachtwoord", exact=True).fill("een lang en vreemd wachtwoord 7")
    page.locator("#password_confirm").fill("een lang en vreemd wachtwoord 7")
    page.locator("main form button").click()
    done(page, "U kunt nu inloggen")
    page.get_by_label("E-mailadres").fill("nieuwe.waarnemer@voorbeeld.nl")
    page.get_by_label("Wachtwoord", exact=True).fill("een lang en vreemd wachtwoord 7")
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_role("button", name="Uitloggen")).to_be_visible()
    page = invited.go(f"{DOSSIER}/factor/1.1")
    answer(page, "1.1-01", "Ja")
    save(page)
    page = who.ovr.go(f"{DOSSIER}/factor/1.1")
    answer(page, "1.1-02", "Weet ik niet")
    answer(page, "1.1-03", "Er is geen werkplek")
    save(page)
    page = who.contact.go(f"{DOSSIER}/factor/2.1")
    answer(page, "2.1-01", "De brandweer")
    page.get_by_label("Wanneer is het laatste plan").fill("2012-05-01")
    save(page)
    hand_in(who)


def hand_in(who: People) -> None:
    """Both agree, and the officer hands in."""
    for visitor in (who.contact, who.ovr):
        page = visitor.go(f"{DOSSIER}/controle")
        page.get_by_label(READ).check()
        page.get_by_role("button", name="Akkoord geven").click()
        expect(page.get_by_text("U hebt akkoord gegeven.")).to_be_visible()
    page.get_by_role("button", name="Vragenlijst inleveren").click()
    expect(page.get_by_text("De vragenlijst is ingeleverd.")).to_be_visible()


def give_back(who: People) -> None:
    """The inspector returns it, and it comes back complete."""
    page = who.one.go(f"{DOSSIER}/terugsturen?vraag=1.1-03")
    page.get_by_label("Waarom stuurt u de vragenlijst terug?").fill("Klopt het dat er geen werkplek is?")
    page.get_by_role("button", name="Terugsturen").click()
    page.get_by_text("De invullers kunnen weer wijzigen.").wait_for()
    page = who.ovr.go(f"{DOSSIER}/factor/1.1")
    answer(page, "1.1-03", "Op een wisselende werkplek")
    page.get_by_role("button", name="Opslaan en terug naar overzicht").click()
    done(page, "opgeslagen")
    hand_in(who)


def visit_and_verify(who: People) -> None:
    """Points, the visit, its report, one change at the verification, a correction, and verified."""
    page = who.one.go(f"{VISIT}/gesprekspunten")
    page.get_by_role("button", name="In analyse nemen").click()
    page.get_by_label("Wat wilt u bespreken?").fill("Hoe loopt de waarneming?")
    page.get_by_role("button", name="Punt toevoegen").click()
    done(page, "toegevoegd")
    point = page.locator("#punt-own-1")
    point.get_by_text("Toewijzen of noteren").click()
    point.get_by_label("Notitie").fill("Dat is al toegestuurd.")
    point.get_by_role("button", name="Punt laten vervallen").click()
    done(page, "vervallen")
    who.one.look("whole-sheet")
    page = who.one.go(f"{VISIT}/verslagen/nieuw")
    page.get_by_label("Datum").fill(today().isoformat())
    page.get_by_label("Plaats").fill("Assen")
    page.get_by_role("button", name="Plannen").click()
    page.get_by_role("button", name="Het gesprek is gehouden").click()
    for factor, text in (("1.1", "Er is een vaste contactpersoon."), ("2.1", "De brandweer praat mee.")):
        page.locator("#nieuw-factor").select_option(factor)
        page.locator("#nieuw-tekst").fill(text)
        page.get_by_role("button", name="Passage toevoegen").click()
        done(page, "toegevoegd")
    page.get_by_role("link", name="Verificatie").click()
    page.get_by_label("Reageren kan tot en met").fill((today() + timedelta(days=7)).isoformat())
    page.get_by_role("button", name="Ter verificatie aanbieden").click()
    expect(page.get_by_text("Aangeboden. De respondenten")).to_be_visible()

    said = who.ovr.go("/")
    said.get_by_role("link", name="Verslag ter verificatie").click()
    passage = said.get_by_role("region", name="1.1 Elkaar kennen")
    passage.get_by_label("Ik stel een wijziging voor").check()
    passage.get_by_label("Zo moet de tekst worden").fill("Er zijn twee vaste contactpersonen.")
    said.get_by_role("button", name="Alles wat nog open is, klopt").click()
    done(said, "reacties zijn opgeslagen")
    said = who.contact.go("/")
    said.get_by_role("link", name="Verslag ter verificatie").click()
    said.get_by_role("button", name="Alles wat nog open is, klopt").click()
    done(said, "opgeslagen")

    page.reload()
    page.get_by_role("radio", name="Deels overgenomen").check()
    page.get_by_label("De tekst die het wordt").fill("Er is een vaste contactpersoon, en een vervanger.")
    page.get_by_label("Waarom").first.fill("De tweede vervangt alleen.")
    who.one.look("whole-settling")
    page.get_by_role("button", name="Afhandelen").click()
    done(page, "afgehandeld")
    page.get_by_role("button", name="Sluiten", exact=True).click()
    expect(page.get_by_text("Gesloten met reacties")).to_be_visible()

    page = who.one.go(f"{VISIT}/antwoord/2.1-02")
    page.get_by_label("Wanneer is het laatste plan vastgesteld?").fill("2012-06-01")
    page.get_by_label("Waarom past u dit antwoord aan?").fill("Verteld bij het bezoek.")
    page.get_by_role("button", name="Antwoord aanpassen").click()
    done(page, "aangepast")
    page = who.one.go(f"{VISIT}/verloop")
    expect(page.get_by_text("Dit moet nog gebeuren")).to_be_visible()
    page = who.one.go(f"{VISIT}/onbekend")
    page.get_by_label("Waarom blijft vraag 1.1-02 onbekend?").fill("Niemand houdt het bij.")
    page.get_by_role("button", name="Redenen opslaan").click()
    expect(page.get_by_text("Alles is klaar.")).to_be_visible()
    who.one.look("whole-unknown")
    page = who.one.go(f"{VISIT}/verloop")
    page.get_by_role("button", name="Dossier geverifieerd").click()
    done(page, "Geverifieerd")
    who.one.look("whole-course")


def judge(who: People) -> None:
    """One factor as proposed, one otherwise; given back once, and confirmed by the other organisation."""
    page = who.one.go(f"{JUDGE}/VR01/factor/1.1")
    page.get_by_label("Bevinding").fill("De mensen kennen elkaar.")
    page.get_by_role("button", name="Voorstel overnemen").click()
    done(page, "opgeslagen")
    page.get_by_role("button", name="Voorleggen").click()
    done(page, "voorgelegd")
    page = who.one.go(f"{JUDGE}/VR01/factor/2.1")
    page.get_by_label("Voldoet niet").check()
    page.get_by_label("Motivering").fill("Alleen de brandweer praat mee.")
    page.get_by_label("Bevinding").fill("De plannen worden niet samen gemaakt.")
    page.get_by_role("button", name="Voorleggen").click()
    done(page, "voorgelegd")
    other = who.two.go(f"{JUDGE}/VR01/factor/1.1")
    other.get_by_label("Opmerking bij teruggeven").fill("Noem de vervanger.")
    other.get_by_role("button", name="Teruggeven met opmerking").click()
    done(other, "teruggegeven")
    page = who.one.go(f"{JUDGE}/VR01/factor/1.1")
    expect(page.get_by_text("Noem de vervanger.").first).to_be_visible()
    page.get_by_label("Bevinding").fill("De mensen kennen elkaar; er is een vervanger.")
    page.get_by_role("button", name="Voorleggen").click()
    done(page, "voorgelegd")
    who.one.look("whole-judged")
    for factor in ("1.1", "2.1"):
        other = who.two.go(f"{JUDGE}/VR01/factor/{factor}")
        other.get_by_role("button", name="Bevestigen").click()
        done(other, "vastgesteld")
    other = who.two.go(f"{JUDGE}/VR01")
    other.get_by_role("button", name="Dossier is beoordeeld").click()
    done(other, "beoordeeld")
    who.two.look("whole-dossier-judged")


def the_rest(session: Session) -> None:
    """The other regions and the commander, by the verbs that the pages call."""
    session.rollback()
    session.expire_all()
    hands = {
        row.person.email.partition("@")[0]: row
        for row in session.scalars(select(Assignment).where(Assignment.role == "inspecteur"))
    }
    one, two = By.through(hands["inspecteur"]), By.through(hands["inspecteur.afd"])
    for code, given in {"VR02": filled.STRONG, "VR03": filled.WEAK, "RMC-NOORD": filled.STRONG}.items():
        row = overview.dossier_by_codes(session, CODE, code)
        assert row is not None
        filled.submit(session, row, given)
        advance(session, row, one)
        for factor in ("1.1", "2.1"):
            confirm(session, About.of(row, factor), one, two)
        dossiers.move(session, row, "beoordeeld", two)
    session.commit()


def the_country(who: People) -> None:
    """To the national picture: judged with four eyes, and compared with the measurement before."""
    step(who.one, "Naar de bezoeken")
    step(who.one, "Sluiten en naar het landelijke beeld")
    for factor in ("1.1", "2.1"):
        page = who.one.go(f"{JUDGE}/landelijk/factor/{factor}")
        page.get_by_label("Conclusie").fill("Het gaat beter dan de vorige keer.")
        page.get_by_label("Motivering").fill("De gesprekken bevestigen het beeld.")
        page.get_by_label("Voldoet deels").check()
        page.get_by_role("button", name="Voorleggen").click()
        done(page, "voorgelegd")
        other = who.two.go(f"{JUDGE}/landelijk/factor/{factor}")
        other.get_by_role("button", name="Bevestigen").click()
        done(other, "vastgesteld")
    who.two.go(f"{JUDGE}/landelijk")
    who.two.look("whole-country")
    page = who.one.go(f"/vergelijken/{CODE}/?met=proefmeting")
    expect(page.get_by_text("verbeterd").first).to_be_visible()
    who.one.look("whole-compared")


def keep_a_list(inspector: Visitor) -> None:
    """A working list is made and kept."""
    page = inspector.go(f"/lijsten/{CODE}/maken?eenheden=veiligheidsregio")
    page.get_by_label("Waar gaat de regel over?").select_option("note")
    page.get_by_label("Van welke vraag, factor of controle?").select_option("1.1-01")
    page.get_by_role("button", name="Regel toevoegen").click()
    page.get_by_label("Naam van de werklijst").fill("Zonder contactpersoon")
    page.get_by_role("button", name="Opslaan", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zonder contactpersoon")
    expect(page.get_by_text("Er is een vacature.").first).to_be_visible()
    inspector.look("whole-list")


def hear(who: People) -> None:
    """The region is heard, and the dossier closed."""
    page = who.one.go(f"/wederhoor/{CODE}/VR01")
    page.get_by_label("Reageren kan tot en met").fill((today() + timedelta(days=7)).isoformat())
    page.get_by_role("button", name="Aanbieden voor wederhoor").click()
    said = who.ovr.go("/")
    said.get_by_role("link", name="Bevindingen voor wederhoor").click()
    finding = said.get_by_role("region", name="2.1 Samen plannen maken")
    finding.get_by_label("Ik stel een wijziging voor").check()
    finding.get_by_label("Zo moet de tekst worden").fill("De plannen worden deels samen gemaakt.")
    said.get_by_role("button", name="Alles wat nog open is, klopt").click()
    done(said, "opgeslagen")
    said = who.contact.go("/")
    said.get_by_role("link", name="Bevindingen voor wederhoor").click()
    said.get_by_role("button", name="Alles wat nog open is, klopt").click()
    done(said, "opgeslagen")
    page.reload()
    page.get_by_label("Niet overgenomen").check()
    page.get_by_label("Waarom").first.fill("Bij het bezoek bleek dat niet.")
    page.get_by_role("button", name="Afhandelen").click()
    done(page, "afgehandeld")
    page.get_by_role("button", name="Sluiten", exact=True).click()
    expect(page.get_by_text("Gesloten met reacties")).to_be_visible()
    who.one.look("whole-heard")
    page = who.one.go(f"{VISIT}/verloop")
    page.get_by_role("button", name="Dossier afsluiten").click()
    done(page, "Afgesloten")
    page = who.one.go(f"/wederhoor/{CODE}/logboek")
    expect(page.get_by_text("Bij het bezoek bleek dat niet.")).to_be_visible()


def test_a_whole_measurement_from_the_previous_one_to_wederhoor(
    visit: Callable[[], Visitor], session: Session
) -> None:
    before(session)
    start = len(story(session))
    session.rollback()
    who = People(visit(), visit(), visit(), visit())
    who.one.login("inspecteur")
    who.two.login("inspecteur.afd")
    who.ovr.login("ovr.vr01")
    who.contact.login("contactpersoon.vr01")

    link = prepare(who)
    fill_in(who, visit(), link)
    give_back(who)
    visit_and_verify(who)
    judge(who)
    the_rest(session)
    the_country(who)
    keep_a_list(who.one)
    hear(who)

    session.rollback()
    told = story(session)[start:]
    lines = [
        f"{line.who} {line.action} {line.subject}"
        for line in told
        if not any(code in line.subject for code in ("VR02", "VR03", "RMC-NOORD"))
        and not line.action.startswith("login.")
        and not line.subject.startswith("assignment ")
    ]
    assert lines == STORY.split("\n")[1:-1]
    kept = json.dumps([row.detail for row in session.scalars(select(LogEntry))])
    for text in (
        "Waarnemer",
        "voorbeeld.nl",
        "vaste contactpersoon",
        "brandweer praat",
        "vervanger",
        "toegestuurd",
        "houdt het bij",
    ):
        assert text not in kept
    found = session.scalars(select(Dossier)).all()
    assert PASSWORD not in kept
    assert {row.state for row in found if row.measurement.code == CODE} == {"beoordeeld", "afgesloten"}
