"""What must hold for the files of the project as a whole."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# the names are put together here, so that this file does not hold them either
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("proxy", "golang", "org"),
    )
]
OURS = {"app", "benchmarks", "exports", "scoring", "surveys", "tests"}
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def tracked() -> list[Path]:
    """The files of the project: those that git knows, else all that the set-up and running did not make."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [name for name in listed.stdout.split("\0") if name]
        return [ROOT / name for name in names if (ROOT / name).is_file()]
    made = {".git", ".venv", "node_modules", "instance", "build", ".cache", "__pycache__", "screenshots"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not made & set(path.parts)]


def test_no_file_names_a_package_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in tracked()
        for host in REGISTRIES
        if host.encode() in path.read_bytes()
    ]
    assert not found, "each machine has registries of its own; remove the addresses:\n" + "\n".join(found)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_package_is_pinned_with_hashes(lock: Path) -> None:
    text = re.sub(r"\\\n\s*", " ", lock.read_text(encoding="utf-8"))
    wanted = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert wanted, f"{lock.name} is empty: make lock"
    loose = [line for line in wanted if "==" not in line or "--hash=sha256:" not in line]
    assert not loose, f"{lock.name}: not pinned, or without a hash (make lock): {loose}"


@pytest.mark.parametrize("name", ["run", "dev", "build", "uv"])
def test_what_is_asked_for_is_in_the_lock(name: str) -> None:
    lines = (ROOT / "requirements" / f"{name}.in").read_text(encoding="utf-8").splitlines()
    asked = {re.split(r"[\[<>=~! ;]", line)[0] for line in lines if line and not line.startswith("#")}
    locked = re.findall(
        r"^([a-z0-9._-]+)(?:\[.*\])?==", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE
    )
    assert asked <= set(locked), f"run make lock: {sorted(asked - set(locked))} not in {name}.txt"


def test_npm_packages_are_pinned_with_hashes_and_without_addresses() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: about for name, about in lock["packages"].items() if name}
    assert packages
    assert not [name for name, about in packages.items() if "resolved" in about], "make lock"
    assert not [name for name, about in packages.items() if "integrity" not in about], "make lock"


def test_npm_lock_is_that_of_the_packages_asked_for() -> None:
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"][""]
    for kind in ("dependencies", "devDependencies"):
        assert asked.get(kind, {}) == locked.get(kind, {}), "package.json changed: make lock"


def test_components_with_a_licence_that_we_may_not_use_are_not_taken() -> None:
    names = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    refused = re.compile(
        r"@utrecht/design-tokens|@rijkshuisstijl-community/|@amsterdam/|@gemeente-rotterdam/"
    )
    assert not [name for name in names if refused.search(name)]


def test_scoring_imports_numpy_and_the_standard_library_only() -> None:
    allowed = sys.stdlib_module_names | {"numpy", "scoring"}
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "scoring").rglob("*.py")
        for name in imported(path)
        if name.partition(".")[0] not in allowed
    ]
    assert not found, f"scoring is arithmetic; it may not import {found}"


def imported(path: Path) -> list[str]:
    """The modules that a file imports, wherever in the file."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.append(node.module)
    return names


def test_tests_are_no_package() -> None:
    found = [str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("__init__.py")]
    assert not found, f"pytest imports tests by path (importlib mode); remove {found}"


def test_tests_import_only_what_is_there() -> None:
    # Types are not checked here, and a name that moved away would fail only where a whole run collects.
    missing = [
        f"{path.relative_to(ROOT)}: {module}.{name}"
        for folder in ("tests", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
        for module, name in taken(path)
        if name not in offered_by(module)
    ]
    assert not missing


def taken(path: Path) -> list[tuple[str, str]]:
    """The names of our own modules that a file imports: module, name."""
    return [
        (node.module, alias.name)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] in OURS
        for alias in node.names
    ]


@cache
def offered_by(module: str) -> frozenset[str]:
    """The names that one of our modules has to import, and its modules when it is a folder."""
    place = ROOT.joinpath(*module.split("."))
    names = {path.stem for path in place.glob("*") if path.is_dir() or path.suffix == ".py"}
    for source in (place.with_suffix(".py"), place / "__init__.py"):
        if source.exists():
            names.update(*map(bound, ast.walk(ast.parse(source.read_text(encoding="utf-8")))))
    return frozenset(names)


def bound(node: ast.AST) -> list[str]:
    """The names that a statement binds; one inside a function counts too, which here does no harm."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [alias.asname or alias.name for alias in names]
        case ast.Name(id=name, ctx=ast.Store()):
            return [name]
    return []


def test_make_takes_the_python_of_a_linux_system_where_that_can_set_meetlat_up() -> None:
    script = ["sh", ROOT / "requirements" / "python.sh"]
    found = subprocess.run(script, capture_output=True, text=True, check=True).stdout.strip()
    system, able = Path("/usr/bin/python3"), "import ensurepip, venv, sys; assert sys.version_info >= (3, 11)"
    will_do = (
        sys.platform == "linux"
        and system.exists()
        and subprocess.run([system, "-c", able], capture_output=True, check=False).returncode == 0
    )
    assert found == (str(system) if will_do else "python3")


def test_every_make_target_is_told_by_help() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", text, re.MULTILINE)) - {"python"}
    told = set(re.findall(r"^([a-z][a-z-]*):.*## ", text, re.MULTILINE))
    assert targets == told, f"a target without ## and a few words: {sorted(targets - told)}"
