"""What somebody is logged in on, in a few words: enough to know one's own computer from another."""

from __future__ import annotations

from typing import Final

BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
"""What a browser says of itself and what we call it: the first that fits, as most say they are several."""


def name(header: str) -> str:
    """What to call what sent this User-Agent: "Firefox op Windows". Never words of the header itself."""
    browser = next((name for mark, name in BROWSERS if mark in header), "Onbekende browser")
    system = next((name for mark, name in SYSTEMS if mark in header), None)
    return f"{browser} op {system}" if system else browser
