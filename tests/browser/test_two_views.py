"""Two people who do not agree, talk about it, and one who is succeeded: at real browsers."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect
from sqlalchemy.orm import Session

from surveys import signing
from surveys.acting import By
from tests import filled
from tests.factories import World
from tests.support.browser import Visitor

HOME = "/dossier/proefmeting/VR01"
FACTOR = f"{HOME}/factor/1.1"


def filled_in(session: Session, world: World, *signed: str) -> None:
    """VR01 is whole; some have agreed."""
    dossier = world.dossiers["VR01"]
    filled.fill(session, dossier, filled.STRONG)
    for key in signed:
        signing.sign(session, dossier, by=By.through(world.assignments[key]))
    session.commit()


def test_a_view_of_one_stands_beside_the_answer_of_both(
    visit: Callable[[], Visitor], session: Session, world: World
) -> None:
    filled_in(session, world, "ovr.vr01")
    contact, officer = visit(), visit()
    contact.login("contactpersoon.vr01")
    page = contact.go(FACTOR)
    page.get_by_role("link", name="Ik zie dit anders: afwijkend standpunt bij vraag 1.1-01").click()
    page.get_by_label("Nee").check()
    contact.watch.allow(422)
    page.get_by_role("button", name="Afwijkend standpunt opslaan").click()
    expect(page.get_by_role("link", name="Schrijf op waarom u het anders ziet.")).to_be_visible()
    expect(page.get_by_label("Nee")).to_be_checked()
    contact.look("divergent-fout")
    page.get_by_label("Waarom ziet u dit anders?").fill("Sinds januari is er niemand meer die dit werk doet.")
    page.get_by_role("button", name="Afwijkend standpunt opslaan").click()
    expect(page.get_by_text("Uw afwijkende standpunt is opgeslagen.")).to_be_visible()
    contact.look("divergent")
    officer.login("ovr.vr01")
    other = officer.go(f"{HOME}/controle")
    expect(other.get_by_text("Er is na uw akkoord iets gewijzigd.")).to_be_visible()
    expect(other.get_by_text("Sinds januari is er niemand meer die dit werk doet.")).to_be_visible()
    officer.look("divergent-controle")
    inspector = visit()
    inspector.login("inspecteur")
    region = inspector.go("/landelijk/proefmeting/eenheid/VR01")
    expect(region.get_by_text("(niet meegeteld in de score)")).to_be_visible()
    inspector.look("divergent-inspecteur")
    page.get_by_role("link", name="Standpunt wijzigen of intrekken bij vraag 1.1-01").click()
    contact.look("divergent-wijzigen")
    page.get_by_role("button", name="Standpunt intrekken").click()
    expect(page.get_by_text("Het afwijkende standpunt is ingetrokken.")).to_be_visible()
    expect(page.locator(".view")).to_have_count(0)


def test_two_tabs_of_one_person_show_both_views(visit: Callable[[], Visitor], world: World) -> None:
    contact = visit()
    contact.login("contactpersoon.vr01")
    page = contact.go(f"{HOME}/vraag/1.1-01/standpunt")
    second = page.context.new_page()
    second.goto(page.url)
    second.get_by_label("Nee").check()
    second.get_by_label("Waarom ziet u dit anders?").fill("Er is niemand.")
    second.get_by_role("button", name="Afwijkend standpunt opslaan").click()
    expect(second.get_by_text("Uw afwijkende standpunt is opgeslagen.")).to_be_visible()
    page.get_by_label("Weet ik niet").check()
    page.get_by_label("Waarom ziet u dit anders?").fill("Bij nader inzien weet ik het niet.")
    contact.watch.allow(409)
    page.get_by_role("button", name="Afwijkend standpunt opslaan").click()
    expect(page.get_by_text("heeft dit standpunt intussen gewijzigd")).to_be_visible()
    expect(page.get_by_text("Er is niemand.")).to_be_visible()
    contact.look("divergent-conflict")
    page.get_by_role("button", name="Opslaan wat ik heb ingevuld").click()
    expect(page.get_by_text("Bij nader inzien weet ik het niet.")).to_be_visible()


def test_a_question_to_the_other_and_the_answer(visit: Callable[[], Visitor], world: World) -> None:
    officer, contact = visit(), visit()
    officer.login("ovr.vr01")
    page = officer.go(FACTOR)
    page.get_by_role("link", name="Overleg, of een vraag aan de ander over vraag 1.1-01").click()
    page.get_by_label("Uw bericht").fill("Is er bij jullie nog een vaste contactpersoon?")
    page.get_by_label("Ja, aan de contactpersoon").check()
    page.get_by_role("button", name="Bericht plaatsen").click()
    expect(page.get_by_text("Wacht op een antwoord van de contactpersoon.")).to_be_visible()
    contact.log_in_by_form("contactpersoon.vr01")
    other = contact.page
    expect(other.get_by_text("1 vraag aan u")).to_be_visible()
    contact.go(f"{HOME}/")
    contact.look("thread-overzicht")
    other.get_by_role("link", name="Vraag 1.1-01: Is er een vaste contactpersoon?").click()
    other.get_by_label("Uw bericht").fill("Ja, sinds maart. Ik zet de naam in de toelichting.")
    other.get_by_role("button", name="Bericht plaatsen").click()
    expect(other.get_by_text("Uw bericht staat in het overleg.")).to_be_visible()
    page.get_by_label("Uw bericht").fill("Dan is dit klaar.")
    officer.watch.allow(409)
    page.get_by_role("button", name="Overleg sluiten").click()
    expect(page.get_by_text("Er is intussen een bericht bij gekomen.")).to_be_visible()
    expect(page.get_by_text("Ja, sinds maart.")).to_be_visible()
    expect(page.get_by_label("Uw bericht")).to_have_value("Dan is dit klaar.")
    officer.look("thread")
    page.get_by_role("button", name="Overleg sluiten").click()
    expect(page.get_by_text("Het overleg is gesloten. Een nieuw bericht opent het weer.")).to_be_visible()
    page = officer.go(FACTOR)
    page.get_by_text("Overleg over vraag 1.1-01: 3 berichten, gesloten").click()
    expect(page.get_by_text("Dan is dit klaar.")).to_be_visible()
    officer.look("thread-vraag")


def test_a_successor_takes_over_and_the_first_is_out(
    visit: Callable[[], Visitor], session: Session, world: World
) -> None:
    filled_in(session, world, "ovr.vr01")
    number = world.assignments["ovr.vr01"].id
    session.rollback()
    officer, keeper, successor = visit(), visit(), visit()
    officer.login("ovr.vr01")
    officer.go(FACTOR)
    keeper.login("beheerder")
    page = keeper.go(f"/beheer/rollen/{number}/overdragen")
    page.get_by_label("Naam").fill("Nieuwe Naam")
    page.get_by_label("E-mailadres").fill("nieuw@voorbeeld.nl")
    keeper.look("handover")
    page.get_by_role("button", name="Rol overdragen").click()
    link = page.get_by_label("Link").input_value()
    officer.watch.allow(403)
    officer.page.goto(officer.page.url)
    expect(officer.page.get_by_role("heading", level=1)).to_have_text("Deze pagina is niet voor u")
    new = successor.page
    new.goto(link)
    for field in new.locator("main input[type=password]").all():
        field.fill("zeven groene tenten")
    new.get_by_role("button", name="Wachtwoord opslaan").click()
    new.get_by_label("E-mailadres").fill("nieuw@voorbeeld.nl")
    new.get_by_label("Wachtwoord").fill("zeven groene tenten")
    new.get_by_role("button", name="Inloggen").click()
    successor.go(FACTOR)
    expect(new.get_by_text("Opgeslagen door Ovr Regio 1 (Officier Veiligheidsregio)").first).to_be_visible()
    successor.go(f"{HOME}/controle")
    expect(new.get_by_text("gaf Ovr Regio 1 al akkoord")).to_be_visible()
    successor.look("handover-controle")
