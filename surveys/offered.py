"""What was offered for a reaction as pages show it, and who is still to react."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from surveys import difference, interviews, offering
from surveys.difference import Piece
from surveys.measurements import instrument_of
from surveys.models import Dossier, Offer, OfferedText, Reaction
from surveys.permissions import ROLES


@dataclass(frozen=True)
class SettlementView:
    """What was done with a reaction, and why."""

    outcome: str
    reason: str | None
    by: str
    at: datetime

    @property
    def label(self) -> str:
        """What was done, in Dutch."""
        return offering.OUTCOMES[self.outcome]


@dataclass(frozen=True)
class ReactionView:
    """What somebody said of a text. `counts`: its role said nothing later. `pieces`: what it changes."""

    id: int
    role: str
    verdict: str
    proposal: str | None
    remark: str | None
    heard_from: str | None
    by: str
    at: datetime
    counts: bool
    settlement: SettlementView | None
    pieces: tuple[Piece, ...]

    @property
    def role_label(self) -> str:
        """The role in Dutch."""
        return ROLES[self.role].label

    @property
    def who(self) -> str:
        """Who said it: a role with a name, or of whom an inspector heard it."""
        if self.heard_from:
            return f"{self.heard_from} (ingevoerd door {self.by})"
        return f"{self.role_label} ({self.by})"

    @property
    def verdict_label(self) -> str:
        """What was said, in Dutch."""
        return offering.VERDICTS[self.verdict]

    @property
    def open(self) -> bool:
        """Whether an inspector is to decide on it."""
        return self.counts and self.verdict == "wijziging" and self.settlement is None


@dataclass(frozen=True)
class TextView:
    """A text as it was offered, as it is `now` (in `version`), and what was said of it."""

    id: int
    factor: str | None
    factor_title: str | None
    text: str
    now: str
    version: int
    reactions: tuple[ReactionView, ...]

    @property
    def title(self) -> str:
        """What it is about, in Dutch."""
        return f"{self.factor} {self.factor_title}" if self.factor else "Algemeen"

    def of(self, role: str) -> ReactionView | None:
        """What a role said last of it."""
        return next((each for each in reversed(self.reactions) if each.role == role), None)


@dataclass(frozen=True)
class Waiting:
    """A role that is still to react, and on how many texts."""

    label: str
    count: int


@dataclass(frozen=True)
class OfferView:
    """What was offered, with everything that was said of it and done with it.

    `waiting`: who is still to react. `late`: the term has passed.
    """

    id: int
    kind: str
    due_on: date
    message: str | None
    remark: str | None
    by: str
    at: datetime
    closed_at: datetime | None
    closed_as: str | None
    closed_by: str | None
    texts: tuple[TextView, ...]
    roles: tuple[str, ...]
    waiting: tuple[Waiting, ...]
    late: bool

    @property
    def running(self) -> bool:
        """Whether reactions are still taken."""
        return self.closed_at is None

    @property
    def kind_label(self) -> str:
        """What it is offered for, in Dutch."""
        return offering.KINDS[self.kind]

    @property
    def state_label(self) -> str:
        """How it stands, in Dutch."""
        if self.closed_as:
            return offering.CLOSED_AS[self.closed_as]
        return "Termijn voorbij" if self.late else "Loopt"

    @property
    def unsettled(self) -> int:
        """On how many reactions an inspector is to decide."""
        return sum(each.open for text in self.texts for each in text.reactions)

    @property
    def said(self) -> bool:
        """Whether anybody reacted."""
        return any(text.reactions for text in self.texts)

    @property
    def can_close(self) -> bool:
        """Whether it can be closed now: nothing to decide on, and everybody reacted or the term passed."""
        if not self.running or self.unsettled:
            return False
        complete = not self.waiting if self.roles else all(text.reactions for text in self.texts)
        return complete or self.late


def view(session: Session, offer_id: int, day: date) -> OfferView | None:
    """An offer as pages show it; None when there is none. `day` is today."""
    row = offering.find(session, offer_id)
    return None if row is None else of(row, day)


def of(row: Offer, day: date) -> OfferView:
    """The same, of a row that was read with all that belongs to it."""
    roles = offering.roles_of(row)
    titles = _titles(row)
    return OfferView(
        id=row.id,
        kind=row.kind,
        due_on=row.due_on,
        message=row.message,
        remark=row.remark,
        by=row.person.name,
        at=row.at,
        closed_at=row.closed_at,
        closed_as=row.closed_as,
        closed_by=row.closed_by.name if row.closed_by else None,
        texts=tuple(_text(each, titles) for each in row.texts),
        roles=roles,
        waiting=waiting(row, roles),
        late=day > row.due_on,
    )


def waiting(row: Offer, roles: Iterable[str]) -> tuple[Waiting, ...]:
    """Who of some roles is still to react, and on how many texts."""
    counts = {
        role: sum(all(each.role != role for each in text.reactions) for text in row.texts) for role in roles
    }
    return tuple(Waiting(ROLES[role].label, count) for role, count in counts.items() if count)


@dataclass(frozen=True)
class Asked:
    """That a unit is asked for a reaction. `open`: on how many texts whoever looks is still to react."""

    id: int
    kind: str
    dossier: Dossier
    due_on: date
    at: datetime
    closed_as: str | None
    open: int

    @property
    def label(self) -> str:
        """What is asked, in Dutch."""
        return "Verslag ter verificatie" if self.kind == "verificatie" else "Bevindingen voor wederhoor"


def asked(
    session: Session, dossiers: Collection[Dossier], roles: Mapping[int, Collection[str]]
) -> list[Asked]:
    """What is offered to some dossiers, the newest first, in a fixed number of queries.

    `roles`: those in which whoever looks reacts, by the id of the unit.
    """
    rows = session.scalars(
        select(Offer)
        .where(Offer.dossier_id.in_([each.id for each in dossiers]))
        .options(selectinload(Offer.texts).selectinload(OfferedText.reactions))
        .order_by(Offer.id.desc())
    )
    by_id = {each.id: each for each in dossiers}
    found = []
    for row in rows:
        assert row.dossier_id is not None
        dossier = by_id[row.dossier_id]
        mine = [
            role for role in instrument_of(dossier.pinned).roles if role in roles.get(dossier.unit_id, ())
        ]
        left = sum(each.count for each in waiting(row, mine)) if row.closed_at is None else 0
        found.append(Asked(row.id, row.kind, dossier, row.due_on, row.at, row.closed_as, left))
    return found


def _titles(row: Offer) -> Mapping[str, str]:
    if row.interview is not None:
        return interviews.factors(row.interview)
    assert row.dossier is not None
    return {code: each.title for code, each in instrument_of(row.dossier.pinned).factors.items()}


def _text(row: OfferedText, titles: Mapping[str, str]) -> TextView:
    counted = {each.id for each in offering.counting(row.reactions)}
    if row.passage is not None:
        now, version = row.passage.text, row.passage.version
    else:
        assert row.judgement is not None
        now, version = row.judgement.finding or "", row.judgement.version
    return TextView(
        id=row.id,
        factor=row.factor,
        factor_title=titles.get(row.factor or ""),
        text=row.text,
        now=now,
        version=version,
        reactions=tuple(reaction(each, row.text, each.id in counted) for each in row.reactions),
    )


def reaction(row: Reaction, text: str, counts: bool) -> ReactionView:
    """A reaction on a text as pages show it."""
    done = row.settlement
    return ReactionView(
        id=row.id,
        role=row.role,
        verdict=row.verdict,
        proposal=row.proposal,
        remark=row.remark,
        heard_from=row.heard_from,
        by=row.person.name,
        at=row.at,
        counts=counts,
        settlement=SettlementView(done.outcome, done.reason, done.person.name, done.at) if done else None,
        pieces=difference.words(text, row.proposal) if row.proposal else (),
    )
