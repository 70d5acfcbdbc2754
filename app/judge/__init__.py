"""Judging: the board of a measurement, a dossier's factors, one factor with its evidence, calibration."""

from flask import Blueprint

blueprint = Blueprint("judge", __name__, url_prefix="/oordeel")

# the views register themselves on the blueprint
from app.judge import board, calibration, factor  # noqa: E402

__all__ = ["blueprint", "board", "calibration", "factor"]
