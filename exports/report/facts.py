"""The counts that a report tells: each once, under a key, with the words in which it may be told.

A text refers to a fact (`[zes van de 25 regio's](1.1-S04)`), so that one count is the same everywhere, and
what a text says can be held against what the data say now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Final, Literal

from exports import series as figure_series
from exports import wording
from exports.labels import CHANGES
from exports.report.followed import STANDS, advices
from surveys.report_texts import Told
from surveys.reports.levels import marks
from surveys.reports.national import NationalReport
from surveys.reports.small import traceable
from surveys.reports.whole import Whole


@dataclass(frozen=True)
class Fact:
    """A count or a judgement. `forms` has the words for it by the name of the form; none: it can't be told.

    `n` of `of` units where it counts units; `statement` is the code of the statement that it is, and
    `questionnaire` the code of the questionnaire that has it.
    """

    key: str
    about: str
    kind: Literal["statement", "level", "change", "judgement", "count", "series"]
    forms: Mapping[str, str]
    n: int | None = None
    of: int | None = None
    statement: str | None = None
    questionnaire: str | None = None

    @property
    def small(self) -> bool:
        """Whether so few units are behind it that they can be recognised."""
        return self.n is not None and traceable(self.n)

    def form_of(self, words: str) -> str | None:
        """The form in which some words tell this fact, whether or not they begin a sentence; else None."""
        return next(
            (form for form, said in self.forms.items() if words in (said, wording.capital(said))), None
        )


FOLLOWED: Final = "opvolging"
FOLLOWED_UNITS: Final = "opvolging:eenheden"
"""What the keys of the counts of earlier advices begin with."""


def facts(whole: Whole) -> dict[str, Fact]:
    """Every fact of a measurement by its key, in the order of the questionnaire."""
    found = [*_counts(whole)]
    for picture in whole.pictures:
        found += [*_statements(whole, picture)]
    if whole.pictures:
        found += [*_levels(whole.main), *_changes(whole.main)]
    found += [*_judgements(whole), *_followed(whole), *_series(whole)]
    return {fact.key: fact for fact in found}


def told_now(told: Told, known: Mapping[str, Fact]) -> str | None:
    """The words that a count has now, in the form in which a text told it; None when it can't be told."""
    fact = known.get(told.key)
    said = fact.forms.get(told.form) if fact else None
    if said is None:
        return None
    return wording.capital(said) if told.words[:1].isupper() else said


def _number(n: int) -> dict[str, str]:
    return {"woord": wording.number(n), "cijfer": str(n)}


def _counts(whole: Whole) -> Iterator[Fact]:
    if not whole.pictures:
        return
    instrument = whole.main.instrument
    for key, about, n, noun in (
        ("themas", "Aantal thema's", len(instrument.themes), ("thema", "thema's")),
        (
            "factoren",
            "Aantal kritische succesfactoren",
            len(instrument.factors),
            ("kritische succesfactor", "kritische succesfactoren"),
        ),
        ("bezoeken", "Gehouden bezoeken", whole.visits, ("bezoek", "bezoeken")),
        ("gesprekken", "Gesprekken zonder vragenlijst", whole.talks, ("gesprek", "gesprekken")),
    ):
        said = f"{wording.number(n)} {noun[n != 1]}" if n else f"geen {noun[1]}"
        yield Fact(key, about, "count", {"met wat het is": said, **_number(n)})
    for picture in whole.pictures:
        noun, n, of = picture.instrument.unit_noun, picture.submitted, picture.total
        about = f"{noun[1]} waarvan het verslag is geverifieerd"
        kind = picture.instrument.unit
        yield Fact(f"geteld:{kind}", wording.capital(about), "count", _of_all(n, of, noun))
        yield Fact(
            f"gevraagd:{kind}", f"{wording.capital(noun[1])} in de meting", "count", _of_all(of, of, noun)
        )


def _of_all(n: int, of: int, noun: tuple[str, str]) -> dict[str, str]:
    return {
        **wording.forms(n, of, of, noun),
        "eenheden": f"{wording.number(n)} {noun[n != 1]}",
        "eenheden in cijfers": f"{n} {noun[n != 1]}",
        **_number(n),
    }


def statement_key(whole: Whole, picture: NationalReport, code: str) -> str:
    """The key of a statement: its code, with the kind of unit before it where another had the code first."""
    before = takewhile(lambda other: other is not picture, whole.pictures)
    if any(code in other.statements for other in before):
        return f"{picture.instrument.unit}/{code}"
    return code


def _statements(whole: Whole, picture: NationalReport) -> Iterator[Fact]:
    noun, units = picture.instrument.unit_noun, picture.submitted
    for code, row in picture.statements.items():
        said = wording.sentence(row.statement.text, row.n, row.of, units, noun)
        yield Fact(
            statement_key(whole, picture, code),
            said or "Hierover valt nu niets te tellen.",
            "statement",
            wording.forms(row.n, row.of, units, noun),
            row.n,
            row.of,
            code,
            picture.instrument.code,
        )


def _levels(picture: NationalReport) -> Iterator[Fact]:
    for factor, rounds in picture.in_time.items():
        for each in rounds:
            this = each.measurement == picture.measurement
            where = factor if this else f"{each.measurement.code}/{factor}"
            noun = each.instrument.unit_noun
            for code, mark in marks(each.instrument).items():
                n = each.figures.levels.get(code, 0)
                yield Fact(
                    f"{where}:{code}",
                    f"{factor} {each.measurement.name}: {noun[1]} op ‘{mark.label}’",
                    "level",
                    {**wording.forms(n, each.submitted, each.submitted, noun), **_number(n)},
                    n,
                    each.submitted,
                )


def _changes(picture: NationalReport) -> Iterator[Fact]:
    if picture.comparison is None or picture.previous is None:
        return
    noun = picture.instrument.unit_noun
    for factor, compared in picture.comparison.factors.items():
        of = sum(compared.counts.values())
        for change, n in compared.counts.items():
            yield Fact(
                f"{factor}:{change}",
                f"{factor}: {CHANGES[change].lower()} sinds {picture.previous.name}",
                "change",
                {**wording.forms(n, of, of, noun), **_number(n)},
                n,
                of,
            )


def _judgements(whole: Whole) -> Iterator[Fact]:
    if not whole.pictures:
        return
    found = marks(whole.main.instrument)
    levels = {code: judged.level for code, judged in whole.judged.items()}
    for code, level in levels.items():
        if level is not None:
            yield Fact(
                f"{code}:oordeel", f"{code}: landelijk oordeel", "judgement", {"woord": level.label.lower()}
            )
    for code, mark in found.items():
        n = sum(level == mark for level in levels.values())
        yield Fact(f"oordelen:{code}", f"Factoren met het oordeel ‘{mark.label}’", "count", _number(n))


def _followed(whole: Whole) -> Iterator[Fact]:
    """How many advices of earlier measurements stand how: those to all, and those to single units apart."""
    found = advices(whole.followed)
    for prefix, about, counted in (
        (FOLLOWED, "Adviezen uit eerdere metingen", [each for each in found if not each.to_units]),
        (FOLLOWED_UNITS, "Adviezen aan afzonderlijke eenheden", [each for each in found if each.to_units]),
    ):
        if not counted:
            continue
        n = sum(len(each.rows) for each in counted)
        said = f"{wording.number(n)} {'advies' if n == 1 else 'adviezen'}"
        yield Fact(f"{prefix}:adviezen", about, "count", {"met wat het is": said, **_number(n)}, n)
        for code, label in STANDS.items():
            n = sum(each.stands[code] for each in counted)
            yield Fact(f"{prefix}:{code}", f"{about}: {label.lower()}", "count", _number(n), n)


def _series(whole: Whole) -> Iterator[Fact]:
    for each in whole.series:
        for key, words in figure_series.facts(each).items():
            about = f"{each.title}: {key.partition('/')[2]}"
            yield Fact(series_key(key), about, "series", {"cijfer": words})


def series_key(key: str) -> str:
    """The key of a figure as a text can refer to it: a reference ends at the first parenthesis."""
    return key.replace("(", "").replace(")", "")
