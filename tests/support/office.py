"""LibreOffice, which opens what Meetlat exports as another program than the one that wrote it.

As a program (`python -m tests.support.office`) it makes sure that it is there, and otherwise ends with one
line that says what to install.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

from tests.support.chromium import PLACES, install

PROGRAMS = ("soffice", "pdftotext", "pdfinfo", "pdftoppm")
PACKAGES = ("libreoffice-calc-nogui", "libreoffice-writer-nogui", "poppler-utils", "fonts-liberation")
ADVICE = f"The tests of exports in LibreOffice need it: install {', '.join(PACKAGES)}."
PATIENCE = 180


def find(program: str) -> str | None:
    """Where a program is."""
    return shutil.which(program, path=PLACES)


def there() -> bool:
    """Whether everything is there."""
    return all(find(program) for program in PROGRAMS)


def convert(file: Path, to: str, folder: Path) -> Path:
    """Open a file and save it in another format, or in its own, in another folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [
                find("soffice") or "soffice",
                f"-env:UserInstallation=file://{profile}",
                "--headless",
                "--convert-to",
                to,
                "--outdir",
                str(folder),
                str(file),
            ],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    made = folder / file.with_suffix(f".{to}").name
    assert made.exists(), f"LibreOffice did not make {made.name}: {done.stdout}{done.stderr}"
    return made


def run(basic: str, name: str) -> None:
    """Run a program in LibreOffice Basic, as somebody at the keyboard would do things: `name` is its Sub."""
    module = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">{escape(basic)}</script:module>
"""
    with tempfile.TemporaryDirectory() as profile:
        start = [find("soffice") or "soffice", f"-env:UserInstallation=file://{profile}", "--headless"]
        # the first time it makes itself a profile, with a module that is empty
        subprocess.run([*start, "--terminate_after_init"], capture_output=True, timeout=PATIENCE, check=False)
        place = Path(profile) / "user" / "basic" / "Standard" / "Module1.xba"
        assert place.exists(), "LibreOffice made no profile"
        place.write_text(module, encoding="utf-8")
        macro = f"macro:///Standard.Module1.{name}"
        subprocess.run([*start, "--norestore", macro], capture_output=True, timeout=PATIENCE, check=False)


def pages(pdf: Path) -> list[str]:
    """The text of each page."""
    done = subprocess.run(
        [find("pdftotext") or "pdftotext", "-layout", str(pdf), "-"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.rstrip("\f").split("\f")


def paper(pdf: Path) -> str:
    """What pdfinfo says of a PDF, the size of its pages among it."""
    done = subprocess.run(
        [find("pdfinfo") or "pdfinfo", str(pdf)], capture_output=True, text=True, check=True
    )
    return done.stdout


def draw(pdf: Path, folder: Path) -> list[Path]:
    """Make an image of every page, to look at."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{pdf.stem}-*.png"):
        old.unlink()
    subprocess.run(
        [find("pdftoppm") or "pdftoppm", "-r", "70", "-png", str(pdf), str(folder / pdf.stem)], check=True
    )
    return sorted(folder.glob(f"{pdf.stem}-*.png"))


def main() -> None:
    """Make sure that it is there."""
    if not there():
        install(PACKAGES, "LibreOffice for the tests of exports")
    if not there():
        raise SystemExit(ADVICE)


if __name__ == "__main__":
    main()
