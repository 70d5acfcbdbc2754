"""Saving answers: one version a save, nothing overwritten unseen, every version kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.exc import StaleDataError

from surveys import dossiers, log, questions, results
from surveys.acting import By
from surveys.errors import (
    DossierNotOpen,
    InvalidValue,
    MeasurementClosed,
    NotAllowed,
    StaleAnswer,
    UnknownQuestion,
)
from surveys.instruments import Instrument, Question
from surveys.measurements import ANSWERING, instrument_of
from surveys.models import JOINT, Answer, AnswerDocument, AnswerVersion, Document, Dossier, Signature

NOTE_LENGTH = 4000
"""The most characters of an explanation."""
REFERENCES = 20
"""The most documents that one answer refers to."""
TITLE_LENGTH = 300
PAGE_LENGTH = 100


@dataclass(frozen=True)
class Reference:
    """A document by its title, and where in it to look."""

    title: str
    page: str | None = None


@dataclass(frozen=True)
class Content:
    """What an answer says. Neither value nor special: open. `value` in the question type's canonical form."""

    value: Any = None
    special: str | None = None
    note: str | None = None
    documents: tuple[Reference, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The shape in which versions and snapshots keep it."""
        return {
            "value": self.value,
            "special": self.special,
            "note": self.note,
            "documents": [{"title": ref.title, "page": ref.page} for ref in self.documents],
        }

    @property
    def given(self) -> results.Answer:
        """The answer as scoring takes it."""
        return results.Answer(
            value=self.value, special=self.special, note=self.note, document=bool(self.documents)
        )


@dataclass(frozen=True)
class Save:
    """One save that is asked for: the content, and the version that its writer saw (0: none yet)."""

    content: Content
    seen_version: int


@dataclass(frozen=True)
class Saved:
    """What came of it: the answer as it stands, whether anything changed, and whose signatures that ended."""

    answer: Answer | None
    changed: bool
    voided: tuple[Signature, ...] = ()


class Change(NamedTuple):
    """What a save changes: of which question, the answer that is kept (None: none yet), from what to what.

    `party`: whose answer it is, JOINT or the role whose divergent view it is.
    """

    code: str
    row: Answer | None
    old: Content
    content: Content
    party: str = JOINT


def content_of(answer: Answer | None) -> Content:
    """What an answer that is kept says (an open one for none)."""
    if answer is None:
        return Content()
    references = tuple(Reference(link.document.title, link.page) for link in answer.documents)
    return Content(answer.value, answer.special, answer.note, references)


# Every save asks these three. They are made once: putting one together takes as long as asking it.
_JOINT = (
    select(Answer)
    .where(Answer.dossier_id == bindparam("dossier"), Answer.party == JOINT)
    .execution_options(populate_existing=True)
)
_THESE = _JOINT.where(Answer.question.in_(bindparam("codes", expanding=True))).options(
    joinedload(Answer.documents)  # of a few answers that takes one query less
)
_STANDING = select(Signature).where(
    Signature.dossier_id == bindparam("dossier"), Signature.voided_at.is_(None)
)


def joint(session: Session, dossier: Dossier, codes: Collection[str] | None = None) -> dict[str, Answer]:
    """The joint answers of a dossier by question code; with `codes` those to these questions alone."""
    if codes is None:
        rows = session.scalars(_JOINT, {"dossier": dossier.id})
    else:
        rows = session.scalars(_THESE, {"dossier": dossier.id, "codes": list(codes)}).unique()
    return {row.question: row for row in rows}


def given(rows: Mapping[str, Answer]) -> dict[str, results.Answer]:
    """Answers that are kept, as scoring takes them."""
    return {code: content_of(row).given for code, row in rows.items()}


def save(
    session: Session, dossier: Dossier, code: str, content: Content, *, by: By, seen_version: int
) -> Saved:
    """Save one joint answer; see `save_all`."""
    return save_all(session, dossier, {code: Save(content, seen_version)}, by=by)[code]


def save_all(session: Session, dossier: Dossier, saves: Mapping[str, Save], *, by: By) -> dict[str, Saved]:
    """Save joint answers, all or none.

    Content that equals what is kept changes nothing, whatever version was seen: a double click, or a post
    that is sent again, is harmless. The first save of a dossier takes it `in_invulling`. A change ends every
    signature that stands.

    Raises MeasurementClosed or DossierNotOpen when nothing can be answered now, UnknownQuestion for a code
    that the questionnaire lacks, InvalidValue for a value or special that the question can't have, and
    StaleAnswer when somebody saved something else since the version that was seen (it holds both).
    """
    hold(session, dossier, by)
    instrument = instrument_of(dossier.pinned)
    kept = joint(session, dossier, saves.keys())
    asked = [change(instrument, code, kept.get(code), save) for code, save in saves.items()]
    changes = [each for each in asked if each is not None]
    saved = {code: Saved(kept.get(code), changed=False) for code in saves}
    return saved | write(session, dossier, changes, by=by)


def hold(session: Session, dossier: Dossier, by: By) -> None:
    """Begin a save: hold the dossier, so that what is read after this stands until the transaction ends.

    Raises NotAllowed for who acts in no assignment, MeasurementClosed or DossierNotOpen.
    """
    if by.person_id is None or by.assignment_id is None:
        raise NotAllowed()
    dossiers.lock(session, dossier)
    check_open(dossier)


def change(instrument: Instrument, code: str, row: Answer | None, save: Save) -> Change | None:
    """What a save would change in the answer that is kept; None when it says that already.

    Raises UnknownQuestion, InvalidValue or StaleAnswer; see `save_all`.
    """
    question = instrument.questions.get(code)
    if question is None:
        raise UnknownQuestion(code)
    content = checked(question, save.content)
    old = content_of(row)
    if content == old:
        return None
    if save.seen_version != (row.version if row else 0):
        raise StaleAnswer(code, content, row)
    return Change(code, row, old, content)


def write(session: Session, dossier: Dossier, changes: Sequence[Change], *, by: By) -> dict[str, Saved]:
    """Write changes to a dossier that is held, all or none, reading as often for many as for one.

    Raises StaleAnswer when the database refuses one because somebody came first; the caller rolls back.
    """
    if not changes:
        return {}
    # read before anything is written, so that what is written goes to the database in one go
    standing = _standing_signatures(session, dossier)
    written = _write(session, dossier, changes, by)
    with _first(changes):
        if standing:
            session.flush()  # they name the version that ended them
        _void(session, standing, written[changes[0].code][1], by)
        if dossier.state == "uitgezet":
            dossiers.move(session, dossier, "in_invulling", by)
        dossier.last_activity_at = by.at
        session.flush()
    voided = tuple(standing)
    return {code: Saved(row, changed=True, voided=voided) for code, (row, _) in written.items()}


def write_correction(session: Session, dossier: Dossier, made: Change, reason: str, *, by: By) -> Answer:
    """Write one change of an inspector to a dossier that is held, with the reason.

    Signatures stay: they cover the versions that were signed, and those are kept. Raises StaleAnswer as
    `write` does.
    """
    row, _ = _write(session, dossier, [made], by, reason)[made.code]
    with _first([made]):
        dossier.last_activity_at = by.at
        session.flush()
    return row


def check_open(dossier: Dossier) -> None:
    """Raise MeasurementClosed or DossierNotOpen unless respondents can answer this dossier now."""
    if dossier.measurement.state not in ANSWERING:
        raise MeasurementClosed(dossier.measurement.name)
    if dossier.state not in dossiers.OPEN:
        raise DossierNotOpen(dossiers.STATES[dossier.state])


def checked(question: Question, content: Content) -> Content:
    """The content in canonical form. Raises InvalidValue with what is wrong and what to do."""
    note = (content.note or "").replace("\r\n", "\n").strip() or None
    if note and len(note) > NOTE_LENGTH:
        raise InvalidValue(
            f"De toelichting is {len(note)} tekens lang; er passen er {NOTE_LENGTH}. Kort de tekst in.",
            part="note",
        )
    if content.special == "onbekend" and not question.allow_unknown:
        raise InvalidValue("Bij deze vraag kan ‘Weet ik niet’ niet. Kies een van de antwoorden.")
    if content.special == "nvt" and not question.allow_na:
        raise InvalidValue("Bij deze vraag kan ‘Niet van toepassing’ niet. Kies een van de antwoorden.")
    if content.special not in (None, "onbekend", "nvt"):
        raise InvalidValue("Dit antwoord kennen we niet. Kies een van de antwoorden.")
    if content.special is not None and content.value is not None:
        raise InvalidValue("Kies een antwoord of ‘Weet ik niet’, niet allebei.")
    value = None if content.value is None else questions.TYPES[question.type].check(question, content.value)
    return replace(content, value=value, note=note, documents=_references(content.documents))


def _references(documents: Iterable[Reference]) -> tuple[Reference, ...]:
    kept = []
    for ref in documents:
        title, page = " ".join(ref.title.split()), " ".join((ref.page or "").split()) or None
        if not title and page:
            raise InvalidValue(
                "Bij een bladzijde hoort de titel van het document. Vul de titel in.", part="documents"
            )
        if len(title) > TITLE_LENGTH or len(page or "") > PAGE_LENGTH:
            raise InvalidValue(
                f"De titel van een document mag {TITLE_LENGTH} tekens lang zijn,"
                f" en de bladzijde {PAGE_LENGTH}."
                " Kort de tekst in.",
                part="documents",
            )
        if title and Reference(title, page) not in kept:
            kept.append(Reference(title, page))
    if len(kept) > REFERENCES:
        raise InvalidValue(f"Noem hoogstens {REFERENCES} documenten bij een vraag.", "documents")
    return tuple(kept)


def _write(
    session: Session, dossier: Dossier, changes: Sequence[Change], by: By, reason: str | None = None
) -> dict[str, tuple[Answer, AnswerVersion]]:
    """Prepare answers, versions and lines of the log; the caller flushes them."""
    assert by.person_id is not None
    assert by.assignment_id is not None
    written: dict[str, tuple[Answer, AnswerVersion]] = {}
    titles = {
        ref.title
        for each in changes
        if each.content.documents != each.old.documents
        for ref in each.content.documents
    }
    library = _documents(session, dossier, titles, by)
    with _first(changes):
        _clear_documents(session, changes)
        for code, kept, old, content, party in changes:
            row = kept
            if row is None:
                row = Answer(dossier_id=dossier.id, question=code, party=party, documents=[], versions=[])
                session.add(row)
            row.version = row.version + 1 if kept else 1
            row.value, row.special, row.note = content.value, content.special, content.note
            row.person_id, row.assignment_id, row.saved_at = by.person_id, by.assignment_id, by.at
            if content.documents != old.documents:
                row.documents.extend(
                    AnswerDocument(document=library[ref.title], page=ref.page, position=position)
                    for position, ref in enumerate(content.documents, start=1)
                )
            version = AnswerVersion(
                answer=row,
                version=row.version,
                old=old.as_json() if kept else None,
                new=content.as_json(),
                reason=reason,
                person_id=by.person_id,
                assignment_id=by.assignment_id,
                at=by.at,
            )
            session.add(version)
            written[code] = (row, version)
        if any(each.row is None for each in changes):
            session.flush()  # the log names their numbers
    for code, (row, version) in written.items():
        action = "answer.correct" if reason else "view.save" if row.party else "answer.save"
        log.write(session, action, by, "answer", row.id, question=code, version=version.version)
    return written


@contextmanager
def _first(changes: Sequence[Change]) -> Iterator[None]:
    """Raise StaleAnswer when the database refuses what is written within: somebody came first.

    That is between the look and the write; the caller rolls back and shows both.
    """
    try:
        yield
    except (StaleDataError, IntegrityError) as error:
        raise StaleAnswer(changes[0].code, changes[0].content, None) from error


def _clear_documents(session: Session, changes: Sequence[Change]) -> None:
    cleared = False
    for _, row, old, content, _ in changes:
        if row is not None and old.documents and content.documents != old.documents:
            row.documents.clear()
            cleared = True
    if cleared:
        session.flush()  # the old positions must be gone before the new ones come


def _documents(session: Session, dossier: Dossier, titles: set[str], by: By) -> dict[str, Document]:
    if not titles:
        return {}
    assert by.person_id is not None
    found = session.scalars(
        select(Document).where(Document.dossier_id == dossier.id, Document.title.in_(titles))
    )
    library = {document.title: document for document in found}
    for title in sorted(titles - set(library)):
        library[title] = Document(
            dossier_id=dossier.id, title=title, added_by_id=by.person_id, added_at=by.at
        )
        session.add(library[title])
    return library


def _standing_signatures(session: Session, dossier: Dossier) -> Sequence[Signature]:
    return session.scalars(_STANDING, {"dossier": dossier.id}).all()


def _void(session: Session, standing: Sequence[Signature], change: AnswerVersion, by: By) -> None:
    for signature in standing:
        signature.voided_at, signature.voided_by_id = by.at, change.id
        log.write(session, "signature.void", by, "signature", signature.id, change=change.id)
