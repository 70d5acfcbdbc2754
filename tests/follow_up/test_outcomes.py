"""What became of points of earlier measurements: looking back, writing it, and what reports tell of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from exports.document import Document, Section, Table, faults, outline, plain, to_json
from exports.document import blocks as blocks_of
from exports.document import lines as lines_of
from exports.report.basis import basis
from exports.report.checks import checks
from exports.report.national import Report, report
from exports.report.region import document as region_document
from surveys import instruments, measurements, recommending, report_texts
from surveys.acting import By
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.example.inspection import inspection
from surveys.example.outcomes import fill
from surveys.follow_up import outcomes, points, registering
from surveys.follow_up.points import Details
from surveys.models import Dossier, LogEntry, Measurement, Outcome, Point
from surveys.reports.region_whole import FOR_INSPECTORS, Reader, Telling, for_unit
from surveys.reports.whole import whole
from tests import factories, filled
from tests.factories import World
from tests.follow_up.conftest import Login
from tests.judge.conftest import AT, bench_of
from tests.support import stages
from tests.support.client import Client

REGIONS, COMMANDERS = "klein-veiligheidsregio", "klein-rmc"
TO_ALL = "de besturen van de veiligheidsregio's"
PAGE = "/opvolging/meting/proefmeting"


def earlier_in(session: Session) -> None:
    """A measurement of 2010 in which nobody talked with the fire brigade, and what it advised: flushed."""
    world = factories.World(session)
    by = bench_of(world).by("one")
    earlier = factories.measurement(session, factories.tiny(), code="eerder", year=2010)
    for code in ("VR01", "VR02"):
        filled.submit(session, factories.dossier(session, earlier, world.units[code]), filled.WEAK)
    measurements.go_to(session, earlier, "rapport_concept", by)
    recommending.add(session, earlier, recommending.Details("de minister", "Maak een wet."), by=by)
    measurements.go_to(session, earlier, "gepubliceerd", by)
    measurements.go_to(session, world.measurement, "rapport_concept", by)
    advise(session, by, earlier, "E-1", "Maak plannen met de brandweer", TO_ALL, [(REGIONS, "2.1-01")])
    advise(session, by, earlier, "E-2", "Wijs een contact aan", "Defensie")
    for code in ("VR01", "VR02"):
        advise(
            session,
            by,
            earlier,
            "E-3",
            "Vul de vacature",
            "de regio",
            [(REGIONS, "1.1-01"), (COMMANDERS, "1.1-01")],
            unit_id=world.units[code].id,
        )
    above = session.scalars(select(Point.id).where(Point.number == "E-1")).one()
    origin = registering.origin_of(session, earlier, by=by).id
    registering.add(
        session,
        Details("maatregel", "Overleg", "Plan een overleg.", "VR01", parent_id=above, origin_id=origin),
        by=by,
    )
    advise(session, by, world.measurement, "P-1", "Ga zo door", TO_ALL)


def advise(
    session: Session,
    by: By,
    measurement: Measurement,
    number: str,
    title: str,
    addressee: str,
    questions: list[tuple[str, str]] | None = None,
    unit_id: int | None = None,
) -> Point:
    """A point that a measurement advised."""
    details = Details(
        kind="aanbeveling",
        title=title,
        text=f"{title}.",
        addressee=addressee,
        number=number,
        unit_id=unit_id,
        origin_id=registering.origin_of(session, measurement, by=by).id,
        questions=tuple(questions or ()),
        fictief=True,
    )
    return registering.add(session, details, by=by)


with_looking_back = stages.declare("looking_back", earlier_in, on="bench")


class Looking:
    """The measurement that looks back, and what the tests do in it."""

    def __init__(self, session: Session) -> None:
        """Take it from the database."""
        self.session = session
        self.bench = bench_of(factories.World(session))
        self.measurement = self.bench.world.measurement
        self.numbers: dict[str, list[int]] = {}
        for point in points.listed(session):
            self.numbers.setdefault(point.number or "", []).append(point.id)

    def write(
        self, number: int, verdict: str = "uitgevoerd", words: str = "Zij praten mee.", seen: int = 0
    ) -> Outcome:
        """An inspector writes an outcome."""
        by = self.bench.by("one", 5)
        return outcomes.write(
            self.session, self.measurement, number, verdict, words, by=by, seen_version=seen
        )

    def report(self) -> Report:
        """The report as it is now."""
        return report(whole(self.session, self.measurement))

    def region(self, code: str, telling: Telling | None = None) -> Document:
        """The report of a unit: for itself, unless more is told."""
        dossier: Dossier = self.bench.world.dossiers[code]
        read = Reader(self.session, self.measurement).read(dossier, telling or for_unit(dossier))
        return region_document(read)


@pytest.fixture
def looking(with_looking_back: None, session: Session) -> Looking:
    """A measurement at its report, after one that advised."""
    return Looking(session)


def section(found: Document) -> Section:
    return next(each.section for each in outline(found).headings if each.section.key == "eerder")


def rows(found: Document) -> list[tuple[str, ...]]:
    """The rows of the table of earlier advices."""
    table = next(
        each for each in blocks_of(found) if isinstance(each, Table) and each.key == "eerdere-aanbevelingen"
    )
    return [tuple(cell.text for cell in row) for row in table.rows]


def said(found: Document) -> str:
    """What the section of earlier advices says before its table."""
    numbers = outline(found).numbers
    return " ".join(plain(line, numbers) for block in section(found).blocks for line in lines_of(block))


# --- looking back


def test_a_measurement_looks_back_at_what_earlier_ones_advised_with_the_counts_that_show_it(
    looking: Looking, session: Session
) -> None:
    found = outcomes.asked(session, looking.measurement)

    assert [each.point.number for each in found] == ["E-1", "E-2", "E-3", "E-3"]
    assert {each.measurement.code for each in found} == {"eerder"}
    to_all, unshown, strong, weak = found
    (proof,) = to_all.proofs
    assert proof.own is None
    (now,) = proof.now.statements
    assert (now.statement.code, now.n, now.of, proof.now.units) == ("2.1-S01", 1, 2, 2)
    assert proof.before is not None
    assert [(each.n, each.of) for each in proof.before.statements] == [(0, 2)]
    assert unshown.unproven
    assert unshown.open
    asked_of_commanders, asked_of_it = strong.proofs
    assert asked_of_it.own == outcomes.Own("Ja", "Nee")
    assert weak.proofs[1].own == outcomes.Own("Nee", "Nee")
    assert (asked_of_commanders.own, asked_of_commanders.before) == (None, None)
    ((info, entry),) = outcomes.unregistered(session, looking.measurement)
    assert (info.code, entry.text) == ("eerder", "Maak een wet.")


def test_looking_back_takes_as_many_queries_for_many_points_as_for_few(
    looking: Looking, session: Session
) -> None:
    looking.write(looking.numbers["E-1"][0])
    few = queries(looking)
    earlier = session.scalars(select(Measurement).where(Measurement.code == "eerder")).one()
    for place in range(6):
        by = looking.bench.by("one", place)
        made = advise(session, by, earlier, f"M-{place}", "Nog een", TO_ALL, [(REGIONS, "1.1-02")])
        looking.write(made.id)

    assert queries(looking) == few


def queries(looking: Looking) -> int:
    looking.session.flush()
    with counted(looking.session) as asked:
        outcomes.asked(looking.session, looking.measurement)
    return len(asked)


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The queries that are asked meanwhile."""
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        asked.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    yield asked
    event.remove(session.get_bind(), "before_cursor_execute", note)


# --- writing


def test_an_outcome_is_kept_with_its_version_and_the_questions_that_show_it(
    looking: Looking, session: Session
) -> None:
    number = looking.numbers["E-1"][0]
    looking.write(number, "deels", " Eén van de twee. ")
    looking.write(number, "deels", "Eén van de twee.", seen=1)
    looking.write(number, "uitgevoerd", "Overal.", seen=1)

    (found,) = outcomes.of_points(session, [number])[number]
    assert (found.verdict, found.label, found.words, found.version) == (
        "uitgevoerd",
        "Uitgevoerd",
        "Overal.",
        2,
    )
    assert (found.measurement.code, found.questions) == ("proefmeting", ("2.1-01",))
    assert outcomes.of_points(session, looking.numbers["E-2"]) == {looking.numbers["E-2"][0]: ()}
    logged = session.scalars(select(LogEntry.detail).where(LogEntry.action == "point.outcome")).all()
    assert [row["version"] for row in logged] == [1, 2]
    assert "Overal" not in str(logged)


@pytest.mark.parametrize(
    ("verdict", "words", "told"),
    [
        ("", "Woorden.", "Kies wat er van het punt is geworden."),
        ("misschien", "Woorden.", "Kies een uitkomst uit de lijst."),
        ("niet", " \n", "Schrijf op waaruit dat blijkt."),
        ("niet", "x" * 5_001, "5000 tekens"),
    ],
)
def test_an_outcome_that_cannot_be_is_refused(looking: Looking, verdict: str, words: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        looking.write(looking.numbers["E-1"][0], verdict, words)


def test_only_inspectors_write_outcomes_of_earlier_points_until_the_report_is_settled(
    looking: Looking, session: Session
) -> None:
    number = looking.numbers["E-1"][0]
    unit = By.through(looking.bench.world.assignments["ovr.vr01"], AT)
    for by in (unit, By.system(AT)):
        with pytest.raises(NotAllowed):
            outcomes.write(session, looking.measurement, number, "niet", "Nee.", by=by, seen_version=0)
    with pytest.raises(Refused, match="niet uit een eerdere meting"):
        looking.write(looking.numbers["P-1"][0])
    with pytest.raises(ChangedMeanwhile):
        looking.write(number, seen=1)
    looking.write(number)
    with pytest.raises(ChangedMeanwhile):
        looking.write(number, "niet", "Ik was eerst.")

    measurements.go_to(session, looking.measurement, "rapport_vast", looking.bench.by("one", 6))
    with pytest.raises(Refused, match="staat vast"):
        looking.write(number, "niet", "Te laat.", seen=1)


def test_what_an_earlier_measurement_found_done_is_not_open_in_a_later_one(
    looking: Looking, session: Session
) -> None:
    number = looking.numbers["E-1"][0]
    looking.write(number)
    looking.write(looking.numbers["E-2"][0], "niet", "Nog niet.")
    later = factories.measurement(session, factories.tiny(), code="later", year=2016)

    found = {each.point.number: each for each in outcomes.asked(session, later)}

    assert (found["E-1"].outcome, found["E-1"].open) == (None, False)
    assert found["E-2"].open
    assert found["E-2"].before is not None
    assert found["E-2"].before.words == "Nog niet."
    assert "P-1" in found


# --- pages


def test_inspectors_see_what_shows_it_and_write_the_outcome(
    looking: Looking, client: Client, login: Login
) -> None:
    login("inspecteur")
    page = client.get(PAGE)

    assert page.text("h1") == "Wat is er van eerdere aanbevelingen geworden?"
    assert page.text(".rooms [aria-current]") == "Eerdere aanbevelingen"
    assert page.has("Nog vast te stellen: 4 van de 4.")
    assert page.has("Eén van de twee veiligheidsregio's betrekt de brandweer bij de plannen.")
    assert page.has("In de Eerder: 0 van de 2.")
    assert page.has("Antwoord: Ja. In de Eerder: Nee.")
    assert page.has("Maak een wet.")
    client.click("Vraag 2.1-01 bij E-1 Maak plannen met de brandweer")
    assert client.page.text("h1") == "Vraag 2.1-01"

    client.get(PAGE)
    client.click("E-1 Maak plannen met de brandweer")
    client.submit(button="Uitkomst bewaren", status=422)
    assert client.page.has("Kies wat er van het punt is geworden.")
    assert client.page.has("Schrijf op waaruit dat blijkt.")
    client.submit({"verdict": "deels", "words": "Eén regio."}, button="Uitkomst bewaren")
    assert client.page.has("De uitkomst van ‘E-1 Maak plannen met de brandweer’ is bewaard.")
    assert client.page.has("Deels uitgevoerd")
    assert client.page.has("Nog vast te stellen: 3 van de 4.")

    client.get(f"{PAGE}/{looking.numbers['E-2'][0]}")
    assert client.page.has("Geen vraag laat dit zien")
    client.get(f"{PAGE}/{looking.numbers['P-1'][0]}", status=404)


def test_a_colleague_who_was_first_is_shown_beside_what_was_typed(
    looking: Looking, client: Client, login: Login, session: Session
) -> None:
    login("inspecteur")
    address = f"{PAGE}/{looking.numbers['E-1'][0]}"
    client.get(address)
    looking.write(looking.numbers["E-1"][0], "niet", "Niemand praat mee.")
    session.commit()
    client.submit({"verdict": "deels", "words": "Mijn eigen woorden."}, button="Uitkomst bewaren", status=409)

    assert client.page.has("Zo heeft uw collega het bewaard")
    assert client.page.has("Niemand praat mee.")
    assert "Mijn eigen woorden." in client.page.text("textarea")
    client.submit(button="Uitkomst bewaren")
    assert client.page.has("Mijn eigen woorden.")

    measurements.go_to(session, looking.measurement, "rapport_vast", looking.bench.by("one", 6))
    session.commit()
    assert client.get(address).has("De uitkomst kan niet meer wijzigen.")
    assert not client.page.all("textarea")


# --- reports


def test_the_national_report_tells_what_became_of_each_advice_and_names_no_unit(
    looking: Looking, session: Session
) -> None:
    empty = said(looking.report().document)
    looking.write(looking.numbers["E-1"][0], "deels", "Bij één.")
    strong, _ = looking.numbers["E-3"]
    looking.write(strong, "uitgevoerd", "Regio 1 heeft iemand.")

    found = looking.report()

    assert faults(found.document) == []
    assert "Er waren twee adviezen uit eerdere metingen. Bij twee moet nog worden vastgesteld" in empty
    assert section(found.document).title == "Opvolging van eerdere aanbevelingen"
    words = said(found.document)
    assert "Van de twee adviezen uit eerdere metingen is er één deels uitgevoerd." in words
    assert "Bij één moet nog worden vastgesteld wat ervan is geworden." in words
    assert "Van de twee adviezen aan afzonderlijke veiligheidsregio's is er één uitgevoerd." in words
    assert rows(found.document) == [
        (
            "E-1: Maak plannen met de brandweer.",
            "Eerder",
            TO_ALL,
            "Deels uitgevoerd. Bij één.",
            "2.1-01: Eén van de twee veiligheidsregio's betrekt de brandweer bij de plannen."
            " In de Eerder: 0 van de 2.",
        ),
        (
            "E-2: Wijs een contact aan.",
            "Eerder",
            "Defensie",
            "Nog niet vastgesteld",
            "Geen vraag in deze meting laat dit zien.",
        ),
        (
            "E-3: Vul de vacature.",
            "Eerder",
            "twee veiligheidsregio's",
            "Uitgevoerd: één; nog niet vastgesteld: één",
            "1.1-01: Hierover valt nog niets te tellen."
            " 1.1-01: Ja: 1; Nee: 1 (van de 2). Eerder: Nee: 2 (van de 2).",
        ),
        ("Maak een wet.", "Eerder", "de minister", "Staat niet in het register van de opvolging", "–"),
    ]
    assert "Regio 1" not in to_json(Document("", "", "", (), "", "", False, (section(found.document),)))
    assert '"verdict":"deels"' in basis(whole(session, looking.measurement), found)


def test_another_outcome_makes_a_written_passage_outdated_and_open_ones_are_pointed_out(
    looking: Looking, session: Session
) -> None:
    number = looking.numbers["E-1"][0]
    looking.write(number)
    before = looking.report()
    passage = before.standings["opvolging"].passage
    by = looking.bench.by("one", 7)
    report_texts.write(
        session,
        looking.measurement,
        "opvolging",
        "Er is één advies uitgevoerd.",
        grounds=passage.grounds,
        by=by,
        seen_version=0,
    )
    assert looking.report().standings["opvolging"].state == "geschreven"
    pointed = checks(whole(session, looking.measurement), looking.report())
    assert [each.text for each in pointed if each.kind == "opvolging"] == [
        "Opvolging van eerdere aanbevelingen: nog niet vastgesteld wat er is geworden van"
        " E-2 Wijs een contact aan; E-3 Vul de vacature."
    ]

    looking.write(number, "niet", "Toch niet.", seen=1)

    assert looking.report().standings["opvolging"].state == "verouderd"
    assert looking.report().facts["opvolging:niet"].n == 1


def test_a_unit_reads_of_its_own_points_and_of_those_to_all_what_may_be_told(
    looking: Looking, session: Session
) -> None:
    looking.write(looking.numbers["E-1"][0], "deels", "Bij één.")

    early, inspectors = looking.region("VR01"), looking.region("VR01", FOR_INSPECTORS)

    assert faults(inspectors) == []
    answer = "2.1-01 Wie praten mee over de plannen? De brandweer; De politie (2010: Niemand)."
    assert rows(inspectors) == [
        (
            "Maak plannen met de brandweer.",
            "Eerder",
            "Voor alle veiligheidsregio's. Proefmeting: deels uitgevoerd. Bij één.",
            answer,
        ),
        (
            "Vul de vacature.",
            "Eerder",
            "Voor Regio 1. Eigen opgave: nog niet gestart. Nog niet vastgesteld.",
            "1.1-01 Is er een vaste contactpersoon? Ja (2010: Nee).",
        ),
    ]
    assert rows(early)[0][2:] == ("Voor alle veiligheidsregio's. Nog niet vastgesteld.", answer)
    assert "Wijs een contact aan" not in to_json(inspectors)

    measurements.go_to(session, looking.measurement, "gepubliceerd", looking.bench.by("one", 8))
    assert "Proefmeting: deels uitgevoerd." in rows(looking.region("VR01"))[0][2]


# --- example data


def test_the_advices_of_the_example_name_questions_of_2013_and_become_points_with_their_outcomes(
    session: Session, world: World
) -> None:
    by = By.through(world.assignments["inspecteur"], AT)
    found = [instruments.load(path) for path in instruments.builtin()]
    for code, year in (("tussenmeting-2009", 2009), ("eindmeting-2013", 2013)):
        pinned = [each for each in found if each.version == f"{year}.1"]
        made = factories.measurement(session, *pinned, code=code, year=year, state="rapport_concept")
    for row in inspection().report.recommendations:
        recommending.add(session, made, recommending.Details(row.addressee, row.text, row.factor), by=by)

    ids = [point.id for point in fill(session, by)]

    told = points.listed(session, ids)
    assert [point.number for point in told] == [
        *(f"A09-{n}" for n in range(1, 8)),
        *(f"A13-{n}" for n in range(1, 7)),
    ]
    assert all(point.fictief for point in told)
    assert [point.number for point in told if point.recommendation_id] == ["A13-1", "A13-2", "A13-5"]
    verdicts = [row.verdict for number in ids for row in outcomes.of_points(session, ids)[number]]
    assert verdicts == ["uitgevoerd", "uitgevoerd", "niet", "uitgevoerd", "niet", "uitgevoerd", "deels"]
    back = outcomes.asked(session, made)
    assert [row.point.id for row in back] == ids[:7]
    assert [row.point.number for row in back if row.missing or row.unproven] == []
    later = factories.measurement(session, *pinned, code="later", year=2026)
    forward = outcomes.asked(session, later)
    assert [row.point.number for row in forward if row.missing or row.unproven] == []
    assert [row.point.number for row in forward if row.open][:3] == ["A09-3", "A09-5", "A09-7"]
