"""Accounts elsewhere that people log in with: linking one to a person, finding whose it is, removing it.

An account elsewhere gives nobody rights: it says who somebody is, of the people who were invited.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveys import log, sessions
from surveys.acting import By
from surveys.errors import Refused
from surveys.models import Identity, Person

LONGEST = 255
"""The most characters of a subject, as the standard has it."""


def find(session: Session, issuer: str, subject: str) -> Identity | None:
    """The link of an account elsewhere; None when it is nobody's."""
    return session.scalar(select(Identity).where(Identity.issuer == issuer, Identity.subject == subject))


def link(session: Session, person: Person, issuer: str, subject: str, by: By, *, how: str) -> Identity:
    """Let a person log in with an account elsewhere, from now on whatever its address of mail.

    `how` says in the log what showed that the two are one: `invitation`, `mail`, or `password` for somebody
    who is logged in. Who was not has now come: a link to choose a password stops working. Linking again what
    is linked changes nothing. Raises Refused when the account is somebody else's here.
    """
    found = find(session, issuer, subject)
    if found is None:
        found = Identity(person_id=person.id, issuer=issuer, subject=subject, linked_at=by.at)
        try:
            with session.begin_nested():
                session.add(found)
        except IntegrityError:  # another request linked it at this very moment
            found = find(session, issuer, subject)
        else:
            if how != "password":
                person.fs_uniquifier = secrets.token_hex(16)  # links to choose a password hold the old one
            log.write(session, "identity.link", by, "person", person.id, identity=found.id, how=how)
            session.flush()
            session.refresh(person, ["identities"])
    if found is None or found.person_id != person.id:
        raise Refused("Dit account is al gekoppeld aan iemand anders. Vraag de beheerder van Meetlat.")
    return found


def use(session: Session, identity: Identity, at: datetime) -> None:
    """Keep when somebody last logged in with it."""
    identity.last_used_at = at
    session.flush()


def remove(session: Session, identity: Identity, by: By) -> None:
    """Let nobody log in with an account elsewhere any more.

    When somebody else than its owner removes it, whoever is logged in as the owner is logged out. Raises
    Refused when its owner would be left with nothing to log in with.
    """
    person = identity.person
    own = by.person_id == person.id
    if own and person.password is None and person.identities == [identity]:
        raise Refused(
            "Zonder wachtwoord en zonder koppeling kunt u niet meer inloggen."
            " Vraag eerst een link aan en kies een wachtwoord."
        )
    if not own:
        sessions.end_all(session, person.id, sessions.ADMINISTRATOR, by)
    log.write(session, "identity.remove", by, "person", person.id, identity=identity.id)
    person.identities.remove(identity)
    session.delete(identity)
    session.flush()
