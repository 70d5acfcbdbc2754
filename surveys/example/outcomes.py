"""What earlier measurements advised, in the example data, and what the measurement of 2013 found of it.

`outcomes_2013.toml` says what is real in it and what is not.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.acting import By
from surveys.follow_up import outcomes, registering, schemes
from surveys.follow_up.points import Details
from surveys.models import Measurement, Point, Recommendation

FILE = Path(__file__).parent / "outcomes_2013.toml"
FOUND_IN = "eindmeting-2013"
"""The measurement whose outcomes these are. Its report is not settled yet when they are written."""


@dataclass(frozen=True)
class AdviceRow:
    """An advice of a measurement; `questions` are pairs of questionnaire and question.

    `verdict` and `words`: what the measurement of 2013 found of it, None for its own advices.
    `recommendation`: the text of the recommendation in the example that says the same.
    """

    number: str
    measurement: str
    factor: str
    addressee: str
    title: str
    text: str
    questions: tuple[tuple[str, str], ...]
    verdict: str | None = None
    words: str | None = None
    recommendation: str | None = None


@cache
def advices() -> tuple[AdviceRow, ...]:
    """The advices of 2009 and 2013, in their order."""
    found = tomllib.loads(FILE.read_text("utf-8"))
    return tuple(
        AdviceRow(**{**row, "questions": tuple((code, question) for code, question in row["questions"])})
        for row in found["advices"]
    )


def fill(session: Session, by: By) -> list[Point]:
    """Put the advices in the register, and what the measurement of 2013 found of those of 2009.

    `by` is an inspector who writes the report of 2013, after its recommendations and before it is settled.
    """
    found_in = _measurement(session, FOUND_IN)
    made = []
    for row in advices():
        point = _add(session, row, by)
        if row.verdict is not None:
            outcomes.write(session, found_in, point.id, row.verdict, row.words or "", by=by, seen_version=0)
        made.append(point)
    return made


def _add(session: Session, row: AdviceRow, by: By) -> Point:
    measurement = _measurement(session, row.measurement)
    details = Details(
        kind="aanbeveling",
        title=row.title,
        text=row.text,
        addressee=row.addressee,
        number=row.number,
        origin_id=registering.origin_of(session, measurement, by=by).id,
        classes={schemes.FACTORS: row.factor},
        questions=row.questions,
        fictief=measurement.fictief,
    )
    return registering.add(session, details, by=by, recommendation=_recommendation(session, measurement, row))


def _recommendation(session: Session, measurement: Measurement, row: AdviceRow) -> Recommendation | None:
    if row.recommendation is None:
        return None
    return session.scalars(
        select(Recommendation).where(
            Recommendation.measurement_id == measurement.id,
            Recommendation.text == row.recommendation,
            Recommendation.removed.is_(False),
        )
    ).one()


def _measurement(session: Session, code: str) -> Measurement:
    return session.scalars(select(Measurement).where(Measurement.code == code)).one()
