"""The floor of a page: a view that does nothing, under the very server and settings that Meetlat has.

`python -m benchmarks.empty WORKERS serve --port PORT` serves it until it is stopped.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Flask

from app.cli.serve import Server
from app.config import load

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class Empty(Server):
    """Meetlat's server with another application, and without its work in the background."""

    def load(self) -> WSGIApplication:
        """Make an application of one view."""
        app = Flask(__name__)
        for address in ("/", "/inloggen"):  # where a harness looks whether a server answers
            app.add_url_rule(address, address, view_func=lambda: "")
        return app

    def begin_tasks(self, process: object) -> None:
        """Nothing is to be done."""


if __name__ == "__main__":
    server = Empty(replace(load(), metrics_port=None), int(sys.argv[-1]), [])
    server.cfg.set("workers", int(sys.argv[1]))
    server.run()
