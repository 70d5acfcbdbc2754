"""What becomes of recommendations: the register of points, their planning, effect, state and steering."""

from flask import Blueprint

blueprint = Blueprint("follow_up", __name__, url_prefix="/opvolging")

# the views register themselves on the blueprint
from app.follow_up import (  # noqa: E402
    classifying,
    deciding,
    indicators,
    letters,
    outcomes,
    planning,
    point,
    register,
    sources,
    standing,
    steering,
    terms,
    units,
)

__all__ = [
    "blueprint",
    "classifying",
    "deciding",
    "indicators",
    "letters",
    "outcomes",
    "planning",
    "point",
    "register",
    "sources",
    "standing",
    "steering",
    "terms",
    "units",
]
