"""Priority, people and money in the example data, by the same verbs as a user's.

`money.toml` beside this file says what is real in it and what is not.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from surveys.acting import By
from surveys.example import HERE
from surveys.follow_up import basis, capacity, evaluations, means, objectives, origins, points, savings
from surveys.follow_up.basis import ClaimDetails, ItemDetails
from surveys.follow_up.capacity import CapacityDetails
from surveys.follow_up.evaluations import EvaluationDetails
from surveys.follow_up.means import Means
from surveys.follow_up.objectives import ObjectiveDetails
from surveys.follow_up.savings import SavingDetails

THEME = "mensen"
"""The theme of the Strategische Evaluatieagenda that the letter names."""


def fill(session: Session, by: By) -> None:
    """Put it in, beside the points and the study that are there. Flushes and never commits."""
    rows = tomllib.loads((HERE / "money.toml").read_text("utf-8"))
    known = {each.title: each.id for each in points.listed(session)}
    study = next(each.info.id for each in origins.listed(session) if each.info.title == rows["study"])
    _study(session, study, rows, by)
    for row in rows["points"]:
        _point(session, known[row["title"]], row, by)
    for row in rows["objectives"]:
        given = {**row, "point_ids": _ids(row, known), "fictief": True}
        del given["points"]
        objectives.OBJECTIVES.add(session, ObjectiveDetails(**given), by=by)
    for row in rows["evaluations"]:
        evaluations.EVALUATIONS.add(
            session,
            EvaluationDetails(
                row["title"],
                row["kind"],
                THEME,
                row["year"],
                row["state"],
                origin_id=study if row.get("done") else None,
                point_ids=_ids(row, known),
                fictief=True,
            ),
            by=by,
        )


def _study(session: Session, study: int, rows: Mapping[str, Any], by: By) -> None:
    for row in rows["items"]:
        basis.ITEMS.add(session, ItemDetails(study, **row), by=by)
    said = ClaimDetails(study, basis.tenths(rows["share"]), rows["share_words"])
    basis.CLAIMS.add(session, said, by=by)
    saving = {**rows["saving"], "share": basis.tenths(rows["saving"]["share"])}
    savings.SAVINGS.add(session, SavingDetails(study, amount=None, **saving), by=by)


def _point(session: Session, number: int, row: Mapping[str, Any], by: By) -> None:
    ranked = [(row["was"], row["was_reason"])] if "was" in row else []
    for seen, (priority, reason) in enumerate([*ranked, (row["priority"], row["reason"])]):
        capacity.prioritise(session, number, priority, reason, by=by, seen=seen)
    for each in row["capacities"]:
        people = [means.people(text) for text in each["people"]]
        given = Means(*people, *each["budget"])
        details = CapacityDetails(number, each["year"], part=each["part"], means=given)
        capacity.CAPACITIES.add(session, details, by=by)


def _ids(row: Mapping[str, Any], known: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(known[title] for title in row["points"])
