"""Judging: a measurement's board, dossiers by factor, calibration; the country by factor; developments."""

from flask import Blueprint

blueprint = Blueprint("judge", __name__, url_prefix="/oordeel")

# the views register themselves on the blueprint
from app.judge import board, calibration, country, developments, factor  # noqa: E402

__all__ = ["blueprint", "board", "calibration", "country", "developments", "factor"]
