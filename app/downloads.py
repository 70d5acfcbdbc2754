"""Tables as files: in the format that the address asks for, with a way out where Excel can't hold them."""

from __future__ import annotations

import io
from typing import Final

from flask import abort, current_app, make_response, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from exports.book import Book
from exports.errors import TooLarge
from exports.formats import FORMATS
from surveys.filestore import FileDamaged
from surveys.inspecting import Kind

LOST: Final = (
    "Dit bestand is beschadigd of niet meer te vinden. Neem contact op met de beheerder van Meetlat."
)
"""What is said of a file that was uploaded and can't be read any more."""


def asked() -> str:
    """The format in `?vorm=`, a key of FORMATS: Excel when the address names none; 404 for another."""
    form = request.args.get("vorm", "xlsx")
    if form not in FORMATS:
        abort(404)
    return form


def send(book: Book, form: str, name: str) -> Response:
    """Send a book as a file; when it is too large for Excel a page that links to the CSV (422)."""
    try:
        content = FORMATS[form].write(book)
    except TooLarge as error:
        values = {**(request.view_args or {}), **request.args.to_dict(), "vorm": "csv"}
        instead = url_for(request.endpoint or "", **values)
        page = render_template(
            "error.html", status=422, title="Dat kan nu niet", text=str(error), csv=instead
        )
        return make_response(page, 422)
    return send_file(
        io.BytesIO(content), mimetype=FORMATS[form].media_type, as_attachment=True, download_name=name
    )


def lost(damage: FileDamaged) -> str:
    """Note in the technical log that an uploaded file can't be read any more; gives the words for it."""
    current_app.logger.error("a stored file is damaged or gone", extra={"sha256": str(damage)})
    return LOST


def stored(content: bytes, kind: Kind, name: str | None) -> Response:
    """Send a file that was uploaded, to be saved and not to be shown."""
    return send_file(io.BytesIO(content), mimetype=kind.media_type, as_attachment=True, download_name=name)
