"""Searching the texts of a measurement, whatever their accents and capitals.

The texts are folded here and not in the database, so that SQLite and PostgreSQL find the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.instruments import Instrument
from surveys.measurements import instrument_of
from surveys.models import JOINT, Answer, Dossier, Interview, Judgement, Measurement, Passage, Source, Unit
from surveys.questions import show_answer
from surveys.reports.source import UnitInfo, parents

KINDS: dict[str, str] = {
    "note": "Toelichtingen",
    "answer": "Antwoorden",
    "view": "Afwijkende standpunten",
    "passage": "Gespreksverslagen",
    "judgement": "Bevindingen en oordelen",
    "source": "Bronnen",
}
"""What can be found, in the order in which it is shown."""
SHORTEST = 2
"""The fewest characters of a search."""
AROUND = 90
"""How many characters of a text stand before and after what was found in it."""

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"'})


def fold(text: str) -> str:
    """Give a text without accents, capitals and curly quotes: Coördinatie and COORDINATIE become one."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.translate(_QUOTES)).casefold()
    return "".join(each for each in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(each))


def folded(text: str) -> tuple[str, list[int]]:
    """Fold a text, with for each character of the result the place in the text that it comes from."""
    parts, places = [], []
    for place, each in enumerate(text):
        part = fold(each)
        parts.append(part)
        places += [place] * len(part)
    return "".join(parts), places


@dataclass(frozen=True)
class Query:
    """What is asked for: words and phrases, folded; a text must hold them all."""

    terms: tuple[str, ...]

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """The terms as patterns; between the words of a phrase any white space will do."""
        return tuple(re.compile(r"\s+".join(map(re.escape, term.split()))) for term in self.terms)

    def meets(self, text: str) -> bool:
        """Whether a text holds every term."""
        plain = fold(text)
        return bool(self.patterns) and all(pattern.search(plain) for pattern in self.patterns)

    def excerpt(self, text: str) -> tuple[tuple[str, bool], ...]:
        """The text around what was found in it, in parts: (text, whether it is what was asked for)."""
        plain, places = folded(text)
        spans = sorted(
            (places[match.start()], _after(text, places[match.end() - 1] + 1))
            for pattern in self.patterns
            for match in pattern.finditer(plain)
            if match.end() > match.start()
        )
        if not spans:
            return ((text, False),)
        begin = max(0, spans[0][0] - AROUND)
        end = min(len(text), spans[0][1] + 2 * AROUND)
        parts: list[tuple[str, bool]] = [("… ", False)] if begin else []
        at = begin
        for start, stop in spans:
            if stop <= at or start >= end:
                continue
            parts += [(text[at : max(at, start)], False), (text[max(at, start) : stop], True)]
            at = stop
        parts.append((text[at : max(at, end)], False))
        if max(at, end) < len(text):
            parts.append((" …", False))
        return tuple(part for part in parts if part[0])


def _after(text: str, end: int) -> int:
    """The end of a part of a text, with the accents that follow it as characters of their own."""
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end


def query(text: str) -> Query:
    """Read what somebody asks for: words, and phrases between double quotes."""
    plain = fold(text.translate(_QUOTES))
    found = [phrase or word for phrase, word in re.findall(r'"([^"]+)"|([^\s"]+)', plain)]
    return Query(tuple(dict.fromkeys(" ".join(term.split()) for term in found if term.strip())))


@dataclass(frozen=True)
class Text:
    """A text that can be found: what it is, whose (None: the country's), where, and about which factor."""

    kind: str
    title: str
    text: str
    unit: UnitInfo | None = None
    brigade: UnitInfo | None = None
    factor: str | None = None
    question: str | None = None
    record: int | None = None
    """The interview or source that it stands in."""
    passage: int | None = None


@dataclass(frozen=True)
class Hit:
    """A text that was found, with the part of it that is shown."""

    found: Text
    parts: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Found:
    """What was found by kind, and what can be chosen to narrow it."""

    query: Query
    groups: Mapping[str, tuple[Hit, ...]]
    factors: Mapping[str, str]
    brigades: tuple[UnitInfo, ...]

    @property
    def total(self) -> int:
        """How many texts were found."""
        return sum(map(len, self.groups.values()))

    @property
    def hits(self) -> Iterator[Hit]:
        """All of them, in the order in which they are shown."""
        return (hit for group in self.groups.values() for hit in group)


def search(
    session: Session,
    measurement: Measurement,
    asked: Query,
    *,
    factor: str | None = None,
    brigade: str | None = None,
) -> Found:
    """Search a measurement: a fixed number of queries, however many units take part.

    `factor` and `brigade` (a unit's code) narrow what is found.
    """
    above = parents(session, measurement)
    rows = session.scalars(
        select(Dossier)
        .join(Dossier.unit)
        .where(Dossier.measurement_id == measurement.id)
        .order_by(Unit.kind.desc(), Unit.code)
    ).all()
    units = {row.id: (row, UnitInfo.of(row.unit, measurement.period_until)) for row in rows}
    instruments = {row.instrument_id: instrument_of(row.pinned) for row in rows}
    texts = [
        *_answers(session, units, instruments, above),
        *_passages(session, measurement, units, above),
        *_judgements(session, measurement, units, above),
        *_sources(session, measurement),
    ]
    hits = [
        Hit(each, asked.excerpt(each.text))
        for each in texts
        if factor in (None, each.factor)
        and (brigade is None or (each.brigade is not None and each.brigade.code == brigade))
        and asked.meets(each.text)
    ]
    groups = {kind: tuple(hit for hit in hits if hit.found.kind == kind) for kind in KINDS}
    brigades = {above[unit.code].code: above[unit.code] for _, unit in units.values() if unit.code in above}
    return Found(
        query=asked,
        groups={kind: group for kind, group in groups.items() if group},
        factors={each.code: each.title for found in instruments.values() for each in found.factors.values()},
        brigades=tuple(brigades[code] for code in sorted(brigades)),
    )


Units = Mapping[int, tuple[Dossier, UnitInfo]]


def _answers(
    session: Session, units: Units, instruments: Mapping[int, Instrument], above: Mapping[str, UnitInfo]
) -> Iterator[Text]:
    rows = session.execute(
        select(
            Answer.dossier_id, Answer.question, Answer.party, Answer.value, Answer.special, Answer.note
        ).where(Answer.dossier_id.in_(list(units)))
    ).all()
    place = {number: at for at, number in enumerate(units)}
    orders = {
        number: {code: at for at, code in enumerate(each.questions)} for number, each in instruments.items()
    }
    kept = [row for row in rows if row.question in orders[units[row.dossier_id][0].instrument_id]]
    for row in sorted(
        kept,
        key=lambda row: (
            place[row.dossier_id],
            orders[units[row.dossier_id][0].instrument_id][row.question],
            row.party,
        ),
    ):
        dossier, unit = units[row.dossier_id]
        question = instruments[dossier.instrument_id].questions[row.question]
        shown = show_answer(question, row.value, row.special)
        about = (unit, above.get(unit.code), question.factor, question.code)
        title = f"Vraag {question.code}"
        if row.party != JOINT:
            if row.note:
                yield Text("view", title, f"{shown}: {row.note}", *about)
            continue
        if shown:
            yield Text("answer", title, shown, *about)
        if row.note:
            yield Text("note", title, row.note, *about)


def _passages(
    session: Session, measurement: Measurement, units: Units, above: Mapping[str, UnitInfo]
) -> Iterator[Text]:
    rows = session.execute(
        select(
            Interview.dossier_id, Interview.subject, Passage.factor, Passage.text, Interview.id, Passage.id
        )
        .join(Interview, Interview.id == Passage.interview_id)
        .where(
            Interview.measurement_id == measurement.id,
            Interview.state != "vervallen",
            Passage.removed.is_(False),
        )
        .order_by(Interview.id, Passage.position, Passage.id)
    )
    for dossier, subject, factor, text, interview, passage in rows:
        unit = units[dossier][1] if dossier is not None and dossier in units else None
        title = f"Verslag, factor {factor}" if factor else "Verslag"
        yield Text(
            "passage",
            f"{title}: {subject}" if subject else title,
            text,
            unit,
            above.get(unit.code) if unit else None,
            factor,
            record=interview,
            passage=passage,
        )


def _judgements(
    session: Session, measurement: Measurement, units: Units, above: Mapping[str, UnitInfo]
) -> Iterator[Text]:
    rows = session.execute(
        select(
            Judgement.dossier_id,
            Judgement.factor,
            Judgement.finding,
            Judgement.motivation,
            Judgement.attention,
        )
        .where(Judgement.measurement_id == measurement.id)
        .order_by(Judgement.id)
    )
    for dossier, factor, finding, motivation, attention in rows:
        unit = units[dossier][1] if dossier is not None and dossier in units else None
        whose = "" if unit else ", landelijk"
        for word, text in (
            ("Bevinding", finding),
            ("Motivering", motivation),
            ("Aandachtspunt", attention),
        ):
            if text:
                brigade = above.get(unit.code) if unit else None
                yield Text("judgement", f"{word} bij factor {factor}{whose}", text, unit, brigade, factor)


def _sources(session: Session, measurement: Measurement) -> Iterator[Text]:
    rows = session.execute(
        select(Source.id, Source.title, Source.origin, Source.held, Source.note)
        .where(Source.measurement_id == measurement.id)
        .order_by(Source.title)
    )
    for number, *texts in rows:
        yield Text("source", str(texts[0]), ". ".join(part for part in texts if part), record=number)
