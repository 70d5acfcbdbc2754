"""The national picture, for inspectors."""

from app.picture import opened  # its views register themselves
from app.picture.views import blueprint

__all__ = ["blueprint", "opened"]
