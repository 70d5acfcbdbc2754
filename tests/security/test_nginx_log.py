"""What a reverse proxy keeps of requests: docs/nginx.conf leaves out the keys that stand in addresses.

`make drill` tries the file itself, in nginx; this holds it against all addresses that there are.
"""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

CONFIGURATION = Path(__file__).parents[2] / "docs" / "nginx.conf"
KEY = "a-key-that-nobody-was-given"


def kept(path: str) -> str:
    """What nginx writes down of a path, by the map of its log."""
    text = CONFIGURATION.read_text(encoding="utf-8")
    beginnings = re.search(r"~\^\(\?<meetlat_begin>([^)]+)\) \$meetlat_begin-;", text)
    assert beginnings, "docs/nginx.conf no longer has a map of what is kept"
    found = re.match(beginnings[1], path)
    return f"{found[0]}-" if found else path


def test_no_key_in_an_address_gets_into_the_log_of_the_proxy(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "token" in rule.arguments]
    assert {rule.endpoint for rule in rules} >= {"security.reset_password", "follow_up.calendar_feed"}
    with app.test_request_context():
        for rule in rules:
            _, path = rule.build({"token": KEY}) or ("", "")
            assert KEY in path
            assert KEY not in kept(path)
