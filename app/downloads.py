"""Tables as files: in the format that the address asks for, with a way out where Excel can't hold them."""

from __future__ import annotations

import io
from tempfile import TemporaryFile
from typing import IO, Final

from flask import abort, current_app, make_response, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from app import trail
from exports.book import Book
from exports.errors import TooLarge
from exports.formats import FORMATS
from surveys.filestore import FileDamaged
from surveys.inspecting import Kind

IN_MEMORY: Final = 8_000_000
"""A file of more bytes is sent from the disk."""
LOST: Final = (
    "Dit bestand is beschadigd of niet meer te vinden. Neem contact op met de beheerder van Meetlat."
)
"""What is said of a file that was uploaded and can't be read any more."""


def asked() -> str:
    """The format in `?vorm=`, a key of FORMATS: Excel when the address names none; 404 for another.

    429 for who had too many files lately: before this one is made.
    """
    if trail.too_many_files():
        abort(429)
    form = request.args.get("vorm", "xlsx")
    if form not in FORMATS:
        abort(404)
    return form


def send(book: Book, form: str, name: str) -> Response:
    """Send a book as a file; when it is too large for Excel a page that links to the CSV (422)."""
    file = TemporaryFile()  # noqa: SIM115 -- a large one is closed when it is sent
    try:
        FORMATS[form].save(book, file)
    except TooLarge as error:
        file.close()
        values = {**(request.view_args or {}), **request.args.to_dict(), "vorm": "csv"}
        instead = url_for(request.endpoint or "", **values)
        page = render_template(
            "error.html", status=422, title="Dat kan nu niet", text=str(error), csv=instead
        )
        return make_response(page, 422)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    sent: IO[bytes] = file
    if size <= IN_MEMORY:
        with file:
            sent = io.BytesIO(file.read())
    response = send_file(sent, mimetype=FORMATS[form].media_type, as_attachment=True, download_name=name)
    response.content_length = size
    return response


def lost(damage: FileDamaged) -> str:
    """Note in the technical log that an uploaded file can't be read any more; gives the words for it."""
    current_app.logger.error("a stored file is damaged or gone", extra={"sha256": str(damage)})
    return LOST


def stored(content: bytes, kind: Kind, name: str | None) -> Response:
    """Send a file that was uploaded, to be saved and not to be shown."""
    return send_file(io.BytesIO(content), mimetype=kind.media_type, as_attachment=True, download_name=name)
