"""The extensions, made once and bound to an application in `create_app`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_limiter import Limiter
from flask_security import Security
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError

from app import limits
from app.mail import Mailer
from app.passwords import Passwords
from surveys.models import Base

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    class _RequestSession(Session):
        """What the verbs take as a session: one for each request, passed on by a registry."""

        def __call__(self) -> Session: ...

        def remove(self) -> None: ...

    class _Database(SQLAlchemy):
        session: _RequestSession  # type: ignore[assignment]

else:
    _Database = SQLAlchemy

db = _Database(metadata=Base.metadata)
csrf = CSRFProtect()
limiter = Limiter(
    key_func=limits.asker,
    default_limits=[limits.limit_of_view],
    storage_uri=f"{limits.SCHEME}://",
    # when the database does not count, each process does: what limits must not be what fails
    in_memory_fallback_enabled=True,
)
security = Security(mail_util_cls=Mailer, password_util_cls=Passwords)


def let_go() -> None:
    """Undo what this request had not committed, also when the database has thrown its connection out.

    Then there is nothing left to undo, and the next that is asked gets a connection that works.
    """
    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session().invalidate()
