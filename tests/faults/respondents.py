"""Respondents who fill in over HTTP, with and without autosave, and remember what they were promised."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from lxml import html

from tests.support.databases import PASSWORD

MEASUREMENT = "vervolgmeting-2026"
"""The measurement of the example data that can be answered."""
PEOPLE = (
    ("VR01", "ovr.vr01"),
    ("VR01", "contact.vr01"),
    ("VR02", "ovr.vr02"),
    ("VR13", "ovr.vr13"),
    ("VR13", "contact.vr13"),
)
"""Who fill in, and for whom: two of them together, one in a dossier that nobody began, two who also sign."""
COMPLETE = frozenset({"VR13"})
"""Whose dossier lacks nothing, so that its respondents can agree with it."""
PATIENCE = 20
"""Seconds after which a respondent gives up a request."""
OK, SEE_OTHER = 200, 303
ELSEWHERE = ("/inloggen", "/alsnog/")
"""Where a post leads that was not saved (yet)."""
ANCHOR = re.compile(r"vraag-(R?\d+)-(\d+)-(.+)-note")
FACTOR = re.compile(r'href="([^"]+/factor/[^"#?]+)"')

Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Save:
    """A save that the server acknowledged: of which unit, which question, and how it was sent."""

    unit: str
    question: str
    way: str


@dataclass
class Ledger:
    """Everything that the server acknowledged. Each save is known by a text that nobody else wrote."""

    saves: dict[str, Save] = field(default_factory=dict)
    signatures: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def saved(self, texts: Mapping[str, Save]) -> None:
        """Note saves that were acknowledged."""
        with self._lock:
            self.saves.update(texts)

    def signed(self, unit: str, email: str) -> None:
        """Note an agreement that was acknowledged."""
        with self._lock:
            self.signatures[unit, email] += 1

    def failed(self, why: str) -> None:
        """Note a request that was not answered as asked."""
        with self._lock:
            self.refused[why] += 1

    def taken(self) -> tuple[dict[str, Save], Counter[tuple[str, str]]]:
        """What was acknowledged up to now."""
        with self._lock:
            return dict(self.saves), Counter(self.signatures)


@dataclass(frozen=True)
class Answer:
    """What the server sent back."""

    status: int
    location: str
    text: str

    @property
    def acknowledges(self) -> bool:
        """Whether it says that a page was saved."""
        return self.status == SEE_OTHER and not self.location.startswith(ELSEWHERE)


class LoggedOut(Exception):
    """The session ended."""


class Respondent(threading.Thread):
    """Somebody who logs in and goes on saving until told to stop."""

    def __init__(self, port: int, unit: str, name: str, chance: random.Random, ledger: Ledger) -> None:
        """`port`: of the server, or of the proxy before it."""
        super().__init__(daemon=True)
        self.unit, self.email = unit, f"{name}@voorbeeld.nl"
        self._port, self._chance, self._ledger = port, chance, ledger
        self._home = f"/dossier/{MEASUREMENT}/{unit}"
        self._link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._cookies: dict[str, str] = {}
        self._factors: list[str] = []
        self._written = 0
        self._done = threading.Event()

    def run(self) -> None:
        """Fill in, whatever happens to the server."""
        while not self._done.is_set():
            try:
                self.turn()
            except LoggedOut:
                self._cookies.clear()
                self._factors = []
                self._ledger.failed("logged out")
            except (OSError, http.client.HTTPException) as error:
                self._link.close()
                self._ledger.failed(type(error).__name__)
                self._done.wait(0.2)
        self._link.close()

    def finish(self) -> None:
        """Stop after the request at hand."""
        self._done.set()

    def turn(self) -> None:
        """Open a factor and save something on it; now and then agree with the whole."""
        if not self._factors:
            self._log_in()
        if self.unit in COMPLETE and self._chance.random() < 0.2:
            self._agree()
        path = self._chance.choice(self._factors)
        fields = self._form(path, "doen")
        if fields and self._chance.random() < 0.3:
            self._save_page(path, fields)
        elif fields:
            for name in self._chance.sample(notes := notes_of(fields), min(3, len(notes))):
                self.autosave(fields, name)

    def autosave(self, fields: Fields, name: str) -> bool:
        """Save one answer as htmx does when its field is left; whether that was acknowledged."""
        anchor, code = name.removesuffix("-note"), code_of(name)
        text = self._text()
        sent = [(key, text if key == name else value) for key, value in fields if belongs(key, anchor)]
        answer = self._ask("POST", f"{self._home}/vraag/{code}", sent, htmx=True)
        if answer.status != OK:
            self._ledger.failed(f"status {answer.status}")
            return False
        self._ledger.saved({text: Save(self.unit, code, "autosave")})
        version = version_in(answer.text, anchor)
        fields[:] = [(key, version if key == f"{anchor}-version" else value) for key, value in fields]
        return True

    def open_first(self) -> tuple[Fields, str]:
        """Log in and open a factor: its fields, and the one of a note on it."""
        self._log_in()
        fields = self._form(self._factors[0], "doen")
        return fields, notes_of(fields)[0]

    def _save_page(self, path: str, fields: Fields) -> None:
        texts = {name: self._text() for name in notes_of(fields)}
        sent = [(name, texts.get(name, value)) for name, value in fields]
        answer = self._ask("POST", path, [*sent, ("doen", "blijf")])
        if answer.acknowledges:
            self._ledger.saved(
                {text: Save(self.unit, code_of(name), "whole page") for name, text in texts.items()}
            )
        else:
            self._ledger.failed(f"status {answer.status}")

    def _agree(self) -> None:
        fields = self._form(f"{self._home}/controle", "gelezen")
        if not fields:  # agreed already
            return
        answer = self._ask("POST", f"{self._home}/akkoord", [*fields, ("gelezen", "ja")])
        if answer.acknowledges:
            self._ledger.signed(self.unit, self.email)
        else:
            self._ledger.failed(f"status {answer.status}")

    def _log_in(self) -> None:
        page = self._ask("GET", "/inloggen")
        fields = [
            *_fields(page.text, "password"),
            ("email", self.email),
            ("password", PASSWORD),
        ]
        answer = self._ask("POST", "/inloggen", _last_of_each(fields))
        if answer.status not in {302, SEE_OTHER}:
            self._ledger.failed(f"log-in: status {answer.status}")
            self._done.wait(2)
            raise LoggedOut
        overview = self._ask("GET", f"{self._home}/")
        self._factors = sorted({urlsplit(path).path for path in FACTOR.findall(overview.text)})
        if not self._factors:
            self._done.wait(0.2)
            raise LoggedOut

    def _form(self, path: str, name: str) -> Fields:
        """What the form with this field or button on a page would send; nothing when it can't be had."""
        page = self._ask("GET", path)
        if page.status == OK:
            return _fields(page.text, name)
        if page.location.startswith("/inloggen"):
            raise LoggedOut
        self._ledger.failed(f"status {page.status}")
        self._done.wait(0.1)
        return []

    def _ask(self, method: str, path: str, fields: Fields | None = None, *, htmx: bool = False) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if htmx:
            headers["HX-Request"] = "true"
        self._link.request(method, path, urlencode(fields) if fields is not None else None, headers)
        response = self._link.getresponse()
        text = response.read().decode()
        for header in response.headers.get_all("Set-Cookie", []):
            for name, cookie in SimpleCookie(header).items():
                # when a cookie ends is for the server to say: its clock is not ours
                self._cookies[name] = cookie.value
        where = urlsplit(response.headers.get("Location", "")).path
        return Answer(response.status, where, text)

    def _text(self) -> str:
        self._written += 1
        return f"Toelichting {self._written} van {self.email}"


class Crowd:
    """Respondents who all fill in at the same time."""

    def __init__(self, port: int, chance: random.Random, ledger: Ledger) -> None:
        """They start at once."""
        self.ledger = ledger
        self._all = [
            Respondent(port, unit, name, random.Random(chance.random()), ledger) for unit, name in PEOPLE
        ]
        for each in self._all:
            each.start()

    def served(self, patience: float) -> bool:
        """Wait until the server acknowledges something new; whether it did within so many seconds."""
        before, until = len(self.ledger.saves), time.monotonic() + patience
        while len(self.ledger.saves) == before and time.monotonic() < until:
            time.sleep(0.02)
        return len(self.ledger.saves) > before

    def finish(self) -> None:
        """Have everybody stop."""
        for each in self._all:
            each.finish()
        for each in self._all:
            each.join(timeout=2 * PATIENCE)

    @property
    def alive(self) -> bool:
        """Whether everybody is still there: whoever got an answer that can't be is not."""
        return all(each.is_alive() for each in self._all)


def _fields(page: str, name: str) -> Fields:
    """What a browser would send of the form that has this field or button; nothing when there is none."""
    for form in html.fromstring(page).forms:
        if form.xpath(".//*[@name=$name]", name=name):
            return [(str(key), str(value)) for key, value in form.form_values()]
    return []


def _last_of_each(fields: Fields) -> Fields:
    return list(dict(fields).items())


def notes_of(fields: Sequence[tuple[str, str]]) -> list[str]:
    """The names of the fields that take a note on an answer."""
    return [name for name, _ in fields if ANCHOR.fullmatch(name)]


def code_of(name: str) -> str:
    """The question that a field with a note is of."""
    found = ANCHOR.fullmatch(name)
    assert found, name
    return f"{found[1]}.{found[2]}-{found[3]}"


def version_in(page: str, anchor: str) -> str:
    """The version that an answer to a save gives its answer."""
    found = re.search(rf'name="{anchor}-version"[^>]*value="(\d+)"', page)
    assert found, f"a save without its version:\n{page[:500]}"
    return found[1]


def belongs(name: str, anchor: str) -> bool:
    """Whether a field is sent along when one answer is saved."""
    return name in {"csrf_token", "pas"} or name.startswith(f"{anchor}-")
