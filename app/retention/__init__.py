"""How long measurements are kept: terms, archives that go elsewhere, destroying."""

from flask import Blueprint

blueprint = Blueprint("retention", __name__, url_prefix="/beheer/bewaartermijnen")

# the views register themselves on the blueprint
from app.retention import archiving, views  # noqa: E402

__all__ = ["archiving", "blueprint", "views"]
