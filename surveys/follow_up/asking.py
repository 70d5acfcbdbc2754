"""The questions that show in a measurement what became of a point, as people type them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.errors import Refused
from surveys.measurements import instrument_of
from surveys.models import InstrumentText

Pair = tuple[str, str]
"""The code of a questionnaire and of a question in it."""

_BETWEEN = re.compile(r"[\s,;]+")


def known(session: Session) -> dict[str, tuple[str, ...]]:
    """The questionnaires that are kept, in whatever version, that have a question, by its code."""
    found: dict[str, list[str]] = {}
    for text in session.scalars(select(InstrumentText).order_by(InstrumentText.code, InstrumentText.id)):
        for question in instrument_of(text).questions:
            if text.code not in found.setdefault(question, []):
                found[question].append(text.code)
    return {question: tuple(codes) for question, codes in found.items()}


def read(session: Session, typed: str) -> tuple[Pair, ...]:
    """The questions that somebody typed: codes with spaces or commas between them, in any order.

    Before a code that several questionnaires have stands the questionnaire: icms-rmc:4.1-05. Raises Refused
    for a question that no questionnaire has, or several have.
    """
    where = known(session) if typed.strip() else {}
    parts = (part for part in _BETWEEN.split(typed) if part)
    return tuple(sorted({_pair(part, where) for part in parts}))


def shown(session: Session, pairs: Iterable[Pair]) -> str:
    """The same questions as `read` reads them."""
    chosen = tuple(pairs)
    where = known(session) if chosen else {}
    return " ".join(
        question if where.get(question) == (instrument,) else f"{instrument}:{question}"
        for instrument, question in chosen
    )


def _pair(part: str, where: dict[str, tuple[str, ...]]) -> Pair:
    instrument, _, question = part.rpartition(":")
    having = where.get(question, ())
    if instrument and instrument not in having:
        raise Refused(f"Vraag {question} staat niet in de vragenlijst {instrument}. Verbeter de code.")
    if not having:
        raise Refused(f"Vraag {question} staat in geen enkele vragenlijst. Verbeter de code.")
    if not instrument and len(having) > 1:
        ways = " of ".join(f"{code}:{question}" for code in having)
        raise Refused(f"Vraag {question} staat in meer dan één vragenlijst. Vul in welke u bedoelt: {ways}.")
    return instrument or having[0], question
