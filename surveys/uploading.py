"""Answers that were filled in outside Meetlat: kept as uploaded, looked at first, then taken over or not.

A question is the same, new, or a conflict: changed in what was uploaded, and by somebody in Meetlat after
that was made. Nothing is taken over before whoever uploaded it saw what changes and, at each conflict, chose
which answer stays; then everything is, or nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Final, Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveys import answers, log, questionnaire, results, saving, signing
from surveys.acting import By
from surveys.answers import Content, Reference, Save
from surveys.errors import (
    AlreadyApplied,
    AnswerSheetFaults,
    ChoicesMissing,
    PreviewOutdated,
    UploadFaulty,
)
from surveys.instruments import Instrument, Question
from surveys.measurements import instrument_of
from surveys.models import Answer, AnswerUpload, Dossier
from surveys.offline import answerdocument, layout, reader
from surveys.offline.offered import Belongs, Offered
from surveys.questionnaire import Saver

KEPT_FOR: Final = timedelta(days=30)
"""How long an upload that was not taken over is kept."""
FILENAME_LENGTH: Final = 255

Choice = Literal["mijn", "hun"]
"""At a conflict: the answer that was uploaded, or the one that stands."""


@dataclass(frozen=True)
class PreviewRow:
    """What would become of one question: the answer as it stands, and as it would be.

    `status`: `new`, or `conflict` when somebody changed the answer after the upload was made; `saved` is who
    did. `asked`: whether it is asked once everything is taken over as far as it is certain.
    """

    question: Question
    anchor: str
    status: Literal["new", "conflict"]
    old: Content
    old_shown: str | None
    new: Content
    new_shown: str | None
    version: int
    saved: Saver | None
    asked: bool

    @property
    def code(self) -> str:
        """The code of the question."""
        return self.question.code


@dataclass(frozen=True)
class Preview:
    """What taking over would change. `same`: how many answers that were uploaded change nothing.

    `faults`: what is wrong with the upload, a line each; with any of them nothing can be taken over.
    `signed`: who agreed with the answers as they stand, whom a change asks to agree again.
    """

    rows: tuple[PreviewRow, ...]
    same: int
    faults: tuple[str, ...]
    signed: tuple[str, ...]

    @cached_property
    def conflicts(self) -> tuple[PreviewRow, ...]:
        """The questions where it must be chosen which answer stays."""
        return tuple(row for row in self.rows if row.status == "conflict")

    @property
    def can_apply(self) -> bool:
        """Whether there is something to take over, and nothing wrong."""
        return bool(self.rows) and not self.faults

    @property
    def fingerprint(self) -> str:
        """Which changes to which versions these are."""
        seen = "\n".join(f"{row.code} {row.status} {row.version}" for row in self.rows)
        return hashlib.sha256(seen.encode()).hexdigest()


def belongs(dossier: Dossier) -> Belongs:
    """What a workbook or file must say for this dossier."""
    return Belongs(instrument_of(dossier.pinned), dossier.measurement.code, dossier.unit.code)


def read_workbook(session: Session, dossier: Dossier, content: bytes) -> Offered:
    """Read a workbook that was uploaded for a dossier. Raises AnswerSheetFaults."""
    return _known(session, dossier, reader.read(content, belongs(dossier)))


def read_document(session: Session, dossier: Dossier, content: bytes) -> Offered:
    """Read a JSON file for a dossier. Raises AnswerSheetFaults."""
    return _known(session, dossier, answerdocument.read(content, belongs(dossier)))


def _known(session: Session, dossier: Dossier, offered: Offered) -> Offered:
    """Refuse what was made from versions that this dossier never had: it comes from another Meetlat."""
    kept = answers.joint(session, dossier)
    later = [
        code
        for code, offer in offered.offers.items()
        if offer.seen_version > (kept[code].version if code in kept else 0)
    ]
    if later:
        raise AnswerSheetFaults(
            [
                f"Vraag {code}: dit is gemaakt van een antwoord dat dit dossier niet kent (versie"
                f" {offered.offers[code].seen_version}). {reader.AGAIN}"
                for code in later
            ]
        )
    return offered


def keep(session: Session, dossier: Dossier, filename: str, offered: Offered, *, by: By) -> AnswerUpload:
    """Keep what was uploaded, for its uploader to look at; what nobody came back for is thrown away.

    Raises NotAllowed, MeasurementClosed or DossierNotOpen.
    """
    answers.hold(session, dossier, by)
    assert by.person_id is not None
    assert by.assignment_id is not None
    session.execute(
        delete(AnswerUpload).where(AnswerUpload.applied_at.is_(None), AnswerUpload.at < by.at - KEPT_FOR)
    )
    made = AnswerUpload(
        dossier_id=dossier.id,
        person_id=by.person_id,
        assignment_id=by.assignment_id,
        filename=layout.words(filename)[:FILENAME_LENGTH] or "werkboek.xlsx",
        answers=offered.as_json(),
        at=by.at,
        applied_at=None,
    )
    session.add(made)
    session.flush()
    log.write(session, "upload.keep", by, "upload", made.id, dossier=dossier.id, faults=len(offered.faults))
    return made


def find(session: Session, dossier: Dossier, upload_id: int, person_id: int) -> AnswerUpload | None:
    """An upload of this person for this dossier; None for anybody else's."""
    return session.scalar(
        select(AnswerUpload).where(
            AnswerUpload.id == upload_id,
            AnswerUpload.dossier_id == dossier.id,
            AnswerUpload.person_id == person_id,
        )
    )


def preview(session: Session, dossier: Dossier, offered: Offered) -> Preview:
    """Say what taking over would change in the dossier as it stands."""
    instrument = instrument_of(dossier.pinned)
    kept = answers.joint(session, dossier)
    seen = {code: offer.seen_version for code, offer in offered.offers.items()}
    bases = saving.contents_at(session, kept.values(), seen)
    anchors = questionnaire.anchors(instrument)
    changed: list[PreviewRow] = []
    same = 0
    for code, offer in offered.offers.items():
        question, row = instrument.questions[code], kept.get(code)
        old = answers.content_of(row)
        base = bases.get(code, Content())
        new = _over(old, offer.content)
        untouched = _alike(_over(base, offer.content), base)
        if untouched or _alike(new, old):
            same += 1
            continue
        changed.append(
            PreviewRow(
                question=question,
                anchor=anchors[code],
                status="new" if offer.seen_version == (row.version if row else 0) else "conflict",
                old=old,
                old_shown=questionnaire.show(question, old),
                new=new,
                new_shown=questionnaire.show(question, new),
                version=row.version if row else 0,
                saved=questionnaire.saver(row, row.saved_at) if row else None,
                asked=True,
            )
        )
    signed = [row.person.name for row in signing.standing(session, dossier).values()]
    rows = _with_asked(instrument, kept, changed)
    return Preview(rows, same, offered.faults, tuple(signed) if rows else ())


def apply(
    session: Session,
    dossier: Dossier,
    offered: Offered,
    choices: Mapping[str, Choice],
    *,
    by: By,
    seen: str,
) -> int:
    """Take over what is offered, all or nothing, and give the number of answers that changed.

    `choices`: which answer stays at each conflict. `seen` is the fingerprint of the preview that was looked
    at. Raises NotAllowed, MeasurementClosed, DossierNotOpen, UploadFaulty, PreviewOutdated, ChoicesMissing,
    or StaleAnswer when the database says that somebody came first.
    """
    answers.hold(session, dossier, by)
    shown = preview(session, dossier, offered)
    if shown.faults:
        raise UploadFaulty()
    if shown.fingerprint != seen:
        raise PreviewOutdated()
    if missing := [row.code for row in shown.conflicts if choices.get(row.code) not in ("mijn", "hun")]:
        raise ChoicesMissing(missing)
    saves = {
        row.code: Save(row.new, row.version)
        for row in shown.rows
        if row.status == "new" or choices[row.code] == "mijn"
    }
    saved = answers.save_all(session, dossier, saves, by=by)
    return sum(each.changed for each in saved.values())


def apply_upload(
    session: Session,
    dossier: Dossier,
    upload: AnswerUpload,
    choices: Mapping[str, Choice],
    *,
    by: By,
    seen: str,
) -> int:
    """Take over an upload; see `apply`. Raises AlreadyApplied for one that was taken over before.

    Its answers are in the dossier then, with their history, and are not kept in the upload any longer.
    """
    answers.hold(session, dossier, by)
    session.refresh(upload)
    if upload.applied_at is not None:
        raise AlreadyApplied()
    changed = apply(session, dossier, Offered.of(upload.answers), choices, by=by, seen=seen)
    upload.applied_at = by.at
    upload.answers = Offered({}).as_json()
    log.write(session, "upload.apply", by, "upload", upload.id, dossier=dossier.id, changed=changed)
    session.flush()
    return changed


def _over(kept: Content, offered: Content) -> Content:
    """What is kept, with every part over it that is offered."""
    given = offered.value is not None or offered.special is not None
    return Content(
        value=offered.value if given else kept.value,
        special=offered.special if given else kept.special,
        note=offered.note or kept.note,
        documents=offered.documents or kept.documents,
    )


def _alike(one: Content, other: Content) -> bool:
    """Whether two contents are the same as far as a workbook can tell."""
    return one == other or _as_sheet(one) == _as_sheet(other)


def _as_sheet(content: Content) -> Content:
    return replace(
        content,
        value=layout.plain(content.value) if isinstance(content.value, str) else content.value,
        note=layout.plain(content.note or "") or None,
        documents=tuple(
            Reference(layout.words(ref.title), layout.words(ref.page or "") or None)
            for ref in content.documents
        ),
    )


def _with_asked(
    instrument: Instrument, kept: Mapping[str, Answer], rows: list[PreviewRow]
) -> tuple[PreviewRow, ...]:
    after = answers.given(kept) | {row.code: row.new.given for row in rows if row.status == "new"}
    asked = results.asked(instrument, after)
    return tuple(replace(row, asked=asked[row.code] == "asked") for row in rows)
