"""Dutch words for counts, rules and figures. The words themselves are data, in `wording.toml`.

How the words for a count are chosen is told in docs/method.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from scoring import Why
from scoring.model import DIGITS
from surveys.instruments import Instrument
from surveys.instruments.placeholders import COUNTING, PLACEHOLDER
from surveys.questions import day

__all__ = [
    "Piece",
    "capital",
    "day",
    "decimal",
    "forms",
    "level_rule",
    "number",
    "pieces",
    "says_something",
    "sentence",
    "version",
]

_HUNDRED, _THOUSAND = 100, 1000


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("exports").joinpath("wording.toml").read_text("utf-8"))


def version() -> str:
    """Give the version of the table of words."""
    return str(_table()["version"])


@dataclass(frozen=True)
class Piece:
    """A part of a sentence; `counts`: it is the part that tells the count."""

    text: str
    counts: bool = False


def sentence(text: str, n: int, of: int, units: int, noun: tuple[str, str]) -> str | None:
    """Fill in a statement's sentence: `n` units meet it, `of` have a value, `units` count.

    `noun` is what a unit is called, singular and plural. None when the count says nothing: nobody has a
    value, or the only one who has does not meet it.
    """
    found = pieces(text, n, of, units, noun)
    return "".join(piece.text for piece in found) if found else None


def pieces(text: str, n: int, of: int, units: int, noun: tuple[str, str]) -> tuple[Piece, ...]:
    """The same sentence in parts, so that the words that count can be told apart; none for no sentence."""
    if not says_something(n, of):
        return ()
    forms = {name.lower(): _count(name.lower(), n, of, units, noun) for name in COUNTING}
    verb = 0 if forms["aantal"][1] == "singular" else 1
    for name in PLACEHOLDER.findall(text):
        if name in COUNTING:
            verb = 0 if forms[name.lower()][1] == "singular" else 1
    found = []
    for place, part in enumerate(PLACEHOLDER.split(text)):
        if place % 2 == 0:
            found.append(Piece(part))
        elif part in COUNTING:
            words = forms[part.lower()][0]
            found.append(Piece(words if part.islower() else _capital(words), counts=True))
        else:
            found.append(Piece(part.split("|")[verb]))
    return tuple(piece for piece in found if piece.text)


def says_something(n: int, of: int) -> bool:
    """Whether a count can be told: somebody has a value, and it is not just one who does not meet it."""
    return of > 1 or (of == 1 and n == 1)


def forms(n: int, of: int, units: int, noun: tuple[str, str]) -> dict[str, str]:
    """The ways in which a count can be told, by name; empty for one that says nothing.

    `aantal` and `telwoord` are the phrases of statements, `eenheden` has the noun alone behind the number,
    `woord` and `cijfer` are the number in words and in digits.

    >>> forms(6, 25, 25, ("regio", "regio's"))["eenheden"]
    "zes regio's"
    """
    if not says_something(n, of):
        return {}
    return {
        "aantal": _count("aantal", n, of, units, noun)[0],
        "telwoord": _count("telwoord", n, of, units, noun)[0],
        "eenheden": f"{number(n)} {noun[n != 1]}",
        "woord": number(n),
        "cijfer": str(n),
    }


def capital(words: str) -> str:
    """Words as they begin a sentence."""
    return _capital(words)


def _count(placeholder: str, n: int, of: int, units: int, noun: tuple[str, str]) -> tuple[str, str]:
    """Give the words for a count, and whether the verb is singular or plural."""
    table = _table()
    counts = table["counts"]
    if n == of:
        case = counts["only" if of == 1 else "all"]
    elif n <= 1:
        case = counts["one" if n else "none"]
    elif placeholder == "aantal":
        case = counts["some"]
    else:
        case = next(row for row in table["quantifiers"] if _fits(row, round(n / of, DIGITS)))
    reply = table["reply"]["singular" if of == 1 else "plural"] if of < units else ""
    words = case["words"].format(
        n=number(n),
        digits=n,
        of=number(of) if of <= table["in_words_up_to"] else of,
        singular=noun[0],
        plural=noun[1],
        reply=reply,
    )
    return words, case["verb"]


def _fits(row: dict[str, Any], share: float) -> bool:
    return bool(share >= row["at_least"] if "at_least" in row else share > row["above"])


def _capital(words: str) -> str:
    for word, capital in _table()["capitals"].items():
        if words.startswith(word):
            return str(capital) + words[len(word) :]
    return words[:1].upper() + words[1:]


def number(n: int) -> str:
    """Write a number in Dutch words.

    >>> [number(n) for n in (1, 20, 23, 41, 101, 1844)]
    ['één', 'twintig', 'drieëntwintig', 'eenenveertig', 'honderdeen', 'achttienhonderdvierenveertig']
    """
    small: list[str] = _table()["numbers"]
    return small[n] if n < len(small) else _joined(n)


def _joined(n: int) -> str:
    """Write a number as part of a longer word, where one is written without accents."""
    table = _table()
    small: list[str] = table["numbers"]
    if n == 1:
        return "een"
    if n < len(small):
        return small[n]
    if n < _HUNDRED:
        ten, one = table["tens"][n // 10 - 2], _joined(n % 10)
        return str(ten) if not n % 10 else f"{one}{'ën' if one.endswith('e') else 'en'}{ten}"
    over, rest = divmod(n, _HUNDRED)
    if n < 2 * _THOUSAND and n // _HUNDRED != _THOUSAND // _HUNDRED:  # elfhonderd, and not duizendhonderd
        return f"{_joined(over) if over > 1 else ''}{table['hundred']}{_joined(rest) if rest else ''}"
    over, rest = divmod(n, _THOUSAND)
    if over < _THOUSAND:
        thousands = (_joined(over) if over > 1 else "") + table["thousand"]
        return f"{thousands} {_joined(rest)}" if rest else thousands
    return str(n)


def level_rule(instrument: Instrument, why: Why) -> str:
    """Say in a Dutch sentence which rule set a factor's level, or why there is none."""
    rules, rule = _table()["rules"], why.rule
    labels = {level.code: level.label for level in instrument.levels}
    starts = {level.code: level.from_ for level in instrument.levels}
    kind = "no_score" if rule.kind == "too_few" and why.score is None else rule.kind
    threshold = rule.threshold if rule.threshold is not None else starts.get(rule.level or "", 0.0)
    return str(
        rules[kind].format(
            score=decimal(why.score, starts.values()),
            coverage=decimal(why.outcome.coverage, [threshold]),
            threshold=decimal(threshold),
            level=labels.get(rule.level or "", ""),
            other=labels.get(rule.other or "", ""),
            musts=rules["must" if len(rule.codes) == 1 else "several_musts"].format(codes=_list(rule.codes)),
        )
    )


def _list(words: tuple[str, ...]) -> str:
    return " en ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def decimal(figure: float | None, thresholds: Iterable[float] = (), above: Iterable[float] = ()) -> str:
    """Write a figure in Dutch with two decimals, rounded half away from zero: 0,83. None is a dash.

    There are more decimals where two would show it on the other side of a threshold: one that is reached
    (`thresholds`) or one that has to be passed (`above`).
    """
    if figure is None:
        return "–"
    exact = Decimal(repr(round(figure, DIGITS)))
    reach, passing = [Decimal(repr(x)) for x in thresholds], [Decimal(repr(x)) for x in above]
    shown = exact
    for digits in range(2, DIGITS + 1):
        shown = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        if all((exact >= x) == (shown >= x) for x in reach) and all(
            (exact > x) == (shown > x) for x in passing
        ):
            break
    return f"{shown if shown else abs(shown):f}".replace(".", ",")
