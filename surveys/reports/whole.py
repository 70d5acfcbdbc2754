"""Everything that a measurement's report is made from, as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import definitions, developments, figures, hearing, recommending, report_texts, report_versions
from surveys.figures import SeriesInfo
from surveys.follow_up import outcomes
from surveys.follow_up.outcomes import Asked
from surveys.glossary import Glossary
from surveys.judged import Judged
from surveys.models import Interview, LogEntry, Measurement, Source
from surveys.report_texts import Written
from surveys.reports import MeasurementInfo, NationalReport, UnitInfo, national
from surveys.reports.country import VERIFIED, confirmed
from surveys.reports.source import parents

COUNTING = frozenset(VERIFIED)
"""Only dossiers that were verified, or are further, count in a report (docs/method.md)."""


_LATE = 500
"""So many lines of the log can be written between a change and the end of its transaction."""


@dataclass(frozen=True)
class Earlier:
    """What a measurement before this one concluded and recommended."""

    measurement: MeasurementInfo
    judged: Mapping[str, Judged]
    recommendations: tuple[recommending.Entry, ...]


@dataclass(frozen=True)
class Heard:
    """A reaction in the wederhoor, and what was done with it; no names of people or units."""

    factor: str
    said: str
    done: str
    reason: str | None


@dataclass(frozen=True)
class Whole:
    """All that a report is made from. The first of `pictures` is that of the units whose levels count.

    `judged` has the confirmed national judgements by factor, `earlier` the measurements before this one,
    oldest first, `followed` what became of what those recommended, `above` to which unit each unit belongs,
    `visits` and `talks` how many conversations with and without a dossier were held.
    """

    measurement: MeasurementInfo
    question: str | None
    scope: str | None
    discussed_with: str | None
    period: tuple[date, date]
    publishers: tuple[str, ...]
    pictures: tuple[NationalReport, ...]
    judged: Mapping[str, Judged]
    earlier: tuple[Earlier, ...]
    followed: tuple[Asked, ...]
    developments: tuple[developments.Entry, ...]
    recommendations: tuple[recommending.Entry, ...]
    heard: tuple[Heard, ...]
    sources: tuple[str, ...]
    visits: int
    talks: int
    series: tuple[SeriesInfo, ...]
    above: Mapping[str, UnitInfo]
    texts: Mapping[str, Written]
    glossary: Glossary

    @property
    def main(self) -> NationalReport:
        """The picture of the units whose levels count."""
        return self.pictures[0]


def whole(session: Session, measurement: Measurement) -> Whole:
    """Read it all: a fixed number of queries for a number of measurements."""
    pictures = tuple(
        national(session, measurement, pin.instrument, COUNTING, in_full=True) for pin in measurement.pins
    )
    visits, talks = _held(session, measurement)
    return Whole(
        measurement=MeasurementInfo.of(measurement),
        question=measurement.question,
        scope=measurement.scope,
        discussed_with=measurement.discussed_with,
        period=(measurement.period_from, measurement.period_until),
        publishers=report_versions.publishers(session),
        pictures=pictures,
        judged=confirmed(session, measurement),
        earlier=_earlier(session, pictures),
        followed=outcomes.asked(session, measurement, pictures),
        developments=tuple(developments.listed(session, measurement)),
        recommendations=recommending.listed(session, measurement.id),
        heard=_heard(session, measurement),
        sources=_sources(session, measurement),
        visits=visits,
        talks=talks,
        series=figures.fitting(
            figures.listed(session), measurement.fictief, [each.instrument for each in pictures]
        ),
        above=parents(session, measurement),
        texts=report_texts.written(session, measurement.id),
        glossary=definitions.glossary(session),
    )


def revision(session: Session) -> int:
    """A number that is another one after every change that a report can show: all changes are logged.

    Asking for files, logging in, what is refused and looking at the log are logged too, and change nothing:
    who asks again must find the same.
    """
    last = (
        select(LogEntry.id)
        .where(
            LogEntry.subject.not_in(("task", "log_seal")),
            *(
                LogEntry.action.not_like(f"{kind}.%")
                for kind in (
                    *("login", "access", "file", "interim", "lesson", "moment", "signal"),
                    *("calendar_address", "committee", "meeting", "yearly_letter"),
                    *("basis_claim", "basis_item", "capacity", "objective", "planned_evaluation", "saving"),
                )
            ),
        )
        .order_by(LogEntry.id.desc())
        .limit(_LATE)
        .subquery()
    )
    # the line that was numbered first may be committed last: then the sum grows, the greatest does not
    return int(session.scalar(select(func.sum(last.c.id))) or 0)


def _earlier(session: Session, pictures: tuple[NationalReport, ...]) -> tuple[Earlier, ...]:
    if not pictures:
        return ()
    codes = [info.code for info in pictures[0].series[:-1]]
    rows = {row.code: row for row in session.scalars(select(Measurement).where(Measurement.code.in_(codes)))}
    return tuple(
        Earlier(
            MeasurementInfo.of(rows[code]),
            confirmed(session, rows[code]),
            recommending.listed(session, rows[code].id),
        )
        for code in codes
    )


def _held(session: Session, measurement: Measurement) -> tuple[int, int]:
    held = select(func.count()).where(
        Interview.measurement_id == measurement.id, Interview.state.not_in(("gepland", "vervallen"))
    )
    visits = session.scalar(held.where(Interview.dossier_id.is_not(None))) or 0
    return visits, (session.scalar(held) or 0) - visits


def _sources(session: Session, measurement: Measurement) -> tuple[str, ...]:
    rows = session.scalars(
        select(Source).where(Source.measurement_id == measurement.id).order_by(Source.title, Source.id)
    )
    return tuple(", ".join(filter(None, (row.title, row.origin))) for row in rows)


def _heard(session: Session, measurement: Measurement) -> tuple[Heard, ...]:
    lines = [line for line in hearing.lines(session, measurement) if line.reaction.counts]
    return tuple(
        Heard(
            line.factor,
            line.reaction.proposal or line.reaction.remark or line.reaction.verdict_label,
            line.done,
            line.reaction.settlement.reason if line.reaction.settlement else None,
        )
        for line in sorted(lines, key=lambda line: line.factor)
    )
