"""From an empty factor to the national picture and Excel, in a browser, by three people."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support import office, workbook
from tests.support.browser import Visitor

pytestmark = pytest.mark.example

DOSSIER = "/dossier/vervolgmeting-2026/VR17"
PICTURE = "/landelijk/vervolgmeting-2026"
ANSWERS = {
    "1.1-05": ["Een vaste werkplek op kantoor"],
    "1.1-07": ["Een reservist, voor alle taken"],
    "1.1-09": ["Elke maand of vaker, maar niet elke week"],
    "1.1-10": ["Politie", "Brandweer"],
    "1.1-11": ["Altijd"],
    "1.1-12": ["Een plaatsing van drie jaar is te kort"],
}


def question(page: Page, code: str) -> Locator:
    """The place of a question on the page of its factor."""
    return page.locator(f"#vraag-{code.replace('.', '-')}")


def choose(page: Page, code: str, *labels: str) -> None:
    """Choose options of a question, each by its label."""
    for label in labels:
        question(page, code).get_by_label(label, exact=True).check()


def sign(visitor: Visitor) -> Page:
    """Agree with the answers, as they stand, on the page that checks them."""
    page = visitor.go(f"{DOSSIER}/controle")
    page.get_by_label("Ik heb de antwoorden gelezen. Ze kloppen volgens mij.").check()
    page.get_by_role("button", name="Akkoord geven").click()
    expect(page.get_by_text("U hebt akkoord gegeven.")).to_be_visible()
    return page


def as_saved_again(file: Path, folder: Path) -> Path:
    """The workbook after LibreOffice opened and saved it; `make check-office` sees to it that it is there."""
    return office.convert(file, "xlsx", folder) if office.there() else file


def test_two_people_fill_in_sign_and_submit_and_the_inspector_counts_it(
    visit: Callable[[], Visitor], tmp_path: Path
) -> None:
    ovr, contact, inspector = visit(), visit(), visit()

    inspector.login("inspecteur1")
    page = inspector.go(f"{PICTURE}/")
    expect(
        page.get_by_text("0 van de 25 veiligheidsregio's hebben de vragenlijst ingeleverd.")
    ).to_be_visible()

    ovr.login("ovr.vr17")
    page = ovr.go(f"{DOSSIER}/")
    page.get_by_role("link", name=re.compile("^1.1 ")).click()
    choose(page, "1.1-01", "Ja")
    days = page.get_by_label("Hoeveel dagen per week werkt de")
    days.fill("2,5")
    page.get_by_label("Hoeveel reservisten steunen de").fill("3")
    choose(page, "1.1-06", "Meestal wel")
    choose(page, "1.1-08", "Regelmatig")
    for code, labels in ANSWERS.items():
        choose(page, code, *labels)
    page.get_by_label("Toelichting bij vraag 1.1-12").fill("Na drie jaar begint het pas.")
    page.get_by_role("button", name="Opslaan en terug naar overzicht").click()
    expect(page.get_by_text("Uw antwoorden zijn opgeslagen.")).to_be_visible()

    contact.login("contact.vr17")
    page = contact.go(f"{DOSSIER}/controle")
    page.get_by_role("link", name="Vraag 1.1-02: een antwoord").click()
    choose(page, "1.1-02", "Ja")
    page.get_by_role("button", name="Opslaan en terug naar de controle").click()
    expect(page.get_by_role("heading", name="Controleer uw antwoorden")).to_be_visible()
    sign(contact)

    page = sign(ovr)
    page.get_by_role("button", name="Vragenlijst inleveren").click()
    expect(page.get_by_text("De vragenlijst is ingeleverd. U kunt de antwoorden blijven")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Kopie in Excel").click()

    page = inspector.go(f"{PICTURE}/")
    expect(page.get_by_text("1 van de 25 veiligheidsregio's heeft")).to_be_visible()
    page = inspector.go(f"{PICTURE}/eenheid/VR17")
    expect(page.get_by_text("Na drie jaar begint het pas.").first).to_be_attached()

    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    original = workbook.read(file.read_bytes())
    workbook.hold_same(original, workbook.read(as_saved_again(file, tmp_path / "again").read_bytes()))
    rows = {row["Code"]: row for row in workbook.table(original["Antwoorden"])}
    assert (rows["1.1-04"]["Antwoord"], rows["1.1-04"]["Score"]) == (2.5, 1)
    assert (rows["1.1-06"]["Antwoord"], rows["1.1-06"]["Score"]) == ("Meestal wel", 0.8)
    assert rows["1.1-12"]["Toelichting"] == "Na drie jaar begint het pas."
    assert len(original["Samenvatting"]._charts) == 1
