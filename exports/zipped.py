"""A package of parts in one zip, with the same bytes every time."""

from __future__ import annotations

from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

WHEN: Final = (1980, 1, 1, 0, 0, 0)
"""The date on every part: the first that a zip can have, so that it says nothing."""

MIMETYPE: Final = "mimetype"
"""The part by which an OpenDocument file is recognised: it comes first and is not compressed."""


def settle(package: bytes) -> bytes:
    """Pack a zip again: its parts in the same order, all with one date and the same rights.

    Raises zipfile.BadZipFile for something else than a zip.
    """
    out = BytesIO()
    with ZipFile(BytesIO(package)) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            part = ZipInfo(name, WHEN)
            part.compress_type = ZIP_STORED if name == MIMETYPE else ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            new.writestr(part, old.read(name))
    return out.getvalue()
