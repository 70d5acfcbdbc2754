"""Who looks at judgements, for what waits for them."""

from __future__ import annotations

from flask import g
from flask_security import current_user

from surveys.judged import Viewer


def viewer() -> Viewer:
    """The person who asks, in the assignment that let this request through."""
    return Viewer(current_user.id, g.assignments[0].organisation_id)
