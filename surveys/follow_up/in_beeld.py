"""A letter *Opvolging in Beeld* as data: what its prescribed table holds, and what is missing for it.

The table is that of the letter 'Versterken rijksbrede evaluatiestelsel' (31 865, nr. 267). It holds the
recommendations and findings of each study; directional ones only once they were taken over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from surveys.follow_up import letters, origins, points, schemes, standing
from surveys.follow_up.letters import LetterInfo
from surveys.follow_up.origins import THEMES, OriginRow, Study
from surveys.follow_up.points import PointInfo
from surveys.follow_up.schemes import Value
from surveys.follow_up.standing import Standing

KINDS: Final = frozenset({"aanbeveling", "bevinding"})
"""What the table tells of."""
TAKEN: Final = frozenset({"volledig", "deels"})
"""The responses by which a directional recommendation is followed up as any other."""


@dataclass(frozen=True)
class Followed:
    """A recommendation or finding as it stands in the table: what was advised, and how that stands.

    `label` and `words` are None as long as its own side did not say anything.
    """

    point: PointInfo
    number: str
    label: str | None
    words: str | None

    @property
    def advice(self) -> str:
        """The left column: its number and text."""
        return f"{self.number}. {self.point.text}"

    @property
    def state(self) -> str:
        """The right column: the state, a colon, and the explanation; nothing while nobody said anything."""
        if self.label is None:
            return ""
        return f"{self.label}: {self.words or ''}".rstrip()


@dataclass(frozen=True)
class LeftOut:
    """A recommendation of the study that is not in the table, and why."""

    point: PointInfo
    why: str


@dataclass(frozen=True)
class StudyInBeeld:
    """What the table says of a study. `missing`: what still has to be filled in, as Dutch sentences."""

    origin: OriginRow
    theme: Value | None
    followed: tuple[Followed, ...]
    left_out: tuple[LeftOut, ...]
    missing: tuple[str, ...]

    @property
    def title(self) -> str:
        """The title of the study."""
        return self.origin.info.title

    @property
    def study(self) -> Study:
        """How the study is called in the table."""
        return self.origin.study


@dataclass(frozen=True)
class InBeeld:
    """The whole letter."""

    letter: LetterInfo
    studies: tuple[StudyInBeeld, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not any(study.missing for study in self.studies)

    @property
    def fictief(self) -> bool:
        """Whether something in it is made up."""
        return self.letter.fictief or any(
            study.origin.info.fictief or any(each.point.fictief for each in study.followed)
            for study in self.studies
        )


def in_beeld(session: Session, number: int) -> InBeeld | None:
    """The letter with this id, its studies in order; None for one that is not there. Few queries, always."""
    letter = letters.find(session, number)
    if letter is None:
        return None
    documents = {row.info.id: row for row in origins.listed(session)}
    themes = schemes.schemes(session)[THEMES].values
    every = [
        point
        for point in points.listed(session)
        if point.origin and point.origin.id in letter.origin_ids and point.kind in KINDS
    ]
    stands = standing.of_points(session, [point.id for point in every])
    return InBeeld(
        letter,
        tuple(
            _study(
                documents[origin],
                themes,
                [point for point in every if point.origin and point.origin.id == origin],
                stands,
            )
            for origin in letter.origin_ids
            if origin in documents
        ),
    )


def _study(
    origin: OriginRow,
    themes: Mapping[str, Value],
    found: list[PointInfo],
    stands: Mapping[int, Standing],
) -> StudyInBeeld:
    kept = [point for point in found if _belongs(point)]
    followed = tuple(_followed(place, point, stands[point.id]) for place, point in enumerate(kept, start=1))
    theme = themes.get(origin.study.theme) if origin.study.theme else None
    left_out = tuple(LeftOut(point, _why(point)) for point in found if not _belongs(point))
    return StudyInBeeld(origin, theme, followed, left_out, tuple(_missing(origin.study, theme, followed)))


def _belongs(point: PointInfo) -> bool:
    taken = point.response is not None and point.response.taken in TAKEN
    return point.nature != "richtinggevend" or taken


def _followed(place: int, point: PointInfo, stands: Standing) -> Followed:
    own = stands.own
    return Followed(point, point.number or str(place), own.label if own else None, own.words if own else None)


def _why(point: PointInfo) -> str:
    answered = point.response.label.lower() if point.response else "nog geen reactie"
    return f"Richtinggevend, {answered}"


def _missing(study: Study, theme: Value | None, followed: tuple[Followed, ...]) -> Iterator[str]:
    if theme is None:
        yield "Het SEA-thema is niet gekozen."
    elif not theme.note:
        yield f"Het SEA-thema ‘{theme.title}’ heeft nog geen overkoepelende toelichting."
    for filled, what in (
        (study.kind, "Het type onderzoek"),
        (study.finished, "Het jaar van afronding"),
        (study.articles, "De tekst bij de begrotingsartikelen"),
        (study.amount, "De budgettaire grondslag"),
        (study.explanation, "De toelichting bij de evaluatie"),
    ):
        if filled is None:
            yield f"{what} is niet ingevuld."
    if not followed:
        yield "Er komt nog geen aanbeveling of bevinding uit dit onderzoek."
    for each in followed:
        called = f"{each.point.kind_label.lower()} {each.number}"
        if each.label is None:
            yield f"Van {called} is niet ingevuld hoe zij ervoor staat."
        elif each.words is None:
            yield f"Bij de stand van {called} staat geen toelichting."
