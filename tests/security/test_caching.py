"""What a browser may keep: files that never change for ever, the pages of somebody who is logged in never."""

from __future__ import annotations

import re


def test_the_bundle_is_kept_for_ever_and_a_page_is_not(client) -> None:
    page = client.get("/toegankelijkheid")
    style = re.search(r'href="(/static/build/[^"]+\.css)"', page.html)
    assert style
    file = client.get(style[1])
    file.response.close()
    assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert page.headers["Cache-Control"] == "no-cache"


def test_the_page_of_somebody_who_is_logged_in_is_kept_nowhere(client, world, login) -> None:
    login("ovr.vr01")
    assert client.page.headers["Cache-Control"] == "no-store"
