"""Small worlds for tests: a tiny questionnaire, and units, people and dossiers made by Meetlat's own verbs.

`world(session)` makes two regions, an RMC and somebody in every role; the rest makes one thing at a time.
Everything is flushed, nothing committed.
"""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from surveys import instruments, measurements, people, units
from surveys.acting import By
from surveys.instruments import Instrument
from surveys.models import Assignment, Dossier, Measurement, Organisation, Person, Unit

PASSWORD = "vier gele fietsen"
"""The password of everybody here."""
CHEAP = {"argon2__memory_cost": 64, "argon2__rounds": 1, "argon2__parallelism": 1}
"""What hashing costs in tests, which log in some thousands of times."""
LONG_AGO = date(2000, 1, 1)
OPENED = datetime(2013, 2, 1, 9, 0, tzinfo=UTC)

_HEAD = """
code = "{code}"
version = "{version}"
title = "Kleine vragenlijst"
unit = "{unit}"
unit_noun = {noun}
roles = {roles}
min_coverage = 0.8
attention_below = 0.6
min_units = 0.8
must_share = 0.9
max_failing_share = 0.2
levels = [
  {{code = "voldoet_niet",  label = "Voldoet niet",  from = 0.0}},
  {{code = "voldoet_deels", label = "Voldoet deels", from = 0.5, missed_musts = 1}},
  {{code = "voldoet",       label = "Voldoet",       from = 0.7, missed_musts = 0}},
]
"""

_BODY = """
[[themes]]
code = "1"
title = "Bekendheid"

[[themes.factors]]
code = "1.1"
title = "Elkaar kennen"
criterion = "De mensen kennen elkaar."
topics = ["Contact"]

[[themes.factors.questions]]
code = "1.1-01"
topic = "Contact"
type = "yes_no"
text = "Is er een vaste contactpersoon?"
help = "Een vaste contactpersoon is iemand die het werk alle weken doet."
weight = 3
must = {in = ["ja"]}
note_when = {in = ["nee"]}
note_hint = "Waarom is er geen contactpersoon?"

[[themes.factors.questions]]
code = "1.1-02"
topic = "Contact"
type = "number"
text = "Hoeveel dagen per week is de contactpersoon er?"
unit = "dagen per week"
min = 0
max = 5
step = 0.5
bands = [{below = 1, score = 0.2}, {below = 2, score = 0.6}, {score = 1}]
when = {question = "1.1-01", in = ["ja"]}

[[themes.factors.questions]]
code = "1.1-03"
type = "choice"
text = "Waar werkt de contactpersoon?"
options = [
  {code = "vast",   label = "Op een vaste werkplek",       score = 1},
  {code = "wissel", label = "Op een wisselende werkplek",  score = 0.8},
  {code = "geen",   label = "Er is geen werkplek",         score = 0},
]
allow_na = true
evidence = "Plattegrond"
evidence_when = {in = ["vast"]}

[[themes.factors.questions]]
code = "1.1-99"
type = "text"
text = "Wilt u over dit onderwerp nog iets zeggen?"
max_length = 200

[[themes]]
code = "2"
title = "Plannen"

[[themes.factors]]
code = "2.1"
title = "Samen plannen maken"
criterion = "De plannen worden samen gemaakt."

[[themes.factors.questions]]
code = "2.1-01"
type = "multi"
combine = "sum"
text = "Wie praten mee over de plannen?"
options = [
  {code = "brandweer", label = "De brandweer", score = 0.5},
  {code = "politie",   label = "De politie",   score = 0.5},
  {code = "niemand",   label = "Niemand",      score = 0, exclusive = true},
]

[[themes.factors.questions]]
code = "2.1-02"
type = "date"
text = "Wanneer is het laatste plan vastgesteld?"
allow_unknown = false

[[themes.factors.statements]]
code = "2.1-S01"
count = {question = "2.1-01", any_of = ["brandweer"]}
text = "{Aantal} {betrekt|betrekken} de brandweer bij de plannen."

[[checks]]
code = "C1"
all = [{question = "1.1-02", at_least = 2}, {question = "1.1-03", in = ["geen"]}]
text = "De contactpersoon is er vaak, maar heeft geen werkplek."
"""


def tiny_text(unit: str = "veiligheidsregio", version: str = "1.1") -> str:
    """The TOML of a tiny questionnaire: every question type, a condition, must, note, document and check.

    For the unit `rmc` it is signed by the RMC alone, else by the OVR and the contact person.
    """
    regions = unit == "veiligheidsregio"
    head = _HEAD.format(
        code=f"klein-{unit}",
        version=version,
        unit=unit,
        noun='["veiligheidsregio", "veiligheidsregio\'s"]' if regions else '["commandant", "commandanten"]',
        roles='["ovr", "contactpersoon"]' if regions else '["rmc"]',
    )
    return head + _BODY


def tiny(unit: str = "veiligheidsregio", version: str = "1.1") -> Instrument:
    """The tiny questionnaire, read."""
    return instruments.parse(tiny_text(unit, version), f"klein-{unit}.toml")


@lru_cache(maxsize=1)
def password_hash() -> str:
    """PASSWORD as the application of a test hashes it (the same cost: logging in leaves it as it is)."""
    cost = {name.removeprefix("argon2__"): value for name, value in CHEAP.items()}
    return PasswordHasher(
        time_cost=cost["rounds"], memory_cost=cost["memory_cost"], parallelism=cost["parallelism"]
    ).hash(PASSWORD)


def region(session: Session, number: int = 1) -> Unit:
    """A region: VR01, Regio 1."""
    return units.add(
        session,
        kind="veiligheidsregio",
        code=f"VR{number:02}",
        name=f"Regio {number}",
        short=f"R{number}",
        valid_from=LONG_AGO,
        tile=units.Tile(1, number),
        by=By.system(OPENED),
    )


def command(session: Session, name: str = "Noord") -> Unit:
    """A regional command: RMC-NOORD."""
    return units.add(
        session,
        kind="rmc",
        code=f"RMC-{name.upper()}",
        name=f"RMC {name}",
        short=name[0],
        valid_from=LONG_AGO,
        by=By.system(OPENED),
    )


def organisation(session: Session, code: str = "INSP") -> Organisation:
    """An organisation, made when it is not there."""
    found = session.scalar(select(Organisation).where(Organisation.code == code))
    if found is None:
        found = Organisation(code=code, name=f"Organisatie {code}")
        session.add(found)
        session.flush()
    return found


def person(session: Session, name: str = "Anna de Vries", email: str | None = None) -> Person:
    """Somebody who can log in with PASSWORD and needs no second step, and may do nothing."""
    email = email or f"{secrets.token_hex(4)}@voorbeeld.nl"
    made = people.invite(session, name=name, email=email, by=By.system(OPENED))
    made.password = password_hash()
    made.example = True
    session.flush()
    return made


def assignment(
    session: Session,
    role: str,
    *,
    unit: Unit | None = None,
    whose: Person | None = None,
    valid_from: date = LONG_AGO,
    valid_until: date | None = None,
) -> Assignment:
    """Somebody in a role, for a unit or (without one) for the Inspectie. `whose`: else a new person."""
    if whose is None:
        place = unit.code.lower().replace("-", ".") if unit else "inspectie"
        whose = person(
            session, f"{role.capitalize()} {unit.short if unit else 'Test'}", f"{role}.{place}@voorbeeld.nl"
        )
    return people.assign(
        session,
        whose,
        role,
        unit=unit,
        organisation=None if unit else organisation(session),
        valid_from=valid_from,
        valid_until=valid_until,
        by=By.system(OPENED),
    )


def inspector(session: Session, key: str, organisation_code: str = "INSP") -> Assignment:
    """Another inspector, of the Inspectie or of another organisation, with `key` before the @."""
    return people.assign(
        session,
        person(session, key.replace(".", " ").capitalize(), f"{key}@voorbeeld.nl"),
        "inspecteur",
        organisation=organisation(session, organisation_code),
        valid_from=LONG_AGO,
        by=By.system(OPENED),
    )


def measurement(
    session: Session,
    *instruments_pinned: Instrument,
    code: str = "proefmeting",
    year: int = 2013,
    kind: str = "eind",
    state: str = "uitvraag",
) -> Measurement:
    """A made-up, open measurement; it pins the tiny instrument for regions when none is given."""
    by = By.system(OPENED)
    pinned = [measurements.add_instrument(session, item, by) for item in instruments_pinned or (tiny(),)]
    made = measurements.create(
        session,
        code=code,
        name=code.capitalize(),
        kind=kind,
        year=year,
        period=measurements.Period(date(year, 1, 1), date(year, 12, 31)),
        fictief=True,
        pinned=pinned,
        by=by,
    )
    if made.state != state:
        measurements.go_to(session, made, state, by)
    return made


def dossier(session: Session, of: Measurement, unit: Unit) -> Dossier:
    """A dossier that was just sent out."""
    return measurements.send_out(session, of, unit, By.system(OPENED))


class World:
    """What `world` made, each part read when a test first asks for it.

    `assignments` by the part of the address before the @: `ovr.vr01`, `inspecteur`.
    """

    def __init__(self, session: Session) -> None:
        """`session`: where it was made, by itself or in a stage; whoever came since is in it."""
        self._session = session

    @cached_property
    def measurement(self) -> Measurement:
        """The open measurement."""
        return self._session.scalars(select(Measurement).where(Measurement.code == "proefmeting")).one()

    @cached_property
    def dossiers(self) -> dict[str, Dossier]:
        """Its dossiers by the code of their unit."""
        found = self._session.scalars(
            select(Dossier)
            .where(Dossier.measurement_id == self.measurement.id)
            .options(joinedload(Dossier.unit))
            .order_by(Dossier.id)
        )
        return {row.unit.code: row for row in found}

    @cached_property
    def units(self) -> dict[str, Unit]:
        """The units that have a dossier, by their code."""
        return {code: row.unit for code, row in self.dossiers.items()}

    @cached_property
    def assignments(self) -> dict[str, Assignment]:
        """What everybody is; of who is more than one thing, the last."""
        found = self._session.scalars(
            select(Assignment)
            .options(joinedload(Assignment.person), joinedload(Assignment.unit))
            .order_by(Assignment.id)
        )
        return {row.person.email.partition("@")[0]: row for row in found}

    def person(self, key: str) -> Person:
        """Somebody, by the key of their assignment."""
        return self.assignments[key].person


def world(session: Session, regions: int = 2) -> World:
    """Regions, an RMC, an open measurement with a dossier for each, and somebody in every role.

    Per region `ovr.vr01`, `contactpersoon.vr01` and `waarnemer.vr01`; further `rmc.noord`, `inspecteur` and
    `beheerder`; each has that key with @voorbeeld.nl as address, and PASSWORD.
    """
    made = [region(session, number) for number in range(1, regions + 1)]
    noord = command(session)
    opened = measurement(session, tiny(), tiny("rmc"))
    held = {}
    for unit in made:
        for role in ("ovr", "contactpersoon", "waarnemer"):
            held[f"{role}.{unit.code.lower()}"] = (role, unit)
    held["rmc.noord"] = ("rmc", noord)
    held["inspecteur"] = ("inspecteur", None)
    held["beheerder"] = ("beheerder", None)
    for unit in [*made, noord]:
        dossier(session, opened, unit)
    for key, (role, unit) in held.items():
        name = f"{role.capitalize()} {unit.name if unit else ''}".strip()
        assignment(session, role, unit=unit, whose=person(session, name, f"{key}@voorbeeld.nl"))
    return World(session)
