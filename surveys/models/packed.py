"""The answers of a submitted dossier once more, packed for the arithmetic."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base


class PackedAnswers(Base):
    """What `scoring.pack` makes of the joint answers of a dossier, so that all are read at once.

    Derived, and never more than that: a trigger removes the row in the transaction in which any of these
    answers changes (migration 013), and without it the answers themselves are read.
    """

    __tablename__ = "packed_answers"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True)
    # the way in which it was packed: scoring.packing.FORMAT
    format: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
