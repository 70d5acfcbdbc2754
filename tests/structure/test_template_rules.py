"""What must hold for every template, also where no test opens its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from surveys.glossary import SHIPPED, fold

TEMPLATES = Path(__file__).resolve().parents[2] / "app" / "templates"
FILES = sorted(TEMPLATES.rglob("*.html"))
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
WORD = re.compile(r"""\bbegrip\((?:"([^"]*)"|(.*?)[,)])""")
EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def source(path: Path) -> str:
    """A template without its comments."""
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_style_or_script_stands_in_a_template(path: Path) -> None:
    text = EXPRESSION.sub("", source(path))  # what a call is given by name is no attribute
    assert not re.findall(r"\sstyle\s*=", text), "use a class: the content policy refuses style attributes"
    assert not re.findall(r"\s(?:on[a-z]+|hx-on[:a-z-]*)\s*=", text), (
        "listen in assets/js: the policy refuses it here"
    )
    assert not re.findall(r"<style\b|<script(?![^>]*\bsrc=)", text), "put it in assets/"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_form_that_changes_something_carries_a_token(path: Path) -> None:
    for form in re.findall(r"<form\b.*?</form>", source(path), re.DOTALL):
        if re.match(r"""<form[^>]*method\s*=\s*["']?post""", form, re.IGNORECASE):
            assert re.search(r"\bcsrf(?:_token)?\(\)", form), f"no csrf() in {form[:120]}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_nothing_is_declared_safe(path: Path) -> None:
    text = source(path)
    assert not re.findall(r"\|\s*safe\b|autoescape\s+false", text), "let Jinja escape; make Markup in Python"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_leaves_arithmetic_to_python(path: Path) -> None:
    """A template shows what it was given: it neither adds up nor queries."""
    text = source(path)
    assert not re.findall(r"\|\s*(?:sum|round)\b|db\.session|\.query\b", text), "work it out in a report"


def test_templates_name_only_words_that_the_glossary_has() -> None:
    named = [(path.relative_to(TEMPLATES), *match) for path in FILES for match in WORD.findall(source(path))]
    assert len({word for _, word, _ in named}) > 20
    unknown = [
        (path, word or other)
        for path, word, other in named
        if fold(word) not in SHIPPED.meanings and other != "term"
    ]
    assert not unknown, f"add it to surveys/glossary.toml, or name a term that comes from there: {unknown}"
