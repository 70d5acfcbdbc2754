"""Offering texts for a reaction: a report for verification, the findings of a dossier for wederhoor.

Both go the same way. The texts are offered as they stand, within a term; each role says of each text that it
is right or what should change; an inspector settles each proposed change, with the reason; then it is closed.
Of the same role the last reaction counts; what it said before stays to be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from surveys import dossiers, interviews, judging, log
from surveys.acting import By, today
from surveys.errors import (
    AlreadySettled,
    ChangedMeanwhile,
    GroundsChanged,
    InvalidReaction,
    NotAllowed,
    NotAllSettled,
    NotNow,
    OfferClosed,
    ReactionReplaced,
    Refused,
    StaleText,
    TermRunning,
)
from surveys.judging import About, Draft
from surveys.measurements import instrument_of
from surveys.models import (
    Dossier,
    Interview,
    Judgement,
    Offer,
    OfferedText,
    Passage,
    Reaction,
    Settlement,
)
from surveys.permissions import allowed

KINDS = {"verificatie": "Verificatie", "wederhoor": "Wederhoor"}
"""What texts are offered for, with its Dutch name."""
VERDICTS = {"klopt": "Dit klopt", "wijziging": "Voorstel voor een wijziging"}
OUTCOMES = {
    "overgenomen": "Overgenomen",
    "deels": "Deels overgenomen",
    "niet": "Niet overgenomen",
}
CLOSED_AS = {
    "reactie": "Gesloten met reacties",
    "geen_reactie": "Gesloten zonder reactie",
    "ingetrokken": "Ingetrokken",
}
OFFERS_REPORT = "dossier.inspect"
OFFERS_FINDINGS = "dossier.judge"
REACTS = "dossier.react"
HEARING_STATES = frozenset({"geverifieerd", "beoordeeld"})
"""The states of a dossier in which its findings are offered."""
TEXT_LENGTH = interviews.TEXT_LENGTH
REMARK_LENGTH = 2000
NAME_LENGTH = 200


def stand(texts: Sequence[Passage | Judgement]) -> str:
    """Which texts there are to offer, in which version: what the page holds that they are offered from."""
    return ",".join(f"{each.id}.{each.version}" for each in texts)


def offer_report(
    session: Session, interview: Interview, due_on: date, message: str, *, seen: str | None = None, by: By
) -> Offer:
    """Offer the report of a visit or interview for verification: every passage, exactly as it stands.

    `seen` is the `stand` of the page; None offers what there is.

    Raises ChangedMeanwhile when that is something else by now, NotNow unless the report is a draft, Refused
    for a report without passages, InvalidReaction for a day that has passed or a text that is too long,
    NotAllowed.
    """
    _permit(by, OFFERS_REPORT)
    interviews.lock(session, interview)
    if interview.state != "concept":
        state = interviews.STATES[interview.state].lower()
        raise NotNow(f"Alleen een verslag in concept kan ter verificatie worden aangeboden (stand: {state}).")
    found = interviews.standing(interview)
    if not found:
        raise Refused("Het verslag heeft nog geen passages. Schrijf die eerst.")
    _check_seen(found, seen)
    texts = [
        OfferedText(factor=each.factor, text=each.text, passage_id=each.id, version=each.version)
        for each in found
    ]
    made = _offer(session, "verificatie", interview.dossier, interview, texts, due_on, message, by)
    interviews.go(session, interview, "ter_verificatie", by)
    return made


def offerable(session: Session, dossier: Dossier) -> tuple[list[Judgement], list[str]]:
    """The confirmed findings of a dossier in the order of its factors, and the factors that have none."""
    standing = judging.confirmed(session, [dossier.id])
    found, missing = [], []
    for code in instrument_of(dossier.pinned).factors:
        row = standing.get((dossier.id, code))
        if row is not None and row.finding:
            found.append(row)
        else:
            missing.append(code)
    return found, missing


def offer_findings(
    session: Session,
    dossier: Dossier,
    due_on: date,
    message: str,
    *,
    with_levels: bool = False,
    seen: str | None = None,
    by: By,
) -> Offer:
    """Offer the findings of a dossier for wederhoor: of each confirmed judgement that has one.

    `with_levels` puts the level in words above each. Raises NotNow unless the dossier is verified or judged
    and while an earlier offer runs, Refused when no finding is confirmed, and as `offer_report`.
    """
    _permit(by, OFFERS_FINDINGS)
    dossiers.lock(session, dossier)
    if dossier.state not in HEARING_STATES:
        state = dossiers.STATES[dossier.state].lower()
        raise NotNow(f"Wederhoor kan als het dossier geverifieerd of beoordeeld is (stand nu: {state}).")
    if running(session, dossier) is not None:
        raise NotNow("Er loopt al een wederhoor bij dit dossier. Sluit dat eerst, of trek het in.")
    found, _ = offerable(session, dossier)
    if not found:
        raise Refused("Er is nog geen vastgesteld oordeel met een bevinding. Stel dat eerst vast.")
    _check_seen(found, seen)
    texts = [
        OfferedText(
            factor=each.factor,
            text=(level_line(dossier, each.level) if with_levels else "") + (each.finding or ""),
            judgement_id=each.id,
            version=each.version,
        )
        for each in found
    ]
    return _offer(session, "wederhoor", dossier, None, texts, due_on, message, by)


def level_line(dossier: Dossier, level: str | None) -> str:
    """The level in words, as it stands above a finding that is offered with it; empty without a level."""
    labels = {each.code: each.label for each in instrument_of(dossier.pinned).levels}
    return f"Oordeel: {labels[level]}.\n\n" if level else ""


def running(session: Session, dossier: Dossier) -> Offer | None:
    """The wederhoor of a dossier that was not closed yet."""
    return session.scalar(
        select(Offer).where(
            Offer.dossier_id == dossier.id, Offer.kind == "wederhoor", Offer.closed_at.is_(None)
        )
    )


def extend(session: Session, offer: Offer, due_on: date, reason: str, *, by: By) -> None:
    """Give more time. Raises InvalidReaction for a day that is no later or without a reason, OfferClosed."""
    _permit_offering(offer, by)
    _hold(session, offer)
    _open(offer)
    reason = _clean(reason, REMARK_LENGTH, "De reden", "reason")
    if due_on <= offer.due_on or due_on < today(by.at):
        raise InvalidReaction("Kies een dag die later is dan de termijn, en die nog moet komen.", "due_on")
    if not reason:
        raise InvalidReaction(
            "Schrijf op waarom de termijn later wordt. De respondenten lezen dit.", "reason"
        )
    old = offer.due_on
    offer.due_on = due_on
    _note(offer, f"Termijn verlengd van {_day(old)} tot {_day(due_on)}: {reason}")
    session.flush()
    log.write(
        session, "offer.extend", by, "offer", offer.id, old=old.isoformat(), new=due_on.isoformat(),
        **_about(offer),
    )  # fmt: skip


def withdraw(session: Session, offer: Offer, reason: str, *, by: By) -> None:
    """Take an offer back; a report is a draft again. Raises InvalidReaction without a reason, OfferClosed."""
    _permit_offering(offer, by)
    _hold(session, offer)
    _open(offer)
    reason = _clean(reason, REMARK_LENGTH, "De reden", "reason")
    if not reason:
        raise InvalidReaction("Schrijf op waarom u dit intrekt. De respondenten lezen dit.", "reason")
    _note(offer, f"Ingetrokken: {reason}")
    _end(session, offer, "ingetrokken", by)
    if offer.interview is not None:
        interviews.go(session, offer.interview, "concept", by)


def react(
    session: Session,
    offered: OfferedText,
    verdict: str,
    proposal: str | None = None,
    remark: str | None = None,
    *,
    heard_from: str | None = None,
    by: By,
) -> Reaction:
    """Say of a text that it is right (`klopt`), or what it should be (`wijziging`).

    In the role of `by`; the same as before changes nothing. Where nobody has a dossier an inspector enters
    what somebody said: `heard_from`.

    Raises NotAllowed for who may not, OfferClosed, and InvalidReaction for what lacks something.
    """
    offer = offered.offer
    _permit_reacting(offer, by)
    _hold(session, offer)
    _open(offer)
    made = _reaction(offered, verdict, proposal, remark, heard_from, by)
    for before in reversed(_reactions(session, offered)):
        if _speaker(before) == _speaker(made):
            if _said(before) == _said(made):
                return before
            break
    session.add(made)
    session.flush()
    log.write(
        session, "offer.react", by, "reaction", made.id, offered=offered.id, verdict=verdict, **_about(offer)
    )
    return made


def agree_with_rest(session: Session, offer: Offer, *, by: By) -> int:
    """Say `klopt` of every text on which the role of `by` said nothing yet; how many those were.

    Raises NotAllowed and OfferClosed. Not for what an inspector enters: that is said of each text.
    """
    if offer.dossier_id is None:
        raise NotAllowed()
    _permit_reacting(offer, by)
    _hold(session, offer)
    _open(offer)
    open_ones = [
        each for each in offer.texts if all(row.role != by.role for row in _reactions(session, each))
    ]
    for each in open_ones:
        react(session, each, "klopt", by=by)
    return len(open_ones)


def settle(
    session: Session,
    reaction: Reaction,
    outcome: str,
    reason: str | None = None,
    new_text: str | None = None,
    *,
    seen_version: int,
    by: By,
) -> Settlement:
    """Decide on a proposed change: taken over, in part (with `new_text`), or not; the text follows.

    `seen_version` is that of the passage or judgement as it was on the page. A finding that changes makes its
    judgement a draft that needs confirming again.

    Raises AlreadySettled, ReactionReplaced when its role said something else since, OfferClosed, StaleText
    when the text changed meanwhile, GroundsChanged when answers behind the judgement did, InvalidReaction
    without a reason or text, NotAllowed, and what `judging` raises.
    """
    offer = reaction.offered.offer
    _permit_offering(offer, by)
    _hold(session, offer)
    _open(offer)
    _check_settling(session, reaction, outcome)
    reason = _clean(reason, REMARK_LENGTH, "De reden", "reason")
    if outcome != "overgenomen" and not reason:
        raise InvalidReaction("Schrijf op waarom. De respondenten lezen dit.", "reason")
    text = reaction.proposal or ""
    if outcome == "deels":
        text = _clean(new_text, TEXT_LENGTH, "De tekst", "text")
        if not text:
            raise InvalidReaction("Schrijf de tekst zoals die moet worden.", "text")
    made = Settlement(reaction=reaction, outcome=outcome, reason=reason or None, **_stamp(by))
    session.add(made)
    try:
        session.flush()
    except IntegrityError as error:
        raise AlreadySettled() from error
    log.write(
        session, "offer.settle", by, "settlement", made.id, reaction=reaction.id, outcome=outcome,
        **_about(offer),
    )  # fmt: skip
    if outcome != "niet":
        _rewrite(session, reaction.offered, text, made, seen_version, by)
    return made


def close(session: Session, offer: Offer, *, by: By) -> str:
    """End an offer, and give what it was closed as: `reactie` or `geen_reactie`. A report is then verified.

    Raises NotAllSettled while a proposed change was not decided on, TermRunning while the term runs and not
    everybody said something of every text, OfferClosed and NotAllowed.
    """
    _permit_offering(offer, by)
    _hold(session, offer)
    _open(offer)
    waiting = unsettled(session, offer)
    if waiting:
        raise NotAllSettled(len(waiting))
    if not all_said(session, offer) and today(by.at) <= offer.due_on:
        raise TermRunning(_day(offer.due_on))
    said = any(_reactions(session, each) for each in offer.texts)
    closed_as = "reactie" if said else "geen_reactie"
    _end(session, offer, closed_as, by)
    if offer.interview is not None:
        state = "geverifieerd" if said else "geverifieerd_zonder_reactie"
        interviews.go(session, offer.interview, state, by)
    return closed_as


def counting(reactions: Sequence[Reaction]) -> list[Reaction]:
    """Of all reactions on a text those that count: the last one of each role (or of each who was heard)."""
    last = {_speaker(each): each for each in sorted(reactions, key=lambda each: each.id)}
    return sorted(last.values(), key=lambda each: each.id)


def unsettled(session: Session, offer: Offer) -> list[Reaction]:
    """The proposed changes that count and on which nothing was decided."""
    return [
        each
        for text in offer.texts
        for each in counting(_reactions(session, text))
        if each.verdict == "wijziging" and each.settlement is None
    ]


def roles_of(offer: Offer) -> tuple[str, ...]:
    """The roles that are asked; none where nobody has a dossier."""
    return tuple(instrument_of(offer.dossier.pinned).roles) if offer.dossier is not None else ()


def all_said(session: Session, offer: Offer) -> bool:
    """Whether everybody who is asked said something of every text; without a dossier: somebody did."""
    asked = set(roles_of(offer))
    said = [{each.role for each in _reactions(session, text)} for text in offer.texts]
    return all(each >= asked and each for each in said)


def find(session: Session, offer_id: int) -> Offer | None:
    """An offer with all that belongs to it, in a fixed number of queries."""
    return session.scalar(
        select(Offer)
        .where(Offer.id == offer_id)
        .options(
            joinedload(Offer.person),
            joinedload(Offer.closed_by),
            joinedload(Offer.dossier),
            joinedload(Offer.interview),
            selectinload(Offer.texts)
            .selectinload(OfferedText.reactions)
            .options(
                joinedload(Reaction.person),
                joinedload(Reaction.settlement).joinedload(Settlement.person),
            ),
            selectinload(Offer.texts).joinedload(OfferedText.passage),
            selectinload(Offer.texts).joinedload(OfferedText.judgement),
        )
        .execution_options(populate_existing=True)
    )


def of_interview(session: Session, interview: Interview) -> list[int]:
    """The ids of the offers of a report, the newest first."""
    return list(
        session.scalars(select(Offer.id).where(Offer.interview_id == interview.id).order_by(Offer.id.desc()))
    )


def of_dossier(session: Session, dossier: Dossier) -> list[int]:
    """The ids of the offers of findings of a dossier, the newest first."""
    return list(
        session.scalars(
            select(Offer.id)
            .where(Offer.dossier_id == dossier.id, Offer.kind == "wederhoor")
            .order_by(Offer.id.desc())
        )
    )


def _offer(
    session: Session,
    kind: str,
    dossier: Dossier | None,
    interview: Interview | None,
    texts: list[OfferedText],
    due_on: date,
    message: str,
    by: By,
) -> Offer:
    if due_on < today(by.at):
        raise InvalidReaction("De termijn is al voorbij. Kies een dag die nog moet komen.", "due_on")
    for position, each in enumerate(texts, start=1):
        each.position = position
    made = Offer(
        measurement_id=interview.measurement_id if interview is not None else _measurement(dossier),
        kind=kind,
        dossier=dossier,
        interview=interview,
        due_on=due_on,
        message=_clean(message, REMARK_LENGTH, "De begeleidende tekst", "message") or None,
        texts=texts,
        **_stamp(by),
    )
    session.add(made)
    session.flush()
    log.write(session, f"offer.{kind}", by, "offer", made.id, texts=len(texts), **_about(made))
    return made


def _check_seen(texts: Sequence[Passage | Judgement], seen: str | None) -> None:
    if seen is not None and seen != stand(texts):
        raise ChangedMeanwhile()


def _measurement(dossier: Dossier | None) -> int:
    assert dossier is not None
    return dossier.measurement_id


def _hold(session: Session, offer: Offer) -> None:
    """Hold what the offer is about, then the offer: always in this order, so nobody waits in a ring."""
    if offer.interview is not None:
        interviews.lock(session, offer.interview)
    elif offer.dossier is not None:
        dossiers.lock(session, offer.dossier)
    session.execute(select(Offer.id).where(Offer.id == offer.id).with_for_update())
    session.refresh(offer, ["closed_at", "closed_as", "due_on", "remark"])


def _open(offer: Offer) -> None:
    if offer.closed_at is not None:
        raise OfferClosed(CLOSED_AS[offer.closed_as or "ingetrokken"])


def _end(session: Session, offer: Offer, closed_as: str, by: By) -> None:
    offer.closed_at, offer.closed_as, offer.closed_by_id = by.at, closed_as, by.person_id
    session.flush()
    log.write(session, "offer.close", by, "offer", offer.id, closed_as=closed_as, **_about(offer))


def _permit(by: By, permission: str) -> None:
    if by.person_id is None or by.assignment_id is None or not allowed(by.role, permission):
        raise NotAllowed()


def _permit_offering(offer: Offer, by: By) -> None:
    _permit(by, OFFERS_REPORT if offer.kind == "verificatie" else OFFERS_FINDINGS)


def _permit_reacting(offer: Offer, by: By) -> None:
    if offer.dossier is None:
        _permit(by, OFFERS_REPORT)
        return
    _permit(by, REACTS)
    if by.unit_id != offer.dossier.unit_id or by.role not in roles_of(offer):
        raise NotAllowed()


def _reactions(session: Session, offered: OfferedText) -> list[Reaction]:
    """All reactions on a text as they are now, the oldest first."""
    return list(
        session.scalars(
            select(Reaction)
            .where(Reaction.offered_id == offered.id)
            .options(joinedload(Reaction.settlement))
            .order_by(Reaction.id)
            .execution_options(populate_existing=True)
        )
    )


def _reaction(
    offered: OfferedText,
    verdict: str,
    proposal: str | None,
    remark: str | None,
    heard_from: str | None,
    by: By,
) -> Reaction:
    if verdict not in VERDICTS:
        raise InvalidReaction("Kies of de tekst klopt, of dat u een wijziging voorstelt.", "verdict")
    remark = _clean(remark, REMARK_LENGTH, "De opmerking", "remark")
    proposal = _clean(proposal, TEXT_LENGTH, "De tekst", "proposal") if verdict == "wijziging" else ""
    heard_from = _clean(heard_from, NAME_LENGTH, "De naam", "heard_from")
    if verdict == "wijziging" and not proposal:
        raise InvalidReaction(
            "Schrijf hoe de tekst moet worden. Moet de tekst weg? Laat de tekst dan staan,"
            " en schrijf dat in de opmerking.",
            "proposal",
        )
    if verdict == "wijziging" and proposal == offered.text and not remark:
        raise InvalidReaction(
            "Uw voorstel is gelijk aan de tekst. Wijzig de tekst, of schrijf in de opmerking wat er anders"
            " moet.",
            "proposal",
        )
    if offered.offer.dossier_id is None and not heard_from:
        raise InvalidReaction("Schrijf op van wie deze reactie komt.", "heard_from")
    return Reaction(
        offered_id=offered.id,
        role=by.role,
        verdict=verdict,
        proposal=proposal or None,
        remark=remark or None,
        heard_from=heard_from if offered.offer.dossier_id is None else None,
        **_stamp(by),
    )


def _speaker(reaction: Reaction) -> tuple[str, str | None]:
    return reaction.role, reaction.heard_from


def _said(reaction: Reaction) -> tuple[str, str | None, str | None]:
    return reaction.verdict, reaction.proposal, reaction.remark


def _check_settling(session: Session, reaction: Reaction, outcome: str) -> None:
    counted = counting(_reactions(session, reaction.offered))
    if reaction.settlement is not None:
        raise AlreadySettled()
    if reaction not in counted:
        raise ReactionReplaced()
    if reaction.verdict != "wijziging":
        raise Refused("Deze reactie zegt dat de tekst klopt. Er is niets af te handelen.")
    if outcome not in OUTCOMES:
        raise InvalidReaction("Kies wat u met het voorstel doet.", "outcome")


def _rewrite(
    session: Session, offered: OfferedText, text: str, settlement: Settlement, seen_version: int, by: By
) -> None:
    if offered.passage is not None:
        passage: Passage = offered.passage
        interviews.write_passage(
            session, passage, text=text, factor=passage.factor, by=by, seen_version=seen_version,
            settlement=settlement,
        )  # fmt: skip
        return
    assert offered.judgement is not None
    _rewrite_finding(session, offered, text, settlement, seen_version, by)


def _rewrite_finding(
    session: Session, offered: OfferedText, text: str, settlement: Settlement, seen_version: int, by: By
) -> None:
    """Write a finding anew through `judging`, so that a second inspector confirms it again."""
    dossier = offered.offer.dossier
    assert dossier is not None
    about = About.of(dossier, offered.factor or "")
    row = judging.current(session, about)
    assert row is not None
    text = _without_level(dossier, row, offered, text)
    if row.version != seen_version:
        raise StaleText(text, row.finding or "")
    if text == row.finding:
        return
    basis = judging.ground(session, about).basis
    if basis != row.basis:
        raise GroundsChanged()
    if row.state == "vastgesteld":
        word = OUTCOMES[settlement.outcome].lower()
        judging.reopen(session, about, f"Wederhoor: voorstel {word}.", by=by, seen_version=row.version)
    draft = Draft(row.level, row.motivation, text, row.attention)
    judging.save(session, about, draft, by=by, seen_version=row.version, seen_basis=basis)


def _without_level(dossier: Dossier, row: Judgement, offered: OfferedText, text: str) -> str:
    """The finding without the line with the level that it may have been offered with."""
    line = next(
        (
            found
            for each in instrument_of(dossier.pinned).levels
            if offered.text.startswith(found := level_line(dossier, each.code))
        ),
        "",
    )
    if not line or not text.startswith("Oordeel:"):
        return text
    if not text.startswith(line):
        raise InvalidReaction(
            "Dit voorstel wijzigt ook de regel met het niveau. Dat verandert alleen bij het oordeel zelf."
            " Kies ‘deels overgenomen’, en schrijf de bevinding zonder die regel.",
            "text",
        )
    return text.removeprefix(line)


def _note(offer: Offer, line: str) -> None:
    offer.remark = f"{offer.remark}\n{line}" if offer.remark else line


def _clean(text: str | None, most: int, what: str, part: str) -> str:
    kept = (text or "").replace("\r\n", "\n").replace("\x00", "").strip()
    if len(kept) > most:
        raise InvalidReaction(f"{what} is {len(kept)} tekens lang; er passen er {most}. Kort in.", part)
    return kept


def _day(day: date) -> str:
    return f"{day.day}-{day.month}-{day.year}"


def _stamp(by: By) -> dict[str, object]:
    return {"person_id": by.person_id, "assignment_id": by.assignment_id, "at": by.at}


def _about(offer: Offer) -> dict[str, int]:
    parts = {"offer": offer.id, "dossier": offer.dossier_id, "interview": offer.interview_id}
    return {name: value for name, value in parts.items() if value is not None}
