"""The evaluations of the Strategische Evaluatieagenda (SEA), by theme, and the study that each becomes.

Source: 003 r. 83-85: relevant evaluations are planned on the SEA, under a theme, as part of following up a
recommendation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from surveys.errors import Refused
from surveys.follow_up import kinds, schemes
from surveys.follow_up.keeping import chosen, fits, fits_line
from surveys.follow_up.origins import THEMES
from surveys.follow_up.rows import Rows, fits_points, fits_year, linked, spaced
from surveys.follow_up.schemes import Scheme
from surveys.log import Ids
from surveys.models import Origin, PlannedEvaluation, PlannedEvaluationPoint

TITLE_LENGTH, REASON_LENGTH = 300, 10_000
"""The most characters of each text."""
DROPPED: Final = "vervallen"
DONE: Final = "afgerond"
_AHEAD: Final = frozenset({"gepland", "loopt"})


@dataclass(frozen=True)
class EvaluationDetails:
    """A planned evaluation as somebody fills it in. `theme` is a value of the scheme `sea`.

    `origin_id`: the study that it became; `point_ids`: the points that it looks at.
    """

    title: str
    kind: str
    theme: str
    year: int | None
    state: str = "gepland"
    reason: str | None = None
    origin_id: int | None = None
    point_ids: tuple[int, ...] = ()
    fictief: bool = False


@dataclass(frozen=True)
class EvaluationInfo:
    """A planned evaluation as pages and files show it.

    `study`: the title of the study that it became. `points`: ids and names of the points that it looks at.
    """

    id: int
    version: int
    details: EvaluationDetails
    year: int
    study: str | None
    points: tuple[tuple[int, str], ...]
    fictief: bool
    name: str | None
    at: datetime

    @property
    def title(self) -> str:
        """What it is called."""
        return self.details.title

    @property
    def state_label(self) -> str:
        """How far it is, in Dutch."""
        return kinds.EVALUATIONS[self.details.state]

    @property
    def without_study(self) -> bool:
        """Whether it is done while nobody said which study it became."""
        return self.details.state == DONE and self.study is None

    def overdue(self, day: date) -> bool:
        """Whether its year passed while it was neither done nor dropped."""
        return self.details.state in _AHEAD and self.year < day.year


@dataclass(frozen=True)
class Theme:
    """A theme with its evaluations by year, and those that are overdue."""

    code: str
    title: str
    by_year: tuple[tuple[int, tuple[EvaluationInfo, ...]], ...]


@dataclass(frozen=True)
class EvaluationAgenda:
    """The evaluations as they are seen on a day: what is overdue, and all of them by theme and year."""

    day: date
    overdue: tuple[EvaluationInfo, ...]
    themes: tuple[Theme, ...]

    @property
    def all(self) -> tuple[EvaluationInfo, ...]:
        """Every evaluation, by theme and year."""
        return tuple(each for theme in self.themes for _, found in theme.by_year for each in found)

    @property
    def years(self) -> tuple[int, ...]:
        """The years in which something is planned."""
        return tuple(sorted({each.year for each in self.all}))

    @property
    def fictief(self) -> bool:
        """Whether something in it is made up."""
        return any(each.fictief for each in self.all)


class _Evaluations(Rows[PlannedEvaluation, EvaluationDetails]):
    """The verbs."""

    model, details, subject = PlannedEvaluation, EvaluationDetails, "planned_evaluation"
    gone = "Een collega heeft deze evaluatie intussen verwijderd."

    def checked(
        self, session: Session, details: EvaluationDetails, row: PlannedEvaluation | None
    ) -> EvaluationDetails:
        title = fits_line(details.title, TITLE_LENGTH, "De titel")
        kind = fits_line(details.kind, TITLE_LENGTH, "Het type onderzoek")
        state = chosen(details.state, kinds.EVALUATIONS, "hoe ver de evaluatie is")
        reason = fits(details.reason, REASON_LENGTH, "De reden")
        if title is None:
            raise Refused("Vul de titel van de evaluatie in.")
        if kind is None:
            raise Refused("Vul het type onderzoek in, zoals Periodieke Rapportage.")
        if state is None:
            raise Refused("Kies hoe ver de evaluatie is.")
        if state == DROPPED and reason is None:
            raise Refused("Vul in waarom de evaluatie is vervallen.")
        return EvaluationDetails(
            title,
            kind,
            _theme(session, details.theme, row),
            fits_year(details.year, "het jaar"),
            state,
            reason,
            _study(session, details.origin_id, row),
            fits_points(session, details.point_ids, row.point_ids if row else ()),
            details.fictief,
        )

    def logged(self, row: PlannedEvaluation) -> dict[str, Ids]:
        return {"year": row.year, "state": row.state, "points": spaced(row.point_ids)}


EVALUATIONS: Final = _Evaluations()


def agenda(session: Session, day: date) -> EvaluationAgenda:
    """All planned evaluations as they are seen on a day: a fixed number of queries."""
    found = [_info(row) for row in session.scalars(_rows())]
    known = schemes.schemes(session)[THEMES]
    themes = sorted({each.details.theme for each in found}, key=lambda code: known.label(code).lower())
    return EvaluationAgenda(
        day,
        tuple(each for each in found if each.overdue(day)),
        tuple(_of_theme(code, known, found) for code in themes),
    )


def of_point(session: Session, number: int) -> list[EvaluationInfo]:
    """The evaluations that look at a point, by year."""
    looking = select(PlannedEvaluationPoint.evaluation_id).where(PlannedEvaluationPoint.point_id == number)
    return [_info(row) for row in session.scalars(_rows().where(PlannedEvaluation.id.in_(looking)))]


def of_study(session: Session, number: int) -> list[EvaluationInfo]:
    """The planned evaluations that became a study, by year."""
    return [_info(row) for row in session.scalars(_rows().where(PlannedEvaluation.origin_id == number))]


def find(session: Session, number: int) -> EvaluationInfo | None:
    """A planned evaluation by its id; None for one that was removed, or never was."""
    row = session.scalar(_rows().where(PlannedEvaluation.id == number))
    return _info(row) if row else None


def _of_theme(code: str, known: Scheme, found: list[EvaluationInfo]) -> Theme:
    own = [each for each in found if each.details.theme == code]
    years = sorted({each.year for each in own})
    return Theme(
        code,
        known.label(code),
        tuple((year, tuple(each for each in own if each.year == year)) for year in years),
    )


def _theme(session: Session, code: str, row: PlannedEvaluation | None) -> str:
    value = schemes.schemes(session)[THEMES].values.get(code)
    held = row is not None and row.theme == code
    if not held and (value is None or value.retired):
        raise Refused("Kies een SEA-thema uit de lijst.")
    return code


def _study(session: Session, number: int | None, row: PlannedEvaluation | None) -> int | None:
    if number is not None and not (row is not None and row.origin_id == number):
        known = session.scalar(select(Origin.id).where(Origin.id == number, Origin.removed.is_(False)))
        if known is None:
            raise Refused("Kies een onderzoek uit de lijst.")
    return number


def _rows() -> Select[PlannedEvaluation]:
    return (
        select(PlannedEvaluation)
        .where(PlannedEvaluation.removed.is_(False))
        .options(
            joinedload(PlannedEvaluation.person),
            joinedload(PlannedEvaluation.origin),
            selectinload(PlannedEvaluation.points).joinedload(PlannedEvaluationPoint.point),
        )
        .order_by(PlannedEvaluation.year, PlannedEvaluation.title, PlannedEvaluation.id)
        .execution_options(populate_existing=True)
    )


def _info(row: PlannedEvaluation) -> EvaluationInfo:
    points = list(linked(row.points))
    origin = row.origin if row.origin and not row.origin.removed else None
    return EvaluationInfo(
        row.id,
        row.version,
        EvaluationDetails(
            row.title,
            row.kind,
            row.theme,
            row.year,
            row.state,
            row.reason,
            row.origin_id,
            row.point_ids,
            row.fictief,
        ),
        row.year,
        origin.title if origin else None,
        tuple((each.id, f"{each.number} {each.title}" if each.number else each.title) for each in points),
        row.fictief or any(each.fictief for each in points) or bool(origin and origin.fictief),
        row.person.name if row.person else None,
        row.at,
    )
