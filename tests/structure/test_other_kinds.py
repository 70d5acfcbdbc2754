"""No Python is written for a kind of measurement: questionnaires, roles and units are data.

What names a questionnaire, a role of those who fill in or a kind of unit belongs in TOML or CSV. The example
data's own program (`surveys/example`) tells the story of the regions and may name them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from surveys import example
from surveys.roles import RESPONDENTS
from tests.other_kinds import CODES, Kind

ROOT = Path(__file__).resolve().parents[2]
WORDS_OF_PASSWORDS = ROOT / "app" / "passwords.py"
"""It lists words that are easy to guess, among them those of roles."""


def named() -> set[str]:
    """The codes of the two questionnaires, their measurements, kinds of units, units and every role."""
    kinds = [Kind(code) for code in CODES]
    found = {role.code for role in RESPONDENTS} | set(CODES)
    for kind in kinds:
        found |= {kind.instrument.code, kind.instrument.unit, *kind.instrument.unit_noun}
        found |= {row.code for row in kind.units}
    return found


def program() -> list[Path]:
    folders = [ROOT / name for name in ("app", "exports", "scoring", "surveys")]
    return [
        path
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
        if Path(example.__file__).parent not in path.parents and path != WORDS_OF_PASSWORDS
    ]


def strings(path: Path, codes: set[str]) -> Iterator[tuple[int, str]]:
    """The texts in a module that are no docstrings or comments; none where no code stands between quotes."""
    text = path.read_text(encoding="utf-8")
    if not any(f"{quote}{code}{quote}" in text for code in codes for quote in "\"'"):
        return
    tree = ast.parse(text)
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def test_no_program_names_a_role_or_a_kind_of_its_own() -> None:
    codes = named()
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in program()
        for line, text in strings(path, codes)
        if text in codes
    ]
    assert not found, "what belongs to one kind of measurement goes into its questionnaire or roles.toml"


@pytest.mark.parametrize("code", CODES)
def test_no_template_names_the_other_kinds(code: str) -> None:
    kind = Kind(code)
    words = "|".join(map(re.escape, {kind.instrument.code, code, *kind.instrument.unit_noun}))
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "app" / "templates").rglob("*.html")
        if re.search(rf"\b({words})\b", path.read_text(encoding="utf-8"))
    ]
    assert not found
