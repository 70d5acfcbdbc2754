"""What people log in with beside a password: an app that shows codes, recovery codes, passkeys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base


class Authenticator(Base):
    """The app that shows a person's codes: its secret, locked away (`surveys.one_time_codes.Safe`).

    `last_step` is the half minute of the last code that was taken: that code and those before it are used up.
    """

    __tablename__ = "authenticator"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    secret: Mapped[str] = mapped_column(String(200))
    last_step: Mapped[int]
    added_at: Mapped[datetime]


class RecoveryCode(Base):
    """A code on paper for when the app is gone, as a digest; its row goes when it is used."""

    __tablename__ = "recovery_code"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    added_at: Mapped[datetime]


class Passkey(Base):
    """A key that a person's device or password manager holds; here is only what tells that it was used.

    `credential_id`, `public_key` and `handle` are base64url. The handle is the same for all of one person and
    says nothing about him.
    """

    __tablename__ = "passkey"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(60))
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    handle: Mapped[str] = mapped_column(String(88))
    transports: Mapped[Any]
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
