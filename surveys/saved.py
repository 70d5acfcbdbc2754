"""What a save changes on its page when it changes nothing but its own question; the rest need not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from surveys import completeness, results, returning
from surveys.acting import By
from surveys.answers import Content, Save
from surveys.completeness import Lack
from surveys.instruments import Instrument
from surveys.measurements import instrument_of
from surveys.models import Dossier, Person
from surveys.questionnaire import Place, Saver, role_label
from surveys.saving import Outcome


@dataclass(frozen=True)
class Alone:
    """An answer that was just saved: its version, what it lacks, and who saved it."""

    code: str
    anchor: str
    version: int
    lacks: tuple[Lack, ...]
    saved: Saver


def alone(
    session: Session, dossier: Dossier, place: Place, saves: Mapping[str, Save], outcome: Outcome, *, by: By
) -> Alone | None:
    """What a save of one answer changed, when that is only at its own question; None when it may be more.

    More is: it was refused or conflicts, it ended a signature, it named other documents, another question is
    asked because of it, or the page shows what had been handed in before.
    """
    code = place.question.code
    if outcome.changed != [code] or not outcome.whole or outcome.voided:
        return None
    content, instrument = saves[code].content, instrument_of(dossier.pinned)
    before = outcome.before.get(code, Content())
    if content.documents != before.documents or returning.was_returned(session, dossier):
        return None
    after = {**outcome.before, code: content}
    given = {each: answer.given for each, answer in after.items()}
    need = results.required(instrument, given, code).get(code)
    if need is None or _moves(instrument, code, outcome.before, after):  # it is not asked, or others are now
        return None
    person = session.get_one(Person, by.person_id)  # whoever asks: read already
    return Alone(
        code=code,
        anchor=place.anchor,
        version=saves[code].seen_version + 1,
        lacks=tuple(completeness.lacks(content.given, note=need.note, document=need.document)),
        saved=Saver(person.name, role_label(by.role or ""), by.at),
    )


def _moves(
    instrument: Instrument, code: str, before: Mapping[str, Content], after: Mapping[str, Content]
) -> bool:
    """Whether another question is asked because of what changed in the answer to one."""
    was, now = before.get(code, Content()), after[code]
    same = (was.value, was.special) == (now.value, now.special)
    if same or results.around(instrument, code) == (code,):
        return False
    return asked(instrument, code, before) != asked(instrument, code, after)


def asked(instrument: Instrument, code: str, contents: Mapping[str, Content]) -> dict[str, str]:
    """Which questions around one are asked, with these answers: see `results.around`."""
    return results.asked(instrument, {each: content.given for each, content in contents.items()}, code)
