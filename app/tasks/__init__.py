"""Long work in the background: what can be asked for, who does it, and its pages.

    @task("report.all", title="Alle rapporten", permission="picture.export")
    def all_reports(context: Context, version: int) -> bytes: ...

    order("report.all", {"version": 7}, key=…, by=acting(), filename="rapporten.zip")

The order is a Task, whose page (`tasks.state`) shows how far it is and gives the file.
See docs/decisions/013-long-work.md.
"""

from flask import Blueprint

from app.tasks.ordering import order
from app.tasks.registry import Context, task
from app.tasks.worker import run_now

blueprint = Blueprint("tasks", __name__, url_prefix="/taken")

# the views register themselves on the blueprint
from app.tasks import views  # noqa: E402

__all__ = ["Context", "blueprint", "order", "run_now", "task", "views"]
