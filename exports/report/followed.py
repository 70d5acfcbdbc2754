"""What became of the points of earlier measurements, in the words of the reports and of their pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from exports import wording
from surveys.follow_up import kinds
from surveys.follow_up.outcomes import Asked, Counted, Proof
from surveys.reports.region_whole import Followed

TITLE: Final = "Opvolging van eerdere aanbevelingen"
OPEN: Final = "open"
OPEN_LABEL: Final = "Nog niet vastgesteld"
NOT_SHOWN: Final = "Geen vraag in deze meting laat dit zien."
NOT_FOLLOWED: Final = "Staat niet in het register van de opvolging"
STANDS: Final[Mapping[str, str]] = {**kinds.OUTCOMES, OPEN: OPEN_LABEL}
"""How an advice stands: what was found of it, or that this is still to be said."""


@dataclass(frozen=True)
class Advice:
    """An advice in the national report: one point, or those that were made of it for single units.

    Units are counted and never named: `to_units` says that these points are for units.
    """

    rows: tuple[Asked, ...]

    @property
    def first(self) -> Asked:
        """The point that tells what the advice is."""
        return self.rows[0]

    @property
    def to_units(self) -> bool:
        """Whether it went to single units."""
        return self.first.point.unit is not None

    @property
    def stands(self) -> Counter[str]:
        """How many of its points stand how, by the codes of `STANDS`."""
        return Counter(row.found.verdict if row.found else OPEN for row in self.rows)


def advices(rows: Iterable[Asked]) -> tuple[Advice, ...]:
    """The advices that these points are of, in their order."""
    found: dict[tuple[object, ...], list[Asked]] = {}
    for row in rows:
        point = row.point
        key: tuple[object, ...] = (point.id,)
        if point.unit is not None:
            made_of = point.recommendation_id or (point.number, point.title)
            key = ("units", row.measurement.code, point.unit.kind, made_of)
        found.setdefault(key, []).append(row)
    return tuple(Advice(tuple(each)) for each in found.values())


def told(advice: Advice, noun: Mapping[str, tuple[str, str]]) -> tuple[str, str, str]:
    """To whom an advice went, how it stands, and the words with that; `noun` by the kind of unit."""
    first = advice.first
    if advice.to_units and first.point.unit is not None:
        n, nouns = len(advice.rows), noun.get(first.point.unit.kind, ("eenheid", "eenheden"))
        counts = advice.stands
        stands = [
            f"{label.lower()}: {wording.number(counts[code])}"
            for code, label in STANDS.items()
            if counts[code]
        ]
        return f"{wording.number(n)} {nouns[n != 1]}", wording.capital("; ".join(stands)), ""
    found = first.found
    if found is None:
        return first.point.addressee, OPEN_LABEL, ""
    return first.point.addressee, found.label, " ".join(found.words.split())


def lines(proof: Proof, own: bool = True) -> tuple[str, ...]:
    """What shows it, in sentences: the unit's own answer, or the counts of this measurement.

    `own` False never tells what a unit answered.
    """
    before = proof.before
    if own and proof.own is not None:
        said = f"Antwoord: {proof.own.now or 'nog niet geteld'}."
        if before is not None and proof.own.before is not None:
            said += f" In de {before.measurement.name}: {proof.own.before}."
        return (said,)
    made = [
        f"{sentence} {_then(before, code)}".rstrip()
        for code, sentence in _sentences(proof, proof.now).items()
    ]
    if made:
        return tuple(made)
    if proof.now.n and proof.now.answers:
        made.append(_answers(proof.now))
    else:
        made.append("Hierover valt nog niets te tellen.")
    if before is not None:
        earlier = tuple(_sentences(proof, before).values())
        if not earlier and before.n and before.answers:
            earlier = (_answers(before),)
        made += [f"{before.measurement.name}: {sentence}" for sentence in earlier]
    return tuple(made)


def _sentences(proof: Proof, counted: Counted) -> dict[str, str]:
    """What the statements on a question count, in sentences by their codes; none that says nothing."""
    noun = proof.instrument.unit_noun
    found = {
        each.statement.code: wording.sentence(each.statement.text, each.n, each.of, counted.units, noun)
        for each in counted.statements
    }
    return {code: sentence for code, sentence in found.items() if sentence}


def _then(before: Counted | None, statement: str) -> str:
    """The same count in the earlier measurement, where it counted the same."""
    if before is None:
        return ""
    found = next((each for each in before.statements if each.statement.code == statement), None)
    if found is None or not found.of:
        return ""
    return f"In de {before.measurement.name}: {found.n} van de {found.of}."


def _answers(counted: Counted) -> str:
    """How often each answer was given that was given at all."""
    given = "; ".join(f"{label}: {n}" for label, n in counted.answers if n)
    return f"{given} (van de {counted.n})."


def evidence(rows: Iterable[Proof], own: bool = True) -> str:
    """The codes of the questions that show it, each with what shows it, as one text."""
    return " ".join(f"{each.question.code}: {' '.join(lines(each, own))}" for each in rows)


def answered(each: Followed) -> str:
    """What a unit itself answered to the questions that show it, as one text."""
    said = []
    for row in each.answers:
        then = next(
            (old.shown for old in row.earlier if old.measurement == each.measurement and old.shown), None
        )
        was = f" ({each.measurement.year}: {then})" if then else ""
        said.append(f"{row.question.code} {row.question.text} {row.shown or 'Niet beantwoord'}{was}.")
    return " ".join(said)
