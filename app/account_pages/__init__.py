"""The pages about one's own session: how long it lasts, where else one is logged in, showing who one is."""

from flask import Blueprint

blueprint = Blueprint("session", __name__)

# the views register themselves on the blueprint
from app.account_pages import confirming, lasting, listing  # noqa: E402

__all__ = ["blueprint", "confirming", "lasting", "listing"]
