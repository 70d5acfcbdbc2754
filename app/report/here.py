"""The report that a page is about, as it is now; made once for as long as nothing changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from flask import current_app, url_for

from app.extensions import db
from app.measure.here import find
from exports.document import Block, Document, Items, Line, Paragraph, Section, Text
from exports.report.national import Report, report
from surveys.errors import Refused
from surveys.models import Measurement
from surveys.reports.whole import Whole, revision, whole

PERMISSION: Final = "report.write"
KEPT: Final = 8
"""So many reports are kept in memory, for each server process."""


@dataclass(frozen=True)
class Here:
    """A measurement, what its report is made from, and the report."""

    row: Measurement
    whole: Whole
    report: Report

    @property
    def document(self) -> Document:
        """The report as a document."""
        return self.report.document


class Made:
    """The reports that were made last, by measurement and by how far the log was."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[int, int], tuple[Whole, Report]] = OrderedDict()

    def of(self, row: Measurement) -> tuple[Whole, Report]:
        """The report of a measurement as it is now. Raises Refused for one without dossiers."""
        key = (row.id, revision(db.session()))
        with self._lock:
            found = self._kept.get(key)
        if found is None:
            db.session().refresh(row)  # what was read of it before the log was, may be older than the log
            made = whole(db.session(), row)
            if not made.pictures or not made.main.total:
                raise Refused(
                    "Deze meting heeft nog geen dossiers. Er is een rapport zodra de vragenlijst naar ten"
                    " minste één eenheid is gestuurd."
                )
            found = (made, report(made))
        with self._lock:
            self._kept[key] = found
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found


def here(meting: str) -> Here:
    """The report of the measurement with this code. Raises Refused for one without dossiers."""
    row = find(meting)
    made: Made = current_app.extensions.setdefault("reports", Made())
    return Here(row, *made.of(row))


def opened(document: Document, meting: str, titles: Mapping[str, str]) -> Document:
    """The same document for who may look behind it: counts lead to what they count.

    A link to change it follows each passage with a title in `titles` (by key).
    """

    def line(spans: Line) -> Line:
        return tuple(
            replace(span, link=fact_url(meting, span.fact)) if isinstance(span, Text) and span.fact else span
            for span in spans
        )

    def block(each: Block) -> Block:
        if isinstance(each, Paragraph):
            return replace(each, line=line(each.line))
        if isinstance(each, Items):
            return replace(each, items=tuple(line(item) for item in each.items))
        return each

    def blocks(found: tuple[Block, ...]) -> tuple[Block, ...]:
        made: list[Block] = []
        for place, each in enumerate(found):
            made.append(block(each))
            key = each.key if isinstance(each, Paragraph) else None
            after = found[place + 1 :]
            more = any(isinstance(other, Paragraph) and other.key == key for other in after)
            if key is not None and key in titles and not more:
                to_change = Text(f"Wijzig de tekst ‘{titles[key]}’", link=passage_url(meting, key))
                made.append(Paragraph((to_change,), "aid"))
        return tuple(made)

    def section(each: Section) -> Section:
        return replace(each, blocks=blocks(each.blocks), sections=tuple(map(section, each.sections)))

    return replace(document, sections=tuple(map(section, document.sections)))


def fact_url(meting: str, key: str) -> str:
    """The page that says what a count counts."""
    return url_for("report.fact", meting=meting, sleutel=key, _external=True)


def passage_url(meting: str, key: str) -> str:
    """The page on which a passage is written."""
    return url_for("report.passage", meting=meting, tekst=key, _external=True)
