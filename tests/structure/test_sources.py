"""The tables of docs/method.md about where each source lives: whole, and naming nothing that is not there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
METHOD = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
PACKAGES = ("app", "docs", "exports", "scoring", "surveys", "tests")
NUMBERED = {"000": 18, "001": 14, "002": 10, "003": 11, "004": 21}
"""How many numbers each source document has."""
FEATURES = 30
ABSENT = "**Not in Meetlat**"


def named(text: str) -> set[str]:
    """Every file of the project and every test that a text names between backticks."""
    return set(re.findall(rf"`((?:{'|'.join(PACKAGES)})/[^`\s]+)`", text))


def rows(text: str) -> list[list[str]]:
    """The rows of the tables about the sources, as cells: those that begin with a source or a feature."""
    found = re.findall(r"^\| ((?:00[0-4]|F\d\d)\b.*) \|$", text, re.MULTILINE)
    return [[cell.strip() for cell in line.split(" | ")] for line in found]


def wrong(text: str) -> list[str]:
    """What a text names that is not there."""
    return sorted(name for name in named(text) if not _exists(name))


def _exists(name: str) -> bool:
    path, _, test = name.partition("::")
    if not test:
        return (ROOT / path).exists()
    return test.startswith("test_") and test in _functions(path)


@cache
def _functions(path: str) -> frozenset[str]:
    """The functions of a file, read without importing it; none when there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_file_and_test_that_the_method_names_is_there() -> None:
    assert len(named(METHOD)) > 200
    assert not wrong(METHOD), "docs/method.md names what is not there"


def test_what_is_not_there_would_be_found() -> None:
    here = "tests/structure/test_sources.py"
    good = f"`{here}` and `{here}::test_what_is_not_there_would_be_found` in `tests/structure`"
    assert wrong(good) == []
    misspelt = [
        f"{here}::test_what_is_not_there_would_be_fuond",
        f"{here}::rows",
        "tests/sources.py::test_it",
    ]
    absent = ["surveys/nothing.py"]
    assert wrong(" ".join(f"`{name}`" for name in misspelt + absent)) == sorted(misspelt + absent)


def test_every_number_of_the_sources_has_one_row() -> None:
    expected = [f"{source}-{n}" for source, last in NUMBERED.items() for n in range(1, last + 1)]
    expected += [f"F{n:02}" for n in range(1, FEATURES + 1)]
    found = [cells[0].split()[0] for cells in rows(METHOD)]
    numbers = [number for number in found if re.fullmatch(r"00\d-\d+|F\d\d", number)]
    assert sorted(numbers) == sorted(expected)


def test_every_row_names_where_it_lives_and_what_shows_it() -> None:
    for cells in rows(METHOD):
        what, _, where, shown = cells
        if ABSENT in where and shown == "–":
            continue
        assert named(where) or ABSENT in where, what
        assert named(shown), what
        assert all(name.startswith("tests/") for name in named(shown)), what
