"""Returning a questionnaire that was handed in, and what is kept of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from surveys import answers, filling, returning, signing
from surveys.acting import By
from surveys.answers import Content, Save
from surveys.errors import MeasurementClosed, NotAllowed, NotSubmitted, Refused, UnknownQuestion
from surveys.models import Dossier, LogEntry, Signature, Submission
from tests import filled
from tests.factories import World
from tests.filled import with_handed_in

__all__ = ["with_handed_in"]

WHY = "De toelichting over de werkplek ontbreekt."


@pytest.fixture
def submitted(with_handed_in: None, world: World) -> Dossier:
    """The dossier of VR01, handed in."""
    return world.dossiers["VR01"]


def by(world: World, key: str) -> By:
    return By.through(world.assignments[key])


def test_a_returned_dossier_is_open_again_and_says_why_and_for_what(
    session: Session, world: World, submitted: Dossier
) -> None:
    returning.give_back(session, submitted, f"  {WHY}\r\n", ["2.1-01", "1.1-03"], by=by(world, "inspecteur"))
    assert submitted.state == "in_invulling"
    found = filling.read(session, submitted)
    assert found.is_open
    assert found.returned is not None
    assert (found.returned.reason, found.returned.questions) == (WHY, ("1.1-03", "2.1-01"))
    assert [each.code for each in found.returned_for] == ["1.1-03", "2.1-01"]
    entry = session.scalars(sa.select(LogEntry).where(LogEntry.action == "dossier.return")).one()
    assert (entry.subject_id, entry.person_id) == (submitted.id, world.assignments["inspecteur"].person_id)
    assert WHY not in str(entry.detail)


def test_the_answers_as_they_stood_are_kept_beside_the_new_ones(
    session: Session, world: World, submitted: Dossier
) -> None:
    returning.give_back(session, submitted, WHY, ["1.1-03"], by=by(world, "inspecteur"))
    kept = answers.joint(session, submitted)
    new = Content("wissel", note="Er zijn wisselplekken.")
    save = Save(new, kept["1.1-03"].version)
    answers.save_all(session, submitted, {"1.1-03": save}, by=by(world, "ovr.vr01"))
    view = filling.read(session, submitted).question("1.1-03")
    assert view.content == new
    assert view.before_return == filled.STRONG["1.1-03"]
    assert view.shown_before_return == "Op een vaste werkplek"
    assert view.changed_since_return


def test_what_was_changed_is_marked_until_and_after_it_is_handed_in_again(
    session: Session, world: World, submitted: Dossier
) -> None:
    returning.give_back(session, submitted, WHY, ["1.1-03"], by=by(world, "inspecteur"))
    answers.save_all(
        session,
        submitted,
        {"2.1-01": Save(Content(["niemand"]), answers.joint(session, submitted)["2.1-01"].version)},
        by=by(world, "ovr.vr01"),
    )
    for role in ("ovr.vr01", "contactpersoon.vr01"):
        signing.sign(session, submitted, by=by(world, role))
    signing.submit(session, submitted, by=by(world, "ovr.vr01"))
    found = filling.read(session, submitted)
    assert [each.code for each in found.changed_since_return] == ["2.1-01"]
    assert [each.code for each in found.returned_for] == ["1.1-03"]
    assert len(session.scalars(sa.select(Submission)).all()) == 2


def test_a_second_return_compares_with_the_second_submission(
    session: Session, world: World, submitted: Dossier
) -> None:
    inspector = by(world, "inspecteur")
    returning.give_back(session, submitted, WHY, ["1.1-03"], by=inspector)
    save = Save(Content(["niemand"]), answers.joint(session, submitted)["2.1-01"].version)
    answers.save_all(session, submitted, {"2.1-01": save}, by=by(world, "ovr.vr01"))
    for role in ("ovr.vr01", "contactpersoon.vr01"):
        signing.sign(session, submitted, by=by(world, role))
    signing.submit(session, submitted, by=by(world, "ovr.vr01"))
    returning.give_back(session, submitted, "Nog een keer.", ["1.1-01"], by=inspector)
    found = filling.read(session, submitted)
    assert found.changed_since_return == ()
    assert [each.code for each in found.returned_for] == ["1.1-01"]


def test_signatures_stand_until_an_answer_changes(session: Session, world: World, submitted: Dossier) -> None:
    returning.give_back(session, submitted, WHY, ["1.1-03"], by=by(world, "inspecteur"))
    assert filling.read(session, submitted).all_signed
    save = Save(Content("geen"), answers.joint(session, submitted)["1.1-03"].version)
    answers.save_all(session, submitted, {"1.1-03": save}, by=by(world, "ovr.vr01"))
    assert not any(each.signed for each in filling.read(session, submitted).signings)
    assert all(row.voided_at for row in session.scalars(sa.select(Signature)))


@pytest.mark.parametrize("reason", ["", "   ", "x" * (returning.REASON_LENGTH + 1)])
def test_a_return_needs_a_reason_of_a_fair_length(
    session: Session, world: World, submitted: Dossier, reason: str
) -> None:
    with pytest.raises(Refused):
        returning.give_back(session, submitted, reason, ["1.1-03"], by=by(world, "inspecteur"))
    assert submitted.state == "ingediend"


def test_a_return_names_questions_of_the_questionnaire(
    session: Session, world: World, submitted: Dossier
) -> None:
    with pytest.raises(Refused):
        returning.give_back(session, submitted, WHY, [], by=by(world, "inspecteur"))
    with pytest.raises(UnknownQuestion):
        returning.give_back(session, submitted, WHY, ["9.9-99"], by=by(world, "inspecteur"))
    assert submitted.state == "ingediend"


def test_respondents_return_nothing(session: Session, world: World, submitted: Dossier) -> None:
    with pytest.raises(NotAllowed):
        returning.give_back(session, submitted, WHY, ["1.1-03"], by=by(world, "ovr.vr01"))


def test_what_was_not_handed_in_or_is_further_is_not_returned(session: Session, world: World) -> None:
    for state in ("uitgezet", "in_invulling", "in_analyse", "beoordeeld"):
        world.dossiers["VR02"].state = state
        with pytest.raises(NotSubmitted):
            returning.give_back(session, world.dossiers["VR02"], WHY, ["1.1-03"], by=by(world, "inspecteur"))


def test_nothing_is_returned_to_a_measurement_that_is_closed(
    session: Session, world: World, submitted: Dossier
) -> None:
    submitted.measurement.state = "gepubliceerd"
    with pytest.raises(MeasurementClosed):
        returning.give_back(session, submitted, WHY, ["1.1-03"], by=by(world, "inspecteur"))
    assert submitted.state == "ingediend"


def test_what_it_was_returned_for_cannot_be_changed_afterwards(
    session: Session, world: World, submitted: Dossier
) -> None:
    returning.give_back(session, submitted, WHY, ["1.1-03"], by=by(world, "inspecteur"))
    for statement in ("UPDATE returned_question SET question = '2.1-01'", "DELETE FROM returned_question"):
        with pytest.raises(sa.exc.IntegrityError, match="append-only"), session.begin_nested():
            session.execute(sa.text(statement))
