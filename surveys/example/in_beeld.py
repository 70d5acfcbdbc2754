"""The letter *Opvolging in Beeld* of 23 April 2026 as example data: its study, recommendations and heading.

`opvolging_in_beeld.toml` beside this file is the truth. It is a public letter; what is put in is marked as
made up nevertheless, as all example data are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from surveys.acting import By
from surveys.example import HERE
from surveys.follow_up import letters, mentions, origins, planning, registering, schemes, standing
from surveys.follow_up.letters import LetterDetails
from surveys.follow_up.mentions import MentionDetails
from surveys.follow_up.origins import THEMES, OriginDetails, Study
from surveys.follow_up.points import Details, Response
from surveys.follow_up.schemes import Value
from surveys.models import Letter, Origin, Point


@dataclass(frozen=True, slots=True)
class WaitRow:
    """That a recommendation waits for another (`eerst`) or runs beside it (`gelijk`); `on` is its number."""

    kind: str
    on: str
    note: str


@dataclass(frozen=True, slots=True)
class AdviceRow:
    """A recommendation; without a `status` nobody said how it stands."""

    number: str
    title: str
    text: str
    nature: str
    response: str
    status: str | None = None
    words: str | None = None
    due_words: str | None = None
    waits: tuple[WaitRow, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterRow:
    """The heading of the letter."""

    dated: date
    subject: str
    reference: str


@dataclass(frozen=True, slots=True)
class StudyRow:
    """The study: its document, and what Opvolging in Beeld tells of it."""

    title: str
    sender: str
    reference: str
    kind: str
    finished: int
    articles: str
    amount: int
    amount_year: int
    explanation: str


@dataclass(frozen=True, slots=True)
class SharedRow:
    """What all recommendations share: to whom, who answered, and who says how they stand."""

    addressee: str
    answered_by: str
    said_by: str


@dataclass(frozen=True, slots=True)
class InBeeldRows:
    """All that is put in."""

    letter: LetterRow
    theme: Value
    study: StudyRow
    shared: SharedRow
    recommendations: tuple[AdviceRow, ...]


@cache
def in_beeld_rows() -> InBeeldRows:
    """Read the file."""
    found = tomllib.loads((HERE / "opvolging_in_beeld.toml").read_text("utf-8"))
    return InBeeldRows(
        letter=LetterRow(**found["letter"]),
        theme=Value(**found["theme"]),
        study=StudyRow(**found["study"]),
        shared=SharedRow(**found["shared"]),
        recommendations=tuple(_advice(row) for row in found["recommendations"]),
    )


def _advice(row: Mapping[str, Any]) -> AdviceRow:
    return AdviceRow(**{**row, "waits": tuple(WaitRow(**each) for each in row.get("waits", ()))})


def fill(session: Session, by: By) -> Letter:
    """Put the study, its recommendations, how they stand and the letter in; give the letter.

    Flushes and never commits, as all verbs do.
    """
    return _Filler(session, by).fill()


class _Filler:
    """Does by the verbs of a user what the letter tells."""

    def __init__(self, session: Session, by: By) -> None:
        self._session, self._by, self._rows = session, by, in_beeld_rows()

    def fill(self) -> Letter:
        rows = self._rows
        self._explain_theme()
        study = self._origin("evaluatie", rows.study.title, rows.study.reference, None, self._study())
        told_in = self._origin("brief", rows.letter.subject, rows.letter.reference, rows.letter.dated)
        made = {row.number: self._point(row, study, told_in) for row in rows.recommendations}
        for row in rows.recommendations:
            for wait in row.waits:
                planning.depend(
                    self._session, made[row.number].id, made[wait.on].id, wait.kind, wait.note, by=self._by
                )
        details = LetterDetails(
            rows.letter.dated, rows.letter.subject, rows.letter.reference, (study.id,), fictief=True
        )
        return letters.add(self._session, details, by=self._by)

    def _explain_theme(self) -> None:
        """Give the theme its explanation, unless somebody wrote one."""
        wanted = self._rows.theme
        known = schemes.schemes(self._session)[THEMES].values.get(wanted.code)
        if known is None or known.note is None:
            value = Value(wanted.code, wanted.title, wanted.note, version=known.version if known else 0)
            schemes.keep(self._session, THEMES, value, by=self._by)

    def _study(self) -> Study:
        row = self._rows.study
        return Study(
            kind=row.kind,
            finished=row.finished,
            articles=row.articles,
            amount=row.amount,
            amount_year=row.amount_year,
            explanation=row.explanation,
            theme=self._rows.theme.code,
        )

    def _origin(
        self, kind: str, title: str, reference: str, dated: date | None, study: Study | None = None
    ) -> Origin:
        sender = self._rows.study.sender
        details = OriginDetails(kind, title, sender, reference, dated, study or Study(), fictief=True)
        return origins.add(self._session, details, by=self._by)

    def _point(self, row: AdviceRow, study: Origin, told_in: Origin) -> Point:
        session, by, shared = self._session, self._by, self._rows.shared
        point = registering.add(
            session,
            Details(
                kind="aanbeveling",
                title=row.title,
                text=row.text,
                addressee=shared.addressee,
                number=row.number,
                origin_id=study.id,
                due_words=row.due_words,
                nature=row.nature,
                classes={THEMES: self._rows.theme.code},
                fictief=True,
            ),
            by=by,
        )
        response = Response(row.response, shared.answered_by, None)
        registering.respond(session, point.id, response, by=by, seen_version=point.version)
        if row.status:
            standing.say(
                session,
                point.id,
                standing.OWN,
                row.status,
                row.words,
                shared.said_by,
                self._rows.letter.dated,
                by=by,
            )
            mention = MentionDetails(told_in.id, row.number, "Tabel Opvolging in Beeld")
            mentions.add(session, point.id, mention, by=by)
        return point
