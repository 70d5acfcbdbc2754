"""Numbers in addresses: no larger than an id can be."""

from __future__ import annotations

from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter

LARGEST_ID = 2**31 - 1
"""What an integer column holds on PostgreSQL; a driver fails on what is larger by far."""


class Id(IntegerConverter):
    """An id in an address."""

    def to_python(self, value: str) -> int:
        """Read it. Raises NotFound for a larger number: Werkzeug's own limit would give 405 at a form."""
        if len(value) > len(str(LARGEST_ID)) or int(value) > LARGEST_ID:
            raise NotFound()
        return int(value)


def init_app(app: Flask) -> None:
    """Let `<int:...>` in every address mean an id. Before any address is registered."""
    app.url_map.converters["int"] = Id
