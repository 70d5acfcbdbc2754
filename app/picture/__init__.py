"""The national picture, for inspectors."""

from app.picture.views import blueprint

__all__ = ["blueprint"]
