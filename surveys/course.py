"""The course of a dossier: everything that happened with it in time, and its last steps.

`verify` takes it to `geverifieerd` when nothing is in the way, `close` to `afgesloten`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from surveys import correcting, dossiers, interviews, judging
from surveys.acting import By
from surveys.errors import NotAllowed, NotNow
from surveys.models import (
    Answer,
    AnswerVersion,
    Assignment,
    Dossier,
    DossierTransition,
    Interview,
    Judgement,
    JudgementVersion,
    LogEntry,
    Offer,
    OfferedText,
    Person,
    Reaction,
    Reminder,
    Settlement,
    Signature,
    Submission,
    TermChange,
    UnansweredNote,
)
from surveys.permissions import allowed
from surveys.questionnaire import role_label

PERMISSION = "dossier.inspect"

KINDS: dict[str, str] = {
    "stand": "Stand van het dossier",
    "inlevering": "Inleveren en akkoord",
    "termijn": "Termijn en herinneringen",
    "bezoek": "Bezoek en verslag",
    "verificatie": "Verificatie van het verslag",
    "antwoord": "Antwoorden na het gesprek",
    "oordeel": "Oordelen",
    "wederhoor": "Wederhoor",
}
"""The kinds of what happens with a dossier, with their Dutch names."""

OUTCOMES = {"overgenomen": "overgenomen", "deels": "deels overgenomen", "niet": "niet overgenomen"}
CLOSED = {
    "reactie": "afgesloten, er is gereageerd",
    "geen_reactie": "afgesloten zonder reactie",
    "ingetrokken": "ingetrokken",
}
OFFERED = {"verificatie": "Verslag ter verificatie aangeboden", "wederhoor": "Bevindingen aangeboden"}
ENDED = {"verificatie": "Verificatie", "wederhoor": "Wederhoor"}


@dataclass(frozen=True)
class Target:
    """Where to read on: a `question` or `factor` with its code, an `interview` with its id, or `hearing`."""

    what: str
    key: str = ""


@dataclass(frozen=True)
class Happening:
    """Something that happened: when, of which kind, what in Dutch, with which words of people, by whom.

    `who` and `role` are empty where Meetlat did it by itself.
    """

    at: datetime
    kind: str
    what: str
    text: str = ""
    who: str = ""
    role: str = ""
    target: Target | None = None

    @property
    def kind_label(self) -> str:
        """The Dutch name of its kind."""
        return KINDS[self.kind]


def in_the_way(session: Session, dossier: Dossier) -> tuple[str, ...]:
    """What keeps a dossier from `geverifieerd`, in Dutch; nothing when the step can be taken."""
    found = []
    state = interviews.report_state(session, dossier)
    if state is None:
        found.append("Er is nog geen bezoek met een verslag.")
    elif state not in interviews.VERIFIED:
        label = interviews.STATES[state].lower()
        found.append(f"Het verslag van het laatste gesprek is nog niet geverifieerd (stand: {label}).")
    found += [
        f"Vraag {each.question.code} staat op ‘Weet ik niet’, zonder antwoord of reden waarom dat zo blijft."
        for each in correcting.unanswered(session, dossier)
        if not each.settled
    ]
    return tuple(found)


def verify(session: Session, dossier: Dossier, by: By) -> None:
    """Take a dossier to `geverifieerd`.

    Raises NotAllowed for a role that does not inspect, TransitionRefused unless it is `bezocht`, and NotNow
    with what is in the way.
    """
    _step(session, dossier, "geverifieerd", by, in_the_way)


def in_the_way_of_closing(session: Session, dossier: Dossier) -> tuple[str, ...]:
    """What keeps a dossier from `afgesloten`, in Dutch."""
    running = session.scalar(
        select(Offer.id).where(
            Offer.dossier_id == dossier.id, Offer.kind == "wederhoor", Offer.closed_at.is_(None)
        )
    )
    return ("Het wederhoor loopt nog. Sluit dat eerst.",) if running is not None else ()


def close(session: Session, dossier: Dossier, by: By) -> None:
    """Take a dossier to `afgesloten`; raises as `verify`, from `beoordeeld` and while a wederhoor runs."""
    _step(session, dossier, "afgesloten", by, in_the_way_of_closing)


def _step(
    session: Session,
    dossier: Dossier,
    to: str,
    by: By,
    look: Callable[[Session, Dossier], tuple[str, ...]],
) -> None:
    if not allowed(by.role, PERMISSION):
        raise NotAllowed()
    dossiers.lock(session, dossier)
    if (dossier.state, to) in dossiers.TRANSITIONS and (points := look(session, dossier)):
        raise NotNow(" ".join(points))
    dossiers.move(session, dossier, to, by)


def course(session: Session, dossier: Dossier) -> tuple[Happening, ...]:
    """Everything that happened with a dossier, newest first; one query for each of the READERS."""
    found = [each for reader in READERS for each in reader(session, dossier)]
    # what happened at the same moment keeps the order of the readers, and within one that of its records
    found.sort(key=lambda each: each.at)
    return tuple(reversed(found))


def _told(model: Any, *more: Any) -> Select[Any]:
    """Rows of a table that says who did it, with the name and the role."""
    return (
        select(model, Person.name, Assignment.role, *more)
        .outerjoin(Person, Person.id == model.person_id)
        .outerjoin(Assignment, Assignment.id == model.assignment_id)
    )


def _made(
    at: datetime,
    kind: str,
    what: str,
    text: str | None,
    name: str | None,
    role: str | None,
    target: Target | None = None,
) -> Happening:
    return Happening(at, kind, what, text or "", name or "", role_label(role) if role else "", target)


def _transitions(session: Session, dossier: Dossier) -> Iterator[Happening]:
    rows = session.execute(
        _told(DossierTransition)
        .where(DossierTransition.dossier_id == dossier.id)
        .order_by(DossierTransition.id)
    )
    for row, name, role in rows:
        step = dossiers.TRANSITIONS.get((row.from_state or "", row.to_state))
        what = step.label if step else dossiers.STATES[row.to_state]
        yield _made(row.at, "stand", what, row.reason or "", name, role)


def _submissions(session: Session, dossier: Dossier) -> Iterator[Happening]:
    rows = session.execute(
        _told(Submission).where(Submission.dossier_id == dossier.id).order_by(Submission.id)
    )
    for row, name, role in rows:
        what = f"Inlevering {row.number} bewaard zoals zij was"
        yield _made(row.at, "inlevering", what, "", name, role)


def _signatures(session: Session, dossier: Dossier) -> Iterator[Happening]:
    ender, as_role = aliased(Person), aliased(Assignment)
    rows = session.execute(
        _told(Signature, AnswerVersion, Answer.question, ender.name, as_role.role)
        .outerjoin(AnswerVersion, AnswerVersion.id == Signature.voided_by_id)
        .outerjoin(Answer, Answer.id == AnswerVersion.answer_id)
        .outerjoin(ender, ender.id == AnswerVersion.person_id)
        .outerjoin(as_role, as_role.id == AnswerVersion.assignment_id)
        .where(Signature.dossier_id == dossier.id)
        .order_by(Signature.id)
    )
    for row, name, _, change, code, ended_by, ended_as in rows:
        label = role_label(row.role)
        yield Happening(row.signed_at, "inlevering", "Akkoord gegeven", "", name or "", label)
        if change is not None:
            what = f"Akkoord van {name} ({label}) vervallen, want het antwoord op vraag {code} is gewijzigd"
            target = Target("question", code)
            yield _made(row.voided_at, "inlevering", what, "", ended_by, ended_as, target)


def _terms(session: Session, dossier: Dossier) -> Iterator[Happening]:
    rows = session.execute(
        _told(TermChange).where(TermChange.dossier_id == dossier.id).order_by(TermChange.id)
    )
    for row, name, role in rows:
        what = f"Inleveren kan tot en met {_day(row.new)}"
        if row.old:
            what += f" (was: {_day(row.old)})"
        yield _made(row.at, "termijn", what, row.reason or "", name, role)


def _reminders(session: Session, dossier: Dossier) -> Iterator[Happening]:
    to = aliased(Person)
    rows = session.execute(
        _told(Reminder, to.name)
        .join(to, to.id == Reminder.to_id)
        .where(Reminder.dossier_id == dossier.id)
        .order_by(Reminder.id)
    )
    for row, name, role, whom in rows:
        how = "gemaild aan" if row.channel == "mail" else "gekopieerd voor"
        yield _made(row.at, "termijn", f"Herinnering {how} {whom}", "", name, role)


def _visits(session: Session, dossier: Dossier) -> Iterator[Happening]:
    """The steps of visits and reports: the log has them, the visit itself only how it stands."""
    rows = session.execute(
        _told(LogEntry, Interview)
        .join(Interview, Interview.id == LogEntry.subject_id)
        .where(
            LogEntry.subject == "interview",
            LogEntry.action.in_(("interview.plan", "interview.change", "interview.state")),
            Interview.dossier_id == dossier.id,
        )
        .order_by(LogEntry.id)
    )
    for row, name, role, visit in rows:
        what = _visit_step(row, interviews.KINDS[visit.kind])
        if what is not None:
            text = visit.remark or "" if (row.detail or {}).get("new") == "vervallen" else ""
            target = Target("interview", str(visit.id))
            yield _made(row.at, "bezoek", what, text, name, role, target)


def _visit_step(row: LogEntry, kind: str) -> str | None:
    """What a line of the log says of a visit; None where an offer tells it."""
    if row.action == "interview.plan":
        return f"{kind} gepland"
    if row.action == "interview.change":
        return f"Gegevens van het {kind.lower()} gewijzigd"
    old, new = row.detail["old"], row.detail["new"]
    if new in interviews.VERIFIED:
        return f"Verslag {interviews.STATES[new].lower()}"
    if new == "vervallen":
        return f"{kind} vervallen"
    return f"{kind} gehouden" if (old, new) == ("gepland", "concept") else None


def _offers(session: Session, dossier: Dossier) -> Iterator[Happening]:
    closer = aliased(Person)
    rows = session.execute(
        _told(Offer, closer.name)
        .outerjoin(closer, closer.id == Offer.closed_by_id)
        .where(Offer.dossier_id == dossier.id)
        .order_by(Offer.id)
    )
    for row, name, role, closed_by in rows:
        target = _of_offer(row)
        what = f"{OFFERED[row.kind]}, reageren kan tot en met {_day(row.due_on)}"
        yield _made(row.at, row.kind, what, row.message or "", name, role, target)
        if row.closed_at is not None:
            what = f"{ENDED[row.kind]} {CLOSED[row.closed_as]}"
            yield _made(row.closed_at, row.kind, what, row.remark or "", closed_by, "inspecteur", target)


def _reactions(session: Session, dossier: Dossier) -> Iterator[Happening]:
    rows = session.execute(
        _told(Reaction, OfferedText.factor, Offer)
        .join(OfferedText, OfferedText.id == Reaction.offered_id)
        .join(Offer, Offer.id == OfferedText.offer_id)
        .where(Offer.dossier_id == dossier.id)
        .order_by(Reaction.id)
    )
    for row, name, role, factor, offer in rows:
        said = "klopt" if row.verdict == "klopt" else "een wijziging voorgesteld"
        heard = f", gehoord van {row.heard_from}" if row.heard_from else ""
        what = f"Reactie op {_about(factor)}: {said}{heard}"
        text = "\n".join(part for part in (row.proposal, row.remark) if part)
        yield _made(row.at, offer.kind, what, text, name, role, _of_offer(offer))


def _settlements(session: Session, dossier: Dossier) -> Iterator[Happening]:
    rows = session.execute(
        _told(Settlement, OfferedText.factor, Offer)
        .join(Reaction, Reaction.id == Settlement.reaction_id)
        .join(OfferedText, OfferedText.id == Reaction.offered_id)
        .join(Offer, Offer.id == OfferedText.offer_id)
        .where(Offer.dossier_id == dossier.id)
        .order_by(Settlement.id)
    )
    for row, name, role, factor, offer in rows:
        what = f"Voorstel bij {_about(factor)} {OUTCOMES[row.outcome]}"
        yield _made(row.at, offer.kind, what, row.reason or "", name, role, _of_offer(offer))


def _corrections(session: Session, dossier: Dossier) -> Iterator[Happening]:
    for each in reversed(correcting.corrections(session, dossier)):
        old, new = each.shown_old or "niet beantwoord", each.shown_new or "niet beantwoord"
        what = f"Antwoord op vraag {each.code} aangepast: was {old}, werd {new}"
        if old == new:
            what = f"Toelichting of bewijsstukken bij vraag {each.code} aangepast"
        target = Target("question", each.code)
        yield Happening(each.at, "antwoord", what, each.reason, each.name, each.role, target)


def _notes(session: Session, dossier: Dossier) -> Iterator[Happening]:
    rows = session.execute(
        _told(UnansweredNote)
        .where(UnansweredNote.dossier_id == dossier.id)
        .order_by(UnansweredNote.at, UnansweredNote.id)
    )
    for row, name, role in rows:
        what = f"Genoteerd waarom vraag {row.question} onbekend blijft"
        target = Target("question", row.question)
        yield _made(row.at, "antwoord", what, row.reason, name, role, target)


def _judgements(session: Session, dossier: Dossier) -> Iterator[Happening]:
    rows = session.execute(
        _told(JudgementVersion, Judgement.factor)
        .join(Judgement, Judgement.id == JudgementVersion.judgement_id)
        .where(Judgement.dossier_id == dossier.id)
        .order_by(JudgementVersion.id)
    )
    for row, name, role, factor in rows:
        what = f"Oordeel over factor {factor} {judging.STEPS[row.step].lower()}"
        target = Target("factor", factor)
        yield _made(row.at, "oordeel", what, row.remark or "", name, role, target)


def _of_offer(offer: Offer) -> Target:
    return Target("interview", str(offer.interview_id)) if offer.interview_id else Target("hearing")


def _about(factor: str | None) -> str:
    return f"de tekst over factor {factor}" if factor else "de algemene tekst"


def _day(day: date) -> str:
    return f"{day:%d-%m-%Y}"


READERS: tuple[Callable[[Session, Dossier], Iterator[Happening]], ...] = (
    _terms,
    _reminders,
    _signatures,
    _submissions,
    _transitions,
    _visits,
    _corrections,
    _notes,
    _offers,
    _reactions,
    _settlements,
    _judgements,
)
"""What tells of a dossier, one query each."""
