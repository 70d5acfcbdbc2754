"""Developments in the context: recorded, narrowed, changed by two at once, removed; verbs and pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import developments, measurements
from surveys.acting import By
from surveys.developments import Details, Entry
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.models import Development, LogEntry
from tests import factories
from tests.judge.conftest import Bench
from tests.support.client import Client

LIST = "/oordeel/proefmeting/ontwikkelingen"
POLICE = Details("Nationale politie", "De politie wordt één.", "Politiewet 2012", ("1.1",))
ARMY = Details("Anders werken", "Defensie bezuinigt.", None, ("2.1", "1.1"))

Login = Callable[[str], None]


def add(session: Session, bench: Bench, details: Details, minutes: int = 0, who: str = "one") -> Entry:
    row = developments.add(session, bench.world.measurement, details, by=bench.by(who, minutes))
    return Entry.of(row)


def titles(session: Session, bench: Bench, **asked: object) -> list[str]:
    found = developments.listed(session, bench.world.measurement, **asked)  # type: ignore[arg-type]
    return [each.title for each in found]


def test_the_list_is_narrowed_to_a_factor_and_sorted(bench: Bench, session: Session) -> None:
    add(session, bench, POLICE)
    made = add(session, bench, ARMY, 5)
    assert made.factors == ("1.1", "2.1")
    assert titles(session, bench) == ["Anders werken", "Nationale politie"]
    assert titles(session, bench, factor="2.1") == ["Anders werken"]
    assert titles(session, bench, sort="gewijzigd") == ["Nationale politie", "Anders werken"]
    assert titles(session, bench, sort="bron", down=True) == ["Nationale politie", "Anders werken"]
    assert titles(session, bench, factor="9.9", sort="verzonnen") == ["Anders werken", "Nationale politie"]
    of_factor = developments.of_factor(session, bench.world.measurement, "1.1")
    assert [each.title for each in of_factor] == ["Anders werken", "Nationale politie"]
    other = factories.measurement(session, factories.tiny(version="1.0"), code="ander", year=2009)
    assert developments.listed(session, other) == []
    assert developments.find(session, other, made.id) is None


@pytest.mark.parametrize(
    ("details", "words"),
    [
        (Details(" \n ", "Tekst."), "Vul de titel in"),
        (Details("Titel", "  "), "Beschrijf de ontwikkeling"),
        (Details("T" * 301, "Tekst."), "De titel mag 300 tekens"),
        (Details("Titel", "t" * 10_001), "De tekst mag 10000 tekens"),
        (Details("Titel", "Tekst.", "b" * 501), "De bron mag 500 tekens"),
        (Details("Titel", "Tekst.", None, ("1.1", "9.9")), "Kies factoren uit de lijst"),
    ],
)
def test_what_can_not_be_is_refused(bench: Bench, session: Session, details: Details, words: str) -> None:
    with pytest.raises(Refused, match=words):
        add(session, bench, details)
    assert developments.listed(session, bench.world.measurement) == []


def test_who_saw_an_older_version_changes_and_removes_nothing(bench: Bench, session: Session) -> None:
    made, measurement = add(session, bench, POLICE), bench.world.measurement
    change = {"by": bench.by("two", 9), "seen_version": 1}
    changed = developments.change(session, measurement, made.id, ARMY, **change)  # type: ignore[arg-type]
    assert (changed.version, changed.person.name, Entry.of(changed).factors) == (
        2,
        "Inspecteur twee",
        ("1.1", "2.1"),
    )
    with pytest.raises(ChangedMeanwhile):
        developments.change(session, measurement, made.id, POLICE, by=bench.by("one"), seen_version=1)
    with pytest.raises(ChangedMeanwhile):
        developments.remove(session, measurement, made.id, by=bench.by("one"), seen_version=1)
    same = developments.change(session, measurement, made.id, ARMY, by=bench.by("one"), seen_version=1)
    assert same.version == 2
    developments.remove(session, measurement, made.id, by=bench.by("one"), seen_version=2)
    assert developments.listed(session, measurement) == []
    with pytest.raises(Refused, match="intussen verwijderd"):
        developments.change(session, measurement, made.id, POLICE, by=bench.by("one"), seen_version=3)
    told = session.scalars(
        select(LogEntry).where(LogEntry.action.like("development.%")).order_by(LogEntry.id)
    ).all()
    assert [row.action for row in told] == ["development.add", "development.change", "development.remove"]
    assert told[1].detail == {"measurement": measurement.id, "version": 2, "factors": "1.1 2.1"}
    assert all("Defensie" not in str(row.detail) for row in told)
    assert session.get_one(Development, made.id).removed


def test_only_inspectors_write_and_only_until_the_report_is_settled(bench: Bench, session: Session) -> None:
    measurement = bench.world.measurement
    for who in ("ovr.vr01", "beheerder"):
        with pytest.raises(NotAllowed):
            developments.add(session, measurement, POLICE, by=By.through(bench.world.assignments[who]))
    measurements.go_to(session, measurement, "rapport_vast", bench.by("one"))
    with pytest.raises(Refused, match="Het rapport van deze meting staat vast"):
        add(session, bench, POLICE)


def test_on_the_pages_one_is_added_changed_by_two_and_removed(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    login("inspecteur")
    client.get(f"{LIST}/nieuw?factor=2.1")
    page = client.submit({"text": "De politie wordt één."}, button="Ontwikkeling bewaren", status=422)
    assert page.has("Vul de titel in.")
    assert "De politie wordt één." in page.texts("textarea")[0]
    page = client.submit({"title": "Nationale politie"}, button="Ontwikkeling bewaren")
    assert page.has("De ontwikkeling ‘Nationale politie’ is vastgelegd.")
    assert "Inspecteur" in page.texts("tbody tr")[0]
    session.rollback()
    row = session.scalars(select(Development)).one()
    assert [each.factor for each in row.factors] == ["2.1"]
    address = f"{LIST}/{row.id}"
    client.get(address)
    developments.change(session, bench.world.measurement, row.id, ARMY, by=bench.by("two"), seen_version=1)
    session.commit()
    page = client.submit({"text": "Mijn tekst."}, button="Ontwikkeling bewaren", status=409)
    assert page.has("Zo heeft uw collega het bewaard")
    assert page.has("Defensie bezuinigt.")
    assert "Mijn tekst." in page.texts("textarea")[0]
    page = client.submit({}, button="Ontwikkeling bewaren")
    assert page.has("Mijn tekst.")
    client.get(f"{address}/verwijderen")
    developments.change(session, bench.world.measurement, row.id, ARMY, by=bench.by("two"), seen_version=3)
    session.commit()
    page = client.submit({}, button="Ontwikkeling verwijderen", status=409)
    assert page.has("Defensie bezuinigt.")
    assert client.submit({}, button="Ontwikkeling verwijderen").has("Er zijn nog geen ontwikkelingen.")
    client.get(address, status=404)


def test_the_list_is_a_file_as_it_is_shown(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    add(session, bench, POLICE)
    add(session, bench, ARMY)
    session.commit()
    login("inspecteur")
    page = client.get(f"{LIST}?factor=2.1")
    assert page.texts("tbody th") == ["Anders werken"]
    sheet = client.get(f"{LIST}/bestand?vorm=csv&factor=2.1")
    text = sheet.data.decode("utf-8-sig")
    assert "1.1 Elkaar kennen; 2.1 Samen plannen maken" in text
    assert "Politiewet" not in text
    assert "fictief" in sheet.headers["Content-Disposition"]
    assert client.get(f"{LIST}/bestand").data[:2] == b"PK"
    assert client.get(LIST).texts("tbody th") == ["Anders werken", "Nationale politie"]
