"""Which units a working list has now, and what they answered, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session

import scoring
from surveys import answers, results
from surveys.answers import Content, Reference
from surveys.instruments import Instrument, Question
from surveys.measurements import instrument_of
from surveys.models import (
    JOINT,
    Answer,
    AnswerLabel,
    AnswerVersion,
    Dossier,
    InstrumentText,
    Judgement,
    Label,
    Measurement,
    Unit,
)
from surveys.questions import show_answer
from surveys.reports.question import STATES as NOT_ANSWERED
from surveys.reports.source import DossierInfo, UnitInfo, parents
from surveys.working_lists import LIMITS, NONE_YET, Definition, Row


@dataclass(frozen=True)
class Marked:
    """A label on an explanation; `changed`: the explanation is another one than that which was labelled."""

    id: int
    name: str
    changed: bool


@dataclass(frozen=True)
class Judged:
    """The level that inspectors gave, if any, and the one that the scores proposed then."""

    level: str | None
    proposal: str | None


@dataclass(frozen=True)
class Facts:
    """All that a list can ask of one unit. Everything but `info` and `brigade` by codes."""

    info: DossierInfo
    brigade: UnitInfo | None
    answers: Mapping[str, Content]
    scored: scoring.UnitScore
    views: frozenset[str]
    labels: Mapping[str, tuple[Marked, ...]]
    judged: Mapping[str, Judged]

    def state(self, code: str) -> str:
        """What became of a question: `value`, `onbekend`, `nvt`, `open` or `not_asked`."""
        state, special = self.scored.states[code], self.content(code).special
        if state in ("answered", "unscored"):
            return "value"
        if state == "open" and special == "onbekend":
            return "onbekend"
        return "open" if state == "undetermined" else state

    def content(self, code: str) -> Content:
        """The answer to a question, an open one where there is none."""
        return self.answers.get(code, Content())


@dataclass(frozen=True)
class Cell:
    """An answer as it is shown: what it says (or why it says nothing), with what stands beside it."""

    question: Question
    shown: str
    answered: bool
    note: str | None
    documents: tuple[Reference, ...]
    labels: tuple[Marked, ...]


@dataclass(frozen=True)
class Line:
    """A unit that is on the list."""

    info: DossierInfo
    brigade: UnitInfo | None
    cells: tuple[Cell, ...]

    @property
    def unit(self) -> UnitInfo:
        """The unit."""
        return self.info.unit


@dataclass(frozen=True)
class Listing:
    """The units on a list, narrowed and sorted as asked. `of`: how many units it was chosen from."""

    lines: tuple[Line, ...]
    of: int
    brigades: tuple[UnitInfo, ...]
    brigade: str | None
    everybody: bool
    sort: str
    down: bool


def read(session: Session, measurement: Measurement, pinned: InstrumentText) -> tuple[Facts, ...]:
    """Read all dossiers of a measurement with one of its questionnaires, submitted or not, by unit code."""
    instrument = instrument_of(pinned)
    dossiers = session.scalars(
        select(Dossier)
        .join(Dossier.unit)
        .where(Dossier.measurement_id == measurement.id, Dossier.instrument_id == pinned.id)
        .order_by(Unit.code)
    ).all()
    ids = [row.id for row in dossiers]
    above = parents(session, measurement)
    joint: dict[int, dict[str, Answer]] = {number: {} for number in ids}
    views: dict[int, set[str]] = {number: set() for number in ids}
    for row in session.scalars(select(Answer).where(Answer.dossier_id.in_(ids)).order_by(Answer.id)):
        if row.question not in instrument.questions:
            continue
        if row.party == JOINT:
            joint[row.dossier_id][row.question] = row
        elif row.note:  # a view has a reason; without one it was withdrawn
            views[row.dossier_id].add(row.question)
    contents = {
        number: {code: answers.content_of(row) for code, row in rows.items()}
        for number, rows in joint.items()
    }
    scored = results.score(
        instrument,
        {str(number): {code: each.given for code, each in rows.items()} for number, rows in contents.items()},
    ).units
    marked = marks(session, ids)
    judged = _judged(session, ids)
    return tuple(
        Facts(
            info=DossierInfo(row.id, UnitInfo.of(row.unit, measurement.period_until), row.state),
            brigade=above.get(row.unit.code),
            answers=contents[row.id],
            scored=scored[str(row.id)],
            views=frozenset(views[row.id]),
            labels={code: marked[answer.id] for code, answer in joint[row.id].items() if answer.id in marked},
            judged=judged.get(row.id, {}),
        )
        for row in dossiers
    )


def marks(
    session: Session, dossier_ids: list[int], question: str | None = None
) -> dict[int, tuple[Marked, ...]]:
    """The labels on the explanations of some dossiers (at one question), by the id of the answer."""
    wanted: list[ColumnElement[bool]] = [Answer.dossier_id.in_(dossier_ids)]
    if question is not None:
        wanted.append(Answer.question == question)
    rows = session.execute(
        select(Answer.id, Answer.note, Answer.version, AnswerLabel.answer_version, Label.id, Label.name)
        .join(AnswerLabel, AnswerLabel.answer_id == Answer.id)
        .join(Label, Label.id == AnswerLabel.label_id)
        .where(*wanted)
        .order_by(Answer.id, Label.name)
    ).all()
    old = [(answer, seen) for answer, _, version, seen, _, _ in rows if seen != version]
    then = _notes(session, old) if old else {}
    found: dict[int, tuple[Marked, ...]] = {}
    for answer, note, version, seen, number, name in rows:
        changed = seen != version and then.get((answer, seen)) != note
        found[answer] = (*found.get(answer, ()), Marked(number, name, changed))
    return found


def _notes(session: Session, versions: list[tuple[int, int]]) -> dict[tuple[int, int], str | None]:
    """The explanations in some versions of answers, by the id of the answer and the version."""
    rows = session.execute(
        select(AnswerVersion.answer_id, AnswerVersion.version, AnswerVersion.new).where(
            tuple_(AnswerVersion.answer_id, AnswerVersion.version).in_(versions)
        )
    )
    return {(answer, version): new.get("note") for answer, version, new in rows}


def _judged(session: Session, dossier_ids: list[int]) -> dict[int, dict[str, Judged]]:
    found: dict[int, dict[str, Judged]] = {}
    for dossier, factor, level, proposal in session.execute(
        select(Judgement.dossier_id, Judgement.factor, Judgement.level, Judgement.proposal).where(
            Judgement.dossier_id.in_(dossier_ids)
        )
    ):
        if dossier is not None:
            found.setdefault(dossier, {})[factor] = Judged(level, proposal)
    return found


def meets(definition: Definition, facts: Facts) -> bool:
    """Whether a unit is on a list."""
    found = (_TESTS[row.kind](row, facts) for row in definition.rows)
    return all(found) if definition.join == "alle" else any(found)


def listing(
    definition: Definition,
    instrument: Instrument,
    facts: tuple[Facts, ...],
    *,
    brigade: str | None = None,
    everybody: bool = False,
    sort: str = "eenheid",
    down: bool = False,
) -> Listing:
    """Look up the units. `everybody`: also those that have not submitted.

    `brigade` narrows to the units of one; `sort` is eenheid, brigade, stand or the code of a shown question.
    What does not exist narrows or sorts nothing.
    """
    chosen = [each for each in facts if everybody or each.info.submitted]
    met = [each for each in chosen if meets(definition, each)]
    brigades = {each.brigade.code: each.brigade for each in chosen if each.brigade}
    if brigade in brigades:
        met = [each for each in met if each.brigade is not None and each.brigade.code == brigade]
    lines = [
        Line(each.info, each.brigade, tuple(_cell(instrument, code, each) for code in definition.columns))
        for each in met
    ]
    orders: dict[str, Callable[[Line], Any]] = {
        "eenheid": lambda line: line.unit.code,
        "brigade": lambda line: (line.brigade is None, line.brigade.name if line.brigade else ""),
        "stand": lambda line: line.info.state_label,
    }
    for place, code in enumerate(definition.columns):
        orders[code] = lambda line, place=place: line.cells[place].shown.casefold()  # type: ignore[misc]
    sort = sort if sort in orders else "eenheid"
    lines.sort(key=orders[sort], reverse=down)
    return Listing(
        lines=tuple(lines),
        of=len(chosen),
        brigades=tuple(brigades[code] for code in sorted(brigades)),
        brigade=brigade if brigade in brigades else None,
        everybody=everybody,
        sort=sort,
        down=down,
    )


def _cell(instrument: Instrument, code: str, facts: Facts) -> Cell:
    question, state, content = instrument.questions[code], facts.state(code), facts.content(code)
    counts = state in ("value", "onbekend", "nvt")
    return Cell(
        question=question,
        shown=show_answer(question, content.value, content.special) if counts else NOT_ANSWERED[state],
        answered=counts,
        note=(content.note or "").strip() or None if state != "not_asked" else None,
        documents=content.documents if state != "not_asked" else (),
        labels=facts.labels.get(code, ()),
    )


def _answer(row: Row, facts: Facts) -> bool:
    state, value = facts.state(row.about), facts.content(row.about).value
    if row.operator in ("in", "any_of") and f"~{state}" in row.values:
        return True
    if state != "value":
        return False
    if row.operator in LIMITS:
        return _LIMITS[row.operator](float(value), float(row.values[0]))
    given = set(value) if isinstance(value, list) else {value}
    wanted = set(row.values)
    if row.operator == "all_of":
        return wanted <= given
    return bool(wanted & given) == (row.operator in ("in", "any_of"))


_LIMITS: dict[str, Callable[[float, float], bool]] = {
    "at_least": lambda given, limit: given >= limit,
    "above": lambda given, limit: given > limit,
    "at_most": lambda given, limit: given <= limit,
    "below": lambda given, limit: given < limit,
}


def _has(row: Row, present: bool) -> bool:
    return present == (row.operator == "with")


def _note(row: Row, facts: Facts) -> bool:
    return facts.state(row.about) != "not_asked" and _has(
        row, bool((facts.content(row.about).note or "").strip())
    )


def _document(row: Row, facts: Facts) -> bool:
    return facts.state(row.about) != "not_asked" and _has(row, bool(facts.content(row.about).documents))


def _must(row: Row, facts: Facts) -> bool:
    found = {"missed": set[str](), "open": set[str]()}
    for score in facts.scored.factors.values():
        found["missed"] |= {*score.missed_musts}
        found["open"] |= {*score.open_musts}
    return any(row.about in found[value] for value in row.values)


def _view(row: Row, facts: Facts) -> bool:
    return _has(row, row.about in facts.views if row.about else bool(facts.views))


def _label(row: Row, facts: Facts) -> bool:
    given = {str(mark.id) for mark in facts.labels.get(row.about, ())}
    some = bool(given & set(row.values))
    if row.operator == "any_of":
        return some
    return bool((facts.content(row.about).note or "").strip()) and not some


def _check(row: Row, facts: Facts) -> bool:
    return _has(row, row.about in facts.scored.checks)


def _level(row: Row, facts: Facts) -> bool:
    return (facts.scored.factors[row.about].level in row.values) == (row.operator == "in")


def _judgement(row: Row, facts: Facts) -> bool:
    judged = facts.judged.get(row.about, Judged(None, None))
    if row.operator == "differs":
        return judged.level is not None and judged.level != judged.proposal
    return ((judged.level or NONE_YET) in row.values) == (row.operator == "in")


_TESTS: dict[str, Callable[[Row, Facts], bool]] = {
    "answer": _answer,
    "note": _note,
    "document": _document,
    "must": _must,
    "view": _view,
    "label": _label,
    "check": _check,
    "level": _level,
    "judgement": _judgement,
}
