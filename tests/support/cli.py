"""The command line, called as a program calls it."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from app.cli import main


class Ran(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


def run(capsys: pytest.CaptureFixture[str], *args: object) -> Ran:
    """Run `meetlat` with arguments."""
    with pytest.raises(SystemExit) as caught:
        main([str(arg) for arg in args])
    return Ran(int(caught.value.code or 0), *capsys.readouterr())
