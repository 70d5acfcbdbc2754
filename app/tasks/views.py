"""The pages of long work: how far it is, its file, cancelling it and trying again."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from flask import abort, make_response, redirect, render_template, send_file, url_for
from flask_security import current_user
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response

from app import auth
from app.auth import SIGNED_IN, acting, requires
from app.extensions import db
from app.sessions import leaves_session
from app.tasks import blueprint
from app.tasks.ordering import file_of, order
from app.tasks.registry import KINDS, Kind
from surveys import tasks
from surveys.errors import NotYours
from surveys.models import Task

LISTED: Final = 50
"""So many tasks are on the overview."""
STATES: Final = {
    "waiting": ("Wacht op zijn beurt", "todo"),
    "running": ("Bezig", "busy"),
    "done": ("Klaar", "plain"),
    "failed": ("Mislukt", "warn"),
    "cancelled": ("Geannuleerd", "plain"),
}
"""How a state is called, and the kind of its badge."""


@dataclass(frozen=True)
class Shown:
    """A task as a page shows it."""

    task: Task
    kind: Kind

    @property
    def state(self) -> str:
        """What its state is called."""
        return STATES[self.task.state][0]

    @property
    def badge(self) -> str:
        """The kind of badge of its state."""
        return STATES[self.task.state][1]

    @property
    def under_way(self) -> bool:
        """Whether it waits or runs."""
        return self.task.state in tasks.UNDER_WAY

    @property
    def percent(self) -> int | None:
        """How far it is, in whole percents; None when that is not known."""
        return 100 * min(self.task.done, self.task.total) // self.task.total if self.task.total else None

    @property
    def mine(self) -> bool:
        """Whether the person who looks asked for it: the only one who can cancel it."""
        return self.task.person_id == current_user.id


def find(nummer: int) -> Shown:
    """A task that the person who asks may see. 404 when there is none; raises NotYours.

    Whoever holds the permission of its kind may: they would join it when they asked for the same.
    """
    task = tasks.find(db.session(), nummer)
    if task is None:
        abort(404)
    kind = KINDS.get(task.kind)
    if kind is None:
        raise NotYours()
    auth.admit(kind.permission, {})
    return Shown(task, kind)


@blueprint.get("")
@requires(SIGNED_IN)
def overview() -> str:
    """What one asked for oneself, the newest first, as far as one may still see it."""
    found = tasks.of_person(db.session(), current_user.id, LISTED)
    shown = [Shown(each, KINDS[each.kind]) for each in found if each.kind in KINDS]
    return render_template(
        "tasks/overview.html", rows=[each for each in shown if auth.may(each.kind.permission)]
    )


@blueprint.get("/<int:nummer>")
@requires(SIGNED_IN)
def state(nummer: int) -> str:
    """One task: how far it is, and what one can do."""
    shown = find(nummer)
    return render_template("tasks/task.html", shown=shown, kept=file_of(shown.task) is not None)


@blueprint.get("/<int:nummer>/stand")
@requires(SIGNED_IN)
@leaves_session
def progress(nummer: int) -> Response:
    """How far it is, for a page that asks by itself; once it is over the page comes anew."""
    shown = find(nummer)
    answer = make_response(render_template("tasks/progress.html", shown=shown))
    if not shown.under_way:
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.get("/<int:nummer>/bestand")
@requires(SIGNED_IN, fresh=True)
def download(nummer: int) -> Response:
    """The file that was made; when it is not there, the page that says how it stands."""
    shown = find(nummer)
    content = file_of(shown.task)
    if content is None:
        return _to(shown.task)
    # one path segment without anything that a header or a file system reads as more
    name = secure_filename(shown.task.filename or "") or f"bestand-{nummer}"
    return send_file(io.BytesIO(content), as_attachment=True, download_name=name)


@blueprint.post("/<int:nummer>/annuleren")
@requires(SIGNED_IN)
def cancel(nummer: int) -> Response:
    """Cancel it. Raises NotAllowed for who did not ask for it."""
    shown = find(nummer)
    tasks.cancel(db.session(), shown.task, acting())
    db.session.commit()
    return _to(shown.task)


@blueprint.post("/<int:nummer>/opnieuw")
@requires(SIGNED_IN)
def again(nummer: int) -> Response:
    """Ask for the same once more, of which one is told on the page of that task."""
    old = find(nummer).task
    filename = old.filename or ""
    return _to(order(old.kind, old.arguments, key=old.key, by=acting(), filename=filename))


def _to(task: Task) -> Response:
    return redirect(url_for("tasks.state", nummer=task.id), 303)
