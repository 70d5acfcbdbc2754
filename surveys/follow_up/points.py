"""Points as they are read: recommendations, findings, measures, agenda points, commitments, requests."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from surveys.follow_up import kinds
from surveys.models import Origin, Point, PointVersion
from surveys.reports.source import MeasurementInfo, UnitInfo

TITLE_LENGTH, TEXT_LENGTH, NAME_LENGTH, NUMBER_LENGTH, WORDS_LENGTH = 300, 10_000, 300, 32, 200
"""The most characters of each text."""
MOST_DAYS: Final = 730
"""Nobody is reminded of a term more days ahead than this."""


@dataclass(frozen=True)
class OriginInfo:
    """A document in which points stand. `measurement`: the one whose report it is, if it is one."""

    id: int
    kind: str
    title: str
    sender: str | None
    reference: str | None
    dated: date | None
    measurement: MeasurementInfo | None
    fictief: bool

    @classmethod
    def of(cls, row: Origin) -> OriginInfo:
        """Take it from its row."""
        measurement = MeasurementInfo.of(row.measurement) if row.measurement else None
        return cls(
            row.id, row.kind, row.title, row.sender, row.reference, row.dated, measurement, row.fictief
        )

    @property
    def kind_label(self) -> str:
        """Its kind in Dutch."""
        return kinds.ORIGINS[self.kind]


@dataclass(frozen=True)
class Response:
    """What was answered to a point: whether it was taken over, by whom, when, in which words."""

    taken: str
    by: str
    on: date | None
    words: str | None = None

    @property
    def label(self) -> str:
        """In Dutch: volledig overgenomen."""
        return kinds.RESPONSES[self.taken]


@dataclass(frozen=True)
class Later:
    """What was decided later about a directional recommendation, by whom and when."""

    decision: str
    by: str
    on: date | None

    @property
    def label(self) -> str:
        """In Dutch."""
        return kinds.LATER[self.decision]


@dataclass(frozen=True)
class Evaluation:
    """What an evaluation found: was the budget enough, did it work, and why one thinks so."""

    budget_enough: str
    worked: str
    words: str
    by: str
    on: date


@dataclass(frozen=True)
class Anchor:
    """The procedure in which a point is anchored: its title, its version or date, and where to find it."""

    title: str
    version: str
    place: str


@dataclass(frozen=True)
class AcceptedRisk:
    """That what remains of a risk was accepted: by whom or at which level, on which day, in which words."""

    level: str
    on: date
    words: str


@dataclass(frozen=True)
class PointInfo:
    """A point as pages and files show it.

    `actual` has the day on which each phase of `kinds.PHASES` was reached, None while it was not. `classes`:
    scheme to value. `questions`: questionnaire and question that show what became of it. `at` and `name`: by
    whom it was changed last, None for nobody with an account.
    """

    id: int
    kind: str
    number: str | None
    title: str
    text: str
    addressee: str
    unit: UnitInfo | None
    unit_id: int | None
    parent_id: int | None
    origin: OriginInfo | None
    recommendation_id: int | None
    owner: str | None
    executor: str | None
    supervisor: str | None
    due_on: date | None
    due_words: str | None
    remind_days: int
    nature: str | None
    later: Later | None
    response: Response | None
    actual: Mapping[str, date | None]
    evaluation: Evaluation | None
    closed_on: date | None
    closed_as: str | None
    successor_id: int | None
    classes: Mapping[str, str]
    questions: tuple[tuple[str, str], ...]
    place: int
    fictief: bool
    version: int
    name: str | None
    at: datetime
    anchor: Anchor | None = None
    risk: AcceptedRisk | None = None

    @property
    def is_open(self) -> bool:
        """Whether it was not closed."""
        return self.closed_on is None

    @property
    def called(self) -> str:
        """What to call it in a list: number and title."""
        return f"{self.number} {self.title}" if self.number else self.title

    @property
    def kind_label(self) -> str:
        """Its kind in Dutch."""
        return kinds.KINDS[self.kind]

    @classmethod
    def of(cls, row: Point) -> PointInfo:
        """Take it from its row."""
        return cls(
            id=row.id,
            kind=row.kind,
            number=row.number,
            title=row.title,
            text=row.text,
            addressee=row.addressee,
            unit=UnitInfo.of(row.unit, row.at.date()) if row.unit else None,
            unit_id=row.unit_id,
            parent_id=row.parent_id,
            origin=OriginInfo.of(row.origin) if row.origin else None,
            recommendation_id=row.recommendation_id,
            owner=row.owner,
            executor=row.executor,
            supervisor=row.supervisor,
            due_on=row.due_on,
            due_words=row.due_words,
            remind_days=row.remind_days,
            nature=row.nature,
            later=Later(row.later, row.later_by or "", row.later_on) if row.later else None,
            response=_response(row),
            actual={phase: getattr(row, phase) for phase in kinds.PHASES},
            evaluation=_evaluation(row),
            closed_on=row.closed_on,
            closed_as=row.closed_as,
            successor_id=row.successor_id,
            classes={each.scheme: each.code for each in row.classes},
            questions=tuple((each.instrument, each.question) for each in row.questions),
            place=row.place,
            fictief=row.fictief,
            version=row.version,
            name=row.person.name if row.person else None,
            at=row.at,
            anchor=_anchor(row),
            risk=_risk(row),
        )


def _response(row: Point) -> Response | None:
    if row.response is None:
        return None
    return Response(row.response, row.response_by or "", row.response_on, row.response_text)


def _evaluation(row: Point) -> Evaluation | None:
    if row.evaluated_on is None:
        return None
    return Evaluation(
        row.budget_enough or "onbekend",
        row.worked or "onbekend",
        row.evaluation or "",
        row.evaluated_by or "",
        row.evaluated_on,
    )


def _anchor(row: Point) -> Anchor | None:
    if row.anchor_title is None:
        return None
    return Anchor(row.anchor_title, row.anchor_version or "", row.anchor_place or "")


def _risk(row: Point) -> AcceptedRisk | None:
    if row.risk_level is None or row.risk_on is None:
        return None
    return AcceptedRisk(row.risk_level, row.risk_on, row.risk_words or "")


@dataclass(frozen=True)
class Details:
    """What a point is. `unit_id`, `parent_id` and `origin_id` refer to what it is for, under and from.

    `classes`: scheme to value; `questions`: pairs of questionnaire and question.
    """

    kind: str
    title: str
    text: str
    addressee: str
    number: str | None = None
    unit_id: int | None = None
    parent_id: int | None = None
    origin_id: int | None = None
    owner: str | None = None
    executor: str | None = None
    supervisor: str | None = None
    due_on: date | None = None
    due_words: str | None = None
    remind_days: int = 30
    nature: str | None = None
    classes: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[tuple[str, str], ...] = ()
    fictief: bool = False

    @classmethod
    def of(cls, point: PointInfo) -> Details:
        """What somebody would have filled in to get a point as it is."""
        return cls(
            kind=point.kind,
            title=point.title,
            text=point.text,
            addressee=point.addressee,
            number=point.number,
            unit_id=point.unit_id,
            parent_id=point.parent_id,
            origin_id=point.origin.id if point.origin else None,
            owner=point.owner,
            executor=point.executor,
            supervisor=point.supervisor,
            due_on=point.due_on,
            due_words=point.due_words,
            remind_days=point.remind_days,
            nature=point.nature,
            classes=point.classes,
            questions=point.questions,
            fictief=point.fictief,
        )


@dataclass(frozen=True)
class Version:
    """What a point held at a version (`content`: see `keeping.content`), by whom and when."""

    number: int
    content: Mapping[str, object]
    name: str | None
    at: datetime


_LISTED = (
    select(Point)
    .where(Point.removed.is_(False))
    .options(
        joinedload(Point.person),
        joinedload(Point.unit),
        joinedload(Point.origin).joinedload(Origin.measurement),
        selectinload(Point.classes),
        selectinload(Point.questions),
    )
    .order_by(Point.place, Point.id)
    .execution_options(populate_existing=True)
)


def listed(session: Session, ids: Collection[int] | None = None) -> list[PointInfo]:
    """All points that were not removed, or those with these ids, by place: a fixed number of queries."""
    query = _LISTED if ids is None else _LISTED.where(Point.id.in_(ids))
    return [PointInfo.of(row) for row in session.scalars(query)]


def find(session: Session, number: int) -> PointInfo | None:
    """A point by its id; None for one that was removed, or never was."""
    return next(iter(listed(session, [number])), None)


def below(found: Iterable[PointInfo], ids: Collection[int]) -> list[PointInfo]:
    """Of these points those with the ids, and all that stands under them."""
    every = list(found)
    kept = set(ids)
    while True:
        more = {each.id for each in every if each.parent_id in kept} - kept
        if not more:
            return [each for each in every if each.id in kept]
        kept |= more


def of_recommendations(session: Session, ids: Collection[int]) -> dict[int, tuple[PointInfo, ...]]:
    """The points that were made of recommendations, by the id of each that is asked for."""
    rows = session.execute(
        select(Point.recommendation_id, Point.id).where(Point.recommendation_id.in_(ids))
    ).all()
    found: dict[int, list[PointInfo]] = {each: [] for each in ids}
    for point in listed(session, [number for _, number in rows]) if rows else ():
        found[point.recommendation_id or 0].append(point)
    return {number: tuple(made) for number, made in found.items()}


def history(session: Session, number: int) -> list[Version]:
    """The versions of a point, the latest first."""
    rows = session.scalars(
        select(PointVersion)
        .where(PointVersion.point_id == number)
        .options(joinedload(PointVersion.person))
        .order_by(PointVersion.version.desc())
    )
    return [
        Version(row.version, row.content, row.person.name if row.person else None, row.at) for row in rows
    ]
