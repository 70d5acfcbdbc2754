"""What became of an indicator: which figures are put beside each other, and what that says.

The rule is in `docs/method-follow-up.md`. It only says what was measured before and after, never why.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from scoring.model import DIGITS
from surveys.reports.source import MeasurementInfo

EFFECTS: Final[dict[str, str]] = {
    "verbeterd": "Verbeterd",
    "gelijk": "Gelijk gebleven",
    "verslechterd": "Verslechterd",
    "nog_niet_gemeten": "Nog niet gemeten",
    "niet_vergelijkbaar": "Niet vergelijkbaar",
}
"""What two figures say of an indicator."""

CAVEAT: Final = "Ook andere dingen kunnen een rol hebben gespeeld."
"""Stands beside every effect: a figure does not tell why it moved."""

WORKS: Final[dict[str, str]] = {
    **EFFECTS,
    "wisselend": "Deels verbeterd, deels verslechterd",
    "geen": "Niet te zeggen: geen indicator voor outcome of impact",
}
"""What the indicators of a point say together."""

COUNTED, SCORED, ENTERED = "telling", "score", "reeks"
DECIMALS: Final = {COUNTED: 0, SCORED: 2, ENTERED: 2}
"""What a figure can be, and in how many decimals people see it."""


@dataclass(frozen=True)
class Value:
    """A figure of an indicator.

    `on`: the last day of its measurement, or the day that was entered. `of`: of how many, for a count.
    `label` says where it is from, in a sentence. `comparable`: whether it can be put beside the figure from
    before the point began, and `why` says why not. `reading_id`: of a figure that was entered by hand. One
    with neither a measurement nor a reading is the baseline that somebody filled in.
    """

    on: date
    value: float
    of: int | None
    label: str
    measurement: MeasurementInfo | None
    comparable: bool = True
    reading_id: int | None = None
    why: str | None = None


@dataclass(frozen=True)
class Effect:
    """What became of an indicator. `verdict` is one of EFFECTS, `why` says why figures can't be compared.

    `before` and `after` are taken over the units that are in both, and so can differ from the figures of
    their measurements. `done`: whether the point was carried out; if not, `after` is how it stands so far.
    """

    before: Value | None
    at_completion: Value | None
    after: Value | None
    verdict: str
    done: bool = False
    why: str | None = None

    @property
    def label(self) -> str:
        """The verdict in Dutch."""
        return EFFECTS[self.verdict]


@dataclass(frozen=True)
class Course:
    """When a point was recorded, began and was carried out; None while it did not."""

    recorded_on: date
    begun_on: date | None
    done_on: date | None

    @property
    def start(self) -> date:
        """The day up to which a figure is one from before: that it began, or else was recorded.

        A point that was done before anybody recorded it began that day at the latest.
        """
        if self.begun_on is not None:
            return self.begun_on
        return min(self.recorded_on, self.done_on or self.recorded_on)


Pair = tuple[Value, Value] | str
"""Two figures as they can be put beside each other, or in Dutch why they can't be."""


@dataclass(frozen=True)
class Chosen:
    """The figures that the rule puts beside each other, as they were measured."""

    before: Value | None
    at_completion: Value | None
    after: Value | None


def choose(values: Sequence[Value], baseline: Value | None, course: Course) -> Chosen:
    """Choose from figures, oldest first: from before, at completion and after.

    `baseline` is what somebody filled in; it counts where nothing was measured before, unless it is of a day
    on which the point was done already: that does not tell how it was.
    """
    if baseline is not None and course.done_on is not None and baseline.on > course.done_on:
        baseline = None
    earlier = [each for each in values if each.on <= course.start]
    before = earlier[-1] if earlier else baseline
    new = [each for each in values if each.on > since(before, course)]
    if course.done_on is None:
        return Chosen(before, None, new[-1] if new else None)
    then = [each for each in values if each.on <= course.done_on]
    afterwards = [each for each in new if each.on > course.done_on]
    return Chosen(before, then[-1] if then else None, afterwards[0] if afterwards else None)


def since(before: Value | None, course: Course) -> date:
    """The day after which a figure is a new one: the point began, and `before` was measured or filled in."""
    return max(course.start, before.on) if before else course.start


def effect(
    values: Sequence[Value],
    baseline: Value | None,
    course: Course,
    pair: Callable[[Value, Value], Pair],
    *,
    higher_is_better: bool,
    decimals: int,
) -> Effect:
    """Say what became of an indicator with these figures, oldest first.

    `pair` gives two of them as they can be put beside each other; `decimals`: how many people see.
    """
    chosen, done = choose(values, baseline, course), course.done_on is not None
    if chosen.before is None or chosen.after is None:
        return Effect(chosen.before, chosen.at_completion, chosen.after, "nog_niet_gemeten", done)
    found = pair(chosen.before, chosen.after)
    if isinstance(found, str):
        return Effect(chosen.before, chosen.at_completion, chosen.after, "niet_vergelijkbaar", done, found)
    before, after = found
    return Effect(
        before,
        chosen.at_completion,
        after,
        verdict(before.value, after.value, higher_is_better, decimals),
        done,
    )


def verdict(before: float, after: float, higher_is_better: bool, decimals: int) -> str:
    """Improved, the same or worse, by what people see of two figures.

    >>> verdict(0.614, 0.606, True, 2), verdict(12, 19, True, 0), verdict(12, 19, False, 0)
    ('gelijk', 'verbeterd', 'verslechterd')
    """
    was, now = rounded(before, decimals), rounded(after, decimals)
    if was == now:
        return "gelijk"
    return "verbeterd" if (now > was) == higher_is_better else "verslechterd"


def together(verdicts: Collection[str]) -> str:
    """What the indicators of a point say together, as a key of WORKS.

    Those that could be compared decide; what stayed the same gives way to what moved.

    >>> together(["gelijk", "verbeterd"]), together(["verbeterd", "verslechterd", "nog_niet_gemeten"])
    ('verbeterd', 'wisselend')
    >>> together(["nog_niet_gemeten", "niet_vergelijkbaar"]), together([])
    ('niet_vergelijkbaar', 'geen')
    """
    moved = {"verbeterd", "verslechterd"} & set(verdicts)
    if len(moved) > 1:
        return "wisselend"
    order = (*moved, "gelijk", "niet_vergelijkbaar", "nog_niet_gemeten")
    return next((each for each in order if each in verdicts), "geen")


def rounded(figure: float, decimals: int) -> Decimal:
    """A figure as people see it: half away from zero, after the 9 decimals of every comparison.

    >>> rounded(0.125, 2), rounded(0.1 + 0.2, 2), rounded(-2.5, 0)
    (Decimal('0.13'), Decimal('0.30'), Decimal('-3'))
    """
    exact = Decimal(repr(round(float(figure), DIGITS)))
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def shown(figure: float, kind: str) -> str:
    """A figure in Dutch, by what it is: 12, 0,83, and of a series 7,5.

    >>> shown(12.0, COUNTED), shown(0.826, SCORED), shown(7.5, ENTERED), shown(20, ENTERED)
    ('12', '0,83', '7,5', '20')
    """
    found = rounded(figure, DECIMALS[kind])
    text = f"{found if found else abs(found):f}"
    if kind == ENTERED and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def amount(value: Value, kind: str) -> str:
    """A figure with of how many it is: 12 van de 25."""
    text = shown(value.value, kind)
    return text if value.of is None else f"{text} van de {value.of}"


def sentence(found: Effect, kind: str) -> str:
    """Say in Dutch what was measured before and after; CAVEAT goes with it."""
    before, after = found.before, found.after
    if before is None and after is None:
        return "Er is nog niets gemeten."
    if after is None:
        assert before is not None
        when = "na de uitvoering" if found.done else "sinds het begin"
        return f"Er is {when} nog niets gemeten. Daarvoor: {amount(before, kind)} ({before.label})."
    if before is None:
        return (
            f"Gemeten: {amount(after, kind)} ({after.label}). Er is geen waarde van daarvoor om die naast te"
            " leggen."
        )
    if found.why:
        return (
            f"Niet te vergelijken: {found.why} Gemeten: {amount(before, kind)} ({before.label}) en"
            f" {amount(after, kind)} ({after.label})."
        )
    start = "Na de uitvoering" if found.done else "Het punt is nog niet uitgevoerd. Tot nu toe"
    if kind == COUNTED:
        return (
            f"{start} telt de {after.label} er {amount(after, kind)}; daarvoor waren het er"
            f" {_beside(before, after, kind)} ({before.label})."
        )
    noun = "score" if kind == SCORED else "waarde"
    return (
        f"{start} is de {noun} {amount(after, kind)} ({after.label}); daarvoor was die"
        f" {amount(before, kind)} ({before.label})."
    )


def _beside(before: Value, after: Value, kind: str) -> str:
    return shown(before.value, kind) if before.of == after.of else amount(before, kind)
