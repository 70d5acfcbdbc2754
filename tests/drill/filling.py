"""Respondents who fill in over https while servers come and go, and do what their browser would do then."""

from __future__ import annotations

import http.client
import random
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.drill.serving import Nginx
from tests.faults.respondents import (
    OK,
    PATIENCE,
    Answer,
    Fields,
    Ledger,
    Respondent,
    Save,
    belongs,
    code_of,
    notes_of,
    version_in,
)

PEOPLE = tuple((f"VR{number:02}", f"ovr.vr{number:02}") for number in range(1, 21))
"""Twenty who fill in, each in a dossier of their own."""
AGAIN = (2.0, 5.0, 10.0, 30.0)
"""Seconds after which the script of a page sends again what failed: RETRY in assets/js/autosave.js."""
RELOADS = 1.0
"""Seconds after which a person who sees an error asks once more."""
PAUSE = (0.5, 1.5)
"""Seconds that somebody thinks between two saves, at least and at most."""
WHOLE = 0.15
"""How often somebody saves the whole page with its button, as one does without a script."""


NOT_SAVED, NOT_OPENED = "an error instead of a whole page that was saved", "a page that did not open"
PASSING = {NOT_SAVED, NOT_OPENED}
"""Errors after which somebody asks once more."""


@dataclass
class Tally:
    """What respondents noticed."""

    requests: int = 0
    saves: int = 0
    again: Counter[int] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0

    def since(self, before: Tally) -> Tally:
        """What came after an earlier moment; the longest wait is of all the time."""
        return Tally(
            self.requests - before.requests,
            self.saves - before.saves,
            self.again - before.again,
            self.seen - before.seen,
            self.longest,
        )


class Watch:
    """Where respondents tell what they notice."""

    def __init__(self) -> None:
        self._tally = Tally()
        self._lock = threading.Lock()

    def asked(self) -> None:
        """A request was answered."""
        with self._lock:
            self._tally.requests += 1

    def saved(self, tries: int, seconds: float) -> None:
        """Something was saved at so many tries, so many seconds after it was first sent."""
        with self._lock:
            self._tally.saves += 1
            self._tally.longest = max(self._tally.longest, seconds)
            if tries > 1:
                self._tally.again[tries - 1] += 1

    def saw(self, what: str) -> None:
        """Somebody saw an error: not the line that says that it is sent again, but a page."""
        with self._lock:
            self._tally.seen[what] += 1

    def taken(self) -> Tally:
        """What was noticed up to now."""
        with self._lock:
            return replace(self._tally, again=Counter(self._tally.again), seen=Counter(self._tally.seen))


class _Link(http.client.HTTPSConnection):
    """A browser's connection: it also tells from which page it asks."""

    def request(self, *args: Any, **options: Any) -> None:
        method, path, body, headers = args
        super().request(method, path, body, {**headers, "Referer": f"https://{self.host}:{self.port}/"})


class Filler(Respondent):
    """Somebody who fills in, at an address of their own on the network."""

    def __init__(self, nginx: Nginx, number: int, ledger: Ledger, watch: Watch) -> None:
        unit, name = PEOPLE[number]
        super().__init__(nginx.port, unit, name, random.Random(number), ledger)
        context = ssl.create_default_context(cafile=str(nginx.certificate))
        source = (f"127.0.1.{number + 1}", 0)
        self._link = _Link("localhost", nginx.port, context=context, source_address=source, timeout=PATIENCE)
        self._watch = watch

    @property
    def busy(self) -> bool:
        """Whether this one is logged in, and knows what to fill in."""
        return bool(self._factors)

    def turn(self) -> None:
        """Open a factor, and save some answers on it or all of them."""
        if not self._factors:
            self._log_in()
        path = self._chance.choice(self._factors)
        fields = self._form(path, "doen")
        if fields and self._chance.random() < WHOLE:
            self._save_page(path, fields)
        elif fields:
            for name in self._chance.sample(notes := notes_of(fields), min(5, len(notes))):
                self.autosave(fields, name)
                self._done.wait(self._chance.uniform(*PAUSE))

    def autosave(self, fields: Fields, name: str) -> bool:
        """Save one answer as the script of the page does: what fails is sent again, as it was."""
        anchor, code = name.removesuffix("-note"), code_of(name)
        path, text = f"{self._home}/vraag/{code}", self._text()
        sent = [(key, text if key == name else value) for key, value in fields if belongs(key, anchor)]
        began = time.monotonic()
        for tries, wait in enumerate((*AGAIN, 0.0), 1):
            answer = self._try("POST", path, sent, htmx=True)
            if answer is not None and answer.status == OK:
                self._ledger.saved({text: Save(self.unit, code, "autosave")})
                self._watch.saved(tries, time.monotonic() - began)
                fields[:] = [
                    (key, version_in(answer.text, anchor) if key == f"{anchor}-version" else value)
                    for key, value in fields
                ]
                return True
            if answer is not None and answer.status < http.client.INTERNAL_SERVER_ERROR:
                self._watch.saw(f"an autosave that was refused with {answer.status}")
                return False
            self._done.wait(wait)
        self._watch.saw("an autosave that never came through")
        return False

    def page(self) -> Answer:
        """The page of the first factor."""
        return self._ask("GET", self._factors[0])

    def asked(self, path: str) -> Answer:
        """What the script of a page asks for by itself."""
        return self._ask("GET", path, htmx=True)

    def _save_page(self, path: str, fields: Fields) -> None:
        """Save with the button. Who sees an error lets the browser send it again."""
        texts = {name: self._text() for name in notes_of(fields)}
        sent = [(name, texts.get(name, value)) for name, value in fields]
        began = time.monotonic()
        for tries in range(1, len(AGAIN) + 1):
            answer = self._try("POST", path, [*sent, ("doen", "blijf")])
            if answer is not None and answer.acknowledges:
                saves = {text: Save(self.unit, code_of(name), "whole page") for name, text in texts.items()}
                self._ledger.saved(saves)
                self._watch.saved(tries, time.monotonic() - began)
                return
            self._watch.saw(NOT_SAVED)
            self._done.wait(RELOADS)

    def _form(self, path: str, name: str) -> Fields:
        """The page, asked for again when it fails."""
        for _ in AGAIN:
            try:
                if fields := super()._form(path, name):
                    return fields
            except (OSError, http.client.HTTPException):
                self._link.close()
            self._watch.saw(NOT_OPENED)
            self._done.wait(RELOADS)
        return []

    def _try(self, method: str, path: str, fields: Fields, *, htmx: bool = False) -> Answer | None:
        """What is answered; None when the connection broke."""
        try:
            return self._ask(method, path, fields, htmx=htmx)
        except (OSError, http.client.HTTPException):
            self._link.close()
            return None

    def _ask(self, method: str, path: str, fields: Fields | None = None, *, htmx: bool = False) -> Answer:
        try:
            answer = super()._ask(method, path, fields, htmx=htmx)
        except (ConnectionError, ssl.SSLEOFError):
            # a kept connection that nginx closed when it was told to lead elsewhere: a browser opens another
            self._link.close()
            answer = super()._ask(method, path, fields, htmx=htmx)
        self._watch.asked()
        return answer


def finish(fillers: Iterable[Filler]) -> None:
    """Have everybody stop after what they are at."""
    everybody = list(fillers)
    for each in everybody:
        each.finish()
    for each in everybody:
        each.join(timeout=2 * PATIENCE)
