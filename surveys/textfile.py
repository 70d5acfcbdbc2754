"""Reading a file that somebody names on the command line."""

from __future__ import annotations

from pathlib import Path


class Unreadable(Exception):
    """The file cannot be read; the text says why, in Dutch, without the name of the file."""


def read(path: Path | str) -> str:
    """Give the text of a file in UTF-8. Raises Unreadable."""
    try:
        return Path(path).read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise Unreadable("dit bestand bestaat niet") from None
    except IsADirectoryError:
        raise Unreadable("dit is een map, geen bestand") from None
    except UnicodeDecodeError:
        raise Unreadable("dit bestand bevat geen tekst in UTF-8") from None
    except OSError as error:
        raise Unreadable(f"dit bestand kan niet worden gelezen ({error.strerror})") from None
