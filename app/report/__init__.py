"""The report of a measurement: its passages, recommendations, checks and versions, and its files."""

from flask import Blueprint

blueprint = Blueprint("report", __name__, url_prefix="/rapport")

# the views register themselves on the blueprint
from app.report import files, overview, passage, recommendations, regions, versions  # noqa: E402

__all__ = ["blueprint", "files", "overview", "passage", "recommendations", "regions", "versions"]
