"""The second step of logging in: who must take one, setting it up, taking it, taking it away.

It begins with an app that shows codes; with that come recovery codes, and passkeys can be added.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveys import log, one_time_codes, sessions
from surveys.acting import By, today
from surveys.errors import Refused
from surveys.models import Authenticator, Passkey, Person, RecoveryCode
from surveys.one_time_codes import Safe, Unreadable
from surveys.permissions import ROLES

NAME_LENGTH = 60
MOST_PASSKEYS = 20
FEW_CODES = 3
"""With so many recovery codes left it is time for new ones."""


@dataclass(frozen=True)
class Key:
    """What is kept of a passkey when it is made, as base64url."""

    credential_id: str
    public_key: str
    sign_count: int
    handle: str
    transports: tuple[str, ...] = ()


def is_mandatory(person: Person, day: date) -> bool:
    """Whether a role that somebody holds that day asks for a second step. Made-up people need none."""
    return not person.example and any(
        row.holds_on(day) and row.role in ROLES and ROLES[row.role].second_factor
        for row in person.assignments
    )


def set_up(session: Session, person: Person, secret: bytes, code: str, safe: Safe, by: By) -> list[str]:
    """Take an app into use, in place of an earlier one, and give new recovery codes.

    Raises Refused when the code is not one that the app shows now.
    """
    step = one_time_codes.step_of(secret, code, by.at)
    if step is None:
        raise Refused(
            "Deze code klopt niet. Typ de 6 cijfers die de app nu laat zien. Klopt de code weer niet?"
            " Controleer dan of de tijd op uw telefoon goed staat."
        )
    session.merge(
        Authenticator(
            person_id=person.id, secret=safe.lock(person.id, secret), last_step=step, added_at=by.at
        )
    )
    if person.second_factor_since is None:
        person.second_factor_since = by.at
    log.write(session, "second_factor.set_up", by, "person", person.id)
    return _new_codes(session, person, by)


def renew_codes(session: Session, person: Person, by: By) -> list[str]:
    """Give new recovery codes in place of all earlier ones. Raises Refused when nothing is set up."""
    _check_set_up(person)
    log.write(session, "second_factor.renew_codes", by, "person", person.id)
    return _new_codes(session, person, by)


def _new_codes(session: Session, person: Person, by: By) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = one_time_codes.new_recovery_codes()
    session.add_all(
        RecoveryCode(digest=one_time_codes.digest(code), person_id=person.id, added_at=by.at)
        for code in codes
    )
    session.flush()
    return codes


def codes_left(session: Session, person: Person) -> int:
    """How many recovery codes still work."""
    mine = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.person_id == person.id)
    return session.scalar(mine) or 0


def take_code(session: Session, person: Person, code: str, safe: Safe, by: By) -> bool:
    """Whether this is a code that the app shows now. It is used up, and so are those before it.

    Raises Refused when the app's secret can't be read any more: the secret key of Meetlat was renewed.
    """
    kept = session.get(Authenticator, person.id, populate_existing=True)
    if kept is None:
        return False
    try:
        secret = safe.open(person.id, kept.secret)
    except Unreadable as error:
        raise Refused(
            "Meetlat kan de codes van uw app niet meer controleren. Gebruik een herstelcode of een passkey,"
            " of vraag de beheerder om uw tweede stap weg te halen."
        ) from error
    step = one_time_codes.step_of(secret, code, by.at, after=kept.last_step)
    if step is None:
        return False
    # of two requests with the same code, one finds it unused
    return _changed(
        session.execute(
            update(Authenticator)
            .where(Authenticator.person_id == person.id, Authenticator.last_step < step)
            # a secret that an earlier key locked away goes under the present one
            .values(last_step=step, secret=safe.lock(person.id, secret))
        )
    )


def take_recovery_code(session: Session, person: Person, code: str, by: By) -> bool:
    """Whether this is a recovery code of this person. It never works again."""
    mine = RecoveryCode.digest == one_time_codes.digest(code), RecoveryCode.person_id == person.id
    if not _changed(session.execute(delete(RecoveryCode).where(*mine))):
        return False
    left = codes_left(session, person)
    log.write(session, "second_factor.recover", by, "person", person.id, left=left)
    session.flush()
    return True


def _changed(result: object) -> bool:
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def passkeys(session: Session, person: Person) -> list[Passkey]:
    """The passkeys of a person, the oldest first."""
    return list(session.scalars(select(Passkey).where(Passkey.person_id == person.id).order_by(Passkey.id)))


def handle_of(known: Iterable[Passkey]) -> str:
    """The name under which a person's devices know the account: that of the passkeys so far, or a new one."""
    return next((each.handle for each in known), None) or secrets.token_urlsafe(64)


def check_name(known: Iterable[Passkey], name: str) -> str:
    """The name for another passkey, without needless spaces.

    Raises Refused for no name, one that is too long or in use, or when there are too many passkeys.
    """
    name, known = " ".join(name.split()), list(known)
    if not name:
        raise Refused("Geef de passkey een naam, zoals Werktelefoon.")
    if len(name) > NAME_LENGTH:
        raise Refused(f"De naam mag {NAME_LENGTH} tekens lang zijn. Kort de naam in.")
    if any(each.name.casefold() == name.casefold() for each in known):
        raise Refused("U heeft al een passkey met deze naam. Kies een andere naam.")
    if len(known) >= MOST_PASSKEYS:
        raise Refused(f"U heeft al {MOST_PASSKEYS} passkeys. Verwijder er eerst een.")
    return name


def add_passkey(session: Session, person: Person, name: str, key: Key, by: By) -> Passkey:
    """Keep a passkey that was just made. Raises Refused as `check_name` does, or when it is known already."""
    _check_set_up(person)
    made = Passkey(
        person_id=person.id,
        name=check_name(passkeys(session, person), name),
        credential_id=key.credential_id,
        public_key=key.public_key,
        sign_count=key.sign_count,
        handle=key.handle,
        transports=list(key.transports),
        added_at=by.at,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        raise Refused("Deze passkey is al bekend. Gebruik een ander apparaat.") from error
    log.write(session, "passkey.add", by, "person", person.id, passkey=made.id)
    session.flush()
    return made


def remove_passkey(session: Session, passkey: Passkey, by: By) -> None:
    """Let a passkey no longer log anybody in."""
    log.write(session, "passkey.remove", by, "person", passkey.person_id, passkey=passkey.id)
    session.delete(passkey)
    session.flush()


def find_passkey(session: Session, credential_id: str) -> Passkey | None:
    """The passkey that a device names, held until the transaction ends so that it is used once at a time."""
    found = select(Passkey).where(Passkey.credential_id == credential_id)
    return session.scalar(found.with_for_update().execution_options(populate_existing=True))


def use_passkey(session: Session, passkey: Passkey, sign_count: int, by: By) -> None:
    """Keep that a passkey was used, and how often its device says."""
    passkey.sign_count, passkey.used_at = sign_count, by.at
    session.flush()


def turn_off(session: Session, person: Person, by: By) -> None:
    """Let somebody log in with the password alone. Raises Refused when a role asks for the second step."""
    _check_set_up(person)
    if is_mandatory(person, today(by.at)):
        raise Refused("Voor uw rol is de tweede stap verplicht. U kunt wel een andere telefoon instellen.")
    forget(session, person)
    log.write(session, "second_factor.turn_off", by, "person", person.id)
    session.flush()


def reset(session: Session, person: Person, by: By) -> None:
    """Take away the second step of somebody who lost it; whoever is logged in as him is logged out.

    Raises Refused when nothing is set up, or when it is the person who asks.
    """
    if person.id == by.person_id:
        raise Refused("U kunt uw eigen tweede stap niet weghalen. Vraag een andere beheerder.")
    if person.second_factor_since is None:
        raise Refused(f"{person.name} heeft geen tweede stap ingesteld.")
    forget(session, person)
    sessions.end_all(session, person.id, sessions.ADMINISTRATOR if by.person_id else sessions.COMMAND, by)
    log.write(session, "second_factor.reset", by, "person", person.id)
    session.flush()


def forget(session: Session, person: Person) -> None:
    """Take away everything that a person logs in with beside the password."""
    for table in (Authenticator, RecoveryCode, Passkey):
        session.execute(delete(table).where(table.person_id == person.id))
    person.second_factor_since = None
    session.flush()


def _check_set_up(person: Person) -> None:
    if person.second_factor_since is None:
        raise Refused("Stel eerst de tweede stap in.")
