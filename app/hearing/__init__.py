"""Wederhoor: the board of a measurement, one dossier, and the log of every reaction."""

from flask import Blueprint

blueprint = Blueprint("hearing", __name__, url_prefix="/wederhoor")

# the views register themselves on the blueprint
from app.hearing import board, dossier  # noqa: E402

__all__ = ["blueprint", "board", "dossier"]
