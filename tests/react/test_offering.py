"""A report that is offered for verification: reactions, what is done with them, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveys import interviews, offering
from surveys.errors import (
    AlreadySettled,
    InvalidReaction,
    MeetlatError,
    NotAllowed,
    NotAllSettled,
    NotNow,
    OfferClosed,
    ReactionReplaced,
    Refused,
    StaleText,
    TermRunning,
)
from surveys.models import LogEntry, Offer, PassageVersion, Reaction, Settlement
from tests.offered import GENERAL, KNOWING, PLANS, Offered

OVR, CONTACT, ONE, TWO = "ovr.vr01", "contactpersoon.vr01", "inspecteur", "inspecteur.twee"
BETTER = "De contactpersoon is er vier dagen per week."


def settle(
    bench: Offered,
    reaction: Reaction,
    outcome: str,
    reason: str = "Zo is het.",
    text: str = "",
    who: str = ONE,
) -> Settlement:
    return offering.settle(
        bench.session, reaction, outcome, reason, text, seen_version=bench.version(reaction), by=bench.by(who)
    )


def all_agree(bench: Offered, offer: Offer, *who: str) -> None:
    for each in who or (OVR, CONTACT):
        offering.agree_with_rest(bench.session, offer, by=bench.by(each))


def test_every_passage_that_stands_is_offered_word_for_word(bench: Offered) -> None:
    interview = bench.report()
    gone = interviews.add_passage(bench.session, interview, text="Weg.", factor=None, by=bench.by(ONE))
    interviews.remove_passage(bench.session, gone, seen_version=1, by=bench.by(ONE))
    bench.session.expire(interview, ["passages"])
    offer = offering.offer_report(bench.session, interview, bench.due, "Graag.", by=bench.by(ONE))
    assert [(each.factor, each.text, each.version) for each in offer.texts] == [
        (None, GENERAL, 1),
        ("1.1", KNOWING, 1),
        ("2.1", PLANS, 1),
    ]
    assert (interview.state, offer.dossier) == ("ter_verificatie", bench.dossier)


def test_a_report_is_offered_once_within_a_term_that_is_to_come_and_by_an_inspector(bench: Offered) -> None:
    interview = bench.report()
    with pytest.raises(InvalidReaction) as refusal:
        offering.offer_report(bench.session, interview, bench.due - timedelta(days=8), "", by=bench.by(ONE))
    assert refusal.value.part == "due_on"
    with pytest.raises(NotAllowed):
        offering.offer_report(bench.session, interview, bench.due, "", by=bench.by(OVR))
    offering.offer_report(bench.session, interview, bench.due, "", by=bench.by(ONE))
    with pytest.raises(NotNow):
        offering.offer_report(bench.session, interview, bench.due, "", by=bench.by(TWO))


def test_an_empty_report_is_not_offered(bench: Offered) -> None:
    interview = bench.report()
    for each in list(interviews.standing(interview)):
        interviews.remove_passage(bench.session, each, seen_version=1, by=bench.by(ONE))
    with pytest.raises(Refused, match="geen passages"):
        offering.offer_report(bench.session, interview, bench.due, "", by=bench.by(ONE))


def test_everybody_agrees_and_the_report_is_verified_before_the_term_ends(bench: Offered) -> None:
    offer = bench.verification()
    all_agree(bench, offer)
    assert offering.close(bench.session, offer, by=bench.by(ONE)) == "reactie"
    assert offer.interview is not None
    assert (offer.interview.state, offer.closed_as) == ("geverifieerd", "reactie")


def test_while_the_term_runs_and_somebody_is_still_to_react_it_stays_open(bench: Offered) -> None:
    offer = bench.verification()
    all_agree(bench, offer, OVR)
    with pytest.raises(TermRunning):
        offering.close(bench.session, offer, by=bench.by(ONE))
    assert offer.closed_at is None
    assert offering.close(bench.session, offer, by=bench.late(ONE)) == "reactie"


def test_without_any_reaction_it_ends_after_the_term_and_says_so(bench: Offered) -> None:
    offer = bench.verification()
    with pytest.raises(TermRunning):
        offering.close(bench.session, offer, by=bench.by(ONE))
    assert offering.close(bench.session, offer, by=bench.late(ONE)) == "geen_reactie"
    assert offer.interview is not None
    assert offer.interview.state == "geverifieerd_zonder_reactie"


def test_what_is_taken_over_becomes_the_passage_and_names_the_settlement(bench: Offered) -> None:
    offer = bench.verification()
    made = settle(bench, bench.says(offer, 1, OVR, BETTER), "overgenomen", "")
    passage = offer.texts[1].passage
    assert passage is not None
    assert (passage.text, passage.version, offer.texts[1].text) == (BETTER, 2, KNOWING)
    last = bench.session.scalars(
        select(PassageVersion).where(PassageVersion.passage_id == passage.id).order_by(PassageVersion.version)
    ).all()[-1]
    assert (last.text, last.settlement_id) == (BETTER, made.id)


def test_what_is_taken_over_in_part_has_a_text_and_a_reason(bench: Offered) -> None:
    offer = bench.verification()
    reaction = bench.says(offer, 1, OVR, BETTER)
    for reason, text, part in (("", "Anders.", "reason"), ("Daarom.", "", "text")):
        with pytest.raises(InvalidReaction) as refusal:
            settle(bench, reaction, "deels", reason, text)
        assert refusal.value.part == part
        bench.session.refresh(reaction)
    settle(bench, reaction, "deels", "De dagen zijn niet genoemd.", "Hij is er vaak.")
    assert offer.texts[1].passage is not None
    assert offer.texts[1].passage.text == "Hij is er vaak."


def test_what_is_not_taken_over_leaves_the_passage_and_needs_a_reason(bench: Offered) -> None:
    offer = bench.verification()
    reaction = bench.says(offer, 1, OVR, BETTER)
    with pytest.raises(InvalidReaction):
        settle(bench, reaction, "niet", " ")
    settle(bench, reaction, "niet", "Het is zo gezegd.")
    assert offer.texts[1].passage is not None
    assert (offer.texts[1].passage.text, offer.texts[1].passage.version) == (KNOWING, 1)


def test_a_reaction_that_was_not_decided_on_holds_the_end_up(bench: Offered) -> None:
    offer = bench.verification()
    reaction = bench.says(offer, 1, OVR, BETTER)
    with pytest.raises(NotAllSettled, match="1 reactie"):
        offering.close(bench.session, offer, by=bench.late(ONE))
    settle(bench, reaction, "niet")
    assert offering.close(bench.session, offer, by=bench.late(ONE)) == "reactie"


def test_two_inspectors_do_not_decide_on_one_reaction(bench: Offered) -> None:
    reaction = bench.says(bench.verification(), 1, OVR, BETTER)
    settle(bench, reaction, "niet")
    with pytest.raises(AlreadySettled):
        settle(bench, reaction, "overgenomen", who=TWO)
    assert bench.session.scalar(select(func.count()).select_from(Settlement)) == 1


def test_the_last_reaction_of_each_role_counts_and_the_one_before_stays(bench: Offered) -> None:
    offer = bench.verification()
    first = bench.says(offer, 1, OVR, BETTER)
    other = bench.says(offer, 1, CONTACT, "Iets anders.")
    last = bench.says(offer, 1, OVR)
    bench.session.expire_all()
    assert offering.counting(offer.texts[1].reactions) == [other, last]
    with pytest.raises(ReactionReplaced):
        settle(bench, first, "overgenomen")
    assert offering.unsettled(bench.session, offer) == [other]


def test_saying_the_same_again_adds_nothing(bench: Offered) -> None:
    offer = bench.verification()
    assert bench.says(offer, 1, OVR, BETTER).id == bench.says(offer, 1, OVR, f" {BETTER}\r\n").id
    assert bench.session.scalar(select(func.count()).select_from(Reaction)) == 1


@pytest.mark.parametrize("who", ["waarnemer.vr01", "ovr.vr02", "rmc.noord", "inspecteur", "beheerder"])
def test_only_who_signs_for_this_unit_reacts(bench: Offered, who: str) -> None:
    offer = bench.verification()
    with pytest.raises(NotAllowed):
        bench.says(offer, 0, who)
    with pytest.raises(NotAllowed):
        offering.agree_with_rest(bench.session, offer, by=bench.by(who))


@pytest.mark.parametrize(
    ("verdict", "proposal", "remark", "part"),
    [
        ("misschien", None, None, "verdict"),
        ("wijziging", "  ", "Weg ermee.", "proposal"),
        ("wijziging", KNOWING, "", "proposal"),
        ("wijziging", "x" * 10_001, "", "proposal"),
        ("klopt", None, "x" * 2001, "remark"),
    ],
)
def test_a_reaction_that_lacks_something_says_what(
    bench: Offered, verdict: str, proposal: str | None, remark: str | None, part: str
) -> None:
    offer = bench.verification()
    with pytest.raises(InvalidReaction) as refusal:
        offering.react(bench.session, offer.texts[1], verdict, proposal, remark, by=bench.by(OVR))
    assert refusal.value.part == part


def test_nothing_is_said_or_decided_after_the_end(bench: Offered) -> None:
    offer = bench.verification()
    reaction = bench.says(offer, 1, OVR, BETTER)
    settle(bench, reaction, "niet")
    offering.close(bench.session, offer, by=bench.late(ONE))
    with pytest.raises(OfferClosed):
        bench.says(offer, 0, CONTACT)
    with pytest.raises(OfferClosed):
        settle(bench, reaction, "overgenomen")
    with pytest.raises(OfferClosed):
        offering.extend(bench.session, offer, bench.due + timedelta(days=30), "Toch.", by=bench.by(ONE))
    with pytest.raises(OfferClosed):
        offering.close(bench.session, offer, by=bench.late(ONE))


def test_a_passage_that_a_colleague_changed_meanwhile_is_not_written_over(bench: Offered) -> None:
    offer = bench.verification()
    first, second = bench.says(offer, 1, OVR, BETTER), bench.says(offer, 1, CONTACT, "Weer anders.")
    seen = bench.version(first)
    settle(bench, first, "overgenomen")
    with pytest.raises(StaleText) as refusal:
        offering.settle(bench.session, second, "overgenomen", "", seen_version=seen, by=bench.by(TWO))
    assert (refusal.value.mine, refusal.value.theirs) == ("Weer anders.", BETTER)


def test_a_report_that_is_taken_back_is_a_draft_again_and_says_why(bench: Offered) -> None:
    offer = bench.verification()
    with pytest.raises(InvalidReaction):
        offering.withdraw(bench.session, offer, " ", by=bench.by(ONE))
    offering.withdraw(bench.session, offer, "Er ontbrak een passage.", by=bench.by(ONE))
    assert offer.interview is not None
    assert (offer.interview.state, offer.closed_as) == ("concept", "ingetrokken")
    assert offer.remark == "Ingetrokken: Er ontbrak een passage."
    offering.offer_report(bench.session, offer.interview, bench.due, "", by=bench.by(ONE))


def test_a_term_only_becomes_later_with_a_reason_that_stays(bench: Offered) -> None:
    offer = bench.verification()
    later = bench.due + timedelta(days=7)
    for day, reason, part in ((bench.due, "Vakantie.", "due_on"), (later, "", "reason")):
        with pytest.raises(InvalidReaction) as refusal:
            offering.extend(bench.session, offer, day, reason, by=bench.by(ONE))
        assert refusal.value.part == part
    offering.extend(bench.session, offer, later, "Vakantie.", by=bench.by(ONE))
    assert offer.due_on == later
    assert offer.remark is not None
    assert offer.remark.endswith("Vakantie.")
    entry = bench.session.scalars(select(LogEntry).where(LogEntry.action == "offer.extend")).one()
    assert (entry.detail["old"], entry.detail["new"]) == (bench.due.isoformat(), later.isoformat())


def test_an_inspector_enters_what_a_directorate_said(bench: Offered) -> None:
    offer = bench.verification(unit=None)
    with pytest.raises(InvalidReaction) as refusal:
        bench.says(offer, 1, ONE, BETTER)
    assert refusal.value.part == "heard_from"
    with pytest.raises(NotAllowed):
        offering.react(bench.session, offer.texts[1], "klopt", heard_from="Ik", by=bench.by(OVR))
    two = [
        offering.react(bench.session, offer.texts[1], "wijziging", BETTER, heard_from=name, by=bench.by(ONE))
        for name in ("K. de Boer", "L. Smit")
    ]
    assert offering.unsettled(bench.session, offer) == two
    for reaction in two:
        settle(bench, reaction, "niet")
    assert offering.close(bench.session, offer, by=bench.late(ONE)) == "reactie"


def test_what_was_offered_said_and_decided_can_not_be_changed(bench: Offered) -> None:
    offer = bench.verification()
    reaction = bench.says(offer, 1, OVR, BETTER)
    made = settle(bench, reaction, "niet")
    bench.session.commit()
    for row, name in ((offer.texts[1], "text"), (reaction, "proposal"), (made, "reason")):
        setattr(row, name, "Iets anders.")
        with pytest.raises(DBAPIError):
            bench.session.flush()
        bench.session.rollback()


def test_the_log_has_ids_and_codes_and_no_text(bench: Offered) -> None:
    offer = bench.verification()
    reaction = bench.says(offer, 1, OVR, BETTER)
    settle(bench, reaction, "overgenomen", "Klopt helemaal.")
    all_agree(bench, offer)
    offering.close(bench.session, offer, by=bench.by(ONE))
    found = bench.session.scalars(
        select(LogEntry).where(LogEntry.action.startswith("offer.")).order_by(LogEntry.id)
    ).all()
    assert [each.action for each in found][:3] == ["offer.verificatie", "offer.react", "offer.settle"]
    assert found[-1].detail["closed_as"] == "reactie"
    words = str([each.detail for each in found])
    assert not any(text in words for text in (BETTER, KNOWING, "Klopt helemaal", "Graag"))


STEP = st.one_of(
    st.tuples(
        st.just("says"),
        st.integers(0, 2),
        st.sampled_from([OVR, CONTACT, "waarnemer.vr01"]),
        st.sampled_from([None, "Zo.", "Of zo."]),
    ),
    st.tuples(st.just("rest"), st.sampled_from([OVR, CONTACT])),
    st.tuples(
        st.just("settle"),
        st.integers(0, 5),
        st.sampled_from(["overgenomen", "deels", "niet"]),
        st.sampled_from([ONE, TWO]),
    ),
    st.tuples(st.just("close"), st.booleans()),
)


@pytest.fixture
def offer(bench: Offered) -> Offer:
    """The report of a visit to VR01, offered."""
    return bench.verification()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=4, max_size=14))
def test_whatever_is_said_and_decided_each_reaction_stays_and_none_is_decided_on_twice(
    bench: Offered, offer: Offer, steps: list[tuple[object, ...]]
) -> None:
    session: Session = bench.session
    with session.begin_nested() as all_of_it:
        said = 0
        for step in steps:
            try:
                with session.begin_nested():
                    said += _take(bench, offer, step)
            except MeetlatError:
                pass
            session.expire_all()
        reactions = [each for text in offer.texts for each in text.reactions]
        assert len(reactions) == said
        settled = session.scalars(select(Settlement.reaction_id)).all()
        assert len(settled) == len(set(settled))
        for text in offer.texts:
            speakers = [each.role for each in offering.counting(text.reactions)]
            assert len(speakers) == len(set(speakers))
        if offer.closed_at is not None:
            assert not offering.unsettled(session, offer)
            assert offer.interview is not None
            expected = "geverifieerd" if reactions else "geverifieerd_zonder_reactie"
            assert offer.interview.state == expected
        all_of_it.rollback()
    session.expire_all()


def _take(bench: Offered, offer: Offer, step: tuple[object, ...]) -> int:
    """Take a step; how many reactions it adds."""
    before = bench.session.scalar(select(func.count()).select_from(Reaction)) or 0
    match step:
        case ("says", int(place), str(who), text):
            bench.says(offer, place, who, text)  # type: ignore[arg-type]
        case ("rest", str(who)):
            offering.agree_with_rest(bench.session, offer, by=bench.by(who))
        case ("settle", int(place), str(outcome), str(who)):
            found = bench.session.scalars(select(Reaction).order_by(Reaction.id)).all()
            if place < len(found):
                settle(bench, found[place], outcome, "Daarom.", f"Tekst {place}.", who)
        case ("close", late):
            offering.close(bench.session, offer, by=bench.late(ONE) if late else bench.by(ONE))
    return (bench.session.scalar(select(func.count()).select_from(Reaction)) or 0) - before
