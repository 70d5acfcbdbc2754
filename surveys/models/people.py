"""People, organisations and assignments: who may act in which role, for what, from when until when."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from flask_security import RoleMixin, UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base
from surveys.models.units import Unit

if TYPE_CHECKING:
    from surveys.models.identities import Identity


class Person(UserMixin, Base):
    """Somebody with an account: name and work e-mail, nothing else about them.

    `example`: came with the made-up data. `second_factor_since`: from when on logging in takes a second step;
    None when it takes none.

    The mixin makes a person what the log-in library expects; rights never come from it.
    """

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    example: Mapped[bool] = mapped_column(default=False, server_default=false())
    second_factor_since: Mapped[datetime | None]

    assignments: Mapped[list[Assignment]] = relationship(
        back_populates="person", foreign_keys="Assignment.person_id", order_by="Assignment.id"
    )
    identities: Mapped[list[Identity]] = relationship(back_populates="person", order_by="Identity.id")

    # The log-in library asks every user for roles; ours are dated assignments, so it gets none.
    roles: list[RoleMixin] = []  # noqa: RUF012

    @property
    def can_log_in(self) -> bool:
        """Whether somebody uses it: it has a password, or an account elsewhere that leads here."""
        return bool(self.password or self.identities)


class Organisation(Base):
    """An organisation that inspects or administers: Inspectie, AFD."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(200))


class Assignment(Base):
    """One person in one role for one unit or organisation, from a day until (not including) another."""

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("(unit_id IS NULL) <> (organisation_id IS NULL)", name="one_scope"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="period"),
        Index(None, "unit_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(32))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(back_populates="assignments", foreign_keys=[person_id])
    unit: Mapped[Unit | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    def holds_on(self, day: date) -> bool:
        """Say whether the assignment holds on that day (half-open: not any more on `valid_until`)."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


class LoginThrottle(Base):
    """How often logging in failed for one e-mail address (kept as a hash), and until when it is locked.

    In the database, so that a restart or a second server does not forget it.
    """

    __tablename__ = "login_throttle"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_failure_at: Mapped[datetime]
    locked_until: Mapped[datetime | None]
