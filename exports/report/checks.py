"""What to look at before a report is settled: what stands in its way, and what somebody should have seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import shorten

from exports.document import faults, outline
from exports.report import markup
from exports.report.facts import Fact
from exports.report.followed import TITLE
from exports.report.national import Report
from exports.report.parts import said
from exports.report.passages import Standing
from surveys.reports.whole import Whole


@dataclass(frozen=True)
class Check:
    """A point: what it is (Dutch), in which passage (None: the whole), and whether it stands in the way.

    `terms`: what has several meanings, as it is written.
    """

    kind: str
    text: str
    passage: str | None
    blocks: bool
    terms: tuple[str, ...] = ()


KINDS = {
    "leeg": "Nog te schrijven",
    "verouderd": "Verouderd",
    "oordeel": "Nog geen oordeel",
    "opmaak": "Verwijzing klopt niet",
    "weg": "Niet meer geplaatst",
    "los": "Aantal zonder telling",
    "naam": "Noemt een eenheid bij naam",
    "klein": "Kan herleidbaar zijn",
    "opvolging": "Eerdere aanbevelingen",
    "begrip": "Meer betekenissen",
}
"""The kinds of points, with their Dutch names."""


def checks(whole: Whole, report: Report) -> tuple[Check, ...]:
    """Every point of a report as it is now: first what stands in the way, then in the order of the report."""
    found = [*_whole(whole, report)]
    for each in report.standings.values():
        found += [*_passage(whole, report, each)]
    found += _dangling(report)
    found += [
        Check("naam", f"{where}: noemt {name}.", None, False)
        for where, text in _elsewhere(whole)
        for name in _named(whole, text)
    ]
    found += _tables(whole, report)
    found += _followed(whole)
    found += _clashing(whole, report)
    if faults(report.document) and not any(check.kind == "opmaak" and check.blocks for check in found):
        found.append(
            Check("opmaak", "De indeling van het rapport klopt niet. Waarschuw de beheerder.", None, True)
        )
    return tuple(sorted(found, key=lambda check: not check.blocks))


def _whole(whole: Whole, report: Report) -> Iterator[Check]:
    if not whole.pictures:
        return
    missing = [code for code in whole.main.instrument.factors if code not in whole.judged]
    if missing:
        yield Check(
            "oordeel", f"Er is nog geen vastgesteld landelijk oordeel over {', '.join(missing)}.", None, True
        )
    for each in report.unplaced:
        said = shorten(markup.readable(each.text or ""), _BEGINNING, placeholder=" …")
        yield Check("weg", f"Heeft geen plaats meer in het rapport: ‘{said}’", each.key, False)
    few = [picture.instrument.unit_noun[1] for picture in whole.pictures if 0 < picture.submitted <= _FEW]
    for noun in few:
        yield Check(
            "klein",
            f"Er tellen zo weinig {noun} mee, dat elke uitspraak over hen herleidbaar is.",
            None,
            False,
        )


_FEW, _BEGINNING = 3, 80


def _elsewhere(whole: Whole) -> Iterator[tuple[str, str]]:
    """The texts of a report that are no passages, with where they stand."""
    for place, row in enumerate(whole.recommendations, 1):
        yield f"Aanbeveling {place}", f"{row.addressee} {row.text}"
    for each in whole.earlier:
        for place, row in enumerate(each.recommendations, 1):
            yield f"Aanbeveling {place} van de {each.measurement.name}", f"{row.addressee} {row.text}"
    for looked in whole.followed:
        if looked.point.unit is None:
            said = looked.found.words if looked.found else ""
            yield f"{TITLE}, {looked.point.called}", f"{looked.point.addressee} {looked.point.text} {said}"
    for line in whole.heard:
        yield f"Bijlage Wederhoor, factor {line.factor}", f"{line.said} {line.reason or ''}"
    for source in whole.sources:
        yield "Bijlage Bronnen en verantwoording", source


def _dangling(report: Report) -> Iterator[Check]:
    """References to what has no number in the report, or is not there any more."""
    numbers = outline(report.document).numbers
    for each in report.standings.values():
        where = f"{each.passage.chapter}, {each.passage.title}"
        for mark in markup.marks(each.text):
            if mark.target.startswith("#") and not numbers.get(mark.target[1:]):
                said = f"{where}: verwijst naar ‘{mark.target[1:]}’, en dat staat niet in het rapport."
                yield Check("opmaak", said, each.passage.key, True)


def _tables(whole: Whole, report: Report) -> Iterator[Check]:
    """That tables tell counts of so few units that they can be recognised: a point for each table."""
    for kind, where in (("statement", "Bijlage Tellingen"), ("level", "Tabellen met aantallen per niveau")):
        few = [
            fact.key
            for fact in report.facts.values()
            if fact.kind == kind and fact.small and _ours(whole, fact)
        ]
        if few:
            yield Check("klein", f"{where}: één tot en met drie bij {', '.join(few)}.", None, False)


def _followed(whole: Whole) -> Iterator[Check]:
    """Points of earlier measurements of which nobody said what became of them, or that nothing shows."""
    for told, found in (
        (
            "nog niet vastgesteld wat er is geworden van",
            [each for each in whole.followed if each.open],
        ),
        (
            "geen vraag in deze meting laat zien wat er is geworden van",
            [each for each in whole.followed if each.outcome and each.unproven],
        ),
    ):
        if found:
            called = "; ".join(dict.fromkeys(each.point.called for each in found))
            yield Check("opvolging", f"{TITLE}: {told} {called}.", None, False)


def _clashing(whole: Whole, report: Report) -> Iterator[Check]:
    """Terms in the report that have several meanings, while nobody said which holds (003 r. 77-80)."""
    for clash in whole.glossary.clashing_in(said(report.document)):
        called = "’ of ‘".join(clash.terms)
        yield Check(
            "begrip",
            f"‘{called}’ heeft meer betekenissen. Kies bij de begrippen welke geldt.",
            None,
            False,
            clash.terms,
        )


def _passage(whole: Whole, report: Report, each: Standing) -> Iterator[Check]:
    where = f"{each.passage.chapter}, {each.passage.title}"
    if each.state == "leeg":
        yield Check("leeg", f"{where}: deze tekst moet nog worden geschreven.", each.passage.key, True)
        return
    if each.state == "verouderd":
        changed = [
            f"‘{change.old}’ is nu ‘{change.new}’" if change.new else f"‘{change.old}’ is niet meer te tellen"
            for change in each.changes
        ]
        if each.grounds:
            changed.append("de tekst waarop hij rust is gewijzigd")
        yield Check("verouderd", f"{where}: {'; '.join(changed)}.", each.passage.key, True)
    if each.written is not None and each.written.text is not None:
        for words in markup.stray(each.text):
            said = f"{where}: het haakje bij ‘{words}’ hoort nergens bij, en komt zo in het rapport."
            yield Check("opmaak", said, each.passage.key, False)
        nouns = [noun for picture in whole.pictures for noun in picture.instrument.unit_noun]
        for words in markup.loose(each.text, nouns):
            yield Check(
                "los",
                f"{where}: ‘{words}’ verwijst niet naar een telling, en blijft dus niet vanzelf kloppen.",
                each.passage.key,
                False,
            )
    for name in _named(whole, each.text):
        yield Check("naam", f"{where}: noemt {name}.", each.passage.key, False)
    for fact in _told(report, each.text):
        if fact.small and _ours(whole, fact):
            said = fact.about if fact.kind == "statement" else f"{fact.about}: {fact.n}."
            yield Check("klein", f"{where}: {said}", each.passage.key, False)


def _ours(whole: Whole, fact: Fact) -> bool:
    """Whether a count is of the main questionnaire: of the few units of another, one point says it all."""
    return fact.kind in {"level", "change"} or fact.questionnaire == whole.main.instrument.code


def _told(report: Report, text: str) -> list[Fact]:
    keys = dict.fromkeys(mark.target for mark in markup.telling(text))
    return [report.facts[key] for key in keys if key in report.facts]


def _named(whole: Whole, text: str) -> list[str]:
    """The units whose name or code stands in a text."""
    plain = markup.readable(text)
    names = dict.fromkeys(
        name
        for picture in whole.pictures
        for info in picture.dossiers.values()
        for name in (info.unit.name, info.unit.code)
    )
    return [
        name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", plain, flags=re.IGNORECASE)
    ]
