"""Measurements of other kinds of units than regions and commands, out of the example data.

Nothing here says which kinds these are, or who signs: that is in their questionnaires.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import example, units
from surveys.acting import By
from surveys.answers import Content, Reference
from surveys.example import ExampleAnswer, UnitRow
from surveys.instruments import Instrument
from surveys.models import Dossier, Measurement, Unit
from tests import factories

CODES = ("vms-2026", "inzet-2026")


@dataclass(frozen=True)
class Kind:
    """A measurement of the example data: its questionnaire, its units, and what they answer."""

    code: str

    @cached_property
    def instrument(self) -> Instrument:
        """The one questionnaire that it pins."""
        (found,) = example.pinned(self.code).values()
        return found

    @cached_property
    def units(self) -> list[UnitRow]:
        """Its units, in the order of the data."""
        return [row for row in example.units() if row.kind == self.instrument.unit]

    @cached_property
    def answers(self) -> Mapping[str, Mapping[str, ExampleAnswer]]:
        """Unit, question: the answer."""
        return example.answers(self.code)

    @property
    def first(self) -> str:
        """The unit that a test goes along with; it answers every question that it is asked."""
        return self.units[0].code

    def contents(self, unit: str) -> dict[str, Content]:
        """What a unit answers, as its respondents save it."""
        return {
            code: Content(
                answer.value,
                answer.special,
                answer.note,
                tuple(Reference(title, page) for title, page in answer.documents),
            )
            for code, answer in self.answers[unit].items()
        }

    def key(self, role: str, unit: str) -> str:
        """Who logs in for a role of a unit."""
        return f"{role}.{unit.lower().replace('-', '.')}"


def make(session: Session, kind: Kind) -> dict[str, Dossier]:
    """An open measurement with a dossier for each unit, and somebody in every role of the first unit."""
    opened = factories.measurement(session, kind.instrument, code=kind.code, year=2026, kind="anders")
    found = {}
    for row in kind.units:
        unit = units.add(
            session,
            kind=row.kind,
            code=row.code,
            name=row.name,
            short=row.short,
            valid_from=row.valid_from,
            by=By.system(factories.OPENED),
        )
        found[row.code] = factories.dossier(session, opened, unit)
    for role in kind.instrument.roles:
        factories.assignment(session, role, unit=found[kind.first].unit)
    return found


def dossiers(session: Session, kind: Kind) -> dict[str, Dossier]:
    """The dossiers that are in the database already, by unit."""
    rows = session.scalars(
        select(Dossier)
        .join(Measurement, Measurement.id == Dossier.measurement_id)
        .join(Unit, Unit.id == Dossier.unit_id)
        .where(Measurement.code == kind.code)
    )
    return {row.unit.code: row for row in rows}
