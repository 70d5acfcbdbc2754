"""A dossier after its visit, with something that nobody knew: made by Meetlat's own verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import answers, correcting, interviews
from surveys.acting import By
from surveys.answers import Content, Saved
from surveys.interviews import Attending, Details
from surveys.models import Dossier, Interview
from tests import factories, filled
from tests.factories import World

AT = datetime(2013, 6, 3, 12, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=1)
DAY = date(2013, 6, 3)
WHY = "Bij het bezoek bleek het anders."


@dataclass
class Visited:
    """VR01 handed in with doubts (1.1-02 is unknown) and was visited; two inspectors."""

    session: Session
    world: World
    one: By
    two: By
    interview: Interview

    @property
    def dossier(self) -> Dossier:
        """The dossier of VR01."""
        return self.world.dossiers["VR01"]

    def version(self, code: str) -> int:
        """The version of an answer as it stands, 0 for none."""
        row = answers.joint(self.session, self.dossier).get(code)
        return row.version if row else 0

    def correct(
        self,
        code: str,
        content: Content,
        reason: str = WHY,
        *,
        by: By | None = None,
        seen: int | None = None,
        minutes: int = 0,
    ) -> Saved:
        """Correct an answer as it stands; `minutes` later than the rest."""
        who = by or self.one
        return correcting.correct(
            self.session,
            self.dossier,
            code,
            content,
            reason,
            by=By(who.person_id, who.assignment_id, who.role, who.unit_id, AT + timedelta(minutes=minutes)),
            seen_version=self.version(code) if seen is None else seen,
        )

    def report_verified(self) -> None:
        """The report of the visit is verified, without a reaction."""
        for state in ("ter_verificatie", "geverifieerd_zonder_reactie"):
            interviews.go(self.session, self.interview, state, self.one)


def make(session: Session, world: World) -> Visited:
    """Make it in a world. Flushed, not committed."""
    filled.submit(session, world.dossiers["VR01"], filled.UNSURE)
    one = By.through(world.assignments["inspecteur"], AT)
    two = By.through(factories.inspector(session, "inspecteur.twee"), LATER)
    details = Details("bezoek", DAY, "Assen", (Attending("regio", "A. Jansen"),))
    visit = interviews.plan(session, world.measurement, world.dossiers["VR01"], details, by=one)
    interviews.hold(session, visit, today=DAY, by=one)
    return Visited(session, world, one, two, visit)


def found(session: Session, world: World) -> Visited:
    """What `make` made in a database of which this is the world now."""
    one, two = (world.assignments[key] for key in ("inspecteur", "inspecteur.twee"))
    visit = session.scalars(select(Interview)).one()
    return Visited(session, world, By.through(one, AT), By.through(two, LATER), visit)
