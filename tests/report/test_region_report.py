"""The report of one unit: what it holds for inspectors and for the unit itself, and whom it never names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from exports.document import Cell, Document, Figure, Heatmap, Section, Table, faults, outline, to_json
from exports.document import blocks as blocks_of
from exports.document import lines as lines_of
from exports.document import plain as plain_line
from exports.labels import AID
from exports.report.region import document
from surveys import measurements, recommending
from surveys.answers import Content
from surveys.judging import Draft
from surveys.models import Dossier, LogEntry, Measurement
from surveys.recommending import Details
from surveys.reports.region_whole import FOR_INSPECTORS, Reader, Telling, for_unit
from surveys.reports.whole import revision
from tests import factories, filled
from tests.exports.conftest import differ
from tests.judge.conftest import Bench, advance, confirm, correct, write

JUDGED = Draft("voldoet_deels", "Gezien de stukken van het bezoek.", "Het contact is er, maar kwetsbaar.")


def made(session: Session, dossier: Dossier, telling: Telling | None = None) -> Document:
    return document(Reader(session, dossier.measurement).read(dossier, telling or for_unit(dossier)))


def said(found: Document) -> str:
    """All running text."""
    numbers = outline(found).numbers
    return "\n".join(plain_line(line, numbers) for block in blocks_of(found) for line in lines_of(block))


def section(found: Document, key: str) -> Section:
    return next(each.section for each in outline(found).headings if each.section.key == key)


def table(found: Document, key: str) -> Table:
    tables = (each.table if isinstance(each, Figure) else each for each in blocks_of(found))
    return next(each for each in tables if isinstance(each, Table) and each.key == key)


def rows(found: Document, key: str) -> dict[str, tuple[str, ...]]:
    """The rows of a table by their heading."""
    return {row[0].text: tuple(cell.text for cell in row[1:]) for row in table(found, key).rows}


@pytest.fixture
def judged(session: Session, bench: Bench) -> Bench:
    """A confirmed judgement and one that waits at VR01, and recommendations to all and to somebody else."""
    world = bench.world
    measurements.go_to(session, world.measurement, "bezoeken", bench.by("one"))
    confirm(session, bench.about("VR01"), bench.by("one"), bench.by("two", 1), JUDGED)
    write(session, bench.about("VR01", "2.1"), bench.by("one"), Draft("voldoet", "Nog niet af.", "Concept."))
    measurements.go_to(session, world.measurement, "rapport_concept", bench.by("one"))
    for addressee, text, factor in (
        ("de besturen van de veiligheidsregio's", "Regel de vervanging.", "1.1"),
        ("Veiligheidsregio Regio 2", "Los de vacature op.", "1.1"),
        ("alle Veiligheidsregio's", "Blijf samenwerken.", None),
    ):
        recommending.add(session, world.measurement, Details(addressee, text, factor), by=bench.by("one", 2))
    session.commit()
    return bench


def test_inspectors_read_answers_beside_the_country_the_level_and_the_confirmed_judgement(
    session: Session, judged: Bench
) -> None:
    found = made(session, judged.world.dossiers["VR01"], FOR_INSPECTORS)

    assert faults(found) == []
    assert found.fictief
    assert (found.title, found.subtitle) == (
        "Rapport veiligheidsregio Regio 1",
        "Proefmeting: de eigen antwoorden naast het landelijke beeld",
    )
    assert found.state == "Vragenlijst geverifieerd; uitgave voor inspecteurs"
    assert found.dated == "2013-06-01"
    assert found.publishers
    answers = rows(found, "antwoorden:1.1:1")
    assert answers["1.1-01 Is er een vaste contactpersoon?"] == (
        "Ja",
        "–",
        "Eén van de twee veiligheidsregio's",
    )
    assert rows(found, "antwoorden:1.1:2")["1.1-03 Waar werkt de contactpersoon?"][1] == (
        "Documenten: Een document, blz. 1."
    )
    assert rows(found, "antwoorden:2.1:1")["2.1-01 Wie praten mee over de plannen?"] == (
        "De brandweer; De politie",
        "–",
        "De brandweer: één; De politie: één (van de 2)",
    )
    assert rows(found, "landelijk:2.1:1") == {
        "Eén van de twee veiligheidsregio's betrekt de brandweer bij de plannen.": ("Ja",)
    }
    words = said(found)
    assert "Niveau uit de antwoorden: Voldoet." in words
    assert AID in words
    assert "Oordeel van de inspectie: Voldoet deels." in words
    assert "Bevinding: Het contact is er, maar kwetsbaar." in words
    assert "Motivering: Gezien de stukken van het bezoek." in words
    assert "Nog niet af." not in words
    assert "nog geen oordeel vastgesteld" in words
    assert rows(found, "overzicht-tabel")["2.1 Samen plannen maken"] == ("Voldoet", "nog geen oordeel")
    assert "Dit is de eerste meting." in words


def test_recommendations_to_all_stand_with_their_factor_and_nobody_else_is_named(
    session: Session, judged: Bench
) -> None:
    strong, weak = (made(session, judged.world.dossiers[code], FOR_INSPECTORS) for code in ("VR01", "VR02"))

    advice = section(strong, "factor:1.1:aanbevelingen")
    assert "Regel de vervanging. (aan de besturen van de veiligheidsregio's, Proefmeting)" in to_json(
        replace(strong, sections=(advice,))
    )
    assert "Blijf samenwerken." in to_json(replace(strong, sections=(section(strong, "aanbevelingen"),)))
    assert "Los de vacature op." not in to_json(strong)
    assert "Regio 2" not in to_json(strong)
    assert "Regio 1" not in to_json(weak)
    assert rows(weak, "landelijk:2.1:1") == {
        "Eén van de twee veiligheidsregio's betrekt de brandweer bij de plannen.": ("Nee",)
    }
    assert rows(weak, "antwoorden:1.1:1")["1.1-02 Hoeveel dagen per week is de contactpersoon er?"] == (
        "Niet aan de orde",
        "–",
        "–",
    )


def test_the_unit_reads_no_judgement_count_or_recommendation_before_its_time(
    session: Session, judged: Bench
) -> None:
    dossier, by = judged.world.dossiers["VR01"], judged.by("one", 5)

    early = made(session, dossier)
    assert early.state == "Vragenlijst geverifieerd; uitgave voor de veiligheidsregio zelf"
    words = to_json(early)
    for hidden in ("kwetsbaar", "Oordeel van de inspectie", "Gezien", "Regel de", "Eén van de", "landelijk:"):
        assert hidden not in words, hidden
    assert "komen erbij als het dossier is afgesloten" in words
    assert "Niveau uit de antwoorden: Voldoet." in said(early)
    assert len(table(early, "antwoorden:1.1:1").columns) == 3

    confirm(session, judged.about("VR01", "2.1"), judged.by("one"), judged.by("two", 1))
    advance(session, dossier, by, "afgesloten")
    closed = said(made(session, dossier))
    assert "Oordeel van de inspectie: Voldoet deels." in closed
    assert "Bevinding: Het contact is er, maar kwetsbaar." in closed
    assert "Gezien de stukken" not in closed
    assert "Regel de vervanging." not in closed

    measurements.go_to(session, judged.world.measurement, "gepubliceerd", by)
    published = made(session, dossier)
    assert "Regel de vervanging." in said(published)
    assert rows(published, "landelijk:2.1:1")
    assert "Gezien de stukken" not in to_json(published)


def test_publication_alone_gives_the_confirmed_judgements(session: Session, judged: Bench) -> None:
    measurements.go_to(session, judged.world.measurement, "opvolging", judged.by("one", 5))

    words = said(made(session, judged.world.dossiers["VR01"]))

    assert "Oordeel van de inspectie: Voldoet deels." in words
    assert "Nog niet af." not in words


@pytest.fixture
def earlier(session: Session, bench: Bench) -> Measurement:
    """A measurement three years before, in which VR01 was weak and VR02 did not take part."""
    before = factories.measurement(session, factories.tiny(version="1.0"), code="voormeting", year=2010)
    filled.submit(session, factories.dossier(session, before, bench.world.units["VR01"]), filled.WEAK)
    session.commit()
    return before


def test_it_tells_how_each_factor_changed_and_which_answers_are_others(
    session: Session, bench: Bench, earlier: Measurement
) -> None:
    recommending.add(
        session,
        earlier,
        Details("de veiligheidsregio's", "Stel een contactpersoon aan.", "1.1"),
        by=bench.by("one"),
    )
    strong = made(session, bench.world.dossiers["VR01"], FOR_INSPECTORS)
    weak = made(session, bench.world.dossiers["VR02"], FOR_INSPECTORS)

    assert faults(strong) == []
    assert "Voormeting: voldoet niet." in said(strong)
    assert "Proefmeting: voldoet, beter dan 2010." in said(strong)
    assert rows(strong, "overzicht-tabel")["1.1 Elkaar kennen"][-1] == "Verbeterd"
    assert rows(strong, "anders:1.1")["1.1-01 Is er een vaste contactpersoon?"] == ("Nee", "Ja")
    figure = next(each for each in blocks_of(strong) if isinstance(each, Figure))
    assert isinstance(figure.drawing, Heatmap)
    assert figure.drawing.columns == ("2010", "2013")
    assert figure.drawing.rows[0] == ("1.1", (Cell("VN", "failing"), Cell("V", "top")))
    assert "1.1: 2010 voldoet niet, 2013 voldoet" in figure.alternative
    assert rows(weak, "niveaus-tabel")["1.1"] == ("niet ingeleverd", "Voldoet niet")
    assert rows(weak, "overzicht-tabel")["1.1 Elkaar kennen"][-1] == "–"
    assert "Stel een contactpersoon aan. (aan de veiligheidsregio's, Voormeting)" in said(weak)
    assert "Stel een contactpersoon aan." not in said(made(session, bench.world.dossiers["VR02"]))


def test_divergent_views_and_corrections_stand_beside_the_answers(session: Session, bench: Bench) -> None:
    dossier = bench.world.dossiers["VR01"]
    none = made(session, dossier)
    assert "Er zijn geen afwijkende standpunten vastgelegd." in said(none)
    measurements.go_to(session, bench.world.measurement, "uitvraag", bench.by("one"))
    differ(session, dossier, "contactpersoon", "1.1-01", Content("nee", note="Ik zie hem\nnooit."))
    changed = bench.by("one", 60 * 24 * 30)
    correct(session, dossier, "1.1-02", Content(2), "Zo bleek\nin het gesprek.", changed)

    found = made(session, dossier)

    assert faults(found) == []
    assert rows(found, "standpunten") == {
        "1.1-01 Is er een vaste contactpersoon?": ("Ja", "Nee (Contactpersoon)", "Ik zie hem nooit.")
    }
    [given] = rows(found, "aangepast").values()
    assert given[:3] == ("3 dagen per week", "2 dagen per week", "Zo bleek in het gesprek.")
    assert given[3].endswith("(Inspecteur), 1 juli 2013")
    assert found.dated == "2013-07-01"


def test_what_does_not_count_is_told_and_the_same_data_give_the_same_document(
    session: Session, bench: Bench
) -> None:
    world = bench.world
    third = factories.dossier(session, world.measurement, factories.region(session, 3))
    measurements.go_to(session, world.measurement, "uitvraag", bench.by("one"))
    filled.submit(session, third, filled.UNSURE)
    found = made(session, third, FOR_INSPECTORS)
    empty = made(session, world.dossiers["RMC-NOORD"], FOR_INSPECTORS)

    assert "Regio 3 telt nog niet mee: het verslag is nog niet geverifieerd." in said(found)
    assert "Twee van de drie veiligheidsregio's tellen mee" in said(found)
    answers = {**rows(found, "antwoorden:1.1:1"), **rows(found, "antwoorden:1.1:2")}
    assert answers["1.1-02 Hoeveel dagen per week is de contactpersoon er?"][2] == (
        "Geen van de twee veiligheidsregio's"
    )
    assert rows(found, "landelijk:2.1:1") == {
        "Eén van de twee veiligheidsregio's betrekt de brandweer bij de plannen.": ("Ja",)
    }
    assert "De vragenlijst is nog niet ingeleverd" in said(empty)
    assert "Nog niemand telt mee in het landelijke beeld." in said(empty)
    assert "Landelijk" not in [column.title for column in table(empty, "antwoorden:1.1:1").columns]
    assert faults(empty) == []
    assert date.fromisoformat(empty.dated) == world.measurement.period_until
    session.expire_all()
    assert to_json(found) == to_json(made(session, third, FOR_INSPECTORS))


def test_each_further_unit_costs_as_much_and_the_country_is_read_once(session: Session, bench: Bench) -> None:
    third = factories.dossier(session, bench.world.measurement, factories.region(session, 3))
    measurements.go_to(session, bench.world.measurement, "uitvraag", bench.by("one"))
    filled.submit(session, third, filled.STRONG)
    session.commit()
    reader = Reader(session, bench.world.measurement)
    asked: list[str] = []
    counts = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    event.listen(session.get_bind(), "before_cursor_execute", note)
    pictures = set()
    for dossier in (bench.world.dossiers["VR01"], bench.world.dossiers["VR02"], third):
        asked.clear()
        pictures.add(id(reader.read(dossier, FOR_INSPECTORS).picture))
        counts.append(len(asked))
    event.remove(session.get_bind(), "before_cursor_execute", note)

    assert len(pictures) == 1
    assert counts[0] > counts[1] >= counts[2]


def test_what_changes_no_report_leaves_the_revision_as_it_is(session: Session, bench: Bench) -> None:
    before, at = revision(session), bench.by("one").at
    for action, subject in (("login.success", "person"), ("task.ask", "task"), ("task.done", "task")):
        session.add(LogEntry(at=at, action=action, subject=subject))
    assert revision(session) == before
    session.add(LogEntry(at=at, action="answer.correct", subject="dossier"))
    assert revision(session) > before


def test_a_unit_is_told_nothing_of_others_by_default() -> None:
    for state in measurements.STATES:
        dossier = Dossier(state="beoordeeld", measurement=Measurement(state=state))
        published = state in {"gepubliceerd", "opvolging"}
        assert for_unit(dossier) == Telling(
            judgements=published, country=published, motives=False, recommendations=False
        ), state
