"""What is done with points: add, change, answer, decide, reach, remove, and make them of recommendations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

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
from surveys.follow_up.points import (
    MOST_DAYS,
    NAME_LENGTH,
    NUMBER_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    WORDS_LENGTH,
    Details,
    Later,
    PointInfo,
    Response,
)
from surveys.measurements import instrument_of, lock
from surveys.models import (
    InstrumentText,
    Measurement,
    Origin,
    Point,
    PointClass,
    PointQuestion,
    Recommendation,
    Unit,
)
from surveys.report_texts import clean

MOST_DEEP: Final = 20
"""No more points stand under each other than this."""


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
