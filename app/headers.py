"""The headers that tell a browser what it may do with our pages."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, request
from flask_security import current_user

BUILT = "/static/build/meetlat-"
"""Files under a name that holds their hash: they never change."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def init_app(app: Flask, *, https: bool) -> None:
    """Set them on every answer; pages of somebody who is logged in are kept by no cache."""

    @app.after_request
    def secure(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint == "static":
            if request.path.startswith(BUILT) and response.status_code == HTTPStatus.OK:
                response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
            return response
        response.headers["Cache-Control"] = "no-store" if current_user.is_authenticated else "no-cache"
        return response
