"""The web application."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from flask import Flask

    from app.config import Settings


def create_app(settings: Settings) -> Flask:
    """Make the application for these settings. It opens no connection and changes no data by itself."""
    # the command line lives in this package too, and scoring a file must not wait for a web framework
    from flask import Flask
    from werkzeug.middleware.proxy_fix import ProxyFix

    from app import (
        accounts,
        addresses,
        auth,
        cache,
        database,
        errors,
        furniture,
        headers,
        health,
        holding,
        in_place,
        keys,
        logs,
        metrics,
        sessions,
        single_sign_on,
    )
    from app.areas import AREAS
    from app.extensions import csrf, db, limiter
    from app.fill_in import evidence

    app = Flask(__name__)
    addresses.init_app(app)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=keys.of(settings, keys.SESSIONS)[-1],
        SECRET_KEY_FALLBACKS=keys.of(settings, keys.SESSIONS)[:-1],
        WTF_CSRF_SECRET_KEY=keys.of(settings, keys.FORMS)[-1],
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(settings.database_url),
        SESSION_COOKIE_NAME="__Host-meetlat" if settings.https else "meetlat",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=accounts.IDLE,
        PREFERRED_URL_SCHEME="https" if settings.https else "http",
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        TRUSTED_HOSTS=_trusted_hosts(settings),
        # tokens live as long as the session: a long form must not fail on an old one
        WTF_CSRF_TIME_LIMIT=None,
        WTF_I18N_ENABLED=False,
        RATELIMIT_ENABLED=not settings.testing,
        RATELIMIT_HEADERS_ENABLED=False,
        TESTING=settings.testing,
        PROPAGATE_EXCEPTIONS=False,
    )
    if settings.https:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    db.init_app(app)
    with app.app_context():
        database.prepare(db.engine)
    cache.init_app(app)
    evidence.init_app(app)
    csrf.init_app(app)
    logs.init_app(app)
    metrics.init_app(app)
    limiter.init_app(app)
    auth.init_app(app)
    sessions.init_app(app)
    accounts.init_app(app, settings)
    single_sign_on.init_app(app, settings)
    holding.init_app(app)
    headers.init_app(app, https=settings.https)
    errors.init_app(app)
    furniture.init_app(app)
    in_place.init_app(app)
    health.init_app(app)
    for blueprint in AREAS:
        app.register_blueprint(blueprint)
    return app


def _trusted_hosts(settings: Settings) -> list[str]:
    from app.config import LOOPBACK

    if settings.public_url:
        return [urlsplit(settings.public_url).hostname or ""] + ([] if settings.https else sorted(LOOPBACK))
    return sorted(LOOPBACK)
