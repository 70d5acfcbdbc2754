"""From answers to results: the only place that calls the arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import scoring
from scoring.compare import FactorComparison, Judged, common_questions
from scoring.model import Condition, Given, Value
from surveys.instruments import Instrument


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: a canonical value, or `onbekend` or `nvt` in `special`, or neither: open.

    `note` is the explanation, of which a blank one is none; `document` says that there is evidence.
    """

    value: Value = None
    special: str | None = None
    note: str | None = None
    document: bool = False


Answers = Mapping[str, Answer]
"""One unit's answers by the code of the question; an open question may be left out."""
Read = Callable[[Sequence[str], str | None], Mapping[str, Answers]]
"""Reads the answers of some units, in that order, to one question or to all."""

AT_ONCE = 500
"""So many units are read together where they are streamed."""

_parts: dict[tuple[str, str], scoring.Plan] = {}
"""Parts of instruments, by the hash of the text and the question that they are about."""


class Kept(Mapping[str, Answers]):
    """Answers of many units: what the arithmetic needs is there, the rest is read when it is asked for."""

    def __init__(self, sheet: scoring.Sheet, read: Read) -> None:
        """`sheet` has the answers of the units laid out; `read` gives them in full."""
        self.sheet = sheet
        self._read = read

    @cached_property
    def _whole(self) -> Mapping[str, Answers]:
        return self._read(self.sheet.units, None)

    def __getitem__(self, unit: str) -> Answers:
        return self._whole[unit]

    def __iter__(self) -> Iterator[str]:
        return iter(self.sheet.units)

    def __len__(self) -> int:
        return len(self.sheet.units)

    def to(self, question: str) -> Mapping[str, Answers]:
        """The answers of every unit to one question."""
        return self._read(self.sheet.units, question)

    def streamed(self) -> Iterator[tuple[str, Answers]]:
        """The answers of every unit in order, of which few are in memory at once."""
        for start in range(0, len(self), AT_ONCE):
            yield from self._read(self.sheet.units[start : start + AT_ONCE], None).items()


def streamed(units: Mapping[str, Answers]) -> Iterator[tuple[str, Answers]]:
    """The answers of every unit in order, of which few are in memory at once where they are kept."""
    return units.streamed() if isinstance(units, Kept) else iter(units.items())


def score(instrument: Instrument, units: Mapping[str, Answers]) -> scoring.Results:
    """Score units by name, each of which counts for the national picture."""
    return scoring.score(instrument.plan, _given(units))


def pack(instrument: Instrument, units: Mapping[str, Answers]) -> list[bytes]:
    """Pack the answers of each unit, in order, as `scoring.unpack` reads them."""
    return scoring.pack(instrument.plan, {name: _plain(answers) for name, answers in units.items()})


def why(instrument: Instrument, answers: Answers) -> dict[str, scoring.Why]:
    """Explain every factor of one unit."""
    return scoring.why(instrument.plan, _plain(answers))


def compare(
    earlier: Instrument,
    earlier_units: Mapping[str, Answers],
    later: Instrument,
    later_units: Mapping[str, Answers],
    judged: Judged | None = None,
) -> scoring.Comparison:
    """Compare two measurements with (versions of) the same instrument, on the units that are in both.

    `judged`, by unit and factor, has the levels that inspectors gave: earlier and later, None without one.
    """
    return scoring.compare(earlier.plan, _given(earlier_units), later.plan, _given(later_units), judged)


@dataclass(frozen=True, slots=True)
class Common:
    """What two versions have in common in a factor: the questions, their share of the weight (0..1).

    `enough` says whether the factor can be compared at all.
    """

    questions: tuple[str, ...]
    share: float
    enough: bool


def common(earlier: Instrument, later: Instrument, factor: str) -> Common:
    """Say what two versions of an instrument have in common in a factor, as `compare` reckons it."""
    codes, share = common_questions(earlier.plan, later.plan, factor)
    return Common(tuple(codes), share, FactorComparison(share, {}, {}, {}).enough)


class Standing:
    """How each question of one unit stands with the answers that it gave.

    Laying these out takes most of the time: who wants to know more than one thing asks the same standing.
    """

    def __init__(self, instrument: Instrument, answers: Answers, around: str | None = None) -> None:
        """With `around` only of that question and those that hang together with it: see there."""
        self.instrument, self.answers = instrument, answers
        self._around = around

    @cached_property
    def _sheet(self) -> scoring.Sheet:
        return scoring.of_one(_plan(self.instrument, self._around), _plain(self.answers))

    @cached_property
    def asked(self) -> dict[str, str]:
        """Whether each question is `asked`, `undetermined` or `not_asked`."""
        return scoring.asked(self._sheet)

    @cached_property
    def required(self) -> dict[str, scoring.Required]:
        """Whether a note and a document must go with the answer to each asked question."""
        return scoring.required(self._sheet)

    @cached_property
    def checks(self) -> list[str]:
        """The codes of the checks that hold: answers that do not sit well together."""
        return scoring.checks(self._sheet)


def asked(instrument: Instrument, answers: Answers, around: str | None = None) -> dict[str, str]:
    """Say for each question of one unit whether it is `asked`, `undetermined` or `not_asked`.

    With `around` only for that question and those that hang together with it: see there.
    """
    return Standing(instrument, answers, around).asked


def required(
    instrument: Instrument, answers: Answers, around: str | None = None
) -> dict[str, scoring.Required]:
    """Say for each asked question whether a note and a document must go with the answer that it has.

    With `around` only for that question and those that hang together with it: see there.
    """
    return Standing(instrument, answers, around).required


def around(instrument: Instrument, question: str) -> tuple[str, ...]:
    """The questions whose answers say how one question and those that depend on it stand; itself with them.

    Most questions hang together with none, so that saving an answer need not look at all the others. Raises
    KeyError for a question that the instrument lacks.
    """
    return tuple(each.code for each in _plan(instrument, question).questions)


def checks(instrument: Instrument, answers: Answers) -> list[str]:
    """Give the codes of the checks that hold for one unit: answers that do not sit well together."""
    return Standing(instrument, answers).checks


def affected(instrument: Instrument, question: str) -> list[str]:
    """Give the questions whose being asked depends on this one, directly or not, in order."""
    return scoring.affected(instrument.plan, question)


def _plan(instrument: Instrument, question: str | None) -> scoring.Plan:
    """The whole instrument, or what hangs together with one question; that is worked out once per process."""
    if question is None:
        return instrument.plan
    key = instrument.sha256, question
    if key not in _parts:
        _parts[key] = _part(instrument.plan, question)
    return _parts[key]


def _part(plan: scoring.Plan, question: str) -> scoring.Plan:
    wanted, known = {question, *scoring.affected(plan, question)}, set[str]()
    while new := wanted - known:
        known |= new
        for each in map(plan.question, new):
            conditions = (each.when, each.note_when, each.evidence_when)
            wanted |= {named.question for named in conditions if isinstance(named, Condition)}
    return scoring.compile(
        levels=plan.levels,
        rules=plan.rules,
        themes=plan.themes,
        factors=plan.factors,
        questions=[each for each in plan.questions if each.code in known],
    )


def _given(units: Mapping[str, Answers]) -> scoring.Sheet | dict[str, dict[str, Given]]:
    if isinstance(units, Kept):
        return units.sheet
    return {name: _plain(answers) for name, answers in units.items()}


def _plain(answers: Answers) -> dict[str, Given]:
    return {
        code: Given(answer.value, answer.special, bool(answer.note and answer.note.strip()), answer.document)
        for code, answer in answers.items()
    }
