"""The browser for tests: Debian's Chromium, found or, where that is allowed, installed.

As a program (`python tests/support/chromium.py`) it makes sure that there is one, and otherwise ends with one
line that says what to install.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# what was installed a moment ago may lie outside the PATH that we were started with
PLACES = os.pathsep.join([os.environ.get("PATH", ""), "/usr/bin", "/usr/local/bin", "/opt/google/chrome"])
PACKAGES = ("chromium-headless-shell", "fonts-liberation")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--in-process-gpu",
    # no page lives long enough to be worth compiling for speed: a sixth of what its scripts take goes there
    "--js-flags=--no-opt --no-maglev",
    "--renderer-process-limit=1",
    "--disable-site-isolation-trials",
    "--disable-features=IsolateOrigins,site-per-process",
]
ADVICE = (
    "The tests in a browser need Chromium: install the package chromium-headless-shell (or chromium),"
    " or name the program in CHROMIUM."
)


def find() -> Path | None:
    """Where Chromium is: what CHROMIUM names, else the first that is found; links are followed."""
    named = os.environ.get("CHROMIUM")
    for name in [named] if named else NAMES:
        found = shutil.which(name, path=PLACES)
        if found:
            return Path(found).resolve()
    return None


def install(packages: Sequence[str] = PACKAGES, what: str = "Chromium for the tests in a browser") -> None:
    """Install packages with apt, when we are root on a machine that has apt."""
    if os.geteuid() != 0 or not shutil.which("apt-get", path=PLACES):
        return
    print(f"==> Installing {what} (a minute or so)", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-qq", *words], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            print(f"apt-get {words[0]} failed: {done.stderr.strip()[-500:]}", file=sys.stderr)


def main() -> None:
    """Make sure that there is a browser."""
    if find() is None:
        install()
    if find() is None:
        raise SystemExit(ADVICE)


if __name__ == "__main__":
    main()
