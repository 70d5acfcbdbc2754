"""Findings that are offered for wederhoor: what changes needs confirming again."""

from __future__ import annotations

import pytest

from surveys import judging, offering
from surveys.acting import now
from surveys.answers import Content
from surveys.errors import (
    FourEyes,
    GroundsChanged,
    InvalidReaction,
    NotAllowed,
    NotNow,
    Refused,
    StaleText,
)
from surveys.judging import About
from surveys.models import Reaction, Settlement
from tests.judge.conftest import correct
from tests.offered import FINDINGS, Offered

OVR, CONTACT, ONE, TWO = "ovr.vr01", "contactpersoon.vr01", "inspecteur", "inspecteur.twee"
BETTER = "De regio heeft twee vaste contactpersonen."


def settle(bench: Offered, reaction: Reaction, outcome: str, text: str = "") -> Settlement:
    seen = bench.version(reaction)
    return offering.settle(
        bench.session, reaction, outcome, "Daarom.", text, seen_version=seen, by=bench.by(ONE)
    )


def test_confirmed_findings_are_offered_without_their_level(bench: Offered) -> None:
    offer = bench.hearing()
    assert {each.factor: each.text for each in offer.texts} == FINDINGS
    assert all(each.judgement is not None and each.version == each.judgement.version for each in offer.texts)


def test_a_finding_that_no_second_inspector_confirmed_is_not_offered(bench: Offered) -> None:
    bench.judged()
    about = About.of(bench.dossier, "1.1")
    row = judging.current(bench.session, about)
    assert row is not None
    judging.reopen(bench.session, about, "Nog eens.", by=bench.by(ONE), seen_version=row.version)
    found, missing = offering.offerable(bench.session, bench.dossier)
    assert ([each.factor for each in found], missing) == (["2.1"], ["1.1"])
    offer = offering.offer_findings(bench.session, bench.dossier, bench.due, "", by=bench.by(ONE))
    assert [each.factor for each in offer.texts] == ["2.1"]


def test_findings_are_offered_once_at_a_time_when_the_dossier_is_that_far(bench: Offered) -> None:
    with pytest.raises(NotNow, match="geverifieerd of beoordeeld"):
        offering.offer_findings(bench.session, bench.dossier, bench.due, "", by=bench.by(ONE))
    offer = bench.hearing()
    with pytest.raises(NotNow, match="loopt al"):
        offering.offer_findings(bench.session, bench.dossier, bench.due, "", by=bench.by(TWO))
    offering.withdraw(bench.session, offer, "Te vroeg.", by=bench.by(ONE))
    offering.offer_findings(bench.session, bench.dossier, bench.due, "", by=bench.by(TWO))


def test_without_a_finding_there_is_nothing_to_offer(bench: Offered) -> None:
    from surveys import dossiers

    for state in ("in_analyse", "bezocht", "geverifieerd"):
        dossiers.move(bench.session, bench.dossier, state, bench.by(ONE))
    bench.judge("VR01", "1.1", None)
    with pytest.raises(Refused, match="met een bevinding"):
        offering.offer_findings(bench.session, bench.dossier, bench.due, "", by=bench.by(ONE))


def test_a_finding_that_changes_is_a_draft_that_a_second_inspector_confirms_again(bench: Offered) -> None:
    offer = bench.hearing()
    judging.finish(bench.session, bench.dossier, by=bench.by(ONE))
    settle(bench, bench.says(offer, 0, OVR, BETTER), "overgenomen")
    row = judging.current(bench.session, About.of(bench.dossier, "1.1"))
    assert row is not None
    assert (row.finding, row.state, bench.dossier.state) == (BETTER, "concept", "geverifieerd")
    assert [each.step for each in row.versions] == ["save", "offer", "confirm", "reopen", "save"]
    assert row.versions[3].remark == "Wederhoor: voorstel overgenomen."
    about = About.of(bench.dossier, "1.1")
    basis = judging.ground(bench.session, about).basis
    judging.offer(bench.session, about, by=bench.by(ONE), seen_version=row.version)
    with pytest.raises(FourEyes):
        judging.confirm(bench.session, about, by=bench.by(ONE), seen_version=row.version, seen_basis=basis)
    judging.confirm(bench.session, about, by=bench.by(TWO), seen_version=row.version, seen_basis=basis)
    assert row.state == "vastgesteld"


def test_what_is_not_taken_over_leaves_the_judgement_confirmed(bench: Offered) -> None:
    offer = bench.hearing()
    settle(bench, bench.says(offer, 0, OVR, BETTER), "niet")
    row = judging.current(bench.session, About.of(bench.dossier, "1.1"))
    assert row is not None
    assert (row.finding, row.state) == (FINDINGS["1.1"], "vastgesteld")


def test_a_finding_is_not_rewritten_on_answers_that_nobody_looked_at(bench: Offered) -> None:
    reaction = bench.says(bench.hearing(), 0, OVR, BETTER)
    correct(bench.session, bench.dossier, "1.1-02", Content(2), "Anders gezegd.", bench.by(TWO))
    with pytest.raises(GroundsChanged):
        settle(bench, reaction, "overgenomen")


def test_a_finding_that_was_rewritten_meanwhile_is_not_written_over(bench: Offered) -> None:
    offer = bench.hearing()
    first, second = bench.says(offer, 0, OVR, BETTER), bench.says(offer, 0, CONTACT, "Anders.")
    seen = bench.version(first)
    settle(bench, first, "overgenomen")
    with pytest.raises(StaleText):
        offering.settle(bench.session, second, "overgenomen", seen_version=seen, by=bench.by(ONE))


def test_a_level_that_is_offered_along_does_not_end_up_in_the_finding(bench: Offered) -> None:
    offer = bench.hearing(with_levels=True)
    assert offer.texts[0].text == f"Oordeel: Voldoet.\n\n{FINDINGS['1.1']}"
    higher = bench.says(offer, 0, OVR, f"Oordeel: Voldoet ruim.\n\n{BETTER}")
    with pytest.raises(InvalidReaction, match="niveau"):
        settle(bench, higher, "overgenomen")
    bench.session.rollback()


def test_a_level_that_the_respondent_left_is_taken_off_again(bench: Offered) -> None:
    offer = bench.hearing(with_levels=True)
    settle(bench, bench.says(offer, 0, OVR, f"Oordeel: Voldoet.\n\n{BETTER}"), "overgenomen")
    row = judging.current(bench.session, About.of(bench.dossier, "1.1"))
    assert row is not None
    assert row.finding == BETTER


def test_only_inspectors_offer_and_decide(bench: Offered) -> None:
    offer = bench.hearing()
    reaction = bench.says(offer, 0, OVR, BETTER)
    for who in (OVR, "waarnemer.vr01", "beheerder"):
        with pytest.raises(NotAllowed):
            offering.settle(bench.session, reaction, "niet", "Zo.", seen_version=1, by=bench.by(who))
        with pytest.raises(NotAllowed):
            offering.offer_findings(bench.session, bench.dossier, bench.due, "", by=bench.by(who))
        with pytest.raises(NotAllowed):
            offering.close(bench.session, offer, by=bench.by(who))
    assert bench.at <= now()
