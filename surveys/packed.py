"""Packed answers: what lets the national picture of ten thousand units be read in one go.

They are derived from the answers and decide nothing: the database removes them when an answer changes
(migration 013), whoever reads packs what is missing, and `meetlat check` compares them with the answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.orm import Session

from scoring.packing import FORMAT
from surveys import dossiers
from surveys.instruments import Instrument
from surveys.measurements import instrument_of
from surveys.models import Dossier, InstrumentText, PackedAnswers
from surveys.reports.source import PACKED, packed_of

AT_ONCE = 500
"""So many dossiers are packed together."""


def keep(session: Session, dossier: Dossier) -> None:
    """Pack the answers of a dossier that is held, which were submitted or corrected just now."""
    _write(session, instrument_of(dossier.pinned), [dossier.id])


def fill_up(session: Session) -> int:
    """Pack the answers of every submitted dossier that lacks it, and say how many those were.

    After an upgrade, a restored backup or an imported archive. Commits as it goes.
    """
    lacking = (
        select(Dossier.id, Dossier.instrument_id)
        .outerjoin(PackedAnswers, PACKED)
        .where(Dossier.state.in_(dossiers.SUBMITTED), PackedAnswers.dossier_id.is_(None))
    )
    packed = 0
    for instrument, ids in _portions(session, lacking):
        session.execute(select(Dossier.id).where(Dossier.id.in_(ids)).with_for_update())
        _write(session, instrument, ids)
        session.commit()
        packed += len(ids)
    return packed


def differing(session: Session) -> Iterator[int]:
    """The dossiers whose packed answers are not the answers that they gave; there should be none."""
    having = select(Dossier.id, Dossier.instrument_id).join(PackedAnswers, PACKED)
    for instrument, ids in _portions(session, having):
        rows = session.execute(
            select(PackedAnswers.dossier_id, PackedAnswers.content).where(PackedAnswers.dossier_id.in_(ids))
        )
        kept = {row.dossier_id: row.content for row in rows}
        anew = packed_of(session, instrument, ids)
        yield from (each for each in ids if kept.get(each) != anew[each])


def _portions(session: Session, asked: Select[int, int]) -> Iterator[tuple[Instrument, list[int]]]:
    """Some of the dossiers that are asked for at a time, all with the same questionnaire."""
    last = 0
    while rows := session.execute(asked.where(Dossier.id > last).order_by(Dossier.id).limit(AT_ONCE)).all():
        last = rows[-1].id
        mine: dict[int, list[int]] = {}
        for row in rows:
            mine.setdefault(row.instrument_id, []).append(row.id)
        for pinned, ids in mine.items():
            yield instrument_of(session.get_one(InstrumentText, pinned)), ids


def _write(session: Session, instrument: Instrument, dossier_ids: Sequence[int]) -> None:
    packed = packed_of(session, instrument, dossier_ids)
    session.execute(delete(PackedAnswers).where(PackedAnswers.dossier_id.in_(dossier_ids)))
    session.execute(
        insert(PackedAnswers),
        [{"dossier_id": each, "format": FORMAT, "content": content} for each, content in packed.items()],
    )
