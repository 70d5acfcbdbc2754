"""Where somebody is in the national picture: which measurement, which questionnaire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, g, request, url_for

from app.extensions import db
from surveys import overview
from surveys.instruments import Instrument
from surveys.measurements import instrument_of
from surveys.models import Dossier, Measurement
from surveys.overview import MeasurementCount, PinCount


@dataclass(frozen=True)
class Choice:
    """A questionnaire of the measurement, and the address of its national picture."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Here:
    """The measurement and the questionnaire that a page is about."""

    counted: MeasurementCount
    pin: PinCount

    @property
    def measurement(self) -> Measurement:
        """The measurement."""
        return self.counted.measurement

    @property
    def instrument(self) -> Instrument:
        """The questionnaire."""
        return instrument_of(self.pin.instrument)

    @property
    def kind(self) -> str | None:
        """The kind of unit for the address; None for the first, which needs no mention."""
        return None if self.pin is self.counted.pins[0] else self.pin.instrument.unit_kind

    @property
    def submitted(self) -> str:
        """How many of how many units have submitted, in words for people."""
        singular, plural = self.instrument.unit_noun
        if not self.pin.total:
            return f"De vragenlijst is nog aan geen enkele {singular} gestuurd."
        if self.pin.total == 1:
            return f"{self.pin.submitted} van de 1 {singular} heeft de vragenlijst ingeleverd."
        verb = "heeft" if self.pin.submitted == 1 else "hebben"
        return f"{self.pin.submitted} van de {self.pin.total} {plural} {verb} de vragenlijst ingeleverd."

    def url(self, view: str, **values: Any) -> str:
        """The address of a page of the national picture, for the same measurement and questionnaire."""
        values.setdefault("meting", self.measurement.code)
        values.setdefault("eenheden", self.kind)
        return url_for(f"picture.{view}", **values)

    def unit(self, code: str, factor: str | None = None, question: str | None = None) -> str:
        """The address of a unit's page, at one of its factors or questions if that is asked for."""
        anchor = f"factor-{factor}" if factor else None
        if question:
            anchor = f"vraag-{question}"
        return url_for("picture.unit", meting=self.measurement.code, eenheid=code, _anchor=anchor)

    @property
    def choices(self) -> list[Choice]:
        """The questionnaires of this measurement."""
        return [
            Choice(
                instrument_of(pin.instrument).unit_noun[1],
                Here(self.counted, pin).url("heatmap"),
                pin is self.pin,
            )
            for pin in self.counted.pins
        ]


def find(code: str, *, factor: str | None = None, question: str | None = None) -> Here:
    """Find the measurement, and the questionnaire that the address asks for; 404 for what does not exist.

    Without `?eenheden=` it is the first one, of those that have the factor or the question.
    """
    counted = overview.measurement_count(db.session(), code)
    if counted is None:
        abort(404)
    g.measurement = counted.measurement
    asked = request.args.get("eenheden")
    for pin in counted.pins:
        instrument = instrument_of(pin.instrument)
        if asked is not None and pin.instrument.unit_kind != asked:
            continue
        if factor is not None and factor not in instrument.factors:
            continue
        if question is not None and question not in instrument.questions:
            continue
        return Here(counted, pin)
    abort(404)


def find_for(code: str, dossier: Dossier) -> Here:
    """The measurement and questionnaire of a dossier."""
    counted = overview.measurement_count(db.session(), code)
    if counted is None:
        abort(404)
    g.measurement = counted.measurement
    return Here(counted, next(pin for pin in counted.pins if pin.instrument.id == dossier.instrument_id))
