"""Everything that is wrong with an instrument, found in one walk through what TOML made of the file.

A fault does not hide others and does not cause others: what is wrong in itself is left out of what is
compared with it. The order of the faults is the order of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from surveys.instruments import keys, placeholders
from surveys.instruments.keys import Key, Table

FEWEST_LEVELS = 2


def faults(document: Table, name: str) -> list[str]:
    """Give a line `FILE: CODE: reason` for everything that is wrong; an empty list when nothing is.

    `document` is the table that TOML gives, `name` how the file is called. CODE is the code of the question,
    factor, theme, statement, check, level or instrument that is at fault, whichever is the most precise; an
    option's faults stand under its question, those of a part without a code under what holds it.
    """
    walk = _Walk(name)
    walk.instrument(document)
    return walk.found


@dataclass
class _Known:
    """What a condition may say of a question; None where that is unknown, as it is at fault itself."""

    position: int
    type: str | None
    codes: frozenset[str] | None = None
    limits: tuple[float, float] | None = None


@dataclass
class _Seen:
    """The codes that came by, for each kind of thing that has its own."""

    kinds: dict[str, set[str]] = field(default_factory=dict)

    def again(self, kind: str, code: str) -> bool:
        codes = self.kinds.setdefault(kind, set())
        known = code in codes
        codes.add(code)
        return known


class _Walk:
    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[str] = []
        self.seen = _Seen()
        self.known: dict[str, _Known] = {}
        self.complete = True  # otherwise a question that is named may be in a part that cannot be read
        self.roles: list[str] | None = None
        self.position = -1

    # The file, from the outside in

    def instrument(self, document: Table) -> None:
        place = _code(document, "")
        self.known = _questions(document)
        self.complete = _complete(document)
        good = self.fields(document, keys.INSTRUMENT, place)
        self.roles = good.get("roles")
        if "levels" in good:
            self.levels(good["levels"], place)
        for number, theme in enumerate(good.get("themes", ()), 1):
            self.theme(theme, place, number)
        for number, check in enumerate(good.get("checks", ()), 1):
            where, part = self.placed(check, place, f"check {number}")
            fields = self.fields(check, keys.CHECK, where, part)
            self.once("check", fields, where)
            for condition in fields.get("all", ()):
                self.condition(condition, None, where, f"{part}all")

    def levels(self, levels: list[Table], place: str) -> None:
        if len(levels) < FEWEST_LEVELS:
            self.add(place, "levels: er zijn ten minste twee niveaus nodig")
        before: float | None = None
        fewest: int | None = None
        for number, level in enumerate(levels, 1):
            where, part = self.placed(level, place, f"niveau {number}")
            fields = self.fields(level, keys.LEVEL, where, part)
            self.once("niveau", fields, where)
            start, missed = fields.get("from"), fields.get("missed_musts")
            if number == 1 and start is not None and start != 0:
                self.add(where, f"{part}from: het laagste niveau begint bij 0.0")
            if start is not None:
                if before is not None and start <= before:
                    self.add(where, f"{part}from: moet hoger zijn dan bij het niveau eronder")
                before = start
            if number == 1 and missed is not None:
                self.add(where, f"{part}missed_musts: het laagste niveau heeft er geen")
            elif missed is not None:
                if fewest is not None and missed > fewest:
                    self.add(where, f"{part}missed_musts: mag niet hoger zijn dan bij een lager niveau")
                fewest = missed

    def theme(self, theme: Table, above: str, number: int) -> None:
        where, part = self.placed(theme, above, f"thema {number}")
        fields = self.fields(theme, keys.THEME, where, part)
        self.once("thema", fields, where)
        for index, factor in enumerate(fields.get("factors", ()), 1):
            self.factor(factor, where, index)

    def factor(self, factor: Table, above: str, number: int) -> None:
        where, part = self.placed(factor, above, f"factor {number}")
        fields = self.fields(factor, keys.FACTOR, where, part)
        self.once("factor", fields, where)
        topics = None if "topics" in factor and "topics" not in fields else fields.get("topics", [])
        for index, question in enumerate(fields.get("questions", ()), 1):
            self.position += 1
            self.question(question, topics, *self.placed(question, where, f"vraag {index}"))
        for index, statement in enumerate(fields.get("statements", ()), 1):
            place, part = self.placed(statement, where, f"uitspraak {index}")
            self.statement(statement, topics, place, part)

    def statement(self, statement: Table, topics: list[str] | None, place: str, part: str) -> None:
        fields = self.fields(statement, keys.STATEMENT, place, part)
        self.once("uitspraak", fields, place)
        self.topic(fields, topics, place, part)
        if "count" in fields:
            self.condition(fields["count"], None, place, f"{part}count")
        for reason in placeholders.faults(fields.get("text", "")):
            self.add(place, f"{part}text: {reason}")

    # One question

    def question(self, question: Table, topics: list[str] | None, place: str, part: str) -> None:
        kind = _type(question)
        if kind is None:  # its keys can still be looked at, whatever its type should have been
            extra = {key: Key(k.accepts) for table in keys.BY_TYPE.values() for key, k in table.items()}
        else:
            extra = keys.BY_TYPE[kind]
        fields = self.fields(question, {**keys.QUESTION, **extra}, place, part)
        self.once("vraag", fields, place)
        self.topic(fields, topics, place, part)
        best = fields.get("best")
        if best is not None and self.roles is not None and best not in (*self.roles, "beiden"):
            self.add(place, f"{part}best: onbekende rol {best!r}")
        if "scores" in fields:
            self.fields(fields["scores"], keys.SCORES, place, f"{part}scores: ")
        self.options(fields.get("options", ()), place, part)
        if "min" in fields and "max" in fields and fields["min"] > fields["max"]:
            self.add(place, f"{part}min: is hoger dan max")
        if "bands" in fields:
            self.bands(fields["bands"], place, part)

        own = _describe(question, self.position)
        if "when" in fields:
            self.condition(fields["when"], None, place, f"{part}when", before=self.position)
        if "must" in fields:
            if "question" in fields["must"]:
                self.add(place, f"{part}must: noemt geen vraag, maar gaat over de eigen vraag")
            terms = {key: value for key, value in fields["must"].items() if key != "question"}
            self.condition(terms, own, place, f"{part}must")
        for key in ("note_when", "evidence_when"):
            if isinstance(fields.get(key), dict):
                self.condition(fields[key], own, place, f"{part}{key}")

    def options(self, options: tuple[Table, ...] | list[Table], place: str, part: str) -> None:
        codes: set[str] = set()
        for number, option in enumerate(options, 1):
            code = option.get("code")
            name = f"optie {code}" if keys.code(code) is None else f"optie {number}"
            fields = self.fields(option, keys.OPTION, place, f"{part}{name}: ")
            if "code" in fields:
                if fields["code"] in codes:
                    self.add(place, f"{part}{name}: deze code staat er twee keer in")
                codes.add(fields["code"])

    def bands(self, bands: list[Table], place: str, part: str) -> None:
        before: tuple[float, int] | None = None
        for number, band in enumerate(bands, 1):
            name = f"{part}band {number}"
            fields = self.fields(band, keys.BAND, place, f"{name}: ")
            last = number == len(bands)
            if "below" in band and "upto" in band:
                self.add(place, f"{name}: heeft twee grenzen, below en upto")
            elif not last and "below" not in band and "upto" not in band:
                self.add(place, f"{name}: heeft geen grens, en er komt nog een band na")
            limit = fields.get("below", fields.get("upto"))
            if limit is not None and not ("below" in band and "upto" in band):
                here = (limit, 0 if "below" in band else 1)
                if before is not None and here <= before:
                    self.add(place, f"{name}: staat niet op volgorde van de grenzen")
                before = here
        if not bands or "below" in bands[-1] or "upto" in bands[-1]:
            self.add(place, f"{part}bands: de laatste band, zonder grens, ontbreekt")

    # Conditions

    def condition(
        self, condition: Table, own: _Known | None, place: str, part: str, before: int | None = None
    ) -> None:
        """Check a condition: about another question, or about `own`; `before`: only a question before it."""
        named = condition.get("question")
        subject: _Known | None = own
        if "question" in condition:
            subject = self.known.get(named) if isinstance(named, str) else None
            if isinstance(named, str) and subject is None and self.complete:
                self.add(place, f"{part}: onbekende vraag {named!r}")
            elif subject is not None and before is not None and subject.position >= before:
                self.add(place, f"{part}: vraag {named!r} komt niet eerder")
        elif own is None:
            self.add(place, f"{part}: question ontbreekt")

        every = {key: k for terms in keys.BY_KIND.values() for key, k in terms.items()}
        fields = self.fields(condition, {**keys.CONDITION, **every}, place, f"{part}: ")
        if not any(key in every for key in condition):
            if all(key == "question" for key in condition):
                self.add(place, f"{part}: is leeg")
            return
        if subject is None or subject.type is None:
            return
        allowed = keys.BY_KIND[keys.KIND[subject.type]] if subject.type in keys.KIND else {}
        for key, value in fields.items():
            if key in every and key not in allowed:
                self.add(place, f"{part}: {key} past niet bij een vraag van het type {subject.type}")
            elif key in allowed:
                self.possible(value, subject, place, f"{part}: {key}")

    def possible(self, value: list[str] | float, subject: _Known, place: str, part: str) -> None:
        if isinstance(value, list):
            for code in value if subject.codes is not None else ():
                if subject.codes is not None and code not in subject.codes:
                    self.add(place, f"{part}: {code!r} is geen antwoord op die vraag")
        elif subject.limits is not None and not subject.limits[0] <= value <= subject.limits[1]:
            self.add(place, f"{part}: {value} ligt buiten min en max van die vraag")

    # What comes back everywhere

    def fields(self, table: Table, shape: Mapping[str, Key], place: str, part: str = "") -> Table:
        """Report missing, unknown and wrongly typed keys; give the keys that are good."""
        good: Table = {}
        for key, value in table.items():
            if key not in shape:
                self.add(place, f"{part}onbekende sleutel {key!r}")
            elif complaint := shape[key].accepts(value):
                self.add(place, f"{part}{key}: {complaint}")
            else:
                good[key] = value
        for key, rule in shape.items():
            if rule.required and key not in table:
                self.add(place, f"{part}{key} ontbreekt")
        return good

    def topic(self, fields: Table, topics: list[str] | None, place: str, part: str) -> None:
        if "topic" in fields and topics is not None and fields["topic"] not in topics:
            self.add(place, f"{part}topic: onbekend onderwerp {fields['topic']!r}")

    def once(self, kind: str, fields: Table, place: str) -> None:
        if "code" in fields and self.seen.again(kind, fields["code"]):
            self.add(place, f"deze code staat er twee keer in als {kind}")

    def placed(self, table: Table, above: str, name: str) -> tuple[str, str]:
        """Give the place of a part's faults: its own code, or what holds it and what it is called there."""
        code = _code(table, "")
        return (code, "") if code else (above, f"{name}: ")

    def add(self, place: str, reason: str) -> None:
        line = ": ".join(part for part in (self.name, place, reason) if part)
        self.found.append("".join(c if c.isprintable() else repr(c)[1:-1] for c in line))


def _code(table: Table, default: str) -> str:
    code = table.get("code")
    return code if isinstance(code, str) and code.strip() else default


def _type(question: Table) -> str | None:
    return question["type"] if keys.QUESTION["type"].accepts(question.get("type")) is None else None


def _questions(document: Table) -> dict[str, _Known]:
    """Give every question that has a code; of a code that comes twice the first."""
    known: dict[str, _Known] = {}
    questions = (
        question
        for theme in _list(document, "themes")
        for factor in _list(theme, "factors")
        for question in _list(factor, "questions")
    )
    for position, question in enumerate(questions):
        if isinstance(question.get("code"), str):
            known.setdefault(question["code"], _describe(question, position))
    return known


def _complete(document: Table) -> bool:
    """Say whether every list of themes, factors and questions can be read."""
    return keys.tables(document.get("themes")) is None and all(
        keys.tables(theme.get("factors")) is None
        and all(keys.tables(factor.get("questions")) is None for factor in theme["factors"])
        for theme in document["themes"]
    )


def _list(table: Table, key: str) -> Iterator[Table]:
    """Go through a list of tables; through nothing when it is anything else, as the walk itself does."""
    if keys.tables(table.get(key)) is None:
        yield from table[key]


def _describe(question: Table, position: int) -> _Known:
    known = _Known(position, _type(question))
    if known.type == "yes_no":
        known.codes = frozenset(("ja", "nee"))
    elif known.type in ("choice", "multi"):
        codes = [option.get("code") for option in _list(question, "options")]
        if codes and all(isinstance(code, str) for code in codes):
            known.codes = frozenset(code for code in codes if isinstance(code, str))
    elif known.type == "number":
        low, high = question.get("min"), question.get("max")
        if keys.number(low) is None and keys.number(high) is None and low <= high:  # type: ignore[operator]
            known.limits = (low, high)  # type: ignore[assignment]
    return known
