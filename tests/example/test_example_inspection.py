"""What inspectors did in the example data: every dossier of 2013 is closed, and the country is judged."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys.dossiers import STATES
from surveys.example.inspection import inspection
from surveys.models import (
    Development,
    Dossier,
    DossierTransition,
    Interview,
    Judgement,
    Measurement,
    Offer,
    Passage,
    Reminder,
    Settlement,
    TermChange,
    UnitName,
)

pytestmark = pytest.mark.example

WAY = list(STATES)


@pytest.fixture
def measured(session: Session) -> Measurement:
    """The measurement that was inspected."""
    return session.scalars(select(Measurement).where(Measurement.code == inspection().measurement)).one()


def test_every_dossier_went_the_whole_way_within_the_period(session: Session, measured: Measurement) -> None:
    dossiers = session.scalars(select(Dossier).where(Dossier.measurement_id == measured.id)).all()
    assert len(dossiers) == 28
    for dossier in dossiers:
        steps = session.scalars(
            select(DossierTransition)
            .where(DossierTransition.dossier_id == dossier.id)
            .order_by(DossierTransition.id)
        ).all()
        assert [step.to_state for step in steps] == WAY
        moments = [step.at for step in steps]
        assert moments == sorted(moments)
        assert moments[-1].date() <= measured.period_until
    assert measured.state == "gepubliceerd"


def test_every_unit_was_visited_and_its_report_verified(session: Session, measured: Measurement) -> None:
    visits = session.scalars(select(Interview).where(Interview.measurement_id == measured.id)).all()
    assert Counter(visit.dossier_id for visit in visits if visit.dossier_id).most_common(1)[0][1] == 1
    assert sum(visit.dossier_id is not None for visit in visits) == 28
    rows = inspection()
    assert Counter(visit.state for visit in visits) == {
        "geverifieerd": len(visits) - len(rows.visits.silent),
        "geverifieerd_zonder_reactie": len(rows.visits.silent),
    }
    assert all(measured.period_from <= visit.held_on <= measured.period_until for visit in visits)
    counts = session.execute(select(func.count()).select_from(Passage).group_by(Passage.interview_id))
    assert {count for (count,) in counts} == {1, 2, 3}
    assert Counter(session.scalars(select(Settlement.outcome))) == Counter(
        change.outcome for change in rows.reactions.values()
    )
    assert session.scalars(select(Offer).where(Offer.closed_at.is_(None))).all() == []


def test_two_inspectors_judged_every_factor_and_gave_a_reason_where_they_differ_from_the_answers(
    session: Session, measured: Measurement
) -> None:
    judged = session.scalars(select(Judgement).where(Judgement.measurement_id == measured.id)).all()
    regional = [each for each in judged if each.dossier_id is not None]
    assert len(regional) == 28 * 11
    assert {each.state for each in judged} == {"vastgesteld"}
    assert all(each.drafted_by_id != each.confirmed_by_id for each in judged)
    differing = [each for each in regional if each.level != each.proposal]
    assert len(differing) == len(inspection().otherwise)
    assert all(each.motivation for each in differing)
    country = {each.factor: each.level for each in judged if each.dossier_id is None}
    assert len(country) == 11
    assert [code for code, level in country.items() if level != "voldoet"] == ["4.1"]
    assert country["4.1"] == "voldoet_deels"
    assert session.scalar(select(func.count()).select_from(Development)) == 3


def test_the_open_measurement_has_its_reminders_and_a_new_term(session: Session) -> None:
    rows = inspection()
    reminded = session.scalars(select(Reminder.dossier_id)).all()
    assert len(set(reminded)) == len(rows.reminders) == 2
    change = session.scalars(select(TermChange)).one()
    assert change.new == rows.terms[0].due_on


def test_nothing_that_inspectors_wrote_names_a_unit(session: Session) -> None:
    units = session.scalars(select(UnitName)).all()
    # of two letters or three a name could stand in any word
    names = [unit.short for unit in units if len(unit.short) > 3]
    assert names
    written = [*session.scalars(select(Passage.text)), *session.scalars(select(Judgement.finding))]
    assert written
    assert [text for text in written if text and any(name in text for name in names)] == []
