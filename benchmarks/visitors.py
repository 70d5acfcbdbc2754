"""Respondents who load a server, in processes of their own: each with one connection that stays open.

They do what the browser does: log in, ask for pages, and save one answer at a time as htmx sends it, with
the token against forgery and the version that they saw. A save always changes the answer, where there is a
choice to another one: so a question on which others depend makes these come and go, every time. Where two
fill in for one region, they are at different factors.
"""

from __future__ import annotations

import http.client
import multiprocessing
import random
import re
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Final

from lxml import html

from tests.support.databases import PASSWORD

MEASUREMENT: Final = "vervolgmeting-2026"
"""The measurement of the example data that can be answered."""
HEATMAP: Final = "/vergelijken/eindmeting-2013/"
INSPECTOR: Final = "inspecteur1@voorbeeld.nl"
REGIONS: Final = 25
PROCESSES: Final = 4
"""So many processes share the respondents: one of them alone could not ask quickly enough."""
PATIENCE: Final = 60
FACTOR: Final = re.compile(r'href="([^"#?]+/factor/[^"#?]+)"')
SPECIALS: Final = frozenset({"onbekend", "nvt"})
OK: Final = 200


class Refused(Exception):
    """The server did not answer as it should; says what it said."""


@dataclass(frozen=True)
class Run:
    """What came of a run: how long each request took, in seconds, and from when until when they were made."""

    taken: tuple[float, ...] = ()
    began: float = 0.0
    ended: float = 0.0
    refused: tuple[str, ...] = ()


@dataclass
class Question:
    """A question on a page: the address that saves it, its fields as they stand, what to change it to."""

    path: str
    anchor: str
    fields: list[tuple[str, str]]
    changing: str
    values: tuple[str, ...]
    saves: int = 0

    def next(self) -> list[tuple[str, str]]:
        """The fields with another answer than the last time."""
        self.saves += 1
        present = dict(self.fields).get(self.changing)
        others = [value for value in self.values if value != present]
        value = others[self.saves % len(others)] if others else f"Toelichting {self.saves} {time.time()}"
        kept = [(name, each) for name, each in self.fields if name != self.changing]
        self.fields = [*kept, (self.changing, value)]
        return self.fields

    def saved(self, answer: str) -> None:
        """Take over the version that the answer of the server has. Raises Refused when it has none."""
        name = f"{self.anchor}-version"
        found = re.search(rf'name="{re.escape(name)}" value="(\d+)"', answer)
        if found is None:
            raise Refused(f"a save without its version: {answer[:300]}")
        self.fields = [(each, found[1] if each == name else value) for each, value in self.fields]


@dataclass
class Visitor:
    """One person with one connection, from an address of the loopback network that nobody else has."""

    port: int
    number: int
    _link: http.client.HTTPConnection = field(init=False)
    _cookies: dict[str, str] = field(default_factory=dict)
    _token: str = ""
    _factors: tuple[str, ...] = ()
    _questions: list[Question] = field(default_factory=list)
    _turn: int = 0

    def __post_init__(self) -> None:
        """Nothing is asked yet."""
        here = (f"127.0.{1 + self.number // 200}.{1 + self.number % 200}", 0)
        self._link = http.client.HTTPConnection("127.0.0.1", self.port, PATIENCE, source_address=here)

    @property
    def home(self) -> str:
        """The address of the questionnaire of this person's region."""
        return f"/dossier/{MEASUREMENT}/VR{1 + self.number % REGIONS:02}"

    def log_in(self, email: str) -> None:
        """Log in. Raises Refused."""
        page = html.document_fromstring(self._get("/inloggen"))
        form = next(each for each in page.forms if "password" in each.fields)
        fields = {**dict(form.form_values()), "email": email, "password": PASSWORD}
        status, text = self._ask("POST", "/inloggen", list(fields.items()))
        if status not in {302, 303}:
            raise Refused(f"{email} can't log in: {status} {text[:300]}")

    def settle(self) -> None:
        """Log in as a respondent and open a factor. Raises Refused."""
        role = "ovr" if self.number < REGIONS else "contact"
        self.log_in(f"{role}.vr{1 + self.number % REGIONS:02}@voorbeeld.nl")
        self._factors = tuple(sorted(set(FACTOR.findall(self._get(f"{self.home}/")))))
        place = (self.number + (self.number // REGIONS) * (len(self._factors) // 2)) % len(self._factors)
        self._questions = self._read(self._get(self._factors[place]))

    def overview(self) -> None:
        """Ask for the task list."""
        self._get(f"{self.home}/")

    def factor(self) -> None:
        """Ask for the page of a factor, each time the next."""
        self._turn += 1
        self._get(self._factors[(self.number + self._turn) % len(self._factors)])

    def heatmap(self) -> None:
        """Ask for the heatmap, as an inspector."""
        self._get(HEATMAP)

    def empty(self) -> None:
        """Ask the server with nothing on it."""
        self._get("/")

    def save(self) -> None:
        """Save an answer, each time of the next question. Raises Refused."""
        self._turn += 1
        question = self._questions[self._turn % len(self._questions)]
        fields = [("csrf_token", self._token), *question.next()]
        status, text = self._ask("POST", question.path, fields, htmx=True)
        if status != OK:
            raise Refused(f"{question.path}: {status} {text[:300]}")
        question.saved(text)

    def lend(self, other: Visitor) -> None:
        """Let another connection be used by whoever is logged in here."""
        other._cookies = self._cookies

    def close(self) -> None:
        """End the connection."""
        self._link.close()

    def _read(self, text: str) -> list[Question]:
        """The questions on the page of a factor that can be answered."""
        page = html.document_fromstring(text)
        form = next(each for each in page.forms if each.get("data-autosave") is not None)
        values = [(str(name), str(value)) for name, value in form.form_values()]
        self._token = dict(values)["csrf_token"]
        found = []
        for block in form.xpath(".//section[@data-save]"):
            anchor, path = str(block.get("id")), str(block.get("data-save"))
            own = [(name, value) for name, value in values if name.startswith(f"{anchor}-")]
            radios = block.xpath(".//input[@type='radio'][@name=$name]/@value", name=f"{anchor}-answer")
            choices = tuple(str(each) for each in radios if each not in SPECIALS)
            note = bool(block.xpath(".//textarea[@name=$name]", name=f"{anchor}-note"))
            changing = f"{anchor}-answer" if choices or not note else f"{anchor}-note"
            found.append(Question(path, anchor, own, changing, choices))
        return found

    def _get(self, path: str) -> str:
        status, text = self._ask("GET", path)
        if status != OK:
            raise Refused(f"{path}: {status} {text[:300]}")
        return text

    def _ask(
        self, method: str, path: str, fields: Sequence[tuple[str, str]] = (), *, htmx: bool = False
    ) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        body = None
        if method == "POST":
            headers["Content-Type"], body = _parts(fields)
        if htmx:
            headers["HX-Request"] = "true"
        try:
            self._link.request(method, path, body, headers)
            response = self._link.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException):
            self._link.close()
            raise
        if not htmx:  # a save renews the session that there is
            for header in response.headers.get_all("Set-Cookie", []):
                name, _, value = header.partition(";")[0].partition("=")
                self._cookies[name] = value
        return response.status, text


def _parts(fields: Sequence[tuple[str, str]]) -> tuple[str, bytes]:
    """A form as a browser sends one that can hold files."""
    border = uuid.uuid4().hex
    lines = [
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields
    ]
    return f"multipart/form-data; boundary={border}", ("".join(lines) + f"--{border}--\r\n").encode()


# --- many of them

ASKS: Final[dict[str, Callable[[Visitor], None]]] = {
    "empty view": Visitor.empty,
    "task list": Visitor.overview,
    "factor page": Visitor.factor,
    "heatmap": Visitor.heatmap,
    "save of an answer": Visitor.save,
}
"""What they can do, by its name in the tables."""


class Crowd:
    """Visitors in processes of their own, who wait until they are told what to do."""

    def __init__(self, port: int, empty: int, size: int) -> None:
        """Have them log in. `port` is Meetlat's, `empty` that of the server with nothing on it."""
        start = multiprocessing.get_context("spawn")
        self._links: list[Connection] = []
        self._processes = []
        for each in range(PROCESSES):
            here, there = start.Pipe()
            numbers = tuple(range(each, size, PROCESSES))
            process = start.Process(target=_visit, args=(there, port, empty, numbers), daemon=True)
            process.start()
            self._links.append(here)
            self._processes.append(process)
        for link in self._links:
            if refused := link.recv():
                raise Refused(refused)

    def run(self, what: str, size: int, seconds: float, pause: float = 0.0) -> Run:
        """Have the first so many do something for a while, all at once; `pause`: as `_together` has it."""
        start = time.monotonic() + 0.1
        for link in self._links:
            link.send((what, size, start, start + seconds, pause))
        runs: list[Run] = [link.recv() for link in self._links]
        return Run(
            tuple(each for run in runs for each in run.taken),
            start,
            max(run.ended for run in runs),
            tuple(each for run in runs for each in run.refused),
        )

    def leave(self) -> None:
        """Send them home."""
        for link in self._links:
            link.send(None)
        for process in self._processes:
            process.join(PATIENCE)


def _visit(link: Connection, port: int, empty: int, numbers: Sequence[int]) -> None:
    """One process: log some visitors in, and do what is asked until nothing is."""
    people = {number: Visitor(port, number) for number in numbers}
    inspectors = {number: Visitor(port, number) for number in numbers}
    idle = {number: Visitor(empty, number) for number in numbers}
    try:
        for each in people.values():
            each.settle()
        first = next(iter(inspectors.values()))
        first.log_in(INSPECTOR)
        for each in inspectors.values():
            first.lend(each)
    except (Refused, OSError) as refusal:
        link.send(str(refusal) or repr(refusal))
        return
    link.send("")
    while (asked := link.recv()) is not None:
        what, size, start, until, pause = asked
        visitors = {"empty view": idle, "heatmap": inspectors}.get(what, people)
        active = [visitor for number, visitor in visitors.items() if number < size]
        link.send(_together(active, ASKS[what], start, until, pause))


def _together(
    active: Sequence[Visitor], ask: Callable[[Visitor], None], start: float, until: float, pause: float
) -> Run:
    """Have everybody ask from one moment until another; `pause`: so long on average before each time."""
    taken: list[float] = []
    refused: list[str] = []

    def go_on(visitor: Visitor) -> None:
        visitor.close()  # the server may have hung up on who asked nothing for a while
        time.sleep(max(0.0, start - time.monotonic()))
        while time.monotonic() < until:
            if pause:
                time.sleep(random.uniform(0, 2 * pause))
            began = time.perf_counter()
            try:
                ask(visitor)
            except (Refused, OSError, http.client.HTTPException) as refusal:
                refused.append(str(refusal) or repr(refusal))
                time.sleep(0.05)
            else:
                taken.append(time.perf_counter() - began)

    threads = [threading.Thread(target=go_on, args=(each,)) for each in active]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Run(tuple(taken), start, time.monotonic(), tuple(refused))
