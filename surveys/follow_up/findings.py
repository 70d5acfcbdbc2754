"""Interim findings: shared with the unit before the report, so that it can improve something at once.

Sharing is a step of its own (002 r. 23): before it nobody of the unit sees anything. What inspectors do with
a finding, and what the unit answers, is never changed; one that should not have been shared is withdrawn with
a reason, and stays to be seen. A finding goes with its measurement; the point made of it stays.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from surveys import evidence, log
from surveys.acting import By, today
from surveys.errors import NotAllowed, Refused
from surveys.evidence import Upload
from surveys.filestore import FileStore
from surveys.follow_up import registering
from surveys.follow_up.keeping import fits, fits_day, flush, next_version, permit, seen
from surveys.follow_up.points import Details
from surveys.follow_up.standing import REPORT
from surveys.inspecting import KINDS, Kind
from surveys.instruments import Instrument
from surveys.log import Ids
from surveys.measurements import DESTROYED, SETTLED, instrument_of, lock
from surveys.models import Dossier, InterimFinding, InterimReply, InterimStep, Measurement, Unit
from surveys.permissions import allowed
from surveys.reports.source import MeasurementInfo, UnitInfo

CONCEPT, SHARED, WITHDRAWN, SETTLED_STATE = "concept", "gedeeld", "ingetrokken", "afgehandeld"
STATES: Final[dict[str, str]] = {
    CONCEPT: "Concept",
    SHARED: "Gedeeld",
    WITHDRAWN: "Ingetrokken",
    SETTLED_STATE: "Afgehandeld",
}
"""How a finding stands, in the order in which it comes there."""

STEPS: Final[dict[str, str]] = {
    "gedeeld": "Gedeeld",
    "ingetrokken": "Ingetrokken",
    "gezien": "Verbetering gezien",
    "niet_gezien": "Verbetering niet gezien",
    "punt": "Opvolgpunt van gemaakt",
    "gesloten": "Afgesloten",
}
"""What inspectors did with a finding."""
LOOKED: Final = ("gezien", "niet_gezien")
"""The steps that say whether what the unit improved was seen."""

TEXT_LENGTH, WORDS_LENGTH = 10_000, 5_000
"""The most characters of each text."""


@dataclass(frozen=True)
class FindingDetails:
    """A finding as an inspector writes it; the factor and the question are codes of the questionnaire."""

    text: str
    factor: str | None = None
    question: str | None = None


@dataclass(frozen=True)
class StepInfo:
    """Something that inspectors did: what (of `STEPS`), in which words, who and when."""

    kind: str
    words: str | None
    name: str | None
    at: datetime

    @property
    def label(self) -> str:
        """In Dutch."""
        return STEPS[self.kind]


@dataclass(frozen=True)
class ReplyInfo:
    """What the unit improved, since which day, who wrote it; `kind` and `size` of its file, if it has one."""

    id: int
    words: str
    improved_on: date
    filename: str | None
    kind: str | None
    size: int | None
    name: str | None
    at: datetime


@dataclass(frozen=True)
class FindingInfo:
    """A finding as pages show it. `at` and `name`: when and by whom it was changed last."""

    id: int
    measurement: MeasurementInfo
    unit: UnitInfo
    unit_id: int
    factor: str | None
    question: str | None
    text: str
    state: str
    point_id: int | None
    steps: tuple[StepInfo, ...]
    replies: tuple[ReplyInfo, ...]
    version: int
    at: datetime

    @classmethod
    def of(cls, row: InterimFinding) -> FindingInfo:
        """Take it from its row."""
        return cls(
            id=row.id,
            measurement=MeasurementInfo.of(row.measurement),
            unit=UnitInfo.of(row.unit, row.measurement.period_until),
            unit_id=row.unit_id,
            factor=row.factor,
            question=row.question,
            text=row.text,
            state=row.state,
            point_id=row.point_id,
            steps=tuple(
                StepInfo(each.kind, each.words, each.person.name if each.person else None, each.at)
                for each in row.steps
            ),
            replies=tuple(_reply(each) for each in row.replies),
            version=row.version,
            at=row.at,
        )

    @property
    def state_label(self) -> str:
        """Its state in Dutch."""
        return STATES[self.state]

    @property
    def fictief(self) -> bool:
        """Whether it is made up: it is when its measurement is."""
        return self.measurement.fictief

    @property
    def about(self) -> str:
        """What of the questionnaire it is about, in Dutch; empty for nothing in particular."""
        parts = (
            f"factor {self.factor}" if self.factor else "",
            f"vraag {self.question}" if self.question else "",
        )
        return ", ".join(part for part in parts if part)

    @property
    def waits_for(self) -> str:
        """What is to be done now and by whom, in Dutch; empty when nothing is."""
        if self.state == CONCEPT:
            return "Nog te delen"
        if self.state != SHARED:
            return ""
        if not self.replies:
            return "Wacht op de eenheid"
        looked = [each.at for each in self.steps if each.kind in LOOKED]
        return "Nog te beoordelen" if not looked or looked[-1] < self.replies[-1].at else "Af te handelen"


def _reply(row: InterimReply) -> ReplyInfo:
    return ReplyInfo(
        id=row.id,
        words=row.words,
        improved_on=row.improved_on,
        filename=row.filename,
        kind=KINDS[row.file.kind].label if row.file else None,
        size=row.file.size if row.file else None,
        name=row.person.name if row.person else None,
        at=row.at,
    )


def listed(session: Session, dossier: Dossier | None = None) -> list[FindingInfo]:
    """All findings, or those about the unit of a dossier in its measurement, the latest first.

    In a fixed number of queries.
    """
    query = _rows()
    if dossier is not None:
        query = query.where(
            InterimFinding.measurement_id == dossier.measurement_id,
            InterimFinding.unit_id == dossier.unit_id,
        )
    return [FindingInfo.of(row) for row in session.scalars(query)]


def of_unit(session: Session, unit_id: int) -> list[FindingInfo]:
    """The findings that a unit sees: its own, from the moment on which they were shared; the latest first."""
    query = _rows().where(InterimFinding.unit_id == unit_id, InterimFinding.state != CONCEPT)
    return [FindingInfo.of(row) for row in session.scalars(query)]


def waiting(session: Session, unit_ids: Collection[int]) -> dict[int, int]:
    """How many findings each of these units has on which it did not answer yet: one query."""
    answered = select(InterimReply.id).where(InterimReply.finding_id == InterimFinding.id).exists()
    query = (
        select(InterimFinding.unit_id, func.count())
        .where(InterimFinding.unit_id.in_(unit_ids), InterimFinding.state == SHARED, ~answered)
        .group_by(InterimFinding.unit_id)
    )
    found = dict(session.execute(query).all())
    return {unit_id: found.get(unit_id, 0) for unit_id in unit_ids}


def find(session: Session, number: int) -> FindingInfo | None:
    """A finding by its id; None for one that never was, or went with its measurement."""
    row = session.scalar(_rows().where(InterimFinding.id == number))
    return FindingInfo.of(row) if row else None


def of_point(session: Session, point_id: int) -> FindingInfo | None:
    """The finding that a point was made of, if it was."""
    row = session.scalar(_rows().where(InterimFinding.point_id == point_id))
    return FindingInfo.of(row) if row else None


def dossier_of(session: Session, number: int) -> Dossier:
    """The dossier of the unit that a finding is about, in its measurement."""
    return session.scalars(
        select(Dossier)
        .join(InterimFinding, InterimFinding.measurement_id == Dossier.measurement_id)
        .where(InterimFinding.id == number, InterimFinding.unit_id == Dossier.unit_id)
    ).one()


def _rows() -> Select[InterimFinding]:
    return (
        select(InterimFinding)
        .options(
            joinedload(InterimFinding.measurement),
            joinedload(InterimFinding.unit),
            selectinload(InterimFinding.steps).joinedload(InterimStep.person),
            selectinload(InterimFinding.replies).options(
                joinedload(InterimReply.person), joinedload(InterimReply.file)
            ),
        )
        .order_by(InterimFinding.id.desc())
        .execution_options(populate_existing=True)
    )


def add(session: Session, dossier: Dossier, details: FindingDetails, *, by: By) -> InterimFinding:
    """Write a finding down about the unit of a dossier; nobody of the unit sees it yet.

    Raises NotAllowed; Refused for what can't be, and once the report of the measurement is settled.
    """
    permit(by)
    _before_the_report(session, dossier.measurement)
    checked = _checked(details, instrument_of(dossier.pinned))
    row = InterimFinding(
        measurement_id=dossier.measurement_id, unit_id=dossier.unit_id, state=CONCEPT, **vars(checked)
    )
    session.add(row)
    _touch(session, row, "add", by, unit=row.unit_id)
    return row


def change(
    session: Session, number: int, details: FindingDetails, *, by: By, seen_version: int
) -> InterimFinding:
    """Change a finding that was not shared yet; what is the same already stays, version and all.

    Raises as `add` does, Refused for one that was shared, and ChangedMeanwhile when somebody changed it since
    the version that was seen.
    """
    permit(by)
    row = _hold(session, number)
    checked = _checked(details, instrument_of(dossier_of(session, row.id).pinned))
    if row.state == CONCEPT and FindingDetails(row.text, row.factor, row.question) == checked:
        return row
    seen(row, seen_version)
    if row.state != CONCEPT:
        raise Refused(
            "Deze bevinding is al gedeeld. Trek haar in en schrijf een nieuwe als er iets niet klopt."
        )
    row.text, row.factor, row.question = checked.text, checked.factor, checked.question
    _touch(session, row, "change", by)
    return row


def share(session: Session, number: int, *, by: By, seen_version: int) -> None:
    """Let the people of the unit see a finding. Raises as `change` does, and once the report is settled."""
    permit(by)
    row = _hold(session, number)
    seen(row, seen_version)
    _before_the_report(session, row.measurement)
    if row.state != CONCEPT:
        raise Refused("Deze bevinding is al gedeeld.")
    _step(session, row, "gedeeld", None, by, state=SHARED)


def withdraw(session: Session, number: int, reason: str, *, by: By, seen_version: int) -> None:
    """Take a shared finding back, with a reason that the unit reads. Raises as `change` does."""
    row = _hold_shared(session, number, by, seen_version)
    words = fits(reason, WORDS_LENGTH, "De reden")
    if words is None:
        raise Refused("Schrijf op waarom u de bevinding intrekt. De eenheid leest dit.")
    _step(session, row, "ingetrokken", words, by, state=WITHDRAWN)


def look(
    session: Session, number: int, improved: bool, words: str | None, *, by: By, seen_version: int
) -> None:
    """Note whether inspectors saw what the unit says that it improved. The unit reads it.

    Raises as `change` does, and Refused before the unit answered, or without words when it was not seen.
    """
    row = _hold_shared(session, number, by, seen_version)
    kept = fits(words, WORDS_LENGTH, "De toelichting")
    if not row.replies:
        raise Refused("De eenheid heeft nog niets geantwoord. Er is nog geen verbetering om te beoordelen.")
    if not improved and kept is None:
        raise Refused("Schrijf op wat u nog niet zag. De eenheid leest dit.")
    _step(session, row, "gezien" if improved else "niet_gezien", kept, by, state=SHARED)


def close(session: Session, number: int, words: str | None, *, by: By, seen_version: int) -> None:
    """Settle a finding without a point. Raises as `change` does, and Refused without words."""
    row = _hold_shared(session, number, by, seen_version)
    kept = fits(words, WORDS_LENGTH, "De toelichting")
    if kept is None:
        raise Refused("Schrijf op waarom er geen opvolgpunt nodig is. De eenheid leest dit.")
    _step(session, row, "gesloten", kept, by, state=SETTLED_STATE)


def make_point(session: Session, number: int, details: Details, *, by: By, seen_version: int) -> int:
    """Settle a finding by making a point of it, for the same unit and as made up as it is; gives its id.

    Raises as `change` does, and Refused for details that can't be.
    """
    row = _hold_shared(session, number, by, seen_version)
    fictief = row.measurement.fictief or details.fictief
    made = registering.add(
        session, Details(**{**vars(details), "unit_id": row.unit_id, "fictief": fictief}), by=by
    )
    row.point_id = made.id
    _step(session, row, "punt", None, by, state=SETTLED_STATE)
    return made.id


def reply(
    session: Session,
    unit: Unit,
    number: int,
    words: str,
    improved_on: date,
    upload: Upload | None = None,
    *,
    store: FileStore | None = None,
    by: By,
) -> InterimReply:
    """Say for a unit what it improved after a finding was shared with it, with a file that shows it.

    The bytes of the file are kept in `store` (needed when there is one) before this is committed.

    Raises NotAllowed, also for a finding of another unit or one that was not shared; Refused for what can't
    be, and FileRefused for a file that can't be kept.
    """
    if by.person_id is None or not allowed(by.role, REPORT) or by.unit_id != unit.id:
        raise NotAllowed()
    row = _hold(session, number)
    if row.unit_id != unit.id or row.state == CONCEPT:
        raise NotAllowed()
    if row.state != SHARED:
        raise Refused(f"Deze bevinding is {STATES[row.state].lower()}. U kunt er niet meer op antwoorden.")
    kept = fits(words, WORDS_LENGTH, "De tekst")
    if kept is None:
        raise Refused("Schrijf op wat u hebt verbeterd.")
    if improved_on > today(by.at):
        raise Refused("Deze dag ligt in de toekomst. Vul een dag in tot en met vandaag.")
    fits_day(improved_on, "De dag")
    if upload is not None and store is None:
        raise ValueError("a file needs a place to keep it")
    file = evidence.kept(session, store, upload, by) if upload is not None and store is not None else None
    made = InterimReply(
        finding_id=row.id,
        words=kept,
        improved_on=improved_on,
        file_id=file.id if file else None,
        filename=upload.filename if upload else None,
        person_id=by.person_id,
        assignment_id=by.assignment_id,
        at=by.at,
    )
    session.add(made)
    session.flush()
    _note(session, row, "reply", by, interim_reply=made.id, file=made.file_id)
    session.flush()
    return made


def download(
    session: Session, store: FileStore, finding_id: int, reply_id: int
) -> tuple[InterimReply, Kind, bytes]:
    """The file that came with an answer to a finding, its kind, and its bytes, checked.

    Raises FileDamaged, and KeyError when this finding has no such file.
    """
    row = session.scalar(
        select(InterimReply)
        .where(InterimReply.id == reply_id, InterimReply.finding_id == finding_id)
        .options(joinedload(InterimReply.file))
    )
    if row is None or row.file is None:
        raise KeyError(reply_id)
    return row, KINDS[row.file.kind], store.read(row.file.sha256)


def _hold(session: Session, number: int) -> InterimFinding:
    """A finding as it is now, held until the transaction ends. Raises Refused when it is not there."""
    row = session.scalar(
        select(InterimFinding)
        .where(InterimFinding.id == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise Refused("Deze bevinding is er niet (meer).")
    return row


def _hold_shared(session: Session, number: int, by: By, seen_version: int) -> InterimFinding:
    """The same of one that is shared and as it was seen, for an inspector."""
    permit(by)
    row = _hold(session, number)
    seen(row, seen_version)
    if row.state != SHARED:
        raise Refused(
            f"Deze bevinding is {STATES[row.state].lower()}. Dit kan alleen bij een gedeelde bevinding."
        )
    return row


def _before_the_report(session: Session, measurement: Measurement) -> None:
    """Raise Refused once the report of a measurement is settled: from then on points come from the report."""
    lock(session, measurement)
    if measurement.state in SETTLED or measurement.state == DESTROYED:
        raise Refused("Het rapport van deze meting staat vast. Maak een opvolgpunt in het register.")


def _checked(details: FindingDetails, instrument: Instrument) -> FindingDetails:
    text = fits(details.text, TEXT_LENGTH, "De bevinding")
    if text is None:
        raise Refused("Schrijf de bevinding op.")
    factor, question = details.factor or None, details.question or None
    if factor is not None and factor not in instrument.factors:
        raise Refused("Kies een factor uit de lijst.")
    if question is not None and question not in instrument.questions:
        raise Refused(f"Vraag {question} staat niet in deze vragenlijst. Vul een code in zoals 1.1-01.")
    return FindingDetails(text, factor, question)


def _step(session: Session, row: InterimFinding, kind: str, words: str | None, by: By, *, state: str) -> None:
    """Keep what inspectors did with a finding, and the state that it came in."""
    row.state = state
    session.add(
        InterimStep(
            finding_id=row.id,
            kind=kind,
            words=words,
            person_id=by.person_id,
            assignment_id=by.assignment_id,
            at=by.at,
        )
    )
    _touch(session, row, "step", by, step=kind, state=state, point=row.point_id)


def _touch(session: Session, row: InterimFinding, action: str, by: By, **detail: Ids) -> None:
    next_version(session, row, by)
    _note(session, row, action, by, version=row.version, **detail)
    flush(session)


def _note(session: Session, row: InterimFinding, action: str, by: By, **detail: Ids) -> None:
    log.write(session, f"interim.{action}", by, "interim_finding", row.id, **detail)
