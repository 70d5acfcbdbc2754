"""Sources outside the dossiers: recorded, changed, cited, kept with their files, and for inspectors alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import evidence, sources
from surveys.acting import By
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.filestore import Folder
from surveys.models import Citation, LogEntry, Source, StoredFile
from surveys.sources import Details
from tests import factories, filled
from tests.factories import World
from tests.support import files
from tests.support.client import Client
from tests.support.counting import selected
from tests.support.page import Page

PATH = "/bezoek/proefmeting/bronnen"
QUERIES = 10
"""What the list takes at most, logging in and furniture included, for however many sources."""
REPORT = Details("extern", "Rapport bijstand", "Een bureau", date(2012, 6, 1), "Archief", "Zie hoofdstuk 3.")


@pytest.fixture
def by(world: World) -> By:
    return By.through(world.assignments["inspecteur"], filled.AT)


@pytest.fixture
def folder(app: Flask) -> Folder:
    """Where this Meetlat keeps files."""
    return Folder(app.config["SETTINGS"].files)


@pytest.fixture
def inspector(world: World, login: Callable[[str], None]) -> World:
    login("inspecteur")
    return world


def rows(session: Session, model: type) -> list[object]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(model)))


def upload(content: bytes, name: str = "rapport.pdf") -> evidence.Upload:
    return evidence.look_at(name, content, largest=2**20)


def send(client: Client, path: str, *, status: int = 200, file: bytes | None = None, **values: str) -> Page:
    """Send the form on a page, with other values and a file."""
    client.get(path)
    sent: dict[str, object] = {**client.page.form(action=path).values, **values}
    if file is not None:
        sent["file"] = [(io.BytesIO(file), "rapport.pdf")]
    else:
        sent.pop("file", None)
    return client.post(path, sent, status=status)  # type: ignore[arg-type]


def test_a_source_is_cited_for_a_dossier_and_for_the_country(session: Session, world: World, by: By) -> None:
    source = sources.add(session, world.measurement, REPORT, by=by)
    sources.cite(session, source, world.dossiers["VR01"], "1.1", " 12 ", "Over de OVR.", by=by)
    sources.cite(session, source, None, "1.1", by=by)
    sources.cite(session, source, None, "2.1", by=by)
    (mine,) = sources.cited(session, world.measurement, world.dossiers["VR01"])["1.1"]
    assert (mine.title, mine.page, mine.note, mine.by) == (
        "Rapport bijstand",
        "12",
        "Over de OVR.",
        "Inspecteur",
    )
    assert mine.unit is not None
    assert mine.unit.code == "VR01"
    assert set(sources.cited(session, world.measurement, None)) == {"1.1", "2.1"}
    assert sources.cited(session, world.measurement, world.dossiers["VR02"]) == {}
    again = sources.cite(session, source, world.dossiers["VR01"], "1.1", "13", by=by)
    (mine,) = sources.cited(session, world.measurement, world.dossiers["VR01"])["1.1"]
    assert (mine.id, mine.page, mine.note) == (again.id, "13", None)
    found = sources.where_cited(session, world.measurement, source)
    assert [(each.unit and each.unit.code, each.factor) for each in found] == [
        (None, "1.1"),
        (None, "2.1"),
        ("VR01", "1.1"),
    ]
    sources.uncite(session, world.measurement, again.id, by=by)
    assert sources.cited(session, world.measurement, world.dossiers["VR01"]) == {}


def test_what_can_not_be_cited(session: Session, world: World, by: By) -> None:
    source = sources.add(session, world.measurement, REPORT, by=by)
    other = factories.measurement(session, factories.tiny(), code="ander", year=2009)
    elsewhere = factories.dossier(session, other, world.units["VR01"])
    with pytest.raises(Refused, match="dossier"):
        sources.cite(session, source, elsewhere, "1.1", by=by)
    for dossier in (world.dossiers["VR01"], None):
        with pytest.raises(Refused, match="factor"):
            sources.cite(session, source, dossier, "9.9", by=by)
    cited = sources.cite(session, source, None, "1.1", by=by)
    with pytest.raises(Refused, match="niet"):
        sources.uncite(session, other, cited.id, by=by)


def test_a_source_that_is_cited_stays(session: Session, world: World, by: By) -> None:
    source = sources.add(session, world.measurement, REPORT, by=by)
    cited = sources.cite(session, source, None, "1.1", by=by)
    with pytest.raises(Refused, match="één keer aangehaald"):
        sources.remove(session, source, by=by)
    sources.uncite(session, world.measurement, cited.id, by=by)
    sources.remove(session, source, by=by)
    assert sources.sources(session, world.measurement) == []


@pytest.mark.parametrize(
    "details",
    [
        Details("extern", "  "),
        Details("roddel", "Titel"),
        Details("extern", "x" * 301),
        Details("extern", "Titel", origin="x" * 301),
        Details("extern", "Titel", held="x" * 501),
        Details("extern", "Titel", note="x" * 4001),
        REPORT,
    ],
)
def test_what_can_not_be_a_source(session: Session, world: World, by: By, details: Details) -> None:
    sources.add(session, world.measurement, REPORT, by=by)
    with pytest.raises(Refused):
        sources.add(session, world.measurement, details, by=by)


def test_two_inspectors_at_one_source_lose_nothing(session: Session, world: World, by: By) -> None:
    source = sources.add(session, world.measurement, REPORT, by=by)
    sources.change(session, source, Details("extern", "Van de een"), by=by, seen_version=1)
    with pytest.raises(ChangedMeanwhile):
        sources.change(session, source, Details("extern", "Van de ander"), by=by, seen_version=1)
    assert source.title == "Van de een"


def test_only_inspectors_touch_sources_and_the_log_holds_no_texts(
    session: Session, world: World, by: By
) -> None:
    source = sources.add(session, world.measurement, REPORT, by=by)
    sources.cite(session, source, None, "1.1", "12", "Geheim", by=by)
    for key in ("ovr.vr01", "beheerder"):
        somebody = By.through(world.assignments[key], filled.AT)
        with pytest.raises(NotAllowed):
            sources.add(session, world.measurement, Details("extern", "Ander"), by=somebody)
        with pytest.raises(NotAllowed):
            sources.cite(session, source, None, "2.1", by=somebody)
        with pytest.raises(NotAllowed):
            sources.remove(session, source, by=somebody)
    entries = session.scalars(select(LogEntry).where(LogEntry.action.like("source.%"))).all()
    assert [entry.action for entry in entries] == ["source.add", "source.cite"]
    assert not [entry for entry in entries if "Rapport" in str(entry.detail) or "Geheim" in str(entry.detail)]


def test_the_file_of_a_source_is_swept_away_only_when_nothing_names_it(
    session: Session, world: World, by: By, folder: Folder
) -> None:
    source = sources.add(session, world.measurement, REPORT, upload(files.pdf()), folder, by=by)
    other = sources.add(
        session, world.measurement, Details("extern", "Ook"), upload(files.pdf()), folder, by=by
    )
    assert source.file_id == other.file_id
    assert evidence.sweep(session, folder) == 0
    sources.remove(session, other, by=by)
    assert evidence.sweep(session, folder) == 0
    assert len(list(folder.names())) == 1
    sources.change(session, source, REPORT, drop_file=True, by=by, seen_version=1)
    assert evidence.sweep(session, folder) == 1
    assert list(folder.names()) == []


# The pages


def test_a_source_goes_from_recorded_to_removed(
    inspector: World, client: Client, session: Session, folder: Folder
) -> None:
    page = send(client, f"{PATH}/nieuw", status=422, title=" ", file=files.pdf())
    assert page.has("Vul de titel in.")
    page = send(
        client, f"{PATH}/nieuw", title="Rapport", kind="defensie", dated="2012-06-01", file=files.pdf()
    )
    assert page.h1 == "Rapport"
    here = page.url
    answer = client.get(page.link("rapport.pdf"))
    assert answer.data == files.pdf()
    assert answer.headers["Content-Disposition"] == "attachment; filename=rapport.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    client.get(here)
    page = client.submit({"unit": "VR01", "factor": "1.1", "page": "12"}, button="Aanhalen")
    assert page.has("De verwijzing is bewaard.")
    assert page.link("VR01 Regio 1").endswith("#factor-1.1")
    page = client.submit({"factor": ""}, button="Aanhalen", status=422)
    assert page.has("Kies een factor uit de lijst.")
    assert client.get(f"{here}/verwijderen").has("kan daarom niet weg")
    assert client.post(f"{here}/verwijderen", status=422).has("Haal eerst de verwijzingen weg.")
    client.get(here)
    client.submit(button="Weghalen bij Regio 1, factor 1.1")
    assert client.page.has("De verwijzing is weggehaald.")
    client.click("Verwijderen")
    assert client.submit(button="Bron verwijderen").has("De bron is verwijderd.")
    assert rows(session, Source) == rows(session, Citation) == rows(session, StoredFile) == []
    assert list(folder.names()) == []


def test_a_change_that_somebody_was_before_shows_both(
    inspector: World, client: Client, session: Session
) -> None:
    send(client, f"{PATH}/nieuw", title="Rapport")
    change = f"{client.page.url}/wijzigen"
    send(client, change, title="Van de een")
    page = send(client, change, status=409, title="Van de ander", version="1")
    assert page.has("Zo heeft uw collega het bewaard")
    assert page.has("Van de een")
    assert page.form(action=change).values["title"] == ["Van de ander"]
    client.submit(button="Bron bewaren")
    assert client.page.h1 == "Van de ander"


def test_a_refused_file_leaves_what_was_typed(inspector: World, client: Client, session: Session) -> None:
    page = send(client, f"{PATH}/nieuw", status=422, title="Rapport", held="Archief", file=files.bomb())
    assert page.one(".errors a")["href"] == "#file"
    assert page.form(action=f"{PATH}/nieuw").values["held"] == ["Archief"]
    assert rows(session, Source) == rows(session, StoredFile) == []


def test_a_file_is_replaced_and_taken_away(
    inspector: World, client: Client, session: Session, folder: Folder
) -> None:
    send(client, f"{PATH}/nieuw", title="Rapport", file=files.pdf("een"))
    change = f"{client.page.url}/wijzigen"
    send(client, change, file=files.pdf("twee"))
    assert len(list(folder.names())) == 1
    assert client.get(client.page.link("rapport.pdf")).data == files.pdf("twee")
    send(client, change, drop_file="y")
    assert list(folder.names()) == []
    client.get(change.replace("wijzigen", "bestand"), status=404)


def test_a_damaged_file_is_said_to_be_so(
    inspector: World, client: Client, session: Session, folder: Folder
) -> None:
    send(client, f"{PATH}/nieuw", title="Rapport", file=files.pdf())
    file = f"{client.page.url}/bestand"
    folder.remove(next(folder.names()))
    assert client.get(file, status=500).has("beschadigd of niet meer te vinden")


def test_the_list_narrows_sorts_and_is_a_file(
    inspector: World, client: Client, session: Session, by: By
) -> None:
    sources.add(session, inspector.measurement, REPORT, by=by)
    later = Details("defensie", "Operatieplan", "Defensie", date(2013, 1, 1))
    cited = sources.add(session, inspector.measurement, later, by=by)
    sources.cite(session, cited, None, "1.1", by=by)
    assert client.get(PATH).texts("tbody th") == ["Operatieplan", "Rapport bijstand"]
    assert client.click("Sorteer op Datum").texts("tbody th") == ["Rapport bijstand", "Operatieplan"]
    assert client.click("Sorteer op Datum").texts("tbody th") == ["Operatieplan", "Rapport bijstand"]
    assert client.get(f"{PATH}?sorteer=genoemd").texts("tbody th") == ["Rapport bijstand", "Operatieplan"]
    assert client.get(f"{PATH}?soort=extern").texts("tbody th") == ["Rapport bijstand"]
    text = client.get(f"{PATH}/bestand?vorm=csv&soort=defensie").data.decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [row[0] for row in found] == ["Titel", "Operatieplan"]
    assert found[1][found[0].index("Aangehaald")] == "1"
    assert found[1][found[0].index("fictief")] == "ja"
    assert client.get(f"{PATH}/bestand").data[:2] == b"PK"


def test_a_source_of_another_measurement_is_not_found(
    inspector: World, client: Client, session: Session, by: By
) -> None:
    other = factories.measurement(session, factories.tiny(), code="ander", year=2009)
    source = sources.add(session, other, REPORT, by=by)
    mine = sources.add(session, inspector.measurement, REPORT, by=by)
    cited = sources.cite(session, source, None, "1.1", by=by)
    session.commit()
    for end in ("", "/wijzigen", "/verwijderen", "/bestand"):
        client.get(f"{PATH}/{source.id}{end}", status=404)
    client.post(f"{PATH}/{source.id}/verwijzingen", {"factor": "1.1"}, status=404)
    client.post(f"{PATH}/{mine.id}/verwijzingen/{cited.id}/verwijderen", status=404)
    client.get(f"{PATH}/{2**40}", status=404)


@pytest.mark.parametrize("who", ["ovr.vr01", "rmc.noord", "waarnemer.vr01", "beheerder"])
def test_nobody_else_sees_any_of_it(
    session: Session,
    world: World,
    by: By,
    folder: Folder,
    client: Client,
    login: Callable[[str], None],
    who: str,
) -> None:
    source = sources.add(session, world.measurement, REPORT, upload(files.pdf()), folder, by=by)
    session.commit()
    login(who)
    for end in ("", "/nieuw", "/bestand", f"/{source.id}", f"/{source.id}/bestand", f"/{source.id}/wijzigen"):
        client.get(f"{PATH}{end}", status=403)
    client.post(f"{PATH}/{source.id}/verwijzingen", {"factor": "1.1"}, status=403)


def test_more_sources_take_no_more_queries(
    inspector: World, client: Client, session: Session, app: Flask, by: By
) -> None:
    one = sources.add(session, inspector.measurement, REPORT, by=by)
    sources.cite(session, one, inspector.dossiers["VR01"], "1.1", by=by)
    here = f"{PATH}/{one.id}"
    session.commit()
    client.get(PATH)
    with selected(app) as few:
        client.get(PATH)
    with selected(app) as few_cited:
        client.get(here)
    for number in range(5):
        more = sources.add(session, inspector.measurement, Details("extern", f"Bron {number}"), by=by)
        sources.cite(session, more, None, "1.1", by=by)
    for unit in ("VR02", "RMC-NOORD"):
        sources.cite(session, one, inspector.dossiers[unit], "1.1", by=by)
    with selected(app) as many:
        client.get(PATH)
    with selected(app) as many_cited:
        client.get(here)
    assert len(many) == len(few) <= QUERIES
    assert len(many_cited) == len(few_cited)
