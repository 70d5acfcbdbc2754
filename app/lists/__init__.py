"""Working lists, labels on explanations and searching, for inspectors."""

from flask import Blueprint

blueprint = Blueprint("lists", __name__, url_prefix="/lijsten/<meting>")

# the views register themselves on the blueprint
from app.lists import labelling, making, searching, views  # noqa: E402

__all__ = ["blueprint", "labelling", "making", "searching", "views"]
