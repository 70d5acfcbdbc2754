"""Dossiers that are filled in, signed and handed in by Meetlat's own verbs, as users do it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import answers, signing
from surveys.acting import By
from surveys.answers import Content, Reference, Save
from surveys.measurements import instrument_of
from surveys.models import Assignment, Dossier
from tests import factories
from tests.support import stages

AT = datetime(2013, 3, 4, 12, 0, tzinfo=UTC)
EVIDENCE = (Reference("Een document", "blz. 1"),)

STRONG: dict[str, Content] = {
    "1.1-01": Content("ja"),
    "1.1-02": Content(3),
    "1.1-03": Content("vast", documents=EVIDENCE),
    "2.1-01": Content(["brandweer", "politie"]),
    "2.1-02": Content("2012-05-01"),
}
"""Answers to the tiny questionnaire that earn everything."""
WEAK: dict[str, Content] = {
    "1.1-01": Content("nee", note="Er is een vacature."),
    "1.1-03": Content("geen"),
    "2.1-01": Content(["niemand"]),
    "2.1-02": Content("2012-05-01"),
}
"""Answers that earn nothing."""
UNSURE: dict[str, Content] = {
    "1.1-01": Content("ja"),
    "1.1-02": Content(special="onbekend"),
    "1.1-03": Content(special="nvt", note="Wij werken op afstand."),
    "2.1-01": Content(["brandweer"]),
    "2.1-02": Content("2012-05-01"),
}
"""Answers with doubts: too little is known for a level of the first factor."""


def signers(session: Session, dossier: Dossier) -> list[Assignment]:
    """Somebody in each role that signs this dossier, made where there is nobody yet."""
    found = []
    for role in instrument_of(dossier.pinned).roles:
        held = session.scalar(
            select(Assignment).where(Assignment.unit_id == dossier.unit_id, Assignment.role == role)
        )
        found.append(held or factories.assignment(session, role, unit=dossier.unit))
    return found


def fill(session: Session, dossier: Dossier, given: Mapping[str, Content]) -> None:
    """Save answers, through the first role."""
    by = By.through(signers(session, dossier)[0], AT)
    answers.save_all(session, dossier, {code: Save(content, 0) for code, content in given.items()}, by=by)


def submit(session: Session, dossier: Dossier, given: Mapping[str, Content]) -> None:
    """Save answers, sign in every role and hand in."""
    fill(session, dossier, given)
    hands = [By.through(assignment, AT) for assignment in signers(session, dossier)]
    for by in hands:
        signing.sign(session, dossier, by=by)
    signing.submit(session, dossier, by=hands[0])


def _hand_in(session: Session) -> None:
    submit(session, factories.World(session).dossiers["VR01"], STRONG)


with_handed_in = stages.declare("handed_in", _hand_in)
"""VR01 has handed in what is strong; nobody else has anything."""
