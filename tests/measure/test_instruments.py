"""The questionnaires that are kept: checking, uploading, comparing and an example; and who confirms."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import instruments, questions, running, showing
from surveys.acting import By, now
from surveys.errors import NotAllowed, Refused
from surveys.models import InstrumentText, Judgement, LogEntry
from tests import factories
from tests.factories import World
from tests.support.client import Client
from tests.support.page import Page

PATH = "/metingen/vragenlijsten"
Log = Callable[[str], list[LogEntry]]


def upload(client: Client, text: str | bytes, button: str = "Bewaren", status: int = 200) -> Page:
    data = text.encode() if isinstance(text, str) else text
    sent = {"file": [(io.BytesIO(data), "lijst.toml")], "doen": button.lower()}
    return client.post(PATH, sent, status=status)


def kept(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(InstrumentText)) or 0


def test_the_list_says_where_each_version_is_used(running_it: World, client: Client) -> None:
    rows = client.get(PATH).texts("tbody tr")
    assert len(rows) == 2
    assert all("proefmeting" in row for row in rows)


def test_a_good_file_is_checked_without_keeping_and_then_kept(
    running_it: World, client: Client, session: Session, logged: Log
) -> None:
    text = factories.tiny_text(version="2.0")
    page = upload(client, text, "Controleren")
    assert page.has("Er zitten geen fouten in deze vragenlijst")
    assert page.has("2 factoren, 6 vragen")
    assert kept(session) == 2
    assert upload(client, text).has("versie 2.0, is bewaard.")
    assert kept(session) == 3
    assert upload(client, text).has("staat al in Meetlat, met dezelfde tekst")
    assert kept(session) == 3
    assert logged("instrument.add")[-1].person_id == running_it.person("inspecteur").id
    page = client.get(PATH)
    page = client.submit(action="/metingen/vragenlijsten/verschil")
    assert page.has("versie 2.0 naast versie 1.1")


def test_every_fault_is_said_with_its_line_and_nothing_is_kept(
    running_it: World, client: Client, session: Session
) -> None:
    text = factories.tiny_text(version="2.0")
    text = text.replace('title = "Bekendheid"\n', "").replace('type = "date"', 'type = "dag"')
    page = upload(client, text, status=422)
    lines = [n for n, line in enumerate(text.splitlines(), start=1) if 'code = "2.1-02"' in line]
    rows = page.texts("tbody tr")
    assert page.has("2 fouten in de vragenlijst")
    assert any("title ontbreekt" in row for row in rows)
    assert any(row.startswith(str(lines[0])) and "2.1-02" in row for row in rows)
    page = upload(client, text.replace('version = "2.0"', 'version = "2.0'), status=422)
    assert page.has("Dit is geen geldige TOML")
    assert "3" in page.texts("tbody td")[0]
    assert kept(session) == 2


def test_another_text_under_a_kept_version_and_what_is_no_text_are_refused(
    running_it: World, client: Client, session: Session
) -> None:
    text = factories.tiny_text().replace("Bekendheid", "Bekend")
    assert upload(client, text, status=422).has("staat al in Meetlat, met een andere tekst")
    assert upload(client, text, "Controleren", 422).has("staat al in Meetlat, met een andere tekst")
    assert upload(client, b"\xff\xfe\x00a", status=422).has("geen tekst in UTF-8")
    client.get(PATH)
    assert client.submit(button="Bewaren", status=422).has("Kies eerst een bestand.")
    assert kept(session) == 2


def test_two_questionnaires_are_not_two_versions(running_it: World, client: Client, session: Session) -> None:
    one, two = (pin.instrument_id for pin in running_it.measurement.pins)
    session.rollback()
    page = client.get(f"{PATH}/verschil?van={one}&naar={two}")
    assert page.has("Dit zijn twee verschillende vragenlijsten")
    client.get(f"{PATH}/verschil?van={one}", status=404)
    client.get(f"{PATH}/verschil?van={one}&naar=²", status=404)


def test_an_example_shows_a_factor_filled_in_and_keeps_nothing(
    running_it: World, client: Client, session: Session
) -> None:
    number = running_it.measurement.pins[0].instrument_id
    # what could not be found leaves a line of its own
    lines = select(func.count()).select_from(LogEntry).where(~LogEntry.action.startswith("access."))
    before = session.scalar(lines)
    page = client.get(f"{PATH}/{number}/voorbeeld")
    assert page.has("Zo ziet een respondent deze factor")
    assert page.has("Is er een vaste contactpersoon?")
    assert page.all("input[checked]")[0].get("value") == "ja"
    assert page.has(showing.NOTE)
    assert not page.all("form[method=post] .question")
    assert page.link("Naar de volgende factor").endswith("factor=2.1")
    client.get(f"{PATH}/{number}/voorbeeld?factor=9.9", status=404)
    client.get(f"{PATH}/999999/voorbeeld", status=404)
    session.rollback()
    assert session.scalar(lines) == before


@pytest.mark.parametrize("path", instruments.builtin(), ids=lambda path: path.stem)
def test_every_question_that_comes_with_meetlat_has_an_example_it_can_have(path: object) -> None:
    instrument = instruments.load(str(path))
    for question in instrument.questions.values():
        value = showing.example(question)
        assert questions.TYPES[question.type].check(question, value) == value
    assert len(showing.filled_in(instrument).factors) == len(instrument.factors)


def test_who_confirms_can_change_until_somebody_judges(
    running_it: World, client: Client, session: Session, logged: Log
) -> None:
    path = "/metingen/proefmeting/vier-ogen"
    client.get(path)
    client.submit({"two_organisations": "y"}, button="Opslaan")
    session.rollback()
    session.expire_all()
    assert running_it.measurement.two_organisations is True
    assert [row.detail for row in logged("measurement.two_organisations")] == [{"new": True}]
    dossier = running_it.dossiers["VR01"]
    hand = running_it.assignments["inspecteur"]
    session.add(
        Judgement(
            measurement_id=running_it.measurement.id,
            dossier_id=dossier.id,
            factor="1.1",
            state="concept",
            basis="0" * 64,
            version=1,
            drafted_by_id=hand.person_id,
            drafted_as_id=hand.id,
            drafted_at=now(),
        )
    )
    page = client.get(path)
    assert page.has("De instelling kan niet meer wijzigen")
    page = client.post(path, {"two_organisations": ""}, status=422)
    session.rollback()
    session.expire_all()
    with pytest.raises(Refused, match="Er is al een oordeel geschreven"):
        running.set_two_organisations(
            session, running_it.measurement, False, By.through(running_it.assignments["inspecteur"])
        )
    with pytest.raises(NotAllowed):
        running.set_two_organisations(
            session, running_it.measurement, False, By.through(running_it.assignments["beheerder"])
        )
    assert running_it.measurement.two_organisations is True
