"""From an empty factor to the national picture and Excel, by plain HTTP, as somebody without JavaScript."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.support import workbook
from tests.support.client import Client
from tests.support.databases import PASSWORD

pytestmark = pytest.mark.example

DOSSIER = "/dossier/vervolgmeting-2026/VR17"
PICTURE = "/landelijk/vervolgmeting-2026"

BY_OVR = {
    "1.1-01": ("ja", ""),
    "1.1-03": ("3", ""),
    "1.1-05": ("vast", "Op de derde verdieping."),
    "1.1-07": (["res_vol", "ovr_ander"], ""),
    "1.1-09": ("maand", ""),
    "1.1-10": (["pol", "bw"], ""),
    "1.1-11": ("altijd", ""),
    "1.1-12": (["drie"], "Na drie jaar begint het pas."),
}
ONCE_ASKED = {"1.1-04": ("2,5", ""), "1.1-06": ("meestal", ""), "1.1-08": ("regelm", "")}
BY_CONTACT = {"1.1-02": ("ja", "")}


def fields(answers: dict[str, tuple[str | list[str], str]]) -> dict[str, str | list[str]]:
    """The fields of a factor's page for these answers and explanations."""
    found: dict[str, str | list[str]] = {}
    for code, (answer, note) in answers.items():
        anchor = f"vraag-{code.replace('.', '-')}"
        found[f"{anchor}-answer"] = answer
        found[f"{anchor}-note"] = note
    return found


@pytest.fixture
def people(app: Flask, session: Session) -> dict[str, Client]:
    """The OVR, the contact person and an inspector, each at a browser of their own."""
    made = {}
    for name in ("ovr.vr17", "contact.vr17", "inspecteur1"):
        made[name] = Client(app, before=session.commit)
        made[name].login(f"{name}@voorbeeld.nl", PASSWORD)
    return made


def test_two_people_fill_in_sign_and_submit_and_the_inspector_counts_it(people: dict[str, Client]) -> None:
    ovr, contact, inspector = people["ovr.vr17"], people["contact.vr17"], people["inspecteur1"]

    assert inspector.get(f"{PICTURE}/").has("0 van de 25 veiligheidsregio's")

    ovr.get(f"{DOSSIER}/factor/1.1")
    page = ovr.submit(fields(BY_OVR), button="Opslaan en verder")
    assert page.has("Door uw antwoorden zijn er vragen bij gekomen: 1.1-04, 1.1-06, 1.1-08.")
    page = ovr.submit(fields(ONCE_ASKED), button="Opslaan en terug naar overzicht")
    assert page.has("Uw antwoorden zijn opgeslagen.")

    page = contact.get(f"{DOSSIER}/controle")
    assert page.link("Vraag 1.1-02: een antwoord")
    contact.get(f"{DOSSIER}/factor/1.1")
    contact.submit(fields(BY_CONTACT), button="Opslaan en verder")
    contact.get(f"{DOSSIER}/controle")
    contact.submit({"gelezen": "ja"}, button="Akkoord geven")

    ovr.get(f"{DOSSIER}/controle")
    ovr.submit({"gelezen": "ja"}, button="Akkoord geven")
    page = ovr.submit(button="Vragenlijst inleveren")
    assert page.has("De vragenlijst is ingeleverd.")

    page = inspector.get(f"{PICTURE}/")
    assert page.has("1 van de 25 veiligheidsregio's")
    page = inspector.get(f"{PICTURE}/eenheid/VR17")
    assert page.has("Op de derde verdieping.")

    made = workbook.read(ovr.get(f"{DOSSIER}/excel").data)
    rows = {row["Code"]: row for row in workbook.table(made["Antwoorden"])}
    assert rows["1.1-04"]["Antwoord"] == 2.5
    assert rows["1.1-07"]["Antwoord"].startswith("Een reservist, voor alle taken; Een beroeps-OVR")
    assert rows["1.1-12"]["Toelichting"] == "Na drie jaar begint het pas."
    assert rows["1.1-04"]["Score"] == 1
    assert rows["1.1-06"]["Score"] == 0.8
    assert rows["1.1-05"]["Antwoord 2013"]


def test_a_region_sees_neither_the_national_picture_nor_another_region(people: dict[str, Client]) -> None:
    for path in (f"{PICTURE}/", f"{PICTURE}/eenheid/VR17", "/dossier/eindmeting-2013/VR16/"):
        people["ovr.vr17"].get(path, status=403)
