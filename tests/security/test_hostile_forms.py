"""Every address, with nonsense in every field: refused or ignored, and never a mistake of ours."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from surveys.acting import By
from tests import filled
from tests.backup import workbench
from tests.factories import World
from tests.judge.conftest import advance
from tests.security.asking import Asker
from tests.security.test_who_may_what import LEAVES, addresses, samples
from tests.support.backups import AT
from tests.support.client import Client

__all__ = ["samples"]
ROOT = Path(__file__).resolve().parents[2] / "app"
NONSENSE = (
    "",
    "x",
    "-1",
    "0",
    "9" * 30,
    "1e999",
    "é\ud7ff\u202e",
    "2013-13-45",
    "0001-01-01",
    "99999-01-01",
    "{",
    "[1, {}]",
    '{"unit": "veiligheidsregio", "rows": [[1]], "columns": 3}',
    "VR01",
    "1.1",
    "ja",
    "<script>",
    "w" * 3_000,
)


def names() -> list[str]:
    """The names that the code asks an address or a form for, as far as they are written out."""
    found: set[str] = set()
    for path in ROOT.rglob("*.py"):
        text = path.read_text("utf-8")
        found |= set(re.findall(r'(?:args|form|files)(?:\.get|\.getlist)?[\[(]\s*"([^"]+)"', text))
        found |= set(re.findall(r"^    (\w+) = \w*Field\(", text, re.MULTILINE))
    for path in (ROOT / "templates").rglob("*.html"):
        found |= set(re.findall(r'\bname="([\w-]+)"', path.read_text("utf-8")))
    return sorted(found - {"csrf_token", "viewport"})


def nonsense(round_: int, *where: str) -> str:
    """One of the values, always the same one at the same place."""
    return NONSENSE[zlib.crc32("|".join((str(round_), *where)).encode()) % len(NONSENSE)]


@pytest.mark.parametrize("round_", [0])
@pytest.mark.parametrize("who", ["inspecteur", "ovr.vr01", "beheerder"])
def test_nonsense_is_answered_and_breaks_nothing(
    app: Flask,
    plain_refusals: None,
    client: Client,
    world: World,
    samples: dict[str, str],
    session: Session,
    login: Callable[[str], None],
    who: str,
    round_: int,
) -> None:
    inspector = world.assignments["inspecteur"]
    by = {"person_id": inspector.person_id, "assignment_id": inspector.id, "at": AT}
    if who == "inspecteur":
        filled.submit(session, world.dossiers["VR01"], filled.STRONG)
        advance(session, world.dossiers["VR01"], By.through(inspector, AT))
    else:
        filled.fill(session, world.dossiers["VR01"], filled.STRONG)
    workbench.fill(session, world.dossiers["VR01"], by, "x")
    session.commit()
    fields = names()
    login(who)
    browser = Asker(client)
    wrong, seen = [], Counter()
    for rule, method, path in addresses(app, samples, "VR01"):
        if rule.endpoint in LEAVES:
            continue
        sent = {name: nonsense(round_, rule.rule, method, name) for name in fields}
        if method == "GET":
            query = urlencode({name: value for name, value in sent.items() if len(value) < 100})
            answer = browser.ask(method, f"{path}?{query}")
        else:
            answer = browser.ask(method, path, sent | {"csrf_token": browser.token})
        seen[answer.status] += 1
        if answer.status >= 500:
            wrong.append(f"{method} {path}: {answer.status}")
    assert not wrong, "\n".join([f"{who}, round {round_}:", *wrong])
    assert seen[200], "some pages are seen"
    assert seen[422], "some forms are refused by what they say"
