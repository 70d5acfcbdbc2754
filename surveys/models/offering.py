"""Texts that are offered for a reaction: reports for verification, draft findings for wederhoor.

Both go the same way: texts are offered within a term, exactly as they stand; each gets reactions; each
reaction is settled, with the reason.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base
from surveys.models.dossiers import Dossier
from surveys.models.interviews import Interview, Passage
from surveys.models.judging import Judgement
from surveys.models.people import Person


class Offer(Base):
    """That texts were offered for a reaction: of an interview (verificatie) or of a dossier (wederhoor).

    At most one that still runs for each. `closed_as`: reactions came (`reactie`), the term passed without
    one (`geen_reactie`), or it was taken back (`ingetrokken`, with `remark`).
    """

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("kind IN ('verificatie', 'wederhoor')", name="kind"),
        CheckConstraint("(kind = 'verificatie') = (interview_id IS NOT NULL)", name="interview"),
        CheckConstraint("interview_id IS NOT NULL OR dossier_id IS NOT NULL", name="about"),
        CheckConstraint("closed_as IN ('reactie', 'geen_reactie', 'ingetrokken')", name="closed_as"),
        CheckConstraint("(closed_at IS NULL) = (closed_as IS NULL)", name="closed_whole"),
        Index(
            "uq_offer_running_interview",
            "interview_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL AND interview_id IS NOT NULL"),
            postgresql_where=text("closed_at IS NULL AND interview_id IS NOT NULL"),
        ),
        Index(
            "uq_offer_running_hearing",
            "dossier_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL AND kind = 'wederhoor'"),
            postgresql_where=text("closed_at IS NULL AND kind = 'wederhoor'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    # whose respondents may react; None where nobody has a dossier, and an inspector enters what was said
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"), index=True)
    interview_id: Mapped[int | None] = mapped_column(ForeignKey("interview.id"))
    due_on: Mapped[date]
    message: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_as: Mapped[str | None] = mapped_column(String(16))
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    remark: Mapped[str | None] = mapped_column(Text)

    texts: Mapped[list[OfferedText]] = relationship(order_by="OfferedText.position", back_populates="offer")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])
    dossier: Mapped[Dossier | None] = relationship()
    interview: Mapped[Interview | None] = relationship()


class OfferedText(Base):
    """A text as it was offered, and what it was a version of. Append-only.

    A passage of a report, or the finding of a judgement; `version` is that of the passage or the judgement.
    """

    __tablename__ = "offered_text"
    __table_args__ = (
        UniqueConstraint("offer_id", "position"),
        CheckConstraint("(passage_id IS NULL) <> (judgement_id IS NULL)", name="one_origin"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    position: Mapped[int]
    factor: Mapped[str | None] = mapped_column(String())
    text: Mapped[str] = mapped_column(Text)
    passage_id: Mapped[int | None] = mapped_column(ForeignKey("passage.id"), index=True)
    judgement_id: Mapped[int | None] = mapped_column(ForeignKey("judgement.id"), index=True)
    version: Mapped[int]

    offer: Mapped[Offer] = relationship(back_populates="texts")
    reactions: Mapped[list[Reaction]] = relationship(order_by="Reaction.id", back_populates="offered")
    passage: Mapped[Passage | None] = relationship()
    judgement: Mapped[Judgement | None] = relationship()


class Reaction(Base):
    """What somebody said of an offered text: that it is right, or what should change. Append-only.

    The last one of each role counts. `heard_from` names who said it where an inspector enters it.
    """

    __tablename__ = "reaction"
    __table_args__ = (
        CheckConstraint("verdict IN ('klopt', 'wijziging')", name="verdict"),
        CheckConstraint("verdict <> 'wijziging' OR proposal <> ''", name="proposal"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    offered_id: Mapped[int] = mapped_column(ForeignKey("offered_text.id"), index=True)
    role: Mapped[str] = mapped_column(String(32))
    verdict: Mapped[str] = mapped_column(String(16))
    proposal: Mapped[str | None] = mapped_column(Text)
    remark: Mapped[str | None] = mapped_column(Text)
    heard_from: Mapped[str | None] = mapped_column(String(200))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    offered: Mapped[OfferedText] = relationship(back_populates="reactions")
    person: Mapped[Person] = relationship()
    settlement: Mapped[Settlement | None] = relationship(back_populates="reaction")


class Settlement(Base):
    """What was done with a reaction, and why. One for each reaction, append-only."""

    __tablename__ = "settlement"
    __table_args__ = (
        UniqueConstraint("reaction_id"),
        CheckConstraint("outcome IN ('overgenomen', 'deels', 'niet')", name="outcome"),
        CheckConstraint("outcome = 'overgenomen' OR reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reaction_id: Mapped[int] = mapped_column(ForeignKey("reaction.id"))
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    reaction: Mapped[Reaction] = relationship(back_populates="settlement")
    person: Mapped[Person] = relationship()
