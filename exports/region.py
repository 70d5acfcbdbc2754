"""A region's dossier as a file: its answers, its scores and how they came about, beside the earlier ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from exports import glossary, parts, wording
from exports.book import DAY, MOMENT, SHARE, TEXT, Book, Cell, Chart, Column, Look, Scalar, Series, Sheet
from exports.formats import FORMATS
from exports.labels import AID, CHANGES, MUSTS, REASONS, STATES, tags
from exports.parts import Row
from exports.text import file_name
from scoring.results import FactorScore, ThemeScore
from surveys import dossiers
from surveys.acting import AMSTERDAM
from surveys.answers import Reference
from surveys.glossary import SHIPPED, Glossary
from surveys.judged import Judged
from surveys.reports import FactorRow, QuestionRow, RegionReport, ThemeRow
from surveys.reports.levels import marks

SUMMARY = "Samenvatting"
ANSWERS = "Antwoorden"
SCORES = "Scores"
VIEWS = "Afwijkende standpunten"
JUDGEMENTS = "Oordelen"
CORRECTIONS = "Aangepaste antwoorden"
CORRECTED = "Na het gesprek aangepast door de inspectie"
JUDGEMENT = "Oordeel van de inspectie"
NO_ANSWER = "niet beantwoord"


def workbook(report: RegionReport, judgements: Mapping[str, Judged] | None = None) -> bytes:
    """Give the Excel workbook of a dossier. Raises exports.errors.TooLarge beyond Excel's limits."""
    return FORMATS["xlsx"].write(book(report, judgements))


def filename(report: RegionReport, format: str = "xlsx") -> str:
    """Name the file, and say in it that the data is made up when it is. `format` is a key of FORMATS."""
    fictief = "fictief" if report.measurement.fictief else ""
    return file_name("meetlat", report.measurement.code, report.unit.code, fictief) + FORMATS[format].suffix


def book(
    report: RegionReport, judgements: Mapping[str, Judged] | None = None, terms: Glossary = SHIPPED
) -> Book:
    """Lay out a dossier. Where one table must do, it is that of the answers.

    `judgements` are the confirmed ones by factor, for a file that inspectors get: they stand beside what was
    computed, and take nothing of its place. `terms` explains words and abbreviations.
    """
    judgements = judgements or {}
    return Book(
        title=f"{report.unit.name}, {report.measurement.name}",
        subject=f"Antwoorden en scores van {report.unit.name} ({report.unit.code})",
        fictief=report.measurement.fictief,
        made_at=report.made_at,
        sheets=(
            _guide(report, judgements),
            _summary(report, judgements),
            *([_judgements(report, judgements)] if judgements else []),
            _answers(report),
            *([_corrections(report)] if report.corrections else []),
            _views(report),
            _scores(report),
            glossary.sheet(terms),
            _account(report),
        ),
        table=ANSWERS,
    )


def _guide(report: RegionReport, judgements: Mapping[str, Judged]) -> Sheet:
    standing = (
        "De vragenlijst is ingeleverd."
        if report.submitted
        else "De vragenlijst is nog niet ingeleverd: antwoorden en scores kunnen nog veranderen."
    )
    rows: list[Row] = [
        (
            "Dit bestand",
            f"De antwoorden en scores van {report.unit.name}, {report.measurement.name}. {standing}",
        ),
        (
            f"Blad {SUMMARY}",
            "Per kritische succesfactor (KSF) de score en het niveau in elke meting, met een grafiek.",
        ),
        *(
            [
                (
                    f"Blad {JUDGEMENTS}",
                    "De oordelen van de inspectie die zijn vastgesteld, naast het niveau uit de antwoorden."
                    f" {AID}",
                )
            ]
            if judgements
            else []
        ),
        (
            f"Blad {ANSWERS}",
            "Een rij per vraag: het antwoord, de toelichting, de documenten, de score en het gewicht,"
            " en wat bij eerdere metingen is geantwoord.",
        ),
        *(
            [
                (
                    f"Blad {CORRECTIONS}",
                    f"{CORRECTED}: het oude en het nieuwe antwoord, de reden, wie het deed en wanneer."
                    " Wat was ingeleverd, blijft bewaard zoals het was.",
                )
            ]
            if report.corrections
            else []
        ),
        (
            f"Blad {VIEWS}",
            "Waar één van de invullers het anders ziet dan het gezamenlijke antwoord, en waarom."
            " Het telt niet mee in de scores.",
        ),
        (
            f"Blad {SCORES}",
            "Hoe elke score tot stand komt. De bijdragen van de vragen tellen op tot de score van de factor."
            " Het aandeel is het gewicht van de vraag, gedeeld door het gewicht van alles wat is beantwoord."
            " De ondergrens en de bovengrens zeggen wat de score nog kan worden.",
        ),
        glossary.GUIDE_ROW,
        (
            "Blad Verantwoording",
            "Welke vragenlijst het is, wie heeft geantwoord en akkoord gegeven, en wanneer.",
        ),
        *parts.level_rows(report.instrument),
        parts.CHANGE_ROW,
        (
            "Voorwaarde",
            "Sommige vragen stellen een voorwaarde. Wie haar mist, kan een hoger niveau niet halen,"
            " ook niet met een hoge score.",
        ),
        (
            STATES["not_asked"],
            "De vraag geldt niet, door een ander antwoord. Een antwoord dat er nog staat, telt niet mee.",
        ),
    ]
    return parts.guide("Leeswijzer", rows, report.measurement.fictief)


def _summary(report: RegionReport, judgements: Mapping[str, Judged]) -> Sheet:
    series, names = report.series, tags(report.series)
    found, limits = marks(report.instrument), parts.limits(report.instrument)
    labels = {mark.label: mark for mark in found.values()}
    rows: list[Row] = []
    for theme in report.themes:
        for factor in theme.factors:
            times = {each.measurement.code: each for each in factor.in_time}
            scored = [times[each.code].score for each in series]
            shown = [times[each.code].level_label for each in series]
            rows.append(
                (
                    f"{theme.theme.code} {theme.theme.title}",
                    factor.factor.code,
                    factor.factor.title,
                    *(parts.figure(score.score if score else None, limits) for score in scored),
                    *(parts.level(labels[label]) if label in labels else Cell(label) for label in shown),
                    *(CHANGES.get(times[each.code].change or "") for each in series[1:]),
                    *([_judgement(judgements.get(factor.factor.code))] if judgements else []),
                )
            )
    first = 3
    return Sheet(
        name=SUMMARY,
        title="Samenvatting: scores en niveaus per kritische succesfactor",
        columns=(
            Column("Thema", 20),
            Column("KSF", 6, TEXT),
            Column("Kritische succesfactor", 38),
            *(Column(f"Score {names[each.code]}", 9) for each in series),
            *(Column(f"Niveau {names[each.code]}", 17) for each in series),
            *(Column(f"Ontwikkeling {names[each.code]}", 17) for each in series[1:]),
            *([Column(JUDGEMENT, 22)] if judgements else []),
        ),
        rows=rows,
        frozen=first,
        chart=Chart(
            title=f"Scores per kritische succesfactor, {report.unit.name}",
            text=f"Staafdiagram: per factor de score in {', '.join(names.values())}."
            " De getallen staan in de tabel erboven.",
            names=1,
            series=tuple(Series(first + place) for place in range(len(series))),
            axis="Score",
            format="0.0",
            highest=1,
        ),
    )


def _judgement(judged: Judged | None) -> Cell:
    return parts.level(judged.level) if judged else Cell(None)


def _judgements(report: RegionReport, judgements: Mapping[str, Judged]) -> Sheet:
    """The confirmed judgements beside what the answers propose: the one is not the other."""
    found = marks(report.instrument)
    rows: list[Row] = [
        (
            row.factor.code,
            row.factor.title,
            parts.level(found[row.score.level]),
            parts.level(judged.level),
            judged.motivation,
            judged.finding,
            judged.drafted_by,
            judged.confirmed_by,
            judged.confirmed_at,
        )
        for row in report.factors
        if (judged := judgements.get(row.factor.code)) is not None
    ]
    return Sheet(
        name=JUDGEMENTS,
        title=f"{JUDGEMENT}. Het niveau uit de antwoorden is een hulpmiddel bij het oordeel.",
        columns=(
            Column("KSF", 6, TEXT),
            Column("Kritische succesfactor", 38),
            Column("Niveau uit de antwoorden", 22),
            Column(JUDGEMENT, 22),
            Column("Motivering", 60),
            Column("Bevinding", 60),
            Column("Geschreven door", 26),
            Column("Vastgesteld door", 26),
            Column("Vastgesteld op", 26, MOMENT),
        ),
        rows=rows,
        frozen=2,
    )


def _answers(report: RegionReport) -> Sheet:
    earlier = list(reversed(report.series[:-1]))
    names = tags(report.series)
    rows = [
        (
            *_answer(factor, row, [each.code for each in earlier], names),
            *([_corrected(row)] if report.corrections else []),
        )
        for factor in report.factors
        for row in factor.questions
    ]
    return Sheet(
        name=ANSWERS,
        title="Antwoorden",
        columns=(
            Column("KSF", 6, TEXT),
            Column("Code", 8, TEXT),
            Column("Vraag", 44),
            Column("Antwoord", 28, align="left"),
            Column("Toelichting", 44),
            Column("Documenten", 26),
            Column("Stand", 18),
            Column("Score", 8),
            Column("Gewicht", 9, "General"),
            *(Column(f"Antwoord {names[each.code]}", 22) for each in earlier),
            *([Column(CORRECTED, 44)] if report.corrections else []),
        ),
        rows=rows,
        frozen=2,
    )


def _answer(factor: FactorRow, row: QuestionRow, earlier: list[str], names: dict[str, str]) -> Row:
    question = row.question
    before = {each.measurement.code: each for each in row.earlier}
    cells: list[Cell | Scalar] = []
    for code in earlier:
        old = before.get(code)
        if old is None:
            cells.append(Cell(f"In {names[code]} niet ingevuld", look=Look.MUTED))
        elif not old.asked:
            cells.append(Cell(f"In {names[code]} niet gevraagd", look=Look.MUTED))
        else:
            cells.append(old.shown)
    documents = _titles(row.documents)
    return (
        factor.factor.code,
        question.code,
        question.text,
        _given(row),
        row.note,
        documents,
        STATES[row.state],
        parts.figure(row.score),
        question.weight if question.scored else None,
        *cells,
    )


def _corrected(row: QuestionRow) -> Cell:
    """What was corrected in one answer, newest first; empty where nothing was."""
    lines = [
        f"{each.at.astimezone(AMSTERDAM):%d-%m-%Y}: was {each.shown_old or NO_ANSWER},"
        f" werd {each.shown_new or NO_ANSWER}."
        f" Reden: {each.reason} ({each.name}, {each.role})"
        for each in row.corrections
    ]
    return Cell("\n".join(lines) or None)


def _corrections(report: RegionReport) -> Sheet:
    """Every correction of an inspector after the submission, newest first for each question."""
    rows: list[Row] = [
        (
            each.question.factor,
            each.code,
            each.question.text,
            Cell(each.shown_old or NO_ANSWER),
            each.old.note,
            _titles(each.old.documents),
            Cell(each.shown_new or NO_ANSWER),
            each.new.note,
            _titles(each.new.documents),
            each.reason,
            f"{each.name} ({each.role})",
            Cell(each.at, MOMENT),
        )
        for each in report.corrections
    ]
    return Sheet(
        name=CORRECTIONS,
        title=CORRECTED,
        columns=(
            Column("KSF", 6, TEXT),
            Column("Code", 8, TEXT),
            Column("Vraag", 44),
            Column("Oud antwoord", 28, align="left"),
            Column("Oude toelichting", 36),
            Column("Oude documenten", 26),
            Column("Nieuw antwoord", 28, align="left"),
            Column("Nieuwe toelichting", 36),
            Column("Nieuwe documenten", 26),
            Column("Reden", 44),
            Column("Door", 26),
            Column("Op", 26, align="left"),
        ),
        rows=rows,
        frozen=2,
    )


def _titles(references: Iterable[Reference]) -> str:
    return "\n".join(f"{ref.title}, {ref.page}" if ref.page else ref.title for ref in references)


def _views(report: RegionReport) -> Sheet:
    """What one role sees differently, beside the joint answer."""
    joint = {row.question.code: row for factor in report.factors for row in factor.questions}
    rows: list[Row] = [
        (
            view.question.factor,
            view.question.code,
            view.question.text,
            _given(joint[view.question.code]),
            view.label,
            Cell(view.shown),
            view.content.note,
            "Nu gelijk aan het gezamenlijke antwoord" if view.agrees else None,
            view.name,
            Cell(view.at, MOMENT),
        )
        for view in report.views
    ]
    return Sheet(
        name=VIEWS,
        title="Afwijkende standpunten: niet meegeteld in de scores"
        if rows
        else "Afwijkende standpunten: er zijn er geen",
        columns=(
            Column("KSF", 6, TEXT),
            Column("Code", 8, TEXT),
            Column("Vraag", 44),
            Column("Gezamenlijk antwoord", 28, align="left"),
            Column("Rol", 24),
            Column("Afwijkend standpunt", 28, align="left"),
            Column("Reden", 44),
            Column("Stand", 20),
            Column("Door", 24),
            Column("Op", 24, align="left"),
        ),
        rows=rows,
        frozen=2,
    )


def _given(row: QuestionRow) -> Cell:
    """The answer in words; a number stays a number, and a day a day."""
    if row.special is None and isinstance(row.value, int | float):
        return Cell(row.value, parts.answer_format(row.question))
    if row.special is None and row.value is not None and row.question.type == "date":
        return Cell(date.fromisoformat(str(row.value)), DAY)
    return Cell(row.shown)


def _scores(report: RegionReport) -> Sheet:
    rows = [row for theme in report.themes for row in _theme(report, theme)]
    return Sheet(
        name=SCORES,
        title="Scores, en hoe zij tot stand komen",
        columns=(
            Column("Code", 8, TEXT),
            Column("Thema, factor of vraag", 44),
            Column("Antwoord of niveau", 24, align="left"),
            Column("Stand", 18),
            Column("Score", 8),
            Column("Gewicht", 9, "General"),
            Column("Aandeel", 9, SHARE),
            Column("Bijdrage", 9),
            Column("Voorwaarde", 13),
            Column("Ondergrens", 12),
            Column("Bovengrens", 12),
            Column("Dekking", 9),
            Column("Uitleg", 50),
        ),
        rows=rows,
        frozen=1,
    )


def _theme(report: RegionReport, theme: ThemeRow) -> list[Row]:
    limits = parts.limits(report.instrument)
    group = Look.GROUP
    empty = Cell(None, look=group)
    rows: list[Row] = [
        (
            Cell(theme.theme.code, TEXT, group),
            Cell(f"Thema: {theme.theme.title}", look=group),
            empty,
            empty,
            parts.figure(theme.score.score, limits, group),
            *[empty] * 4,
            *_bounds(report, theme.score, group),
            Cell("Een thema heeft geen niveau: een gemiddelde verbergt wat niet voldoet.", look=group),
        )
    ]
    for factor in theme.factors:
        rows += _factor(report, factor)
    return rows


def _bounds(report: RegionReport, score: FactorScore | ThemeScore, look: Look) -> list[Cell]:
    limits = parts.limits(report.instrument)
    return [
        parts.figure(score.low, limits, look),
        parts.figure(score.high, limits, look),
        parts.figure(score.coverage, [report.instrument.rules.min_coverage], look),
    ]


def _factor(report: RegionReport, factor: FactorRow) -> list[Row]:
    score, why = factor.score, factor.why
    shown = {row.question.code: row for row in factor.questions}
    explained = [wording.level_rule(report.instrument, why)]
    if score.missed_musts:
        explained.append(f"Gemiste voorwaarden: {', '.join(score.missed_musts)}.")
    if score.open_musts:
        explained.append(f"Open voorwaarden: {', '.join(score.open_musts)}.")
    strong = Look.STRONG
    rows: list[Row] = [
        (
            Cell(factor.factor.code, TEXT, strong),
            Cell(factor.factor.title, look=strong),
            parts.level(marks(report.instrument)[score.level]),
            REASONS.get(score.reason or ""),
            parts.figure(score.score, parts.limits(report.instrument), strong),
            Cell(why.answered, look=strong),
            None,
            None,
            None,
            *_bounds(report, score, strong),
            " ".join(explained),
        )
    ]
    for row in why.rows:
        question = shown[row.code]
        rows.append(
            (
                row.code,
                question.question.text,
                _given(question),
                STATES[row.state],
                parts.figure(row.s),
                row.w,
                row.share,
                parts.figure(row.part),
                MUSTS.get(row.must or ""),
                None,
                None,
                None,
                None,
            )
        )
    return rows


def _account(report: RegionReport) -> Sheet:
    rows: list[Row] = [
        *parts.measurement_rows(report.measurement),
        ("Eenheid", report.unit.name),
        ("Code van de eenheid", Cell(report.unit.code, TEXT)),
        *parts.instrument_rows(report.instrument),
        ("Stand van de vragenlijst", dossiers.STATES[report.state]),
        (
            "Ingeleverd op",
            Cell(report.submitted_at, MOMENT) if report.submitted_at else "Nog niet ingeleverd",
        ),
    ]
    for signature in report.signatures:
        rows.append((f"Akkoord van {signature.name} ({signature.role})", Cell(signature.at, MOMENT)))
    if not report.signatures:
        rows.append(("Akkoord", "Nog niemand heeft akkoord gegeven"))
    rows += _answerers(report)
    rows += [("Antwoorden die niet goed samengaan", text) for text in report.fired_checks]
    rows += [("Eerdere meting", each.name) for each in report.series[:-1]]
    rows += parts.making_rows(report.made_at)
    return parts.account("Verantwoording", rows)


def _answerers(report: RegionReport) -> list[Row]:
    """Who answered how many questions, and when last."""
    counts: Counter[str] = Counter()
    last: dict[str, datetime] = {}
    for row in (row for factor in report.factors for row in factor.questions):
        if row.answered_by is None or row.answered_at is None:
            continue
        who = f"{row.answered_by} ({row.answered_as})" if row.answered_as else row.answered_by
        counts[who] += 1
        last[who] = max(last.get(who, row.answered_at), row.answered_at)
    return [
        row
        for who, count in counts.items()
        for row in (
            (f"Ingevuld door {who}", f"{count} {'antwoord' if count == 1 else 'antwoorden'}"),
            (f"Laatst gewijzigd door {who}", Cell(last[who], MOMENT)),
        )
    ]
