"""What the tests that try every address have at hand: refusals and pages that cost little."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from flask import Flask
from jinja2 import FunctionLoader

from app import errors


@pytest.fixture
def plain_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal says what it says in one line: most answers here are one, and drawing it is most of the work.

    How the page of a refusal looks, test_web_rules.py holds.
    """
    monkeypatch.setattr(errors, "render_template", lambda _, **said: f"{said['title']}\n{said['text']}")


@pytest.fixture
def blank_pages(app: Flask) -> Callable[[], AbstractContextManager[None]]:
    """For a while, no page has anything on it: for who only asks whether there is one."""

    @contextmanager
    def blank() -> Iterator[None]:
        drawn = app.jinja_env
        app.jinja_env = drawn.overlay(loader=FunctionLoader(lambda _: ""), bytecode_cache=None)
        try:
            yield
        finally:
            app.jinja_env = drawn

    return blank
