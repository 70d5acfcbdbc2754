"""The pages that compare: what can't be compared is said, moves open to their units, judgements show."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from surveys.judging import Draft
from surveys.reports.small import traceable
from tests import factories, filled
from tests.factories import World
from tests.judge.conftest import Bench, bench_in, bench_of, confirm
from tests.picture.test_picture_queries import FEW, MANY, regions
from tests.support import stages
from tests.support.client import Client
from tests.support.counting import asked, counts

HERE = "/vergelijken/proefmeting"
QUERIES = {
    f"{HERE}/": 24,
    f"{HERE}/factor/1.1": 22,
    f"{HERE}/eenheid/VR01": 24,
    f"{HERE}/vraag/1.1-01": 22,
    f"{HERE}/kleine-aantallen": 22,
}
"""What each page of two measurements takes at most, logging in and furniture included."""


def _make(session: Session) -> None:
    world = factories.World(session)
    earlier = factories.measurement(session, factories.tiny(version="1.0"), code="eerder", year=2009)
    for code in ("VR01", "VR02"):
        filled.submit(session, factories.dossier(session, earlier, world.units[code]), filled.WEAK)
    bench_in(session, world)


with_both = stages.declare("both", _make)


@pytest.fixture
def both(with_both: None, world: World, login: Callable[[str], object]) -> Bench:
    """VR01 rose from nothing to everything since 2009, VR02 stayed at nothing; both can be judged."""
    login("inspecteur")
    return bench_of(world)


def test_the_heatmap_shows_levels_then_and_now(both: Bench, client: Client) -> None:
    page = client.get(f"{HERE}/")
    first, second = page.texts("table.heatmap tbody tr")
    assert "VN→V" in first
    assert "2009: Voldoet niet, 2013: Voldoet" in first
    assert "VN→VN" in second


def test_changes_have_a_word_and_what_they_rest_on(both: Bench, client: Client) -> None:
    first, second = client.get(f"{HERE}/?toon=ontwikkeling&sorteer=naam").texts("table.heatmap tbody tr")
    assert "verbeterd op 2 van 3 gemeenschappelijke vragen" in first
    assert "gelijk op 2 van 3 gemeenschappelijke vragen" in second


def test_sorting_by_a_factor_puts_what_asks_most_attention_first(both: Bench, client: Client) -> None:
    assert client.get(f"{HERE}/?sorteer=1.1").texts(".heatmap__code") == ["VR02", "VR01"]
    assert client.get(f"{HERE}/?sorteer=onzin").texts(".heatmap__code") == ["VR01", "VR02"]


def test_a_judgement_is_set_against_the_proposal_once_it_is_confirmed(
    both: Bench, client: Client, session: Session
) -> None:
    assert "nog geen oordeel" in client.get(f"{HERE}/?toon=verschil").texts("table.heatmap tbody tr")[0]
    draft = Draft(level="voldoet_deels", motivation="De afspraken zijn niet geoefend.", finding="Deels.")
    confirm(session, both.about("VR01", "1.1"), both.by("one"), both.by("two", 1), draft)
    session.commit()
    first, second = client.get(f"{HERE}/?toon=verschil").texts("table.heatmap tbody tr")
    assert "▼ V→VD lager dan voorstel" in first
    assert "lager" not in second


def test_who_went_from_which_answer_to_which_opens(both: Bench, client: Client) -> None:
    page = client.get(f"{HERE}/vraag/1.1-01")
    (line,) = page.texts("#matrix tbody tr")
    assert line.startswith("Nee 1 van Nee naar Ja herleidbaar Regio 1 1 bleef van Nee naar Nee")
    shifts = page.texts("#tabel tbody tr")
    assert shifts[0].startswith("Ja 0 1 in 2013: Ja herleidbaar Regio 1")
    assert shifts[0].endswith("+1")
    assert shifts[1].endswith("-1")


def test_the_first_measurement_says_that_there_is_nothing_to_compare_with(
    both: Bench, client: Client
) -> None:
    page = client.get("/vergelijken/eerder/")
    assert page.has("Er is geen eerdere meting van deze vragenlijst om mee te vergelijken.")
    assert client.get("/vergelijken/eerder/vraag/1.1-01").has(
        "Niet vergelijkbaar: er is geen eerdere meting."
    )


def test_a_later_or_unknown_measurement_cannot_be_chosen(both: Bench, client: Client) -> None:
    client.get(f"{HERE}/?met=bestaat-niet", status=404)
    client.get("/vergelijken/eerder/?met=proefmeting", status=404)


def test_small_numbers_are_listed_with_who_they_are_about(both: Bench, client: Client) -> None:
    rows = client.get(f"{HERE}/kleine-aantallen").texts("#tabel tbody tr")
    assert any("Ontwikkeling: verbeterd Elkaar kennen 1 van de 2 herleidbaar Regio 1" in row for row in rows)
    assert [n for n in range(6) if traceable(n)] == [1, 2, 3]


def test_the_picture_leads_to_the_comparison_and_back(both: Bench, client: Client) -> None:
    client.get("/landelijk/proefmeting/")
    client.click("Vergelijken")
    assert client.page.h1.startswith("Vergelijken")
    assert client.click("Terug naar het landelijk beeld").h1.startswith("Landelijk beeld")


def test_more_units_take_no_more_queries(
    session: Session, world: World, app: Flask, client: Client, login: Callable[[str], object]
) -> None:
    factories.measurement(session, factories.tiny(version="1.0"), code="eerder", year=2009)
    regions(session, world, range(1, FEW + 1))
    login("inspecteur")
    asked(app, client, QUERIES)  # the instruments are read once in a process
    few = asked(app, client, QUERIES)
    regions(session, world, range(FEW + 1, MANY + 1))
    many = asked(app, client, QUERIES)
    assert counts(few) == counts(many)
    for address, most in QUERIES.items():
        assert len(many[address]) <= most, "\n".join(many[address])
