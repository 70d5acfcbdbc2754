"""Rows in every table about priority, people and money, awkward values among them."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from surveys.models import (
    BasisClaim,
    BasisItem,
    Capacity,
    CapacityVersion,
    Objective,
    ObjectivePoint,
    PlannedEvaluation,
    PlannedEvaluationPoint,
    PriorityVersion,
    Saving,
)


def fill(session: Session, point: int, study: int, unit: int, who: dict[str, Any], awkward: str) -> None:
    """Add them, about a point, a study and a unit. Flushed."""
    most = 10**15
    given = {"people_needed": 25, "people_assigned": 0, "budget_needed": most, "budget_assigned": 0}
    session.add_all(
        [
            PriorityVersion(point_id=point, number=1, priority="hoog", reason=awkward, **who),
            PriorityVersion(point_id=point, number=2, reason=awkward, **who),
            Capacity(
                point_id=point,
                version=2,
                versions=[
                    CapacityVersion(number=1, unit_id=unit, year=2026, **given, **who),
                    CapacityVersion(
                        number=2, part=awkward, year=2026, **given, reason="realiteit", note=awkward, **who
                    ),
                ],
                **who,
            ),
            Objective(
                year=2026,
                part=awkward,
                text=awkward,
                state="deels",
                words=awkward,
                version=1,
                points=[ObjectivePoint(point_id=point)],
                **who,
            ),
            BasisItem(origin_id=study, title=awkward, amount=most, year=2025, version=1, **who),
            BasisClaim(origin_id=study, share=755, words=awkward, version=1, **who),
            Saving(
                origin_id=study,
                title=awkward,
                share=200,
                amount=most,
                consequence=awkward,
                taken="nee",
                version=1,
                **who,
            ),
            PlannedEvaluation(
                title=awkward,
                kind=awkward,
                theme="mensen",
                year=2027,
                state="vervallen",
                reason=awkward,
                origin_id=study,
                version=1,
                points=[PlannedEvaluationPoint(point_id=point)],
                **who,
            ),
        ]
    )
    session.flush()
