"""Everybody of one region, at everything of the other: by its address, and under their own address.

Nothing here is written out by hand. The addresses come from the application, the ids from the rows of the
other region, and the forms from the pages of somebody there, with whatever ids these hold. All of that is
tried by every role of the own region that is let in at all (test_who_may_what.py tries the others), with a
token that is right. No answer may hold a word of the other region, and no row of it may change.
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pikepdf
from flask import Flask
from lxml import html
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.routing import MapAdapter, Rule

from app.auth import OPEN, SIGNED_IN, permission_of
from surveys.glossary import fold
from surveys.permissions import ROLES
from tests.factories import PASSWORD, World
from tests.security import two_regions
from tests.security.asking import Asker
from tests.security.test_who_may_what import LEAVES
from tests.security.two_regions import CANARY, OTHER, OWN, PUBLIC, Rows
from tests.support import pdftext
from tests.support.client import Client
from tests.support.page import Form

ATTACKERS = ("ovr", "contactpersoon", "waarnemer")
"""The roles that are held for a region."""
OF_RESPONDENTS = frozenset(permission for role in ATTACKERS for permission in ROLES[role].may)
WORDS = {
    "meting": "proefmeting",
    "factor": "1.1",
    "code": "1.1-01",
    "stap": "close",
    "sleutel": "factoren",
    "tekst": "voorwoord",
    "indeling": "sea",
    "waarde_code": "x",
    "filename": "meetlat.svg",
    "woord": fold(PUBLIC),
}
"""A value for what addresses name by a word."""
APART = LEAVES | {"static", "security.login", "security.forgot_password", "security.reset_password"}
"""What ends the session, and what is there to begin one."""
REFUSED = frozenset({403, 404})
MOST_IDS = 4
"""So many ids of the other region are tried where an address has one: the lowest, that things share most."""

Fields = MultiDict[str, str]


class Ground:
    """Where it all happens: the addresses of the application, and the ids of the other region."""

    def __init__(self, app: Flask, numbers: list[int], key: str) -> None:
        """`key`: that of the post that waits for somebody of the other region."""
        self.urls = app.url_map.bind("localhost")
        self._app, self._numbers, self._words = app, numbers, WORDS | {"token": key}

    def rules(self, permissions: Collection[str]) -> list[Rule]:
        """The addresses that ask one of these permissions, in a fixed order."""
        found = [
            rule
            for rule in self._app.url_map.iter_rules()
            if rule.endpoint not in APART and permission_of(self._app, rule.endpoint) in permissions
        ]
        return sorted(found, key=lambda rule: rule.rule)

    def paths(self, rule: Rule, unit: str) -> Iterator[str]:
        """The address for a unit, with each id wherever it wants one; what names no unit is the own one's."""
        if "eenheid" not in rule.arguments and unit != OWN:
            return
        words = self._words | {"eenheid": unit}
        numbered = self.numbered(rule)
        values: dict[str, Any] = {name: words[name] for name in rule.arguments if name not in numbered}
        for chosen in itertools.product(self._numbers, repeat=len(numbered)):
            yield self.urls.build(rule.endpoint, values | dict(zip(numbered, chosen, strict=True)))

    def numbered(self, rule: Rule) -> list[str]:
        """What an address names by a number."""
        return sorted(rule.arguments - self._words.keys() - {"eenheid"})


@dataclass
class Seen:
    """What somebody of the other region gets to see: forms by endpoint, addresses, and which views tell."""

    forms: dict[str, list[Fields]] = field(default_factory=lambda: defaultdict(list))
    addresses: set[str] = field(default_factory=set)
    telling: set[str] = field(default_factory=set)
    """The endpoints whose answers held something of the region."""

    def bodies(self, endpoint: str) -> list[Fields]:
        """What is sent to a view: the forms for it, or all fields of all forms where no page had one."""
        found = self.forms.get(endpoint)
        return found or [
            MultiDict(pair for each in self.forms.values() for form in each for pair in form.items())
        ]


class Attacker:
    """Somebody of the own region at a browser, and all that he should not have got."""

    def __init__(self, app: Flask, role: str) -> None:
        """`role`: one of ATTACKERS."""
        self.role, self.wrong = role, set[str]()
        self.tried = 0
        self._asked: set[str] = set()
        self._browser = logged_in(app, f"{role}.{OWN.lower()}")

    def get(self, path: str) -> None:
        """Ask for an address, once."""
        if path not in self._asked:
            self._asked.add(path)
            self._look(path, "GET", None)

    def post(self, path: str, fields: Fields) -> None:
        """Send a form to an address, with the own token; texts of the other region are not ours to send."""
        sent = [(name, value.replace(CANARY, "Aanval")) for name, value in fields.items(multi=True)]
        self._look(path, "POST", MultiDict([*sent, ("csrf_token", self._browser.token)]))

    def _look(self, path: str, method: str, sent: Fields | None) -> None:
        self.tried += 1
        answer = self._browser.ask(method, path, sent)
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.wrong.add(f"{self.role}: {method} {path} breaks ({answer.status})")
        if OTHER in path.partition("?")[0].split("/") and answer.status not in REFUSED:
            self.wrong.add(f"{self.role}: {method} {path} answers {answer.status}")
        if CANARY in str(answer.headers) or tells(answer.data):
            self.wrong.add(f"{self.role}: {method} {path} shows something of {OTHER}")


def logged_in(app: Flask, who: str) -> Asker:
    """A browser of somebody."""
    client = Client(app)
    client.admit(f"{who}@voorbeeld.nl", PASSWORD)
    return Asker(client)


def ids(rows: Rows) -> list[int]:
    """The numbers that things of a region have, whatever they are numbers of."""
    found = {key[0] for each in rows.values() for key in each if len(key) == 1 and isinstance(key[0], int)}
    return sorted(found)[:MOST_IDS]


def tells(content: bytes) -> bool:
    """Whether an answer holds a word of the other region, also inside a packed file or a PDF."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return any(CANARY.encode() in packed.read(name) + name.encode() for name in packed.namelist())
    if content.startswith(b"%PDF-") and b"startxref" in content:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return any(CANARY in text for text in pdftext.page_texts(pdf))
    return CANARY.encode() in content


def look_around(app: Flask, ground: Ground) -> Seen:
    """See all that somebody of the other region sees there."""
    browser = logged_in(app, f"ovr.{OTHER.lower()}")
    seen = Seen()
    for rule in ground.rules(OF_RESPONDENTS):
        if "GET" not in (rule.methods or ()):
            continue
        for path in ground.paths(rule, OTHER):
            answer = browser.ask("GET", path)
            if answer.status != HTTPStatus.OK:
                continue
            if tells(answer.data):
                seen.telling.add(rule.endpoint)
                seen.addresses.add(path)
            if answer.mimetype == "text/html":
                note(seen, ground.urls, path, html.fromstring(answer.data))
    return seen


def note(seen: Seen, urls: MapAdapter, path: str, page: html.HtmlElement) -> None:
    """Add the links and the forms of a page."""
    for link in page.iterfind(".//a[@href]"):
        target = urlsplit(urljoin(path, link.get("href")))
        seen.addresses.add(target.path + (f"?{target.query}" if target.query else ""))
    for element in page.iterfind(".//form"):
        form = Form(element, path)
        if form.method == "POST":
            endpoint, _ = urls.match(urlsplit(form.action).path, method="POST")
            for fields in sendings(form):
                if fields not in seen.forms[endpoint]:
                    seen.forms[endpoint].append(fields)


def sendings(form: Form) -> Iterator[Fields]:
    """What a form sends as it stands, with each of its buttons."""
    sent = [(name, value) for name, values in form.values.items() for value in values if name != "csrf_token"]
    for button in form.buttons.values():
        name = button.get("name")
        yield MultiDict([*sent, (name, button.get("value", ""))] if name else sent)


def attack(who: Attacker, ground: Ground, seen: Seen) -> None:
    """Try every address with every id and every form; then what the other one's own pages lead to."""
    may = {OPEN, SIGNED_IN, *ROLES[who.role].may}
    for method, rule in itertools.product(("GET", "POST"), ground.rules(may)):
        if method not in (rule.methods or ()):
            continue
        for path in itertools.chain(*(ground.paths(rule, unit) for unit in (OWN, OTHER))):
            if method == "GET":
                who.get(path)
            else:
                for fields in seen.bodies(rule.endpoint):
                    who.post(path, fields)
    for address in sorted(seen.addresses):
        if "vorm=" in address and who.role != ATTACKERS[0]:
            continue  # a file is the same for all of them, and takes its time to make
        who.get(address)
        who.get(address.replace(f"/{OTHER}", f"/{OWN}"))


def test_nothing_of_another_region_is_shown_or_changed(
    app: Flask, plain_refusals: None, world: World, session: Session, tmp_path: Path
) -> None:
    key = two_regions.fill(session, world, tmp_path)
    before = two_regions.rows_of(session, world, OTHER)
    ground = Ground(app, ids(before), key)
    seen = look_around(app, ground)
    silent = {
        rule.endpoint
        for rule in ground.rules(OF_RESPONDENTS)
        if "GET" in (rule.methods or ()) and ground.numbered(rule)
    } - seen.telling
    assert not silent, (
        "each of these has something of its own to show: give tests/security/two_regions.py one"
    )
    assert len(seen.telling) > 15, "the other region sees its own words, in many places"
    assert len(seen.forms) > 10, "and many forms"
    wrong = []
    for role in ATTACKERS:
        who = Attacker(app, role)
        attack(who, ground, seen)
        wrong += sorted(who.wrong)
        assert who.tried > 150
    assert not wrong, "\n".join(wrong)
    assert two_regions.rows_of(session, world, OTHER) == before
