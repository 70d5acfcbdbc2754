"""Which measurement a page is about."""

from __future__ import annotations

from flask import abort, g

from app.extensions import db
from surveys import overview
from surveys.models import Measurement


def find(code: str) -> Measurement:
    """The measurement with this code, or 404. The page then says whether its data is made up."""
    row = overview.measurement_by_code(db.session(), code) or abort(404)
    g.measurement = row
    return row
