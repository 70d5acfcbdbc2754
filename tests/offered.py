"""Reports and findings that are offered for a reaction, made by Meetlat's own verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from surveys import dossiers, interviews, judging, offering
from surveys.acting import By, now
from surveys.interviews import Attending, Details
from surveys.judging import About, Draft
from surveys.models import Assignment, Dossier, Interview, Judgement, Offer, Reaction
from tests import factories, filled
from tests.factories import World

GENERAL = "Het gesprek was open."
KNOWING = "De contactpersoon is er drie dagen per week.\nHij heeft een vaste werkplek."
PLANS = "De plannen worden samen gemaakt."
FINDINGS = {
    "1.1": "De regio heeft een vaste contactpersoon.",
    "2.1": "De brandweer en de politie praten mee.",
}


@dataclass
class Offered:
    """A world with two inspectors, and somebody in every role of VR01; all of it happens at `at`."""

    session: Session
    world: World
    second: Assignment
    at: datetime

    def by(self, who: str, minutes: int = 0) -> By:
        """Somebody, by the key of `World.assignments` or `inspecteur.twee`."""
        held = self.second if who == "inspecteur.twee" else self.world.assignments[who]
        return By.through(held, self.at + timedelta(minutes=minutes))

    @property
    def dossier(self) -> Dossier:
        """The dossier of VR01."""
        return self.world.dossiers["VR01"]

    @property
    def due(self) -> date:
        """A week from now."""
        return self.at.date() + timedelta(days=7)

    def late(self, who: str) -> By:
        """Somebody after the term."""
        return By.through(
            self.second if who == "inspecteur.twee" else self.world.assignments[who],
            self.at + timedelta(days=9),
        )

    def report(self, unit: str | None = "VR01") -> Interview:
        """A report of a visit with three passages; `unit` None: of a conversation with a directorate."""
        dossier = self.world.dossiers[unit] if unit else None
        details = Details(
            "bezoek" if unit else "gesprek",
            self.at.date(),
            "Assen",
            (Attending("regio", "A. Jansen"),),
            "" if unit else "Directie Operaties",
        )
        by = self.by("inspecteur")
        made = interviews.plan(self.session, self.world.measurement, dossier, details, by=by)
        interviews.hold(self.session, made, today=self.at.date(), by=by)
        for factor, text in ((None, GENERAL), ("1.1", KNOWING), ("2.1", PLANS)):
            interviews.add_passage(self.session, made, text=text, factor=factor, by=by)
        return made

    def verification(self, unit: str | None = "VR01") -> Offer:
        """A report that is offered."""
        interview = self.report(unit)
        return offering.offer_report(
            self.session, interview, self.due, "Graag uw reactie.", by=self.by("inspecteur")
        )

    def judged(self, unit: str = "VR01") -> list[Judgement]:
        """The dossier verified, and both factors judged and confirmed, each with a finding."""
        dossier = self.world.dossiers[unit]
        way = list(dossiers.STATES)
        for state in way[way.index(dossier.state) + 1 : way.index("geverifieerd") + 1]:
            dossiers.move(self.session, dossier, state, self.by("inspecteur"))
        return [self.judge(unit, factor, finding) for factor, finding in FINDINGS.items()]

    def judge(self, unit: str, factor: str, finding: str | None) -> Judgement:
        """Write, offer and confirm a judgement."""
        about = About.of(self.world.dossiers[unit], factor)
        ground = judging.ground(self.session, about)
        draft = Draft(ground.proposal, None, finding)
        row = judging.save(
            self.session, about, draft, by=self.by("inspecteur"), seen_version=0, seen_basis=ground.basis
        )
        judging.offer(self.session, about, by=self.by("inspecteur"), seen_version=row.version)
        return judging.confirm(
            self.session,
            about,
            by=self.by("inspecteur.twee"),
            seen_version=row.version,
            seen_basis=ground.basis,
        )

    def hearing(self, unit: str = "VR01", *, with_levels: bool = False) -> Offer:
        """The findings of a dossier that are offered."""
        self.judged(unit)
        return offering.offer_findings(
            self.session,
            self.world.dossiers[unit],
            self.due,
            "",
            with_levels=with_levels,
            by=self.by("inspecteur"),
        )

    def says(self, offer: Offer, place: int, who: str, text: str | None = None) -> Reaction:
        """Somebody says of a text that it is right, or (with `text`) what it should be."""
        verdict = "wijziging" if text else "klopt"
        return offering.react(self.session, offer.texts[place], verdict, text, by=self.by(who))

    def version(self, reaction: Reaction) -> int:
        """The version of the passage or judgement that a reaction is about, as it stands."""
        about = reaction.offered.passage or reaction.offered.judgement
        assert about is not None
        self.session.refresh(about)
        return about.version


def make(session: Session, world: World, at: datetime | None = None) -> Offered:
    """Make it in a world: VR01 and VR02 handed in. Flushed, not committed."""
    for unit, given in (("VR01", filled.STRONG), ("VR02", filled.WEAK)):
        filled.submit(session, world.dossiers[unit], given)
    second = factories.inspector(session, "inspecteur.twee")
    return Offered(session, world, second, at or now())


def found(session: Session, world: World) -> Offered:
    """What `make` made in a database of which this is the world now; what follows happens from now on."""
    return Offered(session, world, world.assignments["inspecteur.twee"], now())
