"""The national picture, as an inspector goes through it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from urllib.parse import urljoin

import pytest
from sqlalchemy.orm import Session

from surveys import units
from surveys.acting import By
from surveys.answers import Content
from surveys.models import Dossier
from tests import factories, filled
from tests.support import stages
from tests.support.client import Client

Login = Callable[[str], None]
HERE = "/landelijk/proefmeting"


def _make(session: Session) -> None:
    made = factories.world(session, regions=4)
    filled.submit(session, made.dossiers["VR01"], filled.STRONG)
    filled.submit(session, made.dossiers["VR02"], filled.WEAK)
    filled.submit(session, made.dossiers["VR03"], filled.UNSURE)


with_three_of_four = stages.declare("three_of_four", _make, on="empty")


@pytest.fixture
def world(with_three_of_four: None, session: Session) -> factories.World:
    """Four regions, three of which have submitted."""
    return factories.World(session)


@pytest.fixture
def before(session: Session, world: factories.World) -> dict[str, Dossier]:
    """The measurement of 2009: the first region did badly, the second as badly as now."""
    earlier = factories.measurement(session, factories.tiny(version="1.0"), code="tussenmeting", year=2009)
    found = {code: factories.dossier(session, earlier, world.units[code]) for code in ("VR01", "VR02")}
    for dossier in found.values():
        filled.submit(session, dossier, filled.WEAK)
    session.commit()
    return found


@pytest.fixture
def inspector(world: factories.World, client: Client, login: Login) -> Client:
    """An inspector at a browser."""
    login("inspecteur")
    return client


PAGES = (
    "/",
    "/?sorteer=niveau",
    "/?eenheden=rmc",
    "/kaart",
    "/kaart?factor=2.1",
    "/kaart?eenheden=rmc",
    "/factor/1.1",
    "/factor/2.1",
    "/factor/1.1?eenheden=rmc",
    "/eenheid/VR01",
    "/eenheid/VR03",
    "/eenheid/VR04",
    "/eenheid/RMC-NOORD",
    "/vraag/1.1-01",
    "/vraag/1.1-02",
    "/vraag/1.1-99",
    "/vraag/2.1-01",
    "/vraag/2.1-02",
)


def test_every_page_says_how_many_have_submitted_and_that_it_is_made_up(inspector: Client) -> None:
    for path in PAGES:
        page = inspector.get(HERE + path)

        rmc = "rmc" in path.lower()
        expected = "0 van de 1 commandant heeft" if rmc else "3 van de 4 veiligheidsregio's hebben"
        assert page.has(f"{expected} de vragenlijst ingeleverd."), path
        assert page.has("Fictieve gegevens"), path


@pytest.mark.parametrize("who", ["ovr.vr01", "rmc.noord", "beheerder"])
def test_nobody_but_an_inspector_sees_any_of_it(
    world: factories.World, client: Client, login: Login, who: str
) -> None:
    login(who)
    for path in PAGES:
        page = client.get(HERE + path, status=403)
        assert not page.has("ingeleverd"), path


@pytest.mark.parametrize(
    "path",
    [
        "/landelijk/onbekend/",
        f"{HERE}/?eenheden=planeten",
        f"{HERE}/kaart?factor=9.9",
        f"{HERE}/factor/9.9",
        f"{HERE}/eenheid/VR99",
        f"{HERE}/vraag/9.9-99",
        f"{HERE}/excel?vorm=papier",
    ],
)
def test_what_does_not_exist_is_not_found(inspector: Client, path: str) -> None:
    inspector.get(path, status=404)


def test_the_heatmap_has_a_row_for_each_region_and_a_cell_for_each_factor(inspector: Client) -> None:
    page = inspector.get(f"{HERE}/")

    rows = page.texts(".heatmap tbody tr")
    assert [row.split()[0] for row in rows] == ["VR01", "VR02", "VR03", "VR04"]
    assert "Nog niet ingeleverd (uitgezet)" in rows[3]
    cells = page.all(".heatmap tbody tr:first-child td.heatmap__cell a")
    assert [cell["href"] for cell in cells] == [
        f"{HERE}/eenheid/VR01#factor-1.1",
        f"{HERE}/eenheid/VR01#factor-2.1",
    ]
    assert "Voldoet, score 1,00" in cells[0].text_content


def test_every_count_of_the_heatmap_leads_to_the_regions_behind_it(inspector: Client) -> None:
    page = inspector.get(f"{HERE}/")

    for link in page.all(".heatmap tfoot td a"):
        target = inspector.get(link["href"])
        anchor = link["href"].partition("#")[2]
        assert target.all(f'[id="{anchor}"]')
        if anchor == "niveau-voldoet_niet":
            assert target.texts(f'[id="{anchor}"] .units li') == ["Regio 2"]


def test_every_count_of_changes_leads_to_the_regions_behind_it(
    before: dict[str, Dossier], inspector: Client
) -> None:
    page = inspector.get(f"{HERE}/")

    links = page.all("#na-de-tabel table tbody td a")
    assert len(links) == 2 * 4
    for link in page.all("#na-de-tabel table tfoot td a"):
        rows = inspector.get(link["href"]).all("#tabel tbody tr")
        assert len(rows) == int(link.text_content.split()[0]), link["href"]
    for link in links:
        anchor = link["href"].partition("#")[2]
        behind = inspector.get(link["href"]).all(f'[id="{anchor}"] .units li')
        assert len(behind) == int(link.text_content.split()[0]), link["href"]


def test_the_heatmap_can_be_sorted(inspector: Client) -> None:
    def order(sort: str) -> list[str]:
        page = inspector.get(f"{HERE}/?sorteer={sort}")
        return [text.split()[0] for text in page.texts(".heatmap tbody th")]

    assert order("niveau") == ["VR02", "VR03", "VR01", "VR04"]
    assert order("naam") == order("nummer") == order("onzin") == ["VR01", "VR02", "VR03", "VR04"]


def test_the_heatmap_can_be_limited_to_the_regions_of_a_brigade_at_the_time(
    session: Session, world: factories.World, inspector: Client
) -> None:
    noord = world.units["RMC-NOORD"]
    by = By.system()
    units.link(session, world.units["VR01"], noord, valid_from=date(2000, 1, 1), by=by)
    units.link(
        session,
        world.units["VR02"],
        noord,
        valid_from=date(2000, 1, 1),
        valid_until=date(2010, 1, 1),
        by=by,
    )
    inspector.get(f"{HERE}/")

    page = inspector.submit({"brigade": "RMC-NOORD"}, button="Tonen")

    assert [text.split()[0] for text in page.texts(".heatmap tbody th")] == ["VR01"]
    assert page.has("Alleen RMC Noord: 1 van de 4.")
    assert page.has("3 van de 4 veiligheidsregio's hebben de vragenlijst ingeleverd.")


def test_cells_say_what_changed_since_the_previous_measurement(
    before: dict[str, Dossier], inspector: Client
) -> None:
    page = inspector.get(f"{HERE}/")

    cells = page.texts(".heatmap tbody td.heatmap__cell a")
    assert "beter dan 2009" in cells[0]
    assert "gelijk aan 2009" in cells[2]
    assert "2009" not in cells[4], "the third region was not in it"


def test_a_version_with_other_questions_is_shown_as_not_comparable(
    session: Session, world: factories.World, inspector: Client
) -> None:
    other = factories.tiny_text(version="0.9").replace("weight = 3", "weight = 2")
    instrument = factories.instruments.parse(other.replace('in = ["ja"]', 'in = ["nee"]', 1), "ander.toml")
    earlier = factories.measurement(session, instrument, code="eerder", year=2006)
    filled.submit(session, factories.dossier(session, earlier, world.units["VR01"]), filled.STRONG)

    cells = inspector.get(f"{HERE}/").texts(".heatmap tbody td.heatmap__cell a")

    assert "niet vergelijkbaar met 2006" in cells[0]
    assert "gelijk aan 2006" in cells[1]


def test_the_map_has_a_tile_for_each_region_beside_the_same_table(
    before: dict[str, Dossier], inspector: Client
) -> None:
    page = inspector.get(f"{HERE}/kaart?factor=1.1")

    assert len(page.all(".tiles")) == 3, "one large, and one for each measurement"
    large = page.all(".tiles")[0]
    assert len(large.element.xpath(".//*[local-name()='g']")) == 4
    rows = page.texts("table tbody tr")
    assert [row.split()[0] for row in rows] == ["VR01", "VR02", "VR03", "VR04"]
    assert "VNVoldoet niet VVoldoet 1,00 beter dan 2009" in rows[0]
    assert "niet ingeleverd" in rows[3]


def test_the_table_beside_the_map_is_sorted_and_saved_as_it_is_shown(inspector: Client) -> None:
    inspector.get(f"{HERE}/kaart?factor=1.1")

    page = inspector.click("Sorteer op Score 2013")
    assert [row.split()[0] for row in page.texts("table tbody tr")] == ["VR02", "VR01", "VR03", "VR04"]
    page = inspector.click("Sorteer op Score 2013")
    assert [row.split()[0] for row in page.texts("table tbody tr")] == ["VR01", "VR03", "VR02", "VR04"]
    assert page.one("th[aria-sort]")["aria-sort"] == "descending"
    saved = inspector.get(page.link("Tabel als CSV")).html.splitlines()
    assert "VR01" in next(line for line in saved if "VR0" in line)


def test_units_without_a_place_have_a_table_alone(inspector: Client) -> None:
    page = inspector.get(f"{HERE}/kaart?eenheden=rmc")

    assert not page.all(".tiles")
    assert page.texts("table tbody th") == ["RMC-NOORD RMC Noord"]


def test_a_factor_tells_what_its_proposal_rests_on(inspector: Client) -> None:
    page = inspector.get(f"{HERE}/factor/1.1")

    assert page.has("Te weinig veiligheidsregio's hebben een niveau")
    grounds = page.texts("table tbody tr")[:4]
    assert grounds[0].endswith("(2 van de 3) ten minste 0,80 0,67 niet gehaald")
    assert grounds[1] == "Gemiddelde score ten minste 0,70 0,50 niet gehaald"
    assert "Voorwaarde bij 1.1-01 vervuld door 2 van de 3 Door wie niet Regio 2" in grounds[2]
    assert grounds[2].endswith("ten minste 0,90 0,67 niet gehaald")
    assert "ten hoogste 0,20 0,50 niet gehaald" in grounds[3]


def test_a_factor_gives_its_distribution_as_a_drawing_and_as_a_table(inspector: Client) -> None:
    page = inspector.get(f"{HERE}/factor/1.1")

    drawing = page.one(".distribution").element
    assert len(drawing.xpath(".//*[local-name()='circle']")) == 2, "one for each region with a level"
    assert drawing.xpath(".//*[local-name()='title']/text()") == ["Regio 2: 0,00", "Regio 1: 1,00"]
    first = drawing.xpath(".//*[local-name()='a']/@href")[0]
    assert inspector.get(urljoin(page.url, first)).h1.startswith("Regio 2")
    assert page.texts(".table--fit tbody td") == ["0,00", "0,25", "0,50", "0,50", "0,75", "1,00"]


def test_a_statement_names_the_regions_behind_it_and_leads_to_its_question(inspector: Client) -> None:
    page = inspector.get(f"{HERE}/factor/2.1")

    statement = page.one("#bevinding-2\\.1-S01")
    assert (
        "Twee van de drie veiligheidsregio's betrekken de brandweer bij de plannen." in statement.text_content
    )
    lists = [words.text_content for words in page.all("#bevinding-2\\.1-S01 .units")]
    assert lists == ["Regio 1 Regio 3", "Regio 2"]
    question = inspector.click("Vraag 2.1-01")
    assert question.h1 == "Vraag 2.1-01"
    assert question.has("Twee van de drie veiligheidsregio's betrekken de brandweer bij de plannen.")


def test_a_question_says_which_unit_gave_which_answer_with_its_note(inspector: Client) -> None:
    page = inspector.get(f"{HERE}/vraag/1.1-01")

    assert page.text("#antwoord-ja .units") == "Regio 1 Regio 3"
    assert page.text("#antwoord-nee .units") == "Regio 2"
    assert "VR02 Regio 2 Nee Er is een vacature." in page.texts("table tbody tr")


def test_every_count_of_a_question_leads_to_the_units_behind_it(inspector: Client) -> None:
    page = inspector.get(f"{HERE}/factor/1.1")

    links = [link for link in page.all("table tbody td a") if "#antwoord-" in (link.get("href") or "")]
    assert links
    for link in links:
        path, _, anchor = link["href"].partition("#")
        behind = inspector.get(path).all(f'[id="{anchor}"] .units li')
        assert len(behind) == int(link.text_content), link["href"]


def test_a_unit_shows_how_each_score_came_about(inspector: Client) -> None:
    page = inspector.get(f"{HERE}/eenheid/VR02")

    section = page.one("#factor-1\\.1").text_content
    assert "Voldoet niet" in section
    assert "Gemiste voorwaarden 1.1-01" in section
    assert "Er is een vacature." in section
    rows = page.texts("#factor-1\\.1 tbody tr")
    assert rows[0].endswith("0,00 3,00 0,75 0,00 Niet voldaan")
    assert "Niet aan de orde" in rows[1]


def test_a_unit_without_a_level_says_why(inspector: Client) -> None:
    page = inspector.get(f"{HERE}/eenheid/VR03")

    section = page.one("#factor-1\\.1").text_content
    assert "Niet te beoordelen want te weinig antwoorden" in section
    assert "Toelichting: Wij werken op afstand." in section


def test_a_unit_that_has_not_submitted_is_said_not_to_count(
    session: Session, world: factories.World, inspector: Client
) -> None:
    filled.fill(session, world.dossiers["VR04"], {"1.1-01": Content("ja")})

    page = inspector.get(f"{HERE}/eenheid/VR04")

    assert page.has("Regio 4 heeft nog niet ingeleverd.")
    assert page.has("telt niet mee in het landelijke beeld")


def test_a_unit_shows_what_it_answered_before(before: dict[str, Dossier], inspector: Client) -> None:
    page = inspector.get(f"{HERE}/eenheid/VR01")

    assert page.has("Antwoord in 2009: Nee. Toelichting: Er is een vacature.")
    assert "beter dan 2009" in page.one("#factor-1\\.1").text_content


def test_all_pages_compare_with_the_same_measurement(
    session: Session, world: factories.World, before: dict[str, Dossier], inspector: Client
) -> None:
    """In 2009 the third region submitted nothing: what it did in 2006 is no change since 2009."""
    first = factories.measurement(session, factories.tiny(version="0.9"), code="nulmeting", year=2006)
    filled.submit(session, factories.dossier(session, first, world.units["VR03"]), filled.WEAK)
    empty = factories.measurement(session, factories.tiny(version="1.05"), code="leeg", year=2010)
    factories.dossier(session, empty, world.units["VR01"])
    session.commit()

    heatmap = inspector.get(f"{HERE}/").texts(".heatmap tbody td.heatmap__cell a")
    changed = inspector.get(f"{HERE}/eenheid/VR01").one("#factor-1\\.1")
    unchanged = inspector.get(f"{HERE}/eenheid/VR03")

    assert "beter dan 2009" in heatmap[0]
    assert "beter dan 2009" in changed.text_content
    assert " dan 20" not in heatmap[4]
    assert not unchanged.all("#factor-1\\.1 .change")


def test_a_page_shows_the_names_of_its_time(
    session: Session, world: factories.World, before: dict[str, Dossier], inspector: Client
) -> None:
    units.rename(
        session,
        world.units["VR01"],
        name="Nieuwe naam",
        short="NN",
        valid_from=date(2012, 1, 1),
        by=By.system(),
    )
    session.commit()

    assert inspector.get("/landelijk/tussenmeting/eenheid/VR01").h1.startswith("Regio 1")
    assert "VR01 Regio 1" in inspector.get("/landelijk/tussenmeting/").texts(".heatmap tbody th")
    assert inspector.get(f"{HERE}/eenheid/VR01").h1.startswith("Nieuwe naam")


def test_the_workbook_and_the_csv_can_be_downloaded(inspector: Client) -> None:
    inspector.get(f"{HERE}/")

    workbook = inspector.click("Excel-bestand downloaden")
    assert workbook.data.startswith(b"PK")
    assert "fictief" in workbook.headers["Content-Disposition"]
    table = inspector.get(f"{HERE}/excel?vorm=csv")
    assert "1.1-01" in table.html
    inspector.get(f"{HERE}/")
    sheets = inspector.click("ODS-bestand downloaden")
    assert sheets.data[38:].startswith(b"application/vnd.oasis.opendocument.spreadsheet")
    assert b"Oordelen per eenheid" in zipfile.ZipFile(io.BytesIO(sheets.data)).read("content.xml")
    inspector.get(f"{HERE}/")
    words = inspector.click("Gegevenswoordenboek als CSV")
    assert "gegevenswoordenboek-fictief.csv" in words.headers["Content-Disposition"]
    assert words.html.removeprefix("\ufeff").startswith("soort;vragenlijst;")


def test_the_picture_of_nothing_says_so(session: Session, inspector: Client) -> None:
    factories.measurement(session, factories.tiny(), code="leeg", year=2030)

    page = inspector.get("/landelijk/leeg/")

    assert page.has("De vragenlijst is nog aan geen enkele veiligheidsregio gestuurd.")
    inspector.get("/landelijk/leeg/kaart")
    inspector.get("/landelijk/leeg/factor/1.1")
    inspector.get("/landelijk/leeg/vraag/1.1-01")
    inspector.get("/landelijk/leeg/excel", status=404)
    inspector.get("/landelijk/leeg/gegevenswoordenboek", status=404)
