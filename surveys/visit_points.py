"""The points to raise at a visit, collected from the answers of a dossier: each with a key that lasts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import scoring
from surveys import answers, questions, results
from surveys.answers import Content
from surveys.between import Finding
from surveys.instruments import Instrument, Question
from surveys.instruments.placeholders import COUNTING, PLACEHOLDER
from surveys.models import Answer
from surveys.reports.earlier import Round, answer_in
from surveys.reports.levels import marks
from surveys.reports.source import UnitInfo, previous
from surveys.views import ViewInfo

KINDS: dict[str, str] = {
    "must": "Must niet gehaald",
    "fall": "Niveau gedaald",
    "open_must": "Must open",
    "between": "Regio en RMC",
    "check": "Controle",
    "view": "Afwijkend standpunt",
    "unknown": "Weet ik niet",
    "worse": "Slechter dan vorige meting",
    "document": "Bewijsstuk ontbreekt",
    "difference": "Anders dan vorige meting",
    "reference": "Bewijsstuk alleen genoemd",
    "few": "Een van weinige",
    "ask": "Vraag om te stellen",
    "own": "Eigen punt",
}
"""The kinds of points, the most important first, with their Dutch names."""

FEW = 3
"""Up to so many units are few, where they are no more than a quarter of all that submitted."""
QUARTER = 4


@dataclass(frozen=True)
class Point:
    """A point to raise. `subject` is the text of the question that it is about, if it is about one.

    `key` stays the same whatever becomes of the answers. `questions` has the codes that it links to; without
    any it is about the factor (None: about the dossier as a whole). `detail` is what there is to it besides.
    """

    key: str
    kind: str
    factor: str | None
    questions: tuple[str, ...]
    subject: str | None
    text: str
    detail: str | None = None

    @property
    def label(self) -> str:
        """What kind of point it is, in Dutch."""
        return KINDS[self.kind]

    @property
    def anchor(self) -> str | None:
        """Its place on the page of the unit: that of its first question, or of its factor."""
        if self.questions:
            return f"vraag-{self.questions[0]}"
        return f"factor-{self.factor}" if self.factor else None


@dataclass(frozen=True)
class Known:
    """All that points are collected from.

    `figures` are those of all submitted units of this questionnaire, this one included; `filed` has the
    titles of the documents that have a file; `rounds` are the measurements before this one, oldest first.
    """

    unit: UnitInfo
    instrument: Instrument
    rows: Mapping[str, Answer]
    figures: scoring.Results
    rounds: tuple[Round, ...]
    views: tuple[ViewInfo, ...]
    filed: frozenset[str]
    findings: tuple[Finding, ...]

    @cached_property
    def given(self) -> dict[str, results.Answer]:
        """The answers as scoring takes them."""
        return answers.given(self.rows)

    @cached_property
    def _standing(self) -> results.Standing:
        return results.Standing(self.instrument, self.given)

    @property
    def asked(self) -> dict[str, str]:
        """Which questions are asked."""
        return self._standing.asked

    @property
    def required(self) -> dict[str, scoring.Required]:
        """What must go with which answer."""
        return self._standing.required

    @property
    def scored(self) -> scoring.UnitScore:
        """The scores of this unit."""
        return self.figures.units[self.unit.code]

    @property
    def before(self) -> Round | None:
        """The measurement that this one is compared with; None where the unit took no part in it."""
        own = Round(self.rounds[-1].measurement, self.instrument, {}, counts=True) if self.rounds else None
        if own is None:
            return None
        found = previous([*self.rounds, own], lambda each: each.counts)[-1]
        return found if found is not None and found.answers is not None else None

    def content(self, code: str) -> Content:
        """The answer to a question."""
        return answers.content_of(self.rows.get(code))

    def shown(self, question: Question) -> str:
        """The answer to a question in Dutch."""
        content = self.content(question.code)
        return questions.show_answer(question, content.value, content.special) or "geen antwoord"


def collect(known: Known) -> tuple[Point, ...]:
    """Every point there is now: by factor in their order, the most important first, then by question."""
    found = [
        *_musts(known),
        *_falls(known),
        *_between(known),
        *_checks(known),
        *_views(known),
        *_unknown(known),
        *_documents(known),
        *_differences(known),
        *_few(known),
    ]
    factors = {code: place for place, code in enumerate(known.instrument.factors)}
    kinds = list(KINDS)
    asked = {code: place for place, code in enumerate(known.instrument.questions)}

    def place(point: Point) -> tuple[int, int, int, str]:
        first = asked.get(point.questions[0], 0) if point.questions else -1
        return factors.get(point.factor or "", -1), kinds.index(point.kind), first, point.key

    return tuple(sorted(found, key=place))


def _at(kind: str, question: Question, text: str, detail: str | None = None, key: str = "") -> Point:
    return Point(
        key or f"{kind}:{question.code}",
        kind,
        question.factor,
        (question.code,),
        question.text,
        text,
        detail,
    )


def _musts(known: Known) -> Iterable[Point]:
    for code, score in known.scored.factors.items():
        for name in score.missed_musts:
            question = known.instrument.questions[name]
            yield _at("must", question, f"{known.shown(question)}.", known.content(name).note)
        for name in score.open_musts:
            question = known.instrument.questions[name]
            if known.asked[name] == "asked" and known.content(name).special is None:
                assert question.factor == code
                yield _at("open_must", question, "Deze must is niet beantwoord.")


def _falls(known: Known) -> Iterable[Point]:
    before = known.before
    if before is None:
        return
    unit = known.unit.code
    compared = results.compare(
        before.instrument, {unit: before.answers or {}}, known.instrument, {unit: known.given}
    )
    names = marks(known.instrument)
    rank = {level.code: place for place, level in enumerate(known.instrument.levels)}
    for code, factor in compared.factors.items():
        change = factor.units[unit]
        if change.change == "niet_vergelijkbaar" or change.earlier is None or change.later is None:
            continue
        if rank[change.later] < rank[change.earlier]:
            text = (
                f"Op de vragen die in beide metingen zijn gesteld: van ‘{names[change.earlier].label}’"
                f" ({before.measurement.year}) naar ‘{names[change.later].label}’."
            )
            yield Point(f"fall:{code}", "fall", code, (), None, text)


def _between(known: Known) -> Iterable[Point]:
    for each in known.findings:
        rule, mine = each.rule, each.region is not None
        codes = rule.region_questions if mine else rule.commander_questions
        question = known.instrument.questions[codes[0]]
        kind = "ask" if rule.kind == "question" else "between"
        said = "; ".join(f"{other.unit.short}: {other.shown}" for other in each.others)
        own = "; ".join(known.shown(known.instrument.questions[code]) for code in codes)
        detail = f"{known.unit.short}: {own}. {said}." if each.others else None
        if each.counted is not None:
            detail = f"{detail} In het gebied voldoen er {each.counted}, voor zover bekend."
        yield Point(f"between:{rule.code}", kind, question.factor, codes, None, rule.text, detail)


def _checks(known: Known) -> Iterable[Point]:
    for check in known.instrument.checks:
        if check.code in known.scored.checks:
            codes = tuple(dict.fromkeys(each.question for each in check.all))
            factor = known.instrument.questions[codes[0]].factor
            yield Point(f"check:{check.code}", "check", factor, codes, None, check.text)


def _views(known: Known) -> Iterable[Point]:
    for view in known.views:
        if not view.agrees:
            text = f"{view.label}: {view.shown}. Samen: {known.shown(view.question)}."
            yield _at(
                "view", view.question, text, view.content.note, f"view:{view.question.code}:{view.role}"
            )


def _unknown(known: Known) -> Iterable[Point]:
    for code, question in known.instrument.questions.items():
        content = known.content(code)
        if known.asked[code] == "asked" and content.special == "onbekend":
            must = " Deze vraag is een must." if question.must is not None else ""
            yield _at("unknown", question, f"Nog te beantwoorden.{must}", content.note)


def _documents(known: Known) -> Iterable[Point]:
    named: dict[str, list[tuple[str, str]]] = {}
    for code, question in known.instrument.questions.items():
        need = known.required.get(code)
        content = known.content(code)
        if need is None or not need.document or (content.value is None and content.special is None):
            continue
        if not content.documents:
            yield _at("document", question, f"Gevraagd: {question.evidence or 'een document'}.")
        elif not any(each.title in known.filed for each in content.documents):
            titles = [f"{each.title}, {each.page}" if each.page else each.title for each in content.documents]
            named.setdefault(question.factor, []).append((code, " en ".join(titles)))
    for factor, rows in named.items():
        text = "; ".join(f"{code}: {titles}" for code, titles in rows)
        codes = tuple(code for code, _ in rows)
        yield Point(f"reference:{factor}", "reference", factor, codes, None, f"{text}.")


def _differences(known: Known) -> Iterable[Point]:
    before = known.before
    if before is None:
        return
    unit = known.unit.code
    was = results.score(before.instrument, {unit: before.answers or {}}).units[unit].points
    for factor in known.instrument.factors:
        if factor not in before.instrument.factors:
            continue
        for code in results.common(before.instrument, known.instrument, factor).questions:
            question, content = known.instrument.questions[code], known.content(code)
            earlier = answer_in(question, before)
            if known.asked[code] != "asked" or content.value is None or earlier.shown is None:
                continue
            now = known.shown(question)
            if earlier.shown != now:
                unexplained = "" if (content.note or "").strip() else " Zonder toelichting."
                text = f"{earlier.measurement.year}: {earlier.shown}. Nu: {now}.{unexplained}"
                old, new = was.get(code), known.scored.points.get(code)
                kind = "worse" if old is not None and new is not None and new < old else "difference"
                yield _at(kind, question, text, content.note, f"difference:{code}")


def _few(known: Known) -> Iterable[Point]:
    total, unit = len(known.figures.units), known.unit.code
    said: set[str] = set()
    for code, statement in known.instrument.statements.items():
        question = known.instrument.questions[statement.count.question]
        units = known.figures.national.statements[code].units
        if question.scored and unit in units and _is_few(len(units), total):
            said.add(question.code)
            text = f"{_of_one(statement.text, known.unit.name)} {_of_all(len(units), total)}"
            yield _at("few", question, text, key=f"few:{code}")
    missed = {code for factor in known.scored.factors.values() for code in factor.missed_musts}
    for code, question in known.instrument.questions.items():
        if question.must is None or code in said or code in missed or known.asked[code] != "asked":
            continue
        value = known.content(code).value
        chosen = value if isinstance(value, list) else [value]
        counts = known.figures.national.questions[code].counts or {}
        for option in question.options if question.scored else ():
            if option.code in chosen and _is_few(counts[option.code], total):
                text = f"{option.label}. {_of_all(counts[option.code], total)}"
                yield _at("few", question, text, key=f"few:{code}:{option.code}")


def _is_few(n: int, total: int) -> bool:
    return 1 <= n <= FEW and n * QUARTER <= total


def _of_all(n: int, total: int) -> str:
    return f"Dat geldt voor {n} van de {total}."


def _of_one(text: str, name: str) -> str:
    """A statement's sentence about one unit: its name where the count stands, and the verb after it."""
    return PLACEHOLDER.sub(lambda match: name if match[1] in COUNTING else match[1].partition("|")[0], text)
