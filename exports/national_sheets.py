"""The sheets of the national file about one questionnaire: levels, totals, change, questions, findings."""

from __future__ import annotations

from collections.abc import Mapping

from exports import parts
from exports.book import TEXT, WHOLE, Cell, Chart, Column, Look, Scalar, Series, Sheet
from exports.figures import figures_of
from exports.labels import CHANGES, capital, tags
from exports.parts import Row
from surveys.instruments import Question
from surveys.reports import FactorRound, NationalReport
from surveys.reports.factor import question_counts
from surveys.reports.levels import marks


def sheets(report: NationalReport, prefix: str) -> list[Sheet]:
    """All of them, each name with the prefix; the levels of the last measurement come first."""
    names = tags(report.series)
    made = [_levels(report, each, names, prefix) for each in reversed(rounds(report))]
    made.append(_totals(report, names, prefix))
    if report.previous:
        made.append(_changes(report, names, prefix))
    return [*made, _questions(report, prefix), _findings(report, prefix)]


def submitted(report: NationalReport) -> str:
    """How many of how many units have submitted, in words that fit a heading."""
    return f"{report.submitted} van de {report.total} ingeleverd"


def rounds(report: NationalReport) -> list[FactorRound]:
    """Each measurement of the series once, oldest first (of the factors that it has, the first)."""
    found: dict[str, FactorRound] = {}
    for times in report.in_time.values():
        for each in times:
            found.setdefault(each.measurement.code, each)
    return [found[info.code] for info in report.series if info.code in found]


def _levels(report: NationalReport, this: FactorRound, names: Mapping[str, str], prefix: str) -> Sheet:
    """Units by factors, in one measurement."""
    columns = _by_factor(report, this.measurement.code)
    last = this.measurement == report.measurement
    units = {info.unit.code: info.unit.name for info in report.dossiers.values()}
    codes = list(units) if last else list(this.scores)
    found = marks(this.instrument)
    rows: list[Row] = []
    for unit in codes:
        cells: list[Cell | Scalar] = [
            parts.level(found[each.scores[unit].level]) if each and unit in each.scores else None
            for each in columns.values()
        ]
        if last and unit not in this.scores:
            cells[0] = Cell(f"Niet ingeleverd ({report.dossiers[unit].state_label.lower()})", look=Look.MUTED)
        rows.append((unit, units.get(unit, unit), *cells))
    name = names[this.measurement.code]
    return Sheet(
        name=f"{prefix}Niveaus {name}",
        title=f"Niveaus, {this.measurement.name}: {this.submitted} van de {this.total}"
        f" {report.instrument.unit_noun[1]} ingeleverd",
        columns=(*_unit_columns(), *(_factor_column(report, code, 18) for code in columns)),
        rows=rows,
        frozen=2,
    )


def _by_factor(report: NationalReport, measurement: str) -> dict[str, FactorRound | None]:
    """Every factor with its figures in a measurement; None where that version lacks the factor."""
    return {
        factor: next((each for each in times if each.measurement.code == measurement), None)
        for factor, times in report.in_time.items()
    }


def _unit_columns() -> tuple[Column, Column]:
    return Column("Code", 11, TEXT), Column("Eenheid", 28)


def _factor_column(report: NationalReport, code: str, width: float) -> Column:
    return Column(f"{code} {report.instrument.factors[code].title}", width)


def _totals(report: NationalReport, names: Mapping[str, str], prefix: str) -> Sheet:
    """Factors with their counts, spread and proposal, and the means and proposals of all measurements."""
    found, limits = marks(report.instrument), parts.limits(report.instrument)
    *ladder, none = found.values()
    levels = [*reversed(ladder), none]
    before = list(reversed(report.series[:-1]))
    rows: list[Row] = []
    for code, factor in report.instrument.factors.items():
        figures = report.national.factors[code]
        times = {each.measurement.code: each for each in report.in_time[code]}
        old = [times.get(info.code) for info in before]
        rows.append(
            (
                code,
                factor.title,
                *(figures.levels[mark.code] for mark in levels),
                figures.n,
                *(
                    parts.figure(figure, limits)
                    for figure in (
                        figures.mean,
                        figures.median,
                        figures.min,
                        figures.q1,
                        figures.q3,
                        figures.max,
                    )
                ),
                parts.level(found[figures.proposal]),
                *(cell for each in old for cell in _then(each)),
            )
        )
    first = 2
    return Sheet(
        name=f"{prefix}Landelijk",
        title=f"Landelijk per kritische succesfactor: {submitted(report)}",
        columns=(
            Column("KSF", 6, TEXT),
            Column("Kritische succesfactor", 38),
            *(Column(mark.label, 11, WHOLE) for mark in levels),
            Column("Met een niveau", 9, WHOLE),
            *(
                Column(title, 10)
                for title in ("Gemiddelde", "Mediaan", "Laagste", "Kwartiel 1", "Kwartiel 3", "Hoogste")
            ),
            Column(f"Voorstel {names[report.measurement.code]}", 17),
            *(
                column
                for info in before
                for column in (
                    Column(f"Gemiddelde {names[info.code]}", 11),
                    Column(f"Voorstel {names[info.code]}", 17),
                )
            ),
        ),
        rows=rows,
        frozen=first,
        chart=Chart(
            title=f"Niveaus per kritische succesfactor, {report.measurement.name}",
            text=f"Gestapelde staven: per factor het aantal {report.instrument.unit_noun[1]} op elk niveau."
            " De aantallen staan in de tabel erboven.",
            names=0,
            series=tuple(Series(first + place, mark.rank) for place, mark in enumerate(levels)),
            axis=f"Aantal {report.instrument.unit_noun[1]}",
            format=WHOLE,
            stacked=True,
        ),
    )


def _then(each: FactorRound | None) -> tuple[Cell, Cell]:
    """The mean and the proposal of an earlier measurement."""
    if each is None or not each.submitted:
        return Cell(None), Cell(None)
    limits = parts.limits(each.instrument)
    return parts.figure(each.figures.mean, limits), parts.level(marks(each.instrument)[each.figures.proposal])


def _changes(report: NationalReport, names: Mapping[str, str], prefix: str) -> Sheet:
    """Units by factors: what each did since the previous measurement."""
    assert report.previous is not None
    factors = list(report.instrument.factors)
    rows: list[Row] = []
    for unit in report.units:
        kinds = [report.change(unit.code, factor) for factor in factors]
        rows.append(
            (
                unit.code,
                unit.name,
                *(CHANGES.get(kind or "") for kind in kinds),
                *(kinds.count(kind) for kind in CHANGES),
            )
        )
    now, then = names[report.measurement.code], names[report.previous.code]
    return Sheet(
        name=f"{prefix}Ontwikkeling",
        title=f"Ontwikkeling van {then} naar {now}, op de vragen die in beide metingen gelijk zijn",
        columns=(
            *_unit_columns(),
            *(_factor_column(report, code, 18) for code in factors),
            *(Column(f"Aantal {label.lower()}", 12, WHOLE) for label in CHANGES.values()),
        ),
        rows=rows,
        frozen=2,
    )


def _questions(report: NationalReport, prefix: str) -> Sheet:
    """A row for each question, and under it one for each answer."""
    rows = [row for question in report.instrument.questions.values() for row in _question(report, question)]
    return Sheet(
        name=f"{prefix}Vragen",
        title=f"Antwoorden per vraag: {submitted(report)}",
        columns=(
            Column("KSF", 6, TEXT),
            Column("Vraag", 9, TEXT),
            Column("Tekst of antwoord", 60),
            Column("Code", 14, TEXT),
            Column("Aantal", 8, WHOLE),
            Column("Weet ik niet", 8, WHOLE),
            Column("Niet beant-woord", 8, WHOLE),
            Column("Niet van toepassing", 11, WHOLE),
            Column("Niet aan de orde", 9, WHOLE),
            Column("Gemiddelde score", 11),
            Column("Aandachts-punt", 11),
            Column("Gemiddeld", 10, "General"),
            Column("Mediaan", 9, "General"),
            Column("Laagste", 8, "General"),
            Column("Hoogste", 8, "General"),
        ),
        rows=rows,
        frozen=2,
    )


def _question(report: NationalReport, question: Question) -> list[Row]:
    counts = question_counts(report, question)
    national, strong = counts.figures, Look.STRONG
    numbers = national.numbers
    spread = (numbers.mean, numbers.median, numbers.min, numbers.max) if numbers else (None,) * 4
    rows: list[Row] = [
        (
            Cell(question.factor, TEXT, strong),
            Cell(question.code, TEXT, strong),
            Cell(question.text, look=strong),
            None,
            *(
                Cell(count, WHOLE, strong)
                for count in (national.n, national.unknown, national.open, national.nvt, national.not_asked)
            ),
            parts.figure(national.mean_score, [report.instrument.rules.attention_below], strong),
            Cell("Ja", look=strong) if national.attention else None,
            *(Cell(number, "0.00" if place == 0 else "General") for place, number in enumerate(spread)),
        )
    ]
    rows += [
        (question.factor, question.code, row.label, row.code, row.n, *[None] * 10) for row in counts.answers
    ]
    return rows


def _findings(report: NationalReport, prefix: str) -> Sheet:
    """The statements, with their counts, their words and the units behind them."""
    rows: list[Row] = []
    for each in figures_of(report):
        meeting = ", ".join(unit.code for unit in each.row.meeting)
        others = ", ".join(unit.code for unit in each.row.others)
        text = each.text or Cell("Te weinig antwoorden voor een zin", look=Look.MUTED)
        rows.append(
            (
                each.code,
                each.factor,
                each.topic,
                each.n,
                each.of,
                text,
                each.question.code,
                each.meaning,
                meeting or None,
                others or None,
            )
        )
    noun = capital(report.instrument.unit_noun[1])
    return Sheet(
        name=f"{prefix}Bevindingen",
        title=f"Bevindingen in aantallen en in woorden: {submitted(report)}",
        columns=(
            Column("Code", 10, TEXT),
            Column("KSF", 6, TEXT),
            Column("Onderwerp", 22),
            Column("n", 6, WHOLE),
            Column("van", 6, WHOLE),
            Column("In woorden", 54),
            Column("Vraag", 9, TEXT),
            Column("Telt het antwoord", 34),
            Column(f"{noun} die eraan voldoen", 36),
            Column(f"{noun} die er niet aan voldoen", 36),
        ),
        rows=rows,
        frozen=1,
    )
