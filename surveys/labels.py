"""Labels on explanations: an own list for each question, put on answers, counted like options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload

from surveys import log
from surveys.acting import By
from surveys.errors import NotAllowed, Refused
from surveys.instruments import Instrument, Question
from surveys.listing import Marked, marks
from surveys.models import (
    JOINT,
    Answer,
    AnswerLabel,
    Dossier,
    InstrumentText,
    Label,
    Measurement,
    Unit,
    WorkingList,
)
from surveys.questions import show_answer
from surveys.reports.source import DossierInfo, UnitInfo

NAME_LENGTH = 80


@dataclass(frozen=True)
class Explanation:
    """An explanation that can be labelled, with the labels that it bears; `version` is that of its answer."""

    answer_id: int
    info: DossierInfo
    shown: str
    note: str
    version: int
    labels: tuple[Marked, ...]
    saved_by: str
    saved_at: datetime

    @property
    def changed(self) -> bool:
        """Whether it is another text than the one that was labelled."""
        return any(mark.changed for mark in self.labels)


@dataclass(frozen=True)
class LabelCount:
    """A label with the submitted units that bear it here, and how many do in each measurement (by name)."""

    id: int
    name: str
    units: tuple[UnitInfo, ...]
    used: Mapping[str, int]

    @property
    def total(self) -> int:
        """On how many explanations it stands, in all measurements."""
        return sum(self.used.values())


@dataclass(frozen=True)
class Put:
    """What became of one row: how many labels were put on or taken off, or why not."""

    changed: int = 0
    refused: str | None = None


@dataclass(frozen=True)
class Wish:
    """What somebody wants of an explanation: the labels it had when he saw it, and those it should have.

    `reviewed`: he read the explanation again, and the labels that stay are right for it as it is now.
    """

    version: int
    seen: frozenset[int]
    wanted: frozenset[int]
    reviewed: bool = False


def labels_of(session: Session, instrument: str, question: str | None = None) -> list[Label]:
    """The labels of a question (or all questions) of a questionnaire, whatever its version, by name."""
    wanted = [Label.instrument == instrument] + ([Label.question == question] if question else [])
    return list(session.scalars(select(Label).where(*wanted).order_by(Label.name, Label.id)))


def names(session: Session, instrument: str) -> dict[str, dict[str, str]]:
    """The labels of a questionnaire as working lists name them: question -> id -> name."""
    found: dict[str, dict[str, str]] = {}
    for row in labels_of(session, instrument):
        found.setdefault(row.question, {})[str(row.id)] = row.name
    return found


def find(session: Session, instrument: str, question: str, number: int) -> Label | None:
    """A label of a question by its number."""
    return session.scalar(
        select(Label).where(Label.id == number, Label.instrument == instrument, Label.question == question)
    )


def counts(
    session: Session, measurement: Measurement, pinned: InstrumentText, question: str
) -> tuple[LabelCount, ...]:
    """Each label of a question with who bears it in this measurement, and how often in all of them."""
    rows = session.execute(
        select(AnswerLabel.label_id, Measurement.id, Measurement.name, Dossier)
        .join(Answer, Answer.id == AnswerLabel.answer_id)
        .join(Dossier, Dossier.id == Answer.dossier_id)
        .join(Measurement, Measurement.id == Dossier.measurement_id)
        .join(Unit, Unit.id == Dossier.unit_id)
        .join(Label, Label.id == AnswerLabel.label_id)
        .where(Label.instrument == pinned.code, Label.question == question)
        .order_by(Measurement.period_from, Measurement.id, Unit.code)
    ).all()
    units: dict[int, list[UnitInfo]] = {}
    used: dict[int, dict[str, int]] = {}
    for label, number, name, dossier in rows:
        mine = used.setdefault(label, {})
        mine[name] = mine.get(name, 0) + 1
        info = DossierInfo(dossier.id, UnitInfo.of(dossier.unit, measurement.period_until), dossier.state)
        if number == measurement.id and info.submitted:
            units.setdefault(label, []).append(info.unit)
    return tuple(
        LabelCount(row.id, row.name, tuple(units.get(row.id, ())), used.get(row.id, {}))
        for row in labels_of(session, pinned.code, question)
    )


def explanations(
    session: Session,
    measurement: Measurement,
    pinned: InstrumentText,
    instrument: Instrument,
    question: Question,
) -> tuple[Explanation, ...]:
    """All explanations of a question from units that have submitted, by unit."""
    rows = session.execute(
        select(Answer, Dossier)
        .join(Dossier, Dossier.id == Answer.dossier_id)
        .join(Dossier.unit)
        .where(
            Dossier.measurement_id == measurement.id,
            Dossier.instrument_id == pinned.id,
            Answer.question == question.code,
            Answer.party == JOINT,
            Answer.note.is_not(None),
        )
        .options(joinedload(Answer.person))
        .order_by(Unit.code)
    ).all()
    borne = marks(session, [dossier.id for _, dossier in rows], question.code)
    found = []
    for row, dossier in rows:
        info = DossierInfo(dossier.id, UnitInfo.of(dossier.unit, measurement.period_until), dossier.state)
        note = (row.note or "").strip()
        if not info.submitted or not note:
            continue
        shown = show_answer(question, row.value, row.special)
        found.append(
            Explanation(
                row.id,
                info,
                shown,
                note,
                row.version,
                borne.get(row.id, ()),
                row.person.name,
                row.saved_at,
            )
        )
    return tuple(found)


def add(session: Session, instrument: str, question: str, name: str, *, by: By) -> Label:
    """Add a label to a question's list. Raises Refused for a name that is empty, too long or taken."""
    person, _ = _hands(by)
    row = Label(
        instrument=instrument,
        question=question,
        name=_name(session, instrument, question, name),
        person_id=person,
        at=by.at,
    )
    session.add(row)
    session.flush()
    log.write(session, "label.add", by, "label", row.id, question=question)
    return row


def rename(session: Session, row: Label, name: str, *, by: By) -> None:
    """Give a label another name. Raises Refused as `add` does."""
    _hands(by)
    row.name = _name(session, row.instrument, row.question, name, row.id)
    session.flush()
    log.write(session, "label.rename", by, "label", row.id, question=row.question)


def merge(session: Session, row: Label, into: Label, *, by: By) -> int:
    """Put another label wherever this one stands, and remove this one; gives on how many it stood.

    Working lists that name it name the other one from then on. Raises Refused for one of another question.
    """
    _hands(by)
    if row.id == into.id or (row.instrument, row.question) != (into.instrument, into.question):
        raise Refused("Kies een ander label van dezelfde vraag.")
    bearing = session.scalars(select(AnswerLabel).where(AnswerLabel.label_id == row.id)).all()
    both = set(session.scalars(select(AnswerLabel.answer_id).where(AnswerLabel.label_id == into.id)))
    for each in bearing:
        if each.answer_id in both:
            session.delete(each)
        else:
            each.label_id = into.id
    session.flush()
    for kept in session.scalars(select(WorkingList)):
        changed = _renamed(kept.definition, row.question, str(row.id), str(into.id))
        if changed != kept.definition:
            kept.definition = changed
    number = row.id
    session.delete(row)
    session.flush()
    log.write(session, "label.merge", by, "label", number, into=into.id, used=len(bearing))
    return len(bearing)


def remove(session: Session, row: Label, *, by: By) -> int:
    """Remove a label, also from the explanations that bear it; gives on how many it stood."""
    _hands(by)
    number = row.id
    used = session.scalar(select(func.count()).where(AnswerLabel.label_id == number)) or 0
    session.execute(delete(AnswerLabel).where(AnswerLabel.label_id == number))
    session.delete(row)
    session.flush()
    log.write(session, "label.remove", by, "label", number, used=used)
    return used


def put(
    session: Session,
    pinned: InstrumentText,
    question: str,
    rows: Iterable[Explanation],
    wishes: Mapping[int, Wish],
    *,
    by: By,
) -> dict[int, Put]:
    """Put labels on explanations and take them off, each by itself; by the id of the answer.

    Only what somebody changed since he saw the row is done, so two who label at once do not undo each other.
    A row whose explanation changed meanwhile is refused, and nothing happens to it.
    """
    person, assignment = _hands(by)
    known = {row.id for row in labels_of(session, pinned.code, question)}
    found: dict[int, Put] = {}
    for row in rows:
        wish = wishes.get(row.answer_id)
        if wish is None:
            continue
        borne = {mark.id for mark in row.labels}
        on, off = (wish.wanted - wish.seen) - borne, (wish.seen - wish.wanted) & borne
        changed = {mark.id for mark in row.labels if mark.changed} - off
        again = changed if wish.reviewed else set[int]()
        if not (on or off or again):
            continue
        if wish.version != row.version:
            found[row.answer_id] = Put(
                refused="De toelichting is intussen gewijzigd. Lees haar opnieuw, en kies dan de labels."
            )
            continue
        if not on <= known:
            found[row.answer_id] = Put(refused="Een gekozen label bestaat niet meer. Kies opnieuw.")
            continue
        session.execute(
            delete(AnswerLabel).where(
                AnswerLabel.answer_id == row.answer_id, AnswerLabel.label_id.in_(off | again)
            )
        )
        for number in sorted(on | again):
            session.add(
                AnswerLabel(
                    answer_id=row.answer_id,
                    label_id=number,
                    answer_version=row.version,
                    person_id=person,
                    assignment_id=assignment,
                    at=by.at,
                )
            )
        session.flush()
        log.write(
            session, "label.put", by, "answer", row.answer_id, question=question, on=len(on), off=len(off)
        )
        found[row.answer_id] = Put(changed=len(on) + len(off) + len(again))
    return found


def wished(row: Explanation, wish: Wish | None) -> Explanation:
    """The row as somebody wants it, to show it again when it was refused."""
    if wish is None:
        return row
    kept = tuple(mark for mark in row.labels if mark.id in wish.wanted)
    fresh = tuple(Marked(number, "", False) for number in sorted(wish.wanted - {mark.id for mark in kept}))
    return replace(row, labels=kept + fresh)


def _renamed(definition: dict[str, object], question: str, old: str, new: str) -> dict[str, object]:
    rows = definition.get("rows")
    if not isinstance(rows, list):
        return definition
    changed = []
    for row in rows:
        if row.get("kind") == "label" and row.get("about") == question and old in row.get("values", []):
            values = [new if value == old else value for value in row["values"]]
            changed.append({**row, "values": list(dict.fromkeys(values))})
        else:
            changed.append(row)
    return {**definition, "rows": changed}


def _hands(by: By) -> tuple[int, int]:
    if by.person_id is None or by.assignment_id is None:
        raise NotAllowed()
    return by.person_id, by.assignment_id


def _name(session: Session, instrument: str, question: str, name: str, own: int = 0) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused("Geef het label een naam.")
    if len(name) > NAME_LENGTH:
        raise Refused(f"De naam van een label mag {NAME_LENGTH} tekens lang zijn. Kort hem in.")
    taken = [row.name.casefold() for row in labels_of(session, instrument, question) if row.id != own]
    if name.casefold() in taken:
        raise Refused(
            f"Het label ‘{name}’ bestaat al bij deze vraag. Kies een andere naam, of voeg ze samen."
        )
    return name
