"""The layout of a measurement's report: its passages, tables and figures as a `Document`.

The order is that of the report of 2013 (docs/method.md, the report).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from exports import series as figure_series
from exports import wording
from exports.document import Bar as Bars
from exports.document import (
    Block,
    Cell,
    Column,
    Document,
    Figure,
    Heatmap,
    Items,
    Panels,
    Paragraph,
    Section,
    StackedBars,
    Table,
    Text,
    Tile,
    TileMap,
)
from exports.document import Key as Legend
from exports.labels import AID
from exports.report import markup
from exports.report.facts import FOLLOWED, Fact, facts
from exports.report.followed import NOT_FOLLOWED, NOT_SHOWN, TITLE, Advice, advices, evidence, told
from exports.report.parts import aid, cells, letters, level, levels_table, no_level, with_abbreviations, words
from exports.report.passages import Standing, passages, standing
from surveys.instruments import Factor, Theme
from surveys.recommending import Entry as Recommendation
from surveys.report_texts import Written
from surveys.reports.levels import Mark, high_to_low, marks
from surveys.reports.whole import Whole

DRAFT = "Concept"
OUTDATED = "Let op: deze tekst is verouderd. De gegevens zijn gewijzigd nadat hij is geschreven."
EMPTY = "Deze tekst moet nog worden geschreven."


@dataclass(frozen=True)
class Report:
    """A report as it is now: the document, how each passage stands (by key), and every fact by key.

    `unplaced` is what inspectors wrote for passages that the report no longer has.
    """

    document: Document
    standings: Mapping[str, Standing]
    facts: Mapping[str, Fact]
    unplaced: tuple[Written, ...] = ()


def report(whole: Whole, state: str = DRAFT) -> Report:
    """Lay out the report of a measurement. `state` says on its first page how definite it is."""
    known = facts(whole)
    standings = {
        each.key: standing(each, whole.texts.get(each.key), known) for each in passages(whole, known)
    }
    unplaced = tuple(
        each for key, each in whole.texts.items() if key not in standings and each.text is not None
    )
    return Report(_Layout(whole, standings).document(state), standings, known, unplaced)


class _Layout:
    """Lays out one report."""

    def __init__(self, whole: Whole, standings: Mapping[str, Standing]) -> None:
        self.whole, self.standings = whole, standings
        self.main = whole.main
        self.instrument = self.main.instrument
        self.marks = high_to_low(marks(self.instrument))

    def document(self, state: str) -> Document:
        info = self.whole.measurement
        many = self.instrument.unit_noun[1]
        body = (
            self.opening(),
            self.summary(),
            self.introduction(),
            self.framework(),
            self.findings(),
            self.developments(),
            *self.followed(),
        )
        document = Document(
            title=f"Rapport {info.name}",
            subtitle=f"{self.instrument.title}: het landelijke beeld",
            subject=f"Bevindingen, conclusies en aanbevelingen over de {many}",
            publishers=self.whole.publishers,
            state=state,
            dated=self.whole.period[1].isoformat(),
            fictief=info.fictief,
            sections=(*body, *self.appendices()),
        )
        return with_abbreviations(document, self.whole.glossary)

    # --- passages

    def text(self, key: str) -> tuple[Block, ...]:
        """A passage as it stands; one that is outdated or has to be written says so."""
        found = self.standings[key]
        if found.state == "leeg":
            return (aid(EMPTY),)
        made = markup.blocks(found.text, key)
        return (aid(OUTDATED), *made) if found.state == "verouderd" else made

    def part(
        self, key: str, title: str, *more: Block, section: str | None = None, numbered: bool = True
    ) -> Section:
        """A section of one passage."""
        return Section(
            section or key, title, (*self.text(key), *more), counting="number" if numbered else "none"
        )

    # --- before the chapters

    def opening(self) -> Section:
        return Section(
            "voorwoord",
            "Voorwoord",
            (*self.text("voorwoord"), *self.text("voorwoord:ondertekenaars")),
            counting="none",
        )

    def summary(self) -> Section:
        themes = tuple(
            self.part(
                f"samenvatting:thema:{theme.code}", f"Thema {theme.code}: {theme.title}", numbered=False
            )
            for theme in self.instrument.themes
        )
        return Section(
            "samenvatting",
            "Samenvatting, conclusies en aanbevelingen",
            counting="none",
            sections=(
                Section(
                    "samenvatting:onderzoek",
                    "Het onderzoek",
                    (
                        *self.text("samenvatting:onderzoek"),
                        self.starting_points("uitgangspunten-samenvatting", False),
                    ),
                    counting="none",
                ),
                Section("samenvatting:bevindingen", "Bevindingen", sections=themes, counting="none"),
                self.part("samenvatting:ontwikkelingen", "Ontwikkelingen", numbered=False),
                self.part("conclusies", "Conclusies", numbered=False),
                Section(
                    "aanbevelingen",
                    "Aanbevelingen",
                    self.recommended(self.whole.recommendations),
                    counting="none",
                ),
            ),
        )

    def recommended(self, found: Iterable[Recommendation]) -> tuple[Block, ...]:
        """Recommendations by whom they are for, in their order."""
        by_addressee: dict[str, list[Recommendation]] = {}
        for each in found:
            by_addressee.setdefault(each.addressee, []).append(each)
        if not by_addressee:
            return (words("Er zijn geen aanbevelingen."),)
        made: list[Block] = []
        for addressee, rows in by_addressee.items():
            made.append(Paragraph((Text(f"Aan {addressee}", strong=True),)))
            made.append(Items(tuple(markup.line(markup.escaped(" ".join(row.text.split()))) for row in rows)))
        return tuple(made)

    def judged(self) -> tuple[Block, ...]:
        """The judgement of each factor beside what the answers propose, and what was proposed before."""
        rounds = [
            info
            for info in self.main.series
            if any(each.measurement == info for found in self.main.in_time.values() for each in found)
        ]
        columns = (
            Column("Kritische succesfactor", 4),
            Column("Oordeel", 2),
            *(Column(f"Voorstel uit de antwoorden {info.year}", 2) for info in rounds),
        )
        rows = []
        for code, factor in self.instrument.factors.items():
            judged = self.whole.judged.get(code)
            found = self.proposals(code)
            rows.append(
                (
                    Cell(f"{code} {factor.title}"),
                    level(judged.level if judged else None, "nog geen oordeel"),
                    *(level(found.get(info.code), "niet onderzocht") for info in rounds),
                )
            )
        heat = Heatmap(
            self.legend(),
            tuple(str(info.year) for info in rounds),
            tuple(
                (code, tuple(letters(self.proposals(code).get(info.code)) for info in rounds))
                for code in self.instrument.factors
            ),
        )
        table = Table("oordelen", "Oordeel en voorstel per kritische succesfactor", columns, tuple(rows))
        told = "; ".join(
            f"{code}: "
            + ", ".join(
                f"{info.year} {mark.label.lower()}"
                for info in rounds
                if (mark := self.proposals(code).get(info.code)) is not None
            )
            for code in self.instrument.factors
        )
        return (
            table,
            Figure(
                "voorstellen",
                "Wat de antwoorden per meting voorstellen",
                f"Een rooster met per kritische succesfactor en meting het voorgestelde niveau. {told}.",
                heat,
                Table(
                    "voorstellen-tabel",
                    "Voorstel per meting",
                    (Column("Factor", 1), *(Column(str(info.year), 2) for info in rounds)),
                    tuple(
                        (Cell(code), *(level(self.proposals(code).get(info.code), "–") for info in rounds))
                        for code in self.instrument.factors
                    ),
                ),
            ),
        )

    def proposals(self, code: str) -> dict[str, Mark]:
        """What the answers proposed for a factor in each measurement, by its code."""
        return {
            each.measurement.code: marks(each.instrument)[each.figures.proposal]
            for each in self.main.in_time[code]
            if each.submitted
        }

    # --- 1 and 2

    def introduction(self) -> Section:
        titles = {
            "inleiding:aanleiding": "Aanleiding",
            "inleiding:vraag": "Onderzoeksvraag",
            "inleiding:afbakening": "Afbakening en afstemming",
            "inleiding:methode": "Methode van onderzoek",
            "inleiding:leeswijzer": "Leeswijzer",
        }
        parts = tuple(self.part(key, title) for key, title in titles.items())
        return Section("inleiding", "Inleiding", sections=parts)

    def framework(self) -> Section:
        return Section(
            "kader",
            "Onderzoekskader",
            sections=(
                self.part("kader:wereld", "Om wie het gaat", *self.map()),
                *(
                    [
                        self.part(
                            "kader:trends",
                            "Trends",
                            *(figure_series.figure(each) for each in self.whole.series),
                        )
                    ]
                    if self.whole.series or self.standings["kader:trends"].text
                    else []
                ),
                self.part(
                    "kader:criteria",
                    "Criteria, thema's en kritische succesfactoren",
                    self.starting_points("uitgangspunten-kader", True),
                ),
            ),
        )

    def starting_points(self, key: str, numbered: bool) -> Table:
        """The themes with their factors, as the report has them twice: with the numbers of themes, or not."""
        rows = [
            (
                Cell(f"{theme.code} {theme.title}" if numbered else theme.title),
                Cell(f"{factor.code} {factor.title}" if numbered else factor.title),
            )
            for theme in self.instrument.themes
            for factor in theme.factors
        ]
        return Table(
            key,
            "Uitgangspunten voor het onderzoek",
            (Column("Thema", 2), Column("Kritische succesfactor", 3)),
            tuple(rows),
            heads=1,
        )

    def map(self) -> tuple[Block, ...]:
        """The tile map of units by the unit that they belong to; none when no unit has a place on it."""
        units = [info.unit for info in self.main.dossiers.values() if info.unit.tile is not None]
        above = sorted({self.whole.above[unit.code].name for unit in units if unit.code in self.whole.above})
        if not units or not above:
            return ()
        of = {unit.code: self.whole.above[unit.code].name for unit in units if unit.code in self.whole.above}
        placed = [(unit, unit.tile) for unit in units if unit.code in of]
        told = "; ".join(
            f"{name}: {', '.join(unit.name for unit in units if of.get(unit.code) == name)}" for name in above
        )
        singular, plural = self.instrument.unit_noun
        return (
            Figure(
                "kaart",
                f"Bij wie de {plural} horen",
                f"Een tegelkaart van Nederland met een tegel per {singular}. {told}.",
                TileMap(
                    tuple(Legend(name) for name in above),
                    tuple(
                        Tile(tile[0], tile[1], unit.short, above.index(of[unit.code]))
                        for unit, tile in placed
                        if tile
                    ),
                ),
                Table(
                    "kaart-tabel",
                    f"De {plural} en bij wie zij horen",
                    (Column(wording.capital(singular), 2), Column("Hoort bij", 2)),
                    tuple(cells(unit.name, of[unit.code]) for unit, _ in placed),
                ),
            ),
        )

    # --- 3

    def findings(self) -> Section:
        return Section(
            "bevindingen",
            "Bevindingen",
            (*self.text("bevindingen:opbouw"), *self.judged(), *self.levels(), aid(AID)),
            tuple(self.theme(theme) for theme in self.instrument.themes),
        )

    def theme(self, theme: Theme) -> Section:
        parts = tuple(self.factor(factor) for factor in theme.factors)
        return Section(f"thema:{theme.code}", theme.title, sections=parts)

    def factor(self, factor: Factor) -> Section:
        code = factor.code
        key = f"factor:{code}"
        topics = [
            each.removeprefix(f"{key}:onderwerp:")
            for each in self.standings
            if each.startswith(f"{key}:onderwerp:")
        ]
        intro = [
            block for part in ("criterium", "vorige", "onderzocht") for block in self.text(f"{key}:{part}")
        ]
        general = self.text(f"{key}:onderwerp:") if "" in topics else ()
        mine = [each for each in self.whole.recommendations if each.factor == code]
        sections = [
            Section(f"{key}:inleiding", "Inleiding", tuple(intro), counting="none"),
            Section(
                f"{key}:bevindingen",
                "Bevindingen",
                general,
                tuple(
                    self.part(f"{key}:onderwerp:{topic}", topic, numbered=False) for topic in topics if topic
                ),
                counting="none",
            ),
            Section(
                f"{key}:deelconclusie",
                "Deelconclusie",
                (*self.text(f"{key}:deelconclusie"), *self.text(f"{key}:ontwikkeling")),
                counting="none",
            ),
        ]
        if mine:
            sections.append(
                Section(f"{key}:aanbevelingen", "Aanbevelingen", self.recommended(mine), counting="none")
            )
        return Section(code, factor.title, sections=tuple(sections))

    def legend(self) -> tuple[Legend, ...]:
        return tuple(Legend(mark.label, mark.rank) for mark in self.marks)

    def levels(self) -> tuple[Block, ...]:
        """How many units stand at each level: now per factor, and over the measurements."""
        if not self.main.submitted:
            return ()
        heads = tuple(Column(mark.label, 1, "right") for mark in self.marks)
        now, rows, panels = [], [], []
        for code, rounds in self.main.in_time.items():
            title = self.instrument.factors[code].title
            bars = []
            for each in rounds:
                counts = tuple(each.figures.levels.get(mark.code, 0) for mark in self.marks)
                if not each.submitted:
                    continue
                bars.append(Bars(str(each.measurement.year), counts))
                rows.append(cells(code, str(each.measurement.year), *map(str, counts)))
                if each.measurement == self.main.measurement:
                    now.append((code, counts))
            panels.append((f"{code} {title}", tuple(bars)))
        many, year = self.instrument.unit_noun[1], self.main.measurement.year
        told = "; ".join(
            f"{code}: "
            + ", ".join(f"{n} {mark.label.lower()}" for n, mark in zip(counts, self.marks, strict=True) if n)
            for code, counts in now
        )
        found: list[Block] = [
            Figure(
                "niveaus",
                f"Aantal {many} per niveau, {year}",
                f"Gestapelde staven, een per kritische succesfactor. {told}.",
                StackedBars(
                    self.legend(), tuple(Bars(code, counts) for code, counts in now), self.main.submitted
                ),
                Table(
                    "niveaus-tabel",
                    f"Aantal {many} per niveau, {year}",
                    (Column("Factor", 1), *heads),
                    tuple(cells(code, *map(str, counts)) for code, counts in now),
                ),
            )
        ]
        if any(len(bars) > 1 for _, bars in panels):
            total = max(sum(bar.counts) for _, bars in panels for bar in bars)
            found.append(
                Figure(
                    "niveaus-in-de-tijd",
                    f"Aantal {many} per niveau in elke meting",
                    "Kleine grafieken naast elkaar, een per kritische succesfactor, met een gestapelde staaf"
                    " per"
                    " meting. De getallen staan in de tabel eronder.",
                    Panels(self.legend(), tuple(panels), total),
                    Table(
                        "niveaus-in-de-tijd-tabel",
                        f"Aantal {many} per niveau in elke meting",
                        (Column("Factor", 1), Column("Meting", 1), *heads),
                        tuple(rows),
                        heads=2,
                    ),
                )
            )
        return tuple(found)

    # --- 4 and on

    def developments(self) -> Section:
        found = self.whole.developments
        titles = self.instrument.factors
        parts = []
        for each in found:
            bears = [f"{code} {titles[code].title}" for code in each.factors if code in titles]
            more = [words(f"Van belang voor: {'; '.join(bears)}.")] if bears else []
            parts.append(self.part(f"ontwikkeling:{each.id}", each.title, *more))
        blocks = () if found else (words("Er zijn geen ontwikkelingen beschreven."),)
        return Section("ontwikkelingen", "Ontwikkelingen", blocks, tuple(parts))

    def followed(self) -> tuple[Section, ...]:
        """What became of what earlier measurements recommended; nothing where they recommended nothing."""
        rows = [*map(self.advice, advices(self.whole.followed)), *self.unregistered()]
        if not rows:
            return ()
        table = Table(
            "eerdere-aanbevelingen",
            "Wat er van aanbevelingen van eerdere metingen is geworden",
            (
                Column("Aanbeveling", 3),
                Column("Meting", 1.6),
                Column("Aan", 2.6),
                Column("Wat ervan is geworden", 2.8),
                Column("Vragen die dat laten zien", 3.8),
            ),
            tuple(rows),
        )
        if FOLLOWED in self.standings:
            return (self.part(FOLLOWED, TITLE, table, section="eerder"),)
        return (Section("eerder", TITLE, (words("Eerdere metingen deden deze aanbevelingen."), table)),)

    def advice(self, each: Advice) -> tuple[Cell, ...]:
        """A row of an advice: of those to single units only how many there are, for nobody is named."""
        nouns = {picture.instrument.unit: picture.instrument.unit_noun for picture in self.whole.pictures}
        to, stands, said = told(each, nouns)
        point = each.first.point
        text = " ".join(point.text.split())
        return cells(
            f"{point.number}: {text}" if point.number else text,
            each.first.measurement.name,
            to,
            f"{stands}. {said}".rstrip() if said else stands,
            evidence(each.first.proofs, own=not each.to_units) or NOT_SHOWN,
        )

    def unregistered(self) -> Iterator[tuple[Cell, ...]]:
        """Earlier recommendations that nobody follows up: they are not left out."""
        followed = {each.point.recommendation_id for each in self.whole.followed}
        for each in self.whole.earlier:
            for row in each.recommendations:
                if row.id not in followed:
                    yield cells(
                        " ".join(row.text.split()), each.measurement.name, row.addressee, NOT_FOLLOWED, "–"
                    )

    # --- appendices

    def appendices(self) -> tuple[Section, ...]:
        return (
            Section("bijlage-methode", "Methode", self.method(), counting="appendix"),
            Section("bijlage-tellingen", "Tellingen", self.counts(), counting="appendix"),
            Section("bijlage-wederhoor", "Wederhoor", self.hearing(), counting="appendix"),
            Section("bijlage-bronnen", "Bronnen en verantwoording", self.account(), counting="appendix"),
        )

    def method(self) -> tuple[Block, ...]:
        made: list[Block] = [
            words(
                "Een score ligt tussen 0 en 1 en is het gewogen gemiddelde van de vragen die zijn beantwoord."
                f" {AID}"
            )
        ]
        for picture in self.whole.pictures:
            instrument, rules = picture.instrument, picture.instrument.rules
            made += [
                levels_table(instrument, f"niveaus-{instrument.code}", f"Niveaus: {instrument.title}"),
                Items(
                    (
                        markup.line(
                            "Een niveau vraagt dat de antwoorden tellen voor ten minste"
                            f" {wording.decimal(rules.min_coverage)} van het gewicht."
                        ),
                        markup.line(
                            "Landelijk is er een voorstel als ten minste"
                            f" {wording.decimal(rules.min_units)} van de {instrument.unit_noun[1]} een"
                            " niveau heeft."
                        ),
                        markup.line(
                            f"Landelijk ‘{instrument.levels[-1].label.lower()}’ vraagt dat elke voorwaarde"
                            " bij ten"
                            f" minste {wording.decimal(rules.must_share)} is vervuld, en dat hoogstens"
                            f" {wording.decimal(rules.max_failing_share)} op het laagste niveau staat."
                        ),
                    )
                ),
            ]
        made.append(words(no_level()))
        return tuple(made)

    def counts(self) -> tuple[Block, ...]:
        made: list[Block] = [
            words(
                "Elke bevinding rust op een telling. Hieronder staat elke telling een keer, met het aantal"
                " en van"
                " hoeveel eenheden het antwoord bekend is."
            )
        ]
        for picture in self.whole.pictures:
            noun, units = picture.instrument.unit_noun, picture.submitted
            rows = [
                cells(
                    code,
                    wording.sentence(row.statement.text, row.n, row.of, units, noun) or "Geen telling",
                    f"{row.n} van {row.of}",
                )
                for code, row in picture.statements.items()
            ]
            if rows:
                made.append(
                    Table(
                        f"tellingen-{picture.instrument.code}",
                        f"Tellingen: {picture.instrument.title}",
                        (Column("Code", 1.2), Column("Bevinding", 6), Column("Aantal", 1.4, "right")),
                        tuple(rows),
                    )
                )
        return tuple(made)

    def hearing(self) -> tuple[Block, ...]:
        if not self.whole.heard:
            return (words("Er zijn geen reacties op de bevindingen vastgelegd."),)
        return (
            words(
                "De bevindingen zijn voorgelegd aan wie zij betreffen. Hieronder staat elke reactie, wat"
                " ermee is"
                " gedaan en waarom. Van wie zij komt, staat er niet bij."
            ),
            Table(
                "wederhoor",
                "Reacties op de bevindingen",
                (Column("Factor", 1), Column("Reactie", 4), Column("Afhandeling", 2), Column("Reden", 3)),
                tuple(
                    cells(each.factor, each.said, each.done, each.reason or "–") for each in self.whole.heard
                ),
            ),
        )

    def account(self) -> tuple[Block, ...]:
        rows = [
            cells(
                picture.instrument.title,
                picture.instrument.version,
                f"{picture.submitted} van {picture.total}",
                picture.instrument.sha256,
            )
            for picture in self.whole.pictures
        ]
        found: list[Block] = [
            Table(
                "vragenlijsten",
                "Vragenlijsten en hun versies",
                (
                    Column("Vragenlijst", 3),
                    Column("Versie", 1),
                    Column("Tellen mee", 1.3),
                    Column("Controlegetal (SHA-256)", 4),
                ),
                tuple(rows),
            ),
            words(f"De woorden voor aantallen volgen versie {wording.version()} van de woordenlijst."),
        ]
        if self.whole.sources:
            found += [
                words("De inspecteurs gebruikten ook deze bronnen:"),
                Items(tuple(markup.line(markup.escaped(each)) for each in self.whole.sources)),
            ]
        return tuple(found)
