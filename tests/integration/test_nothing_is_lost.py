"""Two people at one questionnaire, in any order: nothing is lost, and no signature stands on what changed.

Whatever they do goes over HTTP, from pages that may be old by then. After every step the database is read:

- a value whose saving was acknowledged is the answer or in its history;
- nobody replaced an answer that their page had not shown them;
- what was refused still stands on the page that came back;
- a signature that stands covers exactly the answers as they are.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import answers
from surveys.acting import By
from surveys.models import Answer, AnswerVersion, Signature
from tests import factories, filled
from tests.factories import World
from tests.support.client import Client
from tests.support.page import Page

PEOPLE = ("ovr.vr01", "contactpersoon.vr01")
QUESTIONS = {"1.1-01": ("ja", "nee"), "1.1-03": ("wissel", "geen")}
HTMX = {"HX-Request": "true"}
KEPT, REFUSED = (200, 303), (409, 422)

Said = tuple[str | None, str | None]
"""What an answer says: its value and its note."""
Step = tuple[str, int, str, int]


@dataclass
class Tab:
    """A page that somebody has open: what its form holds, and everything that it ever showed them."""

    person: str
    page: Page
    shown: dict[str, set[Said]]
    conflicts: list[str] = field(default_factory=list)


def anchor(code: str) -> str:
    return "vraag-" + code.replace(".", "-")


def said_in(values: dict[str, list[str]], code: str) -> Said:
    """What the fields of a question say."""
    value, note = (values.get(f"{anchor(code)}-{part}", [""])[0] for part in ("answer", "note"))
    return value or None, note.replace("\r\n", "\n").strip() or None


class Two:
    """Two people, an inspector, and the questionnaire that they work on."""

    def __init__(self, app: Flask, session: Session, world: World, clients: dict[str, Client]) -> None:
        self.session, self.clients = session, clients
        number = next(_numbers)
        measurement = factories.measurement(session, factories.tiny(), code=f"ronde-{number}")
        dossier = factories.dossier(session, measurement, world.units["VR01"])
        by = By.through(world.assignments[PEOPLE[0]])
        filled_in = {code: content for code, content in filled.STRONG.items() if code not in QUESTIONS}
        answers.save_all(
            session,
            dossier,
            {code: answers.Save(content, 0) for code, content in filled_in.items()},
            by=by,
        )
        session.commit()
        self.id, self.home = dossier.id, f"/dossier/{measurement.code}/VR01"
        self.tabs: list[Tab] = []
        self.read: dict[str, Page] = {}
        self.acknowledged: set[tuple[str, Said]] = set()
        self.words = (f"tekst {place}" for place in itertools.count(1))
        self.outcomes: list[str] = []

    def ask(self, who: str, method: str, path: str, data: object = None, **more: object) -> Page:
        self.session.rollback()
        return self.clients[who].ask(method, self.home + path, data, **more)  # type: ignore[arg-type]

    def open(self, who: str) -> Tab:
        """Open the page of the factor in one more tab."""
        page = self.ask(who, "GET", "/factor/1.1")
        assert page.status == 200
        values = self._form(page)
        tab = Tab(who, page, {code: {said_in(values, code)} for code in QUESTIONS})
        self.tabs.append(tab)
        return tab

    def type(self, tab: Tab, code: str, choice: int, *, alone: bool) -> None:
        """Fill in one question in a tab and save: the whole page, or (as the script does) only that one."""
        values = self._form(tab.page)
        if not values:
            return  # it was closed when this page came
        values[f"{anchor(code)}-answer"] = [QUESTIONS[code][choice % 2]]
        values[f"{anchor(code)}-note"] = [next(self.words)]
        before = self.versions()
        if alone:
            own = {k: v for k, v in values.items() if k == "csrf_token" or k.startswith(f"{anchor(code)}-")}
            page = self.ask(tab.person, "POST", f"/vraag/{code}", own, headers=HTMX)
        else:
            page = self.ask(tab.person, "POST", "/factor/1.1", values | {"doen": ["blijf"]})
        self.outcomes.append(f"save {page.status}")
        self._after_save(tab, page, values, before, alone=code if alone else None)

    def resolve(self, tab: Tab, choice: int) -> None:
        """Choose in a conflict: mine, theirs, or both together."""
        if not tab.conflicts:
            return
        code, action = tab.conflicts[0], ("mijn", "hun", "samen")[choice % 3]
        values, before = self._form(tab.page), self.versions()
        if not values:
            return
        page = self.ask(tab.person, "POST", "/factor/1.1", values | {"doen": [f"{action}:{code}"]})
        self.outcomes.append(f"{action} {page.status}")
        tab.conflicts.remove(code)
        gone = {code} if action == "hun" else set()
        self._after_save(tab, page, values, before, alone=None, given_up=gone)

    def look_over(self, who: str) -> None:
        """Open the page with all answers."""
        page = self.ask(who, "GET", "/controle")
        assert page.status == 200
        self.read[who] = page

    def sign(self, who: str) -> None:
        """Agree, from the page that was read last."""
        page = self.read.get(who)
        if page is None or not page.all("form[action$='/akkoord']"):
            return
        form = page.form(action=f"{self.home}/akkoord")
        before = len(self._standing())
        answer = self.ask(who, "POST", "/akkoord", form.filled({"gelezen": "ja"}, "Akkoord geven"))
        self.outcomes.append(f"sign {answer.status}")
        if len(self._standing()) > before:
            for row in self._rows():
                if row.note:
                    assert page.has(row.note), "somebody agreed with an answer that they had not read"

    def submit(self, who: str) -> None:
        """Hand it in."""
        page = self.ask(who, "POST", "/indienen", {"csrf_token": [self.clients[who].token()]})
        self.outcomes.append(f"submit {page.status}")
        assert page.status in {303, 409}

    def give_back(self) -> None:
        """The inspector returns it."""
        sent = {"csrf_token": [self.clients["inspecteur"].token()], "reden": ["Vul aan."]}
        page = self.ask("inspecteur", "POST", "/terugsturen", sent | {"vragen": ["1.1-03"]})
        self.outcomes.append(f"return {page.status}")
        assert page.status in {303, 409}

    def check(self) -> None:
        """Hold everything that must always be so against the database."""
        self.session.rollback()
        self.session.expire_all()
        history: dict[str, set[Said]] = {}
        for row in self._rows():
            versions = self._history(row)
            assert [each.version for each in versions] == list(range(1, row.version + 1))
            for earlier, later in itertools.pairwise(versions):
                assert later.old == earlier.new
            assert versions[-1].new == answers.content_of(row).as_json()
            if row.question in QUESTIONS:
                history[row.question] = {(each.new["value"], each.new["note"]) for each in versions}
        for code, said in self.acknowledged:
            assert said in history.get(code, set()), f"{said} at {code} was acknowledged, and is gone"
        current = {row.id: row.version for row in self._rows()}
        for signature in self._standing():
            covered = {each.answer_id: each.version for each in signature.covers}
            assert covered == current, "a signature stands on answers that changed after it"

    def versions(self) -> dict[str, tuple[int, Said]]:
        """The version and the content of each answer now."""
        self.session.rollback()
        self.session.expire_all()
        found = {row.question: (row.version, (row.value, row.note)) for row in self._rows()}
        return {code: found.get(code, (0, (None, None))) for code in QUESTIONS}

    def _after_save(
        self,
        tab: Tab,
        page: Page,
        values: dict[str, list[str]],
        before: dict[str, tuple[int, Said]],
        *,
        alone: str | None,
        given_up: set[str] = frozenset(),  # type: ignore[assignment]
    ) -> None:
        assert page.status in KEPT + REFUSED, page.summary()
        after = self.versions()
        for code in QUESTIONS:
            if after[code][0] > before[code][0]:
                assert before[code][1] in tab.shown[code], (
                    f"{tab.person} replaced {before[code][1]} at {code}, which that page had never shown"
                )
        sent = {code: said_in(values, code) for code in QUESTIONS if alone in (None, code)}
        typed = {code: said for code, said in sent.items() if said not in tab.shown[code]}
        for code in set(typed) - given_up:
            if after[code][1] == typed[code]:
                self.acknowledged.add((code, typed[code]))
            else:
                words = typed[code][1] or ""
                assert page.status in REFUSED or words in page.html, f"{words} was dropped without a word"
                assert words in page.html, f"{words} is not kept, and not on the page either"
        if page.status in KEPT:
            for code in set(typed) - given_up:
                tab.shown[code].add(typed[code])
        if alone is not None:
            self._take_over(tab, page, alone)
            return
        if page.status == 303:
            page = self.ask(tab.person, "GET", "/factor/1.1")
        tab.page = page
        shown = self._form(page)
        tab.conflicts = [code for code in QUESTIONS if page.all(f"#{anchor(code)}-conflict .conflict")]
        for code in QUESTIONS:
            if code in tab.conflicts:
                tab.shown[code].add(after[code][1])  # theirs stands beside mine
            elif shown:
                tab.shown[code].add(said_in(shown, code))

    def _take_over(self, tab: Tab, page: Page, code: str) -> None:
        """What the script does with the answer to one question: the version in the form is the new one."""
        if page.status != 200:
            return
        made = page.all(f"#{anchor(code)}-version")
        field = next(
            element
            for element in tab.page.root.iter("input")
            if element.get("name") == f"{anchor(code)}-version"
        )
        for element in made:
            field.set("value", element["value"])

    def _form(self, page: Page) -> dict[str, list[str]]:
        if not page.all("form[data-autosave]"):
            return {}
        return page.form(action=f"{self.home}/factor/1.1").values

    def _rows(self) -> list[Answer]:
        rows = select(Answer).where(Answer.dossier_id == self.id, Answer.party == "")
        return list(self.session.scalars(rows.execution_options(populate_existing=True)))

    def _history(self, row: Answer) -> list[AnswerVersion]:
        rows = select(AnswerVersion).where(AnswerVersion.answer_id == row.id)
        return list(self.session.scalars(rows.order_by(AnswerVersion.version)))

    def _standing(self) -> list[Signature]:
        self.session.rollback()
        self.session.expire_all()
        rows = select(Signature).where(Signature.dossier_id == self.id, Signature.voided_at.is_(None))
        return list(self.session.scalars(rows))


_numbers = itertools.count(1)

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("open", "page", "page", "one", "one", "resolve", "read", "sign", "agree", "submit", "return")
        ),
        st.integers(0, 1),
        st.sampled_from(sorted(QUESTIONS)),
        st.integers(0, 5),
    ),
    min_size=4,
    max_size=24,
)


@pytest.fixture
def clients(app: Flask, session: Session, world: World) -> dict[str, Client]:
    """The two and an inspector, each logged in."""
    made = {}
    for name in (*PEOPLE, "inspecteur"):
        made[name] = Client(app, before=session.commit)
        made[name].login(f"{name}@voorbeeld.nl", factories.PASSWORD)
    return made


def take(two: Two, step: Step) -> None:
    """Do one step; one that can't be done now does nothing."""
    kind, who, code, choice = step
    person = PEOPLE[who]
    own = [tab for tab in two.tabs if tab.person == person]
    match kind:
        case "open":
            two.open(person)
        case "page" | "one":
            tab = own[choice % len(own)] if own else two.open(person)
            two.type(tab, code, choice, alone=kind == "one")
        case "resolve":
            waiting = [tab for tab in own if tab.conflicts]
            if waiting:
                two.resolve(waiting[0], choice)
        case "read":
            two.look_over(person)
        case "sign":
            two.sign(person)
        case "agree":
            two.look_over(person)
            two.sign(person)
        case "submit":
            two.submit(person)
        case "return":
            two.give_back()


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_whatever_two_people_do_nothing_is_lost(
    app: Flask, session: Session, world: World, clients: dict[str, Client], steps: list[Step]
) -> None:
    two = Two(app, session, world, clients)
    for step in steps:
        take(two, step)
        two.check()


def test_the_steps_reach_conflicts_signatures_and_returns(
    app: Flask, session: Session, world: World, clients: dict[str, Client]
) -> None:
    """What the property walks through does happen: here one way through all of it."""
    two = Two(app, session, world, clients)
    script: list[Step] = [
        ("open", 0, "1.1-01", 0),
        ("open", 1, "1.1-01", 0),
        ("page", 0, "1.1-01", 0),
        ("page", 1, "1.1-01", 0),
        ("resolve", 1, "1.1-01", 0),
        ("one", 1, "1.1-03", 0),
        ("one", 0, "1.1-03", 0),
        ("agree", 0, "1.1-01", 0),
        ("read", 1, "1.1-01", 0),
        ("one", 1, "1.1-03", 2),
        ("sign", 1, "1.1-01", 0),
        ("agree", 1, "1.1-01", 0),
        ("agree", 0, "1.1-01", 0),
        ("submit", 0, "1.1-01", 0),
        ("page", 1, "1.1-03", 1),
        ("return", 0, "1.1-01", 0),
        ("open", 1, "1.1-03", 0),
        ("page", 1, "1.1-03", 5),
    ]
    for step in script:
        take(two, step)
        two.check()
    assert two.outcomes == [
        "save 303",
        "save 409",
        "mijn 303",
        "save 200",
        "save 409",
        "sign 303",
        "save 200",
        "sign 409",
        "sign 303",
        "sign 303",
        "submit 303",
        "save 409",
        "return 303",
        "save 303",
    ]


def test_a_crowd_that_saves_at_the_same_moment_loses_nothing(
    app: Flask, session: Session, world: World
) -> None:
    dossier, rounds, crowd = world.dossiers["VR01"].id, 4, 4
    barrier, kept = threading.Barrier(crowd), []

    def work(place: int, client: Client) -> None:
        for turn in range(rounds):
            page = client.ask("GET", "/dossier/proefmeting/VR01/factor/1.1")
            values = page.form(action="/dossier/proefmeting/VR01/factor/1.1").values
            values["vraag-1-1-01-answer"] = ["ja"]
            values["vraag-1-1-01-note"] = [words := f"{place} in beurt {turn}"]
            barrier.wait(timeout=60)
            answer = client.ask("POST", "/dossier/proefmeting/VR01/factor/1.1", values)
            assert answer.status in {303, 409}, answer.summary()
            assert answer.status == 303 or words in answer.html
            if answer.status == 303:
                kept.append(words)

    session.commit()
    people = []
    for place in range(crowd):
        client = Client(app)
        client.login(f"{PEOPLE[place % 2]}@voorbeeld.nl", factories.PASSWORD)
        people.append(Worker(work, place, client))
    for worker in people:
        worker.start()
    for worker in people:
        worker.finish()
    row = session.scalar(select(Answer).where(Answer.dossier_id == dossier, Answer.question == "1.1-01"))
    assert row is not None
    versions = list(
        session.scalars(
            select(AnswerVersion).where(AnswerVersion.answer_id == row.id).order_by(AnswerVersion.version)
        )
    )
    assert sorted(each.new["note"] for each in versions) == sorted(kept)
    assert row.version == len(kept) >= rounds
    for earlier, later in itertools.pairwise(versions):
        assert later.old == earlier.new


class Worker(threading.Thread):
    """A thread whose failure fails the test."""

    def __init__(self, work: Callable[..., None], *args: object) -> None:
        super().__init__(daemon=True)
        self._work, self._with, self._failure = work, args, None

    def run(self) -> None:
        """Work, and remember what went wrong."""
        try:
            self._work(*self._with)
        except BaseException as error:  # told by finish()
            self._failure = error

    def finish(self) -> None:
        """Wait until it is done; raise what went wrong."""
        self.join(timeout=120)
        assert not self.is_alive()
        if self._failure is not None:
            raise self._failure
