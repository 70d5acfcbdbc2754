"""Visits: the points to raise, the sources, and what is said at a visit."""

from flask import Blueprint

blueprint = Blueprint("visit", __name__, url_prefix="/bezoek")

# the views register themselves on the blueprint
from app.visit import correcting, course, interviews, offers, sheet, sources  # noqa: E402

__all__ = ["blueprint", "correcting", "course", "interviews", "offers", "sheet", "sources"]
