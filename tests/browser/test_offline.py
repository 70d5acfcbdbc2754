"""A workbook at a real browser: taken away, filled in, uploaded, looked at and taken over; and paper."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect
from sqlalchemy.orm import Session

from surveys import answers
from surveys.acting import By
from surveys.answers import Content, Save
from tests import factories, filled
from tests.factories import World
from tests.support import answersheet
from tests.support.browser import Visitor

HOME = "/dossier/proefmeting/VR01"


def test_a_workbook_goes_out_and_comes_back(
    visitor: Visitor, world: World, session: Session, tmp_path: Path
) -> None:
    dossier = world.dossiers["VR01"]
    filled.fill(session, dossier, filled.STRONG)
    session.commit()
    visitor.login("ovr.vr01")
    page = visitor.go(f"{HOME}/")
    page.get_by_role("link", name="Invullen zonder Meetlat").click()
    visitor.look("offline")
    with page.expect_download() as download:
        page.get_by_role("link", name="Werkboek ophalen").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    changed = {"1.1-02": Content(1), "1.1-99": Content("Wij verhuizen in juni.")}
    file.write_bytes(answersheet.fill(file.read_bytes(), factories.tiny(), changed))
    by = By.through(world.assignments["contactpersoon.vr01"])
    save = {"1.1-02": Save(Content(5, note="Vanaf mei elke dag."), 1)}
    answers.save_all(session, dossier, save, by=by)
    session.commit()

    page.get_by_label("Werkboek (.xlsx, hoogstens 2 MB)").set_input_files(file)
    page.get_by_role("button", name="Uploaden en bekijken").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Werkboek bekijken en overnemen")
    visitor.look("offline-preview")
    visitor.watch.allow(422)
    page.get_by_role("button", name="Overnemen").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    visitor.look("offline-choose")
    page.get_by_label("Wat in het werkboek staat").check()
    page.get_by_role("button", name="Overnemen").click()
    expect(page.get_by_text("Er zijn 2 antwoorden overgenomen.")).to_be_visible()


def test_a_workbook_with_faults_tells_where_they_are(visitor: Visitor, world: World, tmp_path: Path) -> None:
    tiny = factories.tiny()
    visitor.login("ovr.vr01")
    page = visitor.go(f"{HOME}/zonder-meetlat")
    with page.expect_download() as download:
        page.get_by_role("link", name="Werkboek ophalen").click()
    file = tmp_path / "ingevuld.xlsx"
    download.value.save_as(file)
    content = answersheet.fill(file.read_bytes(), tiny, {"1.1-01": Content("ja")})
    name, row = answersheet.place(content, tiny, "1.1-02")
    file.write_bytes(answersheet.change(content, lambda book: book[name].__setitem__(f"C{row}", "veel")))
    page.get_by_label("Werkboek (.xlsx, hoogstens 2 MB)").set_input_files(file)
    page.get_by_role("button", name="Uploaden en bekijken").click()
    expect(page.get_by_text(f"Blad {name}, cel C{row}:")).to_be_visible()
    visitor.look("offline-faults")

    file.write_bytes(answersheet.change(content, lambda book: book[name].__setitem__("A6", "9.9-99")))
    page.get_by_role("link", name="Terug naar Invullen zonder Meetlat").click()
    visitor.watch.allow(422)
    page.get_by_label("Werkboek (.xlsx, hoogstens 2 MB)").set_input_files(file)
    page.get_by_role("button", name="Uploaden en bekijken").click()
    expect(page.locator("[data-error-summary]")).to_contain_text(f"Blad {name}, cel A6:")
    visitor.look("offline-refused")


def test_the_questionnaire_on_paper(visitor: Visitor, world: World, session: Session) -> None:
    filled.fill(session, world.dossiers["VR01"], filled.STRONG)
    session.commit()
    visitor.login("ovr.vr01")
    visitor.go(f"{HOME}/afdrukken?leeg=1")
    visitor.look("paper-blank")
    page = visitor.go(f"{HOME}/afdrukken")
    visitor.look("paper-filled")
    page.emulate_media(media="print")
    expect(page.get_by_text("Druk deze pagina af")).to_be_hidden()
    expect(page.get_by_role("navigation")).to_have_count(0)
    printed = page.pdf(path=str(Path("screenshots") / "paper-filled.pdf"), prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", printed)) == 1, "a short questionnaire fits on one sheet"
    head = page.locator(".paper__head")
    expect(head).to_have_css("display", "table-header-group")  # so that it comes back on every sheet
    expect(head).to_contain_text("Regio 1, Proefmeting")
    expect(page.get_by_text(re.compile("fictie", re.IGNORECASE)).filter(visible=True)).to_have_count(1)
    page = visitor.go(f"{HOME}/afdrukken?leeg=1")
    page.pdf(path=str(Path("screenshots") / "paper-blank.pdf"), prefer_css_page_size=True)
