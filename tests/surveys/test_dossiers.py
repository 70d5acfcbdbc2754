"""The way of a dossier: the table of transitions, and nothing beside it."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveys import dossiers, measurements
from surveys.acting import By
from surveys.dossiers import STATES, TRANSITIONS
from surveys.errors import InstrumentChanged, NotAllowed, Refused, TransitionRefused
from surveys.instruments import parse
from surveys.models import DossierTransition
from tests import factories
from tests.factories import OPENED, World


def by(world: World, role: str) -> By:
    key = {"inspecteur": "inspecteur", "beheerder": "beheerder"}.get(role, f"{role}.vr01")
    return By.through(world.assignments[key], OPENED)


def test_a_dossier_moves_only_along_the_table(session: Session, world: World) -> None:
    dossier = world.dossiers["VR01"]
    for old, new in product(STATES, STATES):
        dossier.state = old
        role = "ovr" if new == "ingediend" or old == "uitgezet" else "inspecteur"
        if (old, new) in TRANSITIONS:
            dossiers.move(session, dossier, new, by(world, role), "reden")
            assert dossier.state == new
        else:
            with pytest.raises(TransitionRefused, match=STATES[new]):
                dossiers.move(session, dossier, new, by(world, role), "reden")
            assert dossier.state == old


def test_a_step_is_refused_to_a_role_that_may_not_take_it(session: Session, world: World) -> None:
    dossier = world.dossiers["VR01"]
    dossier.state = "ingediend"
    for role in ("ovr", "contactpersoon", "waarnemer", "beheerder"):
        with pytest.raises(NotAllowed):
            dossiers.move(session, dossier, "in_invulling", by(world, role), "reden")
    dossier.state = "in_invulling"
    with pytest.raises(NotAllowed):
        dossiers.move(session, dossier, "ingediend", by(world, "inspecteur"))


@pytest.mark.parametrize("reason", [None, "", "   "])
def test_sending_back_needs_a_reason(session: Session, world: World, reason: str | None) -> None:
    dossier = world.dossiers["VR01"]
    dossier.state = "ingediend"
    with pytest.raises(Refused, match="reden"):
        dossiers.move(session, dossier, "in_invulling", by(world, "inspecteur"), reason)


def test_every_step_is_recorded_with_who_and_why(session: Session, world: World) -> None:
    dossier = world.dossiers["VR01"]
    dossier.state = "ingediend"
    dossiers.move(session, dossier, "in_invulling", by(world, "inspecteur"), "Vraag 2 ontbreekt")
    steps = session.scalars(
        select(DossierTransition)
        .where(DossierTransition.dossier_id == dossier.id)
        .order_by(DossierTransition.id)
    ).all()
    assert [(step.from_state, step.to_state) for step in steps] == [
        (None, "uitgezet"),
        ("ingediend", "in_invulling"),
    ]
    assert steps[-1].reason == "Vraag 2 ontbreekt"
    assert steps[-1].person_id == world.person("inspecteur").id


def test_a_unit_gets_one_dossier_in_a_measurement(session: Session, world: World) -> None:
    with pytest.raises(Refused, match="heeft al een vragenlijst"):
        measurements.send_out(session, world.measurement, world.units["VR01"], By.system(OPENED))


def test_a_unit_without_a_questionnaire_for_its_kind_gets_no_dossier(session: Session, world: World) -> None:
    other = factories.measurement(session, code="alleen-regios")
    with pytest.raises(Refused, match="geen vragenlijst"):
        measurements.send_out(session, other, world.units["RMC-NOORD"], By.system(OPENED))


def test_another_text_under_the_same_version_is_refused(session: Session, world: World) -> None:
    changed = parse(factories.tiny_text().replace("Kleine vragenlijst", "Grote vragenlijst"), "x.toml")
    with pytest.raises(InstrumentChanged):
        measurements.add_instrument(session, changed, By.system(OPENED))


def test_the_same_text_again_is_the_instrument_that_is_there(session: Session, world: World) -> None:
    kept = measurements.add_instrument(session, factories.tiny(), By.system(OPENED))
    assert kept.id == world.dossiers["VR01"].instrument_id


def test_two_questionnaires_for_one_kind_of_unit_are_refused(session: Session) -> None:
    with pytest.raises(Refused, match="dezelfde soort eenheid"):
        factories.measurement(session, factories.tiny(), factories.tiny(version="1.2"))


def test_the_database_itself_refuses_to_change_what_happened(session: Session, world: World) -> None:
    for statement in (
        "UPDATE log_entry SET action = 'x'",
        "DELETE FROM log_entry",
        "DELETE FROM dossier_transition",
        "UPDATE dossier_transition SET reason = 'x'",
        "UPDATE instrument SET text = ''",
        "DELETE FROM instrument",
    ):
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(text(statement))
