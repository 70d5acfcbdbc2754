"""How quickly answers become scores: 25, 10,000 and 100,000 units on the questionnaire of 2013.

From the codes of the chosen options to every figure: each factor of all units, the levels, the national
figures of each factor, question and statement. The floor adds up the same matrix of points, once. The ratio
is of processor time, which a busy machine distorts least.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

import scoring
from benchmarks import worlds
from benchmarks.alone import alone, tell
from benchmarks.tables import Times, figure, heading, megabytes, milliseconds, peak, ratio, say, table, watch
from scoring import Given, Plan, Results, Sheet
from scoring.sheet import Answers, lay_out
from surveys import results

RUNS: Final = {25: 100, 10_000: 10, 100_000: 3}
"""How many units, and how often they are scored."""
WORDED: Final = 10_000
"""No page or file puts more units than this into words at once."""
WAYS: Final = {
    "codes": "option codes",
    "packed": "packed answers",
    "words": "option codes, and each unit in words",
}


def main() -> None:
    """Measure everything, and print the table."""
    heading("Scoring")
    rows = []
    for units, runs in RUNS.items():
        for way, name in WAYS.items():
            if way == "words" and units > WORDED:
                continue
            say(f"Scoring: {units:,} units from {name} ...")
            found = alone("benchmarks.scoring", way, units, runs)
            taken, worked, floor = (Times(tuple(found[each])) for each in ("taken", "worked", "floor"))
            rows.append(
                [
                    f"{units:,}",
                    name,
                    *(milliseconds(each) for each in (taken.median, taken.p95, taken.p99)),
                    milliseconds(worked.median),
                    figure(worked.median / units * 1e6),
                    milliseconds(floor.median),
                    ratio(worked.median, floor.median),
                    megabytes(found["peak"]),
                ]
            )
    table(
        [
            *("units", "from", "median (ms)", "p95", "p99", "processor (ms)", "of that a unit (µs)"),
            *("nansum (ms)", "ratio", "peak (MB)"),
        ],
        rows,
        words=2,
    )


def measure(way: str, units: int, runs: int) -> None:
    """Score so many units so often, in this process, and tell what each time took."""
    instrument = worlds.questionnaire()
    drawn = [_given(each) for each in worlds.ways(instrument)]
    answers = {f"VR{place:06}": dict(drawn[place % len(drawn)]) for place in range(units)}
    points = np.ascontiguousarray(lay_out(instrument.plan, answers).points)
    how = _HOW[way]
    packed = scoring.pack(instrument.plan, answers) if way == "packed" else []
    taken, worked, floor = [], [], []
    for _ in range(runs):
        with watch() as watched:
            how(instrument.plan, answers, packed)
        taken.append(watched.seconds)
        worked.append(watched.processor)
        with watch() as watched:
            np.nansum(points, axis=1)
        floor.append(watched.processor)
    tell({"taken": taken, "worked": worked, "floor": floor, "peak": peak()})


def _given(answers: results.Answers) -> dict[str, Given]:
    return {
        code: Given(each.value, each.special, bool(each.note), each.document)
        for code, each in answers.items()
    }


def _codes(plan: Plan, answers: Mapping[str, Answers], packed: list[bytes]) -> Results:
    return whole(scoring.score(plan, answers))


def _packed(plan: Plan, answers: Mapping[str, Answers], packed: list[bytes]) -> Results:
    sheet: Sheet = scoring.unpack(plan, answers, packed)
    return whole(scoring.score(plan, sheet))


def _words(plan: Plan, answers: Mapping[str, Answers], packed: list[bytes]) -> Results:
    found = _codes(plan, answers, packed)
    for unit in found.units.values():
        dict(unit.themes)
    return found


def whole(found: Results) -> Results:
    """Work out every figure of all units together: these are made when somebody asks for them."""
    dict(found.national.questions)
    dict(found.national.statements)
    return found


_HOW: Final[Mapping[str, Callable[[Plan, Mapping[str, Answers], list[bytes]], Results]]] = {
    "codes": _codes,
    "packed": _packed,
    "words": _words,
}

if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
