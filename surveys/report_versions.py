"""Versions of a report: frozen, confirmed with four eyes, signed by both heads, presented, published."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload, undefer

from surveys import log
from surveys.acting import By, today
from surveys.errors import Refused
from surveys.measurements import lock
from surveys.models import (
    Assignment,
    Measurement,
    Organisation,
    ReportSignature,
    ReportStep,
    ReportVersion,
)
from surveys.report_texts import clean, permit

STATES = {"concept": "Concept", "vastgesteld": "Vastgesteld", "gepubliceerd": "Gepubliceerd"}
"""The states of a version, with their Dutch names."""
STEPS = {
    "make": "Vastgelegd",
    "confirm": "Vastgesteld",
    "sign": "Ondertekend",
    "present": "Aangeboden",
    "publish": "Gepubliceerd",
}
"""What can be done with a version, as its history tells it."""
WRITING = "rapport_concept"
"""The state of a measurement in which a version can be confirmed."""
_LENGTH = 200


@dataclass(frozen=True)
class Signed:
    """That the head of an organisation signed."""

    name: str
    function: str
    organisation: str
    signed_on: date


@dataclass(frozen=True)
class Step:
    """One thing that was done with a version."""

    label: str
    remark: str | None
    name: str
    at: datetime


@dataclass(frozen=True)
class Version:
    """A version as pages show it. `missing`: the organisations whose head has not signed yet."""

    id: int
    number: int
    state: str
    remark: str | None
    sha256: str
    made_by_id: int
    made_by: str
    made_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    signatures: tuple[Signed, ...]
    missing: tuple[str, ...]
    presented_to: str | None
    presented_on: date | None
    letter: str | None
    steps: tuple[Step, ...]

    @property
    def state_label(self) -> str:
        """The state in Dutch."""
        return STATES[self.state]


def publishers(session: Session) -> tuple[str, ...]:
    """The organisations whose inspectors measure, in the order in which they came."""
    return tuple(
        session.scalars(
            select(Organisation.name)
            .where(
                Organisation.id.in_(select(Assignment.organisation_id).where(Assignment.role == "inspecteur"))
            )
            .order_by(Organisation.id)
        )
    )


def listed(session: Session, measurement: Measurement) -> tuple[Version, ...]:
    """The versions of a report, the newest first: a fixed number of queries, without their texts."""
    rows = session.scalars(
        select(ReportVersion)
        .where(ReportVersion.measurement_id == measurement.id)
        .options(
            joinedload(ReportVersion.made_by),
            joinedload(ReportVersion.confirmed_by),
            selectinload(ReportVersion.signatures),
        )
        .order_by(ReportVersion.number.desc())
        .execution_options(populate_existing=True)
    ).all()
    steps: dict[int, list[ReportStep]] = {}
    for step in session.scalars(
        select(ReportStep)
        .where(ReportStep.report_version_id.in_([row.id for row in rows]))
        .options(joinedload(ReportStep.person))
        .order_by(ReportStep.id)
    ):
        steps.setdefault(step.report_version_id, []).append(step)
    wanted = publishers(session)
    return tuple(_version(row, steps.get(row.id, []), wanted) for row in rows)


def find(session: Session, measurement: Measurement, number: int) -> Version | None:
    """One version by its number; None when there is none."""
    return next((each for each in listed(session, measurement) if each.number == number), None)


def state_of(session: Session, measurement: Measurement) -> str:
    """How definite a report is: the state of its version that was confirmed, or `concept`."""
    found = session.scalar(
        select(ReportVersion.state).where(
            ReportVersion.measurement_id == measurement.id, ReportVersion.state != "concept"
        )
    )
    return found or "concept"


def content(session: Session, measurement: Measurement, number: int) -> tuple[str, str]:
    """The text and the basis of a version, as they were kept. Raises Refused when they were tampered with."""
    row = session.scalars(
        select(ReportVersion)
        .where(ReportVersion.measurement_id == measurement.id, ReportVersion.number == number)
        .options(undefer(ReportVersion.content), undefer(ReportVersion.basis))
    ).one()
    if _hash(row.content, row.basis) != row.sha256:
        raise Refused(
            f"Versie {number} is buiten Meetlat om gewijzigd: de controlesom klopt niet meer."
            " Waarschuw de beheerder."
        )
    return row.content, row.basis


def _hash(content: str, basis: str) -> str:
    return hashlib.sha256(f"{content}\n{basis}".encode()).hexdigest()


def _version(row: ReportVersion, steps: list[ReportStep], wanted: tuple[str, ...]) -> Version:
    signed = {each.organisation for each in row.signatures}
    return Version(
        id=row.id,
        number=row.number,
        state=row.state,
        remark=row.remark,
        sha256=row.sha256,
        made_by_id=row.made_by_id,
        made_by=row.made_by.name,
        made_at=row.made_at,
        confirmed_by=row.confirmed_by.name if row.confirmed_by else None,
        confirmed_at=row.confirmed_at,
        signatures=tuple(
            Signed(each.name, each.function, each.organisation, each.signed_on) for each in row.signatures
        ),
        missing=tuple(name for name in wanted if name not in signed),
        presented_to=row.presented_to,
        presented_on=row.presented_on,
        letter=row.letter,
        steps=tuple(Step(STEPS[each.step], each.remark, each.person.name, each.at) for each in steps),
    )


def freeze(
    session: Session, measurement: Measurement, *, content: str, basis: str, remark: str | None, by: By
) -> ReportVersion:
    """Keep the report as it is now, as the next version.

    `content` is the document, `basis` the data that it was made from, both as canonical JSON.

    Raises NotAllowed; Refused when a version was confirmed already, or nothing changed since the last one.
    """
    person, assignment = permit(by)
    hold(session, measurement)
    found = listed(session, measurement)
    if any(each.state != "concept" for each in found):
        raise Refused("Er is al een versie vastgesteld. Daarna komt er geen nieuwe versie meer.")
    sha256 = _hash(content, basis)
    if found and found[0].sha256 == sha256:
        raise Refused(f"Er is niets gewijzigd sinds versie {found[0].number}.")
    row = ReportVersion(
        measurement_id=measurement.id,
        number=1 + (found[0].number if found else 0),
        state="concept",
        remark=clean(remark) or None,
        content=content,
        basis=basis,
        sha256=sha256,
        made_by_id=person,
        made_as_id=assignment,
        made_at=by.at,
    )
    session.add(row)
    session.flush()
    _step(session, row, "make", row.remark, by)
    return row


def confirm(session: Session, measurement: Measurement, number: int, *, remark: str | None, by: By) -> None:
    """Confirm the newest version, by another inspector than who made it.

    Where the measurement asks for it, he is of another organisation.

    Raises NotAllowed; Refused for who made it himself, another state of the measurement, or when a newer
    version came.
    """
    permit(by)
    hold(session, measurement)
    row = row_of(session, measurement, number)
    newest = session.scalar(
        select(func.max(ReportVersion.number)).where(ReportVersion.measurement_id == measurement.id)
    )
    if row.state != "concept":
        raise Refused(f"Versie {number} is al vastgesteld.")
    if newest != number:
        raise Refused(
            f"Er is een nieuwere versie: {newest}. Alleen de nieuwste versie kan worden vastgesteld."
        )
    if measurement.state != WRITING:
        raise Refused(
            "Een versie wordt vastgesteld als de meting in de stand ‘Rapport in concept’ is."
            " Zet die stap eerst bij de meting."
        )
    if why := four_eyes(session, measurement, row.made_by_id, row.made_as_id, by):
        raise Refused(why)
    row.state = "vastgesteld"
    row.confirmed_by_id, row.confirmed_as_id, row.confirmed_at = by.person_id, by.assignment_id, by.at
    session.flush()
    _step(session, row, "confirm", clean(remark) or None, by)


def four_eyes(
    session: Session, measurement: Measurement, made_by_id: int, made_as_id: int, by: By
) -> str | None:
    """Why somebody can't confirm what another made, in Dutch; None when he can."""
    if by.person_id == made_by_id:
        return "U hebt deze versie zelf vastgelegd. Een andere inspecteur stelt haar vast."
    if measurement.two_organisations:
        mine, theirs = (session.get(Assignment, number) for number in (by.assignment_id, made_as_id))
        if mine and theirs and mine.organisation_id == theirs.organisation_id:
            return "In deze meting stelt een inspecteur van de andere organisatie de versie vast."
    return None


def sign(session: Session, measurement: Measurement, number: int, signed: Signed, *, by: By) -> None:
    """Record that the head of one of the organisations signed a confirmed version.

    Raises NotAllowed; Refused for a version that is not confirmed, an organisation that is not one of them
    or signed already, empty fields, or a day in the future.
    """
    person, assignment = permit(by)
    hold(session, measurement)
    row = row_of(session, measurement, number)
    if row.state == "concept":
        raise Refused("Alleen een vastgestelde versie kan worden ondertekend.")
    name, function = clean(signed.name), clean(signed.function)
    if not name or not function:
        raise Refused("Vul de naam en de functie in van wie ondertekende.")
    if max(len(name), len(function)) > _LENGTH:
        raise Refused(f"De naam en de functie mogen elk {_LENGTH} tekens lang zijn.")
    if signed.organisation not in publishers(session):
        raise Refused("Kies een organisatie uit de lijst.")
    if any(each.organisation == signed.organisation for each in row.signatures):
        raise Refused(f"Voor {signed.organisation} is al ondertekend.")
    _past(signed.signed_on, by)
    session.add(
        ReportSignature(
            report_version_id=row.id,
            name=name,
            function=function,
            organisation=signed.organisation,
            signed_on=signed.signed_on,
            person_id=person,
            assignment_id=assignment,
            at=by.at,
        )
    )
    session.flush()
    session.expire(row, ["signatures"])
    _step(session, row, "sign", signed.organisation, by)


def present(
    session: Session, measurement: Measurement, number: int, *, to: str, on: date, letter: str, by: By
) -> None:
    """Record to whom a signed version was presented, when, and with which letter.

    Raises NotAllowed; Refused until both heads signed, twice, for empty fields or a day in the future.
    """
    permit(by)
    hold(session, measurement)
    row = row_of(session, measurement, number)
    missing = [name for name in publishers(session) if name not in {s.organisation for s in row.signatures}]
    if row.state == "concept" or missing:
        raise Refused("Het rapport wordt aangeboden als het is vastgesteld en door alle hoofden ondertekend.")
    if row.presented_on is not None:
        raise Refused("Dat het rapport is aangeboden, is al vastgelegd.")
    to, letter = clean(to), clean(letter)
    if not to or not letter:
        raise Refused("Vul in aan wie het rapport is aangeboden, en met welke brief.")
    if max(len(to), len(letter)) > _LENGTH:
        raise Refused(f"De geadresseerde en de brief mogen elk {_LENGTH} tekens lang zijn.")
    _past(on, by)
    row.presented_to, row.presented_on, row.letter = to, on, letter
    session.flush()
    _step(session, row, "present", letter, by)


def publish(session: Session, measurement: Measurement, number: int, *, by: By) -> None:
    """Record that a version that was presented is public.

    Raises NotAllowed; Refused until it was presented, and twice.
    """
    permit(by)
    hold(session, measurement)
    row = row_of(session, measurement, number)
    if row.state == "gepubliceerd":
        raise Refused("Deze versie is al gepubliceerd.")
    if row.presented_on is None:
        raise Refused("Leg eerst vast aan wie het rapport is aangeboden.")
    row.state = "gepubliceerd"
    session.flush()
    _step(session, row, "publish", None, by)


def _past(day: date, by: By) -> None:
    if day > today(by.at):
        raise Refused("De datum ligt in de toekomst. Vul de dag in waarop het gebeurde.")


def hold(session: Session, measurement: Measurement) -> None:
    """Hold the report until the transaction ends: nobody writes in it or takes a step with it meanwhile."""
    lock(session, measurement)


def row_of(session: Session, measurement: Measurement, number: int) -> ReportVersion:
    """The row of a version. Raises Refused when there is none."""
    row = session.scalar(
        select(ReportVersion)
        .where(ReportVersion.measurement_id == measurement.id, ReportVersion.number == number)
        .options(selectinload(ReportVersion.signatures))
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise Refused(f"Er is geen versie {number} van dit rapport.")
    return row


def _step(session: Session, row: ReportVersion, step: str, remark: str | None, by: By) -> None:
    assert by.person_id is not None and by.assignment_id is not None  # noqa: PT018
    session.add(
        ReportStep(
            report_version_id=row.id,
            step=step,
            remark=remark,
            person_id=by.person_id,
            assignment_id=by.assignment_id,
            at=by.at,
        )
    )
    log.write(
        session,
        f"report.{step}",
        by,
        "report_version",
        row.id,
        measurement=row.measurement_id,
        number=row.number,
        sha256=row.sha256,
    )
    session.flush()
