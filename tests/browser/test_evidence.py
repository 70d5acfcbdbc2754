"""Uploading evidence in a browser: beside a question at once, and on the page with all documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from surveys import answers
from surveys.acting import By
from surveys.answers import Content
from tests.factories import World
from tests.support import files
from tests.support.browser import Visitor

HOME = "/dossier/proefmeting/VR01"
PDF: Any = {"name": "Plattegrond gebouw A.pdf", "mimeType": "application/pdf", "buffer": files.pdf()}
BAD: Any = {"name": "plan.docx", "mimeType": "x/y", "buffer": files.docx(**{"word/vbaProject.bin": b"x"})}


@pytest.fixture(autouse=True)
def begun(session: Session, world: World) -> None:
    """VR01 has an answer that asks for evidence."""
    by = By.through(world.assignments["ovr.vr01"])
    content = Content("vast")
    answers.save(session, world.dossiers["VR01"], "1.1-03", content, by=by, seen_version=0)
    session.commit()


def test_a_file_is_kept_as_soon_as_it_is_chosen(visitor: Visitor) -> None:
    visitor.watch.allow(422)
    visitor.login("ovr.vr01")
    page = visitor.go(f"{HOME}/factor/1.1")
    question = page.locator("#vraag-1-1-03")
    question.get_by_text("Bij dit antwoord hoort nog een bewijsstuk.").wait_for()
    question.get_by_label("Bestand van document 1").set_input_files(PDF)
    link = question.get_by_role("link", name="Plattegrond gebouw A.pdf", exact=True)
    link.wait_for()
    page.wait_for_function("document.activeElement.textContent === 'Plattegrond gebouw A.pdf'")
    assert question.get_by_label("Titel van document 1").input_value() == "Plattegrond gebouw A"
    assert question.get_by_text("Bij dit antwoord hoort nog een bewijsstuk.").count() == 0
    question.get_by_label("Bladzijde in document 1").fill("blz. 2")
    question.get_by_label("Bestand van document 2").set_input_files(BAD)
    question.get_by_text("In dit bestand zitten macro’s").first.wait_for()
    visitor.look("evidence")
    page.reload()
    assert question.get_by_label("Bladzijde in document 1").input_value() == "blz. 2"
    with page.expect_download() as found:
        question.get_by_role("link", name="Plattegrond gebouw A.pdf", exact=True).click()
    assert found.value.suggested_filename == "Plattegrond gebouw A.pdf"
    assert found.value.path().read_bytes() == files.pdf()


def test_another_row_takes_another_file(visitor: Visitor) -> None:
    visitor.login("ovr.vr01")
    page = visitor.go(f"{HOME}/factor/1.1")
    question = page.locator("#vraag-1-1-03")
    question.get_by_role("button", name="Nog een document toevoegen").click()
    question.get_by_label("Bestand van document 2").set_input_files(PDF)
    question.get_by_role("link", name="Plattegrond gebouw A.pdf", exact=True).wait_for()
    page.reload()
    question.get_by_role("link", name="Plattegrond gebouw A.pdf", exact=True).wait_for()


def test_all_documents_stand_on_one_page(visitor: Visitor) -> None:
    visitor.watch.allow(422)
    visitor.login("ovr.vr01")
    page = visitor.go(f"{HOME}/documenten")
    page.get_by_label("Titel").fill("Beleidsplan 2013")
    page.get_by_label("Bestand", exact=True).set_input_files(PDF)
    page.get_by_role("button", name="Document toevoegen").click()
    page.get_by_text("Het bestand is bewaard als").wait_for()
    page.get_by_label("Bestand", exact=True).set_input_files(BAD)
    page.get_by_role("button", name="Document toevoegen").click()
    page.get_by_role("alert").get_by_text("In dit bestand zitten macro’s").wait_for()
    page.get_by_text("Bestand vervangen of verwijderen").click()
    visitor.look("documents")


def test_a_file_comes_along_without_a_script(visit: Callable[..., Visitor], tmp_path: Path) -> None:
    path = tmp_path / PDF["name"]
    path.write_bytes(files.pdf())
    visitor = visit(javascript=False)
    visitor.login("ovr.vr01")
    page = visitor.go(f"{HOME}/factor/1.1")
    page.get_by_label("Bestand van document 1").set_input_files(path)
    page.get_by_role("button", name="Opslaan en terug naar overzicht").click()
    page.get_by_role("link", name="Documenten").click()
    page.get_by_role("link", name="Plattegrond gebouw A.pdf", exact=True).wait_for()
    page.get_by_role("link", name="1.1-03").wait_for()
