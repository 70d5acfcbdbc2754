"""How points stand: both sides beside each other, what counts, what units report, confirming it once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from surveys import evidence
from surveys.acting import By
from surveys.errors import FileRefused, NotAllowed, Refused
from surveys.filestore import Folder
from surveys.follow_up import registering, standing
from surveys.follow_up.standing import AlreadyJudged, Evidence, Standing
from surveys.models import LogEntry, StoredFile
from tests.follow_up.conftest import AT, acting
from tests.support import files

DAY = AT.date()


@pytest.fixture
def store(tmp_path):
    return Folder(tmp_path / "files")


@pytest.fixture
def point(make_point, world):
    """A point of the first region."""
    return make_point("Oefen met Defensie", unit_id=world.units["VR01"].id)


@pytest.fixture
def say(session, world):
    """Write something down about a point."""

    def write(
        number, party="eigen", status="onderhanden", words=None, name="Defensie", on=DAY, who="inspecteur"
    ):
        return standing.say(session, number, party, status, words, name, on, by=acting(world, who))

    return write


@pytest.fixture
def report(session, world, store):
    """Report something for the first region."""

    def send(number, status="onderhanden", words="Er is geoefend.", uploads=(), *, who="ovr.vr01", **more):
        at = more.pop("at", AT)
        unit = world.units[more.pop("unit", "VR01")]
        by = acting(world, who, at)
        return standing.report(session, unit, number, status, words, uploads, store=store, by=by, **more)

    return send


def of(session, number) -> Standing:
    return standing.of_points(session, [number])[number]


def upload(words="Verslag", title="", name="verslag.pdf"):
    return Evidence(title, evidence.look_at(name, files.pdf(words), largest=10**6))


def test_the_two_sides_stand_beside_each_other_and_a_difference_is_said(session, point, say) -> None:
    assert of(session, point.id) == Standing()
    assert (of(session, point.id).label, of(session, point.id).differs) == ("Nog niet gestart", False)
    say(point.id)
    assert not of(session, point.id).differs
    say(point.id, "toezicht", "niet_vast_te_stellen", "Geen stukken.", "de IVD")
    found = of(session, point.id)
    assert (found.own.said_by, found.supervisor.label) == ("Defensie", "Niet vast te stellen")
    assert found.difference == "Volgens Defensie: Onderhanden. Volgens de IVD: niet vast te stellen."
    say(point.id, "toezicht", "onderhanden", name="de IVD")
    assert of(session, point.id).difference is None
    assert [each.status for each in of(session, point.id).history] == [
        "onderhanden",
        "niet_vast_te_stellen",
        "onderhanden",
    ]


def test_a_supervisor_who_speaks_first_differs_from_what_was_never_begun(session, point, say) -> None:
    say(point.id, "toezicht", "afgerond", name="de visitatiecommissie")
    assert of(session, point.id).difference == (
        "Er is nog niets gemeld. Volgens de visitatiecommissie: afgerond."
    )


def test_what_was_said_last_counts_and_not_what_was_written_down_last(session, point, say) -> None:
    say(point.id, status="afgerond", on=DAY)
    say(point.id, status="onderhanden", on=DAY - timedelta(days=400))
    assert of(session, point.id).status == "afgerond"
    say(point.id, status="onderhanden", on=DAY)
    assert of(session, point.id).status == "onderhanden", "on one day the last that was written counts"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"party": "iedereen"}, "Kies wie dit zegt"),
        ({"status": "klaar"}, "Kies een stand"),
        ({"status": "niet_vast_te_stellen"}, "alleen een toezichthouder"),
        ({"name": "  "}, "wie dit zegt"),
        ({"on": DAY + timedelta(days=1)}, "in de toekomst"),
        ({"words": "x" * 10_001}, "10000 tekens"),
    ],
)
def test_what_can_not_be_said_is_refused(session, point, say, given, words) -> None:
    with pytest.raises(Refused, match=words):
        say(point.id, **given)
    assert of(session, point.id) == Standing()


def test_only_inspectors_write_down_how_a_point_stands(session, point, say, world) -> None:
    for who in ("ovr.vr01", "beheerder"):
        with pytest.raises(NotAllowed):
            say(point.id, who=who)


def test_a_report_counts_at_once_also_when_it_is_so_since_long(session, point, say, report) -> None:
    say(point.id, on=DAY - timedelta(days=1))
    report(point.id, "afgerond", "Alles is geoefend.", since=DAY - timedelta(days=90))
    found = of(session, point.id)
    assert (found.own.label, found.own.said_by, found.own.verdict_label) == (
        "Afgerond",
        "Regio 1",
        "Wacht op oordeel",
    )
    assert found.own.said_on == DAY - timedelta(days=90)
    assert [each.status for each in found.unconfirmed] == ["afgerond"]
    say(point.id, status="onderhanden", on=DAY)
    assert of(session, point.id).own.unit is None


def test_a_unit_reports_on_its_own_points_alone(session, point, make_point, report, world) -> None:
    measure = make_point("Maak een rooster", kind="maatregel", parent_id=point.id)
    theirs = make_point("Iets anders", kind="maatregel", parent_id=point.id, unit_id=world.units["VR02"].id)
    country = make_point("Voor het land")
    assert report(measure.id).said_by == "Regio 1"
    for number, who, unit in (
        (theirs.id, "ovr.vr01", "VR01"),
        (country.id, "ovr.vr01", "VR01"),
        (point.id, "ovr.vr01", "VR02"),
        (point.id, "waarnemer.vr01", "VR01"),
        (point.id, "inspecteur", "VR01"),
        (point.id, "rmc.noord", "RMC-NOORD"),
    ):
        with pytest.raises(NotAllowed):
            report(number, who=who, unit=unit)
    assert [each.id for each in standing.of_unit(session, world.units["VR01"].id)] == [point.id, measure.id]
    assert [each.id for each in standing.of_unit(session, world.units["VR02"].id)] == [theirs.id]


def test_what_can_not_be_reported_is_refused(session, point, report, world) -> None:
    for given, words in (
        ({"status": "geschrapt"}, "Kies een stand"),
        ({"words": " \n "}, "wat er is gedaan"),
        ({"since": DAY + timedelta(days=1)}, "toekomst"),
    ):
        with pytest.raises(Refused, match=words):
            report(point.id, **given)
    for uploads, words in (
        ([upload(str(n)) for n in range(6)], "5 bestanden"),
        ([upload(), upload(title="Nog eens")], "twee keer"),
        ([upload(title="x" * 301)], "titel"),
    ):
        with pytest.raises(FileRefused, match=words), session.begin_nested():
            report(point.id, uploads=uploads)
    point.closed_on, point.closed_as = DAY, "afgesloten"
    session.commit()
    with pytest.raises(Refused, match="afgesloten"):
        report(point.id)
    with pytest.raises(Refused, match="afgesloten"):
        standing.say(session, point.id, "eigen", "onderhanden", None, "Regio 1", DAY, by=acting(world))
    assert of(session, point.id) == Standing()


def test_files_are_kept_for_as_long_as_a_report_names_them(session, point, report, store) -> None:
    row = report(point.id, uploads=[upload(title="Ons  verslag"), upload("Foto’s", name="foto.PDF")])
    session.commit()
    lost = evidence.kept(session, store, upload("Van niemand").upload, By.system(AT))
    assert evidence.sweep(session, store) == 1
    session.commit()
    left = {row.sha256 for row in session.scalars(select(StoredFile))}
    assert left == set(store.names())
    assert len(left) == 2
    assert lost.sha256 not in left
    first, second = of(session, point.id).own.files
    assert [(each.title, each.filename, each.kind) for each in (first, second)] == [
        ("Ons verslag", "verslag.pdf", "PDF"),
        ("foto", "foto.pdf", "PDF"),
    ]
    found, kind, content = standing.download(session, store, point.id, first.id)
    assert (found.filename, kind.media_type, content) == (
        "verslag.pdf",
        "application/pdf",
        files.pdf("Verslag"),
    )
    assert standing.reported(session, row.id).files == (first, second)


def test_a_file_belongs_to_its_point(session, point, make_point, report, store) -> None:
    report(point.id, uploads=[upload()])
    other = make_point("Een ander punt")
    with pytest.raises(KeyError):
        standing.download(session, store, other.id, of(session, point.id).own.files[0].id)


def test_a_report_is_confirmed_or_not_once(session, point, report, world) -> None:
    first, second = report(point.id), report(point.id, "afgerond", at=AT + timedelta(days=1))
    assert [each.id for each in standing.unjudged(session)] == [first.id, second.id]
    with pytest.raises(Refused, match="waarom"):
        standing.judge(session, first.id, "niet_bevestigd", " ", by=acting(world))
    with pytest.raises(Refused, match="Kies"):
        standing.judge(session, first.id, "misschien", "Tja.", by=acting(world))
    with pytest.raises(NotAllowed):
        standing.judge(session, first.id, "bevestigd", None, by=acting(world, "ovr.vr01"))
    standing.judge(session, first.id, "niet_bevestigd", "Wij zagen geen rooster.", by=acting(world))
    with pytest.raises(AlreadyJudged):
        standing.judge(session, first.id, "bevestigd", None, by=acting(world))
    verdict = of(session, point.id).history[1].verdict
    assert (verdict.label, verdict.words, verdict.confirmed) == (
        "Niet bevestigd",
        "Wij zagen geen rooster.",
        False,
    )
    assert [each.id for each in standing.unjudged(session)] == [second.id]
    registering.remove(session, point.id, by=acting(world), seen_version=point.version)
    assert standing.unjudged(session) == []


def test_what_inspectors_wrote_down_themselves_is_not_judged(session, point, say, world) -> None:
    row = say(point.id)
    assert standing.reported(session, row.id) is None
    with pytest.raises(Refused, match="er niet"):
        standing.judge(session, row.id, "bevestigd", None, by=acting(world))


def test_the_log_has_who_did_what_and_no_words(session, point, say, report, world) -> None:
    say(point.id, words="Geheim een.", name="Geheim twee")
    row = report(point.id, words="Geheim drie.", uploads=[upload(title="Geheim vier")])
    standing.judge(session, row.id, "bevestigd", "Geheim vijf.", by=acting(world))
    session.flush()
    lines = session.scalars(
        select(LogEntry).where(LogEntry.subject_id == point.id, LogEntry.subject == "point")
    )
    found = {each.action: (each.person_id, each.detail) for each in lines}
    inspector, officer = world.person("inspecteur").id, world.person("ovr.vr01").id
    assert found["point.say"][0] == inspector
    assert found["point.report"] == (
        officer,
        {"status": row.id, "said": "onderhanden", "unit": world.units["VR01"].id, "files": 1},
    )
    assert found["point.judge"] == (inspector, {"status": row.id, "verdict": "bevestigd"})
    assert "Geheim" not in str(found)


def test_no_points_need_nothing(session) -> None:
    assert standing.of_points(session, []) == {}
