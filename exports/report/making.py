"""A report as a version keeps it, and what the example data need to have one."""

from __future__ import annotations

from collections.abc import Mapping

from exports.document import to_json
from exports.report import markup
from exports.report.basis import basis
from exports.report.facts import facts
from exports.report.national import report
from exports.report.passages import passages
from surveys.example.fill_inspection import Reporting
from surveys.report_texts import Told
from surveys.reports.whole import Whole


def kept(whole: Whole) -> tuple[str, str]:
    """A report as it is now, and what it was made from: both as canonical JSON."""
    made = report(whole)
    return to_json(made.document), basis(whole, made)


def _told(whole: Whole, text: str) -> tuple[Told, ...]:
    return markup.told(text, facts(whole))


def _grounds(whole: Whole, key: str) -> Mapping[str, str]:
    return next(each.grounds for each in passages(whole, facts(whole)) if each.key == key)


REPORTING = Reporting(told=_told, grounds=_grounds, lay_out=kept)
"""What the example data are given to write their report with."""
