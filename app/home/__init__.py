"""The first page, and the pages that explain."""

from app.home.views import blueprint

__all__ = ["blueprint"]
