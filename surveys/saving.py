"""Saving what a page sends: every answer that was changed on it, none held up by another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from surveys import answers, results
from surveys.acting import By
from surveys.answers import Change, Content, Reference, Save, Saved
from surveys.errors import InvalidValue, StaleAnswer
from surveys.instruments import Instrument
from surveys.measurements import instrument_of
from surveys.models import Answer, AnswerVersion, Dossier, Signature


@dataclass
class Outcome:
    """What came of a page: the questions that changed, those that others changed first, and those refused.

    `before` has what the answers said that were looked at: to these questions, and to those that hang
    together with them.
    """

    before: Mapping[str, Content] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    stale: dict[str, StaleAnswer] = field(default_factory=dict)
    invalid: dict[str, InvalidValue] = field(default_factory=dict)
    voided: tuple[Signature, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether everything that was sent is kept."""
        return not self.stale and not self.invalid


def save_page(session: Session, dossier: Dossier, saves: Mapping[str, Save], *, by: By) -> Outcome:
    """Save what changed on a page, and tell which answers could not be saved; none holds up another.

    An answer that its sender left as it was seen is no change, also when somebody else changed it since: it
    neither conflicts nor undoes that change. Raises NotAllowed, MeasurementClosed, DossierNotOpen or
    UnknownQuestion: then nothing is saved.
    """
    answers.hold(session, dossier, by)
    instrument = instrument_of(dossier.pinned)
    kept = answers.joint(session, dossier, _looked_at(instrument, saves))
    outcome = Outcome(before={code: answers.content_of(row) for code, row in kept.items()})
    changes: list[Change] = []
    for code in _touched(session, kept, saves):
        try:
            change = answers.change(instrument, code, kept.get(code), saves[code])
        except StaleAnswer as refusal:
            outcome.stale[code] = refusal
        except InvalidValue as refusal:
            outcome.invalid[code] = refusal
        else:
            if change is not None:
                changes.append(change)
    several = len(changes) > 1
    try:
        with session.begin_nested() if several else nullcontext():
            _tell(outcome, answers.write(session, dossier, changes, by=by))
    except StaleAnswer:  # the database refused one, and with it all: see which
        if not several:
            session.rollback()  # it was alone: that spares every save of one answer a savepoint
        _one_by_one(session, dossier, {each.code: saves[each.code] for each in changes}, outcome, by)
    return outcome


def _looked_at(instrument: Instrument, saves: Mapping[str, Save]) -> set[str]:
    """The questions that a page saves, and those that say how these and what depends on them stand."""
    known = [code for code in saves if code in instrument.questions]
    return {each for code in known for each in results.around(instrument, code)}


def _one_by_one(
    session: Session, dossier: Dossier, saves: Mapping[str, Save], outcome: Outcome, by: By
) -> None:
    for code, save in saves.items():
        try:
            with session.begin_nested():
                _tell(outcome, answers.save_all(session, dossier, {code: save}, by=by))
        except StaleAnswer as refusal:
            outcome.stale[code] = refusal


def _tell(outcome: Outcome, saved: Mapping[str, Saved]) -> None:
    changed = {code: each for code, each in saved.items() if each.changed}
    outcome.changed += changed
    for each in list(changed.values())[:1]:  # the first change ends every signature that stands
        outcome.voided += each.voided


def _touched(session: Session, kept: Mapping[str, Answer], saves: Mapping[str, Save]) -> list[str]:
    """The questions whose content is not the one that was seen."""
    present = {code: row for code, row in kept.items() if code in saves}
    seen = {
        code: answers.content_of(row)
        for code, row in present.items()
        if row.version == saves[code].seen_version
    }
    older = [row for code, row in present.items() if code not in seen]
    versions = {row.question: saves[row.question].seen_version for row in older}
    seen |= contents_at(session, older, versions)
    return [code for code, save in saves.items() if save.content != seen.get(code, Content())]


def contents_at(session: Session, rows: Iterable[Answer], versions: Mapping[str, int]) -> dict[str, Content]:
    """What answers said in certain versions; a version that there is not is left out."""
    wanted = {(row.id, versions[row.question]): row.question for row in rows if row.question in versions}
    if not wanted:
        return {}
    found = session.execute(
        select(AnswerVersion.answer_id, AnswerVersion.version, AnswerVersion.new).where(
            tuple_(AnswerVersion.answer_id, AnswerVersion.version).in_(list(wanted))
        )
    )
    return {wanted[answer_id, version]: content_from(new) for answer_id, version, new in found}


def content_from(kept: Mapping[str, Any]) -> Content:
    """Read back what `Content.as_json` made."""
    references = tuple(Reference(each["title"], each["page"]) for each in kept["documents"])
    return Content(kept["value"], kept["special"], kept["note"], references)
