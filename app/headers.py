"""The headers that tell a browser what it may do with our pages."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, request

from app import sessions

BUILT = "/static/build/meetlat-"
"""Files under a name that holds their hash: they never change."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may load and where its forms may go: nothing from elsewhere, and no code in the page itself."""

FEATURES = (
    *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid", "magnetometer"),
    *("microphone", "midi", "payment", "screen-wake-lock", "serial", "usb"),
)
"""What a browser can do and no page of ours asks of it."""

ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
}
"""What every answer says, whatever it is."""

FORGET = '"cache"'
"""What a browser throws away at log-out: pages that could come back with its back button.

Not its storage: that holds no answers and no names, only who wants no keys of one letter in the pages.
"""


def init_app(app: Flask, *, https: bool) -> None:
    """Set them on every answer; pages of somebody who is logged in are kept by no cache."""

    @app.after_request
    def secure(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint == "security.logout" and request.method == "POST":
            response.headers["Clear-Site-Data"] = FORGET
        if request.endpoint == "static":
            if request.path.startswith(BUILT) and response.status_code == HTTPStatus.OK:
                response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
            return response
        kept = not (sessions.is_somebody() or response.cache_control.no_store)
        response.headers["Cache-Control"] = "no-cache" if kept else "no-store"
        return response
