"""What the commands that report on a measurement share: finding it, and its national pictures."""

from __future__ import annotations

from app.cli.context import Wrong
from app.extensions import db
from surveys import overview, reports
from surveys.models import Measurement
from surveys.reports import NationalReport


def find_measurement(code: str) -> Measurement:
    """The measurement with this code. Raises Wrong, with the codes that there are."""
    found = overview.measurement_by_code(db.session(), code)
    if found is None:
        known = ", ".join(row.measurement.code for row in overview.measurements(db.session())) or "geen"
        raise Wrong(f"METING: er is geen meting met de code {code} (wel: {known}).")
    return found


def national_reports(measurement: Measurement) -> list[NationalReport]:
    """The national picture of each of a measurement's questionnaires."""
    return [reports.national(db.session(), measurement, pin.instrument) for pin in measurement.pins]
