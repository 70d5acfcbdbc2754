"""Rows in every table of follow-up, awkward values among them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import (
    Decision,
    Dependency,
    Dossier,
    Indicator,
    Letter,
    LetterOrigin,
    Mention,
    Origin,
    Outcome,
    PlanVersion,
    Point,
    PointClass,
    PointQuestion,
    PointReminder,
    PointStatus,
    PointStatusFile,
    PointVerdict,
    PointVersion,
    Reading,
    SchemeValue,
    StoredFile,
)
from tests.support.backups import AT


def fill(session: Session, dossier: Dossier, who: dict[str, Any], awkward: str) -> None:
    """Add them: a point and a measure under it, that goes on in a point of another document. Flushed."""
    day = AT.date()
    study = Origin(
        kind="evaluatie", title=awkward, basis_amount=80_790_000_000, basis_year=2025, version=1, **who
    )
    successor = _point(awkward, who, place=2, origin=study)
    session.add_all(
        [successor, SchemeValue(scheme="sea", code="x", title=awkward, place=1, version=1, **who)]
    )
    session.flush()
    point = _point(
        awkward,
        who,
        place=1,
        origin=study,
        unit_id=dossier.unit_id,
        closed_on=day,
        closed_as="doorgezet",
        successor_id=successor.id,
        classes=[PointClass(scheme="spoor", code="cultuur")],
        questions=[PointQuestion(instrument="klein", question="1.1-01")],
    )
    session.add(point)
    session.flush()
    measure = _point(awkward, who, place=3, kind="maatregel", parent_id=point.id)
    status = PointStatus(
        point_id=point.id,
        party="eigen",
        status="onderhanden",
        words=awkward,
        said_by=awkward,
        said_on=day,
        unit_id=dossier.unit_id,
        **who,
    )
    indicator = Indicator(
        point_id=point.id, level="impact", title=awkward, source="reeks", baseline=0.1, version=1, **who
    )
    letter = Letter(dated=day, subject=awkward, reference="+", version=1, **who)
    session.add_all([measure, status, indicator, letter])
    session.flush()
    session.add_all(
        [
            PointVersion(point_id=point.id, version=1, content={"title": awkward}, **who),
            Mention(point_id=point.id, origin_id=study.id, number="1", passage=awkward, **who),
            PlanVersion(point_id=point.id, number=1, begun_on=day, **who),
            PlanVersion(point_id=point.id, number=2, done_on=day, reason="realiteit", note=awkward, **who),
            Dependency(point_id=point.id, on_id=measure.id, kind="gelijk", note=awkward, **who),
            Reading(
                indicator_id=indicator.id,
                read_on=day,
                value=-1.5,
                origin="voorvallen",
                source=awkward,
                **who,
            ),
            *(
                PointStatusFile(status_id=status.id, file_id=file.id, title=awkward, filename="x.pdf")
                for file in session.scalars(select(StoredFile))
            ),
            PointVerdict(status_id=status.id, verdict="niet_bevestigd", words=awkward, **who),
            Decision(point_id=point.id, kind="bijsturen", question=awkward, decider="x", version=1, **who),
            PointReminder(point_id=point.id, due_on=day, told=2, **who),
            Outcome(
                measurement_id=dossier.measurement_id,
                point_id=point.id,
                verdict="deels",
                words=awkward,
                version=1,
                **who,
            ),
            LetterOrigin(letter_id=letter.id, origin_id=study.id, place=1),
        ]
    )
    session.flush()


def _point(awkward: str, who: dict[str, Any], **values: Any) -> Point:
    given: dict[str, Any] = {"kind": "aanbeveling", "title": awkward[:300], "text": awkward, "version": 1}
    return Point(**{**given, "addressee": "x", **values, **who})
