"""How points stand according to their own side and to who supervises; what units report, and confirming it.

Nothing that was said is ever changed: who knows better says it again. A report of a unit counts at once as
what its own side says, and inspectors say once whether they confirm it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from surveys import evidence
from surveys.acting import By, today
from surveys.errors import FileRefused, NotAllowed, NotNow, Refused
from surveys.evidence import Upload
from surveys.filestore import FileStore
from surveys.follow_up import kinds, points
from surveys.follow_up.keeping import (
    PERMISSION,
    fits,
    fits_day,
    fits_line,
    hold,
    hold_open,
    note,
    one_line,
    permit,
)
from surveys.follow_up.points import PointInfo
from surveys.inspecting import KINDS, Kind
from surveys.models import Point, PointStatus, PointStatusFile, PointVerdict, Unit
from surveys.permissions import allowed
from surveys.reports.source import UnitInfo

OWN, SUPERVISOR = "eigen", "toezicht"
PARTIES: Final[dict[str, str]] = {OWN: "De uitvoerende kant", SUPERVISOR: "De toezichthouder"}
"""Who can say how a point stands."""

REPORT: Final = "unit.report"
REPORTED: Final[dict[str, str]] = {
    code: kinds.STATUSES[code] for code in ("nog_niet_gestart", "onderhanden", "afgerond")
}
"""The states that a unit can report."""
CONFIRMED, NOT_CONFIRMED = "bevestigd", "niet_bevestigd"
UNJUDGED: Final = "Wacht op oordeel"
"""How a report is called on which inspectors did not say anything yet."""

WORDS_LENGTH, NAME_LENGTH, TITLE_LENGTH = 10_000, 300, 300
"""The most characters of each text."""
MOST_FILES: Final = 5
"""So many files can come with one report."""


class AlreadyJudged(NotNow):
    """A colleague said already whether a report is confirmed."""

    def __init__(self) -> None:
        super().__init__(
            "Een collega heeft deze melding intussen beoordeeld. Er is niets gewijzigd. Hieronder staat het"
            " oordeel van de collega, en daaronder wat u schreef."
        )


@dataclass(frozen=True)
class FileInfo:
    """A file that shows what a unit reported; `kind` as people call it."""

    id: int
    title: str
    filename: str
    kind: str
    size: int

    @classmethod
    def of(cls, row: PointStatusFile) -> FileInfo:
        """Take it from its row."""
        return cls(row.id, row.title, row.filename, KINDS[row.file.kind].label, row.file.size)


@dataclass(frozen=True)
class VerdictInfo:
    """Whether inspectors confirm a report, in which words, who did so and when."""

    verdict: str
    words: str | None
    name: str
    at: datetime

    @classmethod
    def of(cls, row: PointVerdict) -> VerdictInfo:
        """Take it from its row."""
        return cls(row.verdict, row.words, row.person.name, row.at)

    @property
    def label(self) -> str:
        """In Dutch: bevestigd."""
        return kinds.VERDICTS[self.verdict]

    @property
    def confirmed(self) -> bool:
        """Whether it was confirmed."""
        return self.verdict == CONFIRMED


@dataclass(frozen=True)
class Said:
    """How a point stands according to a party.

    `unit` is the unit that reported it in Meetlat, None for what inspectors wrote down; of a report `said_on`
    is the day since when it is so. `name`: whoever wrote it in Meetlat, None for nobody with an account.
    """

    id: int
    point_id: int
    party: str
    status: str
    words: str | None
    said_by: str
    said_on: date
    unit: UnitInfo | None
    name: str | None
    at: datetime
    files: tuple[FileInfo, ...]
    verdict: VerdictInfo | None

    @property
    def label(self) -> str:
        """The state in Dutch."""
        return kinds.SUPERVISED[self.status]

    @property
    def party_label(self) -> str:
        """Which party says so, in Dutch."""
        return PARTIES[self.party]

    @property
    def verdict_label(self) -> str | None:
        """What became of a report, in Dutch; None for what is no report."""
        if self.unit is None:
            return None
        return self.verdict.label if self.verdict else UNJUDGED

    @property
    def told_on(self) -> date:
        """The day on which it was said: what was said last is how it stands."""
        return today(self.at) if self.unit else self.said_on


@dataclass(frozen=True)
class Standing:
    """How a point stands: what each party said last, and all that was said, the latest first."""

    own: Said | None = None
    supervisor: Said | None = None
    history: tuple[Said, ...] = ()

    @property
    def status(self) -> str:
        """The code of the own side's state."""
        return self.own.status if self.own else "nog_niet_gestart"

    @property
    def label(self) -> str:
        """That state in Dutch."""
        return kinds.STATUSES[self.status]

    @property
    def differs(self) -> bool:
        """Whether the supervisor said something else than the own side."""
        return self.supervisor is not None and self.supervisor.status != self.status

    @property
    def difference(self) -> str | None:
        """The difference between the two as a sentence, None when there is none."""
        if self.supervisor is None or not self.differs:
            return None
        own = f"Volgens {self.own.said_by}: {self.own.label}." if self.own else "Er is nog niets gemeld."
        return f"{own} Volgens {self.supervisor.said_by}: {self.supervisor.label.lower()}."

    @property
    def unconfirmed(self) -> tuple[Said, ...]:
        """What units reported and was not judged yet, the latest first."""
        return tuple(each for each in self.history if each.unit and each.verdict is None)

    @property
    def reports(self) -> tuple[Said, ...]:
        """What units reported, the latest first."""
        return tuple(each for each in self.history if each.unit)

    def seen_by(self, unit: str) -> Standing:
        """The same for the unit with this code: without what others reported, which had the point before."""
        return Standing.of(each for each in self.history if each.unit is None or each.unit.code == unit)

    @classmethod
    def of(cls, said: Iterable[Said]) -> Standing:
        """Take it from all that was said."""
        history = sorted(said, key=lambda each: (each.told_on, each.id), reverse=True)
        last = {each.party: each for each in reversed(history)}
        return cls(last.get(OWN), last.get(SUPERVISOR), tuple(history))


@dataclass(frozen=True)
class Evidence:
    """A file that comes with a report, and what to call it; without a title it is called after the file."""

    title: str
    upload: Upload


def of_points(session: Session, ids: Collection[int]) -> dict[int, Standing]:
    """How each of these points stands, in a fixed number of queries."""
    found: dict[int, list[Said]] = {point_id: [] for point_id in ids}
    for said in _read(session, PointStatus.point_id.in_(found)) if found else ():
        found[said.point_id].append(said)
    return {point_id: Standing.of(said) for point_id, said in found.items()}


def unjudged(session: Session) -> list[Said]:
    """What units reported of points that are still there and was not judged yet, the oldest first."""
    waits = ~select(PointVerdict.id).where(PointVerdict.status_id == PointStatus.id).exists()
    there = select(Point.id).where(Point.id == PointStatus.point_id, Point.removed.is_(False)).exists()
    return _read(session, PointStatus.unit_id.is_not(None), waits, there)


def waiting(session: Session) -> int:
    """How many reports `unjudged` would give: one query."""
    judged = select(PointVerdict.id).where(PointVerdict.status_id == PointStatus.id).exists()
    query = (
        select(func.count())
        .select_from(PointStatus)
        .join(Point, Point.id == PointStatus.point_id)
        .where(Point.removed.is_(False), PointStatus.unit_id.is_not(None), ~judged)
    )
    return session.scalar(query) or 0


def reported(session: Session, status_id: int) -> Said | None:
    """What a unit reported, by its id; None for what is no report."""
    found = _read(session, PointStatus.id == status_id, PointStatus.unit_id.is_not(None))
    return next(iter(found), None)


def say(
    session: Session,
    number: int,
    party: str,
    status: str,
    words: str | None,
    said_by: str,
    said_on: date,
    *,
    by: By,
) -> PointStatus:
    """Write down how a point stands according to its own side or to who supervises, and who says so.

    Raises NotAllowed, and Refused for a point that was closed or removed, or for what can't be.
    """
    permit(by)
    point = hold_open(session, number)
    if party not in PARTIES:
        raise Refused("Kies wie dit zegt: de uitvoerende kant of de toezichthouder.")
    if status == kinds.UNCLEAR and party == OWN:
        raise Refused("‘Niet vast te stellen’ kan alleen een toezichthouder zeggen. Kies een andere stand.")
    if status not in kinds.SUPERVISED:
        raise Refused("Kies een stand uit de lijst.")
    name = fits_line(said_by, NAME_LENGTH, "De naam")
    if name is None:
        raise Refused("Vul in wie dit zegt.")
    row = _row(session, point, party, status, words, name, said_on, by)
    note(session, "say", point.id, by, status=row.id, party=party, said=status)
    session.flush()
    return row


def report(
    session: Session,
    unit: Unit,
    number: int,
    status: str,
    words: str,
    uploads: Sequence[Evidence] = (),
    *,
    store: FileStore | None = None,
    by: By,
    since: date | None = None,
) -> PointStatus:
    """Report for a unit how one of its points stands since a day (without one: today), with what shows it.

    The bytes of the files are kept in `store` (needed when there are any) before this is committed: a row
    never names a file that is not there.

    Raises NotAllowed, Refused for a point that is not of this unit or was closed, or for what can't be, and
    FileRefused for files that can't be kept.
    """
    if by.person_id is None or not allowed(by.role, REPORT) or by.unit_id != unit.id:
        raise NotAllowed()
    point = hold(session, number)
    if point.id not in _ids_of_unit(session, unit.id):
        raise NotAllowed()
    if point.closed_on is not None:
        raise Refused(
            "Dit punt is afgesloten. U kunt er geen voortgang meer bij melden. Klopt dat niet? Neem contact"
            " op met de inspectie."
        )
    if status not in REPORTED:
        raise Refused("Kies een stand uit de lijst.")
    if not (words or "").strip():
        raise Refused("Schrijf op wat er is gedaan.")
    titles = _titles(uploads)
    day = since or today(by.at)
    row = _row(session, point, OWN, status, words, unit.name_on(day).name, day, by, unit)
    for title, each in zip(titles, uploads, strict=True):
        if store is None:
            raise ValueError("files need a place to keep them")
        file = evidence.kept(session, store, each.upload, by)
        session.add(
            PointStatusFile(status_id=row.id, file_id=file.id, title=title, filename=each.upload.filename)
        )
    note(session, "report", point.id, by, status=row.id, said=status, unit=unit.id, files=len(uploads))
    session.flush()
    return row


def judge(session: Session, status_id: int, verdict: str, words: str | None, *, by: By) -> PointVerdict:
    """Confirm what a unit reported, or do not and say why. Nobody can do so again.

    Raises NotAllowed, Refused for what can't be, and AlreadyJudged when a colleague was first.
    """
    if by.person_id is None or by.assignment_id is None or not allowed(by.role, PERMISSION):
        raise NotAllowed()
    status = session.get(PointStatus, status_id)
    if status is None or status.unit_id is None:
        raise Refused("Deze melding is er niet (meer).")
    point = hold(session, status.point_id)
    if verdict not in kinds.VERDICTS:
        raise Refused("Kies of u de melding bevestigt.")
    kept = fits(words, WORDS_LENGTH, "De toelichting")
    if verdict == NOT_CONFIRMED and kept is None:
        raise Refused("Schrijf op waarom u de melding niet bevestigt. De eenheid leest dit.")
    row = PointVerdict(
        status_id=status.id,
        verdict=verdict,
        words=kept,
        person_id=by.person_id,
        assignment_id=by.assignment_id,
        at=by.at,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:  # there is one already
        raise AlreadyJudged() from error
    note(session, "judge", point.id, by, status=status.id, verdict=verdict)
    session.flush()
    return row


def of_unit(session: Session, unit_id: int) -> list[PointInfo]:
    """The points that a unit sees and reports on, by place: its own.

    What stands under one of them is its own as well, unless it is another unit's alone (`registering.add`).
    """
    kept = _ids_of_unit(session, unit_id)
    return points.listed(session, kept) if kept else []


_WITH_POINTS = (
    select(Unit)
    .where(
        Unit.id.in_(bindparam("units", expanding=True)),
        select(Point.id).where(Point.unit_id == Unit.id, Point.removed.is_(False)).exists(),
    )
    .order_by(Unit.code)
)


def units_with_points(session: Session, unit_ids: Collection[int]) -> list[Unit]:
    """Those of these units that have points, by code."""
    if not unit_ids:
        return []
    return list(session.scalars(_WITH_POINTS, {"units": unit_ids}))


def download(
    session: Session, store: FileStore, point_id: int, file_id: int
) -> tuple[PointStatusFile, Kind, bytes]:
    """A file that came with a report on a point, its kind, and its bytes, checked.

    Raises FileDamaged, and KeyError when this point has no such file.
    """
    found = session.scalar(
        select(PointStatusFile)
        .join(PointStatus, PointStatus.id == PointStatusFile.status_id)
        .where(PointStatusFile.id == file_id, PointStatus.point_id == point_id)
    )
    if found is None:
        raise KeyError(file_id)
    return found, KINDS[found.file.kind], store.read(found.file.sha256)


def _ids_of_unit(session: Session, unit_id: int) -> set[int]:
    return set(session.scalars(select(Point.id).where(Point.unit_id == unit_id, Point.removed.is_(False))))


def _row(
    session: Session,
    point: Point,
    party: str,
    status: str,
    words: str | None,
    said_by: str,
    said_on: date,
    by: By,
    unit: Unit | None = None,
) -> PointStatus:
    if said_on > today(by.at):
        raise Refused("Deze dag ligt in de toekomst. Vul een dag in tot en met vandaag.")
    fits_day(said_on, "De datum")
    row = PointStatus(
        point_id=point.id,
        party=party,
        status=status,
        words=fits(words, WORDS_LENGTH, "De tekst"),
        said_by=said_by,
        said_on=said_on,
        unit_id=unit.id if unit else None,
        person_id=by.person_id,
        assignment_id=by.assignment_id,
        at=by.at,
    )
    session.add(row)
    session.flush()
    return row


def _titles(uploads: Sequence[Evidence]) -> list[str]:
    """What to call each file. Raises FileRefused for files that can't come together, or for a title."""
    if len(uploads) > MOST_FILES:
        raise FileRefused(f"Bij een melding kunnen {MOST_FILES} bestanden. Kies de belangrijkste.")
    had: set[bytes] = set()
    for each in uploads:
        if each.upload.content in had:
            raise FileRefused(
                f"Het bestand {each.upload.filename} is twee keer gekozen. Kies elk bestand één keer."
            )
        had.add(each.upload.content)
    titles = [one_line(each.title) or each.upload.title for each in uploads]
    if any(len(title) > TITLE_LENGTH for title in titles):
        raise FileRefused(f"De titel van een bestand mag {TITLE_LENGTH} tekens lang zijn. Kort hem in.")
    return titles


def _read(session: Session, *wanted: ColumnElement[bool]) -> list[Said]:
    """What was said, in the order in which it was written down."""
    rows = session.scalars(
        select(PointStatus).where(*wanted).options(joinedload(PointStatus.person)).order_by(PointStatus.id)
    ).all()
    files, verdicts = _files(session, rows), _verdicts(session, rows)
    units = {
        unit.id: unit
        for unit in session.scalars(select(Unit).where(Unit.id.in_({row.unit_id for row in rows})))
    }
    return [
        Said(
            id=row.id,
            point_id=row.point_id,
            party=row.party,
            status=row.status,
            words=row.words,
            said_by=row.said_by,
            said_on=row.said_on,
            unit=UnitInfo.of(units[row.unit_id], row.said_on) if row.unit_id else None,
            name=row.person.name if row.person else None,
            at=row.at,
            files=tuple(files.get(row.id, ())),
            verdict=verdicts.get(row.id),
        )
        for row in rows
    ]


def _files(session: Session, rows: Iterable[PointStatus]) -> dict[int, list[FileInfo]]:
    found: dict[int, list[FileInfo]] = {}
    query = select(PointStatusFile).where(PointStatusFile.status_id.in_([row.id for row in rows]))
    for each in session.scalars(query.order_by(PointStatusFile.id)):
        found.setdefault(each.status_id, []).append(FileInfo.of(each))
    return found


def _verdicts(session: Session, rows: Iterable[PointStatus]) -> dict[int, VerdictInfo]:
    query = (
        select(PointVerdict)
        .where(PointVerdict.status_id.in_([row.id for row in rows]))
        .options(joinedload(PointVerdict.person))
    )
    return {each.status_id: VerdictInfo.of(each) for each in session.scalars(query)}
