"""What inspectors do to run a measurement: prepare it, compare its versions, send it out, go on."""

from flask import Blueprint

blueprint = Blueprint("measure", __name__, url_prefix="/metingen")

# the views register themselves on the blueprint
from app.measure import instruments, inviting, reminders, response, sending, terms, views  # noqa: E402

__all__ = ["blueprint", "instruments", "inviting", "reminders", "response", "sending", "terms", "views"]
