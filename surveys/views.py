"""Divergent views: what one role would have answered, and why, beside the joint answer. Never scored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, literal_column, select
from sqlalchemy.orm import Session, joinedload

from surveys import answers, questions, results
from surveys.acting import By
from surveys.answers import Content, Save, Saved
from surveys.errors import InvalidValue, NotAllowed, UnknownQuestion
from surveys.instruments import Instrument, Question
from surveys.measurements import instrument_of
from surveys.models import JOINT, Answer, Dossier, InstrumentText, Measurement
from surveys.permissions import ROLES, allowed


@dataclass(frozen=True)
class ViewInfo:
    """A view as reports show it: whose, in which role (code and Dutch name), what, why, when.

    `content` has the value or what it is instead in canonical form, and in its note the reason; `shown` is
    the answer in Dutch. `agrees`: the joint answer has become the same since.
    """

    question: Question
    role: str
    label: str
    content: Content
    shown: str
    agrees: bool
    name: str
    at: datetime


def differ(
    session: Session, dossier: Dossier, code: str, content: Content, *, by: By, seen_version: int
) -> Saved:
    """Record the view of the role of `by` on a question: a value or special, and in the note the reason.

    What equals the view that is kept changes nothing. A change ends every signature that stands: what was
    agreed to is no longer the same.

    Raises MeasurementClosed or DossierNotOpen; NotAllowed for a role that the questionnaire does not ask to
    sign, or another unit's; UnknownQuestion; InvalidValue for what the question can't have, without a reason,
    with documents, or equal to the joint answer; and StaleAnswer when another view was saved in this role
    since the version that was seen.
    """
    instrument, row = _hold(session, dossier, code, by)
    content = answers.checked(instrument.questions[code], content)
    if content.value is None and content.special is None:
        raise InvalidValue("Vul in wat volgens u het antwoord is.")
    if content.note is None:
        raise InvalidValue("Schrijf op waarom u het anders ziet.", "note")
    if content.documents:
        raise InvalidValue("Bij een afwijkend standpunt horen geen documenten.", "documents")
    change = answers.change(instrument, code, row, Save(content, seen_version))
    if change is None:
        return Saved(row, changed=False)
    if same(content, answers.content_of(answers.joint(session, dossier).get(code))):
        raise InvalidValue(
            "Dit is gelijk aan het gezamenlijke antwoord. Een afwijkend standpunt is een ander antwoord."
        )
    assert by.role is not None
    return answers.write(session, dossier, [change._replace(party=by.role)], by=by)[code]


def withdraw(session: Session, dossier: Dossier, code: str, *, by: By, seen_version: int) -> Saved:
    """Take the view of the role of `by` back; what it was stays among its versions.

    Where none stands nothing changes. Raises as `differ` does, InvalidValue excepted.
    """
    instrument, row = _hold(session, dossier, code, by)
    change = answers.change(instrument, code, row, Save(Content(), seen_version))
    if change is None:
        return Saved(row, changed=False)
    assert by.role is not None
    return answers.write(session, dossier, [change._replace(party=by.role)], by=by)[code]


def _hold(session: Session, dossier: Dossier, code: str, by: By) -> tuple[Instrument, Answer | None]:
    answers.hold(session, dossier, by)
    instrument = instrument_of(dossier.pinned)
    if (
        by.role not in instrument.roles
        or by.unit_id != dossier.unit_id
        or not allowed(by.role, "dossier.differ")
    ):
        raise NotAllowed()
    if code not in instrument.questions:
        raise UnknownQuestion(code)
    return instrument, of_role(session, dossier, code, by.role)


def of_role(session: Session, dossier: Dossier, code: str, role: str | None) -> Answer | None:
    """The view of one role on one question, also when it was withdrawn; None when there never was one."""
    return session.scalar(
        select(Answer)
        .where(
            Answer.dossier_id == dossier.id,
            Answer.question == code,
            Answer.party == role,
            Answer.party != JOINT,
        )
        .execution_options(populate_existing=True)
    )


def standing(session: Session, dossier: Dossier) -> list[Answer]:
    """The views of a dossier that were not withdrawn, by question and role."""
    return of_dossiers(session, [dossier.id])


_STANDING = (
    select(Answer)
    .where(
        Answer.dossier_id.in_(bindparam("dossiers", expanding=True)),
        Answer.party != JOINT,
        Answer.note.is_not(None),  # a view has a reason; without one it was withdrawn
    )
    .options(joinedload(Answer.person), joinedload(Answer.assignment))
    .order_by(Answer.dossier_id, Answer.question, Answer.party)
    .execution_options(populate_existing=True)
)


def of_dossiers(session: Session, dossier_ids: Iterable[int]) -> list[Answer]:
    """The views of some dossiers that were not withdrawn, by dossier, question and role."""
    ids = list(dossier_ids)
    return list(session.scalars(_STANDING, {"dossiers": ids})) if ids else []


def having(session: Session, measurement: Measurement, pinned: InstrumentText) -> set[int]:
    """The dossiers of a measurement, with this questionnaire, in which some role has a view that stands."""
    rows = session.scalars(
        select(Answer.dossier_id)
        .join(Dossier, Dossier.id == Answer.dossier_id)
        .where(
            Dossier.measurement_id == measurement.id,
            Dossier.instrument_id == pinned.id,
            Answer.party != literal_column("''"),  # JOINT, written such that the index of views serves
            Answer.note.is_not(None),
        )
    )
    return set(rows)


def same(one: Content, other: Content) -> bool:
    """Whether two answers say the same, whatever their explanations."""
    return (one.value, one.special) == (other.value, other.special)


def view_info(question: Question, row: Answer, joint: results.Answer) -> ViewInfo:
    """A view as reports show it, beside the joint answer that is kept (an open one for none)."""
    content = answers.content_of(row)
    return ViewInfo(
        question=question,
        role=row.party,
        label=ROLES[row.party].label if row.party in ROLES else row.party,
        content=content,
        shown=questions.show_answer(question, content.value, content.special),
        agrees=(content.value, content.special) == (joint.value, joint.special),
        name=row.person.name,
        at=row.saved_at,
    )


def by_dossier(
    session: Session, instrument: Instrument, joint: Mapping[int, Mapping[str, results.Answer]]
) -> dict[int, tuple[ViewInfo, ...]]:
    """The views that stand in some dossiers of one questionnaire, as reports show them.

    `joint` has the joint answers of each, by the dossier's id. The views come in the order of the questions.
    """
    place = {code: number for number, code in enumerate(instrument.questions)}
    found: dict[int, tuple[ViewInfo, ...]] = {}
    for row in sorted(of_dossiers(session, joint), key=lambda row: (place[row.question], row.party)):
        answer = joint[row.dossier_id].get(row.question, results.Answer())
        info = view_info(instrument.questions[row.question], row, answer)
        found[row.dossier_id] = (*found.get(row.dossier_id, ()), info)
    return found
