"""Versions of the report: frozen, four eyes, signed, presented, published, and what differs."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from exports import wording
from exports.document import from_json
from exports.report.national import report
from surveys import instruments, report_versions, results, running
from surveys.acting import By
from surveys.errors import NotAllowed, Refused
from surveys.models import LogEntry, ReportVersion
from surveys.report_versions import Signed
from surveys.reports.whole import whole
from tests.judge.conftest import Bench
from tests.report.conftest import Login
from tests.report.test_report_pages import BASE, TEXT, change_an_answer, write
from tests.support.client import Client

SIGNED = Signed("A. Hoofd", "Hoofd", "Inspectie", date(2013, 6, 1))


def freeze(client: Client, remark: str = "") -> None:
    client.get(f"{BASE}/versies/nieuw")
    client.submit({"remark": remark}, button="Versie vastleggen")


def publishers(session: Session) -> tuple[str, ...]:
    return report_versions.publishers(session)


def test_a_version_is_confirmed_by_another_inspector_signed_presented_and_published(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    login("inspecteur")
    freeze(client, "Ter vaststelling")
    assert client.page.text("h1") == "Versie 1"
    assert client.page.has("U hebt deze versie zelf vastgelegd.")
    client.post(f"{BASE}/versies/1/vaststellen", {"seen": "y"}, status=422)
    assert client.page.has("Een andere inspecteur stelt haar vast.")

    login("inspecteur.twee")
    client.get(f"{BASE}/versies/1")
    client.submit({}, button="Versie vaststellen", status=422)
    assert client.page.has("bevestig hieronder dat u ze hebt gezien")
    client.submit({"seen": "y"}, button="Versie vaststellen")
    assert client.page.has("Versie 1 is vastgesteld.")

    for name in publishers(session):
        client.get(f"{BASE}/versies/1")
        client.submit(
            {"organisation": name, "name": "A. Hoofd", "function": "Hoofd", "signed_on": "2013-06-01"},
            button="Ondertekening vastleggen",
        )
    client.submit(
        {"to": "de ministers", "on": "2-6-2013", "letter": "Kenmerk 1"}, button="Aanbieding vastleggen"
    )
    client.submit(button="Als gepubliceerd vastleggen")

    page = client.page
    assert page.has("Gepubliceerd")
    assert page.has("aan de ministers, 2 juni 2013, bij brief Kenmerk 1")
    session.rollback()
    steps = session.scalars(
        select(LogEntry.action).where(LogEntry.subject == "report_version").order_by(LogEntry.id)
    ).all()
    signs = ["report.sign"] * len(publishers(session))
    assert steps == ["report.make", "report.confirm", *signs, "report.present", "report.publish"]
    client.get(f"{BASE}/versies/1/lezen")
    assert client.page.has("aangeboden aan de ministers op 2 juni 2013, bij brief Kenmerk 1")
    client.post(f"{BASE}/versies/nieuw", {}, status=422)
    assert client.page.has("Er is al een versie vastgesteld.")


def test_a_frozen_version_gives_the_same_text_when_the_data_changed_and_shows_what_differs(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    login("inspecteur")
    write(client, TEXT)
    freeze(client)
    before = client.ask("GET", f"{BASE}/versies/1/bestand?vorm=html").data
    change_an_answer(session, bench)

    assert client.ask("GET", f"{BASE}/versies/1/bestand?vorm=html").data == before
    assert client.get(f"{BASE}/versies/1/lezen").has("In één van de twee veiligheidsregio's praat")
    page = client.get(f"{BASE}/versies/0/verschil/1")
    assert page.has("Doorgestreept is weg")
    assert "Bijlage" in "".join(page.texts("h2"))
    assert page.texts("del")
    login("inspecteur.twee")
    client.post(f"{BASE}/versies/1/vaststellen", {"seen": "y"}, status=422)
    assert client.page.has("De gegevens of teksten zijn gewijzigd na versie 1.")


def test_what_was_kept_beside_a_version_gives_its_counts_again(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    """Who checks a version years later needs no database: questionnaire, answers and rules are there."""
    login("inspecteur")
    freeze(client)
    change_an_answer(session, bench)
    kept = json.loads(client.ask("GET", f"{BASE}/versies/1/gegevens").data)

    asked = kept["questionnaires"][0]
    instrument = instruments.parse(asked["text"], "versie 1")
    answers = {
        unit: {code: results.Answer(**answer) for code, answer in given.items()}
        for unit, given in asked["answers"].items()
    }
    figures = results.score(instrument, answers).national
    count = figures.statements["2.1-S01"]
    said = wording.sentence(
        instrument.statements["2.1-S01"].text, count.n, count.of, len(answers), instrument.unit_noun
    )
    assert kept["facts"]["2.1-S01"]["n"] == count.n == 1
    assert said == "Eén van de twee veiligheidsregio's betrekt de brandweer bij de plannen."
    assert client.get(f"{BASE}/versies/1/lezen").has(said)
    assert instrument.sha256 == asked["sha256"]


def test_the_database_itself_refuses_another_text_under_a_version(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    login("inspecteur")
    freeze(client)
    for change in ("UPDATE report_version SET content = '{}'", "DELETE FROM report_version"):
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(text(change))
        session.rollback()


def test_nothing_new_makes_no_version_and_what_stands_in_the_way_is_not_confirmed(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    login("inspecteur")
    freeze(client)
    client.post(f"{BASE}/versies/nieuw", {}, status=422)
    assert client.page.has("Er is niets gewijzigd sinds versie 1.")
    write(client, TEXT)
    change_an_answer(session, bench)
    freeze(client)
    login("inspecteur.twee")
    client.post(f"{BASE}/versies/2/vaststellen", {"seen": "y"}, status=422)
    assert client.page.has("Er staat nog iets in de weg.")
    client.post(f"{BASE}/versies/1/vaststellen", {"seen": "y"}, status=422)


def test_each_step_waits_for_the_one_before_and_takes_no_nonsense(bench: Bench, session: Session) -> None:
    row, one, two = bench.world.measurement, bench.by("one", 20), bench.by("two", 21)
    made = report(whole(session, row))
    report_versions.freeze(session, row, content="{}", basis="{}", remark=None, by=one)
    name = publishers(session)[0]

    def refused(words: str, step: object, *given: object, **named: object) -> None:
        with pytest.raises(Refused, match=words):
            step(session, row, 1, *given, **named)  # type: ignore[operator]

    refused("Alleen een vastgestelde versie", report_versions.sign, SIGNED, by=one)
    refused("door alle hoofden", report_versions.present, to="x", on=date(2013, 6, 1), letter="y", by=one)
    refused("Leg eerst vast", report_versions.publish, by=one)
    row.two_organisations = True
    session.flush()
    refused("andere organisatie", report_versions.confirm, remark=None, by=two)
    report_versions.confirm(session, row, 1, remark=None, by=bench.by("afd", 22))
    refused("al vastgesteld", report_versions.confirm, remark=None, by=two)
    for signed, words in (
        (Signed(" ", "Hoofd", name, date(2013, 6, 1)), "Vul de naam"),
        (Signed("A", "Hoofd", "Iemand", date(2013, 6, 1)), "Kies een organisatie"),
        (Signed("A", "Hoofd", name, date(2030, 6, 1)), "ligt in de toekomst"),
    ):
        refused(words, report_versions.sign, signed, by=one)
    report_versions.sign(session, row, 1, Signed("A", "Hoofd", name, date(2013, 6, 1)), by=one)
    refused("is al ondertekend", report_versions.sign, Signed("B", "Hoofd", name, date(2013, 6, 1)), by=one)
    with pytest.raises(NotAllowed):
        report_versions.publish(session, row, 1, by=By.through(bench.world.assignments["ovr.vr01"]))
    assert made.document.title == f"Rapport {row.name}"


def test_a_version_that_was_tampered_with_is_not_shown(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    login("inspecteur")
    freeze(client)
    row = session.scalars(select(ReportVersion)).one()
    assert from_json(row.content).title == f"Rapport {bench.world.measurement.name}"
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DROP TRIGGER report_version_no_rewrite"))
    else:
        session.execute(text("ALTER TABLE report_version DISABLE TRIGGER USER"))
    session.execute(text("UPDATE report_version SET basis = '{}'"))
    session.commit()
    assert client.get(f"{BASE}/versies/1/lezen", status=422).has("de controlesom klopt niet meer")


def test_the_measurement_waits_for_its_report(bench: Bench, session: Session) -> None:
    row, one, two = bench.world.measurement, bench.by("one", 20), bench.by("two", 21)
    with pytest.raises(Refused, match="nog geen versie van het rapport vastgesteld"):
        running.take(session, row, "rapport_vast", one)
    report_versions.freeze(session, row, content="{}", basis="{}", remark=None, by=one)
    with pytest.raises(Refused, match="nog geen versie van het rapport vastgesteld"):
        running.take(session, row, "rapport_vast", one)
    report_versions.confirm(session, row, 1, remark=None, by=two)
    running.take(session, row, "rapport_vast", one)
    with pytest.raises(Refused, match="nog niet ondertekend, aangeboden en gepubliceerd"):
        running.take(session, row, "gepubliceerd", one)
    day = date(2013, 6, 1)
    for name in publishers(session):
        report_versions.sign(session, row, 1, Signed("A", "Hoofd", name, day), by=one)
    report_versions.present(session, row, 1, to="de ministers", on=day, letter="Kenmerk 1", by=one)
    report_versions.publish(session, row, 1, by=one)
    running.take(session, row, "gepubliceerd", one)
    assert row.state == "gepubliceerd"
