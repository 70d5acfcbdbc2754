"""How often something was tried from one network address, counted by all servers together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base


class RateWindow(Base):
    """The tries under one rate limit since its present window began. On PostgreSQL an unlogged table.

    Never a durable write: what is forgotten in a crash are the tries of some minutes. `key` has the network
    address as a keyed hash (app/limits.py); a row is of no use once `ends_at` is over.
    """

    __tablename__ = "rate_window"
    __table_args__ = {"prefixes": ["UNLOGGED"]}  # noqa: RUF012

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    hits: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)
