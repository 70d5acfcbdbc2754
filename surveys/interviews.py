"""Visits and interviews: planning and holding them, and their reports in passages.

A report goes from `concept` to `ter_verificatie` and on; `surveys.offering` takes those steps, with `go`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from surveys import dossiers, log
from surveys.acting import By
from surveys.errors import ChangedMeanwhile, NotAllowed, NotNow, Refused, StaleText, UnknownFactor
from surveys.measurements import instrument_of
from surveys.models import (
    Attendee,
    Dossier,
    Interview,
    Measurement,
    Passage,
    PassageVersion,
    Person,
    Settlement,
    Unit,
)
from surveys.permissions import allowed

PERMISSION = "dossier.inspect"
KINDS = {"bezoek": "Bezoek", "interview": "Interview", "gesprek": "Gesprek"}
"""The kinds, with their Dutch names."""
SIDES = {"regio": "Veiligheidsregio", "defensie": "Defensie", "inspectie": "Inspectie", "anders": "Anders"}
"""For whom somebody was there."""
STATES = {
    "gepland": "Gepland",
    "concept": "Verslag in concept",
    "ter_verificatie": "Ter verificatie",
    "geverifieerd": "Geverifieerd",
    "geverifieerd_zonder_reactie": "Geverifieerd zonder reactie",
    "vervallen": "Vervallen",
}
"""The states of a visit and its report in their order, with their Dutch names."""
VERIFIED = frozenset({"geverifieerd", "geverifieerd_zonder_reactie"})
CHANGEABLE = frozenset({"gepland", "concept"})
"""The states in which date, place and who was there can change."""
NAME_LENGTH = 200
TEXT_LENGTH = 10_000
"""The most characters of a passage."""
MOST_ATTENDEES = 30
BEFORE_VISIT = ("ingediend", "in_analyse")
AFTER_VISIT = frozenset({"bezocht", "geverifieerd", "beoordeeld"})
"""The states of a dossier in which another conversation changes nothing of its state."""


@dataclass(frozen=True)
class Attending:
    """Somebody who is or was there."""

    side: str
    name: str
    position: str = ""


@dataclass(frozen=True)
class Details:
    """What a visit or interview is. `subject`: with whom, where it is about no dossier."""

    kind: str
    held_on: date
    place: str = ""
    attendees: tuple[Attending, ...] = ()
    subject: str = ""


@dataclass(frozen=True)
class PassageView:
    """A passage as it stands, with the report that it is of. `verified`: so is the report."""

    id: int
    interview_id: int
    factor: str | None
    text: str
    version: int
    held_on: date
    kind_label: str
    state: str
    removed: bool = False

    @property
    def verified(self) -> bool:
        """Whether the report was verified, with or without a reaction."""
        return self.state in VERIFIED

    @property
    def state_label(self) -> str:
        """The state of the report in Dutch."""
        return STATES[self.state]


def lock(session: Session, interview: Interview) -> None:
    """Hold the interview until the transaction ends, and see its state and version as they are now."""
    session.execute(select(Interview.id).where(Interview.id == interview.id).with_for_update())
    session.refresh(interview, ["state", "version"])


def plan(
    session: Session, measurement: Measurement, dossier: Dossier | None, details: Details, *, by: By
) -> Interview:
    """Plan a visit to a unit, or (without a dossier) a conversation with somebody else.

    Raises Refused for details that lack something, a dossier that was not handed in or is closed, and a
    measurement in which nothing was sent out; NotAllowed for a role that does not inspect.
    """
    _permit(by)
    _check(details, dossier)
    if dossier is not None:
        dossiers.lock(session, dossier)
        if dossier.state in dossiers.OPEN:
            raise Refused(
                f"{dossier.unit.name} heeft nog niet ingeleverd. Een bezoek kan daarna pas worden gepland."
            )
        if dossier.state == "afgesloten":
            raise Refused("Dit dossier is afgesloten. Er kan geen bezoek meer bij.")
    made = Interview(
        measurement_id=measurement.id,
        dossier=dossier,
        subject=None if dossier is not None else details.subject.strip(),
        state="gepland",
        version=1,
        **_stamp(by),
        **_fields(details),
    )
    session.add(made)
    session.flush()
    log.write(session, "interview.plan", by, "interview", made.id, **_of(dossier))
    return made


def change(session: Session, interview: Interview, details: Details, *, seen_version: int, by: By) -> None:
    """Change what was planned, or correct it while the report is a draft.

    Raises ChangedMeanwhile when a colleague did meanwhile, NotNow once the report was offered, and as `plan`.
    """
    _permit(by)
    lock(session, interview)
    if interview.state not in CHANGEABLE:
        raise NotNow(
            f"Dit kan niet meer worden gewijzigd (stand: {STATES[interview.state].lower()})."
            " Trek het aangeboden verslag eerst in, of plan een nieuw gesprek."
        )
    if interview.version != seen_version:
        raise ChangedMeanwhile()
    _check(details, interview.dossier)
    for name, value in (_fields(details) | _stamp(by)).items():
        setattr(interview, name, value)
    if interview.dossier is None:
        interview.subject = details.subject.strip()
    interview.version += 1
    session.flush()
    log.write(session, "interview.change", by, "interview", interview.id, version=interview.version)


def cancel(session: Session, interview: Interview, reason: str, *, by: By) -> None:
    """Take back what was planned. Raises NotNow once it was held, and Refused without a reason."""
    _permit(by)
    lock(session, interview)
    if interview.state != "gepland":
        raise NotNow(f"Alleen een gepland gesprek kan vervallen (stand: {STATES[interview.state].lower()}).")
    if not reason.strip():
        raise Refused("Geef een reden op. Die staat daarna bij het gesprek.")
    if len(reason.strip()) > TEXT_LENGTH:
        raise Refused(f"De reden mag {TEXT_LENGTH} tekens lang zijn. Kort de tekst in.")
    interview.remark = reason.strip()
    go(session, interview, "vervallen", by)


def hold(session: Session, interview: Interview, *, today: date, by: By) -> None:
    """Record that it took place: the report begins, and the dossier is `bezocht`.

    Raises NotNow unless it is planned, and Refused for a day that is still to come or for nobody who was
    there.
    """
    _permit(by)
    lock(session, interview)
    if interview.state != "gepland":
        raise NotNow(f"Dit is al vastgelegd (stand: {STATES[interview.state].lower()}).")
    if interview.held_on > today:
        raise Refused("De dag van het gesprek moet nog komen. Pas de datum aan als het al is geweest.")
    if not interview.attendees:
        raise Refused("Leg eerst vast wie erbij waren.")
    go(session, interview, "concept", by)
    dossier = interview.dossier
    if dossier is None:
        return
    dossiers.lock(session, dossier)
    for state in BEFORE_VISIT:
        if dossier.state == state:
            dossiers.move(session, dossier, "in_analyse" if state == "ingediend" else "bezocht", by)
    if dossier.state not in AFTER_VISIT:
        raise Refused(
            "De vragenlijst is intussen teruggestuurd. Leg het bezoek vast als zij weer is ingeleverd."
        )


def go(session: Session, interview: Interview, state: str, by: By) -> None:
    """Bring an interview to another state; the only place that does. The caller holds it and checked."""
    log.write(
        session, "interview.state", by, "interview", interview.id, old=interview.state, new=state,
        **_of(interview.dossier),
    )  # fmt: skip
    interview.state = state
    interview.version += 1
    session.flush()


def add_passage(session: Session, interview: Interview, *, text: str, factor: str | None, by: By) -> Passage:
    """Add a passage at the end. Raises NotNow unless the report is a draft, and as `write_passage`."""
    _permit(by)
    lock(session, interview)
    _writable(interview)
    _check_passage(interview, text, factor)
    made = _keep(session, interview, factor, _clean(text), by)
    log.write(session, "passage.add", by, "passage", made.id, factor=factor, interview=interview.id)
    return made


def write_passage(
    session: Session,
    passage: Passage,
    *,
    text: str,
    factor: str | None,
    by: By,
    seen_version: int,
    settlement: Settlement | None = None,
) -> Passage:
    """Write a passage anew. With `settlement` it is what was done with a reaction, while it is verified.

    Raises StaleText when somebody wrote it meanwhile, NotNow unless the report is a draft (or is being
    verified, with a settlement), Refused for an empty or too long text, UnknownFactor.
    """
    _permit(by)
    interview = passage.interview
    lock(session, interview)
    session.refresh(passage)
    if settlement is None:
        _writable(interview)
    elif interview.state != "ter_verificatie":
        raise NotNow("Dit verslag ligt niet meer ter verificatie.")
    if passage.version != seen_version:
        raise StaleText(text, passage.text)
    _check_passage(interview, text, factor)
    if (passage.text, passage.factor) == (_clean(text), factor):
        return passage
    passage.text, passage.factor = _clean(text), factor
    _version(session, passage, by, settlement)
    log.write(session, "passage.write", by, "passage", passage.id, version=passage.version)
    return passage


def remove_passage(session: Session, passage: Passage, *, seen_version: int, by: By) -> None:
    """Take a passage out of the report; what it was stays among its versions.

    Raises StaleText when somebody wrote it meanwhile, NotNow unless the report is a draft.
    """
    _permit(by)
    lock(session, passage.interview)
    session.refresh(passage)
    _writable(passage.interview)
    if passage.version != seen_version:
        raise StaleText(passage.text, passage.text)
    passage.removed = True
    _version(session, passage, by, None)
    log.write(session, "passage.remove", by, "passage", passage.id, version=passage.version)


def move_passage(session: Session, passage: Passage, step: int, *, by: By) -> None:
    """Move a passage up (-1) or down (1) among those of its factor; at an end nothing happens.

    Raises NotNow unless the report is a draft.
    """
    _permit(by)
    lock(session, passage.interview)
    _writable(passage.interview)
    beside = [each for each in standing(passage.interview) if each.factor == passage.factor]
    place = beside.index(passage) + step
    if not 0 <= place < len(beside):
        return
    other = beside[place]
    passage.position, other.position = other.position, passage.position
    for each in (passage, other):
        each.version += 1
        _keep_version(session, each, by, None)
    session.flush()
    log.write(session, "passage.move", by, "passage", passage.id, step=step)
    session.expire(passage.interview, ["passages"])


def by_id(session: Session, measurement: Measurement, interview_id: int) -> Interview | None:
    """The interview of a measurement with this id, with who was there and its passages."""
    return session.scalar(
        select(Interview)
        .where(Interview.id == interview_id, Interview.measurement_id == measurement.id)
        .options(
            selectinload(Interview.attendees), selectinload(Interview.passages), joinedload(Interview.dossier)
        )
    )


def of_measurement(session: Session, measurement: Measurement) -> list[Interview]:
    """All visits and interviews of a measurement, by day."""
    return list(
        session.scalars(
            select(Interview)
            .where(Interview.measurement_id == measurement.id)
            .options(selectinload(Interview.attendees), joinedload(Interview.dossier))
            .order_by(Interview.held_on, Interview.id)
        )
    )


def of_dossier(session: Session, dossier: Dossier) -> list[Interview]:
    """The visits and interviews of a dossier, by day."""
    return list(
        session.scalars(
            select(Interview)
            .where(Interview.dossier_id == dossier.id)
            .options(selectinload(Interview.attendees), selectinload(Interview.passages))
            .order_by(Interview.held_on, Interview.id)
        )
    )


def report_state(session: Session, dossier: Dossier) -> str | None:
    """The state of the dossier's last visit that was not taken back; None when there is none."""
    return session.scalar(
        select(Interview.state)
        .where(Interview.dossier_id == dossier.id, Interview.state != "vervallen")
        .order_by(Interview.held_on.desc(), Interview.id.desc())
        .limit(1)
    )


def standing(interview: Interview) -> list[Passage]:
    """The passages of a report: in general first, then by factor in the order of the questionnaire."""
    order = {code: place for place, code in enumerate(factors(interview))}
    return sorted(
        (each for each in interview.passages if not each.removed),
        key=lambda each: (order.get(each.factor or "", -1), each.position, each.id),
    )


def passages(session: Session, dossier: Dossier) -> Mapping[str | None, tuple[PassageView, ...]]:
    """What the reports of a dossier say, by factor (None: in general), the oldest visit first."""
    found: dict[str | None, list[PassageView]] = {}
    for interview in of_dossier(session, dossier):
        if interview.state in {"gepland", "vervallen"}:
            continue
        for each in standing(interview):
            found.setdefault(each.factor, []).append(view(interview, each))
    return {factor: tuple(rows) for factor, rows in found.items()}


def view(interview: Interview, passage: Passage) -> PassageView:
    """A passage as pages show it."""
    return PassageView(
        passage.id,
        interview.id,
        passage.factor,
        passage.text,
        passage.version,
        interview.held_on,
        KINDS[interview.kind],
        interview.state,
        passage.removed,
    )


def factors(interview: Interview) -> dict[str, str]:
    """The factors that a passage can be about: code -> title, in order.

    Those of the dossier's questionnaire; without a dossier those of all questionnaires of the measurement.
    """
    dossier = interview.dossier
    if dossier is not None:
        found = [instrument_of(dossier.pinned)]
    else:
        found = [instrument_of(pin.instrument) for pin in interview.measurement.pins]
    return {code: factor.title for each in found for code, factor in each.factors.items()}


@dataclass(frozen=True)
class VersionView:
    """One save of a passage: by whom and when, and whether a reaction led to it."""

    version: int
    factor: str | None
    text: str
    removed: bool
    by: str
    at: datetime
    after_reaction: bool


def versions(session: Session, interview: Interview) -> Mapping[int, tuple[VersionView, ...]]:
    """Every version of every passage of a report, by passage id, the oldest first."""
    rows = session.execute(
        select(PassageVersion, Person.name)
        .join(Person, Person.id == PassageVersion.person_id)
        .join(Passage, Passage.id == PassageVersion.passage_id)
        .where(Passage.interview_id == interview.id)
        .order_by(PassageVersion.passage_id, PassageVersion.version)
    )
    found: dict[int, list[VersionView]] = {}
    for row, name in rows:
        found.setdefault(row.passage_id, []).append(
            VersionView(
                row.version, row.factor, row.text, row.removed, name, row.at, row.settlement_id is not None
            )
        )
    return {passage_id: tuple(each) for passage_id, each in found.items()}


def without(session: Session, measurement: Measurement) -> list[Dossier]:
    """The dossiers that were handed in and have no visit that stands, by unit code."""
    visited = select(Interview.dossier_id).where(
        Interview.measurement_id == measurement.id,
        Interview.state != "vervallen",
        Interview.dossier_id.is_not(None),
    )
    return list(
        session.scalars(
            select(Dossier)
            .join(Dossier.unit)
            .where(
                Dossier.measurement_id == measurement.id,
                Dossier.state.in_(dossiers.SUBMITTED),
                Dossier.id.not_in(visited),
            )
            .order_by(Unit.kind.desc(), Unit.code)
        )
    )


def _permit(by: By) -> None:
    if not allowed(by.role, PERMISSION):
        raise NotAllowed()


def _check(details: Details, dossier: Dossier | None) -> None:
    if details.kind not in KINDS:
        raise Refused("Kies een soort uit de lijst.")
    if dossier is None and not details.subject.strip():
        raise Refused("Vul in met wie het gesprek is, bijvoorbeeld de naam van de directie.")
    for text, what in ((details.subject, "De naam"), (details.place, "De plaats")):
        if len(text.strip()) > NAME_LENGTH:
            raise Refused(f"{what} mag {NAME_LENGTH} tekens lang zijn. Kort de tekst in.")
    _check_attendees(details.attendees)


def _check_attendees(attendees: Sequence[Attending]) -> None:
    if len(attendees) > MOST_ATTENDEES:
        raise Refused(f"Er passen {MOST_ATTENDEES} mensen in de lijst. Voeg mensen samen of laat er weg.")
    for each in attendees:
        if each.side not in SIDES:
            raise Refused("Kies bij iedereen voor wie hij of zij erbij was.")
        if not each.name.strip():
            raise Refused("Vul bij iedereen die erbij was een naam in.")
        if max(len(each.name.strip()), len(each.position.strip())) > NAME_LENGTH:
            raise Refused(f"Een naam of functie mag {NAME_LENGTH} tekens lang zijn. Kort de tekst in.")


def _fields(details: Details) -> dict[str, object]:
    return {
        "kind": details.kind,
        "held_on": details.held_on,
        "place": details.place.strip() or None,
        "attendees": [
            Attendee(side=each.side, name=each.name.strip(), position=each.position.strip() or None)
            for each in details.attendees
        ],
    }


def _stamp(by: By) -> dict[str, object]:
    return {"person_id": by.person_id, "assignment_id": by.assignment_id, "at": by.at}


def _of(dossier: Dossier | None) -> dict[str, int]:
    return {} if dossier is None else {"dossier": dossier.id}


def _writable(interview: Interview) -> None:
    if interview.state != "concept":
        raise NotNow(
            f"Het verslag kan nu niet worden gewijzigd (stand: {STATES[interview.state].lower()})."
            + (" Trek het eerst in." if interview.state == "ter_verificatie" else "")
        )


def _check_passage(interview: Interview, text: str, factor: str | None) -> None:
    if factor is not None and factor not in factors(interview):
        raise UnknownFactor(factor)
    if not text.strip():
        raise Refused("De passage is leeg. Schrijf een tekst, of haal de passage weg.")
    if len(_clean(text)) > TEXT_LENGTH:
        raise Refused(
            f"De passage is {len(_clean(text))} tekens lang; er passen er {TEXT_LENGTH}. Maak er twee van."
        )


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


def _keep(session: Session, interview: Interview, factor: str | None, text: str, by: By) -> Passage:
    last = session.scalar(select(func.max(Passage.position)).where(Passage.interview_id == interview.id)) or 0
    made = Passage(interview=interview, factor=factor, position=last + 1, text=text, removed=False, version=1)
    session.add(made)
    session.flush()
    _keep_version(session, made, by, None)
    session.flush()
    return made


def _version(session: Session, passage: Passage, by: By, settlement: Settlement | None) -> None:
    passage.version += 1
    _keep_version(session, passage, by, settlement)
    session.flush()


def _keep_version(session: Session, passage: Passage, by: By, settlement: Settlement | None) -> None:
    session.add(
        PassageVersion(
            passage_id=passage.id,
            version=passage.version,
            factor=passage.factor,
            text=passage.text,
            removed=passage.removed,
            settlement_id=settlement.id if settlement else None,
            **_stamp(by),
        )
    )
