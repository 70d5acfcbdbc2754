"""What to look at before a report is settled: what stands in its way, and what somebody should have seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from exports.document import faults
from exports.report import markup
from exports.report.facts import Fact
from exports.report.national import Report
from exports.report.passages import Standing
from surveys.reports.whole import Whole


@dataclass(frozen=True)
class Check:
    """A point: what it is (Dutch), in which passage (None: the whole), and whether it stands in the way."""

    kind: str
    text: str
    passage: str | None
    blocks: bool


KINDS = {
    "leeg": "Nog te schrijven",
    "verouderd": "Verouderd",
    "oordeel": "Nog geen oordeel",
    "opmaak": "Verwijzing klopt niet",
    "los": "Aantal zonder telling",
    "naam": "Noemt een eenheid bij naam",
    "klein": "Kan herleidbaar zijn",
}
"""The kinds of points, with their Dutch names."""


def checks(whole: Whole, report: Report) -> tuple[Check, ...]:
    """Every point of a report as it is now: first what stands in the way, then in the order of the report."""
    found = [*_whole(whole, report)]
    for each in report.standings.values():
        found += [*_passage(whole, report, each)]
    for row in whole.recommendations:
        found += [
            Check("naam", f"Aanbeveling {row.place} noemt {name}.", None, False)
            for name in _named(whole, row.text)
        ]
    for line in whole.heard:
        found += [
            Check("naam", f"Bijlage Wederhoor, factor {line.factor}: noemt {name}.", None, False)
            for name in _named(whole, f"{line.said} {line.reason or ''}")
        ]
    return tuple(sorted(found, key=lambda check: not check.blocks))


def _whole(whole: Whole, report: Report) -> Iterator[Check]:
    if not whole.pictures:
        return
    missing = [code for code in whole.main.instrument.factors if code not in whole.judged]
    if missing:
        yield Check(
            "oordeel", f"Er is nog geen vastgesteld landelijk oordeel over {', '.join(missing)}.", None, True
        )
    for fault in faults(report.document):
        yield Check("opmaak", fault, None, True)
    few = [picture.instrument.unit_noun[1] for picture in whole.pictures if 0 < picture.submitted <= _FEW]
    for noun in few:
        yield Check(
            "klein",
            f"Er tellen zo weinig {noun} mee, dat elke uitspraak over hen herleidbaar is.",
            None,
            False,
        )


_FEW = 3


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
        nouns = [picture.instrument.unit_noun[1] for picture in whole.pictures]
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
        # of the few units of another questionnaire every count can be traced: one point says so
        ours = fact.kind in {"level", "change"} or fact.questionnaire == whole.main.instrument.code
        if fact.small and ours:
            said = fact.about if fact.kind == "statement" else f"{fact.about}: {fact.n}."
            yield Check("klein", f"{where}: {said}", each.passage.key, False)


def _told(report: Report, text: str) -> list[Fact]:
    keys = dict.fromkeys(mark.target for mark in markup.telling(text))
    return [report.facts[key] for key in keys if key in report.facts]


def _named(whole: Whole, text: str) -> list[str]:
    """The units whose name or code stands in a text."""
    plain = markup.readable(text)
    found = []
    for info in whole.main.dossiers.values():
        for name in (info.unit.name, info.unit.code):
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", plain):
                found.append(name)
    return found
