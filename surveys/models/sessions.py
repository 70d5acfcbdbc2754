"""Sessions: who is logged in, on what, since when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base


class LoginSession(Base):
    """One log-in of one person, until it ends. Found by a key that is in the cookie of one browser alone.

    `seen_at` is some minutes behind at most; `authenticated_at` is when the person last showed who they are.
    `how` says by what ("password", "password+authenticator"). `device` is made of words of our own, never
    what a browser says of itself.
    """

    __tablename__ = "login_session"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name="ended"),
        Index(None, "person_id", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime] = mapped_column(index=True)
    seen_at: Mapped[datetime]
    authenticated_at: Mapped[datetime]
    how: Mapped[str] = mapped_column(String(64))
    second_factor: Mapped[bool]
    address: Mapped[str | None] = mapped_column(String(45))
    device: Mapped[str] = mapped_column(String(60))
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None] = mapped_column(String(16))
