"""The classifications: what comes with Meetlat, what inspectors make of it, and their pages."""

from __future__ import annotations

import pytest

from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.follow_up import registering, schemes
from surveys.follow_up.points import Details, PointInfo
from surveys.follow_up.schemes import Value
from tests.follow_up.conftest import acting

PAGE = "/opvolging/indelingen"


def test_factors_are_values_and_what_inspectors_change_goes_before_what_comes_along(session, world):
    by = acting(world)
    kept = schemes.keep(session, "spoor", Value("cultuur", "Cultuur en gedrag", "Hoe men doet."), by=by)
    schemes.add(session, "sea", Value("Materieel", "Materieel"), by=by)

    found = schemes.schemes(session)

    assert kept.version == 1
    assert found["ksf"].labels == {"1.1": "1.1 Elkaar kennen", "2.1": "2.1 Samen plannen maken"}
    assert list(found["spoor"].labels.values()) == ["Strategie", "Structuur", "Systeem", "Cultuur en gedrag"]
    assert found["spoor"].note("cultuur") == "Hoe men doet."
    assert list(found["sea"].values) == ["mensen", "materieel"]
    assert found["sea"].label("weg") == "weg"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Value("cultuur", "Nog eens"), "bestaat al"),
        (Value("nieuw", "Nieuw"), "Kies een andere code"),
        (Value("met spatie", "Naam"), "Vul een code in"),
        (Value("leeg", "  "), "Vul een naam in"),
        (Value("lang", "x" * 301), "300 tekens"),
    ],
)
def test_a_value_that_can_not_be_is_refused(session, world, value, words):
    with pytest.raises(Refused, match=words):
        schemes.add(session, "spoor", value, by=acting(world))
    with pytest.raises(NotAllowed):
        schemes.add(session, "spoor", value, by=acting(world, "beheerder"))


def test_a_value_that_is_retired_stays_where_it_is_and_is_chosen_no_more(session, world, make_point):
    by = acting(world)
    had = make_point("Had hem al", classes={"spoor": "cultuur"})
    schemes.keep(session, "spoor", Value("cultuur", "Cultuur", retired=True), by=by)

    with pytest.raises(Refused, match="Kies een spoor uit de lijst"):
        make_point("Wil hem ook", classes={"spoor": "cultuur"})
    details = Details.of(PointInfo.of(had))
    changed = Details(**{**vars(details), "title": "Andere titel"})
    registering.change(session, had.id, changed, by=by, seen_version=1)
    assert schemes.used(session) == {("spoor", "cultuur"): 1}
    with pytest.raises(ChangedMeanwhile):
        schemes.keep(session, "spoor", Value("cultuur", "Te laat"), by=by)


def test_an_inspector_adds_renames_and_retires_a_value(client, login, make_point, session):
    make_point(classes={"spoor": "cultuur"})
    login("inspecteur")
    page = client.get(PAGE)
    assert page.texts("h2") == ["Spoor", "Agendapunt", "Kritische succesfactor", "SEA-thema"]
    client.click("Waarde toevoegen aan spoor")
    client.submit({"code": "Cultuur", "title": "Gedrag"}, status=422)
    assert client.page.has("De code cultuur bestaat al in deze indeling.")
    client.submit({"code": "gedrag", "title": "Gedrag", "note": "Wat mensen doen."})
    assert client.page.has("‘Gedrag’ is toegevoegd.")

    client.click("Gedrag")
    client.submit({"title": "Houding en gedrag", "retired": "y"})

    assert client.page.has("‘Houding en gedrag’ is gewijzigd.")
    row = next(text for text in client.page.texts("tbody tr") if "Houding en gedrag" in text)
    assert "nee" in row
    assert "Houding en gedrag" not in client.get("/opvolging/punten/nieuw").text("#indeling_spoor")
    client.get(PAGE)
    client.click("1 bij spoor Cultuur")
    assert client.page.has("1 van de 1 punt.")


def test_a_colleague_who_was_first_with_a_value_is_shown(client, login, session, world):
    login("inspecteur")
    client.get(f"{PAGE}/spoor/systeem")
    schemes.keep(session, "spoor", Value("systeem", "Systemen", "Van een collega."), by=acting(world))
    session.commit()

    client.submit({"title": "Mijn naam"}, status=409)

    assert client.page.has("Zo heeft uw collega het bewaard")
    assert client.page.has("Van een collega.")
    assert client.page.one("#title")["value"] == "Mijn naam"
    client.submit()
    assert client.page.has("‘Mijn naam’ is gewijzigd.")
    client.get(f"{PAGE}/niets/systeem", status=404)
    client.get(f"{PAGE}/spoor/niets", status=404)
