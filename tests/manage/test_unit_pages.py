"""The pages on which the beheerder manages units, as a user without JavaScript goes through them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import units
from surveys.acting import By
from surveys.models import LogEntry, UnitLink
from tests import factories
from tests.factories import World
from tests.support.client import Client

BY = By.system(datetime(2013, 6, 1, 10, 0, tzinfo=UTC))
NEW = {
    "kind": "veiligheidsregio",
    "code": "VR77",
    "name": "Regio Nieuw",
    "short": "NW",
    "valid_from": "2020-01-01",
}


@pytest.fixture
def beheerder(world: World, login: Callable[[str], None]) -> World:
    """The world, with its beheerder logged in."""
    login("beheerder")
    return world


@pytest.fixture
def link(beheerder: World, session: Session) -> UnitLink:
    """The first region belongs to the RMC since 2011."""
    made = units.link(
        session, beheerder.units["VR01"], beheerder.units["RMC-NOORD"], valid_from=date(2011, 1, 1), by=BY
    )
    session.commit()
    return made


def actions(session: Session, beginning: int = 0) -> list[str]:
    session.rollback()
    return list(session.scalars(select(LogEntry.action).order_by(LogEntry.id)))[beginning:]


def logged(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(LogEntry)) or 0


def test_units_are_listed_by_kind_with_what_they_belong_to_now(link: UnitLink, client: Client) -> None:
    page = client.get("/beheer/eenheden")
    assert page.texts("h2") == ["Veiligheidsregio's", "Commandanten"]
    rows = page.texts("tbody tr")
    assert "Regio 1 VR01 RMC Noord" in rows[0]
    assert "Regio 2 VR02 geen koppeling" in rows[1]


def test_the_number_of_queries_does_not_grow_with_the_units(
    beheerder: World, link: UnitLink, client: Client, session: Session, app: object
) -> None:
    from sqlalchemy import event

    from app.extensions import db

    counted = []
    with app.app_context():  # type: ignore[attr-defined]
        event.listen(db.engine, "before_cursor_execute", lambda *_: counted.append(1))
    client.get("/beheer/eenheden")
    few = len(counted)
    for number in range(50, 60):
        made = factories.region(session, number)
        units.link(session, made, beheerder.units["RMC-NOORD"], valid_from=date(2011, 1, 1), by=BY)
    counted.clear()
    client.get("/beheer/eenheden")
    assert len(counted) == few


def test_a_unit_is_added(beheerder: World, client: Client, session: Session) -> None:
    before = logged(session)
    client.get("/beheer/eenheden")
    client.click("Eenheid toevoegen")
    page = client.submit({**NEW, "code": "vr77", "row": "2", "column": "3"})
    assert page.h1 == "Regio Nieuw"
    assert page.has("rij 2, kolom 3")
    assert page.has("VR77")
    assert actions(session, before) == ["unit.add"]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"kind": ""}, "kind", "Kies een soort."),
        ({"code": ""}, "code", "Vul een code in, zoals VR17."),
        ({"code": "VR 7"}, "code", "Gebruik voor de code alleen hoofdletters"),
        ({"code": "VR01"}, "code", "Er is al een eenheid met de code VR01."),
        ({"name": ""}, "name", "Vul een naam in."),
        ({"short": ""}, "short", "Vul een korte naam in."),
        ({"short": "x" * 33}, "short", "De korte naam is te lang."),
        ({"valid_from": ""}, "valid_from", "Vul een begindatum in."),
        ({"valid_until": "2019-01-01"}, "valid_until", "Vul een dag in die na de begindatum ligt."),
        ({"row": "2"}, "column", "Vul de rij en de kolom in, of geen van beide."),
        ({"row": "0", "column": "1"}, "row", "Tel vanaf 1."),
        ({"row": "twee", "column": "1"}, "row", "Vul een heel getal in, zoals 3."),
    ],
)
def test_a_refused_unit_says_why_at_the_field_and_keeps_what_was_typed(
    beheerder: World, client: Client, session: Session, change: dict[str, str], field: str, words: str
) -> None:
    before = logged(session)
    client.get("/beheer/eenheden/nieuw")
    page = client.submit({**NEW, **change}, status=422)
    assert page.title.startswith("Fout: ")
    assert words in page.text(f"#{field}-error")
    assert f"#{field}" in [found["href"] for found in page.all("[data-error-summary] a")]
    kept = page.form().values
    assert all(kept.get(name, [""]) == [value] for name, value in {**NEW, **change}.items())
    assert logged(session) == before


def test_the_page_of_a_unit_shows_its_history(link: UnitLink, client: Client, session: Session) -> None:
    unit = link.unit
    units.rename(session, unit, name="Regio Een", short="R1", valid_from=date(2012, 5, 1), by=BY)
    other = factories.command(session, "Zuid")
    units.link(session, unit, other, valid_from=date(2024, 1, 1), note="besluit", by=BY)
    page = client.get("/beheer/eenheden/VR01")
    assert page.h1 == "Regio Een"
    assert page.texts("tbody th") == ["Regio Een", "Regio 1", "RMC Zuid", "RMC Noord"]
    assert page.has("vanaf 1 januari 2011 tot 1 januari 2024")
    assert page.has("besluit")
    assert "Regio Een" in client.get("/beheer/eenheden/RMC-NOORD").text("table:last-of-type")


def test_a_name_changes_from_a_day_on(beheerder: World, client: Client, session: Session) -> None:
    before = logged(session)
    client.get("/beheer/eenheden/VR01")
    client.click("Naam wijzigen")
    page = client.submit({"name": "Regio Nieuw", "short": "RN", "valid_from": "2026-01-01"})
    assert page.h1 == "Regio Nieuw"
    assert page.texts("tbody th")[:2] == ["Regio Nieuw", "Regio 1"]
    assert actions(session, before) == ["unit.rename"]


def test_a_name_before_the_unit_existed_is_refused(beheerder: World, client: Client) -> None:
    client.get("/beheer/eenheden/VR01/naam")
    page = client.submit({"name": "Vroeg", "valid_from": "1999-01-01"}, status=422)
    assert "voordat de eenheid bestaat" in page.text("#valid_from-error")
    assert page.form().values["name"] == ["Vroeg"]


def test_a_unit_ends_and_moves_on_the_map(beheerder: World, client: Client, session: Session) -> None:
    before = logged(session)
    client.get("/beheer/eenheden/VR01")
    client.click("Geldigheid of plaats wijzigen")
    page = client.submit({"valid_until": "2020-01-01", "row": "", "column": ""})
    assert page.has("vanaf 1 januari 2000 tot 1 januari 2020")
    assert page.has("Plaats op de tegelkaart geen")
    assert actions(session, before) == ["unit.change"]
    assert client.get("/beheer/eenheden").has("nu niet")


def test_a_unit_does_not_end_before_it_began(beheerder: World, client: Client) -> None:
    client.get("/beheer/eenheden/VR01/geldigheid")
    page = client.submit({"valid_until": "1990-01-01"}, status=422)
    assert "niet na de begindatum" in page.text("#valid_until-error")


def test_a_link_to_another_brigade_ends_the_one_before(
    link: UnitLink, client: Client, session: Session
) -> None:
    factories.command(session, "Zuid")
    client.get("/beheer/eenheden/VR01")
    before = logged(session)
    client.click("Koppeling toevoegen")
    page = client.submit({"parent": "RMC-ZUID", "valid_from": "2024-01-01", "note": "besluit"})
    assert page.has("Regio 1 hoort nu bij RMC Zuid.")
    assert page.has("vanaf 1 januari 2011 tot 1 januari 2024")
    assert actions(session, before) == ["unit_link.end", "unit_link.add"]


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"valid_from": "2010-01-01"}, "parent", "Kies een eenheid."),
        ({"parent": "RMC-NOORD"}, "valid_from", "Vul een begindatum in."),
        (
            {"parent": "RMC-NOORD", "valid_from": "2005-01-01"},
            "valid_from",
            "hoort in (een deel van) deze periode",
        ),
        (
            {"parent": "RMC-NOORD", "valid_from": "2005-01-01", "valid_until": "2004-01-01"},
            "valid_until",
            "Vul een dag in die na de begindatum ligt.",
        ),
    ],
)
def test_a_refused_link_says_why_and_keeps_what_was_typed(
    link: UnitLink, client: Client, session: Session, values: dict[str, str], field: str, words: str
) -> None:
    client.get("/beheer/eenheden/VR01/koppeling")
    before = logged(session)
    page = client.submit({**values, "note": "een opmerking"}, status=422)
    assert words in page.text(f"#{field}-error")
    assert page.form().values["note"] == ["een opmerking"]
    assert logged(session) == before


def test_a_link_gets_an_end_and_a_note(link: UnitLink, client: Client, session: Session) -> None:
    before = logged(session)
    client.get("/beheer/eenheden/VR01")
    client.click("Wijzigen van de koppeling met RMC Noord, vanaf 1 januari 2011")
    page = client.submit({"valid_until": "2020-01-01", "note": "gok"})
    assert page.has("vanaf 1 januari 2011 tot 1 januari 2020")
    assert page.has("gok")
    assert actions(session, before) == ["unit_link.change"]


def test_a_link_that_never_was_is_removed_after_asking(
    link: UnitLink, client: Client, session: Session
) -> None:
    before = logged(session)
    client.get(f"/beheer/koppelingen/{link.id}")
    client.click("Koppeling verwijderen")
    page = client.submit()
    assert page.has("Regio 1 hoort nergens bij.")
    assert actions(session, before) == ["unit_link.remove"]


@pytest.mark.parametrize("path", ["eenheden/XX99", "koppelingen/9999", "koppelingen/99999999999999999999"])
def test_what_does_not_exist_is_not_found(beheerder: World, client: Client, path: str) -> None:
    client.get(f"/beheer/{path}", status=404)


def test_a_kind_that_only_a_unit_has_is_shown_by_its_own_word(
    beheerder: World, client: Client, session: Session
) -> None:
    units.add(
        session, kind="kustwacht", code="KW", name="Kustwacht", short="KW", valid_from=date(2000, 1, 1), by=BY
    )
    assert "Kustwacht" in client.get("/beheer/eenheden").texts("h2")
