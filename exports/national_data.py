"""The sheets of the national file that other programs read: one row a score, one row an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain

from exports import parts
from exports.book import TEXT, Cell, Column, Scalar, Sheet, Streamed
from exports.labels import CHANGES, REASONS
from exports.parts import Row
from surveys import results
from surveys.instruments import Question
from surveys.reports import NationalReport
from surveys.reports.levels import marks

COUNTED = frozenset({"answered", "open", "nvt", "unscored"})
"""The states of questions that were asked. Answers to others are kept and count for nothing."""

DATA = (
    Column("meting", 18, TEXT),
    Column("eenheid", 12, TEXT),
    Column("vraag", 9, TEXT),
    Column("waarde", 22, align="left"),
    Column("toelichting", 60),
    Column("score", 8),
    Column("gewicht", 9, "General"),
)

VIEWS = (
    Column("meting", 18, TEXT),
    Column("eenheid", 12, TEXT),
    Column("vraag", 9, TEXT),
    Column("rol", 18, TEXT),
    Column("waarde", 22, align="left"),
    Column("reden", 60),
)


SCORES = (
    Column("Meting", 18, TEXT),
    Column("Eenheid", 12, TEXT),
    Column("KSF", 6, TEXT),
    Column("Score", 8),
    Column("Ondergrens", 12),
    Column("Bovengrens", 12),
    Column("Dekking", 9),
    Column("Niveau", 17),
    Column("Reden", 20),
    Column("Gemiste voorwaarden", 20),
    Column("Open voorwaarden", 20),
    Column("Ontwikkeling", 17),
)

TABLES = {"Data": DATA, "Scores": SCORES, "Afwijkende standpunten": VIEWS}
"""The columns of these sheets by their names; `exports.dictionary` explains each."""


def data(reports: Sequence[NationalReport]) -> Sheet:
    """One row per unit and question of everybody who submitted.

    `waarde` is the code of the answer (several joined by a semicolon), a number or a day; `onbekend` or
    `nvt`; or empty, when the question is open or was not asked. `score` is what the answer earned;
    `gewicht` the weight of the question, for those that are scored.
    """
    return Sheet(
        name="Data",
        title="Data",
        columns=DATA,
        # a row for each answer of ten thousand units is a million: written as they are read
        rows=Streamed(
            sum(len(report.answers) * len(report.instrument.questions) for report in reports),
            lambda: chain.from_iterable(map(_answers, reports)),
        ),
        frozen=3,
        tidy=True,
    )


def _answers(report: NationalReport) -> Iterator[Row]:
    for unit, answers in results.streamed(report.answers):
        states, points = report.scores[unit].states, report.scores[unit].points
        for code, question in report.instrument.questions.items():
            answer = answers.get(code, results.Answer())
            if states[code] not in COUNTED:
                answer = results.Answer()
            yield (
                report.measurement.code,
                unit,
                code,
                value(question, answer),
                (answer.note or "").strip() or None,
                parts.figure(points[code]),
                question.weight if question.scored else None,
            )


def value(question: Question, answer: results.Answer) -> Scalar | Cell:
    """Give an answer by its codes; a number and a day as such."""
    if answer.special is not None:
        return answer.special
    if isinstance(answer.value, list):
        return ";".join(answer.value)
    if question.type == "date" and answer.value is not None:
        return Cell(date.fromisoformat(str(answer.value)), "yyyy-mm-dd")
    return answer.value


def views(reports: Sequence[NationalReport]) -> Sheet:
    """One row per divergent view of everybody who submitted; `waarde` as in `data`."""
    return Sheet(
        name="Afwijkende standpunten",
        title="Afwijkende standpunten",
        columns=VIEWS,
        rows=[
            (
                report.measurement.code,
                unit,
                view.question.code,
                view.role,
                value(view.question, view.content.given),
                view.content.note,
            )
            for report in reports
            for unit, found in report.views.items()
            for view in found
        ],
        frozen=3,
        tidy=True,
    )


def scores(reports: Sequence[NationalReport]) -> Sheet:
    """One row per measurement, unit and factor, the last measurement first."""
    return Sheet(
        name="Scores",
        title="Scores per meting, eenheid en factor",
        columns=SCORES,
        rows=Streamed(
            sum(
                len(each.scores)
                for report in reports
                for rounds in report.in_time.values()
                for each in rounds
            ),
            lambda: chain.from_iterable(map(_scores, reports)),
        ),
        frozen=3,
    )


def _scores(report: NationalReport) -> Iterator[Row]:
    for info in reversed(report.series):
        for factor, rounds in report.in_time.items():
            each = next((row for row in rounds if row.measurement.code == info.code), None)
            if each is None:
                continue
            found, limits = marks(each.instrument), parts.limits(each.instrument)
            for unit, score in each.scores.items():
                yield (
                    info.code,
                    unit,
                    factor,
                    parts.figure(score.score, limits),
                    parts.figure(score.low, limits),
                    parts.figure(score.high, limits),
                    parts.figure(score.coverage, [each.instrument.rules.min_coverage]),
                    parts.level(found[score.level]),
                    REASONS.get(score.reason or ""),
                    ", ".join(score.missed_musts) or None,
                    ", ".join(score.open_musts) or None,
                    CHANGES.get(each.changes.get(unit, "")),
                )
