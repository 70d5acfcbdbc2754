"""What a workbook or file to fill in without Meetlat is made from: a dossier as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from surveys import answers
from surveys.answers import Content
from surveys.instruments import Instrument
from surveys.measurements import instrument_of
from surveys.models import Dossier


@dataclass(frozen=True)
class Source:
    """The questionnaire of one unit in one measurement, with the answers that it has at a moment.

    `versions` has the version of each answer that was ever given.
    """

    instrument: Instrument
    measurement: str
    measurement_name: str
    unit: str
    unit_name: str
    fictief: bool
    made_at: datetime
    contents: Mapping[str, Content]
    versions: Mapping[str, int]


def of(session: Session, dossier: Dossier, at: datetime) -> Source:
    """Read a dossier as it stands. `at`: the moment to say that this was done."""
    rows = answers.joint(session, dossier)
    return Source(
        instrument=instrument_of(dossier.pinned),
        measurement=dossier.measurement.code,
        measurement_name=dossier.measurement.name,
        unit=dossier.unit.code,
        unit_name=dossier.unit.name,
        fictief=dossier.measurement.fictief,
        made_at=at,
        contents={code: answers.content_of(row) for code, row in rows.items()},
        versions={code: row.version for code, row in rows.items()},
    )
