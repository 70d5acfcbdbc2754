"""What the beheerder does: people with their roles, units with their names and links, series of figures."""

from flask import Blueprint

blueprint = Blueprint("manage", __name__, url_prefix="/beheer")

# the views register themselves on the blueprint
from app.manage import people, series, units  # noqa: E402

__all__ = ["blueprint", "people", "series", "units"]
