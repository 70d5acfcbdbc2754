"""Rules between two questionnaires: what a region and its commander say of the same thing.

Data like the instruments themselves, in `pairs/*.toml`; the first of them says what each kind of rule means.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from scoring.model import Condition
from surveys import textfile
from surveys.errors import InstrumentFaults
from surveys.instruments import keys
from surveys.instruments.keys import Key, Table
from surveys.instruments.loader import condition
from surveys.instruments.model import Instrument

Kind = Literal["both", "question", "count", "together"]


@dataclass(frozen=True, slots=True)
class Fit:
    """What the regions of an area can have answered beside one answer of the commander.

    `only` has the codes that occur (None: any); of each set in `some` at least one code occurs.
    """

    only: frozenset[str] | None
    some: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Which of its parts are filled in depends on its kind, as `KINDS` says."""

    code: str
    kind: Kind
    text: str
    region: tuple[Condition, ...] = ()
    commander: tuple[Condition, ...] = ()
    region_question: str | None = None
    commander_question: str | None = None
    fits: Mapping[str, Fit] | None = None

    @property
    def region_questions(self) -> tuple[str, ...]:
        """The questions of the region that it is about."""
        named = (self.region_question,) if self.region_question else ()
        return tuple(dict.fromkeys((*named, *(each.question for each in self.region))))

    @property
    def commander_questions(self) -> tuple[str, ...]:
        """The questions of the commander that it is about."""
        named = (self.commander_question,) if self.commander_question else ()
        return tuple(dict.fromkeys((*named, *(each.question for each in self.commander))))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questionnaires by their codes, and the rules between them.

    `judged_on_both` has the factors whose national judgement rests on both, and not on the regions alone.
    """

    region: str
    commander: str
    rules: tuple[Rule, ...]
    judged_on_both: tuple[str, ...] = ()


PAIR = {
    "region": Key(keys.code, required=True),
    "commander": Key(keys.code, required=True),
    "judged_on_both": Key(keys.codes),
    "rules": Key(keys.tables, required=True),
}
RULE = {
    "code": Key(keys.code, required=True),
    "kind": Key(keys.one_of("both", "question", "count", "together"), required=True),
    "text": Key(keys.text, required=True),
    "region": Key(keys.tables),
    "commander": Key(keys.tables),
    "region_question": Key(keys.code),
    "commander_question": Key(keys.code),
    "fits": Key(keys.tables),
}
FIT = {"answer": Key(keys.code, required=True), "only": Key(keys.codes), "some": Key(lambda _: None)}
CONDITION = {
    "question": Key(keys.code, required=True),
    **{key: each for terms in keys.BY_KIND.values() for key, each in terms.items()},
}
KINDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "both": (frozenset({"region", "commander"}), frozenset()),
    "question": (frozenset({"region"}), frozenset({"commander"})),
    "count": (frozenset({"region", "commander_question"}), frozenset()),
    "together": (frozenset({"region_question", "commander_question", "fits"}), frozenset()),
}
"""Which parts a rule of each kind must have, and which it may have."""
_PARTS = frozenset(part for parts in KINDS.values() for some in parts for part in some)


@cache
def builtin() -> tuple[Pair, ...]:
    """The rules that come with Meetlat. Raises InstrumentFaults."""
    return tuple(load(path) for path in sorted((Path(__file__).parent / "pairs").glob("*.toml")))


def judged_on_both(questionnaires: Iterable[str]) -> frozenset[str]:
    """The factors that are judged nationally on both sides, among questionnaires by their codes."""
    codes = set(questionnaires)
    return frozenset(
        factor
        for pair in builtin()
        if {pair.region, pair.commander} <= codes
        for factor in pair.judged_on_both
    )


def load(path: Path) -> Pair:
    """Read a file of rules. Raises InstrumentFaults, also when the file cannot be read."""
    try:
        return parse(textfile.read(path), path.name)
    except textfile.Unreadable as error:
        raise InstrumentFaults([f"{path}: {error}"]) from error


def parse(text: str, name: str) -> Pair:
    """Make rules of the text of a TOML file; `name` is what its faults are said to be in.

    Raises InstrumentFaults with every fault, one line `FILE: CODE: reason` each.
    """
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InstrumentFaults([f"{name}: is geen geldige TOML ({error})"]) from error
    if found := faults(document, name):
        raise InstrumentFaults(found)
    return Pair(
        document["region"],
        document["commander"],
        tuple(_rule(each) for each in document["rules"]),
        tuple(document.get("judged_on_both", ())),
    )


def faults(document: Table, name: str) -> list[str]:
    """Everything that is wrong with a file of rules by itself, in the order of the file."""
    found = [f"{name}: {line}" for line in _fields(document, PAIR)]
    if keys.tables(document.get("rules")) is not None:
        return found
    seen: set[Any] = set()
    for number, rule in enumerate(document["rules"], 1):
        code = rule.get("code")
        place = code if keys.code(code) is None else f"rule {number}"
        lines = list(_of_rule(rule))
        if keys.code(code) is None and code in seen:
            lines.append("deze code staat er twee keer in")
        seen.add(code if isinstance(code, str) else None)
        found += [f"{name}: {place}: {line}" for line in lines]
    return found


def misfits(pair: Pair, region: Instrument, commander: Instrument) -> list[str]:
    """What the rules name that these two questionnaires lack: `CODE: reason`, a line each."""
    lacking = [
        f"judged_on_both: factor {code} staat niet in {each.code}"
        for code in pair.judged_on_both
        for each in (region, commander)
        if code not in each.factors
    ]
    return lacking + [
        f"{rule.code}: {line}"
        for rule in pair.rules
        for line in (
            *_lacking(rule.region, rule.region_questions, region),
            *_lacking(rule.commander, rule.commander_questions, commander),
            *_unfit(rule, region, commander),
        )
    ]


def _of_rule(rule: Table) -> Iterable[str]:
    yield from _fields(rule, RULE)
    if rule.get("kind") in KINDS:
        must, may = KINDS[rule["kind"]]
        yield from (f"{part} ontbreekt bij kind {rule['kind']}" for part in sorted(must - rule.keys()))
        for part in sorted((_PARTS & rule.keys()) - must - may):
            yield f"{part} hoort niet bij kind {rule['kind']}"
    for side in ("region", "commander"):
        if keys.tables(rule.get(side)) is None:
            for number, each in enumerate(rule[side], 1):
                yield from (f"{side} {number}: {line}" for line in _fields(each, CONDITION))
                if each.keys() == {"question"}:
                    yield f"{side} {number}: is leeg"
    if keys.tables(rule.get("fits")) is None:
        answers = [each.get("answer") for each in rule["fits"]]
        for number, each in enumerate(rule["fits"], 1):
            yield from (f"fits {number}: {line}" for line in _fields(each, FIT))
            if not {"only", "some"} & each.keys():
                yield f"fits {number}: only of some ontbreekt"
            some = each.get("some", [])
            if not isinstance(some, list) or any(keys.codes(codes) for codes in some):
                yield f"fits {number}: some: moet een lijst van lijsten van codes zijn"
            if each.get("answer") in answers[: number - 1]:
                yield f"fits {number}: dit antwoord staat er twee keer in"


def _fields(table: Table, shape: Mapping[str, Key]) -> Iterable[str]:
    for key, value in table.items():
        if key not in shape:
            yield f"onbekende sleutel {key!r}"
        elif complaint := shape[key].accepts(value):
            yield f"{key}: {complaint}"
    yield from (f"{key} ontbreekt" for key, rule in shape.items() if rule.required and key not in table)


def _rule(rule: Table) -> Rule:
    fits = {
        each["answer"]: Fit(
            frozenset(each["only"]) if "only" in each else None,
            tuple(frozenset(codes) for codes in each.get("some", ())),
        )
        for each in rule.get("fits", ())
    }
    return Rule(
        code=rule["code"],
        kind=rule["kind"],
        text=rule["text"],
        region=tuple(condition(each, "") for each in rule.get("region", ())),
        commander=tuple(condition(each, "") for each in rule.get("commander", ())),
        region_question=rule.get("region_question"),
        commander_question=rule.get("commander_question"),
        fits=fits or None,
    )


def _lacking(
    conditions: Iterable[Condition], questions: Iterable[str], instrument: Instrument
) -> Iterable[str]:
    for code in questions:
        if code not in instrument.questions:
            yield f"onbekende vraag {code!r}"
    for each in conditions:
        question = instrument.questions.get(each.question)
        named = (each.in_, each.not_in, each.any_of, each.all_of, each.none_of)
        for code in sorted({code for codes in named for code in codes or ()}):
            if question is not None and code not in question.labels:
                yield f"{code!r} is geen antwoord op vraag {each.question}"


def _unfit(rule: Rule, region: Instrument, commander: Instrument) -> Iterable[str]:
    asked = commander.questions.get(rule.commander_question or "")
    if rule.kind == "count":
        if asked is not None and asked.type != "number":
            yield f"vraag {asked.code} vraagt geen getal"
        return
    given = region.questions.get(rule.region_question or "")
    for answer, fit in (rule.fits or {}).items():
        if asked is not None and answer not in asked.labels:
            yield f"{answer!r} is geen antwoord op vraag {asked.code}"
        for code in sorted((fit.only or frozenset()).union(*fit.some)):
            if given is not None and code not in given.labels:
                yield f"{code!r} is geen antwoord op vraag {given.code}"
    if asked is not None and rule.fits is not None:
        yield from (
            f"het antwoord {code!r} op vraag {asked.code} ontbreekt in fits"
            for code in asked.labels
            if code not in rule.fits
        )
