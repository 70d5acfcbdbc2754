"""What the same unit answered in the measurements before this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import dossiers, questions, results
from surveys.instruments import Instrument, Question
from surveys.measurements import instrument_of
from surveys.models import Dossier
from surveys.reports.source import MeasurementInfo, answers_of, series


@dataclass(frozen=True)
class EarlierAnswer:
    """What the unit answered to a question in an earlier measurement.

    `asked` is False when that version of the questionnaire lacks the question; `shown` is None when it was
    left open or did not apply.
    """

    measurement: MeasurementInfo
    asked: bool
    shown: str | None
    note: str | None


@dataclass(frozen=True)
class Round:
    """A measurement of the series, with what the unit answered in it; None when it submitted nothing.

    `counts` says whether any unit submitted in it.
    """

    measurement: MeasurementInfo
    instrument: Instrument
    answers: Mapping[str, results.Answer] | None
    counts: bool

    @cached_property
    def asked(self) -> Mapping[str, str]:
        """Which questions were asked of the unit, worked out once for all of them."""
        return results.asked(self.instrument, self.answers or {})


def rounds_before(session: Session, dossier: Dossier) -> list[Round]:
    """The measurements before a dossier's own, oldest first, with this unit's submitted answers."""
    pairs = series(session, dossier.measurement, dossier.pinned)[:-1]
    if not pairs:
        return []
    found = session.execute(
        select(Dossier.measurement_id, Dossier.id).where(
            Dossier.unit_id == dossier.unit_id,
            Dossier.measurement_id.in_([measurement.id for measurement, _ in pairs]),
            Dossier.state.in_(dossiers.SUBMITTED),
        )
    )
    counted = _counted(session, [(measurement.id, text.id) for measurement, text in pairs])
    ids = {row.measurement_id: row.id for row in found}
    by_dossier = answers_of(session, list(ids.values()))
    return [
        Round(
            MeasurementInfo.of(measurement),
            instrument_of(text),
            by_dossier.get(ids[measurement.id], {}) if measurement.id in ids else None,
            (measurement.id, text.id) in counted,
        )
        for measurement, text in pairs
    ]


def _counted(session: Session, pairs: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """Of measurements with an instrument, by their ids, those in which any unit submitted."""
    rows = session.execute(
        select(Dossier.measurement_id, Dossier.instrument_id)
        .where(
            Dossier.measurement_id.in_([measurement for measurement, _ in pairs]),
            Dossier.state.in_(dossiers.SUBMITTED),
        )
        .distinct()
    )
    return {(measurement, instrument) for measurement, instrument in rows} & set(pairs)


def answer_in(question: Question, each: Round) -> EarlierAnswer:
    """What the unit answered to a question in one round."""
    old = each.instrument.questions.get(question.code)
    if old is None or each.answers is None:
        return EarlierAnswer(each.measurement, asked=False, shown=None, note=None)
    answer = each.answers.get(question.code, results.Answer())
    if each.asked[question.code] != "asked":
        return EarlierAnswer(each.measurement, asked=True, shown=None, note=None)
    shown = None
    if answer.value is not None or answer.special is not None:
        shown = questions.show_answer(old, answer.value, answer.special)
    return EarlierAnswer(each.measurement, asked=True, shown=shown, note=answer.note)
