"""The verbs of judging: drafts, four eyes, motivations, answers that change, and the way of the dossier."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import judging
from surveys.answers import Content
from surveys.errors import (
    FourEyes,
    GroundsChanged,
    InvalidJudgement,
    JudgementStep,
    MeetlatError,
    NotAllJudged,
    NotAllowed,
    NotJudged,
    StaleJudgement,
    UnknownFactor,
)
from surveys.judging import About, Draft
from surveys.models import DossierTransition, Judgement, JudgementVersion, LogEntry
from tests.judge.conftest import Bench, advance, confirm, correct, write

OTHER = Draft("voldoet_deels", "De contactpersoon vertrekt volgende maand.", "Er is contact.")


def test_a_draft_keeps_what_was_written_and_what_the_answers_proposed(bench: Bench, session: Session) -> None:
    about = bench.about()
    row = write(session, about, bench.by("one"), OTHER)
    assert (row.state, row.level, row.proposal) == ("concept", "voldoet_deels", "voldoet")
    assert (row.motivation, row.finding) == (OTHER.motivation, OTHER.finding)
    assert row.basis == judging.ground(session, about).basis
    assert row.drafted_by_id == bench.inspectors["one"].person_id
    assert judging.ground(session, bench.about("VR02")).proposal == "voldoet_niet"


def test_the_same_text_twice_is_one_version(bench: Bench, session: Session) -> None:
    write(session, bench.about(), bench.by("one"), OTHER)
    row = write(session, bench.about(), bench.by("two"), OTHER)
    assert row.version == 1
    assert row.drafted_by_id == bench.inspectors["one"].person_id


def test_who_saw_an_older_version_is_told_of_both(bench: Bench, session: Session) -> None:
    about = bench.about()
    write(session, about, bench.by("one"), OTHER)
    basis = judging.ground(session, about).basis
    mine = Draft("voldoet", None, "Mijn tekst.")
    with pytest.raises(StaleJudgement) as refused:
        judging.save(session, about, mine, by=bench.by("two"), seen_version=0, seen_basis=basis)
    assert refused.value.mine == mine
    assert refused.value.theirs is not None
    assert refused.value.theirs.finding == OTHER.finding
    assert session.scalars(select(JudgementVersion)).one().step == "save"


def test_the_proposal_is_taken_over_in_one_go(bench: Bench, session: Session) -> None:
    row = write(session, bench.about(), bench.by("one"))
    assert (row.level, row.motivation) == ("voldoet", None)
    judging.offer(session, bench.about(), by=bench.by("one"), seen_version=1)
    assert row.state == "voorgelegd"


def test_without_a_proposal_there_is_nothing_to_take_over_and_a_level_needs_a_motivation(
    bench: Bench, session: Session
) -> None:
    about = bench.about()
    correct(session, about.dossier, "1.1-02", Content(special="onbekend"), "Onbekend.", bench.by("one"))  # type: ignore[arg-type]
    correct(session, about.dossier, "1.1-03", Content(special="onbekend"), "Onbekend.", bench.by("one"))  # type: ignore[arg-type]
    assert judging.ground(session, about).proposal is None
    with pytest.raises(InvalidJudgement) as refused:
        write(session, about, bench.by("one"))
    assert refused.value.part == "level"
    row = write(session, about, bench.by("one"), Draft("voldoet"))
    with pytest.raises(InvalidJudgement) as refused:
        judging.offer(session, about, by=bench.by("one"), seen_version=row.version)
    assert refused.value.part == "motivation"


@pytest.mark.parametrize(
    ("draft", "part"),
    [(Draft(None, "Geen niveau."), "level"), (Draft("voldoet_niet", "  "), "motivation")],
)
def test_what_is_offered_has_a_level_and_a_motivation_where_it_differs(
    bench: Bench, session: Session, draft: Draft, part: str
) -> None:
    row = write(session, bench.about(), bench.by("one"), draft)
    with pytest.raises(InvalidJudgement) as refused:
        judging.offer(session, bench.about(), by=bench.by("one"), seen_version=row.version)
    assert refused.value.part == part
    assert row.state == "concept"


def test_a_level_must_be_one_of_the_questionnaire_and_a_text_must_fit(bench: Bench, session: Session) -> None:
    with pytest.raises(InvalidJudgement):
        write(session, bench.about(), bench.by("one"), Draft("uitstekend"))
    with pytest.raises(InvalidJudgement) as refused:
        write(session, bench.about(), bench.by("one"), Draft("voldoet", finding="x" * 10_001))
    assert refused.value.part == "finding"
    with pytest.raises(UnknownFactor):
        write(session, bench.about(factor="9.9"), bench.by("one"), OTHER)


def test_who_wrote_it_neither_confirms_nor_gives_it_back(bench: Bench, session: Session) -> None:
    about = bench.about()
    row = write(session, about, bench.by("one"), OTHER)
    judging.offer(session, about, by=bench.by("one"), seen_version=1)
    with pytest.raises(FourEyes):
        judging.confirm(session, about, by=bench.by("one"), seen_version=2, seen_basis=row.basis)
    with pytest.raises(FourEyes):
        judging.give_back(session, about, "Anders.", by=bench.by("one"), seen_version=2)
    assert row.state == "voorgelegd"
    judging.confirm(session, about, by=bench.by("two"), seen_version=2, seen_basis=row.basis)
    assert (row.state, row.confirmed_by_id) == ("vastgesteld", bench.inspectors["two"].person_id)


def test_where_the_measurement_asks_for_it_the_second_is_of_another_organisation(
    bench: Bench, session: Session
) -> None:
    bench.world.measurement.two_organisations = True
    about = bench.about()
    row = write(session, about, bench.by("one"), OTHER)
    judging.offer(session, about, by=bench.by("one"), seen_version=1)
    with pytest.raises(FourEyes) as refused:
        judging.confirm(session, about, by=bench.by("two"), seen_version=2, seen_basis=row.basis)
    assert refused.value.organisation
    judging.confirm(session, about, by=bench.by("afd"), seen_version=2, seen_basis=row.basis)
    assert row.state == "vastgesteld"


def test_what_is_given_back_stays_so_until_it_is_offered_again(bench: Bench, session: Session) -> None:
    about = bench.about()
    write(session, about, bench.by("one"), OTHER)
    judging.offer(session, about, by=bench.by("one"), seen_version=1)
    with pytest.raises(InvalidJudgement) as refused:
        judging.give_back(session, about, " ", by=bench.by("two"), seen_version=2)
    assert refused.value.part == "remark"
    row = judging.give_back(session, about, "Noem het aantal dagen.", by=bench.by("two"), seen_version=2)
    assert (row.state, row.versions[-1].remark) == ("terug", "Noem het aantal dagen.")
    write(session, about, bench.by("one"), Draft("voldoet", None, "Drie dagen per week."))
    assert row.state == "terug"
    judging.offer(session, about, by=bench.by("one"), seen_version=row.version)
    assert row.state == "voorgelegd"


def test_a_change_takes_an_offer_back_and_makes_a_new_writer(bench: Bench, session: Session) -> None:
    about = bench.about()
    write(session, about, bench.by("one"), OTHER)
    judging.offer(session, about, by=bench.by("one"), seen_version=1)
    row = write(session, about, bench.by("two"), Draft("voldoet", None, "Ik zie het zo."))
    assert (row.state, row.drafted_by_id) == ("concept", bench.inspectors["two"].person_id)
    judging.offer(session, about, by=bench.by("one"), seen_version=row.version)
    with pytest.raises(FourEyes):
        judging.confirm(session, about, by=bench.by("two"), seen_version=4, seen_basis=row.basis)


def test_what_is_confirmed_changes_only_after_it_is_reopened_with_a_reason(
    bench: Bench, session: Session
) -> None:
    about = bench.about()
    row = confirm(session, about, bench.by("one"), bench.by("two"))
    with pytest.raises(JudgementStep):
        write(session, about, bench.by("one"), OTHER)
    with pytest.raises(InvalidJudgement):
        judging.reopen(session, about, "", by=bench.by("one"), seen_version=row.version)
    judging.reopen(session, about, "Nieuw feit.", by=bench.by("one"), seen_version=row.version)
    assert (row.state, row.confirmed_by_id, row.confirmed_at) == ("concept", None, None)
    write(session, about, bench.by("one"), OTHER)
    assert [step.step for step in row.versions] == ["save", "offer", "confirm", "reopen", "save"]


def test_answers_that_changed_ask_for_an_explicit_look(bench: Bench, session: Session) -> None:
    about = bench.about()
    row = write(session, about, bench.by("one"))
    judging.offer(session, about, by=bench.by("one"), seen_version=1)
    old = row.basis
    correct(session, about.dossier, "1.1-02", Content(4), "Uit het gesprek.", bench.by("two"))  # type: ignore[arg-type]
    now = judging.ground(session, about)
    assert judging.changed_since(row, now) == ("1.1-02",)
    for basis, looked in ((old, False), (old, True), (now.basis, False)):
        with pytest.raises(GroundsChanged):
            judging.confirm(
                session, about, by=bench.by("two"), seen_version=2, seen_basis=basis, looked=looked
            )
    judging.confirm(session, about, by=bench.by("two"), seen_version=2, seen_basis=now.basis, looked=True)
    assert (row.state, row.basis) == ("vastgesteld", now.basis)
    assert judging.changed_since(row, now) == ()


def test_a_confirmed_judgement_is_held_against_what_the_answers_propose_by_then(
    bench: Bench, session: Session
) -> None:
    about = bench.about()
    row = write(session, about, bench.by("one"))
    judging.offer(session, about, by=bench.by("one"), seen_version=1)
    correct(session, about.dossier, "1.1-01", Content("nee", note="Vertrokken."), "Gesprek.", bench.by("two"))  # type: ignore[arg-type]
    now = judging.ground(session, about)
    assert now.proposal != row.level
    with pytest.raises(InvalidJudgement) as refused:
        judging.confirm(session, about, by=bench.by("two"), seen_version=2, seen_basis=now.basis, looked=True)
    assert refused.value.part == "motivation"
    assert (row.state, row.proposal) == ("voorgelegd", "voldoet")


def test_a_draft_on_answers_that_were_not_on_the_page_is_refused(bench: Bench, session: Session) -> None:
    about = bench.about()
    basis = judging.ground(session, about).basis
    correct(session, about.dossier, "1.1-02", Content(4), "Uit het gesprek.", bench.by("two"))  # type: ignore[arg-type]
    with pytest.raises(GroundsChanged):
        judging.save(session, about, OTHER, by=bench.by("one"), seen_version=0, seen_basis=basis)
    assert judging.current(session, about) is None


def test_a_reading_gives_the_same_ground_until_an_answer_changes(bench: Bench, session: Session) -> None:
    about = bench.about("VR02")
    country = About(about.measurement, None, about.factor)
    assert about.dossier is not None
    for each, reading in (
        (about, judging.read(session, about.measurement, about.dossier)),
        (country, judging.read(session, about.measurement, None)),
    ):
        # a level that no answers give tells that the reading was taken
        told = judging.Reading({about.factor: "verzonnen"}, reading.versions)
        now = judging.ground(session, each)
        assert judging.ground(session, each, reading) == now
        assert judging.ground(session, each, told).proposal == "verzonnen"
        assert judging.ground(session, each, told).basis == now.basis
    old = judging.read(session, about.measurement, about.dossier)
    told = judging.Reading({about.factor: "verzonnen"}, old.versions)
    correct(session, about.dossier, "1.1-02", Content(4), "Bij het bezoek gezien.", bench.by("two"))
    assert judging.ground(session, about, told) == judging.ground(session, about)
    assert judging.ground(session, about, told).proposal != "verzonnen"


def test_drafts_begin_at_the_visit_and_confirming_waits_for_the_verification(
    bench: Bench, session: Session
) -> None:
    dossier = bench.world.dossiers["VR01"]
    dossier.state = "in_analyse"
    session.flush()
    with pytest.raises(NotJudged):
        write(session, bench.about(), bench.by("one"), OTHER)
    advance(session, dossier, bench.by("one"), "bezocht")
    row = write(session, bench.about(), bench.by("one"), OTHER)
    with pytest.raises(NotJudged):
        judging.offer(session, bench.about(), by=bench.by("one"), seen_version=row.version)
    advance(session, dossier, bench.by("one"))
    judging.offer(session, bench.about(), by=bench.by("one"), seen_version=row.version)


def test_a_dossier_is_judged_when_every_factor_is_and_goes_back_when_one_is_reopened(
    bench: Bench, session: Session
) -> None:
    dossier = bench.world.dossiers["VR01"]
    row = confirm(session, bench.about(), bench.by("one"), bench.by("two"))
    with pytest.raises(NotAllJudged) as refused:
        judging.finish(session, dossier, by=bench.by("one"))
    assert refused.value.factors == ("2.1",)
    confirm(session, bench.about(factor="2.1"), bench.by("two"), bench.by("one"))
    judging.finish(session, dossier, by=bench.by("one"))
    assert dossier.state == "beoordeeld"
    with pytest.raises(NotJudged):
        write(session, bench.about(), bench.by("one"), OTHER)
    judging.reopen(session, bench.about(), "Nieuw feit.", by=bench.by("one"), seen_version=row.version)
    assert dossier.state == "geverifieerd"
    last = session.scalars(select(DossierTransition).order_by(DossierTransition.id.desc())).first()
    assert last is not None
    assert (last.to_state, last.reason) == ("geverifieerd", "Nieuw feit.")


def test_a_judgement_on_answers_that_changed_since_is_in_the_way(bench: Bench, session: Session) -> None:
    dossier = bench.world.dossiers["VR01"]
    for factor in ("1.1", "2.1"):
        confirm(session, bench.about(factor=factor), bench.by("one"), bench.by("two"))
    assert judging.unjudged(session, dossier) == ()
    correct(session, dossier, "2.1-01", Content(["niemand"]), "Uit het gesprek.", bench.by("one"))
    assert judging.unjudged(session, dossier) == ("2.1",)


def test_the_country_goes_the_same_way(bench: Bench, session: Session) -> None:
    measurement = bench.world.measurement
    about = About(measurement, None, "1.1")
    with pytest.raises(NotJudged):
        write(session, about, bench.by("one"), Draft("voldoet_deels", "Half."))
    measurement.state = "bezoeken"
    session.flush()
    row = write(session, about, bench.by("one"), Draft("voldoet_deels", "Half.", "Conclusie.", "Let op."))
    assert (row.dossier_id, row.attention) == (None, "Let op.")
    with pytest.raises(NotJudged):
        judging.offer(session, about, by=bench.by("one"), seen_version=1)
    measurement.state = "landelijk_beeld"
    session.flush()
    judging.offer(session, about, by=bench.by("one"), seen_version=1)
    correct(session, bench.world.dossiers["VR02"], "1.1-03", Content("vast"), "Gesprek.", bench.by("one"))
    now = judging.ground(session, about)
    assert judging.changed_since(row, now) == ("VR02 1.1-03",)
    judging.confirm(session, about, by=bench.by("afd"), seen_version=2, seen_basis=now.basis, looked=True)
    assert row.state == "vastgesteld"


def test_only_inspectors_judge(bench: Bench, session: Session) -> None:
    for who in ("ovr.vr01", "beheerder"):
        from surveys.acting import By

        with pytest.raises(NotAllowed):
            write(session, bench.about(), By.through(bench.world.assignments[who]), OTHER)


def test_every_step_is_a_version_and_a_line_in_the_log_without_a_text(bench: Bench, session: Session) -> None:
    row = confirm(session, bench.about(), bench.by("one"), bench.by("two"), OTHER)
    judging.reopen(session, bench.about(), "Nieuw feit.", by=bench.by("one"), seen_version=row.version)
    lines = session.scalars(
        select(LogEntry).where(LogEntry.subject == "judgement").order_by(LogEntry.id)
    ).all()
    assert [line.action for line in lines] == [f"judgement.{step.step}" for step in row.versions]
    assert [line.detail["version"] for line in lines] == [1, 2, 3, 4]
    assert not any(
        text in str(line.detail) for line in lines for text in ("vertrekt", "contact", "Nieuw feit")
    )


LIKELY: dict[str | None, tuple[str, ...]] = {
    None: ("take", "save", "take", "offer", "confirm"),
    "concept": ("offer", "offer", "save", "take", "confirm", "correct"),
    "voorgelegd": ("confirm", "confirm", "return", "save", "offer", "correct"),
    "terug": ("offer", "save", "take", "confirm", "offer"),
    "vastgesteld": ("reopen", "save", "confirm", "correct", "return", "reopen"),
}
"""What is tried from each state: mostly what can be done, so that all states are reached."""
STEPS = st.tuples(
    st.sampled_from(["one", "two", "afd"]),
    st.integers(0, 29),
    st.sampled_from(["voldoet", "voldoet_deels", "voldoet_niet", None]),
    st.sampled_from(["Omdat het zo is.", None]),
)


@given(st.booleans(), st.lists(STEPS, min_size=8, max_size=16))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_three_inspectors_do_four_eyes_hold_and_a_difference_has_its_motivation(
    bench: Bench, session: Session, two_organisations: bool, steps: list[tuple[str, int, str, str]]
) -> None:
    about = bench.about()
    assert about.dossier is not None
    around = session.begin_nested()
    about.measurement.two_organisations = two_organisations
    for number, (who, choice, level, motivation) in enumerate(steps):
        by = bench.by(who, number)
        row = judging.current(session, about)
        likely = LIKELY[row.state if row else None]
        step = likely[choice % len(likely)]
        seen = row.version if row else 0
        before = (row.version, row.level, row.proposal) if row else None
        try:
            with session.begin_nested():
                if step == "save":
                    write(session, about, by, Draft(level, motivation))
                elif step == "take":
                    write(session, about, by)
                elif step == "offer":
                    judging.offer(session, about, by=by, seen_version=seen)
                elif step == "return":
                    judging.give_back(session, about, "Anders.", by=by, seen_version=seen)
                elif step == "reopen":
                    judging.reopen(session, about, "Nieuw.", by=by, seen_version=seen)
                elif step == "correct":
                    other = Content(number % 5) if number % 2 else Content(special="onbekend")
                    correct(session, about.dossier, "1.1-02", other, "Gesprek.", by)
                else:
                    basis = judging.ground(session, about).basis
                    judging.confirm(
                        session, about, by=by, seen_version=seen, seen_basis=basis, looked=bool(motivation)
                    )
        except MeetlatError:
            with suppress(AttributeError):
                row = judging.current(session, about)
                assert row is None or (row.version, row.level, row.proposal) == before
        _holds(session, about, two_organisations)
    around.rollback()
    session.expire_all()


def _holds(session: Session, about: About, two_organisations: bool) -> None:
    row = session.scalar(select(Judgement).execution_options(populate_existing=True))
    if row is None:
        return
    writer = None
    for version in row.versions:
        content = version.content
        if version.step == "save":
            writer = version.person_id
        if version.state in {"voorgelegd", "vastgesteld"}:
            assert content["level"] is not None
            assert content["motivation"] or content["level"] == content["proposal"]
        if version.step == "confirm":
            assert version.person_id != writer
    assert [version.version for version in row.versions] == list(range(1, row.version + 1))
    if row.state == "vastgesteld":
        assert row.confirmed_by_id != row.drafted_by_id
        assert row.basis == row.versions[-1].content["basis"]
        if two_organisations:
            held = [
                session.get_one(type(row.drafted_as), each)
                for each in (row.drafted_as_id, row.confirmed_as_id)
            ]
            assert held[0].organisation_id != held[1].organisation_id
