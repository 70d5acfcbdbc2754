"""A dossier as those see it who fill it in: what the pages of the questionnaire show, frozen.

It follows from what `filling.read` read of a dossier. Only the name of who saved an answer may be looked up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType

from surveys import (
    answers,
    completeness,
    conditions,
    correcting,
    dossiers,
    questions,
    results,
    signing,
    views,
)
from surveys.answers import Content
from surveys.completeness import FactorProgress, Lack, Point
from surveys.correcting import Correction
from surveys.errors import MeetlatError, UnknownQuestion
from surveys.instruments import Factor, Instrument, Question, Theme
from surveys.measurements import instrument_of
from surveys.models import Answer, AnswerVersion, DiscussionMessage, Dossier
from surveys.permissions import ROLES
from surveys.reports.earlier import EarlierAnswer, Round, answer_in

_anchors: dict[str, Mapping[str, str]] = {}
"""The places of the questions of an instrument, by the hash of its text."""


@dataclass(frozen=True)
class Saver:
    """Who saved something, in which role, when."""

    name: str
    role: str
    at: datetime


@dataclass(frozen=True)
class Place:
    """A question and its place on the page: all that its fields need."""

    question: Question
    anchor: str


@dataclass(frozen=True)
class Divergent:
    """The view of one role beside the joint answer: what it would have answered, and why.

    `role` is its code, `label` its Dutch name. `version` is that of the view, for who changes it. `agrees`:
    the joint answer has become the same since. `since_return`: saved after the dossier was last returned.
    """

    role: str
    label: str
    content: Content
    shown: str | None
    version: int
    saved: Saver
    agrees: bool
    since_return: bool


@dataclass(frozen=True)
class Message:
    """One thing that was said about a question. `asks`: the role that it is a question to, in Dutch."""

    text: str
    by: Saver
    asks: str | None
    settles: bool


@dataclass(frozen=True)
class Thread:
    """What respondents said to each other about a question. `waits_for`: the role that is asked, its code.

    `latest` is what was said last; without a text where somebody only closed the thread.
    """

    messages: tuple[Message, ...]
    waits_for: str | None
    settled: bool

    @property
    def latest(self) -> Message:
        """The last message."""
        return self.messages[-1]


@dataclass(frozen=True)
class FileView:
    """The file of a document: its id for a link, its name, how many bytes, and who looked for malware."""

    document_id: int
    filename: str
    size: int
    scanned_by: str | None
    added: Saver


@dataclass(frozen=True)
class Returned:
    """That a dossier was returned for completion: why, by whom, when, and for which questions.

    `answers` has them as they had been submitted.
    """

    reason: str
    by: Saver
    questions: tuple[str, ...]
    answers: Mapping[str, Content]


@dataclass(frozen=True)
class QuestionView:
    """A question with its answer as it stands.

    `anchor` is its place on the page. `state` is asked, undetermined or not_asked, and `why_not` says why it
    is not asked. `note_rule` and `document_rule` say when a note or document is required; `lacks` what is
    missing now. `version` is that of the answer, 0 when nobody ever answered. `earlier` has the measurements
    before, newest first. `divergent` has the views beside it, `thread` what was said about it. `returned`:
    the dossier was last returned for this question; `before_return` is what had been submitted then (None:
    never returned). `corrections` are those of an inspector after the submission, newest first.
    """

    question: Question
    anchor: str
    content: Content
    shown: str | None
    version: int
    state: str
    why_not: str | None
    note_rule: str | None
    document_rule: str | None
    lacks: tuple[Lack, ...]
    saved: Saver | None
    earlier: tuple[EarlierAnswer, ...]
    divergent: tuple[Divergent, ...] = ()
    thread: Thread | None = None
    returned: bool = False
    before_return: Content | None = None
    shown_before_return: str | None = None
    corrections: tuple[Correction, ...] = ()

    @property
    def changed_since_return(self) -> bool:
        """Whether the dossier was returned, and this answer differs from the one submitted before that."""
        return self.before_return is not None and self.before_return != self.content

    @property
    def code(self) -> str:
        """The code of the question."""
        return self.question.code

    @property
    def asked(self) -> bool:
        """Whether it is asked now."""
        return self.state == "asked"

    @property
    def wants_documents(self) -> bool:
        """Whether a place for documents belongs with it."""
        return bool(self.question.evidence or self.question.evidence_when or self.content.documents)

    @property
    def different_from(self) -> EarlierAnswer | None:
        """The latest earlier answer, when there is one and it differs from the one that is given now."""
        last = next((each for each in self.earlier if each.shown is not None), None)
        if last is None or not self.asked or self.shown is None or last.shown == self.shown:
            return None
        return last


@dataclass(frozen=True)
class FactorView:
    """A factor with its questions. Numbers count from 1, over the whole questionnaire.

    `make` makes the view of a question of it: most pages show those of one factor, or of none.
    """

    theme: Theme
    factor: Factor
    theme_number: int
    theme_total: int
    number: int
    total: int
    progress: FactorProgress
    following: Factor | None
    make: Callable[[Question], QuestionView]

    @cached_property
    def questions(self) -> tuple[QuestionView, ...]:
        """Its questions, in order; made when somebody looks."""
        return tuple(self.make(each) for each in self.factor.questions)

    def __getitem__(self, code: str) -> QuestionView:
        """Give one of its questions. Raises KeyError for another."""
        return next(each for each in self.questions if each.code == code)

    @property
    def place(self) -> str:
        """Thema 1 van 6 · Factor 1 van 11."""
        return f"Thema {self.theme_number} van {self.theme_total} · Factor {self.number} van {self.total}"


@dataclass(frozen=True)
class Signing:
    """One of the roles that sign: who agreed and when, or when an agreement was ended by a change."""

    role: str
    label: str
    signed: Saver | None
    person_id: int | None
    voided: Saver | None
    voided_person_id: int | None = None


@dataclass(frozen=True)
class FiredCheck:
    """Answers that do not sit well together: the point that this raises, and the codes of the questions."""

    text: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """Everything of one dossier, read at once; the views are made from it without another query."""

    dossier: Dossier
    instrument: Instrument
    rows: Mapping[str, Answer]
    rounds: tuple[Round, ...]
    signings: tuple[Signing, ...]
    submitted: Saver | None
    views: Mapping[str, tuple[Answer, ...]]
    threads: Mapping[str, Thread]
    files: Mapping[str, FileView]
    returned: Returned | None
    corrections: tuple[Correction, ...] = ()

    @cached_property
    def given(self) -> dict[str, results.Answer]:
        """The answers as scoring takes them."""
        return answers.given(self.rows)

    @cached_property
    def _standing(self) -> results.Standing:
        return results.Standing(self.instrument, self.given)

    @property
    def asked(self) -> dict[str, str]:
        """Which questions are asked."""
        return self._standing.asked

    @cached_property
    def progress(self) -> completeness.Progress:
        """How far it is."""
        return completeness.progress_of(self._standing)

    @cached_property
    def anchors(self) -> Mapping[str, str]:
        """The place of each question on its page."""
        return anchors(self.instrument)

    @property
    def checks(self) -> tuple[FiredCheck, ...]:
        """The answers that do not sit well together, in words, with the questions that it is about."""
        return tuple(
            FiredCheck(check.text, tuple(dict.fromkeys(each.question for each in check.all)))
            for check in self.instrument.checks
            if check.code in self.progress.checks
        )

    @property
    def is_open(self) -> bool:
        """Whether respondents can answer it now."""
        return self.closed_because is None

    @property
    def closed_because(self) -> str | None:
        """Why nobody can answer it now; None when they can."""
        try:
            answers.check_open(self.dossier)
        except MeetlatError as refusal:
            return str(refusal)
        return None

    @property
    def state_label(self) -> str:
        """The state of the dossier in Dutch."""
        return dossiers.STATES[self.dossier.state]

    @property
    def due_on(self) -> date | None:
        """The day by which it must be in."""
        return self.dossier.due_on

    @property
    def fingerprint(self) -> str:
        """Which versions of the answers these are."""
        return signing.fingerprint(self.rows, [row for rows in self.views.values() for row in rows])

    @property
    def all_signed(self) -> bool:
        """Whether every role has agreed."""
        return all(each.signed for each in self.signings)

    @cached_property
    def factors(self) -> tuple[FactorView, ...]:
        """Every factor, in order."""
        flat = [(theme, factor) for theme in self.instrument.themes for factor in theme.factors]
        following = [factor for _, factor in flat[1:]] + [None]
        return tuple(
            FactorView(
                theme=theme,
                factor=factor,
                theme_number=self.instrument.themes.index(theme) + 1,
                theme_total=len(self.instrument.themes),
                number=number,
                total=len(flat),
                progress=progress,
                following=after,
                make=self._question,
            )
            for number, ((theme, factor), progress, after) in enumerate(
                zip(flat, self.progress.factors, following, strict=True), start=1
            )
        )

    @property
    def themes(self) -> tuple[tuple[Theme, tuple[FactorView, ...]], ...]:
        """The factors by theme."""
        return tuple(
            (theme, tuple(view for view in self.factors if view.theme is theme))
            for theme in self.instrument.themes
        )

    @property
    def ready(self) -> int:
        """How many factors lack nothing."""
        return sum(view.progress.status == "klaar" for view in self.factors)

    @property
    def different(self) -> tuple[QuestionView, ...]:
        """The questions that are answered otherwise than the last time."""
        return tuple(each for view in self.factors for each in view.questions if each.different_from)

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of the documents that answers name or that have a file, in order."""
        named = {link.document.title for row in self.rows.values() for link in row.documents}
        return tuple(sorted(named | set(self.files), key=str.casefold))

    @property
    def returned_for(self) -> tuple[QuestionView, ...]:
        """The questions that it was last returned for."""
        return self._only(self.returned.questions if self.returned else ())

    @property
    def unchanged_since_return(self) -> tuple[QuestionView, ...]:
        """Those whose answer is still what had been submitted; none once it is handed in again."""
        if not self.is_open:
            return ()
        return tuple(each for each in self.returned_for if not each.changed_since_return)

    @property
    def changed_since_return(self) -> tuple[QuestionView, ...]:
        """The questions whose answer is not the one that was submitted before the last return."""
        return tuple(each for view in self.factors for each in view.questions if each.changed_since_return)

    @property
    def unexplained(self) -> tuple[QuestionView, ...]:
        """The questions that are answered otherwise than the last time, without a word about it."""
        return tuple(
            each
            for each in self.different
            if each.question.type != "text"
            and each.content.special != "onbekend"  # that is a point of its own
            and not (each.content.note or "").strip()
        )

    @property
    def unknown(self) -> tuple[QuestionView, ...]:
        """The questions that are answered with *weet ik niet*."""
        return tuple(
            each
            for view in self.factors
            for each in view.questions
            if each.asked and each.content.special == "onbekend"
        )

    @cached_property
    def diverging(self) -> tuple[QuestionView, ...]:
        """The questions on which some role recorded a view of its own."""
        return self._only(self.views)

    @cached_property
    def talked_about(self) -> tuple[QuestionView, ...]:
        """The questions with a thread that is not settled."""
        return self._only([code for code, thread in self.threads.items() if not thread.settled])

    def factor(self, code: str) -> FactorView | None:
        """Give a factor by its code; None when there is no such factor."""
        return next((view for view in self.factors if view.factor.code == code), None)

    def question(self, code: str) -> QuestionView:
        """Give a question by its code. Raises UnknownQuestion."""
        return self.factor_of(code)[code]

    def factor_of(self, code: str) -> FactorView:
        """Give the factor that a question belongs to. Raises UnknownQuestion."""
        question = self.instrument.questions.get(code)
        view = self.factor(question.factor) if question else None
        if view is None:
            raise UnknownQuestion(code)
        return view

    def _only(self, codes: Collection[str]) -> tuple[QuestionView, ...]:
        """Some of the questions, in the order of the questionnaire."""
        return tuple(self.question(code) for code in self.instrument.questions if code in codes)

    @cached_property
    def _lacks(self) -> Mapping[str, tuple[Lack, ...]]:
        return _by_question(self.progress.points)

    def _question(self, question: Question) -> QuestionView:
        row = self.rows.get(question.code)
        content = answers.content_of(row)
        state = self.asked[question.code]
        before = self.returned.answers.get(question.code, Content()) if self.returned else None
        return QuestionView(
            question=question,
            anchor=self.anchors[question.code],
            content=content,
            shown=show(question, content),
            version=row.version if row else 0,
            state=state,
            why_not=None
            if state == "asked"
            else conditions.asked(question, self.instrument, undetermined=state == "undetermined"),
            note_rule=conditions.required(question.note_when, question, self.instrument, also_na=True),
            document_rule=conditions.required(question.evidence_when, question, self.instrument),
            lacks=self._lacks.get(question.code, ()),
            saved=saver(row, row.saved_at) if row else None,
            earlier=tuple(
                answer_in(question, each) for each in reversed(self.rounds) if each.answers is not None
            ),
            divergent=tuple(
                _divergent(question, each, content, self.returned)
                for each in self.views.get(question.code, ())
            ),
            thread=self.threads.get(question.code),
            returned=bool(self.returned and question.code in self.returned.questions),
            before_return=before,
            shown_before_return=show(question, before) if before else None,
            corrections=self._corrected.get(question.code, ()),
        )

    @cached_property
    def _corrected(self) -> Mapping[str, tuple[Correction, ...]]:
        return correcting.by_question(self.corrections)


def place(dossier: Dossier, code: str) -> Place:
    """Give the place of a question in the questionnaire of a dossier, without reading it. UnknownQuestion."""
    instrument = instrument_of(dossier.pinned)
    if code not in instrument.questions:
        raise UnknownQuestion(code)
    return Place(instrument.questions[code], anchors(instrument)[code])


def show(question: Question, content: Content) -> str | None:
    """An answer in Dutch; None when it is open."""
    return questions.show_answer(question, content.value, content.special) or None


def role_label(role: str) -> str:
    """The Dutch name of a role, also of one that is no longer in use."""
    return ROLES[role].label if role in ROLES else role


def saver(row: Answer | AnswerVersion | DiscussionMessage, at: datetime) -> Saver:
    """Who saved a row, in which role, at a moment that is told."""
    return Saver(row.person.name, role_label(row.assignment.role), at)


def anchors(instrument: Instrument) -> Mapping[str, str]:
    """A place on its page for each question, fit for an address: vraag-1-1-01. Found once per process."""
    if instrument.sha256 not in _anchors:
        taken: dict[str, str] = {}
        for code in instrument.questions:
            anchor = "vraag-" + re.sub(r"[^a-z0-9]+", "-", code.lower()).strip("-")
            while anchor in taken.values():
                anchor += "-x"
            taken[code] = anchor
        _anchors[instrument.sha256] = MappingProxyType(taken)
    return _anchors[instrument.sha256]


def _by_question(points: Iterable[Point]) -> dict[str, tuple[Lack, ...]]:
    found: dict[str, tuple[Lack, ...]] = {}
    for point in points:
        found[point.question.code] = (*found.get(point.question.code, ()), point.lack)
    return found


def _divergent(question: Question, row: Answer, joint: Content, returned: Returned | None) -> Divergent:
    content = answers.content_of(row)
    return Divergent(
        role=row.party,
        label=role_label(row.party),
        content=content,
        shown=show(question, content),
        version=row.version,
        saved=saver(row, row.saved_at),
        agrees=views.same(content, joint),
        since_return=returned is not None and row.saved_at > returned.by.at,
    )
