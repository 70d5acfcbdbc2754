"""Everything that the report of one unit is made from: its dossier, beside the country and the judgements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import definitions, dossiers, recommending, report_versions, results
from surveys.acting import AMSTERDAM
from surveys.follow_up import outcomes, standing
from surveys.follow_up.outcomes import Looked, OutcomeInfo
from surveys.follow_up.points import PointInfo
from surveys.follow_up.standing import Standing
from surveys.glossary import Glossary
from surveys.instruments import Instrument
from surveys.judged import Judged, confirmed_in
from surveys.measurements import instrument_of
from surveys.models import Dossier, InstrumentText, Measurement, Unit
from surveys.recommending import Entry
from surveys.reports.national import NationalReport, national
from surveys.reports.region import QuestionRow, RegionReport, region
from surveys.reports.source import MeasurementInfo, series
from surveys.reports.whole import COUNTING

PUBLISHED = frozenset({"gepubliceerd", "opvolging"})
"""The states of a measurement whose report everybody can read."""


@dataclass(frozen=True)
class Telling:
    """What a report tells besides what the unit itself said.

    `country`: the national counts, `motives`: why inspectors judged so, `recommendations` those of
    measurements that are not published either, and what became of earlier ones.
    """

    judgements: bool
    country: bool
    motives: bool
    recommendations: bool


FOR_INSPECTORS = Telling(judgements=True, country=True, motives=True, recommendations=True)


def for_unit(dossier: Dossier) -> Telling:
    """What the unit itself is told.

    Nothing by default: a judgement can still change until its dossier is closed, and a national count is
    made of the answers of others, who were promised that it comes with the report. Why inspectors judged so
    is their working paper and stays with them.
    """
    published = dossier.measurement.state in PUBLISHED
    return Telling(
        judgements=published or dossier.state == "afgesloten",
        country=published,
        motives=False,
        recommendations=False,
    )


@dataclass(frozen=True)
class Advice:
    """A recommendation to all units of a kind, and the measurement that made it."""

    measurement: MeasurementInfo
    entry: Entry


@dataclass(frozen=True)
class Followed:
    """A point of an earlier measurement that is for the unit itself (`own`) or for all units of its kind.

    `standing` is how the unit's own point stands; `outcome` what this measurement found, None where it did
    not or that may not be told yet. `answers` are those of the unit to the questions that show it.
    """

    point: PointInfo
    measurement: MeasurementInfo
    own: bool
    standing: Standing | None
    outcome: OutcomeInfo | None
    answers: tuple[QuestionRow, ...]


@dataclass(frozen=True)
class RegionWhole:
    """All that a unit's report is made from.

    `picture` is None where the country is not told, `counted` says whether the unit is among those that it
    counts, `meets` which statements hold here (a statement that nothing is known of is not in it). `judged`,
    `advice` and `followed` have only what may be told. `changed_on` is the day of the last change in it.
    """

    report: RegionReport
    telling: Telling
    picture: NationalReport | None
    counted: bool
    meets: Mapping[str, bool]
    judged: Mapping[str, Judged]
    advice: tuple[Advice, ...]
    followed: tuple[Followed, ...]
    publishers: tuple[str, ...]
    changed_on: date
    glossary: Glossary


class Reader:
    """Reads the reports of a measurement's units: what they share once, and a fixed number of queries each.

    It is for one session and one moment: it keeps what it has read.
    """

    def __init__(self, session: Session, measurement: Measurement) -> None:
        self._session, self._measurement = session, measurement
        self._publishers = report_versions.publishers(session)
        self._glossary = definitions.glossary(session)
        self._pictures: dict[int, NationalReport] = {}
        self._advice: dict[int, tuple[tuple[Advice, bool], ...]] = {}
        self._looked: tuple[Looked, ...] | None = None
        self._standings: dict[int, Standing] = {}

    def read(self, dossier: Dossier, telling: Telling) -> RegionWhole:
        """Read the report of a dossier of this measurement."""
        found = region(self._session, dossier)
        judged = confirmed_in(self._session, dossier) if telling.judgements else {}
        advice = tuple(
            each
            for each, published in self._recommended(dossier.pinned)
            if published or telling.recommendations
        )
        followed = tuple(self._followed(found, telling))
        return RegionWhole(
            report=found,
            telling=telling,
            picture=self._picture(dossier.pinned) if telling.country else None,
            counted=dossier.state in COUNTING,
            meets=_meets(found),
            judged=judged,
            advice=advice,
            followed=followed,
            publishers=self._publishers,
            changed_on=_changed_on(found, judged, advice, followed) or self._measurement.period_until,
            glossary=self._glossary,
        )

    def _picture(self, pinned: InstrumentText) -> NationalReport:
        if pinned.id not in self._pictures:
            self._pictures[pinned.id] = national(self._session, self._measurement, pinned, COUNTING)
        return self._pictures[pinned.id]

    def _recommended(self, pinned: InstrumentText) -> tuple[tuple[Advice, bool], ...]:
        """What this measurement and those before it recommended to all units; and whether it is published."""
        if pinned.id not in self._advice:
            instrument = instrument_of(pinned)
            self._advice[pinned.id] = tuple(
                (Advice(MeasurementInfo.of(each), entry), each.state in PUBLISHED)
                for each, _ in series(self._session, self._measurement, pinned)
                for entry in recommending.listed(self._session, each.id)
                if to_all(entry, instrument)
            )
        return self._advice[pinned.id]

    def _followed(self, found: RegionReport, telling: Telling) -> Iterator[Followed]:
        """The points of the unit itself, and those for all units like it, of which it may be told."""
        rows = {row.question.code: row for factor in found.factors for row in factor.questions}
        for each in self._looks_back():
            own = each.point.unit is not None and each.point.unit.code == found.unit.code
            if not (own or (each.point.unit is None and to_all(each.point, found.instrument))):
                continue
            if not (telling.recommendations or each.state in PUBLISHED):
                continue
            told = telling.recommendations or self._measurement.state in PUBLISHED
            yield Followed(
                point=each.point,
                measurement=each.measurement,
                own=own,
                standing=self._standings[each.point.id] if own else None,
                outcome=each.found if told else None,
                answers=tuple(
                    rows[question]
                    for instrument, question in each.point.questions
                    if instrument == found.instrument.code and question in rows
                ),
            )

    def _looks_back(self) -> tuple[Looked, ...]:
        """What this measurement looks back at, with how the points of units stand: read once."""
        if self._looked is None:
            self._looked = outcomes.looked(self._session, self._measurement)
            ids = [each.point.id for each in self._looked if each.point.unit is not None]
            stands = standing.of_points(self._session, ids)
            self._standings = {
                each.point.id: stands[each.point.id].seen_by(each.point.unit.code)
                for each in self._looked
                if each.point.unit is not None
            }
        return self._looked


def to_all(entry: Entry | PointInfo, instrument: Instrument) -> bool:
    """Whether a recommendation is for all units of a questionnaire: its addressee names them in plural.

    One to a single unit names that unit, and is nobody else's business.
    """
    return instrument.unit_noun[1].casefold() in entry.addressee.casefold()


def units_of(session: Session, measurement: Measurement) -> list[Dossier]:
    """The dossiers of a measurement, regions before commanders, then by code."""
    return list(
        session.scalars(
            select(Dossier)
            .join(Dossier.unit)
            .where(Dossier.measurement_id == measurement.id)
            .order_by(Unit.kind.desc(), Unit.code)
        )
    )


def submitted(found: list[Dossier]) -> list[Dossier]:
    """Those that were handed in: what others hold can still become anything."""
    return [each for each in found if each.state in dossiers.SUBMITTED]


def _meets(found: RegionReport) -> dict[str, bool]:
    code = found.unit.code
    given = {
        row.question.code: results.Answer(row.value, row.special, row.note, bool(row.documents))
        for factor in found.factors
        for row in factor.questions
    }
    counts = results.score(found.instrument, {code: given}).national.statements
    return {name: bool(count.n) for name, count in counts.items() if count.of}


def _changed_on(
    found: RegionReport,
    judged: Mapping[str, Judged],
    advice: tuple[Advice, ...],
    followed: tuple[Followed, ...],
) -> date | None:
    """The day of the last change, in Dutch time; None where nothing has happened yet."""
    rows = [row for factor in found.factors for row in factor.questions]
    moments: list[datetime | None] = [
        found.submitted_at,
        *(row.answered_at for row in rows),
        *(each.at for each in found.views),
        *(each.at for each in found.corrections),
        *(each.at for each in found.signatures),
        *(each.confirmed_at for each in judged.values()),
        *(each.entry.at for each in advice),
        *(each.outcome.at for each in followed if each.outcome),
        *(each.standing.own.at for each in followed if each.standing and each.standing.own),
    ]
    last = max((each for each in moments if each is not None), default=None)
    return last.astimezone(AMSTERDAM).date() if last else None
