"""Applications for tests: most tests get one that a test before them used, and left as it was.

Making one takes longer than many a test, and it comes out the same every time but for its database and its
folder. Whatever a test changes in an application, that application is not used again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Flask

from app import cache, create_app, database, health, trail
from app.config import Settings
from app.extensions import db
from tests.support import sharing
from tests.support.databases import settings_for

_OURS: Final = frozenset({"SETTINGS", "SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_ENGINE_OPTIONS"})
"""What is set anew for each test."""
_MADE: Final = frozenset({"cache", "sqlalchemy", health.EXTENSION, trail.EXTENSION})
"""The extensions that are made anew for each test."""
_FIRST: Final = "_got_first_request"
"""After its first request an application can't be changed any more: each test may, before its own first."""
_LATE: Final = frozenset({_FIRST, "config", "extensions", "logger"})
"""What of an application is looked at apart, or made when it is first asked for."""


class Applications:
    """The applications of one process that wait for a test."""

    def __init__(self, templates: sharing.Templates) -> None:
        """`templates`: where all of them find templates that were compiled."""
        self._templates = templates
        self._waiting: list[Flask] = []
        self._looks: dict[Flask, Any] = {}

    def take(self, settings: Settings) -> Flask:
        """An application with these settings, new or as good as new."""
        if self._waiting and settings == settings_for(settings.database_url, settings.data_dir):
            return self._pointed(self._waiting.pop(), settings)
        made = create_app(settings)
        made.jinja_env.bytecode_cache = self._templates
        assert made.jinja_loader, "what is made when it is first asked for, is there from the start"
        self._looks[made] = _look(made)
        return made

    def give_back(self, app: Flask) -> None:
        """Close its connections, and let the next test have it when this one changed nothing in it."""
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        settings = app.config["SETTINGS"]
        app.extensions.pop("reports", None)
        usual = settings == settings_for(settings.database_url, settings.data_dir)
        if usual and _look(app) == self._looks[app]:
            self._waiting.append(app)
        else:
            del self._looks[app]

    def _pointed(self, app: Flask, settings: Settings) -> Flask:
        """Point an application at another database and folder."""
        setattr(app, _FIRST, False)
        app.config.update(
            SETTINGS=settings,
            SQLALCHEMY_DATABASE_URI=settings.database_url,
            SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(settings.database_url),
        )
        added = (app.teardown_appcontext_funcs, app.shell_context_processors)
        before = [list(each) for each in added]
        del app.extensions["sqlalchemy"]
        db.init_app(app)
        for each, was in zip(added, before, strict=True):
            each[:] = was
        with app.app_context():
            database.prepare(db.engine)
        cache.init_app(app)
        health.init_app(app)
        trail.forget(app)
        return app


def _look(app: Flask) -> Any:
    """What a test could have changed in an application, to compare: nothing in it is looked at twice."""
    kept = {name: value for name, value in vars(app).items() if name not in _LATE}
    return (
        {name: value for name, value in app.config.items() if name not in _OURS},
        {name: value for name, value in app.extensions.items() if name not in _MADE},
        {name: _inside(value) for name, value in kept.items()},
        len(list(app.url_map.iter_rules())),
        dict(app.jinja_env.globals),
        dict(app.jinja_env.filters),
    )


def _inside(value: Any) -> Any:
    """A copy to compare with, without what is empty: looking whether an address has handlers of its own for
    an error leaves an empty place for them."""
    if isinstance(value, Mapping):
        found = {key: _inside(each) for key, each in value.items()}
        return {key: each for key, each in found.items() if each not in ({}, [])}
    if isinstance(value, list):
        return list(value)
    return value
