"""What respondents are asked to react to: reports for verification, findings for wederhoor."""

from flask import Blueprint

blueprint = Blueprint("react", __name__, url_prefix="/reactie")

# the views register themselves on the blueprint
from app.react import reacting  # noqa: E402

__all__ = ["blueprint", "reacting"]
