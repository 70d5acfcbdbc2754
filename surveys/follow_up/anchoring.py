"""Where a point is anchored: the procedure that it became part of, and who accepted what remains of a risk.

Sources: 002 r. 39 (what was learnt goes into the Standard Operating Procedure) and r. 43 (risks are accepted
at the level that goes with them).
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from surveys.acting import By, today
from surveys.errors import Refused
from surveys.follow_up.keeping import fits, fits_day, fits_line, hold_open, permit, seen, touch
from surveys.follow_up.points import AcceptedRisk, Anchor

TITLE_LENGTH, VERSION_LENGTH, PLACE_LENGTH, LEVEL_LENGTH, WORDS_LENGTH = 300, 200, 300, 300, 10_000
"""The most characters of each text."""


def anchor(session: Session, number: int, found: Anchor | None, *, by: By, seen_version: int) -> None:
    """Record in which procedure a point is anchored; None takes it away.

    Raises NotAllowed; Refused for a point that was closed or removed, and for one that is not whole;
    ChangedMeanwhile when somebody changed the point since the version that was seen.
    """
    permit(by)
    row = hold_open(session, number)
    seen(row, seen_version)
    title = version = place = None
    if found is not None:
        title = fits_line(found.title, TITLE_LENGTH, "De titel")
        version = fits_line(found.version, VERSION_LENGTH, "De versie")
        place = fits_line(found.place, PLACE_LENGTH, "De vindplaats")
        if None in (title, version, place):
            raise Refused("Vul de titel, de versie of datum, en de vindplaats van de procedure in.")
    row.anchor_title, row.anchor_version, row.anchor_place = title, version, place
    touch(session, row, "anchor", by, anchored=title is not None)


def accept_risk(
    session: Session, number: int, risk: AcceptedRisk | None, *, by: By, seen_version: int
) -> None:
    """Record at which level, on which day and why the rest of a risk was accepted; None takes it away.

    Raises as `anchor` does, and Refused for a day that is yet to come.
    """
    permit(by)
    row = hold_open(session, number)
    seen(row, seen_version)
    level: str | None = None
    on: date | None = None
    words: str | None = None
    if risk is not None:
        level = fits_line(risk.level, LEVEL_LENGTH, "Het niveau")
        on = fits_day(risk.on, "De dag")
        words = fits(risk.words, WORDS_LENGTH, "De toelichting")
        if level is None or on is None or words is None:
            raise Refused("Vul in wie het risico aanvaardde, op welke dag, en wat het inhoudt.")
        if on > today(by.at):
            raise Refused("Deze dag ligt in de toekomst. Vul een dag in tot en met vandaag.")
    row.risk_level, row.risk_on, row.risk_words = level, on, words
    touch(session, row, "accept_risk", by, accepted=risk is not None)
