"""Where somebody is among the lists of a measurement: which questionnaire, and which list."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, request, url_for
from flask_security import current_user

from app.extensions import db
from app.manage.steps import LARGEST_ID
from app.measure.here import find as find_measurement
from surveys import keeping_lists, labels
from surveys.errors import ListFaults
from surveys.instruments import Instrument
from surveys.measurements import instrument_of
from surveys.models import InstrumentText, Measurement, WorkingList
from surveys.working_lists import Definition, Row, Vocabulary, ready_made, suggested_columns


@dataclass(frozen=True)
class Here:
    """The measurement and one of its questionnaires."""

    measurement: Measurement
    pinned: InstrumentText

    @property
    def instrument(self) -> Instrument:
        """The questionnaire."""
        return instrument_of(self.pinned)

    @property
    def others(self) -> list[Instrument]:
        """The other questionnaires of the measurement."""
        found = [instrument_of(pin.instrument) for pin in self.measurement.pins]
        return [each for each in found if each.unit != self.instrument.unit]

    def vocabulary(self) -> Vocabulary:
        """What a list can speak of here: one query."""
        return Vocabulary(self.instrument, labels.names(db.session(), self.instrument.code))


def find(code: str, kind: str | None = None, *, question: str | None = None) -> Here:
    """The measurement and the questionnaire for a kind of unit (the first when None), or 404.

    `question`: one that has that question.
    """
    row = find_measurement(code)
    for pin in row.pins:
        if kind not in (None, pin.unit_kind):
            continue
        if question is None or question in instrument_of(pin.instrument).questions:
            return Here(row, pin.instrument)
    abort(404)


@dataclass(frozen=True)
class Asked:
    """The list that an address asks for. `source` are the parts of the address that name it.

    `kept` is its row when it was saved. Without a `definition` it can't be looked up: `faults` says why.
    """

    here: Here
    name: str
    source: Mapping[str, str]
    definition: Definition | None
    data: Mapping[str, Any]
    vocabulary: Vocabulary
    kept: WorkingList | None = None
    faults: tuple[tuple[int | None, str], ...] = ()

    @property
    def mine(self) -> bool:
        """Whether it was saved by the person who asks."""
        return self.kept is not None and self.kept.person_id == current_user.id

    @property
    def words(self) -> str:
        """What it asks, in a sentence."""
        if self.definition is None:
            return ""
        joint = " of " if self.definition.join == "een" else " en "
        return joint.join(self.vocabulary.say(row) for row in self.definition.rows)


def saved(code: str, number: int) -> tuple[Measurement, WorkingList]:
    """A saved list of a measurement that the person who asks may see, or 404."""
    row = find_measurement(code)
    kept = None
    if number <= LARGEST_ID:
        kept = keeping_lists.find(db.session(), row, number, current_user.id)
    return row, kept or abort(404)


def asked_for(meting: str) -> Asked:
    """The list in the address: `?nummer=`, `?klaar=` or `?definitie=`; 404 for one that is not there."""
    source = {name: request.args[name] for name in ("nummer", "klaar", "definitie") if request.args.get(name)}
    if len(source) != 1:
        abort(404)
    kept, name, data = None, "Werklijst", None
    if "nummer" in source:
        if not source["nummer"].isascii() or not source["nummer"].isdigit():
            abort(404)
        _, kept = saved(meting, int(source["nummer"]))
        name, data = kept.name, kept.definition
    elif "klaar" in source:
        ready = next((each for each in ready_made() if each.code == source["klaar"]), None) or abort(404)
        name, data = ready.name, dict(ready.definition)
    else:
        data = plain(source["definitie"])
    if not isinstance(data, dict) or not isinstance(data.get("unit"), str):
        abort(404)
    here = find(meting, data["unit"])
    vocabulary = here.vocabulary()
    try:
        return Asked(here, name, source, vocabulary.parse(data), data, vocabulary, kept)
    except ListFaults as found:
        if "klaar" in source:
            abort(404)  # this questionnaire lacks what it asks
        return Asked(here, name, source, None, data, vocabulary, kept, found.places)


def plain(text: str) -> Any:
    """Read a definition from an address; 404 for what is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        abort(404)


def address(definition: Definition) -> str:
    """A definition as a part of an address."""
    return json.dumps(definition.as_json(), ensure_ascii=False, separators=(",", ":"))


def new_list_url(meting: str, instrument: Instrument, rows: Iterable[Row]) -> str:
    """The address of the page that makes a list, with these rows filled in."""
    kept = tuple(rows)
    definition = Definition(instrument.unit, "alle", kept, suggested_columns(instrument, kept))
    return url_for("lists.make", meting=meting, definitie=address(definition))
