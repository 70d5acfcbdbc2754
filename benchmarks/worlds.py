"""Databases with as many regions as one likes, each in three measurements, for the other benchmarks.

Made quickly: a few hundred different ways to fill in the questionnaire of 2013 are drawn at random, and the
database itself copies them to all dossiers. What is read for a picture or a file is as Meetlat's own verbs
make it: dossiers, answers with notes and documents, packed answers. There is no history beside it: no
versions of answers, no submissions, no log of these.
"""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import database
from scoring.packing import FORMAT
from surveys import instruments, measurements, people, results, units
from surveys.acting import By
from surveys.instruments import Instrument, Question
from surveys.models import (
    Answer,
    AnswerDocument,
    Document,
    Dossier,
    Measurement,
    PackedAnswers,
    Unit,
    UnitLink,
    UnitName,
)
from surveys.results import Answers

QUESTIONNAIRE: Final = "icms-veiligheidsregio-2013.1"
YEARS: Final = {"nulmeting": 2006, "tussenmeting": 2009, "eindmeting": 2013}
LATEST: Final = "eindmeting"
WAYS: Final = 300
"""So many different ways to fill in the questionnaire."""
COMMANDS: Final = 4
AT: Final = datetime(2013, 5, 1, 12, 0, tzinfo=UTC)
LONG_AGO: Final = date(2000, 1, 1)
UNKNOWN, NOTED, EVIDENCED = 0.03, 0.25, 0.1
"""Which parts of the questions nobody knows, of the answers have a note, and refer to a document."""


def questionnaire() -> Instrument:
    """The questionnaire that everybody fills in, in each of the measurements."""
    return next(
        instruments.load(path) for path in instruments.builtin() if path.name == f"{QUESTIONNAIRE}.toml"
    )


def ways(instrument: Instrument, number: int = WAYS) -> list[Answers]:
    """Ways to fill in a questionnaire: always the same ones."""
    drawn = random.Random(number)
    found: list[Answers] = []
    for _ in range(number):
        given = {question.code: _answer(question, drawn) for question in instrument.questions.values()}
        asked = results.required(instrument, given)  # as in whatever was signed
        found.append(
            {
                code: replace(
                    each,
                    note=each.note or (_words(drawn) if code in asked and asked[code].note else None),
                    document=each.document or (code in asked and asked[code].document),
                )
                for code, each in given.items()
            }
        )
    return found


def _answer(question: Question, drawn: random.Random) -> results.Answer:
    if question.allow_unknown and drawn.random() < UNKNOWN:
        return results.Answer(special="onbekend")
    note = _words(drawn) if drawn.random() < NOTED else None
    return results.Answer(_value(question, drawn), note=note, document=drawn.random() < EVIDENCED)


def _value(question: Question, drawn: random.Random) -> Any:
    if question.type == "multi":
        together = [option.code for option in question.options if not option.exclusive]
        return sorted(drawn.sample(together, drawn.randint(1, len(together))))
    if question.options:
        return drawn.choice(question.options).code
    if question.type == "number":
        assert question.min is not None and question.step is not None  # noqa: PT018
        return float(question.min + question.step * drawn.randint(0, 3))
    return "2012-05-01" if question.type == "date" else _words(drawn)


def _words(drawn: random.Random) -> str:
    return " ".join("".join(drawn.choices(string.ascii_lowercase, k=6)) for _ in range(12))


def make(url: str, regions: int) -> None:
    """Fill an empty database at this address with so many regions, verified in each measurement."""
    database.upgrade(url)
    engine = sa.create_engine(url)  # not the application's: it need not wait for the disk, nor look twice
    with _unchecked(engine) as connection, Session(connection) as session:
        by = _people(session)
        made = _measurements(session, by)
        _units(session, regions, by)
        session.flush()
        _dossiers(connection, made)
        _answers(connection, by)
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


@contextmanager
def _unchecked(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection on which references are not looked at row by row, and PostgreSQL runs no triggers."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
        else:
            connection.exec_driver_sql("PRAGMA synchronous=OFF")
        connection.commit()
        yield connection


def _people(session: Session) -> By:
    by = By.system(AT)
    organisation = people.add_organisation(session, "INSP", "Inspectie", by)
    person = people.invite(session, name="Iemand", email="iemand@voorbeeld.nl", by=by)
    held = people.assign(session, person, "inspecteur", organisation=organisation, valid_from=LONG_AGO, by=by)
    return By.through(held, AT)


def _measurements(session: Session, by: By) -> list[Measurement]:
    text = measurements.add_instrument(session, questionnaire(), by)
    return [
        measurements.create(
            session,
            code=code,
            name=code.capitalize(),
            kind="anders",
            year=year,
            period=measurements.Period(date(year, 1, 1), date(year, 12, 31)),
            fictief=True,
            pinned=[text],
            by=by,
        )
        for code, year in YEARS.items()
    ]


def _units(session: Session, regions: int, by: By) -> None:
    above = [
        units.add(
            session,
            kind="rmc",
            code=f"RMC-{number}",
            name=f"RMC {number}",
            short=f"R{number}",
            valid_from=LONG_AGO,
            by=by,
        )
        for number in range(COMMANDS)
    ]
    first = above[-1].id + 1
    numbers = range(first, first + regions)
    session.execute(
        sa.insert(Unit),
        [
            {"id": each, "kind": "veiligheidsregio", "code": f"VR{each:06}", "valid_from": LONG_AGO}
            for each in numbers
        ],
    )
    session.execute(
        sa.insert(UnitName),
        [
            {"unit_id": each, "name": f"Regio {each}", "short": f"V{each}", "valid_from": LONG_AGO}
            for each in numbers
        ],
    )
    session.execute(
        sa.insert(UnitLink),
        [
            {"unit_id": each, "parent_id": above[each % COMMANDS].id, "valid_from": LONG_AGO}
            for each in numbers
        ],
    )


def _dossiers(connection: sa.Connection, made: list[Measurement]) -> None:
    for measurement in made:
        chosen = sa.select(
            sa.literal(measurement.id),
            Unit.id,
            sa.literal(measurement.pins[0].instrument_id),
            sa.literal("geverifieerd"),
            *[sa.literal(AT, Dossier.state_since.type)] * 2,
        ).where(Unit.kind == "veiligheidsregio")
        columns = ["measurement_id", "unit_id", "instrument_id", "state", "state_since", "last_activity_at"]
        connection.execute(sa.insert(Dossier).from_select(columns, chosen.order_by(Unit.id)))


_WAY = sa.Table(
    "way",
    sa.MetaData(),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("question", sa.String, primary_key=True),
    sa.Column("value", Answer.value.type),
    sa.Column("special", sa.String),
    sa.Column("note", sa.Text),
    sa.Column("document", sa.Boolean),
    prefixes=["TEMPORARY"],
)
_PACKED_WAY = sa.Table(
    "packed_way",
    sa.MetaData(),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("content", sa.LargeBinary),
    prefixes=["TEMPORARY"],
)


def _answers(connection: sa.Connection, by: By) -> None:
    """Copy the ways to all dossiers: which one, follows from the dossier's number."""
    instrument = questionnaire()
    drawn = ways(instrument)
    for table in (_WAY, _PACKED_WAY):
        table.create(connection)
    connection.execute(
        sa.insert(_WAY),
        [
            {
                "number": number,
                "question": code,
                "value": each.value,
                "special": each.special,
                "note": each.note,
                "document": each.document,
            }
            for number, given in enumerate(drawn)
            for code, each in given.items()
        ],
    )
    packed = results.pack(instrument, {str(number): given for number, given in enumerate(drawn)})
    connection.execute(
        sa.insert(_PACKED_WAY),
        [{"number": number, "content": content} for number, content in enumerate(packed)],
    )
    _copy(connection, by)


def _copy(connection: sa.Connection, by: By) -> None:
    mine = Dossier.id % WAYS == _WAY.c.number
    who = {"person_id": by.person_id, "assignment_id": by.assignment_id}
    answer = {
        "dossier_id": Dossier.id,
        "question": _WAY.c.question,
        "party": sa.literal(""),
        "value": _WAY.c.value,
        "special": _WAY.c.special,
        "note": _WAY.c.note,
        "version": sa.literal(1),
        **{name: sa.literal(number) for name, number in who.items()},
        "saved_at": sa.literal(AT, Answer.saved_at.type),
    }
    _insert(connection, Answer, answer, sa.join(Dossier, _WAY, mine))
    document = {
        "dossier_id": Dossier.id,
        "title": sa.literal("Het plan"),
        "added_by_id": sa.literal(by.person_id),
        "added_at": sa.literal(AT, Document.added_at.type),
    }
    _insert(connection, Document, document, sa.join(Dossier, Unit, Dossier.unit_id == Unit.id))
    reference = {"answer_id": Answer.id, "document_id": Document.id, "position": sa.literal(1)}
    _insert(
        connection,
        AnswerDocument,
        reference,
        sa.join(Answer, Dossier, Answer.dossier_id == Dossier.id)
        .join(_WAY, sa.and_(mine, _WAY.c.question == Answer.question, _WAY.c.document))
        .join(Document, Document.dossier_id == Dossier.id),
    )
    content = {
        "dossier_id": Dossier.id,
        "format": sa.literal(FORMAT),
        "content": _PACKED_WAY.c.content,
    }
    _insert(
        connection,
        PackedAnswers,
        content,
        sa.join(Dossier, _PACKED_WAY, Dossier.id % WAYS == _PACKED_WAY.c.number),
    )


def _insert(
    connection: sa.Connection, table: type[Any], columns: dict[str, Any], chosen: sa.FromClause
) -> None:
    connection.execute(
        sa.insert(table).from_select(list(columns), sa.select(*columns.values()).select_from(chosen))
    )
