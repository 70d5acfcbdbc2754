"""Comparing measurements: the heatmap, a factor, a unit, a question, small numbers; each as a file too."""

from flask import Blueprint

blueprint = Blueprint("compare", __name__, url_prefix="/vergelijken/<meting>")

# the views register themselves on the blueprint
from app.compare import files, views  # noqa: E402

__all__ = ["blueprint", "files", "views"]
