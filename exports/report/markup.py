r"""The small language of a report's texts: what inspectors type, and the blocks that it becomes.

- an empty line begins another paragraph; lines that begin with `- ` are a list, with `1. ` a numbered one;
- `[zes van de 25 regio's](1.1-S04)` tells a fact; the words have to be what the fact says;
- `[paragraaf](#5.1)` refers to a section, table or figure, whose number is filled in;
- `[de wet](https://…)` leads to an address; `^[tekst]` is a footnote; `\[` is a bracket itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from exports.document import Block, Items, Line, Note, Paragraph, Reference, Span, Text
from exports.report.facts import Fact
from exports.wording import number
from surveys.report_texts import Told

_MARK = re.compile(
    r"\\(?P<literal>[\[\]^\\])"
    r"|\^\[(?P<note>(?:[^\[\]\\]|\\.)+)\]"
    r"|\[(?P<words>(?:[^\[\]\\]|\\.)*)\]\((?P<target>[^()\n]+)\)"
)
_STRAY = re.compile(r"\^?\[[^\[\]\x00\n]{0,40}")
_LITERAL = re.compile(r"\\([\[\]^\\])")
_LINK = re.compile(r"(?:https?://|mailto:)\S+")
_POINT = re.compile(r"(?:-|(\d+)\.)[ \t]+")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n+")


@dataclass(frozen=True)
class Mark:
    """What stands between the plain words: some words and what they lead to, as typed, and where."""

    words: str
    target: str
    start: int
    end: int


def escaped(text: str) -> str:
    """A text from elsewhere such that nothing in it is read as a mark."""
    return re.sub(r"([\[\]^\\])", r"\\\1", text)


def marks(text: str) -> Iterator[Mark]:
    """The marks of a text that lead somewhere, in order."""
    for match in _MARK.finditer(text):
        if match["target"] is not None:
            yield Mark(_plain(match["words"]), match["target"].strip(), match.start(), match.end())


def blocks(text: str, key: str | None = None) -> tuple[Block, ...]:
    """The paragraphs and lists that a text becomes; each paragraph bears `key`."""
    found: list[Block] = []
    for part in _PARAGRAPHS.split(text.strip()):
        rows = [row.strip() for row in part.splitlines() if row.strip()]
        for kind, group in groupby(_joined(rows), key=lambda row: row[0]):
            lines = tuple(line(words) for _, words in group)
            if kind == "plain":
                found += [Paragraph(each, key=key) for each in lines]
            else:
                found.append(Items(lines, numbered=kind == "numbered"))
    return tuple(found)


def _joined(rows: Iterable[str]) -> list[tuple[str, str]]:
    """The rows of a part as paragraphs and points: a row without a sign of its own goes on with the last."""
    made: list[tuple[str, str]] = []
    for row in rows:
        if point := _POINT.match(row):
            made.append(("numbered" if point[1] else "point", row[point.end() :]))
        elif made:
            made[-1] = (made[-1][0], f"{made[-1][1]} {row}")
        else:
            made.append(("plain", row))
    return made


def line(text: str) -> Line:
    """One line of text with its facts, references, links and notes."""
    spans: list[Span] = []
    plain: list[str] = []
    last = 0
    for match in _MARK.finditer(text):
        plain.append(text[last : match.start()])
        last = match.end()
        if match["literal"] is not None:
            plain.append(match["literal"])
            continue
        if joined := "".join(plain):
            spans.append(Text(joined))
        plain = []
        if match["note"] is not None:
            spans.append(Note(_plain(match["note"])))
        else:
            spans.append(_leading(_plain(match["words"]), match["target"].strip()))
    plain.append(text[last:])
    if joined := "".join(plain):
        spans.append(Text(joined))
    return tuple(spans)


def _leading(words: str, target: str) -> Span:
    if target.startswith("#"):
        return Reference(target[1:], words)
    if _LINK.fullmatch(target):
        return Text(words, link=target)
    return Text(words, fact=target)


def _plain(text: str) -> str:
    return _LITERAL.sub(r"\1", text)


def telling(text: str) -> Iterator[Mark]:
    """The marks of a text that tell a fact."""
    return (
        mark for mark in marks(text) if not mark.target.startswith("#") and not _LINK.fullmatch(mark.target)
    )


def told(text: str, known: Mapping[str, Fact]) -> tuple[Told, ...]:
    """The counts that a text tells, each once. Call it for a text without `faults` only."""
    found: dict[tuple[str, str], Told] = {}
    for mark in telling(text):
        form = known[mark.target].form_of(mark.words)
        assert form is not None
        found.setdefault((mark.target, mark.words), Told(mark.target, form, mark.words))
    return tuple(found.values())


def faults(text: str, known: Mapping[str, Fact], anchors: Iterable[str]) -> list[str]:
    """What is wrong with a text, in Dutch, one sentence for each fault; none for a good one."""
    there = set(anchors)
    found = []
    for mark in marks(text):
        if mark.target.startswith("#"):
            if mark.target[1:] not in there:
                found.append(
                    f"‘{mark.target[1:]}’ bestaat niet in dit rapport. Verwijs naar een onderdeel uit de"
                    " lijst."
                )
        elif not _LINK.fullmatch(mark.target):
            found += _telling_faults(mark, known.get(mark.target))
    return list(dict.fromkeys(found))


def _telling_faults(mark: Mark, fact: Fact | None) -> list[str]:
    if fact is None:
        return [f"‘{mark.target}’ is geen telling. Neem de code over uit de lijst onder de tekst."]
    if not fact.forms:
        return [f"{mark.target} heeft nu geen telling. Haal ‘{mark.words}’ uit de tekst."]
    if fact.form_of(mark.words) is None:
        ways = "; ".join(dict.fromkeys(fact.forms.values()))
        return [f"‘{mark.words}’ is niet wat {mark.target} telt. Schrijf een van deze: {ways}."]
    return []


def renewed(text: str, changes: Mapping[tuple[str, str], str]) -> str:
    """A text with other words for some counts: `changes` has the new words by key and old words."""
    parts, last = [], 0
    for mark in telling(text):
        words = changes.get((mark.target, mark.words))
        if words is not None:
            parts += [text[last : mark.start], f"[{escaped(words)}]({mark.target})"]
            last = mark.end
    return "".join([*parts, text[last:]])


def straightened(text: str, known: Mapping[str, Fact]) -> str:
    """A text whose counts are in the words of their facts, where only spaces or apostrophes differed.

    Word processors make other apostrophes, and a line may end within a count: nobody sees what is wrong.
    """
    right = {}
    for mark in telling(text):
        words = " ".join(mark.words.replace("’", "'").split())
        fact = known.get(mark.target)
        if fact is not None and fact.form_of(mark.words) is None and fact.form_of(words) is not None:
            right[mark.target, mark.words] = words
    return renewed(text, right)


def readable(text: str) -> str:
    """A text without its marks: the words alone, for comparing and searching."""
    return _MARK.sub(lambda found: found["literal"] or _plain(found["words"] or ""), text)


def stray(text: str) -> list[str]:
    """Brackets that belong to no mark, each with the words behind it: a mark that was typed wrong, maybe."""
    return [words.strip() for words in _STRAY.findall(_MARK.sub("\x00", text))]


def loose(text: str, nouns: Sequence[str]) -> list[str]:
    """Numbers of units that a text names without telling a fact: the data can't keep those true.

    `nouns` are the words for units, singular and plural.
    """
    bare = _MARK.sub(lambda found: found["literal"] or "\x00", text).replace("’", "'")
    ends = [noun.lower() for noun in nouns]
    return [
        match[0]
        for match in _counted().finditer(bare)
        # "regio's" is short for "veiligheidsregio's"; of a shorter word that can't be said
        if len(match["noun"]) >= _TELLING and any(noun.endswith(match["noun"].lower()) for noun in ends)
    ]


_TELLING = 4


@cache
def _counted() -> re.Pattern[str]:
    numbers = "|".join(re.escape(number(n)) for n in range(1, 101))
    return re.compile(
        rf"\b(?:\d+|{numbers}|alle|geen)(?: van de (?:\d+|{numbers}))? (?P<noun>[\w'-]+)", re.IGNORECASE
    )
