"""What the beheerder does: people and roles, units with names and links, series of figures, the log."""

from flask import Blueprint

blueprint = Blueprint("manage", __name__, url_prefix="/beheer")

# the views register themselves on the blueprint
from app.manage import forgetting, logbook, people, series, sessions, units  # noqa: E402

__all__ = ["blueprint", "forgetting", "logbook", "people", "series", "sessions", "units"]
