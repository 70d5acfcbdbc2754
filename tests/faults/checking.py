"""What must hold after any fault: nothing lost, nothing half, nothing impossible. Read in one transaction."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import sqlalchemy as sa

from app import database
from surveys.dossiers import OPEN, SUBMITTED, TRANSITIONS
from surveys.models import (
    Answer,
    AnswerVersion,
    Dossier,
    DossierTransition,
    LogEntry,
    Measurement,
    Person,
    Signature,
    SignedAnswer,
    Submission,
    Unit,
)
from tests.faults.respondents import MEASUREMENT, Ledger, Save

SAVING = ("answer.save", "view.save", "answer.correct")
"""The lines of the log that tell of a new version."""


@dataclass(frozen=True)
class Findings:
    """What is wrong, a line each."""

    lost: tuple[str, ...]
    half: tuple[str, ...]
    impossible: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """All of it."""
        groups = {"lost": self.lost, "half": self.half, "impossible": self.impossible}
        return [f"{name}: {line}" for name, lines in groups.items() for line in lines]


class Checker:
    """Looks at a database. It keeps no connection: what it holds open would change what a fault does."""

    def __init__(self, url: str) -> None:
        """Remember how many signatures there were before anybody was watched."""
        self._url = url
        with self._moment() as connection:
            self._signed = _signatures(connection)

    def examine(self, ledger: Ledger) -> Findings:
        """Hold what was acknowledged up to now, and all rules, against the database."""
        saves, signatures = ledger.taken()
        with self._moment() as connection:
            lost = [*_lost_saves(connection, saves), *self._lost_signatures(connection, signatures)]
            half = [*_half_answers(connection), *_half_logs(connection)]
            impossible = [
                *_impossible_states(connection),
                *_impossible_signatures(connection),
                *_broken_submissions(connection),
                *_broken_file(connection),
            ]
        return Findings(tuple(lost), tuple(half), tuple(impossible))

    @contextmanager
    def _moment(self) -> Iterator[sa.Connection]:
        """The database as it is at one moment, while others go on writing."""
        engine = database.standalone_engine(self._url)
        level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        try:
            with database.reading(), engine.execution_options(**level).connect() as connection:
                yield connection
        finally:
            engine.dispose()

    def _lost_signatures(
        self, connection: sa.Connection, promised: Counter[tuple[str, str]]
    ) -> Iterator[str]:
        found = _signatures(connection)
        for (unit, email), number in promised.items():
            there = found[unit, email] - self._signed[unit, email]
            if there < number:
                yield f"{unit}: {email} agreed {number} times, {there} are kept"


def _signatures(connection: sa.Connection) -> Counter[tuple[str, str]]:
    rows = connection.execute(
        sa.select(Unit.code, Person.email, sa.func.count())
        .select_from(Signature)
        .join(Dossier)
        .join(Unit, Unit.id == Dossier.unit_id)
        .join(Measurement)
        .join(Person, Person.id == Signature.person_id)
        .where(Measurement.code == MEASUREMENT)
        .group_by(Unit.code, Person.email)
    )
    return Counter({(unit, email): number for unit, email, number in rows})


def _lost_saves(connection: sa.Connection, saves: Mapping[str, Save]) -> Iterator[str]:
    """Every save has a version of its own, which later ones leave alone: it must be there, with its text."""
    rows = connection.execute(
        sa.select(Unit.code, Answer.question, AnswerVersion.new)
        .select_from(AnswerVersion)
        .join(Answer)
        .join(Dossier)
        .join(Unit, Unit.id == Dossier.unit_id)
        .join(Measurement)
        .where(Measurement.code == MEASUREMENT)
    )
    there = {(unit, question, new["note"]) for unit, question, new in rows}
    for text, save in saves.items():
        if (save.unit, save.question, text) not in there:
            yield f"{save.unit} {save.question}: ‘{text}’ ({save.way})"


def _half_answers(connection: sa.Connection) -> Iterator[str]:
    versions = defaultdict(list)
    for row in connection.execute(
        sa.select(
            AnswerVersion.answer_id, AnswerVersion.version, AnswerVersion.old, AnswerVersion.new
        ).order_by(AnswerVersion.answer_id, AnswerVersion.version)
    ):
        versions[row.answer_id].append(row)
    for answer in connection.execute(
        sa.select(Answer.id, Answer.version, Answer.value, Answer.special, Answer.note)
    ):
        kept = versions.pop(answer.id, [])
        if [row.version for row in kept] != list(range(1, answer.version + 1)):
            yield f"answer {answer.id} is version {answer.version}, kept are {[row.version for row in kept]}"
            continue
        last = kept[-1].new
        if (answer.value, answer.special, answer.note) != (last["value"], last["special"], last["note"]):
            yield f"answer {answer.id} does not say what its version {answer.version} says"
        for earlier, later in zip([None, *[row.new for row in kept]], kept, strict=False):
            if later.old != earlier:
                yield f"answer {answer.id}: version {later.version} does not follow the one before"


def _half_logs(connection: sa.Connection) -> Iterator[str]:
    logged = Counter(
        (row.subject_id, row.detail["version"])
        for row in connection.execute(
            sa.select(LogEntry.subject_id, LogEntry.detail).where(LogEntry.action.in_(SAVING))
        )
    )
    kept = Counter(
        (row.answer_id, row.version)
        for row in connection.execute(sa.select(AnswerVersion.answer_id, AnswerVersion.version))
    )
    for answer, version in kept - logged:
        yield f"answer {answer}: version {version} is not in the log"
    for answer, version in logged - kept:
        yield f"answer {answer}: the log tells of version {version}, which is not there once"


def _impossible_states(connection: sa.Connection) -> Iterator[str]:
    ways = defaultdict(list)
    for row in connection.execute(
        sa.select(
            DossierTransition.dossier_id, DossierTransition.from_state, DossierTransition.to_state
        ).order_by(DossierTransition.id)
    ):
        ways[row.dossier_id].append((row.from_state, row.to_state))
    answered = set(connection.scalars(sa.select(Answer.dossier_id).distinct()))
    for dossier in connection.execute(sa.select(Dossier.id, Dossier.state)):
        way = ways[dossier.id]
        steps = [(None, "uitgezet"), *[step for step in way[1:] if step in TRANSITIONS]]
        joined = all(one[1] == other[0] for one, other in pairwise(way))
        if way != steps or not joined or way[-1][1] != dossier.state:
            yield f"dossier {dossier.id} is {dossier.state} after {way}"
        if dossier.state == "uitgezet" and dossier.id in answered:
            yield f"dossier {dossier.id} has answers and was not begun"


def _impossible_signatures(connection: sa.Connection) -> Iterator[str]:
    covered: dict[int, dict[int, int]] = defaultdict(dict)
    for row in connection.execute(sa.select(SignedAnswer)):
        covered[row.signature_id][row.answer_id] = row.version
    kept = {
        (row.answer_id, row.version)
        for row in connection.execute(sa.select(AnswerVersion.answer_id, AnswerVersion.version))
    }
    current: dict[int, dict[int, int]] = defaultdict(dict)
    for row in connection.execute(sa.select(Answer.dossier_id, Answer.id, Answer.version)):
        current[row.dossier_id][row.id] = row.version
    for row in connection.execute(
        sa.select(Signature.id, Signature.dossier_id, Signature.voided_at, Dossier.state).join(Dossier)
    ):
        if not kept.issuperset(covered[row.id].items()):
            yield f"signature {row.id} covers versions that there are not"
        if row.voided_at is None and row.state in OPEN and covered[row.id] != current[row.dossier_id]:
            yield f"signature {row.id} stands, and covers other versions than those that stand"


def _broken_submissions(connection: sa.Connection) -> Iterator[str]:
    handed_in = set()
    for row in connection.execute(
        sa.select(Submission.id, Submission.dossier_id, Submission.snapshot, Submission.sha256)
    ):
        handed_in.add(row.dossier_id)
        if hashlib.sha256(row.snapshot.encode()).hexdigest() != row.sha256:
            yield f"submission {row.id} is not what was handed in"
    for dossier in connection.scalars(sa.select(Dossier.id).where(Dossier.state.in_(SUBMITTED))):
        if dossier not in handed_in:
            yield f"dossier {dossier} is submitted, and nothing was handed in"


def _broken_file(connection: sa.Connection) -> Iterator[str]:
    if connection.dialect.name != "sqlite":
        return
    for found in connection.exec_driver_sql("PRAGMA integrity_check").scalars():
        if found != "ok":
            yield f"integrity: {found}"
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"foreign key: {tuple(row)}"
