"""The pages on which the beheerder keeps series of figures, as a user without JavaScript finds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from surveys import figures
from surveys.acting import By
from surveys.figures import CellDetails, KindDetails, SeriesDetails, SeriesInfo
from tests.factories import OPENED, World
from tests.support.client import Client

LIST = "/beheer/reeksen"
SERIES = SeriesDetails(
    "Aanvragen om hulp",
    "aanvragen",
    "ministerie van Defensie",
    "Niet alle jaren zijn bekend.",
    "2010",
    "2012",
    False,
    (
        KindDetails("Handhaving", cells={2010: CellDetails("10", "§ 2.2"), 2012: CellDetails("1094")}),
        KindDetails("Steun", cells={2012: CellDetails("ruim 40")}),
        KindDetails("Totaal", True, {2010: CellDetails("23")}),
    ),
)


@pytest.fixture
def beheerder(world: World, login: Callable[[str], None]) -> By:
    """The beheerder, logged in."""
    login("beheerder")
    return By.through(world.assignments["beheerder"], OPENED)


@pytest.fixture
def kept(beheerder: By, session: Session) -> SeriesInfo:
    """A series that is kept."""
    made = figures.add(session, "aanvragen", SERIES, by=beheerder)
    session.commit()
    return made


def by_colleague(session: Session, beheerder: By, kept: SeriesInfo, **changed: object) -> None:
    later = replace(beheerder, at=OPENED + timedelta(hours=1))
    details = replace(SERIES, **changed)  # type: ignore[arg-type]
    figures.change(session, kept.id, details, by=later, seen_version=kept.version)
    session.commit()


def table(page, number: int = 0) -> list[list[str]]:
    """A table of the page, its rows cell by cell."""
    found = page.all("main table")[number]
    return [
        [" ".join("".join(cell.itertext()).split()) for cell in row if cell.tag in {"th", "td"}]
        for row in found.element.iter("tr")
    ]


def test_a_series_is_added_row_by_row_and_year_by_year(
    beheerder: By, client: Client, session: Session
) -> None:
    assert client.get(LIST).has("Er zijn nog geen reeksen.")
    page = client.click("Reeks toevoegen")
    assert len(page.all("tbody tr")) == 3
    page = client.submit(
        {
            "title": "Hulp",
            "first_year": "2011",
            "last_year": "2012",
            "rij-0-soort": "Brand",
            "rij-2-soort": "Alles",
        },
        button="Jaren tonen",
    )
    assert page.texts("thead th") == ["Soort", "2011", "2012", "Rij"]
    client.submit({"rij-0-getal-2011": "1.500", "rij-0-bron-2011": "Jaarverslag"}, button="Rij toevoegen")
    page = client.submit({"rij-3-soort": "Water", "rij-3-getal-2012": "ruim 40"}, button="Weghalen van rij 2")
    assert len(page.all("tbody tr")) == 3
    page = client.submit(
        {"code": "hulp", "unit": "aanvragen", "source": "CBS", "rij-1-totaal": "ja", "fictief": "y"},
        button="Reeks bewaren",
    )
    assert page.has("De reeks ‘Hulp’ is toegevoegd.")
    assert page.has("verzonnen (fictief)")
    assert table(page) == [
        ["Soort", "2011", "2012"],
        ["Brand", "1.500", "onbekend"],
        ["Water", "onbekend", "ruim 40"],
        ["Alles", "onbekend", "onbekend"],
    ]
    assert table(page, 1)[1] == ["Brand", "2011", "1.500", "Jaarverslag"]
    session.rollback()
    assert [kind.total for kind in figures.listed(session)[0].kinds] == [False, False, True]
    assert "Hulp Fictief hulp 2011 tot en met 2012 CBS" in client.get(LIST).texts("tbody tr")[0]


def test_what_is_refused_says_so_at_its_field_and_keeps_what_was_typed(
    beheerder: By, client: Client, session: Session
) -> None:
    client.get(f"{LIST}/nieuw")
    client.submit({"first_year": "2011", "last_year": "2012"}, button="Jaren tonen")
    page = client.submit(
        {
            "title": "Hulp",
            "rij-0-soort": "Brand",
            "rij-0-totaal": "ja",
            "rij-0-getal-2011": "-3",
            "rij-1-totaal": "ja",
            "rij-1-getal-2012": "7",
            "rij-1-bron-2012": "b" * 301,
        },
        button="Reeks bewaren",
        status=422,
    )
    assert page.title.startswith("Fout: ")
    links = [found["href"] for found in page.all("[data-error-summary] a")]
    at = ["code", "unit", "source", "rij-0-getal-2011", "rij-1-soort", "rij-1-totaal", "rij-1-bron-2012"]
    assert sorted(links) == sorted(f"#{place}" for place in at)
    assert "niet kleiner dan nul" in page.text("#rij-0-getal-2011-error")
    assert page.one("#rij-0-getal-2011").get("aria-describedby") == "rij-0-getal-2011-error"
    values = page.form("Reeks bewaren").values
    assert (values["title"], values["rij-0-getal-2011"], values["rij-1-getal-2012"]) == (
        ["Hulp"],
        ["-3"],
        ["7"],
    )
    page = client.submit({"last_year": "elf"}, button="Jaren tonen")
    assert page.texts("thead th") == ["Soort", "2011", "2012", "Rij"]
    assert figures.listed(session) == []


def test_a_figure_outside_narrower_years_stays_in_sight(kept: SeriesInfo, client: Client) -> None:
    client.get(f"{LIST}/{kept.id}/wijzigen")
    page = client.submit({"first_year": "2012"}, button="Jaren tonen")
    assert page.texts("thead th") == ["Soort", "2010", "2012", "Rij"]
    page = client.submit({}, button="Reeks bewaren", status=422)
    assert "valt buiten de reeks" in page.text("#rij-0-getal-2010-error")
    empty = {"rij-0-getal-2010": "", "rij-0-bron-2010": "", "rij-2-getal-2010": ""}
    page = client.submit(empty, button="Reeks bewaren")
    assert table(page)[0] == ["Soort", "2012"]


def test_who_was_second_sees_both_and_may_then_save(
    kept: SeriesInfo, beheerder: By, client: Client, session: Session
) -> None:
    client.get(LIST)
    client.click("Aanvragen om hulp")
    page = client.click("Reeks wijzigen")
    assert page.form("Reeks bewaren").values["rij-0-bron-2010"] == ["§ 2.2"]
    by_colleague(session, beheerder, kept, title="Van een ander", kinds=(KindDetails("Nieuw"),))
    page = client.submit({"title": "Van mij"}, button="Reeks bewaren", status=409)
    assert page.has("Zo heeft uw collega het bewaard")
    assert page.has("Van een ander")
    assert not page.has("Waar de getallen staan")
    assert table(page)[1] == ["Nieuw", "onbekend", "onbekend", "onbekend"]
    assert page.form("Reeks bewaren").values["title"] == ["Van mij"]
    page = client.submit({}, button="Reeks bewaren")
    assert page.h1 == "Van mij"
    assert table(page)[1] == ["Handhaving", "10", "onbekend", "1.094"]


def test_a_total_that_looks_wrong_is_kept_and_told(kept: SeriesInfo, client: Client) -> None:
    client.get(f"{LIST}/{kept.id}/wijzigen")
    page = client.submit({"rij-2-getal-2012": "12"}, button="Reeks bewaren")
    assert page.has("De reeks is bewaard.")
    assert page.has("In 2012 is ‘Totaal’ (12) kleiner dan de andere soorten samen (1094).")


def test_a_series_is_removed_after_a_question_as_it_is_now(
    kept: SeriesInfo, beheerder: By, client: Client, session: Session
) -> None:
    client.get(f"{LIST}/{kept.id}")
    client.click("Reeks verwijderen")
    by_colleague(session, beheerder, kept, title="Van een ander")
    page = client.submit({}, button="Reeks verwijderen", status=409)
    assert page.has("Een collega heeft deze reeks intussen gewijzigd.")
    assert page.has("Van een ander")
    page = client.submit({}, button="Reeks verwijderen")
    assert page.has("De reeks ‘Van een ander’ is verwijderd.")
    for address in ("", "/wijzigen", "/verwijderen"):
        client.get(f"{LIST}/{kept.id}{address}", status=404)
    client.get(f"{LIST}/{10**12}", status=404)


def test_what_no_form_sends_breaks_nothing(kept: SeriesInfo, client: Client, session: Session) -> None:
    for sent, status in (
        ({}, 422),
        ({"doen": "weg-99", "versie": "1"}, 200),
        ({"doen": "bewaren", "rij-1-soort": "Tweede", "rij-0-getal-99999": "1", "versie": "9" * 50}, 422),
        ({f"rij-{number}-soort": str(number) for number in range(500)}, 422),
    ):
        client.post(f"{LIST}/{kept.id}/wijzigen", sent, status=status)
    assert figures.listed(session) == [kept]


def test_others_do_not_come_here(kept: SeriesInfo, client: Client, login: Callable[[str], None]) -> None:
    client.logout()
    login("inspecteur")
    assert "Reeksen" not in client.get("/").texts("nav.nav a")
    client.get(LIST, status=403)
    client.post(f"{LIST}/{kept.id}/verwijderen", {"versie": "1"}, status=403)
