"""Saving what a page sends: every answer that was changed on it, none held up by another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from surveys import answers
from surveys.acting import By
from surveys.answers import Content, Reference, Save
from surveys.errors import InvalidValue, StaleAnswer
from surveys.models import Answer, AnswerVersion, Dossier, Signature


@dataclass
class Outcome:
    """What came of a page: the questions that changed, those that others changed first, and those refused."""

    changed: list[str] = field(default_factory=list)
    stale: dict[str, StaleAnswer] = field(default_factory=dict)
    invalid: dict[str, InvalidValue] = field(default_factory=dict)
    voided: tuple[Signature, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether everything that was sent is kept."""
        return not self.stale and not self.invalid


def save_page(session: Session, dossier: Dossier, saves: Mapping[str, Save], *, by: By) -> Outcome:
    """Save the answers of a page one by one, and tell which could not be saved.

    An answer that its sender left as it was seen is no change, also when somebody else changed it since: it
    neither conflicts nor undoes that change. Raises MeasurementClosed, DossierNotOpen or UnknownQuestion:
    then nothing is saved.
    """
    outcome = Outcome()
    answers.check_open(dossier)
    for code in _touched(session, dossier, saves):
        try:
            with session.begin_nested():
                saved = answers.save(
                    session, dossier, code, saves[code].content, by=by, seen_version=saves[code].seen_version
                )
        except StaleAnswer as refusal:
            outcome.stale[code] = refusal
        except InvalidValue as refusal:
            outcome.invalid[code] = refusal
        else:
            if saved.changed:
                outcome.changed.append(code)
            outcome.voided += saved.voided
    return outcome


def _touched(session: Session, dossier: Dossier, saves: Mapping[str, Save]) -> list[str]:
    """The questions whose content is not the one that was seen."""
    versions = {code: save.seen_version for code, save in saves.items()}
    seen = contents_at(session, answers.joint(session, dossier).values(), versions)
    return [code for code, save in saves.items() if save.content != seen.get(code, Content())]


def contents_at(session: Session, rows: Iterable[Answer], versions: Mapping[str, int]) -> dict[str, Content]:
    """What answers said in certain versions; a version that there is not is left out."""
    wanted = {(row.id, versions[row.question]): row.question for row in rows if row.question in versions}
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
