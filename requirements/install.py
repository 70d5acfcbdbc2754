"""Put the pinned packages into `.venv`: quickly with uv, and with pip alone where uv can't.

Usage: python3 requirements/install.py run|dev

Needs Python and nothing else. What pip has been told about indexes and certificates (in its configuration or
the environment) holds for uv too: uv reads other settings, so they are translated. When nothing changed since
the last time, this ends at once; judged by the contents of the files, as a fresh clone has new times.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MARKER = VENV / "meetlat-installed.json"
LOCKS = {"run": ["build.txt", "run.txt"], "dev": ["build.txt", "dev.txt"]}
EDITABLE = ["--config-settings", "editable_mode=compat", "--editable", str(ROOT)]
"""Our own package, by a path: a finder would list today's packages and miss one that is added tomorrow."""
COVERS = {"run": ("run", "dev"), "dev": ("dev",)}
"""Which installations are enough for a purpose."""


def main(purpose: str) -> None:
    """Install what a purpose ('run' or 'dev') needs, unless it is there."""
    digests = {name: digest(name) for name in LOCKS}
    if installed() in {(name, digests[name]) for name in COVERS[purpose]}:
        return
    began = time.monotonic()
    make_environment()
    MARKER.unlink(missing_ok=True)
    say(f"Installing packages to {'develop' if purpose == 'dev' else 'run'} (a minute or so the first time)")
    locks = [str(HERE / name) for name in LOCKS[purpose]]
    if not with_uv(locks, compiled=purpose == "run"):
        with_pip(locks)
    MARKER.write_text(json.dumps({"purpose": purpose, "digest": digests[purpose]}), encoding="utf-8")
    say(f"Packages are in place ({time.monotonic() - began:.0f} s)")


def digest(purpose: str) -> str:
    """What an installation depends on: locks, our package, Python, and where the checkout is."""
    found = hashlib.sha256()
    locks = [HERE / name for name in [*LOCKS[purpose], "uv.txt"]]
    for path in [*locks, ROOT / "pyproject.toml", Path(__file__)]:
        found.update(path.read_bytes())
    found.update(f"{sys.version} {ROOT}".encode())
    return found.hexdigest()


def installed() -> tuple[str, str] | None:
    """What was installed last: its purpose and digest; None when there is nothing (whole)."""
    try:
        found = json.loads(MARKER.read_text(encoding="utf-8"))
        subprocess.run([PYTHON, "-c", ""], check=True, capture_output=True)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None
    return found["purpose"], found["digest"]


def make_environment() -> None:
    """Make `.venv`, again when its Python has gone or is another one than ours."""
    asked = [PYTHON, "-c", "import sys, pip; print(sys.version)"]
    try:
        answer = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        answer = ""
    if answer.strip() == sys.version.strip():
        return
    say(f"Making .venv with Python {sys.version.split()[0]} ({sys.executable})")
    try:
        venv.EnvBuilder(clear=True, with_pip=True, symlinks=True).create(VENV)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit(
            f"Could not make .venv ({error}). On Debian and Ubuntu, first do: apt-get install python3-venv"
        ) from error


def with_uv(locks: list[str], *, compiled: bool) -> bool:
    """Install with uv; False when that does not work here.

    `compiled`: to byte code at once, for a quick first start. Of what developing needs little is imported.
    """
    environment = uv_environment(pip_settings())
    steps = [
        pip("--only-binary", ":all:", "-r", str(HERE / "uv.txt")),
        uv("--require-hashes", *(["--compile-bytecode"] if compiled else []), *both("-r", locks)),
        uv("--no-deps", "--no-build-isolation", *EDITABLE),
    ]
    for step in steps:
        if subprocess.run(step, env=environment, check=False).returncode != 0:
            say("uv can't install here; going on with pip, which takes longer")
            return False
    return True


def with_pip(locks: list[str]) -> None:
    """Install with pip. Ends the program when that fails: pip has then said why."""
    for step in (pip(*both("-r", locks)), pip("--no-deps", "--no-build-isolation", *EDITABLE)):
        if subprocess.run(step, env=plain_environment(), check=False).returncode != 0:
            raise SystemExit("The packages could not be installed; see above. Is there a network?")


def both(option: str, values: list[str]) -> list[str]:
    """An option repeated for each value."""
    return [word for value in values for word in (option, value)]


def pip(*arguments: str) -> list[str]:
    """The command line of pip; what it installs from a lock needs hashes anyway, as the lock has them."""
    return [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]


def uv(*arguments: str) -> list[str]:
    """The command line of uv."""
    return [str(PYTHON), "-m", "uv", "pip", "install", "--quiet", "--python", str(PYTHON), *arguments]


def plain_environment() -> dict[str, str]:
    """Our environment, but with byte code: without it every start compiles, and matplotlib takes seconds."""
    unwanted = {"PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV"}
    return {name: value for name, value in os.environ.items() if name not in unwanted}


def pip_settings() -> dict[str, str]:
    """What pip has been told, in files and environment; the environment goes first, as it does for pip."""
    asked = [PYTHON, "-m", "pip", "config", "list"]
    listed = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    found: dict[str, str] = {}
    for wanted in ("global", "install", ":env:"):
        for line in listed.splitlines():
            place, _, rest = line.partition(".") if not line.startswith(":env:") else (":env:", "", line[6:])
            name, _, value = rest.partition("=")
            if place == wanted:
                found[name] = ast.literal_eval(value)
    return found


def uv_environment(settings: dict[str, str]) -> dict[str, str]:
    """Our environment with pip's settings in uv's words. What uv has been told itself goes first."""
    environment = plain_environment()
    words = {
        "UV_DEFAULT_INDEX": settings.get("index-url"),
        "UV_INDEX": usable_indexes(settings.get("extra-index-url", "")),
        "UV_FIND_LINKS": ",".join(settings.get("find-links", "").split()),
        "UV_INSECURE_HOST": " ".join(settings.get("trusted-host", "").split()),
        "SSL_CERT_FILE": settings.get("cert"),
        # the hashes decide what is right, so it does not matter which index has it
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_NO_PROGRESS": "1",
    }
    for name, value in words.items():
        if value:
            environment.setdefault(name, value)
    return environment


def usable_indexes(value: str) -> str:
    """Extra indexes for uv, without folders that are not there: uv would stop at those."""
    return " ".join(url for url in value.split() if not url.startswith("file://") or Path(url[7:]).is_dir())


def say(text: str) -> None:
    """Tell what is going on, at once."""
    print(f"==> {text}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
