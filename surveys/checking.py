"""Whether a database holds together: named checks of what the verbs, the schema and the triggers promise.

Each check is a rule with the rows that break it. All of them only read, in a fixed amount of memory, on
either database; run them in one transaction, or what others save meanwhile looks like a fault.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    CompoundSelect,
    ForeignKeyConstraint,
    FromClause,
    Select,
    Table,
    and_,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from surveys import dossiers, measurements, packed, retention, running, told
from surveys.filestore import Folder
from surveys.models import (
    Answer,
    AnswerVersion,
    Assignment,
    Base,
    Discussion,
    Document,
    Dossier,
    DossierTransition,
    InstrumentText,
    Interview,
    Judgement,
    JudgementVersion,
    LogEntry,
    Measurement,
    MeasurementTransition,
    Offer,
    Organisation,
    Passage,
    PassageVersion,
    Person,
    Point,
    PointVersion,
    ReportText,
    ReportTextVersion,
    ReportVersion,
    Signature,
    SignedAnswer,
    StoredFile,
    Submission,
    Unit,
)
from surveys.permissions import ROLES

AT_ONCE: Final = 500
"""So many rows, or names of files, are in memory."""
LARGE_AT_ONCE: Final = 10
"""The same of rows with a whole document in them."""
SHOWN: Final = 5
"""So many of the faults that a check finds are named."""
FOREVER: Final = date.max
KEPT: Final[dict[str, type[Base]]] = {
    "answer": Answer,
    "assignment": Assignment,
    "discussion": Discussion,
    "document": Document,
    "dossier": Dossier,
    "instrument": InstrumentText,
    "interview": Interview,
    "measurement": Measurement,
    "offer": Offer,
    "organisation": Organisation,
    "passage": Passage,
    "person": Person,
    "point": Point,
    "signature": Signature,
    "unit": Unit,
}
"""What the log calls things that no verb ever removes, but for a measurement that is destroyed as a whole."""

VERSIONED: Final = (
    ("antwoord", Answer, AnswerVersion, "answer_id"),
    ("oordeel", Judgement, JudgementVersion, "judgement_id"),
    ("passage", Passage, PassageVersion, "passage_id"),
    ("rapporttekst", ReportText, ReportTextVersion, "report_text_id"),
    ("punt", Point, PointVersion, "point_id"),
)
"""What keeps every version that it had: what it is called, its table, its versions and their link."""

Look = Callable[[Session, Folder], Iterator[str]]


@dataclass(frozen=True)
class Check:
    """A rule: its name, what holds when all is well (in Dutch), and what gives each row that breaks it."""

    name: str
    rule: str
    look: Look


@dataclass(frozen=True)
class Result:
    """What a check found: how many faults, and the first of them, as `antwoord 12`."""

    check: Check
    count: int
    examples: tuple[str, ...]


CHECKS: list[Check] = []


def run(session: Session, files: Folder) -> Iterator[Result]:
    """Give what each check finds, one after the other."""
    for check in CHECKS:
        found = _readable(check.look(session, files))
        examples = tuple(islice(found, SHOWN))
        yield Result(check, len(examples) + sum(1 for _ in found), examples)


def _readable(found: Iterator[str]) -> Iterator[str]:
    """What is found; a value that can't be read is a fault too, and ends the look."""
    try:
        yield from found
    except (ValueError, TypeError, KeyError):
        yield "een waarde die niet te lezen is"


def _check(name: str, rule: str) -> Callable[[Look], Look]:
    def register(look: Look) -> Look:
        CHECKS.append(Check(name, rule, look))
        return look

    return register


def _rows(
    session: Session,
    asked: Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]],
    at_once: int = AT_ONCE,
) -> Iterator[Any]:
    """The rows of a question, without holding all of them."""
    with session.execute(asked.execution_options(yield_per=at_once)) as found:
        yield from found


@_check("opslag", "Het bestand van de database is heel")
def _storage(session: Session, files: Folder) -> Iterator[str]:
    """SQLite can look itself over; PostgreSQL has programs of its own for that."""
    if session.get_bind().dialect.name == "sqlite":
        rows = session.execute(text("PRAGMA integrity_check"))
        yield from (str(row[0]) for row in rows if row[0] != "ok" and " constraint failed " not in row[0])


@_check("verwijzing", "Elke verwijzing leidt naar een rij die er is")
def _references(session: Session, files: Folder) -> Iterator[str]:
    for table in Base.metadata.sorted_tables:
        if table.foreign_key_constraints:
            yield from _named(session, table, _lost(table))


@cache
def _lost(table: Table) -> CompoundSelect[*tuple[Any, ...]]:
    """The rows of a table that refer to what is not there, once for each reference: one question for all."""
    constraints = sorted(table.foreign_key_constraints, key=lambda each: str(each.name))
    return union_all(*(select(*table.primary_key).where(_dangling(table, each)) for each in constraints))


def _dangling(table: Table, constraint: ForeignKeyConstraint) -> Any:
    parent: FromClause = constraint.referred_table
    if parent is table:
        parent = parent.alias()
    pairs = [(key.parent, parent.c[key.column.name]) for key in constraint.elements]
    there = select(literal(1)).select_from(parent).where(*(ours == theirs for ours, theirs in pairs))
    return and_(*(ours.is_not(None) for ours, _ in pairs), ~there.correlate(table).exists())


@_check("regel", "Elke rij voldoet aan de regels van haar tabel")
def _constraints(session: Session, files: Folder) -> Iterator[str]:
    for table in Base.metadata.sorted_tables:
        rules = [each for each in table.constraints if isinstance(each, CheckConstraint)]
        if rules:
            broken = or_(*(text(f"NOT ({rule.sqltext})") for rule in rules))
            yield from _rows_of(session, table, broken)


def _rows_of(session: Session, table: Table, condition: Any) -> Iterator[str]:
    yield from _named(session, table, select(*table.primary_key).where(condition))


def _named(
    session: Session, table: Table, asked: Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]
) -> Iterator[str]:
    for row in _rows(session, asked):
        yield f"{table.name} {'/'.join(str(part) for part in row)}"


@_check("wie", "Wie iets deed, deed dat met een rol van zichzelf")
def _who(session: Session, files: Folder) -> Iterator[str]:
    for table in Base.metadata.sorted_tables:
        if {"person_id", "assignment_id"} <= set(table.c.keys()):
            held = select(literal(1)).where(
                Assignment.id == table.c.assignment_id, Assignment.person_id != table.c.person_id
            )
            yield from _rows_of(session, table, held.correlate(table).exists())


def _incomplete(row: type[Base], version: type[Base], link: str) -> Select[*tuple[Any, ...]]:
    """The rows whose versions are not 1 up to and including the one that they have."""
    ours, theirs = row.__table__.c, version.__table__.c
    counted = (
        select(
            theirs[link].label("of"),
            func.count().label("number"),
            func.min(theirs.version).label("lowest"),
            func.max(theirs.version).label("highest"),
        )
        .group_by(theirs[link])
        .subquery()
    )
    wrong = or_(
        counted.c.number.is_(None),
        counted.c.number != ours.version,
        counted.c.highest != ours.version,
        counted.c.lowest != 1,
    )
    return select(ours.id).outerjoin(counted, counted.c.of == ours.id).where(wrong).order_by(ours.id)


@_check("versies", "Van alles met een geschiedenis zijn alle versies er")
def _versions(session: Session, files: Folder) -> Iterator[str]:
    for word, row, version, link in VERSIONED:
        for (number,) in _rows(session, _incomplete(row, version, link)):
            yield f"{word} {number}"


@_check("antwoord", "Elk antwoord zegt wat zijn laatste versie zegt")
def _answers(session: Session, files: Folder) -> Iterator[str]:
    asked = (
        select(Answer.id, Answer.value, Answer.special, Answer.note, AnswerVersion.new)
        .join(
            AnswerVersion, and_(AnswerVersion.answer_id == Answer.id, AnswerVersion.version == Answer.version)
        )
        .order_by(Answer.id)
    )
    for number, value, special, note, new in _rows(session, asked):
        if (new["value"], new["special"], new["note"]) != (value, special, note):
            yield f"antwoord {number}"


@_check("verloop-antwoord", "Elke versie van een antwoord begint waar de vorige eindigde")
def _history(session: Session, files: Folder) -> Iterator[str]:
    asked = select(AnswerVersion.answer_id, AnswerVersion.old, AnswerVersion.new).order_by(
        AnswerVersion.answer_id, AnswerVersion.version
    )
    for number, versions in groupby(_rows(session, asked), key=itemgetter(0)):
        if not _follow(((old, new) for _, old, new in versions), None):
            yield f"antwoord {number}"


def _follow(steps: Iterable[tuple[Any, Any]], begin: Any) -> bool:
    """Whether each step begins where the one before it ended."""
    at = begin
    for old, new in steps:
        if old != at:
            return False
        at = new
    return True


@_check("handtekening", "Elke handtekening staat onder versies van antwoorden in haar eigen dossier")
def _signatures(session: Session, files: Folder) -> Iterator[str]:
    asked = (
        select(Signature.id)
        .join(SignedAnswer)
        .outerjoin(Answer, Answer.id == SignedAnswer.answer_id)
        .outerjoin(
            AnswerVersion,
            and_(
                AnswerVersion.answer_id == SignedAnswer.answer_id,
                AnswerVersion.version == SignedAnswer.version,
            ),
        )
        .where(
            or_(AnswerVersion.id.is_(None), Answer.id.is_(None), Answer.dossier_id != Signature.dossier_id)
        )
        .distinct()
        .order_by(Signature.id)
    )
    for (number,) in _rows(session, asked):
        yield f"handtekening {number}"


@_check("ingepakt", "Wat voor het landelijke beeld is ingepakt, is wat de antwoorden zeggen")
def _packed(session: Session, files: Folder) -> Iterator[str]:
    yield from (f"dossier {number}" for number in packed.differing(session))


@_check("verloop-dossier", "Elk dossier kwam met stappen die er zijn in de toestand waarin het staat")
def _dossiers(session: Session, files: Folder) -> Iterator[str]:
    asked = (
        select(Dossier.id, Dossier.state, DossierTransition.from_state, DossierTransition.to_state)
        .outerjoin(DossierTransition, DossierTransition.dossier_id == Dossier.id)
        .order_by(Dossier.id, DossierTransition.id)
    )
    begin = {(None, next(iter(dossiers.STATES)))}
    for (number, state), rows in groupby(_rows(session, asked), key=itemgetter(0, 1)):
        steps = [(old, new) for _, _, old, new in rows]
        possible = begin.issuperset(steps[:1]) and dossiers.TRANSITIONS.keys() >= set(steps[1:])
        if not possible or not _follow(steps, None) or steps[-1][1] != state:
            yield f"dossier {number}"


@_check("verloop-meting", "Elke meting staat in een toestand die er is, en nam alleen stappen die er zijn")
def _measurements(session: Session, files: Folder) -> Iterator[str]:
    known = (*measurements.STATES, measurements.DESTROYED)
    unknown = select(Measurement.id).where(Measurement.state.not_in(known))
    for (number,) in _rows(session, unknown):
        yield f"meting {number}"
    taken = MeasurementTransition
    asked = select(taken.measurement_id, taken.from_state, taken.to_state).order_by(taken.id)
    for number, old, new in _rows(session, asked):
        if (old, new) not in running.STEPS:
            yield f"meting {number}"


@_check("inlevering", "Elke inlevering is nog wat er werd ingeleverd (SHA-256)")
def _submissions(session: Session, files: Folder) -> Iterator[str]:
    asked = select(Submission.id, Submission.sha256, Submission.snapshot).order_by(Submission.id)
    return _changed(session, "inlevering", asked)


@_check("rapportversie", "Elke versie van een rapport is nog wat er werd vastgelegd (SHA-256)")
def _reports(session: Session, files: Folder) -> Iterator[str]:
    kept = ReportVersion
    asked = select(kept.id, kept.sha256, kept.content, kept.basis).order_by(kept.id)
    return _changed(session, "rapportversie", asked)


@_check("oordeel", "Elk oordeel zegt wat zijn laatste versie zegt")
def _judgements(session: Session, files: Folder) -> Iterator[str]:
    yield from (f"oordeel {number}" for number in told.judgements_beside_their_versions(session))


@_check("oordeel-logboek", "Elke versie van een oordeel is wat het logboek erover zegt")
def _told_judgements(session: Session, files: Folder) -> Iterator[str]:
    yield from (f"oordeel {number}" for number in told.judgements_beside_the_log(session))


@_check("rapport-logboek", "Elke versie van een rapport heeft het kenmerk dat het logboek noemt (SHA-256)")
def _told_reports(session: Session, files: Folder) -> Iterator[str]:
    yield from (f"rapportversie {number}" for number in told.reports_beside_the_log(session))


@_check("vragenlijst", "Elke vragenlijst is nog de tekst die werd vastgelegd (SHA-256)")
def _instruments(session: Session, files: Folder) -> Iterator[str]:
    kept = InstrumentText
    return _changed(session, "vragenlijst", select(kept.id, kept.sha256, kept.text).order_by(kept.id))


def _changed(session: Session, word: str, asked: Select[*tuple[Any, ...]]) -> Iterator[str]:
    """The rows (id, SHA-256, one text or more) whose texts, a line each, have another SHA-256."""
    for number, sha256, *texts in _rows(session, asked, LARGE_AT_ONCE):
        if hashlib.sha256("\n".join(texts).encode()).hexdigest() != sha256:
            yield f"{word} {number}"


@_check("bestand-ontbreekt", "Van elk bestand is de inhoud er")
def _missing(session: Session, files: Folder) -> Iterator[str]:
    for number, sha256 in _rows(session, select(StoredFile.id, StoredFile.sha256).order_by(StoredFile.id)):
        if not _is_kept(files, sha256):
            yield f"bestand {number}"


def _is_kept(files: Folder, sha256: str) -> bool:
    """Whether there is a file under a name, readable or not."""
    try:
        next(files.pieces(sha256), None)
    except FileNotFoundError:
        return False
    except OSError:
        pass  # what can't be read is damaged, and for another check
    return True


@_check("bestand-beschadigd", "Van elk bestand is de inhoud wat werd geüpload (grootte, SHA-256)")
def _damaged(session: Session, files: Folder) -> Iterator[str]:
    asked = select(StoredFile.id, StoredFile.sha256, StoredFile.size).order_by(StoredFile.id)
    for number, sha256, size in _rows(session, asked):
        if _sum(files, sha256) not in {None, (sha256, size)}:
            yield f"bestand {number}"


def _sum(files: Folder, sha256: str) -> tuple[str, int] | None:
    """The SHA-256 and the size of what is kept under a name; None when nothing is."""
    found, size = hashlib.sha256(), 0
    try:
        for piece in files.pieces(sha256):
            found.update(piece)
            size += len(piece)
    except FileNotFoundError:
        return None
    except OSError:  # it is there, and can't be read
        return "", 0
    return found.hexdigest(), size


@_check("bestand-ongebruikt", "Elk bestand hoort ergens bij")
def _unused(session: Session, files: Folder) -> Iterator[str]:
    stored = Base.metadata.tables[StoredFile.__tablename__]
    uses = [
        key.parent
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table is stored
    ]
    free = and_(*(~select(literal(1)).where(use == stored.c.id).correlate(stored).exists() for use in uses))
    for (number,) in _rows(session, select(stored.c.id).where(free).order_by(stored.c.id)):
        yield f"bestand {number}"


@_check("bestand-onbekend", "In de map met bestanden staat niets dat Meetlat niet kent")
def _strange(session: Session, files: Folder) -> Iterator[str]:
    names = files.names()
    while some := list(islice(names, AT_ONCE)):
        known = set(session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(some))))
        yield from (f"bestand {name}" for name in some if name not in known)


@_check("rol", "Elke rol bestaat, en geldt voor wat erbij hoort")
def _roles(session: Session, files: Folder) -> Iterator[str]:
    asked = select(Assignment.id, Assignment.role, Assignment.unit_id).order_by(Assignment.id)
    for number, role, unit in _rows(session, asked):
        if role not in ROLES or (ROLES[role].held_for == "unit") != (unit is not None):
            yield f"toewijzing {number}"


@_check("periode", "Elke rol geldt in een periode die kan, en niemand heeft een rol ergens twee keer")
def _periods(session: Session, files: Folder) -> Iterator[str]:
    one, other = aliased(Assignment), aliased(Assignment)
    same = and_(
        other.person_id == one.person_id,
        other.role == one.role,
        other.unit_id.is_not_distinct_from(one.unit_id),
        other.organisation_id.is_not_distinct_from(one.organisation_id),
        other.id < one.id,
    )
    both = and_(
        other.valid_from < func.coalesce(one.valid_until, FOREVER),
        one.valid_from < func.coalesce(other.valid_until, FOREVER),
        or_(one.valid_until.is_(None), one.valid_until > one.valid_from),
        or_(other.valid_until.is_(None), other.valid_until > other.valid_from),
    )
    twice = select(literal(1)).select_from(other).where(same, both).correlate(one).exists()
    asked = select(one.id).where(or_(one.valid_until < one.valid_from, twice)).order_by(one.id)
    for (number,) in _rows(session, asked):
        yield f"toewijzing {number}"


@_check("punt", "Geen punt van de opvolging hangt onder een punt dat is verwijderd")
def _points(session: Session, files: Folder) -> Iterator[str]:
    above = aliased(Point)
    asked = (
        select(Point.id)
        .join(above, above.id == Point.parent_id)
        .where(Point.removed.is_(False), above.removed)
        .order_by(Point.id)
    )
    for (number,) in _rows(session, asked):
        yield f"punt {number}"


@_check("logboek", "Elke regel van het logboek gaat over iets dat er is")
def _log(session: Session, files: Folder) -> Iterator[str]:
    gone = retention.gone_ids(session)
    for word, kind in KEPT.items():
        of = kind.__table__
        there = select(literal(1)).select_from(of).where(of.c.id == LogEntry.subject_id)
        asked = select(LogEntry.id, LogEntry.subject_id).where(
            LogEntry.subject == word, LogEntry.subject_id.is_not(None), ~there.correlate(LogEntry).exists()
        )
        for number, about in _rows(session, asked.order_by(LogEntry.id)):
            if not retention.is_gone(gone, word, about):
                yield f"regel {number}"


@_check("vernietigd", "Van een vernietigde meting is alleen de rij zelf er nog, met wat er is vernietigd")
def _destroyed(session: Session, files: Folder) -> Iterator[str]:
    yield from (f"meting {number}" for number in retention.half_destroyed(session))
