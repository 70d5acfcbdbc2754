"""National judgements: what they rest on, four eyes, what changed since, and the step that waits for them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import dossiers, instruments, judging, measurements, running
from surveys.acting import By
from surveys.answers import Content
from surveys.errors import FourEyes, GroundsChanged, InvalidJudgement, NotAllowed, NotJudged, Refused
from surveys.instruments import pairs
from surveys.instruments.pairs import Pair
from surveys.judged import Viewer
from surveys.judging import About, Draft
from surveys.models import Interview, LogEntry, Passage, Source
from surveys.reports import country
from surveys.reports.country import Country, CountrySheet
from surveys.sources import cite
from tests import factories, filled
from tests.judge.conftest import Bench, advance, confirm, correct, write

BOTH = Pair("klein-veiligheidsregio", "klein-rmc", (), ("1.1",))


def about(bench: Bench, factor: str = "1.1") -> About:
    return About(bench.world.measurement, None, factor)


def at(session: Session, bench: Bench, state: str = "landelijk_beeld") -> None:
    measurements.go_to(session, bench.world.measurement, state, bench.by("one"))


def looks(bench: Bench, who: str = "one") -> Viewer:
    held = bench.inspectors[who]
    return Viewer(held.person_id, held.organisation_id)


def read(session: Session, bench: Bench, **asked: object) -> Country:
    return country.country(session, bench.world.measurement, looks(bench), **asked)  # type: ignore[arg-type]


def sheet(session: Session, bench: Bench, factor: str = "1.1", who: str = "one") -> CountrySheet:
    return country.sheet(session, about(bench, factor), looks(bench, who))


@pytest.fixture
def on_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny questionnaires have a factor that is judged on both."""
    monkeypatch.setattr(pairs, "builtin", lambda: (BOTH,))


def test_which_factors_rest_on_both_is_told_beside_the_questionnaires() -> None:
    found = {instruments.load(path).code for path in instruments.builtin()}
    assert pairs.judged_on_both(found) == {"3.1", "3.2"}
    assert pairs.judged_on_both(["icms-veiligheidsregio"]) == frozenset()
    lacking = Pair("klein-veiligheidsregio", "klein-rmc", (), ("9.9",))
    assert pairs.misfits(lacking, factories.tiny(), factories.tiny("rmc")) == [
        "judged_on_both: factor 9.9 staat niet in klein-veiligheidsregio",
        "judged_on_both: factor 9.9 staat niet in klein-rmc",
    ]


def test_the_list_has_the_proposal_with_its_grounds_and_how_many_are_sure(
    bench: Bench, session: Session
) -> None:
    found = read(session, bench)
    assert [row.factor.code for row in found.rows] == ["1.1", "2.1"]
    regions, commanders = found.counted
    assert (regions.submitted, regions.verified, regions.judged, regions.total) == (2, 2, 0, 2)
    assert (commanders.submitted, commanders.total) == (0, 1)
    first = found.rows[0]
    assert (first.theme, first.commanders, first.on_both, first.state) == ("Bekendheid", None, False, "geen")
    assert (first.proposal.failing.n, first.proposal.failing.of, first.musts_met) == (1, 2, 0)
    assert [each.question.code for each in first.attention] == ["1.1-01", "1.1-03"]
    filled.submit(session, bench.world.dossiers["RMC-NOORD"], filled.STRONG)
    again = read(session, bench)
    assert again.counted[1].submitted == 1
    assert again.rows[0].commanders is not None
    assert again.rows[0].commanders.code == "voldoet"


def test_the_list_is_narrowed_and_sorted(bench: Bench, session: Session) -> None:
    at(session, bench)
    row = write(session, about(bench, "2.1"), bench.by("two"))
    judging.offer(session, about(bench, "2.1"), by=bench.by("two"), seen_version=row.version)
    found = read(session, bench)
    assert (found.states["voorgelegd"], found.states["geen"], found.waits, found.total) == (1, 1, 1, 2)
    codes = lambda **asked: [each.factor.code for each in read(session, bench, **asked).rows]  # noqa: E731
    assert codes(state="geen") == ["1.1"]
    assert codes(waiting=True) == ["2.1"]
    assert codes(sort="stand", down=True) == ["2.1", "1.1"]
    assert codes(down=True) == ["2.1", "1.1"]
    assert codes(state="verzonnen", sort="verzonnen") == ["1.1", "2.1"]


def test_a_draft_can_be_written_from_the_visits_on_and_confirmed_at_the_national_picture(
    bench: Bench, session: Session
) -> None:
    with pytest.raises(NotJudged, match="vanaf de bezoeken"):
        write(session, about(bench), bench.by("one"))
    at(session, bench, "bezoeken")
    row = write(session, about(bench), bench.by("one"))
    with pytest.raises(NotJudged, match="landelijk beeld"):
        judging.offer(session, about(bench), by=bench.by("one"), seen_version=row.version)
    at(session, bench)
    row = confirm(session, about(bench), bench.by("one"), bench.by("two"))
    assert (row.state, row.dossier_id) == ("vastgesteld", None)
    assert {code: each.level.code for code, each in confirmed(session, bench).items() if each.level} == {
        "1.1": "voldoet_deels"
    }
    told = session.scalars(select(LogEntry).where(LogEntry.action == "judgement.confirm")).one()
    assert told.detail["measurement"] == bench.world.measurement.id
    assert told.detail["factor"] == "1.1"


def confirmed(session: Session, bench: Bench) -> dict[str, country.Judged]:
    return country.confirmed(session, bench.world.measurement)


def test_another_level_needs_a_motivation_and_another_organisation_where_that_is_asked(
    bench: Bench, session: Session
) -> None:
    at(session, bench)
    bench.world.measurement.two_organisations = True
    row = write(session, about(bench), bench.by("one"), Draft("voldoet_niet"))
    with pytest.raises(InvalidJudgement):
        judging.offer(session, about(bench), by=bench.by("one"), seen_version=row.version)
    row = write(session, about(bench), bench.by("one"), Draft("voldoet_niet", "Eén van de twee niet."))
    judging.offer(session, about(bench), by=bench.by("one"), seen_version=row.version)
    seen = {"seen_version": row.version, "seen_basis": row.basis}
    for who in ("one", "two"):
        with pytest.raises(FourEyes):
            judging.confirm(session, about(bench), by=bench.by(who), **seen)  # type: ignore[arg-type]
    assert not sheet(session, bench, who="two").may_confirm
    assert sheet(session, bench, who="afd").may_confirm
    judging.confirm(session, about(bench), by=bench.by("afd"), **seen)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        judging.reopen(
            session,
            about(bench),
            "Toch.",
            by=By.through(bench.world.assignments["ovr.vr01"]),
            seen_version=row.version,
        )


def test_what_changed_since_the_judgement_is_told_by_unit(bench: Bench, session: Session) -> None:
    rmc = bench.world.dossiers["RMC-NOORD"]
    at(session, bench)
    row = write(session, about(bench), bench.by("one"))
    judging.offer(session, about(bench), by=bench.by("one"), seen_version=row.version)
    assert not sheet(session, bench).outdated
    correct(session, bench.world.dossiers["VR01"], "1.1-02", Content(4), "Gesprek.", bench.by("one"))
    correct(session, bench.world.dossiers["VR01"], "2.1-02", Content("2012-06-01"), "Ander.", bench.by("one"))
    at(session, bench, "bezoeken")
    filled.submit(session, rmc, filled.STRONG)
    at(session, bench)
    found = sheet(session, bench)
    assert found.outdated
    first, second = found.changed
    assert (first.unit.code, first.came, first.left) == ("RMC-NOORD", True, False)
    assert [(each.question.code, each.before, each.after, each.reason) for each in second.changes] == [
        ("1.1-02", "3 dagen per week", "4 dagen per week", "Gesprek.")
    ]
    seen = {"by": bench.by("two"), "seen_version": row.version, "seen_basis": found.ground.basis}
    with pytest.raises(GroundsChanged):
        judging.confirm(session, about(bench), **seen)  # type: ignore[arg-type]
    judging.confirm(session, about(bench), **seen, looked=True)  # type: ignore[arg-type]
    assert not sheet(session, bench).outdated
    assert not read(session, bench).rows[0].outdated


def test_a_unit_that_was_returned_counts_no_more(bench: Bench, session: Session) -> None:
    third = factories.dossier(session, bench.world.measurement, factories.region(session, 3))
    filled.submit(session, third, filled.STRONG)
    at(session, bench)
    write(session, about(bench), bench.by("one"))
    dossiers.move(session, third, "in_invulling", bench.by("one"), "Nog eens kijken.")
    (change,) = sheet(session, bench).changed
    assert (change.unit.code, change.came, change.left, change.changes) == ("VR03", False, True, ())


def test_the_fingerprints_of_all_factors_are_those_of_each(bench: Bench, session: Session) -> None:
    filled.submit(session, bench.world.dossiers["RMC-NOORD"], filled.UNSURE)
    bases = judging.country_bases(session, bench.world.measurement)
    assert list(bases) == ["1.1", "2.1"]
    for factor, basis in bases.items():
        assert basis == judging.ground(session, about(bench, factor)).basis


def test_the_levels_of_units_stand_computed_beside_judged(bench: Bench, session: Session) -> None:
    lower = Draft("voldoet_deels", "Zij vertrekt.", "Het contact loopt terug.")
    confirm(session, bench.about(), bench.by("one"), bench.by("two"), lower)
    found = sheet(session, bench)
    (regions, _) = found.sides
    shown = {group.mark.code: [unit.code for unit in group.units] for group in regions.picture.levels}
    assert (shown["voldoet"], shown["voldoet_niet"]) == (["VR01"], ["VR02"])
    judged = {group.mark.code: [unit.code for unit in group.units] for group in regions.judged}
    assert judged == {"voldoet": [], "voldoet_deels": ["VR01"], "voldoet_niet": []}
    assert [unit.code for unit in regions.unjudged] == ["VR02"]
    (finding,) = found.findings
    assert (finding.unit.code, finding.level.code, finding.name) == (
        "VR01",
        "voldoet_deels",
        "Inspecteur twee",
    )
    for asked, n in (("COMTACT", 0), ("CONTÁCT regio 1", 1), ("vr01 loopt", 1), ("", 1), ("vr02", 0)):
        assert len(country.narrowed(found.findings, asked)) == n, asked


@pytest.mark.usefixtures("on_both")
def test_where_both_count_the_commanders_points_of_attention_count_too(
    bench: Bench, session: Session
) -> None:
    filled.submit(session, bench.world.dossiers["RMC-NOORD"], filled.WEAK)
    found = sheet(session, bench)
    assert found.on_both
    assert [(side.unit_kind, each.question.code) for side, each in found.attention] == [
        ("veiligheidsregio", "1.1-01"),
        ("veiligheidsregio", "1.1-03"),
        ("rmc", "1.1-01"),
        ("rmc", "1.1-03"),
    ]
    assert found.sides[1].few
    assert len(read(session, bench).rows[0].attention) == 4
    other = sheet(session, bench, "2.1")
    assert not other.on_both
    assert {side.unit_kind for side, _ in other.attention} == {"veiligheidsregio"}


def test_conversations_without_a_questionnaire_sources_and_the_measurement_before_are_there(
    bench: Bench, session: Session
) -> None:
    by, measurement = bench.by("one"), bench.world.measurement
    who = {"person_id": by.person_id, "assignment_id": by.assignment_id, "at": by.at}
    talk = Interview(
        measurement_id=measurement.id, subject="Directie Beleid", kind="gesprek", held_on=date(2013, 4, 1),
        state="geverifieerd", version=1, **who,
    )  # fmt: skip
    visit = Interview(
        measurement_id=measurement.id, dossier_id=bench.world.dossiers["VR01"].id, kind="bezoek",
        held_on=date(2013, 4, 2), state="geverifieerd", version=1, **who,
    )  # fmt: skip
    source = Source(measurement_id=measurement.id, kind="defensie", title="Nota", version=1, **who)
    session.add_all([talk, visit, source])
    session.flush()
    for place, (interview, factor, text) in enumerate(
        [
            (talk, None, "Algemeen."),
            (talk, "1.1", "Over contact."),
            (talk, "2.1", "Anders."),
            (visit, "1.1", "Hier."),
        ]
    ):
        session.add(Passage(interview_id=interview.id, factor=factor, position=place, text=text, version=1))
    session.flush()
    cite(session, source, None, "1.1", "blz. 2", by=by)
    cite(session, source, bench.world.dossiers["VR01"], "1.1", by=by)
    earlier = factories.measurement(session, factories.tiny(version="1.0"), code="eerder", year=2009)
    unit = factories.dossier(session, earlier, bench.world.units["VR01"])
    filled.submit(session, unit, filled.STRONG)
    measurements.go_to(session, earlier, "landelijk_beeld", by)
    before = About(earlier, None, "1.1")
    confirm(session, before, by, bench.by("two"), Draft("voldoet", None, "Toen was het goed."))
    found = sheet(session, bench)
    assert [(each.subject, each.text, each.general) for each in found.talks] == [
        ("Directie Beleid", "Over contact.", False),
        ("Directie Beleid", "Algemeen.", True),
    ]
    assert [(each.title, each.page) for each in found.cited] == [("Nota", "blz. 2")]
    ((info, judged),) = found.previous
    assert (info.code, judged.finding) == ("eerder", "Toen was het goed.")
    (row, _) = read(session, bench).rows
    assert row.since is not None
    assert row.before is not None
    assert (row.since.code, row.before.code, sum(row.changes.values())) == ("eerder", "voldoet", 1)


def test_the_draft_report_waits_until_every_national_judgement_is_confirmed(
    bench: Bench, session: Session
) -> None:
    at(session, bench)
    measurement, by = bench.world.measurement, bench.by("one")
    confirm(session, about(bench), bench.by("one"), bench.by("two"))
    with pytest.raises(Refused, match=r"van nu, heeft factor 2\.1\."):
        running.take(session, measurement, "rapport_concept", by)
    confirm(session, about(bench, "2.1"), bench.by("one"), bench.by("two"))
    correct(session, bench.world.dossiers["VR01"], "1.1-02", Content(4), "Gesprek.", bench.by("one"))
    with pytest.raises(Refused, match=r"heeft factor 1\.1\."):
        running.take(session, measurement, "rapport_concept", by)
    row = judging.current(session, about(bench))
    assert row is not None
    judging.reopen(session, about(bench), "Nieuw feit.", by=by, seen_version=row.version)
    confirm(session, about(bench), bench.by("one"), bench.by("two"))
    running.take(session, measurement, "rapport_concept", by)
    judging.reopen(session, about(bench), "Toch niet.", by=by, seen_version=row.version)
    with pytest.raises(Refused, match="nog niet af"):
        running.take(session, measurement, "rapport_vast", by)


def test_advance_leaves_the_country_alone(bench: Bench, session: Session) -> None:
    for unit in ("VR01", "VR02"):
        for factor in ("1.1", "2.1"):
            confirm(session, bench.about(unit, factor), bench.by("one"), bench.by("two"))
        advance(session, bench.world.dossiers[unit], bench.by("one"), "beoordeeld")
    found = read(session, bench)
    assert (found.counted[0].verified, found.counted[0].judged) == (2, 2)
    assert found.states["geen"] == 2
