"""Interim findings, signals, a lesson and moments of evaluation in the example data, by a user's verbs.

All of it is made up, except that what was learnt goes into a Standard Operating Procedure on the safety of
missions (letter of 25 March 2026, 002 r. 39).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.acting import AMSTERDAM, By
from surveys.follow_up import anchoring, evaluating, findings, lessons, points, signals
from surveys.follow_up.evaluating import MomentDetails
from surveys.follow_up.findings import FindingDetails
from surveys.follow_up.lessons import LessonDetails
from surveys.follow_up.points import Anchor
from surveys.follow_up.signals import Handling, SignalDetails
from surveys.models import Assignment, Dossier, Measurement, Unit

MEASUREMENT = "vervolgmeting-2026"
ANSWERS, WAITS = "VR13", "VR17"
"""The region that answered to what was shared with it, and the one that did not yet."""
ANCHORED = "Standaardiseer evaluatiemomenten en methoden"
SOP = Anchor("SOP missieveiligheid", "wordt herzien (2026)", "NLD JFC")
SHARED_ON, ANSWERED_ON, LOOKED_ON = date(2026, 10, 6), date(2026, 10, 20), date(2026, 11, 3)

Held = Mapping[tuple[str, str], Assignment]


def fill(session: Session, units: Mapping[str, Unit], held: Held, inspector: Assignment) -> None:
    """Put it in, beside the points and the measurement that are there. Flushes and never commits."""
    _findings(session, units, held, inspector)
    _signals(session, units, held, inspector)
    _lesson(session, units, inspector)
    anchored = next((each for each in points.listed(session) if each.title.startswith(ANCHORED)), None)
    if anchored is not None:
        by = By.through(inspector, _at(LOOKED_ON))
        anchoring.anchor(session, anchored.id, SOP, by=by, seen_version=anchored.version)
        evaluating.plan(session, MomentDetails("fer", date(2027, 3, 1), anchored.id, fictief=True), by=by)


def _findings(session: Session, units: Mapping[str, Unit], held: Held, inspector: Assignment) -> None:
    by = By.through(inspector, _at(SHARED_ON))
    asked = (
        select(Dossier)
        .join(Measurement)
        .where(
            Measurement.code == MEASUREMENT,
            Dossier.unit_id.in_({units[each].id for each in (ANSWERS, WAITS)}),
        )
    )
    dossiers = {row.unit.code: row for row in session.scalars(asked)}
    texts = {
        ANSWERS: "De lijst met contactpersonen voor ondersteuning is van twee jaar geleden. (fictief)",
        WAITS: "In de kalender van oefeningen staat Defensie nog niet. (fictief)",
    }
    for code, text in texts.items():
        row = findings.add(session, dossiers[code], FindingDetails(text), by=by)
        findings.share(session, row.id, by=by, seen_version=1)
        if code == ANSWERS:
            _improved(session, units[code], row.id, held, inspector)


def _improved(session: Session, unit: Unit, number: int, held: Held, inspector: Assignment) -> None:
    by = By.through(held["ovr", ANSWERS], _at(ANSWERED_ON))
    words = "De lijst is nagelopen en staat nu bij de meldkamer. Elk kwartaal kijken wij hem na. (fictief)"
    findings.reply(session, unit, number, words, ANSWERED_ON, by=by)
    looked = By.through(inspector, _at(LOOKED_ON))
    findings.look(session, number, True, "Gezien bij het bezoek. (fictief)", by=looked, seen_version=2)


def _signals(session: Session, units: Mapping[str, Unit], held: Held, inspector: Assignment) -> None:
    by = By.through(inspector, _at(ANSWERED_ON))
    known = next(each for each in points.listed(session) if each.fictief and each.is_open)
    handling = Handling("rie", "gewoon", "Bureau veiligheid (fictief)", date(2026, 12, 15))
    text = "RI&E van een oefenlocatie: de aanrijroute voor militaire voertuigen is niet getoetst. (fictief)"
    came = SignalDetails(text, "Arbodienst (fictief)", SHARED_ON, handling, fictief=True)
    inventory = signals.add(session, came, by=by)
    signals.join(session, inventory.id, known.id, more=True, by=by, seen_version=1)
    text = "Bij een oefening viel een verbinding korte tijd uit. (fictief)"
    handling = Handling("voorval", "laag", "Bureau verbindingen (fictief)")
    incident = signals.add(
        session,
        SignalDetails(text, "Oefenleiding (fictief)", SHARED_ON, handling, fictief=True),
        by=by,
    )
    reason = "De oorzaak was een losse stekker. Die is vastgezet. (fictief)"
    signals.settle(session, incident.id, reason, by=by, seen_version=1)
    told = By.through(held["ovr", WAITS], _at(ANSWERED_ON))
    text = "Wij hebben geen vast aanspreekpunt als de OVR met verlof is. (fictief)"
    signals.report(session, units[WAITS], text, "gewoon", by=told, fictief=True)


def _lesson(session: Session, units: Mapping[str, Unit], inspector: Assignment) -> None:
    by = By.through(inspector, _at(LOOKED_ON))
    learnt = lessons.add(
        session,
        LessonDetails(
            "Geef contactpersonen een vervanger (fictief)",
            "Wie bij een wissel van dienst belde, kreeg geen gehoor. Nergens stond wie dan waarnam.",
            "Zet bij elke contactpersoon een vervanger op de lijst, en bel de lijst elk kwartaal na.",
            "Oefening met drie regio’s (fictief)",
            happened_on=SHARED_ON,
            fictief=True,
        ),
        by=by,
    )
    ids = [units[each].id for each in (ANSWERS, WAITS)]
    lessons.share(session, learnt.id, ids, "Regionale Militaire Commando’s", LOOKED_ON, "In Meetlat", by=by)


def _at(day: date) -> datetime:
    """Nine o'clock on a day in the Netherlands."""
    return datetime.combine(day, time(9), AMSTERDAM)
