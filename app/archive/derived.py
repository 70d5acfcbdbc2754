"""What can be derived from an archive: for who reads it without Meetlat. It is compared, never loaded."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from exports import scorefile
from surveys import results
from surveys.models import Measurement
from surveys.reports.source import filled

NAME = "afgeleid"
ABOUT = (
    "AFGELEID, geen bron: scores, niveaus en tellingen van uitspraken, berekend uit de antwoorden van wie"
    " indiende, met de regels van de vragenlijst en van de versie van Meetlat die in head staat."
    " Een import vergelijkt dit, en neemt het niet over."
)


def derive(session: Session, measurement: Measurement) -> list[dict[str, Any]]:
    """Scores and counts of a measurement as `meetlat score` writes them, for each of its questionnaires."""
    found = []
    for pin in sorted(measurement.pins, key=lambda pin: pin.unit_kind):
        source = filled(session, measurement, pin.instrument)
        # one order whatever the database sorts by: sums of figures depend on it
        answers = {unit: source.answers[unit] for unit in sorted(source.answers)}
        scored = results.score(source.instrument, answers)
        found.append(scorefile.scores(source.instrument, scored))
    return found
