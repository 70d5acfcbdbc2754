"""The register of points: recommendations, findings, measures, agenda points, commitments, requests."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from surveys.acting import By, today
from surveys.errors import Refused
from surveys.follow_up import kinds, schemes
from surveys.follow_up.keeping import (
    chosen,
    fits,
    fits_day,
    fits_line,
    hold,
    hold_all,
    hold_open,
    one_line,
    permit,
    seen,
    touch,
)
from surveys.measurements import instrument_of, lock
from surveys.models import (
    InstrumentText,
    Measurement,
    Origin,
    Point,
    PointClass,
    PointQuestion,
    PointVersion,
    Recommendation,
    Unit,
)
from surveys.report_texts import clean
from surveys.reports.source import MeasurementInfo, UnitInfo

TITLE_LENGTH, TEXT_LENGTH, NAME_LENGTH, NUMBER_LENGTH, WORDS_LENGTH = 300, 10_000, 300, 32, 200
"""The most characters of each text."""
MOST_DAYS: Final = 730
"""Nobody is reminded of a term more days ahead than this."""
MOST_DEEP: Final = 20
"""No more points stand under each other than this."""


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


def listed(session: Session, ids: Collection[int] | None = None) -> list[PointInfo]:
    """All points that were not removed, or those with these ids, by place: a fixed number of queries."""
    query = (
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
    if ids is not None:
        query = query.where(Point.id.in_(ids))
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


def add(session: Session, details: Details, *, by: By, recommendation: Recommendation | None = None) -> Point:
    """Record a point at the end of the register; `recommendation`: what it was born from.

    Raises NotAllowed, and Refused for details that can't be.
    """
    permit(by)
    checked = _checked(session, details)
    last = session.scalar(select(func.max(Point.place)))
    row = Point(place=(last or 0) + 1, recommendation_id=recommendation.id if recommendation else None)
    _write(row, checked)
    session.add(row)
    touch(session, row, "add", by, kind=row.kind, unit=row.unit_id)
    return row


def change(session: Session, number: int, details: Details, *, by: By, seen_version: int) -> Point:
    """Change what a point is; what is the same already stays, version and all.

    What stands under it and was of the same unit goes with it to another, and is made up as soon as it is.

    Raises as `add` does, Refused for a closed one, and ChangedMeanwhile when somebody changed it since the
    version that was seen.
    """
    permit(by)
    if _reaches_others(session, number, details):
        hold_all(session)
    row = hold_open(session, number)
    checked = _checked(session, details, row)
    if Details.of(PointInfo.of(row)) == checked:
        return row
    seen(row, seen_version)
    unit_before = row.unit_id
    _write(row, checked)
    touch(session, row, "change", by)
    _pass_on(session, row, unit_before, by)
    return row


def _reaches_others(session: Session, number: int, details: Details) -> bool:
    """Whether a change to a point says something of those above or under it.

    Asked before the point is held. Who changed it in between, changed its version.
    """
    found = session.execute(
        select(Point.parent_id, Point.unit_id, Point.fictief).where(Point.id == number)
    ).one_or_none()
    return found is None or tuple(found) != (details.parent_id, details.unit_id, details.fictief)


def _pass_on(session: Session, above: Point, unit_before: int | None, by: By) -> None:
    """Give what stands under a point its unit, where it had the same before, and let it be as made up."""
    below = session.scalars(
        select(Point)
        .where(Point.parent_id == above.id, Point.removed.is_(False))
        .order_by(Point.id)
        .execution_options(populate_existing=True)
    ).all()
    for row in below:
        unit_was = row.unit_id
        unit_id = above.unit_id if unit_was == unit_before else unit_was
        if (unit_id, row.fictief or above.fictief) == (unit_was, row.fictief):
            continue
        row.unit_id, row.fictief = unit_id, row.fictief or above.fictief
        touch(session, row, "change", by, along=above.id)
        _pass_on(session, row, unit_was, by)


def remove(session: Session, number: int, *, by: By, seen_version: int) -> None:
    """Take a point out of the register; the row stays, for the log.

    Raises as `change` does, and Refused while something stands under it or goes on in it.
    """
    permit(by)
    row = hold(session, number)
    seen(row, seen_version)
    under = select(func.count()).where(Point.parent_id == row.id, Point.removed.is_(False))
    if session.scalar(under):
        raise Refused("Onder dit punt staan nog maatregelen. Verwijder die eerst.")
    goes_on = select(Point.title).where(Point.successor_id == row.id, Point.removed.is_(False))
    if (before := session.scalar(goes_on.limit(1))) is not None:
        raise Refused(f"In dit punt gaat ‘{before}’ verder. Heropen dat eerst.")
    row.removed = True
    touch(session, row, "remove", by)


def respond(session: Session, number: int, response: Response | None, *, by: By, seen_version: int) -> None:
    """Record what was answered to a point; None takes it away.

    Raises as `change` does.
    """
    permit(by)
    row = hold_open(session, number)
    seen(row, seen_version)
    if response is None:
        row.response = row.response_by = row.response_on = row.response_text = None
    else:
        if response.taken not in kinds.RESPONSES:
            raise Refused("Kies of het punt is overgenomen.")
        said_by = fits_line(response.by, NAME_LENGTH, "De naam")
        if said_by is None:
            raise Refused("Vul in wie heeft gereageerd.")
        row.response, row.response_by = response.taken, said_by
        row.response_on = fits_day(response.on, "De reactie")
        row.response_text = fits(response.words, TEXT_LENGTH, "De reactie")
    touch(session, row, "respond", by, response=row.response)


def decide_later(session: Session, number: int, later: Later | None, *, by: By, seen_version: int) -> None:
    """Record what was decided about a directional recommendation; None takes it away.

    Raises as `change` does, and Refused for a point that is not directional.
    """
    permit(by)
    row = hold_open(session, number)
    seen(row, seen_version)
    if row.nature != "richtinggevend":
        raise Refused("Alleen over een richtinggevende aanbeveling wordt later besloten.")
    if later is None:
        row.later = row.later_by = row.later_on = None
    else:
        if later.decision not in kinds.LATER:
            raise Refused("Kies of de aanbeveling wordt geconcretiseerd, aangepast of geschrapt.")
        decider = fits_line(later.by, NAME_LENGTH, "De naam")
        if decider is None:
            raise Refused("Vul in wie dit heeft besloten.")
        row.later, row.later_by = later.decision, decider
        row.later_on = fits_day(later.on, "Het besluit")
    touch(session, row, "decide_later", by, later=row.later)


def reach(
    session: Session, number: int, days: Mapping[str, date | None], *, by: By, seen_version: int
) -> None:
    """Record on which days the phases of `kinds.PHASES` were really reached.

    Raises as `change` does, and Refused for days that are not in the order of the phases or yet to come.
    """
    permit(by)
    row = hold_open(session, number)
    seen(row, seen_version)
    in_order(days)
    ahead = [phase for phase, day in days.items() if day is not None and day > today(by.at)]
    if ahead:
        raise Refused(
            f"‘{kinds.PHASES[ahead[0]]}’ ligt in de toekomst. Vul hier alleen in wat al is gebeurd; wat nog"
            " komt, hoort in de planning."
        )
    for phase in kinds.PHASES:
        setattr(row, phase, fits_day(days.get(phase), f"‘{kinds.PHASES[phase]}’"))
    touch(session, row, "reach", by, reached=_furthest(row))


def in_order(days: Mapping[str, date | None]) -> None:
    """Raise Refused unless the days of the phases follow each other."""
    known = [(phase, days[phase]) for phase in kinds.PHASES if days.get(phase)]
    for (before, first), (after, second) in pairwise(known):
        if first and second and second < first:
            raise Refused(
                f"‘{kinds.PHASES[after]}’ ligt voor ‘{kinds.PHASES[before]}’. Zet de data in volgorde."
            )


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


def from_recommendation(
    session: Session,
    measurement: Measurement,
    recommendation: Recommendation,
    unit_ids: Collection[int],
    *,
    by: By,
) -> list[Point]:
    """Make points of a recommendation: one for each unit, or without units one for its addressee.

    A unit (or addressee) that has one of this recommendation already keeps it, and gets no other.

    Raises NotAllowed, and Refused for a recommendation that was removed or of another measurement.
    """
    permit(by)
    lock(session, measurement)  # so that two who do this at once do not both make the same
    session.refresh(recommendation)
    if recommendation.removed or recommendation.measurement_id != measurement.id:
        raise Refused("Deze aanbeveling is intussen verwijderd.")
    had = set(
        session.scalars(
            select(Point.unit_id).where(
                Point.recommendation_id == recommendation.id, Point.removed.is_(False)
            )
        )
    )
    origin = origin_of(session, measurement, by=by)
    factor = schemes.schemes(session)[schemes.FACTORS].values.get(recommendation.factor or "")
    classes = {schemes.FACTORS: factor.code} if factor and not factor.retired else {}
    asked: list[int | None] = [*dict.fromkeys(unit_ids)] or [None]
    return [
        add(
            session,
            Details(
                kind="aanbeveling",
                title=_title(recommendation.text),
                text=recommendation.text,
                addressee=recommendation.addressee,
                number=str(recommendation.place),
                unit_id=unit_id,
                origin_id=origin.id,
                classes=classes,
                fictief=measurement.fictief,
            ),
            by=by,
            recommendation=recommendation,
        )
        for unit_id in asked
        if unit_id not in had
    ]


def origin_of(session: Session, measurement: Measurement, *, by: By) -> Origin:
    """The report of a measurement as a document in which points stand; made when it is not there yet."""
    found = session.scalar(select(Origin).where(Origin.measurement_id == measurement.id))
    if found is None:
        found = Origin(
            kind="meting",
            title=f"Rapport {measurement.name}",
            measurement_id=measurement.id,
            fictief=measurement.fictief,
            version=1,
            person_id=by.person_id,
            assignment_id=by.assignment_id,
            at=by.at,
        )
        session.add(found)
        session.flush()
    return found


def _title(text: str) -> str:
    """The first sentence of a text, as long as a title may be."""
    first = one_line(text).split(". ")[0].rstrip(".")
    return first if len(first) <= TITLE_LENGTH else f"{first[: TITLE_LENGTH - 1]}…"


def _furthest(row: Point) -> str | None:
    reached = [phase for phase in kinds.PHASES if getattr(row, phase) is not None]
    return reached[-1] if reached else None


def _write(row: Point, checked: Details) -> None:
    for name in vars(checked).keys() - {"classes", "questions"}:
        setattr(row, name, getattr(checked, name))
    kept = {each.scheme: each for each in row.classes}
    for scheme, code in checked.classes.items():
        if scheme in kept:
            kept[scheme].code = code
        else:
            kept[scheme] = PointClass(scheme=scheme, code=code)
    row.classes[:] = [kept[scheme] for scheme in sorted(checked.classes)]
    asked = {(each.instrument, each.question): each for each in row.questions}
    row.questions[:] = [
        asked.get(pair) or PointQuestion(instrument=pair[0], question=pair[1]) for pair in checked.questions
    ]


def _checked(session: Session, details: Details, row: Point | None = None) -> Details:
    kind = chosen(details.kind, kinds.KINDS, "een soort")
    title, text = one_line(details.title), clean(details.text)
    addressee = fits_line(details.addressee, NAME_LENGTH, "De geadresseerde")
    if kind is None:
        raise Refused("Kies wat voor punt dit is.")
    if not title:
        raise Refused("Vul een titel in.")
    if len(title) > TITLE_LENGTH:
        raise Refused(f"De titel mag {TITLE_LENGTH} tekens lang zijn. Kort hem in.")
    if not text:
        raise Refused("Vul de tekst van het punt in.")
    if addressee is None:
        raise Refused("Vul in voor wie het punt is.")
    if not 0 <= details.remind_days <= MOST_DAYS:
        raise Refused(f"Herinneren kan 0 tot en met {MOST_DAYS} dagen van tevoren.")
    if details.unit_id is not None and session.get(Unit, details.unit_id) is None:
        raise Refused("Kies een eenheid uit de lijst.")
    fictief = details.fictief
    if details.origin_id is not None:
        origin = session.get(Origin, details.origin_id)
        if origin is None or origin.removed:
            raise Refused("Kies een document uit de lijst.")
        fictief = fictief or origin.fictief
    parent = _parent(session, details.parent_id, row) if details.parent_id is not None else None
    return Details(
        kind=kind,
        title=title,
        text=fits(text, TEXT_LENGTH, "De tekst") or "",
        addressee=addressee,
        number=fits_line(details.number, NUMBER_LENGTH, "Het nummer"),
        # what a unit does for its own point is its own
        unit_id=parent.unit_id if parent and details.unit_id is None else details.unit_id,
        parent_id=details.parent_id,
        origin_id=details.origin_id,
        owner=fits_line(details.owner, NAME_LENGTH, "De naam van de verantwoordelijke"),
        executor=fits_line(details.executor, NAME_LENGTH, "De naam van de uitvoerder"),
        supervisor=fits_line(details.supervisor, NAME_LENGTH, "De naam van de toezichthouder"),
        due_on=fits_day(details.due_on, "De termijn"),
        due_words=fits_line(details.due_words, WORDS_LENGTH, "De termijn in woorden"),
        remind_days=details.remind_days,
        nature=chosen(details.nature, kinds.NATURES, "no regret of richtinggevend"),
        classes=_classes(session, details.classes, row),
        questions=_questions(session, details.questions, row),
        # what is done for something made up is made up, and so is what a made-up document says
        fictief=fictief or (parent is not None and parent.fictief),
    )


def _parent(session: Session, parent_id: int, row: Point | None) -> Point:
    """What a point is to stand under, held so that it is not closed or removed meanwhile.

    Raises Refused for what it can't stand under: nothing, itself, what stands under it or was closed, or so
    many that they would stand too deep.
    """
    found = session.scalar(
        select(Point).where(Point.id == parent_id).with_for_update().execution_options(populate_existing=True)
    )
    if found is None or found.removed:
        raise Refused("Kies een punt uit de lijst waar dit onder staat.")
    if row is not None and row.parent_id == parent_id:
        return found
    above = dict(session.execute(select(Point.id, Point.parent_id)).all())
    chain = _chain(parent_id, above)
    if row is not None and row.id in chain:
        raise Refused("Een punt kan niet onder zichzelf staan. Kies een ander punt.")
    if found.closed_on is not None:
        raise Refused(f"‘{found.title}’ is afgesloten. Heropen dat eerst, of kies een ander punt.")
    if len(chain) + (_height(row.id, above) if row is not None else 1) > MOST_DEEP:
        raise Refused(f"Zo staan er meer dan {MOST_DEEP} punten onder elkaar. Kies een punt dat hoger staat.")
    return found


def _chain(number: int, above: Mapping[int, int | None]) -> list[int]:
    """A point and all that it stands under, from below."""
    chain, up = [number], above[number]
    while up is not None:
        chain.append(up)
        up = above[up]
    return chain


def _height(number: int, above: Mapping[int, int | None]) -> int:
    """How many points stand under each other from a point down, itself among them."""
    height, level = 0, {number}
    while level:
        height += 1
        level = {each for each, up in above.items() if up in level}
    return height


def _classes(session: Session, asked: Mapping[str, str], row: Point | None) -> dict[str, str]:
    known, found = schemes.schemes(session), {}
    had = {each.scheme: each.code for each in row.classes} if row else {}
    for scheme, code in asked.items():
        if not code:
            continue
        value = known[scheme].values.get(code) if scheme in known else None
        if had.get(scheme) != code and (value is None or value.retired):
            title = known[scheme].title.lower() if scheme in known else "indeling"
            raise Refused(f"Kies een {title} uit de lijst.")
        found[scheme] = code
    return dict(sorted(found.items()))


def _questions(
    session: Session, asked: Iterable[tuple[str, str]], row: Point | None
) -> tuple[tuple[str, str], ...]:
    wanted = sorted(set(asked))
    known = {(each.instrument, each.question) for each in row.questions} if row else set()
    if not known.issuperset(wanted):
        codes = {code for code, _ in wanted}
        for text in session.scalars(select(InstrumentText).where(InstrumentText.code.in_(codes))):
            known |= {(text.code, question) for question in instrument_of(text).questions}
    missing = [question for pair in wanted if pair not in known for question in pair[1:]]
    if missing:
        raise Refused(f"Vraag {missing[0]} staat in geen enkele vragenlijst. Kies een vraag uit de lijst.")
    return tuple(wanted)
