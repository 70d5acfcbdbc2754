"""The layout of one unit's report: what it answered, beside the country, the judgements and what was before.

It has the same themes and factors, in the same order, as the report of the measurement (`national`). Its
sections bear no numbers: the codes of the factors are what people call them by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from exports import wording
from exports.document import (
    Block,
    Cell,
    Column,
    Document,
    Figure,
    Heatmap,
    Items,
    Key,
    Line,
    Paragraph,
    Section,
    Table,
    Text,
)
from exports.labels import AGAINST, AID, CHANGES, STATES, capital, tags
from exports.report.followed import OPEN_LABEL, TITLE, answered
from exports.report.parts import aid, cells, letters, level, levels_table, no_level, with_abbreviations, words
from surveys import dossiers
from surveys.acting import AMSTERDAM
from surveys.answers import Reference
from surveys.instruments import Factor
from surveys.reports.levels import high_to_low, marks
from surveys.reports.national import NationalReport, StatementRow
from surveys.reports.region import FactorInTime, FactorRow, QuestionRow
from surveys.reports.region_whole import Advice, Followed, RegionWhole

NONE = "–"
NOT_ANSWERED = "Niet beantwoord"
NOT_THEN = "niet ingeleverd"


def document(whole: RegionWhole) -> Document:
    """Lay out the report of a unit: the same data give the same document."""
    return _Layout(whole).document()


class _Layout:
    """Lays out one report."""

    def __init__(self, whole: RegionWhole) -> None:
        self.whole, self.report, self.telling = whole, whole.report, whole.telling
        self.instrument = whole.report.instrument
        self.noun = self.instrument.unit_noun
        self.marks = marks(self.instrument)
        self.tags = tags(whole.report.series)
        picture = whole.picture
        self.country = picture if picture is not None and picture.submitted else None

    def document(self) -> Document:
        info, unit = self.report.measurement, self.report.unit
        edition = "inspecteurs" if self.telling.motives else f"{self.instrument.the_unit} zelf"
        beside = "de eigen antwoorden naast het landelijke beeld" if self.country else "eigen antwoorden"
        made = Document(
            title=f"Rapport {_named(unit.name, self.noun[0])}",
            subtitle=f"{info.name}: {beside}",
            subject=f"Antwoorden, niveaus en ontwikkeling van {unit.name} ({unit.code})",
            publishers=self.whole.publishers,
            state=f"Vragenlijst {dossiers.STATES[self.report.state].lower()}; uitgave voor {edition}",
            dated=self.whole.changed_on.isoformat(),
            fictief=info.fictief,
            sections=(
                self.overview(),
                *self.themes(),
                self.differing(),
                *self.general_advice(),
                *self.followed(),
                Section("bijlage-methode", "Methode", self.method(), counting="appendix"),
                Section("bijlage-verantwoording", "Verantwoording", self.account(), counting="appendix"),
            ),
        )
        return with_abbreviations(made, self.whole.glossary)

    # --- before the themes

    def opening(self) -> Iterator[Block]:
        unit, info = self.report.unit, self.report.measurement
        said = [
            f"Dit rapport gaat over {unit.name} in de {info.name}. Per kritische succesfactor staat er wat"
            f" {self.instrument.the_unit} antwoordde, welk niveau daaruit volgt en wat er veranderde."
        ]
        if not self.report.submitted:
            said.append("De vragenlijst is nog niet ingeleverd: antwoorden en niveaus kunnen nog veranderen.")
        if self.whole.picture is not None:
            said.append(self.counted(self.whole.picture))
        else:
            said.append(
                "Het landelijke beeld en de aanbevelingen van deze meting komen erbij als het rapport van de"
                " meting is gepubliceerd."
            )
        if not self.telling.judgements:
            said.append(
                "De oordelen van de inspectie komen erbij als het dossier is afgesloten of het rapport is"
                " gepubliceerd."
            )
        return map(words, said)

    def counted(self, picture: NationalReport) -> str:
        here = (
            f"{self.report.unit.name} is daarbij."
            if self.whole.counted
            else f"{self.report.unit.name} telt nog niet mee: het verslag is nog niet geverifieerd."
        )
        said = wording.forms(picture.submitted, picture.total, picture.total, self.noun).get("aantal")
        verb = "telt" if picture.submitted <= 1 else "tellen"
        many = f"{wording.capital(said)} {verb}" if said else "Nog niemand telt"
        return f"{many} mee in het landelijke beeld. {here} Geen {self.instrument.other_unit} wordt genoemd."

    def overview(self) -> Section:
        return Section(
            "overzicht",
            "Overzicht",
            (*self.opening(), self.summary(), aid(AID), self.in_time(), *self.checks()),
            counting="none",
        )

    def summary(self) -> Table:
        since = next((row.in_time[-1].since for row in self.report.factors if row.in_time[-1].since), None)
        columns = [Column("Kritische succesfactor", 4), Column("Niveau uit de antwoorden", 2)]
        if self.telling.judgements:
            columns.append(Column("Oordeel van de inspectie", 2))
        if since:
            columns.append(Column(f"Sinds {self.tags[since.code]}", 2))
        rows = []
        for row in self.report.factors:
            judged = self.whole.judged.get(row.factor.code)
            made = [Cell(f"{row.factor.code} {row.factor.title}"), level(self.marks[row.score.level], "")]
            if self.telling.judgements:
                made.append(level(judged.level if judged else None, "nog geen oordeel"))
            if since:
                made.append(Cell(CHANGES.get(row.in_time[-1].change or "", NONE)))
            rows.append(tuple(made))
        return Table("overzicht-tabel", "Elke factor in het kort", tuple(columns), tuple(rows))

    def in_time(self) -> Figure:
        """The levels of each factor in each measurement."""
        series = self.report.series
        years = tuple(self.tags[each.code] for each in series)
        found = [
            (row.factor.code, {each.measurement.code: each.mark for each in row.in_time})
            for row in self.report.factors
        ]
        told = "; ".join(
            f"{code}: "
            + ", ".join(
                f"{self.tags[each.code]} {mark.label.lower()}"
                for each in series
                if (mark := levels.get(each.code)) is not None
            )
            for code, levels in found
        )
        return Figure(
            "niveaus",
            "Niveau uit de antwoorden in elke meting",
            f"Een rooster met per kritische succesfactor en meting het niveau. {told}.",
            Heatmap(
                tuple(Key(mark.label, mark.rank) for mark in high_to_low(self.marks)),
                years,
                tuple(
                    (code, tuple(letters(levels.get(each.code)) for each in series)) for code, levels in found
                ),
            ),
            Table(
                "niveaus-tabel",
                "Niveau in elke meting",
                (Column("Factor", 1), *(Column(year, 2) for year in years)),
                tuple(
                    (
                        Cell(code),
                        *(level(levels.get(each.code), NOT_THEN) for each in series),
                    )
                    for code, levels in found
                ),
            ),
        )

    def checks(self) -> tuple[Block, ...]:
        if not self.report.fired_checks:
            return ()
        return (
            Paragraph((Text("Antwoorden die niet goed bij elkaar passen", strong=True),)),
            Items(tuple(map(_line, self.report.fired_checks))),
        )

    # --- a factor

    def themes(self) -> Iterable[Section]:
        return (
            Section(
                f"thema:{theme.theme.code}",
                f"Thema {theme.theme.code}: {theme.theme.title}",
                sections=tuple(self.factor(row) for row in theme.factors),
                counting="none",
            )
            for theme in self.report.themes
        )

    def factor(self, row: FactorRow) -> Section:
        factor = row.factor
        key = f"factor:{factor.code}"
        standing = "Niveau en oordeel" if self.telling.judgements else "Niveau"
        parts = [
            Section(f"{key}:antwoorden", "Antwoorden", sections=self.topics(row), counting="none"),
            Section(f"{key}:niveau", standing, self.level(row), counting="none"),
            Section(f"{key}:ontwikkeling", "Ontwikkeling", self.changed(row), counting="none"),
        ]
        advice = [each for each in self.whole.advice if each.entry.factor == factor.code]
        if advice:
            parts.append(Section(f"{key}:aanbevelingen", "Aanbevelingen", _advised(advice), counting="none"))
        criterion = Paragraph((Text(factor.criterion),), "lead")
        return Section(key, f"{factor.code} {factor.title}", (criterion,), tuple(parts), counting="none")

    def topics(self, row: FactorRow) -> tuple[Section, ...]:
        """The answers of a factor by topic, each with the statements of the country about it."""
        factor = row.factor
        asked: dict[str | None, list[QuestionRow]] = {topic: [] for topic in factor.topics}
        for question in row.questions:
            asked.setdefault(question.question.topic, []).append(question)
        told: dict[str | None, list[StatementRow]] = {}
        if self.country is not None:
            for statement in factor.statements:
                found = self.country.statements[statement.code]
                told.setdefault(statement.topic, []).append(found)
        every = dict.fromkeys((*asked, *told))
        return tuple(
            Section(
                f"onderwerp:{factor.code}:{place}",
                topic or ("Alle vragen" if len(every) == 1 else "Verder"),
                self.topic(f"{factor.code}:{place}", factor, asked.get(topic, []), told.get(topic, [])),
                counting="none",
            )
            for place, topic in enumerate(every, 1)
            if asked.get(topic) or told.get(topic)
        )

    def topic(
        self, key: str, factor: Factor, asked: list[QuestionRow], told: list[StatementRow]
    ) -> tuple[Block, ...]:
        made: list[Block] = []
        if asked:
            made.append(self.answers(key, factor, asked))
        if found := [row for each in told if (row := self.statement(each)) is not None]:
            made.append(
                Table(
                    f"landelijk:{key}",
                    f"Het landelijke beeld bij factor {factor.code}, en of het hier ook zo is",
                    (Column("Landelijk", 5), Column("Geldt hier", 1)),
                    tuple(found),
                )
            )
        return tuple(made)

    def answers(self, key: str, factor: Factor, asked: list[QuestionRow]) -> Table:
        columns = [Column("Vraag", 4), Column("Antwoord", 2.4), Column("Toelichting", 3.2)]
        if self.country is not None:
            columns.append(Column("Landelijk hetzelfde antwoord", 2.4))
        rows = []
        for row in asked:
            made = cells(f"{row.question.code} {row.question.text}", _given(row), _explained(row))
            if self.country is not None:
                made = (*made, Cell(same(self.country, row) or NONE))
            rows.append(made)
        return Table(f"antwoorden:{key}", f"Antwoorden bij factor {factor.code}", tuple(columns), tuple(rows))

    def statement(self, row: StatementRow) -> tuple[Cell, ...] | None:
        """A statement with its count, and whether the unit meets it; None for a count that says nothing."""
        assert self.country is not None
        units = self.country.submitted
        said = wording.sentence(row.statement.text, row.n, row.of, units, self.noun)
        here = self.whole.meets.get(row.statement.code)
        return cells(said, {True: "Ja", False: "Nee", None: "Niet bekend"}[here]) if said else None

    def level(self, row: FactorRow) -> tuple[Block, ...]:
        mark = self.marks[row.score.level]
        why = [wording.level_rule(self.instrument, row.why)]
        if row.score.missed_musts:
            why.append(f"Gemiste voorwaarden: {', '.join(row.score.missed_musts)}.")
        if row.score.open_musts:
            why.append(f"Open voorwaarden: {', '.join(row.score.open_musts)}.")
        made: list[Block] = [
            Paragraph((Text("Niveau uit de antwoorden: "), Text(mark.label, strong=True), Text("."))),
            words(" ".join(why)),
            aid(AID),
        ]
        if self.telling.judgements:
            made += self.judgement(row.factor.code)
        return tuple(made)

    def judgement(self, code: str) -> list[Block]:
        judged = self.whole.judged.get(code)
        if judged is None or judged.level is None:
            return [words("De inspectie heeft bij deze factor nog geen oordeel vastgesteld.")]
        made: list[Block] = [
            Paragraph((Text("Oordeel van de inspectie: "), Text(judged.level.label, strong=True), Text(".")))
        ]
        if judged.finding:
            made.append(words(f"Bevinding: {judged.finding}"))
        if judged.motivation and self.telling.motives:
            made.append(words(f"Motivering: {judged.motivation}"))
        return made

    def changed(self, row: FactorRow) -> tuple[Block, ...]:
        if len(row.in_time) == 1:
            return (words("Dit is de eerste meting."),)
        made: list[Block] = [Items(tuple(_line(self.then(each)) for each in row.in_time))]
        since = row.in_time[-1].since
        if since is None:
            return tuple(made)
        other = [
            cells(f"{each.question.code} {each.question.text}", old.shown or NOT_ANSWERED, _given(each))
            for each in row.questions
            for old in each.earlier
            if old.measurement == since and old.asked and old.shown != each.shown
        ]
        if other:
            made.append(
                Table(
                    f"anders:{row.factor.code}",
                    f"Andere antwoorden dan in de {since.name}",
                    (
                        Column("Vraag", 4),
                        Column(f"Antwoord {self.tags[since.code]}", 2.5),
                        Column(f"Antwoord {self.tags[self.report.measurement.code]}", 2.5),
                    ),
                    tuple(other),
                )
            )
        return tuple(made)

    def then(self, each: FactorInTime) -> str:
        """What a factor was in one measurement, and how that compares with the one before it."""
        said = f"{each.measurement.name}: {each.level_label.lower() if each.level_label else NOT_THEN}"
        if each.change and each.since:
            said += f", {AGAINST[each.change]} {self.tags[each.since.code]}"
        return f"{said}."

    # --- after the themes

    def differing(self) -> Section:
        return Section(
            "anders",
            "Afwijkende standpunten en aangepaste antwoorden",
            sections=(self.views(), self.corrections()),
            counting="none",
        )

    def views(self) -> Section:
        joint = {row.question.code: row for factor in self.report.factors for row in factor.questions}
        rows = tuple(
            cells(
                f"{each.question.code} {each.question.text}",
                _given(joint[each.question.code]),
                f"{each.shown} ({each.label})" + (", nu gelijk aan het antwoord" if each.agrees else ""),
                _joined(each.content.note) or NONE,
            )
            for each in self.report.views
        )
        intro = (
            "Hier zag een van de invullers het anders dan het gezamenlijke antwoord. Dat telt niet mee in"
            " het niveau."
            if rows
            else "Er zijn geen afwijkende standpunten vastgelegd."
        )
        columns = (
            *(Column("Vraag", 3), Column("Gezamenlijk antwoord", 2)),
            *(Column("Afwijkend standpunt", 2), Column("Reden", 3)),
        )
        table = [Table("standpunten", "Afwijkende standpunten", columns, rows)] if rows else []
        return Section("standpunten-deel", "Afwijkende standpunten", (words(intro), *table), counting="none")

    def corrections(self) -> Section:
        rows = tuple(
            cells(
                f"{each.code} {each.question.text}",
                each.shown_old or NOT_ANSWERED,
                each.shown_new or NOT_ANSWERED,
                _joined(each.reason),
                f"{each.name} ({each.role}), {wording.day(each.at.astimezone(AMSTERDAM).date())}",
            )
            for each in self.report.corrections
        )
        intro = (
            "Na het gesprek paste de inspectie deze antwoorden aan. Wat is ingeleverd, blijft bewaard zoals"
            " het was."
            if rows
            else "De inspectie heeft na het inleveren geen antwoorden aangepast."
        )
        columns = (
            *(Column("Vraag", 3), Column("Was", 1.6), Column("Werd", 1.6)),
            *(Column("Reden", 3), Column("Door", 2)),
        )
        table = [Table("aangepast", "Aangepaste antwoorden", columns, rows)] if rows else []
        return Section("aangepast-deel", "Aangepaste antwoorden", (words(intro), *table), counting="none")

    def general_advice(self) -> tuple[Section, ...]:
        """Recommendations that are about no factor of this questionnaire."""
        rest = [each for each in self.whole.advice if each.entry.factor not in self.instrument.factors]
        if not rest:
            return ()
        return (Section("aanbevelingen", "Aanbevelingen over het geheel", _advised(rest), counting="none"),)

    def followed(self) -> tuple[Section, ...]:
        """What became of what earlier measurements recommended to this unit, and to all units like it."""
        if not self.whole.followed:
            return ()
        rows = tuple(
            cells(
                _joined(each.point.text),
                each.measurement.name,
                self.stands(each),
                answered(each) or NONE,
            )
            for each in self.whole.followed
        )
        table = Table(
            "eerdere-aanbevelingen",
            "Wat er van aanbevelingen van eerdere metingen is geworden",
            (
                Column("Aanbeveling", 3),
                Column("Meting", 1.4),
                Column("Wat ervan is geworden", 2.6),
                Column(f"Wat {self.instrument.this_unit} daarover antwoordde", 3.6),
            ),
            rows,
        )
        said = (
            f"Hier staan de aanbevelingen van eerdere metingen aan {self.report.unit.name} zelf, en die aan"
            f" alle {self.noun[1]}. Tussen haakjes staat het antwoord in die eerdere meting."
        )
        return (Section("eerder", TITLE, (words(said), table), counting="none"),)

    def stands(self, each: Followed) -> str:
        """Whom a point is for, how that says it stands, and what the measurement found of it."""
        to = self.report.unit.name if each.own else f"alle {self.noun[1]}"
        said = [f"Voor {to}."]
        if each.standing is not None:
            said.append(f"Eigen opgave: {each.standing.label.lower()}.")
        found = each.outcome
        if found is not None:
            said.append(f"{found.measurement.name}: {found.label.lower()}. {_joined(found.words)}")
        else:
            said.append(f"{OPEN_LABEL}.")
        return " ".join(said)

    # --- appendices

    def method(self) -> tuple[Block, ...]:
        coverage = wording.decimal(self.instrument.rules.min_coverage)
        return (
            words(
                "Een score ligt tussen 0 en 1 en is het gewogen gemiddelde van de vragen die zijn beantwoord."
                f" Uit de score en de gemiste voorwaarden volgt een niveau. {AID}"
            ),
            levels_table(self.instrument, "niveau-grenzen", "Niveaus"),
            words(
                f"Een niveau vraagt dat de antwoorden tellen voor ten minste {coverage} van het gewicht."
                f" {no_level()}"
            ),
            words(
                "Twee metingen worden vergeleken op de vragen die in beide gelijk zijn gesteld."
                " Landelijk telt mee wie een geverifieerd verslag heeft."
            ),
        )

    def account(self) -> tuple[Block, ...]:
        report = self.report
        submitted = (
            wording.day(report.submitted_at.astimezone(AMSTERDAM).date())
            if report.submitted_at
            else "nog niet ingeleverd"
        )
        rows = [
            cells("Meting", report.measurement.name),
            cells(capital(self.noun[0]), f"{report.unit.name} ({report.unit.code})"),
            cells("Vragenlijst", f"{self.instrument.title}, versie {self.instrument.version}"),
            cells("Controlegetal (SHA-256)", self.instrument.sha256),
            cells("Ingeleverd op", submitted),
            *(
                cells(
                    f"Akkoord van {each.name}",
                    f"{each.role}, {wording.day(each.at.astimezone(AMSTERDAM).date())}",
                )
                for each in report.signatures
            ),
            cells("Versie van de woordenlijst", wording.version()),
        ]
        columns = (Column("Gegeven", 2), Column("Waarde", 4))
        return (Table("verantwoording", "Waar dit rapport op rust", columns, tuple(rows)),)


def same(picture: NationalReport, row: QuestionRow) -> str | None:
    """How many units gave the same answer, in words; None where that can't be said.

    It names nobody. Of several options each is counted by itself.
    """
    figures, noun = picture.national.questions[row.question.code], picture.instrument.unit_noun
    if row.state in {"not_asked", "undetermined"} or row.open:
        return None
    if row.special is not None:
        n = figures.unknown if row.special == "onbekend" else figures.nvt
        return _many(n, picture.submitted, picture.submitted, noun)
    if figures.counts is None:
        return None
    if isinstance(row.value, list):
        if not figures.n:
            return None
        labels = row.question.labels
        each = (f"{labels[code]}: {wording.number(figures.counts.get(code, 0))}" for code in row.value)
        return f"{'; '.join(each)} (van de {figures.n})"
    if isinstance(row.value, int | float):
        n = next((n for number, n in figures.counts.items() if float(number) == row.value), 0)
    else:
        n = figures.counts.get(str(row.value), 0)
    return _many(n, figures.n, picture.submitted, noun)


def _many(n: int, of: int, units: int, noun: tuple[str, str]) -> str | None:
    said = wording.forms(n, of, units, noun).get("aantal")
    return wording.capital(said) if said else None


def _named(name: str, noun: str) -> str:
    """A unit by what it is and its name, where the name does not say what it is.

    >>> _named("Utrecht", "veiligheidsregio"), _named("Veiligheidsregio Utrecht", "veiligheidsregio")
    ('veiligheidsregio Utrecht', 'Veiligheidsregio Utrecht')
    """
    return name if noun.casefold() in name.casefold() else f"{noun} {name}"


def _given(row: QuestionRow) -> str:
    if row.state in {"not_asked", "undetermined"}:
        return STATES[row.state]
    return row.shown or NOT_ANSWERED


def _explained(row: QuestionRow) -> str:
    documents = "; ".join(map(_document, row.documents))
    said = [_joined(row.note), f"Documenten: {documents}." if documents else None]
    return " ".join(filter(None, said)) or NONE


def _document(reference: Reference) -> str:
    return f"{reference.title}, {reference.page}" if reference.page else reference.title


def _joined(text: str | None) -> str:
    """A text of several lines as one, for a cell."""
    return " ".join((text or "").split())


def _line(text: str) -> Line:
    return (Text(text),)


def _advised(found: Iterable[Advice]) -> tuple[Block, ...]:
    said = (
        f"{_joined(each.entry.text)} (aan {each.entry.addressee}, {each.measurement.name})" for each in found
    )
    return (Items(tuple(map(_line, said))),)
