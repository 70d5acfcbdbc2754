"""Making a person unrecognisable who left: another name, no address, no way in; the rows stay.

What somebody did keeps standing on their number, so that the history, the signatures and the seals of the log
hold. What others wrote *about* somebody, and what was frozen, is not changed: `places` finds the name there,
for a beheerder to judge. docs/decisions/021-terms.md tells what remains and why.

The verbs flush and never commit.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import JSON, String, Table, Text, cast, delete, or_, select
from sqlalchemy.orm import Session

from surveys import log, people
from surveys.acting import By, today
from surveys.errors import Refused
from surveys.models import Base, Dossier, Measurement, Person, Unit
from surveys.people import FORGOTTEN
from surveys.retention import OWNERS

GOES: Final = (
    *("authenticator", "calendar_address", "held_post", "identity", "login_session", "passkey"),
    "recovery_code",
)
"""Tables of which a person's rows go: ways to log in or to read, and pages that wait for who won't come."""
FROZEN: Final = frozenset(
    (
        *("answer_version", "destruction", "discussion_message", "dossier_transition", "instrument"),
        *("judgement_version", "kept_archive", "log_entry", "log_seal", "measurement_transition"),
        *("offered_text", "passage_version", "plan_version", "point_reminder", "point_status"),
        *("point_status_file", "point_verdict", "point_version", "reaction", "reminder", "report_signature"),
        *("report_step", "report_text_version", "report_version", "retention_term", "returned_question"),
        *("settlement", "signature", "signed_answer", "submission", "term_change"),
        *("interim_reply", "interim_step", "lesson_share", "signal_point", "signal_step"),
        *("definition_ruling", "definition_version"),
        *("capacity_version", "priority_version"),
        "settled_letter",
    )
)
"""Tables of which the database refuses changes: a name in there goes when the measurement is destroyed."""
MOST: Final = 200
"""So many places are shown."""
SHORTEST: Final = 4
"""Letters that a last name must have to be looked for by itself: a shorter one is in half the words."""


@dataclass(frozen=True)
class Place:
    """A row with the name in it: of which table, its number, what of the name, and whether it is frozen.

    `about` says of which measurement and unit it is, empty when it is of neither.
    """

    table: str
    number: str
    what: str
    frozen: bool
    about: str


def outstanding(person: Person, by: By) -> str | None:
    """Why a person can't be made unrecognisable now, in Dutch; None when nothing stands in the way."""
    if people.forgotten(person):
        return "De gegevens van deze persoon zijn al verwijderd."
    if person.id == by.person_id:
        return "U kunt uw eigen gegevens niet verwijderen. Vraag een andere beheerder."
    day = today(by.at)
    if any(row.valid_until is None or row.valid_until > day for row in person.assignments):
        return f"{person.name} heeft nog een rol, of krijgt er een. Beëindig die eerst."
    return None


def forget(session: Session, person: Person, by: By) -> None:
    """Replace a name and an address by a number, and take away every way to log in, for good.

    Raises Refused for what `outstanding` names.
    """
    session.refresh(person, with_for_update=True)
    if (reason := outstanding(person, by)) is not None:
        raise Refused(reason)
    people.record_success(session, person.email)  # the failures are kept by a hash of the address
    for name in GOES:
        table = Base.metadata.tables[name]
        session.execute(delete(table).where(table.c.person_id == person.id))
    person.name = f"Oud-gebruiker {person.id}"
    # with something random: in an archive a person is known by the address, and numbers are of one Meetlat
    person.email = f"oud-gebruiker-{person.id}-{secrets.token_hex(4)}{FORGOTTEN}"
    person.password, person.active = None, False
    person.fs_uniquifier = secrets.token_hex(16)
    log.write(session, "person.forget", by, "person", person.id)
    session.flush()


def places(session: Session, person: Person) -> tuple[Place, ...]:
    """Where the name or the address of a person stands in a text, `MOST` at most; never the text itself.

    Every column with text of every table is looked through, also inside JSON; upper and lower case are the
    same for letters without an accent.
    """
    wanted = {person.name: "naam", person.email: "e-mailadres"}
    last = person.name.split()[-1]
    if len(last) >= SHORTEST:
        wanted.setdefault(last, "achternaam")
    found = (place for table in Base.metadata.sorted_tables for place in _in(session, table, wanted))
    return tuple(islice(found, MOST))


def texts(table: Table) -> list[Any]:
    """The columns of a table that hold text, as text."""
    return [cast(column, Text) for column in table.columns if isinstance(column.type, String | JSON)]


def _in(session: Session, table: Table, wanted: dict[str, str]) -> Iterator[Place]:
    columns = texts(table)
    if table.name == "person" or not columns:
        return
    needles = {form: what for word, what in wanted.items() for form in _forms(word)}
    holds = or_(*(each.icontains(form, autoescape=True) for each in columns for form in needles))
    keys = list(table.primary_key)
    for row in session.execute(select(*keys, *columns).where(holds).order_by(*keys).limit(MOST)).all():
        text = "\n".join(each for each in row[len(keys) :] if each).lower()
        what = next((what for form, what in needles.items() if form.lower() in text), "naam")
        number = "/".join(str(each) for each in row[: len(keys)])
        yield Place(table.name, number, what, table.name in FROZEN, _about(session, table, row[0]))


def _forms(word: str) -> tuple[str, ...]:
    """How a word is written in a text, and in JSON, where a letter with an accent is a code."""
    return tuple(dict.fromkeys((word, json.dumps(word)[1:-1])))


def _about(session: Session, table: Table, number: Any) -> str:
    """The measurement and the unit that a row is of."""
    while table.name in OWNERS and table.name != "dossier":
        column, owner = OWNERS[table.name]
        key = next(iter(table.primary_key))
        number = session.execute(select(table.c[column]).where(key == number)).scalars().first()
        table = Base.metadata.tables[owner]
    if table.name == "dossier":
        asked = select(Measurement.name, Unit.code).where(
            Dossier.id == number, Measurement.id == Dossier.measurement_id, Unit.id == Dossier.unit_id
        )
        return ", ".join(session.execute(asked).one())
    if table.name == "measurement":
        return session.scalar(select(Measurement.name).where(Measurement.id == number)) or ""
    return ""
