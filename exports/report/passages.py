"""The passages of a report: each writes itself from the data, until an inspector writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from exports import series as figure_series
from exports import wording
from exports.labels import CHANGES
from exports.report import markup
from exports.report.facts import FOLLOWED, FOLLOWED_UNITS, Fact, series_key, statement_key, told_now
from exports.report.followed import OPEN, STANDS, TITLE
from exports.report.markup import escaped
from surveys.instruments import Factor, Theme
from surveys.judged import Judged
from surveys.report_texts import Written
from surveys.reports.levels import high_to_low, marks
from surveys.reports.national import NationalReport, StatementRow
from surveys.reports.whole import Whole

State = Literal["vanzelf", "geschreven", "verouderd", "leeg"]
STATES: dict[State, str] = {
    "vanzelf": "Volgt uit de gegevens",
    "geschreven": "Door inspecteurs geschreven",
    "verouderd": "Verouderd",
    "leeg": "Nog leeg",
}
"""How a passage stands, with its Dutch name."""


@dataclass(frozen=True)
class Passage:
    """A passage: where it stands, and the text that follows from the data ("" when nothing does).

    `grounds` are the texts of others that it was made from, by key: the conclusion of a judgement, say.
    `wanted`: the report can't be settled while it is empty.
    """

    key: str
    chapter: str
    title: str
    text: str
    grounds: Mapping[str, str] = field(default_factory=dict)
    wanted: bool = True


@dataclass(frozen=True)
class Change:
    """What a text says that is no longer so; `new` is None where there is nothing to say any more."""

    key: str
    old: str
    new: str | None


@dataclass(frozen=True)
class Standing:
    """A passage as it stands in the report: its text and, where that is outdated, what changed since."""

    passage: Passage
    text: str
    state: State
    changes: tuple[Change, ...] = ()
    grounds: tuple[Change, ...] = ()
    written: Written | None = None

    @property
    def version(self) -> int:
        """The version of what an inspector wrote; 0 when nobody did."""
        return self.written.version if self.written else 0

    def renewed(self, text: str) -> str:
        """A text, this one or what is typed in its place, with the counts as they are now.

        Those that can't be told any more stay.
        """
        return markup.renewed(
            text, {(each.key, each.old): each.new for each in self.changes if each.new is not None}
        )


def standing(passage: Passage, written: Written | None, known: Mapping[str, Fact]) -> Standing:
    """How a passage stands: what an inspector wrote, held against the data as they are now."""
    if written is None or written.text is None:
        state: State = "vanzelf" if passage.text else ("leeg" if passage.wanted else "vanzelf")
        return Standing(passage, passage.text, state, written=written)
    changes = tuple(
        Change(told.key, told.words, now)
        for told in written.told
        if (now := told_now(told, known)) != told.words
    )
    grounds = tuple(
        Change(key, written.grounds.get(key, ""), passage.grounds.get(key))
        for key in {**written.grounds, **passage.grounds}
        if written.grounds.get(key, "") != passage.grounds.get(key, "")
    )
    state = "verouderd" if changes or grounds else "geschreven"
    return Standing(passage, written.text, state, changes, grounds, written)


def passages(whole: Whole, known: Mapping[str, Fact]) -> tuple[Passage, ...]:
    """Every passage of a report, in its order."""
    if not whole.pictures:
        return ()
    made = _Writer(whole, known)
    return tuple(made.all())


def _list(words: Sequence[str]) -> str:
    return " en ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _concluded(judged: Judged) -> str:
    """A judgement as texts rest on it: the conclusion, and the level that it is about."""
    return f"{judged.level.label if judged.level else ''}: {judged.finding or ''}"


def _within(title: str) -> str:
    """A title as it stands within a sentence: without its capital, unless it begins with an abbreviation."""
    first = title.split(maxsplit=1)[0]
    return title if first[1:] != first[1:].lower() else title[:1].lower() + title[1:]


class _Writer:
    """Writes the passages of one report."""

    def __init__(self, whole: Whole, known: Mapping[str, Fact]) -> None:
        self.whole, self.known, self.main = whole, known, whole.main
        self.instrument = whole.main.instrument
        self.noun = self.instrument.unit_noun

    def fact(self, key: str, form: str, begins: bool = False) -> str:
        """A fact in a form, with its mark; "" when it can't be told. `begins`: a sentence begins with it."""
        said = self.known[key].forms.get(form) if key in self.known else None
        if not said:
            return ""
        return f"[{escaped(wording.capital(said) if begins else said)}]({key})"

    def all(self) -> Iterator[Passage]:
        yield from self.opening()
        yield from self.summary()
        yield from self.introduction()
        yield from self.framework()
        yield from self.findings()
        yield from self.developments()
        yield from self.followed()

    # --- before the chapters

    def opening(self) -> Iterator[Passage]:
        names = [escaped(name) for name in self.whole.publishers]
        kinds = [
            self.fact(f"geteld:{picture.instrument.unit}", "eenheden in cijfers")
            for picture in self.whole.pictures
        ]
        who = f"{_list(names)} deden dit onderzoek samen. " if len(names) > 1 else ""
        yield Passage(
            "voorwoord",
            "Voorwoord",
            "Voorwoord",
            f"Dit rapport doet verslag van de {escaped(self.whole.measurement.name)}. {who}"
            f"Het rust op de vragenlijsten, gesprekken en documenten van {_list(kinds)}, en gaat over"
            f" {self.fact('factoren', 'met wat het is')} in {self.fact('themas', 'met wat het is')}.",
        )
        yield Passage(
            "voorwoord:ondertekenaars",
            "Voorwoord",
            "Ondertekenaars",
            "\n".join(f"- het hoofd van de {name}" for name in names) or "",
        )

    def summary(self) -> Iterator[Passage]:
        chapter = "Samenvatting, conclusies en aanbevelingen"
        yield Passage("samenvatting:onderzoek", chapter, "Het onderzoek", self.method())
        for theme in self.instrument.themes:
            parts, grounds = [], {}
            for factor in theme.factors:
                judged = self.whole.judged.get(factor.code)
                if judged and judged.finding:
                    parts.append(f"{factor.code} {escaped(factor.title)}: {escaped(judged.finding)}")
                    grounds[f"oordeel:{factor.code}"] = _concluded(judged)
            yield Passage(
                f"samenvatting:thema:{theme.code}",
                chapter,
                f"Thema {theme.code} {theme.title}",
                "\n\n".join(parts),
                grounds,
            )
        titles = [each.title for each in self.whole.developments]
        yield Passage(
            "samenvatting:ontwikkelingen",
            chapter,
            "Ontwikkelingen",
            "De inspecteurs zagen deze ontwikkelingen:\n"
            + "\n".join(f"- {escaped(title)}" for title in titles)
            if titles
            else "Er zijn geen ontwikkelingen beschreven.",
            {f"ontwikkeling:{each.id}": each.title for each in self.whole.developments},
        )
        yield Passage("conclusies", chapter, "Conclusies", self.conclusions(), self.conclusion_grounds())

    def conclusions(self) -> str:
        if not self.whole.judged:
            return ""
        found = marks(self.instrument)
        top = high_to_low(found)[0]
        best = [code for code, each in self.whole.judged.items() if each.level == top]
        of = "Van de" if len(self.instrument.factors) > 1 else "Van"
        verb = "kreeg" if len(best) == 1 else "kregen"
        said = [
            f"{of} {self.fact('factoren', 'met wat het is')} {verb} er"
            f" {self.fact(f'oordelen:{top.code}', 'woord')} het oordeel ‘{top.label.lower()}’."
            " [Tabel](#oordelen) heeft elk oordeel, met wat de antwoorden voorstellen."
        ]
        rest = [code for code in self.instrument.factors if code in self.whole.judged and code not in best]
        for code in rest:
            factor, judged = self.instrument.factors[code], self.whole.judged[code]
            said.append(
                f"- {code} {escaped(factor.title)}: {self.fact(f'{code}:oordeel', 'woord')}."
                f" {escaped(judged.finding or '')}".rstrip()
            )
        return "\n".join(said)

    def conclusion_grounds(self) -> dict[str, str]:
        return {f"oordeel:{code}": _concluded(each) for code, each in self.whole.judged.items()}

    # --- 1 and 2

    def introduction(self) -> Iterator[Passage]:
        chapter, whole = "Inleiding", self.whole
        first, last = (wording.day(each) for each in whole.period)
        before = [each.measurement for each in whole.earlier]
        yield Passage(
            "inleiding:aanleiding",
            chapter,
            "Aanleiding",
            (
                f"De {escaped(whole.measurement.name)} liep van {first} tot en met {last}."
                + (
                    f" Zij volgt op {_list([f'de {escaped(each.name)} ({each.year})' for each in before])}."
                    if before
                    else " Het is de eerste meting in haar reeks."
                )
            ),
        )
        yield Passage(
            "inleiding:vraag",
            chapter,
            "Onderzoeksvraag",
            escaped(whole.question or ""),
            {"vraag": whole.question or ""},
        )
        told = (
            f"\n\nHet kader is besproken met: {escaped(whole.discussed_with)}" if whole.discussed_with else ""
        )
        yield Passage(
            "inleiding:afbakening",
            chapter,
            "Afbakening en afstemming",
            f"{escaped(whole.scope)}{told}" if whole.scope else "",
            {"afbakening": whole.scope or "", "besproken": whole.discussed_with or ""},
        )
        yield Passage("inleiding:methode", chapter, "Methode van onderzoek", self.method())
        looking_back = (
            " en [hoofdstuk](#eerder) wat er van eerdere adviezen is geworden" if whole.followed else ""
        )
        yield Passage(
            "inleiding:leeswijzer",
            chapter,
            "Leeswijzer",
            "[Hoofdstuk](#kader) beschrijft waaraan is getoetst. [Hoofdstuk](#bevindingen) heeft de"
            " bevindingen per kritische succesfactor, [hoofdstuk](#ontwikkelingen) de ontwikkelingen in de"
            f" omgeving{looking_back}. Achterin staan de afkortingen, de methode, alle tellingen en wat er"
            " met de reacties op de bevindingen is gedaan.",
        )

    def method(self) -> str:
        said = []
        for picture in self.whole.pictures:
            key = f"geteld:{picture.instrument.unit}"
            begin = self.fact(key, "aantal", begins=True)
            if not begin:
                noun = escaped(picture.instrument.unit_noun[1])
                said.append(f"Van de {noun} is nog geen verslag geverifieerd.")
                continue
            if not picture.submitted:
                said.append(f"{begin} telt al mee: er is nog geen verslag geverifieerd.")
                continue
            # the verb follows the count: "één van de drie telt", "twee van de drie tellen"
            many = picture.submitted > 1
            verb, whose = ("tellen", "hun") if many else ("telt", "het")
            said.append(f"{begin} {verb} mee: {whose} verslag is geverifieerd.")
        said.append(
            f"De inspecteurs hielden {self.fact('bezoeken', 'met wat het is')}, en"
            f" {self.fact('gesprekken', 'met wat het is')} buiten de vragenlijsten om."
            " Scores uit de vragenlijsten zijn een hulpmiddel bij het oordeel: de inspecteurs oordelen zelf,"
            " en een tweede inspecteur stelt elk oordeel vast."
        )
        return " ".join(said)

    def framework(self) -> Iterator[Passage]:
        chapter = "Onderzoekskader"
        units = [info.unit for info in self.main.dossiers.values() if info.unit.code in self.whole.above]
        above = sorted({self.whole.above[unit.code].name for unit in units})
        drawn = any(unit.tile is not None for unit in units)
        yield Passage(
            "kader:wereld",
            chapter,
            "Om wie het gaat",
            f"De meting gaat over {self.fact(f'gevraagd:{self.instrument.unit}', 'eenheden in cijfers')}."
            + (f" Zij horen bij {_list(list(map(escaped, above)))}." if above else "")
            + (" [Figuur](#kaart) laat zien welke bij welke." if drawn else ""),
        )
        yield Passage(
            "kader:trends",
            chapter,
            "Trends",
            self.trends(),
            {
                f"reeks:{each.code}": " ".join(filter(None, (f"{each.title}, {each.source}.", each.note)))
                for each in self.whole.series
            },
            wanted=False,
        )
        yield Passage(
            "kader:criteria",
            chapter,
            "Criteria, thema's en kritische succesfactoren",
            f"Het toetsingskader heeft {self.fact('factoren', 'met wat het is')} in"
            f" {self.fact('themas', 'met wat het is')}. Het overzicht staat in"
            " [tabel](#uitgangspunten-kader).",
        )

    def trends(self) -> str:
        said = []
        for each in self.whole.series:
            known = [
                (kind.label, [(year, kind.figures[year]) for year in each.years if year in kind.figures])
                for kind in each.kinds
            ]
            lines = [
                f"- {escaped(label)}: "
                + _list(
                    [
                        f"{self.fact(series_key(f'{each.code}/{year}/{label}'), 'cijfer')} in {year}"
                        for year, _ in rows
                    ]
                )
                for label, rows in known
                if rows
            ]
            unknown = [label for label, rows in known if len(rows) < len(each.years)]
            said.append(
                f"{escaped(each.title)} ({each.years[0]}–{each.years[-1]}), volgens {escaped(each.source)}:\n"
                + "\n".join(lines)
                + (
                    "\n\nNiet van alle jaren is een cijfer bekend bij:"
                    f" {_list([escaped(x) for x in unknown])}."
                    f" [Figuur](#{figure_series.key(each)}) laat die jaren open."
                    if unknown
                    else f"\n\nZie ook [figuur](#{figure_series.key(each)})."
                )
                + (f"\n\n{escaped(each.note)}" if each.note else "")
            )
        return "\n\n".join(said)

    # --- 3

    def findings(self) -> Iterator[Passage]:
        yield Passage(
            "bevindingen:opbouw",
            "Bevindingen",
            "Opbouw",
            "Elke paragraaf gaat over een kritische succesfactor. Eerst staat er wat is onderzocht en wat de"
            " vorige meting vond, dan volgen de bevindingen, de deelconclusie en de aanbevelingen. Alleen wie"
            " een geverifieerd verslag heeft, telt mee. Niemand wordt bij naam genoemd.",
        )
        for theme in self.instrument.themes:
            for factor in theme.factors:
                yield from self.factor(theme, factor)

    def factor(self, theme: Theme, factor: Factor) -> Iterator[Passage]:
        chapter, code = f"{factor.code} {factor.title}", factor.code

        def passage(
            part: str, title: str, text: str, grounds: Mapping[str, str] | None = None, wanted: bool = True
        ) -> Passage:
            return Passage(f"factor:{code}:{part}", chapter, title, text, grounds or {}, wanted)

        yield passage("criterium", "Criterium", escaped(factor.criterion))
        yield passage("vorige", "Wat de vorige meting vond", *self.before(factor), wanted=False)
        yield passage("onderzocht", "Wat is onderzocht", self.examined(factor), wanted=False)
        for topic, rows in self.topics(code).items():
            yield passage(
                f"onderwerp:{topic}", topic or "Bevindingen", self.sentences(rows), wanted=bool(topic)
            )
        judged = self.whole.judged.get(code)
        conclusion, grounds = "", {}
        if judged:
            conclusion = " ".join(
                filter(
                    None,
                    [
                        escaped(judged.finding or ""),
                        f"Het oordeel is: {self.fact(f'{code}:oordeel', 'woord')}."
                        if f"{code}:oordeel" in self.known
                        else "",
                    ],
                )
            )
            grounds = {f"oordeel:{code}": _concluded(judged)}
        yield passage("deelconclusie", "Deelconclusie", conclusion, grounds)
        yield passage("ontwikkeling", "Ontwikkeling sinds de vorige meting", self.changed(code), wanted=False)

    def before(self, factor: Factor) -> tuple[str, dict[str, str]]:
        """What the last measurement before this one with units that count says of a factor."""
        previous = self.main.previous
        if previous is None or factor.code not in self.main.in_time:
            return "Deze factor is niet eerder onderzocht.", {}
        said, grounds = [], {}
        judged = next(
            (each.judged.get(factor.code) for each in self.whole.earlier if each.measurement == previous),
            None,
        )
        if judged and judged.finding:
            said.append(f"De {escaped(previous.name)} concludeerde: {escaped(judged.finding)}")
            grounds[f"oordeel:{previous.code}:{factor.code}"] = judged.finding
        rounds = [each for each in self.main.in_time[factor.code] if each.measurement == previous]
        for each in rounds:
            counts = [
                f"{self.fact(f'{previous.code}/{factor.code}:{mark.code}', 'aantal')} op"
                f" ‘{mark.label.lower()}’"
                for mark in high_to_low(marks(each.instrument))
                if each.figures.levels.get(mark.code)
            ]
            if counts:
                said.append(
                    f"Uit de antwoorden van de {escaped(previous.name)} volgde dit beeld: {_list(counts)}."
                )
        if not rounds:
            said.append(f"In de {escaped(previous.name)} kwam deze factor niet voor.")
        return " ".join(said), grounds

    def examined(self, factor: Factor) -> str:
        topics = [_within(topic) for topic in factor.topics]
        year = self.whole.measurement.year
        if not topics:
            return f"In {year} is onderzocht in hoeverre aan dit criterium wordt voldaan."
        return f"In {year} is gekeken naar: {_list([escaped(topic) for topic in topics])}."

    def topics(self, code: str) -> dict[str, list[tuple[NationalReport, list[StatementRow]]]]:
        """The statements of a factor by topic, of every questionnaire that has the factor."""
        order: dict[str, list[tuple[NationalReport, list[StatementRow]]]] = {
            topic: [] for topic in self.instrument.factors[code].topics
        }
        for picture in self.whole.pictures:
            factor = picture.instrument.factors.get(code)
            if factor is None:
                continue
            by_topic: dict[str, list[StatementRow]] = {}
            for statement in factor.statements:
                by_topic.setdefault(statement.topic or "", []).append(picture.statements[statement.code])
            for topic, rows in by_topic.items():
                order.setdefault(topic, []).append((picture, rows))
        return order

    def sentences(self, rows: list[tuple[NationalReport, list[StatementRow]]]) -> str:
        """A paragraph for each questionnaire: the sentences of its statements, their counts marked."""
        paragraphs = []
        for picture, found in rows:
            said = [sentence for row in found if (sentence := self.sentence(picture, row))]
            if said:
                paragraphs.append(" ".join(said))
        return "\n\n".join(paragraphs)

    def sentence(self, picture: NationalReport, row: StatementRow) -> str:
        """The sentence of a statement with its count marked; "" when nothing can be counted."""
        key = statement_key(self.whole, picture, row.statement.code)
        noun = picture.instrument.unit_noun
        return "".join(
            f"[{escaped(piece.text)}]({key})" if piece.counts else escaped(piece.text)
            for piece in wording.pieces(row.statement.text, row.n, row.of, picture.submitted, noun)
        )

    def changed(self, code: str) -> str:
        if self.main.previous is None or f"{code}:verbeterd" not in self.known:
            return ""
        parts = [
            f"{label.lower()}: {self.fact(f'{code}:{change}', 'woord')}"
            for change, label in CHANGES.items()
            if self.known[f"{code}:{change}"].n
        ]
        if not parts:
            return ""
        return (
            f"Uit de vergelijking van de antwoorden met die van de {escaped(self.main.previous.name)} volgt"
            " per"
            f" {self.noun[0]}: {', '.join(parts)}."
        )

    # --- 4

    def developments(self) -> Iterator[Passage]:
        for each in self.whole.developments:
            origin = f"^[Bron: {escaped(each.origin)}]" if each.origin else ""
            yield Passage(
                f"ontwikkeling:{each.id}",
                "Ontwikkelingen",
                each.title,
                f"{escaped(each.text)}{origin}",
                {f"ontwikkeling:{each.id}": each.text},
            )

    # --- 5

    def followed(self) -> Iterator[Passage]:
        """What became of the advices of earlier measurements: nothing where there are none."""
        if not self.whole.followed:
            return
        said = [
            *self.advices(FOLLOWED, "uit eerdere metingen"),
            *self.advices(FOLLOWED_UNITS, f"aan afzonderlijke {escaped(self.noun[1])}"),
            "[Tabel](#eerdere-aanbevelingen) heeft elk advies, met de vragen die laten zien wat ervan is"
            " geworden.",
        ]
        yield Passage(
            FOLLOWED,
            TITLE,
            "Wat er van de adviezen is geworden",
            " ".join(said),
            {
                f"uitkomst:{each.point.id}": f"{found.label}: {found.words}" if found else ""
                for each in self.whole.followed
                for found in [each.found]
            },
        )

    def advices(self, prefix: str, which: str) -> Iterator[str]:
        """How many advices stand how, in sentences."""
        total = self.known.get(f"{prefix}:adviezen")
        if total is None:
            return
        counts = {code: self.known[f"{prefix}:{code}"].n for code in STANDS}
        said = self.fact(total.key, "met wat het is")
        if total.n == 1:
            (only,) = (code for code, n in counts.items() if n)
            yield f"Er was {said} {which}: {_ONE[only]}."
            return
        settled = [code for code in _SETTLED if counts[code]]
        if settled:
            verb = "is" if counts[settled[0]] == 1 else "zijn"
            first, *more = (f"{self.fact(f'{prefix}:{code}', 'woord')} {_SETTLED[code]}" for code in settled)
            # the first says what was done, and the others only how far
            first = first if settled[0] == "uitgevoerd" else f"{first} uitgevoerd"
            yield f"Van de {said} {which} {verb} er {_list([first, *more])}."
        else:
            yield f"Er waren {said} {which}."
        for code, words in _UNSETTLED.items():
            if counts[code]:
                yield f"Bij {self.fact(f'{prefix}:{code}', 'woord')} {words}."


_SETTLED: Final = {"uitgevoerd": "uitgevoerd", "deels": "deels", "niet": "niet"}
_UNSETTLED: Final = {
    "onbekend": "is niet vast te stellen wat ervan is geworden",
    OPEN: "moet nog worden vastgesteld wat ervan is geworden",
}
_ONE: Final = {
    "uitgevoerd": "het is uitgevoerd",
    "deels": "het is deels uitgevoerd",
    "niet": "het is niet uitgevoerd",
    "onbekend": "wat ervan is geworden, is niet vast te stellen",
    OPEN: "wat ervan is geworden, moet nog worden vastgesteld",
}
