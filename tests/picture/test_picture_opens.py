"""From a number to the regions, to the answer, to who gave it when, and back; and every table as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping

import pytest
from sqlalchemy.orm import Session

from surveys import answers, units
from surveys.acting import By
from surveys.answers import Content, Save
from surveys.models import Dossier
from tests import factories, filled
from tests.factories import World
from tests.support import stages
from tests.support.client import Client
from tests.support.page import Page

HERE = "/landelijk/proefmeting"


def _make(session: Session) -> None:
    world = World(session)
    earlier = factories.measurement(session, factories.tiny(version="1.0"), code="eerder", year=2009)
    for code, before, now in (
        ("VR01", filled.STRONG, filled.WEAK),
        ("VR02", filled.WEAK, filled.STRONG),
    ):
        filled.submit(session, factories.dossier(session, earlier, world.units[code]), before)
        first = {"1.1-01": Content("ja", note="Voorlopig.")}
        filled.fill(session, world.dossiers[code], first)
        _submit(session, world.dossiers[code], now)
    units.link(
        session,
        world.units["VR01"],
        world.units["RMC-NOORD"],
        valid_from=factories.LONG_AGO,
        by=By.system(factories.OPENED),
    )


def _submit(session: Session, dossier: Dossier, given: Mapping[str, Content]) -> None:
    by = By.through(filled.signers(session, dossier)[0], filled.AT)
    answers.save_all(session, dossier, {"1.1-01": Save(given["1.1-01"], 1)}, by=by)
    filled.submit(session, dossier, {code: each for code, each in given.items() if code != "1.1-01"})


with_up_and_down = stages.declare("up_and_down", _make)


@pytest.fixture
def inspector(with_up_and_down: None, session: Session, world: World, login: Callable[[str], None]) -> World:
    """VR01 (of the RMC) went down, VR02 up, since an earlier measurement; VR01 answered once again."""
    login("inspecteur")
    return world


def rows(page: Page) -> list[list[str]]:
    return list(csv.reader(io.StringIO(page.data.decode("utf-8-sig")), delimiter=";"))


def units_of(page: Page) -> list[str]:
    return [text.split()[0] for text in page.texts("#tabel tbody th")]


def test_a_unit_s_answer_leads_to_who_gave_it_when_and_what_it_was_before(
    inspector: World, client: Client
) -> None:
    page = client.get(f"{HERE}/eenheid/VR01")
    assert page.has("Ovr Regio 1 (Officier Veiligheidsregio), 4 maart 2013, 13:00 uur")
    page = client.click("Versies van vraag 1.1-01")
    newest, oldest = page.texts("tbody tr")
    assert "Versie 2" in newest
    assert "Ja Voorlopig. Nee Er is een vacature." in newest
    assert "Nog niets Ja Voorlopig." in oldest
    assert "Ovr Regio 1 (Officier Veiligheidsregio), 4 maart 2013, 13:00 uur" in newest
    back = client.page.link("Terug naar de antwoorden van Regio 1")
    path, _, anchor = back.partition("#")
    assert client.get(path).all(f'[id="{anchor}"]')


def test_the_versions_of_an_answer_are_a_file_too(inspector: World, client: Client) -> None:
    client.get(f"{HERE}/eenheid/VR01/vraag/1.1-01")
    head, newest, oldest = rows(client.click("Tabel als CSV"))
    found = dict(zip(head, newest, strict=True))
    assert (found["Was"], found["Werd"], found["Door"]) == ("Ja", "Nee", "Ovr Regio 1")
    assert found["fictief"] == "ja"
    assert dict(zip(head, oldest, strict=True))["Was"] == ""


def test_a_question_that_the_unit_s_questionnaire_lacks_has_no_versions(
    inspector: World, client: Client
) -> None:
    client.get(f"{HERE}/eenheid/VR01/vraag/9.9-99", status=404)
    client.get(f"{HERE}/eenheid/VR99/vraag/1.1-01", status=404)
    assert client.get(f"{HERE}/eenheid/VR01/vraag/1.1-99").has("Deze vraag is nooit beantwoord")


def test_every_number_in_figures_leads_to_a_place_on_the_page(inspector: World, client: Client) -> None:
    for code in ("1.1-01", "1.1-02", "2.1-01"):
        page = client.get(f"{HERE}/vraag/{code}")
        for fact in page.all(".facts > div"):
            links = fact.element.xpath("dd//a/@href")
            number = fact.element.xpath("string(dd)").strip()
            assert number == "0" or links, fact.text_content
            for link in links:
                assert page.all(f'[id="{link[1:]}"]'), link


def test_the_answers_to_a_question_are_sorted_narrowed_and_saved_as_shown(
    inspector: World, client: Client
) -> None:
    page = client.get(f"{HERE}/vraag/1.1-01")
    assert units_of(page) == ["VR01", "VR02"]
    assert units_of(client.click("Sorteer op Antwoord")) == ["VR02", "VR01"]
    assert [row[0] for row in rows(client.click("Tabel als CSV"))[1:]] == ["VR02", "VR01"]
    client.get(f"{HERE}/vraag/1.1-01")
    page = client.submit({"antwoord": "nee"}, button="Tonen")
    assert units_of(page) == ["VR01"]
    assert [row[:3] for row in rows(client.click("Tabel als CSV"))[1:]] == [["VR01", "Regio 1", "Nee"]]
    client.get(f"{HERE}/vraag/1.1-01")
    assert units_of(client.submit({"brigade": "RMC-NOORD"}, button="Tonen")) == ["VR01"]


def test_the_units_of_a_factor_are_sorted_narrowed_and_saved_as_shown(
    inspector: World, client: Client
) -> None:
    client.get(f"{HERE}/factor/1.1")
    assert units_of(client.click("Sorteer op Score 2013")) == ["VR01", "VR02"]
    assert units_of(client.click("Sorteer op Score 2013")) == ["VR02", "VR01"]
    assert [row[0] for row in rows(client.click("Tabel als CSV"))[1:]] == ["VR02", "VR01"]
    client.get(f"{HERE}/factor/1.1")
    assert units_of(client.click("Sorteer op Ontwikkeling")) == ["VR02", "VR01"]
    assert units_of(client.submit({"brigade": "RMC-NOORD"}, button="Tonen")) == ["VR01"]


def test_the_total_of_changes_opens_to_each_factor_of_each_region(inspector: World, client: Client) -> None:
    client.get(f"{HERE}/")
    page = client.click("2 verslechterd, alle factoren samen")
    assert [text.split()[:2] for text in page.texts("#tabel tbody tr")] == [["VR01", "Regio"]] * 2
    head, *found = rows(client.click("Tabel als CSV"))
    assert [row[head.index("Factor")] for row in found] == ["1.1", "2.1"]
    assert {row[head.index("Ontwikkeling")] for row in found} == {"Verslechterd"}


def test_the_heatmap_is_saved_as_it_is_shown(inspector: World, client: Client) -> None:
    client.get(f"{HERE}/?sorteer=niveau")
    head, first, second = rows(client.click("Tabel als CSV"))
    assert [first[0], second[0]] == ["VR01", "VR02"]
    assert first[head.index("1.1")] == "Voldoet niet"
    client.get(f"{HERE}/?brigade=RMC-NOORD")
    assert [row[0] for row in rows(client.click("Tabel als CSV"))[1:]] == ["VR01"]


def test_an_answer_becomes_a_working_list_with_the_same_units(inspector: World, client: Client) -> None:
    client.get(f"{HERE}/vraag/1.1-01")
    client.click("Maak hier een werklijst van: Nee")
    page = client.submit(button="Bekijken zonder opslaan")
    assert [text.split()[0] for text in page.texts("tbody th")] == ["VR01"]


@pytest.mark.parametrize(
    ("path", "words", "expected"),
    [
        ("factor/2.1", "Maak hier een werklijst van: bevinding 2.1-S01", ["VR02"]),
        ("vraag/1.1-02", "Maak hier een werklijst van: 3 dagen per week", ["VR02"]),
        ("vraag/1.1-02", "Maak hier een werklijst van: Niet aan de orde", ["VR01"]),
    ],
)
def test_a_finding_a_number_and_a_gap_become_working_lists(
    inspector: World, client: Client, path: str, words: str, expected: list[str]
) -> None:
    client.get(f"{HERE}/{path}")
    client.click(words)
    page = client.submit(button="Bekijken zonder opslaan")
    assert [text.split()[0] for text in page.texts("tbody th")] == expected
