"""What the questionnaires that are kept can say about an indicator: factors, scored questions, statements."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from surveys.instruments import Factor, Instrument, placeholders
from surveys.measurements import instrument_of
from surveys.models import InstrumentText

PLURAL: Final = 1
"""Which of the two words of {heeft|hebben} a statement without its count is shown with."""


@dataclass(frozen=True)
class Askable:
    """Something that a questionnaire can say: `source` as in kinds.SOURCES, its code, and what it is called.

    `question`: the question that it counts or scores, None for a factor.
    """

    source: str
    instrument: str
    code: str
    label: str
    question: str | None = None


@dataclass(frozen=True)
class Group:
    """A factor with what it offers."""

    title: str
    offers: tuple[Askable, ...]


@dataclass(frozen=True)
class Questionnaire:
    """A questionnaire, in its latest version, with what it offers by factor."""

    code: str
    title: str
    unit: str
    groups: tuple[Group, ...]


def questionnaires(session: Session) -> tuple[Questionnaire, ...]:
    """Every questionnaire that is kept, in its latest version."""
    latest = {text.code: text for text in session.scalars(_texts())}
    return tuple(
        _questionnaire(instrument_of(text)) for text in sorted(latest.values(), key=lambda each: each.title)
    )


def names(session: Session, instruments: Collection[str]) -> dict[tuple[str, str, str], str]:
    """What everything in these questionnaires is called, as the latest version that has it says.

    The keys are source, questionnaire and code.
    """
    if not instruments:
        return {}
    texts = session.scalars(_texts().where(InstrumentText.code.in_(instruments)))
    return {
        (each.source, each.instrument, each.code): each.label
        for text in texts
        for factor in instrument_of(text).factors.values()
        for each in _offers(text.code, factor)
    }


def unit_kinds(session: Session, instrument: str, source: str, code: str) -> frozenset[str]:
    """For which kinds of units something is asked; empty when no version of the questionnaire has it."""
    texts = session.scalars(_texts().where(InstrumentText.code == instrument))
    return frozenset(
        text.unit_kind
        for text in texts
        for factor in instrument_of(text).factors.values()
        if any((each.source, each.code) == (source, code) for each in _offers(instrument, factor))
    )


def about(found: Collection[Questionnaire], questions: Collection[tuple[str, str]]) -> tuple[Askable, ...]:
    """Of what is offered what counts or scores these questions (pairs of questionnaire and question)."""
    wanted = set(questions)
    return tuple(
        each
        for questionnaire in found
        for group in questionnaire.groups
        for each in group.offers
        if (each.instrument, each.question) in wanted
    )


def _texts() -> Select[InstrumentText]:
    return select(InstrumentText).order_by(InstrumentText.added_at, InstrumentText.id)


def _questionnaire(instrument: Instrument) -> Questionnaire:
    return Questionnaire(
        instrument.code,
        instrument.title,
        instrument.unit,
        tuple(
            Group(f"{factor.code} {factor.title}", tuple(_offers(instrument.code, factor)))
            for factor in instrument.factors.values()
        ),
    )


def _offers(instrument: str, factor: Factor) -> Iterator[Askable]:
    yield Askable("factor", instrument, factor.code, f"Score van factor {factor.code} {factor.title}")
    for statement in factor.statements:
        label = f"Telling {statement.code}: {_without_count(statement.text)}"
        yield Askable("uitspraak", instrument, statement.code, label, statement.count.question)
    for question in factor.questions:
        if question.scored:
            label = f"Score van vraag {question.code}: {question.text}"
            yield Askable("vraag", instrument, question.code, label, question.code)


def _without_count(text: str) -> str:
    """A statement with dots for its count: … hebben een vaste contactpersoon."""
    return placeholders.PLACEHOLDER.sub(
        lambda found: found[1].split("|")[PLURAL] if "|" in found[1] else "…", text
    )
