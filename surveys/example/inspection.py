"""What inspectors did in the example data, as frozen rows; `fill_inspection` puts it into a database.

`inspection.toml` beside this file is the truth. All of it is made up.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from surveys.example import HERE


@dataclass(frozen=True, slots=True)
class Visits:
    """What all visits share: who inspects (addresses of mail), where, and what reports begin with.

    `general` are the first passages, in turn; `silent` are the units that did not react to their report.
    """

    inspectors: tuple[str, ...]
    place: str
    place_rmc: str
    message: str
    silent: tuple[str, ...]
    general: tuple[str, ...]
    general_rmc: str


@dataclass(frozen=True, slots=True)
class Said:
    """A passage about a factor."""

    factor: str
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation without a dossier: with whom, when and where, and what was said."""

    subject: str
    held_on: date
    place: str
    guest: str
    passages: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class ProposedChange:
    """A change that a role of a unit proposed, and what was done with it; `text` where that was in part."""

    unit: str
    role: str
    proposal: str
    outcome: str
    remark: str = ""
    reason: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """Which sheets were treated: remarks on the first points in turn, the next dropped, one of an own."""

    units: tuple[str, ...]
    remarks: tuple[str, ...]
    dropped: str
    own: Said


@dataclass(frozen=True, slots=True)
class Cite:
    """A citation: in the dossier of a unit, or (an empty code) for the country."""

    unit: str
    factor: str
    page: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source outside the dossiers, and where it is cited."""

    kind: str
    title: str
    origin: str
    dated: date
    cited: tuple[Cite, ...]
    held: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A judgement that is not what the answers propose."""

    unit: str
    factor: str
    level: str
    motivation: str


@dataclass(frozen=True, slots=True)
class Country:
    """The judgement of a factor in the country."""

    factor: str
    level: str
    finding: str
    attention: str = ""
    motivation: str = ""


@dataclass(frozen=True, slots=True)
class DevelopmentRow:
    """A development, and the factors that it bears on."""

    title: str
    text: str
    origin: str
    factors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecommendationRow:
    """A recommendation: to whom, about which factor."""

    addressee: str
    factor: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportRows:
    """The report: passages that inspectors wrote (key -> text), what it recommends, and how it went out.

    `heads` are the names of who signed, one for each organisation in turn.
    """

    remark: str
    presented_to: str
    letter: str
    heads: tuple[str, ...]
    function: str
    texts: Mapping[str, str]
    recommendations: tuple[RecommendationRow, ...]


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels for the explanations of one question: name -> words of which an explanation has one."""

    instrument: str
    question: str
    names: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ListRow:
    """A shared working list; `rows` is plain data, for `Vocabulary.parse`."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class NewTerm:
    """A term that was changed on a day."""

    unit: str
    at: date
    due_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """A reminder that was given on a day."""

    unit: str
    at: date
    text: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """All that inspectors did in `measurement`, and (`terms`, `reminders`) in `open_measurement`.

    `passages` has by factor a text for where the answers propose the best level, and one for elsewhere;
    `findings` by factor and level; `steps` the day on which the measurement reached each state.
    """

    measurement: str
    steps: Mapping[str, date]
    visits: Visits
    conversations: tuple[Conversation, ...]
    passages: Mapping[str, Mapping[str, str]]
    reactions: Mapping[str, ProposedChange]
    points: Points
    sources: tuple[SourceRow, ...]
    otherwise: Mapping[tuple[str, str], Otherwise]
    findings: Mapping[str, Mapping[str, str]]
    country: tuple[Country, ...]
    developments: tuple[DevelopmentRow, ...]
    report: ReportRows
    labels: Labels
    lists: tuple[ListRow, ...]
    open_measurement: str
    terms: tuple[NewTerm, ...]
    reminders: tuple[ReminderRow, ...]


@cache
def inspection() -> Inspection:
    """Read the file."""
    found = tomllib.loads((HERE / "inspection.toml").read_text("utf-8"))
    points, labels, still_open = found["points"], found["labels"], found["open"]
    return Inspection(
        measurement=found["measurement"],
        steps=found["steps"],
        visits=Visits(**_fixed(found["visits"])),
        conversations=tuple(
            Conversation(**{**row, "passages": tuple(Said(**each) for each in row["passages"])})
            for row in found["conversations"]
        ),
        passages=found["passages"],
        reactions={row["unit"]: ProposedChange(**row) for row in found["reactions"]},
        points=Points(**{**_fixed(points), "own": Said(**points["own"])}),
        sources=tuple(
            SourceRow(**{**row, "cited": tuple(Cite(**each) for each in row["cited"])})
            for row in found["sources"]
        ),
        otherwise={(row["unit"], row["factor"]): Otherwise(**row) for row in found["otherwise"]},
        findings=found["findings"],
        country=tuple(Country(**row) for row in found["country"]),
        developments=tuple(DevelopmentRow(**_fixed(row)) for row in found["developments"]),
        report=_report(found["report"]),
        labels=Labels(**{**labels, "names": _fixed(labels["names"])}),
        lists=tuple(ListRow(**_fixed(row)) for row in found["lists"]),
        open_measurement=still_open["measurement"],
        terms=tuple(NewTerm(**row) for row in still_open["terms"]),
        reminders=tuple(ReminderRow(**row) for row in still_open["reminders"]),
    )


def _report(row: Mapping[str, Any]) -> ReportRows:
    return ReportRows(
        **{
            **_fixed(row),
            "texts": {each["key"]: each["text"].strip() for each in row["texts"]},
            "recommendations": tuple(RecommendationRow(**each) for each in row["recommendations"]),
        }
    )


def _fixed(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its lists as tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
