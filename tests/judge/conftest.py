"""Dossiers that are visited and verified, and three inspectors of two organisations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from surveys import answers, dossiers, judging
from surveys.acting import By
from surveys.answers import Content
from surveys.judging import About, Draft
from surveys.models import Answer, AnswerVersion, Assignment, Dossier, Judgement
from tests import factories, filled
from tests.factories import World
from tests.support import stages

AT = datetime(2013, 6, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Bench:
    """A world in which VR01 (strong) and VR02 (weak) are verified; the inspectors by name.

    `one` and `two` are of the Inspectie, `afd` of the other organisation; `one` and `two` can log in as
    `inspecteur` and `inspecteur.twee`, `afd` as `inspecteur.afd`.
    """

    world: World
    inspectors: Mapping[str, Assignment]

    def by(self, who: str, minutes: int = 0) -> By:
        """An inspector, so many minutes after the first."""
        return By.through(self.inspectors[who], AT + timedelta(minutes=minutes))

    def about(self, unit: str = "VR01", factor: str = "1.1") -> About:
        """A factor of a dossier."""
        return About.of(self.world.dossiers[unit], factor)


def bench_in(session: Session, world: World) -> Bench:
    """Make it in a world: flushed, not committed."""
    first = world.assignments["inspecteur"]
    second = factories.inspector(session, "inspecteur.twee")
    third = factories.inspector(session, "inspecteur.afd", organisation_code="AFD")
    for unit, given in (("VR01", filled.STRONG), ("VR02", filled.WEAK)):
        filled.submit(session, world.dossiers[unit], given)
        advance(session, world.dossiers[unit], By.through(first, AT))
    return Bench(world, {"one": first, "two": second, "afd": third})


def bench_of(world: World) -> Bench:
    """The bench that is in the database already, of what its world became."""
    held = {"one": "inspecteur", "two": "inspecteur.twee", "afd": "inspecteur.afd"}
    return Bench(world, {who: world.assignments[key] for who, key in held.items()})


def advance(session: Session, dossier: Dossier, by: By, to: str = "geverifieerd") -> None:
    """Bring a dossier that was submitted to a later state, step by step."""
    way = list(dossiers.STATES)
    for state in way[way.index(dossier.state) + 1 : way.index(to) + 1]:
        dossiers.move(session, dossier, state, by)


def write(session: Session, about: About, by: By, draft: Draft | None = None) -> Judgement:
    """Write a judgement on the page as it stands; without a draft it takes over the proposal."""
    row = judging.current(session, about)
    seen = row.version if row else 0
    basis = judging.ground(session, about).basis
    if draft is None:
        return judging.take_over(session, about, Draft(), by=by, seen_version=seen, seen_basis=basis)
    return judging.save(session, about, draft, by=by, seen_version=seen, seen_basis=basis)


def confirm(session: Session, about: About, writer: By, second: By, draft: Draft | None = None) -> Judgement:
    """Write, offer and confirm a judgement."""
    row = write(session, about, writer, draft)
    judging.offer(session, about, by=writer, seen_version=row.version)
    basis = judging.ground(session, about).basis
    return judging.confirm(session, about, by=second, seen_version=row.version, seen_basis=basis)


def correct(session: Session, dossier: Dossier, code: str, content: Content, reason: str, by: By) -> None:
    """An inspector's correction after submission: a new version with its reason."""
    row = answers.joint(session, dossier).get(code)
    assert by.person_id is not None
    assert by.assignment_id is not None
    old = answers.content_of(row).as_json() if row else None
    if row is None:
        row = Answer(dossier_id=dossier.id, question=code, version=0, documents=[], versions=[])
        session.add(row)
    row.version += 1
    row.value, row.special, row.note = content.value, content.special, content.note
    row.person_id, row.assignment_id, row.saved_at = by.person_id, by.assignment_id, by.at
    row.versions.append(
        AnswerVersion(
            version=row.version,
            old=old,
            new=content.as_json(),
            reason=reason,
            person_id=by.person_id,
            assignment_id=by.assignment_id,
            at=by.at,
        )
    )
    session.flush()


with_bench = stages.declare("bench", lambda session: bench_in(session, factories.World(session)))


@pytest.fixture
def bench(with_bench: None, world: World) -> Bench:
    """The bench, committed."""
    return bench_of(world)
